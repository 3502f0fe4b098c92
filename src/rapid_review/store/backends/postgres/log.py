"""The PostgreSQL store: one schema, shared by many workers, append-only by trigger.

Built on the recorder of `eventsourcing`. One writer at a time holds an advisory lock until its
commit is on the disk: positions appear in their order, and no reader passes one that comes later.
The library locks the table instead, and so waits for every VACUUM. Ours adds what it leaves out:
no UPDATE, DELETE or TRUNCATE, no gap in a case's versions, and a mark by which a schema of another
program is distinguished from ours. The tables are made by `init_postgres` alone.
"""

from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, cast

import psycopg
from eventsourcing.persistence import (
    InterfaceError,
    OperationalError,
    StoredEvent,
)
from eventsourcing.postgres import PostgresApplicationRecorder
from eventsourcing.utils import retry

from rapid_review.domain.errors import ClosedError, RecordError
from rapid_review.store.backends.ports import WholeRow
from rapid_review.store.backends.postgres.address import Place, must_write, reached
from rapid_review.store.backends.postgres.answers import PostgresAnswers
from rapid_review.store.backends.postgres.datastore import SharedDatastore
from rapid_review.store.backends.postgres.move import take_over
from rapid_review.store.backends.postgres.rows import PostgresRows
from rapid_review.store.backends.postgres.statements import (
    INSERT,
    LOCKED,
    SEALED_LAYOUT,
    appending,
    appends,
    layout_of,
    named,
    no_store,
)
from rapid_review.store.backends.postgres.within import HostConnection, LogWithin, of_a_host
from rapid_review.store.backends.server_settings import LOCK_SECONDS, ServerSettings


class PostgresLog(PostgresApplicationRecorder):
    """Records entries in a table that refuses change and gaps, for many workers at once.

    A connection that breaks is replaced, for some seconds. What was asked when it broke is asked
    again, so a conflict may be one's own success, of which only the answer was lost.

    Args:
        datastore: the connections.
        appends: whether the store has the function that appends. A store that an older version
            made has none before `init_postgres` is called again; rows are then inserted by
            statements under the same lock, as they are with other `lock_seconds`.
        is_sealed: whether the words in it are sealed.
    """

    def __init__(
        self, datastore: SharedDatastore, *, appends: bool = True, is_sealed: bool = False
    ) -> None:
        super().__init__(datastore)
        self.is_sealed = is_sealed
        self.shared = datastore
        self._place = datastore.place
        self._has_function = appends
        # How long the function waits for the lock is part of it, and no session can change that.
        self._appends = appends and datastore.settings.lock_seconds == LOCK_SECONDS
        self.sql_create_statements.clear()  # see `init_postgres`
        schema = datastore.schema
        self.insert_events_statement = named(INSERT, schema)
        # The first sets how long to wait; the second would lock the table, and so wait for VACUUM.
        self.lock_table_statements[1:] = [named(LOCKED, schema)]  # see `APPEND`
        self._append_statement = appending(schema)
        self.rows = PostgresRows(datastore)
        self.answers = PostgresAnswers(datastore, self._lock_table)

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        **_: Any,  # noqa: ANN401 - as the library has it
    ) -> Sequence[int] | None:
        """Insert rows, all or none; return their positions.

        Raises:
            IntegrityError: a row already exists, or a version before it is missing.
            StorageError: the database cannot be written.
        """
        if not stored_events:
            return None
        must_write(self._place)
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
            (positions,) = self.shared.call(self._append_statement, (*columns, self.channel_name))
            return cast("Sequence[int]", positions)
        with self.datastore.transaction(commit=True) as cursor:
            self._lock_table(cursor)
            self._notify_channel(cursor)
            cursor.execute(self.insert_events_statement, columns)
            return [row["notification_id"] for row in cursor]

    def take_over(self, rows: Sequence[WholeRow], after: int) -> None:
        """Insert rows of another store at the positions they have there; see `Store.take_over`.

        Not tried again where a connection breaks: anyone who moves a store looks what is there.

        Raises:
            IntegrityError: this store ends elsewhere, or a row is wrong or damaged.
            StorageError: the database cannot be written.
        """
        must_write(self._place)
        with (
            reached(self._place, "written"),
            self.datastore.transaction(commit=True) as cursor,
        ):
            self._lock_table(cursor)
            self._notify_channel(cursor)
            take_over(cursor, self.datastore.schema, rows, after)

    def within(self, connection: object) -> LogWithin:
        """Return the same, in a host's transaction.

        Raises:
            InvalidInputError: it is not a connection in whose transaction a record can be kept.
            RecordError: the store was made before there was the function that appends.
        """
        if not self._has_function:
            raise RecordError(
                f"{self._place} does not have the function that appends entries: an earlier "
                "version made the store. Add it with `rapid-review db migrate` and the same "
                "--store, which changes nothing else"
            )
        return self._held(of_a_host(connection, self.shared))

    @contextmanager
    def alone(self) -> Generator["LogWithin | PostgresLog", None, None]:
        """Lend the same in one transaction, under the lock of those who append.

        A store that was made before there was the function that appends is lent as it is.
        """
        if not self._has_function:
            yield self
            return
        with reached(self._place, "written"), ExitStack() as stack:
            yield self._held(HostConnection(self._locked(stack), self._place))

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def _locked(self, stack: ExitStack) -> psycopg.Connection[Any]:
        with ExitStack() as trying:
            cursor = trying.enter_context(self.datastore.transaction(commit=True))
            self._lock_table(cursor)
            # From here on the caller's stack ends the transaction; after an earlier failure it
            # ends here.
            stack.push(trying.pop_all())
        return cursor.connection

    def _held(self, connection: HostConnection) -> LogWithin:
        return LogWithin(connection, self.channel_name, is_sealed=self.is_sealed)

    def ping(self) -> None:
        """Connect again and read a row: a busy pool does not mean that the server is down."""
        with reached(self._place, "read"):
            if self.shared.pool.closed:
                raise ClosedError(str(self._place))
            with psycopg.connect(self._place.connection) as connection:
                connection.execute(
                    named("SELECT 1 FROM {schema}.stored_events LIMIT 1", self._place.schema)
                )

    def close(self) -> None:
        """Close every connection."""
        self.shared.close()


def open_postgres(
    address: str, schema: str | None = None, settings: ServerSettings | None = None
) -> PostgresLog:
    """Open a store that `init_postgres` made.

    Args:
        address: see `Place.at`.
        schema: the schema, if the address does not name it.
        settings: how it is used, instead of what the address says of it.

    Raises:
        InvalidInputError: the address leaves something open.
        RecordError: there is no store, or it is another program's, or of another layout.
        StorageError: the server cannot be reached.
    """
    place = Place.at(address, schema, settings)
    with reached(place, "opened"):
        with psycopg.connect(place.connection) as connection:
            layout = layout_of(connection, place)
            if layout is None:
                raise no_store(place)
            there = appends(connection, place)
        is_sealed = layout == SEALED_LAYOUT
        return PostgresLog(SharedDatastore(place), appends=there, is_sealed=is_sealed)
