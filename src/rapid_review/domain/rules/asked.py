"""Which rules are asked of which event, in the order of the document.

A command is asked the rules of the event it leads to. The traceability table is made from this.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from rapid_review.domain import events as did
from rapid_review.domain.case import Case
from rapid_review.domain.particulars import Particulars
from rapid_review.domain.rules import after, meeting, opening, outcome
from rapid_review.domain.rules.finding import Finding
from rapid_review.domain.terms.terms import Terms

# Each rule takes the particulars it reads; the table pairs it with an event that has them, and a
# test asks every rule of every event it stands beside. Only the table needs the wide type.
Rule = Callable[[Any, Case, Terms], Finding]

_OPEN: Final[tuple[Rule, ...]] = (opening.notification_comes_first,)
_HELD: Final[tuple[Rule, ...]] = (*_OPEN, opening.review_is_held)
_ATTENDED: Final[tuple[Rule, ...]] = (
    *_HELD,
    meeting.meeting_was_convened,
    meeting.attended_seats_are_known,
    meeting.one_person_one_seat,
    meeting.experts_fill_no_seat,
    meeting.quorum_is_as_said,
)
_DECIDED: Final[tuple[Rule, ...]] = (
    meeting.meeting_was_convened,
    outcome.meeting_is_quorate,
    outcome.outcome_is_permitted,
    outcome.manner_decides,
    outcome.criteria_were_assessed,
    outcome.style_and_methodology_are_given,
    outcome.earlier_learning_was_weighed,
    outcome.publication_and_proportion_were_weighed,
)

ASKED: Final[Mapping[type[did.Event], tuple[Rule, ...]]] = MappingProxyType(
    {
        # Receipt (ToR 7.2, 7.3, 8.1)
        did.NotificationReceived: (opening.notification_comes_once, opening.class_is_known),
        did.DeadlineSet: _OPEN,
        did.NotificationCriteriaFoundNotMet: _OPEN,
        # Inform, gather, collate, share (ToR 7.2, 7.4, 7.5, 8.2 to 8.4)
        did.MemberInformed: (*_OPEN, opening.seat_is_known),
        did.AgencyReportRequested: _OPEN,
        did.AgencyReportFiled: _OPEN,
        did.ReportsCollated: (*_OPEN, opening.collated_reports_were_filed),
        did.ReportsShared: (*_OPEN, opening.shared_seats_are_known, opening.collation_exists),
        # Children's safety (ToR 1.2)
        did.ImmediateActionRecorded: _OPEN,
        did.LearningShared: _OPEN,
        # The meeting (ToR 3.2, 6, 7.6, 8.5)
        did.MeetingConvened: (*_HELD, meeting.meeting_not_yet_held, meeting.manner_is_allowed),
        did.ExpertInvited: (*_HELD, meeting.meeting_was_convened),
        did.QuorumConfirmed: _ATTENDED,
        did.QuorumNotMet: (*_ATTENDED, meeting.meeting_was_quorate),
        did.ChallengeRaised: (*_OPEN, opening.seat_is_known),
        did.ChallengeAnswered: (*_OPEN, opening.seat_is_known, meeting.challenge_was_raised),
        # The outcome (ToR 1 to 5, 7.6, 7.7, 8.7, 8.8)
        did.CriteriaAssessed: (
            *_HELD,
            outcome.criteria_are_known,
            outcome.every_criterion_is_weighed,
        ),
        did.DecisionMade: (
            *_HELD,
            outcome.decided_once,
            *_DECIDED,
        ),
        did.DecisionAdopted: (*_OPEN, outcome.decision_was_made, outcome.partner_adopts),
        did.ReportCompiled: (
            *_OPEN,
            outcome.decision_was_made,
            outcome.version_follows,
            outcome.limbs_are_known,
            outcome.every_limb_is_addressed,
        ),
        did.ReportSentToMembers: (*_OPEN, outcome.version_was_compiled),
        did.ReportSentToPanel: (
            *_OPEN,
            outcome.version_was_compiled,
            outcome.decision_was_adopted,
        ),
        # The Panel (ToR 7.8, 7.9, 8.9)
        did.PanelDiscussionNoted: (*_OPEN, after.report_was_sent),
        did.PanelFeedbackReceived: (*_OPEN, after.report_was_sent),
        did.FeedbackShared: (*_OPEN, after.feedback_was_received, after.recipient_is_known),
        did.DecisionReconsidered: (*_HELD, outcome.decision_was_made, *_DECIDED),
        did.PanelCorrespondenceLogged: _OPEN,
        # What follows (ToR 2, 3.2, 4, 8.10)
        did.PracticeReviewCommissioned: (*_OPEN, after.practice_review_was_decided),
        did.EngagementRecorded: _OPEN,
        did.PracticeReviewPublished: (*_OPEN, after.practice_review_was_commissioned),
        did.PublicationWithheld: (*_OPEN, after.practice_review_was_commissioned),
        did.LearningThemeIdentified: _OPEN,
        did.ThemeReferred: (*_OPEN, after.theme_was_identified),
        did.ProcessLinked: _OPEN,
        did.CaseClosed: (
            *_OPEN,
            after.everyone_was_told,
            after.disagreement_was_reconsidered,
            opening.members_were_informed,
        ),
        did.CaseReopened: (*_OPEN, after.case_is_closed),
        # The record itself
        did.DeadlineReckonedAgain: (*_OPEN, after.clock_has_started),
        did.TermsReplaced: _OPEN,
        did.RecordCorrected: _OPEN,
        did.ExportMade: _OPEN,  # and in a case that is open, `imports` refuses it
    }
)


def findings(
    said: Particulars, kind: type[did.Event], case: Case, terms: Terms
) -> Iterator[Finding]:
    """Ask every rule of `kind` about what is said, in the document's order.

    Args:
        said: an event of that kind, or the command that would lead to it.
        kind: the event's class.
        case: the case as it stood before.
        terms: the terms in force for the case.
    """
    for rule in ASKED[kind]:
        yield rule(said, case, terms)
