"""What every rule found in a case: the same rules that decide, asked again of what stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rapid_review.domain.case import Case, evolve
from rapid_review.domain.entry import Entry
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.rules.asked import findings as asked
from rapid_review.domain.terms import Terms
from rapid_review.projections.view import standing


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that did not hold, and the entry of which it was asked."""

    version: int
    kind: str
    finding: Finding


def findings(
    entries: Iterable[Entry],
    terms: Terms,
    *,
    earlier: Sequence[Terms] = (),
    happened_by: datetime | None = None,
    recorded_by: datetime | None = None,
) -> tuple[Found, ...]:
    """Ask every rule of every event that stands, and return those that do not hold.

    Each event is asked with the case as it stood before it, in the order of recording, and under
    the terms that held then.

    Args:
        entries: the case's entries, from the first.
        terms: the terms in force for the case.
        earlier: other editions the case was held under.
        happened_by: as the case had happened by then; see `view.known`.
        recorded_by: as it was recorded by then.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    editions = {edition.ref: edition for edition in (*earlier, terms)}
    found: list[Found] = []
    case = Case()
    for entry in standing(entries, happened_by=happened_by, recorded_by=recorded_by):
        event = entry.event
        holding = terms if case.review.terms is None else editions.get(case.review.terms, terms)
        found.extend(
            Found(entry.version, event.kind, finding)
            for finding in asked(event, type(event), case, holding)
            if finding.verdict is not Verdict.HOLDS
        )
        case = evolve(case, event)
    return tuple(found)
