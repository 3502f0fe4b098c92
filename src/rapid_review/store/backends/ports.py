"""What a store needs from any kind of database: a log of entries, and the tables beside it.

Neither knows the other: `open` joins them. If anything cannot be read or written, the error is a
`StorageError`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol, TypeVar
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from rapid_review.store.backends.behind import Behind
from rapid_review.store.closing import close_all

OPENING: Final = 512
"""How many bytes of a body suffice to read where it belongs: two names of 64 characters, and the
JSON around them."""

LOWEST: Final = -(1 << 63)
"""No position and no version is lower, whatever somebody wrote into the database."""

ERASURES: Final = ("ErasureApproved", "KeyDestroyed")
"""The topics that are looked up across all cases: a new store has an index of only these."""

StoredRow = tuple[int, str, bytes]
"""A row of one case: its version, its topic and its body."""
EntryPlace = tuple[int, str, int]
"""Where an entry is: its position, its case's stream in hexadecimal, its version."""
WholeRow = tuple[int, str, int, str, bytes]
"""A row as it is stored: position, stream, version, topic and body."""
Values = tuple[Any, ...]
"""A row of a table, or part of it: text, whole numbers and NULL. The statement decides which, so a
type cannot state it."""

ON_NO_SERVER: Final = (
    "within: only a store on a PostgreSQL server can record in a transaction of the host's "
    "own, and this one is {}. Leave `within` out, and record before or after your own work"
)
"""Why a command cannot be recorded in a host's transaction."""
ELSEWHERE: Final = "the store does not end at position {}"
"""Why rows of another store cannot be added next in this one."""
T = TypeVar("T")


class ForeignObject(NamedTuple):
    """What somebody else put into the database of a store.

    Attributes:
        kind: "trigger", "rule", "policy", "view" or "index".
        name: its name.
        table: the table that it is on; its own name, if it is a view.
    """

    kind: str
    name: str
    table: str

    @property
    def may_act(self) -> bool:
        """Whether it may drop, change or hide entries; a view and an index only read them."""
        return self.kind not in ("view", "index")


class Select(Protocol):
    """Executes a SELECT."""

    def __call__(self, statement: str, values: Values = ()) -> Sequence[Values]:
        """Return the rows that it finds."""
        ...


class Writer(Protocol):
    """A transaction's statements."""

    def execute(self, statement: str, values: Values = ()) -> int:
        """Execute a statement once; return how many rows it changed."""
        ...

    def insert(self, statement: str, rows: Iterable[Values]) -> int:
        """Execute an INSERT for each row; return how many rows it made."""
        ...


