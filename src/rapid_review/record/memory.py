"""The store in memory, for tests and trials: gone with the process."""

from collections.abc import Sequence
from uuid import UUID

from eventsourcing.popo import POPOApplicationRecorder

from rapid_review.record.answers import InMemoryAnswers
from rapid_review.record.codec import Row
from rapid_review.record.read_model_sqlite import InMemoryDatabase


class InMemoryRecorder(POPOApplicationRecorder):
    """Records entries in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = InMemoryAnswers(self, self._database_lock)

    def rows_of(self, stream: UUID) -> Sequence[Row]:
        """Return one case's rows, plain: a replay wants nothing more of them."""
        return [(e.originator_version, e.topic, e.state) for e in self.select_events(stream)]

    def read_models(self) -> InMemoryDatabase:
        """Return tables for a read model of these entries."""
        return InMemoryDatabase(self)
