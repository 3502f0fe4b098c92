"""Signing in: by a password of the people's file, or by a link that works once."""

import subprocess
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store import RapidReviews
from rapid_review.store.asynchronous import AsyncRapidReviews
from rapid_review.store.store import Store
from rapid_review.web.pages import (
    ByToken,
    May,
    People,
    PeopleFile,
    Person,
    SignIn,
    application,
    people_in,
)
from rapid_review.web.pages.people import Listed, hashed, written
from tests.web.http.a_service import awaited
from tests.web.pages.a_site import COORDINATOR, HOME, KENT, NOW, OWN, hidden, said

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody


@contextmanager
def door(sign_in: SignIn, now: list[datetime] | None = None) -> Generator[TestClient, None, None]:
    """Yield a browser before pages that one signs in to."""
    clock = [NOW] if now is None else now
    with closing(Store.in_memory()) as store:
        reviews = RapidReviews(store, terms=KENT, clock=lambda: NOW)
        app = application(reviews, sign_in=sign_in, clock=lambda: clock[0], cookie="rr-8000")
        with TestClient(app, base_url=HOME, follow_redirects=False) as client:
            yield client


@pytest.fixture(scope="module")
def people() -> People:
    """Return a file's people: one of the team, and an auditor."""
    kept = hashed(PASSWORD)
    team = Listed(id="pt-01", role="coordinator", agency="partnership-team", password=kept)
    auditor = Listed(id="au-1", role="auditor", agency="audit", may=May.AUDITOR, password=kept)
    return People({"pt-01": team, "au-1": auditor})


async def _awaited(_: object) -> Person:
    return Person(COORDINATOR)


def _nobody(_: object) -> None:
    return None


@pytest.mark.parametrize(
    ("mistaken", "why"),
    [
        ({"sign_in": _awaited}, "sign_in: found an async function, which nobody would await"),
        ({"sign_in": True}, "sign_in: found true or false; allowed: a function"),
        ({"hosts": "host.example.org"}, r"hosts: found text; allowed: a list, such as \["),
    ],
)
def test_pages_that_could_answer_no_request_are_refused_where_they_are_mounted(
    mistaken: dict[str, Any], why: str
) -> None:
    """And not at each request."""
    with closing(Store.in_memory()) as store:
        reviews = RapidReviews(store, terms=KENT, clock=lambda: NOW)
        with pytest.raises(InvalidInputError, match=f"^{why}"):
            application(reviews, **{"sign_in": _nobody, **mistaken})
        awaited: Any = AsyncRapidReviews(reviews)
        with pytest.raises(InvalidInputError, match=r"^reviews: found a AsyncRapid"):
            application(awaited, sign_in=_nobody)


def test_a_login_of_a_host_that_returns_an_actor_is_told_what_to_return() -> None:
    """The pages also need to know what the person may do on them."""
    as_an_actor: Any = lambda _: COORDINATOR  # noqa: E731 - a host's own mistake
    with door(as_an_actor) as client, pytest.raises(TypeError, match=r"allowed: a Person\("):
        client.get("/")


def test_a_password_signs_in(people: People) -> None:
    """Anyone who is signed in is named on the page.

    The cookie is the session's, and no script's.
    """
    with door(people) as client:
        assert client.get("/").headers["location"] == "/sign-in"
        answer = client.post("/sign-in", data={"id": "pt-01", "password": PASSWORD}, headers=OWN)
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"].lower()
        assert cookie.startswith("rr-8000=")
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "max-age" not in cookie
        assert "expires" not in cookie
        assert "pt-01, coordinator" in client.get("/").text


