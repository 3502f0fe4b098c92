"""When a checkpoint is made: every so many entries, and after the steps that matter most.

Recording pays nothing for it but a count. What is due is made where it is asked for: right after
a command, by `Checkpointer.recorded`; or beside all that is recorded, by `Checkpointer.follow`.
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
        "ReportSentToPanel",
        "PanelFeedbackReceived",
        "CaseClosed",
        "ExportMade",
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
        """Say whether a checkpoint is due.

        Args:
            entries: how many no checkpoint covers.
            kinds: of the events in them.
        """
        return entries >= self.every or not self.milestones.isdisjoint(kinds)


class Checkpointer:
    """Makes checkpoints when they are due; for one thread.

    Args:
        ledger: of the store.
        signer: of the log.
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
        self._since = 0

    def recorded(self, entries: Sequence[Entry]) -> Signed | None:
        """Count what was just recorded; make a checkpoint if one is due, and return it.

        Of what other processes record it knows nothing, until it makes a checkpoint of it all.

        Raises:
            RecordError, StorageError: as for `Ledger.checkpoint`; what was recorded stands.
        """
        self._since += len(entries)
        if not self._when.is_due(self._since, (entry.event.kind for entry in entries)):
            return None
        self._since = 0
        return self._ledger.checkpoint(self._signer, self._sinks)

    def look(self) -> Signed | None:
        """Make a checkpoint if what any process recorded asks for one, and return it.

        Raises:
            RecordError, StorageError: as for `Ledger.checkpoint`.
        """
        left = self._ledger.unanchored(self._signer.last().size)
        if not left.entries or not self._when.is_due(left.entries, left.kinds):
            return None
        return self._ledger.checkpoint(self._signer, self._sinks)

    def job(self) -> Job:
        """Return the job of making checkpoints when they are due, for a `Worker`.

        Its position is how many entries the last checkpoint covers, and it lies never behind:
        what is not due yet is left for later.
        """
        return Stepping("checkpoints", self._step, self._ledger.news)

    def _step(self) -> Progress:
        self.look()
        size = self._signer.last().size
        return Progress(size, size)

    def follow(self, stop: Event) -> None:
        """Make checkpoints when they are due, no matter who records, until `stop` is set.

        It is a `Worker` of this one job: what fails is said to the logger `rapid_review.work`,
        and it goes on when that is mended.
        """
        Worker(self.job(), clock=lambda: datetime.now(UTC)).run(stop)
