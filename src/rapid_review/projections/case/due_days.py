"""The due days that were recorded for each clock, and the length with which it was set."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple, Protocol

from rapid_review.domain.case import Clock
from rapid_review.domain.clocks import calendar_ref, days_that_started, due_on
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CalendarError, CalendarGapError
from rapid_review.domain.events import DUE_DAYS, AnyEvent, DeadlineReckonedAgain, DeadlineSet
from rapid_review.domain.printable import escaped
from rapid_review.domain.statement import with_other
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Unit
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import Calendars
from rapid_review.projections.case.clock_reading import Reason


class Counted(NamedTuple):
    """A due day as it was recorded, and the event that set the clock with its length."""

    clock: Clock
    set_by: DeadlineSet


def counted_by_clock(
    events: Iterable[AnyEvent], happened_by: datetime | None
) -> Mapping[str, Sequence[Counted]]:
    """Return by clock the due days that were recorded, in the order of recording.

    A calculation with another calendar moves the due day from the moment it was made. A
    calculation that moves the start says what the start always was, so it counts for every moment.
    """
    counted: dict[str, list[Counted]] = {}
    for event in events:
        if type(event) not in DUE_DAYS:  # asked first: most are of another kind
            continue
        if isinstance(event, DeadlineSet):
            counted.setdefault(event.deadline, []).append(Counted(_clock(event), event))
        elif isinstance(event, DeadlineReckonedAgain) and event.deadline in counted:
            before = counted[event.deadline][-1]
            moves_start = event.counted_from != before.clock.counted_from
            if moves_start or happened_by is None or event.at <= happened_by:
                counted[event.deadline].append(Counted(_clock(event), before.set_by))
    return counted


def _clock(event: DeadlineSet | DeadlineReckonedAgain) -> Clock:
    return Clock(event.deadline, event.counted_from, event.due, event.calendar)


@dataclass(frozen=True, slots=True)
class DueDays:
    """The due days of one case's clocks, recorded or still to be counted.

    Attributes:
        recorded: everything that was recorded by then, corrections included.
        by_clock: the due days in effect, by clock, in the order of recording.
        calendars: gives the calendar that a clock names.
    """

    recorded: Sequence[AnyEvent]
    by_clock: Mapping[str, Sequence[Counted]]
    calendars: Calendars

    def of(
        self, rule: Deadline, start: date, terms: Terms, holder: Terms, number: int
    ) -> Counted | None:
        """Return the due day recorded for a start, else count it; None where no calendar can.

        A recorded due day is also taken if it was counted from a day on which nothing recorded
        ever started the clock: a history may state a due day without its start.

        Args:
            rule: the clock.
            start: the local day on which it starts.
            terms: the terms in force, whose calendar counts.
            holder: the terms that hold the clock.
            number: which of its rounds it is, from 1.
        """
        recorded = self.by_clock.get(rule.id, ())
        for one in reversed(recorded):
            if one.clock.counted_from == start:
                return one
        if recorded and number == 1:
            latest = recorded[-1]
            calendar = self.counting(rule, holder)
            started = days_that_started(rule, self.recorded, holder, calendar)
            if latest.clock.counted_from not in started:
                return latest._replace(clock=latest.clock._replace(counted_from=start))
        if (calendar := self._counting_calendar(rule, terms)) is None:
            return None
        set_by = recorded[-1].set_by if recorded else set_now(rule, start, calendar)
        try:
            due = due_on(set_by if recorded else rule, start, calendar)
        except CalendarGapError:
            return None
        return Counted(Clock(rule.id, start, due, calendar_ref(calendar)), set_by)

    def counting(self, rule: Deadline, terms: Terms) -> WorkingCalendar | None:
        """ToR 7.3: return the calendar by which a notification may count on a later day (I-1).

        It is the calendar of the recorded due day, if there is one. None if the terms never count
        receipt on a later day, or if the calendar is not available.
        """
        return None if terms.receipt_of(rule) is None else self._counting_calendar(rule, terms)

    def _counting_calendar(self, rule: Deadline, terms: Terms) -> WorkingCalendar | None:
        """Return the calendar of the recorded due day, or the newest of the terms, or None."""
        if recorded := self.by_clock.get(rule.id, ()):
            named = recorded[-1].clock.calendar
            return _calendar_if_available(self.calendars, named.id, named.version)
        return _calendar_if_available(self.calendars, terms.calendar, None)


def _calendar_if_available(
    calendars: Calendars, name: str, version: str | None
) -> WorkingCalendar | None:
    try:
        return calendars(name, version)
    except CalendarError:
        return None


def set_now(rule: Deadline, start: date, calendar: WorkingCalendar) -> DeadlineSet:
    """Return the event that would set a clock now; it is not recorded."""
    return DeadlineSet.model_construct(
        at=datetime.min.replace(tzinfo=UTC),
        due=start,
        deadline=rule.id,
        counted_from=start,
        length=rule.length,
        unit=rule.unit,
        counts_day_of_start=rule.counts_day_of_start,
        calendar=calendar_ref(calendar),
        clause=rule.clause,
    )


def as_started(rule: Deadline, set_by: DeadlineSet) -> Deadline:
    """Return the rule with the length with which the clock was set: terms may change later."""
    as_set = (set_by.length, set_by.unit, set_by.counts_day_of_start, set_by.clause)
    if as_set == (rule.length, rule.unit, rule.counts_day_of_start, rule.clause):
        return rule
    recorded: dict[str, object] = {
        "length": set_by.length,
        "unit": set_by.unit,
        "counts_day_of_start": set_by.counts_day_of_start,
        "clause": escaped(set_by.clause, but=""),
    }
    return with_other(rule, recorded)


def days_allowed(rule: Deadline, clock: Clock) -> int:
    """Return how many days a clock may take: its own working days, else calendar days."""
    if rule.unit is Unit.WORKING_DAYS:
        return rule.length
    return (clock.due - clock.counted_from).days


class Marked(Protocol):
    """Anything that has a due day, and the marks of that day."""

    @property
    def provisional(self) -> bool:
        """Whether it was counted with bank holidays that nobody had published."""
        ...

    @property
    def one_source(self) -> bool:
        """Whether it was counted with bank holidays that rest on one source alone."""
        ...


class DueMarks(NamedTuple):
    """What is to be known of a due day.

    Attributes:
        provisional: it was counted with bank holidays that nobody had published.
        one_source: it was counted with bank holidays that rest on one source alone.
    """

    provisional: bool = False
    one_source: bool = False


def due_marks(
    unit: Unit, counted_from: date, due: date, calendar: tuple[str, str], calendars: Calendars
) -> DueMarks:
    """Return the marks of a due day, which come from the bank holidays it was counted with.

    A due day in calendar days or months has none, because no bank holiday moves it.

    Args:
        unit: what was counted.
        counted_from: the day it was counted from.
        due: the due day.
        calendar: the id and version of the calendar that counted; if it is not available, no
            marks are known.
        calendars: gives a calendar by id and version.
    """
    return _marks(unit, counted_from, due, _calendar_if_available(calendars, *calendar))


def _marks(
    unit: Unit, counted_from: date, due: date, counting: WorkingCalendar | None
) -> DueMarks:
    if unit is not Unit.WORKING_DAYS or counting is None:
        return DueMarks()
    return DueMarks(counting.is_provisional(due), counting.is_of_one_source(counted_from))


class DaysRun(NamedTuple):
    """How long a clock ran, and the marks of its due day.

    Attributes:
        taken: the days, in the clock's own unit; None where they are not known.
        unknown: why they are not known, although the clock has started.
        marks: what is to be known of its due day.
    """

    taken: int | None
    unknown: Reason | None
    marks: DueMarks = DueMarks()


def days_run(
    rule: Deadline,
    clock: Clock | None,
    until: date,
    undetermined: Reason | None,
    calendars: Calendars,
) -> DaysRun:
    """Return how long a clock ran until a day.

    For a clock that runs backwards, that is the days left before the day it is counted from.

    Args:
        rule: the clock.
        clock: its start and its due day; None where it has none.
        until: the day.
        undetermined: why the clock cannot be read; None if it can.
        calendars: gives the calendar that counted.
    """
    if clock is None:
        return DaysRun(None, undetermined)
    counting = _calendar_if_available(calendars, clock.calendar.id, clock.calendar.version)
    marks = _marks(rule.unit, clock.counted_from, clock.due, counting)
    if undetermined is not None:
        return DaysRun(None, undetermined, marks)
    first, last = (until, clock.counted_from) if rule.before else (clock.counted_from, until)
    if rule.unit is not Unit.WORKING_DAYS:
        return DaysRun(max(0, (last - first).days), None, marks)
    if counting is None:
        return DaysRun(None, Reason.CALENDAR_NOT_AT_HAND, marks)
    try:
        days = counting.count(first, last, counting_day=rule.counts_day_of_start)
    except CalendarGapError:
        return DaysRun(None, Reason.CALENDAR_GAP, marks)
    return DaysRun(days, None, marks)


def marks_by_version(entries: Iterable[Entry], calendars: Calendars) -> Mapping[int, DueMarks]:
    """Return the marks of each recorded due day that has any, by the entry that records it."""
    marks: dict[int, DueMarks] = {}
    units: dict[str, Unit] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, DeadlineSet):
            units[event.deadline] = event.unit
        if isinstance(event, DUE_DAYS) and event.deadline in units:
            calendar = (event.calendar.id, event.calendar.version)
            unit = units[event.deadline]
            found = due_marks(unit, event.counted_from, event.due, calendar, calendars)
            if any(found):
                marks[entry.version] = found
    return marks


def marks_of(due: Marked) -> str:
    """Return the marks of a due day, such as "provisional"; nothing for most.

    >>> marks_of(DueMarks(provisional=True)), marks_of(DueMarks(one_source=True))
    ('provisional', 'one source')
    """
    marks = (("provisional", due.provisional), ("one source", due.one_source))
    return ", ".join(word for word, holds in marks if holds)


def marked(day: date | None, due: Marked) -> str | None:
    """Return a due day with its marks beside it.

    >>> marked(date(2029, 1, 29), DueMarks(provisional=True))
    '2029-01-29 (provisional)'
    """
    marks = marks_of(due)
    return None if day is None else f"{day} ({marks})" if marks else str(day)


def marks_in_words(due: Marked) -> Iterator[str]:
    """Yield a sentence for each mark of a due day: what it means, and what is to be done."""
    if due.provisional:
        yield (
            "the due day is provisional, because its bank holidays had not been published. "
            "Calculate it again with ReckonDeadlineAgain when they are"
        )
    if due.one_source:
        yield (
            "the bank holidays of the due day come from one source only, and were not checked "
            "against another"
        )
