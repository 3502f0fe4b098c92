"""The law of the route, and that of the order of recording: the facts that stand decide alone."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

import pytest

from rapid_review.domain.case import replay
from rapid_review.domain.events import (
    AnyEvent,
    QuorumConfirmed,
    QuorumNotMet,
    RecordCorrected,
)
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.case.findings import findings
from tests.properties.an_older_judge import asked_once
from tests.properties.answers import (
    READ_ON,
    WRITTEN_DOWN,
    Judge,
    answers,
    facts_of,
    told,
    written_late,
)

STORIES: Final = range(60)
ATTENDED: Final = (QuorumConfirmed, QuorumNotMet)
AS_OF: Final = (AsOf(read_on=READ_ON), AsOf(datetime(2021, 3, 10, tzinfo=UTC), read_on=READ_ON))

Facts = Sequence[AnyEvent]
Route = Callable[[Facts, Random], Sequence[AnyEvent]]
"""Writes down what stands, in a way of its own."""


def _mistaken(event: AnyEvent, chance: Random) -> AnyEvent:
    """Return an event as somebody mistook it: of another day, or with a seat too few."""
    if isinstance(event, ATTENDED):
        return event.model_copy(update={"sat": event.sat[1:]})
    days = chance.choice((-365, -30, -3, 3, 30, 365))
    return event.model_copy(update={"at": event.at + timedelta(days=days)})


def _some(facts: Facts, chance: Random) -> set[int]:
    """Return the places of some facts, never that of the notification that opened the case."""
    return {place for place in range(1, len(facts)) if chance.random() < 0.2}


def corrected(facts: Facts, chance: Random) -> Sequence[AnyEvent]:
    """Some are mistaken at first, the notification among them, and then corrected."""
    wrong = {0, *_some(facts, chance)}
    written = [_mistaken(one, chance) if at in wrong else one for at, one in enumerate(facts)]
    corrections = [
        RecordCorrected(at=WRITTEN_DOWN, version=at + 1, because="b", replacement=facts[at])
        for at in sorted(wrong)
    ]
    chance.shuffle(corrections)
    return [*written, *corrections]


def corrected_twice(facts: Facts, chance: Random) -> Sequence[AnyEvent]:
    """A right entry is corrected by mistake, and the correction is retracted."""
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
    """Some are retracted, mistaken as they were, and recorded once more at the end."""
    wrong = sorted(_some(facts, chance))
    written = [_mistaken(one, chance) if at in wrong else one for at, one in enumerate(facts)]
    retracted = [RecordCorrected(at=WRITTEN_DOWN, version=at + 1, because="b") for at in wrong]
    return [*written, *retracted, *(facts[at] for at in wrong)]


def attendance_recorded_again(facts: Facts, chance: Random) -> Sequence[AnyEvent]:
    """Each attendance is first recorded without a seat, and then with all who were there."""
    wrong = [_mistaken(one, chance) if isinstance(one, ATTENDED) else one for one in facts]
    return [*wrong, *(one for one in facts if isinstance(one, ATTENDED))]


def recorded_late(facts: Facts, chance: Random) -> Sequence[AnyEvent]:
    """Some are recorded after all others."""
    late = _some(facts, chance)
    return [
        *(one for at, one in enumerate(facts) if at not in late),
        *(facts[at] for at in sorted(late)),
    ]


def shuffled(facts: Facts, chance: Random) -> Sequence[AnyEvent]:
    """All but the notification are recorded in any order."""
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


def _differing(route: Route, judge: Judge) -> Iterator[int]:
    """Yield the stories of which another answer is given, when they are recorded by this route."""
    for seed in STORIES:
        chance = Random(seed)  # noqa: S311 - a story, and no secret
        one = told(seed)
        facts = facts_of(one)
        direct = written_late(facts, one.terms)
        other = written_late(route(facts, chance), one.terms)
        as_of = AS_OF[seed % 2]
        if answers(direct, one.terms, as_of, judge) != answers(other, one.terms, as_of, judge):
            yield seed


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.__name__)
def test_any_two_ways_to_the_facts_that_stand_give_equal_answers(route: Route) -> None:
    """ToR 7: findings, clocks, duties and what figures count depend on what stands alone."""
    assert list(_differing(route, findings)) == []


def test_the_order_of_recording_changes_no_answer() -> None:
    """ToR 7, reading I-7: all after the notification may be written down in any order."""
    assert list(_differing(shuffled, findings)) == []


@pytest.mark.parametrize(
    "route",
    [
        retracted_and_recorded_once_more,
        attendance_recorded_again,
        recorded_late,
        mixed,
        shuffled,
    ],
    ids=lambda route: route.__name__,
)
def test_asking_each_event_once_would_tell_the_routes_apart(route: Route) -> None:
    """The judge of before keeps to neither law, so that the laws say something.

    A correction alone puts the fact in its place, so that judge answered it rightly.
    """
    assert next(_differing(route, asked_once), None) is not None


@pytest.mark.parametrize("route", [*ROUTES, shuffled], ids=lambda route: route.__name__)
def test_every_route_is_another_record_of_the_same_facts(route: Route) -> None:
    """Else the laws would compare two cases, or one record with itself."""
    others = 0
    for seed in STORIES:
        facts = facts_of(told(seed))
        written = route(facts, Random(seed))  # noqa: S311 - a story, and no secret
        others += list(written) != facts
        stands = [one for one in replay(written).standing if not isinstance(one, RecordCorrected)]
        assert stands == sorted(facts, key=lambda event: event.at)
    assert others > len(STORIES) / 2
