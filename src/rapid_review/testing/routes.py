"""Routes: other ways to record the same facts, which must not change any answer.

    facts = facts_of(story)
    direct, other = (written_late(said, terms, calendar) for said in (facts, mixed(facts, chance)))

Somebody corrects a mistake, or corrects what was right and retracts the correction; an attendance
is recorded again; a step is recorded late, or everything in another order.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Final

from rapid_review.domain.events import ATTENDANCE, AnyEvent, RecordCorrected
from rapid_review.testing.answers import WRITTEN_DOWN

_SHARE: Final = 0.2
"""The share of the facts that are recorded in another way."""

Facts = Sequence[AnyEvent]
Route = Callable[[Facts, Random], Sequence[AnyEvent]]
"""Writes down what is in effect, in a way of its own."""


def _mistaken(event: AnyEvent, chance: Random) -> AnyEvent:
    """Return an event with a mistake in it: another day, or one seat too few."""
    if isinstance(event, ATTENDANCE):
        return event.model_copy(update={"sat": event.sat[1:]})
    days = chance.choice((-365, -30, -3, 3, 30, 365))
    return event.model_copy(update={"at": event.at + timedelta(days=days)})


def _some(facts: Facts, chance: Random) -> set[int]:
    """Return the places of some facts, but never of the notification that opened the case."""
    return {place for place in range(1, len(facts)) if chance.random() < _SHARE}


def corrected(facts: Facts, chance: Random) -> Sequence[AnyEvent]:
    """Record some facts wrongly at first, the notification too, and correct them."""
    wrong = {0, *_some(facts, chance)}
    written = [_mistaken(one, chance) if at in wrong else one for at, one in enumerate(facts)]
    corrections = [
        RecordCorrected(at=WRITTEN_DOWN, version=at + 1, because="b", replacement=facts[at])
        for at in sorted(wrong)
    ]
    chance.shuffle(corrections)
    return [*written, *corrections]


def corrected_twice(facts: Facts, chance: Random) -> Sequence[AnyEvent]:
    """Correct a right entry by mistake, and retract the correction."""
    changed = sorted(_some(facts, chance))
    wrong = [
        RecordCorrected(
            at=WRITTEN_DOWN,
            version=at + 1,
            because="b",
            replacement=chance.choice((None, _mistaken(facts[at], chance))),
        )
        for at in changed
    ]
    back = [
        RecordCorrected(at=WRITTEN_DOWN, version=len(facts) + number, because="b")
        for number in range(1, len(wrong) + 1)
    ]
    return [*facts, *wrong, *back]


def retracted_and_recorded_once_more(facts: Facts, chance: Random) -> Sequence[AnyEvent]:
    """Record some facts wrongly, retract them, and record them again at the end."""
    wrong = sorted(_some(facts, chance))
    written = [_mistaken(one, chance) if at in wrong else one for at, one in enumerate(facts)]
    retracted = [RecordCorrected(at=WRITTEN_DOWN, version=at + 1, because="b") for at in wrong]
    return [*written, *retracted, *(facts[at] for at in wrong)]


def attendance_recorded_again(facts: Facts, chance: Random) -> Sequence[AnyEvent]:
    """Each attendance is first recorded without a seat, and then with all who were there."""
    wrong = [_mistaken(one, chance) if isinstance(one, ATTENDANCE) else one for one in facts]
    return [*wrong, *(one for one in facts if isinstance(one, ATTENDANCE))]


def recorded_late(facts: Facts, chance: Random) -> Sequence[AnyEvent]:
    """Record some facts after all others."""
    late = _some(facts, chance)
    return [
        *(one for at, one in enumerate(facts) if at not in late),
        *(facts[at] for at in sorted(late)),
    ]


def shuffled(facts: Facts, chance: Random) -> Sequence[AnyEvent]:
    """Record all facts except the notification in any order."""
    first, *others = facts
    chance.shuffle(others)
    return [first, *others]


def mixed(facts: Facts, chance: Random) -> Sequence[AnyEvent]:
    """One way after another; corrections name the entries of the order before them."""
    return corrected(attendance_recorded_again(shuffled(facts, chance), chance), chance)


ROUTES: Final[Sequence[Route]] = (
    corrected,
    corrected_twice,
    retracted_and_recorded_once_more,
    attendance_recorded_again,
    recorded_late,
    mixed,
)
"""Every route but `shuffled`."""
