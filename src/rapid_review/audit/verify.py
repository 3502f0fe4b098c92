"""Verify a bundle of the record offline, without the software that made it.

    python verify.py BUNDLE --key VKEY [--policy FILE] [--held FILE ...] [--json]

This is one file that needs Python 3.11 and the library `cryptography`, and nothing else of
`rapid_review`: an auditor may take it away, read it, and run it on any machine. What it reads and
checks, byte for byte, is told in `docs/reference/leaf-and-bundle.md`.

A bundle is a folder, or the same as one archive. It is the whole log, or one case with a proof
for each of its events. What is trusted is brought by the auditor: the log's public key, the
policy that says which witnesses must have signed, and any checkpoint that was kept earlier.

The exit code is 0 if everything that can be checked is right, 4 if anything is not (each finding
names the event or the file), and 2 if it could not be tried: a key, a policy or a held checkpoint
that is none, or a bundle that is neither a folder nor an archive.

It reads from the top: the program, the steps, what each step checks, and the forms of all that is
read. The software that makes leaves, notes and bundles uses the same forms, from here.
"""

import argparse
import base64
import hashlib
import io
import json
import os
import re
import struct
import sys
import zipfile
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID, uuid5

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class MalformedError(ValueError):
    """Bytes have not the form that they must have, or do not prove what they should."""


class UnreadableError(Exception):
    """What was given cannot be read as what it was said to be; nothing was verified."""


# ------------------------------------------------------------------------------- the program

VERIFIED: Final = 0
UNREADABLE: Final = 2
NOT_INTACT: Final = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the bundle that the command line names; return the exit code."""
    options = _options().parse_args(arguments)
    try:
        trust = read_trust(options.key, options.policy, options.held)
        report = verify(open_bundle(options.bundle), trust)
    except UnreadableError as error:
        print(_plain(str(error)), file=sys.stderr)  # noqa: T201 - this file is a program as well
        return UNREADABLE
    told = report.as_json() if options.json else report.as_text()
    print(told)  # noqa: T201 - the same
    return NOT_INTACT if report.findings else VERIFIED


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verify", description="Verify a bundle of a rapid review record offline."
    )
    parser.add_argument("bundle", help="the folder or the archive", type=Path)
    add = parser.add_argument
    add("--key", action="append", default=[], metavar="VKEY", help="a log's public key")
    add("--policy", type=Path, metavar="FILE", help="logs, witnesses and quorum (tlog-policy)")
    add(
        "--held",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="an older checkpoint",
    )
    add("--json", action="store_true", help="print the report as JSON")
    return parser


@dataclass(frozen=True, slots=True)
class Trust:
    """What the auditor brings, and takes from no bundle.

    Attributes:
        logs: the public keys of logs.
        policy: which witnesses must have signed; None if that is not asked.
        held: checkpoints kept earlier, each with the name by which it is told.
    """

    logs: tuple["Key", ...]
    policy: "Policy | None" = None
    held: tuple[tuple[str, "Checkpoint"], ...] = ()

    def of(self, origin: str) -> list["Key"]:
        """Return the keys of the log of that origin."""
        return [key for key in self.logs if key.name == origin]


def read_trust(
    keys: Iterable[str], policy: Path | None = None, held: Iterable[Path] = ()
) -> Trust:
    """Return what the auditor brings.

    Args:
        keys: public keys of logs, as text.
        policy: a file with logs, witnesses and quorum.
        held: files with checkpoints that were kept earlier.

    Raises:
        UnreadableError: one of them is not what it should be, no key of a log is given, or a
            held checkpoint is signed by none of them.
    """
    where = "--key"
    try:
        logs = [read_key(text) for text in keys]
        where = f"--policy {policy}"
        rules = read_policy(policy.read_bytes()) if policy else None
        logs += rules.logs if rules else ()
        if not logs or any(key.kind != ED25519 for key in logs):
            raise UnreadableError("give the public key of the log with --key, or in a policy")
        kept: list[tuple[str, Checkpoint]] = []
        for path in held:
            where = f"--held {path}"
            kept.append((where, open_statement(path.read_bytes(), logs, read_checkpoint)))
    except (MalformedError, OSError) as error:
        raise UnreadableError(f"{where}: {_because(error)}") from None
    return Trust(tuple(dict.fromkeys(logs)), rules, tuple(kept))


def _because(error: MalformedError | OSError) -> str:
    """Return why something could not be read, without the system's own wording of a path."""
    return (error.strerror or "cannot be read") if isinstance(error, OSError) else str(error)


