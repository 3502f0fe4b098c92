"""A case that happened elsewhere, recorded whole: its history, then the clocks it lacks."""

from collections.abc import Sequence
from uuid import uuid4

from rapid_review.domain.clauses import RECORD
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseChangedError, Refused, shown
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.imports import taken_in
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.log.streams import AppendConflictError
from rapid_review.store.writing.record import Record


def import_history(
    record: Record, case: str, history: Sequence[AnyEvent], *, by: Actor, purpose: str | None
) -> tuple[Entry, ...]:
    """Record a case that happened elsewhere; see `RapidReviews.import_history`."""
    entries = imported_entries(record, case, history, by=by, purpose=purpose)
    try:
        record.streams.append(entries)
    except AppendConflictError as error:
        stream = record.streams.stream(record.partnership, case)
        if not stream.holds(entries[0].command_id):  # else it was our own lost reply
            raise CaseChangedError(
                "the case was opened by someone else meanwhile; nothing was imported"
            ) from error
    return entries


def imported_entries(
    record: Record, case: str, history: Sequence[AnyEvent], *, by: Actor, purpose: str | None
) -> tuple[Entry, ...]:
    """Return the entries of an imported case; none if it is in the record just so.

    Raises:
        Refused: the history has no meaning, or the case is in the record with another one.
    """
    there = record.streams.stream(record.partnership, case).events
    if there:
        if there[: len(history)] == tuple(history):
            return ()
        raise Refused(
            RECORD,
            f"case {shown(case)} is in the record already, with another history",
            "Import it under another reference, or CorrectRecord what is wrong in it.",
        )
    editions = record.editions
    events = taken_in(history, editions.current, editions.pinned, record.calendars)
    return record.entries_of(
        case, events, None, by=by, purpose=purpose, command_id=f"import-{uuid4()}"
    )
