"""What the tests of the HTTP interface share: a sealed store in files, served, and asked."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar, Unpack

import httpx2
from starlette.requests import Request
from starlette.types import ASGIApp

from rapid_review.domain.commands import Command
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.store.asynchronous import AsyncRapidReviews
from rapid_review.store.authority.port import Authorizer
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.store import Store
from rapid_review.web.http import NotSignedIn, application
from rapid_review.web.http.application import Choices
from rapid_review.web.http.exchange import May
from tests.domain.a_review import KENT, RECEIVE
from tests.store.a_record import CASE, TEAM, HandSetClock

T = TypeVar("T")
Json = Any
Client = httpx2.AsyncClient
JSON: Final = {"Content-Type": "application/json"}
CHAIR: Final = Actor(id="ch-01", role="chair", agency="police")
PEOPLE: Final = {"team": TEAM, "chair": CHAIR}


def signed_in(request: Request) -> Actor:
    """Say who sent a request: a host's login would know it by a cookie or a token."""
    try:
        return PEOPLE[request.headers.get("X-User", "team")]
    except KeyError:
        raise NotSignedIn from None


def awaited(what: Coroutine[Any, Any, T]) -> T:
    """Return what is awaited, in a thread of its own: in ours a browser's event loop may run."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(asyncio.run, what).result()


def sent(command: Command, **beside: object) -> dict[str, Json]:
    """Return a command as its sender writes it."""
    return {
        "command": type(command).__name__,
        **command.model_dump(mode="json", exclude_none=True),
        **beside,
    }


class Asked:
    """An application, asked one request after the other as over a network.

    Args:
        app: the application.
        reviews: those that it serves.
        awaiting: the same, as it awaits them.
    """

    def __init__(self, app: ASGIApp, reviews: RapidReviews, awaiting: AsyncRapidReviews) -> None:
        self.app = app
        self.reviews = reviews
        self.awaiting = awaiting

    def client(self) -> Client:
        """Return a client of the application, for anyone who awaits."""
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        return Client(transport=transport, base_url="http://host/")

    def together(self, work: Callable[[Client], Awaitable[T]]) -> T:
        """Return what some work with a client makes, such as requests at once."""

        async def run() -> T:
            async with self.client() as client:
                return await work(client)

        return awaited(run())

    def send(
        self, method: str, path: str, content: bytes = b"", headers: Mapping[str, str] = {}
    ) -> httpx2.Response:
        """Send a request."""
        return self.together(
            lambda client: client.request(method, path, content=content, headers=dict(headers))
        )

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """Read a resource; a header's name has underscores for hyphens."""
        return self.send("GET", path, headers=_named(headers))

    def ask(
        self, said: Command | Mapping[str, Json] | bytes, case: str = CASE, **headers: str
    ) -> httpx2.Response:
        """Ask a command of a case."""
        if isinstance(said, Command):
            said = sent(said)
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        return self.send("POST", f"/cases/{case}/commands", content, JSON | _named(headers))

    def opened(self, case: str = CASE) -> "Asked":
        """Open a case; return the same service."""
        assert self.ask(RECEIVE, case).status_code == 201
        return self


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


class Place(NamedTuple):
    """Where a sealed store is, and its keys."""

    store: str
    keys: str
    key_file: Path

    def opened(self) -> Store:
        """Open it, as each process does."""
        keys = keys_at(self.keys, self.key_file)
        if self.store.startswith("postgresql:"):
            return Store.on_postgres(self.store, keys=keys)
        return Store.on_sqlite(self.store, keys=keys)


def place_in(folder: Path) -> Place:
    """Return a place for a store in a file."""
    place = Place(str(folder / "record.db"), str(folder / "keys.db"), folder / "key")
    make_keys(place.keys, place.key_file)
    return place


def place_on(server: str, table: str, folder: Path) -> Place:
    """Return a place for a store on a server: in one schema, and its keys in another."""
    place = Place(server, table, folder / "key")
    make_keys(place.keys, place.key_file)
    assert init_postgres(place.store, sealed=True)
    return place


@contextmanager
def served(
    folder: Path,
    *,
    place: Place | None = None,
    may: May = lambda _: True,
    authorizer: Authorizer | None = None,
    editions: Iterable[Terms] = (),
    has_access_log: bool = True,
    **choices: Unpack[Choices],
) -> Iterator[Asked]:
    """Serve a sealed store; everybody may do everything, if nothing else is said."""
    log = place_in(folder)._replace(store=str(folder / "access.db"))
    reviews = RapidReviews.owning(
        (place or place_in(folder)).opened(),
        terms=KENT,
        clock=HandSetClock(),
        access=log.opened() if has_access_log else None,
        editions=editions,
        authorizer=authorizer or Everybody(),
    )
    awaiting = AsyncRapidReviews(reviews)
    app = application(awaiting, actor=signed_in, may=may, **choices)
    try:
        yield Asked(app, reviews, awaiting)
    finally:
        awaited(awaiting.close())


def problem_in(response: httpx2.Response, status: int, kind: str) -> dict[str, Json]:
    """Hold that an answer is a problem of a kind; return it."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    found: dict[str, Json] = response.json()
    assert (found["status"], found["type"]) == (status, f"urn:rapid-review:problem:{kind}")
    assert found["title"]
    return found


def next_of(answer: httpx2.Response, path: str) -> str:
    """Return the address of the next page; empty if there is none."""
    link = answer.headers.get("Link", "")
    if not link:
        return ""
    where, _, says = link.partition(">; ")
    assert says == 'rel="next"'
    assert where.startswith("<?")
    return path + where.removeprefix("<")
