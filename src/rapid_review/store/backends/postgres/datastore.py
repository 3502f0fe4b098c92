"""Connections to a PostgreSQL store, shared by all that one process does in it."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from eventsourcing.persistence import ProgrammingError
from eventsourcing.postgres import PostgresDatastore
from psycopg.rows import DictRow, dict_row, tuple_row
from psycopg.sql import Composed

from rapid_review.store.backends.postgres.address import Place


class SharedDatastore(PostgresDatastore):
    """Connections to one place, one to ten of them, which wait for the disk at every commit.

    Make it in the process that uses it: a fork must not share connections.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(
            *("", "", "", "", ""),  # the address says it all
            schema=place.schema,
            max_overflow=9,
            connect_timeout=0.3,  # seconds of each of ten tries, to be given a connection
            lock_timeout=1,  # the same, to be given the lock of a store without `APPEND`
            idle_in_transaction_session_timeout=5,  # nobody keeps the lock who is gone
        )
        self.place = place
        self.pool.conninfo = place.connection
        self.pool.kwargs = {"row_factory": dict_row}
        self.pool.reconnect_timeout = 2.0  # then the next caller tries, and not a timer later
        # Now, for the library opens at first use even what was closed before; and waited for, so
        # that no thread still connects, and draws chance for it, while the first command is asked.
        self.pool.open(wait=True, timeout=10.0)

    def after_connect_func(self) -> Callable[[psycopg.Connection[Any]], None]:
        """Return what sets up a new connection."""
        as_the_library_does = super().after_connect_func()

        def after_connect(connection: psycopg.Connection[Any]) -> None:
            as_the_library_does(connection)
            connection.execute(
                "SELECT set_config('synchronous_commit', 'on', false) "
                "WHERE current_setting('synchronous_commit') = 'off'"
            )
            # Stricter, whoever has waited for the lock would be refused for what came meanwhile.
            connection.execute(
                "SELECT set_config('default_transaction_isolation', 'read committed', false)"
            )

        return after_connect

    @contextmanager
    def get_connection(self) -> Generator[psycopg.Connection[DictRow], None, None]:
        """Lend a connection; what was closed is not asked ten times for one."""
        if self.pool.closed:
            raise ProgrammingError("it is closed")
        with super().get_connection() as connection:
            yield connection

    def call(self, statement: Composed, values: Sequence[object]) -> tuple[Any, ...]:
        """Ask one statement, which is a transaction of its own; return its row."""
        with (
            self.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            return cursor.execute(statement, values, prepare=True).fetchone() or ()

    def register_type_adapters(self) -> None:
        """Do nothing: rows go in as arrays, and not as the library's own type."""
