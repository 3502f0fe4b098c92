"""ToR 7: the stage a case has come to."""

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain.events import QuorumConfirmed, QuorumNotMet
from rapid_review.projections.as_of import CASE, project
from rapid_review.projections.case.stage import Stage, stage
from tests.domain.a_review import (
    ANSWERED,
    ATTEND,
    CLOSED,
    COLLATE,
    CONVENE,
    DECIDED,
    DISCUSS,
    FILE,
    KENT,
    MET,
    NOT_MET,
    RECEIVE,
    REOPEN,
    REQUEST,
    SENT,
    changed,
    recorded,
    seated,
)
from tests.projections.a_record import entries_of


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ((RECEIVE,), Stage.NOTIFIED),
        ((RECEIVE, REQUEST), Stage.GATHERING),
        ((RECEIVE, FILE), Stage.GATHERING),
        ((RECEIVE, FILE, COLLATE), Stage.COLLATED),
        ((RECEIVE, CONVENE), Stage.CONVENED),
        (MET, Stage.QUORATE),
        (DECIDED, Stage.DECIDED),
        (SENT, Stage.REPORTED),
        ((*SENT, DISCUSS), Stage.DISCUSSED),
        (ANSWERED, Stage.ANSWERED),
        (CLOSED, Stage.CLOSED),
        ((*CLOSED, REOPEN), Stage.ANSWERED),
        ((RECEIVE, NOT_MET), Stage.CRITERIA_NOT_MET),
    ],
)
def test_the_furthest_stage_holds(history: tuple[ask.Command, ...], expected: Stage) -> None:
    """Each stage follows from what was recorded, in the order of ToR 7."""
    assert stage(project(CASE, entries_of(*history)), KENT) is expected


def test_the_seats_say_whether_a_meeting_was_quorate() -> None:
    """ToR 6.2: whatever an imported event is called (reading I-16)."""
    said = recorded(QuorumConfirmed, changed(ATTEND, sat=seated("police")))
    assert stage(project(CASE, entries_of(RECEIVE, CONVENE, said)), KENT) is Stage.CONVENED
    denied = recorded(QuorumNotMet, ATTEND, empty_seats=("police",))
    assert stage(project(CASE, entries_of(RECEIVE, CONVENE, denied)), KENT) is Stage.QUORATE
