"""The tree over the leaves: its frontier, its tiles, and the proofs that are read from it.

The tree is that of RFC 6962, laid out as in C2SP's tlog-tiles. Proofs are checked in `verify`.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from rapid_review.audit.verify import (
    EMPTY_ROOT,
    TILE,
    Frontier,
    check_consistency,
    node_hash,
    read_tile,
    root_from_inclusion,
    root_of,
    tile_path,
    tiles,
)

__all__ = [
    "EMPTY_ROOT",
    "TILE",
    "Frontier",
    "Nodes",
    "check_consistency",
    "consistency_proof",
    "inclusion_proof",
    "node_hash",
    "nodes_of_leaves",
    "nodes_of_tiles",
    "root",
    "root_from_inclusion",
    "root_of",
    "tile_path",
    "tile_width",
    "tiles",
]

Nodes = Callable[[int, int], bytes]
"""Returns the hash of a complete subtree: its height, and its place among those of that height.

`nodes(0, i)` is leaf i; `nodes(h, i)` is the root over leaves i * 2**h to (i + 1) * 2**h - 1.
"""


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """Return the proof that a leaf is in a tree (RFC 6962, 2.1.1).

    Args:
        index: the leaf's, from 0.
        size: of the tree.
        nodes: reads the hashes of the tree.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    start, end = 0, size
    proof: list[bytes] = []
    while end - start > 1:
        middle = start + _left_width(end - start)
        if index < middle:
            proof.append(_hash_over(middle, end, nodes))
            end = middle
        else:
            proof.append(_hash_over(start, middle, nodes))
            start = middle
    # RFC 6962 lists the hashes from the leaf up.
    return proof[::-1]


def consistency_proof(old: int, size: int, nodes: Nodes) -> list[bytes]:
    """Return the proof that a tree only grew (RFC 6962, 2.1.2); empty where none is needed.

    Args:
        old: the leaves of the older tree.
        size: the leaves of the newer tree.
        nodes: reads the hashes of the newer tree.

    Raises:
        ValueError: the older tree is the larger one.
    """
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} leaves cannot continue a tree of {old} leaves")
    if old in (0, size):
        return []
    start, end = 0, size
    proof: list[bytes] = []
    while old != end:
        middle = start + _left_width(end - start)
        if old <= middle:
            proof.append(_hash_over(middle, end, nodes))
            end = middle
        else:
            proof.append(_hash_over(start, middle, nodes))
            start = middle
    if start:
        proof.append(_hash_over(start, end, nodes))
    return proof[::-1]


def root(size: int, nodes: Nodes) -> bytes:
    """Return the root of a tree of `size` leaves."""
    return _hash_over(0, size, nodes) if size else EMPTY_ROOT


def _left_width(width: int) -> int:
    """Return how many of two or more leaves are on the left: the largest power of 2 below."""
    return 1 << (width - 1).bit_length() - 1


def _hash_over(start: int, end: int, nodes: Nodes) -> bytes:
    """Return the hash over leaves `start` to `end`; a subtree must be able to begin at `start`."""
    *rest, found = _complete_subtrees(start, end, nodes)
    for left in reversed(rest):
        found = node_hash(left, found)
    return found


def _complete_subtrees(start: int, end: int, nodes: Nodes) -> Iterator[bytes]:
    """Yield the hashes of the complete subtrees over a range of leaves, the largest first."""
    while start < end:
        height = (end - start).bit_length() - 1
        yield nodes(height, start >> height)
        start += 1 << height


def nodes_of_leaves(leaves: Sequence[bytes]) -> Nodes:
    """Return the nodes of a tree all of whose leaves are available."""

    def nodes(height: int, index: int) -> bytes:
        return root_of(leaves[index << height : index + 1 << height])

    return nodes


def nodes_of_tiles(size: int, tile: Callable[[int, int, int], bytes]) -> Nodes:
    """Return the nodes of a tree that is stored as tiles.

    Args:
        size: of the tree.
        tile: returns the bytes of a tile, by level, index and width.
    """

    @lru_cache(maxsize=TILE)
    def hashes(level: int, index: int) -> list[bytes]:
        width = tile_width(level, index, size)
        return read_tile(tile(level, index, width), width)

    def nodes(height: int, index: int) -> bytes:
        # A tile of 256 hashes spans eight heights.
        level, above = divmod(height, 8)
        number, at = divmod(index << above, TILE)
        return root_of(hashes(level, number)[at : at + (1 << above)])

    return nodes


def tile_width(level: int, index: int, size: int) -> int:
    """Return how many hashes a tile holds in a tree of `size` leaves; 0 or less for no tile."""
    return min(TILE, (size >> 8 * level) - index * TILE)
