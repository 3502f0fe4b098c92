"""What the auditor brings, and never takes from a bundle: keys, a policy, trusted checkpoints.

A trusted checkpoint is one that somebody kept earlier, out of reach of those who keep the log. The
policy says which logs are known, and which witnesses must have signed.
"""

import codecs
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .encoding import MalformedError, UnreadableError, because, read_number
from .files import read_file
from .notes import COSIGNATURE, ED25519, Key, UnknownKindError, read_key
from .statements import Checkpoint, is_like_a_checkpoint, open_statement, read_checkpoint


@dataclass(frozen=True, slots=True)
class Policy:
    """Which logs are known, and whose cosignatures make a checkpoint good (C2SP tlog-policy).

    Attributes:
        logs: the keys of logs.
        witnesses: the keys of witnesses, by the names they have here.
        groups: by name, how many members must have signed, and the members. Each group comes
            after its members.
        quorum: the witness or group that must have signed; `none` if nobody has to.
        unknown: the names of logs and witnesses whose keys are of a kind that this program does
            not know: the checkpoints of such a log cannot be verified, and the signature of such a
            witness never counts.
    """

    logs: tuple[Key, ...]
    witnesses: Mapping[str, Key]
    groups: Mapping[str, tuple[int, tuple[str, ...]]]
    quorum: str
    unknown: tuple[str, ...] = ()

    def is_met(self, signed: Collection[Key]) -> bool:
        """Say whether those who signed are enough."""
        met = {"none": True, **dict.fromkeys(self.unknown, False)}
        met |= {name: key in signed for name, key in self.witnesses.items()}
        for name, (least, members) in self.groups.items():
            met[name] = sum(met[member] for member in members) >= least
        return met[self.quorum]


def read_policy(data: bytes) -> Policy:
    """Return the policy that a file holds.

    Raises:
        MalformedError: the file is not in the form of a policy; the message names the line.
    """
    reader = _PolicyReader()
    data = data.removeprefix(codecs.BOM_UTF8)
    lines = data.split(b"\n")
    if lines.pop() or not re.fullmatch(rb"[\t\n\x20-\x7e\x80-\xff]*", data):
        raise MalformedError(
            "the policy does not end with a line feed, or contains a control character"
        )
    for number, line in enumerate(lines, start=1):
        try:
            reader.read(line.split())
        except MalformedError as error:
            raise MalformedError(f"line {number} of the policy: {error}") from None
    if reader.quorum is None:
        raise MalformedError("the policy has no line that names its quorum")
    unknown = tuple(reader.unknown)
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum, unknown)


class _PolicyReader:
    """What has been read of a policy."""

    def __init__(self) -> None:
        self.logs: list[Key] = []
        self.witnesses: dict[str, Key] = {}
        self.groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.quorum: str | None = None
        self.unknown: list[str] = []
        self._members: set[str] = set()
        self._unknown_witnesses: set[str] = set()

    def read(self, words: list[bytes]) -> None:
        """Read one line."""
        # A name is a string of octets, so bytes that are not UTF-8 are kept.
        match [word.decode(errors="surrogateescape") for word in words]:
            case []:
                pass
            case [comment, *_] if comment.startswith("#"):
                pass
            case ["log", key] | ["log", key, _]:
                self._log(key)
            case ["witness", name, key] | ["witness", name, key, _]:
                self._witness(self._new_name(name), key)
            case ["group", name, least, *members] if members:
                self._group(name, least, members)
            case ["quorum", name] if self.quorum is None:
                if name != "none":
                    self._check_known(name)
                self.quorum = name
            case _:
                raise MalformedError("is not a log, a witness, a group or the only quorum line")

    def _log(self, key: str) -> None:
        try:
            self.logs.append(_check_new(read_key(key), ED25519, self.logs))
        except UnknownKindError:
            self.unknown.append(key.partition("+")[0])

    def _witness(self, name: str, key: str) -> None:
        try:
            self.witnesses[name] = _check_new(read_key(key), COSIGNATURE, self.witnesses.values())
        except UnknownKindError:
            self._unknown_witnesses.add(name)
            self.unknown.append(name)

    def _group(self, name: str, least: str, members: Sequence[str]) -> None:
        for member in members:
            self._check_known(member)
            if member in self._members:
                raise MalformedError(
                    "a member occurs twice; each may be in one group, and only once"
                )
            self._members.add(member)
        needed = {"all": len(members), "any": 1}.get(least) or read_number(least)
        if not 1 <= needed <= len(members):
            raise MalformedError(
                f"{needed} of {len(members)} members is impossible; allowed: 1 to the number of "
                "members"
            )
        self.groups[self._new_name(name)] = needed, tuple(members)

    def _check_known(self, name: str) -> None:
        if name not in self._names():
            raise MalformedError(
                "a name is not the name of a witness or a group on an earlier line"
            )

    def _names(self) -> set[str]:
        return {*self.witnesses, *self._unknown_witnesses, *self.groups}

    def _new_name(self, name: str) -> str:
        if name == "none" or name in self._names():
            raise MalformedError("a name is given twice, or is the reserved word `none`")
        return name


