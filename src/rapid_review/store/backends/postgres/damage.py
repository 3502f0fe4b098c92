"""Where a store on a PostgreSQL server is damaged: in which table, and behind which position.

The server names a file of its own; the person who keeps the store wants to know what is in it.
"""

from typing import Final

import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

DAMAGE: Final = frozenset({"XX001", "XX002", "58P01"})
"""What the server answers where data or an index is damaged, or a file of its own is not there."""
_TOGETHER: Final = 1_000


def is_damage(error: BaseException | None) -> bool:
    """Say whether an error, or the one that led to it, comes of damage."""
    while error is not None:
        if isinstance(error, psycopg.Error) and error.sqlstate in DAMAGE:
            return True
        error = error.__cause__
    return False


def whereabouts(connection: str, schema: str) -> str:
    """Return in words where the entries are damaged, or that each of them can be read."""
    try:
        with psycopg.connect(connection, autocommit=True) as looked_through:
            # By the index of positions, and not from the first page of the table to the last.
            for way in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
                looked_through.execute(SQL("SET {} = off").format(Identifier(way)))
            entries = SQL(
                "SELECT notification_id, md5(state) FROM {}.stored_events "
                "WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
            ).format(Identifier(schema))
            return _whereabouts(looked_through, entries)
    except psycopg.Error:
        return "the damaged place could not be found"


def _whereabouts(connection: psycopg.Connection[TupleRow], entries: Composed) -> str:
    last, together = 0, _TOGETHER
    try:
        connection.execute(SQL("EXPLAIN ") + entries, (last, together))
    except psycopg.Error as error:
        if is_damage(error):  # to plan a query, the server reads of an index, and of no entry
            return "an index of its table stored_events"
        raise
    while True:
        try:
            found = connection.execute(entries, (last, together)).fetchall()
        except psycopg.Error as error:
            if not is_damage(error):
                raise
            if together == 1:
                return f"in its table stored_events, the entry after position {last}"
            together = 1
            continue
        if not found:
            return "in another table, or in an index; each entry can be read at its position"
        last = found[-1][0]
