"""The page of a case and a figure say the same word for the same clock, on the same day."""

from collections import Counter
from datetime import date

import pytest

from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import ClockReading, ClockState, Reason
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.statistics.case_facts import case_facts_as_of
from rapid_review.projections.statistics.in_time import DueCohort, due_cohort
from rapid_review.projections.statistics.selection import clocks as select
from tests.properties.answers import load, story_of

STORIES = range(200)


def said_by_a_figure(cohort: DueCohort) -> str:
    """Return the one column in which a figure of a single clock counts it."""
    columns = {
        "met": cohort.met,
        "met-late": cohort.met_late,
        "overdue": cohort.overdue,
        "undetermined": cohort.impossible,
        "withheld": cohort.withheld,
        "relaxed": cohort.relaxed,
        "ended-otherwise": cohort.ended_otherwise,
        "not-yet-due": cohort.not_yet_due,
    }
    (column,) = (name for name, number in columns.items() if number)
    return column


def expected_of(reading: ClockReading, today: date) -> str:
    """Return what a figure is to say of a clock: its state, once its due day is over."""
    assert reading.due is not None
    judged_early = (ClockState.MET, ClockState.RUNNING, ClockState.UNDETERMINED)
    if reading.state in judged_early and reading.due >= today:
        return "not-yet-due"
    return str(reading.state)


@pytest.mark.parametrize("today", [date(2021, 3, 1), date(2021, 9, 1), date(2026, 1, 1)])
def test_a_figure_and_the_page_of_a_case_say_the_same_of_every_clock(today: date) -> None:
    """ToR 5(a), 7.3, 7.8: of every clock that has started and has a due day.

    One that stopped on a day that nobody knows is in no figure (I-30).
    """
    words = Counter[str]()
    for seed in STORIES:
        one, as_of = story_of(seed), AsOf(read_on=today)
        history = CaseHistory(one.entries, one.terms, load, one.earlier)
        if (facts := case_facts_as_of(history, as_of)) is None:
            continue
        if facts.is_duplicate:  # its clocks are those of another case, and counted there
            assert not facts.durations
            continue
        known = [each for each in clocks(history, as_of) if each.reason is not Reason.NOT_KNOWN]
        started = [each for each in known if each.counted_from and each.due]
        for cell, reading in zip(facts.durations, started, strict=True):
            word = said_by_a_figure(
                due_cohort(select({cell.deadline: {cell: 1}}, cell.deadline, as_of))
            )
            assert word == expected_of(reading, today), (seed, reading)
            words[word] += 1
    assert len(words) >= 5
