"""Stores that break one law each, made of one that keeps them all: which law must find which."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from rapid_review.domain.entry import Entry
from rapid_review.store.log.streams import AppendConflictError
from rapid_review.testing.conformance import KENT
from rapid_review.testing.entry_store import EntryStore


class Whole:
    """Everything as the store beneath it has it."""

    altered: frozenset[int] = frozenset()
    """The versions that somebody altered, where a store lets them."""

    def __init__(self, beneath: EntryStore) -> None:
        self.beneath = beneath

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries."""
        self.beneath.append(entries)

    def entries(self, partnership: str, case: str) -> Sequence[Entry]:
        """Return a case's entries."""
        return self.beneath.entries(partnership, case)

    def bodies(self, partnership: str, case: str) -> Sequence[bytes]:
        """Return the bytes of a case's entries."""
        return self.beneath.bodies(partnership, case)

    def entries_after(self, position: int) -> Iterator[tuple[int, Entry]]:
        """Yield the entries behind a position."""
        yield from self.beneath.entries_after(position)

    def close(self) -> None:
        """Close it."""
        self.beneath.close()


class TakesAnyVersion(Whole):
    """Contiguity: what leaves a version out is numbered again, and nobody is told."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries, with the versions that come next."""
        first = len(self.entries(entries[0].partnership, entries[0].case)) + 1
        if entries[0].version <= first:
            self.beneath.append(entries)
            return
        self.beneath.append(
            [one.model_copy(update={"version": at}) for at, one in enumerate(entries, first)]
        )


class LastOneWins(Whole):
    """Conditional append: a version that is taken is put behind the others."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries, whatever is there."""
        try:
            self.beneath.append(entries)
        except AppendConflictError:
            first = len(self.entries(entries[0].partnership, entries[0].case)) + 1
            if entries[0].version >= first:
                raise
            self.beneath.append(
                [one.model_copy(update={"version": at}) for at, one in enumerate(entries, first)]
            )


class OneByOne(Whole):
    """Conditional append: a batch is written until one of its entries conflicts."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries, each by itself."""
        for one in entries:
            self.beneath.append([one])


class SaysYes(Whole):
    """Idempotence: what already exists is acknowledged once more, as if it were new."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries; a conflict is no matter."""
        try:
            self.beneath.append(entries)
        except AppendConflictError:
            there = self.entries(entries[0].partnership, entries[0].case)
            if len(there) < entries[-1].version or len(entries) == 1:
                raise


class ByCase(Whole):
    """Order: all entries come sorted by their cases."""

    def entries_after(self, position: int) -> Iterator[tuple[int, Entry]]:
        """Yield the entries, case by case."""
        found = sorted(self.beneath.entries_after(position), key=lambda one: one[1].case)
        yield from found


class WritesAnew(Whole):
    """Equal bytes: a case is written again when something is added to it."""

    def bodies(self, partnership: str, case: str) -> Sequence[bytes]:
        """Return the bytes, which say how many there are."""
        found = self.beneath.bodies(partnership, case)
        return [body + b" " * len(found) for body in found]


class CanBeEdited(Whole):
    """Append-only: anyone who knows the way alters an entry."""

    def bodies(self, partnership: str, case: str) -> Sequence[bytes]:
        """Return the bytes; of what was altered others."""
        return [
            b"altered" if at in self.altered else body
            for at, body in enumerate(self.beneath.bodies(partnership, case), start=1)
        ]


BREAKINGS: Final[dict[type[Whole], str]] = {
    TakesAnyVersion: "test_no_version_is_left_out",
    LastOneWins: "test_a_version_is_taken_once",
    OneByOne: "test_a_batch_is_written_whole_or_not_at_all",
    SaysYes: "test_what_is_appended_again_is_there_once",
    ByCase: "test_positions_rise_in_the_order_of_appending",
    WritesAnew: "test_bytes_stay_as_they_were_written",
    CanBeEdited: "test_nothing_that_is_stored_can_be_altered",
}
"""Each broken store, and the law that must find it."""


def edit(broken: type[Whole]) -> Callable[[], object]:
    """Return what alters an entry of a broken store, if it can be."""

    def alter() -> None:
        if not issubclass(broken, CanBeEdited):
            raise PermissionError(KENT)
        broken.altered = frozenset({1})

    return alter
