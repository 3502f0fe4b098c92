"""A platform's service: two web workers, one in the background, and clients that ask again.

The service is the example of the documentation, and nothing else. Who is killed is killed for
good: the web server has another in its place, and the background worker is started again.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

import httpx2

from rapid_review.domain.commands import Command
from tests.domain.a_review import RECEIVE, WRITE, changed
from tests.faults.a_background_worker import KEEPING, Process, begun
from tests.faults.a_loopback_server import HOST, free_port
from tests.faults.processes import PATIENCE, ROOT

OPENING: Final = 4
"""How many entries a notification leads to."""
_AGAIN: Final = (500, 502, 503)

Answer = tuple[Any, ...]


@dataclass(slots=True)
class Told:
    """What clients were told, each as it came.

    Attributes:
        answers: by the key of a command, every answer to it: its version and its entries.
        counts: how many were sent, sent again for want of an answer, and sent twice on purpose.
        seconds: how long each answer took.
    """

    answers: dict[str, list[Answer]] = field(default_factory=dict[str, list[Answer]])
    counts: Counter[str] = field(default_factory=Counter[str])
    seconds: list[float] = field(default_factory=list[float])


class Client(threading.Thread):
    """One of many who ask: case after case, and each command until it is answered.

    Args:
        address: of the service.
        cases: those that are left to do; each is done by two, who send the same commands.
        length: how many entries a case is to have.
        chance: decides what is sent twice.
    """

    def __init__(
        self, address: str, cases: SimpleQueue[str], length: int, chance: random.Random
    ) -> None:
        super().__init__(daemon=True)
        self.address = address
        self.cases = cases
        self.length = length
        self.chance = chance
        self.told = Told()
        self.failed: BaseException | None = None

    def run(self) -> None:
        """Do what is left to do."""
        headers = {"Authorization": "Bearer a-token", "Content-Type": "application/json"}
        try:
            with httpx2.Client(base_url=self.address, headers=headers, timeout=20) as client:
                while True:
                    self._do(client, self.cases.get_nowait())
        except Empty:
            pass
        except BaseException as error:  # noqa: BLE001 - told to who started it
            self.failed = error

    def _do(self, client: httpx2.Client, case: str) -> None:
        self._ask(client, case, RECEIVE, f"{case}-opened")
        for number in range(self.length - OPENING):
            key = f"{case}-L{number}"
            letter = changed(WRITE, correspondence=f"L-{number}")
            self._ask(client, case, letter, key)
            if self.chance.random() < 0.1:
                self.told.counts["sent twice on purpose"] += 1
                self._ask(client, case, letter, key)

    def _ask(self, client: httpx2.Client, case: str, command: Command, key: str) -> None:
        body = {
            "command": type(command).__name__,
            **command.model_dump(mode="json", exclude_none=True),
        }
        end = time.monotonic() + PATIENCE
        while True:
            assert time.monotonic() < end, f"{key} is never answered"
            self.told.counts["requests"] += 1
            start = time.monotonic()
            try:
                answer = client.post(
                    f"/reviews/cases/{case}/commands", json=body, headers={"Idempotency-Key": key}
                )
            except httpx2.TransportError:  # anyone who was to answer was killed
                self.told.counts["sent again: no answer"] += 1
                time.sleep(0.05)
                continue
            if answer.status_code in _AGAIN:
                self.told.counts[f"sent again: {answer.status_code}"] += 1
                time.sleep(0.05)
                continue
            self.told.seconds.append(time.monotonic() - start)
            assert answer.status_code in (200, 201), f"{key}: {answer.text}"
            said = answer.json()
            entries = tuple((one["version"], one["kind"]) for one in said["entries"])
            self.told.answers.setdefault(key, []).append((said["version"], entries))
            return


@contextmanager
def served(folder: Path, settings: dict[str, str]) -> Iterator[tuple[str, Process]]:
    """Serve the example with two workers; yield its address, and the process that watches them."""
    port = free_port()
    where = ("--app-dir", str(ROOT / "examples"), "--host", HOST, "--port", str(port))
    with (folder / "served").open("wb") as said:
        server = subprocess.Popen(  # noqa: S603 - our own words
            [
                sys.executable,
                "-m",
                "uvicorn",
                *where,
                "--workers",
                "2",
                "--no-access-log",
                "service_on_fastapi:app",
            ],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=said,
            stderr=said,
        )
    address = f"http://{HOST}:{port}"
    try:
        _wait_until_served(f"{address}/reviews/health/ready", folder / "served")
        yield address, server
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _wait_until_served(address: str, said: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            if httpx2.get(address).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        assert time.monotonic() < end, said.read_text()
        time.sleep(0.1)


class Killer(threading.Thread):
    """Kills web workers and the background worker, at random moments, until it is over.

    Args:
        server: the process that watches the web workers.
        place: the store that the background worker works at.
        folder: where the web server says what it does (`served`), and the background worker.
        chance: when, and whom.
        pause: for how many seconds nobody is killed, about.
    """

    def __init__(
        self, server: Process, place: str, folder: Path, chance: random.Random, *, pause: float
    ) -> None:
        super().__init__()
        self.server = server
        self.place = place
        self.served = folder / "served"
        self.worked = folder / "worked"
        self.chance = chance
        self.pause = pause
        self.over = threading.Event()
        self.kills: Counter[str] = Counter()
        self.background = begun(place, self.worked, *KEEPING)

    def run(self) -> None:
        """Kill one of those and then the other."""
        for turn in count():
            if self.over.wait(self.pause * self.chance.uniform(0.5, 1.5)):
                return
            if turn % 2 == 0:
                workers = web_workers(self.server.pid)
                if len(workers) == 2 and all(map(self._answers, workers)):  # one goes on
                    os.kill(self.chance.choice(workers), 9)
                    self.kills["web workers killed"] += 1
            elif self._times_at_work() > self.kills["background workers killed"]:
                self.background.kill()
                self.background.wait()
                self.background = begun(self.place, self.worked, *KEEPING)
                self.kills["background workers killed"] += 1

    def _answers(self, worker: int) -> bool:
        """Say whether a web worker has begun to answer: on a busy machine that takes a while."""
        return f"Started server process [{worker}]" in self.served.read_text()

    def _times_at_work(self) -> int:
        """Return how many background workers have begun to work: one that has not is let be."""
        return self.worked.read_text().count("works at")

    def stop(self) -> None:
        """Kill nobody any more; the background worker goes on."""
        self.over.set()
        self.join()


def web_workers(parent: int) -> list[int]:
    """Return the processes that a web server has begun to answer with."""
    found: list[int] = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            above = int((one / "stat").read_text().rpartition(") ")[2].split()[1])
            if above == parent and b"spawn_main" in (one / "cmdline").read_bytes():
                found.append(int(one.name))
        except (OSError, ValueError):  # it has just ended
            continue
    return found
