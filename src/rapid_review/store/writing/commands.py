"""A command: load its case, decide, append.

Where somebody else appended first, which is a concurrency conflict, it is decided again: what they
wrote may change the answer.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final, Unpack

from rapid_review.domain.case import replay
from rapid_review.domain.decisions import decide
from rapid_review.domain.duplicates import must_be_of_another
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseChangedError, Refused
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.handles import must_be_handles
from rapid_review.store.log.streams import AppendConflictError, Stream
from rapid_review.store.writing.by_two import allowed
from rapid_review.store.writing.idempotency import Request, must_lead_to_nothing, replay_of
from rapid_review.store.writing.metadata import Provenance
from rapid_review.store.writing.record import Record

TRIES: Final = 3


def handle(
    record: Record, case: str, request: Request, **provenance: Unpack[Provenance]
) -> tuple[Entry, ...]:
    """Ask something of a case; see `RapidReviews.handle`.

    Args:
        record: the partnership's.
        case: the case's reference.
        request: what is asked, under which id.
        provenance: who asks it, and why.
    """
    place = (record.partnership, case)
    for _ in range(TRIES):
        stream = record.streams.stream(*place)
        with record.keys_for(case):
            is_known = stream.holds(request.command_id)
            asked = _sealed(record, place, stream, request, again=is_known)
            if asked is None:
                return ()
            if is_known:
                command, command_id, *_ = asked
                return replay_of(record.streams.entries(*place), command, command_id)
            if _led_to_nothing(record, place, stream, asked):
                return ()
            events = _decided(record, case, asked, stream.events)
            if not request.as_history:
                must_be_handles(events, stream.events)
            events = allowed(record, case, events, stream, by=provenance["by"])
            entries = record.entries_of(case, events, stream, **provenance) if events else ()
        try:
            if entries:
                record.streams.append(entries)
            else:
                record.drop_keys(case)
            if not entries and request.may_come_again:
                record.streams.remember(*place, request.command_id, len(stream.events))
        except AppendConflictError:
            continue  # someone else was first, or our own lost reply: look again
        return entries
    raise CaseChangedError(
        f"{type(request.command).__name__} was decided {TRIES} times, and each time another entry "
        "was recorded first; nothing of it was recorded. Ask again"
    )


def _sealed(
    record: Record, place: tuple[str, str], stream: Stream, request: Request, *, again: bool
) -> Request | None:
    """Return a request with the command's words sealed, where the store seals them.

    None if its words were erased, and it was answered with nothing when it was first asked: it
    cannot be told from another that was given the same id.
    """
    codec = record.streams.codec
    codec.must_record()
    if not codec.is_sealed:
        return request
    try:
        (command,) = record.streams.sealed(*place, [request.command], stream, again=again)
    except Refused:
        known = record.streams.answered_at(*place, request.command_id)
        if request.may_come_again and known is not None:
            return None
        raise
    return request._replace(command=command)


def _led_to_nothing(
    record: Record, place: tuple[str, str], stream: Stream, request: Request
) -> bool:
    """Say whether a command was asked before, and answered with nothing.

    Raises:
        InvalidInputError: another was asked under its id.
    """
    if not request.may_come_again:
        return False
    version = record.streams.answered_at(*place, request.command_id)
    if version is None:
        return False
    then = stream.events[:version]
    must_lead_to_nothing(lambda: _decided(record, place[1], request, then), request.command_id)
    return True


def _decided(
    record: Record, case: str, request: Request, events: Sequence[AnyEvent]
) -> Sequence[AnyEvent]:
    command, state = request.command, replay(events)
    terms = record.editions.to_decide(command, state)
    must_be_of_another(command, case, terms)
    calendar = partial(record.calendars, terms.calendar)  # asked of the store if it is to count
    return decide(command, state, terms, calendar, as_history=request.as_history)
