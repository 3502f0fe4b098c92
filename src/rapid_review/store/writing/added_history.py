"""What of an imported history is new, and its entries: a whole case, or what is added to one.

A history with its notification is a whole case. One without is added to a case that is there:
what was done and should not have been is recorded, and rules find it.

A whole case is recorded line by line, also a line that comes twice: its corrections name entries
by number, and a line left out would move the numbers. The same holds for lines to add, where a
correction among them names another of them.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, repeat, zip_longest
from typing import NamedTuple
from uuid import uuid4

from rapid_review.domain.case import DUE_DAYS, Case, due_days_told, evolve
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.entry import Entry, must_be_references
from rapid_review.domain.errors import InvalidInputError, Refused, shown
from rapid_review.domain.events import (
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


class Told(NamedTuple):
    """An event of a history, and the id under which it takes effect once, if it has one."""

    event: AnyEvent
    command_id: str | None


def new_in(account: Account, stream: Stream) -> tuple[Told, ...]:
    """Return what of an account the record does not hold yet.

    Raises:
        Refused: it is the history of a whole case, and another one is in the record.
        InvalidInputError: a command_id was used for something else, or is not in the form of one.
    """
    told = tuple(map(Told, account.events, _ids(account)))
    if not stream.events:
        return told
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
    return tuple(_added(told, stream))


def as_entries(
    place: tuple[str, str],
    events: Sequence[AnyEvent],
    told: Sequence[Told],
    last: Entry | None,
    time: RecordingTime,
    *,
    by: Actor,
    purpose: str | SealedWords | None,
) -> tuple[Entry, ...]:
    """Return events as the next entries of a case.

    Args:
        place: the partnership and the case.
        events: what was told, and after it the clocks that it starts.
        told: what was told, with its ids.
        last: the case's latest entry; None for a new case.
        time: of recording.
        by: who imports it.
        purpose: why.
    """
    one_import = f"import-{uuid4()}"
    if all(one.command_id is None for one in told):  # most say nothing: one group, and no more
        return with_metadata(
            place, events, last, time, by=by, purpose=purpose, command_id=one_import
        )
    ids = (one.command_id for one in told)
    with_ids = zip_longest(events, ids)  # the clocks have none
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


def _added(told: Sequence[Told], stream: Stream) -> Iterator[Told]:
    """Yield the lines to add: neither delivered before, nor in effect by what came before them.

    Raises:
        InvalidInputError: an id was used for something else.
    """
    case = stream.case
    stays = any(_corrects_after(case.version, one.event) for one in told)
    for one in told:
        if not _is_there(one, stream, case):
            yield one
            if not stays:
                case = evolve(case, one.event)


def _corrects_after(version: int, event: AnyEvent) -> bool:
    """Say whether an event corrects an entry later than a version, or proposes to."""
    return isinstance(event, RecordCorrected | CorrectionProposed) and event.version > version


def _is_there(told: Told, stream: Stream, case: Case) -> bool:
    """Say whether an event was recorded before, or is in effect, or its command took effect.

    Args:
        told: the event.
        stream: the case as stored.
        case: the same, with what is to be added before the event.

    Raises:
        InvalidInputError: its id was used for something else.
    """
    there = told.event in stream.events or _is_in_effect(told.event, case)
    if told.command_id is not None and not there and stream.holds(told.command_id):
        raise InvalidInputError(
            f"command_id: {shown(told.command_id)} was already used in this case for something "
            "else; give this line a new command_id"
        )
    return there


def _is_in_effect(event: AnyEvent, case: Case) -> bool:
    """Say whether an event is in effect, and no later word at its time holds in its place."""
    if isinstance(event, DUE_DAYS):  # of these the word that was recorded last holds
        told = (one for one in due_days_told(case) if isinstance(one, DUE_DAYS))
        return [one for one in told if one.deadline == event.deadline][-1:] == [event]
    alike = case.all(type(event))
    step = REGISTRY[type(event)].step
    if step is None or not step.may_change:
        return event in alike
    known_by = step.known_by or "kind"
    meant = getattr(event, known_by)
    of_it = [one for one in alike if one.at == event.at and getattr(one, known_by) == meant]
    return of_it[-1:] == [event]
