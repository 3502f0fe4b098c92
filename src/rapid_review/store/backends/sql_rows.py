"""How the rows of the entries are read: the same statements for an SQLite file and a server.

`{at}` stands for the schema and `?` for a value, as in `store.sql`. A subclass names its columns,
and executes the statements.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import ClassVar, Final, cast

from rapid_review.domain.errors import RecordError, shown
from rapid_review.store.backends.ports import (
    ERASURES,
    OPENING,
    EntryPlace,
    StoredRow,
    Values,
    WholeRow,
)


class SQLRows(ABC):
    """The rows of the entries in a database that speaks SQL."""

    POSITION: ClassVar[str]
    """The column that holds a row's position."""
    STREAM: ClassVar[str]
    """The expression for a row's stream, in hexadecimal."""

    @abstractmethod
    def select(self, statement: str, values: Values = ()) -> Sequence[Values]:
        """Return what a SELECT finds.

        Raises:
            StorageError: the database cannot be read.
        """

    @abstractmethod
    def _among(self, streams: Sequence[str]) -> tuple[str, Values]:
        """Return the condition that a row is of one of these streams, and its values."""

    def of_each(self, streams: Sequence[str]) -> Iterator[tuple[str, Sequence[StoredRow]]]:
        """Yield each of these streams that exists, with all its rows from the first version."""
        condition, values = self._among(streams)
        found = self.select(
            f"SELECT {self.STREAM}, originator_version, topic, state FROM {{at}}stored_events "
            f"WHERE {condition} ORDER BY originator_id, originator_version",
            values,
        )
        for stream, rows in groupby(found, key=itemgetter(0)):
            yield stream, cast("Sequence[StoredRow]", [row[1:] for row in rows])

    def after(self, position: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position, whole, in order; of whatever type they are."""
        return cast("Sequence[WholeRow]", self._after(position, limit, _WHOLE))

    def readable_after(self, position: int, limit: int) -> Sequence[WholeRow]:
        """Return what `after` does: the types of the columns ensure that each row can be read."""
        return self.after(position, limit)

    def places_after(self, position: int, limit: int) -> Sequence[EntryPlace]:
        """Return where the next entries after a position are, in order."""
        return cast("Sequence[EntryPlace]", self._after(position, limit))

    def first_after(self, position: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position that are the first of their case, in order."""
        found = self._after(position, limit, _WHOLE, " AND originator_version = 1")
        return cast("Sequence[WholeRow]", found)

    def erasures(self) -> Sequence[tuple[str, int, str, bytes]]:
        """Return the stream, version, topic and body of every row of `ERASURES`, in order."""
        found = self.select(
            f"SELECT {self.STREAM}, originator_version, topic, state FROM {{at}}stored_events "
            # A tuple of two texts is valid SQL. The condition is the same as the index's, which
            # would not be used otherwise.
            f"WHERE topic IN {ERASURES} ORDER BY {self.POSITION}"
        )
        return cast("Sequence[tuple[str, int, str, bytes]]", found)

    def _after(
        self, position: int, limit: int, more: str = "", only: str = ""
    ) -> Sequence[Values]:
        """Return the next rows after a position, in order: their places, and more columns."""
        return self.select(
            f"SELECT {self.POSITION}, {self.STREAM}, originator_version{more} "
            f"FROM {{at}}stored_events WHERE {self.POSITION} > ?{only} "
            f"ORDER BY {self.POSITION} LIMIT ?",
            (position, limit),
        )

    def openings(self, streams: Sequence[str]) -> Mapping[str, bytes]:
        """Return, by stream, how the body of its first entry begins."""
        condition, values = self._among(streams)
        found = self.select(
            f"SELECT {self.STREAM}, substr(state, 1, {OPENING}) FROM {{at}}stored_events "
            f"WHERE {condition} AND originator_version = 1",
            values,
        )
        return dict(cast("Sequence[tuple[str, bytes]]", found))

    def position_of(self, stream: str, version: int) -> int:
        """Return the position of an entry.

        Raises:
            RecordError: there is no such row, because somebody altered the store.
        """
        condition, values = self._among([stream])
        found = self.select(
            f"SELECT {self.POSITION} FROM {{at}}stored_events "
            f"WHERE {condition} AND originator_version = ?",
            (*values, version),
        )
        if not found:
            raise RecordError(
                f"the row that was read as version {shown(str(version))} of stream {stream} is "
                "not found again: somebody altered the store without this program. "
                "`rapid-review audit verify` shows what is wrong"
            )
        return cast("int", found[0][0])

    def first_position(self) -> int:
        """Return the position of the first entry; 1 if there is none."""
        return self._end_position("MIN", 1)

    def last_position(self) -> int:
        """Return the position of the newest entry; 0 if there is none."""
        return self._end_position("MAX", 0)

    def _end_position(self, which: str, none: int) -> int:
        found = self.select(
            f"SELECT COALESCE({which}({self.POSITION}), {none}) FROM {{at}}stored_events"
        )
        return cast("int", found[0][0])


_WHOLE: Final = ", topic, state"
