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
    """Return the local day, by one day, on which this clock has stopped, and how; or None.

    It is the earliest day of what meets it; else, of what ends it otherwise. ToR 5(b), 7.9: what
    several must do stops it when the last of those whom the terms name has done it for the first
    time (reading I-28).
    """
    if not events:
        return None
    stopped: list[tuple[date, Ends]] = []
    for stop in deadline.stops:
        awaited = _awaited(stop.on, deadline, case, terms)
        if awaited is None:
            day = min((day for day, _ in _done(stop.on, events, terms, by)), default=None)
        else:
            day = _done_by_all(stop.on, awaited, events, terms, by)
        if day is not None:
            stopped.append((day, stop.state))
    # Whatever the days: a review that was published after all is not withheld (ADR 0054).
    met = [one for one in stopped if one[1] is Ends.MET]
    return min(met or stopped, key=itemgetter(0), default=None)


def _awaited(point: str, deadline: Deadline, case: Case, terms: Terms) -> tuple[str, ...] | None:
    """Return who must all have done it, where several must; None where the first is enough."""
    if (kind := point.partition(".")[0]) not in _ALL or not deadline.waits_for_all:
        return None
    return deadline.all_of or _ALL[kind](case, terms)


def _done(
    point: str, events: Iterable[AnyEvent], terms: Terms, by: date
) -> list[tuple[date, AnyEvent]]:
    """Return what was done by a day, each with its own."""
    return [
        (day, event)
        for event in events
        if (stop := dated(event, point)) is not None and (day := terms.local_day(stop)) <= by
    ]


def _done_by_all(
    point: str, awaited: tuple[str, ...], events: Iterable[AnyEvent], terms: Terms, by: date
) -> date | None:
    """Return the day on which the last of those who are awaited had done it first."""
    first: dict[str, date] = {}
    field = BY_ALL[point.partition(".")[0]]
    for day, event in _done(point, events, terms, by):
        by_whom: str | tuple[str, ...] = getattr(event, field)
        for who in (by_whom,) if isinstance(by_whom, str) else by_whom:
            first[who] = min(day, first.get(who, day))
    is_stopped = bool(awaited) and first.keys() >= set(awaited)
    return max(first[who] for who in awaited) if is_stopped else None


_ALL: Final[Mapping[str, Callable[[Case, Terms], tuple[str, ...]]]] = {
    "MemberInformed": lambda _, terms: tuple(seat.id for seat in terms.seats),
    "AgencyReportRequested": lambda case, _: _asked(case),
    "AgencyReportFiled": lambda case, _: _asked(case),
    "ReportsShared": lambda _, terms: tuple(seat.id for seat in terms.seats),
    "DecisionAdopted": lambda _, terms: terms.adoption.by,
    "FeedbackShared": lambda _, terms: terms.feedback.share_with,
}
"""Whom a clock that waits for all waits for, where its own terms name nobody."""


def _asked(case: Case) -> tuple[str, ...]:
    """ToR 7.4: return the agencies that were asked."""
    return tuple({one.agency: None for one in case.all(AgencyReportRequested)})
