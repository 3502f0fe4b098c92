"""Commands a second over HTTP, beside the same commands through Python, on one PostgreSQL server.

`python -m benchmarks.serving` measures it alone. Eight clients ask two workers of uvicorn at
once, each on a connection that it keeps; or eight threads ask `RapidReviews.ask`. Both go through
cases of ten events that no turn has seen. The limit is a request that does nothing. The server is
started as the tests start theirs, so that a commit need not reach the disk: what HTTP adds is not
hidden behind it.

They are asked at a Unix socket, as a proxy would: over TCP the workers of uvicorn leave Nagle's
algorithm on, and each answer on a connection that is kept waits 40 ms for it.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from socket import AF_UNIX, socket
from tempfile import TemporaryDirectory
from threading import local
from typing import Final

from starlette.applications import Starlette

from benchmarks import material
from benchmarks.harness import (
    Benchmark,
    Contender,
    Effort,
    measured,
    must_agree,
    rate,
    table,
)
from rapid_review import AsyncRapidReviews, RapidReviews
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.web import http
from tests.store.postgres.a_server import NOT_FOUND, programs, server

EVENTS: Final = 10  # of a case
CLIENTS: Final = 8
ROUNDS: Final = 9
COMMANDS: Final = 400
NAME: Final = "commands_over_http"
ADDRESS: Final = "RAPID_REVIEW_BENCHMARK"
JSON: Final = {"Content-Type": "application/json"}


def reviews_at(address: str) -> RapidReviews:
    """Return the reviews in a store on a server."""
    return RapidReviews.on_postgres(
        address, terms=material.KENT, clock=material.clock, unsealed=True
    )


def app() -> Starlette:
    """Return what uvicorn serves, in each of its workers."""
    reviews = AsyncRapidReviews(reviews_at(os.environ[ADDRESS]))
    return http.application(reviews, actor=lambda _: material.BY, may=lambda _: True)


class UnixConnection(HTTPConnection):
    """A connection to a server at a Unix socket.

    Args:
        path: of the socket.
    """

    def __init__(self, path: str) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        """Connect."""
        self.sock = socket(AF_UNIX)
        self.sock.connect(self._path)


@contextmanager
def serving(address: str) -> Iterator[str]:
    """Run two workers; yield the path of the socket at which they answer."""
    with TemporaryDirectory(prefix="rr-") as folder:  # a socket's path must be short
        path = f"{folder}/http"
        options = ["--factory", "--workers", "2", "--uds", path, "--log-level", "warning"]
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-m", "uvicorn", "benchmarks.serving:app", *options],
            env={**os.environ, ADDRESS: address},
        )
        try:
            _wait_for(path)
            yield path
        finally:
            process.terminate()
            process.wait()


def _wait_for(path: str) -> None:
    while True:
        try:
            connection = UnixConnection(path)
            connection.request("GET", "/health/ready")
        except OSError:
            time.sleep(0.1)
        else:
            connection.getresponse().read()
            return


class Clients:
    """Eight clients, each with a connection that it keeps.

    Args:
        path: of the socket at which they ask.
        threads: those in which they are.
    """

    def __init__(self, path: str, threads: ThreadPoolExecutor) -> None:
        self._path = path
        self._threads = threads
        self._own = local()

    def ask(self, cases: Sequence[str]) -> None:
        """Ask one command of each case."""
        body = json.dumps(
            {
                "command": "LogPanelCorrespondence",
                "purpose": material.PURPOSE,
                **material.letter(EVENTS).model_dump(mode="json", exclude_none=True),
            }
        ).encode()

        def asked(case: str) -> int:
            told = json.loads(self._sent("POST", f"/cases/{case}/commands", body))
            version: int = told["version"]
            return version

        must_agree(EVENTS + 1, *self._threads.map(asked, cases))

    def look(self, cases: Sequence[str]) -> None:
        """Ask as often whether it lives."""
        answers = self._threads.map(lambda _: self._sent("GET", "/health/live"), cases)
        must_agree(b'{"live":true}', *answers)

    def _sent(self, method: str, path: str, body: bytes | None = None) -> bytes:
        connection: UnixConnection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = UnixConnection(self._path)
        connection.request(method, path, body, JSON)
        return connection.getresponse().read()


def through_python(
    reviews: RapidReviews, threads: ThreadPoolExecutor
) -> Callable[[Sequence[str]], None]:
    """Return what asks the same in this process."""
    command = material.letter(EVENTS)

    def asked(case: str) -> int:
        return reviews.ask(case, command, by=material.BY, purpose=material.PURPOSE).version

    return lambda cases: must_agree(EVENTS + 1, *threads.map(asked, cases))


def benchmarks(effort: Effort, server_programs: Path | None) -> Iterator[Benchmark]:
    """Yield the one of commands over HTTP; where no server can be started, say so and yield none.

    Args:
        effort: how much is done.
        server_programs: the folder of PostgreSQL's own programs; None if it was not found.
    """
    if server_programs is None:
        print(f"{NAME}: left out, for it needs a server. {NOT_FOUND}", file=sys.stderr)
        return
    commands = max(effort.of(COMMANDS), CLIENTS)
    with server(server_programs) as on, ThreadPoolExecutor(CLIENTS) as threads:
        address = f"{on.address}&schema=benchmark"
        init_postgres(address, sealed=False)
        with serving(address) as path, reviews_at(address) as reviews:
            history, clients = material.history(EVENTS), Clients(path, threads)
            made = material.references(commands * (1 + min(effort.rounds, ROUNDS)) * 2)
            reviews.import_histories([(case, history) for case in made], by=material.BY)
            left = iter(made)

            def turn(work: Callable[[Sequence[str]], None]) -> Contender:
                return rate(lambda: list(islice(left, commands)), work)

            yield Benchmark(
                NAME,
                "commands/s",
                "higher",
                turn(clients.ask),
                {"the same through Python": turn(through_python(reviews, threads))},
                ("a request that does nothing", rate(lambda: made[:commands], clients.look)),
                at_most_rounds=ROUNDS,
            )


def main() -> None:
    """Print what was measured."""
    effort = Effort(ROUNDS, 1)
    for benchmark in benchmarks(effort, programs()):
        print(table(benchmark, measured(benchmark, effort)))


if __name__ == "__main__":
    main()
