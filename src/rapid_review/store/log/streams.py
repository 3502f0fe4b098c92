"""The store as the record sees it: streams of entries, appended whole or not at all."""

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    IntegrityError,
    PersistenceError,
    StoredEvent,
)

from rapid_review.domain.entry import Entry, must_be_references
from rapid_review.domain.errors import InvalidInputError, RecordError, StorageError, shown
from rapid_review.domain.events import AnyEvent, ExportMade
from rapid_review.store.backends.address import on_a_server
from rapid_review.store.backends.extras import wanting
from rapid_review.store.backends.memory import InMemoryRecorder
from rapid_review.store.backends.sqlite.log import AppendOnlyRecorder, open_recorder
from rapid_review.store.ledger.ledger import Ledger
from rapid_review.store.log.codec import Codec, Row
from rapid_review.store.log.mapper import EntryMapper, stream_id

if TYPE_CHECKING:
    from rapid_review.store.backends.ports import Database, WholeRow
    from rapid_review.store.backends.postgres.log import PostgresRecorder

EXPORTS: Final = "register-of-exports"
"""Where a partnership's register of exports stands in the store: beside its cases, and no case."""

_PAGE: Final = 1_000


class AppendConflictError(Exception):
    """Someone else appended that version first; nothing was written."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A case as stored: its events, its last entry, and its rows."""

    events: tuple[AnyEvent, ...]
    last: Entry | None
    rows: Sequence[Row]

    def holds(self, command_id: str) -> bool:
        """Say whether this command already took effect in the case.

        The bytes are looked through as they are: inside JSON text a quotation mark is escaped, so
        nothing but the field itself reads like this.
        """
        field = b'"command_id":"%s"' % command_id.encode()
        return any(field in body for _, _, body in self.rows)


