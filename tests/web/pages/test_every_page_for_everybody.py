"""Every page is for everybody: axe-core finds nothing, on a desk, on a telephone, without style.

Every route is in a row, so that a page that is new is missed here first.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.routing import Route, compile_path

from rapid_review.cli.commands.demo.demonstration import CASE
from rapid_review.domain.vocabulary import LONGEST_REFERENCE
from rapid_review.web.pages import ByToken, Person, application
from rapid_review.web.pages.people import May
from rapid_review.web.pages.routes import ROUTES
from tests.cli.a_terminal import typed
from tests.domain.a_review import RECEIVE, changed
from tests.reports.a_browser import DESK, violations_in
from tests.web.http.a_service import sent
from tests.web.pages.a_server import WHO, AtTheKeyboard, Served, leads_on, served, signed_in
from tests.web.pages.a_site import COORDINATOR, a_team
from tests.web.pages.every_page import (
    ANSWERS,
    NO_PAGES,
    PAGES,
    an_auditor,
    signs_in,
    the_demonstration,
)
from tests.web.pages.test_every_form import FORMS

PHONE: Final = {"width": 320, "height": 844}
"""As narrow as a desk is at 400 % (WCAG 1.4.10)."""
SIZES: Final = (DESK, PHONE)
SIGNING_IN: Final = "/sign-in"
FOR_AN_AUDITOR: Final = tuple(
    path
    for path in PAGES
    if path != SIGNING_IN
    and not any(
        May.AUDITOR not in allowed
        for method, route, _, allowed in ROUTES
        if method == "GET" and re.match(compile_path(route)[0], path.partition("?")[0])
    )
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store of the demonstration, with a reading in an emergency."""
    return the_demonstration(tmp_path_factory.mktemp("demo"))


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


def is_for_everybody(page: Page) -> None:
    """Hold that axe-core finds nothing against WCAG 2.2 AA, wide or narrow; nothing is cut off."""
    for size in SIZES:
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        assert violations_in(page) == []
        wide, window = page.evaluate(
            "[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
        )
        assert wide <= window


def is_read_without_its_style_sheet(page: Page) -> None:
    """Hold that, without its style sheet, everything is there, in the order of reading."""
    page.evaluate("document.querySelectorAll('link[rel=stylesheet]').forEach(one => one.remove())")
    assert page.evaluate("document.styleSheets.length") == 0
    assert page.locator("h1").inner_text()
    assert page.locator("main").is_visible()


def test_every_route_is_in_a_row() -> None:
    """Opened by its address, or shown where a form was sent; or it is said why it is no page."""
    with a_team() as team:
        app = application(team.reviews, sign_in=ByToken(Person(COORDINATOR)))
    routes = [one for one in app.routes if isinstance(one, Route)]
    examined = [path.partition("?")[0] for path in PAGES]
    missed = [
        (method, route.path)
        for route in routes
        if route.path not in NO_PAGES
        for method in (route.methods or set()) - {"HEAD"}
        if not (
            any(route.path_regex.match(path) for path in examined)
            if method == "GET"
            else route.path in {*ANSWERS, SIGNING_IN}
        )
    ]
    assert missed == []
    assert {*ANSWERS, *NO_PAGES} <= {route.path for route in routes}


def is_titled(page: Page, title: str) -> None:
    """Wait for the page that answers: it is sent for again after what was recorded."""
    expect(page).to_have_title(re.compile(rf"^{re.escape(title)}"))
    page.wait_for_load_state()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_everybody(reader: AtTheKeyboard, path: str) -> None:
    """A page that is opened by its address."""
    reader.page.goto(reader.at + path)
    is_for_everybody(reader.page)
    is_read_without_its_style_sheet(reader.page)


@pytest.mark.parametrize("route", ANSWERS)
def test_what_answers_a_form_is_for_everybody(reader: AtTheKeyboard, route: str) -> None:
    """What is missing, the check, the words that were asked for, and what came of it."""
    for title in ANSWERS[route](reader):
        is_titled(reader.page, title)
        is_for_everybody(reader.page)
        is_read_without_its_style_sheet(reader.page)


def test_an_auditors_pages_are_for_everybody(
    browser: Browser, store: Path, tmp_path: Path
) -> None:
    """From the page on which they sign in; nothing on theirs is to be filled in but a search."""
    with served(store, "--people", str(an_auditor(tmp_path))) as running:
        context = browser.new_context(bypass_csp=True)
        page = context.new_page()
        for title in signs_in(page, running.at):
            is_titled(page, title)
            is_for_everybody(page)
        for path in FOR_AN_AUDITOR:
            page.goto(running.at + path)
            is_for_everybody(page)
        context.close()


LONGEST: Final = f"KM-{'W' * (LONGEST_REFERENCE - 3)}"
WITH_LONG_NAMES: Final = (
    *("/", "/diary?all=1", "/search?q=KM", f"/case/{LONGEST}", f"/else/{LONGEST}"),
    *(f"/timeline/{LONGEST}?all=1", f"/entry/1/{LONGEST}", f"/correct/1/{LONGEST}"),
    f"/recorded/{LONGEST}?first=1&last=4",
)


def test_names_of_full_length_are_not_cut_off(browser: Browser, tmp_path: Path) -> None:
    """A case, a notification and a person whose references have no place to break."""
    store, lines = tmp_path / "long.db", tmp_path / "lines.jsonl"
    by = {"id": LONGEST, "role": "coordinator", "agency": "partnership-team"}
    line = sent(changed(RECEIVE, reference=LONGEST), case=LONGEST, by=by)
    lines.write_text(json.dumps(line), encoding="utf-8")
    assert typed("apply", str(lines), "--unsealed", "--store", str(store)).exit_code == 0
    who = f"{LONGEST}:coordinator:partnership-team"
    with (
        served(store, "--unsealed", "--as", who) as running,
        signed_in(browser, running, bypass_csp=True) as person,
    ):
        for path in WITH_LONG_NAMES:
            person.page.goto(person.at + path)
            is_for_everybody(person.page)


@pytest.mark.faults
@pytest.mark.parametrize("name", FORMS)
def test_the_form_of_each_step_is_for_everybody(reader: AtTheKeyboard, name: str) -> None:
    """Empty, and with what is missing; three of them are always among the pages above."""
    reader.page.goto(f"{reader.at}/record/{name}/{CASE}")
    is_for_everybody(reader.page)
    leads_on(reader.page.get_by_role("button", name="Continue").last)
    is_titled(reader.page, "Error: ")
    is_for_everybody(reader.page)
