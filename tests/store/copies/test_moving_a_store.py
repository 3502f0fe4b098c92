"""A store moves whole: every row of every partnership, at its position, with its bytes.

What somebody holds of the old store, such as a checkpoint, holds for the new one.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.audit.verify import Trust
from rapid_review.domain.errors import InvalidInputError, RecordError, StorageError
from rapid_review.store.copies.moving import move
from rapid_review.store.jobs import Progress
from rapid_review.store.ledger.checkpoints import TrustedCheckpoint
from rapid_review.store.sql.side_tables import SIDE_TABLES
from rapid_review.store.store import Store
from tests.domain.a_review import INFORM, KENT, RECEIVE
from tests.store.a_ledger import KEY, IntruderInFile
from tests.store.a_record import a_store_at, kent_in, rows_at, send_all
from tests.store.a_whole_store import NEXT, OTHER, recorded_in


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the store is that is moved."""
    return tmp_path / "old.db"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return where it is moved to."""
    return tmp_path / "new.db"


@pytest.fixture
def held(path: Path, tmp_path: Path) -> bytes:
    """Return a checkpoint over everything in the store, as an auditor holds it."""
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        return recorded_in(store, tmp_path)


@pytest.fixture
def stores(path: Path, target: Path) -> Iterator[tuple[Store, Store]]:
    """Return both stores, open; the second is empty."""
    with (
        closing(Store.on_sqlite(path, unsealed=True)) as old,
        closing(Store.on_sqlite(target, unsealed=True)) as new,
    ):
        yield old, new


def side_rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every side table."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            one.name: sorted(connection.execute(f"SELECT {one.columns} FROM {one.name}"))  # noqa: S608 - our own names
            for one in SIDE_TABLES
        }


def test_a_moved_store_meets_every_checkpoint_that_somebody_holds(
    path: Path, target: Path, held: bytes, stores: tuple[Store, Store]
) -> None:
    """The registers of exports and every partnership's cases go along, at the same positions."""
    old, new = stores
    moved = move(old, new)
    assert rows_at(target) == rows_at(path)
    assert moved.added == moved.entries == len(rows_at(path))
    assert [len(new.exports(one.partnership)) for one in (KENT, OTHER)] == [1, 1]
    trust = Trust((KEY.public, NEXT.public))
    for store in stores:
        report = store.ledger().verify(trust, trusted=[TrustedCheckpoint("the auditor", held)])
        assert report.findings == []
        assert report.checkpoint
        assert (report.checkpoint.size, report.checkpoint.root) == (moved.entries, moved.root)


@pytest.mark.usefixtures("held")
def test_checkpoints_and_epochs_move_with_the_entries(
    path: Path, target: Path, stores: tuple[Store, Store]
) -> None:
    """They cannot be made again from the entries."""
    move(*stores)
    assert side_rows(target) == side_rows(path)
    assert [len(rows) for rows in side_rows(path).values()] == [2, 1, 0, 0, 0]


@pytest.mark.usefixtures("held")
def test_every_table_is_moved_or_can_be_made_from_what_was_moved(path: Path) -> None:
    """A new table is added to the side tables, unless it can be made from the entries.

    Those of subscriptions are taken along row by row, at the end; see
    `test_subscriptions_go_along`.
    """
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        kent_in(store).read_model().catch_up()
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        tables = {name for (name,) in found if not name.startswith("read_model")}
    derived = {"audit_tiles", "audit_heads", "audit_track"}
    at_the_end = {"subscriptions", "subscription_parked"}
    assert tables - derived - at_the_end - {"stored_events", "sqlite_sequence"} == {
        one.name for one in SIDE_TABLES
    }


def test_what_is_recorded_after_a_move_comes_at_the_next_position(
    path: Path, target: Path, stores: tuple[Store, Store]
) -> None:
    """As it would have come in the old store, after a gap as well."""
    old, new = stores
    send_all(kent_in(old), RECEIVE)
    intruder = IntruderInFile(path)
    intruder.alter(lambda rows: [row._replace(position=row.position * 10) for row in rows])
    move(old, new)
    send_all(kent_in(new), INFORM)
    assert [row[0] for row in rows_at(target)] == [10, 20, 30, 40, 41]


@pytest.mark.usefixtures("held")
def test_a_move_that_was_interrupted_goes_on_where_it_was(
    path: Path, target: Path, stores: tuple[Store, Store]
) -> None:
    """After each page; and what was moved already is not moved again."""

    class Stopped(Exception):  # noqa: N818 - no error of ours
        """The move was stopped."""

    def stop(so_far: Progress) -> None:
        raise Stopped(so_far)

    old, new = stores
    pages = 0
    for _ in range(2):
        with pytest.raises(Stopped):
            move(old, new, stop)
        pages += 1000
        assert len(rows_at(target)) == pages
        assert new.ledger().verify().findings, "half a store is found by its checkpoints"
    moved = move(old, new)
    assert moved.added == moved.entries - pages
    assert rows_at(target) == rows_at(path)
    assert move(old, new).added == 0


