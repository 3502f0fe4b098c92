"""What several rows of the registry share: rules that are asked together, and a step."""

from typing import Final

from rapid_review.domain import commands as ask
from rapid_review.domain import makers
from rapid_review.domain.registry.row import Rule, Step
from rapid_review.domain.rules import meeting, opening, outcome

OPEN: Final[tuple[Rule, ...]] = (opening.notification_comes_first,)
"""What is asked of every event but the first."""
ACTS: Final = (*OPEN, opening.case_was_open)
"""What is asked whenever the group acts."""
ENDED: Final[tuple[Rule, ...]] = (opening.review_is_held,)
"""What bars the group from acting."""
ATTENDED: Final = (
    *ACTS,
    meeting.attended_seats_are_known,
    meeting.one_person_one_seat,
    meeting.experts_fill_no_seat,
    meeting.meeting_was_quorate,
)
"""What is asked of an attendance, whether it was a quorum or not."""
DECIDED: Final = (
    *ACTS,
    outcome.outcome_is_permitted,
    outcome.manner_decides,
    outcome.rationale_is_given,
    outcome.style_and_methodology_are_given,
    outcome.earlier_learning_was_weighed,
    outcome.publication_and_proportion_were_weighed,
)
"""What is asked of a decision, the first and one that was reconsidered."""
BEFORE_DECIDING: Final = (
    meeting.meeting_was_convened,
    outcome.meeting_is_quorate,
    outcome.criteria_were_assessed,
)
"""What a decision needs."""
CONVENING: Final = Step(ask.ConveneMeeting, known_by="meeting", may_change=True, at_counts=True)
"""The step that convenes a meeting; one that was cancelled may be convened again."""
ATTENDANCE: Final = Step(
    ask.RecordAttendance,
    makes=makers.attendance,
    known_by="meeting",
    may_change=True,
    at_counts=True,
)
"""The step of both attendances: the seats say which of the two it is."""
