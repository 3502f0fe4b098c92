"""Importing a history that happened elsewhere: recorded as it was, and then found right or wrong.

The rules are asked, and refuse nothing but nonsense: a decision of an inquorate group that was
taken years ago is recorded, and compliance finds it. Clocks that the history does not set are
calculated after it, so that the numbers by which its corrections name entries stay true.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from rapid_review.domain.beside_events import OF_NO_CASE
from rapid_review.domain.case import Case, evolve
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.clocks import clocks_started
from rapid_review.domain.corrections import must_make_sense
from rapid_review.domain.decisions import refusal
from rapid_review.domain.erasure_events import HoldPlaced
from rapid_review.domain.erasures import OF_THE_WORDS, PROPOSALS, must_not_be_erased
from rapid_review.domain.errors import InvalidInputError, Refused, shown
from rapid_review.domain.events import (
    AnyEvent,
    DeadlineReckonedAgain,
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
        (one for one in (*OF_THE_WORDS, *PROPOSALS) if one is not HoldPlaced),
        "Leave it out. You can import a hold, but two people must lift a hold or erase words "
        "here.",
    ),
    **dict.fromkeys(
        OF_NO_CASE, "Leave it out. Exports and readings are recorded separately from the cases."
    ),
}
"""What cannot have happened elsewhere, with what to do next."""


def taken_in(
    history: Sequence[AnyEvent],
    terms: Terms,
    edition: Callable[[TermsRef], Terms],
    calendar: Callable[[str], WorkingCalendar],
    *,
    into: Case = _NEW,
) -> tuple[AnyEvent, ...]:
    """Return the events to record for a history from elsewhere, its missing clocks set.

    Args:
        history: what happened, from the notification on, in the order in which it was recorded.
        terms: the terms to ask by until the history names its own.
        edition: finds the terms that a reference names.
        calendar: the working-day calendar of now, by its id.
        into: the case as it is recorded so far; a new one, unless it is given.

    Raises:
        Refused: something in it has no meaning, such as a step before the notification.
        InvalidInputError: a clock cites a clause that is none of its terms.
        TermsError: the history names terms that are not at hand.
    """
    case = into
    clauses = _clauses_of(terms)
    for event in history:
        # Exact types are asked much faster, and most events are of another one.
        if type(event) is NotificationReceived or type(event) is TermsReplaced:
            terms = edition(event.terms)
            clauses |= _clauses_of(terms)
        if type(event) is DeadlineSet and event.clause not in clauses:
            raise InvalidInputError(
                f"the clause of clock {shown(event.deadline)}: found {length_of(event.clause)}; "
                f"allowed: a clause of the terms' clocks: {'; '.join(sorted(clauses))}"
            )
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


def _clauses_of(terms: Terms) -> frozenset[str]:
    """Return what the clocks of some terms cite: a clause is public, so no history words it."""
    return frozenset([deadline.clause for deadline in terms.clocks.values()])


def _sets_a_clock_aside(event: RecordCorrected, case: Case) -> bool:
    """Say whether this is a correction's effect on a clock, which decisions record themselves."""
    return (
        event.replacement is None
        and event.version <= case.version
        and isinstance(case.recorded[event.version - 1], DeadlineSet | DeadlineReckonedAgain)
    )
