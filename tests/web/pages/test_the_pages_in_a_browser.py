"""The pages in a real browser: what it complains of, and what keeps them apart from others."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

import pytest
from playwright.sync_api import Browser

from rapid_review.cli.commands.demo.demonstration import CASE
from tests.reports.a_browser import REBOUND
from tests.web.pages.a_server import WHO, leads_on, served, signed_in
from tests.web.pages.every_page import PAGES, the_demonstration


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store of the demonstration."""
    return the_demonstration(tmp_path_factory.mktemp("demo"))


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
            leads_on(person.page.get_by_role("button"))
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
        leads_on(person.page.get_by_role("button", name="Sign out"))
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
