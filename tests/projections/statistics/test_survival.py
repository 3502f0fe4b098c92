"""ToR 5(a): how long a clock takes, with those that still run counted for as long as they ran."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rapid_review.domain.errors import CalendarGapError
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.facts import Ended
from rapid_review.projections.statistics.selection import clocks
from rapid_review.projections.statistics.survival import Curve, survival
from tests.projections.statistics.clocks_as_tuples import (
    AS_OF,
    CLOCK,
    ENGLAND,
    HISTORIES,
    TODAY,
    Story,
    histogram,
    story,
    timed,
)

STOPPED, OPEN, OTHERWISE = Ended.STOPPED, Ended.OPEN, Ended.OTHERWISE


def curve(stories: list[Story]) -> Curve:
    """Return the curve of some clocks, in working days."""
    return survival(clocks(histogram(stories), CLOCK, AS_OF), ENGLAND)


def after(days: int, ended: Ended = STOPPED) -> Story:
    """Return a clock that ended so many working days after 4 May 2020, or has run so long."""
    if ended is OPEN:
        received = next(
            day
            for day in (TODAY - timedelta(days=back) for back in range(120))
            if ENGLAND.is_working(day) and ENGLAND.count(day, TODAY) == days
        )
        return Story("kent", received, OPEN, None)
    received = date(2020, 5, 4)
    return Story("kent", received, ended, ENGLAND.after(received, days))


# -------------------------------------------------------------------------------------- by hand


def test_a_clock_that_still_runs_counts_for_as_long_as_it_ran() -> None:
    """Kaplan and Meier by hand: at 10, 1 of 4 stops; at 12 one is open; at 15, 1 of 2 stops.

    So 3/4 run past day 10 and 3/4 of 1/2 past day 15. Of the three that have stopped two thirds
    were within 15 days; of all clocks it is 1 - 3/8.
    """
    found = curve([after(10), after(12, OPEN), after(15), after(30)])
    assert [(step.day, step.at_risk, step.running) for step in found.steps] == [
        (10, 4, 0.75),
        (12, 3, 0.75),
        (15, 2, 0.375),
        (30, 1, 0.0),
    ]
    assert found.steps[2].has_stopped == 0.625
    assert found.median_days == 15
    assert (found.clocks, found.still_open) == (4, 1)


def test_a_clock_is_at_risk_on_the_very_day_until_which_it_is_known_to_run() -> None:
    """One stops and one is last seen on day 10: both were at risk when it stopped."""
    found = curve([after(10), after(10, OPEN), after(11)])
    assert [(step.at_risk, step.stopped, step.still_open) for step in found.steps] == [
        (3, 1, 1),
        (1, 1, 0),
    ]
    assert isclose(found.steps[0].running, 2 / 3)


def test_a_clock_that_ended_otherwise_will_never_stop() -> None:
    """Of two, one ended otherwise on day 5: no more than a half can ever have stopped."""
    found = curve([after(5, OTHERWISE), after(10)])
    last = found.steps[-1]
    assert (last.running, last.has_stopped, last.has_ended_otherwise) == (0.0, 0.5, 0.5)
    assert found.median_days == 10
    assert curve([after(5, OTHERWISE), after(6, OTHERWISE), after(10)]).median_days is None


def test_without_any_clock_nothing_is_known() -> None:
    """Neither a median nor a step."""
    found = curve([])
    assert (found.clocks, found.steps, found.median_days) == (0, (), None)


@pytest.mark.parametrize("ended", [STOPPED, OTHERWISE])
def test_a_clock_whose_days_nobody_could_count_is_left_out_and_counted(ended: Ended) -> None:
    """It ended on some day, and no curve can say on which."""
    cells = Counter({after(5, ended).cell._replace(days=None): 3, after(10).cell: 1})
    found = survival(clocks({CLOCK: cells}, CLOCK, AS_OF), ENGLAND)
    assert (found.clocks, found.days_unknown) == (1, 3)
    assert [step.day for step in found.steps] == [10]


@pytest.mark.parametrize(("counting_day", "days"), [(False, 15), (True, 16)])
def test_an_open_clock_has_run_the_days_that_its_terms_count(
    counting_day: bool,  # noqa: FBT001 - one of the two conventions
    days: int,
) -> None:
    """ToR 7.3: from Monday 4 May to 27 May 2020 are 15 working days, or 16 with the first."""
    chosen = clocks(histogram([story("2020-05-04")]), CLOCK, AsOf(read_on=date(2020, 5, 27)))
    found = survival(chosen, ENGLAND, counting_day=counting_day)
    assert [step.day for step in found.steps] == [days]


def test_a_clock_in_calendar_days_runs_on_weekends() -> None:
    """From 4 May to 27 May 2020 are 23 days; a clock that starts tomorrow has run none."""
    begun, to_come = story("2020-05-04"), story("2020-05-28")
    chosen = clocks(histogram([begun, to_come]), CLOCK, AsOf(read_on=date(2020, 5, 27)))
    assert [step.day for step in survival(chosen, None).steps] == [0, 23]


def test_a_day_beyond_the_calendar_is_not_guessed() -> None:
    """The open clock has run a number of working days that nobody knows yet."""
    chosen = clocks(histogram([story("2020-05-04")]), CLOCK, AsOf(read_on=date(2090, 1, 2)))
    with pytest.raises(CalendarGapError, match="2090-01-02"):
        survival(chosen, ENGLAND)


# ------------------------------------------------------------------------------ any clocks at all


def redistributed(stories: list[Story]) -> dict[int, tuple[Fraction, Fraction]]:
    """Return by day the shares stopped and ended otherwise, by B. Efron's way (1967).

    Every clock weighs the same. In the order of time, with ends before what is open on the same
    day, an open clock hands its weight in equal parts to all that come after it. The share that
    has stopped is the weight of those that have. No curve is multiplied anywhere.
    """
    order = sorted(stories, key=lambda one: (one.days, one.is_open))
    weights = [Fraction(1, len(order)) for _ in order]
    for place, one in enumerate(order):
        later = len(order) - place - 1
        if one.is_open and later:
            for after_it in range(place + 1, len(order)):
                weights[after_it] += weights[place] / later
            weights[place] = Fraction(0)
    shares: dict[int, tuple[Fraction, Fraction]] = {}
    for day in sorted({one.days for one in stories}):
        within = [
            (one, weight) for one, weight in zip(order, weights, strict=True) if one.days <= day
        ]
        shares[day] = (
            sum((weight for one, weight in within if one.has_stopped), Fraction(0)),
            sum((weight for one, weight in within if one.ended is OTHERWISE), Fraction(0)),
        )
    return shares


@given(HISTORIES)
def test_the_curve_is_what_handing_on_the_weight_of_open_clocks_gives(
    stories: list[Story],
) -> None:
    """Two constructions of one estimate: a product by days, and exact weights by clocks."""
    found = curve(stories)
    expected = redistributed(timed(stories))
    assert [step.day for step in found.steps] == list(expected)
    for step, (stopped, otherwise) in zip(found.steps, expected.values(), strict=True):
        assert isclose(step.has_stopped, stopped, abs_tol=1e-12)
        assert isclose(step.has_ended_otherwise, otherwise, abs_tol=1e-12)
    half = (day for day, (stopped, _) in expected.items() if stopped >= Fraction(1, 2))
    assert found.median_days == next(half, None)


@given(HISTORIES)
def test_the_numbers_at_risk_are_those_whose_clocks_ran_so_long(stories: list[Story]) -> None:
    """Counted clock by clock, with what became of them on each day."""
    ran = timed(stories)
    stopped = Counter(one.days for one in ran if one.has_stopped)
    still_open = Counter(one.days for one in ran if one.is_open)
    otherwise = Counter(one.days for one in ran if one.ended is OTHERWISE)
    for step in curve(stories).steps:
        assert step.at_risk == sum(one.days >= step.day for one in ran)
        assert step.stopped == stopped[step.day]
        assert step.ended_otherwise == otherwise[step.day]
        assert step.still_open == still_open[step.day]


@given(HISTORIES)
def test_shares_run_one_way_and_are_shares(stories: list[Story]) -> None:
    """`running` never rises, the others never fall, all lie in 0 to 1 and are together all."""
    steps = curve(stories).steps
    for step in steps:
        parts = (step.running, step.has_stopped, step.has_ended_otherwise)
        assert all(-1e-12 <= part <= 1 + 1e-12 for part in parts)
        assert isclose(sum(parts), 1)
    for before, after_it in pairwise(steps):
        assert before.running >= after_it.running
        assert before.has_stopped <= after_it.has_stopped
        assert before.has_ended_otherwise <= after_it.has_ended_otherwise


@given(HISTORIES)
def test_without_open_clocks_the_curve_is_the_plain_share(stories: list[Story]) -> None:
    """Nothing is estimated where everything is known."""
    ended = [one for one in timed(stories) if not one.is_open]
    assume(ended)
    found = curve(ended)
    for step in found.steps:
        within = sum(one.has_stopped and one.days <= step.day for one in ended)
        assert isclose(step.has_stopped, within / len(ended), abs_tol=1e-12)


@given(HISTORIES, HISTORIES)
def test_the_steps_of_two_partnerships_add_up(kent: list[Story], medway: list[Story]) -> None:
    """The curve of the sum of two histograms is made of the clocks of both."""
    both = survival(clocks(histogram(kent, medway), CLOCK, AS_OF), ENGLAND)
    assert both == curve(kent + medway)
    assert both.clocks == len(timed(kent)) + len(timed(medway))


def test_adding_an_open_clock_of_a_weekend_counts_its_working_days_only() -> None:
    """Received on Saturday 2 May 2020, the first working day after it is Monday 4 May."""
    chosen = clocks(histogram([story("2020-05-02")]), CLOCK, AsOf(read_on=date(2020, 5, 5)))
    assert [step.day for step in survival(chosen, ENGLAND).steps] == [2]


@given(st.integers(0, 60))
def test_one_clock_alone_is_its_own_curve(days: int) -> None:
    """It runs until the day on which it stops."""
    found = curve([after(days)])
    assert [(step.day, step.running) for step in found.steps] == [(days, 0.0)]
    assert found.median_days == days
