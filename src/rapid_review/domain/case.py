"""A case, and how each event changes it: `evolve` and `replay`.

`evolve` is total: it asks no rule, no clock and no calendar, so a case recorded under any old
rule opens for ever. It reads public fields only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter, is_
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar, cast

from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.events import (
    AnyEvent,
    DeadlineReckonedAgain,
    DeadlineSet,
    Event,
    RecordCorrected,
)
from rapid_review.domain.vocabulary import CalendarRef, TermsRef

E = TypeVar("E", bound=Event)


class Clock(NamedTuple):
    """A deadline as it now stands: what was counted from, until when, by which calendar."""

    deadline: str
    counted_from: date
    due: date
    calendar: CalendarRef


class MeetingHeld(NamedTuple):
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
        meetings: every meeting convened, by number, but for those called off and not held.
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
    """What was recorded, what of it stands, and where that leaves the review.

    What stands is in the order in which it happened: by `at`, then by entry.
    """

    recorded: tuple[AnyEvent, ...] = ()
    standing: tuple[AnyEvent, ...] = ()
    review: Review = field(default_factory=Review)
    _sorted: dict[str, list[Any]] = field(
        default_factory=dict[str, list[Any]], repr=False, compare=False
    )

    @property
    def version(self) -> int:
        """How many entries the case has; the next one is one more."""
        return len(self.recorded)

    @property
    def by_kind(self) -> Mapping[str, Sequence[AnyEvent]]:
        """The standing events by their kind, each in the order in which they happened."""
        if not self._sorted:  # all are sorted when one kind is asked for
            self._sorted.update(_by_kind(self.standing))
        return self._sorted

    def all(self, kind: type[E]) -> tuple[E, ...]:
        """Return the standing events of one kind, in the order in which they happened."""
        return tuple(self._of(kind))

    def last(self, kind: type[E]) -> E | None:
        """Return the latest standing event of one kind, or None."""
        found = self._of(kind)
        return found[-1] if found else None

    def _of(self, kind: type[E]) -> Sequence[E]:
        return cast("Sequence[E]", (self._sorted or self.by_kind).get(kind.__name__, ()))


def replay(events: Iterable[AnyEvent]) -> Case:
    """Return the case that these events make: `evolve` over all of them, in one go.

    What stands is in the order in which it happened, so that the case is the same in whatever
    order it was recorded. Due days happen nowhere: of these the word that was recorded last holds.
    """
    recorded = told = tuple(events)
    by_kind = _by_kind(recorded)
    if _has_later_words(by_kind):
        facts = effective(recorded)
        told = tuple(facts[version] for _, version in sorted(latest_words(facts).items()))
    stands = tuple(sorted(told, key=_AT))
    if all(map(is_, stands, told)):
        stands = told
    review = _folded(stands)._replace(clocks=_due_days(told))
    return Case(recorded, stands, review, by_kind if stands is recorded else {})


def _by_kind(events: Iterable[AnyEvent]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for event in events:
        found.setdefault(event.kind, []).append(event)
    return found


def _has_later_words(recorded: Mapping[str, Sequence[Any]]) -> bool:
    """Say whether something is corrected, or the attendance of one meeting recorded again."""
    if RecordCorrected.__name__ in recorded:
        return True
    held = (event for kind in did.ATTENDANCE for event in recorded.get(kind.__name__, ()))
    attended = [event.meeting for event in held]
    return len(attended) != len(set(attended))


def evolve(case: Case, event: AnyEvent) -> Case:
    """Return `case` as it stands after `event`.

    A correction, an attendance recorded again and a fact that arrives late change what stands, or
    its order, so what then stands is folded again from the start; every other event is one step.
    """
    recorded = (*case.recorded, event)
    last = case.standing[-1].at if case.standing else event.at
    if type(event) in _MAY_REPLACE or event.at < last:
        return replay(recorded)
    standing = recorded if case.standing is case.recorded else (*case.standing, event)
    review = _folded((event,), case.review)
    if type(event) in _DUE_DAYS:
        review = review._replace(clocks={**review.clocks, **_due_days((event,))})
    return Case(recorded, standing, review)


def latest_words(facts: Mapping[int, AnyEvent]) -> dict[int, int]:
    """Return, by the place in which it stands, the version of each fact whose word holds.

    An attendance that is recorded again replaces the one before, in its place, as a correction
    would.
    """
    first: dict[int, int] = {}
    words: dict[int, int] = {}
    for version, event in facts.items():
        place = version
        if isinstance(event, did.ATTENDANCE):
            place = first.setdefault(event.meeting, version)
        words[place] = version
    return words


def effective(recorded: Sequence[AnyEvent]) -> dict[int, AnyEvent]:
    """Return, by version, the events that stand once every correction among them is settled.

    The latest word on an entry wins. A correction may itself be corrected: retracting it brings
    back what it had replaced. A replacement stands where the corrected event stood. What names
    no earlier entry corrects nothing.
    """
    if not any(type(event) is RecordCorrected for event in recorded):
        return dict(enumerate(recorded, start=1))
    settled: dict[int, AnyEvent | None] = {}
    for version in range(len(recorded), 0, -1):
        event = settled.get(version, recorded[version - 1])
        if isinstance(event, RecordCorrected) and event.version < version:
            settled.setdefault(event.version, event.replacement)
    standing = {at: settled.get(at, event) for at, event in enumerate(recorded, start=1)}
    return {at: event for at, event in standing.items() if event is not None}


def _due_days(told: Iterable[AnyEvent]) -> dict[str, Clock]:
    """Return every clock that was set, by the word that was recorded last."""
    return {
        event.deadline: Clock(event.deadline, event.counted_from, event.due, event.calendar)
        for event in told
        if type(event) in _DUE_DAYS and isinstance(event, _DUE_DAYS)  # the first is the quicker
    }


def _met(review: Review, meeting: int, held: MeetingHeld) -> Review:
    return review._replace(meetings={**review.meetings, meeting: held})


def _cancelled(review: Review, event: team.MeetingCancelled) -> Review:
    """ToR 8.5: a meeting that was called off is awaited no more; what was held was held."""
    left = {
        number: held
        for number, held in review.meetings.items()
        if number != event.meeting or held.quorate is not None
    }
    return review._replace(meetings=left)


def _decided_again(review: Review, event: did.DecisionReconsidered) -> Review:
    return _decided(review, event)._replace(reconsidered=True)


def _decided(review: Review, event: did.DecisionMade | did.DecisionReconsidered) -> Review:
    """ToR 5(b): a decision is not yet adopted, whatever was adopted before it."""
    return review._replace(decided=event.outcomes, adopted_by=frozenset())


def _answered(review: Review, event: did.PanelFeedbackReceived) -> Review:
    return review._replace(panel_agrees=event.agrees, reconsidered=False, shared_with=frozenset())


_AT: Final = attrgetter("at")
_DUE_DAYS: Final = (DeadlineSet, DeadlineReckonedAgain)
_MAY_REPLACE: Final = (RecordCorrected, *did.ATTENDANCE)


FOLDS: Final = MappingProxyType[type[Event], Callable[[Review, Any], Review]](
    {
        did.NotificationReceived: lambda review, event: review._replace(
            terms=event.terms, notification_class=event.notification_class
        ),
        did.NotificationCriteriaFoundNotMet: lambda review, _: review._replace(
            criteria_not_met=True
        ),
        did.ReportsCollated: lambda review, event: review._replace(
            collations=max(review.collations, event.collation)
        ),
        did.MeetingConvened: lambda review, event: _met(
            review, event.meeting, review.meetings.get(event.meeting, MeetingHeld())
        ),
        team.MeetingCancelled: _cancelled,
        did.QuorumConfirmed: lambda review, event: _met(
            review, event.meeting, MeetingHeld(quorate=True)
        ),
        did.QuorumNotMet: lambda review, event: _met(
            review, event.meeting, MeetingHeld(quorate=False, empty_seats=event.empty_seats)
        ),
        did.DecisionMade: _decided,
        did.DecisionReconsidered: _decided_again,
        did.DecisionAdopted: lambda review, event: review._replace(
            adopted_by=review.adopted_by | {event.partner}
        ),
        did.ReportCompiled: lambda review, event: review._replace(
            reports=max(review.reports, event.version)
        ),
        did.ReportSentToPanel: lambda review, _: review._replace(sent_to_panel=True),
        did.PanelFeedbackReceived: _answered,
        did.FeedbackShared: lambda review, event: review._replace(
            shared_with=review.shared_with | {event.shared_with}
        ),
        did.CaseClosed: lambda review, _: review._replace(closed=True),
        did.CaseReopened: lambda review, _: review._replace(closed=False),
        did.TermsReplaced: lambda review, event: review._replace(terms=event.terms),
    }
)
"""How the review stands after an event of a kind. An event that is not here changes nothing that
decisions need to know; it stands in the history, where rules look it up."""


_NEW: Final = Review()


def _folded(events: Iterable[AnyEvent], review: Review = _NEW) -> Review:
    for event in events:
        if (fold := FOLDS.get(type(event))) is not None:
            review = fold(review, event)
    return review
