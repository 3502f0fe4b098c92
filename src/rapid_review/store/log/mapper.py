"""The adapter to `eventsourcing`: entries are its domain events, and rows its stored events."""

from typing import cast
from uuid import UUID

from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import RecordError, shown
from rapid_review.domain.sealed_words import WordsToSeal
from rapid_review.store.log.body import stream_id, stream_name
from rapid_review.store.log.codec import Codec


class EntryMapper(Mapper[UUID]):
    """Maps entries to rows with our codec, and compares every row with the ids in its body.

    The library's type of a domain event has two attributes that it never reads if it is given
    another mapper; so an `Entry` needs neither, and stays free of the library's names.
    """

    def __init__(self, codec: Codec) -> None:
        super().__init__(transcoder=JSONTranscoder())  # never used: the codec replaces it
        self.codec = codec

    def to_stored_event(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        domain_event: Entry,  # see the class
        taken: list[WordsToSeal] | None = None,
    ) -> StoredEvent:
        """Return the row that stores an entry; see `Codec.encode`."""
        return StoredEvent(
            stream_id(domain_event.partnership, domain_event.case),
            domain_event.version,
            domain_event.event.kind,
            self.codec.encode(domain_event, taken),
        )

    def to_domain_event(  # type: ignore[override]  # see the class
        self, stored_event: StoredEvent
    ) -> Entry:
        """Return the entry that a row stores; see `entry`."""
        stream = cast("UUID", stored_event.originator_id).hex
        version, kind = stored_event.originator_version, stored_event.topic
        return self.entry(stream, version, kind, stored_event.state)

    def entry(self, stream: str, version: int, kind: str, body: bytes) -> Entry:
        """Return the entry that a row of a stream stores.

        Raises:
            RecordError: the row cannot be read, or holds another row's body.
        """
        entry = self.codec.entry(kind, body)
        if entry.version != version or stream_name(entry.partnership, entry.case) != stream:
            raise RecordError(
                f"the body in row {version} of stream {shown(stream)} belongs to entry "
                f"{entry.version} of another place; somebody moved or copied it there"
            )
        return entry
