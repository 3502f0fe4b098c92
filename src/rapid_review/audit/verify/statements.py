"""What a log signs: checkpoints, case heads, the manifests of bundles, and how a log restarts.

A log that restarts after a restore begins with an epoch, as the stored statement is called.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from .encoding import (
    UTF_16,
    MalformedError,
    as_base64,
    is_file_name,
    read_hash,
    read_lines,
    read_number,
)
from .notes import Key, is_key_name, read_note

Statement = TypeVar("Statement", "Checkpoint", "CaseHead", "Manifest", "Epoch")


def open_statement(
    data: bytes, keys: Iterable[Key], read: Callable[[bytes], Statement]
) -> Statement:
    """Return what a signed statement says.

    Args:
        data: the signed note.
        keys: public keys of logs.
        read: reads the text.

    Raises:
        MalformedError: the statement is not in its form, or is not signed by the log it is about.
    """
    note = read_note(data)
    statement = read(note.text)
    if not note.signers([key for key in keys if key.name == statement.origin]):
        raise MalformedError("has no signature by any of the public keys given for its log")
    return statement


_CASE_HEAD: Final = "rapidreview.case-head/v1"
_BUNDLE: Final = "rapidreview.bundle/v1"
_SEALED_BUNDLE: Final = "rapidreview.bundle/v2"
_EPOCH: Final = "rapidreview.epoch/v1"
STATEMENTS: Final = tuple(f"{form}\n".encode() for form in (_CASE_HEAD, _BUNDLE, _SEALED_BUNDLE))
"""How the texts begin that a running log signs, besides its checkpoints."""


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
        return f"{self.origin}\n{self.size}\n{as_base64(self.root)}\n".encode()


def read_checkpoint(text: bytes) -> Checkpoint:
    """Return what the text of a checkpoint says: three lines, and no more.

    Raises:
        MalformedError: it is not in its one form.
    """
    origin, size, root = _exact_lines(text, 3)
    return Checkpoint(_read_name(origin), read_number(size), read_hash(root))


def is_like_a_checkpoint(data: bytes) -> bool:
    """Say whether a file may have held a checkpoint, so that what is wrong with it is damage.

    If not, the wrong file was named: nothing is lost, and nothing was altered.
    """
    # Editors may save a text with a byte order mark, in UTF-16, or with other line endings.
    if data.startswith(UTF_16):
        return True
    text = data.decode(errors="replace").removeprefix("\ufeff").replace("\r\n", "\n")
    origin, _, rest = text.partition("\n")
    return not text or (is_key_name(origin) and re.match(r"[0-9]*(\n|\Z)", rest) is not None)


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
        fields = f"{self.origin}\n{self.size}\n{self.stream}\n{self.count}\n{self.last}\n"
        return f"{_CASE_HEAD}\n{fields}".encode()


def read_case_head(text: bytes) -> CaseHead:
    """Return what the text of a case head says.

    Raises:
        MalformedError: it is not in its one form.
    """
    origin, size, stream, count, last = _exact_lines(text, 5, _CASE_HEAD)
    if not re.fullmatch("[0-9a-f]{32}", stream) or not _is_digest(last):
        raise MalformedError(
            "the case head does not name a stream and a leaf in the required form"
        )
    head = CaseHead(_read_name(origin), read_number(size), stream, read_number(count), last)
    if not 1 <= head.count <= head.size:
        raise MalformedError(
            f"the case head states that {head.count} of {head.size} events belong to the case, "
            "which is impossible"
        )
    return head


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle holds; it is signed with the log's key.

    Attributes:
        kind: `case` or `log`.
        origin: which log.
        size: of the checkpoint.
        files: the SHA-256 of every file but the manifest itself, by name.
        is_sealed: whether the bodies are sealed. The first line of the text shows it, so that a
            verifier that knows no sealed bodies refuses the bundle instead of calling it damaged.
    """

    kind: str
    origin: str
    size: int
    files: Mapping[str, str]
    is_sealed: bool = False

    def __bytes__(self) -> bytes:
        """Return the text that is signed."""
        files = "".join(f"{self.files[name]}  {name}\n" for name in sorted(self.files))
        form = _SEALED_BUNDLE if self.is_sealed else _BUNDLE
        return f"{form}\n{self.kind}\n{self.origin}\n{self.size}\n{files}".encode()


