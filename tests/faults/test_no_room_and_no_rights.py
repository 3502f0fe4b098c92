"""A full disc, a read-only file: it is said clearly, nothing is left in part, and it passes."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.open import joined
from rapid_review.store.backends.sqlite.opening import open_sqlite
from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE
from tests.faults.a_writer import (
    BATCH,
    batch,
    fill,
    letter,
    make_without_room,
    without_rights,
)
from tests.faults.processes import said, writer
from tests.store.a_record import CASE, TEAM, a_store_at, kent_in, send_all

# --- A full disc

NO_ROOM = "the store could not be written: {}. Check that the disk has room"


@pytest.mark.parametrize(
    "room",
    [
        200_000,
        *(pytest.param(n, marks=pytest.mark.faults) for n in range(60_000, 900_000, 70_001)),
    ],
)
def test_a_disc_that_fills_up_stops_the_writing_and_nothing_else(
    tmp_path: Path, room: int
) -> None:
    """A batch is refused whole, and single entries once they too would need more than `room`.

    No file may grow beyond so many bytes. Reading works throughout; with room again, what was
    refused is recorded.
    """
    lines = said(writer(fill, tmp_path / "record.db", room))
    letters = [line["command_id"] for line in lines if "command_id" in line]
    refusals = [line["refused"] for line in lines if "refused" in line]
    assert len(refusals) == 2
    assert all(NO_ROOM.format("disk I/O error") in refusal for refusal in refusals)
    assert [line["cases"] for line in lines if "cases" in line] == [1, 601]
    assert [line["entries"] for line in lines if "entries" in line] == [
        4 + len(letters) - 1,
        4 + len(letters),
    ]


@pytest.mark.parametrize(
    "more", [0, 1, 3, *(pytest.param(n, marks=pytest.mark.faults) for n in range(5, 60, 6))]
)
def test_a_database_that_may_not_grow_refuses_a_batch_whole(tmp_path: Path, more: int) -> None:
    """SQLite's own limit, `max_page_count`, so many pages above what there is."""
    recorder = open_sqlite(tmp_path / "record.db", create=True, sealed=False)
    with closing(Store(joined(recorder), unsealed=True)) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)

        def allow(pages: str) -> None:
            with recorder.datastore.get_connection(commit=True) as connection:
                connection.cursor().execute(f"PRAGMA max_page_count = {pages}")

        with recorder.datastore.transaction(commit=False) as cursor:
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
        allow(f"{pages + more}")
        with pytest.raises(RecordError) as raised:
            reviews.import_histories(batch("much", 10 * BATCH), by=TEAM)
        assert NO_ROOM.format("database or disk is full") in str(raised.value)
        assert reviews.references() == (CASE,)
        assert len(reviews.history(CASE)) == 4
        allow("1073741823")
        send_all(reviews, letter("L-1"))
        assert reviews.import_histories(batch("much", 10 * BATCH), by=TEAM).cases == 10 * BATCH
        assert [entry.version for entry in reviews.history(CASE)] == [1, 2, 3, 4, 5]


def test_no_half_of_a_store_is_made_on_a_full_disc(tmp_path: Path) -> None:
    """The file is not there, so the next start is not told that it is another program's."""
    path = tmp_path / "record.db"
    (line,) = said(writer(make_without_room, path))
    assert line["refused"].startswith("no store could be made at record.db: ")
    assert list(tmp_path.iterdir()) == []
    assert a_store_at(path)


# --- No rights


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that anybody can reach, unlike pytest's own, until its rights are taken."""
    made = Path(tempfile.mkdtemp(prefix="rapid-review-"))
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


def test_a_file_that_may_not_be_written_is_read_and_says_so_when_it_is_written(
    folder: Path,
) -> None:
    """In a folder that may be written, where SQLite keeps its log beside the file.

    It gives the log the rights of the file, so both must be given back: the message says so.
    """
    path = folder / "record.db"
    a_store_at(path)
    path.chmod(0o444)
    folder.chmod(0o777)
    first, second = said(writer(without_rights, path))
    assert first == {"entries": 4}
    assert "could not be written: attempt to write a readonly database" in second["refused"]
    assert "you may write the file and the -wal and -shm beside it" in second["refused"]
    for one in folder.iterdir():
        one.chmod(0o666)
    assert {"command_id": "L-1", "versions": [5]} in said(writer(without_rights, path))


def test_a_folder_that_may_not_be_written_keeps_nobody_from_reading(folder: Path) -> None:
    """As on a disc that is write-protected; it says so when it is written, and loses nothing."""
    path = folder / "record.db"
    a_store_at(path)
    before = path.read_bytes()
    path.chmod(0o444)
    folder.chmod(0o555)
    first, second = said(writer(without_rights, path))
    assert first == {"entries": 4}
    assert "could not be written: attempt to write a readonly database" in second["refused"]
    assert path.read_bytes() == before
    folder.chmod(0o777)
    path.chmod(0o666)
    assert {"command_id": "L-1", "versions": [5]} in said(writer(without_rights, path))


def test_a_store_is_not_made_where_nothing_may_be(folder: Path) -> None:
    """The message says which rights are wanting, and where."""
    folder.chmod(0o555)
    (line,) = said(writer(without_rights, folder / "record.db"))
    assert line["refused"].startswith(
        "no store could be made at record.db: Permission denied. Check that you may "
        "write in its folder"
    )


def test_a_store_that_may_not_be_seen_is_not_taken_for_a_missing_one(folder: Path) -> None:
    """A folder that may not be entered: whether there is a store is not known."""
    path = folder / "record.db"
    a_store_at(path)
    folder.chmod(0o000)
    (line,) = said(writer(without_rights, path))
    assert line["refused"].startswith(
        "record.db cannot be read as an SQLite file: Permission denied"
    )
