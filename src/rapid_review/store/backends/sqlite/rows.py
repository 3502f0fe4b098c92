"""The rows of the entries in an SQLite file."""

import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import cast
from uuid import UUID

from rapid_review.store.backends.failures import storage
from rapid_review.store.backends.ports import StoredRow, Values
from rapid_review.store.backends.sql_rows import SQLRows
from rapid_review.store.backends.sqlite.datastore import DurableDatastore
from rapid_review.store.backends.sqlite.guards import MADE, open_guards
from rapid_review.store.sql.marks import marks


class SQLiteRows(SQLRows):
    """Rows in a file.

    Args:
        datastore: the connections to it.
    """

    POSITION = "rowid"
    STREAM = "originator_id"

    def __init__(self, datastore: DurableDatastore) -> None:
        self._datastore = datastore

    def of(self, stream: UUID) -> Sequence[StoredRow]:
        """Return one case's rows, from the first version."""
        found = self.select(
            "SELECT originator_version, topic, state FROM stored_events "
            "WHERE originator_id = ? ORDER BY originator_version",
            (stream.hex,),
        )
        return cast("Sequence[StoredRow]", found)

    def open_guards(self) -> Sequence[str]:
        """Return the names of the guards on the rows that are not there as they are made."""
        return open_guards(self.select(MADE))

    def select(self, statement: str, values: Values = ()) -> Sequence[Values]:
        """Return what a SELECT finds.

        Raises:
            RecordError: the file is damaged, and where.
            StorageError: it cannot be read, or was replaced or removed.
        """
        with storage("read"), self._datastore.transaction(commit=False) as cursor:
            plain = cursor.sqlite_cursor
            plain.row_factory = None  # the library's own rows are slower, and no tuples
            asked = statement.format(at=""), values
            try:
                return plain.execute(*asked).fetchall()
            except sqlite3.OperationalError as error:
                if "decode" not in str(error):
                    raise
            # Bytes that are said to be text, and are none: text is read as it can be.
            try:
                plain.connection.text_factory = _as_it_can_be
                return plain.execute(*asked).fetchall()
            finally:
                plain.connection.text_factory = str

    def _among(self, streams: Sequence[str]) -> tuple[str, Values]:
        return f"originator_id IN ({marks(streams)})", tuple(streams)


_as_it_can_be = partial(str, encoding="utf-8", errors="surrogateescape")
