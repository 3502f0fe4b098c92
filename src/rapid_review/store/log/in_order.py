"""All entries of a log, of every case and partnership, in the order of recording."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from rapid_review.domain.beside_events import KINDS_BESIDE_CASES
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import RecordError
from rapid_review.domain.events import AnyEvent
from rapid_review.store.backends.ports import EventLog, WholeRow
from rapid_review.store.log.body import opening_of, place_named_in, stream_id
from rapid_review.store.log.codec import Codec
from rapid_review.store.log.mapper import EntryMapper

_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row that cannot be read, by its place.

    Attributes:
        position: its place among all rows.
        version: its place in its case.
        partnership: the partnership that it states; None if its bytes cannot be read.
        case: the case that it states; None if its bytes cannot be read.
        reason: why it cannot be read.
    """

    position: int
    version: int
    partnership: str | None
    case: str | None
    reason: str

    def __str__(self) -> str:
        """Name the row, and say why it cannot be read."""
        case = (
            "a case whose reference cannot be read" if self.case is None else f"case {self.case}"
        )
        return f"{case}, entry {self.version} at position {self.position}: {self.reason}"


Unreadable = Callable[[UnreadableRow], None]
"""Called with each row that cannot be read; the rows after it are read all the same."""


class EntriesInOrder:
    """The entries of a log, in order.

    Args:
        log: where rows are kept.
        codec: how entries become bytes.
    """

    def __init__(self, log: EventLog, codec: Codec | None = None) -> None:
        self.log = log
        self._mapper = EntryMapper(codec or Codec())

    @property
    def codec(self) -> Codec:
        """How entries become bytes."""
        return self._mapper.codec

    def all_entries(self) -> Iterator[Entry]:
        """Yield every entry of every case, in the order in which they were appended."""
        for _, entry in self.entries_after(0):
            yield entry

    def entries_after(
        self,
        position: int,
        unreadable: Unreadable | None = None,
        *,
        beside: bool = False,
    ) -> Iterator[tuple[int, Entry]]:
        """Yield the entries of every case after a position, each with its position, in order.

        Args:
            position: where to begin; 0 is before the first entry.
            unreadable: called with each row that cannot be read; the others are yielded.
            beside: whether to yield the entries beside the cases, in place of those of cases.

        Raises:
            RecordError: a row cannot be read, and `unreadable` is not given.
        """
        while page := self.log.rows.readable_after(position, _PAGE):
            for row in page:
                asked_for = (row[3] in KINDS_BESIDE_CASES) is beside
                if asked_for and (entry := self._read(row, unreadable)):
                    yield row[0], entry
            if len(page) < _PAGE:
                return
            position = page[-1][0]

    def _read(self, row: WholeRow, unreadable: Unreadable | None) -> Entry | None:
        """Return the entry of a row; None if it cannot be read and `unreadable` was called."""
        try:
            return self._mapper.entry(*row[1:])
        except RecordError as error:
            found = _unreadable(row, str(error))
            if unreadable is None:
                raise RecordError(str(found)) from error
            unreadable(found)
            return None

    def first_entries(self, unreadable: Unreadable | None) -> Iterator[Entry]:
        """Yield the first entry of every case, in the order in which they were opened.

        Args:
            unreadable: as for `entries_after`, of the rows that are the first of a case.

        Raises:
            RecordError: as `entries_after`.
        """
        position = 0
        while page := self.log.rows.first_after(position, _PAGE):
            for row in page:
                if row[3] not in KINDS_BESIDE_CASES and (entry := self._read(row, unreadable)):
                    yield entry
            if len(page) < _PAGE:
                return
            position = page[-1][0]

    def opened_after(self, position: int, partnership: str) -> Iterator[tuple[int, str, AnyEvent]]:
        """Yield the first event of each case of a partnership that was opened after a position.

        Each comes with its position and its case. Events that cannot be read are left out.

        Args:
            position: where to begin; 0 is before the first entry.
            partnership: whose cases.
        """
        while page := self.log.rows.first_after(position, _PAGE):
            for at, _, version, kind, body in page:
                opening = opening_of(body)
                if opening is None or opening.partnership != partnership:
                    continue
                row = [(version, kind, body)]
                with suppress(RecordError):  # reading the case itself reports it
                    (event,) = self._mapper.codec.events(row, partnership, opening.case)
                    yield at, opening.case, event
            if len(page) < _PAGE:
                return
            position = page[-1][0]

    def unread(self, partnership: str, case: str, reason: str) -> tuple[UnreadableRow, ...]:
        """Return where a case cannot be read, and why.

        Args:
            partnership: whose case it is.
            case: the case's reference.
            reason: why the case cannot be read if each of its rows can be read by itself; its
                newest row is returned then.
        """
        stream = stream_id(partnership, case)
        rows, reasons = self.log.rows.of(stream), dict[int, str]()
        for version, kind, body in rows:
            try:
                self._mapper.entry(stream.hex, version, kind, body)
            except RecordError as error:
                reasons[version] = str(error)
        return tuple(
            UnreadableRow(
                self.log.rows.position_of(stream.hex, version), version, partnership, case, why
            )
            for version, why in (reasons or {rows[-1][0]: reason}).items()
        )


def _unreadable(row: WholeRow, reason: str) -> UnreadableRow:
    """Return the place of a row that cannot be read, as far as its bytes state it."""
    position, _, version, _, body = row
    partnership, case = place_named_in(body)
    return UnreadableRow(position, version, partnership, case, reason)
