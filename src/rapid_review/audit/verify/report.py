"""What was checked, what was found, and what cannot be checked: for a reader, and for programs."""

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from .forms import MalformedError
from .statements import Checkpoint


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be.

    Attributes:
        where: the event, by stream and version, or the file.
        what: what is wrong with it.
    """

    where: str
    what: str


@dataclass(slots=True)
class Report:
    """What was checked, what was found, and what cannot be checked here.

    Attributes:
        subject: what the bundle holds: which case, or the log.
        checkpoint: the checkpoint that everything was held to.
        checked: how many of each thing were checked.
        findings: what is wrong; if none, the bundle is verified.
        unchecked: what this bundle cannot show, and why.
        notes: what else there is to know; of a bundle there is nothing.
    """

    subject: str = "a bundle"
    checkpoint: Checkpoint | None = None
    checked: dict[str, int] = field(default_factory=dict[str, int])
    findings: list[Finding] = field(default_factory=list[Finding])
    unchecked: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])

    def count(self, what: str, number: int = 1) -> None:
        """Note that something was checked."""
        self.checked[what] = self.checked.get(what, 0) + number

    def find(self, where: str, what: str) -> None:
        """Note that something is not as it must be."""
        self.findings.append(Finding(plain(where), plain(what)))

    def leave_open(self, what: str) -> None:
        """Note something that this bundle cannot show, and why."""
        self.unchecked.append(what)

    @contextmanager
    def looking_at(self, where: str) -> Generator[None, None, None]:
        """Turn what is malformed there into a finding."""
        try:
            yield
        except MalformedError as error:
            self.find(where, str(error))

    def as_text(self) -> str:
        """Return the report for reading."""
        head = "NOT INTACT" if self.findings else "verified"
        lines = [f"{head}: {self.subject}"]
        if self.checkpoint:
            lines.append(f"  checkpoint  {self.checkpoint.size} events, {self.checkpoint.origin}")
        lines += [f"  checked     {number} {what}" for what, number in self.checked.items()]
        lines += [f"  finding     {found.where}: {found.what}" for found in self.findings]
        lines += [f"  unchecked   {what}" for what in self.unchecked]
        lines += [f"  note        {what}" for what in self.notes]
        return "\n".join(map(plain, lines))

    def as_json(self) -> str:
        """Return the report for other programs."""
        held = self.checkpoint
        told = {
            "verified": not self.findings,
            "subject": self.subject,
            "origin": held and held.origin,
            "size": held and held.size,
            "root": held and held.root.hex(),
            "checked": self.checked,
            "findings": [{"where": one.where, "what": one.what} for one in self.findings],
            "unchecked": self.unchecked,
        }
        notes = {"notes": self.notes} if self.notes else {}
        return json.dumps({**told, **notes}, indent=2)


def plain(text: str) -> str:
    """Return text with everything escaped that a terminal might act on, or cannot show."""
    return re.sub("[^ -~]", lambda one: ascii(one[0])[1:-1], text)
