"""The clocks (ToR 5(a), 7.3, 7.8): when they start, and the due day that is recorded with them.

A due day is calculated once, with a named calendar, and recorded; nothing recomputes it. A new
calendar, or a corrected start, leads to a `DeadlineReckonedAgain` beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
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
from rapid_review.domain.record_particulars import CorrectionTarget, Reckoning
from rapid_review.domain.team_events import PanelNotified
from rapid_review.domain.terms.deadlines import PANEL_NOTIFIED, Deadline
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import CalendarRef, Unit
from rapid_review.domain.working_days import WorkingCalendar, load_if_needed


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
    length, unit = deadline.length, deadline.unit
    if _runs_backwards(deadline):
        count = calendar.before if unit is Unit.WORKING_DAYS else calendar.days_before
        return count(counted_from, length)
    if unit is Unit.WORKING_DAYS:
        return calendar.after(counted_from, length, counting_day=deadline.counts_day_of_start)
    if unit is Unit.CALENDAR_DAYS:
        return calendar.days_after(counted_from, length)
    return calendar.months_after(counted_from, length)


def _runs_backwards(deadline: Deadline | DeadlineSet) -> bool:
    """Say whether a clock is due before the day from which it is counted."""
    if isinstance(deadline, DeadlineSet):
        return deadline.due < deadline.counted_from
    return deadline.before


def calendar_ref(calendar: WorkingCalendar) -> CalendarRef:
    """Return the reference by which entries name a calendar."""
    return CalendarRef(id=calendar.id, version=calendar.version, digest=calendar.digest)


def start_of(
    deadline: Deadline,
    events: Sequence[AnyEvent],
    terms: Terms,
    calendar: WorkingCalendar | None = None,
    *,
    by: date = date.max,
) -> date | None:
    """Return the earliest local day, by one day, on which `events` start this clock, or None.

    A notification of a class that opens no review starts no clock (ToR 1). A notification that
    came after the hour of the terms, or on a day off, starts it on the next working day, if the
    terms say so (reading I-1); without a calendar that covers the day, on its own day. A clock
    that runs backwards starts on a plan, and of several plans the last holds.

    Args:
        deadline: the clock.
        events: what is in effect, in the order in which it happened.
        terms: the terms that hold the clock.
        calendar: says which days are working days.
        by: what happened on a later local day has not started it yet.
    """
    found: date | None = None
    for event in events:
        if (start := deadline.started_by(event)) is None:
            continue
        if not _may_start(deadline, event, events, terms):
            continue
        day = terms.local_day(start)
        # A plan is known from the day on which it was made; the planned day lies ahead.
        known_on = terms.local_day(event.at) if deadline.before else day
        if known_on > by:
            continue
        if calendar is not None:
            day = counts_from(start, deadline, terms, calendar)
        if found is None or deadline.before or day < found:
            found = day
    return found


def counts_from(
    start: datetime | date, deadline: Deadline, terms: Terms, calendar: WorkingCalendar | None
) -> date:
    """ToR 7.3: return the local day from which a clock counts, by the time of its start (I-1).

    A notification may count on the next working day, if the terms say so and the calendar covers
    that day; every other start counts on its own day.
    """
    day, receipt = terms.local_day(start), terms.receipt_of(deadline)
    if receipt is None or calendar is None or not isinstance(start, datetime):
        return day
    try:
        working = calendar.is_working(day)
        moved = receipt.moves(start.astimezone(terms.zone), working=working)
        return calendar.after(day, 1) if moved else day
    except CalendarGapError:
        return day


def rounds(
    deadline: Deadline, case: Case, terms: Terms, *, by: date = date.max
) -> tuple[tuple[AnyEvent, ...], ...]:
    """Return the events in effect, in the rounds that a clock runs through (reading I-23).

    A clock of the Panel runs again when a decision that was reconsidered after the Panel's answer
    is sent to it; every other clock has one round.
    """
    return panel_rounds(case, terms, by=by) if runs_again(deadline) else (case.standing,)


def days_that_started(
    deadline: Deadline,
    recorded: Iterable[AnyEvent],
    terms: Terms,
    calendar: WorkingCalendar | None = None,
) -> frozenset[date]:
    """Return every local day from which the record ever let this clock count.

    Replacements by corrections are included, and so is what they replaced: nobody who counted from
    the record can have counted from any other day.
    """
    kinds, found = deadline.starting_kinds, set[date]()
    for event in recorded:
        content = event.replacement if type(event) is RecordCorrected else event
        if content is None or content.kind not in kinds:  # most are of another kind
            continue
        if (start := deadline.started_by(content)) is not None:
            found.add(counts_from(start, deadline, terms, calendar))
    return frozenset(found)


def may_run(deadline: Deadline, case: Case, terms: Terms) -> bool:
    """ToR 1: say whether a clock runs at all in a case with this class of notification.

    It does not if the class opens no review, or if the clock is for other classes only.
    """
    received = case.first(NotificationReceived)
    if received is None:
        return True
    return deadline.is_of_its_class(received) and opens_review(received, terms)


def runs_again(deadline: Deadline) -> bool:
    """Say whether a clock may run more than once: in each round before the Panel."""
    if deadline.each_time is not None:
        return deadline.each_time
    answered = deadline.stopping_kind == _ANSWERED
    return answered or deadline.starting_kind in _OF_THE_PANEL


_ANSWERED: Final = PanelFeedbackReceived.__name__
_OF_THE_PANEL: Final = (PanelDiscussionNoted.__name__, ReportSentToPanel.__name__)


def _may_start(
    deadline: Deadline, event: AnyEvent, events: Sequence[AnyEvent], terms: Terms
) -> bool:
    """ToR 1: say whether the class of the notification lets an event start a clock.

    The day on which the Panel was told belongs to the notification, however late it is recorded.
    """
    if deadline.starts_on != PANEL_NOTIFIED or not isinstance(event, PanelNotified):
        return opens_review(event, terms)
    received = next((one for one in events if isinstance(one, NotificationReceived)), event)
    return deadline.is_of_its_class(received) and opens_review(received, terms)


def opens_review(event: AnyEvent, terms: Terms) -> bool:
    """Say whether a rapid review follows, as far as this event decides it."""
    if type(event) is not NotificationReceived:  # much faster than `isinstance`
        return True
    notification_class = terms.classes.get(event.notification_class)
    return notification_class is None or notification_class.opens_review


def clocks_started(
    case: Case,
    terms: Terms,
    calendar: WorkingCalendar | Callable[[], WorkingCalendar],
    *,
    at: datetime,
) -> Iterator[DeadlineSet]:
    """ToR 7.3: yield a `DeadlineSet` for every clock of the terms that has started and is not set.

    A clock is set once in each of its rounds; terms that replace others set the clocks that they
    add. A clock whose due day the calendar does not reach is not set, and refuses nothing: it is
    undetermined until a calendar reaches it.
    """
    starts_on_record: dict[str, set[date]] = {}
    due_days: list[DeadlineSet | DeadlineReckonedAgain] = [*case.all(DeadlineSet)]
    for event in (*due_days, *case.all(DeadlineReckonedAgain)):
        starts_on_record.setdefault(event.deadline, set()).add(event.counted_from)
    kinds = case.by_kind.keys()
    for deadline in terms.clocks.values():
        set_from = starts_on_record.get(deadline.id, set())
        if kinds.isdisjoint(deadline.starting_kinds) or (set_from and not runs_again(deadline)):
            continue
        if not may_run(deadline, case, terms):
            continue
        for number, events in enumerate(rounds(deadline, case, terms)):
            # Already set: if its start has moved since, the correction has calculated it again
            # (ADR 0010).
            if number == 0 and set_from:
                continue
            loaded = load_if_needed(calendar)
            counted_from = start_of(deadline, events, terms, loaded)
            if counted_from is None or counted_from in set_from:
                continue
            with suppress(CalendarGapError):
                yield clock_set(deadline, counted_from, loaded, at=at)


def clock_set(
    deadline: Deadline, counted_from: date, calendar: WorkingCalendar, *, at: datetime
) -> DeadlineSet:
    """Return the event that records a clock that starts on a day, and its due day.

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
    command: Reckoning | CorrectionTarget,
    case: Case,
    calendar: WorkingCalendar,
    counted_from: date | None = None,
) -> tuple[DeadlineReckonedAgain, ...]:
    """Return a clock's new calculation, or nothing if calendar and start are as recorded.

    Args:
        set_by: the event that set the clock; its length is what the terms then said.
        command: the command that asks for it: when, and why.
        case: the case whose clock it is.
        calendar: the calendar of now.
        counted_from: the new start, if a correction moved it.
    """
    clock = case.review.clocks[set_by.deadline]
    start = counted_from or clock.counted_from
    now = calendar_ref(calendar)
    if (start, now) == (clock.counted_from, clock.calendar):
        return ()
    return (
        DeadlineReckonedAgain(
            at=command.at,
            deadline=set_by.deadline,
            because=command.because,
            counted_from=start,
            old_due=clock.due,
            due=due_on(set_by, start, calendar),
            old_calendar=clock.calendar,
            calendar=now,
        ),
    )
