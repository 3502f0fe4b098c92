"""A store in a schema, as the tests open it, and its rows."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier

from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.store import Store


def store_at(address: str) -> "closing[Store]":
    """Open a store, for as long as its context lasts."""
    return closing(Store.on_postgres(address, unsealed=True))


@contextmanager
def a_schema(database: str, kind: str) -> Iterator[str]:
    """Yield the address of a schema that is not there yet, and will not be afterwards.

    Args:
        database: its address.
        kind: how the schema's name begins.
    """
    schema = f"{kind}_{uuid4().hex}"
    yield f"{database}{'&' if '?' in database else '?'}schema={schema}"
    with psycopg.connect(database) as connection:
        connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))


def connected(address: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """Connect as any other program would; the schema of the address is the one it works in."""
    place = Place.at(address)
    connection = psycopg.connect(place.connection, autocommit=True)
    connection.execute("SELECT set_config('search_path', quote_ident(%s), false)", (place.schema,))
    return connection


def rows_at(address: str) -> list[tuple[Any, ...]]:
    """Return the rows of a store as they lie in the table, by position."""
    with connected(address) as connection:
        return connection.execute(
            "SELECT notification_id, originator_id, originator_version, topic, state "
            "FROM stored_events ORDER BY notification_id"
        ).fetchall()
