"""ToR 5(a): the share of clocks met in time, of those whose time is over, and how sure it is."""

from collections import Counter
from datetime import UTC, date, datetime
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.domain.errors import InvalidInputError
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.basis import Basis, Counted, Share
from rapid_review.projections.statistics.facts import Ended
from rapid_review.projections.statistics.in_time import (
    DueCohort,
    Interval,
    Z,
    due_cohort,
    due_table,
    wilson,
)
from rapid_review.projections.statistics.periods import ALL_MONTHS, IN_TIME, By, Span, row_of
from rapid_review.projections.statistics.selection import clocks, clocks_and_groups
from tests.projections.statistics.clocks_as_tuples import (
    AS_OF,
    CLOCK,
    HISTORIES,
    TODAY,
    Story,
    histogram,
    story,
)

STOPPED, OPEN, OTHERWISE = Ended.STOPPED, Ended.OPEN, Ended.OTHERWISE
WITHHELD, IMPOSSIBLE = Ended.WITHHELD, Ended.IMPOSSIBLE


def cohort(*stories: Story, today: date = TODAY) -> DueCohort:
    """Return the due cohort of some clocks on a day."""
    return due_cohort(clocks(histogram([*stories]), CLOCK, AsOf(read_on=today)))


def numbers(found: DueCohort) -> tuple[int, ...]:
    """Return met, met late, overdue, not yet due, ended otherwise."""
    return (
        found.met,
        found.met_late,
        found.overdue,
        found.not_yet_due,
        found.ended_otherwise,
    )


# ------------------------------------------------------------------------- one clock on one day

MAY = "2020-05-04"
"""A Monday; 8 and 25 May were bank holidays, so the fifteenth working day is 27 May."""


@pytest.mark.parametrize(
    ("today", "expected"),
    [("2020-05-27", (0, 0, 0, 1, 0)), ("2020-05-28", (0, 0, 1, 0, 0))],
)
def test_an_open_clock_is_a_breach_from_the_day_after_its_due_day(
    today: str, expected: tuple[int, ...]
) -> None:
    """It is due by the end of its due day: on the day itself nothing is late."""
    assert numbers(cohort(story(MAY), today=date.fromisoformat(today))) == expected


def test_a_clock_that_stopped_early_is_not_judged_before_its_due_day_is_over() -> None:
    """Or else the quick ones would come into the cohort before the slow ones."""
    early = story(MAY, STOPPED, "2020-05-11")
    assert numbers(cohort(early, today=date(2020, 5, 27))) == (0, 0, 0, 1, 0)
    assert numbers(cohort(early, today=date(2020, 5, 28))) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("stopped_on", "expected"),
    [
        ("2020-05-27", (1, 0, 0, 0, 0)),
        ("2020-05-28", (0, 1, 0, 0, 0)),
    ],
)
def test_stopping_on_the_due_day_is_in_time_and_on_the_next_is_a_breach(
    stopped_on: str, expected: tuple[int, ...]
) -> None:
    """A late stop stays a breach for ever."""
    assert numbers(cohort(story(MAY, STOPPED, stopped_on))) == expected


def test_a_stop_on_the_weekend_after_the_due_day_is_a_breach() -> None:
    """Due on Friday 29 May 2020, stopped on the Saturday: no working day lies between them."""
    due_on_a_friday = story("2020-05-06", STOPPED, "2020-05-30")
    assert due_on_a_friday.due == date(2020, 5, 29)
    assert numbers(cohort(due_on_a_friday)) == (0, 1, 0, 0, 0)


def test_criteria_found_not_met_are_neither_in_time_nor_late() -> None:
    """Such a clock completes nothing: it is counted as such, in neither part of the share."""
    found = cohort(
        story(MAY, OTHERWISE, "2020-05-11"),
        story(MAY, OTHERWISE, "2020-06-30"),
        story(MAY, STOPPED, "2020-05-11"),
    )
    assert numbers(found) == (1, 0, 0, 0, 2)
    assert str(found.in_time) == "100.0 % (1 of 1 clock)"


def test_a_share_of_nothing_is_undefined_and_not_zero() -> None:
    """A month in which nothing fell due has no compliance, good or bad."""
    found = cohort(story(MAY, OTHERWISE, "2020-05-11"))
    assert found.in_time.percent is None
    assert found.interval is None
    assert str(found.in_time) == "undefined (0 of 0 clocks)"


def test_a_share_of_one_can_only_be_nothing_or_all() -> None:
    """Devon 2023-24 published "Panel agreed 50 %" with one practice review: of what, is left out.

    Here a percentage cannot be had without its denominator: 50 % is of four rapid reviews, or of
    some other even number, and never of one.
    """
    basis = Basis(Counted.REVIEW, AS_OF)
    assert [str(Share(basis, part, 1)) for part in (0, 1)] == [
        "0.0 % (0 of 1 review)",
        "100.0 % (1 of 1 review)",
    ]
    assert str(Share(basis, 2, 4)) == "50.0 % (2 of 4 reviews)"


