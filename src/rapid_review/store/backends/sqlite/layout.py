"""What an SQLite store is made of: its table of entries, the marks in the header, statements."""

from functools import lru_cache
from typing import Final

from rapid_review.store.backends.ports import ERASURES
from rapid_review.store.backends.sqlite.guards import GUARDS

APPLICATION_ID: Final = 0x52526576  # "RRev": SQLite keeps it in the file's header
LAYOUT: Final = 1  # of the tables below; kept in the header as user_version
SEALED_LAYOUT: Final = 2  # the same tables; the words in their rows are sealed

# Without it, every row is read before the first words are opened.
ERASURES_INDEX: Final = (
    f"CREATE INDEX IF NOT EXISTS erasures ON stored_events (topic) WHERE topic IN {ERASURES}"
)
TABLES: Final = (
    # `rowid` by that very name: the library reads row["rowid"]. AUTOINCREMENT: an id that was
    # once used is never used again, so no reader that has passed it can miss an event.
    """CREATE TABLE IF NOT EXISTS stored_events (
        rowid INTEGER PRIMARY KEY AUTOINCREMENT,
        originator_id TEXT NOT NULL,
        originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        state BLOB NOT NULL,
        UNIQUE (originator_id, originator_version)
    ) STRICT""",
    ERASURES_INDEX,
    *GUARDS.values(),
    f"PRAGMA application_id = {APPLICATION_ID}",
)


def mark_statement(layout: int) -> str:
    """Return the statement that marks a file with its layout."""
    return f"PRAGMA user_version = {layout}"


@lru_cache  # a command asks many of them, and they are constants
def for_sqlite(statement: str) -> str:
    """Return a statement of `store.sql` for SQLite, which compares texts by their bytes anyway."""
    return statement.format(at="", by_bytes="")
