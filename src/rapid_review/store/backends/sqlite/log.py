"""The SQLite store: one file, append-only by trigger, flushed to disk at every commit.

Built on the recorders of `eventsourcing`, with what they leave out: positions that are never used
twice, no gap in a case's versions, no UPDATE and no DELETE, and a mark by which a file of another
program is told from ours.
"""

import os
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, cast
from uuid import UUID
from weakref import WeakKeyDictionary

from eventsourcing.persistence import IntegrityError, InterfaceError, PersistenceError
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)

from rapid_review.audit.log import durable
from rapid_review.domain.errors import RecordError, StorageError
from rapid_review.store.backends import side_tables
from rapid_review.store.backends.answers import SQLiteAnswers
from rapid_review.store.backends.ports import ELSEWHERE, WholeRow
from rapid_review.store.backends.sqlite.access import address_of, beside, is_unchanging, unreadable
from rapid_review.store.backends.sqlite.file import Identity, OpenedFile
from rapid_review.store.backends.sqlite.guards import GUARDS
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
    *GUARDS.values(),
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {LAYOUT}",
)


class DurablePool(SQLiteConnectionPool):
    """Connections that flush to disk at every commit, whatever the build's default is."""

    def _create_connection(self) -> SQLiteConnection:
        try:
            connection = super()._create_connection()
            cursor = connection.cursor()
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("SELECT 1 FROM sqlite_schema")  # whoever reads opens the log
            cursor.fetchall()
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
                if is_unchanging(self.db_name):
                    conn.close()
                super().put_connection(conn)

    def close(self) -> None:
        """Close the idle connections now, and each of the others when it is given back.

        SQLite crashes the process if a connection is closed while another thread is using it.
        """
        with self._put_condition:
            self._in_use.clear()
            super().close()


class DurableDatastore(SQLiteDatastore):
    """A datastore over durable connections to the file that was opened, and no other.

    Args:
        file: where it is. It goes in as a URI, in which no name means anything but itself.
    """

    def __init__(self, file: OpenedFile) -> None:
        super().__init__(file.uri)
        self.file = file
        self.pool = DurablePool(db_name=file.uri)
        self._logs = WeakKeyDictionary[SQLiteConnection, Identity | None]()

    @contextmanager
    def transaction(self, *, commit: bool) -> Generator[SQLiteCursor, None, None]:
        """Lend a cursor for a transaction; what it writes stands in the file at the path.

        Held before anything is done, so that nothing is written in vain; and after the commit, for
        nothing else says what the file was at that moment.

        Raises:
            RecordError: the file is damaged, and where.
            StorageError: it was replaced or removed.
        """
        try:
            with self.get_connection(commit=commit) as connection:
                if connection not in self._logs:  # new, and it has just opened the log
                    self._logs[connection] = self.file.log()
                self.file.hold(self._logs[connection])
                with connection.transaction(commit=commit) as cursor:
                    yield cursor
                if commit:
                    self.file.hold(self._logs[connection])
        except PersistenceError as error:
            if damage := self.file.damage(error.__cause__):
                raise damage from error
            raise


class AppendOnlyRecorder(SQLiteApplicationRecorder):
    """Records entries in a table that refuses change, gaps and re-used positions."""

    # Given when it is made, and never replaced by another: so it may be of the narrower type.
    datastore: DurableDatastore  # type: ignore[mutable-override]  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, datastore: DurableDatastore) -> None:
        super().__init__(datastore)
        self._file = datastore.file
        self.insert_events_statement = (
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            "VALUES (?,?,?,?)"
        )
        self.answers = SQLiteAnswers(datastore)

    def construct_create_table_statements(self) -> list[str]:
        """Return what makes the table, its guards and the file's mark."""
        return list(_TABLES)

    def take_over(self, rows: Sequence[WholeRow], after: int) -> None:
        """Insert rows of another store at the positions they have there; see `Store.take_over`.

        Raises:
            IntegrityError: this store ends elsewhere, or a row is not as it must be.
        """
        with self.datastore.transaction(commit=True) as cursor:
            cursor.executemany(
                "INSERT INTO stored_events "
                "(rowid, originator_id, originator_version, topic, state) VALUES (?,?,?,?,?)",
                rows,
            )
            cursor.execute("SELECT COUNT(*) FROM stored_events WHERE rowid > ?", (after,))
            if cursor.fetchone()[0] != len(rows):
                raise IntegrityError(ELSEWHERE.format(after))

    def copy_to(self, path: Path) -> None:
        """Copy the whole database to a new file, as it is at one moment; others go on writing."""
        with (
            self.datastore.transaction(commit=False) as cursor,
            closing(sqlite3.connect(path)) as copy,
        ):
            cursor.sqlite_cursor.connection.backup(copy)

    def rows_of(self, stream: UUID) -> Sequence[Row]:
        """Return one case's rows, plain: a replay wants nothing more of them."""
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(
                "SELECT originator_version, topic, state FROM stored_events "
                "WHERE originator_id = ? ORDER BY originator_version",
                (stream.hex,),
            )
            return cast("Sequence[Row]", cursor.fetchall())  # sqlite3.Row unpacks as a tuple

    def convert_originator_id(self, originator_id: str) -> UUID | str:
        """Return the stream that a row is in.

        Raises:
            RecordError: the row is damaged.
        """
        try:
            return super().convert_originator_id(originator_id)
        except (ValueError, TypeError, AttributeError):
            raise self._file.damaged() from None

    def read_models(self) -> SQLiteDatabase:
        """Return the same file, for a read model."""
        return SQLiteDatabase(self._file.uri, self._file)


def open_recorder(path: Path, *, create: bool) -> AppendOnlyRecorder:
    """Open the store in a file, making it first if it is not there and may be made.

    Raises:
        RecordError: there is none; or the file is another program's, or of another layout, or its
            entries are gone.
        StorageError: it may not be read, or cannot be made.
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
    return AppendOnlyRecorder(DurableDatastore(OpenedFile(path)))


def _make(path: Path) -> None:
    """Make a store, unless someone else is first; then theirs is the store.

    It is made whole beside its place and then given its name, so that nobody who starts at the
    same moment, and no crash, ever meets half a store.
    """
    try:
        with durable.beside(path) as fresh:
            new = fresh / path.name
            durable.create_empty(
                new
            )  # SQLite would let everybody read it, and gives its logs its rights
            with closing(sqlite3.connect(new, isolation_level=None)) as connection:
                others = [statement.format(at="") for statement in side_tables.CREATE]
                tables = ("BEGIN", *_TABLES, *others, "COMMIT")
                for statement in ("PRAGMA journal_mode = WAL", *tables):
                    connection.execute(statement)
            durable.put(new, path)
    except (sqlite3.Error, OSError) as error:
        if os.path.lexists(path):  # whoever was first removed what we had not finished
            return
        reason = error.strerror if isinstance(error, OSError) else error
        raise StorageError(
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
        address = address_of(path)
        unfinished = beside(path)[0].exists() or Path(f"{path}-journal").exists()
        if unfinished:  # else, read-only, SQLite leaves empty files of its own
            address = address.replace("mode=rw", "mode=ro")
        with closing(sqlite3.connect(address, uri=True)) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            layout = connection.execute("PRAGMA user_version").fetchone()[0]
            table = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'stored_events'"
            ).fetchone()
    except FileNotFoundError:
        return None
    except (sqlite3.Error, OSError) as error:
        raise unreadable(path, error) from error
    return application, layout, table is not None
