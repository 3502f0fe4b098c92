"""The laws of HTTP over the library's own interface, with the team's pages beside it."""

import re
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount
from starlette.testclient import TestClient

from rapid_review import terms as shipped
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.store.asynchronous import AsyncRapidReviews
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.store import Store
from rapid_review.testing.http_client import Client, Form, Served
from rapid_review.testing.http_conformance import HttpConformance
from rapid_review.testing.wiring import Clock
from rapid_review.testing.wiring_laws import ACT, CASE
from rapid_review.web import pages
from rapid_review.web.http import NotSignedIn, application
from rapid_review.web.pages.forms.presets import filled_with
from tests.domain.a_review import KENT
from tests.web.pages.a_site import HOME, OWN, hidden, texts

PLYMOUTH: Final = shipped.load("plymouth")
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded", **OWN}
PEOPLE: Final = {
    "team": Actor(id="u-1", role="coordinator", agency="partnership-team"),
    "barred": Actor(id="u-2", role="guest", agency="police"),
}


def signed_in(request: Request) -> Actor:
    """Say who sent a request: a host's login would know it by a cookie or a token."""
    if (found := PEOPLE.get(request.headers.get("X-User", ""))) is None:
        raise NotSignedIn
    return found


def service(reviews: RapidReviews, clock: Clock) -> Starlette:
    """Return the interface under /reviews, and the team's pages beside it, for one person."""
    served = application(
        AsyncRapidReviews(reviews), actor=signed_in, may=lambda one: one.actor.role != "guest"
    )
    person = pages.Person(PEOPLE["team"], pages.May.TEAM)
    beside = pages.application(reviews, sign_in=lambda _: person, clock=clock)
    return Starlette(routes=[Mount("/reviews", app=served), Mount("/", app=beside)])


class TestInAFile(HttpConformance):
    """Two partnerships over one file, and a page of forms."""

    prefix = "/reviews"
    their_terms: ClassVar[Terms | None] = PLYMOUTH

    @contextmanager
    def serves(self, folder: Path, clock: Clock) -> Generator[Served, None, None]:
        """Serve the file to four people."""
        with ExitStack() as opened:
            store = opened.enter_context(
                closing(Store.on_sqlite(folder / "record.db", unsealed=True))
            )

            def of(terms: Terms) -> Starlette:
                reviews = RapidReviews(
                    store,
                    terms=terms,
                    clock=clock,
                    editions=[KENT, PLYMOUTH],
                    authorizer=Everybody(),
                )
                return service(reviews, clock)

            def client(app: Starlette, who: str) -> TestClient:
                headers = {"X-User": who}
                return opened.enter_context(TestClient(app, base_url=HOME, headers=headers))

            kent, theirs = of(KENT), client(of(PLYMOUTH), "team")
            yield Served(
                client(kent, "team"), client(kent, "nobody"), client(kent, "barred"), theirs
            )

    def form(self, team: Client) -> Form:
        """Return the form of an immediate action, filled in and checked."""
        path = f"/record/{type(ACT).__name__}/{CASE}"
        page = team.request("GET", path, content=b"", headers={}).text
        filled = hidden(page) | texts(filled_with(dict(ACT), KENT.zone)) | {"go": "check"}
        checked = team.request(
            "POST", path, content=urlencode(filled, doseq=True).encode(), headers=FORM
        )
        fields = hidden(checked.text) | {"go": "record"}
        return Form(path, {name: str(value) for name, value in fields.items()})


class OnlyTheTeam(TestInAFile):
    """A host with one partnership, in which everybody may do something."""

    __test__ = False

    @contextmanager
    def serves(self, folder: Path, clock: Clock) -> Generator[Served, None, None]:
        """Serve the file to its team, and to who is not signed in."""
        with super().serves(folder, clock) as served:
            yield Served(served.team, served.nobody)


@pytest.mark.parametrize(
    ("law", "said"),
    [
        ("test_who_may_nothing_is_shown_nothing", "give `Served.barred`"),
        ("test_a_case_of_another_partnership_is_not_found", "give `Served.theirs`"),
    ],
)
def test_a_law_that_cannot_be_tried_is_skipped_with_what_to_give(
    law: str, said: str, tmp_path: Path
) -> None:
    """A host that serves nobody else shall not believe that they are shown nothing."""
    with pytest.raises(pytest.skip.Exception, match=re.escape(said)):
        getattr(OnlyTheTeam(), law)(tmp_path)
