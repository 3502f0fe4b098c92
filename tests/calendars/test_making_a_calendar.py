"""How a new version is made, and how one is checked, with the library `holidays`."""

from datetime import date
from importlib.metadata import version
from typing import Final

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.calendars import Difference, add_months, check, describe, load, make, parse
from rapid_review.calendars.maker import SUBDIVISIONS
from rapid_review.domain.errors import CalendarError
from rapid_review.domain.working_days import WorkingCalendar

ALL_COVERED: Final = (date(1978, 1, 1), date(2033, 12, 31))
PUBLISHED_TO: Final = date(2028, 12, 31)


@pytest.mark.parametrize("calendar_id", SUBDIVISIONS)
def test_the_shipped_calendars_can_be_made_again(calendar_id: str) -> None:
    """Byte for byte the same days; source, licence and remarks were added by hand."""
    shipped = load(calendar_id)
    names = shipped.closed
    made = parse(make(calendar_id, "2026-11-26", ALL_COVERED, names, published_to=PUBLISHED_TO))
    assert made.closed == shipped.closed
    assert (made.id, made.version, made.title) == (shipped.id, shipped.version, shipped.title)
    assert (made.covers_from, made.covers_to) == (shipped.covers_from, shipped.covers_to)
    assert made.weekend == shipped.weekend
    assert made.published_to == shipped.published_to


def test_a_made_calendar_says_what_made_it() -> None:
    """With the release of the library, for releases disagree."""
    source = describe(make("scotland", "2026-11-23", ALL_COVERED)).source
    assert source == (
        f"Python library holidays {version('holidays')}, GB subdivision SCT, weekdays only"
    )


def test_a_made_calendar_holds_the_days_it_covers_and_no_others() -> None:
    """From Good Friday to the day before Easter Monday 2026, only Good Friday is closed."""
    made = parse(make("england-and-wales", "2026-01-01", (date(2026, 4, 3), date(2026, 4, 5))))
    assert made.closed == {date(2026, 4, 3): "Good Friday"}


def test_a_made_calendar_uses_the_official_name_where_one_is_given() -> None:
    """The library says "May Day"; who keeps the calendar in Welsh can read it in the file."""
    day, name = date(2020, 5, 8), "Gŵyl Banc dechrau mis Mai"
    content = make("england-and-wales", "2020-01-01", (day, date(2020, 5, 25)), {day: name})
    assert f'"2020-05-08": "{name}",\n' in content.decode()
    assert parse(content).closed == {day: name, date(2020, 5, 25): "Spring Bank Holiday"}


def test_what_is_made_is_a_valid_file_or_is_refused() -> None:
    """Before it is written anywhere."""
    with pytest.raises(CalendarError, match=r"scotland/soon\.json: version: found 'soon'"):
        make("scotland", "soon", ALL_COVERED)
    with pytest.raises(CalendarError, match="covers: found a list of"):
        make("scotland", "2026-11-23", (date(2028, 1, 1), date(2027, 1, 1)))


def test_a_place_that_the_library_does_not_know_is_refused() -> None:
    """A council's own calendar is written by hand, and checked by hand."""
    allowed = "allowed: england-and-wales, northern-ireland, scotland"
    with pytest.raises(CalendarError, match=f"calendar 'our-council'; {allowed}"):
        make("our-council", "2026-11-23", ALL_COVERED)
    own = WorkingCalendar("our-council", "2026-11-23", "", "", *ALL_COVERED, {}, add_months)
    with pytest.raises(CalendarError, match=f"calendar 'our-council'; {allowed}"):
        check(own)


def test_a_check_tells_a_missing_day_a_false_one_and_the_calendars_remark() -> None:
    """8 May 2020 forgotten, 4 May kept by mistake; a name of one's own is no difference."""
    forgotten, false, renamed = date(2020, 5, 8), date(2020, 5, 4), date(2020, 5, 25)
    calendar = WorkingCalendar(
        id="england-and-wales",
        version="2019-01-01",
        digest="",
        title="",
        covers_from=date(2020, 5, 1),
        covers_to=date(2020, 5, 31),
        closed={false: "Early May", renamed: "Whit Monday", date(2020, 5, 9): "a Saturday"},
        add_months=add_months,
        remarks={forgotten: "not proclaimed yet"},
    )
    assert check(calendar) == (
        Difference(false, "Early May", None, None),
        Difference(forgotten, None, "May Day", "not proclaimed yet"),
    )


@given(day=st.dates(date(1900, 1, 1), date(2900, 1, 1)), months=st.integers(0, 240))
def test_the_month_arithmetic_is_dateutils(day: date, months: int) -> None:
    """The library is trusted with it, and every calendar is given this function."""
    assert add_months(day, months) == day + relativedelta(months=months)
    assert load("scotland").add_months is add_months
