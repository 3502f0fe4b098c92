"""The rows of the entries on a PostgreSQL server."""

from collections.abc import Callable, Sequence
from typing import Any, Final, cast
from uuid import UUID

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.utils import retry
from psycopg.rows import TupleRow, tuple_row

from rapid_review.store.backends.ports import ForeignObject, StoredRow, Values
from rapid_review.store.backends.postgres.address import as_storage_error
from rapid_review.store.backends.postgres.datastore import Connections
from rapid_review.store.backends.postgres.statements import for_postgres, in_schema
from rapid_review.store.backends.sql_rows import SQLRows

_GUARDS: Final = (
    # The number is pg_trigger's bits: once for each statement, before UPDATE, DELETE or TRUNCATE.
    ("no_change", 2 + 8 + 16 + 32, "refuse_change"),
    ("no_gap", 4, "refuse_gap"),
)
# The function may have been replaced by another of its name, so its text is checked as well.
_GUARDS_MADE: Final = (
    "SELECT tgname, tgtype, proname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "JOIN pg_namespace ON pg_namespace.oid = relnamespace JOIN pg_proc ON pg_proc.oid = tgfoid "
    "WHERE nspname = ? AND relname = 'stored_events' AND tgenabled = 'A' "
    "AND pronamespace = relnamespace AND strpos(prosrc, 'RAISE integrity_constraint') > 0"
)
_FOREIGN_OBJECTS: Final = (
    "SELECT 'trigger', tgname::text, relname::text FROM pg_trigger "
    "JOIN pg_class ON pg_class.oid = tgrelid "
    "JOIN pg_namespace ON pg_namespace.oid = relnamespace "
    "WHERE nspname = ? AND NOT tgisinternal "
    "AND NOT (relname = 'stored_events' AND tgname IN ('no_change', 'no_gap')) "
    "UNION SELECT 'rule', rulename::text, tablename::text FROM pg_rules WHERE schemaname = ? "
    "UNION SELECT 'policy', policyname::text, tablename::text FROM pg_policies "
    "WHERE schemaname = ? "
    "UNION SELECT 'view', viewname::text, viewname::text FROM pg_views WHERE schemaname = ? "
    "UNION SELECT 'view', matviewname::text, matviewname::text FROM pg_matviews "
    "WHERE schemaname = ? "
    "UNION SELECT 'index', indexname::text, tablename::text FROM pg_indexes "
    "WHERE schemaname = ? AND tablename = 'stored_events' AND indexname NOT IN "
    "('stored_events_pkey', 'stored_events_notification_id_key', 'erasures') ORDER BY 1, 2, 3"
)


class PostgresRows(SQLRows):
    """Rows in a schema.

    Args:
        datastore: the store's connections.
    """

    POSITION = "notification_id"
    STREAM = "replace(originator_id::text, '-', '')"

    def __init__(self, datastore: Connections) -> None:
        self._datastore = datastore
        self._place = datastore.place
        self._one_stream = in_schema(
            "SELECT originator_version, topic, state FROM {schema}.stored_events "
            "WHERE originator_id = %s AND originator_version >= %s ORDER BY originator_version",
            datastore.schema,
        )

    def of(self, stream: UUID, since: int = 1) -> Sequence[StoredRow]:
        """Return one case's rows, from the first version or a later one.

        Raises:
            StorageError: the database cannot be read.
        """

        def fetch(cursor: psycopg.Cursor[TupleRow]) -> Sequence[Any]:
            return cursor.execute(self._one_stream, (stream, since), prepare=True).fetchall()

        with as_storage_error(self._place, "read"):
            return cast("Sequence[StoredRow]", self._fetch(fetch, binary=True))

    def missing_guards(self) -> Sequence[str]:
        """Return the names of the guards on the rows that are missing, or were altered."""
        made = set(self.select(_GUARDS_MADE, (self._datastore.schema,)))
        return [name for name, *how in _GUARDS if (name, *how) not in made]

    def foreign_objects(self) -> Sequence[ForeignObject]:
        """Return what acts on the tables, or reads the rows, and is not of this library."""
        schema = self._datastore.schema
        found = self.select(_FOREIGN_OBJECTS, (schema,) * _FOREIGN_OBJECTS.count("?"))
        return [ForeignObject(*map(str, row)) for row in found]

    def select(self, statement: str, values: Values = ()) -> Sequence[Values]:
        """Return what a SELECT finds.

        Raises:
            StorageError: the database cannot be read.
        """

        def fetch(cursor: psycopg.Cursor[TupleRow]) -> Sequence[Any]:
            return cursor.execute(
                for_postgres(statement, self._datastore.schema), values
            ).fetchall()

        with as_storage_error(self._place, "read"):
            return cast("Sequence[Values]", self._fetch(fetch, binary=False))

    def _among(self, streams: Sequence[str]) -> tuple[str, Values]:
        return "originator_id = ANY(string_to_array(?, ' ')::uuid[])", (" ".join(streams),)

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def _fetch(
        self, fetch: Callable[[psycopg.Cursor[TupleRow]], Sequence[Any]], *, binary: bool
    ) -> Sequence[Any]:
        with (
            self._datastore.get_connection() as connection,
            connection.cursor(binary=binary, row_factory=tuple_row) as cursor,
        ):
            return fetch(cursor)
