"""The SQLite file: append-only, without gaps, no position used twice, on the disk when said so."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import uuid4

import pytest

from rapid_review.domain.errors import ClosedError, RecordError
from rapid_review.store.backends.sqlite.layout import LAYOUT
from rapid_review.store.backends.sqlite.log import SQLiteLog
from rapid_review.store.backends.sqlite.opening import open_sqlite
from rapid_review.store.store import Store
from tests.domain.a_review import INFORM, RECEIVE
from tests.store.a_log import AnyLog, row
from tests.store.a_record import CASE, a_store_at, kent_in, rows_at, send_all


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a store may be made."""
    return tmp_path / "record.db"


@pytest.fixture
def recorder(path: Path) -> Iterator[SQLiteLog]:
    """Return the recorder of a new store, closed at the end."""
    made = open_sqlite(path, create=True, sealed=False)
    yield made
    made.datastore.close()


# --- What holds of every log


class TestALogInAFile(AnyLog):
    """One in a file."""


# --- Append-only


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET state = x'00'",
        "UPDATE stored_events SET topic = 'CaseClosed' WHERE rowid = 1",
        "DELETE FROM stored_events WHERE rowid = 1",
        "DELETE FROM stored_events",
        "REPLACE INTO stored_events SELECT rowid, originator_id, 9, topic, x'' FROM stored_events",
        (
            "REPLACE INTO stored_events "
            "SELECT NULL, originator_id, originator_version, topic, x'' FROM stored_events"
        ),
        (
            "INSERT INTO stored_events SELECT * FROM stored_events WHERE true "
            "ON CONFLICT DO UPDATE SET state = x''"
        ),
    ],
)
def test_what_was_recorded_is_not_changed_by_a_careless_statement(
    path: Path, statement: str
) -> None:
    """No UPDATE, no DELETE, and no REPLACE, which deletes without asking the DELETE trigger."""
    a_store_at(path)
    before = rows_at(path)
    with (
        closing(sqlite3.connect(path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="an entry is"),
    ):
        connection.execute(statement)
    assert rows_at(path) == before


def test_a_body_is_bytes_and_nothing_else(path: Path) -> None:
    """SQLite would take any type in any column; this table is STRICT."""
    a_store_at(path)
    with (
        closing(sqlite3.connect(path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT value in BLOB"),
    ):
        connection.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            "VALUES ('a', 1, 'CaseClosed', '{}')"
        )


# --- Positions


def test_a_position_is_not_used_again_even_if_its_row_was_taken_out_by_force(
    path: Path, recorder: SQLiteLog
) -> None:
    """Somebody drops the guard and deletes the newest row: the next one is after the hole."""
    stream = uuid4()
    kept = recorder.insert_events([row(stream, 1), row(stream, 2)])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TRIGGER no_delete")
        connection.execute("DELETE FROM stored_events WHERE originator_version = 2")
    again = recorder.insert_events([row(stream, 2)])
    assert kept and again  # noqa: PT018 - one thing: both gave positions
    assert max(kept) < min(again)


@pytest.mark.parametrize("taken", [1, 2])
def test_a_case_with_a_row_taken_out_by_force_is_not_read_as_if_whole(
    path: Path, taken: int
) -> None:
    """Versions 1 to n, or the case is refused; an end that was cut off is the audit's to find."""
    a_store_at(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TRIGGER no_delete")
        connection.execute("DELETE FROM stored_events WHERE originator_version = ?", (taken,))
    with (
        closing(Store.on_sqlite(path, unsealed=True)) as store,
        pytest.raises(RecordError, match="a version is missing in case"),
    ):
        kent_in(store).case(CASE)


# --- On the disk


def test_every_connection_flushes_at_every_commit(recorder: SQLiteLog) -> None:
    """`synchronous` is FULL (2) on readers and writer alike, whatever SQLite was built with."""
    with ExitStack() as stack:
        connections = [
            stack.enter_context(recorder.datastore.get_connection(commit=writes))
            for writes in (True, False, False, False)
        ]
        found = []
        for connection in connections:
            for pragma in ("synchronous", "journal_mode"):
                cursor = connection.cursor()
                cursor.execute(f"PRAGMA {pragma}")
                found.append(cursor.fetchone()[0])
    assert len({id(connection) for connection in connections}) == 4
    assert found == [2, "wal"] * 4


def test_the_file_says_whose_it_is_in_its_first_hundred_bytes(path: Path) -> None:
    """Application id "RRev" and the layout, where SQLite's format and `file` look for them."""
    a_store_at(path)
    header = path.read_bytes()[:100]
    assert header[68:72] == b"RRev"
    assert int.from_bytes(header[60:64], "big") == LAYOUT


# --- Connections


def test_a_store_that_could_not_be_reached_is_written_as_soon_as_it_can_be(path: Path) -> None:
    """The first connection of a writer fails; the next one need not wait for its place."""
    a_store_at(path)
    with closing(Store.on_sqlite(path, create=False, unsealed=True)) as store:
        away = path.rename(path.with_name("away.db"))
        with pytest.raises(RecordError, match="unable to open database file"):
            send_all(kent_in(store), INFORM)
        assert not path.exists(), "a store that has gone must not be made again, empty"
        away.rename(path)
        assert len(send_all(kent_in(store), INFORM)) == 1
    assert [version for _, _, version, _, _ in rows_at(path)] == [1, 2, 3, 4, 5]


def test_a_writer_that_could_not_connect_does_not_keep_others_out(
    path: Path, recorder: SQLiteLog
) -> None:
    """The library would keep the writer's place for a connection that was never made."""
    away = path.rename(path.with_name("away.db"))
    for _ in range(2):
        with pytest.raises(Exception, match="unable to open database file"):
            recorder.insert_events([row(uuid4(), 1)])
    away.rename(path)
    assert recorder.insert_events([row(uuid4(), 1)])


def test_an_interruption_leaves_no_transaction_open(recorder: SQLiteLog) -> None:
    """Ctrl-C between BEGIN and its end: the connection goes back clean, and the next one works."""

    def interrupted() -> None:
        with recorder.datastore.get_connection(commit=True) as connection:
            connection.cursor().execute("BEGIN IMMEDIATE")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert recorder.insert_events([row(uuid4(), 1)])


def test_closing_waits_for_anyone_who_is_reading(path: Path, recorder: SQLiteLog) -> None:
    """A connection in use is closed when it is given back: else SQLite crashes the process."""
    with recorder.datastore.transaction(commit=False) as cursor:
        closer = threading.Thread(target=recorder.datastore.close)
        closer.start()
        closer.join()
        cursor.execute("SELECT COUNT(*) FROM stored_events")
        assert cursor.fetchone()[0] == 0
    assert not path.with_name("record.db-wal").exists(), "the last connection was not closed"


def test_a_closed_store_says_that_it_is_closed(path: Path) -> None:
    """Not an error of the library beneath, which nobody who embeds this could catch."""
    a_store_at(path)
    store = Store.on_sqlite(path, unsealed=True)
    store.close()
    store.close()
    with pytest.raises(ClosedError, match="the program that opened it has closed it"):
        send_all(kent_in(store), RECEIVE)


@pytest.mark.parametrize("guard", ["no_update", "no_delete", "no_gap", "no_replacement"])
@pytest.mark.parametrize(
    "instead", ["", "CREATE TRIGGER {} BEFORE UPDATE ON {} BEGIN SELECT 1; END"]
)
def test_a_guard_that_was_taken_away_or_replaced_is_found(
    tmp_path: Path, guard: str, instead: str
) -> None:
    """Whether or not a row was altered since: one that is there says nothing of the past."""
    path = tmp_path / "record.db"
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        assert store.ledger().verify().findings == []
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"DROP TRIGGER {guard}")
            connection.execute(instead.format(guard, "stored_events"))
        (finding,) = store.ledger().verify().findings
    assert finding.where == f"the guard {guard} on the entries"
