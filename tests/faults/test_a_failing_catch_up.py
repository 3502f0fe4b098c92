"""A catch-up fails at any statement, or is killed at any moment: the same read model comes out."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from rapid_review.domain.errors import StorageError
from rapid_review.store import RapidReviews
from rapid_review.store.backends.ports import Writer
from rapid_review.store.backends.sqlite.tables import SQLiteTables
from rapid_review.store.sql.read_model import DELETE_ROWS_OF_OLD_BUILDS
from rapid_review.store.store import Store
from tests.domain.a_review import CONVENE, INFORM, RECEIVE
from tests.faults.a_writer import batch, catch_up_slowly
from tests.faults.processes import said, writer
from tests.store.a_read_model import all_of, from_entries
from tests.store.a_record import TEAM, kent_in, send_all

COMMANDS = (RECEIVE, INFORM, CONVENE)


class FaultyConnection(sqlite3.Connection):
    """A connection of which one statement fails, before it took effect or after."""

    left = 0
    after = False

    def execute(self, *args: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3 has it
        """Ask a statement, or fail."""
        return self._perhaps(super().execute, *args)

    def executemany(self, *args: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3 has it
        """Ask a statement for each row, or fail."""
        return self._perhaps(super().executemany, *args)

    def _perhaps(self, asked: Any, *args: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3 has it
        FaultyConnection.left -= 1
        fails = FaultyConnection.left == 0
        if fails and not self.after:
            raise sqlite3.OperationalError("the disc went away")
        found: sqlite3.Cursor = asked(*args)
        if fails:
            raise sqlite3.OperationalError("the disc went away")
        return found


class FaultyTables(SQLiteTables):
    """A database whose statements may fail."""

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._uri, uri=True, isolation_level=None, factory=FaultyConnection)


@pytest.fixture
def reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RapidReviews]:
    """Return reviews of three cases, told in turns, whose read model may fail."""
    monkeypatch.setattr("rapid_review.store.backends.open.SQLiteTables", FaultyTables)
    FaultyConnection.left = 0
    with closing(Store.on_sqlite(tmp_path / "record.db", unsealed=True)) as store:
        made = kent_in(store)
        for command in COMMANDS:
            for number in range(3):
                send_all(made, command, case=f"KM-{number}")
        yield made


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("anew", [False, True], ids=["caught up", "made again"])
def test_a_statement_that_fails_changes_nothing_for_good(
    reviews: RapidReviews, *, after: bool, anew: bool
) -> None:
    """Statement by statement, until none fails any more: the error is said, and it goes on."""
    expected = from_entries(reviews)
    FaultyConnection.after = after
    failed = 0
    for number in count(1):
        read_model = reviews.read_model(page=4)
        asked = read_model.rebuild if anew else read_model.catch_up
        FaultyConnection.left = number
        try:
            asked()
        except StorageError as error:
            failed += 1
            assert "the disc went away" in str(error)  # noqa: PT017 - until none fails any more
        else:
            break
        FaultyConnection.left = 0
        asked()
        assert all_of(read_model) == expected
        if not anew:
            forgotten(reviews)
    assert failed > 20


def forgotten(reviews: RapidReviews) -> None:
    """Take the whole read model away, so that the next catch-up begins again."""

    def away(writer: Writer) -> bool:
        for statement in ("DELETE FROM read_models", *DELETE_ROWS_OF_OLD_BUILDS):
            writer.execute(statement)
        return True

    tables = reviews._store.opened.tables  # noqa: SLF001 - nobody else may
    tables.write(away)


@pytest.mark.parametrize("rounds", [3, pytest.param(40, marks=pytest.mark.faults)])
def test_a_catch_up_that_is_killed_goes_on(tmp_path: Path, rounds: int) -> None:
    """Killed at any moment, again and again, while cases are added: nothing lost or doubled."""
    path = tmp_path / "record.db"
    chance = random.Random(rounds)  # noqa: S311 - when to kill, not what to hide
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        reviews = kent_in(store)
        for number in range(rounds):
            reviews.import_histories(batch(f"R{number}", 60), by=TEAM)
            process = writer(catch_up_slowly, path, number % 2)
            assert process.stdout is not None
            assert process.stdout.readline(), process.communicate()[1].decode()
            time.sleep(chance.uniform(0, 0.05))
            process.kill()
            said(process, killed=True)
        read_model = reviews.read_model()
        read_model.catch_up()
        expected = from_entries(reviews)
        assert all_of(read_model) == expected
        read_model.rebuild()
        assert all_of(read_model) == expected


def test_a_store_that_vanishes_is_said_and_none_is_made(tmp_path: Path) -> None:
    """Between two pages the file is taken away; when it is back, the catch-up goes on."""
    path, elsewhere = tmp_path / "record.db", tmp_path / "elsewhere.db"
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        reviews = kent_in(store)
        for number in range(3):
            send_all(reviews, RECEIVE, case=f"KM-{number}")
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        reviews = kent_in(store)
        read_model = reviews.read_model(page=5)
        with pytest.raises(StorageError, match="was replaced or removed"):
            read_model.catch_up(lambda _: moved(path, elsewhere))
        with pytest.raises(StorageError, match="was replaced or removed"):
            read_model.durations()
        assert not path.exists()
        moved(elsewhere, path)
        assert read_model.position == 5
        read_model.catch_up()
        assert all_of(read_model) == from_entries(reviews)


def moved(path: Path, to: Path) -> None:
    """Move a store with the files beside it."""
    for end in ("", "-wal", "-shm"):
        if (one := Path(f"{path}{end}")).exists():
            one.rename(f"{to}{end}")
