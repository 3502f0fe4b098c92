"""A process is killed once its file has its name: the next of the same id writes nothing over it.

In a container the ids of processes are the same after every start.
"""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.a_keeper import ACTS, KILLED, SIZE
from tests.faults.processes import PATIENCE, ROOT


def kept(what: str, path: Path, data: str, *more: str) -> "subprocess.CompletedProcess[str]":
    """Have a process of its own make a file."""
    return subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-m", "tests.faults.a_keeper", what, str(path), data, *more],
        capture_output=True,
        check=False,
        cwd=ROOT,
        text=True,
        timeout=PATIENCE,
    )


def content(path: Path) -> dict[str, bytes]:
    """Return every byte of what was made."""
    return {
        str(one.relative_to(path)): one.read_bytes()
        for one in (path, *path.rglob("*"))
        if one.is_file()
    }


@pytest.mark.parametrize(
    "what",
    [
        pytest.param("sink", id="sink, each time"),
        *(pytest.param(what, marks=pytest.mark.faults) for what in ACTS),
    ],
)
def test_what_was_made_before_a_kill_is_never_written_over(tmp_path: Path, what: str) -> None:
    """The next process has another content for it, and is refused; a third has the same."""
    path = tmp_path / (f"checkpoint.{SIZE}" if what == "sink" else "made.zip")
    assert kept(what, path, "a", KILLED).returncode == -signal.SIGKILL
    before, left = content(path), sorted(one.name for one in tmp_path.iterdir())
    assert before
    assert len(left) == 2, "it was killed too early or too late"
    other = kept(what, path, "b")
    assert other.returncode == 1
    assert "Error" in other.stderr
    assert content(path) == before
    again = kept(what, path, "a")
    assert (again.returncode == 0) == (what == "sink")
    assert content(path) == before
    if what == "sink":
        assert [one.name for one in tmp_path.iterdir()] == [path.name]
