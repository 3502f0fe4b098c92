"""`db migrate`: an older store is brought to the tables of now, or is told to need nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.backends.migrations import VERSION
from tests.cli.a_terminal import RECEIPT, document, lines, typed


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store of before there were partnerships in it, and never asked for a board."""
    path = str(tmp_path / "rapid-review.db")
    typed("apply", "-", "--store", path, stdin=lines(RECEIPT))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE partnerships")
    return path


def test_an_older_store_is_brought_to_now(store: str) -> None:
    """It says what it added, and a second time that nothing is to be done."""
    told = typed("db", "migrate", "--store", store)
    assert told.exit_code == 0
    assert [line.split(" adds ")[0] for line in told.stdout.splitlines()] == [
        "version 4",
        "version 5",
        "version 6",
        "version 7",
    ]
    again = typed("db", "migrate", "--store", store)
    assert again.stdout == (f"{store}: nothing to do; its tables have version {VERSION}\n")
    said = document(typed("db", "migrate", "--store", store, "--json"))
    assert said == {"store": store, "version": VERSION, "dry_run": False, "steps": []}


def test_what_would_be_asked_is_printed_as_sql_that_can_be_asked(store: str) -> None:
    """By somebody else, with a tool of their own; nothing is done."""
    told = typed("db", "migrate", "--dry-run", "--store", store)
    assert told.stdout.startswith("-- version 4 adds ids of commands")
    with closing(sqlite3.connect(store)) as connection:
        connection.executescript(told.stdout)
    said = document(typed("db", "migrate", "--dry-run", "--store", store, "--json"))
    assert said["steps"] == []


def test_no_store_is_told_so(tmp_path: Path) -> None:
    """As by every other command; none is made."""
    told = typed("db", "migrate", "--store", str(tmp_path / "none.db"))
    assert told.exit_code == 3
    assert "`rapid-review db init" in told.stderr
    assert not list(tmp_path.iterdir())
