"""How a due date came about, day by day; and recorded due dates counted again (ToR 5(a), 7.3).

Nothing here changes a due date. `calculate` explains one. `recalculate` counts each recorded one
again with the very calendar that its entry names, and says whether the two agree.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from rapid_review.domain.clocks import calendar_ref, due_on
from rapid_review.domain.day_names import WEEKDAYS
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CalendarError, CalendarGapError
from rapid_review.domain.events import DUE_DAYS, DeadlineReckonedAgain, DeadlineSet
from rapid_review.domain.terms.deadlines import KNOWN, PANEL_NOTIFIED, RECEIVED, Deadline
from rapid_review.domain.vocabulary import CalendarRef, Unit
from rapid_review.domain.working_days import DayReckoned, WorkingCalendar
from rapid_review.projections.as_of import Calendars

_DAY_ZERO: Final = {
    RECEIVED: "the day of receipt",
    KNOWN: "the day it became known",
    PANEL_NOTIFIED: "the day the Panel was notified",
    "PanelDiscussionNoted.discussed_on": "the day of the Panel's meeting",
    "PracticeReviewCommissioned.at": "the day of the commission",
    "PublicationPlanned.planned_on": "the day planned for the publication",
}


def day_zero(deadline: Deadline) -> str:
    """Return in words what happened on the day that a clock counts from."""
    return _DAY_ZERO.get(deadline.starts_on, "the day the clock started")


def calculate(
    deadline: Deadline, counted_from: date, due: date, calendar: WorkingCalendar
) -> tuple[DayReckoned, ...]:
    """Return a due date's calculation: every day of working days; else the first and the last.

    Args:
        deadline: the clock: its length, its unit, and whether the day of its start counts.
        counted_from: the local day it counts from: day 0, or day 1 where that day counts.
        due: the due day.
        calendar: the calendar that counted.

    Raises:
        CalendarGapError: the calendar does not cover one of the days.

    >>> from rapid_review import calendars, terms
    >>> clock = terms.load("kent-and-medway-2020-05").clocks["rapid-review"]
    >>> england = calendars.load("england-and-wales")
    >>> lines = calculate(clock, date(2020, 5, 4), date(2020, 5, 27), england)
    >>> lines[4].day, lines[4].number, lines[4].why
    (datetime.date(2020, 5, 8), None, 'bank holiday: Early May bank holiday (VE day)')
    """
    started = day_zero(deadline)
    if deadline.before:
        return tuple(_days_backwards(deadline, counted_from, due, calendar))
    if deadline.unit is Unit.WORKING_DAYS:
        return calendar.explain(
            counted_from, due, counting_day=deadline.counts_day_of_start, day_zero=started
        )
    unit = "months" if deadline.unit is Unit.MONTHS else "calendar days"
    why = (f"day 0: {started} is not counted", f"{deadline.length} {unit} later")
    return tuple(
        DayReckoned(day, WEEKDAYS[day.weekday()], None, reason)
        for day, reason in zip((counted_from, due), why, strict=True)
    )


def _days_backwards(
    deadline: Deadline, counted_from: date, due: date, calendar: WorkingCalendar
) -> Iterator[DayReckoned]:
    """Yield the days of a clock that is due before the day it is counted from, that day first."""
    number = 0
    day = counted_from
    while day >= due:
        closure = calendar.closure(day) if deadline.unit is Unit.WORKING_DAYS else None
        is_counted = day != counted_from and closure is None
        number += is_counted
        why = closure or ("working day" if deadline.unit is Unit.WORKING_DAYS else "calendar day")
        if day == counted_from:
            why = f"day 0: {day_zero(deadline)} is not counted"
        yield DayReckoned(day, WEEKDAYS[day.weekday()], number if is_counted else None, why)
        day -= timedelta(days=1)


class Agreement(StrEnum):
    """What counting again says of a recorded due date."""

    AGREES = "agrees"
    DIFFERS = "differs"
    CANNOT_CHECK = "cannot-check"


@dataclass(frozen=True, slots=True)
class Recalculation:
    """One recorded due date, counted again.

    Attributes:
        version: the entry that recorded it.
        deadline: which clock.
        counted_from: the day it counts from, as recorded.
        due: the due day, as recorded.
        calendar: the calendar that the entry names.
        agreement: the result.
        recounted: the due day as counted again; None where it could not be counted.
        because: why it could not be checked.
    """

    version: int
    deadline: str
    counted_from: date
    due: date
    calendar: CalendarRef
    agreement: Agreement
    recounted: date | None = None
    because: str = ""


def recalculate(entries: Iterable[Entry], calendars: Calendars) -> tuple[Recalculation, ...]:
    """Count again every due date that one case's entries record, each with its own calendar.

    Due dates that a later calculation replaced are counted too: they should have been right when
    they were recorded.
    """
    counts: list[Recalculation] = []
    set_by: dict[str, DeadlineSet] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, DeadlineSet):
            set_by[event.deadline] = event
        if isinstance(event, DUE_DAYS):
            counts.append(_recalculate_one(entry.version, event, set_by, calendars))
    return tuple(counts)


def _recalculate_one(
    version: int,
    event: DeadlineSet | DeadlineReckonedAgain,
    set_by: dict[str, DeadlineSet],
    calendars: Calendars,
) -> Recalculation:
    def result(
        agreement: Agreement, recounted: date | None = None, because: str = ""
    ) -> Recalculation:
        recorded = (version, event.deadline, event.counted_from, event.due, event.calendar)
        return Recalculation(*recorded, agreement, recounted, because)

    rule = set_by.get(event.deadline)
    if rule is None:
        return result(Agreement.CANNOT_CHECK, because="no earlier entry starts this clock")
    try:
        calendar = calendars(event.calendar.id, event.calendar.version)
        if calendar_ref(calendar) != event.calendar:
            because = f"the calendar found has other content, with digest {calendar.digest}"
            return result(Agreement.CANNOT_CHECK, because=because)
        due = due_on(rule, event.counted_from, calendar)
    except (CalendarError, CalendarGapError) as error:
        return result(Agreement.CANNOT_CHECK, because=str(error))
    return result(Agreement.AGREES if due == event.due else Agreement.DIFFERS, due)
