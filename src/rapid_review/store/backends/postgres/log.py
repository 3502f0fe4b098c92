"""The PostgreSQL store: one schema, shared by many workers, append-only by trigger.

Built on the recorder of `eventsourcing`. One writer at a time holds an advisory lock until its
commit is on the disk: positions appear in their order, and no reader passes one that comes later.
The library locks the table instead, and so waits for every VACUUM. Ours adds what it leaves out:
no UPDATE, DELETE or TRUNCATE, no gap in a case's versions, and a mark by which a schema of another
program is told from ours. The tables are made by `init_postgres` alone.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    InterfaceError,
    Notification,
    OperationalError,
    ProgrammingError,
    StoredEvent,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.utils import retry
from psycopg.rows import DictRow, dict_row, tuple_row
from psycopg.sql import Composed

from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.ports import WholeRow
from rapid_review.store.backends.postgres.address import Place, reached
from rapid_review.store.backends.postgres.answers import PostgresAnswers
from rapid_review.store.backends.postgres.move import take_over
from rapid_review.store.backends.postgres.statements import (
    APPEND,
    INSERT,
    MADE_ALONE,
    TABLES,
    appends,
    is_store,
    named,
)
from rapid_review.store.backends.postgres.tables import PostgresDatabase, make_tables
from rapid_review.store.log.codec import Row


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


class PostgresRecorder(PostgresApplicationRecorder):
    """Records entries in a table that refuses change and gaps, for many workers at once.

    A connection that breaks is replaced, for some seconds. What was asked when it broke is asked
    again, so a conflict may be one's own success, of which only the answer was lost.

    Args:
        datastore: the connections.
        appends: whether the store has the function that appends. One that an older version made
            has none before `init_postgres` is asked again; it is written under the same lock.
    """

    def __init__(self, datastore: SharedDatastore, *, appends: bool = True) -> None:
        super().__init__(datastore)
        self._datastore = datastore
        self._place = datastore.place
        self._appends = appends
        self.sql_create_statements.clear()  # see `init_postgres`
        schema = datastore.schema
        self.insert_events_statement = named(INSERT, schema)
        self.lock_table_statements[1:] = [named("SELECT {lock}", schema)]  # see `APPEND`
        self._append_statement = named(
            "SELECT {schema}.append_entries("
            "%b::uuid[], %b::bigint[], %b::text[], %b::bytea[], %s)",
            schema,
        )
        self._rows_statement = named(
            "SELECT originator_version, topic, state FROM {schema}.stored_events "
            "WHERE originator_id = %s ORDER BY originator_version",
            schema,
        )
        self.answers = PostgresAnswers(datastore, self._lock_table)

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        **_: Any,  # noqa: ANN401 - as the library has it
    ) -> Sequence[int] | None:
        """Insert rows, all or none; return their positions.

        Raises:
            IntegrityError: a row is there already, or a version before it is missing.
            StorageError: the database cannot be written.
        """
        if not stored_events:
            return None
        with reached(self._place, "written"):
            return cast("Sequence[int]", self._inserted(stored_events))

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def _inserted(self, rows: Sequence[StoredEvent]) -> Sequence[int]:
        # Not in psycopg's pipeline, as the library does: from about 1 MB on, psycopg 3.3 can wait
        # there for an answer to what it has not sent, for ever.
        columns = (
            [row.originator_id for row in rows],
            [row.originator_version for row in rows],
            [row.topic for row in rows],
            [row.state for row in rows],
        )
        if self._appends:
            (positions,) = self._datastore.call(
                self._append_statement, (*columns, self.channel_name)
            )
            return cast("Sequence[int]", positions)
        with self.datastore.transaction(commit=True) as cursor:
            self._lock_table(cursor)
            self._notify_channel(cursor)
            cursor.execute(self.insert_events_statement, columns)
            return [row["notification_id"] for row in cursor]

    def take_over(self, rows: Sequence[WholeRow], after: int) -> None:
        """Insert rows of another store at the positions they have there; see `Store.take_over`.

        Not tried again where a connection breaks: whoever moves a store looks what is there.

        Raises:
            IntegrityError: this store ends elsewhere, or a row is not as it must be.
            StorageError: the database cannot be written.
        """
        with (
            reached(self._place, "written"),
            self.datastore.transaction(commit=True) as cursor,
        ):
            self._lock_table(cursor)
            self._notify_channel(cursor)
            take_over(cursor, self.datastore.schema, rows, after)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return rows of all cases by position.

        Raises:
            StorageError: the database cannot be read.
        """
        with reached(self._place, "read"):
            found = super().select_notifications(
                start, limit, stop, topics, inclusive_of_start=inclusive_of_start
            )
            return cast("Sequence[Notification]", found)

    def rows_of(self, stream: UUID) -> Sequence[Row]:
        """Return one case's rows, plain: a replay wants nothing more of them.

        Raises:
            StorageError: the database cannot be read.
        """
        with reached(self._place, "read"):
            return cast("Sequence[Row]", self._rows_of(stream))

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def _rows_of(self, stream: UUID) -> Sequence[Row]:
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(binary=True, row_factory=tuple_row) as cursor,
        ):
            return cursor.execute(self._rows_statement, (stream,), prepare=True).fetchall()

    def read_models(self) -> PostgresDatabase:
        """Return the same schema, for a read model."""
        return PostgresDatabase(self._datastore, self.channel_name)


def open_postgres(address: str, schema: str | None = None) -> PostgresRecorder:
    """Open a store that `init_postgres` made.

    Args:
        address: see `Place.at`.
        schema: the schema, if the address does not name it.

    Raises:
        InvalidInputError: the address leaves something open.
        RecordError: there is no store, or it is another program's, or of another layout.
        StorageError: the server cannot be reached.
    """
    place = Place.at(address, schema)
    with reached(place, "opened"):
        with psycopg.connect(place.connection) as connection:
            if not is_store(connection, place):
                raise RecordError(
                    f"there is no store in {place}; `rapid-review db init` with the same --store "
                    "makes one"
                )
            there = appends(connection, place)
        return PostgresRecorder(SharedDatastore(place), appends=there)


def init_postgres(address: str, schema: str | None = None) -> bool:
    """Make a store, unless it is there; then it is left as it is. Many may ask at once.

    Args:
        address: see `Place.at`.
        schema: the schema, if the address does not name it; made if need be.

    Returns:
        Whether it was made now.

    Raises:
        InvalidInputError: the address leaves something open.
        RecordError: the schema is another program's, or holds a store of another layout.
        StorageError: the server cannot be reached, or does not let this user make tables, or the
            database does not keep its texts in UTF8.
    """
    place = Place.at(address, schema)
    with reached(place, "made"), psycopg.connect(place.connection) as connection:
        # Whoever waited for the lock must see what was made meanwhile.
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        connection.execute(named(MADE_ALONE, place.schema))
        there = is_store(connection, place)
        for statement in () if there else TABLES:
            connection.execute(named(statement, place.schema))
        if not appends(connection, place):  # nor has a store that an older version made
            connection.execute(named(APPEND, place.schema))
        make_tables(connection, place.schema)  # the same
        return not there
