"""Draw the pictures of the README: `python -m docs.draw_pictures`, where Chromium is at hand.

Both show the invented case of `rapid-review demo`, so that no picture can show a real one.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, ViewportSize

from rapid_review.cli.commands.demo.demonstration import CASE, demonstrate
from rapid_review.cli.commands.demo.summary import case_file_in
from tests.reports.a_browser import chromium, opened
from tests.web.pages.a_server import WHO, served, signed_in

PICTURES: Final = Path(__file__).parent / "pictures"
WINDOW: Final[ViewportSize] = {"width": 960, "height": 640}


def draw(folder: Path, browser: Browser) -> None:
    """Draw the case file, and the case's page as `serve` shows it, into a folder."""
    with TemporaryDirectory() as made:
        store = Path(made) / "rapid-review.db"
        page = case_file_in(Path(made), demonstrate(store))
        if page is None:
            raise SystemExit("The case file needs the extra `report`; install it first.")
        _draw_case_file(browser, page, folder / "case-file.png")
        _draw_served_page(browser, store, folder / "served-page.png")


def _draw_case_file(browser: Browser, page: Path, picture: Path) -> None:
    size = {"width": WINDOW["width"], "height": WINDOW["height"]}
    with opened(browser, page, size) as shown:
        shown.page.locator("#clocks").evaluate("one => one.scrollIntoView()")
        shown.page.screenshot(path=picture)


def _draw_served_page(browser: Browser, store: Path, picture: Path) -> None:
    with served(store, "--as", WHO) as server, signed_in(browser, server) as person:
        person.page.set_viewport_size(WINDOW)
        person.page.goto(f"{server.at}/case/{CASE}")
        person.page.screenshot(path=picture)


if __name__ == "__main__":
    with chromium() as running:
        draw(PICTURES, running)
