"""The file of a store while it is open: replaced, removed or damaged, and each is said as such.

A restore by `mv` leaves an open program with a file that has no name any more. What it writes
there would be acknowledged, and lost when the program ends.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import pytest

from rapid_review.audit.log.signing import Signer
from rapid_review.domain.errors import StorageError
from rapid_review.store import RapidReviews
from rapid_review.store.backends.open import joined
from rapid_review.store.backends.sqlite.file import OpenedFile
from rapid_review.store.backends.sqlite.opening import open_sqlite
from rapid_review.store.sql.ledger import TRACK
from rapid_review.store.sql.read_model import LAYOUT
from rapid_review.store.store import Store
from tests.cli.a_terminal import typed
from tests.domain.a_review import INFORM, KENT, RECEIVE
from tests.faults.a_writer import batch
from tests.golden.entries import EXPORT
from tests.store.a_ledger import KEY, IntruderInFile
from tests.store.a_record import (
    TEAM,
    HandSetClock,
    a_store_at,
    kent_in,
    reviews_in,
    rows_at,
    send_all,
)

READ_MODEL = f"read_model_{LAYOUT}_cases"
GONE = "was replaced or removed while it was open"
PAGE = 4096
"""Bytes of a page of SQLite's."""

# --- Replaced or removed


def replaced(path: Path) -> None:
    """Put a backup in a store's place, as `mv backup.db record.db` does."""
    backup = path.with_name("backup.db")
    a_store_at(backup)
    path.with_name("record.db-wal").unlink(missing_ok=True)
    path.with_name("record.db-shm").unlink(missing_ok=True)
    backup.replace(path)


def removed(path: Path) -> None:
    """Remove a store's file, and nothing else."""
    path.unlink()


def without_its_log(path: Path) -> None:
    """Remove what SQLite keeps beside a store that is open, as if it were a leftover."""
    path.with_name("record.db-wal").unlink()


TAKEN = [replaced, removed, without_its_log]
Take = Callable[[Path], None]


def commands(reviews: RapidReviews) -> object:
    """Record a command."""
    return send_all(reviews, INFORM)


def imports(reviews: RapidReviews) -> object:
    """Import cases."""
    return reviews.import_histories(batch("more"), by=TEAM)


def exports(reviews: RapidReviews) -> object:
    """Register an export."""
    return reviews.export_made(EXPORT, by=TEAM, purpose="research")


def checkpoints(reviews: RapidReviews) -> object:
    """Make a checkpoint."""
    signer = Signer(KEY, Path("signed"))
    return reviews.ledger().checkpoint(signer)


def keeps_the_read_model(reviews: RapidReviews) -> object:
    """Bring the read model up to date."""
    return reviews.read_model().catch_up()


@pytest.mark.parametrize("take", TAKEN)
@pytest.mark.parametrize("write", [commands, imports, exports, checkpoints, keeps_the_read_model])
def test_nothing_is_acknowledged_into_a_file_that_was_replaced_or_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, take: Take, write: Callable[..., object]
) -> None:
    """Anyone who writes is refused: what they wrote would be gone with the file."""
    monkeypatch.chdir(tmp_path)
    Signer.start(KEY, Path("signed"))
    path = tmp_path / "record.db"
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        keeps_the_read_model(reviews)
        take(path)
        for _ in range(2):
            with pytest.raises(StorageError, match=GONE):
                write(reviews)


@pytest.mark.parametrize("take", TAKEN)
def test_a_file_that_is_replaced_while_a_command_is_decided_takes_no_entry(
    tmp_path: Path, take: Take
) -> None:
    """The case was read from the file that was opened, and is not appended to what came since."""
    path = tmp_path / "record.db"
    clock = HandSetClock()
    taken: list[Path] = []

    def takes_it_away() -> datetime:
        if not taken:
            taken.append(path)
            take(path)
        return clock()

    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        send_all(kent_in(store), RECEIVE)
        reviews = reviews_in(store, terms=KENT, clock=takes_it_away)
        with pytest.raises(StorageError, match=GONE):
            send_all(reviews, INFORM)
    assert taken


@pytest.mark.parametrize("take", TAKEN)
def test_a_file_that_is_replaced_just_before_the_commit_is_not_acknowledged(
    tmp_path: Path, take: Take
) -> None:
    """Nothing but a look after the commit knows where it went."""
    path = tmp_path / "record.db"
    recorder = open_sqlite(path, create=True, sealed=False)
    with closing(Store(joined(recorder), unsealed=True)) as store:
        send_all(kent_in(store), RECEIVE)

        def at_the_commit(statement: str) -> None:
            if statement == "COMMIT":
                take(path)

        with recorder.datastore.get_connection(commit=False) as connection:
            inner = connection.cursor().sqlite_cursor.connection
        inner.set_trace_callback(at_the_commit)
        with pytest.raises(StorageError, match=GONE):
            send_all(kent_in(store), INFORM)


def test_a_file_that_was_put_back_is_written_to_again(tmp_path: Path) -> None:
    """It is the same file, by its number, with the same log beside it: nothing was lost."""
    path, elsewhere = tmp_path / "record.db", tmp_path / "elsewhere"
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        send_all(kent_in(store), RECEIVE)
        path.rename(elsewhere)
        with pytest.raises(StorageError, match=GONE):
            send_all(kent_in(store), INFORM)
        elsewhere.rename(path)
        assert len(send_all(kent_in(store), INFORM)) == 1
    assert len(rows_at(path)) == 5


# --- Damaged


def cases_at(path: Path) -> None:
    """Make a store of many cases."""
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        kent_in(store).import_histories(batch("KM", 100), by=TEAM)


