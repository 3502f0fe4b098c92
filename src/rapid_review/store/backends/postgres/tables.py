"""The read model on a PostgreSQL server, in the schema of the entries it is made of."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, TypeVar, cast

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.utils import retry
from psycopg.rows import TupleRow, tuple_row

from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.derived_tables import CREATE, TOLD_BY
from rapid_review.store.backends.ports import OPENING, Place, Select, WholeRow
from rapid_review.store.backends.postgres.address import reached
from rapid_review.store.backends.postgres.notices import Notices
from rapid_review.store.log.codec import Row as StoredRow
from rapid_review.store.read_model.rows import Row

if TYPE_CHECKING:
    from rapid_review.store.backends.postgres.log import SharedDatastore

TOGETHER: Final = 1_000
"""How many rows go into one INSERT."""

_TABLES: Final = (
    "SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
    "WHERE nspname = ? AND relkind = 'r'"
)
_GUARDS: Final = (
    # By the bits of pg_trigger: once a statement, before UPDATE, DELETE or TRUNCATE.
    ("no_change", 2 + 8 + 16 + 32, "refuse_change"),
    ("no_gap", 4, "refuse_gap"),
)
_GUARDS_MADE: Final = (
    "SELECT tgname, tgtype, proname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "JOIN pg_namespace ON pg_namespace.oid = relnamespace JOIN pg_proc ON pg_proc.oid = tgfoid "
    "WHERE nspname = ? AND relname = 'stored_events' AND tgenabled = 'A' "
    "AND pronamespace = relnamespace AND strpos(prosrc, 'RAISE integrity_constraint') > 0"
)
_HEX: Final = "replace(originator_id::text, '-', '')"
_AMONG: Final = "originator_id = ANY(string_to_array(?, ' ')::uuid[])"

Cursor = psycopg.Cursor[TupleRow]
T = TypeVar("T")


class PostgresWriter:
    """A transaction's statements."""

    def __init__(self, cursor: Cursor, schema: str) -> None:
        self._cursor = cursor
        self._schema = schema

    def execute(self, statement: str, values: Row = ()) -> int:
        """Ask a statement once; return how many rows it changed."""
        return self._cursor.execute(for_postgres(statement, self._schema), values).rowcount

    def insert(self, statement: str, rows: Iterable[Row]) -> None:
        """Ask an INSERT for each row: many rows a statement, and none of them in a pipeline."""
        before, marks, after = _around_values(statement)
        every = list(rows)
        for start in range(0, len(every), TOGETHER):
            some = every[start : start + TOGETHER]
            values = tuple(value for row in some for value in row)
            self.execute(f"{before}{', '.join([marks] * len(some))}{after}", values)


