"""A stored case, replayed; and a cache of the cases read last, which reads only new rows.

A case is cached from its second reading on. So a list, which reads every case once, costs nothing
more, and pushes no other case out of the cache.

Rows are only ever added to a case, and its versions have no gap. So the cached rows are still the
beginning of the case, unless the last of them has changed: that row is read and compared each
time. If it differs, as after a restore, the case is read from its first row. An earlier row that
somebody altered by other means than this library is not noticed here, but `audit verify`, which
reads every row, finds it.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import itemgetter
from threading import Lock
from typing import Final

from rapid_review.domain.case import Case, evolve, replay
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import AnyEvent
from rapid_review.store.backends.ports import StoredRow

EVENTS_KEPT: Final = 10_000
"""How many events the cache holds by default."""


# Every command asks these of each row, and a loop in Python takes ten times as long.
_KIND: Final[Callable[[StoredRow], str]] = itemgetter(1)
_BODY: Final[Callable[[StoredRow], bytes]] = itemgetter(2)


@dataclass(frozen=True, slots=True)
class Stream:
    """A stored case: its state after all its events, its last entry, and its rows."""

    case: Case
    last: Entry | None
    rows: Sequence[StoredRow]

    @property
    def events(self) -> tuple[AnyEvent, ...]:
        """Every event of the case, in the order of recording."""
        return self.case.recorded

    def holds(self, command_id: str) -> bool:
        """Return whether an entry of the case was recorded under this command id."""
        # The bytes need not be read as JSON: within text a quotation mark is escaped, so nothing
        # but the field itself looks like this.
        field = b'"command_id":"%s"' % command_id.encode()
        return field in b"\n".join(map(_BODY, self.rows))

    def kinds(self) -> Iterator[str]:
        """Return the kind of each entry's event, as its row states it."""
        return map(_KIND, self.rows)

    def bodies(self) -> list[bytes]:
        """Return the body of each row."""
        return list(map(_BODY, self.rows))


class StreamCache:
    """A cache of the cases read last, by the name of their stream.

    Args:
        events: the most events that it holds; 0 for no cache.
    """

    def __init__(self, events: int = EVENTS_KEPT) -> None:
        self._most = events
        self._streams = OrderedDict[str, Stream]()
        self._read_once = OrderedDict[str, None]()
        self._events = 0
        self._one_at_a_time = Lock()

    @property
    def events(self) -> int:
        """How many events it holds at the moment."""
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
            name: the name of its stream.
            rows_since: reads its rows from a version on.
            events_in: returns the events in rows.
            entry_in: returns the entry in a row.
        """
        before = self._cached(name)
        if before is not None:
            # From the last cached row on, to check that this row is still the same (ADR 0086).
            rows = rows_since(len(before.rows))
            if rows and rows[0] == before.rows[-1]:
                return self._extended(name, before, rows[1:], events_in, entry_in)
        rows = rows_since(1)
        return self._extended(name, _NOTHING, rows, events_in, entry_in)

    def _extended(
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

    def _cached(self, name: str) -> Stream | None:
        with self._one_at_a_time:
            if (found := self._streams.get(name)) is not None:
                self._streams.move_to_end(name)
            return found

    def _keep(self, name: str, stream: Stream) -> None:
        """Put a case into the cache at its second reading, and drop the least recently used."""
        with self._one_at_a_time:
            before = self._streams.pop(name, None)
            self._events -= 0 if before is None else len(before.rows)
            if len(stream.rows) > self._most:
                return
            if before is None and not self._was_read_before(name):
                return
            stream.case.sorted_by_kind()  # so that no two threads sort it at once
            self._streams[name] = stream
            self._events += len(stream.rows)
            while self._events > self._most:
                _, oldest = self._streams.popitem(last=False)
                self._events -= len(oldest.rows)

    def _was_read_before(self, name: str) -> bool:
        """Return whether a case was read once before; if not, remember that it is read now."""
        if name in self._read_once:
            del self._read_once[name]
            return True
        self._read_once[name] = None
        if len(self._read_once) > _NAMES:
            self._read_once.popitem(last=False)
        return False


class CacheInTransaction(StreamCache):
    """The cases read in one transaction, by the name of their stream.

    Nobody writes to a case without reading it first. So the first reading of a case sees only
    committed entries, and goes into the shared cache. Later readings may see entries that are
    never committed, and are kept only for this transaction.

    Args:
        cache: the shared cache.
    """

    def __init__(self, cache: StreamCache) -> None:
        super().__init__(0)
        self._cache = cache
        self._within: dict[str, Stream] = {}

    def read(
        self,
        name: str,
        rows_since: Callable[[int], Sequence[StoredRow]],
        events_in: Callable[[Sequence[StoredRow]], Iterable[AnyEvent]],
        entry_in: Callable[[StoredRow], Entry],
    ) -> Stream:
        """Return a case as it is in the transaction; see `StreamCache.read`."""
        read = super().read if name in self._within else self._cache.read
        found = read(name, rows_since, events_in, entry_in)
        self._within[name] = found
        return found

    def _cached(self, name: str) -> Stream | None:
        found = self._within[name]
        return found if found.rows else None

    def _keep(self, name: str, stream: Stream) -> None:
        """Keep nothing in the shared cache: `read` keeps the case for this transaction."""


_NOTHING: Final = Stream(Case(), None, ())
_NAMES: Final = 4_096
"""For how many cases it is remembered that they were read once."""
