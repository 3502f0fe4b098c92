"""The tables beside the entries on a PostgreSQL server, in the same schema."""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final, TypeVar, cast

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.utils import retry
from psycopg.rows import TupleRow, tuple_row

from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.behind import Behind
from rapid_review.store.backends.ports import Select, Values
from rapid_review.store.backends.postgres.address import must_write, reached
from rapid_review.store.backends.postgres.datastore import SharedDatastore
from rapid_review.store.backends.postgres.notices import Notices
from rapid_review.store.backends.postgres.statements import for_postgres
from rapid_review.store.sql.beside import SHOWN_BY

TOGETHER: Final = 1_000
"""How many rows go into one INSERT."""

_TABLES: Final = (
    "SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
    "WHERE nspname = ? AND relkind = 'r'"
)
_BEHIND: Final = (
    "SELECT pg_is_in_recovery(), pg_last_xact_replay_timestamp(), "
    "greatest(0, pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())), "
    "EXISTS (SELECT FROM pg_stat_wal_receiver)"
)
"""How far what was received is read; a role that is no superuser sees whether there is a receiver,
and nothing more of it."""

Cursor = psycopg.Cursor[TupleRow]
T = TypeVar("T")


class PostgresWriter:
    """A transaction's statements."""

    def __init__(self, cursor: Cursor, schema: str) -> None:
        self._cursor = cursor
        self._schema = schema

    def execute(self, statement: str, values: Values = ()) -> int:
        """Ask a statement once; return how many rows it changed."""
        return self._cursor.execute(for_postgres(statement, self._schema), values).rowcount

    def insert(self, statement: str, rows: Iterable[Values]) -> int:
        """Ask an INSERT for each row; return how many rows it made."""
        # Many rows a statement, and not in psycopg's pipeline, as its `executemany` does: a large
        # batch was seen to wait for ever in one (ADR 0015).
        made = 0
        before, marks, after = _around_values(statement)
        every = list(rows)
        for start in range(0, len(every), TOGETHER):
            some = every[start : start + TOGETHER]
            values = tuple(value for row in some for value in row)
            made += self.execute(f"{before}{', '.join([marks] * len(some))}{after}", values)
        return made


class PostgresTables:
    """The tables beside the entries, over the connections of a store.

    Args:
        datastore: the store's connections.
        channel: on which the store tells of new entries.
        newest: gives the position of the newest entry.
    """

    def __init__(
        self, datastore: SharedDatastore, channel: str, *, newest: Callable[[], int]
    ) -> None:
        self._datastore = datastore
        self._place = datastore.place
        self._channel = channel
        self._newest = newest

    @property
    def reads_only(self) -> bool:
        """Whether nothing is written to the database, as its caller said."""
        return self._place.settings.reads_only

    def behind(self) -> Behind | None:
        """Return how far a standby may lie behind its primary; None where it is no standby."""
        ((follows, until, unread, is_sent_more),) = self.rows(_BEHIND)
        if not follows:
            return None
        return Behind(self._newest(), until, int(unread), is_sent_more)

    def names(self) -> frozenset[str]:
        """Return the names of the tables that are there."""
        found = self.rows(_TABLES, (self._datastore.schema,))
        return frozenset(row[0] for row in found)

    def prepare(self, *later: str) -> None:
        """See that the tables are there, with those that came later: `db init` alone makes them.

        Raises:
            RecordError: they are not.
        """
        if not self.names() >= SHOWN_BY.union(later):
            raise RecordError(
                f"{self._place} lacks a table of the read model, the ledger or the "
                "subscriptions: an earlier version made the store, or somebody dropped the "
                "table. Add what is missing with `rapid-review db init` and the same --store, "
                "which changes nothing else"
            )

    def rows(self, statement: str, values: Values = ()) -> Sequence[Values]:
        """Return what a SELECT finds."""
        schema = self._datastore.schema

        def found(cursor: Cursor) -> Sequence[Values]:
            return _selected(cursor, schema, statement, values)

        with reached(self._place, "read"):
            return cast("Sequence[Values]", self._with_cursor(found))

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
        """Do some work in one transaction; commit only if it returns true, and return its result.

        It may be done twice, if only the answer of the first time was lost.
        """
        must_write(self._place)

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
        with Notices(self._place, self._channel, self._newest) as notices:
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


def _selected(
    cursor: Cursor, schema: str, statement: str, values: Values = ()
) -> Sequence[Values]:
    return cursor.execute(for_postgres(statement, schema), values).fetchall()


def _around_values(statement: str) -> tuple[str, str, str]:
    """Return an INSERT's text before, in and after the parentheses of its values."""
    before, _, rest = statement.partition(" VALUES ")
    marks, _, after = rest.partition(")")
    return f"{before} VALUES ", f"{marks})", after
