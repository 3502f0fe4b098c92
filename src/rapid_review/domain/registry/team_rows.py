"""The rows of what the Partnership Team records besides the steps of ToR 7.

`rows` places them among the other rows, in the order of the document.
"""

from typing import Final

from rapid_review.domain import clauses as tor
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain import wording
from rapid_review.domain.registry.row import Row, Step
from rapid_review.domain.registry.shared_parts import AFTER_NOTIFICATION
from rapid_review.domain.rules import meeting, panel_and_after
from rapid_review.domain.rules import team as team_rules

OF_THE_NOTIFICATION: Final = (
    Row(
        team.PartnersAgreedToNotify,
        step=Step(ask.RecordAgreementToNotify),
        clauses=(tor.RECEIVE,),
        line="{partners}",
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        team.AnotherAreaConcerned,
        step=Step(ask.RecordAnotherArea, known_by="partnership"),
        clauses=(tor.RECEIVE,),
        line="partnership {partnership}",
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        team.MediaInterestNoted,
        step=Step(ask.NoteMediaInterest),
        clauses=(tor.CHALLENGE,),
        line=wording.interest,
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        team.PanelNotified,
        step=Step(ask.RecordPanelNotified),
        clauses=(tor.RECEIVE,),
        line=wording.panel_told,
        rules=AFTER_NOTIFICATION,
    ),
)
"""Beside ToR 8.1."""

OF_THE_MEETING: Final = (
    Row(
        team.MeetingCancelled,
        step=Step(
            ask.CancelMeeting,
            known_by="meeting",
            again_after=(did.MeetingConvened,),
            recurs=True,
        ),
        clauses=(tor.CONVENE,),
        line="meeting {meeting}",
        rules=AFTER_NOTIFICATION,
        bars=(meeting.meeting_not_yet_held,),
        needs=(meeting.meeting_was_convened,),
    ),
)
"""Beside ToR 8.5 and 8.6."""

AFTER_THE_MEETING: Final = (
    Row(
        team.MinutesRecorded,
        step=Step(ask.RecordMinutes, known_by="meeting", may_change=True),
        clauses=(tor.ADMINISTER,),
        line="meeting {meeting}, document {document.reference}",
        rules=AFTER_NOTIFICATION,
        needs=(team_rules.meeting_was_held,),
    ),
    Row(
        team.ActionAgreed,
        step=Step(
            ask.AgreeAction,
            known_by="action",
            may_change=True,
            again_after=(team.ActionCompleted,),
            recurs=True,
        ),
        clauses=(tor.ADMINISTER,),
        line=wording.action,
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        team.ActionCompleted,
        step=Step(
            ask.CompleteAction,
            known_by="action",
            again_after=(team.ActionAgreed,),
            recurs=True,
        ),
        clauses=(tor.ADMINISTER,),
        line="action {action}",
        rules=AFTER_NOTIFICATION,
        needs=(team_rules.action_was_agreed,),
    ),
)
"""Beside ToR 8.6."""

BEFORE_PUBLICATION: Final = (
    Row(
        team.PracticeReviewMilestoneReached,
        step=Step(ask.RecordPracticeReviewMilestone),
        clauses=(tor.COORDINATE,),
        line="{milestone}",
        rules=AFTER_NOTIFICATION,
        needs=(panel_and_after.practice_review_was_commissioned,),
    ),
    Row(
        team.PublicationPlanned,
        step=Step(ask.PlanPublication, may_change=True),
        clauses=(tor.CHALLENGE, tor.COORDINATE),
        line="for {planned_on}",
        rules=AFTER_NOTIFICATION,
        needs=(panel_and_after.practice_review_was_commissioned,),
    ),
    Row(
        team.PublicationSentAhead,
        step=Step(ask.SendPublicationAhead),
        clauses=(tor.CHALLENGE, tor.COORDINATE),
        line="to {sent_to}",
        rules=AFTER_NOTIFICATION,
        bars=(team_rules.not_yet_published,),
        needs=(panel_and_after.practice_review_was_commissioned,),
    ),
)
"""Beside ToR 8.10."""
