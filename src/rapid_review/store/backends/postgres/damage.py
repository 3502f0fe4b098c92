"""Where a store on a PostgreSQL server is damaged: in which table, and behind which position.

The server names only a file of its own; the person who keeps the store must know what is in it.
"""

from typing import Final

import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

DAMAGE: Final = frozenset({"XX001", "XX002", "58P01"})
"""The server's error codes for damaged data, a damaged index, or a missing file of its own."""
_BATCH: Final = 1_000


def is_damage(error: BaseException | None) -> bool:
    """Say whether an error, or the one that led to it, was caused by damage."""
    while error is not None:
        if isinstance(error, psycopg.Error) and error.sqlstate in DAMAGE:
            return True
        error = error.__cause__
    return False


def whereabouts(address: str, schema: str) -> str:
    """Return in words where the entries are damaged, or that each of them can be read."""
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            # Entries are read by the index of positions, not from the first page to the last.
            for setting in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
                connection.execute(SQL("SET {} = off").format(Identifier(setting)))
            entries = SQL(
                "SELECT notification_id, md5(state) FROM {}.stored_events "
                "WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
            ).format(Identifier(schema))
            return _find_damage(connection, entries)
    except psycopg.Error:
        return "the damaged place could not be found"


def _find_damage(connection: psycopg.Connection[TupleRow], entries: Composed) -> str:
    last, batch = 0, _BATCH
    try:
        connection.execute(SQL("EXPLAIN ") + entries, (last, batch))
    except psycopg.Error as error:
        if is_damage(error):  # planning a query reads an index, and no entry
            return "an index of its table stored_events"
        raise
    while True:
        try:
            found = connection.execute(entries, (last, batch)).fetchall()
        except psycopg.Error as error:
            if not is_damage(error):
                raise
            if batch == 1:
                return f"in its table stored_events, the entry after position {last}"
            batch = 1
            continue
        if not found:
            return "in another table, or in an index; each entry can be read at its position"
        last = found[-1][0]
