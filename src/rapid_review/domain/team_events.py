"""What happened besides the steps of ToR 7: what the Partnership Team records of its own work.

These names are stored, like those of `events`, which lists them all.
"""

from typing import Literal

from rapid_review.domain import team_particulars
from rapid_review.domain.particulars import Event


class PartnersAgreedToNotify(Event, team_particulars.NotifyingAgreement):
    """ToR 8.1: partners agreed to make a notification."""

    kind: Literal["PartnersAgreedToNotify"] = "PartnersAgreedToNotify"


class AnotherAreaConcerned(Event, team_particulars.OtherArea):
    """ToR 8.1: the case concerns another partnership as well."""

    kind: Literal["AnotherAreaConcerned"] = "AnotherAreaConcerned"


class MediaInterestNoted(Event, team_particulars.PublicInterest):
    """ToR 3.2: the media took an interest, or may take one."""

    kind: Literal["MediaInterestNoted"] = "MediaInterestNoted"


class PanelNotified(Event, team_particulars.PanelNotice):
    """ToR 8.1: the day on which the Panel was told; the notification left it open."""

    kind: Literal["PanelNotified"] = "PanelNotified"


class MeetingCancelled(Event, team_particulars.Cancellation):
    """ToR 8.5: the partnership called off a convened meeting; nobody expects it any more."""

    kind: Literal["MeetingCancelled"] = "MeetingCancelled"


class MinutesRecorded(Event, team_particulars.Minutes):
    """ToR 8.6: the minutes of a meeting exist; if recorded again, the latest counts."""

    kind: Literal["MinutesRecorded"] = "MinutesRecorded"


class ActionAgreed(Event, team_particulars.ActionToTake):
    """ToR 8.6: the group agreed an action, or gave it another owner or another day."""

    kind: Literal["ActionAgreed"] = "ActionAgreed"


class ActionCompleted(Event, team_particulars.ActionTaken):
    """ToR 8.6: somebody completed an action."""

    kind: Literal["ActionCompleted"] = "ActionCompleted"


class PracticeReviewMilestoneReached(Event, team_particulars.ReviewMilestone):
    """ToR 8.10: the practice review came to a milestone."""

    kind: Literal["PracticeReviewMilestoneReached"] = "PracticeReviewMilestoneReached"


class PublicationPlanned(Event, team_particulars.PublicationPlan):
    """ToR 3.2, 8.10: the day planned for publishing the practice review; the last plan counts."""

    kind: Literal["PublicationPlanned"] = "PublicationPlanned"


class PublicationSentAhead(Event, team_particulars.PublicationCopy):
    """ToR 3.2, 8.10: a copy went out before publication, such as to the Panel."""

    kind: Literal["PublicationSentAhead"] = "PublicationSentAhead"


NotificationTeamEvent = (
    PartnersAgreedToNotify | AnotherAreaConcerned | MediaInterestNoted | PanelNotified
)
AfterMeetingEvent = MinutesRecorded | ActionAgreed | ActionCompleted
PublicationEvent = PracticeReviewMilestoneReached | PublicationPlanned | PublicationSentAhead
