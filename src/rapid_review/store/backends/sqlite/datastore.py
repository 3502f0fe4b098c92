"""Connections to the file of an SQLite store: flushed at every commit, and held to that file."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from eventsourcing.persistence import InterfaceError, PersistenceError
from eventsourcing.sqlite import (
    SQLITE3_DEFAULT_LOCK_TIMEOUT,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)

from rapid_review.store.backends.sqlite.access import is_unchanging, keep_a_log
from rapid_review.store.backends.sqlite.file import Identity, OpenedFile


class DurablePool(SQLiteConnectionPool):
    """Connections that flush to disk at every commit, whatever the build's default is.

    They are made here and not by the library, whose own keep one statement prepared: each command
    would have its INSERT prepared again, with the guards on it.
    """

    def _create_connection(self) -> SQLiteConnection:
        try:
            connection = sqlite3.connect(
                self.db_name,
                timeout=SQLITE3_DEFAULT_LOCK_TIMEOUT,
                isolation_level=None,  # anyone who writes says BEGIN
                check_same_thread=False,
                uri=True,
            )
            cursor = connection.cursor()
            keep_a_log(connection, self.db_name)
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("SELECT 1 FROM sqlite_schema").fetchall()  # who reads opens the log
            connection.row_factory = sqlite3.Row
        except sqlite3.Error as error:
            raise InterfaceError(error) from error
        return SQLiteConnection(connection, max_age=self.max_age)

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
        """Lend a cursor for a transaction; what it writes is in the file at the path.

        Held before anything is done, so that nothing is written in vain; and after the commit, for
        nothing else says what the file was at that moment.

        Raises:
            RecordError: the file is damaged, and where.
            StorageError: it was replaced or removed.
        """
        try:
            connection = self.pool.get_connection(is_writer=commit)
            try:
                log = self._log_of(connection)
                self.file.hold(log)
                with connection.transaction(commit=commit) as cursor:
                    yield cursor
                if commit:
                    self.file.hold(log)
            finally:
                self.pool.put_connection(connection)
        except PersistenceError as error:
            if damage := self.file.damage(error.__cause__):
                raise damage from error
            raise

    def _log_of(self, connection: SQLiteConnection) -> Identity | None:
        """Return which file the log was when a connection opened it."""
        if connection not in self._logs:  # new, and it has just opened the log
            self._logs[connection] = self.file.log()
        return self._logs[connection]
