"""A time of the day, as people type it: 14:30, 2.30 pm, 0930, noon."""

import re
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from rapid_review.domain.clock_changes import existed, occurs_twice
from rapid_review.reports.dates import hour_text

_TIME: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))? ?(?P<half>am|pm)"
    r"|(?P<of_24>\d{1,2})[:.]?(?P<minutes>\d{2})"
)
_HALF: Final = 12
_NEEDS_TIME: Final = "Write the time in hours and minutes, such as 14:30, or leave it empty."
_NO_SUCH_HOUR: Final = (
    "This hour did not exist on that day, as the clocks went forward. Write a different hour."
)


def moment_typed(day: date, text: str, zone: ZoneInfo) -> datetime | str:
    """Return the moment of a day and a time as it was typed; or what to write instead.

    An hour that clocks showed twice has the name of its time after it, as pages show it.

    >>> london = ZoneInfo("Europe/London")
    >>> str(moment_typed(date(2020, 10, 25), "1.30 gmt", london))
    '2020-10-25 01:30:00+00:00'
    >>> moment_typed(date(2020, 10, 25), "1.30", london)
    'This hour occurred twice on that day, as the clocks went back. Write 01:30 BST or 01:30 GMT.'
    """
    hour, _, name = text.rpartition(" ")
    is_bare = time_typed(text) is not None
    if (at := time_typed(text if is_bare else hour)) is None:
        return _NEEDS_TIME
    first = datetime.combine(day, at, zone)
    both = (first, first.replace(fold=1))
    if not existed(first):
        return _NO_SUCH_HOUR
    if is_bare and occurs_twice(first):
        each = " or ".join(hour_text(one, zone) for one in both)
        return f"This hour occurred twice on that day, as the clocks went back. Write {each}."
    named = (one for one in both if is_bare or one.tzname() == name.upper())
    return next(named, _NEEDS_TIME)


def time_typed(text: str) -> time | None:
    """Return the time of the day that a text gives; None if it gives none that is certain.

    >>> [str(time_typed(one)) for one in ("02:30pm", "9.30 a.m.", "0930", "12 am", "noon")]
    ['14:30:00', '09:30:00', '09:30:00', '00:00:00', '12:00:00']
    >>> [time_typed(one) for one in ("14:30 pm", "2", "25:00", "midnight")]
    [None, None, None, None]
    """
    plain = re.sub(r"\b([ap])\.m\.?$", r"\1m", " ".join(text.lower().split()))
    if plain in ("noon", "12 noon"):
        return time(_HALF)
    found = _TIME.fullmatch(plain) if plain.isascii() else None
    if found is None:
        return None
    hour, minute = int(found["hour"] or found["of_24"]), found["minute"] or found["minutes"] or 0
    if found["half"]:
        if not 1 <= hour <= _HALF:
            return None
        hour = hour % _HALF + (_HALF if found["half"] == "pm" else 0)
    try:
        return time(hour, int(minute))
    except ValueError:
        return None
