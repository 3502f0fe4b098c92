"""A bad day is one: each adversity does what it says, and all of it is a case that opens."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Final

import pytest
from hypothesis import Phase, find, given, settings

from rapid_review.domain.case import replay
from rapid_review.domain.events import AnyEvent, NotificationReceived, RecordCorrected
from rapid_review.domain.in_effect import effective
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Unit
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing.adversities import ADVERSITIES
from rapid_review.testing.answers import facts_of
from rapid_review.testing.stories import Story, story
from rapid_review.testing.strategies import adversarial, calendars, editions, stories
from rapid_review.testing.times import LONDON
from tests.domain.a_review import ENGLAND, KENT
from tests.how_many import in_proportion

SEEDS: Final = range(20)


def told(name: str) -> Iterator[tuple[Sequence[AnyEvent], Sequence[AnyEvent]]]:
    """Yield the facts of some stories, and how they are written down on a bad day."""
    for seed in SEEDS:
        facts = facts_of(story(seed, [KENT], ENGLAND))
        yield facts, ADVERSITIES[name](facts, Random(seed), ENGLAND)  # noqa: S311 - a story


def moved(name: str) -> list[tuple[AnyEvent, AnyEvent]]:
    """Return the facts that are of another moment, each with what it became."""
    return [
        (before, after)
        for facts, said in told(name)
        for before, after in zip(facts, said, strict=True)
        if before.at != after.at
    ]


@pytest.mark.parametrize("name", ADVERSITIES)
def test_something_is_written_down_otherwise_and_a_notification_opens_the_case(name: str) -> None:
    """In most stories; and the case that comes of it can be opened."""
    others = 0
    for facts, said in told(name):
        others += list(said) != list(facts)
        assert isinstance(said[0], NotificationReceived | RecordCorrected)
        assert replay(said).version == len(said)
    assert others > len(SEEDS) / 2


def test_in_the_night_when_clocks_change_an_hour_comes_twice_or_never() -> None:
    """ToR 5(a): London's offset is another at noon before that night than at noon after it."""
    steps = moved("in_the_night_when_clocks_change")
    assert any(isinstance(after, NotificationReceived) for _, after in steps)
    for _, after in steps:
        local = after.at.astimezone(LONDON)
        before, behind = local - timedelta(hours=24), local + timedelta(hours=24)
        assert before.utcoffset() != behind.utcoffset()


def test_beside_a_holiday_is_one_day_from_it_at_most() -> None:
    """ToR 5(a): the day before, the day itself or the day after."""
    steps = moved("beside_a_holiday")
    assert any(after.at.astimezone(LONDON).date() in ENGLAND.closed for _, after in steps)
    for _, after in steps:
        day = after.at.astimezone(LONDON).date()
        assert any(abs((day - off).days) <= 1 for off in ENGLAND.closed)


def test_two_agencies_say_the_same_and_some_of_it_at_the_same_moment() -> None:
    """Each step is there at least once; half of them are there twice."""
    for facts, said in told("by_two_agencies_at_once"):
        assert Counter(one.kind for one in facts) <= Counter(one.kind for one in said)
        assert len(said) > len(facts)


def test_what_is_said_twice_is_word_for_word_the_same() -> None:
    """And is another object, as two rows of a store are."""
    for facts, said in told("said_twice"):
        again = said[len(facts) :]
        assert again
        assert all(one in facts and not any(one is fact for fact in facts) for one in again)


def test_a_wrong_year_is_a_year_off() -> None:
    """ToR 7.3: last year's in January, or next year's; the notification is right."""
    steps = moved("in_a_wrong_year")
    assert {abs((after.at - before.at).days) for before, after in steps} == {365, 366}


def test_corrections_are_corrected() -> None:
    """Some correction is of a correction, and what is in effect is settled."""
    of_corrections = 0
    for _, said in told("corrected_again_and_again"):
        for one in said:
            if isinstance(one, RecordCorrected):
                of_corrections += isinstance(said[one.version - 1], RecordCorrected)
        assert len(effective(said)) <= len(said)
    assert of_corrections


def test_what_several_must_do_is_done_on_several_days() -> None:
    """ToR 5(b), 7.9: by some at once, by some later, by some not at all."""
    days, fewer = set[int](), 0
    for facts, said in told("by_several_on_several_days"):
        fewer += len(said) < len(facts)
        before = {one.at for one in facts}
        days |= {one.at.toordinal() for one in said if one.at not in before}
    assert fewer
    assert len(days) > 5


@settings(max_examples=in_proportion(15), deadline=None)
@given(adversarial(by=["said_twice", "in_a_wrong_year"]), stories())
def test_such_cases_can_be_drawn(bad: Story, good: Story) -> None:
    """Entries are numbered, and all of them are written down long after they happened."""
    for one in (bad, good):
        numbers = [entry.version for entry in one.entries]
        assert numbers == list(range(1, len(numbers) + 1))
    assert len({entry.recorded_at.year for entry in bad.entries}) == 1


def test_terms_and_calendars_that_nobody_has_can_be_found() -> None:
    """ToR 5(a): a month's clock, an hour of receipt, a week that rests on Friday."""

    def by_months(terms: Terms) -> bool:
        return any(clock.unit is Unit.MONTHS for clock in terms.deadlines)

    def rests_on_friday(calendar: WorkingCalendar) -> bool:
        return 4 in calendar.weekend and bool(calendar.closed)

    quick = settings(
        max_examples=200, database=None, deadline=None, phases=[Phase.generate], derandomize=True
    )
    assert find(editions(like=KENT), by_months, settings=quick).partnership == KENT.partnership
    assert find(editions(), lambda one: one.receipt is not None, settings=quick).receipt
    assert find(calendars(), rests_on_friday, settings=quick).closed
