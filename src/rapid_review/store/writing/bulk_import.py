"""Bulk import: the histories of many cases, many cases a transaction, in one pass.

A case is imported whole or not at all. One that is refused, or that is in the record already, is
named with its reason; the rest goes in.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CalendarGapError, InvalidInputError, Refused
from rapid_review.domain.events import AnyEvent
from rapid_review.store.log.streams import AppendConflictError, Store

BATCH: Final = 2_000
"""How many entries go into one transaction, about: a case is never split."""

History = tuple[str, Sequence[AnyEvent]]
"""A case's reference, and what happened in it."""
Case = tuple[History, tuple[Entry, ...]]
"""A case's history, and the entries that record it."""
Ready = Callable[[History], tuple[Entry, ...]]
"""Makes a case's entries; none if it is refused, or recorded just so."""
Progress = Callable[[int], None]
"""Told how many entries have been recorded so far."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        cases: how many cases were recorded.
        entries: how many entries, clocks included.
        refused: the cases that were not, each with its reason.
    """

    cases: int
    entries: int
    refused: tuple[tuple[str, str], ...]


def bulk(
    store: Store,
    histories: Iterable[History],
    prepare: Callable[[str, Sequence[AnyEvent]], tuple[Entry, ...]],
    progress: Progress = lambda _: None,
) -> Imported:
    """Append the prepared entries of each history, in as few transactions as will do.

    Args:
        store: where to.
        histories: the cases, one after the other; never all in memory at once.
        prepare: makes a case's entries, or raises why it cannot be imported.
        progress: told after each transaction how many entries there are.
    """
    refused: list[tuple[str, str]] = []
    cases = entries = 0

    def ready(history: History) -> tuple[Entry, ...]:
        try:
            return prepare(*history)
        except (Refused, InvalidInputError, CalendarGapError) as reason:
            refused.append((history[0], str(reason)))
            return ()

    for batch in _batches(histories, ready):
        for stored in _appended(store, batch, ready, refused):
            cases += 1
            entries += len(stored)
        progress(entries)
    return Imported(cases, entries, tuple(refused))


def _batches(histories: Iterable[History], ready: Ready) -> Iterator[list[Case]]:
    """Yield whole cases together, until they hold some `BATCH` entries."""
    batch: list[Case] = []
    size = 0
    for history in histories:
        if size >= BATCH:
            yield batch
            batch, size = [], 0
        if entries := ready(history):
            batch.append((history, entries))
            size += len(entries)
    if batch:
        yield batch


def _appended(
    store: Store, batch: list[Case], ready: Ready, refused: list[tuple[str, str]]
) -> Iterator[tuple[Entry, ...]]:
    """Append a batch in one transaction; case by case, if one is there by now or comes twice."""
    try:
        store.append([entry for _, entries in batch for entry in entries])
    except AppendConflictError:
        for history, _ in batch:
            entries = ready(history)  # anew: what is there by now may be the same
            try:
                store.append(entries)
            except AppendConflictError:
                refused.append((history[0], "the case was recorded by someone else meanwhile"))
            else:
                if entries:
                    yield entries
    else:
        for _, entries in batch:
            yield entries
