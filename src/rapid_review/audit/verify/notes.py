"""Keys, and the notes that they sign: C2SP's signed-note and tlog-cosignature."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .encoding import HASH, MalformedError, as_base64, damage_to_note, read_base64

ED25519: Final = 1
"""The type of a key that signs a note's text."""

COSIGNATURE: Final = 4
"""The type of a witness's key, which signs a checkpoint and the time."""

_KINDS: Final = (ED25519, COSIGNATURE)
_KEY_ID: Final = re.compile("[0-9a-f]{8}")
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
        hashed = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(hashed).digest()[:_ID]

    def __str__(self) -> str:
        """Return the key as text: name, id and key, with plus signs between."""
        return f"{self.name}+{self.id.hex()}+{as_base64(bytes([self.kind]) + self.public)}"


class UnknownKindError(MalformedError):
    """A key is in the right form, and of a kind that this program does not know."""


def read_key(text: str) -> Key:
    """Return the public key that a text of the form `name+id+key` holds.

    Raises:
        UnknownKindError: the key is of a kind that this program does not know.
        MalformedError: the text is not a key.
    """
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    data = read_base64(encoded)
    if data and data[0] not in _KINDS and is_key_name(name) and _KEY_ID.fullmatch(key_id):
        raise UnknownKindError(f"the key is of type {data[0]}, which this program does not know")
    if not is_key_name(name) or not is_key(data):
        raise MalformedError("the key is not in the form name+id+key, with an Ed25519 key")
    key = Key(name, data[0], data[1:])
    if key_id != key.id.hex():
        raise MalformedError("the id of the key does not match its name and bytes")
    return key


def is_key(data: bytes) -> bool:
    """Say whether bytes are the type of a key, followed by a key, public or private."""
    return len(data) == 1 + HASH and data[0] in _KINDS


def is_key_name(name: str) -> bool:
    """Say whether a key, and so a log, may have this name."""
    return _KEY_NAME.fullmatch(name) is not None


_KEY_NAME: Final = re.compile(r"[^+\s\x00-\x1f\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note.

    Attributes:
        name: whose it claims to be.
        id: of the key.
        data: the signature; the time before it, in a cosignature.
    """

    name: str
    id: bytes
    data: bytes

    def __str__(self) -> str:
        """Return the line, with its line feed."""
        return f"— {self.name} {as_base64(self.id + self.data)}\n"


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
        """Return the note as it is stored."""
        return self.text + b"\n" + "".join(map(str, self.signatures)).encode()

    def signers(self, keys: Iterable[Key]) -> frozenset[Key]:
        """Return the keys, of those given, that signed the note; others' signatures are ignored.

        Raises:
            MalformedError: a signature that names a known key was not made with it.
        """
        known = {(key.name, key.id): key for key in keys}
        found: set[Key] = set()
        for signature in self.signatures:
            key = known.get((signature.name, signature.id))
            if key is not None:
                _check_signed(self.text, signature.data, key)
                found.add(key)
        return frozenset(found)


def _check_signed(text: bytes, data: bytes, key: Key) -> None:
    """Check that `data` is the signature of `key` on a text."""
    if key.kind == COSIGNATURE:
        stamp, data = int.from_bytes(data[:_TIME]), data[_TIME:]
        text = cosigned_text(text, stamp)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(data, text)
    except InvalidSignature:
        raise MalformedError(
            f"the signature labelled {key.name} was not made with its key"
        ) from None


def cosigned_text(text: bytes, stamp: int) -> bytes:
    """Return what a witness signs: a checkpoint's text, and the time in seconds since 1970.

    Raises:
        MalformedError: the time is negative, or 2**63 or more.
    """
    if not 0 <= stamp < 1 << 63:
        raise MalformedError("the time of a cosignature is out of range")
    return b"cosignature/v1\ntime %d\n%b" % (stamp, text)


def read_note(data: bytes) -> Note:
    """Return a note; its signatures are not checked here.

    Raises:
        MalformedError: the data is not in the form of a signed note.
    """
    if damage := damage_to_note(data):
        raise MalformedError(damage)
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise MalformedError("the note is not in UTF-8") from None
    if _CONTROL.search(whole):
        raise MalformedError("the note contains a control character")
    # Split at the last blank line, because the text itself may hold others.
    text, blank, lines = whole.rpartition("\n\n")
    if not blank:
        raise MalformedError(
            "the note has no blank line before its signatures: it is truncated, or is not a note"
        )
    return Note(f"{text}\n".encode(), read_signatures(lines))


_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


def read_signatures(lines: str) -> tuple[Signature, ...]:
    """Return the signatures on lines, each of which ends with a line feed.

    Raises:
        MalformedError: a line is not in the form of a signature, there are more than 64, or two
            are by the same key.
    """
    *signed, rest = lines.split("\n")
    if rest or not signed:
        raise MalformedError("the signature lines do not end with a line feed")
    if len(signed) > _MOST_SIGNATURES:
        raise MalformedError(f"the note has more than {_MOST_SIGNATURES} signatures")
    signatures = tuple(map(_read_signature, signed))
    if len({(one.name, one.id) for one in signatures}) < len(signatures):
        raise MalformedError("the note has two signatures by the same key")
    return signatures


def _read_signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "—" or not is_key_name(name):
        raise MalformedError("a signature line is not in the form: dash, name, signature")
    data = read_base64(encoded)
    if len(data) <= _ID:
        raise MalformedError("a signature line is too short to contain a signature")
    return Signature(name, data[:_ID], data[_ID:])
