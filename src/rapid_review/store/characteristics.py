"""Count children by sealed characteristics: cases are read one by one, and only counts kept."""

from typing import TYPE_CHECKING

from rapid_review.domain.errors import InvalidInputError, RecordError, Refused, must_be
from rapid_review.domain.sealed_words import Scope
from rapid_review.domain.vocabulary import Actor
from rapid_review.projections.views import with_words
from rapid_review.store.access.reader import ReadRequest
from rapid_review.store.log.in_order import Unreadable, UnreadableRow
from rapid_review.store.words import CaseWords

if TYPE_CHECKING:
    from rapid_review.projections.statistics.characteristics import (
        Characteristic,
        ChildrenOf,
        Kinds,
    )
    from rapid_review.projections.statistics.published import Published
    from rapid_review.projections.statistics.selection import Selection

_SCOPES: tuple[Scope, ...] = ("statistics",)


class CountsCharacteristics(CaseWords):
    """The part of `RapidReviews` that makes figures by characteristics."""

    def figures_by(
        self,
        characteristic: "Characteristic",
        selection: "Selection",
        *,
        by: Actor,
        purpose: str,
        seed: bytes | None = None,
        unreadable: Unreadable | None = None,
    ) -> "Published":
        """Return how many children there are by one characteristic, with small numbers hidden.

        If a case has the characteristic of its children recorded, the access log records a reading
        of that case before anything of it is opened. Only words kept for statistics are opened,
        in the one entry that states the children as the record stands. If this reader may not
        read them, or the keys are not available, these children are counted as withheld; erased
        words are counted as erased. Nothing about a single case or child is kept or returned.

        Args:
            characteristic: what is counted.
            selection: which cases of this partnership, as of when, and how small numbers are
                hidden.
            by: who reads.
            purpose: why, in a few plain words.
            seed: the secret from which the keys of cases are made, if counts are perturbed.
            unreadable: called with each case that cannot be read, which is then left out; without
                it, such a case raises a RecordError.

        Raises:
            InvalidInputError: small numbers are not hidden; the selection is of another
                partnership, or of several; counts are to be perturbed without a seed; there is no
                solver; or as for `read`.
            KeysError: the keys cannot be used.
            RecordError: the access log cannot be written, so nothing more was opened; or a case
                cannot be read, and no callback was given for it.
        """
        self._must_make_sense(selection, seed)
        self._log_for_reading(purpose)
        from rapid_review.projections.statistics.characteristics import (  # noqa: PLC0415 - no command needs it
            Characteristic,
            publish_by,
        )

        must_be(Characteristic, "such as Characteristic.SEX", characteristic=characteristic)

        def read(case: str) -> "Kinds | None":
            found = self._children_of(case, selection)
            if found is None:
                return None
            kinds = self._read_kinds(found, characteristic, by=by, purpose=purpose)
            return self._kinds_in_case(found, kinds, seed)

        cases = tuple(one for one in self.each(read, unreadable or _raise_unreadable) if one)
        return publish_by(characteristic, cases, selection)

    def _children_of(self, case: str, selection: "Selection") -> "ChildrenOf | None":
        """Return the children of a case, if they are among those that are selected."""
        from rapid_review.projections.statistics.characteristics import children_of  # noqa: PLC0415 - no command needs it

        found = children_of(self.case_history(case), selection.as_of, dated_by=selection.dated_by)
        if found is None or not selection.months.holds(found.facts.month):
            return None
        return found

    def _kinds_in_case(
        self, found: "ChildrenOf", kinds: tuple[str, ...], seed: bytes | None
    ) -> "Kinds":
        from rapid_review.projections.statistics.cell_keys import case_key  # noqa: PLC0415 - no command needs it
        from rapid_review.projections.statistics.characteristics import Kinds  # noqa: PLC0415 - no command needs it

        case = found.entry.case
        key = 0 if seed is None else case_key(seed, self.terms.partnership, case)
        return Kinds(found.facts, kinds, key)

    def _read_kinds(
        self, found: "ChildrenOf", characteristic: "Characteristic", *, by: Actor, purpose: str
    ) -> tuple[str, ...]:
        """Return the kind of each child of a case; open it only if a code is recorded."""
        from rapid_review.projections.statistics.characteristics import kinds  # noqa: PLC0415 - no command needs it

        entry = found.entry
        readable = with_words(entry)  # all words withheld
        can_open = self._store.keys is not None or not self._store.codec.is_sealed
        if can_open and found.have(characteristic) and not found.facts.is_duplicate:
            asked = ReadRequest(entry.case, (entry.version,), by, purpose, scopes=_SCOPES)
            try:
                (one,) = self._read(asked)
            except Refused:  # it is in the access log, and nothing was opened
                pass
            else:
                readable = with_words(one.entry, one.words)
        return tuple(kinds(readable, characteristic))

    def _must_make_sense(self, selection: "Selection", seed: bytes | None) -> None:
        from rapid_review.projections.statistics.characteristics import (  # noqa: PLC0415 - no command needs it
            must_hide_small_numbers,
        )
        from rapid_review.projections.statistics.suppression import must_have_a_solver  # noqa: PLC0415 - no command needs it

        must_hide_small_numbers(selection.treatment)
        if selection.treatment.suppress_below is not None:
            must_have_a_solver()
        if selection.of_several or selection.terms.partnership != self.terms.partnership:
            raise InvalidInputError(
                "figures by characteristics are made for one partnership at a time, because "
                "its access log records the reading; these reviews are of "
                f"{self.terms.partnership}"
            )
        if selection.treatment.perturb and seed is None:
            raise InvalidInputError(
                "you asked to perturb counts by the keys of their cases, which needs a secret "
                "seed; give one (`seed=`)"
            )


def _raise_unreadable(row: UnreadableRow) -> None:
    raise RecordError(str(row))