# --------------------------------------------------------------------------------- the report


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
    """

    subject: str = "a bundle"
    checkpoint: "Checkpoint | None" = None
    checked: dict[str, int] = field(default_factory=dict[str, int])
    findings: list[Finding] = field(default_factory=list[Finding])
    unchecked: list[str] = field(default_factory=list[str])

    def count(self, what: str, number: int = 1) -> None:
        """Note that something was checked."""
        self.checked[what] = self.checked.get(what, 0) + number

    def find(self, where: str, what: str) -> None:
        """Note that something is not as it must be."""
        self.findings.append(Finding(_plain(where), _plain(what)))

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
        return "\n".join(map(_plain, lines))

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
        return json.dumps(told, indent=2)


def _plain(text: str) -> str:
    """Return text with everything escaped that a terminal might act on, or cannot show."""
    return "".join(one if " " <= one <= "~" else ascii(one)[1:-1] for one in text)


# --------------------------------------------------------------------------------- the steps


def verify(files: "Files", trust: Trust) -> Report:
    """Verify a bundle: its files, its checkpoint, and then the log or the case in it.

    Args:
        files: the bundle, as `open_bundle` returns it.
        trust: what the auditor brings.

    Raises:
        UnreadableError: the disk could not be read.
    """
    report = Report()
    report.findings += files.oddities
    with report.looking_at("manifest"):
        manifest = open_statement(files.read("manifest"), trust.logs, read_manifest)
        _check_files(files, manifest, report)
        with report.looking_at("checkpoint"):
            note, checkpoint = _checkpoint(files, manifest, trust)
            report.checkpoint = checkpoint
            report.unchecked.append(f"what was recorded after the {checkpoint.size} events")
            _check_policy(note, trust.policy, report)
            bundle = _Bundle(files, trust, manifest, note, checkpoint, report)
            (_check_log if manifest.kind == "log" else _check_case)(bundle)
    return report


@dataclass(frozen=True, slots=True)
class _Bundle:
    """A bundle whose manifest and checkpoint are signed, and the report about it."""

    files: "Files"
    trust: Trust
    manifest: "Manifest"
    note: "Note"
    checkpoint: "Checkpoint"
    report: Report

    def roots_to_meet(self) -> list[tuple[str, int, bytes]]:
        """Return the roots that this log must have had: where each is told, its size, and it."""
        epoch = self._epoch()
        roots = [("epoch", epoch.kept, epoch.kept_root)] if epoch else []
        for where, held in self.trust.held:
            with self.report.looking_at(where):
                if self._is_met(where, held, epoch):
                    roots.append((where, held.size, held.root))
        if not self.trust.held:
            self.report.unchecked.append(
                "whether the log was ever shown otherwise: no checkpoint kept earlier was given"
            )
        return roots

    def _epoch(self) -> "Epoch | None":
        """Return the statement with which this log began after a restore, if there is one."""
        if "epoch" not in self.files.names:
            if _EPOCH_ORIGIN.fullmatch(self.checkpoint.origin):
                self.report.unchecked.append("what was lost before this log: no epoch is given")
            return None
        with self.report.looking_at("epoch"):
            data = self.files.read("epoch")
            epoch = open_statement(data, self.trust.logs, read_epoch)
            if epoch.origin != self.checkpoint.origin or epoch.kept > self.checkpoint.size:
                raise MalformedError("is not how this log began")
            self.report.unchecked.append(
                f"the {epoch.lost} events lost in a restore, as {' and '.join(epoch.actors)} state"
            )
            if not read_note(data).signers(self.trust.of(epoch.ended.origin)):
                self.report.unchecked.append(
                    "whether the log that ended says so too: no key of it signed the epoch"
                )
            return epoch
        return None

    def _is_met(self, where: str, held: "Checkpoint", epoch: "Epoch | None") -> bool:
        """Say whether this log must have had the root of a checkpoint that the auditor holds.

        Raises:
            MalformedError: it is plain already that it cannot have had it.
        """
        if held.origin == self.checkpoint.origin:
            if held.size > self.checkpoint.size:
                raise MalformedError(
                    f"is of {held.size} events; this bundle is older, or the log was cut back"
                )
            return True
        if epoch is None or held.origin != epoch.ended.origin:
            self.report.unchecked.append(f"{where}: is of another log")
            return False
        if held.size >= epoch.ended.size and held != epoch.ended:
            raise MalformedError("is not of the log that the epoch says has ended")
        if held.size > epoch.kept:
            self.report.unchecked.append(f"{where}: its last events are among the lost")
        return held.size <= epoch.kept


def _check_files(files: "Files", manifest: "Manifest", report: Report) -> None:
    """Hold every file to the digest that the manifest names, and find those it does not name."""
    for name, digest in manifest.files.items():
        with report.looking_at(name):
            if hashlib.sha256(files.read(name)).hexdigest() != digest:
                raise MalformedError("is not the file that the manifest names")
    for name in sorted(set(files.names) - manifest.files.keys() - {"manifest"}):
        report.find(name, "is not named in the manifest")
    report.count("files", len(manifest.files))


def _checkpoint(files: "Files", manifest: "Manifest", trust: Trust) -> tuple["Note", "Checkpoint"]:
    """Return the checkpoint of which the manifest speaks, signed by the log."""
    data = files.read("checkpoint")
    checkpoint = open_statement(data, trust.logs, read_checkpoint)
    if (checkpoint.origin, checkpoint.size) != (manifest.origin, manifest.size):
        raise MalformedError("is not the checkpoint of which the manifest speaks")
    return read_note(data), checkpoint


def _check_policy(note: "Note", policy: "Policy | None", report: Report) -> None:
    """Hold the checkpoint to the auditor's policy."""
    if policy is None:
        report.unchecked.append("whether witnesses saw this checkpoint: no policy was given")
        return
    with report.looking_at("checkpoint"):
        witnesses = note.signers(policy.witnesses.values())
        report.count("cosignatures of witnesses", len(witnesses))
        if not policy.is_met(witnesses):
            raise MalformedError(f"the quorum of witnesses is not met by {len(witnesses)} of them")


def _find_others(bundle: _Bundle, expected: Collection[str]) -> None:
    """Find the files that have no place in a bundle of this kind."""
    known = {"manifest", "checkpoint", "epoch", *expected}
    for name in bundle.manifest.files:
        if name not in known and not is_attached(name):
            bundle.report.find(name, "has no place in a bundle of this kind")


# ---------------------------------------------------------------------------- row after row


@dataclass(slots=True)
class _Stream:
    """How far a case has been read: its last version, that version's leaf, and its reference."""

    version: int = 0
    leaf: str = "-"
    case: str = ""


class _Rows:
    """Reads entries and stored bodies, and finds what does not follow from what came before.

    Attributes:
        streams: by stream, how far it has been read.
        expected: the files that the entries speak of.
        digests: of the terms and calendars that the bodies name.
    """

    def __init__(self, bundle: _Bundle) -> None:
        self.streams: dict[str, _Stream] = {}
        self.expected: set[str] = set()
        self.digests: set[str] = set()
        self._files = bundle.files
        self._report = bundle.report

    def read(self, index: int, text: bytes) -> "LeafEntry | None":
        """Return what an entry says, or None if it is none; tell in the report what is wrong.

        Args:
            index: of its leaf.
            text: the entry.
        """
        self._report.count("events")
        where = f"leaf {index}"
        try:
            entry = read_entry(text)
        except MalformedError as error:
            self._report.find(where, str(error))
            return None
        stream = self.streams.setdefault(entry.stream, _Stream())
        self.expected.add(entry.state_path)
        where = f"version {entry.version} of stream {entry.stream} ({where})"
        before = stream.version, stream.leaf
        stream.version, stream.leaf = entry.version, leaf_hash(text).hex()
        try:
            self._check(entry, before, stream)
        except MalformedError as error:
            of = f" of case {stream.case}" if stream.case else ""
            self._report.find(where + of, str(error))
        return entry

    def _check(self, entry: "LeafEntry", before: tuple[int, str], stream: _Stream) -> None:
        state = self._files.read(entry.state_path)
        if hashlib.sha256(state).hexdigest() != entry.digest:
            raise MalformedError("its body is not the one that was hashed")
        if entry.version != before[0] + 1:
            raise MalformedError(f"version {before[0] + 1} was to come next")
        if entry.previous != before[1]:
            raise MalformedError("it does not name the leaf of the version before it")
        stream.case = read_case(entry, state)
        self.digests.update(digests_in(state))


