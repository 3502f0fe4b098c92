"""Signed notes, and the keys that sign them: C2SP's signed-note, tlog-checkpoint, cosignature.

They are made here; `verify` reads and checks them.
"""

import base64
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rapid_review.audit.verify import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    Key,
    MalformedError,
    Note,
    Signature,
    cosigned_text,
    is_key,
    is_key_name,
    read_base64,
    read_checkpoint,
    read_key,
    read_note,
    read_signatures,
)
from rapid_review.domain.errors import InvalidInputError

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "Checkpoint",
    "Key",
    "MalformedError",
    "Note",
    "Signature",
    "SigningKey",
    "cosigned",
    "read_checkpoint",
    "read_key",
    "read_note",
    "read_signatures",
    "signed",
]

_PREFIX = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, which must be kept where the database's keepers cannot read it.

    Attributes:
        name: whose it is; for a log's key, the log's origin.
        seed: the key's 32 bytes.
        kind: `ED25519` for a log, `COSIGNATURE` for a witness.
    """

    name: str
    seed: bytes = field(repr=False)
    kind: int = ED25519

    @classmethod
    def new(cls, name: str, kind: int = ED25519) -> Self:
        """Return a new random key.

        Raises:
            InvalidInputError: the name holds a space or a plus sign, or is empty.
        """
        if not is_key_name(name):
            raise InvalidInputError(
                "the name of a key is empty, or contains a space or a plus sign; give one such "
                "as safeguarding.example/reviews"
            )
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw(), kind)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the key that a text holds, as `text` writes it.

        Raises:
            InvalidInputError: the text holds no key; the message does not show the text.
        """
        name, _, rest = text.removeprefix(_PREFIX).partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            data = read_base64(encoded)
        except MalformedError:
            data = b""
        if text.startswith(_PREFIX) and is_key_name(name) and is_key(data):
            key = cls(name, data[1:], data[0])
            if key_id == key.public.id.hex():
                return key
        raise InvalidInputError(
            "the text is not a private key in the form PRIVATE+KEY+name+id+key; give the file "
            "that `rapid-review audit key` made"
        )

    def text(self) -> str:
        """Return the key as text, in the form that Go's `note` reads: a secret."""
        encoded = base64.b64encode(bytes([self.kind]) + self.seed).decode()
        return f"{_PREFIX}{self.name}+{self.public.id.hex()}+{encoded}"

    @property
    def public(self) -> Key:
        """Return the public key, which others are given to verify signatures."""
        return self._public_of(self._private())

    def sign(self, text: bytes, *, at: int = 0) -> Signature:
        """Return the signature of a note's text.

        Args:
            text: what is signed, with its last line feed.
            at: for a cosignature, the time in seconds since 1970; a log signs no time.

        Raises:
            MalformedError: the time is negative, or beyond what eight bytes hold.
        """
        private = self._private()
        if self.kind == COSIGNATURE:
            stamped = cosigned_text(text, at)
            data = at.to_bytes(8) + private.sign(stamped)
        else:
            data = private.sign(text)
        return Signature(self.name, self._public_of(private).id, data)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def _public_of(self, private: Ed25519PrivateKey) -> Key:
        return Key(self.name, self.kind, private.public_key().public_bytes_raw())


def signed(text: bytes, *keys: SigningKey) -> Note:
    """Return a text signed by keys, in their order."""
    return Note(text, tuple(key.sign(text) for key in keys))


def cosigned(note: Note, *signatures: Signature) -> Note:
    """Return a note with more signatures after its own.

    A signature by a key that has signed the note already is left out.
    """
    present = {(one.name, one.id) for one in note.signatures}
    more = tuple(one for one in signatures if (one.name, one.id) not in present)
    return Note(note.text, note.signatures + more)
