"""Two and four processes at once: on one case, and on a store that none of them has made yet."""

from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.store import Store
from tests.faults.a_writer import open_at_once, write_to_one_case
from tests.faults.processes import give_the_sign, said, writer
from tests.store.a_record import CASE, kent_in, rows_at


@pytest.mark.parametrize(
    ("workers", "count"),
    [(2, 10), *(pytest.param(n, 150, marks=pytest.mark.faults) for n in (2, 4))],
)
def test_every_command_of_every_process_is_recorded_once(
    tmp_path: Path, workers: int, count: int
) -> None:
    """One's own, and those that all of them ask under one id: each is told the same entries."""
    path = tmp_path / "record.db"
    processes = [writer(write_to_one_case, path, worker, count) for worker in range(workers)]
    give_the_sign(path, range(workers), 0)
    told = [line for process in processes for line in said(process)]

    with closing(Store.on_sqlite(path, create=False)) as store:
        entries = kent_in(store).history(CASE)
    recorded: dict[str, list[int]] = {}
    for entry in entries:
        recorded.setdefault(entry.command_id, []).append(entry.version)
    assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))
    assert len(told) == workers * (1 + 2 * count)
    assert all(line["versions"] == recorded[line["command_id"]] for line in told)
    assert len(entries) == 4 + workers * count + count
    positions = [position for position, *_ in rows_at(path)]
    assert positions == sorted(positions)


@pytest.mark.parametrize("rounds", [5, pytest.param(100, marks=pytest.mark.faults)])
def test_processes_that_start_at_once_make_one_store_and_one_case(
    tmp_path: Path, rounds: int
) -> None:
    """None crashes, or takes it for another program's, or writes to a store that is then lost."""
    path = tmp_path / "record.db"
    workers = range(4)
    processes = [writer(open_at_once, path, worker, rounds) for worker in workers]
    for number in range(rounds):
        give_the_sign(path, workers, number)
    told = [said(process) for process in processes]
    assert told == [[{"command_id": "opened", "versions": [1, 2, 3, 4]}] * rounds] * 4
    for number in range(rounds):
        assert len(rows_at(tmp_path / f"{number}.db")) == 4
    assert not [left.name for left in tmp_path.iterdir() if left.name.startswith(".")]
