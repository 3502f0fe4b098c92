"""Making a store on a PostgreSQL server: the table of entries, and the tables beside it."""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from psycopg.rows import TupleRow

from rapid_review.store.backends.postgres import migrations
from rapid_review.store.backends.postgres.address import Place, reached
from rapid_review.store.backends.postgres.statements import (
    MADE_ALONE,
    SEALED_LAYOUT,
    layout_of,
    named,
    no_store,
)
from rapid_review.store.sql.migrations import Step


def init_postgres(address: str, schema: str | None = None, *, sealed: bool) -> bool:
    """Make a store, unless it is there; then it is left as it is. Many may ask at once.

    Args:
        address: see `Place.at`.
        schema: the schema, if the address does not name it; made if need be.
        sealed: whether the words in it are to be sealed, if it is made.

    Returns:
        Whether it was made now.

    Raises:
        InvalidInputError: the address leaves something open.
        RecordError: the schema is another program's, or holds a store of another layout.
        StorageError: the server cannot be reached, or does not let this user make tables, or the
            database does not keep its texts in UTF8.
    """
    place = Place.at(address, schema)
    with _alone(place) as connection:
        there = layout_of(connection, place) is not None
        migrations.done(connection, migrations.missing_in(connection, place.schema, sealed=sealed))
        return not there


def migrate_postgres(
    address: str, schema: str | None = None, *, dry_run: bool
) -> tuple[Step, ...]:
    """Do the steps that a store lacks; return them. With `dry_run`, none is done.

    Args:
        address: see `Place.at`.
        schema: the schema, if the address does not name it.
        dry_run: whether they are only looked for, for which nobody need own the tables.

    Raises:
        InvalidInputError: the address leaves something open.
        RecordError: there is no store, or it is another program's, or of another layout.
        StorageError: the server cannot be reached, or does not let this user make tables.
    """
    place = Place.at(address, schema)
    with _alone(place) as connection:
        layout = layout_of(connection, place)
        if layout is None:
            raise no_store(place)
        sealed = layout == SEALED_LAYOUT
        missing = migrations.missing_in(connection, place.schema, sealed=sealed)
        if not dry_run:
            migrations.done(connection, missing)
        return missing


@contextmanager
def _alone(place: Place) -> Generator[psycopg.Connection[TupleRow], None, None]:
    """Yield a connection in whose transaction nobody else makes tables."""
    with reached(place, "made"), psycopg.connect(place.connection) as connection:
        # Anyone who waited for the lock must see what was made meanwhile.
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        connection.execute(named(MADE_ALONE, place.schema))
        yield connection
