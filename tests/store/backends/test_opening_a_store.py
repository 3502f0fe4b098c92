"""Opening a store: only our own files are, whatever they are called, and no setting is read."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.sqlite.layout import SEALED_LAYOUT
from rapid_review.store.log.codec import Codec
from rapid_review.store.store import Store
from tests.domain.a_review import INFORM, RECEIVE
from tests.store.a_record import a_store_at, kent_in, rows_at, send_all

# --- Files of others


def a_text(path: Path) -> None:
    """Write a text file."""
    path.write_text("Minutes of the meeting\n" * 100, encoding="utf-8")


def nothing(path: Path) -> None:
    """Write an empty file, as a restore that failed would leave it."""
    path.touch()


def a_database(path: Path) -> None:
    """Write the database of another program."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE stored_events (minutes)")


def a_marked_database(path: Path) -> None:
    """Write a database that another program marked as its own."""
    a_database(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA application_id = 252006673")  # a GeoPackage's kin


def a_database_with_a_log(path: Path) -> None:
    """Write a database of another program that keeps a write-ahead log, as Django's may."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE minutes (words)")


def a_database_left_in_a_crash(path: Path) -> None:
    """Write a database of another program, and what it had only in its log when it crashed."""
    source = path.with_name("source")
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE minutes (words)")
        for end in ("", "-wal"):
            Path(f"{path}{end}").write_bytes(Path(f"{source}{end}").read_bytes())
    source.unlink()


def a_newer_store(path: Path) -> None:
    """Write a store of the layout after this one."""
    a_store_at(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA user_version = {SEALED_LAYOUT + 1}")


def a_store_without_entries(path: Path) -> None:
    """Write a store, and drop its table."""
    a_store_at(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE stored_events")


def content(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with its bytes, but for SQLite's index to a log."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and path.suffix != ".db-shm"
    }


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize(
    ("write", "words"),
    [
        (a_text, "cannot be read as an SQLite file: file is not a database"),
        (nothing, "is not a store of rapid-review; nothing was written to it"),
        (a_database, "is not a store of rapid-review; nothing was written to it"),
        (a_marked_database, "is not a store of rapid-review; nothing was written to it"),
        (a_database_with_a_log, "is not a store of rapid-review; nothing was written to it"),
        (a_database_left_in_a_crash, "is not a store of rapid-review; nothing was written to it"),
        (a_store_without_entries, "is a rapid-review store whose table of entries is missing"),
        (
            a_newer_store,
            f"is a rapid-review store of layout {SEALED_LAYOUT + 1}; this version reads",
        ),
    ],
)
def test_a_file_of_others_is_refused_and_left_exactly_as_it_was(
    tmp_path: Path, write: Callable[[Path], None], words: str, *, create: bool
) -> None:
    """Byte for byte, and with nothing new beside it; the message says what else to do."""
    path = tmp_path / "minutes.db"
    write(path)
    before = content(tmp_path)
    with pytest.raises(RecordError, match=rf"^minutes\.db {words}.* --store$"):
        Store.on_sqlite(path, create=create, unsealed=True)
    assert content(tmp_path) == before


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    """Nor is a file a folder in which a store could be made."""
    with pytest.raises(RecordError, match="is a folder, not a store"):
        Store.on_sqlite(tmp_path, unsealed=True)
    a_text(tmp_path / "minutes")
    with pytest.raises(RecordError, match=r"record\.db cannot be read .*: Not a directory"):
        Store.on_sqlite(tmp_path / "minutes" / "record.db", unsealed=True)


# --- Making one


def test_no_store_is_made_where_none_is_to_be_made(tmp_path: Path) -> None:
    """A mistyped name would otherwise read as a partnership without a case."""
    with pytest.raises(
        RecordError, match=r"there is no store at record\.db; make one with `rapid-review db init`"
    ):
        Store.on_sqlite(tmp_path / "record.db", create=False)
    assert content(tmp_path) == {}


def test_a_store_is_not_made_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """The message names the file asked for, and the folder that is missing."""
    with pytest.raises(
        RecordError, match=r"no store could be made at record\.db: the folder .*nowhere does not"
    ):
        Store.on_sqlite(tmp_path / "nowhere" / "record.db", unsealed=True)


def test_a_new_store_is_one_file_and_whole(tmp_path: Path) -> None:
    """Nothing of its making is left beside it, and nothing is left to be done by the first user.

    Bytes 18 and 19 of the header say that it keeps a write-ahead log: two processes that had to
    change that at the same moment would find it locked.
    """
    Store.on_sqlite(tmp_path / "record.db", unsealed=True).close()
    assert [path.name for path in tmp_path.iterdir()] == ["record.db"]
    assert (tmp_path / "record.db").read_bytes()[18:20] == b"\x02\x02"
    with closing(Store.on_sqlite(tmp_path / "record.db", create=False)) as store:
        assert list(store.all_entries()) == []


def test_opening_a_store_again_leaves_it_as_it_is(tmp_path: Path) -> None:
    """Whether or not it may be made."""
    entries = a_store_at(tmp_path / "record.db")
    before = content(tmp_path)
    for create in (True, False):
        with closing(
            Store.on_sqlite(tmp_path / "record.db", create=create, unsealed=True)
        ) as store:
            assert tuple(store.all_entries()) == entries
    assert content(tmp_path) == before


def test_a_second_opening_takes_no_lock_from_the_first(tmp_path: Path) -> None:
    """On POSIX, closing any handle on a file drops the process's locks on it, SQLite's too.

    If the second opening had read the file by itself, the next program to close the store would
    take itself for the last, and take the log away from under the first.
    """
    path = tmp_path / "record.db"
    look = f"import sqlite3; c = sqlite3.connect({str(path)!r}); c.execute('PRAGMA user_version')"
    with closing(Store.on_sqlite(path, unsealed=True)) as first:
        send_all(kent_in(first), RECEIVE)
        Store.on_sqlite(path, unsealed=True).close()
        subprocess.run([sys.executable, "-S", "-c", look + "; c.close()"], check=True)  # noqa: S603 - our own words
        assert path.with_name("record.db-wal").exists()
        assert len(send_all(kent_in(first), INFORM)) == 1
    assert len(rows_at(path)) == 5


# --- Names

NAMES = [
    "a space.db",
    "what?mode=memory.db",
    "mode=memory",
    "#1.db",
    "50%41.db",
    "M\u00fcller\u2019s \U0001f9f8.db",
    ":memory:",
    "file:record.db",
    "a&b;'c'.db",
    *(["not-utf-8-\udcff.db"] if sys.platform == "linux" else []),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_nothing_but_itself(tmp_path: Path, name: str) -> None:
    """Not a URI, not a parameter, not memory: the entry is in the file of that very name."""
    entries = a_store_at(tmp_path / name)
    assert [os.fsencode(path) for path in tmp_path.iterdir()] == [os.fsencode(tmp_path / name)]
    with closing(Store.on_sqlite(tmp_path / name, create=False)) as store:
        assert tuple(store.all_entries()) == entries


def test_a_store_stays_where_it_was_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative name is looked up once, and not again when the process has gone elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(tmp_path)
    with closing(Store.on_sqlite("record.db", unsealed=True)) as store:
        monkeypatch.chdir(elsewhere)
        send_all(kent_in(store), RECEIVE)
    assert len(rows_at(tmp_path / "record.db")) == 4
    assert list(elsewhere.iterdir()) == []


# --- Settings


def test_no_environment_variable_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the library beneath would take from the environment has no effect on the record."""
    for name, value in {
        "PERSISTENCE_MODULE": "eventsourcing.popo",
        "SQLITE_DBNAME": str(tmp_path / "elsewhere.db"),
        "SQLITE_LOCK_TIMEOUT": "none",
        "CREATE_TABLE": "no",
        "MAPPER_TOPIC": "nowhere:Mapper",
        "COMPRESSOR_TOPIC": "zlib",
        "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher",
        "IS_SNAPSHOTTING_ENABLED": "yes",
    }.items():
        monkeypatch.setenv(name, value)
    entries = a_store_at(tmp_path / "record.db")
    assert [path.name for path in tmp_path.iterdir()] == ["record.db"]
    first = rows_at(tmp_path / "record.db")[0]
    assert first[4] == Codec().encode(entries[0])
