"""Two judges that share no code agree on stories of a case, under ten partnerships' terms."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

import pytest

from rapid_review.domain import events as did
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.findings import findings
from rapid_review.testing.naive_judge import judge
from rapid_review.testing.oracle import Judge, disagreements_in
from rapid_review.testing.stories import Story
from tests.properties.an_older_judge import asked_once
from tests.properties.answers import READ_ON, load, story_of, story_under_new_terms
from tests.testing.a_story import KENT, WHOLE, but, entries_of, varied

EVERY_RUN: Final = range(300)
SLOWLY: Final = range(300, 10_300)
AS_OF: Final = (
    AsOf(read_on=READ_ON),
    AsOf(happened_by=datetime(2021, 3, 10, tzinfo=UTC), read_on=READ_ON),
    AsOf(recorded_by=datetime(2021, 3, 20, tzinfo=UTC), read_on=READ_ON),
    AsOf(datetime(2021, 3, 10, tzinfo=UTC), datetime(2021, 3, 20, tzinfo=UTC), READ_ON),
)


def disagreements_of(one: Story, as_of: AsOf, ours: Judge = findings) -> Iterator[object]:
    """Yield what of one story the judges say otherwise."""
    yield from disagreements_in("T-1", one.history(load), as_of, ours=ours)


def _told_apart(
    seeds: Iterable[int],
    ours: Judge = findings,
    made: Callable[[int], Story] = story_of,
) -> Iterator[tuple[int, object]]:
    for seed in seeds:
        one, as_of = made(seed), AS_OF[seed % len(AS_OF)]
        yield from ((seed, each) for each in disagreements_of(one, as_of, ours))


def test_both_judges_find_the_same_in_some_hundred_stories() -> None:
    """ToR 1 to 8: findings, clocks and duties, now and as of both times."""
    assert next(_told_apart(EVERY_RUN), None) is None


@pytest.mark.faults
def test_both_judges_find_the_same_in_ten_thousand_stories() -> None:
    """ToR 1 to 8: findings, clocks and duties, now and as of both times."""
    assert next(_told_apart(SLOWLY), None) is None


def test_both_judges_find_the_same_where_new_terms_come_in_between() -> None:
    """I-24: other seats, quorum, clocks, duties, adoption or recipients from some day on."""
    assert next(_told_apart(EVERY_RUN, made=story_under_new_terms), None) is None
    replaced = [
        any(isinstance(entry.event, did.TermsReplaced) for entry in one.entries)
        for one in map(story_under_new_terms, EVERY_RUN)
    ]
    assert sum(replaced) > len(replaced) * 0.8


@pytest.mark.faults
def test_both_judges_find_the_same_under_new_terms_in_ten_thousand_stories() -> None:
    """I-24: as above, now and as of both times."""
    assert next(_told_apart(SLOWLY, made=story_under_new_terms), None) is None


def test_the_stories_are_of_many_partnerships_and_of_much_that_is_wrong() -> None:
    """Two judges who are asked little agree on little."""
    partnerships, codes = set[str](), set[str]()
    for seed in EVERY_RUN:
        one = story_of(seed)
        partnerships.add(one.terms.partnership)
        codes.update(each.finding.code for each in findings(one.history(load)))
    assert len(partnerships) >= 3
    assert len(codes) > 40


def test_asking_each_event_once_would_not_agree_with_the_second_judge() -> None:
    """The judge of before does not keep to this law, so that it says something."""
    assert next(_told_apart(EVERY_RUN, asked_once), None) is not None


def test_outcomes_that_the_terms_exclude_are_found_by_both_judges() -> None:
    """ToR 5(b): here a national review is suggested in place of a local one, and not beside it."""
    outcomes = tuple(
        one.model_copy(update={"excludes": ("local-practice-review",)})
        if one.code == "national-review-suggested"
        else one
        for one in KENT.decision.outcomes
    )
    terms = varied(decision=KENT.decision.model_copy(update={"outcomes": outcomes}))
    both = ["local-practice-review", "national-review-suggested"]
    entries = entries_of(WHOLE | {"decide": but(WHOLE["decide"], outcomes=both)})
    for held, expected in ((KENT, set[str]()), (terms, {"outcomes-exclude-each-other"})):
        first = findings(CaseHistory(entries, held, load))
        second = judge(entries, held, calendars=load, read_on=READ_ON)
        assert {one.finding.code for one in first} == expected
        assert {one.code for one in second.findings} == expected
