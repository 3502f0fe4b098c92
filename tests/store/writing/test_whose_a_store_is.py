"""A store lists the partnerships whose cases it is for; one that lists none takes any."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from rapid_review import terms as shipped
from rapid_review.domain.errors import CaseNotFoundError, InvalidInputError, StorageError
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.copies.moving import move
from rapid_review.store.store import Store
from rapid_review.store.writing.partnerships import Listed, Partnerships
from tests.terms.by_the_book import CHRISTMAS_2025

KENT: Final = shipped.load(shipped.KENT_AND_MEDWAY_2020)
PLYMOUTH: Final = shipped.load("plymouth")
LIVERPOOL: Final = shipped.load("liverpool")
WHO: Final = Actor(id="pt-01", role="business-support", agency="partnership-team")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a new store in a file."""
    with closing(Store.on_sqlite(tmp_path / "store.db", unsealed=True)) as made:
        yield made


def test_a_store_lists_nobody_until_it_is_told(store: Store) -> None:
    """And then takes the cases of anybody, as before there was a list."""
    theirs = Partnerships(store.opened)
    assert theirs.listed() == ()
    theirs.must_hold(KENT)
    theirs.must_not_be_elsewhere("C-1", KENT)


def test_a_store_that_was_made_before_there_was_a_list_gets_one(store: Store) -> None:
    """When the first partnership is listed; until then it lists nobody."""
    store.opened.tables.write(lambda writer: writer.execute("DROP TABLE partnerships") is not None)
    theirs = Partnerships(store.opened)
    assert theirs.listed() == ()
    theirs.add(PLYMOUTH)
    assert theirs.listed() == (Listed("plymouth", "plymouth", PLYMOUTH.digest),)


def test_a_partnership_is_listed_with_its_terms(store: Store) -> None:
    """By name; said twice it is once, and other bytes are another edition."""
    theirs = Partnerships(store.opened)
    for terms in (PLYMOUTH, LIVERPOOL, PLYMOUTH):
        theirs.add(terms)
    assert [one.partnership for one in theirs.listed()] == ["liverpool", "plymouth"]
    other = PLYMOUTH.model_copy(update={"digest": KENT.digest})
    with pytest.raises(InvalidInputError, match="If it is another edition, give it another id"):
        theirs.add(other)


def test_the_terms_of_a_partnership_that_is_not_listed_are_turned_away(store: Store) -> None:
    """With those that are, and how another is listed; a new edition of one listed is theirs."""
    theirs = Partnerships(store.opened)
    theirs.add(PLYMOUTH)
    theirs.must_hold(PLYMOUTH.model_copy(update={"id": "plymouth-2027"}))
    with pytest.raises(InvalidInputError) as refused:
        theirs.must_hold(KENT)
    (problem,) = refused.value.problems
    assert "this store to plymouth (--terms plymouth)" in problem
    assert "`rapid-review db init --terms kent-and-medway-2020-05`" in problem


def test_a_case_of_another_partnership_of_the_store_is_told_to_be_theirs(store: Store) -> None:
    """The person who asks for it under other terms hears whose it is."""
    with RapidReviews(store, terms=PLYMOUTH, clock=lambda: CHRISTMAS_2025.at) as reviews:
        for terms in (PLYMOUTH, LIVERPOOL):
            reviews.partnerships.add(terms)
        reviews.handle("C-1", CHRISTMAS_2025, by=WHO)
        reviews.partnerships.must_not_be_elsewhere("C-1", PLYMOUTH)
        others = RapidReviews(store, terms=LIVERPOOL, clock=lambda: CHRISTMAS_2025.at)
        others.partnerships.must_not_be_elsewhere("C-2", LIVERPOOL)
        with pytest.raises(
            InvalidInputError, match="case C-1 belongs to partnership plymouth, and"
        ):
            others.partnerships.must_not_be_elsewhere("C-1", LIVERPOOL)
        with pytest.raises(
            CaseNotFoundError, match="Name the terms of the case: --terms plymouth"
        ):
            others.case_history("C-1")
        with pytest.raises(CaseNotFoundError, match="there is no case 'C-2' of liverpool"):
            others.case_history("C-2")


def test_a_list_moves_with_its_store(store: Store, tmp_path: Path) -> None:
    """It cannot be made from the entries."""
    Partnerships(store.opened).add(PLYMOUTH)
    with closing(Store.on_sqlite(tmp_path / "moved.db", unsealed=True)) as target:
        move(store, target)
        assert Partnerships(target.opened).listed() == Partnerships(store.opened).listed()


def test_the_reviews_of_several_partnerships_over_one_store_are_closed_apart(store: Store) -> None:
    """The person who opened the store closes it.

    The reviews of one take nothing from another's.
    """
    made = {
        terms.partnership: RapidReviews(store, terms=terms, clock=lambda: CHRISTMAS_2025.at)
        for terms in (PLYMOUTH, LIVERPOOL)
    }
    for reviews in made.values():
        reviews.handle("C-1", CHRISTMAS_2025, by=WHO)
    made[PLYMOUTH.partnership].close()
    theirs = made[LIVERPOOL.partnership]
    assert theirs.references() == ("C-1",)
    assert theirs.handle("C-2", CHRISTMAS_2025, by=WHO)
    assert len({entry.partnership for entry in store.all_entries()}) == 2


def test_one_access_log_is_beside_the_reviews_of_several(store: Store) -> None:
    """It is a store that was given, too."""
    log = Store.in_memory()
    for terms in (PLYMOUTH, LIVERPOOL):
        with RapidReviews(
            store, terms=terms, clock=lambda: CHRISTMAS_2025.at, access=log, authorizer=Everybody()
        ) as reviews:
            reviews.handle("C-1", CHRISTMAS_2025, by=WHO)
            reviews.read("C-1", 1, by=WHO, purpose="to prepare the meeting")
    read = {entry.partnership for _, entry in log.entries_after(0, beside=True)}
    assert read == {PLYMOUTH.partnership, LIVERPOOL.partnership}


def test_reviews_that_own_their_store_close_it_and_the_access_log(tmp_path: Path) -> None:
    """As those do that opened it themselves."""
    log = Store.on_sqlite(tmp_path / "access.db", unsealed=True)
    with RapidReviews.on_sqlite(
        tmp_path / "record.db",
        unsealed=True,
        terms=PLYMOUTH,
        clock=lambda: CHRISTMAS_2025.at,
        access=log,
    ) as reviews:
        reviews.handle("C-1", CHRISTMAS_2025, by=WHO)
    for asked in (reviews.references, lambda: list(log.all_entries())):
        with pytest.raises(StorageError, match="closed"):
            asked()


def test_a_store_that_no_reviews_came_of_is_closed(tmp_path: Path) -> None:
    """Nobody else has it, and could close it."""
    store = Store.on_sqlite(tmp_path / "record.db", unsealed=True)
    with pytest.raises(InvalidInputError, match="a separate store"):
        RapidReviews.owning(store, terms=PLYMOUTH, clock=lambda: CHRISTMAS_2025.at, access=store)
    with pytest.raises(StorageError, match="closed"):
        list(store.all_entries())
