"""Many processes on one server: nothing lost, nothing doubled, and readers pass nothing by."""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.backends.postgres.log import open_postgres
from tests.store.postgres.a_store import rows_at
from tests.store.postgres.a_worker import LENGTH, start_at_once, write_to_the_same_cases
from tests.store.postgres.workers import WORKERS, hold_together, told_in, working

OPENING = 4
"""How many entries a notification leads to."""


@pytest.mark.parametrize(
    ("events", "workers"),
    [
        (1_000, range(4)),
        pytest.param(20_000, range(4), marks=pytest.mark.faults),
        pytest.param(20_000, range(8), marks=pytest.mark.faults),
    ],
)
def test_workers_on_the_same_cases_lose_nothing_and_double_nothing(
    address: str, tmp_path: Path, events: int, workers: range
) -> None:
    """All that each was told is there, in every case without a gap; a reader beside saw it all."""
    cases = events // (OPENING + len(workers) * LENGTH) + 1
    over = threading.Event()
    seen: list[int] = []
    reader = threading.Thread(target=follow, args=(address, over, seen))
    reader.start()
    try:
        with working(tmp_path, write_to_the_same_cases, address, cases * LENGTH, workers=workers):
            pass
    finally:
        over.set()
        reader.join()
    written = hold_together(address, told_in(tmp_path, workers))
    assert written == cases * (OPENING + len(workers) * LENGTH)
    assert written >= events
    assert seen == [position for position, *_ in rows_at(address)]


def follow(address: str, over: threading.Event, seen: list[int]) -> None:
    """Read page after page from where the last one ended, until there is nothing more to come."""
    recorder = open_postgres(address)
    with closing(recorder.datastore):
        while True:
            last = over.is_set()
            after = seen[-1] if seen else 0
            page = recorder.select_notifications(after, 50, inclusive_of_start=False)
            seen += [row.id for row in page]
            if last and not page:
                return


def test_workers_that_start_at_once_make_one_store_and_one_case(
    empty: str, tmp_path: Path
) -> None:
    """None crashes, or writes to a store that is then lost."""
    with working(tmp_path, start_at_once, empty):
        pass
    opened = {"command_id": "opened", "versions": [1, 2, 3, 4]}
    assert list(told_in(tmp_path)) == [[opened]] * len(WORKERS)
    assert hold_together(empty, told_in(tmp_path)) == OPENING
