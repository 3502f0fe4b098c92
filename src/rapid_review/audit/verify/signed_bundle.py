"""A bundle that the log's key speaks for: what the checks of a log and of a case begin with."""

from collections.abc import Collection
from dataclasses import dataclass

from .files import Files
from .layout import is_attached
from .notes import Note
from .report import Report
from .statements import Checkpoint, Manifest
from .trust import Trust


@dataclass(frozen=True, slots=True)
class SignedBundle:
    """A bundle whose manifest and checkpoint are signed, and the report about it."""

    files: Files
    trust: Trust
    manifest: Manifest
    note: Note
    checkpoint: Checkpoint
    report: Report

    def find_others(self, expected: Collection[str]) -> None:
        """Find the files that have no place in a bundle of this kind."""
        known = {"manifest", "checkpoint", "epoch", *expected}
        for name in self.manifest.files:
            if name not in known and not is_attached(name):
                self.report.find(name, "has no place in a bundle of this kind")
