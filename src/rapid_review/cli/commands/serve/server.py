"""Where the team's pages are served, and the program that serves them until it is stopped."""

import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from rapid_review.cli.context import Shell

if TYPE_CHECKING:
    from rapid_review.store import RapidReviews
    from rapid_review.web.pages import Pages, SignIn

LOAD_CHARTS_AFTER: Final = 2.0
"""Seconds from the start until the code that draws charts is loaded, after the first pages."""


class ServedAt(NamedTuple):
    """Where the pages are served.

    Attributes:
        scheme: "http", or "https" with TLS.
        host: the address of this machine at which the program listens.
        port: the port.
        names: the host names by which others ask for the pages.
    """

    scheme: str
    host: str
    port: int
    names: tuple[str, ...]

    @property
    def at(self) -> str:
        """The address of the pages."""
        name = self.host if is_local(self.host) else self._asked_for[0]
        return f"{self.scheme}://{_in_an_address(name)}:{self.port}"

    @property
    def _asked_for(self) -> tuple[str, ...]:
        """The host names that a request may be for."""
        return tuple(map(_in_an_address, self.names or (self.host,)))

    def application(self, reviews: "RapidReviews", shell: Shell, sign_in: "SignIn") -> "Pages":
        """Return the pages, set up for this place."""
        from rapid_review.web.pages import application
        from rapid_review.web.pages.guards import LOOPBACK

        return application(
            reviews,
            sign_in=sign_in,
            clock=shell.clock,
            cookie=f"rapid-review-{self.port}",
            is_secure=self.scheme == "https",
            hosts=LOOPBACK if is_local(self.host) else self._asked_for,
        )


def _in_an_address(host: str) -> str:
    """Return a host as an address contains it: an IPv6 address is in brackets."""
    return f"[{host.strip('[]')}]" if ":" in host else host


def is_local(host: str) -> bool:
    """Say whether only this machine can reach an address."""
    from rapid_review.web.pages.guards import LOOPBACK

    return host in LOOPBACK


@contextmanager
def listening_at(host: str, port: int) -> Generator[socket.socket, None, None]:
    """Open a port of this machine; it is closed at the end.

    Raises:
        UsageError: the port cannot be used.
    """
    try:
        listening = socket.create_server((host, port), family=_family(host))
    except OSError as error:
        raise click.UsageError(
            f"--port: {_in_an_address(host)}:{port} cannot be used: {error.strerror}; name "
            "another port, or give --port 0 for a free one"
        ) from error
    with listening:
        yield listening


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def run(app: "Pages", listening: socket.socket, certificate: str | None, key: str | None) -> None:
    """Serve the pages until somebody stops the program, with TLS if a certificate is given."""
    import uvicorn

    from rapid_review.web.pages.routes import load_charts

    # The code that draws charts takes seconds to load. Neither the first page nor the first
    # request for statistics should wait for it.
    loading = Timer(LOAD_CHARTS_AFTER, load_charts)
    loading.daemon = True
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    loading.start()
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


@contextmanager
def closing_on_sigterm() -> Generator[None, None, None]:
    """End on SIGTERM as on Ctrl+C: close the store, and remove the link."""
    before = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit(_number: int, _frame: object) -> None:
    raise SystemExit(0)
