"""Working days: a dated calendar, and the counting from which every due date comes.

- `WorkingCalendar`: one place's days, as they were known on one day, and the arithmetic on them.
- `DayReckoned`: one line of a calculation: the day, its number, and why it has that one or none.

ToR 5(a) and 7 count 15 working days from the receipt of a notification, and ToR 7 counts 10 from a
meeting. Neither says whether the first day counts, so both readings are here: by default the day
itself is day 0 and the next working day is day 1; with `counting_day` the day itself, when it is a
working day, is day 1. From a weekend or a bank holiday both readings give the same due date.

All days are local dates, without an hour. The person who holds an instant takes its date in the
time zone of the Terms first: 23:30 UTC on 4 May 2020 is 5 May in London.

A calendar answers only for the days it covers. A bank holiday may be proclaimed days before it
falls, so an uncovered day is unknown, not ordinary: asking for one raises `CalendarGapError`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from rapid_review.domain.day_names import WEEKDAYS
from rapid_review.domain.errors import CalendarError, CalendarGapError
from rapid_review.domain.printable import counted


class DayReckoned(NamedTuple):
    """One day of a calculation.

    Attributes:
        day: the date.
        weekday: its English name.
        number: its working-day number, from 1; None for a day that is not counted.
        why: why it has that number or none, such as "working day" or "bank holiday: Good Friday".
    """

    day: date
    weekday: str
    number: int | None
    why: str


def load_if_needed(
    calendar: "WorkingCalendar | Callable[[], WorkingCalendar]",
) -> "WorkingCalendar":
    """Return a calendar; if a function that loads it is given, call it."""
    return calendar if isinstance(calendar, WorkingCalendar) else calendar()


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days were working days, in one place, as known on one day.

    Attributes:
        id: the place, such as "england-and-wales".
        version: the ISO date on which the days were known like this.
        digest: "sha256:" and the SHA-256 of the calendar file's bytes. A recorded due date carries
            id, version and digest, so that years later it can be counted with the very same days.
        title: the calendar's name for people.
        covers_from: the first day it answers for.
        covers_to: the last day it answers for.
        closed: the bank holidays and their names; one that falls on a weekend changes nothing.
        add_months: the calendar library's month arithmetic, which the domain does not import.
        weekend: the weekly days of rest; Monday is 0.
        remarks: what to know of a single day, such as that its holiday was proclaimed later.
        published_to: the last day whose bank holidays were published. Later ones are those that
            law and custom fix, and are provisional. None if all covered days were published.
        one_source_before: the holidays before this day rest on one source, and were checked with
            no other. None if there are no such days.

    Raises:
        CalendarError: the covered days end before they begin.
    """

    id: str
    version: str
    digest: str
    title: str
    covers_from: date
    covers_to: date
    closed: Mapping[date, str] = field(hash=False, repr=False)
    add_months: Callable[[date, int], date] = field(compare=False, repr=False)
    weekend: tuple[int, ...] = (5, 6)
    remarks: Mapping[date, str] = field(default_factory=dict[date, str], hash=False, repr=False)
    published_to: date | None = None
    one_source_before: date | None = None

    # The counting table. `_working` holds the working days in order. `_reached` gives for each
    # covered day the place in `_working` of the last working day up to that day, `_before` of the
    # last one before it (-1: none yet). A due date is a look-up, an addition and a look-up.
    _working: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _reached: dict[date, int] = field(init=False, repr=False, compare=False)
    _before: dict[date, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Copy the mappings, so that nobody changes them later, and make the counting table."""
        if self.covers_to < self.covers_from:
            raise CalendarError(
                f"calendar {self.id} {self.version} covers {self.covers_from} to "
                f"{self.covers_to}; the first day must not be after the last"
            )
        object.__setattr__(self, "closed", MappingProxyType(dict(self.closed)))
        object.__setattr__(self, "remarks", MappingProxyType(dict(self.remarks)))
        working: list[date] = []
        reached: dict[date, int] = {}
        before: dict[date, int] = {}
        last = -1
        for day in _days(self.covers_from, self.covers_to):
            before[day] = last
            if day not in self.closed and day.weekday() not in self.weekend:
                working.append(day)
                last += 1
            reached[day] = last
        object.__setattr__(self, "_working", tuple(working))
        object.__setattr__(self, "_reached", reached)
        object.__setattr__(self, "_before", before)

    def __reduce__(self) -> tuple[type["WorkingCalendar"], tuple[object, ...]]:
        """Return what another process needs to make the same calendar, and its table."""
        arguments: dict[str, object] = {
            **{one.name: getattr(self, one.name) for one in fields(self) if one.init},
            "closed": dict(self.closed),
            "remarks": dict(self.remarks),
        }
        return WorkingCalendar, tuple(arguments.values())

    def after(self, day: date, working_days: int, *, counting_day: bool = False) -> date:
        """Return the working day that is `working_days` after `day`, which is day 0.

        With `counting_day`, `day` itself is day 1 if it is a working day; if it is not, the next
        working day is. The answer is a working day, but for 0 working days: that is `day` itself.

        Raises:
            CalendarGapError: `day` or the answer is not covered.
            CalendarError: fewer than 0 working days, or fewer than 1 with `counting_day`.

        >>> from rapid_review.calendars import load
        >>> load("england-and-wales").after(date(2020, 5, 4), 15)  # 8, 25 May were bank holidays
        datetime.date(2020, 5, 27)
        """
        if working_days > 0:
            numbers = self._before if counting_day else self._reached
            try:
                return self._working[numbers[day] + working_days]
            except (KeyError, IndexError):
                asked = f"the day {counted(working_days, 'working day')} after {day}"
                raise self._gap(asked, day) from None
        asked = f"the day {counted(working_days, 'working day')} after {day}"
        self._check(day, working_days, asked, least=1 if counting_day else 0)
        return day

    def before(self, day: date, working_days: int) -> date:
        """Return the working day that is `working_days` before `day`, which is day 0.

        It is the last day that leaves so many working days before `day`; for 0 it is `day` itself.

        Raises:
            CalendarGapError: `day` or the answer is not covered.
            CalendarError: fewer than 0 working days.

        >>> from rapid_review.calendars import load
        >>> load("england-and-wales").before(date(2020, 5, 11), 2)  # Friday 8 May was a holiday
        datetime.date(2020, 5, 6)
        """
        asked = f"the day {counted(working_days, 'working day')} before {day}"
        self._check(day, working_days, asked)
        if working_days == 0:
            return day
        place = self._before[day] + 1 - working_days  # 1 working day before `day` is `_before`
        if place < 0:
            raise self._gap(asked, day)
        return self._working[place]

    def days_before(self, day: date, days: int) -> date:
        """Return the date `days` calendar days before `day`.

        Raises:
            CalendarGapError: `day` or the answer is not covered.
            CalendarError: `days` is negative.
        """
        asked = f"the day {days} calendar days before {day}"
        self._check(day, days, asked)
        if days > (day - self.covers_from).days:
            raise self._gap(asked, day)
        return day - timedelta(days=days)

    def days_after(self, day: date, days: int) -> date:
        """Return the date `days` calendar days after `day`; on a weekend it stays there.

        Raises:
            CalendarGapError: `day` or the answer is not covered.
            CalendarError: `days` is negative.
        """
        asked = f"the day {days} calendar days after {day}"
        self._check(day, days, asked)
        # Asked before adding, for a number may be too large for any date.
        if days > (self.covers_to - day).days:
            raise self._gap(asked, day)
        return day + timedelta(days=days)

    def months_after(self, day: date, months: int) -> date:
        """Return the date `months` calendar months after `day`; on a weekend it stays there.

        It is the same day of the month, or the last day of the month where that is shorter: six
        months after 31 August 2020 is 28 February 2021.

        Raises:
            CalendarGapError: `day` or the answer is not covered.
            CalendarError: `months` is negative.
        """
        asked = f"the day {months} calendar months after {day}"
        self._check(day, months, asked)
        # Asked before adding, for a number may be too large for any date.
        end = self.covers_to
        if months > 12 * (end.year - day.year) + end.month - day.month:
            raise self._gap(asked, day)
        due = self.add_months(day, months)
        if due > end:
            raise self._gap(asked, day)
        return due

    @property
    def known_to(self) -> date:
        """The last day that is covered and whose bank holidays were published."""
        return self.covers_to if self.published_to is None else self.published_to

    def is_provisional(self, day: date) -> bool:
        """Say whether bank holidays up to `day` are not all published: a count may yet change."""
        return day > self.known_to

    def is_of_one_source(self, day: date) -> bool:
        """Say whether the bank holidays around `day` rest on one source, checked with no other."""
        return self.one_source_before is not None and day < self.one_source_before

    def is_working(self, day: date) -> bool:
        """Return whether `day` is a working day.

        Raises:
            CalendarGapError: `day` is not covered.
        """
        return self.closure(day) is None

    def closure(self, day: date) -> str | None:
        """Return why `day` is no working day, "Saturday" or "bank holiday: Good Friday"; or None.

        Raises:
            CalendarGapError: `day` is not covered.
        """
        if day not in self._reached:
            asked = f"whether {day} is a working day"
            raise self._gap(asked, day)
        return self._closure(day)

    def count(self, after: date, up_to: date, *, counting_day: bool = False) -> int:
        """Count the working days after `after`, up to and including `up_to`; 0 if that is earlier.

        With `counting_day`, `after` itself counts if it is a working day. This undoes `after`:
        `count(day, after(day, n)) == n` for every n from 1, if both count `day` the same way.

        Raises:
            CalendarGapError: one of the days is not covered.

        >>> from rapid_review.calendars import load
        >>> load("england-and-wales").count(date(2020, 5, 4), date(2020, 5, 27))
        15
        """
        numbers = self._before if counting_day else self._reached
        try:
            return max(0, self._reached[up_to] - numbers[after])
        except KeyError:
            asked = f"the number of working days from {after} to {up_to}"
            raise self._gap(asked, after, up_to) from None

    def explain(
        self,
        start: date,
        end: date,
        *,
        counting_day: bool = False,
        day_zero: str = "the day of receipt",
    ) -> tuple[DayReckoned, ...]:
        """Calculate every day from `start` to `end`, both included; none if `end` is earlier.

        `day_zero` says in words what happened on `start`, for the line that is not counted.
        The numbers agree with `after`: the line of `after(start, n)` has the number n.

        Raises:
            CalendarGapError: one of the days is not covered.
        """
        if start not in self._reached or end not in self._reached:
            asked = f"the days from {start} to {end}"
            raise self._gap(asked, start, end)
        numbers = self._before if counting_day else self._reached
        lines: list[DayReckoned] = []
        for day in _days(start, end):
            closure = self._closure(day)
            number = self._reached[day] - numbers[start] if closure is None else None
            why = closure or "working day"
            if day == start and not counting_day:
                number = None
                why = f"day 0: {day_zero} is not counted" + (f" ({closure})" if closure else "")
            if self.is_provisional(day):
                why = f"{why}; provisional"
            if self.is_of_one_source(day):
                why = f"{why}; one source"
            if day in self.remarks:
                why = f"{why}; {self.remarks[day]}"
            lines.append(DayReckoned(day, WEEKDAYS[day.weekday()], number, why))
        return tuple(lines)

    def _closure(self, day: date) -> str | None:
        """Return why a covered day is not worked; for a holiday on a weekend, the weekday."""
        weekday = day.weekday()
        if weekday in self.weekend:
            return WEEKDAYS[weekday]
        name = self.closed.get(day)
        return None if name is None else f"bank holiday: {name}"

    def _check(self, day: date, number: int, asked: str, *, least: int = 0) -> None:
        """Refuse a number that means nothing, and a question about a day that is not covered."""
        if number < least:
            raise CalendarError(f"cannot calculate {asked}: the number must be {least} or more")
        if day not in self._reached:
            raise self._gap(asked, day)

    def _gap(self, asked: str, *days: date) -> CalendarError | CalendarGapError:
        """Return the error for a question about days that are not in this calendar's table."""
        # A datetime passes for a date, but is in no table: its date depends on a time zone.
        if any(isinstance(day, datetime) for day in days):
            return CalendarError(
                f"cannot calculate {asked}: that is a moment, and days are counted from a date. "
                "Give its date in the time zone of the terms"
            )
        return CalendarGapError(
            f"cannot calculate {asked}: calendar {self.id} {self.version} covers only "
            f"{self.covers_from} to {self.covers_to}. Use a version that covers that day: "
            "`rapid-review calendar list` shows those installed, and "
            "`rapid_review.calendars.maker` makes a new one"
        )


def _days(first: date, last: date) -> Iterator[date]:
    """Return every date from `first` to `last`, both included."""
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
