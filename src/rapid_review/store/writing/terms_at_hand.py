"""Which terms hold for which case: the available editions, and the one pinned to a case.

A case is pinned to the digests of its terms and rule set: only files with exactly those bytes are
used, whatever else has the same id.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from rapid_review.domain.case import Case
from rapid_review.domain.errors import InvalidInputError, TermsError, listed
from rapid_review.domain.events import NAMING_TERMS
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import TermsRef

if TYPE_CHECKING:
    from rapid_review.domain.commands import Command


class Editions:
    """The terms under which new cases open, the other editions given, and those that are shipped.

    Args:
        current: the terms under which new cases open.
        others: further editions, for the cases pinned to them.
    """

    def __init__(self, current: Terms, others: Iterable[Terms]) -> None:
        self.current = current
        self._given = (current, *others)

    def to_decide(self, command: "Command", case: Case) -> Terms:
        """Return the terms to decide by: those of the case or, for `ReplaceTerms`, the new ones.

        Raises:
            InvalidInputError: the command names terms that are not available, or those of another
                partnership.
            TermsError: no file with the bytes that were pinned is available.
        """
        from rapid_review.domain.commands import ReplaceTerms  # noqa: PLC0415 - to read needs none

        if not isinstance(command, ReplaceTerms):
            return self.of(case)
        try:
            named = self._by_id(command.terms)
        except TermsError as error:  # a mistake of the sender's, and no fault of a file
            raise InvalidInputError(*error.problems) from None
        return self._of_this_partnership(named)

    def imported(self, ref: TermsRef) -> Terms:
        """Return the terms that a history from elsewhere names.

        Raises:
            InvalidInputError: they are those of another partnership.
            TermsError: no file with those bytes is available.
        """
        return self._of_this_partnership(self.pinned(ref))

    def _of_this_partnership(self, terms: Terms) -> Terms:
        """Return the terms; a case stays with its partnership, whichever edition applies."""
        if terms.partnership == self.current.partnership:
            return terms
        raise InvalidInputError(
            f"terms: {terms.id} belong to partnership {terms.partnership}, and the case to "
            f"{self.current.partnership}; allowed: an edition of the terms of "
            f"{self.current.partnership}"
        )

    def of(self, case: Case) -> Terms:
        """Return the terms that hold for a case; the current ones if it is not open yet.

        Raises:
            TermsError: no file with the bytes that were pinned is available.
        """
        return self.current if case.review.terms is None else self.pinned(case.review.terms)

    def with_earlier(self, case: Case) -> tuple[Terms, tuple[Terms, ...]]:
        """Return the terms that hold for a case, and the others that it was held under.

        Raises:
            TermsError: no file with the bytes of the terms that hold is available.
        """
        return self.of(case), self.earlier(case)

    def earlier(self, case: Case) -> tuple[Terms, ...]:
        """Return the other terms that a case was held under, as far as they are available.

        They are needed only if a clock that started under them still runs.
        """
        found: dict[TermsRef, Terms] = {}
        for event in case.recorded:
            if type(event) not in NAMING_TERMS:  # asked first: most events are of another kind
                continue
            if isinstance(event, NAMING_TERMS) and (ref := event.terms) != case.review.terms:
                with suppress(TermsError):
                    found[ref] = self.pinned(ref)
        return tuple(found.values())

    def pinned(self, ref: TermsRef) -> Terms:
        """Return the terms that a case's record names.

        Raises:
            TermsError: no file with those bytes is available.
        """
        for given in self._given:
            if given.ref == ref:
                return given
        from rapid_review import terms as shipped  # noqa: PLC0415 - only if not all are given

        found = shipped.pinned(ref)
        if found is None:
            terms = next((one for one in self._given if one.id == ref.id), None)
            if terms is None and ref.id in shipped.available():
                terms = shipped.load(ref.id)
            if terms is None:
                raise TermsError(
                    f"the case uses terms {ref.id}, whose file is not at hand; at hand: "
                    f"{listed(dict.fromkeys(one.id for one in self._given))}. Give that file as "
                    "well: with --earlier-terms, or in Python as `editions=`"
                )
            raise TermsError(
                f"the case uses terms {ref.id} and rule set {ref.rule_set} with digests "
                f"{ref.digest} and {ref.rule_set_digest}, and the files found have "
                f"{terms.digest} and {terms.national.digest}. Restore the files as they were, "
                "and give another edition another id; or change the terms of the case with "
                "ReplaceTerms"
            )
        return found

    def _by_id(self, terms_id: str) -> Terms:
        from rapid_review import terms as shipped  # noqa: PLC0415 - as above

        given = (one for one in self._given if one.id == terms_id)
        return next(given, None) or shipped.load(terms_id)
