"""One partnership's record as it is written to, and what every way of writing to it shares."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Unpack

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.events import AnyEvent
from rapid_review.store.log.body import stream_name
from rapid_review.store.log.stream import ReadBefore, Stream
from rapid_review.store.log.streams import Streams
from rapid_review.store.log.together import Together
from rapid_review.store.sealing.sections import as_if_recorded
from rapid_review.store.writing.calendars_at_hand import CalendarsOfNow
from rapid_review.store.writing.metadata import (
    Provenance,
    RecordingTime,
    with_metadata,
)
from rapid_review.store.writing.terms_registry import Editions

Clock = Callable[[], datetime]
"""Returns the time now, aware."""


@dataclass(slots=True)
class Record:
    """What recording in a partnership's cases needs.

    Attributes:
        streams: where entries are kept.
        editions: the available terms.
        calendars: gives a current calendar by its id.
        clock: returns the time at which an entry is recorded.
        clock_lag: how far the clock may be behind the newest entry of a case.
        together: commits the commands of many threads together, where the store does so.
        takes_two: whether it takes two people to correct a decision: not where everybody may do
            everything.
    """

    streams: Streams
    editions: Editions
    calendars: CalendarsOfNow
    clock: Clock
    clock_lag: timedelta
    together: Together | None = None
    takes_two: bool = True

    @property
    def partnership(self) -> str:
        """Whose record it is."""
        return self.editions.current.partnership

    def time(self) -> RecordingTime:
        """Return the time of recording of what is recorded now."""
        return RecordingTime(self.now(), self.clock_lag)

    def now(self) -> datetime:
        """Return the time now.

        Raises:
            InvalidInputError: the clock says a time without its offset.
        """
        now = self.clock()
        if now.utcoffset() is None:
            raise InvalidInputError(
                "clock: says a time without its offset; allowed: one that returns an aware time, "
                "such as clock=lambda: datetime.now(UTC)"
            )
        return now

    def within(self, connection: object) -> "Record":
        """Return the same record, to be read and written in a host's own transaction.

        The keys that seal words are committed by themselves before the entries that name them, so
        no entry is ever acknowledged without its key. If the host rolls back, a key stays that no
        entry names, which does no harm.

        Raises:
            InvalidInputError, StorageError: see `EventLog.within`.
        """
        log = self.streams.log.within(connection)
        no_memory = ReadBefore(0)  # the host may never commit what is read here
        streams = Streams(log, self.streams.codec, no_memory)
        return replace(self, streams=streams, together=None)

    @contextmanager
    def alone(self) -> Generator["Record", None, None]:
        """Lend the same record, while nobody else appends; see `Streams.alone`."""
        with self.streams.alone() as streams:
            yield replace(self, streams=streams)

    def rehearsed(self, case: str, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Return entries that are not to be stored, as the record would have them."""
        if (sealer := self.streams.codec.sealer) is not None:
            sealer.keys.drop(stream_name(self.partnership, case))
            as_if_recorded(entries)
        return entries

    def entries_of(
        self,
        case: str,
        events: Sequence[AnyEvent],
        stream: Stream,
        **provenance: Unpack[Provenance],
    ) -> tuple[Entry, ...]:
        """Return events with sealed words as the next entries of a case; see `with_metadata`."""
        place = (self.partnership, case)
        return with_metadata(place, events, stream.last, self.time(), **provenance)
