"""The tree over the leaves: its hashes, its growing edge, and its tiles.

The tree is that of RFC 6962; its tiles are those of C2SP's tlog-tiles.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

from .forms import HASH, MalformedError
from .layout import TILE, tile_path

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
    if len(data) != width * HASH:
        raise MalformedError(f"a tile of {width} hashes has {len(data)} bytes")
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
        raise MalformedError(f"a bundle of {width} entries does not hold just them")
    return entries
