"""Every page in a real browser: for everybody, on a desk and on a telephone, and kept apart."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from rapid_review.cli.commands.demo.demonstration import CASE, demonstrate
from tests.reports.a_browser import DESK, REBOUND, violations_in
from tests.tables.some_tables import NOTIFIED, filled
from tests.web.pages.a_server import WHO, AtTheKeyboard, Served, served, signed_in

PHONE: Final = {"width": 390, "height": 844}
PAGES: Final = (
    *("/", "/?all=1", "/new", "/table", "/diary?all=1", "/search?q=KM", "/statistics"),
    "/audit?verify=1",
    *("/help", "/nowhere", f"/case/{CASE}", f"/else/{CASE}", f"/timeline/{CASE}"),
    *(f"/entry/1/{CASE}", f"/correct/31/{CASE}", f"/correct/1/{CASE}"),
    *(f"/record/MakeDecision/{CASE}", f"/record/RecordAttendance/{CASE}"),
    *("/emergencies", f"/emergency/{CASE}"),
    *(f"/record/FileAgencyReport/{CASE}", f"/recorded/{CASE}?first=21&last=21"),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store of the demonstration."""
    place = tmp_path_factory.mktemp("demo") / "rapid-review.db"
    demonstrate(place)
    return place


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[Served]:
    """Serve it to people who sign in by link; each test has a server's link once."""
    with served(store, "--as", WHO) as running:
        yield running


@pytest.fixture(scope="module")
def reader(browser: Browser, server: Served) -> Iterator[AtTheKeyboard]:
    """Yield somebody who is signed in, in a browser in which pages can be examined."""
    with signed_in(browser, server, bypass_csp=True) as person:
        yield person


def widths(page: Page) -> tuple[int, int]:
    """Return how wide a page is, and how wide its window."""
    found: list[int] = page.evaluate(
        "[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
    )
    return found[0], found[1]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_everybody(reader: AtTheKeyboard, path: str) -> None:
    """axe-core finds nothing against WCAG 2.2 AA, wide or narrow; nothing is cut off."""
    for size in (DESK, PHONE):
        reader.page.set_viewport_size({"width": size["width"], "height": size["height"]})
        reader.page.goto(reader.at + path)
        assert violations_in(reader.page) == []
        wide, window = widths(reader.page)
        assert wide <= window


def test_what_is_wrong_and_what_is_checked_are_for_everybody(reader: AtTheKeyboard) -> None:
    """The pages that answer a form are examined too: its mistakes, the check, what came of it."""
    reader.page.goto(f"{reader.at}/record/NoteMediaInterest/{CASE}")
    reader.page.get_by_role("button", name="Continue").last.click()
    assert reader.page.title().startswith("Error: ")
    assert violations_in(reader.page) == []
    for part, text in (("day", "1"), ("month", "june"), ("year", "2020")):
        reader.page.fill(f"#at-{part}", text)
    reader.page.get_by_role("button", name="Continue").last.click()
    assert "12:00 (No hour was given, so noon is recorded.)" in reader.reads()
    assert violations_in(reader.page) == []
    reader.page.get_by_role("button", name="Change the answers").click()
    assert reader.page.input_value("#at-month") == "june"


def test_the_pages_of_a_table_are_for_everybody(reader: AtTheKeyboard) -> None:
    """What to mend, the check and what was recorded are examined too, wide and narrow."""
    good, bad = {**NOTIFIED, "Case": "KM-T-1"}, {**NOTIFIED, "Case": "KM-T-2", "Nature": "deth"}
    reader.page.goto(f"{reader.at}/table")
    reader.page.get_by_role("button", name="Continue").click()
    _is_for_everybody(reader.page, "Error: ")
    _chooses(reader, filled(good, bad))
    _is_for_everybody(reader.page, "Error: What to mend")
    with reader.page.expect_download() as given:
        reader.page.get_by_role("button", name="Download the rows to mend").click()
    assert given.value.suggested_filename == "to-mend.xlsx"
    _chooses(reader, filled(good))
    _is_for_everybody(reader.page, "Check")
    reader.page.get_by_role("button", name="Record").click()
    _is_for_everybody(reader.page, "Recorded")


def _chooses(reader: AtTheKeyboard, sheet: bytes) -> None:
    reader.page.goto(f"{reader.at}/table")
    file: FilePayload = {"name": "reviews.xlsx", "mimeType": "", "buffer": sheet}
    reader.page.set_input_files("#sheet", file)
    reader.page.fill("#purpose", "cases of 2021")
    reader.page.get_by_role("button", name="Continue").click()


