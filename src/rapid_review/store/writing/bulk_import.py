"""Bulk import: the histories of many cases, many cases a transaction, in one pass.

A case is imported whole or not at all. One that is refused, or that is in the record already, is
answered with its reason; the rest goes in. What is in memory is one transaction's cases, however
many there are in all.
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
"""How many entries go into one transaction, about: a case is never split."""

History = tuple[str, Sequence[AnyEvent]]
"""A case's reference, and what happened in it."""
ReportEntries = Callable[[int], None]
"""Told how many entries have been recorded so far."""


class Account(NamedTuple):
    """What happened in a case elsewhere, and who imports it.

    Attributes:
        case: its reference.
        events: what happened.
        by: who imports it.
        command_ids: for each event the id under which it is recorded once; None, or none at all,
            where it has none.
    """

    case: str
    events: Sequence[AnyEvent]
    by: Actor
    command_ids: Sequence[str | None] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case of an import.

    Attributes:
        case: its reference.
        entries: what was recorded, clocks included; nothing if it was in the record just so.
        refused: why it was not imported; None if it is in the record now.
    """

    case: str
    entries: tuple[Entry, ...] = ()
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
    def of(cls, outcomes: Iterable[Outcome]) -> "Imported":
        """Return what an import did, when it is over."""
        cases = entries = 0
        refused: list[tuple[str, str]] = []
        for one in outcomes:
            cases += bool(one.entries)
            entries += len(one.entries)
            if one.refused is not None:
                refused.append((one.case, one.refused))
        return cls(cases, entries, tuple(refused))


def importer(partnership: str) -> Actor:
    """Return who imports where nobody is named."""
    return Actor(id="import", role="importer", agency=partnership)


Prepare = Callable[[Account], tuple[Entry, ...]]
"""Makes a case's entries, none if it is recorded just so; or raises why it cannot be imported."""
Look = Callable[[Account], Outcome]
"""Says what would become of a case by now."""
Planned = tuple[Account, Outcome]
"""A case, and what is to become of it."""


def bulk(
    streams: Streams,
    accounts: Iterable[Account],
    prepare: Prepare,
    progress: ReportEntries = lambda _: None,
) -> Iterator[Outcome]:
    """Append the entries of each case in as few transactions as will do; yield what became of it.

    Outcomes come in the order of the cases, those of a transaction when it stands.

    Args:
        streams: where to.
        accounts: the cases, one after the other; never all in memory at once.
        prepare: makes a case's entries.
        progress: called after each transaction with how many entries there are.
    """
    look = partial(outcome_of, prepare)
    entries = 0
    for batch in _batches(accounts, look):
        done = _appended(streams, batch, look)
        entries += sum(len(one.entries) for one in done)
        progress(entries)
        yield from done


def outcome_of(prepare: Prepare, account: Account) -> Outcome:
    """Say what would become of a case by now."""
    try:
        return Outcome(account.case, prepare(account))
    except (Refused, InvalidInputError, CalendarGapError) as reason:
        return Outcome(account.case, refused=str(reason))


def _batches(accounts: Iterable[Account], look: Look) -> Iterator[list[Planned]]:
    """Yield whole cases together, until they hold some `BATCH` entries, or as many cases."""
    batch: list[Planned] = []
    size = 0
    for account in accounts:
        if size >= BATCH:
            yield batch
            batch, size = [], 0
        outcome = look(account)
        batch.append((account, outcome))
        size += max(1, len(outcome.entries))
    if batch:
        yield batch


def _appended(streams: Streams, batch: Sequence[Planned], look: Look) -> list[Outcome]:
    """Append a batch in one transaction; case by case, if one is there by now or comes twice."""
    try:
        streams.append([entry for _, outcome in batch for entry in outcome.entries])
    except AppendConflictError:
        earlier: set[str] = set()
        done: list[Outcome] = []
        for account, outcome in batch:
            if account.case in earlier:  # it is nobody else who recorded it
                outcome = Outcome(account.case)  # noqa: PLW2901 - what was to become of it is past
            done.append(_alone(streams, account, outcome, look))
            earlier.add(account.case)
        return done
    return [outcome for _, outcome in batch]


def _alone(streams: Streams, account: Account, planned: Outcome, look: Look) -> Outcome:
    """Append a case that was in no one's way when it was first looked at, or was there by then.

    Where it conflicts, it is looked at once more: anyone who was first is there by then.
    """
    for _ in range(2):
        if planned.refused is not None or _stands(streams, planned):
            return planned
        found = look(account)
        if not found.entries:
            return _meanwhile(found) if planned.entries else found
        try:
            streams.append(found.entries)
        except AppendConflictError:
            planned = found
        else:
            return found
    return _meanwhile(look(account))


def _stands(streams: Streams, planned: Outcome) -> bool:
    """Say whether entries are in the store, so that only the answer was lost."""
    first = next(iter(planned.entries), None)
    if first is None:
        return False
    return streams.stream(first.partnership, first.case).holds(first.command_id)


def _meanwhile(found: Outcome) -> Outcome:
    """Say of a case which nobody had recorded when it was first looked at that somebody did."""
    if found.refused is None and not found.entries:
        return found  # they recorded the same
    because = (
        "somebody else recorded an entry in the case meanwhile, so nothing of it was imported"
    )
    return Outcome(found.case, refused=": ".join(filter(None, (because, found.refused))))
