"""Which months a statistic is of, and how they are grouped and named."""

import re
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.domain.errors import InvalidInputError
from rapid_review.projections.statistics.periods import (
    ALL_MONTHS,
    PERIODS,
    By,
    Span,
    exact_period,
    is_complete,
    months_of_row,
    period,
    period_months,
    periods,
    span,
    whole_periods,
)

MONTHS = st.builds("{}-{:02}".format, st.integers(2015, 2030), st.integers(1, 12))


@pytest.mark.parametrize(
    ("month", "quarter", "half_year", "year"),
    [
        ("2020-03", "2020-Q1", "2019-10 to 2020-03", "year to 31 March 2020"),
        ("2020-04", "2020-Q2", "2020-04 to 2020-09", "year to 31 March 2021"),
        ("2020-09", "2020-Q3", "2020-04 to 2020-09", "year to 31 March 2021"),
        ("2020-10", "2020-Q4", "2020-10 to 2021-03", "year to 31 March 2021"),
        ("2020-12", "2020-Q4", "2020-10 to 2021-03", "year to 31 March 2021"),
        ("2021-01", "2021-Q1", "2020-10 to 2021-03", "year to 31 March 2021"),
        ("2021-03", "2021-Q1", "2020-10 to 2021-03", "year to 31 March 2021"),
    ],
)
def test_a_month_lies_in_one_period_of_each_kind(
    month: str, quarter: str, half_year: str, year: str
) -> None:
    """Quarters are of the calendar year; half years and years are the Department's."""
    found = [period(month, by) for by in PERIODS]
    assert found == [month, quarter, half_year, year, month[:4]]


@given(MONTHS, MONTHS, st.sampled_from(PERIODS))
def test_periods_follow_each_other_without_a_gap(one: str, other: str, by: By) -> None:
    """Every month from the first to the last is in one of them, and in order of the alphabet."""
    first, last = sorted((one, other))
    found = periods(first, last, by)
    assert list(found) == sorted(set(found))
    assert found[0] == period(first, by)
    assert found[-1] == period(last, by)
    lengths: dict[By, int] = dict(zip(PERIODS, (1, 3, 6, 12, 12), strict=True))
    in_each = Counter(period(month, by) for month in periods(first, last, By.MONTH))
    assert set(in_each) == set(found)
    assert all(in_each[whole] == lengths[by] for whole in found[1:-1])


@given(MONTHS, st.sampled_from(PERIODS))
def test_a_period_is_read_back_as_its_months(month: str, by: By) -> None:
    """What a table prints may be typed; and its months are exactly that period again."""
    name = period(month, by)
    months = span(name, name)
    assert months == period_months(name)
    assert months.holds(month)
    assert exact_period(months) == name


@pytest.mark.parametrize(
    ("since", "until", "first", "last"),
    [
        ("2020-05", "2020-07", "2020-05", "2020-07"),
        ("2020-Q2", "2020-Q3", "2020-04", "2020-09"),
        ("year to 31 March 2020", "year to 31 March 2021", "2019-04", "2021-03"),
        ("2020-04-01", "2021-03-31", "2020-04", "2021-03"),
        ("2020-02-01", "2020-02-29", "2020-02", "2020-02"),
        (None, "2020-12-31", None, "2020-12"),
        ("2020-05", None, "2020-05", None),
        (None, None, None, None),
    ],
)
def test_from_and_to_are_periods_or_dates_that_bound_a_month(
    since: str | None, until: str | None, first: str | None, last: str | None
) -> None:
    """Both ends are included, and each may be left open."""
    assert span(since, until) == Span(first, last)


@pytest.mark.parametrize(
    ("since", "until", "message"),
    [
        ("2020-05-02", None, "from: found '2020-05-02'; allowed: a month such as 2020-05"),
        (None, "2020-05-30", "to: found '2020-05-30'; allowed: a month such as 2020-05"),
        (None, "2021-02-29", "to: found '2021-02-29'; allowed"),
        ("2020-04-30", None, "or a date that begins a month"),
        (None, "2020-04-01", "or a date that ends a month"),
        ("2020-13", None, "from: found '2020-13'; allowed"),
        ("2020-Q5", None, "from: found '2020-Q5'; allowed"),
        ("202", None, "from: found '202'; allowed"),
        ("May 2020", None, "from: found a value of 8 characters (not shown"),
        ("1066-10", None, "from: found '1066-10'; allowed: the years 2000 to 2199"),
        (None, "2200-01", "to: found '2200-01'; allowed: the years 2000 to 2199"),
    ],
)
def test_a_date_inside_a_month_and_anything_else_is_refused(
    since: str | None, until: str | None, message: str
) -> None:
    """Cells know the month only, and every month between is a row: of centuries there are none."""
    with pytest.raises(InvalidInputError, match=re.escape(message)):
        span(since, until)


