"""What the kit needs from a store: a few methods; and entries to store in it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final, Protocol

from rapid_review.domain.entry import Entry
from rapid_review.domain.events import AnyEvent, ImmediateActionRecorded
from rapid_review.store.log.body import stream_id
from rapid_review.store.store import Store
from rapid_review.testing.telling import BY

BEGINS: Final = datetime(2026, 3, 28, 22, tzinfo=UTC)
"""Two hours before the night in which London's clocks go forward."""


class EntryStore(Protocol):
    """One handle on a store of entries, in any kind of database."""

    def append(self, entries: Sequence[Entry], /) -> object:
        """Append entries, of one case or several: all or none, each with the next version.

        Raises:
            Exception: the one that the suite names as `conflict`: a version already exists, or
                one before it is missing.
        """
        ...

    def entries(self, partnership: str, case: str, /) -> Sequence[Entry]:
        """Return a case's entries, from the first; none if there is no such case."""
        ...

    def bodies(self, partnership: str, case: str, /) -> Sequence[bytes]:
        """Return the stored bytes of a case's entries, from the first."""
        ...

    def entries_after(self, position: int, /) -> Iterable[tuple[int, Entry]]:
        """Yield the entries after a position, each with its position, in the order of appending.

        Positions rise and may leave gaps; 0 lies before the first.
        """
        ...

    def close(self) -> None:
        """Close this handle."""
        ...


Opens = Callable[[], EntryStore]
"""Opens one more handle on the same store, as another process would."""


class LibraryStore:
    """A store of this library, with the methods that the kit needs.

    Args:
        store: the store; where it seals words, they are sealed on the way in.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries."""
        self._store.append(tuple(self._sealed(entries)))

    def _sealed(self, entries: Sequence[Entry]) -> Iterator[Entry]:
        for (whose, case), some in groupby(entries, lambda one: (one.partnership, one.case)):
            sealing = self._store.sealing(whose, case, self._store.stream(whose, case))
            yield from map(sealing.sealed_entry, some)

    def entries(self, partnership: str, case: str) -> tuple[Entry, ...]:
        """Return a case's entries."""
        return self._store.entries(partnership, case)

    def bodies(self, partnership: str, case: str) -> tuple[bytes, ...]:
        """Return the bytes of a case's rows."""
        rows = self._store.opened.rows.of(stream_id(partnership, case))
        return tuple(row[2] for row in rows)

    def entries_after(self, position: int) -> Iterator[tuple[int, Entry]]:
        """Yield the entries after a position."""
        return self._store.entries_after(position)

    def close(self) -> None:
        """Close the store."""
        self._store.close()


def entry_of(
    case: str,
    version: int,
    event: AnyEvent | None = None,
    *,
    partnership: str = "kent-and-medway",
    says: str = "w",
) -> Entry:
    """Return an entry to store: of an event, or of an action that was taken at once.

    Args:
        case: its case.
        version: its place in it.
        event: its event.
        partnership: whose it is.
        says: the words of the action.
    """
    at = BEGINS + timedelta(minutes=version)
    acted = ImmediateActionRecorded(at=at, action=f"A-{version}", words=says)
    return Entry(
        partnership=partnership,
        case=case,
        version=version,
        recorded_at=at + timedelta(seconds=30),
        by=BY,
        command_id=f"c-{case}-{version}",
        event=event or acted,
    )


def entries_of(case: str, first: int, last: int, *, says: str = "w") -> tuple[Entry, ...]:
    """Return the entries of a case from one version to another, both included."""
    return tuple(entry_of(case, version, says=says) for version in range(first, last + 1))