# ------------------------------------------------------------------------------ a whole log


def _check_log(bundle: _Bundle) -> None:
    """Make every leaf, every tile and the root again, and hold them to the bundle."""
    report, checkpoint = bundle.report, bundle.checkpoint
    report.subject = f"the whole log {checkpoint.origin}"
    walk = _Walk(bundle)
    for path, data in tiles(walk.leaves()):
        if walk.is_broken:
            return  # what comes after a lost entry stands in no known place
        walk.rows.expected.add(path)
        report.count("tiles")
        with report.looking_at(path):
            if bundle.files.read(path) != data:
                raise MalformedError("is not the tile that the entries make")
    if walk.is_broken:
        return
    if walk.edge.root() != checkpoint.root:
        report.find("checkpoint", "the events of this bundle do not lead to its root")
    report.count("cases", len(walk.rows.streams))
    _find_others(bundle, walk.rows.expected)


class _Walk:
    """One walk through the entries of a log.

    Attributes:
        rows: what has been read of them.
        edge: the tree so far.
        is_broken: whether an entry bundle could not be read.
    """

    def __init__(self, bundle: _Bundle) -> None:
        self.rows = _Rows(bundle)
        self.edge = Frontier()
        self.is_broken = False
        self._bundle = bundle
        self._roots: dict[int, list[tuple[str, bytes]]] = {}
        for where, size, root in bundle.roots_to_meet():
            self._roots.setdefault(size, []).append((where, root))

    def leaves(self) -> Iterator[bytes]:
        """Yield the leaf of every entry; each is checked on the way."""
        size = self._bundle.checkpoint.size
        self._meet_roots()
        for start in range(0, size, TILE):
            width = min(TILE, size - start)
            path = tile_path("entries", start // TILE, width)
            self.rows.expected.add(path)
            try:
                entries = read_entries(self._bundle.files.read(path), width)
            except MalformedError as error:
                self._bundle.report.find(path, str(error))
                self.is_broken = True
                return
            for entry in entries:
                self.rows.read(self.edge.size, entry)
                leaf = leaf_hash(entry)
                self.edge.append(leaf)
                self._meet_roots()
                yield leaf

    def _meet_roots(self) -> None:
        for where, root in self._roots.get(self.edge.size, ()):
            self._bundle.report.count("roots held or stated earlier")
            if self.edge.root() != root:
                self._bundle.report.find(
                    where, f"the first {self.edge.size} events do not lead to its root"
                )


# ---------------------------------------------------------------------------------- one case


def _check_case(bundle: _Bundle) -> None:
    """Hold every event of a case to its proof, and all of them to the case head."""
    report, checkpoint = bundle.report, bundle.checkpoint
    with report.looking_at("case-head"):
        head = open_statement(bundle.files.read("case-head"), bundle.trust.logs, read_case_head)
        if (head.origin, head.size) != (checkpoint.origin, checkpoint.size):
            raise MalformedError("is not of the checkpoint in this bundle")
        rows = _Rows(bundle)
        expected = {"case-head", *_meet_by_consistency(bundle)}
        last = -1
        for version in range(1, min(head.count, len(bundle.manifest.files)) + 1):
            paths = entry_path(version), proof_path(version)
            expected.update(paths)
            with report.looking_at(f"version {version} of stream {head.stream}"):
                last = _check_proof(bundle, rows, head, version, last)
        stream = rows.streams.get(head.stream, _Stream())
        report.subject = f"case {stream.case or head.stream} in the log {head.origin}"
        if (stream.version, stream.leaf) != (head.count, head.last):
            raise MalformedError("the events of this bundle do not lead to it")
        _find_others(bundle, expected | rows.expected)
        _say_what_a_case_cannot_show(bundle, head, rows)


def _check_proof(bundle: _Bundle, rows: _Rows, head: "CaseHead", version: int, last: int) -> int:
    """Hold one event to its proof; return the index of its leaf."""
    text = bundle.files.read(entry_path(version))
    proof = read_proof(bundle.files.read(proof_path(version)))
    if proof.checkpoint != bytes(bundle.note):
        raise MalformedError("its proof is not for the checkpoint in this bundle")
    if proof.index <= last:
        raise MalformedError("its leaf does not come after that of the version before it")
    entry = rows.read(proof.index, text)
    size, root = bundle.checkpoint.size, bundle.checkpoint.root
    if root_from_inclusion(proof.index, size, leaf_hash(text), proof.hashes) != root:
        raise MalformedError("its proof does not lead to the root of the checkpoint")
    if entry and (entry.stream, entry.version) != (head.stream, version):
        raise MalformedError("another event stands in its place")
    bundle.report.count("proofs of inclusion")
    return proof.index


def _meet_by_consistency(bundle: _Bundle) -> list[str]:
    """Hold the checkpoint to earlier ones by the proofs in the bundle; return their paths."""
    paths = [name for name in bundle.manifest.files if name.startswith("consistency/")]
    growths: dict[int, Growth] = {}
    for path in paths:
        with bundle.report.looking_at(path):
            growth = read_growth(bundle.files.read(path))
            if path != growth.path or growth.checkpoint != bytes(bundle.note):
                raise MalformedError("is not a proof for the checkpoint in this bundle")
            growths[growth.old] = growth
    size, root = bundle.checkpoint.size, bundle.checkpoint.root
    roots = bundle.roots_to_meet()
    for old in sorted(growths.keys() - {old for _, old, _ in roots}):
        bundle.report.unchecked.append(
            f"{growths[old].path}: no checkpoint of that size was given"
        )
    for where, old, old_root in roots:
        if old not in (0, size) and old not in growths:
            bundle.report.unchecked.append(f"{where}: no proof from {old} events on is given")
            continue
        bundle.report.count("roots held or stated earlier")
        with bundle.report.looking_at(where):
            hashes = growths[old].hashes if old in growths else ()
            hold_consistent(old, old_root, size, root, hashes)
    return paths


def _say_what_a_case_cannot_show(bundle: _Bundle, head: "CaseHead", rows: _Rows) -> None:
    bundle.report.unchecked.append(
        f"whether the log holds more than {head.count} events of this case: its key says not, "
        "and the whole log would show it"
    )
    for digest in sorted(rows.digests - set(bundle.manifest.files.values())):
        bundle.report.unchecked.append(
            f"the terms or calendar of SHA-256 {digest}: named by an event, not in this bundle"
        )


# ------------------------------------------------------------------------ a bundle, and its files

_ATTACHED: Final = ("terms/", "calendars/", "replay/")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")


def is_attached(name: str) -> bool:
    """Say whether a file of this name is one that the maker of a bundle gave it as it is."""
    return name.startswith(_ATTACHED) and _NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a bundle, wherever they are kept.

    Attributes:
        names: of all of them, with `/` between folders.
        load: returns the bytes of one.
        oddities: what is wrong with how they are kept, and where.
    """

    names: frozenset[str]
    load: Callable[[str], bytes]
    oddities: tuple[Finding, ...] = ()

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            MalformedError: it is not there.
            UnreadableError: the disk could not be read.
        """
        if name not in self.names:
            raise MalformedError("is not there")
        try:
            return self.load(name)
        except OSError as error:
            raise UnreadableError(f"{name}: {_because(error)}") from None


def open_bundle(path: Path) -> Files:
    """Return the files of a bundle: a folder, or an archive of one.

    Raises:
        UnreadableError: it is neither.
    """
    try:
        return _folder(path) if path.is_dir() else _unpacked(path.read_bytes())
    except OSError as error:
        raise UnreadableError(f"{path}: {_because(error)}") from None


def _folder(root: Path) -> Files:
    names: list[str] = []
    oddities: list[Finding] = []
    for folder, folders, files in os.walk(root, onerror=_raise):
        for one in (*folders, *files):
            path = Path(folder, one)
            name = path.relative_to(root).as_posix()
            if path.is_symlink() or (one in files and not path.is_file()):
                oddities.append(Finding(_plain(name), "is not a plain file"))
            elif one in files:
                names.append(name)
    return Files(frozenset(names), lambda name: (root / name).read_bytes(), tuple(oddities))


def _raise(error: OSError) -> None:
    raise error


def _unpacked(data: bytes) -> Files:
    files: dict[str, bytes] = {}
    oddities: list[Finding] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as kept:
            for each in kept.infolist():
                try:
                    if each.compress_type != zipfile.ZIP_STORED:
                        raise zipfile.BadZipFile
                    files[each.filename] = kept.read(each)
                except _NO_ARCHIVE:
                    oddities.append(Finding(_plain(each.filename), "cannot be unpacked"))
    except _NO_ARCHIVE:
        raise UnreadableError("the bundle is neither a folder nor an archive") from None
    if not oddities and packed(files) != data:
        oddities.append(Finding("the archive", "is not packed in the one way"))
    return Files(frozenset(files), files.__getitem__, tuple(oddities))


_NO_ARCHIVE: Final = (
    zipfile.BadZipFile,
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,  # it is said to be encrypted, or to use what Python cannot read
    ValueError,
    struct.error,
)
"""All that Python raises over bytes that are no archive."""


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as one archive; the same files give the same bytes.

    They are in the order of their names, stored without compression, and dated 1 January 1980.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            each = zipfile.ZipInfo(name)
            each.create_system = 3  # the same wherever it is made
            each.external_attr = 0o100644 << 16
            archive.writestr(each, files[name])
    return whole.getvalue()


# ------------------------------------------------------------------------- signed statements

Told = TypeVar("Told", "Checkpoint", "Manifest", "CaseHead", "Epoch")


def open_statement(data: bytes, keys: Iterable["Key"], read: Callable[[bytes], Told]) -> Told:
    """Return what a signed statement says.

    Args:
        data: the signed note.
        keys: public keys of logs.
        read: reads the text.

    Raises:
        MalformedError: it is not in its form, or not signed by the log of which it speaks.
    """
    note = read_note(data)
    told = read(note.text)
    if not note.signers([key for key in keys if key.name == told.origin]):
        raise MalformedError("is not signed by a key that was given for its log")
    return told


_CASE_HEAD: Final = "rapidreview.case-head/v1"
_BUNDLE: Final = "rapidreview.bundle/v1"
_EPOCH: Final = "rapidreview.epoch/v1"
STATEMENTS: Final = (f"{_CASE_HEAD}\n".encode(), f"{_BUNDLE}\n".encode())
"""How each text begins that a log signs beside its checkpoints, while it goes on."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself (C2SP tlog-checkpoint).

    Attributes:
        origin: which log.
        size: how many leaves it has.
        root: of their tree.
    """

    origin: str
    size: int
    root: bytes

    def __bytes__(self) -> bytes:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n".encode()


def read_checkpoint(text: bytes) -> Checkpoint:
    """Return what the text of a checkpoint says: three lines, and no more.

    Raises:
        MalformedError: it is not in its one form.
    """
    origin, size, root = _just(text, 3)
    return Checkpoint(_name(origin), read_number(size), read_hash(root))


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What a log says of one case at a checkpoint: how many events it has, and the last one.

    Attributes:
        origin: which log.
        size: of the checkpoint.
        stream: the case's stream.
        count: how many events the case has.
        last: the leaf of the last of them, in hexadecimal.
    """

    origin: str
    size: int
    stream: str
    count: int
    last: str

    def __bytes__(self) -> bytes:
        """Return the text that is signed."""
        told = f"{self.origin}\n{self.size}\n{self.stream}\n{self.count}\n{self.last}\n"
        return f"{_CASE_HEAD}\n{told}".encode()


def read_case_head(text: bytes) -> CaseHead:
    """Return what the text of a case head says.

    Raises:
        MalformedError: it is not in its one form.
    """
    origin, size, stream, count, last = _just(text, 5, _CASE_HEAD)
    if not re.fullmatch("[0-9a-f]{32}", stream) or not re.fullmatch("[0-9a-f]{64}", last):
        raise MalformedError("a case head names no stream, or no leaf")
    head = CaseHead(_name(origin), read_number(size), stream, read_number(count), last)
    if not 1 <= head.count <= head.size:
        raise MalformedError(f"a case head tells of {head.count} events of {head.size}")
    return head


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle holds, as the log's key says.

    Attributes:
        kind: `case` or `log`.
        origin: which log.
        size: of the checkpoint.
        files: the SHA-256 of every file but the manifest itself, by name.
    """

    kind: str
    origin: str
    size: int
    files: Mapping[str, str]

    def __bytes__(self) -> bytes:
        """Return the text that is signed."""
        files = "".join(f"{self.files[name]}  {name}\n" for name in sorted(self.files))
        return f"{_BUNDLE}\n{self.kind}\n{self.origin}\n{self.size}\n{files}".encode()


def read_manifest(text: bytes) -> Manifest:
    """Return what the text of a manifest says.

    Raises:
        MalformedError: it is not in its one form.
    """
    kind, origin, size, *lines = _values(text, 3, _BUNDLE)
    files: dict[str, str] = {}
    before = ""
    for line in lines:
        digest, _, name = line.partition("  ")
        if not re.fullmatch("[0-9a-f]{64}", digest) or not _NAME.fullmatch(name):
            raise MalformedError("a line of the manifest is not a digest and the name of a file")
        if name <= before or name == "manifest":
            raise MalformedError("the manifest names a file twice, itself, or out of order")
        files[name] = digest
        before = name
    if kind not in ("case", "log"):
        raise MalformedError("a manifest is of a case or of a log")
    return Manifest(kind, _name(origin), read_number(size), files)


@dataclass(frozen=True, slots=True)
class Epoch:
    """How a log begins after a restore from a backup that lost events.

    Attributes:
        origin: the new log.
        ended: the last checkpoint of the log before it.
        kept: how many events were restored.
        kept_root: the root over them.
        actors: the two people who state it.
    """

    origin: str
    ended: Checkpoint
    kept: int
    kept_root: bytes
    actors: tuple[str, str]

    @property
    def lost(self) -> int:
        """Return how many events, of those in the last checkpoint, were lost."""
        return self.ended.size - self.kept

    def __bytes__(self) -> bytes:
        """Return the text that is signed."""
        ended = bytes(self.ended).decode()
        kept = f"{self.kept}\n{_base64(self.kept_root)}\n{self.lost}\n"
        actors = "".join(f"{actor}\n" for actor in self.actors)
        return f"{_EPOCH}\n{self.origin}\n{ended}{kept}{actors}".encode()


_EPOCH_ORIGIN: Final = re.compile("(.+/epoch/)([1-9][0-9]{0,8})")


def next_origin(origin: str) -> str:
    """Return the origin of the log that follows another after a restore.

    >>> next_origin("safeguarding.example/reviews")
    'safeguarding.example/reviews/epoch/2'
    >>> next_origin("safeguarding.example/reviews/epoch/2")
    'safeguarding.example/reviews/epoch/3'
    """
    found = _EPOCH_ORIGIN.fullmatch(origin)
    return f"{found[1]}{int(found[2]) + 1}" if found else f"{origin}/epoch/2"


def read_epoch(text: bytes) -> Epoch:
    """Return what the text of an epoch says.

    Raises:
        MalformedError: it is not in its one form, its numbers do not agree, or one person alone
            states it.
    """
    origin, ended, size, root, kept, kept_root, lost, *actors = _just(text, 9, _EPOCH)
    last = Checkpoint(_name(ended), read_number(size), read_hash(root))
    epoch = Epoch(
        _name(origin),
        last,
        read_number(kept),
        read_hash(kept_root),
        (_name(actors[0]), _name(actors[1])),
    )
    if epoch.lost != read_number(lost) or origin != next_origin(ended):
        raise MalformedError("an epoch does not follow from the log that ended")
    if epoch.lost == 0:
        raise MalformedError("no event is lost, so no epoch ends")
    if actors[0] == actors[1]:
        raise MalformedError("an epoch is stated by two people, and not by one")
    return epoch


# ------------------------------------------------------------------------------------ proofs


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that a leaf is in a tree, with the tree's checkpoint (C2SP tlog-proof).

    Attributes:
        index: of the leaf.
        hashes: from the leaf up to the root.
        checkpoint: the signed note.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes

    def __bytes__(self) -> bytes:
        """Return the proof as it is kept."""
        return _then_note([_PROOF, f"index {self.index}"], self.hashes, self.checkpoint)


_PROOF: Final = "c2sp.org/tlog-proof@v1"


def read_proof(data: bytes) -> Proof:
    """Return a proof of inclusion, which nobody has checked yet; ours carry nothing extra.

    Raises:
        MalformedError: it is not in its one form.
    """
    (head, index, *hashes), note = _before_note(data)
    if head != _PROOF or not index.startswith("index "):
        raise MalformedError("a proof of inclusion does not begin with its form and an index")
    return Proof(read_number(index.removeprefix("index ")), tuple(map(read_hash, hashes)), note)


@dataclass(frozen=True, slots=True)
class Growth:
    """A checkpoint and the proof that it continues an older tree (C2SP tlog-witness).

    Attributes:
        old: the size of the older tree.
        hashes: of the proof of consistency.
        checkpoint: the signed note.
    """

    old: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes

    def __bytes__(self) -> bytes:
        """Return what a witness is sent, and what a bundle keeps."""
        return _then_note([f"old {self.old}"], self.hashes, self.checkpoint)

    @property
    def path(self) -> str:
        """Return where it stands in the bundle of a case."""
        return f"consistency/{self.old}"


def read_growth(data: bytes) -> Growth:
    """Return a proof of consistency, which nobody has checked yet.

    Raises:
        MalformedError: it is not in its one form.
    """
    (old, *hashes), note = _before_note(data, least=1)
    if not old.startswith("old "):
        raise MalformedError("a proof of consistency does not begin with the old size")
    return Growth(read_number(old.removeprefix("old ")), tuple(map(read_hash, hashes)), note)


def _then_note(head: Sequence[str], hashes: Iterable[bytes], note: bytes) -> bytes:
    lines = [*head, *map(_base64, hashes)]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + note


def _before_note(data: bytes, least: int = 2) -> tuple[list[str], bytes]:
    """Return the lines before the first blank one, and the signed note after it."""
    before, blank, note = data.partition(b"\n\n")
    lines = read_lines(before + b"\n")
    if not blank or not least <= len(lines) <= least + _MOST_HASHES:
        raise MalformedError("a proof is not its lines, a blank line and a checkpoint")
    return lines, note


_MOST_HASHES: Final = 63


# ----------------------------------------------------------------------------------- policies


@dataclass(frozen=True, slots=True)
class Policy:
    """Which logs are known, and whose cosignatures make a checkpoint good (C2SP tlog-policy).

    Attributes:
        logs: the keys of logs.
        witnesses: the keys of witnesses, by the names they have here.
        groups: by name, how many of which members must have signed; members come first.
        quorum: the witness or group that must have signed; `none` if nobody need have.
    """

    logs: tuple["Key", ...]
    witnesses: Mapping[str, "Key"]
    groups: Mapping[str, tuple[int, tuple[str, ...]]]
    quorum: str

    def is_met(self, signed: Collection["Key"]) -> bool:
        """Say whether those who signed are enough."""
        met = {"none": True} | {name: key in signed for name, key in self.witnesses.items()}
        for name, (least, members) in self.groups.items():
            met[name] = sum(met[member] for member in members) >= least
        return met[self.quorum]


def read_policy(data: bytes) -> Policy:
    """Return the policy that a file holds.

    Raises:
        MalformedError: it is not in the form of one; the message names the line.
    """
    reader = _PolicyReader()
    lines = data.split(b"\n")
    if lines.pop() or not re.fullmatch(rb"[\t\n\x20-\x7e\x80-\xff]*", data):
        raise MalformedError("a policy ends with a line feed and holds no control character")
    for number, line in enumerate(lines, start=1):
        try:
            reader.read(line.split())
        except MalformedError as error:
            raise MalformedError(f"line {number} of the policy: {error}") from None
    if reader.quorum is None:
        raise MalformedError("a policy has one line that names its quorum")
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)


