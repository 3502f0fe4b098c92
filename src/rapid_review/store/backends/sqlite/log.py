"""The SQLite store: one file, append-only by trigger, flushed to disk at every commit.

Built on the recorders of `eventsourcing`, with what they leave out: positions that are never used
twice, no gap in a case's versions, no UPDATE and no DELETE, and a mark by which a file of another
program is told from ours.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast
from uuid import UUID

from eventsourcing.persistence import InterfaceError
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteDatastore,
)

from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.sqlite.tables import SQLiteDatabase
from rapid_review.store.log.codec import Row

APPLICATION_ID: Final = 0x52526576  # "RRev": SQLite keeps it in the file's header
LAYOUT: Final = 1  # of the tables below; kept in the header as user_version

_TABLES: Final = (
    # `rowid` by that very name: the library reads row["rowid"]. AUTOINCREMENT: an id that was
    # once used is never used again, so no reader that has passed it can miss an event.
    """CREATE TABLE IF NOT EXISTS stored_events (
        rowid INTEGER PRIMARY KEY AUTOINCREMENT,
        originator_id TEXT NOT NULL,
        originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        state BLOB NOT NULL,
        UNIQUE (originator_id, originator_version)
    ) STRICT""",
    """CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'an entry is never edited: correct it with a new one'); END""",
    """CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'an entry is never deleted: correct it with a new one'); END""",
    """CREATE TRIGGER IF NOT EXISTS no_gap BEFORE INSERT ON stored_events
    WHEN NEW.originator_version > 1 + COALESCE((SELECT MAX(originator_version)
        FROM stored_events WHERE originator_id = NEW.originator_id), 0)
    BEGIN SELECT RAISE(ABORT, 'a version is missing before this one'); END""",
    # INSERT OR REPLACE takes away the row it replaces without asking `no_delete`.
    """CREATE TRIGGER IF NOT EXISTS no_replacement BEFORE INSERT ON stored_events
    WHEN EXISTS (SELECT 1 FROM stored_events WHERE rowid = NEW.rowid)
    OR EXISTS (SELECT 1 FROM stored_events
        WHERE originator_id = NEW.originator_id AND originator_version = NEW.originator_version)
    BEGIN SELECT RAISE(ABORT, 'an entry is there already, and is never replaced'); END""",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {LAYOUT}",
)


class DurablePool(SQLiteConnectionPool):
    """Connections that flush to disk at every commit, whatever the build's default is."""

    def _create_connection(self) -> SQLiteConnection:
        try:
            connection = super()._create_connection()
            connection.cursor().execute("PRAGMA synchronous = FULL")
        except sqlite3.Error as error:
            raise InterfaceError(error) from error  # as the library does for most of them
        return connection

    def get_connection(
        self, timeout: float | None = None, *, is_writer: bool | None = None
    ) -> SQLiteConnection:
        """Issue a connection; where it cannot be made, the next writer need not wait for it."""
        try:
            return super().get_connection(timeout, is_writer=is_writer)
        except InterfaceError:  # not made, and the library keeps the writer's place for it
            if is_writer:
                self._num_writers -= 1
                self._writer_lock.release()
            raise

    def put_connection(self, conn: SQLiteConnection) -> None:
        """Take a connection back, with nothing left open on it by an interruption."""
        with self._put_condition:
            if self._closed:
                conn.close()
            else:
                conn.rollback()
                super().put_connection(conn)

    def close(self) -> None:
        """Close the idle connections now, and each of the others when it is given back.

        SQLite crashes the process if a connection is closed while another thread is using it.
        """
        with self._put_condition:
            self._in_use.clear()
            super().close()


class DurableDatastore(SQLiteDatastore):
    """A datastore over durable connections.

    Args:
        path: an absolute path. It goes in as a URI, in which no name means anything but itself.
    """

    def __init__(self, path: Path) -> None:
        uri = f"{path.as_uri()}?mode=rw"  # a store that has gone is not made anew, empty
        super().__init__(uri)
        self.pool = DurablePool(db_name=uri)


