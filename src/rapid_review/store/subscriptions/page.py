"""The next entries of a subscription: each as its handler gets it, or why it cannot be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapid_review.domain.beside_events import KINDS_BESIDE_CASES
from rapid_review.domain.errors import RecordError
from rapid_review.projections.views import with_words
from rapid_review.store.backends.ports import Rows, WholeRow
from rapid_review.store.log.body import Opening, opening_of
from rapid_review.store.log.mapper import EntryMapper
from rapid_review.store.subscriptions.plan import Recorded


class Wanted(NamedTuple):
    """An entry that a subscription wants.

    Attributes:
        position: its place among all entries.
        stream: its case's stream, in hexadecimal.
        reference: its case, if that can be read.
        recorded: the entry as the handler gets it; None if it cannot be read.
        reason: why it cannot be read.
    """

    position: int
    stream: str
    reference: str | None
    recorded: Recorded | None
    reason: str = ""


class EntriesPage(NamedTuple):
    """The next page of entries.

    Attributes:
        position: the position of its last entry.
        wanted: the entries in it that the subscription wants, in order.
    """

    position: int
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a partnership's cases as a subscription reads them.

    Attributes:
        rows: the rows of the store.
        mapper: reads entries from rows.
        partnership: whose entries are wanted.
        kinds: the kinds of events that are wanted; None for all of them.
    """

    rows: Rows
    mapper: EntryMapper
    partnership: str
    kinds: frozenset[str] | None

    def after(self, position: int, limit: int) -> EntriesPage:
        """Return the next page after a position; look at no more entries than `limit`."""
        rows = self.rows.readable_after(position, limit)
        end = rows[-1][0] if rows else position
        return EntriesPage(end, tuple(self._wanted(rows)))

    def at(self, position: int) -> Wanted:
        """Return the entry at a position, which was wanted before, as it can be read now."""
        (row,) = self.rows.readable_after(position - 1, 1)
        (wanted,) = self._read([row])
        return wanted

    def _wanted(self, rows: Sequence[WholeRow]) -> Iterator[Wanted]:
        of_kinds = [
            row
            for row in rows
            if row[3] not in KINDS_BESIDE_CASES and (self.kinds is None or row[3] in self.kinds)
        ]
        return self._read(of_kinds)

    def _read(self, rows: Sequence[WholeRow]) -> Iterator[Wanted]:
        for position, stream, version, kind, body in rows:
            opening = opening_of(body)
            if opening is None or opening.stream != stream:  # the first entry of the stream says
                opening = self._first_of(stream)
            if opening is not None and opening.partnership != self.partnership:
                continue
            case = opening.case if opening else None
            try:
                entry = self.mapper.entry(stream, version, kind, body)
            except RecordError as error:
                yield Wanted(position, stream, case, None, str(error))
            else:
                yield Wanted(position, stream, case, Recorded(position, with_words(entry)))

    def _first_of(self, stream: str) -> Opening | None:
        opening = opening_of(self.rows.openings([stream]).get(stream))
        return opening if opening and opening.stream == stream else None