def pages_of(path: Path, name: str) -> list[int]:
    """Return the numbers of the pages that hold rows of a table or of an index."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA query_only = ON")
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)
        ).fetchone()
    data = path.read_bytes()

    def under(number: int) -> list[int]:
        page = data[(number - 1) * PAGE : number * PAGE]
        if page[0] not in {2, 5}:  # a leaf
            return [number]
        cells = int.from_bytes(page[3:5])
        starts = [int.from_bytes(page[12 + 2 * n : 14 + 2 * n]) for n in range(cells)]
        children = [int.from_bytes(page[start : start + 4]) for start in starts]
        return [leaf for one in [*children, int.from_bytes(page[8:12])] for leaf in under(one)]

    return under(root)


def zeroed(path: Path, page: int) -> None:
    """Lose a page, as a disk does."""
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(bytes(PAGE))


def before_the_damage(path: Path) -> int:
    """Return the position of the last entry that can be read before those that cannot."""
    last = 0
    with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.DatabaseError):
        for (position,) in connection.execute(
            "SELECT rowid FROM stored_events NOT INDEXED ORDER BY rowid"
        ):
            last = position
    assert last < 400
    return last


READ = ["board", "stats", "db rebuild", "audit verify", "audit rebuild", "compliance"]


@pytest.mark.parametrize("command", READ)
def test_damaged_entries_are_named_by_their_table_and_position(
    tmp_path: Path, command: str
) -> None:
    """They are evidence, so the exit code is 4; and nobody is told that they are untouched."""
    path = tmp_path / "record.db"
    cases_at(path)
    lost = pages_of(path, "stored_events")[40]
    zeroed(path, lost)
    last = before_the_damage(path)
    assert last > 40
    told_of = typed(*command.split(), "--store", str(path))
    assert told_of.exit_code == 4, told_of.output
    assert (
        f"record.db is damaged: in its table stored_events, no entry after position {last} "
        "can be read. Stop every program"
    ) in told_of.stderr
    assert "untouched" not in told_of.stderr


def test_the_case_whose_entries_are_damaged_is_refused_and_others_are_read(
    tmp_path: Path,
) -> None:
    """Exit code 4, with the table and the position; what is whole can be read still."""
    path = tmp_path / "record.db"
    cases_at(path)
    zeroed(path, pages_of(path, "stored_events")[-1])
    damaged = typed("show", "KM-99", "--store", str(path))
    assert damaged.exit_code == 4
    assert "in its table stored_events, no entry after position" in damaged.stderr
    assert typed("show", "KM-0", "--store", str(path)).exit_code == 0


def test_a_damaged_index_of_the_entries_is_told_from_damaged_entries(tmp_path: Path) -> None:
    """Each entry is still there; but which are a case's cannot be told."""
    path = tmp_path / "record.db"
    cases_at(path)
    for page in pages_of(path, "sqlite_autoindex_stored_events_1"):
        zeroed(path, page)
    damaged = typed("show", "KM-1", "--store", str(path))
    assert damaged.exit_code == 4
    assert (
        "an index of its table stored_events; each entry can be read at its position"
    ) in damaged.stderr


def test_a_damaged_read_model_is_not_taken_for_damaged_entries(tmp_path: Path) -> None:
    """The table is named; the board is made from the entries, and standard error says so."""
    path = tmp_path / "record.db"
    cases_at(path)
    typed("board", "--store", str(path))
    zeroed(path, pages_of(path, READ_MODEL)[0])
    board = typed("board", "--store", str(path))
    assert board.exit_code == 0
    assert f"in its table {READ_MODEL}; each entry can be read at its position" in board.stderr
    assert "it moves them to a new store, and nothing is" in board.stderr


@pytest.mark.parametrize("what", ["originator_id", "topic"])
@pytest.mark.parametrize("value", [b"\xff\xfe", b"Jane Canary"], ids=["no text", "words"])
def test_a_row_whose_place_cannot_be_read_is_named_and_not_shown(
    tmp_path: Path, what: str, value: bytes
) -> None:
    """What is no text, no stream or no kind: the position is said, and never what is there."""
    path = tmp_path / "record.db"
    a_store_at(path)
    intruder = IntruderInFile(path)
    intruder.alter(lambda rows: rows)
    set_to = f"CAST(x'{value.hex()}' AS TEXT) WHERE rowid = 3"
    intruder.ask(f"UPDATE stored_events SET {what} = {set_to}")  # noqa: S608 - our own words
    for command in ("board", "compliance", "stats"):
        damaged = typed(command, "--store", str(path))
        assert damaged.exit_code == 4, damaged.output
        assert "Canary" not in damaged.output
        if what == "originator_id":  # the case that it was taken from lacks it
            assert "KM-2020-001" in damaged.stderr
            assert "a version is missing" in damaged.stderr
        elif value == b"\xff\xfe":
            assert "in its table stored_events, the entry at position 3" in damaged.stderr


def test_a_fault_of_the_machine_is_not_taken_for_damage(tmp_path: Path) -> None:
    """A store that somebody else holds locked is whole: it is not searched for damage."""
    path = tmp_path / "record.db"
    a_store_at(path)
    with closing(sqlite3.connect(path)) as one, closing(sqlite3.connect(path, timeout=0)) as other:
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked") as locked:
            other.execute("BEGIN IMMEDIATE")
    assert OpenedFile(path).damage(locked.value) is None
    assert OpenedFile(path).damage(None) is None


def test_an_error_of_the_tables_beside_the_entries_blames_none_of_them(tmp_path: Path) -> None:
    """The ledger, the subscriptions and the calendars are there too, beside the read model."""
    path = tmp_path / "record.db"
    told = r"^the tables beside the entries could not be .*: the entries are untouched$"
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        send_all(kent_in(store), RECEIVE)
        with pytest.raises(StorageError, match=told):
            store.opened.tables.rows(TRACK)
