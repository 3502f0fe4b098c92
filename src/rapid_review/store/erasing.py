"""Erase the words of a record, look for them, and show what the record holds about a person."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rapid_review.domain.entry import Entry, must_be_references
from rapid_review.domain.vocabulary import Actor
from rapid_review.projections.views import with_words
from rapid_review.store.access.reader import ReadRequest
from rapid_review.store.authority.port import APPROVE_ERASURE
from rapid_review.store.log.in_order import Unreadable
from rapid_review.store.words import CaseWords
from rapid_review.store.writing.erasure_plan import ErasurePlan, plan

if TYPE_CHECKING:
    from rapid_review.projections.subject import AboutSubject
    from rapid_review.store.sealing.canaries import Found


class ErasesWords(CaseWords):
    """The part of `RapidReviews` that erases words, and finds where they are."""

    def erase(self, case: str, order: str, *, by: Actor) -> Entry:
        """Finish an erasure that was approved: destroy its keys, and record that they are gone.

        Called again, it returns the same, and finishes what was interrupted; also if keys of a
        finished order open words again, as after a restore.

        Args:
            case: the case's reference.
            order: the reference under which it was proposed and approved.
            by: who finishes it.

        Returns:
            The entry that names the keys that are destroyed.

        Raises:
            Refused: there is no such order, it is not approved, or a hold is in force; or the
                actor may not do it.
            CaseNotFoundError: there is no such case.
            InvalidInputError: the words of this store are not sealed.
            KeysError: the keys are not available, or could not be destroyed; or the key store
                lacks a key that the order's words name.
            CaseChangedError: others wrote to the case three times running; the keys are gone.
            RecordError: the store cannot be read or written; call it again to finish. Or an entry
                of the case was not recorded with the keys of the store; nothing was destroyed.
        """
        from rapid_review.store.writing.erasing import finish  # noqa: PLC0415 - no command needs it

        must_be_references(case=case, order=order)
        self.must_be_allowed(by, APPROVE_ERASURE, case)
        return finish(self._record, case, order, by=by)

    def erasure_plan(self, case: str, order: str) -> ErasurePlan:
        """Return what an order erases, what stays, and what it does not reach; no key is needed.

        Raises:
            Refused: there is no such order.
            CaseNotFoundError: there is no such case.
            RecordError: the store cannot be read.
        """
        must_be_references(case=case, order=order)
        return plan(self._record.streams, self._record.partnership, case, order)

    def read_about(
        self,
        reference: str,
        *,
        by: Actor,
        purpose: str,
        cases: Sequence[str] = (),
        unreadable: Unreadable | None = None,
    ) -> "tuple[AboutSubject, ...]":
        """Return what the record holds about one person or child, case by case, with its words.

        The access log records a separate reading for each case that contains the reference, before
        anything of that case is opened. Opened are the words of the entries that name the person:
        words under the case's key and under their own key, but no other person's. A child's
        reference identifies the child only in its own case: the same reference elsewhere may be
        another child.

        Args:
            reference: the person's or the child's.
            by: who reads.
            purpose: why, in a few plain words.
            cases: only these cases; all cases, if none is given.
            unreadable: called with each row that cannot be read; see `Streams.entries_after`.

        Raises:
            Refused, InvalidInputError, KeysError, RecordError: as for `read`.
            TermsError: the terms of a case are not available.
        """
        from rapid_review.projections.subject import cases_naming  # noqa: PLC0415 - no command needs it

        must_be_references(reference=reference)
        whose = self.terms.partnership
        every_entry = (entry for _, entry in self._store.entries_after(0, unreadable))
        ours = (entry for entry in every_entry if entry.partnership == whose)
        found = cases_naming(ours, reference, cases)
        return tuple(
            self._about(reference, case, paths, by=by, purpose=purpose)
            for case, paths in found.items()
        )

    def _about(
        self,
        reference: str,
        case: str,
        paths: Mapping[int, tuple[str, ...]],
        *,
        by: Actor,
        purpose: str,
    ) -> "AboutSubject":
        from rapid_review.projections.subject import AboutSubject  # noqa: PLC0415 - no command needs it

        asked = ReadRequest(case, tuple(paths), by, purpose, person=reference)
        words = {one.entry.version: one.words for one in self._read(asked)}
        entries = self._store.entries(self.terms.partnership, case)
        readable = tuple(with_words(one, words.get(one.version)) for one in entries)
        return AboutSubject(reference, self.history_of(readable), paths)

    def rows_with(self, words: Sequence[str]) -> "tuple[Found, ...]":
        """Return where words occur unsealed in the stored rows of any case.

        Args:
            words: see `canaries.words_of`; the files of the store are searched by
                `canaries.in_files`.

        Raises:
            StorageError: the store cannot be read.
        """
        from rapid_review.store.sealing.canaries import in_rows  # noqa: PLC0415 - no command needs it

        return tuple(in_rows(self._store.opened.rows, words))
