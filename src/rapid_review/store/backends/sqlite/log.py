"""The SQLite store: one file, append-only by trigger, flushed to disk at every commit.

Built on the recorders of `eventsourcing`, with what they leave out: positions that are never used
twice, no gap in a case's versions, no UPDATE and no DELETE, and a mark that distinguishes the file
from those of other programs.
"""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Never, cast

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteCursor,
)

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.backends.failures import AsStorageErrors, not_kept
from rapid_review.store.backends.in_transaction import LogInTransaction
from rapid_review.store.backends.ports import ELSEWHERE, ON_NO_SERVER, WholeRow
from rapid_review.store.backends.sqlite.answers import SQLiteAnswers
from rapid_review.store.backends.sqlite.datastore import DurableDatastore, HeldTransaction
from rapid_review.store.backends.sqlite.layout import LAYOUT, SEALED_LAYOUT, TABLES, mark_statement
from rapid_review.store.backends.sqlite.rows import SQLiteRows

if TYPE_CHECKING:
    from uuid import UUID


class SQLiteLog(SQLiteApplicationRecorder):
    """Records entries in a table that refuses change, gaps and re-used positions."""

    # The narrower type is safe, because the datastore is given once and never replaced.
    datastore: DurableDatastore  # type: ignore[mutable-override]  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, datastore: DurableDatastore, *, is_sealed: bool = False) -> None:
        self.is_sealed = is_sealed  # set first: the library at once asks for the statements below
        super().__init__(datastore)
        self.file = datastore.file
        self.rows = SQLiteRows(datastore)
        self.answers = SQLiteAnswers(datastore)

    def construct_create_table_statements(self) -> list[str]:
        """Return the statements that make the table, its guards and the file's mark."""
        return [*TABLES, mark_statement(SEALED_LAYOUT if self.is_sealed else LAYOUT)]

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: object
    ) -> Sequence[int]:
        return _insert_rows(c, stored_events)

    @contextmanager
    def alone(self) -> Generator["SQLiteLogAlone", None, None]:
        """Lend the same log in one transaction, while nobody else writes to the file."""
        with (
            AsStorageErrors("written"),
            self.datastore.transaction(commit=True, at_once=True) as cursor,
        ):
            yield SQLiteLogAlone(self.datastore.held(cursor), is_sealed=self.is_sealed)

    def take_over(self, rows: Sequence[WholeRow], after: int) -> None:
        """Insert rows of another store at the positions they have there; see `Store.take_over`.

        Raises:
            IntegrityError: this store does not end at `after`, or a row is wrong or damaged.
        """
        with self.datastore.transaction(commit=True) as cursor:
            cursor.executemany(
                "INSERT INTO stored_events "
                "(rowid, originator_id, originator_version, topic, state) VALUES (?,?,?,?,?)",
                rows,
            )
            cursor.execute("SELECT COUNT(*) FROM stored_events WHERE rowid > ?", (after,))
            if cursor.fetchone()[0] != len(rows):
                raise IntegrityError(ELSEWHERE.format(after))

    def within(self, connection: object) -> Never:  # noqa: ARG002 - whatever it is
        """Refuse: only one process at a time writes to a file, in a transaction of its own.

        Raises:
            InvalidInputError: always.
        """
        raise InvalidInputError(ON_NO_SERVER.format("in a file"))

    def copy_to(self, path: Path) -> None:
        """Copy the whole database to a new file, as it is at one moment; others go on writing."""
        with (
            self.datastore.transaction(commit=False) as cursor,
            closing(sqlite3.connect(path)) as copy,
        ):
            cursor.sqlite_cursor.connection.backup(copy)

    def ping(self) -> None:
        """Read the position of the newest entry."""
        self.rows.last_position()

    def close(self) -> None:
        """Close every connection, each when it is given back."""
        self.datastore.close()


class SQLiteLogAlone(LogInTransaction):
    """The same entries, read and appended in a transaction that keeps other writers out.

    Args:
        held: the transaction.
        is_sealed: whether the words in them are sealed.
    """

    def __init__(self, held: HeldTransaction, *, is_sealed: bool) -> None:
        self.is_sealed = is_sealed
        self._held = held
        self.rows = SQLiteRows(held)
        self.answers = SQLiteAnswers(held)

    @property
    def is_open(self) -> bool:
        """Whether the transaction is open: an error of the file, or of the disk, may end it."""
        return self._held.is_open

    def part(self) -> AbstractContextManager[None]:
        """Run a part of the transaction, which is undone if it ends with an error."""
        return self._held.part()

    def insert_events(self, stored_events: Sequence[StoredEvent]) -> Sequence[int]:
        """Insert rows; return their positions.

        Raises:
            IntegrityError: the row already exists, or a version before it is missing.
        """
        with self._held.transaction(commit=True) as cursor:
            return _insert_rows(cursor, stored_events)


_INSERT: Final = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?,?,?,?)"
)


def _insert_rows(cursor: SQLiteCursor, rows: Sequence[StoredEvent]) -> Sequence[int]:
    """Insert rows; return their positions.

    Raises:
        StorageError: a trigger that somebody put into the file dropped a row.
    """
    values = [
        (cast("UUID", row.originator_id).hex, row.originator_version, row.topic, row.state)
        for row in rows
    ]
    if len(values) == 1:  # a command most often leads to one entry
        cursor.execute(_INSERT, values[0])
        _must_be_kept(cursor, 1)
        return [cursor.lastrowid]
    cursor.executemany(_INSERT, values)
    _must_be_kept(cursor, len(values))
    cursor.execute("SELECT last_insert_rowid()")
    last = cursor.fetchone()[0]
    # The positions have no gap, because nobody else writes during the transaction.
    return list(range(last - len(values) + 1, last + 1))


def _must_be_kept(cursor: SQLiteCursor, rows: int) -> None:
    if cursor.sqlite_cursor.rowcount != rows:
        raise not_kept()
