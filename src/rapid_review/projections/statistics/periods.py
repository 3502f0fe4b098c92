"""Periods: months, quarters, half years, years to 31 March, calendar years; spans of whole months.

- A month is "2020-05".
- A quarter is of the calendar year: "2020-Q2" is April to June 2020.
- A half year begins in April or October, as the Department for Education's: "2020-04 to 2020-09".
- A year ends on 31 March, as the Department publishes: "year to 31 March 2021".
- A calendar year is "2020".
- A span is any months from one to another: "2020-04 to 2020-06".

Cells know the month and not the day, so a span begins and ends with whole months. If the day that
decides is not known, the month is "" and lies in no period.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from rapid_review.domain.errors import InvalidInputError, shown

_MONTH: Final = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])")
_QUARTER: Final = re.compile(r"([12]\d{3})-Q([1-4])")
_YEAR: Final = re.compile(r"year to 31 March ([12]\d{3})")
_CALENDAR_YEAR: Final = re.compile(r"[12]\d{3}")
_SPAN: Final = re.compile(rf"({_MONTH.pattern}) to ({_MONTH.pattern})")
_DAY: Final = re.compile(r"[12]\d{3}-\d\d-\d\d")
_ALLOWED: Final = (
    "a month such as 2020-05, a quarter such as 2020-Q2, a half year '2020-04 to 2020-09', a "
    "'year to 31 March 2021', a calendar year 2020, or a date that"
)
_YEARS: Final = range(2000, 2200)
"""The years that may be asked for: no rapid review is older, and each period has a row."""


class By(StrEnum):
    """What a statistic is grouped by."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"  # April to September, and October to March
    YEAR = "year"  # to 31 March
    CALENDAR_YEAR = "calendar-year"
    SPAN = "span"  # all the months that were asked for, in one row
    AGENCY = "agency"  # that sent the notification
    PARTNERSHIP = "partnership"  # whose case it is

    @property
    def named(self) -> str:
        """What a row is of, in words."""
        return "notifying agency" if self is By.AGENCY else self.replace("-", " ")


PERIODS: Final = (By.MONTH, By.QUARTER, By.HALF_YEAR, By.YEAR, By.CALENDAR_YEAR)
"""The groupings whose rows follow each other in time."""
IN_TIME: Final = (*PERIODS, By.SPAN)
"""The groupings with rows of months; the rows of the others say from whom the case is."""
NOT_DATED: Final = "date not known"
"""The row of all that has no known month."""


@dataclass(frozen=True, slots=True)
class Span:
    """A span from one month to another, both included; None means no limit.

    Attributes:
        first: the first month.
        last: the last month.
        undated: whether what has no known month is included; with no limits it always is.

    Raises:
        InvalidInputError: the last month is before the first.
    """

    first: str | None = None
    last: str | None = None
    undated: bool = False

    def __post_init__(self) -> None:
        if self.first and self.last and self.last < self.first:
            raise InvalidInputError(
                f"you asked for {self.first} to {self.last}, and the first month is after the "
                "last; give them the other way round"
            )

    def __str__(self) -> str:
        if self.first is None and self.last is None:
            return "all months"
        return f"{self.first or 'the first month'} to {self.last or 'the last month'}"

    def holds(self, month: str) -> bool:
        """Say whether a month lies in it; "" is one that is not known."""
        if not month:
            return self.undated or (self.first is None and self.last is None)
        # Compared as text: "9" comes after every month.
        return (self.first or "") <= month <= (self.last or "9")

    def within(self, other: "Span") -> "Span | None":
        """Return the months of it that lie in another too; None if there are none."""
        first = max(self.first or "", other.first or "") or None
        last = min(self.last or "9", other.last or "9")
        if first and last < first:
            return None
        return Span(first, None if last == "9" else last)

    def is_over(self, today: date) -> bool:
        """Say whether its last month is over: from the day after its last day."""
        return self.last is not None and self.last < f"{today:%Y-%m}"


ALL_MONTHS: Final = Span()
_SUMMER: Final = range(4, 10)
"""The months of the half year from April to September."""


def span(since: str | None = None, until: str | None = None) -> Span:
    """Return the months from `since` to `until`, both included, as given on a command line.

    Each is a month, or another period as tables print it, or a date; None for no limit.

    Raises:
        InvalidInputError: a text is none of these or outside 2000 to 2199, a date is inside a
            month, or the last month is before the first.

    >>> span("2020-Q2", "2021-03-31")
    Span(first='2020-04', last='2021-03', undated=False)
    """
    first = None if since is None else _parsed_months("from", since).first
    last = None if until is None else _parsed_months("to", until).last
    return Span(first, last)


