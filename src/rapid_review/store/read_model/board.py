"""The board from the read model: the same standings as `projections.board`, without a replay.

A clock's row holds everything about it except the days left, which change from day to day: they
are counted here, with the calendar that counted the due day.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import TypedDict
from zoneinfo import ZoneInfo

from rapid_review.domain.errors import CalendarError, CalendarGapError
from rapid_review.domain.vocabulary import Unit
from rapid_review.projections.as_of import Calendars
from rapid_review.projections.case.clock_reading import Reason
from rapid_review.projections.case.due_days import DueMarks, due_marks
from rapid_review.projections.case.stage import Stage
from rapid_review.projections.statistics.facts import Ended
from rapid_review.projections.work.board import Standing
from rapid_review.store.backends.ports import Values
from rapid_review.store.read_model.values import DeadlineRow, deadline_row


def standings(
    rows: Iterable[Values], moment: datetime, calendars: Calendars
) -> tuple[Standing, ...]:
    """Return where each case stands, by reference.

    Args:
        rows: the columns that the statement `BOARD` names, those of a case together.
        moment: when it is read, aware; its day is taken in each case's own zone.
        calendars: gives the calendar that a clock names.
    """
    found: list[Standing] = []
    for (reference, reached, is_open, zone), group in groupby(rows, key=itemgetter(0, 1, 2, 3)):
        today = moment.astimezone(ZoneInfo(zone)).date()
        clocks = [deadline_row((row[0], *row[4:])) for row in group if row[4] is not None]
        owed = [clock for clock in clocks if _is_owed(clock, today)]
        standing = Standing(reference, Stage(reached), bool(is_open))
        if owed:
            # Of two due on one day, the first in the terms.
            first = min(owed, key=attrgetter("due"))
            standing = replace(
                standing,
                deadline=first.deadline,
                due=first.due,
                owed_by=first.owed_by,
                unit=first.unit,
                **_days_left(first, today, calendars),
                **_marks(first, calendars)._asdict(),
            )
        found.append(standing)
    return tuple(sorted(found, key=attrgetter("case")))


def _is_owed(clock: DeadlineRow, today: date) -> bool:
    runs = clock.ended in (Ended.OPEN, Ended.OPEN_RELAXED) and clock.counted_from <= today
    return runs and not clock.advisory


class _DaysLeft(TypedDict):
    days_left: int | None
    days_unknown: Reason | None


def _days_left(clock: DeadlineRow, today: date, calendars: Calendars) -> _DaysLeft:
    """Return the days until a due day is over, or why they are not known."""
    if clock.unit is not Unit.WORKING_DAYS:
        return {"days_left": (clock.due - today).days, "days_unknown": None}
    try:
        taken = calendars(*clock.calendar).count(
            clock.counted_from, today, counting_day=clock.counts_day_of_start
        )
    except CalendarError:
        return {"days_left": None, "days_unknown": Reason.CALENDAR_NOT_AT_HAND}
    except CalendarGapError:
        return {"days_left": None, "days_unknown": Reason.CALENDAR_GAP}
    return {"days_left": clock.length - taken, "days_unknown": None}


def _marks(clock: DeadlineRow, calendars: Calendars) -> DueMarks:
    return due_marks(clock.unit, clock.counted_from, clock.due, clock.calendar, calendars)
