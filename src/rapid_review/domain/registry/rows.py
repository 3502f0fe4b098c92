"""Every event, in the order of the document: the table to read beside ToR 5 to 8."""

from typing import Final

from rapid_review.domain import clauses as tor
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain import makers, wording
from rapid_review.domain.corrections import correct
from rapid_review.domain.registry import record_rows, team_rows
from rapid_review.domain.registry.row import Row, Step
from rapid_review.domain.registry.shared_parts import (
    ACTS,
    AFTER_NOTIFICATION,
    ATTENDED,
    BEFORE_DECIDING,
    CONVENING,
    DECIDED,
    RECORDING_ATTENDANCE,
)
from rapid_review.domain.rules import meeting, opening, outcome, panel_and_after, report, team


def _correction(correction: did.RecordCorrected) -> str:
    if (event := correction.replacement) is None:
        return f"entry {correction.version} is retracted"
    (line,) = (row.line_of(event) for row in ROWS if row.event is type(event))
    at = wording.as_text(event.at)
    return f"in place of entry {correction.version} stands {event.kind} at {at}: {line}"


ROWS: Final[tuple[Row, ...]] = (
    # Receipt (ToR 7.2, 7.3, 8.1)
    Row(
        did.NotificationReceived,
        step=Step(ask.ReceiveNotification, makes=makers.receipt),
        clauses=(tor.CLOCK, tor.RECEIVE),
        line=wording.notification,
        rules=(opening.class_is_known, opening.index_child_is_named),
        bars=(opening.notification_comes_once,),
    ),
    Row(did.DeadlineSet, step=None, clauses=(), line=wording.due, rules=AFTER_NOTIFICATION),
    *team_rows.OF_THE_NOTIFICATION,
    Row(
        did.NotificationCriteriaFoundNotMet,
        step=Step(ask.FindCriteriaNotMet),
        clauses=(),
        line=wording.not_called_for,
        rules=AFTER_NOTIFICATION,
    ),
    # Inform, gather, collate, share (ToR 7.2, 7.4, 7.5, 8.2 to 8.4)
    Row(
        did.MemberInformed,
        step=Step(ask.InformMember),
        clauses=(tor.INFORMED, tor.INFORM),
        line="{seat}, by {manner}",
        rules=(*AFTER_NOTIFICATION, opening.seat_is_known),
    ),
    Row(
        did.AgencyReportRequested,
        step=Step(ask.RequestAgencyReport),
        clauses=(tor.GATHER, tor.COMMENCE),
        line=wording.request,
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        did.AgencyReportFiled,
        step=Step(ask.FileAgencyReport),
        clauses=(tor.GATHER,),
        line=wording.report,
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        did.ReportsCollated,
        step=Step(ask.CollateReports, makes=makers.collation),
        clauses=(tor.COLLATE, tor.COMMENCE),
        line="collation {collation}: {agencies}",
        rules=AFTER_NOTIFICATION,
        needs=(opening.collated_reports_were_filed,),
    ),
    Row(
        did.ReportsShared,
        step=Step(ask.ShareReports),
        clauses=(tor.COLLATE, tor.SEND_OUT),
        line="collation {collation}, with {seats}",
        rules=(*AFTER_NOTIFICATION, opening.shared_seats_are_known),
        needs=(opening.collation_exists,),
    ),
    # Children's safety (ToR 1.2)
    Row(
        did.ImmediateActionRecorded,
        step=Step(ask.RecordImmediateAction, known_by="action"),
        clauses=(tor.SAFETY,),
        line="action {action}",
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        did.LearningShared,
        step=Step(ask.ShareLearning, known_by="learning"),
        clauses=(tor.SAFETY,),
        line="learning {learning}, with {shared_with}",
        rules=AFTER_NOTIFICATION,
    ),
    # The meeting (ToR 3.2, 6, 7.1, 7.6, 8.5)
    Row(
        did.MeetingConvened,
        step=CONVENING,
        clauses=(tor.NO_SCHEDULE, tor.MEET, tor.CONVENE),
        line="meeting {meeting}, {manner}, for {meets_at}",
        rules=(*ACTS, meeting.manner_is_allowed),
        bars=(opening.review_is_held, meeting.meeting_not_yet_held),
    ),
    *team_rows.OF_THE_MEETING,
    Row(
        did.ExpertInvited,
        step=Step(ask.InviteExpert),
        clauses=(tor.MEMBERS,),
        line="{expertise}, to meeting {meeting}; fills no seat",
        bars=(opening.review_is_held,),
        rules=ACTS,
        needs=(meeting.meeting_was_convened,),
    ),
    *(
        Row(
            attended,
            step=RECORDING_ATTENDANCE,
            clauses=(tor.QUORUM,),
            line=wording.attendance,
            rules=ATTENDED,
            bars=(opening.review_is_held, team.meeting_was_not_cancelled),
            needs=(meeting.meeting_was_convened,),
        )
        for attended in did.ATTENDANCE
    ),
    Row(
        did.ChallengeRaised,
        step=Step(ask.RaiseChallenge, known_by="challenge"),
        clauses=(tor.CHALLENGE,),
        line="{challenge}, by {seat}",
        rules=(*AFTER_NOTIFICATION, opening.seat_is_known),
    ),
    Row(
        did.ChallengeAnswered,
        step=Step(ask.AnswerChallenge),
        clauses=(tor.CHALLENGE,),
        line="{challenge}, by {seat}",
        rules=(*AFTER_NOTIFICATION, opening.seat_is_known),
        needs=(meeting.challenge_was_raised,),
    ),
    *team_rows.AFTER_THE_MEETING,
    # The outcome (ToR 1.4, 2, 5, 7.6, 7.7, 8.7, 8.8)
    Row(
        did.CriteriaAssessed,
        step=Step(ask.AssessCriteria),
        clauses=(tor.SCOPE, tor.CRITERIA),
        line=wording.criteria,
        rules=(*ACTS, outcome.criteria_are_known, outcome.every_criterion_is_weighed),
        bars=(opening.review_is_held,),
    ),
    Row(
        did.DecisionMade,
        step=Step(ask.MakeDecision, makes=makers.decision),
        clauses=(tor.NEXT_STEPS, tor.CRITERIA, tor.METHODOLOGY, tor.MEET),
        line=wording.decision,
        rules=DECIDED,
        bars=(opening.review_is_held, outcome.decided_once),
        needs=BEFORE_DECIDING,
    ),
    Row(
        did.DecisionAdopted,
        step=Step(ask.AdoptDecision, again_after=did.DECISIONS),
        clauses=(tor.CRITERIA,),
        line=wording.adoption,
        rules=(*AFTER_NOTIFICATION, outcome.partner_adopts),
        needs=(outcome.decision_was_made,),
    ),
    Row(
        did.ReportCompiled,
        step=Step(ask.CompileReport, known_by="version"),
        clauses=(tor.REPORT,),
        line="version {version}, addressing {limbs}",
        rules=(*AFTER_NOTIFICATION, report.limbs_are_known, report.every_limb_is_addressed),
        bars=(report.version_comes_once,),
        needs=(outcome.decision_was_made, report.version_follows),
    ),
    Row(
        did.ReportSentToMembers,
        step=Step(ask.SendReportToMembers, again_after=did.DECISIONS),
        clauses=(tor.TO_MEMBERS,),
        line="version {version}",
        rules=AFTER_NOTIFICATION,
        needs=(report.version_was_compiled,),
    ),
    Row(
        did.ReportSentToPanel,
        step=Step(ask.SendReportToPanel, again_after=did.DECISIONS),
        clauses=(tor.TIMELY, tor.REPORT, tor.TO_PANEL),
        line="version {version}",
        rules=AFTER_NOTIFICATION,
        needs=(report.version_was_compiled, outcome.decision_was_adopted),
    ),
    # The Panel (ToR 7.8, 7.9, 8.9)
    Row(
        did.PanelDiscussionNoted,
        step=Step(ask.NotePanelDiscussion),
        clauses=(tor.FEEDBACK,),
        line="discussed on {discussed_on}",
        rules=AFTER_NOTIFICATION,
        needs=(panel_and_after.report_was_sent,),
    ),
    Row(
        did.PanelFeedbackReceived,
        step=Step(
            ask.ReceivePanelFeedback,
            again_after=(
                did.DecisionReconsidered,
                did.ReportSentToPanel,
                did.PanelDiscussionNoted,
            ),
        ),
        clauses=(tor.FEEDBACK,),
        line=wording.feedback,
        rules=AFTER_NOTIFICATION,
        needs=(panel_and_after.report_was_sent,),
    ),
    Row(
        did.FeedbackShared,
        step=Step(ask.ShareFeedback, again_after=(did.PanelFeedbackReceived,)),
        clauses=(tor.FEEDBACK_SHARED,),
        line="with {shared_with}",
        rules=(*AFTER_NOTIFICATION, panel_and_after.recipient_is_known),
        needs=(panel_and_after.feedback_was_received,),
    ),
    Row(
        did.DecisionReconsidered,
        step=Step(
            ask.ReconsiderDecision,
            makes=makers.reconsidered,
            again_after=(did.PanelFeedbackReceived,),
        ),
        clauses=(tor.CRITERIA,),
        line=wording.decision,
        rules=DECIDED,
        bars=(opening.review_is_held,),
        needs=(outcome.decision_was_made, *BEFORE_DECIDING),
    ),
    Row(
        did.PanelCorrespondenceLogged,
        step=Step(ask.LogPanelCorrespondence, known_by="correspondence"),
        clauses=(tor.LIAISON,),
        line=wording.letter,
        rules=AFTER_NOTIFICATION,
        needs=(team.answered_letter_was_logged,),
    ),
    # What follows (ToR 2, 3.2, 4, 7.9, 8.10)
    Row(
        did.PracticeReviewCommissioned,
        step=Step(ask.CommissionPracticeReview),
        clauses=(tor.SCOPE, tor.CHALLENGE, tor.COORDINATE),
        line=wording.commission,
        rules=AFTER_NOTIFICATION,
        needs=(panel_and_after.practice_review_was_decided,),
    ),
    Row(
        did.EngagementRecorded,
        step=Step(ask.RecordEngagement, known_by="engagement"),
        clauses=(tor.CHALLENGE,),
        line=wording.engagement,
        rules=AFTER_NOTIFICATION,
    ),
    *team_rows.BEFORE_PUBLICATION,
    Row(
        did.PracticeReviewPublished,
        step=Step(ask.PublishPracticeReview),
        clauses=(tor.CHALLENGE,),
        line="document {document.reference}",
        rules=AFTER_NOTIFICATION,
        needs=(panel_and_after.practice_review_was_commissioned,),
    ),
    Row(
        did.PublicationWithheld,
        step=Step(ask.WithholdPublication),
        clauses=(tor.CHALLENGE,),
        line=wording.withholding,
        rules=AFTER_NOTIFICATION,
        needs=(panel_and_after.practice_review_was_commissioned,),
    ),
    Row(
        did.LearningThemeIdentified,
        step=Step(ask.IdentifyLearningTheme, known_by="theme"),
        clauses=(tor.THEMES,),
        line="theme {theme}",
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        did.ThemeReferred,
        step=Step(ask.ReferThemeToLearning),
        clauses=(tor.THEMES,),
        line="theme {theme}, to {referred_to}",
        rules=AFTER_NOTIFICATION,
        needs=(panel_and_after.theme_was_identified,),
    ),
    Row(
        did.ProcessLinked,
        step=Step(ask.LinkProcess),
        clauses=(tor.RELATED,),
        line="{process} {reference}",
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        did.CaseClosed,
        step=Step(ask.CloseCase, again_after=(did.CaseReopened,)),
        clauses=(tor.FEEDBACK_SHARED,),
        line="everyone was told",
        rules=AFTER_NOTIFICATION,
        needs=(panel_and_after.everyone_was_told, panel_and_after.disagreement_was_reconsidered),
    ),
    Row(
        did.CaseReopened,
        step=Step(ask.ReopenCase, again_after=(did.CaseClosed,)),
        clauses=(),
        line="with the reason",
        rules=AFTER_NOTIFICATION,
        needs=(panel_and_after.case_is_closed,),
    ),
    # The record itself
    *record_rows.CLOCKS_AND_TERMS,
    Row(
        did.RecordCorrected,
        step=Step(ask.CorrectRecord, makes=correct, known_by="version", may_change=True),
        clauses=(),
        line=_correction,
        rules=AFTER_NOTIFICATION,
    ),
    *record_rows.BY_TWO,
    *record_rows.HOLDS_AND_ERASURES,
    *record_rows.BESIDE_CASES,
)
