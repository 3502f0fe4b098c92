"""How long clocks took: the Department for Education's bands and quartiles."""

from collections import Counter
from math import ceil

import pytest
from hypothesis import given

from rapid_review.projections.statistics.bands import BANDS, Bands, Quartiles, band_table, bands
from rapid_review.projections.statistics.facts import DurationCell, Ended
from rapid_review.projections.statistics.periods import By
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


def taken(counts: dict[int, int]) -> Bands:
    """Return the bands of clocks that stopped, given how many took how many days."""
    cells = Counter(
        {
            DurationCell(CLOCK, "kent", "2020-05", TODAY, TODAY, Ended.STOPPED, days, 0): count
            for days, count in counts.items()
        }
    )
    return bands(clocks({CLOCK: cells}, CLOCK, AS_OF))


def numbers(found: Bands) -> list[int]:
    """Return the count of each band."""
    return [share.numerator for share in found.shares.values()]


def test_the_departments_own_row_comes_out_as_it_was_published() -> None:
    """England 2023, initial conferences after section 47 enquiries, table C4.

    Published: 6,850, 51,480, 7,100 and 8,920 conferences; quartiles 13, 14 and 15 working days.
    How many there were on each single day is not published: these fit the bands and quartiles.
    The published total, 74,380, is 30 more than the bands come to. To round five numbers to 10
    moves that by 25 at most, so some of the 74,380 are in no band; ours counts what is in one.
    """
    found = taken({8: 6_850, 12: 5_000, 13: 15_000, 14: 15_000, 15: 16_480, 18: 7_100, 30: 8_920})
    assert list(found.shares) == ["0 to 10", "11 to 15", "16 to 20", "21 or more"]
    assert numbers(found) == [6_850, 51_480, 7_100, 8_920]
    assert found.quartiles == Quartiles(13, 14, 15)
    assert found.stopped == 74_350
    within_15 = found.shares["0 to 10"].numerator + found.shares["11 to 15"].numerator
    assert round(100 * within_15 / 74_380, 1) == 78.4  # as published, of the published total


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, "0 to 10"),
        (10, "0 to 10"),
        (11, "11 to 15"),
        (15, "11 to 15"),
        (16, "16 to 20"),
        (20, "16 to 20"),
        (21, "21 or more"),
        (400, "21 or more"),
    ],
)
def test_a_band_holds_its_first_and_its_last_day(days: int, band: str) -> None:
    """Day 15 is in time and in the band that ends there."""
    shares = taken({days: 1}).shares
    assert [each for each, share in shares.items() if share.numerator] == [band]


def test_a_quartile_is_a_number_of_days_that_some_clock_took() -> None:
    """Of 4, 10, 12 and 40 days: a quarter within 4, a half within 10, three quarters within 12."""
    assert taken({4: 1, 10: 1, 12: 1, 40: 1}).quartiles == Quartiles(4, 10, 12)
    assert taken({7: 1}).quartiles == Quartiles(7, 7, 7)


def test_of_nothing_there_are_no_quartiles_and_no_percentages() -> None:
    """A share of 0 is undefined."""
    found = taken({})
    assert found.quartiles is None
    assert [share.percent for share in found.shares.values()] == [None] * 4


def test_a_clock_whose_days_nobody_could_count_is_in_no_band() -> None:
    """It is beside the bands, and is no part of their denominator."""
    known = story("2020-05-04", Ended.STOPPED, "2020-05-11").cell
    cells = Counter({known: 2, known._replace(days=None): 3})
    found = bands(clocks({CLOCK: cells}, CLOCK, AS_OF))
    assert (found.stopped, found.days_unknown) == (2, 3)
    assert str(found.shares["0 to 10"]) == "100.0 % (2 of 2 clocks)"


@given(HISTORIES)
def test_the_bands_are_what_each_clock_by_itself_says(stories: list[Story]) -> None:
    """Only clocks that have stopped are in a band; the others are beside."""
    found = bands(clocks(histogram(stories), CLOCK, AS_OF))
    took = sorted(one.days for one in stories if one.has_stopped)
    limits = [(0, 10), (11, 15), (16, 20), (21, 10_000)]
    assert numbers(found) == [
        sum(first <= days <= last for days in took) for first, last in limits
    ]
    assert sum(numbers(found)) == found.stopped == len(took)
    assert found.still_open == sum(one.is_open for one in stories)
    assert found.ended_otherwise == sum(one.ended is Ended.OTHERWISE for one in stories)
    ranks = [ceil(len(took) * quarter / 4) for quarter in (1, 2, 3)]
    lower, median, upper = (took[rank - 1] if took else 0 for rank in ranks)
    quartiles = Quartiles(lower, median, upper) if took else None
    assert found.quartiles == quartiles


@given(HISTORIES, HISTORIES)
def test_the_bands_of_two_partnerships_add_up(kent: list[Story], medway: list[Story]) -> None:
    """Adding histograms adds the bands; quartiles are of all their clocks together."""
    both = bands(clocks(histogram(kent, medway), CLOCK, AS_OF))
    each = [bands(clocks(histogram(one), CLOCK, AS_OF)) for one in (kent, medway)]
    assert numbers(both) == [
        sum(pair) for pair in zip(*(numbers(one) for one in each), strict=True)
    ]
    assert both == bands(clocks(histogram(kent + medway), CLOCK, AS_OF))


@given(HISTORIES)
def test_a_table_of_bands_adds_up_to_the_bands_of_all(stories: list[Story]) -> None:
    """Its percentages are of the clocks that have stopped."""
    whole = bands(clocks(histogram(stories), CLOCK, AS_OF))
    groups = clocks_and_groups(histogram(stories), CLOCK, AS_OF, By.AGENCY)[1]
    table = band_table(whole, {label: bands(one) for label, one in groups.items()}, By.AGENCY)
    rare = (whole.impossible, whole.withheld)
    found = (*numbers(whole), 0, whole.still_open, whole.ended_otherwise, *filter(None, rare))
    assert table.total.parts == found
    assert table.total.whole == len(stories)
    assert table.share_of == tuple(BANDS)
