"""What is owed and still open is a next step, for the same seats, recipients and themes."""

from datetime import UTC, datetime
from typing import Final

import pytest

from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.duties import DutyState, duties
from rapid_review.projections.case.duty_table import DUTIES
from rapid_review.projections.work.next_steps import next_steps
from tests.properties.answers import load, story_of

STORIES: Final = range(300)
WAYS_ON: Final = frozenset(row.way_on for row in DUTIES)
NOT_YET_OWED: Final = frozenset({"PublishPracticeReview", "ShareFeedback"})
"""Steps told ahead: what will be owed once a review is commissioned, or an answer came."""
SOON: Final = datetime(2021, 2, 20, tzinfo=UTC)
LATE: Final = datetime(2021, 9, 1, tzinfo=UTC)
AGAIN: Final = frozenset(
    {
        "CollateReports",
        "CompileReport",
        "ConveneMeeting",
        "RecordAttendance",
        "RequestAgencyReport",
        "SendReportToMembers",
    }
)
"""Steps that come back although the duty is done: what came in since, another meeting, version."""


@pytest.mark.parametrize("day", [SOON, LATE])
def test_what_is_owed_while_a_case_goes_on_is_a_next_step_for_the_same(day: datetime) -> None:
    """ToR 7.2 to 8.10: the table of steps and the table of duties are one table."""
    asked = 0
    for seed in STORIES:
        one, as_of = story_of(seed), AsOf(read_on=day)
        history = CaseHistory(one.entries, one.terms, load, one.earlier)
        case = history.case(as_of)
        if case.review.closed:
            continue
        held = history.terms_of(case)
        steps = {
            each.step: each.about
            for each in next_steps(case, held, clocks(history, as_of), at=day)
        }
        undone: dict[str, set[str]] = {}
        for duty in duties(history, as_of):
            if duty.state is not DutyState.DONE:
                undone.setdefault(duty.way_on[0], set()).add(duty.subject)
        for step, subjects in undone.items():
            assert subjects <= {"", *steps[step]}, (seed, step)
            if subjects != {""} and step not in AGAIN:
                assert subjects == set(steps[step]), (seed, step)
            asked += 1
        assert (steps.keys() & WAYS_ON) - undone.keys() <= NOT_YET_OWED | AGAIN, seed
    assert asked > 100
