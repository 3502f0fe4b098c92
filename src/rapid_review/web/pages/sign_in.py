"""Signing in: by password, by a link that works once, or by the login of a host."""

import asyncio
import hmac
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.redaction import kind_of
from rapid_review.store.callbacks import must_be_function
from rapid_review.web.pages.forms.filled import BUTTONS
from rapid_review.web.pages.guards import READS
from rapid_review.web.pages.people import Listed, People, Person
from rapid_review.web.pages.posting import (
    NOT_SIGNED_IN,
    SIGNING_IN,
    NotReadError,
    TooLargeError,
    read_form,
)
from rapid_review.web.pages.sessions import Sessions
from rapid_review.web.pages.site import SEE_OTHER, Site, address_of, page

ByHost = Callable[[Request], Person | None]
"""Returns who is signed in to the host, by its own login; None for nobody."""


@dataclass
class ByToken:
    """One local user, by a token that signs in once.

    Attributes:
        person: the user.
        token: the token; None once it was used.
    """

    person: Person
    token: str | None = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def redeem(self, given: str) -> Person | None:
        """Return the user for the token, once."""
        if self.token is None or not hmac.compare_digest(self.token.encode(), given.encode()):
            return None
        self.token = None
        return self.person


SignIn = People | ByToken | ByHost
"""How people sign in."""
_LOG: Final = logging.getLogger("rapid_review.web.pages")
_NO_PEOPLE: Final = (
    "Nobody can sign in at the moment: the list of people cannot be read. Tell the person who "
    "runs this program, who finds the reason in its log."
)


