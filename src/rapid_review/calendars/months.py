"""Months after a date: the one piece of calendar arithmetic left to a library."""

from datetime import date


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or the last day of a shorter month.

    Raises:
        ValueError: the answer lies beyond the year 9999.

    >>> add_months(date(2020, 8, 31), 6)
    datetime.date(2021, 2, 28)
    """
    from dateutil.relativedelta import relativedelta  # noqa: PLC0415 - few calendars need it

    return day + relativedelta(months=months)
