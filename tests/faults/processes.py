"""Starting writers, and reading what they said."""

import atexit
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 120.0
"""Seconds after which a writer hangs, however slow the machine."""

Lines = list[dict[str, Any]]


def writer(act: Callable[..., None], path: Path, *more: object) -> "subprocess.Popen[bytes]":
    """Start a writer in a process of its own."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-m", "tests.faults.a_writer", act.__name__, str(path), *map(str, more)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,  # what `readline` takes too much, `communicate` would not see
    )


def killed(act: Callable[..., None], path: Path, name: str, chance: random.Random) -> Lines:
    """Start a writer, kill it a moment after its first line, and return the lines after that."""
    process = _becoming()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps([act.__name__, str(path), name]).encode() + b"\n")
    process.stdin.flush()
    lines = map(json.loads, iter(process.stdout.readline, b""))
    pid = next(lines)["pid"]
    first = next(lines)
    assert "ended" not in first, "the writer ended by itself: what it says is above"
    time.sleep(chance.uniform(0, 0.2))
    os.kill(pid, signal.SIGKILL)
    return list(takewhile(lambda line: "ended" not in line, lines))


@cache
def _becoming() -> "subprocess.Popen[bytes]":
    """Start the process that becomes each writer that is to be killed; it ends with this one."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.a_writer"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    atexit.register(process.communicate)
    return process


def said(process: "subprocess.Popen[bytes]", *, killed: bool = False) -> Lines:
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
