"""Report the health of a worker, in a file or on a port of this machine only.

Reported are figures, names of jobs and times; no words of a case, and no text of an error.
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
    """Return the health of a worker.

    `live` means that it runs; if it does not, start it again. `ready` means that no job is stuck
    behind the store; if one is, find out why, because starting the worker again does not help.
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
    at = now.isoformat(timespec="seconds")
    return {"live": worker.is_running, "ready": worker.is_healthy(), "at": at, "jobs": jobs}


def write_health(path: Path, figures: Figures) -> None:
    """Write the figures to a file in one step: a reader never finds half of them."""
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
        """Answers a probe, and keeps no log of it."""

        timeout: ClassVar[float | None] = 5

        def do_GET(self) -> None:
            """Answer 200 if the worker is live, or ready, otherwise 503; with all figures."""
            asked = _ANSWERS.get(self.path)
            answer = figures() if asked else {}
            body = json.dumps(answer).encode()
            self.send_response(404 if asked is None else 200 if answer[asked] else 503)
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
