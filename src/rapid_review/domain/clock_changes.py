"""The hours around a change of the clocks: one did not exist, and another occurred twice."""

from datetime import UTC, datetime


def occurs_twice(when: datetime) -> bool:
    """Say whether clocks showed the hour of a local time twice that day.

    >>> from zoneinfo import ZoneInfo
    >>> london = ZoneInfo("Europe/London")
    >>> occurs_twice(datetime(2020, 10, 25, 1, 30, tzinfo=london))
    True
    >>> occurs_twice(datetime(2020, 3, 29, 1, 30, tzinfo=london))  # it did not exist
    False
    """
    return existed(when) and when.replace(fold=0).utcoffset() != when.replace(fold=1).utcoffset()


def existed(when: datetime) -> bool:
    """Say whether clocks showed the hour of a local time at all that day."""
    local = when.astimezone(UTC).astimezone(when.tzinfo)
    return local.replace(tzinfo=None) == when.replace(tzinfo=None)
