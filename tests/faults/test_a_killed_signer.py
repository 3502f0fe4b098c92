"""A signer is killed at any moment: it remembers all that it signed, and then signs on."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rapid_review.audit.log.note import read_checkpoint, read_note
from rapid_review.audit.log.signing import Signer
from tests.faults.a_signer import KEY, LEAVES
from tests.faults.processes import PATIENCE, ROOT


@pytest.mark.parametrize("rounds", [2, pytest.param(40, marks=pytest.mark.faults)])
def test_what_was_signed_is_remembered_after_a_kill(tmp_path: Path, rounds: int) -> None:
    """Whatever left the signer is in its memory; whatever was kept outside is there whole."""
    memory, folder = tmp_path / "signed", tmp_path / "outside"
    signer = Signer.start(KEY, memory)
    chance = random.Random(rounds)  # noqa: S311 - when to kill, not what to hide
    for _ in range(rounds):
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-m", "tests.faults.a_signer", str(memory), str(folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,  # what `readline` takes too much, `communicate` would not see
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith(b"signed"), process.communicate()[1].decode()
        time.sleep(chance.uniform(0, 0.2))
        process.kill()
        out, err = process.communicate(timeout=PATIENCE)
        assert not err, err.decode()
        said = [line.split() for line in (first + out).split(b"\n")[:-1]]
        signed = [int(size) for what, size in said if what == b"signed"]
        assert signed[-1] <= signer.last().size <= min(signed[-1] + 1, len(LEAVES))
        for size in (size for what, size in said if what == b"kept"):
            note = read_note((folder / f"checkpoint.{int(size)}").read_bytes())
            assert note.signers([KEY.public]) == {KEY.public}
            assert read_checkpoint(note.text).size == int(size)
    assert signer.last().size >= rounds
