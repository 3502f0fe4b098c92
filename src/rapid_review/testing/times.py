"""Strategies for days and times, with many on which counting is likely to go wrong."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review.domain.working_days import WorkingCalendar

LONDON: Final = ZoneInfo("Europe/London")
INDIA: Final = timezone(timedelta(hours=5, minutes=30))
A_DAY: Final = timedelta(days=1)
ROOM: Final = (timedelta(days=60), timedelta(days=500))
"""Left free at the two ends of a calendar, so that it covers what is counted from these days."""

_EARLIEST: Final = date(2018, 1, 1)
"""Since when rapid reviews are held; an incident may lie long before it."""

_AWKWARD: Final = (
    time(0),
    time(0, 30),
    time(1, 30),
    time(1, 30, fold=1),  # the second of the two, in the night when the clocks go back
    time(22, 59, 59),
    time(23, 30),
)


def days(calendar: WorkingCalendar | None = None) -> st.SearchStrategy[date]:
    """Return days of a calendar: any days, days near a bank holiday, days of a clock change.

    Args:
        calendar: the newest of England and Wales unless one is given.
    """
    return st.one_of(*map(st.sampled_from, _days(calendar or calendars.load("england-and-wales"))))


@cache
def _days(calendar: WorkingCalendar) -> tuple[tuple[date, ...], ...]:
    """Return all days, those beside a bank holiday, and those on which London changes clocks."""
    first = max(calendar.covers_from, _EARLIEST) + ROOM[0]
    last = calendar.covers_to - ROOM[1]
    span = tuple(first + number * A_DAY for number in range((last - first).days))
    edges = {day + by for day in calendar.closed for by in (-A_DAY, timedelta(0), A_DAY)}
    nights = tuple(day for day in span if _offset(day) != _offset(day + A_DAY))
    every = (span, tuple(day for day in span if day in edges), nights)
    return tuple(some for some in every if some)


def moments(calendar: WorkingCalendar | None = None) -> st.SearchStrategy[datetime]:
    """Return aware times on such days, half of them around midnight or where clocks change.

    They are in London's time, in UTC or in India's; London's may be an hour that comes twice in
    the night, or never.
    """
    return st.builds(
        datetime.combine,
        days(calendar),
        st.times() | st.sampled_from(_AWKWARD),
        st.sampled_from((UTC, LONDON, INDIA)),
    )


def _offset(day: date) -> timedelta | None:
    """Return how far London is ahead of Greenwich when a day begins."""
    return datetime.combine(day, time(0), LONDON).utcoffset()
