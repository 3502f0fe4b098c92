"""What happened: the events, in the order in which they happen. These names are stored.

`kind` is the stored name of an event: explicit, registered here, independent of where the class
lives. It is never changed and never reused; a field is added with a new schema version and an
upcaster (see `rapid_review.store.log.codec`) and its golden bytes.
"""

from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from rapid_review.domain import beside_events as beside
from rapid_review.domain import erasure_events, particulars
from rapid_review.domain import record_particulars as record
from rapid_review.domain import team_events as team
from rapid_review.domain.beside_events import ExportMade as ExportMade  # noqa: PLC0414 - exported
from rapid_review.domain.particulars import Event as Event  # noqa: PLC0414 - exported
from rapid_review.domain.record_events import (
    CorrectionApproved as CorrectionApproved,  # noqa: PLC0414 - exported
)
from rapid_review.domain.record_events import (
    DeadlineReckonedAgain as DeadlineReckonedAgain,  # noqa: PLC0414 - exported
)
from rapid_review.domain.record_events import (
    TermsReplaced as TermsReplaced,  # noqa: PLC0414 - exported
)
from rapid_review.domain.vocabulary import (
    CalendarRef,
    Code,
    Codes,
    Day,
    RecordedClause,
    TermsRef,
    Unit,
    Version,
)


class NotificationReceived(Event, particulars.Notification):
    """ToR 7.3, 8.1: the notification arrives; the clock starts; the case records its terms."""

    kind: Literal["NotificationReceived"] = "NotificationReceived"
    terms: TermsRef


class DeadlineSet(Event):
    """ToR 5(a), 7.3, 7.8: a clock started. Its due day is recorded, and never recomputed.

    `counted_from` is day 0, or day 1 where the terms count the day of the start.
    """

    kind: Literal["DeadlineSet"] = "DeadlineSet"
    deadline: Code
    counted_from: Day
    due: Day
    length: Annotated[int, Field(ge=0)]
    unit: Unit
    counts_day_of_start: bool
    calendar: CalendarRef
    clause: RecordedClause


class NotificationCriteriaFoundNotMet(Event, particulars.CriteriaFinding):
    """The criteria were not met, or a referral not accepted: ends clocks, completes nothing."""

    kind: Literal["NotificationCriteriaFoundNotMet"] = "NotificationCriteriaFoundNotMet"


class MemberInformed(Event, particulars.MemberNotice):
    """ToR 7.2, 8.2: the partnership told a member of the notification."""

    kind: Literal["MemberInformed"] = "MemberInformed"


class AgencyReportRequested(Event, particulars.ReportRequest):
    """ToR 7.4, 8.3: the partnership asked an agency for its involvement."""

    kind: Literal["AgencyReportRequested"] = "AgencyReportRequested"


class AgencyReportFiled(Event, particulars.AgencyReport):
    """ToR 7.4: an agency answered, asked or unasked."""

    kind: Literal["AgencyReportFiled"] = "AgencyReportFiled"


class ReportsCollated(Event, particulars.Collation):
    """ToR 7.5, 8.3: the partnership collated reports.

    A late report makes this collation stale, and asks for the next.
    """

    kind: Literal["ReportsCollated"] = "ReportsCollated"
    collation: Version


class ReportsShared(Event, particulars.ReportsSharing):
    """ToR 7.5, 8.4: the partnership sent a collation to members."""

    kind: Literal["ReportsShared"] = "ReportsShared"


class ImmediateActionRecorded(Event, particulars.ImmediateAction):
    """ToR 1.2: an agency acted at once for children's safety."""

    kind: Literal["ImmediateActionRecorded"] = "ImmediateActionRecorded"


class LearningShared(Event, particulars.Learning):
    """ToR 1.2: the partnership passed learning on before the end."""

    kind: Literal["LearningShared"] = "LearningShared"


class MeetingConvened(Event, particulars.Meeting):
    """ToR 7.1, 7.6, 8.5: the partnership convened a meeting."""

    kind: Literal["MeetingConvened"] = "MeetingConvened"


