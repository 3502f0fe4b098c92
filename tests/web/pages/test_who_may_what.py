"""Who may ask for which page, and what a browser may do with it."""

import html
import re
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import timedelta
from hashlib import sha256
from itertools import product

import pytest
from modern_csrf.base import should_accept_request
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from rapid_review.domain.commands import ReceiveNotification
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.store.authority.by_file import ByPermissions
from rapid_review.store.authority.permissions import parse_permissions
from rapid_review.store.store import Store
from rapid_review.web.pages import May
from rapid_review.web.pages.guards import HEADERS, is_from_elsewhere
from rapid_review.web.pages.routes import ROUTES
from tests.domain.a_review import TO_ERASE, changed
from tests.web.pages.a_site import (
    CASE,
    COORDINATOR,
    HOME,
    KENT,
    NOW,
    OWN,
    Team,
    a_team,
    pages_of,
    said,
)
from tests.web.pages.test_one_case_through_the_forms import story

NOTIFICATION = next(one for one in story() if isinstance(one, ReceiveNotification))
OF_THE_CASE = changed(TO_ERASE, what=Erased.CASE, of_person=None)
POSTS = [path for method, path, _, _ in ROUTES if method == "POST"]
GETS = [
    path for method, path, _, _ in ROUTES if method == "GET" and path != "/table/template"
]  # but for the one that is a file


def address(path: str) -> str:
    """Return an address of a page, in a case that is there."""
    parts = {"{case:path}": CASE, "{version}": "1", "{command}": "InformMember"}
    for part, value in parts.items():
        path = path.replace(part, value)
    return path


@pytest.mark.parametrize("path", POSTS)
def test_an_auditor_sends_nothing(path: str) -> None:
    """An auditor reads: whatever is sent is refused, words among it."""
    with a_team([NOTIFICATION], may=May.AUDITOR) as team:
        answer = team.sends(address(path), {"purpose": "to look", "go": "record"})
        assert answer.status_code == 403
        assert len(team.reviews.history(CASE)) == 4
        assert team.reviews.readings() == ()


def test_an_empty_store_is_not_said_to_be_covered_by_a_checkpoint() -> None:
    """Neither is there, so nothing is signed."""
    with a_team(may=May.AUDITOR) as team:
        assert "There is no checkpoint and no entry yet." in team.sees("/audit")
        assert "A checkpoint covers every entry." not in team.sees("/audit")


def test_each_refusal_names_what_was_asked() -> None:
    """To read words, to record, a page of a bad address, or to send to one without a form."""
    with a_team([NOTIFICATION], may=May.AUDITOR) as auditor:
        assert "You may not read words" in said(auditor.client.get(f"/emergency/{CASE}"))
        assert "You may not read words" in said(auditor.sends(f"/words/1/{CASE}", {}))
        assert "You may read here, but not record" in said(auditor.client.get("/new"))
    with a_team([NOTIFICATION]) as team:
        assert "The address could not be read" in said(team.client.get("/case/a%20name"))
        sent = team.sends("/diary", {"go": "record"})
        assert sent.status_code == 405
        assert "This page takes no form" in said(sent)
        for page in ("case", "timeline"):
            no_case = said(team.client.get(f"/{page}/KM-NOPE"))
            assert "No case in this store has the reference that the address names." in no_case
            assert "ReceiveNotification" not in no_case


@pytest.mark.parametrize(
    ("method", "path", "allow", "says"),
    [
        ("POST", "/diary", "GET, HEAD", "This page takes no form"),
        ("PUT", f"/record/CloseCase/{CASE}", "GET, HEAD, POST", "This page takes no form"),
        ("GET", f"/words/1/{CASE}", "POST", "This page answers a form alone"),
    ],
)
def test_a_method_that_an_address_does_not_take_is_told_which_it_takes(
    method: str, path: str, allow: str, says: str
) -> None:
    """RFC 9110: so does a person who opens a page of words by an address that was passed on."""
    with a_team([NOTIFICATION]) as team:
        answer = team.client.request(method, path, headers=OWN)
        mounted = Starlette(routes=[Mount("/reviews", app=team.client.app)])
        with TestClient(mounted, base_url=HOME) as client:
            there = client.request(method, f"/reviews{path}", headers=OWN)
    for one in (answer, there):
        assert (one.status_code, one.headers["Allow"]) == (405, allow)
        assert says in said(one)


