"""`rapid-review work` in a process of its own, and waiting until it has caught up."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from rapid_review.store import Store
from tests.faults.processes import PATIENCE, ROOT
from tests.store.a_record import kent_in
from tests.store.subscriptions.a_side_table import Row, folded, handled

KEEPING: Final = ("--subscribe", "tests.store.subscriptions.a_side_table:keeping")
"""A subscription that keeps a side table; see there."""

Process = subprocess.Popen[bytes]


def opened(place: str) -> "closing[Store]":
    """Open a store that is not sealed, in a file or on a server."""
    if place.startswith("postgresql:"):
        return closing(Store.on_postgres(place, unsealed=True))
    return closing(Store.on_sqlite(place, unsealed=True))


def begun(place: str, said: Path, *options: str) -> Process:
    """Begin to work at a store; what it says goes to a file, behind what is there."""
    command = "from rapid_review.cli import main; main()"
    with said.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-c", command, "work", "--store", place, "--poll", "0.3", *options],
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )


@contextmanager
def working(place: str, said: Path, *options: str) -> Iterator[Process]:
    """Work at a store as long as the context lasts; it then ends with 0, as it is told to."""
    said.touch()
    before = said.read_text().count("works at")
    process = begun(place, said, *KEEPING, *options)
    end = time.monotonic() + PATIENCE
    try:
        yield process
        while said.read_text().count("works at") == before and time.monotonic() < end:
            time.sleep(0.05)  # until it can be told to end
        process.terminate()
        assert process.wait(PATIENCE) == 0, said.read_text()
    finally:
        process.kill()
        process.wait()


def wait_until_caught_up(place: str, said: Path) -> None:
    """Wait until the read model and the side table hold all that is recorded."""
    end = time.monotonic() + PATIENCE
    with opened(place) as store:
        reviews = kent_in(store)
        last = store.opened.rows.last_position()
        while reviews.read_model().position < last or not _holds(handled(store), last):
            assert time.monotonic() < end, f"it never caught up:\n{said.read_text()}"
            time.sleep(0.05)


def _holds(rows: list[Row], position: int) -> bool:
    return bool(rows) and rows[-1][0] >= position


def hold_to_the_entries(place: str) -> None:
    """Hold that the side table, and the read model, are what the entries make of them."""
    with opened(place) as store:
        reviews = kent_in(store)
        assert handled(store) == folded(reviews)
        compared = reviews.read_model().compared()
        assert compared is not None
        assert not compared.differences