def test_a_store_that_grew_is_moved_on_from_where_it_was(stores: tuple[Store, Store]) -> None:
    """The beginning already exists; so most can be moved before the last day."""
    old, new = stores
    send_all(kent_in(old), RECEIVE)
    assert move(old, new).added == 4
    send_all(kent_in(old), INFORM)
    moved = move(old, new)
    assert (moved.added, moved.entries) == (1, 5)


def other_case(store: Store) -> None:
    """Record another case."""
    send_all(kent_in(store), RECEIVE, case="KM-other")


def more_of_the_case(store: Store) -> None:
    """Record the same entries, and one more."""
    send_all(kent_in(store), RECEIVE, INFORM)


@pytest.mark.parametrize("record", [other_case, more_of_the_case])
def test_a_store_that_holds_something_else_is_not_moved_to(
    path: Path, target: Path, stores: tuple[Store, Store], record: Callable[[Store], None]
) -> None:
    """It is refused before anything is written, and says so."""
    old, new = stores
    send_all(kent_in(old), RECEIVE)
    record(new)
    before = rows_at(target)
    with pytest.raises(
        InvalidInputError, match="neither empty nor the result of an unfinished move"
    ):
        move(old, new)
    assert rows_at(target) == before
    assert len(rows_at(path)) == 4


@pytest.mark.usefixtures("held")
def test_a_store_that_holds_another_logs_checkpoint_is_not_moved_to(
    target: Path, stores: tuple[Store, Store]
) -> None:
    """An entry alone does not make a store."""
    old, new = stores
    new.ledger().advance()
    IntruderInFile(target).ask("INSERT INTO audit_checkpoints VALUES ('other.example', 1, x'00')")
    with pytest.raises(InvalidInputError, match="contains a row in its table audit_checkpoints"):
        move(old, new)
    assert rows_at(target) == []


def test_a_store_that_is_not_intact_is_moved_as_far_as_it_goes_and_named(
    path: Path, stores: tuple[Store, Store]
) -> None:
    """A version is missing: the guard of the new store refuses what comes after it."""
    old, new = stores
    send_all(kent_in(old), RECEIVE)
    IntruderInFile(path).alter(lambda rows: [row for row in rows if row.version != 2])
    with pytest.raises(RecordError, match="a version is missing before this one"):
        move(old, new)


def test_an_altered_row_is_found_when_it_has_been_moved(
    path: Path, stores: tuple[Store, Store]
) -> None:
    """Both are verified, and the finding is said."""
    old, new = stores
    send_all(kent_in(old), RECEIVE)
    IntruderInFile(path).alter(
        lambda rows: [*rows[:-1], rows[-1].with_state(b'"version":4', b'"version":5')]
    )
    with pytest.raises(RecordError, match="the source is not intact: it has 1 finding"):
        move(old, new)


def test_what_is_recorded_after_the_last_page_is_said(
    path: Path, stores: tuple[Store, Store]
) -> None:
    """The roots differ, and the store that is moved is as it was."""
    old, new = stores
    send_all(kent_in(old), RECEIVE)

    def another(_: Progress) -> None:
        send_all(kent_in(new), RECEIVE, case="KM-too-early")

    with pytest.raises(
        RecordError, match="the roots of the two stores differ, because something was recorded"
    ):
        move(old, new, another)
    assert len(rows_at(path)) == 4


def test_what_is_recorded_in_the_new_store_meanwhile_stops_the_move(
    target: Path, tmp_path: Path, stores: tuple[Store, Store]
) -> None:
    """Two pages do not close around an entry of somebody else's."""
    old, new = stores
    recorded_in(old, tmp_path)

    def another(_: Progress) -> None:
        send_all(kent_in(new), RECEIVE, case="KM-too-early")

    with pytest.raises(RecordError, match="after position 1000 could not be moved"):
        move(old, new, another)
    assert len(rows_at(target)) == 1004


def test_a_store_in_memory_is_moved_to_a_file_and_never_from_one(target: Path) -> None:
    """It would be lost when the process ends."""
    memory = Store.in_memory()
    send_all(kent_in(memory), RECEIVE)
    with closing(Store.on_sqlite(target, unsealed=True)) as new:
        assert move(memory, new).entries == 4
        with pytest.raises(InvalidInputError, match="lost when the process ends"):
            move(new, Store.in_memory())


def test_a_target_that_is_replaced_meanwhile_is_not_written_to(
    target: Path, tmp_path: Path, stores: tuple[Store, Store]
) -> None:
    """As with everything that is recorded."""
    old, new = stores
    recorded_in(old, tmp_path)

    def away(_: Progress) -> None:
        for end in ("-wal", "-shm", ""):
            Path(f"{target}{end}").rename(tmp_path / f"elsewhere{end}")
        a_store_at(target)

    with pytest.raises(StorageError, match="was replaced or removed while it was open"):
        move(old, new, away)
    assert len(rows_at(target)) == 4
