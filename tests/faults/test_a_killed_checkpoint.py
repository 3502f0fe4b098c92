"""A worker is killed anywhere between recording and the copy of a checkpoint: one tree goes on."""

import random
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.audit.log.leaf import Leaves
from rapid_review.audit.log.merkle import root_of
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.log.sinks import FolderSink
from rapid_review.store.ledger.checkpoints import TrustedCheckpoint
from rapid_review.store.store import Store
from tests.faults.a_writer import anchor_for_ever
from tests.faults.processes import Lines, killed
from tests.store.a_ledger import KEY, TRUST


@pytest.mark.parametrize("rounds", [2, pytest.param(30, marks=pytest.mark.faults)])
def test_a_killed_worker_leaves_a_tree_that_goes_on(tmp_path: Path, rounds: int) -> None:
    """Round after round: each checkpoint that was told is met, and the next one is signed.

    What was signed, and not yet kept or copied, is remembered by the signer alone, and does not
    stand in the way.
    """
    path = tmp_path / "record.db"
    signer = Signer.start(KEY, tmp_path / "signed")
    chance = random.Random(rounds)  # noqa: S311 - when to kill, not what to hide
    lines: Lines = []
    for number in range(rounds):
        lines += killed(anchor_for_ever, path, f"R{number}", chance)
        look_whole(path, signer)
    assert len(list((tmp_path / "sink").iterdir())) > len(lines)  # the first lines were read alone


def look_whole(path: Path, signer: Signer) -> None:
    """Hold that rows, ledger, checkpoints and the signer's memory still go together."""
    folder = path.with_name("sink")
    with closing(Store.on_sqlite(path, create=False)) as store:
        ledger = store.ledger()
        kept = [
            TrustedCheckpoint(one.name, one.read_bytes()) for one in folder.glob("checkpoint.*")
        ]
        assert kept
        assert ledger.verify(TRUST, trusted=kept).findings == []
        size = ledger.checkpoint(signer, [FolderSink(folder)]).size
        leaves = Leaves()
        assert ledger.root(size) == root_of(leaves.add(*row) for row in ledger.rows(size))
        assert ledger.verify(TRUST).findings == []
