"""The law of the route, and that of the order of recording: the facts that stand decide alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Final

import pytest

from rapid_review.domain.case import replay
from rapid_review.domain.events import RecordCorrected
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.findings import findings
from rapid_review.testing.answers import answers, facts_of, written_late
from rapid_review.testing.oracle import Judge
from rapid_review.testing.routes import (
    ROUTES,
    Route,
    attendance_recorded_again,
    mixed,
    recorded_late,
    retracted_and_recorded_once_more,
    shuffled,
)
from tests.properties.an_older_judge import asked_once
from tests.properties.answers import ENGLAND, READ_ON, load, story_of

STORIES: Final = range(60)
AS_OF: Final = (AsOf(read_on=READ_ON), AsOf(datetime(2021, 3, 10, tzinfo=UTC), read_on=READ_ON))


def _differing(route: Route, judge: Judge) -> Iterator[int]:
    """Yield the stories of which another answer is given, when they are recorded by this route."""
    for seed in STORIES:
        chance = Random(seed)  # noqa: S311 - a story, and no secret
        one = story_of(seed)
        facts = facts_of(one)
        direct, other = (
            CaseHistory(written_late(said, one.terms, ENGLAND), one.terms, load)
            for said in (facts, route(facts, chance))
        )
        as_of = AS_OF[seed % 2]
        if answers(direct, as_of, judge) != answers(other, as_of, judge):
            yield seed


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.__name__)
def test_any_two_ways_to_the_facts_that_stand_give_equal_answers(route: Route) -> None:
    """ToR 7: findings, clocks, duties and what figures count depend on what is alone."""
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
        facts = facts_of(story_of(seed))
        written = route(facts, Random(seed))  # noqa: S311 - a story, and no secret
        others += list(written) != facts
        stands = [one for one in replay(written).standing if not isinstance(one, RecordCorrected)]
        assert stands == sorted(facts, key=lambda event: event.at)
    assert others > len(STORIES) / 2
