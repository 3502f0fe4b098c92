"""The file of an SQLite store while it is open: is it still there, and where is it damaged?

A process that has a file open can go on writing to it after it was replaced or removed, and
everything that it writes is lost. So the file at the path is compared with the one that was
opened; and so is the write-ahead log, which receives each commit first.
"""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from rapid_review.domain.errors import RecordError, StorageError
from rapid_review.store.backends.sqlite.access import address_of, is_damage
from rapid_review.store.backends.sqlite.identity import Identity, identity_of

BESIDE: Final = ("-wal", "-shm", "-journal")
"""The endings of the files that SQLite keeps beside a file in use."""

_STREAM: Final = re.compile(b"[0-9a-f]{32}")
_TOPIC: Final = re.compile(b"[A-Za-z]{1,255}")
# NOT INDEXED: this looks for damage in the rows, and an index may be damaged by itself.
_ENTRIES: Final = (
    "SELECT rowid, originator_id, topic, state FROM stored_events NOT INDEXED ORDER BY rowid"
)


class OpenedFile:
    """The file that a store was opened in.

    Args:
        path: where it is; absolute.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.uri = address_of(path)  # a store that is gone is not made again, empty
        self._name = os.fsencode(path)
        self._log = self._name + b"-wal"
        self._opened = identity_of(self._name)

    def log(self) -> Identity | None:
        """Return which file the write-ahead log is, for a connection that has just opened it."""
        return identity_of(self._log)

    def check_unreplaced(self, log: Identity | None) -> None:
        """Check that the file, and the log that a connection opened, are still those at the path.

        Raises:
            StorageError: one of them was replaced or removed.
        """
        if identity_of(self._name) == self._opened and identity_of(self._log) == log:
            return
        raise StorageError(
            f"the file {self.path.name}, or the -wal beside it, was replaced or removed while "
            "it was open, for example by a restore. Anything written to it now would be lost, "
            "so nothing was acknowledged. Stop every program that uses the store, check that "
            "the file now in its place is the one you want, and open it again. Then try again; "
            "repeat a command with the same command_id"
        )

    def damage(self, error: BaseException | None) -> RecordError | None:
        """Return the error that says where the file is damaged, if damage caused an error."""
        # For text that is not UTF-8 Python's sqlite3 gives no code, only this message.
        if is_damage(error) or (
            isinstance(error, sqlite3.OperationalError) and "decode" in str(error)
        ):
            return self.damaged()
        return None

    def damaged(self) -> RecordError:
        """Look for the damage; return the error that names its table, and its position."""
        return RecordError(
            f"{self.path.name} is damaged: {_whereabouts(self.uri)}. Stop every program that "
            "uses the store and copy the file as it is, with the -wal beside it. Then restore "
            "a backup with `rapid-review db restore`, and verify it against the checkpoints "
            "that were kept elsewhere. If each entry can still be read, you can use "
            "`rapid-review db move` instead: it moves them to a new store, and nothing is lost"
        )


def _whereabouts(uri: str) -> str:
    """Return in words where a file is damaged: in its entries, or else in another table."""
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            # Read as text, damaged data might not be UTF-8, and that would end the search.
            connection.text_factory = bytes
            return _damage_in_entries(connection) or _damage_in_tables(connection)
    except sqlite3.Error:
        return "no table in it can be read"


def _damage_in_entries(connection: sqlite3.Connection) -> str:
    """Return in words from which position on entries cannot be read; nothing if all can be."""
    last = 0
    try:
        for position, stream, topic, state in connection.execute(_ENTRIES):
            if not (
                position > last
                and type(state) is bytes
                and _is_like(_STREAM, stream)
                and _is_like(_TOPIC, topic)
            ):
                return f"in its table stored_events, the entry at position {position}"
            last = position
    except sqlite3.DatabaseError:
        return f"in its table stored_events, no entry after position {last} can be read"
    return ""


def _damage_in_tables(connection: sqlite3.Connection) -> str:
    """Return in words which table or index is damaged, although each entry can be read."""
    found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    names = sorted((row[0].decode() for row in found), key=lambda name: name != "stored_events")
    for name in names:
        try:
            whole = connection.execute(f"PRAGMA integrity_check('{name}')").fetchall()
        except sqlite3.DatabaseError:
            whole = []
        if whole != [(b"ok",)]:
            which = "an index of its table" if name == "stored_events" else "in its table"
            return f"{which} {name}; each entry can be read at its position"
    return "the damaged table could not be found; each entry can be read at its position"


def _is_like(form: re.Pattern[bytes], value: object) -> bool:
    return isinstance(value, bytes) and form.fullmatch(value) is not None
