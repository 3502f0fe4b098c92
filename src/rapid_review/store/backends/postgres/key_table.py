"""The table of keys on a PostgreSQL server, for many workers: in a database of its own.

The people who keep the record's database must not be able to read this table: it belongs in
another database, or at least in a schema of another role. What the server's log holds of it are
wrapped keys, and never words.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Final, Self

import psycopg
from psycopg.rows import tuple_row

from rapid_review.domain.errors import ClosedError, KeysBusyError, KeysError, StorageError
from rapid_review.store.backends.ports import Values, Writer
from rapid_review.store.backends.postgres.address import Place, as_storage_error
from rapid_review.store.backends.postgres.datastore import SharedDatastore
from rapid_review.store.backends.postgres.statements import LOCK_MAKING, for_postgres, in_schema
from rapid_review.store.backends.postgres.tables import PostgresWriter

_NO_SAMPLE: Final = "ALTER TABLE {at}sealed_keys ALTER COLUMN wrapped SET STATISTICS 0"
"""Keeps destroyed keys out of the server's statistics of the table."""
_WHICH_TABLES: Final = "SELECT to_regclass(%s) IS NOT NULL, to_regclass(%s) IS NOT NULL"


class PostgresKeyTable:
    """The table of keys in a schema; see `KeyTable`.

    Args:
        datastore: the connections.
    """

    def __init__(self, datastore: SharedDatastore) -> None:
        self.name = str(datastore.place)
        self._datastore = datastore

    @classmethod
    def make(cls, address: str, fill: Callable[[Writer], object]) -> bool:
        """Make the table, unless it exists; return whether it was made now.

        Args:
            address: see `Place.at`.
            fill: makes the tables, and inserts their first rows.

        Raises:
            KeysError: the schema holds a store: keys are never kept beside what they seal.
            StorageError: the server cannot be reached, or does not let this user make the table.
        """
        place = Place.at(address)
        with as_storage_error(place, "made"), psycopg.connect(place.connection) as connection:
            connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            connection.execute(in_schema(LOCK_MAKING, place.schema))
            if _has_keys(connection, place):
                return False
            connection.execute(in_schema("CREATE SCHEMA IF NOT EXISTS {schema}", place.schema))
            fill(PostgresWriter(connection.cursor(row_factory=tuple_row), place.schema))
            connection.execute(for_postgres(_NO_SAMPLE, place.schema))
        return True

    @classmethod
    def at(cls, address: str) -> Self:
        """Open the table in a schema.

        Raises:
            KeysError: there is no key table, or the server cannot be reached.
        """
        place = Place.at(address)
        with _as_keys_error(), as_storage_error(place, "opened"):
            with psycopg.connect(place.connection) as connection:
                if not _has_keys(connection, place):
                    raise KeysError(
                        f"there is no key store in {place}. For a new store, make one with "
                        "`rapid-review keys init` and the same --keys. If the key store was "
                        "lost, restore it from its own backup: without it the words are lost, "
                        "and dates, verdicts and proofs remain"
                    )
            return cls(SharedDatastore(place))

    def rows(self, statement: str, values: Values = ()) -> Sequence[Values]:
        """Return what a SELECT finds."""
        with self._cursor("read") as cursor:
            return cursor.execute(self._statement(statement), values).fetchall()

    def write(self, work: Callable[[Writer], object]) -> None:
        """Call a function in one transaction, which is on the disk when this returns."""
        with self._cursor("written") as cursor, cursor.connection.transaction():
            work(PostgresWriter(cursor, self._datastore.schema))

    def forget(self) -> None:
        """Make the server discard what was overwritten; its log and its backups keep it longer."""
        with self._cursor("written") as cursor:
            for table in ("sealed_keys", "erased_entries"):
                cursor.execute(self._statement(f"VACUUM FULL {{at}}{table}"))

    def close(self) -> None:
        """Close every connection."""
        self._datastore.close()

    def _statement(self, statement: str) -> bytes:
        return for_postgres(statement, self._datastore.schema)

    @contextmanager
    def _cursor(self, done: str) -> Generator["psycopg.Cursor[tuple[object, ...]]", None, None]:
        with (
            _as_keys_error(),
            as_storage_error(self._datastore.place, done),
            self._datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            yield cursor


@contextmanager
def _as_keys_error() -> Generator[None, None, None]:
    """Turn the errors of a store into those of a key store."""
    try:
        yield
    except (KeysError, ClosedError):
        raise
    except StorageError as error:
        raise KeysBusyError(f"the key store: {error}") from None


def _has_keys(connection: "psycopg.Connection[tuple[object, ...]]", place: Place) -> bool:
    """Say whether a schema holds the table of keys.

    Raises:
        KeysError: the schema holds a store.
    """
    schema = '"' + place.schema.replace('"', '""') + '"'
    tables = (f"{schema}.sealed_keys", f"{schema}.stored_events")
    keys, entries = connection.execute(_WHICH_TABLES, tables).fetchone() or (False, False)
    if entries:
        raise KeysError(
            f"{place} contains a store, and keys must be kept apart from the words that they "
            "seal. Name another database, or a schema that belongs to another role"
        )
    return bool(keys)