class Login:
    """Recognises who asks, and has the pages to sign in and out.

    Args:
        site: the pages.
        sign_in: how people sign in.
        sessions: who is signed in.
        cookie: the cookie's name, with the port, because the ports of a machine share cookies.
        is_secure: whether the cookie is sent only over TLS.
    """

    def __init__(
        self, site: Site, sign_in: SignIn, sessions: Sessions, cookie: str, *, is_secure: bool
    ) -> None:
        if not isinstance(sign_in, People | ByToken):
            must_be_function("sign_in", sign_in, "a Request")
        self._site = site
        self._sign_in = sign_in
        self._sessions = sessions
        self._cookie = cookie
        self._is_secure = is_secure
        self._one_at_a_time = asyncio.Lock()

    def who(self, request: Request) -> Person | None:
        """Return the person who asks; None if nobody is signed in."""
        if not isinstance(self._sign_in, People | ByToken):
            return _person(self._sign_in(request))
        key = request.cookies.get(self._cookie)
        session = self._sessions.of(key)
        if session is None:
            return None
        # A person who was removed, or has another role or password now, must sign in again.
        try:
            is_as_before = self._listed(session.person.actor.id) == session.listed
        except InvalidInputError as error:
            _LOG.error("nobody is signed in: %s", error)
            return None
        if not is_as_before:
            self._sessions.end(key)
            return None
        return session.person

    def _listed(self, id_: str) -> Listed | None:
        """Return what the people file has of somebody now; None where nobody is listed."""
        return self._sign_in.listed.get(id_) if isinstance(self._sign_in, People) else None

    def routes(self) -> list[Route]:
        """Return the pages to sign in and out; none if a host does that."""
        if not isinstance(self._sign_in, People | ByToken):
            return []
        return [
            Route("/sign-in", self._form, methods=["GET"]),
            Route("/sign-in", self._by_password, methods=["POST"]),
            Route("/token", self._by_token, methods=["GET"]),
            Route("/sign-out", self._sign_out, methods=["POST"]),
        ]

    def nobody(self, request: Request) -> Response:
        """Return the response to a request of somebody who is not signed in."""
        if isinstance(self._sign_in, People | ByToken) and request.method in READS:
            return RedirectResponse(_address_in(request)("/sign-in"), SEE_OTHER)
        lost = (
            "You are not signed in, so nothing was recorded, and the form was not kept. Sign in, "
            "and fill it in again."
        )
        return self._page(request, "" if request.method in READS else lost, 401)

    async def keep_form(self, request: Request) -> Response:
        """Return a page that carries the form of somebody who is not signed in, until they are.

        It carries the answers unseen, as the page to check them does; the server keeps none.
        """
        try:
            form = await read_form(request, NOT_SIGNED_IN)
        except (TooLargeError, NotReadError):
            return self.nobody(request)
        kept = [(name, text) for name, text in form if name not in BUTTONS]
        return self._page(request, "", 401, kept=kept) if kept else self.nobody(request)

    async def _form(self, request: Request) -> Response:
        return self._page(request, "")

    async def _by_password(self, request: Request) -> Response:
        if not isinstance(self._sign_in, People):
            return self._page(request, "", 403)
        try:
            form = await read_form(request, SIGNING_IN)
        except (TooLargeError, NotReadError):
            return self._page(request, "The form could not be read. Try again.", 400)
        # Not by `text`, which strips: a password may begin or end with a blank.
        id_, password = form.text("id"), "".join(form.texts("password"))
        # One after another, so that of many guesses that are sent at once each is counted before
        # the next is tried. Those that wait do not block a thread that other pages need.
        async with self._one_at_a_time:
            if not self._sessions.may_try(id_):
                wait = "Too many wrong passwords. Wait 15 minutes, then try again."
                return self._page(request, wait, 429)
            try:
                listed = self._listed(id_)  # first: what changes meanwhile is noticed later
                person = await run_in_threadpool(self._sign_in.who_is, id_, password)
            except InvalidInputError as error:
                _LOG.error("nobody can sign in: %s", error)
                return self._page(request, _NO_PEOPLE, 503)
            if person is None:
                self._sessions.count_wrong(id_)
                return self._page(request, "The sign-in name or the password is wrong.", 401)
        return self._begin_session(request, person, listed)

    async def _by_token(self, request: Request) -> Response:
        given = request.query_params.get("token", "")
        person = self._sign_in.redeem(given) if isinstance(self._sign_in, ByToken) else None
        if person is None:
            used = (
                "This link has already been used, or is wrong. Start `rapid-review serve` again "
                "for a new one."
            )
            return self._page(request, used, 403)
        return self._begin_session(request, person)

    async def _sign_out(self, request: Request) -> Response:
        self._sessions.end(request.cookies.get(self._cookie))
        answer = RedirectResponse(_address_in(request)("/sign-in"), SEE_OTHER)
        answer.delete_cookie(self._cookie, path=_cookie_path(request))
        return answer

    def _begin_session(
        self, request: Request, person: Person, listed: Listed | None = None
    ) -> Response:
        self._sessions.end(request.cookies.get(self._cookie))  # of the person who was here before
        answer = RedirectResponse(_address_in(request)("/"), SEE_OTHER)
        answer.set_cookie(
            self._cookie,
            self._sessions.begin(person, listed),
            path=_cookie_path(request),
            secure=self._is_secure,
            httponly=True,
            samesite="lax",  # `strict` would break a link that is opened from a file
        )
        return answer

    def _page(
        self,
        request: Request,
        wrong: str,
        status: int = 200,
        kept: Sequence[tuple[str, str]] = (),
    ) -> Response:
        return page(
            self._site,
            _address_in(request),
            "sign_in.html",
            status,
            wrong=wrong,
            kept=kept,
            action=address_of(request),
            asks_password=isinstance(self._sign_in, People),
            by_link=isinstance(self._sign_in, ByToken),
        )


def _person(found: object) -> Person | None:
    """Return the person whom a host's login returned.

    Raises:
        TypeError: it returned something else.
    """
    if found is None or isinstance(found, Person):
        return found
    raise TypeError(
        f"sign_in: returned {kind_of(found)}; allowed: a Person(actor, may), or None if nobody is "
        "signed in"
    )


def _address_in(request: Request) -> Callable[[str], str]:
    """Return the function that makes the address of a page from its path."""
    root = str(request.scope.get("root_path", ""))

    def address(path: str) -> str:
        return f"{root}{path}"

    return address


def _cookie_path(request: Request) -> str:
    return str(request.scope.get("root_path", "")) or "/"
