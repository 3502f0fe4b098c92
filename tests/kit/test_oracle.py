"""The naive judge, asked about the cases of a store: how much was asked, and what was found."""

from datetime import UTC, date, datetime
from typing import Final

import pytest

from rapid_review.domain.errors import CaseNotFoundError
from rapid_review.store import RapidReviews, Store
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.testing.entry_store import LibraryStore
from rapid_review.testing.oracle import disagreements
from rapid_review.testing.stories import story
from rapid_review.testing.wiring import HandSetClock
from tests.domain.a_review import ENGLAND, KENT, varied
from tests.kit.bugs_in_rules import IN_RULES
from tests.kit.seeding import seeded

READ_ON: Final = date(2021, 9, 1)
CASES: Final = 12
ANY_FOUR: Final = next(bug for bug in IN_RULES if bug.name == "any-four-are-quorate")


def recorded(store: Store) -> RapidReviews:
    """Return reviews over a store in which some stories were kept, erasures among them."""
    for seed in range(CASES):
        entries = story(seed, [KENT], ENGLAND).entries
        LibraryStore(store).append(
            [one.model_copy(update={"case": f"KM-{seed}"}) for one in entries]
        )
    return RapidReviews(store, terms=KENT, clock=HandSetClock())


@pytest.fixture(params=["unsealed", "sealed"])
def reviews(request: pytest.FixtureRequest) -> RapidReviews:
    """Return reviews of some stories, whose words are sealed or not."""
    return recorded(Store.in_memory(keys_in_memory() if request.param == "sealed" else None))


def test_of_a_store_that_is_as_it_should_be_both_say_the_same(reviews: RapidReviews) -> None:
    """ToR 1 to 8: and it is told how much was asked."""
    found = disagreements(reviews, read_on=READ_ON)
    assert found.disagreements == ()
    assert found.unread == ()
    entries = sum(len(reviews.history(case)) for case in reviews.references())
    assert (found.cases, found.entries) == (CASES, entries)
    assert found.answers > CASES * 10
    assert str(found) == (
        f"{CASES} cases, {entries} entries, {found.answers} answers: 0 disagreements"
    )


def test_both_times_may_be_asked_for_and_some_cases_alone(reviews: RapidReviews) -> None:
    """As of both times, and of two cases."""
    then = datetime(2021, 3, 10, tzinfo=UTC)
    found = disagreements(reviews, read_on=READ_ON, happened_by=then, cases=["KM-1", "KM-3"])
    assert (found.cases, found.disagreements) == (2, ())
    nothing = disagreements(reviews, read_on=READ_ON, recorded_by=then, cases=["KM-1"])
    assert (nothing.cases, nothing.disagreements) == (1, ())


def test_where_they_differ_each_answer_is_told_with_who_gives_it() -> None:
    """ToR 6.2: here the library takes any four seats for a quorum."""
    reviews = recorded(Store.in_memory())
    with seeded(ANY_FOUR):
        found = disagreements(reviews, read_on=READ_ON).disagreements
    one = next(one for one in found if one.by == "the naive judge")
    assert (one.what, one.answer[0]) == ("finding", "meeting-is-quorate")
    assert one.case in reviews.references()


def test_a_case_that_cannot_be_read_is_told_and_costs_no_other_its_answer() -> None:
    """Its terms are not at hand, and the others' are."""
    store = Store.in_memory()
    unknown = varied(KENT, id="kent-and-medway-2031", digest=f"sha256:{'b' * 64}")
    reviews = recorded(store)
    LibraryStore(store).append(story(1, [unknown], ENGLAND).entries)
    found = disagreements(reviews, read_on=READ_ON)
    assert found.cases == CASES
    ((case, reason),) = found.unread
    assert case == "T-1"
    assert "kent-and-medway-2031" in reason
    assert str(found).endswith("; cases that could not be read: 1")


def test_a_case_that_is_not_there_is_not_passed_by() -> None:
    """The person who asks about it by name is told so."""
    with pytest.raises(CaseNotFoundError):
        disagreements(recorded(Store.in_memory()), read_on=READ_ON, cases=["KM-99"])