class PostgresDatabase:
    """The read model's tables, over the connections of a store.

    Args:
        datastore: the store's connections.
        channel: on which the store tells of new entries.
    """

    def __init__(self, datastore: "SharedDatastore", channel: str) -> None:
        self._datastore = datastore
        self._place = datastore.place
        self._channel = channel

    def page(self, after: int, limit: int) -> Sequence[Place]:
        """Return where the next entries after a position are, in order."""
        found = self.rows(
            f"SELECT notification_id, {_HEX}, originator_version FROM {{at}}stored_events "
            "WHERE notification_id > ? ORDER BY notification_id LIMIT ?",
            (after, limit),
        )
        return cast("Sequence[Place]", found)

    def openings(self, streams: Sequence[str]) -> Mapping[str, bytes]:
        """Return, by stream, how the body of its first entry begins."""
        found = self.rows(
            f"SELECT {_HEX}, substring(state from 1 for ?) FROM {{at}}stored_events "
            f"WHERE {_AMONG} AND originator_version = 1",
            (OPENING, " ".join(streams)),
        )
        return dict(cast("Sequence[tuple[str, bytes]]", found))

    def whole(self, after: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position, whole, in order; of whatever type they are."""
        found = self.rows(
            f"SELECT notification_id, {_HEX}, originator_version, topic, state "
            "FROM {at}stored_events WHERE notification_id > ? "
            "ORDER BY notification_id LIMIT ?",
            (after, limit),
        )
        return cast("Sequence[WholeRow]", found)

    def streams(self, streams: Sequence[str]) -> Iterator[tuple[str, Sequence[StoredRow]]]:
        """Yield each of these streams that there is, with all its rows from the first version."""
        found = self.rows(
            f"SELECT {_HEX}, originator_version, topic, state FROM {{at}}stored_events "
            f"WHERE {_AMONG} ORDER BY originator_id, originator_version",
            (" ".join(streams),),
        )
        for stream, rows in groupby(found, key=itemgetter(0)):
            yield stream, cast("Sequence[StoredRow]", [row[1:] for row in rows])

    def position_of(self, stream: str, version: int) -> int:
        """Return the position of an entry that is there."""
        found = self.rows(
            "SELECT notification_id FROM {at}stored_events "
            "WHERE originator_id = ?::uuid AND originator_version = ?",
            (stream, version),
        )
        return cast("int", found[0][0])

    def first_position(self) -> int:
        """Return the position of the first entry; 1 if there is none."""
        found = self.rows("SELECT COALESCE(MIN(notification_id), 1) FROM {at}stored_events")
        return cast("int", found[0][0])

    def last_position(self) -> int:
        """Return the position of the newest entry; 0 if there is none."""
        found = self.rows("SELECT COALESCE(MAX(notification_id), 0) FROM {at}stored_events")
        return cast("int", found[0][0])

    def tables(self) -> frozenset[str]:
        """Return the names of the tables that are there."""
        found = self.rows(_TABLES, (self._datastore.schema,))
        return frozenset(row[0] for row in found)

    def open_guards(self) -> Sequence[str]:
        """Return the names of the guards on the entries that are not there as they are made."""
        made = set(self.rows(_GUARDS_MADE, (self._datastore.schema,)))
        return [name for name, *how in _GUARDS if (name, *how) not in made]

    def prepare(self) -> None:
        """See that the tables are there: `db init` alone makes them.

        Raises:
            RecordError: they are not.
        """
        if not self.tables() >= TOLD_BY:
            raise RecordError(
                f"{self._place} has not every table for the read model and the ledger: the store "
                "was made before there was one, or somebody dropped it; `rapid-review db init` "
                "with the same --store adds them, and changes nothing else"
            )

    def rows(self, statement: str, values: Row = ()) -> Sequence[Row]:
        """Return what a SELECT finds."""
        schema = self._datastore.schema

        def found(cursor: Cursor) -> Sequence[Row]:
            return _selected(cursor, schema, statement, values)

        with reached(self._place, "read"):
            return cast("Sequence[Row]", self._with_cursor(found))

    def read(self, work: Callable[[Select], T]) -> T:
        """Do some reading in one transaction, so that all of it sees one moment.

        It may be done twice: where a connection broke.
        """

        def done(cursor: Cursor) -> T:
            with cursor.connection.transaction():
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                return work(partial(_selected, cursor, self._datastore.schema))

        with reached(self._place, "read"):
            return cast("T", self._with_cursor(done))

    def write(self, work: Callable[[PostgresWriter], bool]) -> bool:
        """Do some work in one transaction, which stands only if it says so; return what it says.

        It may be done twice: where only the answer of the first time was lost.
        """

        def done(cursor: Cursor) -> bool:
            with cursor.connection.transaction() as transaction:
                stands = work(PostgresWriter(cursor, self._datastore.schema))
                if not stands:
                    raise psycopg.Rollback(transaction)
            return stands

        with reached(self._place, "written"):
            return cast("bool", self._with_cursor(done))

    @contextmanager
    def news(self) -> Generator[Callable[[], bool], None, None]:
        """Listen, on a connection of its own, to what the server tells of new entries."""
        with Notices(self._place, self._channel, self.last_position) as notices:
            yield notices.came

    def close(self) -> None:
        """Do nothing: the connections are the store's."""

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def _with_cursor(self, work: Callable[[Cursor], T]) -> T:
        with (
            self._datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            return work(cursor)


def _selected(cursor: Cursor, schema: str, statement: str, values: Row = ()) -> Sequence[Row]:
    return cursor.execute(for_postgres(statement, schema), values).fetchall()


def for_postgres(statement: str, schema: str) -> bytes:
    """Return a statement of `read_model_tables` as the driver takes it."""
    at = f'"{schema.replace(chr(34), chr(34) * 2)}".'
    return statement.replace("{at}", at).replace("?", "%s").encode()


def make_tables(connection: psycopg.Connection[TupleRow], schema: str) -> None:
    """Make the tables of the read model and of the ledger, unless all are there.

    Looked for first: whoever is not their owner may find them, and may make none.
    """
    found = connection.execute(for_postgres(_TABLES, schema), (schema,)).fetchall()
    if not {row[0] for row in found} >= TOLD_BY:
        for statement in CREATE:
            connection.execute(for_postgres(statement, schema))


def _around_values(statement: str) -> tuple[str, str, str]:
    """Return an INSERT's text before, in and after the parentheses of its values."""
    before, _, rest = statement.partition(" VALUES ")
    marks, _, after = rest.partition(")")
    return f"{before} VALUES ", f"{marks})", after