class ExpertInvited(Event, particulars.Expertise):
    """ToR 6.1: the group asked an expert to one meeting."""

    kind: Literal["ExpertInvited"] = "ExpertInvited"


class QuorumConfirmed(Event, particulars.Attendance):
    """ToR 6.2: people filled the seats that the terms ask for."""

    kind: Literal["QuorumConfirmed"] = "QuorumConfirmed"


class QuorumNotMet(Event, particulars.Attendance):
    """ToR 6.2: some of the seats that the terms ask for were empty; `empty_seats` names them."""

    kind: Literal["QuorumNotMet"] = "QuorumNotMet"
    empty_seats: Codes


class ChallengeRaised(Event, particulars.Challenge):
    """ToR 3.2: a seat challenged what was said."""

    kind: Literal["ChallengeRaised"] = "ChallengeRaised"


class ChallengeAnswered(Event, particulars.ChallengeAnswer):
    """ToR 3.2: somebody answered a challenge."""

    kind: Literal["ChallengeAnswered"] = "ChallengeAnswered"


class CriteriaAssessed(Event, particulars.CriteriaAssessment):
    """ToR 2.1, 5(b): the group weighed the national criteria."""

    kind: Literal["CriteriaAssessed"] = "CriteriaAssessed"


class DecisionMade(Event, particulars.Decision):
    """ToR 1.4, 5(b), 5(c), 7.6: the group decided."""

    kind: Literal["DecisionMade"] = "DecisionMade"


class DecisionAdopted(Event, particulars.Adoption):
    """ToR 5(b): a partner made the decision its own; `automatic` where the terms say so."""

    kind: Literal["DecisionAdopted"] = "DecisionAdopted"
    automatic: bool = False


class ReportCompiled(Event, particulars.ReportVersion):
    """ToR 7.7: the partnership put decision and rationale into a report."""

    kind: Literal["ReportCompiled"] = "ReportCompiled"


class ReportSentToMembers(Event, particulars.ReportDispatch):
    """ToR 8.7: the report went to the members."""

    kind: Literal["ReportSentToMembers"] = "ReportSentToMembers"


class ReportSentToPanel(Event, particulars.ReportDispatch):
    """ToR 2.2, 7.7, 8.8: the report went to the Panel."""

    kind: Literal["ReportSentToPanel"] = "ReportSentToPanel"


class PanelDiscussionNoted(Event, particulars.PanelDiscussion):
    """ToR 7.8: the Panel's meeting is known; its 10 working days run from `discussed_on`."""

    kind: Literal["PanelDiscussionNoted"] = "PanelDiscussionNoted"


class PanelFeedbackReceived(Event, particulars.PanelFeedback):
    """ToR 7.8: the Panel answered."""

    kind: Literal["PanelFeedbackReceived"] = "PanelFeedbackReceived"


class FeedbackShared(Event, particulars.FeedbackSharing):
    """ToR 7.9: the partnership passed the Panel's answer on."""

    kind: Literal["FeedbackShared"] = "FeedbackShared"


class DecisionReconsidered(Event, particulars.Decision):
    """ToR 5(b): the group decided again, most often because the Panel disagreed."""

    kind: Literal["DecisionReconsidered"] = "DecisionReconsidered"


class PanelCorrespondenceLogged(Event, particulars.Correspondence):
    """ToR 8.9: a letter to or from the Panel."""

    kind: Literal["PanelCorrespondenceLogged"] = "PanelCorrespondenceLogged"


class PracticeReviewCommissioned(Event, particulars.Commission):
    """ToR 2.1, 3.2, 8.10: a practice review began; the publication clock starts."""

    kind: Literal["PracticeReviewCommissioned"] = "PracticeReviewCommissioned"


class EngagementRecorded(Event, particulars.Engagement):
    """ToR 3.2: the review engaged families or practitioners, or why it did not."""

    kind: Literal["EngagementRecorded"] = "EngagementRecorded"


