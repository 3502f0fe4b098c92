"""What several rows of the registry share: rules that are asked together, and a step."""

from typing import Final

from rapid_review.domain import commands as ask
from rapid_review.domain import makers
from rapid_review.domain.registry.row import Rule, Step
from rapid_review.domain.rules import meeting, opening, outcome

AFTER_NOTIFICATION: Final[tuple[Rule, ...]] = (opening.notification_comes_first,)
"""The rules for every event but the first."""
ACTS: Final = (*AFTER_NOTIFICATION, opening.case_was_open)
"""The rules for every act of the group."""
ATTENDED: Final = (
    *ACTS,
    meeting.attended_seats_are_known,
    meeting.one_person_one_seat,
    meeting.experts_fill_no_seat,
    meeting.meeting_was_quorate,
)
"""The rules for an attendance, quorate or not."""
DECIDED: Final = (
    *ACTS,
    outcome.outcome_is_permitted,
    outcome.manner_decides,
    outcome.rationale_is_given,
    outcome.style_and_methodology_are_given,
    outcome.earlier_learning_was_weighed,
    outcome.publication_and_proportion_were_weighed,
)
"""The rules for a decision, the first and any after it."""
BEFORE_DECIDING: Final = (
    meeting.meeting_was_convened,
    outcome.meeting_is_quorate,
    outcome.criteria_were_assessed,
)
"""What a decision needs."""
CONVENING: Final = Step(ask.ConveneMeeting, known_by="meeting", may_change=True, at_counts=True)
"""The step that convenes a meeting; one that was cancelled may be convened again."""
RECORDING_ATTENDANCE: Final = Step(
    ask.RecordAttendance,
    makes=makers.attendance,
    known_by="meeting",
    may_change=True,
    at_counts=True,
)
"""The step of both attendance events: the seats decide which of the two it records."""
