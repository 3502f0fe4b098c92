"""What the Partnership Team records of its own work (ToR 8)."""

from rapid_review.domain import clauses
from rapid_review.domain.case import Case
from rapid_review.domain.errors import listed, shown
from rapid_review.domain.events import PanelCorrespondenceLogged, PracticeReviewPublished
from rapid_review.domain.particulars import Attendance, Correspondence
from rapid_review.domain.rules.finding import Finding, Verdict, finding_if, holds
from rapid_review.domain.rules.meeting import attendance_of, is_cancelled
from rapid_review.domain.team_events import ActionAgreed
from rapid_review.domain.team_particulars import ActionTaken, Minutes, PublicationCopy
from rapid_review.domain.terms.terms import Terms


def meeting_was_not_cancelled(details: Attendance, case: Case, _terms: Terms) -> Finding:
    """ToR 8.5: the group attends a cancelled meeting only after somebody convenes it again."""
    return finding_if(
        is_cancelled(details.meeting, case),
        clauses.CONVENE,
        Verdict.FORBIDDEN,
        f"meeting {details.meeting} was cancelled",
        "Convene it again with ConveneMeeting. If it was not cancelled, retract the "
        "cancellation with CorrectRecord.",
    )


def action_was_agreed(details: ActionTaken, case: Case, _terms: Terms) -> Finding:
    """ToR 8.6: before somebody completes an action, the group has agreed it."""
    agreed = {one.action for one in case.all(ActionAgreed)}
    return finding_if(
        details.action not in agreed,
        clauses.ADMINISTER,
        Verdict.FORBIDDEN,
        f"action {shown(details.action)} has not been agreed; agreed so far: {listed(agreed)}",
        "Record the action first with AgreeAction. A late record is accepted.",
    )


def meeting_was_held(details: Minutes, case: Case, _terms: Terms) -> Finding:
    """ToR 8.6: minutes are of a meeting that somebody attended."""
    return finding_if(
        attendance_of(details.meeting, case) is None,
        clauses.ADMINISTER,
        Verdict.FORBIDDEN,
        f"nobody's attendance of meeting {details.meeting} is recorded",
        "Record the attendance first with RecordAttendance. A late record is accepted.",
    )


def not_yet_published(_details: PublicationCopy, case: Case, _terms: Terms) -> Finding:
    """ToR 3.2: an advance copy goes out before publication."""
    return finding_if(
        case.last(PracticeReviewPublished),
        clauses.CHALLENGE,
        Verdict.IRREGULAR,
        "the practice review is already published, so no copy can go out before it",
        "If one of the two days is wrong, correct it with CorrectRecord.",
    )


def answered_letter_was_logged(details: Correspondence, case: Case, _terms: Terms) -> Finding:
    """ToR 8.9: a letter answers another that was logged."""
    if details.answers is None:
        return holds(str(clauses.LIAISON))
    letters = case.all(PanelCorrespondenceLogged)
    others = {one.correspondence for one in letters} - {details.correspondence}
    return finding_if(
        details.answers not in others,
        clauses.LIAISON,
        Verdict.FORBIDDEN,
        f"this letter answers letter {shown(details.answers)}, and no such letter has been logged",
        "Record the answered letter first with LogPanelCorrespondence. A late record is accepted.",
    )
