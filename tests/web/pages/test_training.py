"""A store to learn with: marked for good, said on every page, and nothing leaves it."""

from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.domain.errors import InvalidInputError, Refused
from rapid_review.store import RapidReviews
from rapid_review.store.store import Store
from tests.web.pages.a_site import CASE, COORDINATOR, KENT, NOW, pages_of
from tests.web.pages.test_one_case_through_the_forms import story


def in_file(path: Path) -> RapidReviews:
    """Return the reviews in a file, opened again."""
    store = Store.on_sqlite(path, unsealed=True)
    return RapidReviews.owning(store, terms=KENT, clock=lambda: NOW)


def test_every_page_says_so_for_good(tmp_path: Path) -> None:
    """The mark is in the store, anyone who opens it later."""
    with in_file(tmp_path / "learn.db") as reviews:
        reviews.partnerships.mark_as_training(KENT)
        reviews.partnerships.mark_as_training(KENT)
    with in_file(tmp_path / "learn.db") as reviews:
        assert reviews.partnerships.is_training
        assert [one.terms for one in reviews.partnerships.listed()] == [KENT.id]
        with pages_of(reviews, [NOW]) as team:
            for path in ("/", "/new", "/help", "/nowhere"):
                assert "This is a store for training" in team.client.get(path).text


def test_a_store_with_cases_is_not_made_one_to_learn_with() -> None:
    """What is recorded may be real, and stays so."""
    with closing(Store.in_memory()) as store:
        reviews = RapidReviews(store, terms=KENT, clock=lambda: NOW)
        reviews.handle(CASE, next(story()), by=COORDINATOR)
        with pytest.raises(InvalidInputError, match="cannot become a training store"):
            reviews.partnerships.mark_as_training(KENT)
        assert not reviews.partnerships.is_training
        with pages_of(reviews, [NOW]) as team:
            page = team.sees("/")
        assert "store to learn with" not in page
        assert "Words are not sealed in this store" in page


def test_nothing_leaves_it() -> None:
    """Its bundles and exports are refused."""
    with closing(Store.in_memory()) as store:
        reviews = RapidReviews(store, terms=KENT, clock=lambda: NOW)
        reviews.partnerships.mark_as_training(KENT)
        reviews.handle(CASE, next(story()), by=COORDINATOR)
        with pytest.raises(Refused, match="its cases are invented"):
            reviews.partnerships.must_be_real()
        with pytest.raises(Refused, match="its cases are invented"):
            reviews.ledger().must_be_real()
