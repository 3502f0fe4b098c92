"""Connections to the file of an SQLite store: flushed at every commit, and only to that file."""

import sqlite3
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Never, Protocol
from weakref import WeakKeyDictionary

from eventsourcing import persistence
from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    ConnectionUnavailableError,
    InterfaceError,
    PersistenceError,
)
from eventsourcing.sqlite import (
    SQLITE3_DEFAULT_LOCK_TIMEOUT,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)

from rapid_review.store.backends.sqlite.access import ensure_write_ahead_log, is_unchanging
from rapid_review.store.backends.sqlite.file import OpenedFile
from rapid_review.store.backends.sqlite.identity import Identity
from rapid_review.store.closing import close_all, closed_on_failure


class Transactions(Protocol):
    """Lends transactions in one file: on the store's own connections, or in one that is open."""

    @property
    def file(self) -> OpenedFile:
        """Where the store is."""
        ...

    def transaction(self, *, commit: bool) -> AbstractContextManager[SQLiteCursor]:
        """Lend a cursor for a transaction."""
        ...


class DurablePool(SQLiteConnectionPool):
    """Connections that flush to disk at every commit, whatever the build's default is.

    Each thread is lent one at once; those that write take turns.
    """

    # Connections are made and lent here instead of by the library. The library's connections keep
    # one prepared statement, so each command would prepare its INSERT again, with the guards on
    # it. The library's pool takes four locks to lend one, and makes readers wait behind a writer.

    def __init__(self, db_name: str) -> None:
        super().__init__(db_name=db_name)
        self._lending = Lock()

    def _create_connection(self) -> SQLiteConnection:
        try:
            connection = sqlite3.connect(
                self.db_name,
                timeout=SQLITE3_DEFAULT_LOCK_TIMEOUT,
                isolation_level=None,  # a transaction starts with an explicit BEGIN
                check_same_thread=False,
                uri=True,
            )
            with closed_on_failure(connection):
                cursor = connection.cursor()
                ensure_write_ahead_log(connection, self.db_name)
                cursor.execute("PRAGMA synchronous = FULL")
                cursor.execute("SELECT 1 FROM sqlite_schema").fetchall()  # reading opens the log
            connection.row_factory = sqlite3.Row
        except sqlite3.Error as error:
            raise InterfaceError(error) from error
        return SQLiteConnection(connection, max_age=self.max_age)

    def get_connection(
        self, timeout: float | None = None, *, is_writer: bool | None = None
    ) -> SQLiteConnection:
        """Lend a connection; if none can be made, the next writer need not wait."""
        wait = self.pool_timeout if timeout is None else timeout
        if is_writer and not self._writer_lock.acquire(timeout=wait):
            raise ConnectionUnavailableError("other threads were writing for the whole time")
        try:
            connection = self._take_idle() or self._create_connection()
        except BaseException:
            if is_writer:
                self._writer_lock.release()
            raise
        connection.is_writer = is_writer
        return connection

    def _take_idle(self) -> SQLiteConnection | None:
        with self._lending:
            if self._closed:
                raise ConnectionPoolClosedError
            return self._pool.pop() if self._pool else None

    def put_connection(self, conn: SQLiteConnection) -> None:
        """Take a connection back, and roll back what an interruption left open on it."""
        is_kept = False
        try:
            conn.rollback()
            with self._lending:
                has_room = not self._closed and len(self._pool) < self.pool_size
                is_kept = has_room and not is_unchanging(self.db_name)
                if is_kept:
                    self._pool.append(conn)
        finally:
            if conn.is_writer:
                self._writer_lock.release()
            if not is_kept:
                conn.close()

    def close(self) -> None:
        """Close the idle connections now, and each of the others when it is given back.

        SQLite crashes the process if a connection is closed while another thread is using it.
        """
        with self._lending:
            self._closed = True
            idle = tuple(self._pool)
            self._pool.clear()
        close_all(*idle)


