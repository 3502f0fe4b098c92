"""What can be asked: a command for each step of ToR 7 and 8, named in the imperative.

A command says when the thing happened (`at`); who says so, and why, goes beside it, with the
entry. Nothing here reads a clock.
"""

from typing import Final

from rapid_review.domain import erasure_particulars, particulars
from rapid_review.domain import record_particulars as record
from rapid_review.domain import team_particulars as team
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.vocabulary import Code


class Command(particulars.Particulars):
    """Something asked of a case."""


class ReceiveNotification(Command, particulars.Notification):
    """ToR 7.3, 8.1: open the case; `at` is the receipt, which starts the clock."""


class RecordAgreementToNotify(Command, team.NotifyingAgreement):
    """ToR 8.1: record which partners agreed to make a notification."""


class RecordAnotherArea(Command, team.OtherArea):
    """ToR 8.1: record that the case concerns another partnership as well."""


class NoteMediaInterest(Command, team.PublicInterest):
    """ToR 3.2: note that the media take an interest, or may take one."""


class RecordPanelNotified(Command, team.PanelNotice):
    """ToR 8.1: record the day on which the Panel was told, if the notification left it open."""


class FindCriteriaNotMet(Command, particulars.CriteriaFinding):
    """Record that the case does not meet the criteria after all, or refuse a referral."""


class InformMember(Command, particulars.MemberNotice):
    """ToR 7.2, 8.2: tell a member of the notification."""


class RequestAgencyReport(Command, particulars.ReportRequest):
    """ToR 7.4, 8.3: ask an agency for what it knows."""


class FileAgencyReport(Command, particulars.AgencyReport):
    """ToR 7.4: file an agency's answer, late or not, asked for or not."""


class CollateReports(Command, particulars.Collation):
    """ToR 7.5, 8.3: collate the reports that agencies filed."""


class ShareReports(Command, particulars.ReportsSharing):
    """ToR 7.5, 8.4: send a collation to members."""


class RecordImmediateAction(Command, particulars.ImmediateAction):
    """ToR 1.2: record an action that somebody took at once."""


class ShareLearning(Command, particulars.Learning):
    """ToR 1.2: share learning early."""


class ConveneMeeting(Command, particulars.Meeting):
    """ToR 7.6, 8.5: convene a meeting, or move one not yet held."""


class CancelMeeting(Command, team.Cancellation):
    """ToR 8.5: call off a meeting before the group holds it."""


class InviteExpert(Command, particulars.Expertise):
    """ToR 6.1: invite an expert to one meeting."""


class RecordAttendance(Command, particulars.Attendance):
    """ToR 6.2: record who sat where; the library works out whether that is a quorum."""


class RaiseChallenge(Command, particulars.Challenge):
    """ToR 3.2: challenge what was said."""


class AnswerChallenge(Command, particulars.ChallengeAnswer):
    """ToR 3.2: answer a challenge."""


class RecordMinutes(Command, team.Minutes):
    """ToR 8.6: record where the minutes of a meeting are."""


class AgreeAction(Command, team.ActionToTake):
    """ToR 8.6: agree an action, its owner and its day; the latest agreement counts."""


class CompleteAction(Command, team.ActionTaken):
    """ToR 8.6: record that somebody completed an action, and the result."""


class AssessCriteria(Command, particulars.CriteriaAssessment):
    """ToR 5(b): weigh the national criteria."""


class MakeDecision(Command, particulars.Decision):
    """ToR 5(b), 5(c), 7.6: decide, at a quorate meeting."""


class AdoptDecision(Command, particulars.Adoption):
    """ToR 5(b): adopt the decision as a statutory partner."""


class CompileReport(Command, particulars.ReportVersion):
    """ToR 7.7: compile the report."""


class SendReportToMembers(Command, particulars.ReportDispatch):
    """ToR 8.7: send the report to the members."""


class SendReportToPanel(Command, particulars.ReportDispatch):
    """ToR 7.7, 8.8: send the report to the Panel."""


class NotePanelDiscussion(Command, particulars.PanelDiscussion):
    """ToR 7.8: note the day of the Panel's meeting."""


class ReceivePanelFeedback(Command, particulars.PanelFeedback):
    """ToR 7.8: receive the Panel's answer."""


class ShareFeedback(Command, particulars.FeedbackSharing):
    """ToR 7.9: pass the Panel's answer on."""


class ReconsiderDecision(Command, particulars.Decision):
    """ToR 5(b): decide again, at a quorate meeting."""


class LogPanelCorrespondence(Command, particulars.Correspondence):
    """ToR 8.9: log a letter to or from the Panel."""


class CommissionPracticeReview(Command, particulars.Commission):
    """ToR 2.1, 8.10: commission a practice review."""


class RecordEngagement(Command, particulars.Engagement):
    """ToR 3.2: record who took part, or why not."""


class RecordPracticeReviewMilestone(Command, team.ReviewMilestone):
    """ToR 8.10: record how far a practice review has come."""


class PlanPublication(Command, team.PublicationPlan):
    """ToR 3.2, 8.10: plan the day of publication, or another day."""


class SendPublicationAhead(Command, team.PublicationCopy):
    """ToR 3.2, 8.10: send a copy ahead of publication."""


class PublishPracticeReview(Command, particulars.Publication):
    """ToR 3.2: publish the practice review."""


class WithholdPublication(Command, particulars.Withholding):
    """ToR 3.2: do not publish the practice review, and say why."""


class IdentifyLearningTheme(Command, particulars.Theme):
    """ToR 4(b): name a theme."""


class ReferThemeToLearning(Command, particulars.ThemeReferral):
    """ToR 4(b): pass a theme to training."""


class LinkProcess(Command, particulars.Link):
    """ToR 4(e): link another process; or, as `duplicate-of`, the case that this one repeats."""


class CloseCase(Command, particulars.Closing):
    """ToR 7.9: close the case."""


class ReopenCase(Command, particulars.Reopening):
    """Open the case again."""


class ReckonDeadlineAgain(Command, record.Reckoning):
    """Calculate a due day again with the current calendar."""


class ReplaceTerms(Command, record.TermsChange):
    """Continue under other terms, named by their id."""

    terms: Code


class CorrectRecord(Command, record.CorrectionTarget):
    """Say that an entry was wrong, and what is right; without a replacement, retract it."""

    replacement: AnyEvent | None = None


class ProposeCorrection(Command, record.CorrectionTarget):
    """Propose a correction. To correct a decision takes two people, of two agencies."""

    replacement: AnyEvent | None = None


class ApproveCorrection(Command, record.CorrectionApproval):
    """Approve the correction that an entry proposes; the library then records it."""


class PlaceHold(Command, erasure_particulars.Hold):
    """Keep the words of this case, even if they become due for erasure."""


class ProposeLiftingHold(Command, erasure_particulars.HoldLifting):
    """Propose to lift a hold."""


class LiftHold(Command, erasure_particulars.HoldLifting):
    """Lift a hold that another person, of another agency, proposed to lift."""


class ProposeErasure(Command, erasure_particulars.Erasure):
    """Propose to erase the words of an entry, of a person or of the case."""


class ApproveErasure(Command, erasure_particulars.ErasureApproval):
    """Approve an erasure that another person, of another agency, proposed."""


class VerifyErasure(Command, erasure_particulars.ErasureCheck):
    """Record where somebody looked for erased words, and how often they found them."""


COMMANDS: Final[dict[str, type[Command]]] = {
    command.__name__: command for command in Command.__subclasses__()
}
"""Every command by its name, in the document's order."""
