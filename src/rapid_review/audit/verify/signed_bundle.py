"""A bundle that the log's key speaks for: what the checks of a log and of a case begin with."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from .files import Files
from .layout import CALENDARS, REPLAY, TERMS, is_attached
from .leaf_text import Reference
from .notes import Note
from .report import Report
from .statements import Checkpoint, Manifest
from .trust import Trust

NO_EVIDENCE: Final = (
    f"{REPLAY}: is no evidence; `rapid-review audit verify-bundle` makes it again of the events"
)
"""What is said of the file that only the rules can make."""


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
            if name not in known and not is_attached(name, self.manifest.kind):
                self.report.find(name, "has no place in a bundle of this kind")

    def hold_attached(self, references: Collection[Reference]) -> None:
        """Hold terms and calendars to the digests that events name; find those that are missing.

        A file may have any name in its folder, but for one that the events give to another file.
        """
        known: dict[str, set[str]] = {}
        for path, digest in references:
            for place in (path, _folder(path)):
                known.setdefault(place, set()).add(digest)
        held: set[Reference] = set()
        for name, digest in self.manifest.files.items():
            if (folder := _folder(name)) not in (TERMS, CALENDARS):
                continue
            held.add(Reference(folder, digest))
            if digest not in known.get(name, known.get(folder, ())):
                what = "the file that events name" if name in known else "named by any event"
                self.report.find(name, f"is not {what}")
            self.report.count("terms and calendars")
        for path, digest in sorted(references):
            if (_folder(path), digest) not in held:
                what = f"is missing; events name it, with SHA-256 {digest}"
                self.report.find(path, what)
        if REPLAY in self.manifest.files:
            self.report.leave_open(NO_EVIDENCE)


def _folder(name: str) -> str:
    return name[: name.find("/") + 1]
