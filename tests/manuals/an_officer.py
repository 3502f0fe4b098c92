"""Somebody who follows the officer's manual, in a browser, as it is printed.

A step of the manual is made of sentences of five forms, and `SENTENCES` says what is done for
each. `python -m tests.manuals.an_officer` follows the manual and writes its pictures, and beside
them what the pages said.
"""

import json
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from playwright.sync_api import Browser, Locator, Page, expect

from tests.cli.a_terminal import typed
from tests.reports.a_browser import chromium
from tests.web.pages.a_server import AtTheKeyboard, leads_on, served

ROOT: Final = Path(__file__).parents[2]
MANUAL: Final = ROOT / "docs" / "manuals" / "officer.md"
PICTURES: Final = ROOT / "docs" / "pictures" / "officer"
SHOWN: Final = PICTURES / "shown.json"
"""What the pages said when their pictures were taken."""
TODAY: Final = "2020-05-29T09:00+01:00"
"""The day on which the manual says that it is followed."""
WHO: Final = "pt-01:business-support:partnership-team"
WIDTH, HEIGHT, HIGHEST = 900, 700, 1100
"""Of a window, and how high a picture may be, in points of a page."""
SCALE: Final = 0.8
"""How many points of a picture one of a page becomes: pictures are to stay small."""
_BOLD: Final = r"\*\*([^*]+)\*\*"


class Task(NamedTuple):
    """A task of the manual.

    Attributes:
        title: its heading.
        lines: its steps and its pictures, in order.
    """

    title: str
    lines: tuple[str, ...]


def tasks() -> list[Task]:
    """Return the tasks of the manual."""
    sections = MANUAL.read_text(encoding="utf-8").split("\n## ")
    return [
        Task(title, tuple(re.findall(r"^(?:\d+\. |!\[).*$", body, re.MULTILINE)))
        for title, _, body in (one.partition("\n") for one in sections)
        if title.startswith("Task ")
    ]


def sentences(line: str) -> list[str]:
    """Return the sentences of a step, without its number."""
    return re.split(r"(?<=\.) (?=[A-Z])", re.sub(r"^\d+\. ", "", line))


# ------------------------------------------------------------------------- what is done for each


def _follow(page: Page, text: str) -> None:
    numbered = page.get_by_role("link", name=re.compile(rf"^(Entry )?\d+[.:] {re.escape(text)}$"))
    leads_on(page.get_by_role("link", name=text, exact=True).or_(numbered).first)


def _press(page: Page, text: str) -> None:
    button = page.get_by_role("button", name=text, exact=True)
    leads_on(button.or_(page.get_by_role("link", name=text, exact=True)).last)


def _read(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


def _under(page: Page, names: str) -> Locator:
    """Return the part of the page that asks a question, or one within another."""
    found = page.locator("main")
    for name in re.findall(_BOLD, names):
        is_it = f'normalize-space()="{name}"'
        found = found.locator(
            f"xpath=.//*[self::fieldset[legend[{is_it}]] or self::div[label[{is_it}]]]"
        )
    return found.last


def _type(page: Page, names: str, text: str) -> None:
    place = _under(page, names)
    day = re.fullmatch(r"(\d+) (\w+) (\d{4})(?:, (\d\d:\d\d))?", text)
    if day is None:
        place.locator("input, textarea").last.fill(text)
        return
    for part, what in zip(("day", "month", "year", "time"), day.groups(), strict=True):
        if what is not None:
            place.locator(f'input[id$="-{part}"]').fill(what)


def _choose(page: Page, names: str, option: str) -> None:
    _under(page, names).get_by_label(option, exact=True).check()


SENTENCES: Final[dict[str, Callable[..., None]]] = {
    rf"Follow {_BOLD}\.": _follow,
    rf"Press {_BOLD}\.": _press,
    rf"You read {_BOLD}\.": _read,
    r"Under (.+), (?:type|write) `([^`]+)`(?: in its boxes)?\.": _type,
    rf"Under (.+), choose {_BOLD}\.": _choose,
}
FOR_THE_EYE: Final = ("Read ", "If one is wrong, ")
"""How sentences begin after which nothing is pressed."""


class Officer:
    """Somebody who follows the manual.

    Args:
        page: what they see.
        at: the address that they were given.
        pictures: the folder into which pictures are taken; None for none.

    Attributes:
        page: what they see.
        complaints: what the browser wrote to its console, but for the status of a refusal.
        shown: for each picture, by its name, what the page said there.
    """

    def __init__(self, page: Page, at: str, pictures: Path | None = None) -> None:
        self.page = page
        keyboard = AtTheKeyboard(page, at)
        page.on("console", lambda message: keyboard.hears(message.text))
        page.on("pageerror", lambda error: keyboard.complaints.append(str(error)))
        self.complaints = keyboard.complaints
        self.shown: dict[str, list[str]] = {}
        self._at = at
        self._pictures = pictures

    def does(self, task: Task) -> None:
        """Do a task, line after line."""
        for line in task.lines:
            if picture := re.fullmatch(r"!\[.+\]\(\.\./pictures/officer/([a-z-]+\.png)\)", line):
                self._takes(picture[1])
                continue
            for sentence in sentences(line):
                self._does(sentence)

    def _does(self, sentence: str) -> None:
        if sentence == "Open the address that you were given.":
            self.page.goto(self._at)
            return
        if sentence.startswith(FOR_THE_EYE):
            return
        for form, do in SENTENCES.items():
            if found := re.fullmatch(form, sentence):
                do(self.page, *found.groups())
                return
        raise AssertionError(f"a step is of no known form: {sentence}")

    def _takes(self, name: str) -> None:
        self.shown[name] = self.page.locator("main").inner_text().split("\n")
        if self._pictures is None:
            return
        height: int = self.page.evaluate("document.body.scrollHeight")
        self.page.set_viewport_size({"width": WIDTH, "height": min(height, HIGHEST)})
        self.page.evaluate("window.scrollTo(0, 0)")
        self.page.screenshot(path=self._pictures / name)
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


@contextmanager
def an_officer(
    browser: Browser, folder: Path, pictures: Path | None = None
) -> Generator[Officer, None, None]:
    """Yield somebody before the pages of a sealed store, which holds one case already."""
    store = str(folder / "reviews.db")
    (folder / "password").write_text("correct horse battery\n")
    password = str(folder / "password")
    for command in (
        ("apply", str(ROOT / "examples" / "first_review.jsonl"), "--store", store),
        ("permissions", "new", str(folder / "reviews.permissions.toml")),
        ("people", "add", WHO, "--password-file", password, "--store", store),
    ):
        done = typed(*command, now=datetime.fromisoformat(TODAY))
        assert done.exit_code == 0, done.output
    with served(Path(store), now=TODAY) as server:
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE, locale="en-GB"
        )
        try:
            yield Officer(context.new_page(), server.at, pictures)
        finally:
            context.close()


def take_pictures() -> None:
    """Follow the manual, and write its pictures."""
    with (
        chromium() as browser,
        TemporaryDirectory() as folder,
        an_officer(browser, Path(folder), PICTURES) as officer,
    ):
        for task in tasks():
            officer.does(task)
        text = json.dumps(officer.shown, ensure_ascii=False, indent=1)
        SHOWN.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    take_pictures()
