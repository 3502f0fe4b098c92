"""The read model in an SQLite file, beside the entries it is made of; and in memory."""

import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from operator import itemgetter
from threading import RLock
from typing import TYPE_CHECKING, Final, TypeVar, cast
from uuid import UUID

from rapid_review.domain.errors import StorageError
from rapid_review.store.backends.derived_tables import CREATE, TOLD_BY
from rapid_review.store.backends.ports import OPENING, Place, Select, WholeRow, marks
from rapid_review.store.backends.sqlite.access import is_unchanging
from rapid_review.store.backends.sqlite.file import Identity, OpenedFile
from rapid_review.store.backends.sqlite.guards import MADE, open_guards
from rapid_review.store.log.codec import Row as StoredRow
from rapid_review.store.read_model.rows import Row

if TYPE_CHECKING:
    from rapid_review.store.backends.memory import InMemoryRecorder

PATIENCE: Final = 15.0
"""Seconds to wait for others who write."""
_WHOLE: Final = (
    "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events "
    "WHERE rowid > ? ORDER BY rowid LIMIT ?"
)
LOOK: Final = 0.02
"""Seconds between two looks at whether the file has changed; a look costs microseconds."""

T = TypeVar("T")


class SQLiteWriter:
    """A transaction's statements."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Row = ()) -> int:
        """Ask a statement once; return how many rows it changed."""
        return self._connection.execute(statement.format(at=""), values).rowcount

    def insert(self, statement: str, rows: Iterable[Row]) -> None:
        """Ask an INSERT for each row."""
        self._connection.executemany(statement.format(at=""), rows)


class SQLiteDatabase:
    """One connection of the read model's own, lent to one thread at a time.

    Args:
        uri: the file, as SQLite names it; one that is not there is not made.
        file: the file that the store was opened in; None in memory.
    """

    def __init__(self, uri: str, file: OpenedFile | None = None) -> None:
        self._uri = uri
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self._file = file
        self._log: Identity | None = None
        self._closed = False

    def page(self, after: int, limit: int) -> Sequence[Place]:
        """Return where the next entries after a position are, in order."""
        found = self.rows(
            "SELECT rowid, originator_id, originator_version FROM stored_events "
            "WHERE rowid > ? ORDER BY rowid LIMIT ?",
            (after, limit),
        )
        return cast("Sequence[Place]", found)

    def openings(self, streams: Sequence[str]) -> Mapping[str, bytes]:
        """Return, by stream, how the body of its first entry begins."""
        found = self.rows(
            "SELECT originator_id, substr(state, 1, ?) FROM stored_events "
            f"WHERE originator_id IN ({marks(streams)}) AND originator_version = 1",
            (OPENING, *streams),
        )
        return dict(cast("Sequence[tuple[str, bytes]]", found))

    def whole(self, after: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position, whole, in order; of whatever type they are."""
        with self._lent() as connection:
            found = _WHOLE, (after, limit)
            try:
                return connection.execute(*found).fetchall()
            except sqlite3.OperationalError as error:
                if "decode" not in str(error):
                    raise
            # Bytes that are said to be text, and are none: text is read as it can be.
            try:
                connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
                return connection.execute(*found).fetchall()
            finally:
                connection.text_factory = str

    def streams(self, streams: Sequence[str]) -> Iterator[tuple[str, Sequence[StoredRow]]]:
        """Yield each of these streams that there is, with all its rows from the first version."""
        found = self.rows(
            "SELECT originator_id, originator_version, topic, state FROM stored_events "
            f"WHERE originator_id IN ({marks(streams)}) "
            "ORDER BY originator_id, originator_version",
            tuple(streams),
        )
        for stream, rows in groupby(found, key=itemgetter(0)):
            yield stream, cast("Sequence[StoredRow]", [row[1:] for row in rows])

    def position_of(self, stream: str, version: int) -> int:
        """Return the position of an entry that is there."""
        found = self.rows(
            "SELECT rowid FROM stored_events WHERE originator_id = ? AND originator_version = ?",
            (stream, version),
        )
        return cast("int", found[0][0])

    def first_position(self) -> int:
        """Return the position of the first entry; 1 if there is none."""
        with self._lent() as connection:
            found = connection.execute("SELECT COALESCE(MIN(rowid), 1) FROM stored_events")
            return cast("int", found.fetchone()[0])

    def last_position(self) -> int:
        """Return the position of the newest entry; 0 if there is none."""
        with self._lent() as connection:
            found = connection.execute("SELECT COALESCE(MAX(rowid), 0) FROM stored_events")
            return cast("int", found.fetchone()[0])

    def tables(self) -> frozenset[str]:
        """Return the names of the tables that are there."""
        found = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        return frozenset(row[0] for row in found)

    def open_guards(self) -> Sequence[str]:
        """Return the names of the guards on the entries that are not there as they are made."""
        return open_guards(self.rows(MADE))

    def prepare(self) -> None:
        """Make the tables, unless they are there.

        Looked for first: whoever only reads need not have the right to write, nor the lock.
        """
        if not self.tables() >= TOLD_BY:
            self.write(_made)

    def rows(self, statement: str, values: Row = ()) -> Sequence[Row]:
        """Return what a SELECT finds."""
        with self._lent() as connection:
            return connection.execute(statement.format(at=""), values).fetchall()

    def read(self, work: Callable[[Select], T]) -> T:
        """Do some reading in one transaction, so that all of it sees one moment.

        Other threads that use this connection wait; one that is reading already reads on.
        """
        with self._lent() as connection:
            if connection.in_transaction:
                return work(self.rows)
            try:
                connection.execute("BEGIN")  # the first SELECT chooses the moment
                return work(self.rows)
            finally:
                if connection.in_transaction:
                    connection.rollback()

    def write(self, work: Callable[[SQLiteWriter], bool]) -> bool:
        """Do some work in one transaction, which stands if it says so; return what it says."""
        with self._lent() as connection:
            if connection.in_transaction:
                raise sqlite3.OperationalError("it is just being read; write when that has ended")
            try:
                connection.execute("BEGIN IMMEDIATE")
                stands = work(SQLiteWriter(connection))
                connection.execute("COMMIT" if stands else "ROLLBACK")
            finally:
                if connection.in_transaction:
                    connection.rollback()
            self._hold()
            return stands

    @contextmanager
    def news(self) -> Generator[Callable[[], bool], None, None]:
        """Listen: SQLite counts the changes that other connections make to the file."""
        seen = self._changes()

        def came() -> bool:
            nonlocal seen
            before, seen = seen, self._changes()
            if before == seen:
                time.sleep(LOOK)
            return before != seen

        yield came

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._closed = True
            self._disconnect()

    def __del__(self) -> None:
        self._disconnect()  # as one in memory is that nobody closes

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _changes(self) -> int:
        with self._lent() as connection:
            return cast("int", connection.execute("PRAGMA data_version").fetchone()[0])

    def _open(self) -> sqlite3.Connection:
        """Return the connection, to the file that is still the one at the path."""
        if self._closed:
            raise sqlite3.ProgrammingError("it is closed")
        if is_unchanging(self._uri):
            self._disconnect()
        if self._connection is None:
            connection = self._connected()
            try:
                connection.execute("SELECT 1 FROM sqlite_schema").fetchall()  # it opens the log
            except sqlite3.Error:
                connection.close()
                raise
            self._log = self._file.log() if self._file else None
            self._connection = connection
        self._hold()
        return self._connection

    def _hold(self) -> None:
        if self._file is not None:
            self._file.hold(self._log)

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._uri, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        # What is lost with the power is caught up with again, and the log is one: no row of ours
        # can outlast the entries it was made of. So no commit need wait for the disk.
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    @contextmanager
    def _lent(self) -> Generator[sqlite3.Connection, None, None]:
        """Lend the connection.

        Raises:
            RecordError: the file is damaged, and where.
            StorageError: it cannot be read or written, or was replaced or removed.
        """
        with self._lock:
            try:
                yield self._open()
            except sqlite3.Error as error:
                if self._file is not None and (damage := self._file.damage(error)):
                    raise damage from error
                raise StorageError(
                    f"the read model could not be read or written: {error}. See that the store is "
                    "where it was, that the disk has room, that the file may be written, with the "
                    "-wal and -shm beside it, and that no other program holds it locked; then ask "
                    "again: what was caught up with stands, and the entries are untouched"
                ) from error


