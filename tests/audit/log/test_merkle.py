"""The tree is that of RFC 6962, and its proofs prove what they should and nothing else."""

import hashlib
from collections.abc import Sequence
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.audit.log import merkle
from rapid_review.audit.verify import MalformedError, leaf_hash
from tests.audit import naive

LEAVES: Final = [leaf_hash(b"%d" % number) for number in range(300)]
SIZES: Final = st.integers(min_value=0, max_value=len(LEAVES))
HASHES: Final = st.binary(min_size=32, max_size=32)

PUBLISHED: Final = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d": "",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125": "00",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77": "10",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7": "2021",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4": "3031",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef": "40414243",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c": "5051525354555657",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328": (
        "606162636465666768696a6b6c6d6e6f"
    ),
}
"""The roots that Certificate Transparency's own tests know, each with the entry that led to it."""


def test_the_roots_are_those_of_certificate_transparency() -> None:
    """After each of eight entries; and the empty tree has the hash of nothing."""
    edge = merkle.Frontier()
    assert edge.root() == hashlib.sha256(b"").digest() == merkle.EMPTY_ROOT
    for root, entry in PUBLISHED.items():
        edge.append(leaf_hash(bytes.fromhex(entry)))
        assert edge.root().hex() == root


@given(SIZES)
def test_the_growing_edge_has_the_root_of_the_whole(size: int) -> None:
    """Made leaf by leaf, kept and taken up again, or read from complete subtrees."""
    kept = merkle.Frontier()
    kept.extend(LEAVES[: size // 2])
    edge = merkle.Frontier(kept.size, kept.peaks)
    edge.extend(LEAVES[size // 2 : size])
    expected = naive.tree_hash(LEAVES[:size])
    assert edge.size == size
    assert edge.root() == expected
    assert merkle.root(size, merkle.nodes_of_leaves(LEAVES[:size])) == expected


@pytest.mark.parametrize(("size", "peaks"), [(-1, []), (3, LEAVES[:1]), (4, LEAVES[:2])])
def test_an_edge_that_does_not_fit_its_size_is_refused(size: int, peaks: list[bytes]) -> None:
    """As many hashes as the size has ones in binary, and no other number."""
    with pytest.raises(MalformedError, match="cannot be the frontier of a tree"):
        merkle.Frontier(size, peaks)


# --------------------------------------------------------------------------------- inclusion


@given(st.data())
def test_every_leaf_is_proved_to_be_in_the_tree(data: st.DataObject) -> None:
    """By the path of RFC 6962, which leads to the root."""
    size = data.draw(SIZES.filter(bool))
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, merkle.nodes_of_leaves(LEAVES[:size]))
    assert proof == naive.path(index, LEAVES[:size])
    found = merkle.root_from_inclusion(index, size, LEAVES[index], proof)
    assert found == naive.tree_hash(LEAVES[:size])


@given(st.data())
def test_no_other_proof_shows_a_leaf(data: st.DataObject) -> None:
    """A changed, missing or added hash, another leaf, index or size leads elsewhere."""
    size = data.draw(SIZES.filter(lambda size: size > 1))
    index = data.draw(st.integers(0, size - 1))
    proof = naive.path(index, LEAVES[:size])
    root = naive.tree_hash(LEAVES[:size])

    def leads_to_root(at: int, leaf: bytes, by: Sequence[bytes]) -> bool:
        try:
            return merkle.root_from_inclusion(at, size, leaf, by) == root
        except MalformedError:
            return False

    assert leads_to_root(index, LEAVES[index], proof)
    assert not leads_to_root(index, LEAVES[index], changed(data, proof))
    assert not leads_to_root((index + 1) % size, LEAVES[index], proof)
    assert not leads_to_root(index, data.draw(HASHES), proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 1), (7, 7)])
def test_a_leaf_beyond_the_tree_is_neither_proved_nor_believed(index: int, size: int) -> None:
    """Nor is one of a tree that is empty."""
    with pytest.raises(MalformedError, match=f"has no leaf {index}"):
        merkle.root_from_inclusion(index, size, LEAVES[0], [])
    with pytest.raises(ValueError, match=f"has no leaf {index}"):
        merkle.inclusion_proof(index, size, merkle.nodes_of_leaves(LEAVES))


# ------------------------------------------------------------------------------- consistency


@given(st.data())
def test_a_tree_is_proved_to_have_only_grown(data: st.DataObject) -> None:
    """By the proof of RFC 6962, from every size to every later one."""
    size = data.draw(SIZES)
    old = data.draw(st.integers(0, size))
    proof = merkle.consistency_proof(old, size, merkle.nodes_of_leaves(LEAVES[:size]))
    assert proof == (naive.proof(old, LEAVES[:size]) if old else [])
    roots = naive.tree_hash(LEAVES[:old]), naive.tree_hash(LEAVES[:size])
    merkle.check_consistency(old, roots[0], size, roots[1], proof)


@given(st.data())
def test_no_other_proof_shows_growth(data: st.DataObject) -> None:
    """A changed, missing or added hash, or another root on either side, is refused."""
    size = data.draw(SIZES.filter(bool))
    old = data.draw(st.integers(1, size))
    proof = naive.proof(old, LEAVES[:size])
    older, newer = naive.tree_hash(LEAVES[:old]), naive.tree_hash(LEAVES[:size])
    for wrong in (
        (older, newer, changed(data, proof)),
        (data.draw(HASHES), newer, proof),
        (older, data.draw(HASHES), proof),
    ):
        with pytest.raises(MalformedError):
            merkle.check_consistency(old, wrong[0], size, wrong[1], wrong[2])


def test_every_tree_continues_the_empty_one() -> None:
    """No proof is needed, and none may be given; the empty tree has but one root."""
    merkle.check_consistency(0, merkle.EMPTY_ROOT, 1, LEAVES[0], [])
    with pytest.raises(MalformedError, match="none is needed here"):
        merkle.check_consistency(0, merkle.EMPTY_ROOT, 1, LEAVES[0], [LEAVES[1]])
    with pytest.raises(MalformedError, match="the same size, 0 leaves, have different roots"):
        merkle.check_consistency(0, LEAVES[1], 1, LEAVES[0], [])


def test_a_smaller_tree_continues_no_larger_one() -> None:
    """Nothing can be proved, and nothing is believed."""
    with pytest.raises(MalformedError, match="cannot continue a tree of 2"):
        merkle.check_consistency(2, LEAVES[0], 1, LEAVES[0], [])
    with pytest.raises(ValueError, match="cannot continue a tree of 2"):
        merkle.consistency_proof(2, 1, merkle.nodes_of_leaves(LEAVES))


def test_a_hash_of_another_length_is_refused() -> None:
    """Even where it would never be hashed."""
    with pytest.raises(MalformedError, match="not have 32 bytes"):
        merkle.check_consistency(1, b"any", 1, b"any", [])
    with pytest.raises(MalformedError, match="not have 32 bytes"):
        merkle.root_from_inclusion(0, 1, b"any", [])


@pytest.mark.parametrize("place", range(3))
def test_each_hash_of_a_proof_of_growth_is_of_its_length(place: int) -> None:
    """Both roots, and what stands between them: it is looked at before anything is reckoned."""
    old, new, *proof = [naive.tree_hash(LEAVES[:2]), naive.tree_hash(LEAVES[:3]), LEAVES[2]]
    merkle.check_consistency(2, old, 3, new, proof)
    wrong = [old, new, *proof]
    wrong[place] = wrong[place][:-1]
    with pytest.raises(MalformedError, match="a hash does not have 32 bytes"):
        merkle.check_consistency(2, wrong[0], 3, wrong[1], wrong[2:])


def test_each_hash_of_a_proof_of_a_leaf_is_of_its_length() -> None:
    """A longer one would be hashed with its neighbour, as if it were two."""
    with pytest.raises(MalformedError, match="a hash does not have 32 bytes"):
        merkle.root_from_inclusion(0, 2, LEAVES[0], [LEAVES[1] + b"x"])


def test_a_proof_of_growth_without_hashes_says_that_they_are_missing() -> None:
    """It ends as a proof that is wrong, and not as a fault of ours."""
    roots = [naive.tree_hash(LEAVES[:size]) for size in (3, 5)]
    with pytest.raises(MalformedError, match="too few hashes"):
        merkle.check_consistency(3, roots[0], 5, roots[1], [])


def test_a_proof_of_growth_says_to_which_root_it_does_not_lead() -> None:
    """The older, or else the newer: it is where an auditor looks."""
    old, new = (naive.tree_hash(LEAVES[:size]) for size in (3, 5))
    proof = merkle.consistency_proof(3, 5, merkle.nodes_of_leaves(LEAVES[:5]))
    with pytest.raises(MalformedError, match="match the older root"):
        merkle.check_consistency(3, LEAVES[0], 5, new, proof)
    with pytest.raises(MalformedError, match="match the newer root"):
        merkle.check_consistency(3, old, 5, LEAVES[0], proof)


def changed(data: st.DataObject, proof: Sequence[bytes]) -> list[bytes]:
    """Return a proof with one hash flipped in a bit, left out or added."""
    wrong = list(proof)
    how = data.draw(st.sampled_from(["flip", "drop", "add"] if wrong else ["add"]))
    at = data.draw(st.integers(0, max(len(wrong) - 1, 0)))
    if how == "add":
        wrong.insert(at, data.draw(HASHES))
    elif how == "drop":
        del wrong[at]
    else:
        bit = data.draw(st.integers(0, 255))
        wrong[at] = (int.from_bytes(wrong[at]) ^ (1 << bit)).to_bytes(32)
    return wrong


# ------------------------------------------------------------------------------------- tiles


def shape(size: int) -> list[tuple[str, int]]:
    """Return the tiles of a tree: the path of each, and how many hashes are in it."""
    leaves = (LEAVES[number % len(LEAVES)] for number in range(size))
    return [(path, len(held) // 32) for path, held in merkle.tiles(leaves)]


def test_a_tree_of_70_000_has_the_tiles_that_the_specification_counts() -> None:
    """As C2SP's tlog-tiles says of that very size."""
    of = shape(70_000)
    full = dict.fromkeys("01", 0)
    for path, width in of:
        if width == merkle.TILE:
            full[path.split("/")[1]] += 1
    assert full == {"0": 273, "1": 1}
    assert [(path, width) for path, width in of if width < merkle.TILE] == [
        ("tile/0/273.p/112", 112),
        ("tile/1/001.p/17", 17),
        ("tile/2/000.p/1", 1),
    ]


def test_a_tree_of_256_has_a_full_tile_and_one_above_it() -> None:
    """The tile above holds the root of the full one."""
    assert shape(256) == [("tile/0/000", 256), ("tile/1/000.p/1", 1)]
    assert shape(0) == []


@pytest.mark.parametrize(
    ("index", "path"),
    [(0, "000"), (999, "999"), (1_000, "x001/000"), (1_234_067, "x001/x234/067")],
)
def test_a_tile_is_found_by_its_number(index: int, path: str) -> None:
    """Three digits a folder, each but the last after an x."""
    assert merkle.tile_path(3, index) == f"tile/3/{path}"
    assert merkle.tile_path(3, index, 9) == f"tile/3/{path}.p/9"


@pytest.mark.parametrize("size", [1, 255, 256, 257, 70_000])
def test_proofs_can_be_read_from_tiles(size: int) -> None:
    """They are those that all the leaves would give."""
    leaves = [LEAVES[number % len(LEAVES)] for number in range(size)]
    kept = dict(merkle.tiles(leaves))
    nodes = merkle.nodes_of_tiles(size, lambda *tile: kept[merkle.tile_path(*tile)])
    root = naive.tree_hash(leaves)
    assert merkle.root(size, nodes) == root
    for index in {0, size // 2, size - 1}:
        proof = merkle.inclusion_proof(index, size, nodes)
        assert merkle.root_from_inclusion(index, size, leaves[index], proof) == root
    for old in {1, size // 3 or 1, size - 1, size}:
        proof = merkle.consistency_proof(old, size, nodes)
        merkle.check_consistency(old, naive.tree_hash(leaves[:old]), size, root, proof)
