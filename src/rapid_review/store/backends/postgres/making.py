"""Making a store on a PostgreSQL server: the table of entries, and the tables beside it."""

import psycopg

from rapid_review.store.backends.postgres.address import Place, reached
from rapid_review.store.backends.postgres.statements import (
    APPEND,
    LAYOUT,
    MADE_ALONE,
    SEALED_LAYOUT,
    TABLES,
    appends,
    layout_of,
    named,
)
from rapid_review.store.backends.postgres.tables import make_tables


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
    with reached(place, "made"), psycopg.connect(place.connection) as connection:
        # Whoever waited for the lock must see what was made meanwhile.
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        connection.execute(named(MADE_ALONE, place.schema))
        there = layout_of(connection, place) is not None
        layout = SEALED_LAYOUT if sealed else LAYOUT
        for statement in () if there else TABLES:
            connection.execute(named(statement, place.schema, layout=layout))
        if not appends(connection, place):  # nor has a store that an older version made
            connection.execute(named(APPEND, place.schema))
        make_tables(connection, place.schema)  # the same
        return not there