def test_an_auditor_sees_no_form_for_words() -> None:
    """An auditor is shown no words, and is not asked why words are read."""
    with a_team([NOTIFICATION], may=May.AUDITOR) as team:
        page = team.sees(f"/entry/1/{CASE}")
        assert "Auditors cannot read words" in page
        assert 'name="purpose"' not in page


def test_a_reader_reads_words_and_records_nothing() -> None:
    """A reader asks for words, which is on the access log, and is shown no form."""
    with a_team([NOTIFICATION], may=May.READER) as team:
        answer = team.sends(f"/words/1/{CASE}", {"purpose": "to prepare the meeting"})
        assert "At home, in Kent." in said(answer)
        assert "/record/" not in team.sees(f"/case/{CASE}")
        assert team.client.get(f"/record/InformMember/{CASE}").status_code == 403


def test_words_are_opened_for_a_purpose_alone() -> None:
    """Each page of words is a reading on the access log; without a purpose there is none."""
    with a_team([NOTIFICATION]) as team:
        assert "At home" not in team.sees(f"/entry/1/{CASE}")
        refused = team.sends(f"/words/1/{CASE}", {"purpose": " "})
        assert refused.status_code == 422
        assert "Say why you read the words" in said(refused)
        assert team.reviews.readings() == ()
        answer = team.sends(f"/words/1/{CASE}", {"purpose": "to prepare the meeting"})
        assert answer.headers["cache-control"] == "no-store"
        (reading,) = team.reviews.readings()
        assert (reading.entry.by.id, reading.purpose) == ("pt-01", "to prepare the meeting")


