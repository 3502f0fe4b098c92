"""The store in memory, for tests and trials: gone with the process."""

from collections.abc import Sequence
from uuid import UUID

from eventsourcing.popo import POPOApplicationRecorder

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.backends.answers import InMemoryAnswers
from rapid_review.store.backends.ports import WholeRow
from rapid_review.store.backends.sqlite.tables import InMemoryDatabase
from rapid_review.store.log.codec import Row


class InMemoryRecorder(POPOApplicationRecorder):
    """Records entries in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = InMemoryAnswers(self, self._database_lock)

    def rows_of(self, stream: UUID) -> Sequence[Row]:
        """Return one case's rows, plain: a replay wants nothing more of them."""
        return [(e.originator_version, e.topic, e.state) for e in self.select_events(stream)]

    def take_over(self, rows: Sequence[WholeRow], after: int) -> None:  # noqa: ARG002 - as the others have it
        """Refuse: it would be gone with the process.

        Raises:
            InvalidInputError: always.
        """
        raise InvalidInputError(
            "a store in memory is gone with the process: move to a file, or to a server"
        )

    def read_models(self) -> InMemoryDatabase:
        """Return tables for a read model of these entries."""
        return InMemoryDatabase(self)
