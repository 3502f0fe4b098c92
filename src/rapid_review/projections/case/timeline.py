"""The timeline of a case: a line for each entry from public fields only, and what became of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from rapid_review.domain.entry import Entry, as_happened
from rapid_review.domain.in_effect import Correction, corrections
from rapid_review.domain.registry import REGISTRY, clause_of, line_of
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import (
    NOW,
    AsOf,
    CaseHistory,
    effective_entries,
    entries_as_of,
)
from rapid_review.projections.editions import held_at, in_force

BY_ITSELF: Final = frozenset(event.__name__ for event, row in REGISTRY.items() if row.step is None)
"""The kinds of entries that no command asks for: they follow from other entries."""


class Standing(StrEnum):
    """What became of an entry: it is in effect, was replaced, or was struck out."""

    STANDS = "stands"
    CORRECTED = "corrected"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a timeline.

    Attributes:
        version: the entry's place in the case's history.
        at: when it happened, as stated.
        recorded_at: when it was recorded.
        kind: the event's stored name.
        clause: the clauses it answers; empty for a step that only concerns the record.
        summary: what it says, from public fields.
        by: the public id of the person who recorded it, or who corrected it to what it says here.
        role: the role of that person, as it was then.
        agency: the agency of that person, as it was then.
        standing: what became of the event of this line.
        corrected_by: the entry that corrected this one, if any did.
    """

    version: int
    at: datetime
    recorded_at: datetime
    kind: str
    clause: str
    summary: str
    by: str
    role: str
    agency: str
    standing: Standing
    corrected_by: int | None


def timeline(
    entries: Iterable[Entry],
    as_of: AsOf = NOW,
    *,
    terms: Terms | None = None,
    earlier: Sequence[Terms] = (),
) -> tuple[Line, ...]:
    """Return a line for each of one case's entries, as happened and recorded by two times.

    By `recorded_by` alone, a corrected entry appears as it was recorded, with a mark, and the
    correction has its own line. With `happened_by`, an entry appears as it now is; retracted
    entries and corrections have no lines.

    Args:
        entries: the case's entries, from the first.
        as_of: as the case had happened and was recorded by then.
        terms: the terms in force for the case. Without them, clauses are cited only for cases of
            the partnership from whose document this library was written.
        earlier: other editions it was held under; each entry is cited by the terms of its day.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    recorded = entries_as_of(entries, as_of._replace(happened_by=None))
    corrected = corrections(recorded)
    clause = citing(as_happened(effective_entries(recorded, as_of)), terms, earlier)
    if as_of.happened_by is None:
        return tuple(_line(entry, corrected.get(entry.version), clause) for entry in recorded)
    return tuple(
        _line(entry, corrected.get(entry.version), clause, as_it_stands=True)
        for entry in entries_as_of(recorded, as_of)
    )


def timeline_of(history: CaseHistory, as_of: AsOf = NOW) -> tuple[Line, ...]:
    """Return the timeline of a case with all its editions of the terms; see `timeline`."""
    return timeline(history.entries, as_of, terms=history.terms, earlier=history.earlier)


def _line(
    entry: Entry,
    correction: Correction | None,
    clause: Callable[[Entry], str],
    *,
    as_it_stands: bool = False,
) -> Line:
    standing = Standing.STANDS
    if correction is not None and not as_it_stands:
        standing = Standing.RETRACTED if correction.retracts else Standing.CORRECTED
    return Line(
        version=entry.version,
        at=entry.event.at,
        recorded_at=entry.recorded_at,
        kind=entry.event.kind,
        clause=clause(entry),
        summary=line_of(entry.event),
        by=entry.by.id,
        role=entry.by.role,
        agency=entry.by.agency,
        standing=standing,
        corrected_by=None if correction is None else correction.version,
    )


def citing(
    entries: Iterable[Entry], terms: Terms | None, earlier: Sequence[Terms] = ()
) -> Callable[[Entry], str]:
    """Return what cites the clauses of a case's entries, by the terms of the day of each (I-24).

    Args:
        entries: those in effect, in the order in which they happened.
        terms: the terms in force for the case; without them, clauses are cited only for cases of
            the partnership from whose document this library was written.
        earlier: other editions it was held under.
    """
    if terms is None:
        return lambda entry: clause_of(entry.event, entry.partnership)
    editions = in_force([entry.event for entry in entries], terms, earlier)
    return lambda entry: clause_of(
        entry.event, entry.partnership, held_at(entry.event.at, editions)
    )
