"""How a worker is getting on, for anyone who watches it: a file, or a port of this machine alone.

Figures, names of jobs and times; no word of a case, and no text of an error.
"""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar, Final

if TYPE_CHECKING:
    from rapid_review.store.worker import Worker

_HERE: Final = "127.0.0.1"
_ANSWERS: Final = {"/health/live": "live", "/health/ready": "ready"}
Figures = dict[str, Any]


def figures_of(worker: "Worker", now: datetime) -> Figures:
    """Return how a worker is getting on.

    `live` says that it runs: start it again where it does not. `ready` says that no job lies
    behind without moving: that it does not is no reason to start it again, but to look why.
    """
    jobs = [
        {
            "name": one.name,
            "position": one.position,
            "last": one.last,
            "lag": one.lag,
            "beat_at": one.beat_at.isoformat(timespec="seconds"),
            "moved_at": one.moved_at.isoformat(timespec="seconds"),
            "failures": one.failures,
            "parked": one.parked,
        }
        for one in worker.status()
    ]
    told = now.isoformat(timespec="seconds")
    return {"live": worker.is_running, "ready": worker.is_healthy(), "at": told, "jobs": jobs}


def write_health(path: Path, figures: Figures) -> None:
    """Write it to a file, whole: anyone who reads it never finds half of it."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(f"{json.dumps(figures)}\n")
    beside.replace(path)


@contextmanager
def answering(port: int, figures: Callable[[], Figures]) -> Generator[int, None, None]:
    """Answer `/health/live` and `/health/ready` on a port of this machine; yield the port.

    Args:
        port: the port; 0 for one that is free.
        figures: gives what is answered.

    Raises:
        OSError: the port is taken.
    """

    class Answer(BaseHTTPRequestHandler):
        """Answers one that asks, and keeps no log of it."""

        timeout: ClassVar[float | None] = 5

        def do_GET(self) -> None:
            """Answer 200 if it is so, 503 if not, with all figures."""
            asked = _ANSWERS.get(self.path)
            told = figures() if asked else {}
            body = json.dumps(told).encode()
            self.send_response(404 if asked is None else 200 if told[asked] else 503)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is
            """Say nothing."""

    with ThreadingHTTPServer((_HERE, port), Answer) as server:
        server.daemon_threads = True
        serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
        serving.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            serving.join()