class DurableDatastore(SQLiteDatastore):
    """A datastore over durable connections to the file that was opened, and no other.

    Args:
        file: the store's file.
    """

    def __init__(self, file: OpenedFile) -> None:
        super().__init__(file.uri)
        self.file = file
        self.pool = DurablePool(file.uri)
        self._logs = WeakKeyDictionary[SQLiteConnection, Identity | None]()

    # The library declares a context manager made of a generator, and only enters what it gets.
    def transaction(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self, *, commit: bool, at_once: bool = False
    ) -> "_Transaction":
        """Lend a cursor for a transaction; what it writes is in the file at the path.

        Args:
            commit: whether to commit it at the end.
            at_once: whether others are kept from writing from the beginning, instead of from the
                first write on.

        Raises:
            RecordError: the file is damaged; the message says where.
            StorageError: the file was replaced or removed.
        """
        return _Transaction(self, commit=commit, at_once=at_once)

    def held(self, cursor: SQLiteCursor) -> "HeldTransaction":
        """Return the transaction of a cursor, in the form in which rows and answers use it."""
        return HeldTransaction(self.file, cursor)

    def log_of(self, connection: SQLiteConnection) -> Identity | None:
        """Return which file the log was when a connection opened it."""
        try:
            return self._logs[connection]
        except KeyError:  # new, and it has just opened the log
            found = self._logs[connection] = self.file.log()
            return found


class _Transaction:
    """See `DurableDatastore.transaction`.

    Not a generator, which is slower: every command enters two.
    """

    __slots__ = ("_at_once", "_commit", "_connection", "_log", "_of")

    def __init__(self, of: DurableDatastore, *, commit: bool, at_once: bool) -> None:
        self._of = of
        self._commit = commit
        self._at_once = at_once

    def __enter__(self) -> SQLiteCursor:
        """Begin it."""
        of = self._of
        try:
            self._connection = connection = of.pool.get_connection(is_writer=self._commit)
            try:
                self._log = of.log_of(connection)
                # Before anything is done, so that nothing is written in vain.
                of.file.check_unreplaced(self._log)
                cursor = connection.cursor()
                cursor.execute("BEGIN IMMEDIATE" if self._at_once else "BEGIN")
            except BaseException:
                of.pool.put_connection(connection)
                raise
        except (sqlite3.Error, PersistenceError) as error:
            _raise_known(error, of.file)
        return cursor

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """Commit it, or roll it back; turn the database's errors into known ones."""
        of, failed = self._of, error
        try:
            try:
                if error is None and self._commit:
                    self._connection.commit()
                    # And after the commit: only this shows which file was written (ADR 0034).
                    of.file.check_unreplaced(self._log)
            finally:
                of.pool.put_connection(self._connection)  # rolls back what was not committed
        except (sqlite3.Error, PersistenceError) as own:
            failed = own
        if isinstance(failed, sqlite3.Error | PersistenceError):
            _raise_known(failed, of.file)


class HeldTransaction:
    """An open transaction, in the form in which rows and answers use a store's own connections.

    Args:
        file: where the store is.
        cursor: the transaction's.
    """

    def __init__(self, file: OpenedFile, cursor: SQLiteCursor) -> None:
        self.file = file
        self._connection = cursor.sqlite_cursor.connection

    @property
    def is_open(self) -> bool:
        """Whether the transaction is open: SQLite ends it where the disk is full, or fails."""
        return self._connection.in_transaction

    @contextmanager
    def part(self) -> Generator[None, None, None]:
        """Run a part of the transaction, which is undone if it ends with an error."""
        with self.transaction(commit=True) as cursor:
            cursor.execute("SAVEPOINT part")
            try:
                yield
            except BaseException:
                if self.is_open:
                    cursor.execute("ROLLBACK TO part")
                    cursor.execute("RELEASE part")
                raise
            cursor.execute("RELEASE part")

    @contextmanager
    def transaction(self, *, commit: bool) -> Generator[SQLiteCursor, None, None]:  # noqa: ARG002 - as the others have it
        """Lend a cursor of the transaction, which the caller of `held` ends."""
        try:
            yield SQLiteCursor(self._connection.cursor())
        except sqlite3.Error as error:
            _raise_known(error, self.file)


def _raise_known(error: sqlite3.Error | PersistenceError, file: OpenedFile) -> Never:
    """Raise the error of a damaged file, if damage was the cause, and else the library's own."""
    is_bare = isinstance(error, sqlite3.Error)
    if damage := file.damage(error if is_bare else error.__cause__):
        raise damage from error
    if is_bare:
        raise getattr(persistence, type(error).__name__, PersistenceError)(error) from error
    raise error
