"""The PostgreSQL store: one schema, shared by many workers, append-only by trigger.

Built on the recorder of `eventsourcing`, which locks the table for as long as a transaction
inserts: positions appear in their order, and no reader passes one that comes later. Ours adds what
it leaves out: no UPDATE, DELETE or TRUNCATE, no gap in a case's versions, and a mark by which a
schema of another program is told from ours. The tables are made by `init_postgres` alone.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from re import fullmatch
from typing import Any, Final, LiteralString, cast
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
from psycopg.sql import SQL, Identifier

from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.postgres.address import Place, reached
from rapid_review.store.backends.postgres.tables import PostgresDatabase, make_tables
from rapid_review.store.log.codec import Row

LAYOUT: Final = 1  # of the tables below; kept in the table's comment
_MARK: Final = "rapid-review store, layout "
_MAKING: Final = 0x52526576  # "RRev": the advisory lock under which tables are made

_TABLES: Final[Sequence[LiteralString]] = (
    "CREATE SCHEMA IF NOT EXISTS {schema}",
    """CREATE TABLE {schema}.stored_events (
        notification_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        originator_id uuid NOT NULL,
        originator_version bigint NOT NULL,
        topic text NOT NULL,
        state bytea NOT NULL,
        PRIMARY KEY (originator_id, originator_version)
    )""",
    """CREATE FUNCTION {schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE integrity_constraint_violation USING MESSAGE =
            'an entry is never edited and never deleted: correct it with a new one';
    END $$""",
    """CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.stored_events
    EXECUTE FUNCTION {schema}.refuse_change()""",
    # A session keeps the plan of its first insert. Made over a small table, it would later read a
    # large one whole, for every row: so each is looked up by its key, whatever seems cheaper.
    """CREATE FUNCTION {schema}.refuse_gap() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $$ BEGIN
        IF EXISTS (SELECT FROM added WHERE originator_version > 1 AND (
            SELECT originator_version FROM {schema}.stored_events AS there
            WHERE there.originator_id = added.originator_id
            AND there.originator_version = added.originator_version - 1) IS NULL)
        THEN RAISE integrity_constraint_violation USING MESSAGE =
            'a version is missing before this one';
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER no_gap AFTER INSERT ON {schema}.stored_events
    REFERENCING NEW TABLE AS added EXECUTE FUNCTION {schema}.refuse_gap()""",
    # Not even for a session that says it applies the changes of another server.
    "ALTER TABLE {schema}.stored_events ENABLE ALWAYS TRIGGER no_change",
    "ALTER TABLE {schema}.stored_events ENABLE ALWAYS TRIGGER no_gap",
    "COMMENT ON TABLE {schema}.stored_events IS {mark}",
)


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
            lock_timeout=1,  # the same, to be given the lock
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

        return after_connect

    @contextmanager
    def get_connection(self) -> Generator[psycopg.Connection[DictRow], None, None]:
        """Lend a connection; what was closed is not asked ten times for one."""
        if self.pool.closed:
            raise ProgrammingError("it is closed")
        with super().get_connection() as connection:
            yield connection

    def register_type_adapters(self) -> None:
        """Do nothing: rows go in as arrays, and not as the library's own type."""


class PostgresRecorder(PostgresApplicationRecorder):
    """Records entries in a table that refuses change and gaps, for many workers at once.

    A connection that breaks is replaced, for some seconds. What was asked when it broke is asked
    again, so a conflict may be one's own success, of which only the answer was lost.
    """

    def __init__(self, datastore: SharedDatastore) -> None:
        super().__init__(datastore)
        self._place = datastore.place
        self.sql_create_statements.clear()  # see `init_postgres`
        schema = Identifier(datastore.schema)
        self.insert_events_statement = SQL(
            "INSERT INTO {}.stored_events (originator_id, originator_version, topic, state) "
            "SELECT * FROM unnest(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[]) "
            "RETURNING notification_id"
        ).format(schema)
        self._rows_statement = SQL(
            "SELECT originator_version, topic, state FROM {}.stored_events "
            "WHERE originator_id = %s ORDER BY originator_version"
        ).format(schema)

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
        with self.datastore.transaction(commit=True) as cursor:
            self._lock_table(cursor)
            self._notify_channel(cursor)
            cursor.execute(self.insert_events_statement, columns)
            return [row["notification_id"] for row in cursor]

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
        return PostgresDatabase(cast("SharedDatastore", self.datastore), self.channel_name)


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
            if not _is_store(connection, place):
                raise RecordError(
                    f"there is no store in {place}; `rapid-review db init` with the same --store "
                    "makes one"
                )
        return PostgresRecorder(SharedDatastore(place))


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
        StorageError: the server cannot be reached, or does not let this user make tables.
    """
    place = Place.at(address, schema)
    with reached(place, "made"), psycopg.connect(place.connection) as connection:
        # Whoever waited for the lock must see what was made meanwhile.
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
        if _is_store(connection, place):
            make_tables(connection, place.schema)  # a store of before there were any has none
            return False
        for statement in _TABLES:
            schema_and_mark = {"schema": Identifier(place.schema), "mark": f"{_MARK}{LAYOUT}"}
            connection.execute(SQL(statement).format(**schema_and_mark))
        make_tables(connection, place.schema)
        return True


def _is_store(connection: psycopg.Connection[Any], place: Place) -> bool:
    """Say whether there is a store of ours, or nothing at all yet.

    Raises:
        RecordError: the schema is another program's, or holds a store of another layout.
    """
    tables, comment = connection.execute(
        """SELECT count(*),
            max(obj_description(pg_class.oid, 'pg_class')) FILTER (WHERE relname = 'stored_events')
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = %s""",
        (place.schema,),
    ).fetchone() or (0, None)
    if not tables:
        return False
    mark = fullmatch(f"{_MARK}([0-9]+)", comment or "")
    if mark is None:
        raise RecordError(
            f"{place} holds tables of another program, and no store of rapid-review; nothing was "
            "written to it. Name a schema of its own: ?schema=rapid_review"
        )
    if int(mark[1]) != LAYOUT:
        raise RecordError(
            f"{place} holds a rapid-review store of layout {mark[1]}; this version reads layout "
            f"{LAYOUT}. Use the version of rapid-review that made it, or name another schema"
        )
    return True
