"""Record what belongs to no single case: in the register of exports, and in an access log.

Reading a case does not change it, and an export of many cases is one fact, so neither is an entry
of a case. What is recorded here is append-only, like everything else. If others are first, it is
tried as a command is: the last attempt locks out all other writers (ADR 0086).
"""

from collections.abc import Callable
from uuid import uuid4

from rapid_review.domain.beside_events import EventBesideCases
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseChangedError
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.log.streams import TRIES, AppendConflictError, Streams
from rapid_review.store.writing.metadata import RecordingTime, sealed_purpose, with_metadata


def record_beside(
    streams: Streams,
    place: tuple[str, str],
    event: Callable[[Streams], EventBesideCases],
    time: RecordingTime,
    *,
    by: Actor,
    purpose: str,
    called: str,
) -> Entry:
    """Append an event to a stream beside the cases, and return its entry, now committed.

    Args:
        streams: the store.
        place: the partnership, and the stream.
        event: makes the event, from the store as it is; asked again if somebody else recorded in
            that stream first.
        time: the time of recording.
        by: who records it.
        purpose: why.
        called: a word for what is recorded, used in its id and in messages.

    Raises:
        InvalidInputError: the purpose, or the clock's time, is not in the required form.
        CaseChangedError: others made or destroyed a key of that stream three times running.
        ClockError: the clock is too far behind the newest entry of that stream.
        RecordError: the store cannot be read or written.
    """

    def once(streams: Streams) -> Entry:
        stream = streams.end_of(*place)
        entries = with_metadata(
            place,
            [event(streams)],
            stream.last,
            time,
            by=by,
            purpose=sealed_purpose(streams.sealing(*place, stream), purpose, stream),
            command_id=f"{called}-{uuid4()}",
        )
        streams.append(entries)
        return entries[0]

    for number in range(1, TRIES + 1):
        try:
            if number < TRIES:
                return once(streams)
            with streams.alone() as alone:
                return once(alone)
        except AppendConflictError:
            continue  # another was recorded first
    raise CaseChangedError(
        f"{called} was not recorded: each of {TRIES} times, somebody else recorded an entry "
        "first, or made or destroyed a key. Disclose nothing, and try again"
    )
