"""The application: which page answers which request, and the message if none can."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import Final, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from rapid_review.domain.errors import (
    InvalidInputError,
    RapidReviewError,
    must_be,
)
from rapid_review.store.asynchronous import AsyncRapidReviews
from rapid_review.store.reviews import RapidReviews
from rapid_review.web.pages.error_pages import error_page, fault_page
from rapid_review.web.pages.guards import LOOPBACK, READS, Guards
from rapid_review.web.pages.people import May, People
from rapid_review.web.pages.posting import FORM, WITH_A_SHEET, TooLargeError, read_form
from rapid_review.web.pages.routes import (
    ALL,
    KEEP_A_FORM,
    READ_THE_ACCESS_LOG,
    READ_WORDS,
    ROUTES,
    TAKE_A_SHEET,
    MakePage,
)
from rapid_review.web.pages.sessions import Sessions
from rapid_review.web.pages.sign_in import ByToken, Login, SignIn
from rapid_review.web.pages.site import Site, Visit

_LOG: Final = logging.getLogger("rapid_review.web.pages")
_NO_PAGE: Final = ("There is no such page", "The address belongs to none of these pages.")
_NO_FORM: Final = (
    "This page takes no form",
    "What you sent was not read, and nothing was recorded.",
)
_FORM_ALONE: Final = (
    "This page answers a form alone",
    "Its address shows nothing without the form from which it was opened.",
)
Pages = Starlette
"""The pages, to be served or to be mounted."""


def application(
    reviews: RapidReviews,
    *,
    sign_in: SignIn,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    hosts: Sequence[str] = LOOPBACK,
    cookie: str = "rapid-review",
    is_secure: bool = False,
) -> Starlette:
    """Return one partnership's pages, to be served or to be mounted in a host's application.

    Args:
        reviews: the partnership's reviews; the caller that opened them closes them.
        sign_in: `People` sign in with a password, those of a `PeopleFile` as it is at that
            moment; `ByToken` signs one user in by a link; a function of the host's own returns
            who is signed in to the host.
        clock: returns the time, which must be aware.
        hosts: the host names that requests may be for; others are refused.
        cookie: the name of the session's cookie, where the pages have a sign-in of their own.
        is_secure: whether that cookie is sent only over TLS.

    Raises:
        InvalidInputError: something is of another kind, or a function is `async`.
    """
    must_be(RapidReviews, "the RapidReviews themselves; the pages use threads", reviews=reviews)
    if isinstance(hosts, str):
        raise InvalidInputError('hosts: found text; allowed: a list, such as ["host.example.org"]')
    site = Site(
        reviews,
        clock,
        is_training=reviews.partnerships.is_training,
        is_sealed=reviews.is_sealed,
        signs_out=isinstance(sign_in, People | ByToken),
    )
    login = Login(site, sign_in, Sessions(clock), cookie, is_secure=is_secure)
    in_threads = AsyncRapidReviews(reviews)
    pages = [
        Route(path, _endpoint(site, login, in_threads, make_page, allowed), methods=[method])
        for method, path, make_page, allowed in ROUTES
    ]
    return Starlette(
        routes=[Route("/style.css", _style), Route("/icon.svg", _icon), *login.routes(), *pages],
        middleware=[
            Middleware(Guards),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
        ],
        exception_handlers={HTTPException: _no_page(site, login)},
    )


async def _style(_: Request) -> Response:
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


async def _icon(_: Request) -> Response:
    return Response(ICON, media_type="image/svg+xml")


ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<rect width="16" height="16" fill="#12436d"/>'
    '<path d="M4 8.5l3 3 5-7" fill="none" stroke="#fff" stroke-width="2"/></svg>'
)
"""A tick: what a browser shows beside the title."""


def _read_style() -> str:
    shared = files("rapid_review.reports").joinpath("templates/style.css")
    own = files("rapid_review.web.pages").joinpath("templates/pages.css")
    return shared.read_text(encoding="utf-8") + own.read_text(encoding="utf-8")


STYLE: Final = _read_style()
"""The style sheet of the reports, and what the pages need besides."""


def _endpoint(
    site: Site,
    login: Login,
    in_threads: AsyncRapidReviews,
    make_page: MakePage,
    allowed: frozenset[May],
) -> Callable[[Request], object]:
    """Return the function that checks who asks for a page and whether they may, then makes it."""
    limits = WITH_A_SHEET if make_page in TAKE_A_SHEET else FORM

    async def run(request: Request) -> Response:
        person = login.who(request)
        if person is None:
            keeps = make_page in KEEP_A_FORM and request.method not in READS
            return await login.keep_form(request) if keeps else login.nobody(request)
        visit = Visit(site, request, person)
        if (refused := _refusal(visit, make_page, allowed)) is not None:
            return refused
        try:
            if request.method not in READS:
                visit = Visit(site, request, person, await read_form(request, limits))
            return await in_threads.run(lambda reviews: make_page(_with_behind(visit, reviews)))
        except TooLargeError as error:
            return visit.page(
                "problem.html",
                413,
                title="The file or form is too large",
                because="What you sent is larger than these pages accept, so nothing was "
                "recorded.",
                way_on=str(error),
            )
        except RapidReviewError as error:
            return error_page(visit, error, keeps_form=make_page in KEEP_A_FORM)
        except Exception as error:  # noqa: BLE001 - every kind is reported, by its number alone
            return fault_page(visit, error)

    return run


def _with_behind(visit: Visit, reviews: RapidReviews) -> Visit:
    """Return the visit, with how far the store may lie behind if it is a standby."""
    return replace(visit, behind=reviews.behind()) if reviews.reads_only else visit


def _refusal(visit: Visit, make_page: MakePage, allowed: frozenset[May]) -> Response | None:
    """Return the page that refuses a request by this person, or in this store; None if allowed."""
    if visit.person.may not in allowed:
        return _forbidden_page(visit, make_page)
    if visit.site.reads_only and (allowed is not ALL or make_page in READ_THE_ACCESS_LOG):
        return _read_only_page(visit)
    return None


def _read_only_page(visit: Visit) -> Response:
    return visit.page(
        "problem.html",
        403,
        title="Nothing can be recorded on these pages",
        because="The pages read from a store that is open for reading only, such as a standby. "
        "Words cannot be opened here either, because each reading of words is recorded first.",
        way_on="Use the pages on which your team records. Everything except words can be read "
        "here.",
    )


def _forbidden_page(visit: Visit, make_page: MakePage) -> Response:
    reads = make_page in READ_WORDS
    return visit.page(
        "problem.html",
        403,
        title="You may not read words" if reads else "You may read here, but not record",
        because=f"You are signed in as {visit.person.may}, which does not include this right.",
        way_on="Ask somebody of the team to do it.",
    )


def _no_page(site: Site, login: Login) -> Callable[[Request, Exception], Response]:
    """Return the function that answers a request for which there is no page."""

    def answer_with_no_page(request: Request, error: Exception) -> Response:
        status = cast("HTTPException", error).status_code
        title, because = _NO_PAGE
        if status == _METHOD:
            title, because = _FORM_ALONE if request.method in READS else _NO_FORM
        person = login.who(request)
        if person is None:
            return login.nobody(request)
        answer = Visit(site, request, person).page(
            "problem.html",
            status,
            title=title,
            because=because,
            way_on="Start from the list of cases.",
        )
        if status == _METHOD:
            answer.headers["Allow"] = ", ".join(sorted(_methods_at(request)))
        return answer

    return answer_with_no_page


_METHOD: Final = 405


def _methods_at(request: Request) -> set[str]:
    """Return the methods that the address of a request takes, in whichever route."""
    routes = cast("Starlette", request.app).routes
    there = (one for one in routes if one.matches(request.scope)[0] is not Match.NONE)
    return {method for one in there if isinstance(one, Route) for method in one.methods or ()}
