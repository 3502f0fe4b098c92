"""What an SQLite store is made of: its table of entries, and the marks in the file's header."""

from typing import Final

from rapid_review.store.backends.sqlite.guards import GUARDS

APPLICATION_ID: Final = 0x52526576  # "RRev": SQLite keeps it in the file's header
LAYOUT: Final = 1  # of the tables below; kept in the header as user_version

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
    *GUARDS.values(),
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {LAYOUT}",
)