@pytest.mark.parametrize(("id_", "password"), [("pt-01", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_password_says_no_more(people: People, id_: str, password: str) -> None:
    """It is not told whether there is such a person."""
    with door(people) as client:
        answer = client.post("/sign-in", data={"id": id_, "password": password}, headers=OWN)
        assert answer.status_code == 401
        assert "The sign-in name or the password is wrong." in answer.text
        assert "set-cookie" not in answer.headers


def test_passwords_are_not_guessed(people: People) -> None:
    """After ten wrong ones a name has to wait."""
    with door(people) as client:
        wrong = {"id": "pt-01", "password": "wrong"}
        answers = [client.post("/sign-in", data=wrong, headers=OWN) for _ in range(11)]
        assert [one.status_code for one in answers] == [401] * 10 + [429]


def test_guesses_that_are_sent_together_are_counted_one_by_one(people: People) -> None:
    """Each counts before the next one is tried."""
    wrong = {"id": "pt-01", "password": "wrong"}
    with door(people) as client, ThreadPoolExecutor(14) as pool:
        sent = [pool.submit(client.post, "/sign-in", data=wrong, headers=OWN) for _ in range(14)]
        assert sorted(one.result().status_code for one in sent) == [401] * 10 + [429] * 4


TOGETHER: Final = """
from concurrent.futures import ThreadPoolExecutor
from rapid_review.web.pages.people import Listed, People, hashed

words = "correct horse battery"
listed = Listed(id="pt-01", role="coordinator", agency="partnership-team", password=hashed(words))
people = People({"pt-01": listed})
asked = [("pt-01", words), ("nobody", words), ("pt-01", "wrong"), ("pt-01", words)]
with ThreadPoolExecutor(4) as pool:
    print([found is not None for found in pool.map(lambda one: people.who_is(*one), asked)])
"""


def test_several_who_sign_in_at_once_are_all_answered() -> None:
    """In a process of its own: where they held each other up, none would ever end."""
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", TOGETHER], capture_output=True, text=True, timeout=300, check=True
    )
    assert ended.stdout.strip() == "[True, False, False, True]"


def test_a_session_ends_after_half_an_hour(people: People) -> None:
    """Each page counts again; after 30 minutes without one there is none."""
    now = [NOW]
    with door(people, now) as client:
        client.post("/sign-in", data={"id": "pt-01", "password": PASSWORD}, headers=OWN)
        for minutes, status in ((29, 200), (29, 200), (31, 303), (0, 303)):
            now[0] += timedelta(minutes=minutes)
            assert client.get("/").status_code == status


def test_signing_out_ends_the_session(people: People) -> None:
    """The cookie is of no use any more, also where a copy of it was kept."""
    with door(people) as client:
        client.post("/sign-in", data={"id": "pt-01", "password": PASSWORD}, headers=OWN)
        kept = client.cookies["rr-8000"]
        assert client.post("/sign-out", headers=OWN).status_code == 303
        client.cookies.set("rr-8000", kept)
        assert client.get("/").status_code == 303


def test_who_signs_in_ends_the_session_of_who_was_there_before(people: People) -> None:
    """Nobody signed out, and a copy of the first cookie was kept."""
    with door(people) as client:
        client.post("/sign-in", data={"id": "pt-01", "password": PASSWORD}, headers=OWN)
        kept = client.cookies["rr-8000"]
        client.post("/sign-in", data={"id": "au-1", "password": PASSWORD}, headers=OWN)
        assert client.get("/").status_code == 200
        client.cookies.clear()
        client.cookies.set("rr-8000", kept)
        assert client.get("/").status_code == 303


def test_a_link_signs_in_once() -> None:
    """The token of a link is thrown away at its first use."""
    by = ByToken(Person(COORDINATOR))
    token = by.token
    assert str(token) not in repr(by)
    with door(by) as client:
        assert client.get("/token?token=wrong").status_code == 403
        assert client.get(f"/token?token={token}").status_code == 303
        assert client.get("/").status_code == 200
        client.cookies.clear()
        assert client.get(f"/token?token={token}").status_code == 403
        assert client.get("/").status_code == 303


def test_a_form_that_is_sent_by_nobody_is_given_back_to_its_author_alone() -> None:
    """In a host, which signs people in: nothing is recorded, and what was typed is not shown."""
    at_the_desk: list[Person] = []
    with door(lambda _: next(iter(at_the_desk), None)) as client:
        at_the_desk[:] = [Person(COORDINATOR)]
        typed = hidden(client.get("/new").text) | {"incident.where": "a fall", "go": "check"}
        at_the_desk.clear()
        lost = client.post("/new", data=typed, headers=OWN)
        assert lost.status_code == 401
        assert "Nothing was recorded. Your answers are still on this page" in said(lost)
        assert "Sign in to your platform, in a new tab" in said(lost)
        assert "a fall" not in said(lost)
        again = hidden(lost.text) | {"go": "change"}
        at_the_desk[:] = [Person(COORDINATOR.model_copy(update={"id": "pt-02"}))]
        to_another = client.post("/new", data=again, headers=OWN)
        assert to_another.status_code == 403
        assert "Somebody else filled in this form" in said(to_another)
        assert "a fall" not in to_another.text
        at_the_desk[:] = [Person(COORDINATOR)]
        given_back = client.post("/new", data=again, headers=OWN)
        assert given_back.status_code == 200
        assert "a fall" in given_back.text


def test_a_form_that_nobody_can_read_or_without_answers_is_not_kept(people: People) -> None:
    """It is said to be lost."""
    with door(people) as client:
        unreadable = client.post("/new", content="nothing", headers=OWN)
        empty = client.post("/new", data={"go": "record"}, headers=OWN)
    for answer in (unreadable, empty):
        assert answer.status_code == 401
        assert "nothing was recorded, and the form was not kept" in said(answer)


@pytest.mark.parametrize(
    ("path", "person", "status"),
    [
        ("/new", None, 401),
        ("/new", Person(COORDINATOR, May.TEAM), 422),
        ("/sign-in", None, 400),
    ],
)
def test_a_form_that_breaks_off_is_no_fault_of_the_program(
    people: People,
    caplog: pytest.LogCaptureFixture,
    path: str,
    person: Person | None,
    status: int,
) -> None:
    """Its browser went away before all of it had come: nobody is left to be answered."""
    answers: list[Message] = []

    async def break_off() -> Message:
        return {"type": "http.disconnect"}

    async def hear(message: Message) -> None:
        answers.append(message)

    form = (b"content-type", b"application/x-www-form-urlencoded")
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [form, (b"host", b"localhost")],
    }

    async def run() -> None:
        await client.app(scope, break_off, hear)

    with door(people if person is None else lambda _: person) as client:
        awaited(run())
    assert answers[0]["status"] == status
    assert not caplog.records


def test_of_somebody_who_is_not_signed_in_little_is_read(people: People) -> None:
    """Anybody can send a file: only of the team is a large one read to its end."""
    name = {"id": "pt-01", "password": PASSWORD}
    small, large = (("file", b"x" * length) for length in (16 * 1024**2, 33 * 1024**2))
    with door(people) as client:
        assert client.post("/sign-in", data=name, files=[large], headers=OWN).status_code == 400
        kept = client.post("/new", data={"words": "w"}, files=[small], headers=OWN)
        lost = client.post("/new", data={"words": "w"}, files=[large], headers=OWN)
        assert client.post("/sign-in", data=name, headers=OWN).status_code == 303
    assert "Your answers are still on this page" in said(kept)
    assert "the form was not kept" in said(lost)


def test_nobody_in_a_host_is_sent_to_the_host_s_own_login() -> None:
    """The pages have no sign-in of their own there; only a form that was sent can be lost."""
    sheet = {"purpose": "history"}
    with door(lambda _: None) as client:
        asked, sent = client.get("/"), client.post("/table", data=sheet, headers=OWN)
    for answer in (asked, sent):
        assert answer.status_code == 401
        assert "Sign in to your platform, and open this page again." in answer.text
        assert "rapid-review serve" not in answer.text
    assert "nothing was recorded" not in asked.text
    assert "nothing was recorded" in sent.text


def test_the_file_holds_no_password(tmp_path: Path, people: People) -> None:
    """It is read back as it was written, and only hashes are in it."""
    file = tmp_path / "reviews.people.toml"
    file.write_text(written(people.listed.values()), encoding="utf-8")
    assert PASSWORD not in file.read_text(encoding="utf-8")
    assert people_in(file).listed == people.listed


@pytest.fixture
def file(tmp_path: Path, people: People) -> Path:
    """Return the file that lists the people."""
    path = tmp_path / "reviews.people.toml"
    path.write_text(written(people.listed.values()), encoding="utf-8")
    return path


def signed_in(client: TestClient) -> None:
    """Sign the member of the team in."""
    answer = client.post("/sign-in", data={"id": "pt-01", "password": PASSWORD}, headers=OWN)
    assert answer.status_code == 303
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("field", [None, "role", "agency", "may", "password"])
def test_who_is_removed_or_changed_in_the_file_is_signed_out_at_the_next_page(
    file: Path, people: People, field: str | None
) -> None:
    """Nobody starts the program again; of the others nothing changes."""
    with door(PeopleFile(file)) as client, door(PeopleFile(file)) as other:
        signed_in(client)
        other.post("/sign-in", data={"id": "au-1", "password": PASSWORD}, headers=OWN)
        changes = {"may": May.READER, "password": hashed("another long password")}
        one = people.listed["pt-01"]
        new = [one.model_copy(update={field: changes.get(field, "police")})] if field else []
        file.write_text(written([*new, people.listed["au-1"]]), encoding="utf-8")
        assert client.get("/").headers["location"] == "/sign-in"
        assert other.get("/").status_code == 200
        file.write_text(written(people.listed.values()), encoding="utf-8")
        assert client.get("/").headers["location"] == "/sign-in", "the session has ended"
        signed_in(client)


class Overtaken(PeopleFile):
    """While it remembers what it has read, another thread asks, which read the file before."""

    meanwhile: Callable[[], object] | None = None

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name != "meanwhile" and (then := self.meanwhile) is not None:
            self.meanwhile = None
            then()


def test_threads_that_ask_at_once_bring_back_nobody_who_was_removed(
    file: Path, people: People
) -> None:
    """What is remembered of the file and its bytes always belong together."""
    everybody, nobody = written(people.listed.values()), written(())
    file.write_text(f"{everybody}\n# as it was at first\n", encoding="utf-8")
    read = Overtaken(file)

    def the_other_reads_it_as_it_was_before() -> None:
        file.write_text(everybody, encoding="utf-8")
        assert read.listed
        file.write_text(nobody, encoding="utf-8")

    file.write_text(nobody, encoding="utf-8")
    read.meanwhile = the_other_reads_it_as_it_was_before
    assert not read.listed
    assert not read.listed


def test_who_is_added_to_the_file_signs_in(file: Path, people: People) -> None:
    """Also into a file that listed nobody when the program began."""
    file.write_text("", encoding="utf-8")
    with door(PeopleFile(file)) as client:
        given = {"id": "pt-01", "password": PASSWORD}
        assert client.post("/sign-in", data=given, headers=OWN).status_code == 401
        file.write_text(written(people.listed.values()), encoding="utf-8")
        signed_in(client)


@pytest.mark.parametrize("text", [None, "[[people]"])
def test_while_the_file_cannot_be_read_nobody_is_signed_in(
    file: Path, people: People, text: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """Who runs the program finds the reason in its log; mended, it is as before."""
    with door(PeopleFile(file)) as client:
        signed_in(client)
        if text is None:
            file.unlink()
        else:
            file.write_text(text, encoding="utf-8")
        assert client.get("/").headers["location"] == "/sign-in"
        given = {"id": "pt-01", "password": PASSWORD}
        answer = client.post("/sign-in", data=given, headers=OWN)
        assert answer.status_code == 503
        assert "Nobody can sign in at the moment" in answer.text
        assert "reviews.people.toml: cannot be read" in caplog.text
        file.write_text(written(people.listed.values()), encoding="utf-8")
        assert client.get("/").status_code == 200


def test_a_file_with_mistakes_serves_nobody_from_the_start(file: Path) -> None:
    """The program says so at once, and not at the first sign-in."""
    file.write_text("[[people]", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="cannot be read"):
        PeopleFile(file)


@pytest.mark.parametrize(
    "text",
    [
        "people = 1",
        "[[people]]\nid = 'x'",
        "[[people]",
        '[[people]]\nid="a b"\nrole="x"\nagency="y"\npassword="hunter2 hunter2"',
    ],
)
def test_a_file_with_mistakes_is_told_without_a_password(tmp_path: Path, text: str) -> None:
    """What is wrong is said, and nothing that may be a password."""
    file = tmp_path / "people.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError) as told:
        people_in(file)
    assert "hunter2" not in str(told.value)
    assert str(told.value).startswith("people.toml: ")


def test_a_short_password_is_not_taken() -> None:
    """It says how long one must be."""
    with pytest.raises(InvalidInputError, match="allowed: 12 to"):
        hashed("short")
