"""A case, and how each event changes it: `evolve` and `replay`.

`evolve` is total: it asks no rule, no clock and no calendar, so a case recorded under any old
rule opens for ever. It reads public fields only.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from operator import attrgetter, is_
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Self, TypeVar

from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.events import (
    DUE_DAYS,
    AnyEvent,
    DeadlineReckonedAgain,
    DeadlineSet,
    Event,
)
from rapid_review.domain.in_effect import effective, latest_versions
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import CalendarRef, TermsRef

E = TypeVar("E", bound=Event)


class Clock(NamedTuple):
    """A deadline as it is now: the day it counts from, the day it is due, and its calendar."""

    deadline: str
    counted_from: date
    due: date
    calendar: CalendarRef


class MeetingHeld(NamedTuple):
    """A meeting: convened, and quorate, short of seats, or (None) not yet attended.

    Attributes:
        quorate: whether its seats made the quorum.
        empty_seats: the seats that nobody filled, if they did not.
        chair_selects: whether the chair might then let some business proceed (reading I-17).
    """

    quorate: bool | None = None
    empty_seats: tuple[str, ...] = ()
    chair_selects: bool = False


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
    """What was recorded, what of it is in effect, and the state of the review that follows.

    What is in effect is in the order in which it happened: by `at`, then by entry.
    """

    recorded: tuple[AnyEvent, ...] = ()
    standing: tuple[AnyEvent, ...] = ()
    review: Review = field(default_factory=Review)
    # By the time of each meeting and decision, the terms that held then. It follows from
    # `standing`; empty where no terms were replaced, or some are not available.
    terms_of_then: Mapping[datetime, Terms] = field(
        default_factory=dict[datetime, Terms], kw_only=True, repr=False, compare=False
    )
    # A cache of `by_kind`: it follows from `standing`, so it is neither compared nor shown.
    _groups: dict[str, list[Any]] = field(
        default_factory=dict[str, list[Any]], repr=False, compare=False
    )

    @property
    def version(self) -> int:
        """How many entries the case has; the next one is one more."""
        return len(self.recorded)

    @property
    def by_kind(self) -> Mapping[str, Sequence[AnyEvent]]:
        """The standing events by their kind, each in the order in which they happened."""
        return self._groups or self._group_by_kind()

    def sorted_by_kind(self) -> Self:
        """Fill `by_kind` and return the case, so that `evolve` only has to add an event to it."""
        _ = self.by_kind
        return self

    def _group_by_kind(self) -> dict[str, list[Any]]:
        self._groups.update(events_by_kind(self.standing))
        return self._groups

    def by_kind_with(self, event: AnyEvent) -> dict[str, list[Any]]:
        """Return `by_kind` with one more event, the last of its kind; empty if not yet filled."""
        before = self._groups
        return {**before, event.kind: [*before.get(event.kind, ()), event]} if before else {}

    def all(self, kind: type[E]) -> tuple[E, ...]:
        """Return the standing events of one kind, in the order in which they happened."""
        return tuple(self._of_kind(kind))

    def first(self, kind: type[E]) -> E | None:
        """Return the earliest event of one kind that is in effect; None if there is none."""
        found = self._of_kind(kind)
        return found[0] if found else None

    def last(self, kind: type[E]) -> E | None:
        """Return the latest event of one kind that is in effect; None if there is none."""
        found = self._of_kind(kind)
        return found[-1] if found else None

    def _of_kind(self, kind: type[E]) -> Sequence[E]:
        return (self._groups or self._group_by_kind()).get(kind.__name__, ())


def of_kinds(
    by_kind: Mapping[str, Sequence[AnyEvent]], kinds: Sequence[str]
) -> Sequence[AnyEvent]:
    """Return the events of some kinds, kind after kind."""
    if len(kinds) == 1:
        return by_kind.get(kinds[0], ())
    return list(chain.from_iterable(by_kind.get(kind, ()) for kind in kinds))


def replay(events: Iterable[AnyEvent]) -> Case:
    """Return the case that these events make: `evolve` over all of them, in one go.

    What is in effect is in the order in which it happened, so that the order of recording does
    not matter. A due day is calculated and does not happen: the one recorded last holds.
    """
    recorded = in_effect = tuple(events)
    by_kind = events_by_kind(recorded)
    if _has_replacements(by_kind):
        facts = effective(recorded)
        in_effect = tuple(facts[version] for _, version in sorted(latest_versions(facts).items()))
    # Of what happened at one time, the entry that was recorded first stays first.
    standing = tuple(sorted(in_effect, key=_AT))
    # The very same tuple where nothing moved: `evolve` looks for that, and copies nothing.
    if all(map(is_, standing, in_effect)):
        standing = in_effect
    due_days = _due_day_events(by_kind, recorded) if in_effect is recorded else in_effect
    review = _fold(standing, _NEW, _clocks_set_by(due_days))
    return Case(recorded, standing, review, by_kind if standing is recorded else {})


def due_days_recorded(case: Case) -> Iterable[AnyEvent]:
    """Return the events in effect that set due days, and maybe others, in order of recording."""
    if case.standing is case.recorded:
        return _due_day_events(case.by_kind, case.recorded)
    return effective(case.recorded).values()


def _due_day_events(by_kind: Mapping[str, Sequence[Any]], events: Iterable[Any]) -> Iterable[Any]:
    """Return the events that set due days, as recorded; all events where both kinds occur."""
    if _RECKONED_AGAIN in by_kind:  # `by_kind` loses which of the two kinds was recorded first
        return events
    return by_kind.get(_SET, ())


def events_by_kind(events: Iterable[AnyEvent]) -> dict[str, list[Any]]:
    """Return events by their kind, each in the order in which they come."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for event in events:
        found[event.kind].append(event)
    return dict(found)


