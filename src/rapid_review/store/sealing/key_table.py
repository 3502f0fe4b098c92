"""The table of keys: one row for each scope, with its key wrapped, in a separate database.

A destroyed key leaves its row, without the key: a tombstone. So no key of that scope is ever made
again, and a table that was restored from an older copy is noticed.
"""

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from threading import RLock
from typing import Final, NamedTuple, Protocol

from rapid_review.audit.log import durable
from rapid_review.domain.errors import ClosedError, KeysBusyError, KeysError
from rapid_review.store.backends.ports import Values, Writer
from rapid_review.store.backends.sqlite.access import address_of, connected
from rapid_review.store.backends.sqlite.layout import for_sqlite
from rapid_review.store.backends.sqlite.tables import SQLiteWriter
from rapid_review.store.closing import closed_on_failure

CREATE: Final = (
    """CREATE TABLE IF NOT EXISTS {at}sealed_keys (
        key_id TEXT PRIMARY KEY,
        stream TEXT NOT NULL,
        scope TEXT NOT NULL,
        epoch BIGINT NOT NULL,
        wrapped TEXT,
        destroyed_at TEXT,
        order_id TEXT,
        fingerprint TEXT,
        UNIQUE (stream, scope)
    )""",
    """CREATE TABLE IF NOT EXISTS {at}erased_entries (
        key_id TEXT NOT NULL,
        version BIGINT NOT NULL,
        destroyed_at TEXT NOT NULL,
        order_id TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        PRIMARY KEY (key_id, version)
    )""",
)
"""The same statements for SQLite and PostgreSQL. Wrapped keys are in base64."""

