"""What is around every page: which requests are let in, and what a browser may do with it.

There is no script on any page, so that the policy allows none. A form may be sent from these pages
alone: what another address, or another port of this machine, sends is refused before it is read.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""What a browser may load for a page, and where its forms may go."""
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What goes out with every answer; each that does not say for how long says never to keep it."""
READS: Final = frozenset({"GET", "HEAD"})
"""The methods that change nothing."""
LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]", "::1")
"""Under which names the pages are asked for on their own machine."""


class Guards:
    """Refuses what other addresses send, and puts the headers on every answer.

    Args:
        app: what is guarded.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["method"] not in READS and is_from_elsewhere(Headers(scope=scope)):
            refused = PlainTextResponse(
                "This form was sent from another site, so nothing was done. Open these pages, and "
                "send the form from there.",
                status_code=403,
            )
            await refused(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


def is_from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Say whether the browser says that a request comes from another address than these pages.

    Another port of the same machine is another address. A program that is no browser says nothing
    of it, and holds no cookie that a page could use.

    Args:
        headers: those of the request, under names in lower case.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return False
    # `Origin: null` has no address, which must not pass for that of a request without a Host.
    return urlsplit(origin).netloc != headers.get("host", "") or not urlsplit(origin).netloc
