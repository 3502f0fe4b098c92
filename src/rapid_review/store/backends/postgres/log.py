"""The PostgreSQL store: one schema, shared by many workers, append-only by trigger.

Built on the recorder of `eventsourcing`. One writer at a time holds an advisory lock until its
commit is on the disk: so positions appear in order, and no reader can miss one that appears later.
The library would lock the table instead, and so wait for every VACUUM. This log also refuses
UPDATE, DELETE, TRUNCATE and gaps in a case's versions, and marks the schema as its own. Only
`init_postgres` makes the tables.
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

from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.ports import WholeRow
from rapid_review.store.backends.postgres.address import Place, as_storage_error, must_write
from rapid_review.store.backends.postgres.answers import PostgresAnswers
from rapid_review.store.backends.postgres.datastore import SharedDatastore
from rapid_review.store.backends.postgres.move import take_over
from rapid_review.store.backends.postgres.notices import Notices
from rapid_review.store.backends.postgres.rows import PostgresRows
from rapid_review.store.backends.postgres.statements import (
    INSERT,
    LOCK_APPENDS,
    SEALED_LAYOUT,
    append_call,
    has_append_function,
    in_schema,
    layout_of,
    no_store,
)
from rapid_review.store.backends.postgres.subscribing import EntriesAsTheyCome
from rapid_review.store.backends.postgres.within import HostConnection, LogWithin, host_connection
from rapid_review.store.backends.server_settings import LOCK_SECONDS, ServerSettings


class PostgresLog(PostgresApplicationRecorder):
    """Records entries in a table that refuses change and gaps, for many workers at once.

    If a connection breaks, the statement is repeated on a new one, for some seconds. So a conflict
    may be the caller's own success, of which only the answer was lost.

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
        # The function sets its own time to wait for the lock, which no session can change.
        self._appends = appends and datastore.settings.lock_seconds == LOCK_SECONDS
        self.sql_create_statements.clear()  # see `init_postgres`
        schema = datastore.schema
        self.insert_events_statement = in_schema(INSERT, schema)
        # The first statement sets how long to wait; the library's second one locks the table.
        self.lock_table_statements[1:] = [in_schema(LOCK_APPENDS, schema)]  # see `APPEND`
        self._append_statement = append_call(schema)
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
        with as_storage_error(self._place, "written"):
            return cast("Sequence[int]", self._insert_rows(stored_events))

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def _insert_rows(self, rows: Sequence[StoredEvent]) -> Sequence[int]:
        # Not in psycopg's pipeline, which the library uses: from about 1 MB on, psycopg 3.3 can
        # wait there for ever, for the answer to a statement that it has not sent.
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

        Not repeated if the connection breaks: the caller first checks which rows arrived.

        Raises:
            IntegrityError: this store does not end at `after`, or a row is wrong or damaged.
            StorageError: the database cannot be written.
        """
        must_write(self._place)
        with (
            as_storage_error(self._place, "written"),
            self.datastore.transaction(commit=True) as cursor,
        ):
            self._lock_table(cursor)
            self._notify_channel(cursor)
            take_over(cursor, self.datastore.schema, rows, after)

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> EntriesAsTheyCome:
        """Return a subscription to the entries after a position, and to each new one.

        Args:
            gt: the position; None for every entry.
            topics: the only kinds that are wanted, if any are named.
        """
        notices = Notices(self._place, self.channel_name, self.rows.last_position)
        return EntriesAsTheyCome(self, notices, gt, topics)

    def within(self, connection: object) -> LogWithin:
        """Return this log, in a host's transaction.

        Raises:
            InvalidInputError: nothing can be recorded in the transaction of this connection.
            RecordError: an earlier version made the store, without the function that appends.
        """
        if not self._has_function:
            raise RecordError(
                f"{self._place} does not have the function that appends entries: an earlier "
                "version made the store. Add it with `rapid-review db migrate` and the same "
                "--store, which changes nothing else"
            )
        return self._log_within(host_connection(connection, self.shared))

    @contextmanager
    def alone(self) -> Generator["LogWithin | PostgresLog", None, None]:
        """Lend this log in one transaction, under the lock of those who append.

        A store that an earlier version made without the function that appends is lent as it is.
        """
        if not self._has_function:
            yield self
            return
        with as_storage_error(self._place, "written"), ExitStack() as stack:
            yield self._log_within(HostConnection(self._begin_alone(stack), self._place))

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def _begin_alone(self, stack: ExitStack) -> psycopg.Connection[Any]:
        with ExitStack() as trying:
            cursor = trying.enter_context(self.datastore.transaction(commit=True))
            self._lock_table(cursor)
            # From here on the caller's stack ends the transaction; until here, `trying` does.
            stack.push(trying.pop_all())
        return cursor.connection

    def _log_within(self, connection: HostConnection) -> LogWithin:
        return LogWithin(connection, self.channel_name, is_sealed=self.is_sealed)

    def ping(self) -> None:
        """Read a row on a new connection: a busy pool does not mean that the server is down."""
        with as_storage_error(self._place, "read"):
            self.shared.must_be_usable()
            with psycopg.connect(self._place.connection) as connection:
                connection.execute(
                    in_schema("SELECT 1 FROM {schema}.stored_events LIMIT 1", self._place.schema)
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
        InvalidInputError: the address is not valid or not complete.
        RecordError: there is no store, or it is another program's, or of another layout.
        StorageError: the server cannot be reached.
    """
    place = Place.at(address, schema, settings)
    with as_storage_error(place, "opened"):
        with psycopg.connect(place.connection) as connection:
            layout = layout_of(connection, place)
            if layout is None:
                raise no_store(place)
            appends = has_append_function(connection, place)
        is_sealed = layout == SEALED_LAYOUT
        return PostgresLog(SharedDatastore(place), appends=appends, is_sealed=is_sealed)
