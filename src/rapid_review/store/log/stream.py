"""A case as stored, replayed; and those read last, of which only what is new is read again.

A case is kept from its second reading on: to read every case once, as a list does, costs nothing
more and takes no other case's place.

A case's rows are only ever added to, and its versions have no gap. So what was read before is how
the case still begins, unless its newest row of then is another one by now: that row is read and
compared each time. Where it differs, as after a restore, the case is read from its first row. A
row further back that somebody altered, by other means than this library, is found by `audit
verify`, which reads every row, and not here.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from threading import Lock
from typing import Final

from rapid_review.domain.case import Case, evolve, replay
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import AnyEvent
from rapid_review.store.backends.ports import StoredRow

EVENTS_KEPT: Final = 10_000
"""How many events of cases read before are kept in memory by default."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A case as stored: what its events make of it, its last entry, and its rows."""

    case: Case
    last: Entry | None
    rows: Sequence[StoredRow]

    @property
    def events(self) -> tuple[AnyEvent, ...]:
        """Every event recorded, in that order."""
        return self.case.recorded

    def holds(self, command_id: str) -> bool:
        """Say whether this command already took effect in the case."""
        # The bytes need not be read as JSON: within text a quotation mark is escaped, so nothing
        # but the field itself looks like this.
        field = b'"command_id":"%s"' % command_id.encode()
        return any(field in body for _, _, body in self.rows)


class ReadBefore:
    """The cases read last, by their stream.

    Args:
        events: how many events of them are kept, at most; 0 for none.
    """

    def __init__(self, events: int = EVENTS_KEPT) -> None:
        self._most = events
        self._streams = OrderedDict[str, Stream]()
        self._read_once = OrderedDict[str, None]()
        self._events = 0
        self._one_at_a_time = Lock()

    @property
    def events(self) -> int:
        """How many events are kept just now."""
        return self._events

    def read(
        self,
        name: str,
        rows_since: Callable[[int], Sequence[StoredRow]],
        events_in: Callable[[Sequence[StoredRow]], Iterable[AnyEvent]],
        entry_in: Callable[[StoredRow], Entry],
    ) -> Stream:
        """Return a case as it is stored now.

        Args:
            name: its stream.
            rows_since: reads its rows from a version on.
            events_in: reads the events in rows.
            entry_in: reads the entry in a row.
        """
        before = self._kept(name)
        if before is not None:
            # From the last row that is kept, to see that it is still the same one (ADR 0086).
            rows = rows_since(len(before.rows))
            if rows and rows[0] == before.rows[-1]:
                return self._longer(name, before, rows[1:], events_in, entry_in)
        rows = rows_since(1)
        return self._longer(name, _NOTHING, rows, events_in, entry_in)

    def _longer(
        self,
        name: str,
        before: Stream,
        rows: Sequence[StoredRow],
        events_in: Callable[[Sequence[StoredRow]], Iterable[AnyEvent]],
        entry_in: Callable[[StoredRow], Entry],
    ) -> Stream:
        if not rows:
            return before
        events = events_in(rows)
        case = reduce(evolve, events, before.case) if before.rows else replay(events)
        found = Stream(case, entry_in(rows[-1]), (*before.rows, *rows))
        self._keep(name, found)
        return found

    def _kept(self, name: str) -> Stream | None:
        with self._one_at_a_time:
            if (found := self._streams.get(name)) is not None:
                self._streams.move_to_end(name)
            return found

    def _keep(self, name: str, stream: Stream) -> None:
        """Keep a case that was read before; those that were not asked for longest are given up."""
        with self._one_at_a_time:
            before = self._streams.pop(name, None)
            self._events -= 0 if before is None else len(before.rows)
            if len(stream.rows) > self._most:
                return
            if before is None and not self._is_read_again(name):
                return
            stream.case.sorted_by_kind()  # so that no two threads sort it at once
            self._streams[name] = stream
            self._events += len(stream.rows)
            while self._events > self._most:
                _, oldest = self._streams.popitem(last=False)
                self._events -= len(oldest.rows)

    def _is_read_again(self, name: str) -> bool:
        """Say whether a case was read once already; if not, remember that it is now."""
        if name in self._read_once:
            del self._read_once[name]
            return True
        self._read_once[name] = None
        if len(self._read_once) > _NAMES:
            self._read_once.popitem(last=False)
        return False


class ReadInTransaction(ReadBefore):
    """The cases read in one transaction, by their stream.

    Nobody writes to a case without reading it first. So what is read of a case for the first time
    was committed before, and may be kept beyond the transaction; what is read of it later may hold
    entries that are never committed, and is kept no longer than the transaction lasts.

    Args:
        before: the cases read before the transaction.
    """

    def __init__(self, before: ReadBefore) -> None:
        super().__init__(0)
        self._before = before
        self._within: dict[str, Stream] = {}

    def read(
        self,
        name: str,
        rows_since: Callable[[int], Sequence[StoredRow]],
        events_in: Callable[[Sequence[StoredRow]], Iterable[AnyEvent]],
        entry_in: Callable[[StoredRow], Entry],
    ) -> Stream:
        """Return a case as it is in the transaction; see `ReadBefore.read`."""
        read = super().read if name in self._within else self._before.read
        found = read(name, rows_since, events_in, entry_in)
        self._within[name] = found
        return found

    def _kept(self, name: str) -> Stream | None:
        found = self._within[name]
        return found if found.rows else None

    def _keep(self, name: str, stream: Stream) -> None:
        """Keep nothing here: `read` keeps what was read, in the transaction."""


_NOTHING: Final = Stream(Case(), None, ())
_NAMES: Final = 4_096
"""Of how many cases it is remembered that they were read once."""
