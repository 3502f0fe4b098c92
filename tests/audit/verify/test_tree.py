"""The tree as an auditor is given it: its tiles, its entries, and the texts of proofs."""

from dataclasses import replace
from typing import Final

import pytest

from rapid_review.audit.verify import (
    ConsistencyProof,
    InclusionProof,
    MalformedError,
    leaf_hash,
    read_consistency_proof,
    read_entries,
    read_inclusion_proof,
    read_tile,
    tiles,
)
from rapid_review.audit.verify.tree import GrowingTiles

LEAVES: Final = [leaf_hash(bytes([number])) for number in range(3)]


def test_a_tile_holds_just_its_hashes() -> None:
    """Not a byte more or less."""
    held = b"".join(LEAVES[:3])
    assert read_tile(held, 3) == LEAVES[:3]
    for wrong in (held[:-1], held + b"x", held[:64]):
        with pytest.raises(MalformedError, match="does not match the number of its hashes: 3"):
            read_tile(wrong, 3)


def test_a_bundle_of_entries_holds_just_its_entries() -> None:
    """Each after its length in two bytes."""
    held = b"\0\x01a\0\0\0\x02bc"
    assert read_entries(held, 3) == [b"a", b"", b"bc"]
    for wrong in (held[:-1], held + b"\0", held + b"\0\0", held[:3], b"\xff\xff" + held):
        with pytest.raises(
            MalformedError, match="the number of entries in an entry bundle is not 3"
        ):
            read_entries(wrong, 3)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_537])
def test_a_tile_is_given_with_the_leaf_that_fills_it(size: int) -> None:
    """And whatever is not full at the end; together they are the tiles of the whole tree."""
    growing = GrowingTiles()
    leaves = [leaf_hash(number.to_bytes(4)) for number in range(size)]
    full = [
        (number, path) for number, leaf in enumerate(leaves) for path, _ in growing.append(leaf)
    ]
    assert [number % 256 for number, _ in full] == [255] * len(full)
    assert len(full) == size // 256 + size // 65_536
    rest = [path for path, _ in growing.partial()]
    assert [*(path for _, path in full), *rest] == [path for path, _ in tiles(leaves)]


PROOF: Final = InclusionProof(13, (bytes(32), bytes(range(32))), b"note\n\n")


def test_a_proof_is_read_as_it_was_written() -> None:
    """Line by line: an outsider must be able to read it."""
    assert read_inclusion_proof(bytes(PROOF)) == PROOF
    assert bytes(PROOF).decode().split("\n")[:4] == [
        "c2sp.org/tlog-proof@v1",
        "index 13",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    ]


PROVED: Final = bytes(PROOF)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        PROVED.replace(b"@v1", b"@v2"),
        PROVED.replace(b"index 13", b"index 013"),
        PROVED.replace(b"index 13", b"index"),
        PROVED.replace(b"index 13\n", b""),
        PROVED.replace(b"index", b"extra AAAA\nindex"),
        PROVED.replace(b"AAAA=", b"AAAA"),
        PROVED.replace(b"\n\n", b"\n"),
        bytes(replace(PROOF, hashes=(bytes(31),))),
        bytes(replace(PROOF, hashes=(bytes(32),) * 64)),
        b"\xff" + PROVED,
    ],
)
def test_a_proof_in_another_form_is_refused(wrong: bytes) -> None:
    """Nor is one with more than 63 hashes, or with something extra that nothing vouches for."""
    with pytest.raises(MalformedError):
        read_inclusion_proof(wrong)


def test_a_proof_has_63_hashes_at_most() -> None:
    """As many as a tree of the largest size has levels; each comes back."""
    hashes = tuple(number.to_bytes(32) for number in range(63))
    included = replace(PROOF, hashes=hashes)
    continued = ConsistencyProof(7, hashes, b"note\n\n")
    assert read_inclusion_proof(bytes(included)) == included
    assert read_consistency_proof(bytes(continued)) == continued
    with pytest.raises(MalformedError, match="a proof is not in the form: its lines"):
        read_inclusion_proof(bytes(replace(included, hashes=(*hashes, bytes(32)))))
    with pytest.raises(MalformedError, match="a proof is not in the form: its lines"):
        read_consistency_proof(bytes(replace(continued, hashes=(*hashes, bytes(32)))))


def test_a_proof_of_consistency_has_its_place_by_the_older_size() -> None:
    """Where an auditor's older checkpoint finds it."""
    proof = ConsistencyProof(7, (), b"note\n\n")
    assert proof.path == "consistency/7"
    assert read_consistency_proof(bytes(proof)) == proof