def _is_for_everybody(page: Page, title: str) -> None:
    assert page.title().startswith(title)
    for size in (DESK, PHONE):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        assert violations_in(page) == []
        wide, window = widths(page)
        assert wide <= window


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_without_its_style_sheet(reader: AtTheKeyboard, path: str) -> None:
    """Without the style sheet everything is there, in the order in which it is read."""
    reader.page.route("**/style.css", lambda route: route.abort())
    try:
        reader.page.goto(reader.at + path)
        assert reader.heading()
        assert reader.page.locator("main").is_visible()
    finally:
        reader.page.unroute("**/style.css")


def test_no_page_breaks_its_own_policy(browser: Browser, store: Path) -> None:
    """With the policy in force, the browser complains of nothing on any page."""
    with served(store, "--as", WHO) as running, signed_in(browser, running) as person:
        for path in PAGES:
            person.page.goto(running.at + path)
        assert person.complaints == []


class _Elsewhere(BaseHTTPRequestHandler):
    """A page at another port of the same machine, with a form for ours."""

    target = ""

    def do_GET(self) -> None:
        """Answer with the form."""
        body = (
            f'<form method="post" action="{self.target}/record/CloseCase/{CASE}">'
            '<input name="go" value="record"><button>Win</button></form>'
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its names
        """Say nothing."""


def test_a_form_at_another_port_does_nothing(browser: Browser, store: Path) -> None:
    """A page of the same machine, at another port, sends a form with our cookie: it is refused."""
    with served(store, "--as", WHO) as running, signed_in(browser, running) as person:
        handler = type("Elsewhere", (_Elsewhere,), {"target": running.at})
        with HTTPServer(("127.0.0.1", 0), handler) as other:
            Thread(target=other.serve_forever, daemon=True).start()
            person.page.goto(f"http://127.0.0.1:{other.server_port}/")
            person.page.get_by_role("button").click()
            assert "nothing was done" in person.page.content()
            other.shutdown()
        (cookie,) = person.page.context.cookies()
        port = running.at.rpartition(":")[2]
        assert cookie.get("name") == f"rapid-review-{port}"
        kept = (cookie.get("httpOnly"), cookie.get("sameSite"), cookie.get("expires"))
        assert kept == (True, "Lax", -1)


class _Lure(BaseHTTPRequestHandler):
    """A page of somebody else's, from before their name had this machine's address."""

    def do_GET(self) -> None:
        """Answer with a page that lets its scripts ask for anything."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>Win</p>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its names
        """Say nothing."""


ASKS: Final = """paths => Promise.all(paths.map(async path => {
    const method = path.startsWith("/record") ? "POST" : "GET";
    const answer = await fetch(path, {method, credentials: "include"});
    return [answer.status, await answer.text()];
}))"""
"""What the script of such a page asks for and sends, with every cookie that it has."""


def test_a_name_that_is_bound_to_this_machine_afterwards_reads_nothing(
    browser: Browser, store: Path
) -> None:
    """The browser takes such a site for one with ours, port and all: we refuse its name.

    Even with the cookie of somebody who is signed in.
    """
    paths = ("/", f"/case/{CASE}", f"/record/CloseCase/{CASE}", "/style.css")
    context = browser.new_context()
    page = context.new_page()
    with HTTPServer(("127.0.0.1", 0), _Lure) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        port = str(other.server_port)
        page.goto(f"http://{REBOUND}:{port}/")
        other.shutdown()
    with (
        served(store, "--as", WHO, "--port", port) as running,
        signed_in(browser, running) as person,
    ):
        (cookie,) = person.page.context.cookies()
        name, value = cookie.get("name", ""), cookie.get("value", "")
        context.add_cookies([{"name": name, "value": value, "url": page.url}])
        for path in paths:
            answer = person.page.goto(running.at + path)
            assert answer is not None
            assert answer.status == 200, path
        for status, text in page.evaluate(ASKS, list(paths)):
            assert status == 400
            assert CASE not in text
        for path in paths:
            answer = page.goto(f"http://{REBOUND}:{port}{path}")
            assert answer is not None
            assert answer.status == 400, path
    context.close()


def test_no_page_is_shown_again_after_signing_out(browser: Browser, store: Path) -> None:
    """No page is kept: going back after signing out shows nothing of a case."""
    with served(store, "--as", WHO) as running, signed_in(browser, running) as person:
        person.page.goto(f"{running.at}/case/{CASE}")
        person.page.get_by_role("button", name="Sign out").click()
        person.page.go_back()
        assert person.heading() == "Sign in"


def test_the_link_is_for_its_user_alone(store: Path) -> None:
    """The file that signs in is its owner's; the token is in no output; at the end it goes."""
    with served(store, "--as", WHO) as running:
        assert running.link is not None
        assert running.link.stat().st_mode & 0o777 == 0o600
        assert running.link.parent.stat().st_mode & 0o777 == 0o700
        token = running.link.read_text(encoding="utf-8").partition("token=")[2].partition('"')[0]
        assert token
        assert token not in "".join(running.said)
    assert not running.link.exists()
