"""The log as the record sees it: streams of entries, appended whole or not at all."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from eventsourcing.persistence import IntegrityError

from rapid_review.domain.beside_events import KINDS_OF_NO_CASE
from rapid_review.domain.entry import Entry, must_be_references
from rapid_review.domain.errors import InvalidInputError, RecordError, shown
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.statement import Said
from rapid_review.store.backends.failures import storage
from rapid_review.store.backends.ports import EventLog, StoredRow, WholeRow
from rapid_review.store.log.body import opening_of, place_named_in, stream_id, stream_name
from rapid_review.store.log.codec import Codec
from rapid_review.store.log.mapper import EntryMapper
from rapid_review.store.sealing.tombstone import KeyChangedError

EXPORTS: Final = "register-of-exports"
"""Where a partnership's register of exports is in the store: beside its cases, and no case."""

PERMISSIONS: Final = "register-of-permissions"
"""Where an access log has the permissions that were gone by: beside the readings of cases."""

_PAGE: Final = 1_000
S = TypeVar("S", bound=Said)


class AppendConflictError(Exception):
    """Someone else appended that version first; nothing was written."""


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row that cannot be read, by its place.

    Attributes:
        position: its place among all rows.
        version: its place in its case.
        partnership: whose it says it is, as far as its bytes can be read.
        case: the case that it says it belongs to, likewise.
        reason: why it cannot be read.
    """

    position: int
    version: int
    partnership: str | None
    case: str | None
    reason: str

    def __str__(self) -> str:
        """Name the row, and say why it cannot be read."""
        case = "a case whose name cannot be read" if self.case is None else f"case {self.case}"
        return f"{case}, entry {self.version} at position {self.position}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Stream:
    """A case as stored: its events, its last entry, and its rows."""

    events: tuple[AnyEvent, ...]
    last: Entry | None
    rows: Sequence[StoredRow]

    def holds(self, command_id: str) -> bool:
        """Say whether this command already took effect in the case.

        The bytes are looked through as they are: inside JSON text a quotation mark is escaped, so
        nothing but the field itself reads like this.
        """
        field = b'"command_id":"%s"' % command_id.encode()
        return any(field in body for _, _, body in self.rows)


class Streams:
    """Entries in one log, by case.

    Args:
        log: where rows are kept.
        codec: how entries become bytes.
    """

    def __init__(self, log: EventLog, codec: Codec | None = None) -> None:
        self.log = log
        self._mapper = EntryMapper(codec or Codec())
        self._begins_with: str | None = None

    @property
    def codec(self) -> Codec:
        """How entries become bytes."""
        return self._mapper.codec

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries, of one case or many, in one transaction: all of them or none.

        The keys that seal their words are on the disk before.

        Raises:
            AppendConflictError: one of the versions is already there; or another worker made a
                key first, or destroyed one.
            RecordError: the database cannot be written.
        """
        with _appending():
            if (sealer := self.codec.sealer) is not None:
                sealer.prepare(self.log.rows)
            rows = list(map(self._mapper.to_stored_event, entries))
            self.log.insert_events(rows)

    def sealed(
        self,
        partnership: str,
        case: str,
        said: Iterable[S],
        stream: Stream,
        *,
        again: bool = False,
        proposed_in: int | None = None,
    ) -> tuple[S, ...]:
        """Return what is said of a case with its words sealed, where the store seals them.

        Args:
            partnership: whose case it is.
            case: the case's reference.
            said: commands, events or entries.
            stream: the case as stored.
            again: see `Sealer.sealed`.
            proposed_in: likewise.

        Raises:
            InvalidInputError: words that are sealed already were given.
            KeysError: the keys are not at hand, or are not those of this store; or it keeps words
                unsealed, and is opened for reading.
            Refused: its words were erased.
        """
        self.codec.must_record()
        if (sealer := self.codec.sealer) is None:
            return tuple(said)
        bodies = [body for _, _, body in stream.rows]
        name = stream_name(partnership, case)
        return sealer.sealed(name, said, bodies, again=again, proposed_in=proposed_in)

    def answered_at(self, partnership: str, case: str, command_id: str) -> int | None:
        """Return at which version of a case a command was answered with nothing; None if never.

        Raises:
            RecordError: the database cannot be read.
        """
        with storage("read"):
            return self.log.answers.version(stream_id(partnership, case), command_id)

    def remember(self, partnership: str, case: str, command_id: str, version: int) -> None:
        """Remember that a command was answered with nothing, for it was so at this version.

        Raises:
            AppendConflictError: the case has come further, or somebody else remembers it.
            RecordError: the database cannot be written.
        """
        with _appending():
            stream = stream_id(partnership, case)
            if not self.log.answers.remember(stream, command_id, version):
                raise AppendConflictError

    def take_over(self, rows: Sequence[WholeRow], after: int) -> None:
        """Append rows of another store at the positions they have there: all of them or none.

        Args:
            rows: they come next in the other store.
            after: the position at which this store ends.

        Raises:
            AppendConflictError: this store ends elsewhere, or a row is not as it must be.
            InvalidInputError: this store is in memory.
            RecordError: the database cannot be written.
        """
        with _appending():
            self.log.take_over(rows, after)

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
        """Return the partnership's register of exports; see `beside`."""
        return self.beside(partnership, EXPORTS)

    def beside(self, partnership: str, name: str) -> tuple[Entry, ...]:
        """Return a stream that is kept beside the cases, from its first entry.

        Raises:
            RecordError: a row cannot be read, or a version is missing.
        """
        return self._entries(partnership, name)

    def end_of(self, partnership: str, name: str) -> Stream:
        """Return a stream beside the cases as a writer needs it: its last entry, and no events.

        Raises:
            RecordError: a row cannot be read, or a version is missing.
        """
        rows = self._rows(partnership, name)
        return Stream((), self.entry(partnership, name, rows[-1]) if rows else None, rows)

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
        return Stream(events, self.entry(partnership, case, rows[-1]) if rows else None, rows)

    def entry(self, partnership: str, case: str, row: StoredRow) -> Entry:
        """Return the entry of a case that a row of its stream holds."""
        return self._mapper.entry(stream_name(partnership, case), *row)

    @property
    def begins_with(self) -> str | None:
        """The kind of the first entry; None while there is none."""
        if self._begins_with is None and (rows := self.log.rows.after(0, 1)):
            self._begins_with = rows[0][3]  # for good: nothing is put before it
        return self._begins_with

    def unread(self, partnership: str, case: str, reason: str) -> UnreadableRow:
        """Return the place of a case that is passed by: that of its newest entry."""
        stream = stream_id(partnership, case)
        version = self.log.rows.of(stream)[-1][0]
        position = self.log.rows.position_of(stream.hex, version)
        return UnreadableRow(position, version, partnership, case, reason)

    def _entries(self, partnership: str, case: str) -> tuple[Entry, ...]:
        stream = stream_name(partnership, case)
        rows = self._rows(partnership, case)
        return tuple([self._mapper.entry(stream, *row) for row in rows])

    def _rows(self, partnership: str, case: str) -> Sequence[StoredRow]:
        rows = self.log.rows.of(stream_id(partnership, case))
        if rows and rows[-1][0] != len(rows):
            raise RecordError(
                f"case {shown(case)} of {partnership} does not hold every version from 1"
            )
        return rows

    def all_entries(self) -> Iterator[Entry]:
        """Yield every entry of every case, in the order in which they were appended."""
        for _, entry in self.entries_after(0):
            yield entry

    def entries_after(
        self,
        position: int,
        unreadable: Callable[[UnreadableRow], None] | None = None,
        *,
        beside: bool = False,
    ) -> Iterator[tuple[int, Entry]]:
        """Yield the entries of every case behind a position, each with its own, in that order.

        Args:
            position: where to begin; 0 lies before the first.
            unreadable: called with each row that cannot be read; the others are yielded still.
            beside: whether those are asked for that are kept beside the cases.

        Raises:
            RecordError: a row cannot be read, and no callback was given for it.
        """
        while page := self.log.rows.readable_after(position, _PAGE):
            for row in page:
                at, stream, version, kind, body = row
                if (kind in KINDS_OF_NO_CASE) is not beside:
                    continue
                try:
                    entry = self._mapper.entry(stream, version, kind, body)
                except RecordError as error:
                    found = _unreadable(row, str(error))
                    if unreadable is None:
                        raise RecordError(str(found)) from error
                    unreadable(found)
                else:
                    yield at, entry
            if len(page) < _PAGE:
                return
            position = page[-1][0]

    def opened_after(self, position: int, partnership: str) -> Iterator[tuple[int, str, AnyEvent]]:
        """Yield what opened each case of a partnership behind a position, in order.

        Each comes with its position and its case. What cannot be read is passed by: anyone who
        reads the case is told.

        Args:
            position: where to begin; 0 lies before the first.
            partnership: whose cases.
        """
        while page := self.log.rows.first_after(position, _PAGE):
            for at, _, version, kind, body in page:
                opening = opening_of(body)
                if opening is None or opening.partnership != partnership:
                    continue
                row = [(version, kind, body)]
                with suppress(RecordError):
                    (event,) = self._mapper.codec.events(row, partnership, opening.case)
                    yield at, opening.case, event
            if len(page) < _PAGE:
                return
            position = page[-1][0]


def _unreadable(row: WholeRow, reason: str) -> UnreadableRow:
    """Return the place of a row that cannot be read, as far as its bytes tell it."""
    position, _, version, _, body = row
    partnership, case = place_named_in(body)
    return UnreadableRow(position, version, partnership, case, reason)


def _must_be_a_case(case: str) -> None:
    must_be_references(case=case)
    if case == PERMISSIONS:
        raise InvalidInputError(
            f"{PERMISSIONS} is where an access log has the permissions that were gone by, and no "
            "case; a case needs another reference"
        )
    if case == EXPORTS:
        raise InvalidInputError(
            f"{EXPORTS} is where exports are registered, and no case: `rapid-review export "
            "register` prints it, and a bundle of the whole log proves it; a case needs another "
            "reference"
        )


@contextmanager
def _appending() -> Generator[None, None, None]:
    """Turn the library's errors into ours: a conflict, or a database that cannot be written."""
    try:
        with storage("written"):
            yield
    except (IntegrityError, KeyChangedError) as error:
        raise AppendConflictError from error
