"""What is done with the words of a record: erased, looked for, kept in line with the record."""

from collections.abc import Sequence

from rapid_review.domain.entry import Entry, must_be_references
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.authority.port import APPROVE_ERASURE
from rapid_review.store.sealing.canaries import Found, in_rows
from rapid_review.store.words import CaseWords
from rapid_review.store.writing.erasing import finish
from rapid_review.store.writing.erasure_plan import Plan, plan


class KeepsWords(CaseWords):
    """The part of `RapidReviews` that keeps words, or erases them."""

    def erase(self, case: str, order: str, *, by: Actor) -> Entry:
        """Finish an erasure that was approved: destroy its keys, and record that they are gone.

        Asked again it answers the same; what was cut short before is finished.

        Args:
            case: the case's reference.
            order: the reference under which it was proposed and approved.
            by: who finishes it.

        Returns:
            The entry that names the keys that are no more.

        Raises:
            Refused: there is no such order, it is not approved, or a hold stands; or they may not.
            CaseNotFoundError: there is no such case.
            InvalidInputError: the words of this store are not sealed.
            KeysError: the keys are not at hand, or could not be destroyed.
            CaseChangedError: others wrote to the case three times running; the keys are gone.
            RecordError: the store cannot be read or written; asked again, it finishes.
        """
        must_be_references(case=case, order=order)
        self.must_be_allowed(by, APPROVE_ERASURE, case)
        return finish(self._record, case, order, by=by)

    def erasure_plan(self, case: str, order: str) -> Plan:
        """Return what an order erases, what stays, and what it does not reach; no key is needed.

        Raises:
            Refused: there is no such order.
            CaseNotFoundError: there is no such case.
            RecordError: the store cannot be read.
        """
        must_be_references(case=case, order=order)
        return plan(self._record.streams, self._record.partnership, case, order)

    def rows_with(self, words: Sequence[str]) -> tuple[Found, ...]:
        """Return where words stand in the stored rows, of any case: nowhere, if all are sealed.

        Args:
            words: see `canaries.words_of`; the files of the store are searched by
                `canaries.in_files`.

        Raises:
            StorageError: the store cannot be read.
        """
        return tuple(in_rows(self._store.opened.rows, words))
