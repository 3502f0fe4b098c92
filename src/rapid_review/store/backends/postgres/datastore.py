"""Connections to a PostgreSQL store, shared by all that one process does in it."""

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import psycopg
from eventsourcing.persistence import DatabaseError, OperationalError
from eventsourcing.postgres import PostgresDatastore
from psycopg.errors import QueryCanceled
from psycopg.rows import DictRow, dict_row, tuple_row
from psycopg.sql import Composed

from rapid_review.domain.errors import ClosedError
from rapid_review.store.backends.postgres.address import Place


class Connections(Protocol):
    """What lends connections to one place: a store's own, or a host's in its transaction."""

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
    """Connections to one place, one to ten or as many, which wait for the disk at every commit.

    Make it in the process that uses it: a fork must not share connections.
    """

    def __init__(self, place: Place) -> None:
        self.settings = place.settings
        super().__init__(
            *("", "", "", "", ""),  # the address says it all
            schema=place.schema,
            max_overflow=self.settings.connections - 1,
            connect_timeout=0.3,  # seconds of each of ten tries, to be given a connection
            lock_timeout=self.settings.lock_seconds,  # the same, to be given the lock to append
            idle_in_transaction_session_timeout=5,  # nobody keeps the lock who is gone
        )
        self.place = place
        self.pool.conninfo = place.connection
        self.pool.kwargs = {"row_factory": dict_row}
        self.pool.reconnect_timeout = 2.0  # then the next caller tries, and not a timer later
        # Open now, because the library would open at first use even what was closed before. Wait
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
            # Stricter, anyone who has waited for the lock would be refused for what came
            # meanwhile.
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

    @contextmanager
    def get_connection(self) -> Generator[psycopg.Connection[DictRow], None, None]:
        """Lend a connection."""
        # Of a kind that `retry` does not repeat ten times; the same for what took too long.
        if self.pool.closed:
            raise ClosedError(str(self.place))
        try:
            with super().get_connection() as connection:
                yield connection
        except OperationalError as error:
            if isinstance(error.__cause__, QueryCanceled):
                raise DatabaseError(str(error)) from error
            raise

    def call(self, statement: Composed, values: Sequence[object]) -> tuple[Any, ...]:
        """Ask one statement, which is a transaction of its own; return its row."""
        with (
            self.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            return cursor.execute(statement, values, prepare=True).fetchone() or ()

    def register_type_adapters(self) -> None:
        """Do nothing: rows go in as arrays, and not as the library's own type."""
