"""Starting writers, and reading what they said."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 120.0
"""Seconds after which a writer hangs, however slow the machine."""

Said = list[dict[str, Any]]


def writer(act: Callable[..., None], path: Path, *more: object) -> "subprocess.Popen[bytes]":
    """Start a writer in a process of its own."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-m", "tests.faults.a_writer", act.__name__, str(path), *map(str, more)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,  # what `readline` takes too much, `communicate` would not see
    )


def killed(act: Callable[..., None], path: Path, name: str, chance: random.Random) -> Said:
    """Start a writer, kill it a moment after its first line, and return the lines after that."""
    process = writer(act, path, name)
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first, process.communicate()[1].decode()
    time.sleep(chance.uniform(0, 0.2))
    process.kill()
    return said(process, killed=True)


def said(process: "subprocess.Popen[bytes]", *, killed: bool = False) -> Said:
    """Wait for a writer's end; return what it said. Any error that it did not say is a failure."""
    out, err = process.communicate(timeout=PATIENCE)
    assert killed or process.returncode == 0, err.decode()
    assert killed or not err, err.decode()
    lines = out.split(b"\n")[:-1]  # what a kill left of a last line was not said
    return [json.loads(line) for line in lines]


def give_the_sign(path: Path, workers: Sequence[object], number: int) -> None:
    """Wait until all writers are ready, then let them go."""
    ready = [path.with_name(f"ready-{number}-{worker}") for worker in workers]
    end = time.monotonic() + PATIENCE
    while not all(one.exists() for one in ready):
        assert time.monotonic() < end, "a writer did not get ready"
        time.sleep(0.001)
    path.with_name(f"go-{number}").touch()
