"""What every rule found in a case: the same rules that decide, asked again of what stands.

One finding is the entry's and no rule's: that it was written down before it is said to have
happened. Rules are asked of what is said; when it was written down only the entry knows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapid_review.domain.case import Case, evolve
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import DeadlineReckonedAgain, DeadlineSet
from rapid_review.domain.registry import findings as asked
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import (
    NOW,
    AsOf,
    CaseHistory,
    corrections,
    effective_entries,
    entries_as_of,
    held_under,
)

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that did not hold, and the entry of which it was asked."""

    version: int
    kind: str
    finding: Finding


def findings(
    history: CaseHistory,
    as_of: AsOf = NOW,
) -> tuple[Found, ...]:
    """Ask every rule of every event that stands, and return those that do not hold.

    Each event is asked with the case as it stood before it, in the order of recording, and under
    the terms that held then.

    Args:
        history: the case.
        as_of: as the case had happened and was recorded by then.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    recorded = entries_as_of(history.entries, as_of._replace(happened_by=None))
    stands = effective_entries(recorded, as_of)
    rules = broken_rules(stands, history.terms, earlier=history.earlier)
    both = (*_foretold(recorded, stands), *rules)
    return tuple(sorted(both, key=lambda found: found.version))


def broken_rules(
    stands: Iterable[Entry], terms: Terms, *, earlier: Sequence[Terms] = ()
) -> Iterator[Found]:
    """Yield what the rules found in entries that stand, corrections settled; see `findings`."""
    case = Case()
    for entry in stands:
        event = entry.event
        for finding in asked(event, type(event), case, held_under(case, terms, earlier)):
            if finding.verdict is not Verdict.HOLDS:
                yield Found(entry.version, event.kind, finding)
        case = evolve(case, event)


_FOLLOWS: Final = (DeadlineSet, DeadlineReckonedAgain)
"""What nobody says: it follows from another entry."""


def _foretold(recorded: Sequence[Entry], stands: Iterable[Entry]) -> Iterator[Found]:
    """Yield, once for what one command says, that it tells of what was still to come (I-29).

    Where an entry was corrected, the correction is what tells of it.
    """
    corrected = corrections(recorded)
    told: set[tuple[str, datetime]] = set()
    for entry in stands:
        correction = corrected.get(entry.version)
        teller = entry if correction is None else recorded[correction.version - 1]
        said = (teller.command_id, entry.event.at)
        says_it = entry.event.at > teller.recorded_at and not isinstance(entry.event, _FOLLOWS)
        if says_it and said not in told:
            told.add(said)
            because = (
                "it is said to have happened after it was recorded, which was at "
                f"{teller.recorded_at.isoformat(' ', 'minutes')}"
            )
            way_on = "CorrectRecord mends the time, if it is wrong."
            finding = Finding(RECORD, Verdict.IRREGULAR, because, way_on)
            yield Found(entry.version, entry.event.kind, finding)
