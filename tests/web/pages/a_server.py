"""`rapid-review serve` as a process of its own, and anyone who sits before it with a keyboard."""

import re
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.reports.a_browser import DESK

PROGRAM: Final = str(Path(sys.executable).with_name("rapid-review"))
CANNOT: Final = "This cannot be recorded"
"""What a check says of answers that would be refused; it then has no button to record them."""
WHO: Final = "pt-01:coordinator:partnership-team"
MOST_TABS: Final = 400
_ACTIVE: Final = """() => {
  const one = document.activeElement;
  return {tag: one.tagName, name: one.name || "", type: one.type || "", value: one.value || "",
          checked: !!one.checked, href: one.getAttribute("href") || "",
          text: (one.textContent || "").trim()};
}"""


@dataclass
class Served:
    """A server that runs.

    Attributes:
        at: its address.
        link: the file that signs in, where it wrote one.
        said: what it said when it began.
        process: the number of its process.
    """

    at: str
    link: Path | None = None
    said: list[str] = field(default_factory=list[str])
    process: int = 0


@contextmanager
def served(
    store: Path | str, *options: str, now: str | None = None
) -> Generator[Served, None, None]:
    """Serve a store as long as the context lasts, at a port that is free; at a time, if named."""
    at_a_time = [sys.executable, "-m", "tests.web.pages.at_a_time", str(now)]
    program = [PROGRAM] if now is None else at_a_time
    command = [*program, "serve", "--store", str(store), "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        found = Served("", process=process.pid)
        assert process.stderr is not None
        try:
            for line in process.stderr:
                found.said.append(line)
                if opened := re.match(r"Open this file .*: (\S+)", line):
                    found.link = Path(opened[1])
                if began := re.match(r"Serving (\S+);", line):
                    found.at = began[1]
                    break
            assert found.at, "".join(found.said)
            yield found
        finally:
            process.terminate()
            process.stderr.read()


def leads_on(link_or_button: Locator) -> None:
    """Click what leads to another page, and wait for it: a click returns before it is there."""
    with link_or_button.page.expect_navigation():
        link_or_button.click()


@dataclass
class AtTheKeyboard:
    """Somebody who uses the keyboard alone.

    Attributes:
        page: what they see.
        at: the address of the pages.
        complaints: what the browser wrote to its console.
    """

    page: Page
    at: str
    complaints: list[str] = field(default_factory=list[str])

    def hears(self, text: str) -> None:
        """Keep what the browser complains of, but that a page told why something was refused."""
        if not text.startswith("Failed to load resource: the server responded with a status of 4"):
            self.complaints.append(text)

    def active(self) -> dict[str, Any]:  # Any: what the page answers
        """Return what has the focus."""
        found: dict[str, Any] = self.page.evaluate(_ACTIVE)
        return found

    def tab(self) -> dict[str, Any]:
        """Go on to the next thing that can have the focus, and return it."""
        self.page.keyboard.press("Tab")
        return self.active()

    def follows(self, href: str) -> None:
        """Follow the link whose address ends so."""
        for _ in range(MOST_TABS):
            if self.tab()["href"].endswith(href):
                break
        else:
            raise AssertionError(f"no link to {href} on {self.page.url}")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def presses(self, text: str) -> None:
        """Press the button of this text."""
        for _ in range(MOST_TABS):
            found = self.tab()
            if found["tag"] in ("BUTTON", "A") and found["text"] == text:
                break
        else:
            raise AssertionError(f"no button {text} on {self.page.url}")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def fills_in(self, texts: Mapping[str, list[str]], button: str = "Continue") -> None:
        """Fill in a form from its first field to its button, and press that."""
        done: set[str] = set()
        for _ in range(MOST_TABS):
            found = self.tab()
            name, kind = found["name"], found["type"]
            if found["tag"] == "BUTTON" and found["text"] == button:
                break
            wanted = texts.get(name)
            if kind == "checkbox":
                if (found["value"] in (wanted or ())) != found["checked"]:
                    self.page.keyboard.press("Space")
            elif wanted is None or name in done:
                continue
            elif kind == "radio":
                self._chooses(wanted[0])
            else:
                self.page.keyboard.press("Control+A")
                self.page.keyboard.type(wanted[0])
            done.add(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def _chooses(self, value: str) -> None:
        for _ in range(30):
            if self.active()["value"] == value:
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no such choice: {value}")

    def heading(self) -> str:
        """Return the heading of the page."""
        return self.page.locator("h1").inner_text()

    def reads(self) -> str:
        """Return what the page says."""
        return self.page.locator("main").inner_text()


def follows_link(page: Page, server: Served) -> None:
    """Sign in by the link that the server wrote for the person who started it."""
    assert server.link is not None
    page.goto(server.link.as_uri())
    page.wait_for_url(f"{server.at}/")


@contextmanager
def at_the_keyboard(
    browser: Browser,
    server: Served,
    **options: Any,  # noqa: ANN401 - those of a browser's context
) -> Generator[AtTheKeyboard, None, None]:
    """Yield somebody who has not signed in yet, in a browser of their own."""
    context: BrowserContext = browser.new_context(**{"viewport": dict(DESK), **options})
    try:
        page = context.new_page()
        person = AtTheKeyboard(page, server.at)
        page.on("console", lambda message: person.hears(message.text))
        page.on("pageerror", lambda error: person.complaints.append(str(error)))
        yield person
    finally:
        context.close()


@contextmanager
def signed_in(
    browser: Browser,
    server: Served,
    **options: Any,  # noqa: ANN401 - those of a browser's context
) -> Generator[AtTheKeyboard, None, None]:
    """Open the link that signs in, in a browser of its own."""
    with at_the_keyboard(browser, server, **options) as person:
        follows_link(person.page, server)
        yield person
