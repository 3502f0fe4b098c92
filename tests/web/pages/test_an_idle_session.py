"""Somebody goes away from the pages: half an hour later nobody reads or records there.

What they had typed is theirs again once they have signed in.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from rapid_review.cli.commands.demo.demonstration import CASE
from tests.cli.a_terminal import typed
from tests.web.pages.a_server import WHO, leads_on, served
from tests.web.pages.every_page import the_demonstration

PASSWORD: Final = "three words together"  # noqa: S105 - of nobody
BEGAN: Final = datetime(2020, 7, 1, 12, tzinfo=UTC)
TYPED: Final = "the nurse who called at night"


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """Return the file in which the server under test reads the time."""
    file = tmp_path / "now"
    file.write_text(BEGAN.isoformat(), "utf-8")
    return file


@pytest.fixture
def page(browser: Browser, tmp_path: Path, clock: Path) -> Iterator[Page]:
    """Yield the page of somebody who has signed in with a password."""
    store = the_demonstration(tmp_path)
    (tmp_path / "password").write_text(PASSWORD, "utf-8")
    people = ("--people", str(tmp_path / "people.toml"))
    password = ("--password-file", str(tmp_path / "password"))
    assert typed("people", "add", WHO, *people, *password).exit_code == 0
    with (
        served(store, *people, now=str(clock)) as running,
        browser.new_context(base_url=running.at) as context,
    ):
        one = context.new_page()
        one.goto("/")
        signs_in(one)
        yield one


def signs_in(page: Page) -> None:
    """Sign in with the password."""
    page.fill("#id", "pt-01")
    page.fill("#password", PASSWORD)
    leads_on(page.get_by_role("button", name="Sign in"))


def goes_away(clock: Path, minutes: int) -> None:
    """Let so many minutes go by after the beginning."""
    clock.write_text((BEGAN + timedelta(minutes=minutes)).isoformat(), "utf-8")


def heading(page: Page) -> str:
    """Return the heading of the page."""
    return page.locator("h1").inner_text()


def test_a_page_of_words_is_not_shown_to_the_next_who_sits_there(page: Page, clock: Path) -> None:
    """They are asked to sign in; after that it is as before."""
    page.goto(f"/entry/1/{CASE}")
    page.fill("#purpose", "to prepare the meeting")
    leads_on(page.get_by_role("button", name="Read its words"))
    words = page.locator("dd").all_inner_texts()
    goes_away(clock, 31)
    page.goto(f"/case/{CASE}")
    assert heading(page) == "Sign in"
    assert CASE not in page.content()
    assert not [one for one in words if len(one) > 20 and one in page.content()]
    signs_in(page)
    page.goto(f"/case/{CASE}")
    assert CASE in heading(page)


def test_a_form_that_was_left_is_not_recorded_and_is_given_back(page: Page, clock: Path) -> None:
    """It waits unseen in its tab until its author has signed in again in another one."""
    page.goto(f"/record/NoteMediaInterest/{CASE}")
    page.locator("textarea").first.fill(TYPED)
    goes_away(clock, 31)
    leads_on(page.get_by_role("button", name="Continue"))
    assert heading(page) == "Sign in"
    assert "Nothing was recorded. Your answers are still" in page.get_by_role("alert").inner_text()
    assert TYPED not in page.locator("body").inner_text()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in, in a new tab").click()
    signs_in(opened.value)
    leads_on(page.get_by_role("button", name="Back to the form"))
    assert page.locator("textarea").first.input_value() == TYPED
    page.goto(f"/timeline/{CASE}")
    assert "Media interest noted" not in page.locator("main").inner_text()
