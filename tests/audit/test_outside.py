"""Verifiers that are not ours accept our bundles, and refuse them once they are altered.

One is a program of our own on the tree and the notes of the Go project; it is built from Debian's
packages, without a network. The other is `aics-tlog`, which needs Python 3.12 or newer.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

import pytest

from rapid_review.audit.log.bundle import write_folder
from rapid_review.audit.log.leaf import Leaves
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.verify import (
    read_checkpoint,
    read_consistency_proof,
    read_entries,
    read_entry,
    read_inclusion_proof,
    read_note,
)
from rapid_review.store.ledger.bundle import bundle_of_case, bundle_of_log
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from tests.audit import naive
from tests.audit.a_log import (
    CASES,
    KEY,
    WITNESSES,
    case_of,
    checkpoint_of,
    log_of,
    resigned,
    row,
    rows,
    verified,
    witnessed,
)
from tests.faults.a_writer import batch
from tests.store.a_ledger import SIZE, three_cases
from tests.store.a_record import TEAM, kent_in

ROWS: Final = rows(300)
NOTE: Final = witnessed(checkpoint_of(ROWS), "icb", "police")
LOG: Final = log_of(ROWS, NOTE)
CASE: Final = case_of(ROWS, note=NOTE, earlier=(100,))
OLDER: Final = checkpoint_of(ROWS[:100])
STREAM: Final = row(CASES[1], 1).stream
VKEY: Final = str(KEY.public)

Verifier = Callable[..., str]

Bundle = dict[str, bytes]


class Sealed(NamedTuple):
    """The bundles of a store whose words are sealed, and what was signed of it earlier.

    Attributes:
        log: the whole.
        case: one case.
        older: the checkpoint of the first cases.
        size: how many entries there are.
    """

    log: Bundle
    case: Bundle
    older: bytes
    size: int


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """Return the bundles of 324 entries, of three cases and then 75 more."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews, ledger = kent_in(store), store.ledger()
        signer = Signer.start(KEY, tmp_path_factory.mktemp("sealed") / "signed")
        three_cases(reviews)
        older = bytes(ledger.checkpoint(signer).note)
        reviews.import_histories(batch("LM", 75), by=TEAM)
        size = ledger.checkpoint(signer).size
        log = dict(bundle_of_log(ledger, signer))
        case = dict(bundle_of_case(reviews, CASES[0], signer))
    return Sealed(log, case, older, size)


def bodies_of(log: Mapping[str, bytes]) -> list[bytes]:
    """Return the stored bodies of a bundle."""
    return [data for name, data in log.items() if name.startswith("state/")]


def test_our_verifier_accepts_bundles_of_sealed_bodies(sealed: Sealed) -> None:
    """And says what it cannot tell of them."""
    for files in (sealed.log, sealed.case):
        report = verified(files)
        assert report.findings == []
        assert [one for one in report.unchecked if "looks the same here" in one]
        assert read_note(files["manifest"]).text.startswith(b"rapidreview.bundle/v2\n")
        assert all(b"\n" in body for body in bodies_of(files))


