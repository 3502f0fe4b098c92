"""The strip of a clock: its days in weeks, numbered, with the due day and the day of the stop."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from rapid_review.domain.errors import CalendarError, CalendarGapError
from rapid_review.domain.vocabulary import Unit
from rapid_review.domain.working_days import DayReckoned
from rapid_review.projections.as_of import Calendars
from rapid_review.projections.case.calculation import calculate
from rapid_review.projections.case.clock_reading import ClockReading, calculated

_LONGEST: Final = timedelta(weeks=14)
"""A strip that would be longer ends on the due day; the page gives later days in words."""


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day of a strip.

    Attributes:
        line: its line in the calculation: date, weekday, number, and why.
        marks: what happened on it, or was to happen by its end.
        kind: `start`, `working`, `rest` (the weekend), `holiday`, or `late` for a working day
            after the due day.
    """

    line: DayReckoned
    marks: tuple[str, ...]
    kind: str


def lines_of(reading: ClockReading, today: date, calendars: Calendars) -> tuple[DayReckoned, ...]:
    """Return the calculation of a clock, beyond its due day if it stopped or is read later.

    It is empty if the clock has not started, or if its calendar is not available.

    Args:
        reading: the clock.
        today: the day on which it is read.
        calendars: gives a calendar by id and version.
    """
    if reading.calendar is None or reading.counted_from is None or reading.due is None:
        return ()
    try:
        until = max(reading.due, reading.stopped_on or today)
        if reading.rule.unit is not Unit.WORKING_DAYS or until - reading.counted_from > _LONGEST:
            return calculated(reading, calendars)
        calendar = calendars(reading.calendar.id, reading.calendar.version)
        return calculate(reading.rule, reading.counted_from, until, calendar)
    except (CalendarError, CalendarGapError):
        return ()


def weeks_of(
    reading: ClockReading, lines: Sequence[DayReckoned]
) -> tuple[tuple[StripDay | None, ...], ...]:
    """Return the days of a clock in working days as weeks from Monday; none for another clock."""
    if reading.rule.unit is not Unit.WORKING_DAYS or not lines:
        return ()
    days: list[StripDay | None] = [None] * lines[0].day.weekday()
    days.extend(_strip_day(line, reading) for line in lines)
    days.extend([None] * (-len(days) % 7))
    return tuple(tuple(days[at : at + 7]) for at in range(0, len(days), 7))


def holidays_among(lines: Iterable[DayReckoned]) -> tuple[DayReckoned, ...]:
    """Return the bank holidays of a calculation."""
    return tuple(line for line in lines if _HOLIDAY in line.why)


_HOLIDAY: Final = "bank holiday"


def _strip_day(line: DayReckoned, reading: ClockReading) -> StripDay:
    happened = (
        (reading.counted_from, "start"),
        (reading.due, "due"),
        (reading.stopped_on, "stopped"),
    )
    marks = tuple(mark for day, mark in happened if day == line.day)
    return StripDay(line, marks, _kind(line, reading))


def _kind(line: DayReckoned, reading: ClockReading) -> str:
    if line.number is not None:
        return "late" if reading.due is not None and line.day > reading.due else "working"
    if line.day == reading.counted_from:
        return "start"
    return "holiday" if _HOLIDAY in line.why else "rest"
