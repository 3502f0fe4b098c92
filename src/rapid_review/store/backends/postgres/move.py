"""Inserting the rows of another store into one on a PostgreSQL server, at the same positions."""

from collections.abc import Sequence
from uuid import UUID

import psycopg
from eventsourcing.persistence import IntegrityError
from psycopg.rows import DictRow
from psycopg.sql import SQL, Identifier, Literal

from rapid_review.store.backends.ports import ELSEWHERE, WholeRow


def take_over(
    cursor: psycopg.Cursor[DictRow], schema: str, rows: Sequence[WholeRow], after: int
) -> None:
    """Insert rows in a transaction that holds the store's lock; see `Store.take_over`.

    Only the owner of the tables may do this: it also advances the sequence of positions.

    Raises:
        IntegrityError: the store does not end at `after`, or a row is wrong or damaged.
    """
    try:
        positions, streams, *rest = (list(column) for column in zip(*rows, strict=True))
        columns = [positions, list(map(UUID, streams)), *rest]
    except (ValueError, TypeError, AttributeError):
        raise IntegrityError("a row belongs to no stream") from None
    at = Identifier(schema)
    cursor.execute(
        SQL(
            "INSERT INTO {}.stored_events "
            "(notification_id, originator_id, originator_version, topic, state) "
            # Without this, the server numbers the rows itself.
            "OVERRIDING SYSTEM VALUE SELECT * FROM "
            "unnest(%b::bigint[], %b::uuid[], %b::bigint[], %b::text[], %b::bytea[])"
        ).format(at),
        columns,
    )
    table = Literal(f"{at.as_string()}.stored_events")
    cursor.execute(
        SQL("SELECT setval(pg_get_serial_sequence({}, 'notification_id'), %s)").format(table),
        (rows[-1][0],),
    )
    # If there are more than were inserted, the store already had rows after that position.
    behind = SQL("SELECT count(*) AS behind FROM {}.stored_events WHERE notification_id > %s")
    found = cursor.execute(behind.format(at), (after,)).fetchone()
    if found is None or found["behind"] != len(rows):
        raise IntegrityError(ELSEWHERE.format(after))
