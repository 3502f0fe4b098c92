"""The ids of commands that recorded nothing, on a server; see `ports.Answers`."""

from collections.abc import Callable, Sequence
from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.utils import retry
from psycopg.rows import TupleRow, tuple_row

from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.postgres.address import as_storage_error
from rapid_review.store.backends.postgres.datastore import Connections
from rapid_review.store.backends.postgres.statements import for_postgres
from rapid_review.store.sql import side_tables


class PostgresAnswers:
    """Answers beside entries in a schema; `db init` makes their table.

    Args:
        datastore: the store's connections.
        lock: makes a transaction wait for those that append.
    """

    def __init__(self, datastore: Connections, lock: Callable[[Any], None]) -> None:
        self._datastore = datastore
        self._place = datastore.place
        self._lock = lock
        self._table_exists = False
        self._name = for_postgres(f"{{at}}{side_tables.ANSWERED}", datastore.schema).decode()
        self._answered_at = for_postgres(side_tables.ANSWERED_AT, datastore.schema)
        self._remembered = for_postgres(side_tables.REMEMBERED, datastore.schema)

    def version(self, stream: UUID, command_id: str) -> int | None:
        """Return the version of the case at which a command was answered; None if it was not.

        Raises:
            StorageError: the database cannot be read.
        """
        with as_storage_error(self._place, "read"):
            found = (
                self._fetch(self._answered_at, stream.hex, command_id) if self._has_table() else ()
            )
        return cast("int", found[0][0]) if found else None

    def remember(self, stream: UUID, command_id: str, version: int) -> bool:
        """Remember a command, unless the case has newer entries; say whether it is remembered.

        Raises:
            RecordError: there is no table for it.
            StorageError: the database cannot be written.
        """
        with as_storage_error(self._place, "written"):
            if not self._has_table():
                raise RecordError(
                    f"{self._place} has no table for the ids of commands that recorded nothing: "
                    "an earlier version made the store. Add the table with `rapid-review db "
                    "init` and the same --store, which changes nothing else; then send the "
                    "command again"
                )
            values = (stream.hex, command_id, version, stream.hex, version)
            return cast("bool", self._remember(values))

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def _remember(self, values: tuple[object, ...]) -> bool:
        with self._datastore.transaction(commit=True) as cursor:
            self._lock(cursor)
            cursor.execute(self._remembered, values, prepare=True)
            return bool(cursor.fetchall())

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def _fetch_rows(self, statement: bytes, values: tuple[object, ...]) -> Sequence[TupleRow]:
        with (
            self._datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            return cursor.execute(statement, values, prepare=True).fetchall()

    def _fetch(self, statement: bytes, *values: object) -> Sequence[TupleRow]:
        return cast("Sequence[TupleRow]", self._fetch_rows(statement, values))

    def _has_table(self) -> bool:
        """Say whether the table exists; once it does, it is not looked for again."""
        if not self._table_exists:
            self._table_exists = self._fetch(b"SELECT to_regclass(%s) IS NOT NULL", self._name)[0][
                0
            ]
        return self._table_exists