@cache
def period(month: str, by: By) -> str:
    """Return the period of one of the `PERIODS` in which a month lies, as tables print it.

    >>> period("2021-02", By.QUARTER), period("2021-02", By.YEAR), period("2021-04", By.YEAR)
    ('2021-Q1', 'year to 31 March 2021', 'year to 31 March 2022')
    >>> period("2021-02", By.HALF_YEAR), period("2021-02", By.CALENDAR_YEAR)
    ('2020-10 to 2021-03', '2021')
    """
    if not month:
        return NOT_DATED
    year, number = int(month[:4]), int(month[5:])
    ends = year + (number > 3)  # noqa: PLR2004 - March
    half = f"{year}-04 to {year}-09" if number in _SUMMER else f"{ends - 1}-10 to {ends}-03"
    return {
        By.QUARTER: f"{year}-Q{(number + 2) // 3}",
        By.HALF_YEAR: half,
        By.YEAR: f"year to 31 March {ends}",
        By.CALENDAR_YEAR: month[:4],
    }.get(by, month)


def row_of(month: str, by: By, months: Span) -> str:
    """Return the row that a month is counted in, for a grouping `IN_TIME`."""
    return str(months) if by is By.SPAN else period(month, by)


def months_of_row(label: str, months: Span, today: date) -> str:
    """Return in words the months that a row covers, as far as they have begun.

    Args:
        label: the row; a row of no period covers all the months asked for.
        months: the months asked for.
        today: the day of the reading.
    """
    if label == NOT_DATED:
        return "not known"
    found = (period_months(label) or months).within(months)
    if found is not None and found.last is not None:
        found = found.within(Span(None, f"{today:%Y-%m}"))
    return "none yet" if found is None else str(found)


def is_complete(label: str, months: Span, today: date) -> bool | None:
    """Say whether a row covers its whole period, and that is over on the day of the reading.

    A year of which only a quarter was asked for is not complete; nor is a quarter on its last day.

    Args:
        label: the row; the period of any other row is the months asked for.
        months: the months asked for.
        today: the day of the reading.

    Returns:
        None where the months are not known.
    """
    if label == NOT_DATED:
        return None
    whole = period_months(label) or Span(months.first, months.last)
    return whole.within(months) == whole and whole.is_over(today)


def periods(first: str, last: str, by: By) -> tuple[str, ...]:
    """Return every period from the month `first` to the month `last`, in order, empty or not."""
    return tuple(dict.fromkeys(period(month, by) for month in _months_between(first, last)))


def whole_periods(first: str, last: str, by: By) -> Span:
    """Return the months from the start of the first month's period to the end of the last month's.

    >>> str(whole_periods("2020-05", "2020-07", By.QUARTER))
    '2020-04 to 2020-09'
    """
    if by not in PERIODS:
        return Span(first, last)
    begins, ends = (period_months(period(month, by)) for month in (first, last))
    assert begins is not None  # noqa: S101 - for the type checker: what is printed is read back
    assert ends is not None  # noqa: S101 - the same
    return Span(begins.first, ends.last)


def exact_period(months: Span) -> str | None:
    """Return the period that covers exactly the months of a span; None if there is none."""
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
    if _CALENDAR_YEAR.fullmatch(text):
        return Span(f"{text}-01", f"{text}-12")
    if (found := _SPAN.fullmatch(text)) and found[1] <= found[3]:
        return Span(found[1], found[3])
    return None


def _parsed_months(which: str, text: str) -> Span:
    """Return the months that a text names: a period, or a date that begins or ends a month."""
    months = period_months(text) or _month_bounded_by(which, text)
    if months is None:
        bounds = "begins" if which == "from" else "ends"
        raise InvalidInputError(
            f"{which}: found {shown(text)}; allowed: {_ALLOWED} {bounds} a month"
        )
    year = int((months.first or "")[:4])
    if year not in _YEARS:
        raise InvalidInputError(
            f"{which}: found {shown(text)}; allowed: the years {_YEARS[0]} to {_YEARS[-1]}"
        )
    return months


def _month_bounded_by(which: str, text: str) -> Span | None:
    """Return the month that a date begins ("from") or ends ("to"); None if it does neither."""
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    begins = day if which == "from" else day + timedelta(days=1)
    return Span(text[:7], text[:7]) if begins.day == 1 else None


def _months_between(first: str, last: str) -> Iterator[str]:
    """Yield every month from `first` to `last`."""
    start, end = (12 * int(month[:4]) + int(month[5:]) - 1 for month in (first, last))
    for number in range(start, end + 1):
        yield f"{number // 12}-{number % 12 + 1:02}"