def read_manifest(text: bytes) -> Manifest:
    """Return what the text of a manifest says.

    Raises:
        MalformedError: it is not in its one form.
    """
    is_sealed = text.startswith(f"{_SEALED_BUNDLE}\n".encode())
    form = _SEALED_BUNDLE if is_sealed else _BUNDLE
    kind, origin, size, *lines = _lines(text, 3, form)
    files: dict[str, str] = {}
    before = ""
    for line in lines:
        digest, _, name = line.partition("  ")
        if not _is_digest(digest) or not is_file_name(name):
            raise MalformedError("a line of the manifest is not a digest followed by a file name")
        if name <= before or name == "manifest":
            raise MalformedError(
                "the manifest names a file twice, names itself, or is not in order"
            )
        files[name] = digest
        before = name
    if kind not in ("case", "log"):
        raise MalformedError("the manifest is of an unknown kind; allowed: case, log")
    return Manifest(kind, _read_name(origin), read_number(size), files, is_sealed)


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
        kept = f"{self.kept}\n{as_base64(self.kept_root)}\n{self.lost}\n"
        actors = "".join(f"{actor}\n" for actor in self.actors)
        return f"{_EPOCH}\n{self.origin}\n{ended}{kept}{actors}".encode()


def next_origin(origin: str) -> str:
    """Return the origin of the log that follows another after a restore.

    >>> next_origin("safeguarding.example/reviews")
    'safeguarding.example/reviews/epoch/2'
    >>> next_origin("safeguarding.example/reviews/epoch/2")
    'safeguarding.example/reviews/epoch/3'
    """
    found = _EPOCH_ORIGIN.fullmatch(origin)
    return f"{found[1]}{int(found[2]) + 1}" if found else f"{origin}/epoch/2"


def is_next_origin(origin: str) -> bool:
    """Say whether a log of this origin follows another after a restore."""
    return _EPOCH_ORIGIN.fullmatch(origin) is not None


_EPOCH_ORIGIN: Final = re.compile("(.+/epoch/)([1-9][0-9]{0,8})")


def read_epoch(text: bytes) -> Epoch:
    """Return what the text of an epoch says.

    Raises:
        MalformedError: the text is not in its form, its numbers do not agree, or one person alone
            states it.
    """
    origin, ended, size, root, kept, kept_root, lost, *actors = _exact_lines(text, 9, _EPOCH)
    last = Checkpoint(_read_name(ended), read_number(size), read_hash(root))
    epoch = Epoch(
        _read_name(origin),
        last,
        read_number(kept),
        read_hash(kept_root),
        (_read_name(actors[0]), _read_name(actors[1])),
    )
    if epoch.lost != read_number(lost) or origin != next_origin(ended):
        raise MalformedError("the epoch does not follow from the log that ended")
    if epoch.lost == 0:
        raise MalformedError("no event was lost, so no new epoch is needed")
    if actors[0] == actors[1]:
        raise MalformedError("two different people must state an epoch")
    return epoch


def _lines(text: bytes, number: int, form: str | None = None) -> list[str]:
    """Return the lines of a statement, `number` or more, after the one that names its form."""
    lines = read_lines(text)
    if form is not None and (not lines or lines.pop(0) != form):
        raise MalformedError(f"the statement is not in the form {form}")
    if len(lines) < number:
        raise MalformedError("the statement has too few lines")
    return lines


def _exact_lines(text: bytes, number: int, form: str | None = None) -> list[str]:
    """Return exactly `number` lines of a statement, after the one that names its form."""
    lines = _lines(text, number, form)
    if len(lines) > number:
        raise MalformedError("the statement has too many lines")
    return lines


def _read_name(text: str) -> str:
    if not is_key_name(text):
        raise MalformedError("a name is empty, or contains a space or a plus sign")
    return text


def _is_digest(text: str) -> bool:
    """Say whether a text is a SHA-256 in hexadecimal."""
    return re.fullmatch("[0-9a-f]{64}", text) is not None
