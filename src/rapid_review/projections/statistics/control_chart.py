"""XmR charts by the rules of NHS Making Data Count: does a series change by more than chance?

The limits are the mean ± 2.66 times the mean moving range, the moving range being the step from
each value to the next. Steps of more than 3.267 times their mean are screened out first, so that
one jump doesn't hide the next. Signals, in the order in which they are named:

1. a value outside the limits
2. seven values in a row that each rise, or each fall
3. two of three values in a row beyond two thirds of the way to a limit, all three on that side
4. seven values in a row on one side of the mean

Limits from fewer than 12 values are trial limits. Limits are never recalculated from a change on
by themselves: to start again after a change, give only the values since then.

On counts of none to three a month these limits mislead; take longer periods there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import mean
from typing import Final

from rapid_review.projections.statistics.basis import Basis
from rapid_review.projections.statistics.in_time import DueCohort

WIDTH: Final = 2.66
SCREEN: Final = 3.267
ENOUGH: Final = 12
"""With fewer values than this, limits are trial limits."""

_NEAR: Final = 2 / 3
_TWO, _THREE, _SEVEN = 2, 3, 7  # two in three, seven in a row


class Signal(StrEnum):
    """Why a value is more than chance."""

    ABOVE_LIMIT = "above the upper limit"
    BELOW_LIMIT = "below the lower limit"
    RISING = "one of seven that rise"
    FALLING = "one of seven that fall"
    NEAR_UPPER = "one of two in three near the upper limit"
    NEAR_LOWER = "one of two in three near the lower limit"
    ABOVE_MEAN = "one of seven above the mean"
    BELOW_MEAN = "one of seven below the mean"


_NONE: Final[tuple[Signal, ...]] = ()
_OUTSIDE: Final = {1: Signal.ABOVE_LIMIT, -1: Signal.BELOW_LIMIT}
_TREND: Final = {1: Signal.RISING, -1: Signal.FALLING}
_CLOSE: Final = {1: Signal.NEAR_UPPER, -1: Signal.NEAR_LOWER}
_SHIFT: Final = {1: Signal.ABOVE_MEAN, -1: Signal.BELOW_MEAN}


class Assurance(StrEnum):
    """Whether the process, if it goes on as it is, will meet its target."""

    PASSES = "meets the target consistently"
    FAILS = "misses the target consistently"
    HIT_OR_MISS = "meets and misses the target by chance"


@dataclass(frozen=True, slots=True)
class Measured:
    """One value of a series.

    Attributes:
        label: the period.
        basis: what it is a figure of.
        value: the value.
        denominator: of how many it is a share.
    """

    label: str
    basis: Basis
    value: float
    denominator: int


@dataclass(frozen=True, slots=True)
class Target:
    """A value to reach, and which side of it is the good one."""

    value: float
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits within which values lie by chance. Those of a percentage may be < 0 or > 100."""

    mean: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Point:
    """A value and all its signals, the strongest first."""

    measured: Measured
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class XmR:
    """A series with its limits.

    Attributes:
        points: the values in order, with their signals.
        limits: None of fewer than two values.
        trial: whether there are too few values for the limits to be relied on.
        assurance: whether the target will be met; None without a target or limits.
    """

    points: tuple[Point, ...]
    limits: Limits | None
    trial: bool
    assurance: Assurance | None


def in_time(cohorts: Mapping[str, DueCohort]) -> tuple[Measured, ...]:
    """Return the percentage in time of each period; one in which nothing was due has none."""
    return tuple(
        Measured(label, cohort.basis, cohort.in_time.percent, cohort.in_time.denominator)
        for label, cohort in cohorts.items()
        if cohort.in_time.percent is not None
    )


def xmr(series: Sequence[Measured], *, target: Target | None = None) -> XmR:
    """Return a series, in the order of time, with its limits and signals."""
    values = [measured.value for measured in series]
    limits = _limits(values)
    found = [_NONE] * len(values) if limits is None else _signals(values, limits)
    return XmR(
        tuple(Point(measured, signals) for measured, signals in zip(series, found, strict=True)),
        limits,
        len(values) < ENOUGH,
        None if limits is None or target is None else _assurance(limits, target),
    )


def _limits(values: Sequence[float]) -> Limits | None:
    """Return the limits of a series; None for fewer than two values."""
    ranges = [abs(after - before) for before, after in pairwise(values)]
    if not ranges:
        return None
    most = SCREEN * mean(ranges)
    moving = mean(one for one in ranges if one <= most)
    # `mean` is exact: the mean of equal values is that very value, so none counts as above it.
    middle = mean(values)
    return Limits(middle, middle - WIDTH * moving, middle + WIDTH * moving)


def _signals(values: Sequence[float], limits: Limits) -> list[tuple[Signal, ...]]:
    """Return the signals of each value, in the order of the rules."""
    found: list[set[Signal]] = [set() for _ in values]
    side = [_sign(value - limits.mean) for value in values]
    step = [_sign(after - before) for before, after in pairwise(values)]
    inside = [limits.lower <= value <= limits.upper for value in values]
    near = [
        _NEAR * (limits.upper - limits.mean) < abs(value - limits.mean) and within
        for value, within in zip(values, inside, strict=True)
    ]
    for place, within in enumerate(inside):
        if not within:
            found[place].add(_OUTSIDE[side[place]])
    for first, sign in _runs(step, _SEVEN - 1):  # seven values are six steps
        for place in range(first, first + _SEVEN):
            found[place].add(_TREND[sign])
    for first, sign in _runs(side, _THREE):
        close = [place for place in range(first, first + _THREE) if near[place]]
        if len(close) >= _TWO:
            for place in close:
                found[place].add(_CLOSE[sign])
    for first, sign in _runs(side, _SEVEN):
        for place in range(first, first + _SEVEN):
            found[place].add(_SHIFT[sign])
    return [tuple(signal for signal in Signal if signal in signals) for signals in found]


def _runs(signs: Sequence[int], length: int) -> Iterator[tuple[int, int]]:
    """Yield where each run of so many equal signs begins, and its sign; zeros make no run."""
    for first in range(len(signs) - length + 1):
        run = set(signs[first : first + length])
        if len(run) == 1 and run != {0}:
            yield first, run.pop()


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _assurance(limits: Limits, target: Target) -> Assurance:
    """Say whether a target will be met; one between the limits is met and missed by chance."""
    if limits.lower <= target.value <= limits.upper:
        return Assurance.HIT_OR_MISS
    is_above_all = target.value > limits.upper
    return Assurance.FAILS if is_above_all == target.higher_is_better else Assurance.PASSES
