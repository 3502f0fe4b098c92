"""ToR 8.1: a notification that came in twice is counted once, and owes nothing twice.

The case was received on Monday 4 May 2020, is due on Wednesday 27 May, and was found on the
Wednesday of its first week to be the duplicate of KM-2020-002.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from hypothesis import assume
from hypothesis import given as for_all
from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain.entry import Entry
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import ClockState
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.duties import duties
from rapid_review.projections.case.judgement import judgement
from rapid_review.projections.case.stage import Stage
from rapid_review.projections.learning import across, learning_of, to_look_at
from rapid_review.projections.statistics.case_facts import CaseFacts, case_facts_as_of, facts_of
from rapid_review.projections.work.board import standing_of
from rapid_review.projections.work.diary import due_in
from rapid_review.projections.work.next_steps import next_steps
from rapid_review.testing.strategies import History, histories
from tests.domain.a_review import (
    AGREE_ACTION,
    CLOSED,
    DECIDED,
    KENT,
    LATER_KENT,
    LINK,
    NAME_THEME,
    RECEIVE,
    REFER_THEME,
    REQUEST,
    at,
    changed,
)
from tests.projections.a_record import Written, entries_of, written, written_down

TWICE: Final = changed(LINK, process="duplicate-of", reference="KM-2020-002")
LATE: Final = written(TWICE, "2020-06-10 09:00")
"""Found on 6 May, and written down on 10 June."""
IN_JUNE: Final = AsOf(read_on=date(2020, 6, 15))


def history(*told: ask.Command | Written) -> CaseHistory:
    """Return a case."""
    return CaseHistory(entries_of(*told), KENT, calendars.load)


@pytest.mark.parametrize("told", [(RECEIVE, REQUEST), DECIDED, CLOSED], ids=len)
def test_a_duplicate_owes_nothing(told: tuple[ask.Command, ...]) -> None:
    """ToR 7, 8: however far it had come, on the board, in the diary and among the next steps."""
    alone = history(*told, AGREE_ACTION, NAME_THEME)
    twice = history(*told, AGREE_ACTION, NAME_THEME, TWICE)
    assert due_in(alone, IN_JUNE)
    assert duties(alone, IN_JUNE)
    assert (due_in(twice, IN_JUNE), duties(twice, IN_JUNE)) == ((), ())
    standing = standing_of(twice, IN_JUNE)
    assert standing is not None
    assert (standing.stage, standing.is_open) == (Stage.DUPLICATE, False)
    assert (standing.deadline, standing.due, standing.owed_by) == (None, None, None)
    read = clocks(twice, IN_JUNE)
    assert {one.state for one in read} == {ClockState.ENDED_OTHERWISE}
    assert next_steps(twice.case(), KENT, read, at=at("2020-06-15 09:00")) == ()
    assert [one for one in judgement(twice, IN_JUNE).found if one.version is None] == []


def test_its_clocks_say_whose_clocks_run() -> None:
    """ToR 5(a): until the day of the link they ran; what it comes to is reported with them."""
    twice = history(RECEIVE, TWICE)
    (review,) = (one for one in clocks(twice, IN_JUNE) if one.rule.id == "rapid-review")
    assert review.because == "this case is a duplicate of KM-2020-002, whose clocks count"
    before = AsOf(read_on=date(2020, 5, 5))
    (review,) = (one for one in clocks(twice, before) if one.rule.id == "rapid-review")
    assert review.state is ClockState.RUNNING


@pytest.mark.parametrize(
    ("as_of", "counts"),
    [
        (AsOf(), False),
        (AsOf(happened_by=at("2020-05-05 09:00")), True),
        (AsOf(happened_by=at("2020-05-07 09:00")), False),
        (AsOf(recorded_by=at("2020-06-09 09:00")), True),
        (AsOf(at("2020-05-07 09:00"), at("2020-06-09 09:00")), True),
        (AsOf(at("2020-05-07 09:00"), at("2020-06-11 09:00")), False),
    ],
    ids=str,
)
def test_it_counts_until_the_link_happened_and_was_recorded(as_of: AsOf, *, counts: bool) -> None:
    """A figure of an earlier time stays as it was, and one of now counts it once."""
    facts = facts_of([case_facts_as_of(history(RECEIVE, REQUEST, LATE), as_of)])
    assert facts.cases == counts
    assert bool(facts.durations) is bool(facts.counts) is counts


def test_a_link_that_is_retracted_lets_it_count_again() -> None:
    """It turned out that there had been two incidents."""
    told = (RECEIVE, REQUEST, TWICE)
    wrong = ask.CorrectRecord(
        at=at("2020-06-01 09:00"), version=len(entries_of(*told)), because="two incidents"
    )
    again, alone = (
        facts_of([case_facts_as_of(history(*one))]) for one in ((*told, wrong), told[:2])
    )
    assert again == alone
    assert duties(history(*told, wrong), IN_JUNE) == duties(history(*told[:2]), IN_JUNE)


def test_its_themes_are_those_of_the_other_case() -> None:
    """ToR 4(b), 4(e), 4(f): no theme is named twice, and the link is no other review."""
    twice = learning_of(history(*DECIDED, NAME_THEME, REFER_THEME, TWICE))
    alone = learning_of(history(*DECIDED, NAME_THEME, REFER_THEME))
    assert twice is not None
    assert alone is not None
    assert (twice.duplicate_of, twice.linked) == ("KM-2020-002", ())
    assert across([twice]) == ()
    assert across([alone, twice]) == across([alone])
    later = learning_of(history(changed(RECEIVE, at=at("2020-05-10 09:00")), NAME_THEME))
    assert later is not None
    assert [one.case for one in to_look_at(later, [alone]).earlier] == [alone.case]
    assert to_look_at(later, [twice]).earlier == ()


@for_all(histories(), histories(), st.sampled_from(("KM-2020-002", "KM-9")))
def test_a_duplicate_changes_no_figure_whatever_stands_in_it(
    one: History, other: History, named: str
) -> None:
    """ToR 8.1: two cases of which one is linked count as the other one does alone."""
    assume(other.case.review.terms is not None)
    found_out = max(event.at for event in other.events)
    twice = changed(TWICE, at=found_out, reference=named)
    kept, linked = written_down(one), entries_of(twice, before=written_down(other))
    both, alone = facts_of(map(_facts, (kept, linked))), facts_of([_facts(kept)])
    assert both == replace(alone, duplicates=alone.duplicates + 1)


def _facts(entries: Sequence[Entry]) -> CaseFacts | None:
    return case_facts_as_of(CaseHistory(entries, KENT, calendars.load, (LATER_KENT,)))
