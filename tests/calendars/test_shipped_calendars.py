"""The calendars that come with the package say what their sources say.

Two sources that do not know each other are asked: the library `holidays`, from which the files are
made, and GOV.UK's own list, as the library `govuk-bank-holidays` carries it.
"""

import json
from datetime import date
from hashlib import sha256
from importlib.resources import files
from typing import Final, NamedTuple

import holidays
import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays

from rapid_review.calendars import CalendarInfo, available, check, load
from rapid_review.calendars.maker import SUBDIVISIONS
from rapid_review.domain.working_days import WorkingCalendar

SHIPPED: Final = available()
NEWEST: Final = [load(calendar_id) for calendar_id in SUBDIVISIONS]
GOV_UK_NAMES: Final = 2018
"""The first year in which days bear the names that GOV.UK's list gives them."""
FUNERAL: Final = date(2022, 9, 19)
# Proclaimed for Scotland in February 2026, after GOV.UK's list was copied into the library.
UNKNOWN_TO_THE_COPY: Final = {"scotland": {date(2026, 6, 15)}}
EACH_SHIPPED: Final = pytest.mark.parametrize(
    "info", SHIPPED, ids=lambda info: f"{info.id}-{info.version}"
)
EACH_NEWEST: Final = pytest.mark.parametrize("calendar", NEWEST, ids=lambda newest: newest.id)


class Official(NamedTuple):
    """What GOV.UK's list, in the copy bundled with `govuk-bank-holidays`, says of one place."""

    names: dict[date, str]
    last: date


def official(calendar: WorkingCalendar) -> Official:
    """Return GOV.UK's bank holidays on the days that both the list and the calendar cover."""
    events = BankHolidays(use_cached_holidays=True).get_holidays(division=calendar.id)
    names = {
        event["date"]: event["title"] + (" (substitute day)" if event["notes"] else "")
        for event in events
        if calendar.covers_from <= event["date"] <= calendar.covers_to
    }
    return Official(names, min(calendar.covers_to, max(event["date"] for event in events)))


def content_of(info: CalendarInfo) -> bytes:
    """Return the bytes of a shipped file."""
    return files("rapid_review.calendars").joinpath(info.id, f"{info.version}.json").read_bytes()


def test_these_calendars_come_with_the_package() -> None:
    """A version that was released stays: recorded due dates name it."""
    assert [(info.id, info.version) for info in SHIPPED] == [
        ("england-and-wales", "2022-09-09"),
        ("england-and-wales", "2026-11-23"),
        ("england-and-wales", "2026-11-26"),
        ("northern-ireland", "2026-11-23"),
        ("northern-ireland", "2026-11-26"),
        ("scotland", "2026-11-23"),
        ("scotland", "2026-11-26"),
    ]


@EACH_SHIPPED
def test_a_digest_is_the_sha256_of_the_files_bytes(info: CalendarInfo) -> None:
    """Anybody can check it with `sha256sum`, without this library."""
    digest = f"sha256:{sha256(content_of(info)).hexdigest()}"
    assert info.digest == digest
    assert load(info.id, info.version).digest == digest


@EACH_SHIPPED
def test_a_file_lies_where_its_id_and_version_say(info: CalendarInfo) -> None:
    """`load` finds a file by its place, and a due date by what the file says of itself."""
    calendar = load(info.id, info.version)
    assert (calendar.id, calendar.version) == (info.id, info.version)


@EACH_SHIPPED
def test_a_file_is_written_for_reading_and_comparing(info: CalendarInfo) -> None:
    """One date a line, UTF-8, a line end at the end: a changed day is a changed line."""
    content = content_of(info)
    assert content == f"{json.dumps(json.loads(content), ensure_ascii=False, indent=2)}\n".encode()


@EACH_SHIPPED
def test_bank_holidays_are_listed_on_weekdays_only(info: CalendarInfo) -> None:
    """On a weekend they close nothing; the day given in their stead is listed."""
    assert all(day.weekday() not in info.weekend for day in info.holidays)


@EACH_NEWEST
def test_the_newest_calendars_cover_the_past_and_some_years_to_come(
    calendar: WorkingCalendar,
) -> None:
    """Incidents of decades ago are notified today; what GOV.UK does not list is provisional."""
    assert (calendar.covers_from, calendar.covers_to) == (date(1978, 1, 1), date(2033, 12, 31))
    assert calendar.known_to == date(2028, 12, 31)
    assert official(calendar).last == date(2028, 12, 26)
    assert not calendar.is_provisional(date(2028, 12, 31))
    assert calendar.is_provisional(date(2029, 1, 1))


