"""Every page, and every form that can be sent: how somebody comes to it in a browser.

`PAGES` are opened by their address. `ANSWERS` are what comes of sending a form: each fills it in
as far as it goes, and names what the page is called at each step. A route that is in neither is
missed by `test_every_page_for_everybody.py`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from playwright.sync_api import FilePayload, Locator, Page

from rapid_review.cli.commands.demo.demonstration import CASE, demonstrate
from tests.cli.a_terminal import typed
from tests.tables.some_tables import NOTIFIED, filled
from tests.web.pages.a_server import AtTheKeyboard, leads_on

ROLES: Final = """
partnership = "kent-and-medway"
[[editions]]
in_force_from = 2020-01-01
[[editions.roles]]
id = "coordinator"
commands = ["all"]
words = ["case", "person"]
may = ["break-glass", "review-break-glass", "correct-decision", "import-into-case",
       "propose-erasure", "approve-erasure"]
[[editions.roles]]
id = "duty"
may = ["break-glass"]
[[editions.roles]]
id = "member"
may = ["propose-erasure"]
"""
"""Permissions under which the coordinator reads words, also in an emergency, and reviews it."""
PASSWORD: Final = "correct horse battery"  # noqa: S105 - of nobody

PAGES: Final = (
    *("/", "/?all=1", "/new", "/table", "/diary?all=1", "/search?q=KM", "/statistics"),
    "/audit?verify=1",
    *("/help", "/nowhere", f"/case/{CASE}", f"/else/{CASE}", f"/timeline/{CASE}"),
    *(f"/entry/49/{CASE}", f"/erasure/49/{CASE}", f"/erasure/50/{CASE}"),
    *(f"/entry/1/{CASE}", f"/correct/31/{CASE}", f"/correct/1/{CASE}"),
    *(f"/record/MakeDecision/{CASE}", f"/record/RecordAttendance/{CASE}"),
    *("/emergencies", f"/emergencies/1/{CASE}", f"/emergency/{CASE}"),
    *(f"/record/FileAgencyReport/{CASE}", f"/recorded/{CASE}?first=21&last=21"),
    "/sign-in",
)
"""The addresses that are opened, by somebody of the team who is signed in."""
NO_PAGES: Final = {
    "/style.css": "a style sheet",
    "/icon.svg": "a picture",
    "/table/template": "a file to download",
    "/token": "what the link of a file leads to, which goes on to the list of cases",
    "/sign-out": "what goes on to the page on which one signs in",
}
"""What is asked for and is no page, and why it is none."""


def the_demonstration(folder: Path) -> Path:
    """Record the demonstration's case; somebody reads its words in an emergency.

    A member of the police proposes to erase the words of two entries, of which one is approved.

    Returns:
        The store, which has its permissions and its people beside it under other names.
    """
    store = folder / "rapid-review.db"
    demonstrate(store)
    (folder / "rapid-review.permissions.toml").write_text(ROLES, encoding="utf-8")
    asked = ("--emergency", "child-at-risk", "--by", "d-1:duty:health", "--purpose", "night duty")
    read = typed("open", CASE, *asked, "--store", str(store))
    assert read.exit_code == 0, read.stderr
    for entry in ("15", "16"):
        asked = ("--order", f"O-{entry}", "--entry", entry, "--ground", "recorded-in-error")
        _erasure(store, "propose", *asked, "--by", "po-1:member:police")
    _erasure(store, "approve", "--order", "O-16", "--by", "pt-02:coordinator:partnership-team")
    return store


def _erasure(store: Path, step: str, *asked: str) -> None:
    now = datetime(2020, 6, 30, 9, tzinfo=UTC)
    taken = typed("erase", step, CASE, *asked, "--store", str(store), now=now)
    assert taken.exit_code == 0, taken.stderr


def an_auditor(folder: Path) -> Path:
    """Write a file of people in which there is an auditor."""
    file, password = folder / "auditors.toml", folder / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    asked = ("--may", "auditor", "--password-file", str(password), "--people", str(file))
    assert typed("people", "add", "au-1:auditor:audit", *asked).exit_code == 0
    return file


# ------------------------------------------------------------------- what comes of sending a form

Sends = Callable[[AtTheKeyboard], Iterator[str]]
"""Sends a form, and yields how the title of each page begins that is then shown."""


def _continues(page: Page, button: str = "Continue") -> None:
    leads_on(_button(page, button))


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).last


def _on_a_day(page: Page, field: str) -> None:
    for part, text in (("day", "1"), ("month", "june"), ("year", "2020")):
        page.fill(f"#{field}-{part}", text)


def _opens_a_case(reader: AtTheKeyboard) -> Iterator[str]:
    reader.page.goto(f"{reader.at}/new")
    _continues(reader.page)
    yield "Error: "


def _records(reader: AtTheKeyboard) -> Iterator[str]:
    """What is missing, the check, back to the form, what is refused, and what was recorded."""
    page = reader.page
    page.goto(f"{reader.at}/record/NoteMediaInterest/{CASE}")
    _continues(page)
    yield "Error: "
    _on_a_day(page, "at")
    _continues(page)
    assert "12:00 (No hour was given, so noon is recorded.)" in reader.reads()
    yield "Check: "
    leads_on(_button(page, "Change the answers"))
    assert page.input_value("#at-month") == "june"
    yield "The media take an interest"
    _continues(page)
    _continues(page, "Record it")
    yield "Recorded"
    page.goto(f"{reader.at}/record/ApproveErasure/{CASE}")
    _on_a_day(page, "at")
    page.fill("#order", "O-1")
    _continues(page)
    yield "Error: Check: "


def _corrects(reader: AtTheKeyboard) -> Iterator[str]:
    """What is missing, the answers before and after it, and the same on the page of its entry."""
    page = reader.page
    page.goto(f"{reader.at}/correct/1/{CASE}")
    _continues(page)
    yield "Error: "
    _on_a_day(page, "at")
    page.fill("#because", "the e-mail has another day")
    page.fill('[id="replacement.incident.known_on-day"]', "1")
    _continues(page)
    assert "What changes in entry 1" in reader.reads()
    yield "Check: "
    _continues(page, "Record it")
    leads_on(page.get_by_role("link", name="Record corrected").first)
    assert "What changes in entry 1" in reader.reads()
    yield "Entry "


def _erases(reader: AtTheKeyboard) -> Iterator[str]:
    reader.page.goto(f"{reader.at}/erasure/50/{CASE}")
    _continues(reader.page, "Erase the words now")
    yield "Recorded"
    reader.page.goto(f"{reader.at}/erasure/50/{CASE}")
    yield "Order O-16"
    reader.page.goto(f"{reader.at}/entry/16/{CASE}")
    assert "Words of this entry were erased" in reader.reads()
    yield "Entry 16"


def _reads_words(reader: AtTheKeyboard) -> Iterator[str]:
    page = reader.page
    page.goto(f"{reader.at}/entry/1/{CASE}")
    _continues(page, "Read its words")
    yield "Error: "
    page.fill("#purpose", "to prepare the meeting")
    _continues(page, "Read its words")
    assert "read this, and why" in reader.reads()
    yield "Entry 1"


def _reads_in_an_emergency(reader: AtTheKeyboard) -> Iterator[str]:
    page = reader.page
    page.goto(f"{reader.at}/emergency/{CASE}")
    _continues(page, "Read all words")
    yield "Error: "
    page.fill("#emergency", "Child at risk")
    page.fill("#purpose", "night duty")
    _continues(page, "Read all words")
    assert page.locator("section dd").count() > 1
    yield "Words of case"


def _reviews_a_reading(reader: AtTheKeyboard) -> Iterator[str]:
    """What is missing, what comes of reviewing one's own, the list, and what was reviewed."""
    page = reader.page
    for _ in _reads_in_an_emergency(reader):
        pass
    page.goto(f"{reader.at}/emergencies")
    leads_on(page.locator("section[aria-labelledby=waiting] a").last)
    assert "You cannot review this" in reader.reads()
    yield "Reading "
    page.goto(f"{reader.at}/emergencies")
    leads_on(page.locator("section[aria-labelledby=waiting] a").first)
    _continues(page, "Record the review")
    yield "Error: "
    page.get_by_label("Yes").check()
    page.fill("#purpose", "the rota of that night")
    _continues(page, "Record the review")
    yield "Emergencies"
    page.goto(f"{reader.at}/emergencies/1/{CASE}")
    assert "Justified" in reader.reads()
    yield "Reading 1"


