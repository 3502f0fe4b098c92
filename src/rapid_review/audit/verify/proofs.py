"""Proofs that a leaf is in a tree and that a tree only grew: their texts, and where they lead.

The texts are those of C2SP's tlog-proof and tlog-witness; RFC 9162 tells how to check them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .forms import MalformedError, as_base64, hold_hashes, read_hash, read_lines, read_number
from .layout import growth_path
from .tree import EMPTY_ROOT, node_hash


@dataclass(frozen=True, slots=True)
class Proof:
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
        """Return the proof as it is kept."""
        return _then_note([_PROOF, f"index {self.index}"], self.hashes, self.checkpoint)


_PROOF: Final = "c2sp.org/tlog-proof@v1"


def read_proof(data: bytes) -> Proof:
    """Return a proof of inclusion, which nobody has checked yet; ours carry nothing extra.

    Raises:
        MalformedError: it is not in its one form.
    """
    (head, index, *hashes), note = _before_note(data)
    if head != _PROOF or not index.startswith("index "):
        raise MalformedError("a proof of inclusion does not begin with its form and an index")
    return Proof(read_number(index.removeprefix("index ")), tuple(map(read_hash, hashes)), note)


@dataclass(frozen=True, slots=True)
class Growth:
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
        """Return what a witness is sent, and what a bundle keeps."""
        return _then_note([f"old {self.old}"], self.hashes, self.checkpoint)

    @property
    def path(self) -> str:
        """Return where it stands in the bundle of a case."""
        return growth_path(self.old)


def read_growth(data: bytes) -> Growth:
    """Return a proof of consistency, which nobody has checked yet.

    Raises:
        MalformedError: it is not in its one form.
    """
    (old, *hashes), note = _before_note(data, least=1)
    if not old.startswith("old "):
        raise MalformedError("a proof of consistency does not begin with the old size")
    return Growth(read_number(old.removeprefix("old ")), tuple(map(read_hash, hashes)), note)


def _then_note(head: Sequence[str], hashes: Iterable[bytes], note: bytes) -> bytes:
    lines = [*head, *map(as_base64, hashes)]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + note


def _before_note(data: bytes, least: int = 2) -> tuple[list[str], bytes]:
    """Return the lines before the first blank one, and the signed note after it."""
    before, blank, note = data.partition(b"\n\n")
    lines = read_lines(before + b"\n")
    if not blank or not least <= len(lines) <= least + _MOST_HASHES:
        raise MalformedError("a proof is not its lines, a blank line and a checkpoint")
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
    hold_hashes(leaf, *proof)
    if not 0 <= index < size:
        raise MalformedError(f"a tree of {size} leaves has no leaf {index}")
    found = leaf
    for beside, is_left in _climb(index, size - 1, proof):
        found = node_hash(beside, found) if is_left else node_hash(found, beside)
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
    hold_hashes(old_root, root, *proof)
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
    for beside, is_left in _climb(place, last, hashes):
        if is_left:
            older, newer = node_hash(beside, older), node_hash(beside, newer)
        else:
            newer = node_hash(newer, beside)
    return older, newer


def _climb(place: int, last: int, proof: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield the hashes beside the way up to the root, and whether each stands on the left.

    Args:
        place: where the way begins, among the nodes of its height.
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
