"""Days and hours as people type them: 4/5/2020, 4 May 2020 9:30, 2020-05-04."""

import re
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from rapid_review.domain.clock_changes import existed, occurs_twice
from rapid_review.domain.day_names import month_named
from rapid_review.tables.problems import CellError

_UK: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d+)")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH_BY_NAME: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})\.? (\d+)")
_HOUR: Final = re.compile(r"(.*\d)(?:t|,? )(\d{1,2})[:.](\d{2})(?::00)?")
_FOUR_DIGITS: Final = 4
_LAST_MONTH: Final = 12
NOON: Final = time(12)
"""The hour that is recorded if only the day is given, by the clock of the partnership."""
YEARS: Final = range(2000, 2200)
"""The years in which something can have happened, as the record has it."""
YEARS_OF_A_DAY: Final = range(1900, 2200)
"""The years of a day without an hour: an incident may have been long ago."""
WAY_ON_DAY: Final = "Write day/month/year, such as 04/05/2020, or use a date cell."
_WAY_ON_HOUR: Final = "Write only the day, or a different hour, such as 04/05/2020 09:30."


def has_hour(text: str) -> bool:
    """Say whether a text has an hour after its day."""
    return _HOUR.fullmatch(text.lower()) is not None


def day_and_hour(text: str) -> tuple[date, time | None]:
    """Return the day and the hour in a text; None if it has no hour.

    Raises:
        CellError: there is no such day or hour, or it is not written as the column asks.
    """
    match = _HOUR.fullmatch(text.lower())
    if match is None:
        return parse_day(text), None
    try:
        hour = time(int(match[2]), int(match[3]))
    except ValueError:
        raise CellError("has an hour that does not exist", _WAY_ON_HOUR) from None
    return parse_day(match[1]), hour


def in_zone(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """Return a local day and hour as a moment.

    Raises:
        CellError: the clocks were changed, and that hour did not occur, or occurred twice.
    """
    when = datetime.combine(day, hour, tzinfo=zone)
    if not existed(when):
        raise CellError(
            "has an hour that did not exist on that day, because the clocks went forward",
            _WAY_ON_HOUR,
        )
    if occurs_twice(when):
        raise CellError(
            "has an hour that occurred twice on that day, because the clocks went back",
            _WAY_ON_HOUR,
        )
    return when


def parse_day(text: str) -> date:
    """Return the day in a text, in UK order, with the month by its name, or as ISO has it.

    Raises:
        CellError: there is no such day, or it is not written as the column asks.
    """
    text = " ".join(text.lower().split())
    if match := _ISO.fullmatch(text):
        return _date_of(match[1], match[2], match[3])
    if match := _UK.fullmatch(text):
        return _date_of(match[3], match[2], match[1])
    if (match := _MONTH_BY_NAME.fullmatch(text)) and (month := month_named(match[2])):
        return _date_of(match[3], str(month), match[1])
    raise CellError("is not a day", WAY_ON_DAY)


def _date_of(year: str, month: str, day: str) -> date:
    if len(year) != _FOUR_DIGITS:
        raise CellError("has a year without four digits", WAY_ON_DAY)
    if int(month) > _LAST_MONTH >= int(day) > 0:
        raise CellError(
            "has a month that does not exist; write the day before the month", WAY_ON_DAY
        )
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise CellError("has a day that does not exist", WAY_ON_DAY) from None
