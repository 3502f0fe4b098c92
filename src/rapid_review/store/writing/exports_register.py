"""The register of exports: what was given out, to whom, why, and which bytes.

It stands beside the cases, one a partnership: a case is not changed by being looked at, and an
export of many cases is one fact. What is registered is append-only, like everything else.
"""

from typing import Final
from uuid import uuid4

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseChangedError
from rapid_review.domain.events import ExportMade
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.log.streams import EXPORTS, AppendConflictError, Streams
from rapid_review.store.writing.metadata import RecordingTime, with_metadata

TRIES: Final = 3


def register(
    streams: Streams,
    partnership: str,
    export: ExportMade,
    time: RecordingTime,
    *,
    by: Actor,
    purpose: str,
) -> Entry:
    """Append an export to the partnership's register, and return the entry.

    Raises:
        InvalidInputError: the purpose, or the clock's time, has not the form it must.
        CaseChangedError: others wrote to the register three times running.
        ClockError: the clock lies too far behind the register's newest stamp.
        RecordError: the store cannot be read or written.
    """
    for _ in range(TRIES):
        made = streams.exports(partnership)
        last = made[-1] if made else None
        entries = with_metadata(
            (partnership, EXPORTS),
            [export],
            last,
            time,
            by=by,
            purpose=purpose,
            command_id=f"export-{uuid4()}",
        )
        try:
            streams.append(entries)
        except AppendConflictError:
            continue  # another export was registered first
        return entries[0]
    raise CaseChangedError(
        f"an export was to be registered {TRIES} times, and each time another was registered "
        "first; give nothing out, and ask again"
    )