def _imports_a_table(reader: AtTheKeyboard) -> Iterator[str]:
    """What is missing, what to mend, the check and what was recorded."""
    good, bad = {**NOTIFIED, "Case": "KM-T-1"}, {**NOTIFIED, "Case": "KM-T-2", "Nature": "deth"}
    page = reader.page
    page.goto(f"{reader.at}/table")
    _continues(page)
    yield "Error: "
    _chooses(reader, filled(good, bad))
    yield "Error: What to correct"
    with page.expect_download() as given:
        _button(page, "Download the rows to correct").click()
    assert given.value.suggested_filename == "to-mend.xlsx"
    _chooses(reader, filled(good))
    yield "Check"
    _continues(page, "Record")
    yield "Recorded"


def _chooses(reader: AtTheKeyboard, sheet: bytes) -> None:
    reader.page.goto(f"{reader.at}/table")
    file: FilePayload = {"name": "reviews.xlsx", "mimeType": "", "buffer": sheet}
    reader.page.set_input_files("#sheet", file)
    reader.page.fill("#purpose", "cases of 2021")
    _continues(reader.page)


ANSWERS: Final[Mapping[str, Sends]] = {
    "/new": _opens_a_case,
    "/record/{command}/{case:path}": _records,
    "/correct/{version}/{case:path}": _corrects,
    "/erasure/{version}/{case:path}": _erases,
    "/words/{version}/{case:path}": _reads_words,
    "/emergency/{case:path}": _reads_in_an_emergency,
    "/emergencies/{version}/{case:path}": _reviews_a_reading,
    "/table": _imports_a_table,
}
"""By the route that a form is sent to: what is shown then. One signs in in a test of its own."""


def signs_in(page: Page, at: str) -> Iterator[str]:
    """Sign in as the auditor, with a wrong password first."""
    page.goto(f"{at}/sign-in")
    yield "Sign in"
    for password, comes in (("wrong", "Error: Sign in"), (PASSWORD, "Cases")):
        page.fill("#id", "au-1")
        page.fill("#password", password)
        _continues(page, "Sign in")
        yield comes
