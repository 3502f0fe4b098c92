"""Whether a store can be used is answered at once, also where nothing answers."""

import threading
from pathlib import Path

import pytest

from rapid_review.domain.errors import StorageError
from rapid_review.store.backends.pinging import Ping
from rapid_review.store.store import Store

A_MINUTE = 60.0


def test_a_store_that_is_there_answers(tmp_path: Path) -> None:
    """In memory, and in a file; a file that is closed says so."""
    Store.in_memory().ping()
    store = Store.on_sqlite(tmp_path / "record.db", unsealed=True)
    store.ping(A_MINUTE)
    store.close()
    with pytest.raises(StorageError, match="closed"):
        store.ping(A_MINUTE)


def test_a_file_that_is_gone_does_not(tmp_path: Path) -> None:
    """What would be recorded would be lost with it."""
    store = Store.on_sqlite(tmp_path / "record.db", unsealed=True)
    (tmp_path / "record.db").rename(tmp_path / "elsewhere.db")
    with pytest.raises(StorageError):
        store.ping(A_MINUTE)
    store.close()


def test_where_nothing_answers_that_is_said_and_asked_once() -> None:
    """A probe that asks each second leaves no thread each second."""
    answer, asked = threading.Event(), list[int]()

    def silent() -> None:
        asked.append(1)
        answer.wait(A_MINUTE)

    ping = Ping(silent)
    for _ in range(3):
        with pytest.raises(StorageError, match=r"did not answer within 0\.01 seconds"):
            ping.within(0.01)
    assert asked == [1]
    answer.set()
    ping.within(A_MINUTE)
