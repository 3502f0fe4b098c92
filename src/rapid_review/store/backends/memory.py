"""The store in memory, for tests and trials: gone with the process."""

from collections.abc import Sequence
from uuid import UUID

from eventsourcing.popo import POPOApplicationRecorder

from rapid_review.store.backends.sqlite.tables import InMemoryDatabase
from rapid_review.store.log.codec import Row


class InMemoryRecorder(POPOApplicationRecorder):
    """Records entries in a list."""

    def rows_of(self, stream: UUID) -> Sequence[Row]:
        """Return one case's rows, plain: a replay wants nothing more of them."""
        return [(e.originator_version, e.topic, e.state) for e in self.select_events(stream)]

    def read_models(self) -> InMemoryDatabase:
        """Return tables for a read model of these entries."""
        return InMemoryDatabase(self)
