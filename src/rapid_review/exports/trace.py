"""What is exported of one case: its events in effect, as of both times."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rapid_review.domain.beside_events import EVENTS_BESIDE_CASES
from rapid_review.domain.entry import Entry, as_happened
from rapid_review.domain.events import (
    DUE_DAYS,
    EVENTS,
    CorrectionApproved,
    CorrectionProposed,
    RecordCorrected,
)
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import NOW, AsOf, Calendars, effective_entries
from rapid_review.projections.case.due_days import DueMarks, marks_by_version, marks_of
from rapid_review.projections.case.timeline import citing

_CORRECTING: Final = (RecordCorrected, CorrectionProposed, CorrectionApproved)
STANDING: Final = tuple(
    kind for kind, model in EVENTS.items() if model not in (*_CORRECTING, *EVENTS_BESIDE_CASES)
)
"""The kinds of event that can be in a case. Corrections are already applied, and the steps by
which two people agree on one are not steps of the review."""

MARKS: Final = "due_marks"
"""The name under which a format gives the marks of a due day, such as "provisional"."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One case's entries with corrections settled, without retracted entries.

    Attributes:
        partnership: whose case it is.
        case: its reference, as recorded.
        entries: each with the event that is now in its place, in the order of recording.
        marks: the marks of the due day that an entry records, by its version.
        clauses: the clauses that an entry answers, cited by the terms of its day; by its version.
    """

    partnership: str
    case: str
    entries: tuple[Entry, ...]
    marks: Mapping[int, DueMarks] = field(default_factory=dict[int, DueMarks])
    clauses: Mapping[int, str] = field(default_factory=dict[int, str])

    def due_marks(self, entry: Entry) -> str | None:
        """Return the marks of the due day that an entry records, or None if it records none."""
        if not isinstance(entry.event, DUE_DAYS):
            return None
        return marks_of(self.marks.get(entry.version, DueMarks()))


def trace(
    entries: Iterable[Entry],
    as_of: AsOf = NOW,
    calendars: Calendars | None = None,
    *,
    terms: Terms | None = None,
    earlier: Sequence[Terms] = (),
) -> Trace | None:
    """Return what is exported of one case by two times; None if it had no entries then.

    Args:
        entries: the case's entries, from the first.
        as_of: the two times.
        calendars: gives the calendars that counted, for the marks of due days; without it no due
            day is marked.
        terms: the terms in force for the case, by which its clauses are cited, if they are given.
        earlier: other editions it was held under.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    stands = effective_entries(entries, as_of)
    seen = tuple(one for one in stands if not isinstance(one.event, _CORRECTING))
    marks: Mapping[int, DueMarks] = {}
    if calendars is not None:
        marks = marks_by_version(seen, calendars)
    if not seen:
        return None
    clause_of = citing(as_happened(seen), terms, earlier)
    clauses = {entry.version: clause_of(entry) for entry in seen}
    return Trace(seen[0].partnership, seen[0].case, seen, marks, clauses)
