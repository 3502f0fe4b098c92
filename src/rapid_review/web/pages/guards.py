"""What protects every page: which requests are let in, and what a browser may do with a page.

No page has a script, so the policy allows none. Forms may be sent only from these pages: a form
from another address, or from another port of this machine, is refused before it is read.
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
"""The headers of every response. One without a `Cache-Control` of its own gets `no-store`."""
READS: Final = frozenset({"GET", "HEAD"})
"""The methods that change nothing."""
LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]", "::1")
"""The host names of the pages on their own machine."""


class Guards:
    """Refuses forms that other sites send, and puts the headers on every response.

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

        async def send_with_headers(message: Message) -> None:
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
            await refused(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def is_from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Say whether, by what its browser says, a request comes from an address of other pages.

    Another port of the same machine is another address. A program that is not a browser sends no
    such header, and has no cookie that another page could use.

    Args:
        headers: those of the request, under names in lower case.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return False
    # `Origin: null` has no address, which must not match that of a request without a Host.
    return urlsplit(origin).netloc != headers.get("host", "") or not urlsplit(origin).netloc
