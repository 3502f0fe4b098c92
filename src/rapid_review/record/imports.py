"""Bulk import: the histories of many cases, many cases a transaction, in one pass.

A case is imported whole or not at all. One that is refused, or that is in the record already, is
named with its reason; the rest goes in.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CalendarGapError, Refused, TermsError
from rapid_review.domain.events import AnyEvent
from rapid_review.record.store import AppendConflictError, Store

BATCH: Final = 2_000
"""How many entries go into one transaction, about: a case is never split."""

History = tuple[str, Sequence[AnyEvent]]
"""A case's reference, and what happened in it."""
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

    def prepared() -> Iterator[tuple[Entry, ...]]:
        for reference, events in histories:
            try:
                yield prepare(reference, events)
            except (Refused, TermsError, CalendarGapError) as reason:
                refused.append((reference, str(reason)))

    for batch in _batches(prepared()):
        for stored in _appended(store, batch, refused):
            cases += 1
            entries += len(stored)
        progress(entries)
    return Imported(cases, entries, tuple(refused))


def _batches(cases: Iterable[tuple[Entry, ...]]) -> Iterator[list[tuple[Entry, ...]]]:
    """Yield whole cases together, until they hold some `BATCH` entries; no case twice in one."""
    batch: list[tuple[Entry, ...]] = []
    held: set[str] = set()
    size = 0
    for case in cases:
        if not case:
            continue
        if size >= BATCH or case[0].case in held:
            yield batch
            batch, held, size = [], set[str](), 0
        batch.append(case)
        held.add(case[0].case)
        size += len(case)
    if batch:
        yield batch


def _appended(
    store: Store, batch: list[tuple[Entry, ...]], refused: list[tuple[str, str]]
) -> list[tuple[Entry, ...]]:
    """Append a batch in one transaction; if someone was first with a case, case by case."""
    try:
        store.append([entry for case in batch for entry in case])
    except AppendConflictError:
        if len(batch) == 1:
            refused.append((batch[0][0].case, "the case was recorded by someone else meanwhile"))
            return []
        return [stored for case in batch for stored in _appended(store, [case], refused)]
    return batch
