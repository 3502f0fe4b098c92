"""A store's file is replaced or removed while others write: what was acknowledged is in a file."""

import random
import time
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.store import Store
from tests.faults.a_writer import write_until_refused
from tests.faults.processes import Lines, said, writer
from tests.store.a_record import a_store_at


@pytest.mark.parametrize("rounds", [2, pytest.param(15, marks=pytest.mark.faults)])
@pytest.mark.parametrize("by", ["a restored file", "nothing"])
def test_a_writer_stops_where_its_file_is_replaced(tmp_path: Path, by: str, rounds: int) -> None:
    """All that it was told is recorded is in the file that was moved away; then it was refused.

    The file goes with what is beside it, as an operator moves a store away before a restore.
    """
    chance = random.Random(rounds)  # noqa: S311 - when to replace, not what to hide
    for number in range(rounds):
        folder = tmp_path / str(number)
        folder.mkdir()
        path, away = folder / "record.db", folder / "away.db"
        process = writer(write_until_refused, path, "R")
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first, process.communicate()[1].decode()
        time.sleep(chance.uniform(0, 0.2))
        for end in ("-wal", "-shm", ""):
            path.with_name(f"record.db{end}").rename(f"{away}{end}")
        if by == "a restored file":
            a_store_at(path)
        *acknowledged, refused = said(process)
        assert "was replaced or removed while it was open" in refused["refused"]
        assert cases_of(acknowledged) <= cases_in(away)
        assert path.exists() == (by == "a restored file")


def cases_of(lines: Lines) -> set[str]:
    """Return the cases that a writer was told are recorded."""
    return {line["case"] for line in lines}


def cases_in(path: Path) -> set[str]:
    """Return the cases that are in a store."""
    with closing(Store.on_sqlite(path, create=False)) as store:
        return {entry.case for entry in store.all_entries()}
