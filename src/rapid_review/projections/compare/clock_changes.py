"""What differs between two readings of a case's clocks, and which entries bear on a clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from rapid_review.domain.clocks import runs_again
from rapid_review.domain.duplicates import DUPLICATE_OF
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import (
    ATTENDANCE,
    DUE_DAYS,
    AnyEvent,
    DecisionMade,
    DecisionReconsidered,
    ExpertInvited,
    NotificationCriteriaFoundNotMet,
    NotificationReceived,
    PanelFeedbackReceived,
    ProcessLinked,
    RecordCorrected,
    ReportSentToPanel,
    TermsReplaced,
)
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.projections.case.clock_reading import ClockReading, ClockState

_BEAR_ON_EVERY_CLOCK: Final = (
    NotificationReceived,
    NotificationCriteriaFoundNotMet,
    TermsReplaced,
)
_MAKE_A_ROUND: Final = (ReportSentToPanel, PanelFeedbackReceived, DecisionReconsidered)
"""The events that begin or end a round before the Panel."""
_ATTENDED: Final = tuple(kind.__name__ for kind in ATTENDANCE)
_MAKE_A_QUORUM: Final = (*ATTENDANCE, ExpertInvited)
"""The events that may make a meeting quorate: which seats were filled decides (ToR 6.2)."""


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One clock whose verdict differs between two readings.

    The verdict is its state, the days it counts from and is due, and the day it stopped. The days
    taken are no part of it: they follow from these and from the day of the reading.

    Attributes:
        deadline: which clock; with the number of its round, after the first.
        before: the first reading; None where its terms do not hold the clock, or nothing was
            recorded yet.
        after: the second reading; None for the same reasons.
    """

    deadline: str
    before: ClockReading | None
    after: ClockReading | None

    @property
    def changes_state(self) -> bool:
        """Whether the state of the clock changed, and not only one of its days."""
        return _state(self.before) is not _state(self.after)

    @property
    def rule(self) -> Deadline:
        """The clock as the terms of the second reading hold it, else as those of the first do."""
        reading = self.after or self.before
        assert reading is not None  # noqa: S101 - for the type checker: one of them read it
        return reading.rule


def clock_changes(
    before: Iterable[ClockReading], after: Iterable[ClockReading]
) -> tuple[ClockChange, ...]:
    """Return every clock whose verdict differs, in the order of the first reading, then the other.

    A clock that the terms do not hold counts as one that has not started.
    """
    one = {reading.key: reading for reading in before}
    other = {reading.key: reading for reading in after}
    return tuple(
        ClockChange(deadline, one.get(deadline), other.get(deadline))
        for deadline in dict.fromkeys(chain(one, other))
        if _verdict(one.get(deadline)) != _verdict(other.get(deadline))
    )


def bearing_on(
    rule: Deadline, changed: Sequence[Entry], recorded: Sequence[Entry]
) -> tuple[int, ...]:
    """Return which of the entries that made a difference bear on a clock, by version.

    Those are entries that start, set, calculate, stop, withhold or end it, and their corrections.
    The clocks of the Panel also depend on its rounds: a report that was sent to it, its answer, a
    decision that was reconsidered.

    Args:
        rule: the clock.
        changed: the entries that the two readings have differently, or not both.
        recorded: all entries of the case, from the first.
    """
    return tuple(one.version for one in changed if _bears_on(rule, one, recorded))


def _bears_on(rule: Deadline, entry: Entry, recorded: Sequence[Entry]) -> bool:
    event = entry.event
    if not isinstance(event, RecordCorrected):
        return _concerns(rule, event) or _decides_twice(rule, event, recorded)
    replaced = event.replacement is not None and _concerns(rule, event.replacement)
    # A correction that names itself or a later entry, as a history may, would lead round in a
    # circle.
    names_earlier = event.version < entry.version
    return replaced or (names_earlier and _bears_on(rule, recorded[event.version - 1], recorded))


def _decides_twice(rule: Deadline, event: AnyEvent, recorded: Sequence[Entry]) -> bool:
    """Say whether an event is one of two decisions: the later may begin a round (I-21)."""
    is_decision = runs_again(rule) and isinstance(event, DecisionMade)
    return is_decision and sum(isinstance(one.event, DecisionMade) for one in recorded) > 1


def _concerns(rule: Deadline, event: AnyEvent) -> bool:
    if isinstance(event, DUE_DAYS):
        return event.deadline == rule.id
    kinds = {*rule.starting_kinds, *rule.stopping_kinds}
    if isinstance(event, _MAKE_A_ROUND) and runs_again(rule):
        return True
    if isinstance(event, ProcessLinked):  # a duplicate's clocks end otherwise (I-26)
        return event.process == DUPLICATE_OF
    if isinstance(event, _MAKE_A_QUORUM) and not kinds.isdisjoint(_ATTENDED):
        return True
    return event.kind in kinds or isinstance(event, _BEAR_ON_EVERY_CLOCK)


def _state(reading: ClockReading | None) -> ClockState:
    return ClockState.NOT_STARTED if reading is None else reading.state


def _verdict(reading: ClockReading | None) -> tuple[object, ...]:
    if reading is None:
        return (ClockState.NOT_STARTED, None, None, None)
    return (reading.state, reading.counted_from, reading.due, reading.stopped_on)