def _has_replacements(by_kind: Mapping[str, Sequence[Any]]) -> bool:
    """Say whether an event is corrected, or the attendance of one meeting recorded again."""
    attendances = [*by_kind.get(_QUORATE, ()), *by_kind.get(_NOT_QUORATE, ())]
    return _CORRECTED in by_kind or len(attendances) != len({one.meeting for one in attendances})


def evolve(case: Case, event: AnyEvent) -> Case:
    """Return `case` as it is after `event`.

    A correction, an attendance recorded again and a fact that arrives late change what is in
    effect, or its order, so what is then in effect is folded again from the start; every other
    event is one step.
    """
    recorded = (*case.recorded, event)
    last = case.standing[-1].at if case.standing else event.at
    kind = type(event)
    if kind in _MAY_REPLACE or event.at < last:
        return replay(recorded)
    standing = recorded if case.standing is case.recorded else (*case.standing, event)
    review = case.review
    if kind in FOLDS or kind in DUE_DAYS:  # asked first: most events are neither
        review = _fold((event,), review, _clocks_set_by((event,)))
    return Case(recorded, standing, review, case.by_kind_with(event))


def _clocks_set_by(events: Iterable[AnyEvent]) -> dict[str, Clock]:
    """Return every clock that some events set; of several due days the last holds."""
    return {
        event.deadline: Clock(event.deadline, event.counted_from, event.due, event.calendar)
        for event in events
        if type(event) in DUE_DAYS and isinstance(event, DUE_DAYS)  # the first is the quicker
    }


_Fields = dict[str, Any]
"""The fields of a `Review` while events are folded: a new `Review` for each would cost more."""


def _received(fields: _Fields, event: did.NotificationReceived) -> None:
    """ToR 7.3: the first notification pins the terms, unless others have replaced them already."""
    fields["terms"] = fields["terms"] or event.terms
    fields["notification_class"] = fields["notification_class"] or event.notification_class


def _set_meeting(fields: _Fields, meeting: int, held: MeetingHeld) -> None:
    fields["meetings"] = {**fields["meetings"], meeting: held}


def _convened(fields: _Fields, event: did.MeetingConvened) -> None:
    _set_meeting(fields, event.meeting, fields["meetings"].get(event.meeting, MeetingHeld()))


