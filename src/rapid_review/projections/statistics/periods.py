"""Periods: months, calendar quarters, years to 31 March; and spans of whole months.

- A month is "2020-05".
- A quarter is of the calendar year: "2020-Q2" is April to June 2020.
- A year ends on 31 March, as the Department for Education publishes: "year to 31 March 2021".

Cells know the month and not the day, so a span begins and ends with whole months.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from rapid_review.domain.errors import InvalidInputError, listed, shown

_MONTH: Final = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])")
_QUARTER: Final = re.compile(r"([12]\d{3})-Q([1-4])")
_YEAR: Final = re.compile(r"year to 31 March ([12]\d{3})")
_DAY: Final = re.compile(r"[12]\d{3}-\d\d-\d\d")
_ALLOWED: Final = (
    "a month such as 2020-05, a quarter such as 2020-Q2, a 'year to 31 March 2021', or a date "
    "that begins or ends a month"
)
_YEARS: Final = range(2000, 2200)
"""Which may be asked for; no rapid review is older, and every period between has a row."""


class By(StrEnum):
    """What a statistic is grouped by."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    AGENCY = "agency"  # that sent the notification


PERIODS: Final = (By.MONTH, By.QUARTER, By.YEAR)
"""The groupings whose rows follow each other in time."""


@dataclass(frozen=True, slots=True)
class Span:
    """From which month to which, both included; None is without a limit.

    Raises:
        InvalidInputError: the last month is before the first.
    """

    first: str | None = None
    last: str | None = None

    def __post_init__(self) -> None:
        if self.first and self.last and self.last < self.first:
            raise InvalidInputError(
                f"asked for {self.first} to {self.last}; the first month must not be after the "
                "last: give them the other way round"
            )

    def __str__(self) -> str:
        if self.first is None and self.last is None:
            return "all months"
        return f"{self.first or 'the first month'} to {self.last or 'the last month'}"

    def holds(self, month: str) -> bool:
        """Say whether a month lies in it."""
        return (self.first or "") <= month <= (self.last or "9")


ALL_MONTHS: Final = Span()


def grouping(text: str) -> By:
    """Return what a statistic is to be grouped by, as said on a command line.

    Raises:
        InvalidInputError: there is no such grouping.
    """
    try:
        return By(text)
    except ValueError:
        raise InvalidInputError(
            f"the grouping: found {shown(text)}; allowed are {listed(By)}"
        ) from None


def span(since: str | None = None, until: str | None = None) -> Span:
    """Return the months from `since` to `until`, both included, as said on a command line.

    Each is a month, a quarter, a year as tables print it, or a date; None is without a limit.

    Raises:
        InvalidInputError: one is none of these or lies outside 2000 to 2199, a date lies inside a
            month, or the last month is before the first.

    >>> span("2020-Q2", "2021-03-31")
    Span(first='2020-04', last='2021-03')
    """
    first = None if since is None else _said("from", since).first
    last = None if until is None else _said("to", until).last
    return Span(first, last)


@cache
def period(month: str, by: By) -> str:
    """Return the period of one of the `PERIODS` in which a month lies, as tables print it.

    >>> period("2021-02", By.QUARTER), period("2021-02", By.YEAR), period("2021-04", By.YEAR)
    ('2021-Q1', 'year to 31 March 2021', 'year to 31 March 2022')
    """
    year, number = int(month[:4]), int(month[5:])
    if by is By.MONTH:
        return month
    if by is By.QUARTER:
        return f"{year}-Q{(number + 2) // 3}"
    return f"year to 31 March {year + (number > 3)}"  # noqa: PLR2004 - March


def periods(first: str, last: str, by: By) -> tuple[str, ...]:
    """Return every period from the month `first` to the month `last`, in order, empty or not."""
    return tuple(dict.fromkeys(period(month, by) for month in _each(first, last)))


def exact_period(months: Span) -> str | None:
    """Return the one period that a span is, neither more nor less; None if there is none."""
    if months.first is None or months.last is None:
        return None
    names = (period(months.first, by) for by in PERIODS)
    return next((name for name in names if period_months(name) == months), None)


def period_months(text: str) -> Span | None:
    """Return the months of a period as tables print it; None for any other text."""
    if _MONTH.fullmatch(text):
        return Span(text, text)
    if quarter := _QUARTER.fullmatch(text):
        last = 3 * int(quarter[2])
        return Span(f"{quarter[1]}-{last - 2:02}", f"{quarter[1]}-{last:02}")
    if year := _YEAR.fullmatch(text):
        return Span(f"{int(year[1]) - 1}-04", f"{year[1]}-03")
    return None


def _said(which: str, text: str) -> Span:
    """Return the months of what was said: a period, or a date that bounds a month."""
    months = period_months(text) or _bounded(which, text)
    if months is None:
        raise InvalidInputError(f"{which}: found {shown(text)}; allowed is {_ALLOWED}")
    year = int((months.first or "")[:4])
    if year not in _YEARS:
        raise InvalidInputError(
            f"{which}: found {shown(text)}; allowed are the years {_YEARS[0]} to {_YEARS[-1]}"
        )
    return months


def _bounded(which: str, text: str) -> Span | None:
    """Return the month that a date begins ("from") or ends ("to"); None if it does neither."""
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    begins = day if which == "from" else day + timedelta(days=1)
    return Span(text[:7], text[:7]) if begins.day == 1 else None


def _each(first: str, last: str) -> Iterator[str]:
    """Yield every month from `first` to `last`."""
    start, end = (12 * int(month[:4]) + int(month[5:]) - 1 for month in (first, last))
    for number in range(start, end + 1):
        yield f"{number // 12}-{number % 12 + 1:02}"
