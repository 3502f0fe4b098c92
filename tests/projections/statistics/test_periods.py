"""Which months a statistic is of, and how they are grouped and named."""

import re
from collections import Counter

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
    grouping,
    period,
    period_months,
    periods,
    span,
)

MONTHS = st.builds("{}-{:02}".format, st.integers(2015, 2030), st.integers(1, 12))


@pytest.mark.parametrize(
    ("month", "quarter", "year"),
    [
        ("2020-03", "2020-Q1", "year to 31 March 2020"),
        ("2020-04", "2020-Q2", "year to 31 March 2021"),
        ("2020-12", "2020-Q4", "year to 31 March 2021"),
        ("2021-01", "2021-Q1", "year to 31 March 2021"),
        ("2021-03", "2021-Q1", "year to 31 March 2021"),
    ],
)
def test_a_month_lies_in_a_calendar_quarter_and_a_year_to_march(
    month: str, quarter: str, year: str
) -> None:
    """Quarters are of the calendar year; years end as the Department for Education's do."""
    assert [period(month, by) for by in PERIODS] == [month, quarter, year]


@given(MONTHS, MONTHS, st.sampled_from(PERIODS))
def test_periods_follow_each_other_without_a_gap(one: str, other: str, by: By) -> None:
    """Every month from the first to the last is in one of them, and in order of the alphabet."""
    first, last = sorted((one, other))
    found = periods(first, last, by)
    assert list(found) == sorted(set(found))
    assert found[0] == period(first, by)
    assert found[-1] == period(last, by)
    lengths = {By.MONTH: 1, By.QUARTER: 3, By.YEAR: 12}
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
        ("2020-05-02", None, "from: found '2020-05-02'; allowed is a month such as 2020-05"),
        (None, "2020-05-30", "to: found '2020-05-30'; allowed is a month such as 2020-05"),
        (None, "2021-02-29", "to: found '2021-02-29'; allowed"),
        ("2020-13", None, "from: found '2020-13'; allowed"),
        ("2020-Q5", None, "from: found '2020-Q5'; allowed"),
        ("2020", None, "from: found '2020'; allowed"),
        ("May 2020", None, "from: found a value of 8 characters (not shown"),
        ("1066-10", None, "from: found '1066-10'; allowed are the years 2000 to 2199"),
        (None, "2200-01", "to: found '2200-01'; allowed are the years 2000 to 2199"),
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
    message = "asked for 2021-03 to 2020-04; the first month must not be after the last"
    with pytest.raises(InvalidInputError, match=message):
        span("2021-03", "2020-04")


def test_an_unknown_grouping_is_refused_and_the_known_ones_are_listed() -> None:
    """Every grouping there is can be asked for by its name."""
    assert [grouping(by.value) for by in By] == list(By)
    message = "the grouping: found 'week'; allowed are agency, month, quarter, year"
    with pytest.raises(InvalidInputError, match=message):
        grouping("week")


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


@pytest.mark.parametrize("month", ["1999-12", "2020-05", "2999-01"])
def test_all_months_holds_every_month(month: str) -> None:
    """And a span with one end holds the months on its side of it."""
    assert ALL_MONTHS.holds(month)
    assert Span("2020-05").holds(month) is (month >= "2020-05")
    assert Span(None, "2020-05").holds(month) is (month <= "2020-05")