class _PolicyReader:
    """What has been read of a policy."""

    def __init__(self) -> None:
        self.logs: list[Key] = []
        self.witnesses: dict[str, Key] = {}
        self.groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()

    def read(self, words: list[bytes]) -> None:
        """Read one line."""
        # A name is a string of octets: what is not UTF-8 in it is kept as it is.
        match [word.decode(errors="surrogateescape") for word in words]:
            case []:
                pass
            case [comment, *_] if comment.startswith("#"):
                pass
            case ["log", key] | ["log", key, _]:
                self.logs.append(_new(read_key(key), ED25519, self.logs))
            case ["witness", name, key] | ["witness", name, key, _]:
                known = self.witnesses.values()
                self.witnesses[self._new_name(name)] = _new(read_key(key), COSIGNATURE, known)
            case ["group", name, least, *members] if members:
                self._group(name, least, members)
            case ["quorum", name] if self.quorum is None:
                if name != "none":
                    self._hold_known(name)
                self.quorum = name
            case _:
                raise MalformedError("is not a log, a witness, a group, or the one quorum")

    def _group(self, name: str, least: str, members: Sequence[str]) -> None:
        for member in members:
            self._hold_known(member)
            if member in self._members:
                raise MalformedError("a member may be in one group, and once in it")
            self._members.add(member)
        needed = {"all": len(members), "any": 1}.get(least) or read_number(least)
        if not 1 <= needed <= len(members):
            raise MalformedError(f"{needed} of {len(members)} members cannot sign")
        self.groups[self._new_name(name)] = needed, tuple(members)

    def _hold_known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise MalformedError("a name is not that of a witness or group on a line before")

    def _new_name(self, name: str) -> str:
        if name == "none" or name in self.witnesses or name in self.groups:
            raise MalformedError("a name is given twice, or is `none`")
        return name


