"""A case, and how each event changes it: `evolve` and `replay`.

`evolve` is total: it asks no rule, no clock and no calendar, so a case recorded under any old
rule opens for ever. It reads public fields only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import NamedTuple, TypeVar, assert_never

from rapid_review.domain.events import AnyEvent, Event, RecordCorrected
from rapid_review.domain.vocabulary import CalendarRef, TermsRef

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline as it now stands: what was counted from, until when, by which calendar."""

    deadline: str
    counted_from: date
    due: date
    calendar: CalendarRef


@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """A meeting: convened, and quorate, short of seats, or (None) not yet attended."""

    quorate: bool | None = None
    empty_seats: tuple[str, ...] = ()


class Review(NamedTuple):
    """Where the rapid review stands: what decisions need to know, and nothing else.

    Attributes:
        terms: the terms pinned when the case opened, or those that replaced them.
        notification_class: what kind of notification opened the case.
        criteria_not_met: whether the notification's criteria were found not met.
        clocks: every clock that started, by deadline.
        meetings: every meeting convened, by number.
        collations: how many collations were made.
        decided: the outcomes now standing, the group's latest; empty before its decision.
        adopted_by: the partners that adopted the latest decision.
        reports: how many versions of the report were compiled.
        sent_to_panel: whether a report went to the Panel.
        panel_agrees: the Panel's latest answer; None before it.
        reconsidered: whether the group decided again after that answer.
        shared_with: who was told of the Panel's answer.
        closed: whether the case is closed.
    """

    terms: TermsRef | None = None
    notification_class: str = ""
    criteria_not_met: bool = False
    clocks: Mapping[str, Clock] = {}
    meetings: Mapping[int, MeetingHeld] = {}
    collations: int = 0
    decided: tuple[str, ...] = ()
    adopted_by: frozenset[str] = frozenset()
    reports: int = 0
    sent_to_panel: bool = False
    panel_agrees: bool | None = None
    reconsidered: bool = False
    shared_with: frozenset[str] = frozenset()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """What was recorded, what of it stands after corrections, and where that leaves the review."""

    recorded: tuple[AnyEvent, ...] = ()
    standing: tuple[AnyEvent, ...] = ()
    review: Review = field(default_factory=Review)

    @property
    def version(self) -> int:
        """How many entries the case has; the next one is one more."""
        return len(self.recorded)

    def all(self, kind: type[E]) -> tuple[E, ...]:
        """Return the standing events of one kind, in the order in which they were recorded."""
        return tuple(event for event in self.standing if type(event) is kind)

    def last(self, kind: type[E]) -> E | None:
        """Return the latest standing event of one kind, or None."""
        return next((e for e in reversed(self.standing) if type(e) is kind), None)


def replay(events: Iterable[AnyEvent]) -> Case:
    """Return the case that these events make: `evolve` over all of them, in one go."""
    recorded = tuple(events)
    standing = recorded
    if any(type(event) is RecordCorrected for event in recorded):
        standing = tuple(effective(recorded).values())
    return Case(recorded, standing, reduce(_step, standing, Review()))


def evolve(case: Case, event: AnyEvent) -> Case:
    """Return `case` as it stands after `event`.

    A correction changes what stands, so what then stands is folded again from the start; every
    other event is one step.
    """
    recorded = (*case.recorded, event)
    if isinstance(event, RecordCorrected):
        return replay(recorded)
    standing = recorded if case.standing is case.recorded else (*case.standing, event)
    return Case(recorded, standing, _step(case.review, event))


def effective(recorded: Sequence[AnyEvent]) -> dict[int, AnyEvent]:
    """Return, by version, the events that stand once every correction among them is settled.

    The latest word on an entry wins. A correction may itself be corrected: retracting it brings
    back what it had replaced. A replacement stands where the corrected event stood. What names
    no earlier entry corrects nothing.
    """
    settled: dict[int, AnyEvent | None] = {}
    for version in range(len(recorded), 0, -1):
        event = settled.get(version, recorded[version - 1])
        if isinstance(event, RecordCorrected) and event.version < version:
            settled.setdefault(event.version, event.replacement)
    standing = {at: settled.get(at, event) for at, event in enumerate(recorded, start=1)}
    return {at: event for at, event in standing.items() if event is not None}


def _step(review: Review, event: AnyEvent) -> Review:  # noqa: C901, PLR0911, PLR0912 - a case a kind
    match event.kind:
        case (
            "AgencyReportRequested"
            | "AgencyReportFiled"
            | "MemberInformed"
            | "ReportsShared"
            | "ImmediateActionRecorded"
            | "LearningShared"
            | "ExpertInvited"
            | "ChallengeRaised"
            | "ChallengeAnswered"
            | "CriteriaAssessed"
            | "ReportSentToMembers"
            | "PanelDiscussionNoted"
            | "PanelCorrespondenceLogged"
            | "PracticeReviewCommissioned"
            | "EngagementRecorded"
            | "PracticeReviewPublished"
            | "PublicationWithheld"
            | "LearningThemeIdentified"
            | "ThemeReferred"
            | "ProcessLinked"
            | "RecordCorrected"
            | "ExportMade"
        ):
            return review  # they stand in the history, where rules look them up
        case "NotificationReceived":
            return review._replace(terms=event.terms, notification_class=event.notification_class)
        case "DeadlineSet" | "DeadlineReckonedAgain":
            clock = Clock(event.deadline, event.counted_from, event.due, event.calendar)
            return review._replace(clocks={**review.clocks, event.deadline: clock})
        case "NotificationCriteriaFoundNotMet":
            return review._replace(criteria_not_met=True)
        case "ReportsCollated":
            return review._replace(collations=event.collation)
        case "MeetingConvened":
            return review._replace(meetings={**review.meetings, event.meeting: MeetingHeld()})
        case "QuorumConfirmed":
            held = MeetingHeld(quorate=True)
            return review._replace(meetings={**review.meetings, event.meeting: held})
        case "QuorumNotMet":
            held = MeetingHeld(quorate=False, empty_seats=event.empty_seats)
            return review._replace(meetings={**review.meetings, event.meeting: held})
        case "DecisionMade":
            return review._replace(decided=event.outcomes, adopted_by=frozenset())
        case "DecisionReconsidered":
            return review._replace(
                decided=event.outcomes, adopted_by=frozenset(), reconsidered=True
            )
        case "DecisionAdopted":
            return review._replace(adopted_by=review.adopted_by | {event.partner})
        case "ReportCompiled":
            return review._replace(reports=event.version)
        case "ReportSentToPanel":
            return review._replace(sent_to_panel=True)
        case "PanelFeedbackReceived":
            return review._replace(
                panel_agrees=event.agrees, reconsidered=False, shared_with=frozenset()
            )
        case "FeedbackShared":
            return review._replace(shared_with=review.shared_with | {event.shared_with})
        case "CaseClosed":
            return review._replace(closed=True)
        case "CaseReopened":
            return review._replace(closed=False)
        case "TermsReplaced":
            return review._replace(terms=event.terms)
    assert_never(event)
