"""Days and times as a page writes them, in English whatever the machine's locale."""

from datetime import date, datetime, tzinfo

from rapid_review.domain.clock_changes import occurs_twice
from rapid_review.domain.day_names import MONTHS, WEEKDAYS


def day_text(day: date) -> str:
    """Return a day with its weekday.

    >>> day_text(date(2020, 5, 4))
    'Monday 4 May 2020'
    """
    return f"{WEEKDAYS[day.weekday()]} {date_text(day)}"


def moment_text(when: datetime, zone: tzinfo) -> str:
    """Return a time to the minute, as clocks showed it in a zone.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> moment_text(datetime(2020, 5, 4, 8, 30, tzinfo=UTC), ZoneInfo("Europe/London"))
    '4 May 2020, 09:30'
    """
    return f"{date_text(when.astimezone(zone))}, {hour_text(when, zone)}"


def hour_text(when: datetime, zone: tzinfo) -> str:
    """Return the hour and minute of a time, as clocks showed it in a zone.

    If they showed it twice that day, it says by which time.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> hour_text(datetime(2020, 10, 25, 1, 30, tzinfo=UTC), ZoneInfo("Europe/London"))
    '01:30 GMT'
    """
    local = when.astimezone(zone)
    return f"{local:%H:%M} {local.tzname()}" if occurs_twice(local) else f"{local:%H:%M}"


def date_text(day: date) -> str:
    """Return a day without its weekday.

    >>> date_text(date(2020, 5, 4))
    '4 May 2020'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
