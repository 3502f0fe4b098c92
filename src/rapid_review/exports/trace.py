"""What is exported of one case: the events that stand, as it had happened and was recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rapid_review.domain.entry import Entry
from rapid_review.domain.events import EVENTS, ExportMade, RecordCorrected
from rapid_review.projections.as_of import NOW, AsOf, effective_entries

STANDING: Final = tuple(
    kind for kind, model in EVENTS.items() if model not in (RecordCorrected, ExportMade)
)
"""The kinds of event that can stand in a case: a correction is settled before."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One case's entries, corrections settled: what is struck from the record is not in it.

    Attributes:
        partnership: whose case it is.
        case: its reference, as recorded.
        entries: each with the event that stands in its place, in the order of recording.
    """

    partnership: str
    case: str
    entries: tuple[Entry, ...]


def trace(
    entries: Iterable[Entry],
    as_of: AsOf = NOW,
) -> Trace | None:
    """Return what is exported of one case by two times; None if there was nothing of it.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    seen = effective_entries(entries, as_of)
    return Trace(seen[0].partnership, seen[0].case, seen) if seen else None
