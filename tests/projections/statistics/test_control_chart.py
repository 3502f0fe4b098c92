"""XmR charts by the rules of NHS Making Data Count."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.projections.statistics.basis import Basis, Counted
from rapid_review.projections.statistics.control_chart import (
    Assurance,
    Limits,
    Measured,
    Signal,
    Target,
    XmR,
    in_time,
    xmr,
)
from rapid_review.projections.statistics.facts import Ended
from rapid_review.projections.statistics.in_time import due_cohort
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.selection import clocks_and_groups
from tests.projections.statistics.clocks_as_tuples import AS_OF, CLOCK, histogram, story

BASIS = Basis(Counted.CLOCK, AS_OF)
VALUES = st.lists(st.integers(0, 100).map(float), max_size=40)
# Two values that follow each other for ever: mean 0, moving ranges 2, limits at ±5.32.
STEADY = [1.0, -1.0] * 12


def chart(values: list[float], target: Target | None = None) -> XmR:
    """Return the chart of some values."""
    series = [Measured(str(place), BASIS, value, 1) for place, value in enumerate(values)]
    return xmr(series, target=target)


def limits(values: list[float]) -> Limits:
    """Return the limits of some values, which are there."""
    found = chart(values).limits
    assert found is not None
    return found


def signals(values: list[float]) -> dict[int, tuple[Signal, ...]]:
    """Return the signals of those values that have any, by their place."""
    points = chart(values).points
    return {place: point.signals for place, point in enumerate(points) if point.signals}


def test_the_limits_are_those_that_the_nhs_package_publishes() -> None:
    """NHSRplotthedots, vignette "Deviations": mean 1.94, limits -0.72 and 4.6, to two places.

    The jump to 10 and back is screened out of the moving ranges; the mean keeps it.
    """
    found = limits([1, 2, 1, 2, 10, *[1, 2] * 6, 1])
    assert (round(found.mean, 2), round(found.lower, 2), round(found.upper, 2)) == (
        1.94,
        -0.72,
        4.6,
    )


def test_limits_are_the_mean_and_2_66_moving_ranges() -> None:
    """By hand: of 2, 4, 3 and 7 the mean is 4 and the steps are 2, 1 and 4."""
    found = limits([2, 4, 3, 7])
    assert found.mean == 4
    assert isclose(found.upper, 4 + 2.66 * 7 / 3)
    assert isclose(found.lower, 4 - 2.66 * 7 / 3)


def test_values_that_change_by_chance_alone_have_no_signal() -> None:
    """Nor does a series that never changes: nothing lies beside its mean."""
    assert signals(STEADY) == {}
    assert signals([200 / 3] * 24) == {}


def test_a_value_outside_the_limits_is_a_signal() -> None:
    """On either side."""
    assert signals([*STEADY, 9.0]) == {24: (Signal.ABOVE_LIMIT,)}
    assert signals([*STEADY, -9.0]) == {24: (Signal.BELOW_LIMIT,)}


def test_seven_values_that_each_rise_are_a_signal_and_six_are_not() -> None:
    """All seven are marked; seven values are six steps."""
    rising = [-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5]
    assert set(signals([*STEADY, *rising[1:], *STEADY])) == set()
    found = signals([*STEADY, *rising, *STEADY])
    assert {Signal.RISING in found[place] for place in range(24, 31)} == {True}
    falling = signals([-value for value in [*STEADY, *rising, *STEADY]])
    assert {Signal.FALLING in falling[place] for place in range(24, 31)} == {True}


def test_seven_values_on_one_side_of_the_mean_are_a_signal_and_six_are_not() -> None:
    """All seven are marked, and a value on the mean is on neither side."""
    six, seven = [0.5, 0.25] * 3, [0.5, 0.25, 0.5, 0.25, 0.5, 0.25, 0.5]
    assert signals([*STEADY, *six, *(-value for value in six)]) == {}
    found = signals([*STEADY, *seven, *(-value for value in seven)])
    assert found == {
        **dict.fromkeys(range(24, 31), (Signal.ABOVE_MEAN,)),
        **dict.fromkeys(range(31, 38), (Signal.BELOW_MEAN,)),
    }
    assert signals([*STEADY, *seven[:3], 0.0, *seven[:3], -sum(2 * seven[:3])]) == {}


def test_two_of_three_near_a_limit_on_one_side_are_a_signal() -> None:
    """The two are marked, the third isn't; two near opposite limits are chance."""
    near = [*STEADY, 4.5, 0.5, 4.5]
    high = limits(near)
    assert high.mean + 2 / 3 * (high.upper - high.mean) < 4.5 < high.upper
    assert signals(near) == {24: (Signal.NEAR_UPPER,), 26: (Signal.NEAR_UPPER,)}
    low = signals([-value for value in near])
    assert low == {24: (Signal.NEAR_LOWER,), 26: (Signal.NEAR_LOWER,)}
    assert signals([*STEADY, 4.5, -4.5]) == {}


