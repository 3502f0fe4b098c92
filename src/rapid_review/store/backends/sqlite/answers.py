"""The ids of commands that recorded nothing, in an SQLite file; see `ports.Answers`."""

from typing import Final, cast
from uuid import UUID

from rapid_review.store.backends.sqlite.datastore import Transactions
from rapid_review.store.backends.sqlite.layout import for_sqlite
from rapid_review.store.sql import side_tables


class SQLiteAnswers:
    """Answers beside entries in a file.

    A file that an earlier version made without their table gets it with the first answer.
    """

    def __init__(self, datastore: Transactions) -> None:
        self._datastore = datastore
        self._table_exists = False

    def version(self, stream: UUID, command_id: str) -> int | None:
        """Return the version of the case at which a command was answered; None if it was not."""
        if not self._has_table():
            return None
        with self._datastore.transaction(commit=False) as cursor:
            cursor.execute(_ANSWERED_AT, (stream.hex, command_id))
            found = cursor.fetchone()
        return None if found is None else cast("int", found[0])

    def remember(self, stream: UUID, command_id: str, version: int) -> bool:
        """Remember a command, unless the case has newer entries; say whether it is remembered."""
        if not self._has_table():
            with self._datastore.transaction(commit=True) as cursor:
                for statement in side_tables.CREATE:
                    cursor.execute(for_sqlite(statement))
        with self._datastore.transaction(commit=True) as cursor:
            cursor.execute(_REMEMBERED, (stream.hex, command_id, version, stream.hex, version))
            return bool(cursor.fetchall())

    def _has_table(self) -> bool:
        """Say whether the table exists; once it does, it is not looked for again."""
        if not self._table_exists:
            with self._datastore.transaction(commit=False) as cursor:
                cursor.execute(
                    "SELECT 1 FROM sqlite_master WHERE name = ?", (side_tables.ANSWERED,)
                )
                self._table_exists = cursor.fetchone() is not None
        return self._table_exists


_ANSWERED_AT: Final = for_sqlite(side_tables.ANSWERED_AT)
_REMEMBERED: Final = for_sqlite(side_tables.REMEMBERED)