def _check_new(key: Key, kind: int, known: Iterable[Key]) -> Key:
    """Check that a key is of the right kind and was not given before; return it."""
    if key.kind != kind or any(one.public == key.public for one in known):
        raise MalformedError("a key is given twice, or is of the wrong kind for this line")
    return key


# --------------------------------------------------------------- all that the auditor brings

_LARGEST: Final = 1 << 20
"""How many bytes a policy may have, or a checkpoint that was kept."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What the auditor brings, and never takes from a bundle.

    Attributes:
        logs: the public keys of logs.
        policy: which witnesses must have signed; None if the auditor requires none.
        checkpoints: trusted ones, kept earlier, each with the name by which it is reported.
        damaged: files that hold no trusted checkpoint of these logs, though they should, and why.
    """

    logs: tuple[Key, ...]
    policy: Policy | None = None
    checkpoints: tuple[tuple[str, Checkpoint], ...] = ()
    damaged: tuple[tuple[str, str], ...] = ()

    def of(self, origin: str) -> list[Key]:
        """Return the keys of the log of that origin."""
        return [key for key in self.logs if key.name == origin]


def key_texts(given: Iterable[str]) -> list[str]:
    """Return public keys as text: as they are given, or read from the files that are named.

    Raises:
        OSError: a file cannot be read.
        UnreadableError: a file is too large to hold a key.
    """
    return [_read_key_file(Path(text)) if _is_path(text) else text for text in given]


def _is_path(name: str) -> bool:
    """Say whether a text is the path of a file."""
    # The system refuses to look for a name that is too long, as a key may be.
    with suppress(OSError):
        return Path(name).is_file()
    return False


def _read_key_file(path: Path) -> str:
    try:
        return read_file(path, _LARGEST).decode("utf-8-sig", errors="replace").strip()
    except MalformedError as error:
        raise UnreadableError(f"--key {path}: {because(error)}") from None


def read_trust(
    keys: Iterable[str], policy: Path | None = None, checkpoints: Iterable[Path] = ()
) -> Trust:
    """Return what the auditor brings.

    Args:
        keys: public keys of logs, as text.
        policy: a file with logs, witnesses and quorum.
        checkpoints: files with checkpoints that were kept earlier.

    Raises:
        UnreadableError: a key or the policy is malformed, no key of a log is given, or a file
            cannot be read, or never was a checkpoint. A trusted checkpoint that is damaged, or not
            signed with one of the keys, is a finding.
    """
    where = "--key"
    try:
        logs = [read_key(text) for text in keys]
        where = f"--policy {policy}"
        rules = read_policy(read_file(policy, _LARGEST)) if policy else None
        logs += rules.logs if rules else ()
        if not logs or any(key.kind != ED25519 for key in logs):
            raise UnreadableError(
                "no public key of a log was given; give it with --key or in a policy"
            )
        trusted: list[tuple[str, Checkpoint]] = []
        damaged: list[tuple[str, str]] = []
        for path in checkpoints:
            where = f"--held {path}"
            data = read_file(path, _LARGEST)
            try:
                trusted.append((where, open_statement(data, logs, read_checkpoint)))
            except MalformedError as error:
                if not is_like_a_checkpoint(data):
                    raise MalformedError("is not a checkpoint") from error
                damaged.append((where, str(error)))
    except (MalformedError, OSError) as error:
        raise UnreadableError(f"{where}: {because(error)}") from None
    return Trust(tuple(dict.fromkeys(logs)), rules, tuple(trusted), tuple(damaged))