@pytest.mark.parametrize("path", GETS)
def test_every_page_is_kept_by_no_browser(path: str) -> None:
    """All pages go out with the headers, and none is kept; there is a heading on each."""
    with a_team([NOTIFICATION, OF_THE_CASE]) as team:
        team.reviews.read(CASE, by=COORDINATOR, purpose="duty", emergency="child-at-risk")
        order = len(team.reviews.history(CASE))
        answer = team.client.get(address(path.replace("/erasure/{version}", f"/erasure/{order}")))
    assert answer.status_code == 200, said(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
    assert answer.text.count("<h1>") == 1
    assert "<script" not in answer.text
    assert " style=" not in answer.text


def test_the_style_sheet_may_be_kept() -> None:
    """The style sheet holds nothing of a case, and is the one thing that a browser may keep."""
    with a_team() as team:
        assert "no-store" not in team.client.get("/style.css").headers["cache-control"]


def test_a_case_that_is_called_as_the_style_sheet_is_kept_by_no_browser() -> None:
    """A reference may end in anything; its words least of all are kept."""
    case = f"{CASE}/style.css"
    with a_team() as team:
        assert team.records(NOTIFICATION, case).status_code == 303
        answers = [team.client.get(f"/{page}/{case}") for page in ("case", "timeline")]
        answers.append(team.sends(f"/words/1/{case}", {"purpose": "to prepare the meeting"}))
        assert "At home, in Kent." in said(answers[-1])
        assert {one.headers["cache-control"] for one in answers} == {"no-store"}


def test_nobody_is_answered_under_another_name() -> None:
    """A page that is asked for under another host's name is refused: so is rebinding."""
    with a_team() as team:
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example"):
            assert team.client.get("/", headers={"Host": host}).status_code == 400
        for host in ("127.0.0.1:8000", "localhost:8000", "[::1]:8000"):
            assert team.client.get("/", headers={"Host": host}).status_code == 200


SITES = (None, "same-origin", "same-site", "cross-site", "none")
ORIGINS = (None, "http://127.0.0.1:8000", "http://127.0.0.1:9000", "null", "http://evil.example")


@pytest.mark.parametrize(("site", "origin"), list(product(SITES, ORIGINS)))
def test_a_form_from_elsewhere_is_refused(site: str | None, origin: str | None) -> None:
    """It is told as the library `modern_csrf` tells it."""
    host = "127.0.0.1:8000"
    headers = {"host": host, "sec-fetch-site": site, "origin": origin}
    given = {name: value for name, value in headers.items() if value is not None}
    accepted = should_accept_request("POST", origin, site, host, ())
    assert is_from_elsewhere(given) is not accepted


def test_a_form_from_another_port_records_nothing() -> None:
    """A page at another port of the machine sends a form: it is not read."""
    with a_team([NOTIFICATION]) as team:
        other = {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:9000"}
        answer = team.client.post(
            f"/record/CloseCase/{CASE}", data={"go": "record"}, headers=other
        )
        assert answer.status_code == 403
        assert "nothing was done" in answer.text
        assert len(team.reviews.history(CASE)) == 4


def test_what_is_too_large_is_not_read() -> None:
    """Texts of more than two megabytes, or thousands of fields, are refused; the page says so."""
    path = f"/record/CloseCase/{CASE}"
    with a_team([NOTIFICATION]) as team:
        assert team.sends(path, {"words": "x" * 2_200_000}).status_code == 413
        assert team.sends(path, {f"f{at}": "x" for at in range(2_500)}).status_code == 422
        files = {"words": (None, "x" * 2_200_000)}
        assert team.client.post(path, files=files, headers=OWN).status_code == 413
        text = {**OWN, "Content-Type": "text/plain"}
        assert team.client.post(path, content=b"x", headers=text).status_code == 422


def test_a_document_is_hashed_and_not_kept() -> None:
    """Of a file only its fingerprint comes to the check page, by which it is recorded."""
    path = f"/record/FileAgencyReport/{CASE}"
    fields = {
        "at-day": "11",
        "at-month": "5",
        "at-year": "2020",
        "agency": "Kent Police",
        "document.reference": "doc-1",
        "nil_return": "no",
        "go": "check",
    }
    files = {"document.file": ("chronology.pdf", b"abc" * 100_000, "application/pdf")}
    digest = f"sha256:{sha256(b'abc' * 100_000).hexdigest()}"
    with a_team([NOTIFICATION]) as team:
        answer = team.client.post(path, data=fields, files=files, headers=OWN)
    assert answer.status_code == 200, said(answer)
    assert digest in answer.text
    assert "chronology.pdf" not in answer.text
    assert "abcabc" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/case/KM-9",
        "/entry/99/KM-2020-014",
        "/entry/x/KM-2020-014",
        "/record/Nothing/KM-2020-014",
        "/nowhere",
    ],
)
def test_what_is_not_there_is_told(path: str) -> None:
    """An address of no case, entry or page is told as such, with a way back."""
    with a_team([NOTIFICATION]) as team:
        answer = team.client.get(path)
    assert answer.status_code == 404
    assert "All cases" in answer.text


def test_the_pages_are_under_the_address_of_a_host() -> None:
    """Mounted in a host's application, every link stays under the mount."""
    with a_team([NOTIFICATION]) as team:
        app = Starlette(routes=[Mount("/reviews", app=team.client.app)])
        with TestClient(app, base_url=HOME, follow_redirects=False) as client:
            page = client.get(f"/reviews/case/{CASE}")
            assert page.status_code == 200
            assert 'href="/reviews/timeline/' in page.text
            assert 'href="/case' not in page.text
            style = client.get("/reviews/style.css")
            assert style.status_code == 200


PERMISSIONS = b"""
partnership = "kent-and-medway"
[[editions]]
in_force_from = 2020-01-01
[[editions.roles]]
id = "business-support"
commands = ["all"]
[[editions.roles]]
id = "member"
commands = ["MakeDecision", "ProposeCorrection"]
"""


def of_role(role: str) -> Actor:
    """Return somebody of the team in a role."""
    return Actor(id="pt-01", role=role, agency="partnership-team")


