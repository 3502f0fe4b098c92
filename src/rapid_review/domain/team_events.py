"""What happened besides the steps of ToR 7: what the Partnership Team records of its own work.

These names are stored, like those of `events`, which lists them all.
"""

from typing import Literal

from rapid_review.domain import team_particulars as said
from rapid_review.domain.event import Event


class PartnersAgreedToNotify(Event, said.NotifyingAgreement):
    """ToR 8.1: partners agreed that a notification is made."""

    kind: Literal["PartnersAgreedToNotify"] = "PartnersAgreedToNotify"


class AnotherAreaConcerned(Event, said.OtherArea):
    """ToR 8.1: another partnership is concerned as well."""

    kind: Literal["AnotherAreaConcerned"] = "AnotherAreaConcerned"


class MediaInterestNoted(Event, said.PublicInterest):
    """ToR 3.2: the media took an interest, or are expected to."""

    kind: Literal["MediaInterestNoted"] = "MediaInterestNoted"


class PanelNotified(Event, said.PanelNotice):
    """ToR 8.1: it became known when the Panel had been told, which the notification left open."""

    kind: Literal["PanelNotified"] = "PanelNotified"


class MeetingCancelled(Event, said.Cancellation):
    """ToR 8.5: a meeting that was convened was called off; it is no longer awaited."""

    kind: Literal["MeetingCancelled"] = "MeetingCancelled"


class MinutesRecorded(Event, said.Minutes):
    """ToR 8.6: the minutes of a meeting are there; recorded again, the last word holds."""

    kind: Literal["MinutesRecorded"] = "MinutesRecorded"


class ActionAgreed(Event, said.ActionToTake):
    """ToR 8.6: an action was agreed, or agreed again with another owner or another day."""

    kind: Literal["ActionAgreed"] = "ActionAgreed"


class ActionCompleted(Event, said.ActionTaken):
    """ToR 8.6: an action was done."""

    kind: Literal["ActionCompleted"] = "ActionCompleted"


class PracticeReviewMilestoneReached(Event, said.ReviewMilestone):
    """ToR 8.10: the practice review came to a milestone."""

    kind: Literal["PracticeReviewMilestoneReached"] = "PracticeReviewMilestoneReached"


class PublicationPlanned(Event, said.PublicationPlan):
    """ToR 3.2, 8.10: the practice review is to be published on a day; the last plan holds."""

    kind: Literal["PublicationPlanned"] = "PublicationPlanned"


class PublicationSentAhead(Event, said.PublicationCopy):
    """ToR 3.2, 8.10: a copy went out before publication, such as to the Panel."""

    kind: Literal["PublicationSentAhead"] = "PublicationSentAhead"


OfTheNotification = (
    PartnersAgreedToNotify | AnotherAreaConcerned | MediaInterestNoted | PanelNotified
)
OfWhatAMeetingLeaves = MinutesRecorded | ActionAgreed | ActionCompleted
BeforePublication = PracticeReviewMilestoneReached | PublicationPlanned | PublicationSentAhead
