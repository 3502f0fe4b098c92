"""A store that keeps words unsealed: made only where that is said, and opened for reading."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.domain.errors import InvalidInputError, KeysError
from rapid_review.store import RapidReviews
from rapid_review.store.store import Store
from tests.domain.a_review import INFORM, KENT, RECEIVE
from tests.golden.entries import EXPORT
from tests.store.a_record import CASE, TEAM, HandSetClock, a_store_at, kent_in, rows_at, send_all

WAY_ON = r"nothing can be recorded\. .*`rapid-review db seal OLD NEW`; .*unsealed"

RECORDING: dict[str, Callable[[RapidReviews], object]] = {
    "a command": lambda reviews: send_all(reviews, INFORM),
    "what is so already": lambda reviews: send_all(reviews, RECEIVE),
    "a new case": lambda reviews: send_all(reviews, RECEIVE, case="KM-2"),
    "what has happened": lambda reviews: reviews.handle(CASE, INFORM, by=TEAM, as_history=True),
    "a history": lambda reviews: reviews.import_history(
        "KM-2", reviews.case(CASE).recorded, by=TEAM
    ),
    "histories": lambda reviews: reviews.import_histories(
        [("KM-2", reviews.case(CASE).recorded)], by=TEAM
    ),
    "an export": lambda reviews: reviews.export_made(EXPORT, by=TEAM, purpose="research"),
}


def test_a_new_store_is_sealed_unless_it_is_said_that_it_is_not(tmp_path: Path) -> None:
    """Nobody keeps the words of a case in the open because they forgot something."""
    path = tmp_path / "record.db"
    for make in (
        lambda: Store.on_sqlite(path),
        lambda: RapidReviews.on_sqlite(path, terms=KENT, clock=HandSetClock()),
    ):
        with pytest.raises(InvalidInputError, match=r"needs keys .*`keys=`.*`unsealed=True`"):
            make()
    assert not list(tmp_path.iterdir())
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        assert not store.codec.is_sealed


@pytest.mark.parametrize("record", RECORDING.values(), ids=RECORDING)
def test_one_that_is_there_opens_for_reading(
    tmp_path: Path, record: Callable[[RapidReviews], object]
) -> None:
    """It says what stands in the way and what to do, and not one row is added."""
    path = tmp_path / "record.db"
    a_store_at(path)
    rows = rows_at(path)
    for create in (True, False):
        with (
            closing(Store.on_sqlite(path, create=create)) as store,
            pytest.raises(KeysError, match=WAY_ON),
        ):
            record(kent_in(store))
    assert rows_at(path) == rows


def test_all_that_is_read_is_read_and_may_be_verified(tmp_path: Path) -> None:
    """The read model and the ledger are made of what is there."""
    path = tmp_path / "record.db"
    entries = a_store_at(path)
    with RapidReviews.on_sqlite(path, terms=KENT, clock=HandSetClock()) as reviews:
        assert reviews.history(CASE) == entries
        read_model = reviews.read_model()
        read_model.catch_up()
        assert read_model.how_many_cases == 1
        assert not reviews.ledger().verify(trust=None).findings


def test_it_is_recorded_in_for_a_trial(tmp_path: Path) -> None:
    """Which is to be said each time."""
    path = tmp_path / "record.db"
    a_store_at(path)
    for _ in range(2):
        with RapidReviews.on_sqlite(
            path, terms=KENT, clock=HandSetClock(), unsealed=True
        ) as reviews:
            send_all(reviews, INFORM)
    assert len(rows_at(path)) == 5


def test_what_is_in_memory_is_free(tmp_path: Path) -> None:
    """Nothing of it is kept."""
    assert send_all(RapidReviews.in_memory(terms=KENT, clock=HandSetClock()), RECEIVE)
    assert not list(tmp_path.iterdir())