class Rows(Protocol):
    """The rows of the entries: whatever reads entries reads them through this."""

    def of(self, stream: UUID, since: int = 1) -> Sequence[StoredRow]:
        """Return one case's rows, from the first version or a later one."""
        ...

    def of_each(self, streams: Sequence[str]) -> Iterator[tuple[str, Sequence[StoredRow]]]:
        """Yield each of these streams that exists, with all its rows from the first version."""
        ...

    def after(self, position: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position, whole, in order; of whatever type they are."""
        ...

    def readable_after(self, position: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position as `after` does, if each can be read as an entry.

        Raises:
            RecordError: the stream or the topic of a row is damaged; the message says where.
        """
        ...

    def places_after(self, position: int, limit: int) -> Sequence[EntryPlace]:
        """Return where the next entries after a position are, in order."""
        ...

    def first_after(self, position: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position that are the first of their case, in order."""
        ...

    def erasures(self) -> Sequence[tuple[str, int, str, bytes]]:
        """Return the stream, version, topic and body of every row of `ERASURES`, in order."""
        ...

    def openings(self, streams: Sequence[str]) -> Mapping[str, bytes]:
        """Return, by stream, how the body of its first entry begins."""
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

    def missing_guards(self) -> Sequence[str]:
        """Return the names of the guards on the rows that are missing, or were altered."""
        ...

    def foreign_objects(self) -> Sequence[ForeignObject]:
        """Return what acts on the tables, or reads the rows, and is not of this library."""
        ...


class Answers(Protocol):
    """The ids of commands that recorded nothing, because the case already had the fact.

    If such a command is delivered again after the fact was retracted, it must not record the fact
    (ADR 0035). So its id is remembered, with the version that the case had; see
    `sql.side_tables`. It is remembered only while that is the newest version: the case may have
    changed since it was read, and the command must then be decided again.
    """

    def version(self, stream: UUID, command_id: str) -> int | None:
        """Return the version of the case at which a command was answered; None if it was not."""
        ...

    def remember(self, stream: UUID, command_id: str, version: int) -> bool:
        """Remember a command, unless the case has newer entries; say whether it is remembered."""
        ...


class EventLog(Protocol):
    """Entries, appended and never changed."""

    @property
    def is_sealed(self) -> bool:
        """Whether the words in the entries are sealed, as was decided when the store was made."""
        ...

    @property
    def rows(self) -> Rows:
        """The rows of the entries."""
        ...

    @property
    def answers(self) -> Answers:
        """The ids of commands that led to no entry."""
        ...

    def insert_events(self, stored_events: Sequence[StoredEvent]) -> Sequence[int] | None:
        """Insert rows, all or none; return their positions.

        Raises:
            IntegrityError: a row already exists, or a version before it is missing.
        """
        ...

    def take_over(self, rows: Sequence[WholeRow], after: int) -> None:
        """Insert rows of another store at the positions they have there.

        Raises:
            IntegrityError: this store does not end at `after`, or a row is wrong or damaged.
            InvalidInputError: this store is in memory.
        """
        ...

    def alone(self) -> AbstractContextManager["EventLog"]:
        """Lend the same log to read, decide and append while nobody else appends to the store.

        What is appended is recorded once the context has ended; if it ends with an error,
        nothing is recorded.

        Raises:
            StorageError: others appended for longer than this waits, or the database cannot be
                used.
        """
        ...

    def within(self, connection: object) -> "EventLog":
        """Return the same log, to be read and appended in a host's own transaction.

        Raises:
            InvalidInputError: the store is not on a server, or nothing can be recorded in the
                transaction of this connection.
            StorageError: the database cannot be read.
        """
        ...

    def ping(self) -> None:
        """Make one small query, on a connection that nobody else is using.

        Raises:
            StorageError: the database cannot be read.
        """
        ...

    def close(self) -> None:
        """Close the database."""
        ...


class LogOfMany(EventLog, Protocol):
    """A log in one transaction, in which many commands are decided one after the other."""

    @property
    def is_open(self) -> bool:
        """Whether the transaction is open: an error of the database may have ended it."""
        ...

    def part(self) -> AbstractContextManager[None]:
        """Run a part of the transaction, which is undone if it ends with an error."""
        ...


LendsForMany = Callable[[], AbstractContextManager[LogOfMany]]
"""Lends the log, as `EventLog.alone` does, to commit the commands of many callers together."""


class Tables(Protocol):
    """The tables beside the entries; `sql.beside` lists them."""

    @property
    def reads_only(self) -> bool:
        """Whether the caller opened the database for reading only."""
        ...

    def behind(self) -> Behind | None:
        """Return how far the database may lie behind another; None if it follows none."""
        ...

    def names(self) -> frozenset[str]:
        """Return the names of the tables that are there."""
        ...

    def prepare(self, *later: str) -> None:
        """Make the tables, if they may be made here; otherwise check that they exist.

        Args:
            later: names of tables that later versions added, and that must exist too.

        Raises:
            RecordError: a table is missing, and somebody else must make it.
        """
        ...

    def rows(self, statement: str, values: Values = ()) -> Sequence[Values]:
        """Return what a SELECT finds."""
        ...

    def read(self, work: Callable[[Select], T]) -> T:
        """Call a function that reads in one transaction, so that it sees one moment.

        It may be called twice, if a connection breaks.
        """
        ...

    def write(self, work: Callable[[Writer], bool]) -> bool:
        """Call a function in one transaction; commit only if it returns true; return its result.

        It may be called twice, if the answer to the first commit was lost.
        """
        ...

    def news(self) -> AbstractContextManager[Callable[[], bool]]:
        """Listen; yield a function that waits a little, and says if there may be new entries."""
        ...

    def close(self) -> None:
        """Close what was opened for the tables alone."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A store that is open: a log, and the tables beside it.

    Attributes:
        log: where its entries are.
        tables: the tables beside them, in the same database.
        for_many: see `LendsForMany`; None where commands cannot be committed together.
        reopen: opens the same store in another process of this machine; None if no other process
            can, as for a store in memory.
    """

    log: EventLog
    tables: Tables
    for_many: LendsForMany | None = None
    reopen: "Callable[[], Opened] | None" = field(default=None, repr=False)  # holds the password

    @property
    def rows(self) -> Rows:
        """The rows of the entries."""
        return self.log.rows

    def close(self) -> None:
        """Close the database."""
        close_all(self.tables, self.log)
