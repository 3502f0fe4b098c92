"""A move is killed at any moment: what was moved stands, and the next one goes on from there."""

import random
import time
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.copies.moving import move
from rapid_review.store.store import Store
from tests.faults.a_writer import move_to
from tests.faults.processes import said, writer
from tests.store.a_record import rows_at
from tests.store.a_whole_store import recorded_in


@pytest.mark.parametrize("rounds", [3, pytest.param(15, marks=pytest.mark.faults)])
def test_a_move_that_is_killed_goes_on(tmp_path: Path, rounds: int) -> None:
    """Pages whole or not at all, each at its position; and in the end both have one root."""
    path = tmp_path / "old.db"
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        recorded_in(store, tmp_path)
    every = rows_at(path)
    chance = random.Random(rounds)  # noqa: S311 - when to kill, not what to hide
    killed = 0
    for number in range(rounds):
        target = tmp_path / f"new-{number}.db"
        process = writer(move_to, path, target)
        assert process.stdout is not None
        assert process.stdout.readline(), process.communicate()[1].decode()
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        told = [line["position"] for line in said(process, killed=True) if "position" in line]
        moved = rows_at(target)
        assert moved == every[: len(moved)]
        assert len(moved) in {*range(0, len(every), 1_000), len(every)}
        assert not told or moved[-1][0] >= told[-1]
        killed += len(moved) < len(every)
        with (
            closing(Store.on_sqlite(path, unsealed=True)) as old,
            closing(Store.on_sqlite(target, unsealed=True)) as new,
        ):
            assert move(old, new).added == len(every) - len(moved)
        assert rows_at(target) == every
    assert killed or rounds < 10