def test_the_slow_recursions_come_to_the_root_of_sealed_bodies(sealed: Sealed) -> None:
    """And to the proofs of every entry of a case."""
    made = Leaves()
    states = {name: data for name, data in sealed.log.items() if name.startswith("state/")}
    leaves = []
    for name in sealed.log:
        if name.startswith("tile/entries/"):
            for text in read_entries(sealed.log[name], 256 if ".p/" not in name else 68):
                entry = read_entry(text)
                state = states.pop(entry.state_path)
                leaves.append(made.add(entry.stream, entry.version, entry.topic, state))
    assert not states
    checkpoint = read_checkpoint(read_note(sealed.log["checkpoint"]).text)
    assert (checkpoint.size, checkpoint.root) == (len(leaves), naive.tree_hash(leaves))
    for version in range(1, SIZE // 3 + 1):
        proof = read_inclusion_proof(sealed.case[f"proof/{version}.tlog-proof"])
        assert list(proof.hashes) == naive.path(proof.index, leaves)


# ------------------------------------------------------------------------------------ Go's tree

SOURCE: Final = Path(__file__).parent / "go" / "verify_bundle.go"
GOPATH: Final = Path("/usr/share/gocode")
NO_GO: Final = (
    "Go, or its golang.org/x/mod in /usr/share/gocode, was not found; on Debian they are the "
    "packages golang-go and golang-golang-x-mod-dev"
)


@pytest.fixture(scope="session")
def go_verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the program, built once."""
    go = shutil.which("go")
    if go is None or not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        if os.environ.get("RAPID_REVIEW_REQUIRE_GO") == "1":
            pytest.fail(NO_GO)
        pytest.skip(NO_GO)
    folder = tmp_path_factory.mktemp("go")
    settings = {"GO111MODULE": "off", "GOFLAGS": "", "GOPATH": str(GOPATH)}
    subprocess.run(  # noqa: S603 - the system's Go, our own source
        [go, "build", "-o", str(folder / "verify_bundle"), str(SOURCE)],
        check=True,
        env={**os.environ, **settings, "GOCACHE": str(folder / "cache")},
    )
    return folder / "verify_bundle"


@pytest.fixture
def says(go_verifier: Path, tmp_path: Path) -> Verifier:
    """Return what asks the program about a bundle, and perhaps an older checkpoint."""

    def ask(files: Mapping[str, bytes], older: bytes | None = None) -> str:
        folder, held = tmp_path / "bundle", tmp_path / "held"
        shutil.rmtree(folder, ignore_errors=True)
        write_folder(files.items(), folder)
        arguments = [str(folder), VKEY]
        if older is not None:
            held.write_bytes(older)
            arguments.append(str(held))
        run = subprocess.run(  # noqa: S603 - the program built above
            [str(go_verifier), *arguments], capture_output=True, check=False, text=True
        )
        assert (run.returncode, run.stderr) in {(0, ""), (1, "")}
        return run.stdout.strip()

    return ask


@pytest.mark.parametrize("size", [0, 1, 3, 256, 300])
def test_go_accepts_our_bundles(says: Verifier, size: int) -> None:
    """The whole log of several sizes, and one case of it."""
    kept = rows(size)
    assert says(log_of(kept)) == "verified"
    if size >= 3:
        older = bytes(checkpoint_of(kept[:2]))
        assert says(log_of(kept), older) == "verified"
        assert says(case_of(kept, earlier=(2,)), older) == "verified"


def test_go_accepts_our_bundles_of_sealed_bodies(says: Verifier, sealed: Sealed) -> None:
    """The whole log, and one case, as they continue an older checkpoint; and none altered."""
    for files in (sealed.log, sealed.case):
        assert says(files, sealed.older) == "verified"
        name = next(name for name in files if name.startswith("state/"))
        wrong = files[name][:-1] + bytes((files[name][-1] ^ 1,))
        assert says({**files, name: wrong}, sealed.older).startswith("REFUSED")


@pytest.mark.parametrize(
    "files", [log_of(ROWS[:9]), case_of(ROWS[:9], earlier=(2,))], ids=["log", "case"]
)
def test_go_refuses_every_single_byte_that_is_changed(
    files: Mapping[str, bytes], says: Verifier
) -> None:
    """150 changes in each kind of bundle, of nine events."""
    random = Random(len(files))  # noqa: S311 - which bytes are changed is no secret
    for _ in range(150):
        name = random.choice(sorted(files))
        wrong = bytearray(files[name])
        wrong[random.randrange(len(wrong))] ^= random.randrange(1, 256)
        assert says({**files, name: bytes(wrong)}).startswith("REFUSED")


@pytest.mark.parametrize(
    ("files", "changes"),
    [
        (LOG, {f"state/{STREAM}/5": b"{}"}),
        (LOG, {f"state/{STREAM}/5": None}),
        (LOG, {"tile/entries/001.p/44": None}),
        (LOG, {"tile/0/000": bytes(8192)}),
        (LOG, {"checkpoint": bytes(OLDER)}),
        (CASE, {"entry/5": None}),
        (CASE, {"entry/5": CASE["entry/4"]}),
        (CASE, {"proof/5.tlog-proof": CASE["proof/4.tlog-proof"]}),
        (CASE, {"consistency/100": b"old 100\n\n" + bytes(NOTE)}),
        (CASE, {"case-head": case_of(ROWS, CASES[2], NOTE)["case-head"]}),
    ],
)
def test_go_refuses_what_was_altered_by_one_who_has_the_key(
    files: Mapping[str, bytes], changes: Mapping[str, bytes | None], says: Verifier
) -> None:
    """Where the manifest was made to fit."""
    assert says(resigned(files, changes), bytes(OLDER)).startswith("REFUSED")


def test_go_refuses_a_log_that_does_not_continue_the_one_held(says: Verifier) -> None:
    """Rewritten with its own key."""
    rewritten = [*ROWS[:13], row(CASES[1], 5, "never said"), *ROWS[14:]]
    assert says(log_of(rewritten)) == "verified"
    assert says(log_of(rewritten), bytes(OLDER)).startswith("REFUSED")
    assert says(case_of(rewritten, earlier=(100,)), bytes(OLDER)).startswith("REFUSED")


# ------------------------------------------------------------------------------------ aics-tlog

needs_aics = pytest.mark.skipif(
    find_spec("aics_tlog") is None, reason="aics-tlog is there for Python 3.12 and newer only"
)


@needs_aics
def test_aics_accepts_our_checkpoints_and_no_altered_one() -> None:
    """Signed by the log, and by two witnesses of two that are asked for."""
    aics = import_module("aics_tlog")
    witnesses = [aics.parse_vkey(str(key.public)) for key in WITNESSES.values()]

    def accepts(data: bytes) -> bool:
        try:
            note = aics.parse_note(data)
            log = aics.parse_vkey(VKEY)
            found = aics.verify_checkpoint(note, log, witnesses, 2, expected_origin=KEY.name)
        except ValueError:
            return False
        return bool(found.ok)

    assert accepts(bytes(NOTE))
    assert not accepts(bytes(witnessed(checkpoint_of(ROWS), "icb")))
    for at in range(len(bytes(NOTE))):
        wrong = bytearray(bytes(NOTE))
        wrong[at] ^= 1
        assert not accepts(bytes(wrong))


@needs_aics
def test_aics_accepts_our_tiles_and_no_altered_ones(tmp_path: Path) -> None:
    """Every tile and every entry of a whole log, as a folder."""
    aics = import_module("aics_tlog")
    root = read_checkpoint(NOTE.text).root
    write_folder(LOG.items(), tmp_path / "log")
    reader = aics.FileSystemTileReader(tmp_path / "log")
    told = aics.audit_tiles(reader, 300, root)
    assert (told.size, told.bundles) == (300, 2)
    random = Random(0)  # noqa: S311 - which bytes are changed is no secret
    for name in [name for name in LOG if name.startswith("tile/")]:
        for _ in range(10):
            wrong = bytearray(LOG[name])
            wrong[random.randrange(len(wrong))] ^= random.randrange(1, 256)
            (tmp_path / "log" / name).write_bytes(wrong)
            with pytest.raises((aics.TileVerificationError, ValueError)):
                aics.audit_tiles(reader, 300, root)
        (tmp_path / "log" / name).write_bytes(LOG[name])


@needs_aics
def test_aics_accepts_checkpoint_tiles_and_proofs_of_sealed_bodies(
    sealed: Sealed, tmp_path: Path
) -> None:
    """As those of bodies that are not sealed: a leaf is a leaf."""
    aics = import_module("aics_tlog")
    log = aics.parse_vkey(VKEY)
    note = sealed.log["checkpoint"]
    found = aics.verify_checkpoint(aics.parse_note(note), log, [], 0, expected_origin=KEY.name)
    assert found.ok
    root = read_checkpoint(read_note(note).text).root
    write_folder(sealed.log.items(), tmp_path / "log")
    reader = aics.FileSystemTileReader(tmp_path / "log")
    assert aics.audit_tiles(reader, sealed.size, root).size == sealed.size
    for version in range(1, SIZE // 3 + 1):
        proof = read_inclusion_proof(sealed.case[f"proof/{version}.tlog-proof"])
        text = sealed.case[f"entry/{version}"]
        assert aics.verify_leaf_inclusion(text, proof.index, sealed.size, proof.hashes, root)


@needs_aics
def test_aics_accepts_our_proofs_and_no_altered_ones() -> None:
    """Of inclusion, for each event of a case; and of consistency with an older checkpoint."""
    aics = import_module("aics_tlog")
    root = read_checkpoint(NOTE.text).root
    for version in range(1, 101):
        proof = read_inclusion_proof(CASE[f"proof/{version}.tlog-proof"])
        text = CASE[f"entry/{version}"]
        assert aics.verify_leaf_inclusion(text, proof.index, 300, proof.hashes, root)
        assert not aics.verify_leaf_inclusion(text, proof.index, 300, proof.hashes[1:], root)
        assert not aics.verify_leaf_inclusion(text[:-1], proof.index, 300, proof.hashes, root)
    growth = read_consistency_proof(CASE["consistency/100"])
    old = read_checkpoint(read_note(bytes(OLDER)).text).root
    assert aics.verify_consistency(100, 300, old, root, growth.hashes)
    assert not aics.verify_consistency(100, 300, bytes(32), root, growth.hashes)
    assert not aics.verify_consistency(99, 300, old, root, growth.hashes)