def test_a_figure_says_of_what_by_which_date_and_as_of_when_it_is() -> None:
    """The pair of times is given back as it was given, beside unit, date basis and group."""
    happened = datetime(2021, 4, 1, 9, tzinfo=UTC)
    recorded = datetime(2021, 4, 2, 9, tzinfo=UTC)
    as_of = AsOf(happened, recorded, TODAY)
    months = Span("2020-04", "2021-03")
    by_month = clocks_and_groups(histogram([story(MAY)]), CLOCK, as_of, By.MONTH, months=months)[1]
    found = due_cohort(by_month["2020-05"])
    assert found.basis == Basis(Counted.CLOCK, as_of, months, "2020-05")
    assert found.basis.dated_by == "receipt of the notification"
    assert found.in_time.basis == found.basis


# ------------------------------------------------------------------------------ any clocks at all


def judged(stories: list[Story], today: date) -> tuple[int, ...]:
    """Return the same numbers from the dates of each clock alone."""
    met = met_late = overdue = not_yet_due = otherwise = 0
    for one in stories:
        if one.ended is OTHERWISE:
            otherwise += 1
        elif (
            one.ended is WITHHELD
            or one.is_relaxed
            or (one.ended is IMPOSSIBLE and today > one.due)
        ):
            continue
        elif today <= one.due:
            not_yet_due += 1
        elif one.ended_on is None:
            overdue += 1
        elif one.ended_on <= one.due:
            met += 1
        else:
            met_late += 1
    return met, met_late, overdue, not_yet_due, otherwise


@given(HISTORIES)
def test_the_cohort_is_what_each_clock_by_itself_says(stories: list[Story]) -> None:
    """The histogram loses nothing that the figure needs."""
    found = cohort(*stories)
    assert numbers(found) == judged(stories, TODAY)
    assert found.withheld == sum(one.ended is WITHHELD for one in stories)
    assert found.relaxed == sum(one.is_relaxed for one in stories)
    assert found.impossible == sum(one.ended is IMPOSSIBLE and one.due < TODAY for one in stories)
    judged_at_all = found.met + found.met_late + found.overdue + found.impossible
    assert found.in_time.denominator == found.at_best.denominator == judged_at_all
    assert found.at_best.numerator == found.in_time.numerator + found.impossible


@given(HISTORIES, st.sampled_from(By))
def test_grouped_cohorts_are_those_of_each_group_by_itself(stories: list[Story], by: By) -> None:
    """By period or by agency: each clock is in one group, and periods without one are there."""
    grouped = clocks_and_groups(histogram(stories), CLOCK, AS_OF, by)[1]
    groups: dict[str, list[Story]] = {label: [] for label in grouped}
    for one in stories:
        month = f"{one.received:%Y-%m}"
        groups[row_of(month, by, ALL_MONTHS) if by in IN_TIME else one.source].append(one)
    assert list(grouped) == sorted(groups)
    for label, group in groups.items():
        assert numbers(due_cohort(grouped[label])) == judged(group, TODAY)
        assert grouped[label].basis.group == label


@given(HISTORIES, st.integers(4, 12), st.integers(0, 3))
def test_only_the_months_asked_for_are_counted(
    stories: list[Story], first: int, more: int
) -> None:
    """The month is that of receipt, not of the due day."""
    months = Span(f"2020-{first:02}", f"2020-{min(12, first + more):02}")
    chosen = [one for one in stories if months.holds(f"{one.received:%Y-%m}")]
    found = due_cohort(clocks(histogram(stories), CLOCK, AS_OF, months=months))
    assert numbers(found) == judged(chosen, TODAY)


@given(HISTORIES, HISTORIES)
def test_the_cohort_of_two_partnerships_is_the_sum_of_theirs(
    kent: list[Story], medway: list[Story]
) -> None:
    """Adding histograms adds the numbers."""
    both = due_cohort(clocks(histogram(kent, medway), CLOCK, AS_OF))
    each = (numbers(cohort(*kent)), numbers(cohort(*medway)))
    assert numbers(both) == tuple(map(sum, zip(*each, strict=True)))


