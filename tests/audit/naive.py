"""RFC 6962, section 2.1, word for word: slow recursions that the real ones are held to."""

import hashlib
from collections.abc import Sequence


def split(n: int) -> int:
    """Return the largest power of two that is less than n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """Return MTH(D[n]); here a leaf is given by its hash."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    both = tree_hash(leaves[:k]) + tree_hash(leaves[k:])
    return hashlib.sha256(b"\x01" + both).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), tree_hash(leaves[k:])]
    return [*path(m - k, leaves[k:]), tree_hash(leaves[:k])]


def proof(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return PROOF(m, D[n])."""
    return subproof(m, leaves, complete=True)


def subproof(m: int, leaves: Sequence[bytes], *, complete: bool) -> list[bytes]:
    """Return SUBPROOF(m, D[n], b)."""
    n = len(leaves)
    if m == n:
        return [] if complete else [tree_hash(leaves)]
    k = split(n)
    if m <= k:
        return [*subproof(m, leaves[:k], complete=complete), tree_hash(leaves[k:])]
    return [*subproof(m - k, leaves[k:], complete=False), tree_hash(leaves[:k])]