@EACH_NEWEST
def test_the_days_are_those_of_the_library_holidays(calendar: WorkingCalendar) -> None:
    """Asked here without our maker, and always for one subdivision."""
    known = holidays.country_holidays(
        "GB", subdiv=SUBDIVISIONS[calendar.id], years=range(1978, 2034)
    )
    assert set(calendar.closed) == {day for day in known if day.weekday() < 5}


@EACH_NEWEST
def test_the_days_and_names_are_those_of_gov_uk(calendar: WorkingCalendar) -> None:
    """From 2018 to 2028, but for one day, which the copy of the list is too old to know."""
    unknown = UNKNOWN_TO_THE_COPY.get(calendar.id, set())
    names = official(calendar).names
    listed = {day for day in calendar.closed if min(names) <= day <= calendar.known_to}
    assert listed - set(names) == unknown
    ours = {day: calendar.closed[day] for day in names if day.year >= GOV_UK_NAMES}
    assert ours == {day: name for day, name in names.items() if day.year >= GOV_UK_NAMES}


@pytest.mark.parametrize(
    ("day", "usual"),
    [
        (date(1981, 7, 29), None),  # a royal wedding
        (date(1995, 5, 8), date(1995, 5, 1)),  # VE day, in place of May Day
        (date(1999, 12, 31), None),  # the end of the millennium
        (date(2002, 6, 3), None),  # the golden jubilee
        (date(2002, 6, 4), date(2002, 5, 27)),  # and the spring bank holiday moved to it
        (date(2011, 4, 29), None),  # a royal wedding
        (date(2012, 6, 4), date(2012, 5, 28)),  # the spring bank holiday moved to the jubilee
        (date(2012, 6, 5), None),  # the diamond jubilee
    ],
)
@EACH_NEWEST
def test_days_that_were_proclaimed_once_are_closed(
    calendar: WorkingCalendar, day: date, usual: date | None
) -> None:
    """From general knowledge, for before 2018 there is one source; the usual day was worked."""
    assert not calendar.is_working(day)
    assert usual is None or calendar.is_working(usual)


@EACH_NEWEST
def test_the_newest_calendars_say_which_days_rest_on_one_source(
    calendar: WorkingCalendar,
) -> None:
    """In the file's source and at the first of those days, where a calculation shows it."""
    (info,) = (one for one in SHIPPED if (one.id, one.version) == (calendar.id, calendar.version))
    assert "Days before 2018 rest on the library alone" in info.source
    assert "one source" in calendar.remarks[date(1978, 1, 1)]
    assert calendar.is_of_one_source(date(2017, 12, 31))
    assert not calendar.is_of_one_source(date(2018, 1, 1))
    assert "provisional" in calendar.remarks[date(2029, 1, 1)]


@EACH_NEWEST
def test_the_newest_calendars_change_no_published_day(calendar: WorkingCalendar) -> None:
    """The version of three days before covers 2018 to 2028, and sees those days the same."""
    before = load(calendar.id, "2026-11-23")
    assert before.closed == {
        day: name
        for day, name in calendar.closed.items()
        if before.covers_from <= day <= before.covers_to
    }


def test_the_scottish_calendar_says_which_day_the_copy_lacks() -> None:
    """An auditor who compares with the same copy is told what they will find."""
    scotland = load("scotland")
    assert set(scotland.remarks) > UNKNOWN_TO_THE_COPY["scotland"]
    info = next(info for info in reversed(SHIPPED) if info.id == "scotland")
    assert "govuk-bank-holidays 0.19, which lacks 2026-06-15" in info.source


@EACH_NEWEST
def test_checking_a_newest_calendar_finds_no_difference(calendar: WorkingCalendar) -> None:
    """`rapid-review calendar check` is silent, until `holidays` learns of a new proclamation."""
    assert check(calendar) == ()


def test_the_calendar_before_the_funeral_is_the_newest_without_that_day() -> None:
    """Known on 9 September 2022; the bank holiday of the 19th was proclaimed on the 10th."""
    then, now = load("england-and-wales", "2022-09-09"), load("england-and-wales")
    assert (then.covers_from, then.covers_to) == (date(2018, 1, 1), date(2022, 12, 31))
    assert {**then.closed, FUNERAL: now.closed[FUNERAL]} == {
        day: name for day, name in now.closed.items() if then.covers_from <= day <= then.covers_to
    }
    assert FUNERAL not in then.closed


def test_checking_the_calendar_before_the_funeral_finds_that_day_and_why() -> None:
    """The one difference is on purpose, and the calendar itself says so."""
    (difference,) = check(load("england-and-wales", "2022-09-09"))
    assert (difference.day, difference.here) == (FUNERAL, None)
    assert difference.there == "State Funeral of Queen Elizabeth II"
    assert difference.remark is not None
    assert "10 September 2022" in difference.remark
