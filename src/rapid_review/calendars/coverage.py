"""Where a calendar ends, and the warning a year before it does."""

from datetime import date
from typing import Final

from rapid_review.calendars.months import add_months
from rapid_review.domain.working_days import WorkingCalendar

_MONTHS_AHEAD: Final = 12


def ends_soon(calendar: WorkingCalendar, on: date) -> str | None:
    """Return a warning if a calendar's published days end within a year of a day, or have ended.

    >>> from rapid_review.calendars import load
    >>> ends_soon(load("england-and-wales"), date(2027, 12, 31))
    >>> print(ends_soon(load("england-and-wales"), date(2028, 1, 1)))
    calendar england-and-wales 2026-11-26: its published bank holidays end on 2028-12-31; due \
days after that are provisional. Use a newer version: a newer release, or \
`rapid-review db init --calendar FILE`
    """
    if add_months(on, _MONTHS_AHEAD) <= calendar.known_to:
        return None
    beyond = "provisional" if calendar.covers_to > calendar.known_to else "not counted"
    return (
        f"calendar {calendar.id} {calendar.version}: its published bank holidays end on "
        f"{calendar.known_to}; due days after that are {beyond}. Use a newer version: a newer "
        "release, or `rapid-review db init --calendar FILE`"
    )
