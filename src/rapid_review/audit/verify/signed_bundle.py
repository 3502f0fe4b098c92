"""A bundle signed by the log's key, of a log or of a case, and the checks against it.

Row after row, each entry and its stored body are compared with what came before them in their
stream; then come the roots that the log must have had, and the files that are attached.
"""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from .encoding import CALENDARS, REPLAY, TERMS, MalformedError, is_attached
from .files import Files
from .leaf import LeafEntry, Reference, read_case, read_entry, references_in
from .notes import Note, read_note
from .report import Checked, Finding, Step, Steps, Unchecked, how_many, looking_at
from .statements import (
    Checkpoint,
    Epoch,
    Manifest,
    is_next_origin,
    open_statement,
    read_epoch,
)
from .tree import leaf_hash
from .trust import Trust

NO_EVIDENCE: Final = (
    f"{REPLAY}: it is not evidence; `rapid-review audit verify-bundle` derives it again from "
    "the events"
)
"""The remark about the file that only the rules can derive again."""
MADE_UP: Final = (
    "whether every sealed event was recorded with the keys of its record: an event that "
    "somebody made up without them looks the same here; `rapid-review audit verify --keys` on "
    "the store shows the difference"
)
"""What a verifier without keys cannot check of sealed bodies."""


@dataclass(frozen=True, slots=True)
class SignedBundle:
    """A bundle whose manifest and checkpoint are signed, and what the auditor brings."""

    files: Files
    trust: Trust
    manifest: Manifest
    note: Note
    checkpoint: Checkpoint


# ----------------------------------------------------------------- each entry and its stored body


@dataclass(slots=True)
class Stream:
    """How far a case has been read: its last version, that version's leaf, and its reference."""

    version: int = 0
    leaf: str = "-"
    case: str = ""


class Rows:
    """Reads entries and stored bodies, and finds those that do not follow the ones before them.

    Attributes:
        streams: by stream, how far it has been read.
        expected: the files that the entries name.
        references: the terms and calendars that the bodies name.

    Args:
        files: of the bundle.
        is_sealed: whether its bodies must be sealed.
    """

    def __init__(self, files: Files, *, is_sealed: bool = False) -> None:
        self.streams: dict[str, Stream] = {}
        self.expected: set[str] = set()
        self.references: set[Reference] = set()
        self._files = files
        self._is_sealed = is_sealed

    def read(self, index: int, text: bytes) -> Steps[LeafEntry | None]:
        """Check an entry; return what it says, or None if it is malformed.

        Args:
            index: of its leaf.
            text: the entry.
        """
        yield Checked("events")
        where = f"leaf {index}"
        try:
            entry = read_entry(text)
        except MalformedError as error:
            yield Finding(where, str(error))
            return None
        stream = self.streams.setdefault(entry.stream, Stream())
        self.expected.add(entry.state_path)
        before = stream.version, stream.leaf
        # Noted before the check: a mistake in this entry is not a mistake of the next one.
        stream.version, stream.leaf = entry.version, leaf_hash(text).hex()
        try:
            self._check(entry, before, stream)
        except MalformedError as error:
            where = f"version {entry.version} of stream {entry.stream} ({where})"
            of = f" of case {stream.case}" if stream.case else ""
            yield Finding(where + of, str(error))
        return entry

    def _check(self, entry: LeafEntry, before: tuple[int, str], stream: Stream) -> None:
        state = self._files.read(entry.state_path)
        if hashlib.sha256(state).hexdigest() != entry.digest:
            raise MalformedError("its body does not match the hash in its leaf")
        if entry.version != before[0] + 1:
            raise MalformedError(f"version {before[0] + 1} was expected here")
        if entry.previous != before[1]:
            raise MalformedError("its leaf does not name the leaf of the version before it")
        stream.case = read_case(entry, state, is_sealed=self._is_sealed)
        self.references.update(references_in(state))


# ------------------------------------------------------- the roots that the log must have had


class EarlierRoot(NamedTuple):
    """A root that a log must have had: at a trusted checkpoint, or where it restarted.

    Attributes:
        where: the place that a finding about it names.
        size: of the tree.
        root: of the tree.
    """

    where: str
    size: int
    root: bytes


