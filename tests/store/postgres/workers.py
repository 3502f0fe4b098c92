"""Starting workers, and holding what they were told against what is in the store."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.faults.processes import ROOT, Lines, give_the_sign
from tests.store.postgres.a_store import rows_at, store_at

WORKERS: Final = range(4)
PATIENCE: Final = 600.0
"""Seconds after which a worker hangs, however slow the machine."""

Process = subprocess.Popen[bytes]


@contextmanager
def working(
    folder: Path,
    act: Callable[..., None],
    address: str,
    *more: object,
    workers: Sequence[int] = WORKERS,
) -> Iterator[Sequence[Process]]:
    """Run workers, four if not asked otherwise, who start at once; at the end wait for theirs."""
    sign = folder / "sign"
    processes: list[Process] = []
    for worker in workers:
        with (folder / f"told-{worker}").open("wb") as told:
            command = [sys.executable, "-m", "tests.store.postgres.a_worker", act.__name__]
            arguments = [str(sign), address, str(worker), *map(str, more)]
            processes.append(
                subprocess.Popen([*command, *arguments], cwd=ROOT, stdout=told)  # noqa: S603 - ours
            )
    try:
        give_the_sign(sign, workers, 0)
        yield processes
        for process in processes:
            assert process.wait(PATIENCE) == 0, "a worker failed; it says above why"
    finally:
        for process in processes:
            process.kill()
            process.wait()


def told_in(folder: Path, workers: Sequence[int] = WORKERS) -> Iterator[Lines]:
    """Yield what each worker was told."""
    for worker in workers:
        lines = (folder / f"told-{worker}").read_bytes().split(b"\n")[:-1]
        yield [json.loads(line) for line in lines]


def hold_together(address: str, told: Iterable[Lines]) -> int:
    """Hold that all that was told is there, once, and nothing else; return how many entries."""
    recorded: dict[str, list[int]] = {}
    versions: dict[str, list[int]] = {}
    with store_at(address) as store:
        for entry in store.all_entries():
            recorded.setdefault(entry.command_id, []).append(entry.version)
            versions.setdefault(entry.case, []).append(entry.version)
    for case, found in versions.items():
        assert found == list(range(1, len(found) + 1)), case
    lines = [line for said in told for line in said if "command_id" in line]
    for line in lines:
        assert recorded[line["command_id"]] == line["versions"]
    assert {line["command_id"] for line in lines} == recorded.keys()
    positions = [position for position, *_ in rows_at(address)]
    assert positions == sorted(set(positions))
    return len(positions)
