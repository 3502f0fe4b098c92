"""A team's pages in process: somebody is signed in, sees pages and sends forms."""

import html
import re
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from httpx2 import Response
from starlette.testclient import TestClient

from rapid_review import terms as shipped
from rapid_review.domain.commands import Command, ReceiveNotification
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.store.store import Store
from rapid_review.web.pages import May, Person, application
from rapid_review.web.pages.forms.filled import Filled
from rapid_review.web.pages.forms.presets import filled_with, unknown_days

HOME: Final = "http://127.0.0.1:8000"
OWN: Final = {"Sec-Fetch-Site": "same-origin"}
KENT: Final = shipped.load(shipped.KENT_AND_MEDWAY_2020)
COORDINATOR: Final = Actor(id="pt-01", role="coordinator", agency="partnership-team")
NOW: Final = datetime(2020, 7, 1, 12, tzinfo=UTC)
CASE: Final = "KM-2020-014"
_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


@dataclass
class Team:
    """Somebody at the pages.

    Attributes:
        client: what asks for pages and sends forms.
        reviews: the reviews that the pages are of.
        now: what the clock says.
    """

    client: TestClient
    reviews: RapidReviews
    now: list[datetime]

    def sees(self, path: str) -> str:
        """Return the page at an address; it is there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}: {said(answer)}"
        return answer.text

    def sends(self, path: str, form: Mapping[str, str | list[str]]) -> Response:
        """Return what is answered to a form, sent from the pages themselves."""
        return self.client.post(path, data=dict(form), headers=OWN)

    def fills_in(self, command: Command, case: str = CASE) -> Response:
        """Return what is answered where a form is filled in with a command, and sent."""
        is_new = isinstance(command, ReceiveNotification)
        path = "/new" if is_new else f"/record/{type(command).__name__}/{case}"
        form = hidden(self.sees(path)) | texts(
            filled_with(dict(command) | unknown_days(command), KENT.zone)
        )
        return self.sends(
            path, form | {"go": "check"} | ({"case-reference": case} if is_new else {})
        )

    def records(self, command: Command, case: str = CASE) -> Response:
        """Return what is answered where what was filled in was checked, and is recorded."""
        checked = self.fills_in(command, case)
        assert checked.status_code == 200, said(checked)
        return self.sends(str(checked.url.path), hidden(checked.text) | {"go": "record"})


@contextmanager
def pages_of(
    reviews: RapidReviews, now: list[datetime], may: May = May.TEAM, actor: Actor = COORDINATOR
) -> Generator[Team, None, None]:
    """Yield somebody who is signed in by a host's login."""
    person = Person(actor, may)
    app = application(reviews, sign_in=lambda _: person, clock=lambda: now[0])
    with TestClient(app, base_url=HOME, follow_redirects=False) as client:
        yield Team(client, reviews, now)


@contextmanager
def a_team(
    commands: Iterable[Command] = (), may: May = May.TEAM, case: str = CASE
) -> Generator[Team, None, None]:
    """Yield somebody at the pages of a store in which this was recorded."""
    now = [NOW]
    with (
        closing(Store.in_memory()) as access,
        RapidReviews.in_memory(terms=KENT, clock=lambda: now[0], access=access) as reviews,
    ):
        for command in commands:
            reviews.handle(case, command, by=COORDINATOR)
        with pages_of(reviews, now, may) as team:
            yield team


def hidden(page: str) -> dict[str, str | list[str]]:
    """Return what a page carries from step to step."""
    found: dict[str, list[str]] = {}
    for name, value in _HIDDEN.findall(page):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return {name: one[0] if len(one) == 1 else one for name, one in found.items()}


def texts(filled: Filled) -> dict[str, str | list[str]]:
    """Return a filled-in form as it is sent."""
    return {name: list(filled.texts(name)) for name, _ in filled}


def said(answer: Response) -> str:
    """Return what a page says, without its markup."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", f"<{main}").split()))
