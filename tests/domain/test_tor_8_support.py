"""ToR 8: what the Partnership Team does, from informing members to coordinating the review."""

from datetime import date

from rapid_review.domain.events import (
    DeadlineSet,
    MemberInformed,
    PanelCorrespondenceLogged,
    PracticeReviewCommissioned,
    ReportSentToMembers,
)
from rapid_review.testing import given
from tests.domain.a_review import (
    ASSESSED,
    COMMISSION,
    COMPILE,
    DECIDE_NOT,
    DECIDED,
    INFORM,
    RECEIVE,
    RECONSIDER,
    TO_MEMBERS,
    WRITE,
    at,
    changed,
    recorded,
)

# --- ToR 8.2: members


def test_a_member_is_told_of_the_notification() -> None:
    """ToR 7.2, 8.2: the seat, the person, and how."""
    given(RECEIVE).when(INFORM).then(recorded(MemberInformed, INFORM))


def test_only_seats_of_the_terms_are_told() -> None:
    """ToR 6.1: a stranger's seat is refused."""
    given(RECEIVE).when(changed(INFORM, seat="press")).then_refused(
        clause="ToR 6.1", because="seat 'press'", way_on="Allowed: ccg-safeguarding"
    )


def test_a_member_told_twice_in_the_same_way_was_told_once() -> None:
    """ToR 8.2: the same notice adds nothing; by telephone it is another."""
    given(RECEIVE, INFORM).when(INFORM).then_nothing_happens()
    called = changed(INFORM, manner="telephone")
    given(RECEIVE, INFORM).when(called).then(recorded(MemberInformed, called))


# --- ToR 8.7: the report goes to the members


def test_the_report_goes_to_the_members() -> None:
    """ToR 8.7: the version says which report."""
    given(*DECIDED, COMPILE).when(TO_MEMBERS).then(recorded(ReportSentToMembers, TO_MEMBERS))


def test_only_a_compiled_version_goes_to_the_members() -> None:
    """ToR 7.7: without one there is nothing to send."""
    given(*DECIDED).when(TO_MEMBERS).then_refused(
        clause="ToR 7.7", because="version 1 of the report was not compiled"
    )


def test_the_same_version_goes_to_the_members_once() -> None:
    """ToR 8.7: saying it again adds nothing."""
    given(*DECIDED, COMPILE, TO_MEMBERS).when(TO_MEMBERS).then_nothing_happens()


# --- ToR 8.9: the Panel's point of contact


def test_a_letter_to_the_panel_is_logged() -> None:
    """ToR 8.9: sent or received."""
    given(RECEIVE).when(WRITE).then(recorded(PanelCorrespondenceLogged, WRITE))


def test_a_letter_needs_a_case() -> None:
    """ToR 7.3: there is nothing to write about before the notification."""
    given().when(WRITE).then_refused(clause="ToR 7.3", because="no notification")


def test_a_letter_is_logged_once() -> None:
    """ToR 8.9: the same letter adds nothing, and with other words it is another letter."""
    given(RECEIVE, WRITE).when(WRITE).then_nothing_happens()
    given(RECEIVE, WRITE).when(changed(WRITE, sent=False)).then_refused(
        clause="the record", because="'LET-1' is already recorded"
    )


# --- ToR 8.10: the practice review that follows


def test_a_practice_review_is_commissioned_and_its_six_months_start() -> None:
    """ToR 2.1, 8.10: from 30 June 2020 to 30 December 2020."""
    commissioned, clock = given(*DECIDED).when(COMMISSION).events
    assert commissioned == recorded(PracticeReviewCommissioned, COMMISSION)
    assert isinstance(clock, DeadlineSet)
    assert (clock.deadline, clock.due) == ("publication", date(2020, 12, 30))


def test_a_practice_review_is_commissioned_where_the_decision_asks_for_one() -> None:
    """ToR 2.1: before a decision, or after one against it, there is nothing to commission."""
    given(*ASSESSED, DECIDE_NOT).when(COMMISSION).then_refused(
        clause="ToR 2.1", because="asks for no practice review: no-practice-review"
    )
    given(RECEIVE).when(COMMISSION).then_refused(
        clause="ToR 2.1", because="asks for no practice review: nothing", way_on="MakeDecision"
    )
    given(*DECIDED, RECONSIDER).when(COMMISSION).then_refused(
        clause="ToR 2.1", because="no-practice-review"
    )


def test_a_practice_review_is_commissioned_once() -> None:
    """ToR 8.10: the same commission adds nothing; another starts no second clock."""
    given(*DECIDED, COMMISSION).when(COMMISSION).then_nothing_happens()
    wider = changed(COMMISSION, at=at("2020-07-15 09:00"), scope="from conception")
    given(*DECIDED, COMMISSION).when(wider).then(recorded(PracticeReviewCommissioned, wider))
