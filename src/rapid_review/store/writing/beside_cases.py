"""Record what belongs to no single case: in the register of exports, and in an access log.

Reading a case does not change it, and an export of many cases is one fact, so neither is an entry
of a case. What is recorded here is append-only, like everything else.
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
    event: Callable[[], EventBesideCases],
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
        event: makes the event; asked again if somebody else recorded in that stream first.
        time: the time of recording.
        by: who records it.
        purpose: why.
        called: a word for what is recorded, used in its id and in messages.

    Raises:
        InvalidInputError: the purpose, or the clock's time, is not in the required form.
        CaseChangedError: others wrote to that stream three times running.
        ClockError: the clock is too far behind the newest entry of that stream.
        RecordError: the store cannot be read or written.
    """
    for _ in range(TRIES):
        stream = streams.end_of(*place)
        entries = with_metadata(
            place,
            [event()],
            stream.last,
            time,
            by=by,
            purpose=sealed_purpose(streams.sealing(*place, stream), purpose, stream),
            command_id=f"{called}-{uuid4()}",
        )
        try:
            streams.append(entries)
        except AppendConflictError:
            continue  # another was recorded first
        return entries[0]
    raise CaseChangedError(
        f"{called} was not recorded: each of {TRIES} times, somebody else recorded an entry "
        "first. Disclose nothing, and try again"
    )
