"""A real browser that opens a page: what it asks for, what it complains of, how wide it is."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

NOT_FOUND: Final = "Chromium was not found on the PATH, so no page can be opened"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
STANDARD: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""axe-core's names of what WCAG 2.2 AA asks for."""

REBOUND: Final = "rebound.test"
"""A name of somebody else's, which the browser is told is that of this machine."""

OPTIONS: Final = (
    f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1",
    "--no-proxy-server",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def path_of_chromium() -> str:
    """Return where it is; without one, skip, or fail where a browser is required."""
    found = shutil.which("chromium")
    if found is not None:
        return found
    if os.environ.get("RAPID_REVIEW_REQUIRE_BROWSER") == "1":
        pytest.fail(NOT_FOUND)
    pytest.skip(NOT_FOUND)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser as long as the context lasts."""
    path = path_of_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


class Opened:
    """A page in a browser, and what came of opening it.

    Attributes:
        page: the page.
        asked_for: every address that it asked for beside its own; each was refused.
        complaints: what the browser wrote to its console, and errors of the page.
    """

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        self.asked_for: list[str] = []
        self.complaints: list[str] = []
        own = file.as_uri()

        def serve(route: Route) -> None:
            if route.request.url == own:
                route.continue_()
            else:
                self.asked_for.append(route.request.url)
                route.abort()

        page.route("**/*", serve)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(own)

    def scrolls_sideways(self) -> bool:
        """Say whether the page as a whole is wider than the window."""
        return bool(
            self.page.evaluate(
                "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"
            )
        )

    def violations(self) -> list[str]:
        """Return what axe-core finds against WCAG 2.2 AA: the rule, and the first place."""
        return violations_in(self.page)


@contextmanager
def opened(
    browser: Browser,
    file: Path,
    size: dict[str, int],
    *,
    checked: bool = False,
    scripted: bool = True,
) -> Iterator[Opened]:
    """Open a file in a window of some size.

    Args:
        browser: the browser.
        file: the page.
        size: the width and height of the window.
        checked: whether axe-core is to run in it, which the page's own policy forbids.
        scripted: whether the browser runs scripts at all.
    """
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        bypass_csp=checked,
        java_script_enabled=scripted,
    )
    try:
        yield Opened(context.new_page(), file)
    finally:
        context.close()


def violations_in(page: Page) -> list[str]:
    """Return what axe-core finds against WCAG 2.2 AA in a page: the rule, and the first place."""
    page.evaluate(_axe())
    options = {"runOnly": {"type": "tag", "values": list(STANDARD)}}
    found: list[dict[str, Any]] = page.evaluate(  # Any: what axe-core answers
        "options => axe.run(document, options).then(found => found.violations)", options
    )
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in found]


def _axe() -> str:
    """Return axe-core, as the package for Playwright brings it."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
