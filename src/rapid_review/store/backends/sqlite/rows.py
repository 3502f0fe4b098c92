"""The rows of the entries in an SQLite file."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final, cast
from uuid import UUID

from eventsourcing.sqlite import SQLiteCursor

from rapid_review.store.backends.failures import AsStorageErrors
from rapid_review.store.backends.ports import (
    LOWEST,
    ForeignObject,
    StoredRow,
    Values,
    WholeRow,
)
from rapid_review.store.backends.sql_rows import SQLRows
from rapid_review.store.backends.sqlite.datastore import Transactions
from rapid_review.store.backends.sqlite.guards import MADE, OTHERS, foreign_objects, missing_guards
from rapid_review.store.backends.sqlite.layout import for_sqlite
from rapid_review.store.sql.placeholders import placeholders


class SQLiteRows(SQLRows):
    """Rows in a file.

    Args:
        datastore: lends transactions in it.
    """

    POSITION = "rowid"
    STREAM = "originator_id"

    def __init__(self, datastore: Transactions) -> None:
        self._datastore = datastore

    def of(self, stream: UUID, since: int = 1) -> Sequence[StoredRow]:
        """Return one case's rows, from the first version or a later one."""
        return cast("Sequence[StoredRow]", self.select(_OF, (stream.hex, since)))

    def of_each(self, streams: Sequence[str]) -> Iterator[tuple[str, Sequence[StoredRow]]]:
        """Yield each of these streams that exists, with all its rows from the first version."""
        # A statement for each stream: one for all would repeat the stream in every row.
        with AsStorageErrors("read"), self._datastore.transaction(commit=False) as cursor:
            found = [(one, self._fetch(cursor, _OF, (one, LOWEST))) for one in sorted(streams)]
        yield from ((stream, rows) for stream, rows in found if rows)

    def missing_guards(self) -> Sequence[str]:
        """Return the names of the guards on the rows that are missing, or were altered."""
        return missing_guards(self.select(MADE))

    def foreign_objects(self) -> Sequence[ForeignObject]:
        """Return what acts on the tables, or reads the rows, and is not of this library."""
        return foreign_objects(self.select(OTHERS))

    def after(self, position: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position, whole, in order; of whatever type they are.

        Bytes that are labelled as text and are not UTF-8 are read with surrogate escapes.
        """
        with AsStorageErrors("read"), self._datastore.transaction(commit=False) as cursor:
            try:
                return self._fetch(cursor, _AFTER, (position, limit))
            except sqlite3.OperationalError as error:
                if "decode" not in str(error):
                    raise
            connection = cursor.sqlite_cursor.connection
            try:
                connection.text_factory = _with_escapes
                return self._fetch(cursor, _AFTER, (position, limit))
            finally:
                connection.text_factory = str

    def readable_after(self, position: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position, whole, in order.

        Raises:
            RecordError: the stream or the topic of a row is damaged; the message says where.
        """
        found = self.select(_AFTER, (position, limit))
        if all(isinstance(row[1], str) and _STREAM.fullmatch(row[1]) for row in found):
            return cast("Sequence[WholeRow]", found)
        raise self._datastore.file.damaged()

    def select(self, statement: str, values: Values = ()) -> Sequence[Values]:
        """Return what a SELECT finds.

        Raises:
            RecordError: the file is damaged; the message says where.
            StorageError: the file cannot be read, or was replaced or removed.
        """
        with AsStorageErrors("read"), self._datastore.transaction(commit=False) as cursor:
            return self._fetch(cursor, for_sqlite(statement), values)

    @staticmethod
    def _fetch(cursor: SQLiteCursor, statement: str, values: Values) -> list[Any]:
        cursor.sqlite_cursor.row_factory = None  # rows as tuples, unlike the library's
        cursor.execute(statement, values)
        found: list[Any] = cursor.fetchall()
        return found

    def _among(self, streams: Sequence[str]) -> tuple[str, Values]:
        return f"originator_id IN ({placeholders(streams)})", tuple(streams)


_OF: Final = (
    "SELECT originator_version, topic, state FROM stored_events "
    "WHERE originator_id = ? AND originator_version >= ? ORDER BY originator_version"
)
_AFTER: Final = (
    "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events "
    "WHERE rowid > ? ORDER BY rowid LIMIT ?"
)
_STREAM: Final = re.compile("[0-9a-f]{32}")
_with_escapes: Final = partial(str, encoding="utf-8", errors="surrogateescape")
