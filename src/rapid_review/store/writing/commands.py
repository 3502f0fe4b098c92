"""A command: load its case, decide, append.

Where somebody else appended first, which is a concurrency conflict, it is decided again: what they
wrote may change the answer. The last time nobody else may append meanwhile, so that a case on
which many write at once does not turn anyone away.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Final, Unpack

from rapid_review.domain.case import Case, replay
from rapid_review.domain.decisions import decide
from rapid_review.domain.errors import CaseChangedError, CaseMovedError, Refused
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.handles import must_be_handles
from rapid_review.domain.self_links import must_be_of_another
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.store.log.stream import Stream
from rapid_review.store.log.streams import AppendConflictError
from rapid_review.store.log.together import Together
from rapid_review.store.writing.by_two import allowed
from rapid_review.store.writing.idempotency import (
    Answer,
    Request,
    must_lead_to_nothing,
    replay_of,
    was_recorded,
)
from rapid_review.store.writing.metadata import Provenance
from rapid_review.store.writing.record import Record

TRIES: Final = 3


def ask(
    record: Record,
    case: str,
    request: Request,
    expected_version: int | None = None,
    **provenance: Unpack[Provenance],
) -> Answer:
    """Ask something of a case; see `RapidReviews.ask`.

    Args:
        record: the partnership's.
        case: the case's reference.
        request: what is asked, under which id.
        expected_version: the version at which the case must be, unless it was answered before.
        provenance: who asks it, and why.
    """
    together = record.together

    def once(record: Record) -> Answer:
        return _asked(record, case, request, expected_version, **provenance)

    for number in range(1, TRIES + 1):
        try:
            if together is not None:
                return _with_others(together, record, once)
            if number < TRIES:
                return once(record)
            with record.alone() as alone:
                return once(alone)
        except AppendConflictError:
            # Someone else was first, or our own reply was lost: look again. From now on a calendar
            # is looked up at most once, so that others need not wait for that.
            record = replace(record, calendars=cache(record.calendars))
    raise CaseChangedError(
        f"{type(request.command).__name__} was not recorded: each of {TRIES} times, somebody "
        "else recorded an entry first, or made or destroyed a key. Try again"
    )


def _with_others(together: Together, record: Record, once: Callable[[Record], Answer]) -> Answer:
    """Ask in a transaction that others may share.

    A calendar is looked up before, because in the transaction everybody would wait for it. Only
    the decision shows which one is needed, if any; then the command is decided again, with that
    calendar.

    Raises:
        AppendConflictError: somebody else made a key first, or destroyed one.
    """
    found: dict[str, WorkingCalendar] = {}

    def at_hand(calendar_id: str) -> WorkingCalendar:
        if calendar_id not in found:
            raise _CalendarWantedError(calendar_id)
        return found[calendar_id]

    while True:
        try:
            return together.do(
                lambda streams: once(replace(record, streams=streams, calendars=at_hand))
            )
        except _CalendarWantedError as error:
            wanted = error.calendar_id
        found[wanted] = record.calendars(wanted)


class _CalendarWantedError(Exception):
    """A calendar is needed that was not looked up before."""

    def __init__(self, calendar_id: str) -> None:
        super().__init__(calendar_id)
        self.calendar_id = calendar_id


def _asked(
    record: Record,
    case: str,
    request: Request,
    expected_version: int | None,
    **provenance: Unpack[Provenance],
) -> Answer:
    """Load the case, decide and append, once.

    Raises:
        AppendConflictError: someone else appended first.
    """
    place = (record.partnership, case)
    stream = record.streams.stream(*place)
    version = len(stream.events)
    with record.keys_for(case):
        if (before := _before(record, place, stream, request)) is not None:
            return before
        if expected_version not in (None, version):
            raise CaseMovedError(expected_version, version)
        events = _led_to(record, place, stream, request)
        if not request.as_history:
            must_be_handles(events, stream.events)
        events = allowed(record, case, events, stream, by=provenance["by"])
        entries = record.entries_of(case, events, stream, **provenance) if events else ()
    if entries:
        record.streams.append(entries)
    else:
        record.drop_keys(case)
    if not entries and request.may_come_again:
        record.streams.remember(*place, request.command_id, version)
    return Answer(entries, version + len(entries), repeated=False)


def _before(
    record: Record, place: tuple[str, str], stream: Stream, request: Request
) -> Answer | None:
    """Return what was answered to a command when it was first asked; None if it never was.

    Raises:
        InvalidInputError: another was asked under its id.
    """
    if stream.holds(request.command_id):
        asked = _sealed(record, place, stream, request, again=True)
        done = replay_of(
            record.streams.entries(*place),
            asked.command,
            asked.command_id,
            lambda at: record.editions.of(stream.case).local_day(at),
        )
        return Answer(done, done[-1].version, repeated=True)
    if not request.may_come_again:
        return None
    version = record.streams.answered_at(*place, request.command_id)
    if version is None:
        return None
    answer = Answer((), version, repeated=True)
    try:
        asked = _sealed(record, place, stream, request)
    except (
        Refused
    ):  # its words were erased: it cannot be distinguished from another under the same id
        return answer
    then = replay(stream.events[:version])
    must_lead_to_nothing(lambda: _decided(record, place[1], asked, then), asked.command_id)
    return answer


def _led_to(
    record: Record, place: tuple[str, str], stream: Stream, request: Request
) -> Sequence[AnyEvent]:
    """Return what a request leads to, with its words sealed.

    Raises:
        Refused: it has words that were erased; what was recorded at its time leads to nothing all
            the same.
    """
    try:
        asked = _sealed(record, place, stream, request)
    except Refused:
        as_before = _sealed(record, place, stream, request, again=True)
        if not was_recorded(as_before.command, stream.case) or _decided(
            record, place[1], as_before, stream.case
        ):
            raise
        return ()
    return _decided(record, place[1], asked, stream.case)


def _sealed(
    record: Record,
    place: tuple[str, str],
    stream: Stream,
    request: Request,
    *,
    again: bool = False,
) -> Request:
    """Return a request with the command's words sealed, where the store seals them."""
    codec = record.streams.codec
    codec.must_record()
    if not codec.is_sealed:
        return request
    (command,) = record.streams.sealed(*place, [request.command], stream, again=again)
    return request._replace(command=command)


def _decided(record: Record, case: str, request: Request, state: Case) -> Sequence[AnyEvent]:
    command = request.command
    terms = record.editions.to_decide(command, state)
    must_be_of_another(command, case, terms)
    calendar = partial(record.calendars, terms.calendar)  # asked of the store if it is to count
    return decide(command, state, terms, calendar, as_history=request.as_history)
