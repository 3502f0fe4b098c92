"""The ids of commands that were answered with nothing, in an SQLite file; see `ports.Answers`."""

from typing import Final, cast
from uuid import UUID

from rapid_review.store.backends.sqlite.datastore import Transactions
from rapid_review.store.sql import side_tables


class SQLiteAnswers:
    """Answers beside entries in a file.

    A file of before there was a table for them gets it with the first one.
    """

    def __init__(self, datastore: Transactions) -> None:
        self._datastore = datastore
        self._is_there = False

    def version(self, stream: UUID, command_id: str) -> int | None:
        """Return the version of the case at which a command was answered; None if it was not."""
        if not self._table():
            return None
        with self._datastore.transaction(commit=False) as cursor:
            cursor.execute(_ANSWERED_AT, (stream.hex, command_id))
            found = cursor.fetchone()
        return None if found is None else cast("int", found[0])

    def remember(self, stream: UUID, command_id: str, version: int) -> bool:
        """Remember a command, unless the case has newer entries; say whether it is remembered."""
        if not self._table():
            with self._datastore.transaction(commit=True) as cursor:
                for statement in side_tables.CREATE:
                    cursor.execute(statement.format(at=""))
        with self._datastore.transaction(commit=True) as cursor:
            cursor.execute(_REMEMBERED, (stream.hex, command_id, version, stream.hex, version))
            return bool(cursor.fetchall())

    def _table(self) -> bool:
        """Say whether there is a table; once there is, it is not looked for again."""
        if not self._is_there:
            with self._datastore.transaction(commit=False) as cursor:
                cursor.execute(
                    "SELECT 1 FROM sqlite_master WHERE name = ?", (side_tables.ANSWERED,)
                )
                self._is_there = cursor.fetchone() is not None
        return self._is_there


_ANSWERED_AT: Final = side_tables.ANSWERED_AT.format(at="")
_REMEMBERED: Final = side_tables.REMEMBERED.format(at="")
