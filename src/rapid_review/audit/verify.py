"""Verify a bundle offline: one file, with the standard library and `cryptography` alone."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class MalformedError(ValueError):
    """Bytes have not the form that they must have, or do not prove what they should."""


# ---------------------------------------------------------------------------------- the leaf

NO_LEAF: Final = "-"
"""What stands for the leaf before the first of a stream."""

_ENTRY: Final = re.compile(
    rb"rapidreview\.audit/v1\n"
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


def entry_text(stream: str, version: int, topic: str, digest: str, previous: str) -> bytes:
    """Return the text of a leaf, in its one form.

    Raises:
        MalformedError: a value has not the form that it must have.
    """
    text = f"rapidreview.audit/v1\n{stream}\n{version}\n{topic}\n{digest}\n{previous}\n"
    try:
        entry = text.encode()
    except UnicodeEncodeError:
        entry = b""
    if _ENTRY.fullmatch(entry) is None or (version == 1) != (previous == NO_LEAF):
        raise MalformedError("a row cannot be written as a leaf: stream, version, topic or link")
    return entry


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
    place, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            raise MalformedError("the proof of inclusion has too many hashes")
        if place & 1 or place == last:
            found = node_hash(beside, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        place, last = place >> 1, last >> 1
    if last:
        raise MalformedError("the proof of inclusion has too few hashes")
    return found


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
    for beside in hashes:
        if last == 0:
            raise MalformedError("the proof of consistency has too many hashes")
        if place & 1 or place == last:
            older, newer = node_hash(beside, older), node_hash(beside, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, beside)
        place, last = place >> 1, last >> 1
    if last:
        raise MalformedError("the proof of consistency has too few hashes")
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
    if not blank or not lines.endswith("\n"):
        raise MalformedError("a note has no signatures after a blank line")
    signatures = read_signatures(lines)
    return Note(f"{text}\n".encode(), signatures)


def read_signatures(lines: str) -> tuple[Signature, ...]:
    """Return signature lines, each with its line feed.

    Raises:
        MalformedError: one is not in its one form, there are more than 64, or two are by one key.
    """
    told = lines.removesuffix("\n").split("\n")
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
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n".encode()


def read_checkpoint(text: bytes) -> Checkpoint:
    """Return what the text of a checkpoint says: three lines, and no more.

    Raises:
        MalformedError: it is not in its one form.
    """
    try:
        origin, size, held, rest = text.decode().split("\n")
    except ValueError:
        raise MalformedError("a checkpoint is not three lines") from None
    root = read_base64(held)
    if not is_key_name(origin) or rest or len(root) != _HASH:
        raise MalformedError("a checkpoint is not origin, size and root")
    return Checkpoint(origin, read_number(size), root)


def read_number(text: str) -> int:
    """Return a whole number that is written in decimal, without a leading zero.

    Raises:
        MalformedError: it is not, or it is 2**63 or more.
    """
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text, re.ASCII) or int(text) >= 1 << 63:
        raise MalformedError("a number is not in plain decimal")
    return int(text)