@contextmanager
def with_permissions(role: str) -> Generator[Team, None, None]:
    """Yield somebody of a role, at the pages of a store with a permissions file."""
    decides = ByPermissions(parse_permissions(PERMISSIONS, name="permissions.toml"))
    with (
        closing(Store.in_memory()) as access,
        RapidReviews.in_memory(
            terms=KENT, clock=lambda: NOW, access=access, authorizer=decides
        ) as reviews,
    ):
        reviews.handle(CASE, NOTIFICATION, by=of_role("business-support"))
        with pages_of(reviews, [NOW], actor=of_role(role)) as team:
            yield team


def test_a_role_with_every_right_is_offered_every_form() -> None:
    """The role of the guides, in the file that `permissions new` writes."""
    with with_permissions("business-support") as team:
        assert 'href="/new"' in team.sees("/")
        assert 'href="/table"' in team.sees("/")
        assert "/record/InformMember/" in team.sees(f"/case/{CASE}")
        assert "Correct this entry" in team.sees(f"/entry/1/{CASE}")
        assert 'name="command-id"' in team.sees(f"/record/InformMember/{CASE}")


def test_a_role_without_a_row_is_offered_no_form_and_told_on_opening_one() -> None:
    """Nobody fills in a whole form to learn that the role may not record it."""
    with with_permissions("coordinator") as team:
        assert 'href="/new"' not in team.sees("/")
        assert 'href="/table"' not in team.sees("/")
        assert "/record/" not in team.sees(f"/case/{CASE}")
        assert "/record/" not in team.sees(f"/else/{CASE}")
        assert "/correct/" not in team.sees(f"/entry/1/{CASE}")
        for path in ("/new", f"/record/InformMember/{CASE}", f"/correct/1/{CASE}"):
            answer = team.client.get(path)
            assert answer.status_code == 403
            assert "Role 'coordinator' may not record “" in said(answer)


def test_a_role_that_may_not_import_is_told_so_before_it_chooses_a_file() -> None:
    """The list does not lead there, and the address itself says who may."""
    with with_permissions("member") as team:
        assert 'href="/table"' not in team.sees("/")
        answer = team.client.get("/table")
        assert answer.status_code == 403
        assert "Role 'member' may not" in said(answer)


def test_a_role_is_offered_what_it_may_record_alone() -> None:
    """A member proposes a correction, and does not correct alone."""
    with with_permissions("member") as team:
        assert f'href="/correct/1/{CASE}?propose=1"' in team.sees(f"/entry/1/{CASE}")
        assert "/record/MakeDecision/" in team.sees(f"/else/{CASE}")
        assert "/record/AgreeAction/" not in team.sees(f"/else/{CASE}")
        assert team.client.get(f"/correct/1/{CASE}?propose=1").status_code == 200


def test_a_finding_leads_only_to_steps_that_the_role_may_record() -> None:
    """The text names the step for everybody; the link is for those who may record it."""
    known = changed(NOTIFICATION.incident, known_on=NOTIFICATION.at.date() + timedelta(days=1))
    contradicts_itself = changed(NOTIFICATION, incident=known)
    links = {}
    for role in ("business-support", "coordinator", "member"):
        with with_permissions(role) as team:
            team.reviews.handle("KM-2", contradicts_itself, by=of_role("business-support"))
            page = team.sees("/case/KM-2")
            assert "correct it with “Correct an entry”" in html.unescape(page)
            links[role] = set(re.findall(r'href="(/correct/[^"]*)"', page))
    assert links.pop("business-support") == {"/correct/1/KM-2"}
    assert links == {"coordinator": set(), "member": set()}


def test_what_is_only_offered_is_not_recorded_in_the_access_log() -> None:
    """Permissions are recorded there by what they decide, and a page decides nothing."""
    with with_permissions("member") as team:
        before = len(team.reviews.permissions_gone_by())
        team.sees(f"/case/{CASE}")
        assert len(team.reviews.permissions_gone_by()) == before