class InMemoryDatabase(SQLiteDatabase):
    """Tables in memory, over entries in memory."""

    def __init__(self, recorder: "InMemoryRecorder") -> None:
        super().__init__("file::memory:")
        self._recorder = recorder

    def page(self, after: int, limit: int) -> Sequence[Place]:
        """Return where the next entries after a position are, in order."""
        rows = self._recorder.select_notifications(after, limit, inclusive_of_start=False)
        return [(row.id, _stream(row.originator_id), row.originator_version) for row in rows]

    def openings(self, streams: Sequence[str]) -> Mapping[str, bytes]:
        """Return, by stream, how the body of its first entry begins."""
        return {stream: rows[0][2] for stream, rows in self.streams(streams)}

    def whole(self, after: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position, whole, in order."""
        rows = self._recorder.select_notifications(after, limit, inclusive_of_start=False)
        return [
            (row.id, _stream(row.originator_id), row.originator_version, row.topic, row.state)
            for row in rows
        ]

    def streams(self, streams: Sequence[str]) -> Iterator[tuple[str, Sequence[StoredRow]]]:
        """Yield each of these streams that there is, with all its rows from the first version."""
        for stream in streams:
            yield stream, self._recorder.rows_of(UUID(stream))

    def position_of(self, stream: str, version: int) -> int:
        """Return the position of an entry that is there."""
        return next(
            row.id
            for row in self._recorder.select_notifications(None, self.last_position())
            if (_stream(row.originator_id), row.originator_version) == (stream, version)
        )

    def open_guards(self) -> Sequence[str]:
        """Return none: in memory no statement can reach the entries."""
        return ()

    def first_position(self) -> int:
        """Return the position of the first entry: in memory they begin at 1."""
        return 1

    def last_position(self) -> int:
        """Return the position of the newest entry; 0 if there is none."""
        return self._recorder.max_notification_id() or 0

    def _connected(self) -> sqlite3.Connection:
        return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)

    def _changes(self) -> int:
        return self.last_position()


def _stream(stream: object) -> str:
    return cast("UUID", stream).hex


def _made(writer: SQLiteWriter) -> bool:
    for statement in CREATE:
        writer.execute(statement)
    return True
