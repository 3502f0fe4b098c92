"""What holds for every case, whatever commands it received.

Each function raises `AssertionError` if it does not hold. They look at the events and at the case
folded from them, and use none of the rules that decided.
"""

from collections.abc import Iterable, Sequence
from functools import reduce

from rapid_review.domain.case import Case, evolve, replay
from rapid_review.domain.clocks import may_run, start_of
from rapid_review.domain.events import (
    ATTENDANCE,
    DECISIONS,
    DUE_DAYS,
    EVENTS,
    AnyEvent,
    DeadlineSet,
    QuorumConfirmed,
    QuorumNotMet,
)
from rapid_review.domain.in_effect import effective
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Unit
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing.assertions import same


def replays_alike(case: Case, seen_by: int) -> None:
    """Assert that replaying the first `seen_by` events, and then the rest, gives the same case."""
    first, rest = case.recorded[:seen_by], case.recorded[seen_by:]
    same(reduce(evolve, rest, replay(first)), case, "a case replayed in two parts")
    same(replay(case.recorded), case, "a case replayed at once")


def only_corrections_unmake(case: Case) -> None:
    """Assert that the events in effect are those recorded, as corrected, in order of time."""
    facts = effective(case.recorded)
    attended: dict[int, list[int]] = {}
    for version, event in facts.items():
        if isinstance(event, ATTENDANCE):
            attended.setdefault(event.meeting, []).append(version)
    for first, *again in attended.values():
        for version in again:
            facts[first] = facts.pop(version)
    by_time = sorted(facts, key=lambda version: (facts[version].at, version))
    same(case.standing, tuple(facts[version] for version in by_time), "what is in effect")


def reads_back(events: Iterable[AnyEvent]) -> None:
    """Assert that every event equals itself when written as JSON and read again."""
    for event in events:
        again = EVENTS[event.kind].model_validate_json(event.model_dump_json())
        same(again, event, f"a {event.kind} written and read")


def due_days_are_working_days(events: Iterable[AnyEvent], calendar: WorkingCalendar) -> None:
    """ToR 5(a): hold that a clock counted in working days ends on one, by its own calendar.

    A due day that another calendar counted is left to that calendar.
    """
    counted = {
        event.deadline
        for event in events
        if isinstance(event, DeadlineSet) and event.unit is Unit.WORKING_DAYS and event.length > 0
    }
    for event in events:
        if not isinstance(event, DUE_DAYS):
            continue
        if event.deadline in counted and event.calendar.digest == calendar.digest:
            same(calendar.closure(event.due), None, f"why {event.due} is no working day")


def clocks_run_that_were_started(case: Case, terms: Terms) -> None:
    """ToR 7.3: hold that the clocks that were started are set, and no others.

    For a case that was under `terms` from its opening, and whose clocks were set as it went. The
    day from which they count is not compared: a fact that arrives late may be an earlier start.
    """
    standing = {event.deadline for event in case.all(DeadlineSet)}
    same(standing, set(case.review.clocks), "clocks that stand set")
    started = {
        deadline.id: may_run(deadline, case, terms)
        for deadline in terms.clocks.values()
        if start_of(deadline, case.standing, terms) is not None
    }
    found = standing & set(terms.clocks)
    # A clock that was set keeps running, even if after a correction it would not be set now.
    running = {clock for clock, may in started.items() if may or clock in found}
    same(found, running, "clocks of the terms that are set")


def only_a_quorate_meeting_decides(events: Sequence[AnyEvent]) -> None:
    """ToR 6.2, 7.6: hold that each decision's meeting was quorate by its latest attendance then.

    For a history without corrections, which may find out later that it was not, and for terms
    under which an inquorate meeting may do nothing.
    """
    quorate: set[int] = set()
    for event in events:
        if isinstance(event, QuorumConfirmed):
            quorate.add(event.meeting)
        if isinstance(event, QuorumNotMet):
            quorate.discard(event.meeting)
        if isinstance(event, DECISIONS):
            same({event.meeting} - quorate, set[int](), "meetings that decided without a quorum")