def earlier_roots(bundle: SignedBundle) -> Steps[list[EarlierRoot]]:
    """Return the roots that the log of a bundle must have had."""
    epoch = yield from _epoch(bundle)
    roots = [EarlierRoot("epoch", epoch.kept, epoch.kept_root)] if epoch else []
    for where, trusted in bundle.trust.checkpoints:
        steps = _earlier_root(bundle.checkpoint, where, trusted, epoch)
        if root := (yield from looking_at(where, steps)):
            roots.append(root)
    if not bundle.trust.checkpoints:
        yield Unchecked(
            "whether anyone was ever shown another version of the log: you gave no checkpoint "
            "that was kept earlier"
        )
    return roots


def _epoch(bundle: SignedBundle) -> Steps[Epoch | None]:
    """Return the statement with which this log restarted after a restore, if there is one."""
    if "epoch" in bundle.files.names:
        return (yield from looking_at("epoch", _read_epoch_file(bundle)))
    if is_next_origin(bundle.checkpoint.origin):
        yield Unchecked("what was lost before this log: the bundle has no epoch statement")
    return None


def _read_epoch_file(bundle: SignedBundle) -> Steps[Epoch]:
    data = bundle.files.read("epoch")
    epoch = open_statement(data, bundle.trust.logs, read_epoch)
    if epoch.origin != bundle.checkpoint.origin or epoch.kept > bundle.checkpoint.size:
        raise MalformedError("does not describe the beginning of this log")
    yield Unchecked(
        f"the {how_many(epoch.lost, 'events')} that {' and '.join(epoch.actors)} state "
        f"{'was' if epoch.lost == 1 else 'were'} lost in a restore"
    )
    if not read_note(data).signers(bundle.trust.of(epoch.ended.origin)):
        yield Unchecked(
            "whether the log that ended confirms the epoch: no key given for that log signed "
            "the statement"
        )
    return epoch


def _earlier_root(
    checkpoint: Checkpoint, where: str, trusted: Checkpoint, epoch: Epoch | None
) -> Steps[EarlierRoot | None]:
    """Return the root of a trusted checkpoint, if this log must have had it.

    Raises:
        MalformedError: the checkpoint shows that this log cannot have had it.
    """
    root = EarlierRoot(where, trusted.size, trusted.root)
    events = how_many(trusted.size, "events")
    if trusted.origin == checkpoint.origin:
        if trusted.size > checkpoint.size:
            raise MalformedError(
                f"covers {events}, more than this bundle: the bundle is older, or "
                "events were removed from the log"
            )
        if trusted.size == checkpoint.size and trusted.root != checkpoint.root:
            raise MalformedError(
                "differs from the checkpoint of this bundle: both are signed and cover "
                f"{events}, and their roots differ. One is forged, or the log was "
                "rewritten"
            )
        return root
    if epoch is None or trusted.origin != epoch.ended.origin:
        yield Unchecked(f"{where}: it belongs to another log")
        return None
    if trusted.size >= epoch.ended.size and trusted != epoch.ended:
        raise MalformedError(
            "does not match the log that ended, as the epoch statement describes it"
        )
    if trusted.size <= epoch.kept:
        return root
    yield Unchecked(f"{where}: its last events are among those that were lost")
    return None


# ---------------------------------------------------------------------- the files beside the rows


def other_files(bundle: SignedBundle, expected: Collection[str]) -> Iterator[Step]:
    """Find the files that have no place in a bundle of this kind."""
    known = {"manifest", "checkpoint", "epoch", *expected}
    for name in bundle.manifest.files:
        if name not in known and not is_attached(name, bundle.manifest.kind):
            yield Finding(name, "does not belong in a bundle of this kind")


def attached_files(bundle: SignedBundle, references: Collection[Reference]) -> Iterator[Step]:
    """Compare terms and calendars with the digests that events name; find those that are missing.

    A file may have any name in its folder, except one that events give to another file.
    """
    known: dict[str, set[str]] = {}
    for path, digest in references:
        for place in (path, _folder(path)):
            known.setdefault(place, set()).add(digest)
    attached: set[Reference] = set()
    for name, digest in bundle.manifest.files.items():
        if (folder := _folder(name)) not in (TERMS, CALENDARS):
            continue
        attached.add(Reference(folder, digest))
        if digest not in known.get(name, known.get(folder, ())):
            what = "the file that events name" if name in known else "named by any event"
            yield Finding(name, f"is not {what}")
        yield Checked("terms and calendars")
    for path, digest in sorted(references):
        if (_folder(path), digest) not in attached:
            yield Finding(path, f"is missing; events name it, with SHA-256 {digest}")
    if REPLAY in bundle.manifest.files:
        yield Unchecked(NO_EVIDENCE)


def _folder(name: str) -> str:
    return name[: name.find("/") + 1]
