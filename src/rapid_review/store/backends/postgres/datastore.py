"""Connections to a PostgreSQL store, shared by all that one process does in it."""

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import psycopg
from eventsourcing.persistence import DatabaseError, OperationalError
from eventsourcing.postgres import PostgresDatastore
from psycopg.errors import QueryCanceled
from psycopg.rows import DictRow, dict_row, tuple_row
from psycopg.sql import Composed

from rapid_review.domain.errors import ClosedError, StorageError
from rapid_review.store.backends.postgres.address import Place


class Connections(Protocol):
    """Lends connections to one place: the store's own, or a host's in its transaction."""

    @property
    def place(self) -> Place:
        """Where the store is."""
        ...

    @property
    def schema(self) -> str:
        """Its schema."""
        ...

    def get_connection(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        """Lend a connection."""
        ...

    def transaction(self, *, commit: bool) -> AbstractContextManager[psycopg.Cursor[Any]]:
        """Lend a cursor in a transaction."""
        ...


class SharedDatastore(PostgresDatastore):
    """A pool of connections to one place, which wait for the disk at every commit.

    Make it in the process that uses it: a fork must not share connections, and is refused them.
    """

    def __init__(self, place: Place) -> None:
        self.settings = place.settings
        super().__init__(
            *("", "", "", "", ""),  # these settings are in the address
            schema=place.schema,
            max_overflow=self.settings.connections - 1,
            connect_timeout=0.3,  # seconds to wait for a connection, in each of ten tries
            lock_timeout=self.settings.lock_seconds,  # the same for the lock to append
            idle_in_transaction_session_timeout=5,  # a process that is gone does not keep the lock
        )
        self.place = place
        self._process = os.getpid()
        self.pool.conninfo = place.connection
        self.pool.kwargs = {"row_factory": dict_row}
        self.pool.reconnect_timeout = 2.0  # afterwards the next caller tries, instead of a timer
        # Open now, because at first use the library would open even a pool that was closed. Wait
        # for it, so that no thread is still connecting, and drawing random numbers, during the
        # first command.
        self.pool.open(wait=True, timeout=10.0)

    def after_connect_func(self) -> Callable[[psycopg.Connection[Any]], None]:
        """Return what sets up a new connection."""
        as_the_library_does = super().after_connect_func()
        seconds, reads_only = self.settings.statement_seconds, self.settings.reads_only

        def after_connect(connection: psycopg.Connection[Any]) -> None:
            as_the_library_does(connection)
            connection.execute(
                "SELECT set_config('synchronous_commit', 'on', false) "
                "WHERE current_setting('synchronous_commit') = 'off'"
            )
            # At a stricter level, a command that has waited for the lock would be refused because
            # others recorded meanwhile.
            connection.execute(
                "SELECT set_config('default_transaction_isolation', 'read committed', false)"
            )
            if reads_only:
                connection.execute(
                    "SELECT set_config('default_transaction_read_only', 'on', false)"
                )
            if seconds is not None:
                connection.execute(
                    "SELECT set_config('statement_timeout', %s, false)", (f"{seconds}s",)
                )

        return after_connect

    def must_be_usable(self) -> None:
        """Check that this process may use the connections.

        Raises:
            ClosedError: the store was closed.
            StorageError: another process opened it, before this one was forked.
        """
        if self.pool.closed:
            raise ClosedError(str(self.place))
        # Both processes would read each other's answers.
        if self._process != os.getpid():
            raise StorageError(
                f"{self.place} was opened before this process was forked, and two processes "
                "cannot share its connections. Nothing was recorded. Open it in each process, "
                "after the fork"
            )

    @contextmanager
    def get_connection(self) -> Generator[psycopg.Connection[DictRow], None, None]:
        """Lend a connection."""
        # `retry` would repeat the library's own errors ten times, which is useless for a closed
        # store and for a statement that took too long.
        self.must_be_usable()
        try:
            with super().get_connection() as connection:
                yield connection
        except OperationalError as error:
            if isinstance(error.__cause__, QueryCanceled):
                raise DatabaseError(str(error)) from error
            raise

    def call(self, statement: Composed, values: Sequence[object]) -> tuple[Any, ...]:
        """Execute one statement in a transaction of its own; return the row that it returns."""
        with (
            self.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            return cursor.execute(statement, values, prepare=True).fetchone() or ()

    def register_type_adapters(self) -> None:
        """Do nothing: rows go in as arrays, and not as the library's own type."""