class Store:
    """Entries in one database, by case.

    Args:
        recorder: where rows are kept.
        codec: how entries become bytes.
    """

    def __init__(
        self,
        recorder: "AppendOnlyRecorder | InMemoryRecorder | PostgresRecorder",
        codec: Codec | None = None,
    ) -> None:
        self._recorder = recorder
        self._mapper = EntryMapper(codec or Codec())
        self._read_models: Database | None = None

    @classmethod
    def in_memory(cls) -> "Store":
        """Return a store that lives as long as the process."""
        return cls(InMemoryRecorder())

    @classmethod
    def on_sqlite(cls, path: str | Path, *, create: bool = True) -> "Store":
        """Return the store in an SQLite file.

        Raises:
            InvalidInputError: it is the address of a server, and no file.
            RecordError: it is not there and may not be made, or it is no store of ours.
        """
        if on_a_server(str(path)):
            raise InvalidInputError(
                "this is the address of a server, and no file; `on_postgres` opens it"
            )
        return cls(open_recorder(Path(path), create=create))

    @classmethod
    def on_postgres(cls, address: str, *, schema: str | None = None) -> "Store":
        """Return the store in a schema on a PostgreSQL server, which `db init` made.

        Args:
            address: `postgresql://user@host:5432/database?schema=rapid_review`; nothing of it is
                taken from the environment.
            schema: the schema, if the address does not name it.

        Raises:
            InvalidInputError: the address leaves something open.
            RecordError: there is no store, or it is none of ours.
            StorageError: the server cannot be reached, or its driver is not installed.
        """
        try:
            from rapid_review.store.backends.postgres.log import open_postgres  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise wanting("postgres", "a store on PostgreSQL needs its driver") from error
        return cls(open_postgres(address, schema))

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries, of one case or many, in one transaction: all of them or none.

        Raises:
            AppendConflictError: one of the versions is already there.
            RecordError: the database cannot be written.
        """
        rows = list(map(self._mapper.to_stored_event, entries))
        with _storage("written"):
            self._recorder.insert_events(rows)

    def answered_at(self, partnership: str, case: str, command_id: str) -> int | None:
        """Return at which version of a case a command was answered with nothing; None if never.

        Raises:
            RecordError: the database cannot be read.
        """
        with _storage("read"):
            return self._recorder.answers.version(stream_id(partnership, case), command_id)

    def remember(self, partnership: str, case: str, command_id: str, version: int) -> None:
        """Remember that a command was answered with nothing, for it was so at this version.

        Raises:
            AppendConflictError: the case has come further, or somebody else remembers it.
            RecordError: the database cannot be written.
        """
        with _storage("written"):
            stream = stream_id(partnership, case)
            if not self._recorder.answers.remember(stream, command_id, version):
                raise AppendConflictError

    def take_over(self, rows: "Sequence[WholeRow]", after: int) -> None:
        """Append rows of another store at the positions they have there: all of them or none.

        Args:
            rows: they come next in the other store.
            after: the position at which this store ends.

        Raises:
            AppendConflictError: this store ends elsewhere, or a row is not as it must be.
            InvalidInputError: this store is in memory.
            RecordError: the database cannot be written.
        """
        with _storage("written"):
            self._recorder.take_over(rows, after)

    def entries(self, partnership: str, case: str) -> tuple[Entry, ...]:
        """Return a case's entries from the first; none if there is no such case.

        Raises:
            InvalidInputError: the reference has not the form of one, or is kept for the register
                of exports.
            RecordError: a row cannot be read, or a version is missing.
        """
        _must_be_a_case(case)
        return self._entries(partnership, case)

    def exports(self, partnership: str) -> tuple[Entry, ...]:
        """Return the partnership's register of exports, from the first.

        Raises:
            RecordError: a row cannot be read, or a version is missing.
        """
        return self._entries(partnership, EXPORTS)

    def stream(self, partnership: str, case: str) -> Stream:
        """Return what deciding and replaying need of a case: its events, and little else.

        Raises:
            InvalidInputError: the reference has not the form of one, or is kept for the register
                of exports.
            RecordError: a row cannot be read, or a version is missing.
        """
        _must_be_a_case(case)
        rows = self._rows(partnership, case)
        events = tuple(self._mapper.codec.events(rows, partnership, case))
        last = self._entry(stream_id(partnership, case), rows[-1]) if rows else None
        return Stream(events, last, rows)

    def _entries(self, partnership: str, case: str) -> tuple[Entry, ...]:
        stream = stream_id(partnership, case)
        return tuple([self._entry(stream, row) for row in self._rows(partnership, case)])

    def _entry(self, stream: UUID, row: Row) -> Entry:
        return self._mapper.to_domain_event(StoredEvent(stream, *row))

    def _rows(self, partnership: str, case: str) -> Sequence[Row]:
        with _storage("read"):
            rows = self._recorder.rows_of(stream_id(partnership, case))
        if rows and rows[-1][0] != len(rows):
            raise RecordError(
                f"case {shown(case)} of {partnership} does not hold every version from 1"
            )
        return rows

    def all_entries(self) -> Iterator[Entry]:
        """Yield every entry of every case, in the order in which they were appended."""
        for _, entry in self.entries_after(0):
            yield entry

    def entries_after(self, position: int) -> Iterator[tuple[int, Entry]]:
        """Yield the entries of every case behind a position, each with its own, in that order.

        Raises:
            RecordError: a row cannot be read.
        """
        after = position
        while True:
            with _storage("read"):
                page = self._recorder.select_notifications(after, _PAGE, inclusive_of_start=False)
            for row in page:
                if row.topic != ExportMade.__name__:  # the register of exports is no case
                    yield row.id, self._mapper.to_domain_event(row)
            if len(page) < _PAGE:
                return
            after = page[-1].id

    def ledger(self) -> Ledger:
        """Return the ledger of all that the store holds, whosever case it is."""
        return Ledger(*self.read_models())

    def read_models(self) -> "tuple[Database, Codec]":
        """Return the database as read models see it, opened when asked for, and the codec."""
        if self._read_models is None:
            self._read_models = self._recorder.read_models()
        return self._read_models, self._mapper.codec

    def close(self) -> None:
        """Close the database."""
        if self._read_models is not None:
            self._read_models.close()
        if not isinstance(self._recorder, InMemoryRecorder):
            self._recorder.datastore.close()


def _must_be_a_case(case: str) -> None:
    must_be_references(case=case)
    if case == EXPORTS:
        raise InvalidInputError(
            f"{EXPORTS} is where exports are registered, and no case: `rapid-review export "
            "register` prints it, and a bundle of the whole log proves it; a case needs another "
            "reference"
        )


@contextmanager
def _storage(done: str) -> Generator[None, None, None]:
    """Turn the library's errors into ours: a conflict, or a database that cannot be used."""
    try:
        yield
    except IntegrityError as error:
        raise AppendConflictError from error
    except (PersistenceError, ConnectionPoolClosedError, sqlite3.Error) as error:
        raise StorageError(
            f"the store could not be {done}: {str(error) or 'it is closed'}. See that the disk "
            "has room, that the file may be written, with the -wal and -shm beside it, and that "
            "no other program holds it locked; then ask again, with the same command_id if it "
            "was a command: if only the answer was lost, nothing is recorded twice"
        ) from error