def test_a_span_does_not_run_backwards() -> None:
    """The message says what was asked and what to do."""
    message = "you asked for 2021-03 to 2020-04, and the first month is after the last"
    with pytest.raises(InvalidInputError, match=message):
        span("2021-03", "2020-04")


@pytest.mark.parametrize(
    ("label", "told", "complete"),
    [
        (
            "year to 31 March 2021",
            "2020-05 to 2020-07",
            False,
        ),  # 2 of its 12 months were not asked
        ("2020-Q2", "2020-05 to 2020-06", False),
        ("2020-05", "2020-05 to 2020-05", True),
        ("2020-07", "2020-07 to 2020-07", False),  # read on its last day
        ("2020-Q3", "2020-07 to 2020-07", False),
        ("2020-04", "none yet", False),
        ("2020-08", "none yet", False),
        ("Total", "2020-05 to 2020-07", False),
        ("date not known", "not known", None),
    ],
)
def test_a_part_of_a_period_is_not_complete(label: str, told: str, complete: bool | None) -> None:  # noqa: FBT001 - a value of the table
    """May to August 2020, read on 31 July: a period is over from the day after its last."""
    asked, today = Span("2020-05", "2020-08"), date(2020, 7, 31)
    assert months_of_row(label, asked, today) == told
    assert is_complete(label, asked, today) is complete


def test_a_period_is_complete_from_the_day_after_its_last_day() -> None:
    """Whatever of it was asked for; without a limit all of it was."""
    last, after = date(2021, 3, 31), date(2021, 4, 1)
    for asked in (ALL_MONTHS, Span("2020-04", "2021-03"), Span("2019-04", None)):
        assert not is_complete("year to 31 March 2021", asked, last)
        assert is_complete("year to 31 March 2021", asked, after)


@given(MONTHS, MONTHS, st.sampled_from(By))
def test_the_months_shown_are_those_of_whole_periods(one: str, other: str, by: By) -> None:
    """And no month more than they need."""
    first, last = sorted((one, other))
    found = whole_periods(first, last, by)
    assert found.holds(first)
    assert found.holds(last)
    if by in PERIODS:
        assert periods(str(found.first), str(found.last), by) == periods(first, last, by)
    else:
        assert found == Span(first, last)


def test_a_span_says_in_words_what_it_is() -> None:
    """It is printed with every figure."""
    assert [str(one) for one in (ALL_MONTHS, Span("2020-04"), Span(None, "2021-03"))] == [
        "all months",
        "2020-04 to the last month",
        "the first month to 2021-03",
    ]
    assert str(Span("2020-04", "2021-03")) == "2020-04 to 2021-03"


def test_a_span_without_an_end_is_no_period() -> None:
    """Nor is one that is longer or shorter than every period."""
    spans = (ALL_MONTHS, Span("2020-04"), Span("2020-04", "2020-05"), Span("2020-05", "2020-07"))
    assert [exact_period(one) for one in spans] == [None] * 4


def test_a_month_that_is_not_known_lies_in_all_months_only() -> None:
    """Or where those of no known month are meant too."""
    assert ALL_MONTHS.holds("")
    assert Span("2020-04", "2021-03", undated=True).holds("")
    assert not Span("2020-04").holds("")
    assert not Span(None, "2021-03").holds("")


@pytest.mark.parametrize("month", ["1999-12", "2020-05", "2999-01"])
def test_all_months_holds_every_month(month: str) -> None:
    """And a span with one end holds the months on its side of it."""
    assert ALL_MONTHS.holds(month)
    assert Span("2020-05").holds(month) is (month >= "2020-05")
    assert Span(None, "2020-05").holds(month) is (month <= "2020-05")
