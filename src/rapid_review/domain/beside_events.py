"""Events that are recorded beside the cases: exports, and readings of words.

An export is in the partnership's register of exports, every other in its access log, a store of
its own. None is ever part of a case: no command asks for it, and no history may hold it.
"""

from typing import Final, Literal, get_args

from rapid_review.domain import record_particulars as record
from rapid_review.domain.particulars import Event


class ExportMade(Event, record.Export):
    """Somebody disclosed cases; in the partnership's register of exports, never in a case."""

    kind: Literal["ExportMade"] = "ExportMade"


class WordsRead(Event, record.WordsReading):
    """Somebody is about to read words of a case; in the access log, before the words open."""

    kind: Literal["WordsRead"] = "WordsRead"


class ReadingRefused(Event, record.RefusedReading):
    """Somebody asked for words of a case, and the store refused; in the access log."""

    kind: Literal["ReadingRefused"] = "ReadingRefused"


class BreakGlassReviewed(Event, record.BreakGlassReview):
    """A second person looked at a reading in an emergency; in the access log."""

    kind: Literal["BreakGlassReviewed"] = "BreakGlassReviewed"


class PermissionsChanged(Event, record.PermissionsChange):
    """Other permissions were applied for the first time; kept in a stream of the access log."""

    kind: Literal["PermissionsChanged"] = "PermissionsChanged"


EventBesideCases = (
    ExportMade | WordsRead | ReadingRefused | BreakGlassReviewed | PermissionsChanged
)
EVENTS_BESIDE_CASES: Final[tuple[type[Event], ...]] = get_args(EventBesideCases)
"""The events that are in no case."""
KINDS_BESIDE_CASES: Final = frozenset(event.__name__ for event in EVENTS_BESIDE_CASES)
"""The names of these events in the store."""
KINDS_OF_ACCESS: Final = KINDS_BESIDE_CASES - {ExportMade.__name__}
"""The names of the events that only an access log holds."""
