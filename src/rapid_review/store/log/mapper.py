"""The seam to `eventsourcing`: our entries are its domain events, our bytes its stored events."""

from functools import lru_cache
from typing import Final
from uuid import UUID, uuid5

from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import RecordError
from rapid_review.store.log.codec import Codec

_NAMESPACE: Final = UUID("7d1b2b0e-0d5c-5a52-9d0f-6f1f0c6f7a11")  # ours alone; never changes


@lru_cache(maxsize=4096)
def stream_id(partnership: str, case: str) -> UUID:
    """Return the id of a case's stream: the same for the same case, wherever it is opened.

    A second opening of a case is so a conflict in the store, and never a twin.
    """
    return uuid5(_NAMESPACE, f"{partnership}\n{case}")


class EntryMapper(Mapper[UUID]):
    """Maps entries to rows with our codec; holds every row to the ids in its body.

    The library asks of a domain event two attributes that it never reads once a mapper of one's
    own is given; so an `Entry` goes through as it is, and stays free of the library's names.
    """

    def __init__(self, codec: Codec) -> None:
        super().__init__(transcoder=JSONTranscoder())  # never used: the codec is
        self.codec = codec

    def to_stored_event(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        domain_event: Entry,  # type: ignore[override]  # see the class
    ) -> StoredEvent:
        """Return the row that keeps an entry."""
        return StoredEvent(
            stream_id(domain_event.partnership, domain_event.case),
            domain_event.version,
            domain_event.event.kind,
            self.codec.encode(domain_event),
        )

    def to_domain_event(  # type: ignore[override]  # see the class
        self, stored_event: StoredEvent
    ) -> Entry:
        """Return the entry that a row keeps.

        Raises:
            RecordError: the row cannot be read, or holds another row's body.
        """
        entry = self.codec.entry(stored_event.topic, stored_event.state)
        if (
            entry.version != stored_event.originator_version
            or stream_id(entry.partnership, entry.case) != stored_event.originator_id
        ):
            raise RecordError(
                f"row {stored_event.originator_version} of stream {stored_event.originator_id} "
                f"holds the body of entry {entry.version} of another place; "
                "it was moved or copied there"
            )
        return entry
