"""The cases of one partnership as they were opened: which of them look alike (ToR 8.1).

Only the first event of each case is read, and only once: the first question reads all openings,
and each later one only those of new cases.
"""

from collections.abc import Mapping
from threading import Lock

from rapid_review.domain.events import NotificationReceived
from rapid_review.projections.duplicates import Alike, Openings, said_of
from rapid_review.store.log.streams import Streams


class LookAlikesOnRecord:
    """The openings that were read so far.

    Args:
        streams: where entries are kept.
        partnership: whose cases are read.
    """

    def __init__(self, streams: Streams, partnership: str) -> None:
        self._streams = streams
        self._partnership = partnership
        self._position = 0
        self._openings = Openings()
        self._alike: dict[str, Mapping[str, tuple[Alike, ...]]] = {}
        self._one_at_a_time = Lock()

    def like(
        self, case: str, opening: NotificationReceived | None = None
    ) -> Mapping[str, tuple[Alike, ...]]:
        """Return the cases that were opened before one and look like it, each with why.

        Args:
            case: its reference.
            opening: the notification that would open it, if it was not opened yet.

        Raises:
            StorageError: the store cannot be read.
        """
        # Two threads that continue reading at once would add the same openings twice.
        with self._one_at_a_time:
            if case not in self._alike:
                self._read_on()
            if case in self._alike or opening is None:
                return self._alike.get(case, {})
            return self._openings.like(said_of(case, opening))

    def _read_on(self) -> None:
        for position, case, opening in self._streams.opened_after(
            self._position, self._partnership
        ):
            self._position = position
            if isinstance(opening, NotificationReceived):
                self._alike[case] = self._openings.add(said_of(case, opening))
