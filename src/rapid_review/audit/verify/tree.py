"""The tree over the leaves: its hashes, its frontier, its tiles, and the proofs about it.

The tree is that of RFC 6962; its tiles are those of C2SP's tlog-tiles. The texts of proofs are
those of C2SP's tlog-proof and tlog-witness; RFC 9162 says how to check them.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .encoding import (
    HASH,
    TILE,
    MalformedError,
    as_base64,
    check_hashes,
    consistency_path,
    read_hash,
    read_lines,
    read_number,
    tile_path,
)

EMPTY_ROOT: Final = hashlib.sha256().digest()
"""The root of a tree without a leaf."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two others (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: enough to append to it and to calculate its root.

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
                f"{len(self.peaks)} hashes cannot be the frontier of a tree of {size} leaves"
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
        """Return the root of the tree as it is."""
        if not self.peaks:
            return EMPTY_ROOT
        *rest, root = self.peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of a tree over leaves."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


class GrowingTiles:
    """The tiles of a growing tree: each is yielded once it is full, the others at the end."""

    __slots__ = ("_full", "_hashes")

    def __init__(self) -> None:
        self._hashes: list[list[bytes]] = [[]]  # by level, the hashes that are in no tile yet
        self._full = [0]  # by level, the number of full tiles

    def append(self, leaf: bytes) -> Iterator[tuple[str, bytes]]:
        """Add one leaf; yield the path and the bytes of every tile that it fills."""
        self._hashes[0].append(leaf)
        level = 0
        while len(hashes := self._hashes[level]) == TILE:
            yield tile_path(level, self._full[level]), b"".join(hashes)
            if level + 1 == len(self._hashes):
                self._hashes.append([])
                self._full.append(0)
            self._hashes[level + 1].append(root_of(hashes))
            self._hashes[level] = []
            self._full[level] += 1
            level += 1

    def partial(self) -> Iterator[tuple[str, bytes]]:
        """Yield the path and the bytes of every tile that is not full."""
        for level, hashes in enumerate(self._hashes):
            if hashes:
                yield tile_path(level, self._full[level], len(hashes)), b"".join(hashes)


def tiles(leaves: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the bytes of every tile of a tree; the last of a level may be partial."""
    growing = GrowingTiles()
    for leaf in leaves:
        yield from growing.append(leaf)
    yield from growing.partial()


def read_tile(data: bytes, width: int) -> list[bytes]:
    """Return the hashes of a tile.

    Raises:
        MalformedError: it does not hold exactly `width` of them.
    """
    if len(data) != width * HASH:
        raise MalformedError(
            f"the size of a tile, {len(data)} bytes, does not match the number of its hashes: "
            f"{width}"
        )
    return [data[at : at + HASH] for at in range(0, len(data), HASH)]


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
        raise MalformedError(f"the number of entries in an entry bundle is not {width}")
    return entries


# --------------------------------------------------------------------------------- proofs


@dataclass(frozen=True, slots=True)
class InclusionProof:
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
        """Return the proof as it is stored."""
        return _with_note([_PROOF, f"index {self.index}"], self.hashes, self.checkpoint)


_PROOF: Final = "c2sp.org/tlog-proof@v1"


def read_inclusion_proof(data: bytes) -> InclusionProof:
    """Return a proof of inclusion, not checked yet; the optional line `extra` is not allowed.

    Raises:
        MalformedError: it is not in its one form.
    """
    (head, index, *hashes), note = _split_at_note(data)
    if head != _PROOF or not index.startswith("index "):
        raise MalformedError("an inclusion proof does not begin with its form and an index")
    return InclusionProof(
        read_number(index.removeprefix("index ")), tuple(map(read_hash, hashes)), note
    )


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
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
        """Return the proof as a witness receives it and a bundle holds it."""
        return _with_note([f"old {self.old}"], self.hashes, self.checkpoint)

    @property
    def path(self) -> str:
        """Return where it is in the bundle of a case."""
        return consistency_path(self.old)


def read_consistency_proof(data: bytes) -> ConsistencyProof:
    """Return a proof of consistency, not checked yet.

    Raises:
        MalformedError: it is not in its one form.
    """
    (old, *hashes), note = _split_at_note(data, least=1)
    if not old.startswith("old "):
        raise MalformedError("a consistency proof does not begin with the old size")
    return ConsistencyProof(
        read_number(old.removeprefix("old ")), tuple(map(read_hash, hashes)), note
    )


def _with_note(head: Sequence[str], hashes: Iterable[bytes], note: bytes) -> bytes:
    lines = [*head, *map(as_base64, hashes)]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + note


def _split_at_note(data: bytes, least: int = 2) -> tuple[list[str], bytes]:
    """Return the lines before the first blank one, and the signed note after it."""
    before, blank, note = data.partition(b"\n\n")
    lines = read_lines(before + b"\n")
    if not blank or not least <= len(lines) <= least + _MOST_HASHES:
        raise MalformedError("a proof is not in the form: its lines, a blank line, a checkpoint")
    return lines, note


_MOST_HASHES: Final = 63


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
    check_hashes(leaf, *proof)
    if not 0 <= index < size:
        raise MalformedError(f"a tree of {size} leaves has no leaf {index}")
    found = leaf
    for beside, is_left in _climb(index, size - 1, proof):
        found = node_hash(beside, found) if is_left else node_hash(found, beside)
    return found


def check_consistency(
    old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that a tree only grew (RFC 9162, 2.1.4.2).

    Args:
        old: the leaves of the older tree.
        old_root: its root.
        size: the leaves of the newer tree.
        root: its root.
        proof: the hashes of a proof of consistency; none if the trees have the same size or the
            older one is empty.

    Raises:
        MalformedError: the newer tree does not continue the older one, or the proof does not
            show it.
    """
    check_hashes(old_root, root, *proof)
    if not 0 <= old <= size:
        raise MalformedError(f"a tree of {size} leaves cannot continue a tree of {old} leaves")
    if old in (0, size):
        if proof:
            raise MalformedError("a consistency proof is given, and none is needed here")
        if old_root != (root if old else EMPTY_ROOT):
            raise MalformedError(f"two trees of the same size, {old} leaves, have different roots")
        return
    if (found := _roots_from_consistency(old, old_root, size, proof)) != (old_root, root):
        which = "older" if found[0] != old_root else "newer"
        raise MalformedError(
            f"the root calculated from the consistency proof does not match the {which} root"
        )


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


def _climb(place: int, last: int, proof: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield the hashes beside the way up to the root, and whether each is on the left.

    Args:
        place: the node at which the way begins, counted among the nodes of its height.
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
