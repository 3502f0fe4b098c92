"""A new user takes one case from its notification to its feedback, with the keyboard alone."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from rapid_review import terms
from rapid_review.domain import commands as ask
from rapid_review.domain.commands import Command
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import AgencyReportFiled, AgencyReportRequested
from rapid_review.store import RapidReviews
from rapid_review.web.pages.forms.presets import filled_with
from tests.web.pages.a_server import CANNOT, WHO, AtTheKeyboard, served, signed_in
from tests.web.pages.a_site import KENT
from tests.web.pages.test_one_case_through_the_forms import story

CASE: Final = "KM-2020-014"
AT_ANY_TIME: Final = datetime(2026, 11, 26, tzinfo=UTC)
UNTIL: Final = ask.RecordMinutes
"""The last step: the group and the partners know what the Panel said, and the minutes are kept."""


def texts(command: Command, under: str = "") -> dict[str, list[str]]:
    """Return what is typed or chosen for a command, by the name of each field."""
    said = {f"{under}{name}": value for name, value in dict(command).items()}
    filled = filled_with(said, KENT.zone)
    return {name: list(filled.texts(name)) for name, _ in filled}


def takes(person: AtTheKeyboard, command: Command) -> None:
    """Take a step from the page of the case on: its form, its check, and back to the case."""
    name = type(command).__name__
    if isinstance(command, ask.ReceiveNotification):
        person.follows("/new")
        person.fills_in({"case-reference": [CASE], **texts(command)})
    else:
        starts(person, name)
        person.fills_in(texts(command))
    assert person.heading() == "Check before you record", person.reads()
    if CANNOT not in person.reads():
        person.presses("Record it")


def starts(person: AtTheKeyboard, name: str) -> None:
    """Open the form of a step: from what comes next, or from what else happened."""
    links = person.page.locator(f'a[href*="/record/{name}/{CASE}"]')
    if not links.count():
        person.follows(f"/else/{CASE}")
    href = person.page.locator(f'a[href*="/record/{name}/{CASE}"]').first.get_attribute("href")
    assert href is not None
    person.follows(href)


def test_the_first_steps_of_a_case(browser: Browser, tmp_path: Path) -> None:
    """The notification, a member who is told, and a step that is too early and says so."""
    steps = list(story())[:3]
    too_early = next(one for one in story() if isinstance(one, ask.SendReportToPanel))
    store = tmp_path / "reviews.db"
    with served(store, "--as", WHO) as server, signed_in(browser, server) as person:
        for command in steps:
            takes(person, command)
            assert person.heading() == "Recorded"
            person.presses("Continue with the case")
        takes(person, too_early)
        assert CANNOT in person.reads()
        person.follows(f"/record/CompileReport/{CASE}")
        assert person.heading() == "Compile the report"
        assert person.complaints == []


def test_the_keyboard_goes_on_in_a_row_that_was_added(browser: Browser, tmp_path: Path) -> None:
    """Nobody tabs through the whole form again for the second child, or the third."""
    store = tmp_path / "reviews.db"
    with served(store, "--as", WHO) as server, signed_in(browser, server) as person:
        person.page.goto(f"{person.at}/new")
        for child in ("1", "2"):
            person.presses("Add another")
            assert person.active()["text"].startswith(f"Child {int(child) + 1}")
            assert person.tab()["name"] == f"children.{child}.reference"


@pytest.mark.faults
def test_a_case_from_notification_to_feedback(browser: Browser, tmp_path: Path) -> None:
    """45 entries: a meeting short of the police, a late report, a correction, and a refusal."""
    store, refused = tmp_path / "reviews.db", list[str]()
    with served(store, "--as", WHO) as server, signed_in(browser, server) as person:
        for command in story():
            takes(person, command)
            if person.heading() != "Recorded":
                acts_on_the_refusal(person)
                refused.append(type(command).__name__)
                continue
            if isinstance(command, ask.NotePanelDiscussion):
                person.follows(f"/case/{CASE}")
                corrects_the_day(person)
            person.presses("Continue with the case")
            if isinstance(command, UNTIL):
                break
        assert person.complaints == []
    with RapidReviews.on_sqlite(
        store, terms=terms.load(KENT.id), clock=lambda: AT_ANY_TIME
    ) as reviews:
        entries = reviews.history(CASE)
    kinds = Counter(entry.event.kind for entry in entries)
    assert len(entries) >= 45
    assert (kinds["QuorumNotMet"], kinds["QuorumConfirmed"], kinds["RecordCorrected"]) == (1, 1, 1)
    assert list(late_reports(entries)) == ["general-practice"]
    assert refused == ["MakeDecision"]
    assert kinds["FeedbackShared"] == 2


def late_reports(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the agencies whose reports came after the day by which they were asked for."""
    due: dict[str, date | None] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, AgencyReportRequested):
            due[event.agency] = event.due_on
        elif isinstance(event, AgencyReportFiled):
            by = due[event.agency]
            if by is not None and event.at.astimezone(KENT.zone).date() > by:
                yield event.agency


def acts_on_the_refusal(person: AtTheKeyboard) -> None:
    """Read why a decision was refused, and go back for the step that comes first."""
    said = person.reads()
    assert CANNOT in said
    assert "ToR 6.2" in said
    assert person.page.locator(f'main a[href*="/record/RecordAttendance/{CASE}"]').count()
    person.follows(f"/case/{CASE}")


def corrects_the_day(person: AtTheKeyboard) -> None:
    """Correct the day on which the Panel met."""
    person.follows(f"/timeline/{CASE}")
    entry = person.page.get_by_role("link", name="Panel discussion noted").get_attribute("href")
    assert entry is not None
    person.follows(entry)
    person.follows(entry.replace("/entry/", "/correct/"))
    person.fills_in(
        {
            "at-day": ["11"],
            "at-month": ["6"],
            "at-year": ["2020"],
            "because": ["The letter has another day."],
            "replacement.discussed_on-day": ["8"],
        }
    )
    assert person.heading() == "Check before you record", person.reads()
    person.presses("Record it")
    assert "Record corrected" in person.reads()
