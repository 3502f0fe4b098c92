"""How the file of a case is laid out: answers first, what the machine wrote folded, on paper.

The case is that of `a_case`; and one of three hundred entries, and one that was imported at once.
"""

import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, expect

from rapid_review.domain.entry import Entry
from rapid_review.projections.case.timeline import BY_ITSELF
from rapid_review.reports.case_file.page import case_file
from tests.domain import a_review as kent
from tests.domain.a_review import at, changed
from tests.projections.a_record import entries_of, written
from tests.reports.a_browser import DESK, opened
from tests.reports.a_case import CLOSED, OPEN, contents_of, evidence
from tests.reports.test_the_case_file import kept, page


def said_under(part: str, html: str) -> str:
    """Return what is under a heading, up to the next one, as text."""
    told_there = html.partition(f'id="{part}">')[2].partition("</h3>")[2]
    return " ".join(re.sub("<[^>]*>", " ", re.split("<h[23]", told_there)[0]).split())


def test_a_page_answers_first() -> None:
    """What it is about, what is late, what comes next and who owes it, what was decided."""
    parts = ("lead", 'id="late"', 'id="next"', 'id="decided"', 'id="every-clock"')
    places = [page().partition("<main")[2].index(one) for one in (*parts, 'id="findings"')]
    assert places == sorted(places)
    last = [page().index(f'id="{one}"') for one in ("documents", "made-from", "proof")]
    assert max(page().index(f'id="{one}"') for one in ("timeline", "clocks", "changes")) < last[0]
    assert last == sorted(last)


def test_what_is_late_says_since_when_and_who_owes_it() -> None:
    """On 1 June 2020 the review that was due on 22 May is ten days late."""
    html = case_file(contents_of(OPEN, today=at("2020-06-01 12:00")))
    assert (
        "Rapid review undertaken and reported to the Panel was due Friday 22 May 2020 : "
        "10 days ago Owed by rapid-review-group."
    ) in said_under("late", html)
    assert "Nothing is late." in said_under("late", page())


def test_what_comes_next_stands_with_who_owes_it() -> None:
    """And what is in its way."""
    assert "Compile report" in said_under("next", page("open"))
    assert "Owed by partnership-team; due Friday 22 May 2020" in said_under("next", page("open"))
    assert "Compile report" not in said_under("next", page())


def test_what_was_decided_stands_with_its_day_and_its_meeting() -> None:
    """On 19 May, adopted at once, and agreed to by the Panel on 19 June."""
    assert said_under("decided", page()).startswith(
        "Decision made , Tuesday 19 May 2020 , at meeting 1:"
    )
    assert "Panel feedback received" in said_under("decided", page())
    assert "Nothing has been decided yet." in said_under("decided", page("as it had happened"))


# ------------------------------------------------------------------------------- what is folded


def test_what_no_command_asked_for_is_folded(browser: Browser, tmp_path: Path) -> None:
    """A clock that was set, with who set it below; the day-by-day table of each clock too."""
    lines = [entry for entry in CLOSED if entry.event.kind in BY_ITSELF]
    assert {entry.event.kind for entry in lines} == {"DeadlineSet"}
    with opened(browser, kept(tmp_path, page()), DESK) as there:
        folded = there.page.locator(".timeline .folds")
        assert folded.count() == len(lines)
        assert "due 2020-05-" in folded.first.inner_text()
        assert not folded.first.locator(".by").is_visible()
        folded.first.locator("summary").click()
        assert folded.first.locator(".by").is_visible()
        assert there.page.locator(".clock .ruler:visible").count() == 0


# ------------------------------------------------------------------------------------- on paper

LONG: Final = 300
LETTERS: Final = tuple(
    changed(
        kent.WRITE,
        at=at("2020-05-22 09:00") + timedelta(hours=number),
        correspondence=f"L-{number}",
    )
    for number in range(LONG - 20)
)


@cache
def long_case() -> tuple[Entry, ...]:
    """Return the closed case, with so many letters that it has three hundred entries."""
    history = sorted((*kent.CLOSED, *LETTERS), key=lambda one: one.at)
    return entries_of(*history)


def pages_of(browser: Browser, file: Path) -> int:
    """Return how many pages of A4 a page is, printed."""
    with opened(browser, file, DESK) as there:
        printed = there.page.pdf(format="A4", prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page[^s]", printed))


def test_a_case_of_three_hundred_entries_stays_under_twelve_pages(
    browser: Browser, tmp_path: Path
) -> None:
    """With its proof and all, what is folded staying so."""
    entries = long_case()
    assert LONG <= len(entries) <= LONG + 10
    html = case_file(contents_of(entries, evidence=evidence(entries)), with_proof=True)
    assert 5 < pages_of(browser, kept(tmp_path, html)) < 12


# -------------------------------------------------------------------------------- imported at once


@cache
def imported() -> tuple[Entry, ...]:
    """Return the closed case as it is recorded from a file, all on 1 March 2021."""
    return entries_of(*(written(one, "2021-03-01 09:00") for one in kent.CLOSED))


def test_an_imported_case_is_stepped_through_by_the_days_on_which_things_happened(
    browser: Browser, tmp_path: Path
) -> None:
    """It was recorded on one day; its review was undertaken over six weeks."""
    html = case_file(contents_of(imported(), today=at("2021-03-01 12:00")))
    happened = sorted({entry.event.at.date() for entry in imported()})
    with opened(browser, kept(tmp_path, html), DESK) as there:
        slider = there.page.get_by_role("slider")
        assert slider.get_attribute("max") == f"{len(happened) - 1}"
        slider.press("Home")
        assert there.page.locator(".then").inner_text() == "Monday 4 May 2020"
        expect(there.page.locator(".then + p")).to_contain_text("Stage: Notified.")
        running = there.page.locator('[data-then="rapid-review"]')
        assert "Running" in running.inner_text()
        slider.press("End")
        assert "Met" in running.inner_text()
        expect(there.page.locator(".then + p")).to_contain_text(
            f"{len(imported())} of {len(imported())} entries had happened"
        )
        assert there.page.locator(".replay .log li").count() == len(imported())
        assert there.complaints == []


def test_a_case_kept_day_by_day_is_stepped_through_by_its_record() -> None:
    """What was learnt later is not known before."""
    assert 'id="happened-data"' not in page()
    assert 'id="happened-data"' in case_file(contents_of(imported()))
