"""A call to the disk fails in a writer, and every one after it: what was acknowledged is there.

`strace` makes them fail, where it is at hand and may be used; the writer knows nothing of it. Run
it with `-s` for the figures.
"""

import random
import shutil
import subprocess
import sys
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE
from tests.faults.a_writer import write_until_refused
from tests.faults.processes import ROOT, Lines, said
from tests.faults.sizes import SYSCALL_FAULTS, sizes
from tests.store.a_record import kent_in, send_all

CALLS = ("pwrite64", "fdatasync")
"""How SQLite writes, and how it waits for the disk."""
ERRORS = ("EIO", "ENOSPC", "EDQUOT")
WHEN = range(20, 150)
"""From which of its calls of a kind on the disk fails: the store is open by then."""


@cache
def can_trace() -> bool:
    """Say whether another process can be traced here."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(
        ["strace", "-qq", "true"],  # noqa: S607 - whichever is on the PATH
        check=False,
        capture_output=True,
    )
    return tried.returncode == 0


@pytest.mark.parametrize("faults", sizes(SYSCALL_FAULTS))
def test_what_was_acknowledged_is_there_after_a_call_failed(tmp_path: Path, faults: int) -> None:
    """All or nothing of each command; the store holds together, and is written to again."""
    if not can_trace():
        pytest.skip("strace is not at hand, or may trace no process here")
    chance = random.Random(faults)  # noqa: S311 - which call fails, not what to hide
    acknowledged = 0
    for number in range(faults):
        path = tmp_path / f"{number}.db"
        with closing(Store.on_sqlite(path, unsealed=True)) as store:
            send_all(kent_in(store), RECEIVE, case="before")
        lines = failing(path, chance)
        assert "refused" in lines[-1]
        acknowledged += len(lines) - 1
        hold_whole(path, {line["case"] for line in lines[:-1]} | {"before"})
    print(  # noqa: T201 - for a person who runs it with -s
        f"\n{faults} disks failed at a call, {acknowledged} acknowledged, none lost"
    )


def failing(path: Path, chance: random.Random) -> Lines:
    """Let a writer write until a call fails; return what it was told."""
    call, error, when = chance.choice(CALLS), chance.choice(ERRORS), chance.choice(WHEN)
    tracing = ("strace", "-f", "--seccomp-bpf", "-qq", "-o", str(path.with_suffix(".calls")))
    fault = ("-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}+")
    writer = (sys.executable, "-m", "tests.faults.a_writer", write_until_refused.__name__)
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
        [*tracing, *fault, *writer, str(path), "one"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    return said(process)


def hold_whole(path: Path, cases: set[str]) -> None:
    """Hold that all cases are there, and each that is there whole; and that it goes on."""
    with closing(Store.on_sqlite(path, create=False, unsealed=True)) as store:
        reviews = kent_in(store)
        versions: dict[str, list[int]] = {}
        for entry in store.all_entries():
            versions.setdefault(entry.case, []).append(entry.version)
        assert cases <= versions.keys()
        assert set(map(tuple, versions.values())) == {(1, 2, 3, 4)}
        assert not store.ledger().verify().findings
        assert len(send_all(reviews, RECEIVE, case="after")) == 4
