"""The clocks (ToR 5(a), 7.3, 7.8): when they start, and the due day that is recorded with them.

A due day is reckoned once, with a named calendar, and recorded; nothing recomputes it. A new
calendar, or a corrected start, leads to a `DeadlineReckonedAgain` beside it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from rapid_review.domain.case import Case
from rapid_review.domain.errors import CalendarGapError
from rapid_review.domain.events import (
    AnyEvent,
    DeadlineReckonedAgain,
    DeadlineSet,
    NotificationReceived,
    PanelDiscussionNoted,
    PanelFeedbackReceived,
    RecordCorrected,
    ReportSentToPanel,
)
from rapid_review.domain.panel_rounds import panel_rounds
from rapid_review.domain.particulars import CorrectionTarget, Reckoning
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import CalendarRef, Unit
from rapid_review.domain.working_days import WorkingCalendar


def due_on(
    deadline: Deadline | DeadlineSet, counted_from: date, calendar: WorkingCalendar
) -> date:
    """Return the day by whose end `deadline` is due, when its clock starts on `counted_from`.

    `counted_from` is a local day in the terms' time zone; it is day 0, or day 1 where the
    deadline counts the day of its start.

    Raises:
        CalendarGapError: the calendar does not cover the days to count.

    >>> from rapid_review import calendars, terms
    >>> kent = terms.load("kent-and-medway-2020-05")
    >>> due_on(kent.clocks["rapid-review"], date(2020, 5, 4), calendars.load("england-and-wales"))
    datetime.date(2020, 5, 27)
    """
    if deadline.unit is Unit.WORKING_DAYS:
        return calendar.after(
            counted_from, deadline.length, counting_day=deadline.counts_day_of_start
        )
    if deadline.unit is Unit.CALENDAR_DAYS:
        return calendar.days_after(counted_from, deadline.length)
    return calendar.months_after(counted_from, deadline.length)


def calendar_ref(calendar: WorkingCalendar) -> CalendarRef:
    """Return what is recorded of the calendar that counted."""
    return CalendarRef(id=calendar.id, version=calendar.version, digest=calendar.digest)


def start_of(
    deadline: Deadline, events: Iterable[AnyEvent], terms: Terms, *, by: date = date.max
) -> date | None:
    """Return the earliest local day, by one day, on which `events` start this clock, or None.

    A notification of a class that opens no review starts no clock (ToR 1).
    """
    first: date | None = None
    for event in events:
        if (start := deadline.started_by(event)) is not None and opens_review(event, terms):
            day = terms.local_day(start)
            if day <= by and (first is None or day < first):
                first = day
    return first


def stop_of(
    deadline: Deadline, events: Iterable[AnyEvent], terms: Terms, *, by: date = date.max
) -> date | None:
    """Return the earliest local day, by one day, on which this clock has stopped, or None.

    ToR 5(b), 7.9: what several must do stops it when the last of those whom the terms name has
    done it for the first time (reading I-28).
    """
    several = _BY_ALL.get(deadline.stops_on)
    first: dict[str, date] = {}
    for event in events:
        if (stop := deadline.stopped_by(event)) is not None:
            who = getattr(event, several.field) if several else ""
            day = terms.local_day(stop)
            if day <= by:
                first[who] = min(day, first.get(who, day))
    awaited = several.awaited(terms) if several else ("",)
    return max(first[who] for who in awaited) if first.keys() >= set(awaited) else None


def rounds(
    deadline: Deadline, case: Case, terms: Terms, *, by: date = date.max
) -> tuple[tuple[AnyEvent, ...], ...]:
    """Return the events that stand, in the rounds that a clock runs through (reading I-23).

    A clock of the Panel's runs again when a decision that was reconsidered after its answer has
    been sent to it; every other clock has one round.
    """
    return panel_rounds(case, terms, by=by) if runs_again(deadline) else (case.standing,)


def days_that_started(
    deadline: Deadline, recorded: Iterable[AnyEvent], terms: Terms
) -> frozenset[date]:
    """Return the local days from which this clock was ever counted, by what was recorded.

    The words of corrections are among it, and what they took back: from another day than these
    nobody can have counted who counted from the record.
    """
    words = (e.replacement if isinstance(e, RecordCorrected) else e for e in recorded)
    starts = (deadline.started_by(event) for event in words if event is not None)
    return frozenset(terms.local_day(start) for start in starts if start is not None)


def may_run(deadline: Deadline, case: Case, terms: Terms) -> bool:
    """ToR 1: say whether a clock runs in a case of this class of notification at all.

    It does not where the class opens no review, nor where the clock is for other classes only.
    """
    only = deadline.only_for_classes
    return all(
        opens_review(one, terms) and (not only or one.notification_class in only)
        for one in case.all(NotificationReceived)[:1]
    )


def runs_again(deadline: Deadline) -> bool:
    """Say whether a clock is of the Panel's rounds, and so may run more than once."""
    answered = deadline.stopping_kind == PanelFeedbackReceived.__name__
    return answered or deadline.starting_kind in _OF_THE_PANEL


