"""The versions of a store's tables: step by step they make what is made at once."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.migrations import VERSION, migrate, sqlite_statements
from rapid_review.store.store import Store
from tests.domain.a_review import CONVENE, RECEIVE
from tests.store.a_record import kent_in, rows_at, send_all

MADE: Final = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"


def made_in(path: Path) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return all that makes a file what it is: its tables, indexes, guards and marks."""
    with closing(sqlite3.connect(path)) as connection:
        marks = [
            connection.execute(f"PRAGMA {mark}").fetchone()
            for mark in ("application_id", "user_version")
        ]
        return connection.execute(MADE).fetchall(), marks


def made_by_steps(path: Path, *, sealed: bool = False, up_to: int = VERSION) -> None:
    """Make a store as a host would, a version at a time."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for version in range(1, up_to + 1):
            for statement in sqlite_statements(version, sealed=sealed):
                connection.execute(statement)
            connection.commit()


@pytest.mark.parametrize("sealed", [True, False])
def test_a_store_made_step_by_step_is_one_made_at_once(tmp_path: Path, *, sealed: bool) -> None:
    """With the tables that are made when they are first asked for."""
    from rapid_review.store.backends.open import on_sqlite  # noqa: PLC0415 - to say so by itself

    at_once, by_steps = tmp_path / "at-once.db", tmp_path / "by-steps.db"
    with closing(on_sqlite(at_once, sealed=sealed)) as opened:
        opened.tables.prepare()
    made_by_steps(by_steps, sealed=sealed)
    assert made_in(by_steps) == made_in(at_once)
    assert migrate(str(by_steps)) == migrate(str(at_once)) == ()


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_store_of_any_version_is_brought_to_that_of_now(tmp_path: Path, version: int) -> None:
    """It is recorded in before and after; what is there is not changed, and again adds nothing."""
    path, new = tmp_path / "older.db", tmp_path / "new.db"
    made_by_steps(path, up_to=version)
    made_by_steps(new)
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        send_all(kent_in(store), RECEIVE)
    rows = rows_at(path)
    steps = migrate(str(path), dry_run=True)
    assert [one.version for one in steps] == [
        one for one in range(version + 1, VERSION + 1) if sqlite_statements(one)
    ]
    assert migrate(str(path)) == steps
    assert rows_at(path) == rows
    assert made_in(path) == made_in(new)
    assert migrate(str(path)) == ()
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        send_all(kent_in(store), CONVENE)
        assert kent_in(store).read_model().catch_up() == 5


def test_looking_for_what_lacks_changes_nothing(tmp_path: Path) -> None:
    """Not a byte."""
    path = tmp_path / "older.db"
    made_by_steps(path, up_to=2)
    before = path.read_bytes()
    assert migrate(str(path), dry_run=True)
    assert path.read_bytes() == before


def test_no_store_is_made(tmp_path: Path) -> None:
    """That is for `db init`, which asks for keys."""
    with pytest.raises(RecordError, match="db init"):
        migrate(str(tmp_path / "none.db"))
    assert not list(tmp_path.iterdir())
