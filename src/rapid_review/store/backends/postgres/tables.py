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
from rapid_review.store.backends.postgres.address import as_storage_error, must_write
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
"""How far the received changes were applied, and whether there is a receiver: of the receiver, a
role without superuser rights sees nothing else."""

Cursor = psycopg.Cursor[TupleRow]
T = TypeVar("T")


class PostgresWriter:
    """A transaction's statements."""

    def __init__(self, cursor: Cursor, schema: str) -> None:
        self._cursor = cursor
        self._schema = schema

    def execute(self, statement: str, values: Values = ()) -> int:
        """Execute a statement once; return how many rows it changed."""
        return self._cursor.execute(for_postgres(statement, self._schema), values).rowcount

    def insert(self, statement: str, rows: Iterable[Values]) -> int:
        """Execute an INSERT for all rows, many at a time; return how many rows it made."""
        # Many rows a statement, because `executemany` of psycopg uses its pipeline, in which a
        # large batch was seen to wait for ever (ADR 0015).
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
        channel: on which the store announces new entries.
        newest: returns the position of the newest entry.
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
        """Whether the caller opened the database for reading only."""
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
        """Check that the tables exist, with those that later versions added; `db init` makes them.

        Raises:
            RecordError: a table is missing.
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

        def fetch(cursor: Cursor) -> Sequence[Values]:
            return _select(cursor, schema, statement, values)

        with as_storage_error(self._place, "read"):
            return cast("Sequence[Values]", self._with_cursor(fetch))

    def read(self, work: Callable[[Select], T]) -> T:
        """Call a function that reads in one transaction, so that it sees one moment.

        It may be called twice, if a connection breaks.
        """

        def run(cursor: Cursor) -> T:
            with cursor.connection.transaction():
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                return work(partial(_select, cursor, self._datastore.schema))

        with as_storage_error(self._place, "read"):
            return cast("T", self._with_cursor(run))

    def write(self, work: Callable[[PostgresWriter], bool]) -> bool:
        """Call a function in one transaction; commit only if it returns true; return its result.

        It may be called twice, if the answer to the first commit was lost.
        """
        must_write(self._place)

        def run(cursor: Cursor) -> bool:
            with cursor.connection.transaction() as transaction:
                succeeded = work(PostgresWriter(cursor, self._datastore.schema))
                if not succeeded:
                    raise psycopg.Rollback(transaction)
            return succeeded

        with as_storage_error(self._place, "written"):
            return cast("bool", self._with_cursor(run))

    @contextmanager
    def news(self) -> Generator[Callable[[], bool], None, None]:
        """Listen, on a connection of its own, to the server's notices of new entries."""
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


def _select(cursor: Cursor, schema: str, statement: str, values: Values = ()) -> Sequence[Values]:
    return cursor.execute(for_postgres(statement, schema), values).fetchall()


def _around_values(statement: str) -> tuple[str, str, str]:
    """Split an INSERT into the text before, in and after the parentheses of its values."""
    before, _, rest = statement.partition(" VALUES ")
    marks, _, after = rest.partition(")")
    return f"{before} VALUES ", f"{marks})", after