def test_a_value_beyond_a_limit_is_not_one_of_two_near_it() -> None:
    """It is a signal by itself; one value near the limit beside it is chance."""
    beyond = [*STEADY, 9.0, 1.0, 5.5]
    high = limits(beyond)
    assert high.mean + 2 / 3 * (high.upper - high.mean) < 5.5 < high.upper < 9.0
    assert signals(beyond) == {24: (Signal.ABOVE_LIMIT,)}


@pytest.mark.parametrize(("values", "trial"), [(11, True), (12, False)])
def test_fewer_than_twelve_values_make_trial_limits(values: int, trial: bool) -> None:  # noqa: FBT001
    """They will move with each further value."""
    assert chart(STEADY[:values]).trial is trial


def test_one_value_alone_has_no_limits() -> None:
    """Nothing has moved yet; so there is no assurance either."""
    for values in ([], [50.0]):
        found = chart(values, Target(90))
        assert (found.limits, found.assurance, found.trial) == (None, None, True)
        assert [point.signals for point in found.points] == [()] * len(values)


@pytest.mark.parametrize(
    ("target", "higher_is_better", "assurance"),
    [
        (6, True, Assurance.FAILS),
        (6, False, Assurance.PASSES),
        (-6, True, Assurance.PASSES),
        (-6, False, Assurance.FAILS),
        (5, True, Assurance.HIT_OR_MISS),
        (-5, False, Assurance.HIT_OR_MISS),
    ],
)
def test_a_target_outside_the_limits_is_met_always_or_never(
    target: float,
    higher_is_better: bool,  # noqa: FBT001 - a column of the table
    assurance: Assurance,
) -> None:
    """Between them it is met and missed by chance, until the process changes."""
    assert chart(STEADY, Target(target, higher_is_better)).assurance is assurance


def test_without_a_target_nothing_is_assured() -> None:
    """The chart still has its limits."""
    assert chart(STEADY).assurance is None


@given(VALUES, st.integers(-50, 50))
def test_moving_all_values_moves_the_limits_and_no_signal(values: list[float], by: int) -> None:
    """Only differences count; whole numbers of eighths keep the arithmetic exact."""
    here = chart([value / 8 for value in values])
    there = chart([value / 8 + by for value in values])
    assert [point.signals for point in here.points] == [point.signals for point in there.points]


@given(VALUES)
def test_turning_a_series_upside_down_turns_its_signals(values: list[float]) -> None:
    """Neither side is favoured."""
    other = {
        Signal.ABOVE_LIMIT: Signal.BELOW_LIMIT,
        Signal.RISING: Signal.FALLING,
        Signal.NEAR_UPPER: Signal.NEAR_LOWER,
        Signal.ABOVE_MEAN: Signal.BELOW_MEAN,
    }
    other |= {down: up for up, down in other.items()}
    turned = signals([-value for value in values])
    assert signals(values) == {
        place: tuple(sorted((other[one] for one in found), key=list(Signal).index))
        for place, found in turned.items()
    }


def test_a_month_in_which_nothing_was_due_is_no_value() -> None:
    """Its share is undefined, and is left out rather than drawn as 0."""
    stories = [
        story("2020-05-04", Ended.STOPPED, "2020-05-11"),
        story("2020-07-06"),
        story("2020-07-07", Ended.STOPPED, "2020-07-09"),
    ]
    months = clocks_and_groups(histogram(stories), CLOCK, AS_OF, By.MONTH)[1]
    cohorts = {label: due_cohort(one) for label, one in months.items()}
    assert list(cohorts) == ["2020-05", "2020-06", "2020-07"]
    found = in_time(cohorts)
    assert [(one.label, one.value, one.denominator) for one in found] == [
        ("2020-05", 100.0, 1),
        ("2020-07", 50.0, 2),
    ]
    assert found[0].basis == cohorts["2020-05"].basis