class PracticeReviewPublished(Event, particulars.Publication):
    """ToR 3.2: the partnership published the practice review."""

    kind: Literal["PracticeReviewPublished"] = "PracticeReviewPublished"


class PublicationWithheld(Event, particulars.Withholding):
    """ToR 3.2: the partnership did not publish the practice review, and says why."""

    kind: Literal["PublicationWithheld"] = "PublicationWithheld"


class LearningThemeIdentified(Event, particulars.Theme):
    """ToR 4(b): the group named a theme."""

    kind: Literal["LearningThemeIdentified"] = "LearningThemeIdentified"


class ThemeReferred(Event, particulars.ThemeReferral):
    """ToR 4(b): the partnership took a theme up."""

    kind: Literal["ThemeReferred"] = "ThemeReferred"


class ProcessLinked(Event, particulars.Link):
    """ToR 4(e): another process about the same events is known, or another case (I-26)."""

    kind: Literal["ProcessLinked"] = "ProcessLinked"


class CaseClosed(Event, particulars.Closing):
    """ToR 7.9: the partnership told everyone, and closed the case."""

    kind: Literal["CaseClosed"] = "CaseClosed"


class CaseReopened(Event, particulars.Reopening):
    """The case was opened again."""

    kind: Literal["CaseReopened"] = "CaseReopened"


class RecordCorrected(Event, record.CorrectionTarget):
    """Entry `version` was wrong: `replacement` takes its place, or nothing does."""

    kind: Literal["RecordCorrected"] = "RecordCorrected"
    replacement: "AnyEvent | None" = None


class CorrectionProposed(Event, record.CorrectionTarget):
    """Somebody proposed to correct entry `version`; another, of another agency, approves it."""

    kind: Literal["CorrectionProposed"] = "CorrectionProposed"
    replacement: "AnyEvent | None" = None


AnyEvent = Annotated[
    NotificationReceived
    | DeadlineSet
    | team.NotificationTeamEvent
    | NotificationCriteriaFoundNotMet
    | MemberInformed
    | AgencyReportRequested
    | AgencyReportFiled
    | ReportsCollated
    | ReportsShared
    | ImmediateActionRecorded
    | LearningShared
    | MeetingConvened
    | team.MeetingCancelled
    | ExpertInvited
    | QuorumConfirmed
    | QuorumNotMet
    | ChallengeRaised
    | ChallengeAnswered
    | team.AfterMeetingEvent
    | CriteriaAssessed
    | DecisionMade
    | DecisionAdopted
    | ReportCompiled
    | ReportSentToMembers
    | ReportSentToPanel
    | PanelDiscussionNoted
    | PanelFeedbackReceived
    | FeedbackShared
    | DecisionReconsidered
    | PanelCorrespondenceLogged
    | PracticeReviewCommissioned
    | EngagementRecorded
    | team.PublicationEvent
    | PracticeReviewPublished
    | PublicationWithheld
    | LearningThemeIdentified
    | ThemeReferred
    | ProcessLinked
    | CaseClosed
    | CaseReopened
    | DeadlineReckonedAgain
    | TermsReplaced
    | RecordCorrected
    | CorrectionProposed
    | CorrectionApproved
    | erasure_events.ErasureEvent
    | beside.EventBesideCases,
    Field(discriminator="kind"),
]

EVENTS: Final[dict[str, type[Event]]] = {
    event.__name__: event for event in get_args(get_args(AnyEvent)[0])
}
"""Every event by its stored name."""

ATTENDANCE: Final = (QuorumConfirmed, QuorumNotMet)
"""The events that record who was at a meeting."""
DECISIONS: Final = (DecisionMade, DecisionReconsidered)
"""The events that record a decision, the first and any after it."""
DUE_DAYS: Final = (DeadlineSet, DeadlineReckonedAgain)
"""The events that record a due day; they follow from other entries."""
NAMING_TERMS: Final = (NotificationReceived, TermsReplaced)
"""The events that name the terms that a case is held under."""
