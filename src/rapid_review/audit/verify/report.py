"""What a verification yields, step by step, and the report that collects it.

A check is a generator: it yields what it has checked, what it found wrong, and what it cannot
check. Its caller passes these steps on, or adds them to a report.
"""

import json
import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias, TypeVar

from .encoding import MalformedError
from .statements import Checkpoint

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong.

    Attributes:
        where: the event, by stream and version, or the file.
        what: what is wrong with it.
    """

    where: str
    what: str


class Checked(NamedTuple):
    """A number of things of one kind were checked."""

    what: str
    number: int = 1


class Unchecked(NamedTuple):
    """Something that cannot be checked here, and why."""

    what: str


class Remark(NamedTuple):
    """A remark that is neither a finding nor a gap."""

    what: str


class Subject(NamedTuple):
    """What is verified, in words: which case, or which log."""

    what: str


Step: TypeAlias = Finding | Checked | Unchecked | Remark | Subject | Checkpoint
"""What a check yields; a checkpoint is the one with which everything is compared."""

Steps: TypeAlias = Generator[Step, None, T]
"""A check; later checks use what it returns."""


def looking_at(where: str, steps: Steps[T]) -> Steps[T | None]:
    """Pass on the steps of a check; a `MalformedError` ends it, and is yielded as a finding."""
    try:
        return (yield from steps)
    except MalformedError as error:
        yield Finding(where, str(error))
        return None


@dataclass(slots=True)
class Report:
    """What was checked, what was found, and what cannot be checked here.

    Attributes:
        subject: what the bundle holds: which case, or the log.
        checkpoint: the checkpoint with which everything was compared.
        checked: how many of each thing were checked.
        findings: what is wrong; if none, the bundle is verified.
        unchecked: what this bundle cannot show, and why.
        notes: remarks; the checks of a bundle make none.
    """

    subject: str = "a bundle"
    checkpoint: Checkpoint | None = None
    checked: dict[str, int] = field(default_factory=dict[str, int])
    findings: list[Finding] = field(default_factory=list[Finding])
    unchecked: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])

    def extend(self, steps: Iterable[Step]) -> None:
        """Add all steps of a check."""
        for step in steps:
            self.add(step)

    def add(self, step: Step) -> None:
        """Add one step of a check."""
        match step:
            case Finding(where, what):
                self.findings.append(Finding(plain(where), plain(what)))
            case Checked(what, number):
                self.checked[what] = self.checked.get(what, 0) + number
            case Unchecked(what):
                self.unchecked.append(what)
            case Remark(what):
                self.notes.append(what)
            case Subject(what):
                self.subject = what
            case Checkpoint():
                self.checkpoint = step

    def as_text(self) -> str:
        """Return the report for reading."""
        head = "NOT INTACT" if self.findings else "verified"
        lines = [f"{head}: {self.subject}"]
        if self.checkpoint:
            events = how_many(self.checkpoint.size, "events")
            lines.append(f"  checkpoint  {events}, {self.checkpoint.origin}")
        lines += [
            f"  checked     {how_many(number, what)}" for what, number in self.checked.items()
        ]
        lines += [f"  finding     {found.where}: {found.what}" for found in self.findings]
        lines += [f"  unchecked   {what}" for what in self.unchecked]
        lines += [f"  note        {what}" for what in self.notes]
        return "\n".join(map(plain, lines))

    def as_json(self) -> str:
        """Return the report for other programs."""
        checkpoint = self.checkpoint
        fields = {
            "verified": not self.findings,
            "subject": self.subject,
            "origin": checkpoint and checkpoint.origin,
            "size": checkpoint and checkpoint.size,
            "root": checkpoint and checkpoint.root.hex(),
            "checked": self.checked,
            "findings": [{"where": one.where, "what": one.what} for one in self.findings],
            "unchecked": self.unchecked,
        }
        notes = {"notes": self.notes} if self.notes else {}
        return json.dumps({**fields, **notes}, indent=2)


def how_many(number: int, what: str) -> str:
    """Return a number with what it counts, which is given in the plural.

    >>> how_many(2, "entries"), how_many(1, "entries"), how_many(1, "tiles")
    ('2 entries', '1 entry', '1 tile')
    """
    return f"{number} {what if number != 1 else _PLURAL.sub(_singular, what, count=1)}"


_PLURAL = re.compile(r"\b(?!terms\b)([a-z]+?)(ies|s)\b")


def _singular(plural: re.Match[str]) -> str:
    return plural[1] + ("y" if plural[2] == "ies" else "")


def plain(text: str) -> str:
    """Return text with everything escaped that a terminal might act on, or cannot show."""
    return re.sub("[^ -~]", lambda one: ascii(one[0])[1:-1], text)
