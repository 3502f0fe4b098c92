"""When a checkpoint is made: every so many entries, and after the steps that matter most.

Recording an entry makes no checkpoint by itself. `Checkpointer.recorded` makes one if it is due
right after a command; `Checkpointer.follow` does so in the background, no matter who records.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from typing import Final

from rapid_review.audit.log.signing import Signer
from rapid_review.audit.log.sinks import CheckpointSink
from rapid_review.domain.entry import Entry
from rapid_review.store.jobs import Job, Progress, Stepping
from rapid_review.store.ledger.ledger import Ledger, Signed
from rapid_review.store.worker import Worker

MILESTONES: Final = frozenset(
    {
        "NotificationReceived",
        "DecisionMade",
        "DecisionReconsidered",
        "ReportSentToPanel",
        "PanelFeedbackReceived",
        "CaseClosed",
        "ExportMade",
        "KeyDestroyed",
    }
)
"""The kinds of events after which a checkpoint is made at once."""


@dataclass(frozen=True, slots=True)
class Checkpointing:
    """When a checkpoint is due.

    Attributes:
        every: after so many entries that no checkpoint covers.
        milestones: after an event of one of these kinds.
    """

    every: int = 256
    milestones: frozenset[str] = MILESTONES

    def is_due(self, entries: int, kinds: Iterable[str]) -> bool:
        """Return whether a checkpoint is due.

        Args:
            entries: how many entries no checkpoint covers.
            kinds: the kinds of their events.
        """
        return entries >= self.every or not self.milestones.isdisjoint(kinds)


class Checkpointer:
    """Makes checkpoints when they are due; for one thread.

    Args:
        ledger: the store's ledger.
        signer: the log's signer.
        sinks: where copies go.
        when: when one is due.
    """

    def __init__(
        self,
        ledger: Ledger,
        signer: Signer,
        sinks: Sequence[CheckpointSink] = (),
        when: Checkpointing | None = None,
    ) -> None:
        self._ledger = ledger
        self._signer = signer
        self._sinks = tuple(sinks)
        self._when = when or Checkpointing()
        self._uncovered = 0

    def recorded(self, entries: Sequence[Entry]) -> Signed | None:
        """Count what was just recorded; make a checkpoint if one is due, and return it.

        It does not count what other processes record; its next checkpoint covers that too.

        Raises:
            RecordError, StorageError: as for `Ledger.checkpoint`; what was recorded stands.
        """
        self._uncovered += len(entries)
        if not self._when.is_due(self._uncovered, (entry.event.kind for entry in entries)):
            return None
        self._uncovered = 0
        return self._ledger.checkpoint(self._signer, self._sinks)

    def look(self) -> Signed | None:
        """Make a checkpoint if one is due, whichever process recorded, and return it.

        Raises:
            RecordError, StorageError: as for `Ledger.checkpoint`.
        """
        left = self._ledger.unanchored(self._signer.last().size)
        if not left.entries or not self._when.is_due(left.entries, left.kinds):
            return None
        return self._ledger.checkpoint(self._signer, self._sinks)

    def job(self) -> Job:
        """Return the job of making checkpoints when they are due, for a `Worker`.

        Its position is how many entries the last checkpoint covers. It is never behind, because
        entries may wait until a checkpoint is due.
        """
        return Stepping("checkpoints", self._step, self._ledger.news)

    def _step(self) -> Progress:
        self.look()
        size = self._signer.last().size
        return Progress(size, size)

    def follow(self, stop: Event) -> None:
        """Make checkpoints when they are due, no matter who records, until `stop` is set.

        A `Worker` runs this one job: it logs failures to `rapid_review.work`, and tries again.
        """
        Worker(self.job(), clock=lambda: datetime.now(UTC)).run(stop)