def _new(key: "Key", kind: int, known: Iterable["Key"]) -> "Key":
    """Return a key, which must be of the right kind and not known yet."""
    if key.kind != kind or any(one.public == key.public for one in known):
        raise MalformedError("a key is given twice, or is of the wrong kind for its line")
    return key


# -------------------------------------------------------------------- what forms are made of


def read_lines(data: bytes) -> list[str]:
    """Return lines of text in UTF-8, each of which ends with a line feed.

    Raises:
        MalformedError: it is not such text.
    """
    try:
        *lines, rest = data.decode().split("\n")
    except UnicodeDecodeError:
        raise MalformedError("a text is not in UTF-8") from None
    if rest:
        raise MalformedError("a text does not end with a line feed")
    return lines


def _values(text: bytes, number: int, form: str | None = None) -> list[str]:
    """Return the first lines of a statement, after the one that names its form, and the rest."""
    lines = read_lines(text)
    if form is not None and (not lines or lines.pop(0) != form):
        raise MalformedError(f"a statement is not in the form {form}")
    if len(lines) < number:
        raise MalformedError("a statement has too few lines")
    return lines


def _just(text: bytes, number: int, form: str | None = None) -> list[str]:
    """Return the lines of a statement, which must have no more of them."""
    lines = _values(text, number, form)
    if len(lines) > number:
        raise MalformedError("a statement has too many lines")
    return lines


