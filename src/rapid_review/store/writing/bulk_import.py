"""Bulk import: the histories of many cases, in one pass, with many cases in one transaction.

Each case is imported whole or not at all. A refused case is reported with its reason, and the
others are imported. Only the cases of one transaction are in memory at a time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CalendarGapError, InvalidInputError, Refused
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.log.streams import AppendConflictError, Streams

BATCH: Final = 2_000
"""About how many entries go into one transaction: a case is never split."""

History = tuple[str, Sequence[AnyEvent]]
"""A case's reference, and what happened in it."""
ReportEntries = Callable[[int], None]
"""Called with how many entries have been recorded so far."""


class Account(NamedTuple):
    """What happened in a case elsewhere, and who imports it.

    Attributes:
        case: its reference.
        events: what happened.
        by: who imports it.
        command_ids: for each event the id under which it is recorded only once, or None; empty if
            no event has an id.
    """

    case: str
    events: Sequence[AnyEvent]
    by: Actor
    command_ids: Sequence[str | None] = ()


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """The outcome for one case of an import.

    Attributes:
        case: its reference.
        entries: what was recorded, clocks included, with no words in it; none if the record
            already held all of it.
        refused: why it was not imported; None if it is in the record now.
    """

    case: str
    entries: Sequence[Entry] = ()
    refused: str | None = None


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

    @classmethod
    def of(cls, outcomes: Iterable[CaseOutcome]) -> "Imported":
        """Read all outcomes of an import, and return their sums."""
        cases = entries = 0
        refused: list[tuple[str, str]] = []
        for one in outcomes:
            cases += bool(one.entries)
            entries += len(one.entries)
            if one.refused is not None:
                refused.append((one.case, one.refused))
        return cls(cases, entries, tuple(refused))


def importer(partnership: str) -> Actor:
    """Return the actor that is recorded for an import if nobody is named."""
    return Actor(id="import", role="importer", agency=partnership)


Prepare = Callable[[Account], tuple[Entry, ...]]
"""Makes the entries to record for a case, none if the record already holds all of it.

Raises an error if the case cannot be imported.
"""
FindOutcome = Callable[[Account], CaseOutcome]
"""Returns what the outcome for a case would be if it were imported now."""
Planned = tuple[Account, CaseOutcome]
"""A case, and its outcome if it can be appended as planned."""


def bulk(
    streams: Streams,
    accounts: Iterable[Account],
    prepare: Prepare,
    progress: ReportEntries = lambda _: None,
) -> Iterator[CaseOutcome]:
    """Append the entries of each case, many cases in one transaction; yield the outcomes.

    Outcomes come in the order of the cases, and only once their transaction is committed.

    Args:
        streams: the store to which they are appended.
        accounts: the cases, one after the other; never all in memory at once.
        prepare: makes a case's entries.
        progress: called after each transaction with how many entries have been recorded.
    """
    find_outcome = partial(outcome_of, prepare)
    entries = 0
    for batch in _batches(accounts, find_outcome):
        done = _append_batch(streams, batch, find_outcome)
        entries += sum(len(one.entries) for one in done)
        progress(entries)
        yield from done


def outcome_of(prepare: Prepare, account: Account) -> CaseOutcome:
    """Return what the outcome for a case would be if it were imported now."""
    try:
        return CaseOutcome(account.case, prepare(account))
    except (Refused, InvalidInputError, CalendarGapError) as reason:
        return CaseOutcome(account.case, refused=str(reason))


def _batches(accounts: Iterable[Account], find_outcome: FindOutcome) -> Iterator[list[Planned]]:
    """Yield batches of whole cases, each of about `BATCH` entries, or at most as many cases."""
    batch: list[Planned] = []
    size = 0
    for account in accounts:
        if size >= BATCH:
            yield batch
            batch, size = [], 0
        outcome = find_outcome(account)
        batch.append((account, outcome))
        size += max(1, len(outcome.entries))
    if batch:
        yield batch


def _append_batch(
    streams: Streams, batch: Sequence[Planned], find_outcome: FindOutcome
) -> list[CaseOutcome]:
    """Append a batch in one transaction; if that conflicts, append it case by case."""
    try:
        streams.append_validated([entry for _, outcome in batch for entry in outcome.entries])
    except AppendConflictError:
        earlier: set[str] = set()
        done: list[CaseOutcome] = []
        for account, outcome in batch:
            if account.case in earlier:  # it conflicts with this very import, and with nobody else
                outcome = CaseOutcome(account.case)  # noqa: PLW2901 - the plan no longer holds
            done.append(_append_one(streams, account, outcome, find_outcome))
            earlier.add(account.case)
        return done
    return [outcome for _, outcome in batch]


def _append_one(
    streams: Streams, account: Account, planned: CaseOutcome, find_outcome: FindOutcome
) -> CaseOutcome:
    """Append one case of a batch that conflicted, and return its outcome.

    If this conflicts again, the case is compared with the record once more, which then holds what
    somebody else recorded first.
    """
    for _ in range(2):
        if planned.refused is not None or _is_recorded(streams, planned):
            return planned
        found = find_outcome(account)
        if not found.entries:
            return _after_conflict(found) if planned.entries else found
        try:
            streams.append_validated(found.entries)
        except AppendConflictError:
            planned = found
        else:
            return found
    return _after_conflict(find_outcome(account))


def _is_recorded(streams: Streams, planned: CaseOutcome) -> bool:
    """Return whether the entries are in the store: only the reply to the commit was lost."""
    first = next(iter(planned.entries), None)
    if first is None:
        return False
    return streams.stream(first.partnership, first.case).holds(first.command_id)


def _after_conflict(found: CaseOutcome) -> CaseOutcome:
    """Return the outcome for a case in which somebody else recorded something first."""
    if found.refused is None and not found.entries:
        return found  # they recorded the same history
    because = (
        "somebody else recorded an entry in the case meanwhile, so nothing of it was imported"
    )
    return CaseOutcome(found.case, refused=": ".join(filter(None, (because, found.refused))))
