"""The application: every resource behind the host's own sign-in, to be mounted or served alone."""

from functools import partial
from typing import TypedDict, Unpack

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from rapid_review.store.asynchronous import AsyncRapidReviews
from rapid_review.web.http.exchange import (
    ActorOf,
    Exchange,
    May,
    OnRead,
    Service,
    Watched,
    endpoint,
)
from rapid_review.web.http.openapi import RESOURCES
from rapid_review.web.http.shapes import in_the_query


class Choices(TypedDict, total=False):
    """What a host may give in addition to `reviews`, `actor` and `may`."""

    on_read: OnRead | None
    worker: Watched | None
    require_if_match: bool


def application(
    reviews: AsyncRapidReviews, *, actor: ActorOf, may: May, **choices: Unpack[Choices]
) -> Starlette:
    """Return the HTTP interface to one partnership's rapid reviews, as an application.

    Mount it in a host's, or serve it alone. The code that opened the reviews closes them.

    Args:
        reviews: the partnership's.
        actor: says who sent a request, by the host's login, as they are to be recorded; raises
            `NotSignedIn`, or returns None, if nobody is signed in. It may be a coroutine function;
            if it is not, it must not block.
        may: says whether they may do what they ask; it may be a coroutine function as well. The
            store's own permissions are checked after it.
        choices: `on_read` is called with each reading of cases before any byte goes out: with the
            `Asking`, and the purpose or None; it may be a coroutine function as well.
            `/health/ready` reports the health of `worker`; `require_if_match` makes every command
            name the version that its sender read.

    Raises:
        InvalidInputError: something is of another kind, or a function takes other arguments.

    Example: see `examples/service_on_fastapi.py`.
    """
    service = Service(reviews, actor, may, **choices)
    app = Starlette(
        routes=_routes(service),
        middleware=[Middleware(WithoutLastSlash)],
        exception_handlers={HTTPException: partial(_answer_elsewhere, service)},
    )
    # `WithoutLastSlash` removes the slash instead, which some hosts add (ADR 0074).
    app.router.redirect_slashes = False
    return app


def routes(
    reviews: AsyncRapidReviews, *, actor: ActorOf, may: May, **choices: Unpack[Choices]
) -> list[Route]:
    """Return the same interface as routes among a host's own; see `application`."""
    return _routes(Service(reviews, actor, may, **choices))


def _routes(service: Service) -> list[Route]:
    return [
        Route(
            one.path,
            endpoint(service, one.name, one.handler, in_the_query(one.parameters)),
            methods=[one.method],
            name=f"rapid-review-{one.handler.__name__}",
        )
        for one in RESOURCES
    ]


class WithoutLastSlash:
    """Removes a slash at the end of an address, which some hosts add.

    Args:
        app: the application that answers the request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http" and scope["path"].endswith("/"):
            scope = {**scope, "path": scope["path"].rstrip("/") or "/"}
        await self._app(scope, receive, send)


async def _answer_elsewhere(service: Service, request: Request, error: Exception) -> Response:
    """Answer a request for a resource or a method that does not exist."""

    async def raise_error(_: Exchange) -> Response:
        raise error

    return await endpoint(service, "elsewhere", raise_error)(request)