class AppendOnlyRecorder(SQLiteApplicationRecorder):
    """Records entries in a table that refuses change, gaps and re-used positions."""

    def __init__(self, datastore: SQLiteDatastore) -> None:
        super().__init__(datastore)
        self.insert_events_statement = (
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            "VALUES (?,?,?,?)"
        )

    def construct_create_table_statements(self) -> list[str]:
        """Return what makes the table, its guards and the file's mark."""
        return list(_TABLES)

    def rows_of(self, stream: UUID) -> Sequence[Row]:
        """Return one case's rows, plain: a replay wants nothing more of them."""
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(
                "SELECT originator_version, topic, state FROM stored_events "
                "WHERE originator_id = ? ORDER BY originator_version",
                (stream.hex,),
            )
            return cast("Sequence[Row]", cursor.fetchall())  # sqlite3.Row unpacks as a tuple

    def read_models(self) -> SQLiteDatabase:
        """Return the same file, for a read model."""
        return SQLiteDatabase(self.datastore.pool.db_name)


def open_recorder(path: Path, *, create: bool) -> AppendOnlyRecorder:
    """Open the store in a file, making it first if it is not there and may be made.

    Raises:
        RecordError: there is none; or the file is another program's, or of another layout, or its
            entries are gone.
    """
    path = path.absolute()
    mark = _mark_of(path)
    if mark is None:
        if not create:
            raise RecordError(
                f"there is no store at {path.name}; `rapid-review db init` makes one"
            )
        _make(path)
        mark = _mark_of(path)
    if mark == (APPLICATION_ID, LAYOUT, False):
        raise RecordError(
            f"{path.name} is a rapid-review store whose table of entries is gone. Restore it "
            "from a backup, and verify that by the checkpoints that were kept elsewhere; or name "
            "another file with --store"
        )
    if mark != (APPLICATION_ID, LAYOUT, True):
        raise RecordError(
            f"{path.name} is "
            + (
                f"a rapid-review store of layout {mark[1]}; this version reads layout {LAYOUT}"
                if mark and mark[0] == APPLICATION_ID
                else "not a store of rapid-review; nothing was written to it"
            )
            + ". Name another file with --store"
        )
    return AppendOnlyRecorder(DurableDatastore(path))


def _make(path: Path) -> None:
    """Make a store, unless someone else is first; then theirs is the store.

    It is made whole beside its place and then given its name, so that nobody who starts at the
    same moment, and no crash, ever meets half a store.
    """
    try:
        with TemporaryDirectory(prefix=".rapid-review-", dir=path.parent) as folder:
            new = Path(folder) / "new.db"
            with closing(sqlite3.connect(new, isolation_level=None)) as connection:
                for statement in ("PRAGMA journal_mode = WAL", "BEGIN", *_TABLES, "COMMIT"):
                    connection.execute(statement)
            with suppress(FileExistsError):
                path.hardlink_to(new)
    except (sqlite3.Error, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise RecordError(
            f"no store could be made at {path.name}: {reason}. See that its folder is there and "
            "may be written, and that the disk has room; or name another file with --store"
        ) from error


def _mark_of(path: Path) -> tuple[int, int, bool] | None:
    """Return what a file's header says, and if it holds our table; None if there is no file.

    The header says the application's id and the layout.

    A file of another program is left exactly as it was, and so is what it keeps beside it. SQLite
    must do the reading: whoever opens and closes such a file otherwise takes away the locks that
    the same process holds on it.
    """
    try:
        path.stat()
        unfinished = any(Path(f"{path}{end}").exists() for end in ("-wal", "-journal"))
        mode = "ro" if unfinished else "rw"  # read-only, SQLite leaves empty files of its own
        with closing(sqlite3.connect(f"{path.as_uri()}?mode={mode}", uri=True)) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            layout = connection.execute("PRAGMA user_version").fetchone()[0]
            table = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'stored_events'"
            ).fetchone()
    except FileNotFoundError:
        return None
    except (sqlite3.Error, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise RecordError(
            f"{path.name} cannot be read as an SQLite file: {reason}. See that it, and its "
            "folder, may be read and written; or name another file with --store"
        ) from error
    return application, layout, table is not None
