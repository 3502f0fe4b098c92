"""A writer is killed at any moment: what it was told is recorded is there, nothing in part."""

import random
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.store import Store
from tests.faults.a_writer import BATCH, write_for_ever
from tests.faults.processes import Lines, killed
from tests.faults.sizes import KILLS, sizes
from tests.store.a_record import kent_in

A_STORE = 40
"""How many writers of one store are killed: it is read whole after each."""


@pytest.mark.parametrize("kills", sizes(KILLS))
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, kills: int) -> None:
    """Round after round on one store: single cases, and batches of twenty in one transaction."""
    chance = random.Random(kills)  # noqa: S311 - when to kill, not what to hide
    lines: Lines = []
    acknowledged = 0
    for number in range(kills):
        path = tmp_path / f"{number // A_STORE}.db"
        lines = lines if number % A_STORE else []
        first = {"case": f"R{number}-one-1"}  # a single case is opened before any is imported
        said = [first, *killed(write_for_ever, path, f"R{number}", chance)]
        lines += said
        acknowledged += sum(4 * (BATCH if "batch" in line else 1) for line in said)
        look_whole(path, lines)
    assert acknowledged >= 4 * kills
    print(  # noqa: T201 - for a person who runs it with -s
        f"\n{kills} writers killed, {acknowledged} entries acknowledged, none lost"
    )


def look_whole(path: Path, lines: Lines) -> None:
    """Hold that all that was told is there, and that nothing is there in part."""
    with closing(Store.on_sqlite(path, create=False)) as store:
        reviews = kent_in(store)
        entries = list(store.all_entries())
        last_case = reviews.references()[-1]
        assert len(reviews.history(last_case)) == 4
    versions: dict[str, list[int]] = {}
    for entry in entries:
        versions.setdefault(entry.case, []).append(entry.version)
    assert set(map(tuple, versions.values())) == {(1, 2, 3, 4)}
    batches = Counter(case.rpartition("-")[0] for case in versions if "-batch-" in case)
    assert set(batches.values()) <= {BATCH}
    assert {line["case"] for line in lines if "case" in line} <= versions.keys()
    assert {line["batch"] for line in lines if "batch" in line} <= batches.keys()