@dataclass(frozen=True, slots=True)
class _ByAll:
    """A stop that takes several: the field that says who did it, and whom the terms name."""

    field: str
    awaited: Callable[[Terms], tuple[str, ...]]


_OF_THE_PANEL: Final = (PanelDiscussionNoted.__name__, ReportSentToPanel.__name__)
_BY_ALL: Final = {
    "DecisionAdopted.at": _ByAll("partner", lambda terms: terms.adoption.by),
    "FeedbackShared.at": _ByAll("shared_with", lambda terms: terms.feedback.share_with),
}


def opens_review(event: AnyEvent, terms: Terms) -> bool:
    """Say whether a rapid review follows, as far as this event decides it."""
    if not isinstance(event, NotificationReceived):
        return True
    known = terms.classes.get(event.notification_class)
    return known is None or known.opens_review


def clocks_started(
    case: Case, terms: Terms, calendar: WorkingCalendar, *, at: datetime
) -> Iterator[DeadlineSet]:
    """ToR 7.3: yield a `DeadlineSet` for every clock of the terms that stands started and unset.

    A clock is set once in each of its rounds; terms that replace others set the clocks that they
    add. One that the calendar does not reach is not set, and refuses nothing: it is undetermined
    until a calendar reaches it.
    """
    recorded: dict[str, set[date]] = {}
    set_by: list[DeadlineSet | DeadlineReckonedAgain] = [*case.all(DeadlineSet)]
    for event in (*set_by, *case.all(DeadlineReckonedAgain)):
        recorded.setdefault(event.deadline, set()).add(event.counted_from)
    for deadline in terms.clocks.values():
        if not may_run(deadline, case, terms):
            continue
        is_set = recorded.get(deadline.id, set())
        for number, events in enumerate(rounds(deadline, case, terms)):
            if number == 0 and is_set:
                continue
            counted_from = start_of(deadline, events, terms)
            if counted_from is None or counted_from in is_set:
                continue
            with suppress(CalendarGapError):
                yield clock_set(deadline, counted_from, calendar, at=at)


def clock_set(
    deadline: Deadline, counted_from: date, calendar: WorkingCalendar, *, at: datetime
) -> DeadlineSet:
    """Return what is recorded of a clock that starts on a day.

    Raises:
        CalendarGapError: the calendar does not reach its due day.
    """
    return DeadlineSet(
        at=at,
        deadline=deadline.id,
        counted_from=counted_from,
        due=due_on(deadline, counted_from, calendar),
        length=deadline.length,
        unit=deadline.unit,
        counts_day_of_start=deadline.counts_day_of_start,
        calendar=calendar_ref(calendar),
        clause=deadline.clause,
    )


def clock_reckoned_again(
    set_by: DeadlineSet,
    said: Reckoning | CorrectionTarget,
    case: Case,
    calendar: WorkingCalendar,
    counted_from: date | None = None,
) -> tuple[DeadlineReckonedAgain, ...]:
    """Return a clock's new reckoning, or nothing if calendar and start are as recorded.

    Args:
        set_by: the event that set the clock; its length is what the terms then said.
        said: what was said that asks for it: when, and why.
        case: the case whose clock it is.
        calendar: the calendar of now.
        counted_from: another start, where a correction moved it.
    """
    clock = case.review.clocks[set_by.deadline]
    start = counted_from or clock.counted_from
    now = calendar_ref(calendar)
    if (start, now) == (clock.counted_from, clock.calendar):
        return ()
    return (
        DeadlineReckonedAgain(
            at=said.at,
            deadline=set_by.deadline,
            because=said.because,
            counted_from=start,
            old_due=clock.due,
            due=due_on(set_by, start, calendar),
            old_calendar=clock.calendar,
            calendar=now,
        ),
    )