def _name(text: str) -> str:
    if not is_key_name(text):
        raise MalformedError("a name is empty, or holds a space or a plus sign")
    return text


def read_hash(text: str) -> bytes:
    """Return a hash that is written in base64.

    Raises:
        MalformedError: it is not, or has not 32 bytes.
    """
    data = read_base64(text)
    _hold_hashes(data)
    return data


def read_number(text: str) -> int:
    """Return a whole number that is written in decimal, without a leading zero.

    Raises:
        MalformedError: it is not, or it is 2**63 or more.
    """
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text, re.ASCII) or int(text) >= 1 << 63:
        raise MalformedError("a number is not in plain decimal")
    return int(text)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


# ---------------------------------------------------------------------------------- the leaf

LEAF_FORM: Final = "rapidreview.audit/v1"
"""The first line of the text of every leaf."""

_ENTRY: Final = re.compile(
    re.escape(LEAF_FORM.encode()) + rb"\n"
    rb"([0-9a-f]{32})\n"
    rb"([1-9][0-9]{0,17})\n"
    rb"([^\x00-\x1f\x7f]{1,255})\n"
    rb"([0-9a-f]{64})\n"
    rb"([0-9a-f]{64}|-)\n"
)


@dataclass(frozen=True, slots=True)
class LeafEntry:
    """What a leaf says of one stored row.

    Attributes:
        stream: the case's stream, 32 hexadecimal digits.
        version: the row's place in its stream, from 1.
        topic: the event's kind.
        digest: the SHA-256 of the stored body, in hexadecimal.
        previous: the leaf of the version before, in hexadecimal; `-` for the first.
    """

    stream: str
    version: int
    topic: str
    digest: str
    previous: str

    @property
    def state_path(self) -> str:
        """Return where the stored body stands in a bundle."""
        return state_path(self.stream, self.version)


def state_path(stream: str, version: int) -> str:
    """Return where the stored body of a row stands in a bundle."""
    return f"state/{stream}/{version}"


def entry_path(version: int) -> str:
    """Return where an entry stands in the bundle of a case."""
    return f"entry/{version}"


def proof_path(version: int) -> str:
    """Return where an entry's proof of inclusion stands in the bundle of a case."""
    return f"proof/{version}.tlog-proof"


