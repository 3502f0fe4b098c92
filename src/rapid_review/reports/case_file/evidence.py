"""What a page carries so that its record can be proved inside it: a case's bundle without words.

The stored bodies stay out: they may hold words and names. Each entry and the manifest say the
digest of its body, and whoever is given the bundle itself can hold the bodies to them.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapid_review import calendars
from rapid_review.audit.verify import (
    CaseHead,
    Checkpoint,
    Files,
    Key,
    entry_path,
    open_statement,
    proof_path,
    read_case_head,
    read_checkpoint,
    read_entry,
    read_note,
    state_path,
)
from rapid_review.domain.entry import Entry
from rapid_review.projections.as_of import Calendars
from rapid_review.projections.case.replay import REPLAY
from rapid_review.store.log.codec import Codec


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verified bundle says of a case, and what of it a page carries.

    Attributes:
        key: the log's public key, by which it was verified.
        checkpoint: of the log.
        head: of the case.
        files: by name, the files that hold no words.
        states_replay: whether the bundle holds the replay of the case.
    """

    key: Key
    checkpoint: Checkpoint
    head: CaseHead
    files: Mapping[str, bytes]
    states_replay: bool

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the key as text, in hexadecimal: what a reader compares."""
        return hashlib.sha256(str(self.key).encode()).hexdigest()

    def embedded(self) -> Mapping[str, str]:
        """Return the files in base64."""
        return {name: base64.b64encode(data).decode() for name, data in self.files.items()}


def evidence_of(bundle: Files, keys: Sequence[Key]) -> Evidence:
    """Return what a case's bundle says, which must have been verified with one of these keys.

    Raises:
        MalformedError: it was not, or it is no bundle of a case.
    """
    note = bundle.read("checkpoint")
    checkpoint = open_statement(note, keys, read_checkpoint)
    head = open_statement(bundle.read("case-head"), keys, read_case_head)
    signers = read_note(note).signers(keys)
    key = next(key for key in keys if key in signers)
    versions = range(1, head.count + 1)
    names = ("manifest", "checkpoint", "case-head", *map(entry_path, versions))
    files = {name: bundle.read(name) for name in (*names, *map(proof_path, versions))}
    return Evidence(key, checkpoint, head, files, REPLAY in bundle.names)


def entries_in(bundle: Files, head: CaseHead) -> tuple[Entry, ...]:
    """Return the entries of a case that its verified bundle holds.

    Raises:
        RecordError: a body is of a kind or a schema that this version does not know.
    """
    codec = Codec()
    return tuple(
        codec.entry(
            read_entry(bundle.read(entry_path(version))).topic,
            bundle.read(state_path(head.stream, version)),
        )
        for version in range(1, head.count + 1)
    )


def calendars_in(bundle: Files) -> Calendars:
    """Return what gives a calendar by id and version: those in a bundle, else those shipped.

    Raises:
        CalendarError: a calendar file in the bundle is none.
    """
    held = {
        (calendar.id, calendar.version): calendar
        for name in sorted(bundle.names)
        if name.startswith("calendars/")
        for calendar in (calendars.parse(bundle.read(name), name),)
    }
    return lambda id_, version: held.get((id_, version)) or calendars.load(id_, version)
