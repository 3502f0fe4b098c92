"""Which days two calendars see differently, and so which due dates may move."""

from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.calendars import ChangedDay, add_months, diff, load
from rapid_review.domain.errors import CalendarError
from rapid_review.domain.working_days import WorkingCalendar

ENGLAND: Final = load("england-and-wales", "2026-11-23")
FUNERAL: Final = date(2022, 9, 19)
NAME: Final = "bank holiday: Bank Holiday for the State Funeral of Queen Elizabeth II"


def made_of(
    closed: dict[date, str],
    weekend: tuple[int, ...] = (5, 6),
    covers: tuple[date, date] = (date(2020, 1, 1), date(2020, 12, 31)),
) -> WorkingCalendar:
    """Return a calendar with nothing closed but the weekend and the given days."""
    return WorkingCalendar(
        "of-given-days", "2020-01-01", "", "", *covers, closed, add_months, weekend
    )


def test_the_state_funeral_is_what_changed() -> None:
    """Only that day: 2023 and later, which the older version does not cover, are no changes."""
    then = load("england-and-wales", "2022-09-09")
    assert diff(then, ENGLAND) == (ChangedDay(FUNERAL, "added", None, NAME),)


def test_the_other_way_round_the_day_is_removed() -> None:
    """The first calendar named is the one before."""
    then = load("england-and-wales", "2022-09-09")
    assert diff(ENGLAND, then) == (ChangedDay(FUNERAL, "removed", NAME, None),)


def test_a_new_name_is_told_apart_from_a_new_day() -> None:
    """It moves no due date."""
    day = date(2020, 5, 8)
    assert diff(made_of({day: "May Day"}), made_of({day: "VE Day"})) == (
        ChangedDay(day, "renamed", "bank holiday: May Day", "bank holiday: VE Day"),
    )


def test_a_bank_holiday_on_a_weekend_is_no_change() -> None:
    """26 December 2020 was a Saturday."""
    assert diff(made_of({}), made_of({date(2020, 12, 26): "Boxing Day"})) == ()


def test_another_weekend_changes_every_such_day() -> None:
    """2020 had 52 Saturdays."""
    changes = diff(made_of({}), made_of({}, weekend=(6,)))
    assert len(changes) == 52
    assert {(change.change, change.before) for change in changes} == {("removed", "Saturday")}


def test_a_single_common_day_can_be_compared() -> None:
    """The last day of one is the first of the other: New Year's Day 2018."""
    day = date(2018, 1, 1)
    (change,) = diff(made_of({}, covers=(date(2017, 1, 1), day)), ENGLAND)
    assert (change.day, change.change) == (day, "added")


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2016, 1, 1), date(2017, 12, 31)), (date(2029, 1, 1), date(2029, 12, 31))],
)
def test_calendars_without_a_common_day_cannot_be_compared(first: date, last: date) -> None:
    """An empty answer would say that they agree."""
    with pytest.raises(
        CalendarError, match="compare calendars that have at least one day in common"
    ):
        diff(ENGLAND, made_of({}, covers=(first, last)))


@given(
    before=st.dictionaries(st.dates(date(2020, 1, 1), date(2020, 12, 31)), st.just("a holiday")),
    after=st.dictionaries(st.dates(date(2020, 1, 1), date(2020, 12, 31)), st.just("a holiday")),
)
def test_the_days_that_did_not_change_are_worked_alike(
    before: dict[date, str], after: dict[date, str]
) -> None:
    """What `diff` does not name moves no due date; what it names is seen differently."""
    one, other = made_of(before), made_of(after)
    changed = {change.day for change in diff(one, other)}
    assert changed == {day for day in before.keys() ^ after.keys() if day.weekday() < 5}
    assert diff(one, one) == ()
