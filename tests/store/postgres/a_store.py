"""A store in a schema, as the tests open it, and its rows."""

from contextlib import closing
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import StoredEvent

from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.store import Store


def store_at(address: str) -> "closing[Store]":
    """Open a store, for as long as its context lasts."""
    return closing(Store.on_postgres(address))


def row(stream: UUID, version: int, state: bytes = b"{}") -> StoredEvent:
    """Return a row of no meaning."""
    return StoredEvent(stream, version, "CaseClosed", state)


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
