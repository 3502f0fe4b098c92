"""The SQLite store: one file, append-only by trigger, flushed to disk at every commit.

Built on the recorders of `eventsourcing`, with what they leave out: positions that are never used
twice, no gap in a case's versions, no UPDATE and no DELETE, and a mark by which a file of another
program is told from ours.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast
from urllib.parse import quote
from uuid import UUID

from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteDatastore,
)

from rapid_review.domain.errors import RecordError
from rapid_review.record.codec import Row

APPLICATION_ID: Final = 0x52526576  # "RRev": SQLite keeps it in the file's header
LAYOUT: Final = 1  # of the tables below; kept in the header as user_version

_TABLES: Final = (
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
    """CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'an entry is never edited: correct it with a new one'); END""",
    """CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'an entry is never deleted: correct it with a new one'); END""",
    """CREATE TRIGGER IF NOT EXISTS no_gap BEFORE INSERT ON stored_events
    WHEN NEW.originator_version > 1 + COALESCE((SELECT MAX(originator_version)
        FROM stored_events WHERE originator_id = NEW.originator_id), 0)
    BEGIN SELECT RAISE(ABORT, 'a version is missing before this one'); END""",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {LAYOUT}",
)


class DurablePool(SQLiteConnectionPool):
    """Connections that flush to disk at every commit, whatever the build's default is."""

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        connection.cursor().execute("PRAGMA synchronous = FULL")
        return connection


class DurableDatastore(SQLiteDatastore):
    """A datastore over durable connections."""

    def __init__(self, db_name: str) -> None:
        super().__init__(db_name)
        self.pool = DurablePool(db_name=db_name)


class AppendOnlyRecorder(SQLiteApplicationRecorder):
    """Records entries in a table that refuses change, gaps and re-used positions."""

    def __init__(self, datastore: SQLiteDatastore) -> None:
        super().__init__(datastore)
        self.insert_events_statement = (
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            "VALUES (?,?,?,?)"
        )

    def construct_create_table_statements(self) -> list[str]:
        """Return what makes the table, its guards and the file's mark."""
        return list(_TABLES)

    def rows_of(self, stream: UUID) -> Sequence[Row]:
        """Return one case's rows, plain: a replay wants nothing more of them."""
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(
                "SELECT originator_version, topic, state FROM stored_events "
                "WHERE originator_id = ? ORDER BY originator_version",
                (stream.hex,),
            )
            return cast("Sequence[Row]", cursor.fetchall())  # sqlite3.Row unpacks as a tuple


def open_recorder(path: Path, *, create: bool) -> AppendOnlyRecorder:
    """Open the store in a file, making it first if it is not there and may be made.

    Raises:
        RecordError: there is none; or the file is another program's, or of another layout.
    """
    mark = _mark_of(path)
    if mark is None and not create:
        raise RecordError(f"there is no store at {path.name}; `rapid-review db init` makes one")
    if mark is not None and mark != (APPLICATION_ID, LAYOUT):
        raise RecordError(
            f"{path.name} is "
            + (
                f"a rapid-review store of layout {mark[1]}; this version reads layout {LAYOUT}"
                if mark[0] == APPLICATION_ID
                else "not a store of rapid-review; nothing was written to it"
            )
            + ". Name another file with --store"
        )
    recorder = AppendOnlyRecorder(DurableDatastore(str(path)))
    if mark is None:
        recorder.create_table()
    return recorder


def _mark_of(path: Path) -> tuple[int, int] | None:
    """Return the application id and layout in a file's header, or None for no or an empty file.

    Looked at read-only, so that a file of another program is left exactly as it was.
    """
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        return None
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
        try:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            layout = connection.execute("PRAGMA user_version").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise RecordError(
            f"{path.name} cannot be read as an SQLite file: {error}; name another with --store"
        ) from error
    return application, layout
