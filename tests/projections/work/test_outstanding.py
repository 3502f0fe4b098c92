"""What is still to be done at one step of ToR 7 and 8, and for what or whom."""

from rapid_review.domain import commands as ask
from rapid_review.projections.as_of import CASE, project
from rapid_review.projections.work.outstanding import uncollated
from tests.domain.a_review import COLLATE, FILE, KENT, RECEIVE, REQUEST, at, changed, document
from tests.projections.a_record import entries_of

CLINIC = changed(FILE, agency="clinic")
SECOND = changed(FILE, at=at("2020-05-15 09:00"), document=document("AR-2", "b"))


def left_to_collate(*history: ask.Command) -> tuple[str, ...]:
    """Return the agencies whose reports are to be collated after a history."""
    return uncollated(project(CASE, entries_of(*history)), KENT)


def test_a_report_that_a_collation_left_out_is_still_to_be_collated() -> None:
    """ToR 7.5: the school's was collated and the clinic's, filed before that, was not."""
    assert left_to_collate(RECEIVE, FILE, CLINIC) == ("school", "clinic")
    assert left_to_collate(RECEIVE, FILE, CLINIC, COLLATE) == ("clinic",)
    second = changed(COLLATE, agencies=("clinic",))
    assert left_to_collate(RECEIVE, FILE, CLINIC, COLLATE, second) == ()


def test_a_report_filed_again_after_its_collation_is_to_be_collated_again() -> None:
    """ToR 7.5: the agency sent a second report; what is still awaited is not waited for."""
    assert left_to_collate(RECEIVE, REQUEST, FILE, COLLATE, SECOND) == ("school",)
    waiting = changed(REQUEST, agency="clinic")
    assert left_to_collate(RECEIVE, waiting) == ("clinic",)
    assert left_to_collate(RECEIVE, waiting, FILE, COLLATE) == ()
