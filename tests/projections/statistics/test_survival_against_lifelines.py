"""Kaplan and Meier's curve, as somebody else computes it.

Not compared are the shares of the two ends: lifelines' Aalen-Johansen fitter moves tied times
apart by chance before it counts, and clocks in whole days are nearly all tied.
"""

from itertools import accumulate
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given

from rapid_review.projections.statistics.selection import clocks
from rapid_review.projections.statistics.survival import survival
from tests.projections.statistics.clocks_as_tuples import (
    AS_OF,
    CLOCK,
    ENGLAND,
    HISTORIES,
    Story,
    histogram,
    timed,
)

if TYPE_CHECKING:
    from lifelines import KaplanMeierFitter


def fitted(ran: list[Story]) -> "KaplanMeierFitter":
    """Return their curve. The library takes a second to import, and every process reads this."""
    from lifelines import KaplanMeierFitter  # noqa: PLC0415 - see above

    return KaplanMeierFitter().fit([one.days for one in ran], [not one.is_open for one in ran])


@given(HISTORIES)
def test_the_share_that_runs_on_is_that_of_lifelines(stories: list[Story]) -> None:
    """On every day on which a clock ended or was last seen, whichever way it ended."""
    ran = timed(stories)
    assume(ran)
    ours = survival(clocks(histogram(stories), CLOCK, AS_OF), ENGLAND)
    theirs = fitted(ran)
    days = [step.day for step in ours.steps]
    assert [step.running for step in ours.steps] == pytest.approx(
        list(theirs.survival_function_at_times(days)), abs=1e-12
    )
    assert [step.at_risk for step in ours.steps] == [
        theirs.event_table.at_risk[day] for day in days
    ]


@given(HISTORIES)
def test_the_two_ends_share_what_lifelines_says_has_ended(stories: list[Story]) -> None:
    """Each day's ends are split by how many came to which; what has ended adds up to the whole."""
    ran = timed(stories)
    assume(ran)
    ours = survival(clocks(histogram(stories), CLOCK, AS_OF), ENGLAND)
    ended = [step.has_stopped + step.has_ended_otherwise for step in ours.steps]
    theirs = fitted(ran)
    steps = theirs.cumulative_density_at_times([step.day for step in ours.steps])
    assert ended == pytest.approx(list(steps), abs=1e-12)
    assert list(accumulate(ended, max)) == ended