def read_entry(data: bytes) -> LeafEntry:
    """Return what the text of a leaf says.

    Raises:
        MalformedError: it is not in the one form that a leaf has.
    """
    found = _ENTRY.fullmatch(data)
    try:
        topic = found[3].decode() if found else ""
    except UnicodeDecodeError:
        topic = ""
    if found is None or not topic:
        raise MalformedError("the text of a leaf is not in its one form")
    version, first = int(found[2]), found[5] == b"-"
    if (version == 1) != first:
        raise MalformedError(
            f"version {version} {'names no' if first else 'names a'} leaf before it"
        )
    return LeafEntry(found[1].decode(), version, topic, found[4].decode(), found[5].decode())


_NAMESPACE: Final = UUID("7d1b2b0e-0d5c-5a52-9d0f-6f1f0c6f7a11")  # of our streams alone
_DIGEST: Final = re.compile(rb'"(?:rule_set_)?digest":"sha256:([0-9a-f]{64})"')


def read_case(entry: LeafEntry, state: bytes) -> str:
    """Return the reference of the case to which a stored body says it belongs.

    Raises:
        MalformedError: the body is of another place, or another kind, than the row.
    """
    try:
        body = json.loads(state)
        partnership, case, version = body["partnership"], body["case"], body["version"]
        stream, kind = uuid5(_NAMESPACE, f"{partnership}\n{case}").hex, body["event"]["kind"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise MalformedError("its body is not that of an event") from None
    if (stream, version, kind) != (entry.stream, entry.version, entry.topic):
        raise MalformedError("its body is that of another event; it was moved or copied there")
    return str(case)


def digests_in(state: bytes) -> set[str]:
    """Return the digests of the terms and calendars that a stored body names.

    Inside JSON text a quotation mark is escaped, so nothing but the fields reads like this.
    """
    return {found.decode() for found in _DIGEST.findall(state)}


# ---------------------------------------------------------------------------------- the tree

EMPTY_ROOT: Final = hashlib.sha256().digest()
"""The root of a tree without a leaf."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two others (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: enough to append to it and to tell its root.

    Attributes:
        size: how many leaves the tree has.
        peaks: the roots of its complete subtrees, from the largest to the smallest.
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if size < 0 or len(self.peaks) != size.bit_count():
            raise MalformedError(
                f"{len(self.peaks)} hashes are no edge of a tree of {size} leaves"
            )

    def append(self, leaf: bytes) -> None:
        """Add one leaf."""
        size = self.size
        while size & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            size >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaves, in their order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        if not self.peaks:
            return EMPTY_ROOT
        *rest, root = self.peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of a tree over leaves."""
    edge = Frontier()
    edge.extend(leaves)
    return edge.root()


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that a proof of inclusion leads to (RFC 9162, 2.1.3.2).

    Args:
        index: the leaf's, from 0.
        size: of the tree.
        leaf: its hash.
        proof: the hashes beside the way from the leaf up to the root.

    Raises:
        MalformedError: there is no such leaf, or the proof has too many or too few hashes.
    """
    _hold_hashes(leaf, *proof)
    if not 0 <= index < size:
        raise MalformedError(f"a tree of {size} leaves has no leaf {index}")
    found = leaf
    for beside, is_left in _climb(index, size - 1, proof):
        found = node_hash(beside, found) if is_left else node_hash(found, beside)
    return found


def _climb(place: int, last: int, proof: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield the hashes beside the way up to the root, and whether each stands on the left.

    Args:
        place: where the way begins, among the nodes of its height.
        last: the last place at that height.
        proof: the hashes.
    """
    for beside in proof:
        if last == 0:
            raise MalformedError("the proof has too many hashes")
        is_left = place & 1 == 1 or place == last
        yield beside, is_left
        while is_left and not place & 1 and place:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    if last:
        raise MalformedError("the proof has too few hashes")


def hold_consistent(
    old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Hold that a tree only grew (RFC 9162, 2.1.4.2).

    Args:
        old: the leaves of the older tree.
        old_root: its root.
        size: the leaves of the newer tree.
        root: its root.
        proof: the hashes of a proof of consistency; none where either tree is the other, or empty.

    Raises:
        MalformedError: the newer tree does not continue the older one, or the proof does not
            show it.
    """
    _hold_hashes(old_root, root, *proof)
    if not 0 <= old <= size:
        raise MalformedError(f"a tree of {size} leaves does not continue one of {old}")
    if old in (0, size):
        if proof:
            raise MalformedError("no proof of consistency is needed here, and one is given")
        if old_root != (root if old else EMPTY_ROOT):
            raise MalformedError(f"two trees of {old} leaves have different roots")
        return
    if (found := _roots_from_consistency(old, old_root, size, proof)) != (old_root, root):
        which = "older" if found[0] != old_root else "newer"
        raise MalformedError(f"the proof of consistency does not lead to the {which} root")


def _roots_from_consistency(
    old: int, old_root: bytes, size: int, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Return the older and the newer root that a proof of consistency leads to."""
    hashes = iter(proof)
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = next(hashes, b"") if place else old_root
    for beside, is_left in _climb(place, last, hashes):
        if is_left:
            older, newer = node_hash(beside, older), node_hash(beside, newer)
        else:
            newer = node_hash(newer, beside)
    return older, newer


def _hold_hashes(*hashes: bytes) -> None:
    if any(len(one) != _HASH for one in hashes):
        raise MalformedError("a hash has not 32 bytes")


_HASH: Final = 32

# --------------------------------------------------------------------------------- the tiles

TILE: Final = 256
"""How many hashes, or entries, a full tile holds."""


def tile_path(level: int | str, index: int, width: int = TILE) -> str:
    """Return a tile's path in a bundle (C2SP tlog-tiles).

    Args:
        level: of the tile, from 0; or `entries`.
        index: of the tile within the level, from 0.
        width: how many hashes it holds, if it is not full.

    >>> tile_path(0, 1234067)
    'tile/0/x001/x234/067'
    >>> tile_path("entries", 7, 112)
    'tile/entries/007.p/112'
    """
    digits = f"{index:d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *above, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    path = "/".join([*(f"x{part}" for part in above), last])
    return f"tile/{level}/{path}" + (f".p/{width}" if width < TILE else "")


def tiles(leaves: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the bytes of every tile of a tree; at its edge they are not full."""
    rows: list[list[bytes]] = [[]]
    done = [0]
    for leaf in leaves:
        rows[0].append(leaf)
        level = 0
        while len(row := rows[level]) == TILE:
            yield tile_path(level, done[level]), b"".join(row)
            if level + 1 == len(rows):
                rows.append([])
                done.append(0)
            rows[level + 1].append(root_of(row))
            rows[level] = []
            done[level] += 1
            level += 1
    for level, row in enumerate(rows):
        if row:
            yield tile_path(level, done[level], len(row)), b"".join(row)


def read_tile(data: bytes, width: int) -> list[bytes]:
    """Return the hashes of a tile.

    Raises:
        MalformedError: it does not hold exactly `width` of them.
    """
    if len(data) != width * _HASH:
        raise MalformedError(f"a tile of {width} hashes has {len(data)} bytes")
    return [data[at : at + _HASH] for at in range(0, len(data), _HASH)]


def read_entries(data: bytes, width: int) -> list[bytes]:
    """Return the entries of an entry bundle: each after its length, two bytes, big-endian.

    Raises:
        MalformedError: it does not hold exactly `width` of them.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2])
        entries.append(data[at + 2 : end])
        at = end
    if at != len(data) or len(entries) != width:
        raise MalformedError(f"a bundle of {width} entries does not hold just them")
    return entries


# ---------------------------------------------------------------------- keys and signed notes

ED25519: Final = 1
"""The type of a key that signs a note's text."""

COSIGNATURE: Final = 4
"""The type of a witness's key, which signs a checkpoint and the time."""

_MOST_SIGNATURES: Final = 64
_ID: Final = 4  # bytes of a key's id
_TIME: Final = 8  # bytes of the time before a cosignature


@dataclass(frozen=True, slots=True)
class Key:
    """A public key by which a note is verified.

    Attributes:
        name: whose it is.
        kind: `ED25519` or `COSIGNATURE`.
        public: its 32 bytes.
    """

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes by which a signature names the key."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:_ID]

    def __str__(self) -> str:
        """Return the key as text: name, id and key, with plus signs between."""
        held = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{held}"


def read_key(text: str) -> Key:
    """Return the public key that a text of the form `name+id+key` holds.

    Raises:
        MalformedError: it is none, or of a kind that is not used here.
    """
    name, _, rest = text.partition("+")
    named, _, held = rest.partition("+")
    data = read_base64(held)
    if not is_key_name(name) or not is_key(data):
        raise MalformedError("a key is not of the form name+id+key, with an Ed25519 key")
    key = Key(name, data[0], data[1:])
    if named != key.id.hex():
        raise MalformedError("the id in a key is not that of its name and bytes")
    return key


def is_key(data: bytes) -> bool:
    """Say whether bytes are the type of a key and a key of that type, public or private."""
    return len(data) == 1 + _HASH and data[0] in (ED25519, COSIGNATURE)


def is_key_name(name: str) -> bool:
    """Say whether a key, and so a log, may be called this."""
    return bool(name) and not any(
        one == "+" or one.isspace() or one < " " or "\ud800" <= one <= "\udfff" for one in name
    )


def read_base64(text: str) -> bytes:
    """Return what is written in base64, in its one form.

    Raises:
        MalformedError: it is not in that form.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise MalformedError("something is not in base64") from None
    if base64.b64encode(data).decode() != text:
        raise MalformedError("something is not in the one form of base64")
    return data


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note.

    Attributes:
        name: whose it is said to be.
        id: of the key.
        data: the signature; the time before it, in a cosignature.
    """

    name: str
    id: bytes
    data: bytes

    def __str__(self) -> str:
        """Return the line, with its line feed."""
        return f"— {self.name} {base64.b64encode(self.id + self.data).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures (C2SP signed-note).

    Attributes:
        text: what is signed, with its last line feed.
        signatures: in their order.
    """

    text: bytes
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        """Return the note as it is kept."""
        return self.text + b"\n" + "".join(map(str, self.signatures)).encode()

    def signers(self, keys: Iterable[Key]) -> frozenset[Key]:
        """Return the keys, of those given, that signed the note; others' signatures are ignored.

        Raises:
            MalformedError: a signature that names a known key is not by it.
        """
        known = {(key.name, key.id): key for key in keys}
        found: set[Key] = set()
        for signature in self.signatures:
            key = known.get((signature.name, signature.id))
            if key is not None:
                _hold_signed(self.text, signature.data, key)
                found.add(key)
        return frozenset(found)


def _hold_signed(text: bytes, data: bytes, key: Key) -> None:
    """Hold that `data` is the signature of `key` on a text."""
    if key.kind == COSIGNATURE:
        stamp, data = int.from_bytes(data[:_TIME]), data[_TIME:]
        text = cosigned_text(text, stamp)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(data, text)
    except InvalidSignature:
        raise MalformedError(f"the signature of {key.name} is not by its key") from None


def cosigned_text(text: bytes, stamp: int) -> bytes:
    """Return what a witness signs: a checkpoint's text, and the time in seconds since 1970.

    Raises:
        MalformedError: the time is negative, or 2**63 or more.
    """
    if not 0 <= stamp < 1 << 63:
        raise MalformedError("the time of a cosignature is out of bounds")
    return b"cosignature/v1\ntime %d\n%b" % (stamp, text)


def read_note(data: bytes) -> Note:
    """Return a note, whose signatures nobody has checked yet.

    Raises:
        MalformedError: it is not in the one form of a signed note.
    """
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise MalformedError("a note is not in UTF-8") from None
    if any(one < " " and one != "\n" for one in whole):
        raise MalformedError("a note holds a control character")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank:
        raise MalformedError("a note has no blank line before its signatures")
    return Note(f"{text}\n".encode(), read_signatures(lines))


def read_signatures(lines: str) -> tuple[Signature, ...]:
    """Return signature lines, each with its line feed.

    Raises:
        MalformedError: one is not in its one form, there are more than 64, or two are by one key.
    """
    *told, rest = lines.split("\n")
    if rest or not told:
        raise MalformedError("signature lines do not end with a line feed")
    if len(told) > _MOST_SIGNATURES:
        raise MalformedError(f"a note has more than {_MOST_SIGNATURES} signatures")
    signatures = tuple(map(_read_signature, told))
    if len({(one.name, one.id) for one in signatures}) < len(signatures):
        raise MalformedError("a note has two signatures of one key")
    return signatures


def _read_signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, held = rest.partition(" ")
    if dash != "—" or not is_key_name(name):
        raise MalformedError("a signature line is not of the form: dash, name, signature")
    data = read_base64(held)
    if len(data) <= _ID:
        raise MalformedError("a signature line holds no signature")
    return Signature(name, data[:_ID], data[_ID:])


if __name__ == "__main__":  # pragma: no cover - it is run in a process of its own
    sys.exit(main())
