"""A bundle is being written, and its writer is killed: nothing of it comes into the next one."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest

from rapid_review.audit.log.bundle import File, write_folder
from rapid_review.audit.verify import open_bundle, verify
from tests.audit.a_log import CASES, TRUST, case_of, row, rows
from tests.faults.processes import ROOT

ROWS = rows(9)


def files_until_killed() -> Iterator[File]:
    """Yield the bodies of the first case, and be killed before the rest."""
    for name, data in case_of(ROWS, CASES[0]).items():
        if name == "manifest":
            os.kill(os.getpid(), signal.SIGKILL)
        yield name, data


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed like this there")
def test_what_a_killed_writer_left_comes_into_no_other_bundle(tmp_path: Path) -> None:
    """The words of one case are not disclosed with another, and nobody else reads either.

    The folder that is left is private.
    """
    program = (
        "import sys; from pathlib import Path;"
        "from rapid_review.audit.log.bundle import write_folder;"
        "from tests.faults.test_a_killed_bundle import files_until_killed;"
        "write_folder(files_until_killed(), Path(sys.argv[1]))"
    )
    out = tmp_path / "out"
    run = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", program, str(out)], check=False, cwd=ROOT
    )
    assert run.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert S_IMODE(left.stat().st_mode) == 0o700
    assert list(left.rglob(f"{row(CASES[0], 1).stream}/1"))
    write_folder(case_of(ROWS, CASES[1]).items(), out)
    assert S_IMODE(out.stat().st_mode) == 0o700
    assert verify(open_bundle(out), TRUST).findings == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_no_bundle_is_written_where_somebody_laid_something_ready(tmp_path: Path) -> None:
    """A folder or a link of the name that was used before leads the words nowhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / ".out.new").symlink_to(elsewhere)
    write_folder(case_of(ROWS, CASES[1]).items(), tmp_path / "out")
    assert list(elsewhere.iterdir()) == []
    assert verify(open_bundle(tmp_path / "out"), TRUST).findings == []
