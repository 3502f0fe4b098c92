"""Which section of a document each kind of entry is in."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from rapid_review.projections.views import OF_THE_RECORD, Seen

OF_CLOCKS: Final = frozenset({"DeadlineSet"})
"""The kinds that the table of clocks shows."""

SECTIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "The notification": (
            "NotificationReceived",
            "PartnersAgreedToNotify",
            "AnotherAreaConcerned",
            "MediaInterestNoted",
            "PanelNotified",
            "NotificationCriteriaFoundNotMet",
        ),
        "What was done at once": ("ImmediateActionRecorded", "LearningShared"),
        "The agencies and their reports": (
            "MemberInformed",
            "AgencyReportRequested",
            "AgencyReportFiled",
            "ReportsCollated",
            "ReportsShared",
        ),
        "The meetings": (
            "MeetingConvened",
            "MeetingCancelled",
            "ExpertInvited",
            "QuorumConfirmed",
            "QuorumNotMet",
            "ChallengeRaised",
            "ChallengeAnswered",
            "MinutesRecorded",
            "ActionAgreed",
            "ActionCompleted",
        ),
        "The decision and its reasons": (
            "CriteriaAssessed",
            "DecisionMade",
            "DecisionAdopted",
            "DecisionReconsidered",
        ),
        "The learning": ("LearningThemeIdentified", "ThemeReferred"),
        "The report and the Panel": (
            "ReportCompiled",
            "ReportSentToMembers",
            "ReportSentToPanel",
            "PanelDiscussionNoted",
            "PanelFeedbackReceived",
            "FeedbackShared",
            "PanelCorrespondenceLogged",
        ),
        "The practice review": (
            "PracticeReviewCommissioned",
            "EngagementRecorded",
            "PracticeReviewMilestoneReached",
            "PublicationPlanned",
            "PublicationSentAhead",
            "PracticeReviewPublished",
            "PublicationWithheld",
        ),
        "Other processes, and the end": ("ProcessLinked", "CaseClosed", "CaseReopened"),
        "About the record itself": tuple(sorted(OF_THE_RECORD)),
    }
)
"""The kinds in each section, by the section's title, in the order of the document."""


class Section(NamedTuple):
    """A section of a document, and its entries."""

    title: str
    entries: tuple[Seen, ...]


def sections_of(entries: Iterable[Seen]) -> Iterator[Section]:
    """Yield the sections that have entries; entries stay in the order of recording."""
    every = tuple(entries)
    for title, kinds in SECTIONS.items():
        if inside := tuple(one for one in every if one.kind in kinds):
            yield Section(title, inside)
