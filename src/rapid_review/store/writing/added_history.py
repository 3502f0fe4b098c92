"""Which events of an imported history are new, and the entries to record for them.

A history with a notification is a whole case. A history without one is added to an existing case:
a step that should not have been taken is recorded too, and the rules report it.

Of a whole case every line is recorded, even one that occurs twice: corrections name entries by
number, and leaving out a line would change the numbers. The same holds for added lines if one of
them corrects another.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, repeat, zip_longest
from typing import NamedTuple
from uuid import uuid4

from rapid_review.domain.case import Case, due_days_recorded, evolve
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.entry import Entry, must_be_references
from rapid_review.domain.errors import InvalidInputError, Refused, shown
from rapid_review.domain.events import (
    DUE_DAYS,
    AnyEvent,
    CorrectionProposed,
    NotificationReceived,
    RecordCorrected,
)
from rapid_review.domain.registry import REGISTRY
from rapid_review.domain.sealed_words import SealedWords
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.log.stream import Stream
from rapid_review.store.writing.bulk_import import Account
from rapid_review.store.writing.metadata import RecordingTime, with_metadata


class ImportedEvent(NamedTuple):
    """An event of a history, and the id under which it is recorded only once, if it has one."""

    event: AnyEvent
    command_id: str | None


def new_in(account: Account, stream: Stream) -> tuple[ImportedEvent, ...]:
    """Return the events of an account that the record does not hold yet.

    Raises:
        Refused: it is the history of a whole case, and the record has another history of it.
        InvalidInputError: a command_id was used for something else, or is malformed.
    """
    imported = tuple(map(ImportedEvent, account.events, _ids(account)))
    if not stream.events:
        return imported
    events = tuple(account.events)
    if any(isinstance(event, NotificationReceived) for event in events):
        if stream.events[: len(events)] == events:
            return ()
        raise Refused(
            RECORD,
            f"case {shown(account.case)} already exists in the record, with another history",
            "If it is another case, import it under another reference. If the record is wrong, "
            "correct it with CorrectRecord. To add to the case, import the new lines without "
            "the notification.",
        )
    return tuple(_not_yet_recorded(imported, stream))


def as_entries(
    place: tuple[str, str],
    events: Sequence[AnyEvent],
    imported: Sequence[ImportedEvent],
    last: Entry | None,
    time: RecordingTime,
    *,
    by: Actor,
    purpose: str | SealedWords | None,
) -> tuple[Entry, ...]:
    """Return events as the next entries of a case.

    Args:
        place: the partnership and the case.
        events: the imported events, and after them the clocks that they start.
        imported: the imported events, with their ids.
        last: the case's latest entry; None for a new case.
        time: the time of recording.
        by: who imports it.
        purpose: why.
    """
    one_import = f"import-{uuid4()}"
    if all(one.command_id is None for one in imported):  # as in most imports: a single group
        return with_metadata(
            place, events, last, time, by=by, purpose=purpose, command_id=one_import
        )
    ids = (one.command_id for one in imported)
    with_ids = zip_longest(events, ids)  # the clocks have no ids
    entries: list[Entry] = []
    for command_id, group in groupby(with_ids, key=lambda pair: pair[1] or one_import):
        before = entries[-1] if entries else last
        made = [event for event, _ in group]
        entries += with_metadata(
            place, made, before, time, by=by, purpose=purpose, command_id=command_id
        )
    return tuple(entries)


def _ids(account: Account) -> Iterator[str | None]:
    if not account.command_ids:
        return repeat(None)
    given = {f"command_ids.{at}": one for at, one in enumerate(account.command_ids) if one}
    must_be_references(**given)
    return (one for _, one in zip_longest(account.events, account.command_ids))


def _not_yet_recorded(
    imported: Sequence[ImportedEvent], stream: Stream
) -> Iterator[ImportedEvent]:
    """Yield the lines to add: neither recorded before, nor already in effect.

    Raises:
        InvalidInputError: an id was used for something else.
    """
    case = stream.case
    keeps_repeated_lines = any(_corrects_after(case.version, one.event) for one in imported)
    for one in imported:
        if not _is_recorded(one, stream, case):
            yield one
            if not keeps_repeated_lines:
                case = evolve(case, one.event)


def _corrects_after(version: int, event: AnyEvent) -> bool:
    """Return whether an event corrects an entry after a version, or proposes to."""
    return isinstance(event, RecordCorrected | CorrectionProposed) and event.version > version


def _is_recorded(imported: ImportedEvent, stream: Stream, case: Case) -> bool:
    """Return whether an event was recorded before, or is already in effect.

    Args:
        imported: the event.
        stream: the case as stored.
        case: the case as stored, with the lines to be added before the event.

    Raises:
        InvalidInputError: its id was used for something else.
    """
    event, command_id = imported
    is_recorded = event in stream.events or _is_in_effect(event, case)
    if command_id is not None and not is_recorded and stream.holds(command_id):
        raise InvalidInputError(
            f"command_id: {shown(command_id)} was already used in this case for something "
            "else; give this line a new command_id"
        )
    return is_recorded


def _is_in_effect(event: AnyEvent, case: Case) -> bool:
    """Return whether an event is in effect, and no later event replaces it as of the same time."""
    if isinstance(event, DUE_DAYS):  # of several due days, the last recorded one counts
        due_days = (one for one in due_days_recorded(case) if isinstance(one, DUE_DAYS))
        return [one for one in due_days if one.deadline == event.deadline][-1:] == [event]
    same_kind = case.all(type(event))
    step = REGISTRY[type(event)].step
    if step is None or not step.may_change:
        return event in same_kind
    known_by = step.known_by or "kind"
    subject = getattr(event, known_by)
    about_it = [
        one for one in same_kind if one.at == event.at and getattr(one, known_by) == subject
    ]
    return about_it[-1:] == [event]
