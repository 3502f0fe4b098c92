"""Importing a history that happened elsewhere: it is recorded as it was, and judged afterwards.

The rules refuse nothing but nonsense: a decision that an inquorate group took years ago is
recorded, and compliance finds it. Clocks that the history does not set are added after its end, so
that its corrections still name the right entries by number.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Final

from rapid_review.domain.beside_events import EVENTS_BESIDE_CASES
from rapid_review.domain.case import Case, evolve
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.clocks import clocks_started
from rapid_review.domain.corrections import must_make_sense
from rapid_review.domain.decisions import refusal
from rapid_review.domain.erasure_events import HoldPlaced
from rapid_review.domain.erasures import NEVER_CORRECTED, PROPOSALS, must_not_be_erased
from rapid_review.domain.errors import InvalidInputError, Refused, shown
from rapid_review.domain.events import (
    DUE_DAYS,
    AnyEvent,
    DeadlineSet,
    Event,
    NotificationReceived,
    RecordCorrected,
    TermsReplaced,
)
from rapid_review.domain.redaction import length_of
from rapid_review.domain.registry import nonsense
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import TermsRef
from rapid_review.domain.working_days import WorkingCalendar

_NEW: Final = Case()
_NOT_OF_A_HISTORY: Final[Mapping[type[Event], str]] = {
    **dict.fromkeys(
        (one for one in (*NEVER_CORRECTED, *PROPOSALS) if one is not HoldPlaced),
        "Leave it out. You can import a hold, but two people must lift a hold or erase words "
        "here.",
    ),
    **dict.fromkeys(
        EVENTS_BESIDE_CASES,
        "Leave it out. Exports and readings are recorded separately from the cases.",
    ),
}
"""The events that cannot have happened elsewhere, with what to do next."""


def events_to_record(
    history: Sequence[AnyEvent],
    terms: Terms,
    edition: Callable[[TermsRef], Terms],
    calendar: Callable[[str], WorkingCalendar],
    *,
    into: Case = _NEW,
) -> tuple[AnyEvent, ...]:
    """Return the events to record for a history from elsewhere, its missing clocks set.

    Args:
        history: the events from the notification on, in the order in which they were recorded.
        terms: the terms that apply until the history names its own.
        edition: finds the terms that a reference names.
        calendar: loads the working-day calendar of now, by its id.
        into: the case as it is recorded so far; by default a new one.

    Raises:
        Refused: an event has no meaning, such as a step before the notification.
        InvalidInputError: a clock is not in its terms, or cites a clause that they do not have.
        TermsError: the history names terms that are not available.
    """
    case = into
    clauses = _clauses_of(terms)
    clocks = {*terms.clocks, *(one.deadline for one in into.all(DeadlineSet))}
    for event in history:
        # Exact types are compared much faster than by `isinstance`, and most events differ.
        if type(event) is NotificationReceived or type(event) is TermsReplaced:
            terms = edition(event.terms)
            clauses |= _clauses_of(terms)
            clocks |= terms.clocks.keys()
        if type(event) is DeadlineSet:
            _must_be_of_the_terms(event, clocks, clauses)
        if (finding := nonsense(event, case, terms)) is not None:
            raise refusal(finding)
        if (way_on := _NOT_OF_A_HISTORY.get(type(event))) is not None:
            raise Refused(RECORD, f"{event.kind} cannot be part of a case's history", way_on)
        if type(event) is RecordCorrected and not _sets_a_clock_aside(event, case):
            must_make_sense(event, case)
        case = evolve(case, event)
    must_not_be_erased(history, into)
    if not history:
        return ()
    at = history[-1].at
    counting = partial(calendar, terms.calendar)  # most histories have set their clocks
    return (*history, *clocks_started(case, terms, counting, at=at))


def _must_be_of_the_terms(
    event: DeadlineSet, clocks: Collection[str], clauses: Collection[str]
) -> None:
    """Check that a due day is that of a clock of the history's terms, and cites one of theirs.

    Raises:
        InvalidInputError: it is not.
    """
    if event.deadline not in clocks:
        # Nobody could read the case: no terms say what starts or stops it.
        raise InvalidInputError(
            f"found the due day of a clock {shown(event.deadline)}, which no terms of this "
            f"history have; allowed: {'; '.join(sorted(clocks))}. If it ran under other "
            "terms, name these in the history as well (TermsReplaced)"
        )
    if event.clause not in clauses:
        raise InvalidInputError(
            f"the clause of clock {shown(event.deadline)}: found {length_of(event.clause)}; "
            f"allowed: a clause of the terms' clocks: {'; '.join(sorted(clauses))}"
        )


def _clauses_of(terms: Terms) -> frozenset[str]:
    """Return the clauses that the clocks of some terms cite.

    A clause is public text, so a history may not bring one in its own words.
    """
    return frozenset([deadline.clause for deadline in terms.clocks.values()])


def _sets_a_clock_aside(event: RecordCorrected, case: Case) -> bool:
    """Say whether a correction retracts a due day: `correct` records such a correction itself."""
    return (
        event.replacement is None
        and event.version <= case.version
        and isinstance(case.recorded[event.version - 1], DUE_DAYS)
    )
