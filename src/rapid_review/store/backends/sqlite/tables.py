"""The tables beside the entries in an SQLite file."""

import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Final, TypeVar, cast

from rapid_review.domain.errors import ClosedError, StorageError
from rapid_review.store.backends.behind import Behind
from rapid_review.store.backends.ports import Select, Values
from rapid_review.store.backends.sqlite.access import ensure_write_ahead_log, is_unchanging
from rapid_review.store.backends.sqlite.file import OpenedFile
from rapid_review.store.backends.sqlite.layout import for_sqlite
from rapid_review.store.closing import closed_on_failure
from rapid_review.store.sql.beside import CREATE, SHOWN_BY

if TYPE_CHECKING:
    from rapid_review.store.backends.sqlite.identity import Identity

PATIENCE: Final = 15.0
"""Seconds to wait for others who write."""
LOOK: Final = 0.02
"""Seconds between two checks whether the file has changed; a check takes microseconds."""

T = TypeVar("T")


class SQLiteWriter:
    """A transaction's statements."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Values = ()) -> int:
        """Execute a statement once; return how many rows it changed."""
        return self._connection.execute(for_sqlite(statement), values).rowcount

    def insert(self, statement: str, rows: Iterable[Values]) -> int:
        """Execute an INSERT for each row; return how many rows it made."""
        return self._connection.executemany(for_sqlite(statement), rows).rowcount


class SQLiteTables:
    """One connection of the tables' own, lent to one thread at a time.

    Args:
        uri: the file, as SQLite names it; a missing file is not made.
        file: the file that the store was opened in; None in memory.
    """

    def __init__(self, uri: str, file: OpenedFile | None = None) -> None:
        self._uri = uri
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self._file = file
        self._log: Identity | None = None
        self._closed = False

    @property
    def reads_only(self) -> bool:
        """Always False: to write to a file without the right to is an error at that moment."""
        return False

    def behind(self) -> Behind | None:
        """Return None: a file does not follow another database."""
        return None

    def names(self) -> frozenset[str]:
        """Return the names of the tables that are there."""
        found = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        return frozenset(row[0] for row in found)

    def prepare(self, *later: str) -> None:
        """Make the tables that do not exist yet, with those that later versions added."""
        # Checked first, so that a process that only reads needs neither a right to write nor a
        # lock.
        if not self.names() >= SHOWN_BY.union(later):
            self.write(_make_tables)

    def rows(self, statement: str, values: Values = ()) -> Sequence[Values]:
        """Return what a SELECT finds."""
        with self._lend() as connection:
            return connection.execute(for_sqlite(statement), values).fetchall()

    def read(self, work: Callable[[Select], T]) -> T:
        """Call a function that reads in one transaction, so that it sees one moment.

        Other threads that use this connection wait. A call inside a reading joins its transaction.
        """
        with self._lend() as connection:
            if connection.in_transaction:
                return work(self.rows)
            try:
                connection.execute("BEGIN")  # the first SELECT chooses the moment
                return work(self.rows)
            finally:
                if connection.in_transaction:
                    connection.rollback()

    def write(self, work: Callable[[SQLiteWriter], bool]) -> bool:
        """Call a function in one transaction; commit if it returns true; return its result."""
        with self._lend() as connection:
            if connection.in_transaction:
                raise sqlite3.OperationalError(
                    "it is being read; try again when the reading has ended"
                )
            try:
                connection.execute("BEGIN IMMEDIATE")
                succeeded = work(SQLiteWriter(connection))
                connection.execute("COMMIT" if succeeded else "ROLLBACK")
            finally:
                if connection.in_transaction:
                    connection.rollback()
            # After the commit as well, because what was written to a replaced file is lost.
            self._check_file()
            return succeeded

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

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _changes(self) -> int:
        with self._lend() as connection:
            return cast("int", connection.execute("PRAGMA data_version").fetchone()[0])

    def _open(self) -> sqlite3.Connection:
        """Return the connection, to the file that is still the one at the path."""
        if self._closed:
            raise ClosedError("the store")
        if is_unchanging(self._uri):
            self._disconnect()
        if self._connection is None:
            connection = self._connect()
            with closed_on_failure(connection):
                if self._file is not None:
                    # Rows that are lost in a power cut are derived again. All share one log, so no
                    # row here can outlast the entries that it was made from. So no commit needs to
                    # wait for the disk.
                    connection.execute("PRAGMA synchronous = NORMAL")
                    ensure_write_ahead_log(connection, self._uri)
                connection.execute("SELECT 1 FROM sqlite_schema").fetchall()  # it opens the log
            self._log = self._file.log() if self._file else None
            self._connection = connection
        self._check_file()
        return self._connection

    def _check_file(self) -> None:
        if self._file is not None:
            self._file.check_unreplaced(self._log)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self._uri, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )

    @contextmanager
    def _lend(self) -> Generator[sqlite3.Connection, None, None]:
        """Lend the connection.

        Raises:
            ClosedError: the store was closed.
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
                    f"the tables beside the entries could not be read or written: {error}. Check "
                    "that the store is where it was, and that the disk has room. Check that you "
                    "may write the file and the -wal and -shm beside it, and that no other "
                    "program has locked it. Then try again: the entries are untouched"
                ) from error


def _make_tables(writer: SQLiteWriter) -> bool:
    for statement in CREATE:
        writer.execute(statement)
    return True
