"""A time of the day, as people type it: 14:30, 2.30 pm, 0930, noon."""

import re
from datetime import time
from typing import Final

_TIME: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))? ?(?P<half>am|pm)"
    r"|(?P<of_24>\d{1,2})[:.]?(?P<minutes>\d{2})"
)
_HALF: Final = 12


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