def _cancelled(fields: _Fields, event: team.MeetingCancelled) -> None:
    """ToR 8.5: drop a meeting that was called off; one that was held all the same remains."""
    fields["meetings"] = {
        number: held
        for number, held in fields["meetings"].items()
        if number != event.meeting or held.quorate is not None
    }


def _quorate(fields: _Fields, event: did.QuorumConfirmed) -> None:
    _set_meeting(fields, event.meeting, MeetingHeld(quorate=True))


def _not_quorate(fields: _Fields, event: did.QuorumNotMet) -> None:
    _set_meeting(fields, event.meeting, MeetingHeld(quorate=False, empty_seats=event.empty_seats))


def _decided(fields: _Fields, event: did.DecisionMade | did.DecisionReconsidered) -> None:
    """ToR 5(b): a decision is not yet adopted, whatever was adopted before it."""
    # In a record from elsewhere the second decision may be called a first one (reading I-21).
    again = isinstance(event, did.DecisionReconsidered) or bool(fields["decided"])
    fields.update(decided=event.outcomes, adopted_by=frozenset(), reconsidered=again)


_AT: Final = attrgetter("at")
_CORRECTED: Final = did.RecordCorrected.__name__
_QUORATE, _NOT_QUORATE = (kind.__name__ for kind in did.ATTENDANCE)
_SET, _RECKONED_AGAIN = DeadlineSet.__name__, DeadlineReckonedAgain.__name__
_MAY_REPLACE: Final = frozenset({did.RecordCorrected, *did.ATTENDANCE})


FOLDS: Final = MappingProxyType[type[Event], Callable[[_Fields, Any], None]](
    {
        did.NotificationReceived: _received,
        did.NotificationCriteriaFoundNotMet: lambda fields, _: fields.update(
            criteria_not_met=True
        ),
        # Numbers may come in any order: a case is folded by when things happened (ADR 0046).
        did.ReportsCollated: lambda fields, event: fields.update(
            collations=max(fields["collations"], event.collation)
        ),
        did.MeetingConvened: _convened,
        team.MeetingCancelled: _cancelled,
        did.QuorumConfirmed: _quorate,
        did.QuorumNotMet: _not_quorate,
        did.DecisionMade: _decided,
        did.DecisionReconsidered: _decided,
        did.DecisionAdopted: lambda fields, event: fields.update(
            adopted_by=fields["adopted_by"] | {event.partner}
        ),
        did.ReportCompiled: lambda fields, event: fields.update(
            reports=max(fields["reports"], event.version)
        ),
        did.ReportSentToPanel: lambda fields, _: fields.update(sent_to_panel=True),
        # Each answer is shared, and reconsidered, for itself (readings I-13, I-21).
        did.PanelFeedbackReceived: lambda fields, event: fields.update(
            panel_agrees=event.agrees, reconsidered=False, shared_with=frozenset()
        ),
        did.FeedbackShared: lambda fields, event: fields.update(
            shared_with=fields["shared_with"] | {event.shared_with}
        ),
        did.CaseClosed: lambda fields, _: fields.update(closed=True),
        did.CaseReopened: lambda fields, _: fields.update(closed=False),
        did.TermsReplaced: lambda fields, event: fields.update(terms=event.terms),
    }
)
"""What an event of a kind changes in the review. An event that is not here changes nothing that
decisions need to know; it is in the history, where rules look it up."""


_FOLDS: Final = dict(FOLDS)  # a proxy takes twice as long to ask, and a replay asks of every event
_NEW: Final = Review()


def _fold(events: Iterable[AnyEvent], review: Review, clocks: Mapping[str, Clock]) -> Review:
    """Return a review as it is after some events, and with the clocks that they set."""
    fields = review._asdict()
    for event in [one for one in events if type(one) in _FOLDS]:
        _FOLDS[type(event)](fields, event)
    if clocks:
        fields["clocks"] = {**review.clocks, **clocks}
    return Review(**fields)
