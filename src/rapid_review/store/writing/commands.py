"""Handle a command: load its case, decide, append.

If somebody else appended first (a concurrency conflict), the command is decided again, because
what they wrote may change the answer. The last attempt locks out all other writers, so that no
command fails only because many people write to its case at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Unpack

from rapid_review.domain.case import Case, replay
from rapid_review.domain.commands import ReplaceTerms
from rapid_review.domain.decisions import decide
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseChangedError, CaseMovedError, Refused
from rapid_review.domain.events import AnyEvent, TermsReplaced
from rapid_review.domain.handles import must_be_handles
from rapid_review.domain.self_links import must_be_of_another
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.editions import by_terms_of_then, held_at, in_force
from rapid_review.store.log.group_commit import GroupCommit
from rapid_review.store.log.stream import Stream
from rapid_review.store.log.streams import TRIES, AppendConflictError, Sealing
from rapid_review.store.writing.four_eyes import checked_by_four_eyes
from rapid_review.store.writing.idempotency import (
    Answer,
    Request,
    must_lead_to_nothing,
    replay_of,
    was_recorded,
)
from rapid_review.store.writing.metadata import Provenance, sealed_purpose
from rapid_review.store.writing.record import Record


def ask(
    record: Record,
    case: str,
    request: Request,
    expected_version: int | None = None,
    **provenance: Unpack[Provenance],
) -> Answer:
    """Handle a command to a case; see `RapidReviews.ask`.

    Args:
        record: the partnership's record.
        case: the case's reference.
        request: the command, with its id.
        expected_version: the version that the case must have, unless this request was answered
            before.
        provenance: who sent the command, and why.
    """
    group_commit = record.group_commit

    def once(record: Record) -> Answer:
        return _attempt(record, case, request, expected_version, **provenance)

    for number in range(1, TRIES + 1):
        try:
            if group_commit is not None:
                return _with_others(group_commit, record, once)
            if number < TRIES:
                return once(record)
            with record.alone() as alone:
                return once(alone)
        except AppendConflictError:
            # Somebody else was first, or the reply to our own commit was lost: load the case
            # again. From now on each calendar is looked up only once, because the last attempt
            # locks out others.
            record = replace(record, calendars=cache(record.calendars))
    raise CaseChangedError(
        f"{type(request.command).__name__} was not recorded: each of {TRIES} times, somebody "
        "else recorded an entry first, or made or destroyed a key. Try again"
    )


def _with_others(
    group_commit: GroupCommit, record: Record, once: Callable[[Record], Answer]
) -> Answer:
    """Make an attempt in a transaction that other threads share.

    A calendar must be looked up outside the transaction, because everybody would wait for it. But
    only the decision shows which calendar it needs, if any. So the first attempt stops where it
    needs one, and after the look-up the command is decided again.

    Raises:
        AppendConflictError: somebody else made or destroyed a key first.
    """
    found: dict[str, WorkingCalendar] = {}

    def at_hand(calendar_id: str) -> WorkingCalendar:
        if calendar_id not in found:
            raise _CalendarWantedError(calendar_id)
        return found[calendar_id]

    while True:
        try:
            return group_commit.do(
                lambda streams: once(replace(record, streams=streams, calendars=at_hand))
            )
        except _CalendarWantedError as error:
            wanted = error.calendar_id
        found[wanted] = record.calendars(wanted)


class _CalendarWantedError(Exception):
    """The decision needs a calendar that was not looked up yet."""

    def __init__(self, calendar_id: str) -> None:
        super().__init__(calendar_id)
        self.calendar_id = calendar_id


def _attempt(
    record: Record,
    case: str,
    request: Request,
    expected_version: int | None,
    **provenance: Unpack[Provenance],
) -> Answer:
    """Load the case, decide and append, once.

    Raises:
        AppendConflictError: somebody else appended first.
    """
    place = (record.partnership, case)
    stream = record.streams.stream(*place)
    version = len(stream.events)
    with record.streams.sealing(*place, stream) as sealing:
        if (earlier := _earlier_answer(record, place, stream, sealing, request)) is not None:
            return earlier
        if expected_version not in (None, version):
            raise CaseMovedError(expected_version, version)
        entries = _decided_entries(record, case, stream, sealing, request, **provenance)
    if entries:
        record.streams.append(entries)
    else:
        sealing.forget_keys()
    if not entries and request.may_come_again:
        record.streams.remember(*place, request.command_id, version)
    return Answer(entries, version + len(entries), repeated=False)


def rehearse(
    record: Record, case: str, request: Request, **provenance: Unpack[Provenance]
) -> tuple[Entry, ...]:
    """Return the entries that a command would lead to now; nothing is stored, and no key."""
    stream = record.streams.stream(record.partnership, case)
    with record.streams.sealing(record.partnership, case, stream) as sealing:
        entries = _decided_entries(record, case, stream, sealing, request, **provenance)
    return record.rehearsed(case, entries)


def _decided_entries(
    record: Record,
    case: str,
    stream: Stream,
    sealing: Sealing,
    request: Request,
    **provenance: Unpack[Provenance],
) -> tuple[Entry, ...]:
    """Decide a request, check who may record it, and return its entries; none are stored yet."""
    events = _decide_sealed(record, case, stream, sealing, request)
    if not request.as_history:
        must_be_handles(events, stream.events)
    events = checked_by_four_eyes(record, case, events, stream, sealing, by=provenance["by"])
    if not events:
        return ()
    provenance["purpose"] = sealed_purpose(sealing, provenance["purpose"], stream)
    return record.entries_of(case, events, stream, **provenance)


def _earlier_answer(
    record: Record, place: tuple[str, str], stream: Stream, sealing: Sealing, request: Request
) -> Answer | None:
    """Return the answer that a request got earlier; None if it is new.

    Raises:
        InvalidInputError: another command was sent under its id.
    """
    if stream.holds(request.command_id):
        asked = _with_sealed_words(request, sealing, again=True)
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
    asked = _with_sealed_words(request, sealing, again=True)
    then = replay(stream.events[:version])
    must_lead_to_nothing(lambda: _decide(record, place[1], asked, then), asked.command_id)
    return Answer((), version, repeated=True)


def _decide_sealed(
    record: Record, case: str, stream: Stream, sealing: Sealing, request: Request
) -> Sequence[AnyEvent]:
    """Seal the words of a command, decide it, and return the events.

    Raises:
        Refused: the command has words that were erased, and the record does not already hold what
            it asks for.
    """
    try:
        asked = _with_sealed_words(request, sealing)
    except Refused:
        as_before = _with_sealed_words(request, sealing, again=True)
        if not was_recorded(as_before.command, stream.case) or _decide(
            record, case, as_before, stream.case
        ):
            raise
        return ()
    return _decide(record, case, asked, stream.case)


def _with_sealed_words(request: Request, sealing: Sealing, *, again: bool = False) -> Request:
    """Return a request with the words of its command sealed, if the store seals words."""
    (command,) = sealing.sealed([request.command], again=again)
    return request if command is request.command else request._replace(command=command)


def _decide(record: Record, case: str, request: Request, state: Case) -> Sequence[AnyEvent]:
    command = request.command
    terms = record.editions.to_decide(command, state)
    must_be_of_another(command, case, terms)
    calendar = partial(record.calendars, terms.calendar)  # read only if a clock needs it
    on_its_day = None
    if state.last(TermsReplaced) is not None:  # else `earlier` looks through the case in vain
        earlier = record.editions.earlier(state)
        state = by_terms_of_then(state, terms, earlier)
        if not isinstance(command, ReplaceTerms):
            on_its_day = held_at(command.at, in_force(state.standing, terms, earlier))
    return decide(
        command, state, terms, calendar, as_history=request.as_history, on_its_day=on_its_day
    )
