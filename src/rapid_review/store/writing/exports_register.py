"""The register of exports: what was disclosed, to whom, why, and which bytes.

Each partnership has one, beside its cases.
"""

from rapid_review.domain.entry import Entry
from rapid_review.domain.events import ExportMade
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.log.streams import EXPORTS, Streams
from rapid_review.store.writing.beside_cases import record_beside
from rapid_review.store.writing.metadata import RecordingTime


def register(
    streams: Streams,
    partnership: str,
    export: ExportMade,
    time: RecordingTime,
    *,
    by: Actor,
    purpose: str,
) -> Entry:
    """Append an export to the partnership's register, and return the entry; see `beside_cases`."""
    place = (partnership, EXPORTS)
    return record_beside(
        streams, place, lambda _: export, time, by=by, purpose=purpose, called="export"
    )