_COLUMNS: Final = "key_id, stream, scope, epoch, wrapped, destroyed_at, order_id, fingerprint"
OF_SCOPE: Final = f"SELECT {_COLUMNS} FROM {{at}}sealed_keys WHERE stream = ? AND scope = ?"  # noqa: S608 - constants
OF_STREAM: Final = f"SELECT {_COLUMNS} FROM {{at}}sealed_keys WHERE stream = ?"  # noqa: S608 - constants
OF_ID: Final = f"SELECT {_COLUMNS} FROM {{at}}sealed_keys WHERE key_id = ?"  # noqa: S608 - constants
COUNTED: Final = "SELECT COUNT(*) FROM {at}sealed_keys WHERE key_id IN ({values})"
ALL: Final = f"SELECT {_COLUMNS} FROM {{at}}sealed_keys WHERE key_id > ? ORDER BY key_id LIMIT ?"  # noqa: S608 - constants
ADD: Final = (
    f"INSERT INTO {{at}}sealed_keys ({_COLUMNS}) "  # noqa: S608 - constants
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
# A blank before VALUES: by " VALUES " a writer on a server finds the marks that it repeats for
# each row.
REWRAP: Final = (
    "UPDATE {at}sealed_keys AS kept SET epoch = new.column1, wrapped = new.column2 "
    "FROM ( VALUES (?, ?, ?, ?)) AS new "
    "WHERE kept.key_id = new.column3 AND kept.wrapped = new.column4"
)
"""Changes a key only if it is as it was read: a key erased meanwhile is not brought back."""
STILL: Final = (
    "UPDATE {at}sealed_keys SET epoch = epoch WHERE stream = '' AND scope = ? AND epoch = ?"
)
"""Changes nothing; matches a row only while the wrapping key of that number wraps the keys."""
DESTROY: Final = (
    "UPDATE {at}sealed_keys SET wrapped = NULL, destroyed_at = ?, order_id = ?, fingerprint = ? "
    "WHERE key_id = ? AND wrapped = ?"
)
"""Destroys a key only if it is as it was read."""
ERASE: Final = (
    "INSERT INTO {at}erased_entries (key_id, version, destroyed_at, order_id, fingerprint) "
    "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
ERASED: Final = (
    "SELECT key_id, version, destroyed_at, order_id, fingerprint FROM {at}erased_entries "
    "ORDER BY key_id, version"
)


DESTROYED: Final = (
    "SELECT key_id, stream, order_id FROM {at}sealed_keys WHERE wrapped IS NULL ORDER BY key_id"
)
ERASED_OF: Final = (
    "SELECT one.key_id, kept.stream, one.order_id, one.version FROM {at}erased_entries AS one "
    "JOIN {at}sealed_keys AS kept ON kept.key_id = one.key_id ORDER BY one.key_id, one.version"
)


class KeyRow(NamedTuple):
    """A row of the table.

    Attributes:
        key_id: 16 random bytes, in hexadecimal.
        stream: the case's stream, in hexadecimal; empty for a row key.
        scope: whose words it seals.
        epoch: the number of the wrapping key.
        wrapped: the key, wrapped, in base64; None once it is destroyed.
        destroyed_at: when it was destroyed.
        order_id: the order by which it was destroyed.
        fingerprint: the fingerprint of the destroyed key.
    """

    key_id: str
    stream: str
    scope: str
    epoch: int
    wrapped: str | None
    destroyed_at: str | None = None
    order_id: str | None = None
    fingerprint: str | None = None


class KeyTable(Protocol):
    """A database that holds the table of keys."""

    @property
    def name(self) -> str:
        """Its name in error messages; without a password."""
        ...

    def rows(self, statement: str, values: Values = ()) -> Sequence[Values]:
        """Return what a SELECT finds."""
        ...

    def write(self, work: Callable[[Writer], object]) -> None:
        """Do some work in one transaction, on the disk when this returns."""
        ...

    def forget(self) -> None:
        """Make sure that nothing that was overwritten is left in the database's own files."""
        ...

    def close(self) -> None:
        """Close the database."""
        ...


APPLICATION_ID: Final = 0x52526B79  # "RRky"
_PATIENCE: Final = 15.0
_GONE: Final = (
    "Keys in memory are lost when they are closed, and nobody can read again what they sealed. "
    "Close them last. If the store must last, keep its keys in a key store (`keys_at`)"
)


class SQLiteKeyTable:
    """The table of keys in an SQLite file, apart from the record; or in memory, for trials.

    What is deleted or overwritten is replaced by zeros in the file, and the file's log is emptied
    whenever something was destroyed.

    Args:
        path: the path of the file, which must exist; None for a table in memory.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.name = "the keys in memory" if path is None else path.name
        self._lock = RLock()
        self._is_closed, self._is_kept = False, path is not None
        if path is None:
            self._connection = connected(self)
            self.write(make_tables)
            return
        try:
            self._connection = _opened(path)
        except sqlite3.Error as error:
            raise KeysError(
                f"the key store {path.name} cannot be opened: {error}. Name the right one with "
                "--keys; if this is it, restore it from its own backup"
            ) from None

    @classmethod
    def make(cls, path: Path, fill: Callable[[Writer], object]) -> bool:
        """Make the file, readable only by its owner; return False if it exists already.

        It is filled under another name, and then given its own: it exists complete or not at all.

        Args:
            path: the path of the file.
            fill: makes the tables, and inserts their first rows.

        Raises:
            KeysError: it cannot be made.
        """
        if os.path.lexists(path):
            return False
        try:
            with durable.beside(path) as fresh:
                new = fresh / path.name
                durable.create_empty(new)
                with closing(sqlite3.connect(new, isolation_level=None)) as connection:
                    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    connection.execute("PRAGMA journal_mode = WAL")
                    connection.execute("BEGIN")
                    fill(SQLiteWriter(connection))
                    connection.execute("COMMIT")
                return durable.put(new, path)
        except (OSError, sqlite3.Error) as error:
            # Another process made the file first, and removed our unfinished one.
            if os.path.lexists(path):
                return False
            reason = error.strerror if isinstance(error, OSError) else error
            raise KeysError(
                f"the key store {path.name} could not be made: {reason}. Check that its folder "
                "exists, that you may write in it, and that the disk has room. Then try again: "
                "no partial file was left"
            ) from None

    def rows(self, statement: str, values: Values = ()) -> Sequence[Values]:
        """Return what a SELECT finds."""
        with self._lock:
            self._must_be_open()
            try:
                return self._connection.execute(for_sqlite(statement), values).fetchall()
            except sqlite3.Error as error:
                raise self._failed("read", error) from None

    def write(self, work: Callable[[Writer], object]) -> None:
        """Do some work in one transaction, on the disk when this returns."""
        with self._lock:
            self._must_be_open()
            try:
                with self._connection:  # it commits or, if anything fails, rolls back
                    self._connection.execute("BEGIN IMMEDIATE")
                    work(SQLiteWriter(self._connection))
            except sqlite3.Error as error:
                raise self._failed("written", error) from None

    def forget(self) -> None:
        """Empty the write-ahead log, which may still hold what was overwritten."""
        with self._lock:
            self._must_be_open()
            busy, *_ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise KeysError(
                f"somebody is reading the key store {self.name}, so the keys that were "
                "overwritten in it are still in its write-ahead log. Stop every program that "
                "reads it, and try the same again"
            )

    def close(self) -> None:
        """Close the file; a table in memory is gone."""
        with self._lock:
            self._is_closed = True
            self._connection.close()

    def _must_be_open(self) -> None:
        if self._is_closed and not self._is_kept:
            raise ClosedError(f"the key store ({self.name})", _GONE)
        if self._is_closed:
            raise ClosedError(f"the key store {self.name}")

    def _failed(self, done: str, error: sqlite3.Error) -> KeysError:
        # A lock, a full disk: sqlite3 calls them operational. A damaged file is another kind.
        kind = KeysBusyError if isinstance(error, sqlite3.OperationalError) else KeysError
        return kind(
            f"the key store {self.name} could not be {done}: {error}. Check that it is where it "
            "was, that the disk has room and that you may write it; then try again. Nothing "
            "was lost: an entry is recorded only after its keys are stored"
        )


def make_tables(writer: Writer) -> None:
    """Make the tables, in a transaction."""
    for statement in CREATE:
        writer.execute(statement)


def _opened(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise KeysError(
            f"there is no key store {path.name}. Name the right one with --keys; for a new "
            "store, make one with `rapid-review keys init`. If the key store was lost, restore "
            "it from its own backup: without it the words are lost, and dates, verdicts and "
            "proofs remain"
        )
    if not path.is_file():
        raise KeysError(_NOT_ONE.format(path.name))
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise KeysError(
            f"other users can read or change the key store {path.name}. Run `chmod 600 "
            f"{path.name}`"
        )
    connection = sqlite3.connect(
        # A file that may not be written is opened as immutable: only its owner could change it.
        address_of(path.absolute()),
        uri=True,
        timeout=_PATIENCE,
        isolation_level=None,
        check_same_thread=False,
    )
    with closed_on_failure(connection):
        found = connection.execute("PRAGMA application_id").fetchone()[0]
        if found != APPLICATION_ID:
            raise KeysError(_NOT_ONE.format(path.name))
        # A destroyed key must also be gone from the bytes of the file, and a new one must outlast
        # a power cut before the entry that it seals is written.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA synchronous = FULL")
        return connection


_NOT_ONE: Final = "{} is not a key store of rapid-review. Name the right one with --keys"
