"""What was closed says so: the store, its keys, its access log; and what to do about it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rapid_review.domain.errors import ClosedError
from rapid_review.projections.as_of import AsOf
from rapid_review.store import RapidReviews
from rapid_review.store.sealing.key_table import SQLiteKeyTable
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_at, keys_in_memory, make_keys
from rapid_review.store.store import Store
from tests.domain.a_review import INFORM, RECEIVE
from tests.store.a_record import CASE, send_all
from tests.store.access.an_access_log import MEMBER, read_in


def words(reviews: RapidReviews) -> object:
    """Read the words of the first entry."""
    return reviews.read(CASE, 1, by=MEMBER, purpose="panel pack")


QUESTIONS: dict[str, Callable[[RapidReviews], object]] = {
    "a command": lambda reviews: send_all(reviews, INFORM),
    "the entries": lambda reviews: reviews.history(CASE),
    "one reading": lambda reviews: reviews.case_reading(CASE, AsOf(read_on=reviews.now())),
    "the cases": lambda reviews: reviews.references(),
    "the exports": lambda reviews: reviews.exports(),
    "the read model": lambda reviews: reviews.read_model().catch_up(),
    "the ledger": lambda reviews: reviews.ledger().verify(),
    "words": words,
    "whether it answers": lambda reviews: reviews.ping(60.0),
}


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """Return keys in a file."""
    make_keys(tmp_path / "store.keys", tmp_path / "store.key-file")
    return keys_at(tmp_path / "store.keys", tmp_path / "store.key-file")


@pytest.fixture
def reviews(tmp_path: Path, keys: Keys) -> Iterator[RapidReviews]:
    """Yield reviews in a file, with a case."""
    access = Store.on_sqlite(tmp_path / "access.db", unsealed=True)
    with read_in(Store.on_sqlite(tmp_path / "store.db", keys=keys), access) as made:
        send_all(made, RECEIVE)
        yield made


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_store_that_is_closed_says_so(reviews: RapidReviews, question: str) -> None:
    """Whatever is asked of it; the disk and its rights are not blamed."""
    reviews.close()
    with pytest.raises(ClosedError, match="the store cannot be used: the program that") as error:
        QUESTIONS[question](reviews)
    assert "Open it again" in str(error.value)
    assert "disk" not in str(error.value)


def test_keys_that_are_closed_say_so(reviews: RapidReviews, keys: Keys) -> None:
    """Words are not opened; what was opened before them is as it was."""
    keys.close()
    with pytest.raises(ClosedError, match=r"the key store store\.keys cannot be used"):
        words(reviews)
    assert reviews.history(CASE)


def test_keys_in_memory_are_lost_once_they_are_closed() -> None:
    """So what to do is another thing than to open them again."""
    keys = keys_in_memory()
    with read_in(Store.in_memory(keys)) as reviews:
        send_all(reviews, RECEIVE)
        keys.close()
        with pytest.raises(ClosedError, match=r"keys in memory.*nobody can read again") as error:
            words(reviews)
    assert "Open it again" not in str(error.value)


def test_a_key_table_that_is_closed_does_nothing(tmp_path: Path, keys: Keys) -> None:
    """It is not read, not written, and forgets nothing; to close it again does nothing."""
    keys.close()
    table = SQLiteKeyTable(tmp_path / "store.keys")
    table.close()
    table.close()
    for asks in (
        lambda: table.rows("SELECT 1"),
        lambda: table.write(lambda _: None),
        table.forget,
    ):
        with pytest.raises(ClosedError):
            asks()
