"""What the read model asks of a database, whichever it is: the entries' rows, and its own tables.

Statements are those of `read_model_tables`; each database puts its own signs into them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol, TypeVar

from rapid_review.store.log.codec import Row as StoredRow
from rapid_review.store.read_model.rows import Row

OPENING: Final = 512
"""How many bytes of a body hold its place: two names of 64 characters, and what is around."""


Place = tuple[int, str, int]
"""Where an entry is: its position, its case's stream in hexadecimal, its version."""


WholeRow = tuple[int, str, int, str, bytes]
"""A row as it lies in the store: position, stream, version, topic and body."""


ELSEWHERE: Final = "the store does not end at position {}"
"""Why rows that come next elsewhere do not come next here."""
T = TypeVar("T")


class Select(Protocol):
    """Asks a SELECT."""

    def __call__(self, statement: str, values: Row = ()) -> Sequence[Row]:
        """Return what it finds."""
        ...


class Writer(Protocol):
    """A transaction's statements."""

    def execute(self, statement: str, values: Row = ()) -> int:
        """Ask a statement once; return how many rows it changed."""
        ...

    def insert(self, statement: str, rows: Iterable[Row]) -> None:
        """Ask an INSERT for each row."""
        ...


class Database(Protocol):
    """A store's database. Whatever cannot be read or written is a `StorageError`."""

    def page(self, after: int, limit: int) -> Sequence[Place]:
        """Return where the next entries after a position are, in order."""
        ...

    def openings(self, streams: Sequence[str]) -> Mapping[str, bytes]:
        """Return, by stream, how the body of its first entry begins."""
        ...

    def whole(self, after: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position, whole, in order; of whatever type they are."""
        ...

    def streams(self, streams: Sequence[str]) -> Iterator[tuple[str, Sequence[StoredRow]]]:
        """Yield each of these streams that there is, with all its rows from the first version."""
        ...

    def position_of(self, stream: str, version: int) -> int:
        """Return the position of an entry that is there."""
        ...

    def first_position(self) -> int:
        """Return the position of the first entry; 1 if there is none."""
        ...

    def last_position(self) -> int:
        """Return the position of the newest entry; 0 if there is none."""
        ...

    def tables(self) -> frozenset[str]:
        """Return the names of the tables that are there."""
        ...

    def open_guards(self) -> Sequence[str]:
        """Return the names of the guards on the entries that are not there as they are made."""
        ...

    def prepare(self) -> None:
        """Make the tables, where they may be made; else see that they are there.

        Raises:
            RecordError: they are not there, and somebody else must make them.
        """
        ...

    def rows(self, statement: str, values: Row = ()) -> Sequence[Row]:
        """Return what a SELECT finds."""
        ...

    def read(self, work: Callable[[Select], T]) -> T:
        """Do some reading in one transaction, so that all of it sees one moment.

        It may be done twice: where a connection broke.
        """
        ...

    def write(self, work: Callable[[Writer], bool]) -> bool:
        """Do some work in one transaction, which stands only if it says so; return what it says.

        It may be done twice: where only the answer of the first time was lost.
        """
        ...

    def news(self) -> AbstractContextManager[Callable[[], bool]]:
        """Listen; yield what waits a little, and says whether there may be new entries."""
        ...

    def close(self) -> None:
        """Close what was opened for the read model alone."""
        ...


def marks(values: Sequence[object]) -> str:
    """Return a mark for each of so many values, as a list of SQL."""
    return ", ".join("?" * len(values))
