"""Making a store on a PostgreSQL server: the table of entries, and the tables beside it."""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from psycopg.rows import TupleRow

from rapid_review.store.backends.postgres import migrations
from rapid_review.store.backends.postgres.address import Place, as_storage_error
from rapid_review.store.backends.postgres.statements import (
    LOCK_MAKING,
    SEALED_LAYOUT,
    in_schema,
    layout_of,
    no_store,
)
from rapid_review.store.sql.migrations import Step


def init_postgres(address: str, schema: str | None = None, *, sealed: bool) -> bool:
    """Make a store, unless it exists; an existing one gets the tables it lacks.

    Several processes may call this at once.

    Args:
        address: see `Place.at`.
        schema: the schema, if the address does not name it; made if need be.
        sealed: whether the words in a new store are sealed.

    Returns:
        Whether the store was made now.

    Raises:
        InvalidInputError: the address is not valid or not complete.
        RecordError: the schema is another program's, or holds a store of another layout.
        StorageError: the server cannot be reached, or does not let this user make tables, or the
            database's encoding is not UTF8.
    """
    place = Place.at(address, schema)
    with _locked_for_making(place) as connection:
        there = layout_of(connection, place) is not None
        migrations.execute(
            connection, migrations.missing_in(connection, place.schema, sealed=sealed)
        )
        return not there


def migrate_postgres(address: str, *, dry_run: bool) -> tuple[Step, ...]:
    """Execute the steps that a store lacks; return them.

    Args:
        address: see `Place.at`.
        dry_run: whether the steps are only looked for, which any user who reads the store may do.

    Raises:
        InvalidInputError: the address is not valid or not complete.
        RecordError: there is no store, or it is another program's, or of another layout.
        StorageError: the server cannot be reached, or does not let this user make tables.
    """
    place = Place.at(address)
    with _locked_for_making(place) as connection:
        layout = layout_of(connection, place)
        if layout is None:
            raise no_store(place)
        sealed = layout == SEALED_LAYOUT
        missing = migrations.missing_in(connection, place.schema, sealed=sealed)
        if not dry_run:
            migrations.execute(connection, missing)
        return missing


@contextmanager
def _locked_for_making(place: Place) -> Generator[psycopg.Connection[TupleRow], None, None]:
    """Yield a connection with a transaction, during which nobody else makes tables."""
    with as_storage_error(place, "made"), psycopg.connect(place.connection) as connection:
        # Anyone who waited for the lock must see what was made meanwhile.
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        connection.execute(in_schema(LOCK_MAKING, place.schema))
        yield connection
