"""When a clock stops, and how it ends (ToR 5(a), 5(b), 7.8, 7.9)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from operator import itemgetter
from typing import Final

from rapid_review.domain.case import Case
from rapid_review.domain.events import AgencyReportRequested, AnyEvent
from rapid_review.domain.terms.deadlines import BY_ALL, Deadline, Ends, dated
from rapid_review.domain.terms.terms import Terms


def stop_of(
    deadline: Deadline,
    case: Case,
    events: Collection[AnyEvent],
    terms: Terms,
    *,
    by: date = date.max,
) -> tuple[date, Ends] | None:
    """Return the local day on which this clock stopped, and how; None if it still runs.

    It is the earliest day on which the clock was met; if it never was, the earliest on which it
    ended otherwise. ToR 5(b), 7.9: a clock that waits for several people stops when the last of
    those whom the terms name has acted for the first time (reading I-28).

    Args:
        deadline: the clock.
        case: the case.
        events: the events in effect that may stop it.
        terms: the terms that hold the clock.
        by: what happened on a later local day has not stopped it yet.
    """
    if not events:
        return None
    stopped: list[tuple[date, Ends]] = []
    for stop in deadline.stops:
        awaited = _who_is_awaited(stop.on, deadline, case, terms)
        if awaited is None:
            day = min((day for day, _ in _events_done(stop.on, events, terms, by)), default=None)
        else:
            day = _day_done_by_all(stop.on, awaited, events, terms, by)
        if day is not None:
            stopped.append((day, stop.state))
    # Even if it is later: a review that was published after all is not withheld (ADR 0054).
    met = [(day, state) for day, state in stopped if state is Ends.MET]
    return min(met or stopped, key=itemgetter(0), default=None)


def _who_is_awaited(
    point: str, deadline: Deadline, case: Case, terms: Terms
) -> tuple[str, ...] | None:
    """Return everyone who must act before the clock stops; None if the first is enough."""
    if (kind := point.partition(".")[0]) not in _AWAITED_BY_DEFAULT or not deadline.waits_for_all:
        return None
    return deadline.all_of or _AWAITED_BY_DEFAULT[kind](case, terms)


def _events_done(
    point: str, events: Iterable[AnyEvent], terms: Terms, by: date
) -> list[tuple[date, AnyEvent]]:
    """Return the events that have a point by a day, each with the day of the point."""
    return [
        (day, event)
        for event in events
        if (when := dated(event, point)) is not None and (day := terms.local_day(when)) <= by
    ]


def _day_done_by_all(
    point: str, awaited: tuple[str, ...], events: Iterable[AnyEvent], terms: Terms, by: date
) -> date | None:
    """Return the day on which the last of those who are awaited acted for the first time."""
    first: dict[str, date] = {}
    field = BY_ALL[point.partition(".")[0]]
    for day, event in _events_done(point, events, terms, by):
        names: str | tuple[str, ...] = getattr(event, field)
        for who in (names,) if isinstance(names, str) else names:
            first[who] = min(day, first.get(who, day))
    have_all = bool(awaited) and first.keys() >= set(awaited)
    return max(first[who] for who in awaited) if have_all else None


_AWAITED_BY_DEFAULT: Final[Mapping[str, Callable[[Case, Terms], tuple[str, ...]]]] = {
    "MemberInformed": lambda _, terms: tuple(seat.id for seat in terms.seats),
    "AgencyReportRequested": lambda case, _: _agencies_asked(case),
    "AgencyReportFiled": lambda case, _: _agencies_asked(case),
    "ReportsShared": lambda _, terms: tuple(seat.id for seat in terms.seats),
    "DecisionAdopted": lambda _, terms: terms.adoption.by,
    "FeedbackShared": lambda _, terms: terms.feedback.share_with,
}
"""Whom a clock that waits for all waits for, if `all_of` names nobody."""


def _agencies_asked(case: Case) -> tuple[str, ...]:
    """ToR 7.4: return the agencies that were asked."""
    return tuple({request.agency: None for request in case.all(AgencyReportRequested)})
