"""A sealed entry as bytes: its public text, sections under keys, and a seal over the whole row.

    state   = pub LF 01 n section*n rowkey-epoch mac(32)
    section = suite key-id(16) nonce(12) length(4) AES-256-GCM(plain)||tag(16)

`pub` is the JSON of the entry, with a token in the place of each sealed text. The content of a
section is bound to its place: stream, version, kind, and the whole public text. The seal (a MAC)
is made with a separate key, which is never erased: so a row can be recognised as ours even after
all its words were erased. See `docs/reference/record-format.md`.
"""

from collections.abc import Callable, Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import constant_time
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from pydantic_core import from_json, to_json

from rapid_review.audit.verify import (
    Envelope,
    MalformedError,
    Section,
    public_part,
    read_envelope,
)
from rapid_review.audit.verify.envelope import FORMAT, NONCE, section_in_bytes
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import RecordError, shown
from rapid_review.store.sealing.place import Place

__all__ = [
    "NONCE",
    "Envelope",
    "RowKey",
    "Section",
    "lacks_section",
    "mac_holds",
    "of_unknown_suite",
    "opened_section",
    "public_part",
    "read",
    "row",
    "sealed_section",
]

SUITE: Final = 1
_BLOCK: Final = 64
"""Plain text is padded to a multiple of so many bytes, because a length may reveal a name."""
_ASSOCIATED: Final = b"rr-seal/v1\n%b%c%b\n%b%b"
"""Binds a section to its row: place, algorithm, scope, the id of the scope's key, public text."""


Suite = Callable[[bytes], "AESGCM | ChaCha20Poly1305"]
SUITES: Final[dict[int, Suite]] = {SUITE: AESGCM, 2: ChaCha20Poly1305}
"""The algorithms by number: a new one gets a new number, and old sections are read by theirs."""
RETIRED: Final = frozenset[int]()
"""The numbers of algorithms that seal nothing any more; what they sealed is still read."""


def sealed_section(
    at: bytes,
    scope: str,
    public: bytes,
    words: Sequence[str],
    *,
    key_id: bytes,
    key: bytes,
    nonce: bytes,
    suite: int = SUITE,
) -> bytes:
    """Return the section that holds words, sealed for their place.

    Args:
        at: the place of the row, in bytes.
        scope: whose words they are.
        public: the public text beside them.
        words: in the order of their fields.
        key_id: the id of the scope's key.
        key: the key of the entry.
        nonce: 12 random bytes, new each time.
        suite: the number of the algorithm.
    """
    plain = to_json(words)
    plain += b" " * (-len(plain) % _BLOCK)  # JSON ignores blanks at its end
    associated_data = _ASSOCIATED % (at, suite, scope.encode(), key_id, public)
    sealed = SUITES[suite](key).encrypt(nonce, plain, associated_data)
    return section_in_bytes(key_id, suite, nonce, sealed)


def opened_section(
    place: Place, scope: str, public: bytes, section: Section, key: bytes
) -> tuple[str, ...]:
    """Return the words of a section.

    Raises:
        RecordError: the section or its public text was altered, or moved here from elsewhere.
    """
    if unknown := of_unknown_suite(section):
        raise RecordError(f"{_row(place)} {unknown}")
    at, named = place.in_bytes(), scope.encode()
    associated_data = _ASSOCIATED % (at, section.suite, named, section.key_id, public)
    try:
        plain = SUITES[section.suite](key).decrypt(section.nonce, section.sealed, associated_data)
    except InvalidTag:
        raise RecordError(
            f"{_row(place)}: its sealed words are not those that were recorded here; somebody "
            "altered the row, or moved it from elsewhere"
        ) from None
    found: list[str] = from_json(plain)
    return tuple(found)


def of_unknown_suite(section: Section) -> str:
    """Return what is wrong with a section if its algorithm is unknown here; else nothing."""
    if section.suite in SUITES:
        return ""
    return (
        f"is sealed with algorithm {section.suite}, which this version does not know; open it "
        "with a newer version"
    )


class RowKey:
    """The key that seals whole rows.

    Args:
        secret: 32 bytes.
    """

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        # The part that is the same for every row is hashed once, which speeds up a bulk import.
        self._begun = HMAC(secret, SHA256())
        self._begun.update(b"rr-row/v1\n")

    def mac(self, at: bytes, body: bytes) -> bytes:
        """Return the seal over a row; `at` is its place, in bytes."""
        seal = self._begun.copy()
        seal.update(at + body)
        return seal.finalize()


def row(at: bytes, public: bytes, sections: Sequence[bytes], *, epoch: int, key: RowKey) -> bytes:
    """Return the bytes of a row.

    Args:
        at: its place, in bytes.
        public: its JSON.
        sections: its sections of sealed words.
        epoch: the number of the row key.
        key: the row key.
    """
    body = b"%b\n%c%c%b%c" % (public, FORMAT, len(sections), b"".join(sections), epoch)
    return body + key.mac(at, body)


def mac_holds(place: Place, envelope: Envelope, key: RowKey) -> bool:
    """Return whether the seal of a row was made with this row key and for this place."""
    mac = key.mac(place.in_bytes(), envelope.sealed_by_mac)
    return constant_time.bytes_eq(mac, envelope.mac)


def read(state: bytes) -> Envelope:
    """Return the parts of a sealed row.

    Raises:
        RecordError: it is not a sealed row.
    """
    try:
        return read_envelope(state)
    except (AttributeError, MalformedError, TypeError):  # in an altered table it may be no bytes
        raise RecordError(
            "an entry of this record does not have the form of a sealed entry: somebody altered "
            "its row. `rapid-review audit verify --keys` names every such entry; restore the "
            "record from before"
        ) from None


def lacks_section(entry: Entry) -> RecordError:
    """Return the error for a row that lacks a section of words that its public text names."""
    return RecordError(
        f"entry {entry.version} of case {shown(entry.case)} lacks a section of words that it "
        "names: its row is not as it was recorded. `rapid-review audit verify --keys` shows every "
        "such entry; restore the record from before"
    )


def _row(place: Place) -> str:
    return f"entry {place.version} of stream {place.stream}"
