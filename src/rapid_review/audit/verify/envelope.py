"""How a sealed body is laid out: public JSON, a line feed, and what only keys can open.

    body    = public LF 01 n section*n rowkey-epoch mac(32)
    section = suite key-id(16) nonce(12) length(4) sealed

This module reads only the layout: it takes the keys to show whether the words are those that were
recorded, and by whom. A body in which nothing is sealed is JSON throughout.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from .encoding import MalformedError

FORMAT: Final = 1
"""The first byte after the line feed."""
MAC: Final = 32
"""How many bytes the seal over a row has; it is last."""
KEY_ID: Final = 16
NONCE: Final = 12
_LENGTH: Final = 4
_HEAD: Final = 1 + KEY_ID + NONCE + _LENGTH
_MARKED: Final = re.compile(rb'\{"schema":[1-9][0-9]{0,5},"sealed":1,')


class Section(NamedTuple):
    """The sealed words of one scope in one entry.

    Attributes:
        key_id: of the scope's key, 16 bytes.
        suite: the number of the algorithm.
        nonce: drawn at random for this section.
        sealed: the words, sealed.
    """

    key_id: bytes
    suite: int
    nonce: bytes
    sealed: bytes

    def __bytes__(self) -> bytes:
        return section_in_bytes(*self)


def section_in_bytes(key_id: bytes, suite: int, nonce: bytes, sealed: bytes) -> bytes:
    """Return the bytes of a `Section`, without making one."""
    return b"%c%b%b%b%b" % (suite, key_id, nonce, len(sealed).to_bytes(_LENGTH, "big"), sealed)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed row, taken apart.

    Attributes:
        public: its JSON.
        sections: its sealed words, by scope.
        epoch: of the row key.
        mac: the seal over the whole row.
        sealed_by_mac: the bytes over which the seal is calculated.
    """

    public: bytes
    sections: tuple[Section, ...]
    epoch: int
    mac: bytes
    sealed_by_mac: bytes


def is_marked_sealed(state: bytes) -> bool:
    """Say whether a body says of itself that its words are sealed."""
    return _MARKED.match(state) is not None


def public_part(state: bytes) -> bytes:
    """Return the JSON of a body, sealed or not: it ends before the first line feed."""
    end = state.find(b"\n")
    return state if end < 0 else state[:end]


def read_envelope(state: bytes) -> Envelope:
    """Take a sealed body apart.

    Raises:
        MalformedError: it does not have this layout.
    """
    public, line, rest = state.partition(b"\n")
    if not line or len(rest) < 2 + 1 + MAC or rest[0] != FORMAT:
        raise MalformedError(NOT_A_SEALED_BODY)
    sealed, epoch, mac = rest[2 : -MAC - 1], rest[-MAC - 1], rest[-MAC:]
    sections = tuple(_sections(sealed))
    if len(sections) != rest[1]:
        raise MalformedError(NOT_A_SEALED_BODY)
    return Envelope(public, sections, epoch, mac, state[:-MAC])


NOT_A_SEALED_BODY: Final = (
    "the body is marked as sealed, and does not have the form of a sealed body"
)


def _sections(data: bytes) -> Iterator[Section]:
    start = 0
    while start < len(data):
        nonce, length = start + 1 + KEY_ID, start + _HEAD - _LENGTH
        end = start + _HEAD + int.from_bytes(data[length : start + _HEAD], "big")
        if end > len(data):
            raise MalformedError(NOT_A_SEALED_BODY)
        sealed = data[start + _HEAD : end]
        yield Section(data[start + 1 : nonce], data[start], data[nonce:length], sealed)
        start = end