@given(HISTORIES)
def test_a_table_of_cohorts_adds_up_to_the_cohort_of_all(stories: list[Story]) -> None:
    """Its percentages are of those due; the rest are beside them."""
    groups = clocks_and_groups(histogram(stories), CLOCK, AS_OF, By.QUARTER)[1]
    whole = cohort(*stories)
    table = due_table(
        whole, {label: due_cohort(each) for label, each in groups.items()}, By.QUARTER
    )
    rare = {
        "impossible-order": whole.impossible,
        "withheld": whole.withheld,
        "relaxed": whole.relaxed,
    }
    there = {column: number for column, number in rare.items() if number}
    columns = ("met", "met-late", "overdue", "not-yet-due", "ended-otherwise")
    expected = dict(zip(columns, numbers(whole), strict=True)) | there
    assert dict(zip(table.columns, table.total.parts, strict=True)) == expected
    late = {"impossible-order"} & there.keys()
    assert table.share_of == ("met", "met-late", "overdue", *late)
    assert [row.label for row in table.rows] == list(groups)


def test_a_quarter_without_a_clock_is_shown_with_none() -> None:
    """Between the first and the last, or as far as was asked."""
    found = clocks_and_groups(
        histogram([story("2020-05-04"), story("2020-11-02")]),
        CLOCK,
        AS_OF,
        By.QUARTER,
        months=Span(None, "2021-03"),
    )[1]
    assert {label: due_cohort(each).in_time.denominator for label, each in found.items()} == {
        "2020-Q2": 1,
        "2020-Q3": 0,
        "2020-Q4": 1,
        "2021-Q1": 0,
    }


def test_without_any_clock_there_is_no_period_to_show() -> None:
    """Unless months were asked for."""
    none = histogram([])
    assert clocks_and_groups(none, CLOCK, AS_OF, By.MONTH)[1] == {}
    year = Span("2020-04", "2021-03")
    assert len(clocks_and_groups(none, CLOCK, AS_OF, By.MONTH, months=year)[1]) == 12


def test_a_clock_that_was_taken_away_leaves_nothing_behind() -> None:
    """A case that changed took its cell away: a count of 0 makes no month and no agency."""
    cells = Counter({story(MAY).cell: 0})
    for by in By:
        found = clocks_and_groups({CLOCK: cells}, CLOCK, AS_OF, by)[1].values()
        assert not any(one.stopped or one.still_open for one in found)


def test_a_clock_whose_days_nobody_could_count_is_judged_all_the_same() -> None:
    """Whether it was in time follows from two dates; only bands and curves need its days."""
    cell = story(MAY, STOPPED, "2020-05-11").cell._replace(days=None)
    assert numbers(due_cohort(clocks({CLOCK: {cell: 1}}, CLOCK, AS_OF))) == (1, 0, 0, 0, 0)


def test_a_clock_that_is_not_known_to_be_in_time_is_not_said_to_be() -> None:
    """A cell that has stopped and doesn't say how late breaks its word; it earns no praise."""
    cell = story(MAY, STOPPED, "2020-05-11").cell._replace(late_days=None)
    assert numbers(due_cohort(clocks({CLOCK: {cell: 1}}, CLOCK, AS_OF))) == (0, 1, 0, 0, 0)


# --------------------------------------------------------------------------- the Wilson interval


@pytest.mark.parametrize(
    ("part", "whole", "lower", "upper"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # By hand: z² = 3.8415; 0 of 1 reaches up to z²/(1 + z²), 1 of 1 down to 1/(1 + z²).
        (0, 1, 0.0, 0.7935),
        (1, 1, 0.2065, 1.0),
        # n of n down to n/(n + z²) = 20/23.8415
        (20, 20, 0.8389, 1.0),
    ],
)
def test_the_interval_is_the_published_one(
    part: int, whole: int, lower: float, upper: float
) -> None:
    """To the four places that are printed."""
    found = wilson(part, whole)
    assert found is not None
    assert (round(found.lower, 4), round(found.upper, 4)) == (lower, upper)
    assert found.level == 0.95


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_ends_where_the_score_test_does(
    pair: tuple[int, int],
) -> None:
    """At each end the share lies z standard errors away, by the error of that end itself."""
    part, whole = pair
    share = part / whole
    found = wilson(part, whole)
    assert found is not None
    assert 0 <= found.lower <= share <= found.upper <= 1
    for end in (found.lower, found.upper):
        distance = Z * sqrt(end * (1 - end) / whole)
        assert isclose(abs(share - end), distance, rel_tol=1e-6, abs_tol=1e-9)


def test_no_cases_give_no_interval() -> None:
    """And a part that is no part of the whole is refused."""
    assert wilson(0, 0) is None
    for part, whole in ((2, 1), (-1, 3)):
        with pytest.raises(
            InvalidInputError, match=f"asked for the interval of {part} of {whole}"
        ):
            wilson(part, whole)


def test_of_all_there_are_the_interval_ends_exactly_at_all() -> None:
    """Floating point does not make it nearly so."""
    for whole in range(1, 200):
        none, every = wilson(0, whole), wilson(whole, whole)
        assert isinstance(none, Interval)
        assert isinstance(every, Interval)
        assert (none.lower, every.upper) == (0.0, 1.0)
