"""`reports.case_file`: one case as one page, with and without its script.

The case is that of `a_case`: corrected on 20 May 2020, sent to the Panel late, closed on 2 July.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from rapid_review.projections.as_of import AsOf, CaseHistory, end_of_day
from rapid_review.projections.case.timeline import Standing, timeline
from rapid_review.projections.compare.replay import replay_by_day
from rapid_review.reports.case_file.page import case_file
from rapid_review.reports.dates import day_text
from rapid_review.reports.labels import words_of
from tests.domain.a_review import KENT, LATER_KENT, REPLACE, at, varied
from tests.projections.a_record import entries_of
from tests.projections.canaries import CANARY
from tests.reports.a_browser import DESK, PHONE, opened
from tests.reports.a_case import CLOSED, OPEN, contents_of, evidence

MADE: Final[dict[str, Callable[[], str]]] = {
    "closed": lambda: case_file(contents_of(evidence=evidence()), with_proof=True),
    "without its proof": lambda: case_file(contents_of(evidence=evidence())),
    "open": lambda: case_file(contents_of(OPEN)),
    "as it had happened": lambda: case_file(contents_of(happened_by=at("2020-05-15 09:00"))),
}


@cache
def page(kind: str = "closed") -> str:
    """Return one of the pages that are looked at."""
    return MADE[kind]()


@pytest.fixture(params=list(MADE))
def kind(request: pytest.FixtureRequest) -> str:
    """Return each kind of page."""
    return str(request.param)


def kept(tmp_path: Path, html: str) -> Path:
    """Return a page as a file."""
    file = tmp_path / "case.html"
    file.write_text(html, encoding="utf-8")
    return file


# ------------------------------------------------------------------------------ what is in it


def test_the_same_case_makes_the_same_bytes(kind: str) -> None:
    """So a page can be hashed, and made again years later to compare."""
    assert MADE[kind]() == page(kind)


def test_no_word_and_no_name_stands_in_a_page(kind: str) -> None:
    """Every text of the case that may hold some holds a name."""
    assert CANARY in CLOSED[0].model_dump_json()
    assert CANARY not in page(kind)


def test_a_page_says_of_what_it_is_and_as_of_when() -> None:
    """Case, terms and rule set with their digests, both times, and the head of the case."""
    proof = evidence()
    for said in (KENT.digest, KENT.national.digest, proof.head.last, proof.fingerprint):
        assert said in page()
    assert 'id="fact-as-it-was-recorded-by">no limit<' in page()
    cut = page("as it had happened")
    assert 'id="fact-as-it-had-happened-by">15 May 2020, 10:00 (Europe/London)<' in cut


def test_a_page_as_it_was_recorded_knows_nothing_of_terms_that_came_later() -> None:
    """Moved to other terms in October 2020: as recorded in May the page is that of May."""
    may = at("2020-05-20 18:00")
    later = varied(LATER_KENT, title="Later terms", deadlines=())
    moved = entries_of(REPLACE, before=OPEN, terms=later)
    assert len(moved) > len(OPEN)
    page_then = case_file(contents_of(OPEN, recorded_by=may, today=may))
    page_now = case_file(
        contents_of(moved, terms=later, earlier=(KENT,), recorded_by=may, today=may)
    )
    assert page_now == page_then
    assert "Later terms" in case_file(contents_of(moved, terms=later, earlier=(KENT,)))


def test_the_ruler_numbers_the_days_and_names_the_holidays() -> None:
    """ToR 7.3: from 30 April the 15th working day is 22 May; 8 and 25 May were bank holidays."""
    ruler = page().partition('id="clock-rapid-review"')[2].partition("</article>")[0]
    cells = re.findall(r'<td class="([a-z ]+)">(.*?)</td>', ruler, flags=re.DOTALL)
    shown = [(kind, " ".join(re.sub("<[^>]*>", " ", cell).split())) for kind, cell in cells]
    assert ("start", "30 April 0 start") in shown
    assert ("holiday", "8 May holiday") in shown
    assert ("working due", "22 May 15 due") in shown
    assert ("late", "26 May 16 stopped") in shown
    assert "Early May bank holiday (VE day)" in ruler
    assert "Spring bank holiday" in ruler


def test_a_ruler_that_would_be_too_long_ends_on_the_due_day() -> None:
    """In January 2021 the review was overdue by 160 working days."""
    html = case_file(contents_of(OPEN, today=at("2021-01-10 09:00")))
    ruler = html.partition('id="clock-rapid-review"')[2].partition("</article>")[0]
    assert "Day 175 of 15" in ruler
    assert "too many days after the due day" in ruler
    assert ruler.count('<td class="working') == 15
    assert "late" not in re.findall(r'<td class="([a-z]+)', ruler)
    assert "too many days after the due day" not in page()


def test_the_page_says_when_the_record_changed_a_verdict() -> None:
    """On 20 May it was learnt that the review had been due on 22 May, and not on 27 May."""
    changed = page().partition('id="changed"')[2].partition("</ul>")[0]
    told_of = [" ".join(re.sub("<[^>]*>", " ", one).split()) for one in changed.split("<li>")]
    assert (
        "Rapid review undertaken and reported to the Panel , recorded 20 May 2020, 17:10 "
        "Running due Wednesday 27 May 2020 ; from then on Running due Friday 22 May 2020 , "
        "by entry 18 , entry 19 ."
    ) in told_of


def test_a_corrected_entry_is_struck_and_shown_with_what_stands_in_its_place() -> None:
    """The receipt was corrected by entry 18, and a member's notice retracted by entry 17."""
    lines = {line.version: line for line in timeline(CLOSED)}
    assert [v for v, line in lines.items() if line.standing is not Standing.STANDS] == [1, 5]
    assert page().count("<s>") == 2
    assert f"<s>{lines[1].summary}</s>" in page()
    assert f'<a href="#entry-18">entry 18</a>: {lines[18].summary}' in page()


def test_an_entry_recorded_on_a_later_day_says_so() -> None:
    """The school's report of 12 May was written down on 15 May."""
    assert page().count("3 days later") == 1


def test_documents_stand_with_their_digests_and_without_their_titles() -> None:
    """Titles are words."""
    assert re.findall(r"<strong>(\S+)</strong>, <a href", page().partition("documents")[2]) == [
        "AR-1",
        "RR-1",
    ]


def test_without_a_bundle_a_page_says_that_nothing_in_it_can_be_checked() -> None:
    """And has nothing to check it with."""
    assert "made without a bundle" in page("open")
    assert 'id="bundle-data"' not in page("open")


def test_only_the_scripts_and_styles_of_the_page_may_run(browser: Browser, tmp_path: Path) -> None:
    """By their digests; what gets past the escaping is stopped by the browser, which says so."""
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page())
    assert re.fullmatch(
        r"default-src 'none'; style-src( 'sha256-\S+'){2}; script-src 'sha256-\S+'",
        policy[0].replace("&#39;", "'"),
    )
    more = '<script>document.title = "run"</script><img src="https://example.org/a.png">'
    file = kept(tmp_path, page().replace("</main>", f"{more}</main>"))
    with opened(browser, file, DESK) as there:
        assert there.page.title().startswith("Case file")
        assert there.asked_for == []
        assert len(there.complaints) == 2


# -------------------------------------------------------------------------------- how it is read


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_page_loads_nothing_and_complains_of_nothing(
    browser: Browser, tmp_path: Path, size: dict[str, int], kind: str
) -> None:
    """And it never scrolls sideways as a whole."""
    with opened(browser, kept(tmp_path, page(kind)), size) as there:
        assert there.asked_for == []
        assert there.complaints == []
        assert not there.scrolls_sideways()


LOOKS: Final[dict[str, tuple[dict[str, int], Literal["screen", "print"]]]] = {
    "desk": (DESK, "screen"),
    "phone": (PHONE, "screen"),
    "print": (DESK, "print"),
}
ALWAYS: Final = {("closed", "desk"), ("closed", "phone"), ("open", "desk"), ("open", "print")}
"""Looked at in each run; how the others look, `make faults` sees as well."""


@pytest.mark.parametrize(
    ("kind", "look"),
    [
        pytest.param(kind, look, marks=() if (kind, look) in ALWAYS else pytest.mark.faults)
        for kind in MADE
        for look in LOOKS
    ],
)
def test_a_page_meets_wcag_2_2_aa_as_far_as_axe_can_tell(
    browser: Browser,
    tmp_path: Path,
    kind: str,
    look: str,
) -> None:
    """On a desk, on a phone, on paper; and with the answer of the button."""
    size, medium = LOOKS[look]
    with opened(browser, kept(tmp_path, page(kind)), size, checked=True) as there:
        there.page.emulate_media(media=medium)
        assert there.violations() == []
        if kind == "closed" and medium == "screen":
            there.page.get_by_role("button", name="Verify").click()
            there.page.wait_for_selector(".verdict.good")
            assert there.violations() == []


def test_without_a_script_all_of_it_can_be_read(
    browser: Browser, tmp_path: Path, kind: str
) -> None:
    """What is folded opens by itself, and no control is there that does nothing."""
    with opened(browser, kept(tmp_path, page(kind)), DESK, scripted=False) as there:
        assert there.page.locator("button, input, select, textarea").count() == 0
        reckoning = there.page.locator(".clock details").first
        reckoning.locator("summary").click()
        assert reckoning.get_by_role("table").last.is_visible()
        assert there.page.locator(".timeline li").count() >= 10
        assert there.page.get_by_role("heading", name="Replay").count() == 0


def test_on_paper_what_is_folded_stays_so_and_the_controls_are_gone(
    browser: Browser, tmp_path: Path
) -> None:
    """A4 between margins of 15 mm is 680 points of CSS wide."""
    with opened(browser, kept(tmp_path, page()), {"width": 680, "height": 1000}) as there:
        there.page.emulate_media(media="print")
        assert there.page.locator("details[open]").count() == 0
        assert not there.page.locator(".clock details").first.is_visible()
        assert there.page.locator(".timeline summary").first.is_visible()
        assert not there.page.locator(".replay").is_visible()
        assert not there.page.locator(".verify").is_visible()
        assert not there.scrolls_sideways()


# ------------------------------------------------------------------------------------ the replay


def test_the_replay_shows_each_day_as_the_record_then_had_it(
    browser: Browser, tmp_path: Path
) -> None:
    """All days from the receipt to the close, against the same read models in Python."""
    made = replay_by_day(CaseHistory(CLOSED, KENT, contents_of().history.calendars))
    with opened(browser, kept(tmp_path, page()), DESK) as there:
        slider = there.page.get_by_role("slider")
        slider.press("Home")
        for number, then in enumerate(made.days):
            assert shown_then(there.page) == {
                "day": day_text(then.day),
                "stage": words_of(then.stage),
                "clocks": [(one.deadline, words_of(one.state)) for one in then.clocks],
                "entries": entries_then(then.day),
            }
            if number < len(made.days) - 1:
                slider.press("ArrowRight")
        assert there.complaints == []


def entries_then(day: date) -> list[str]:
    """Return what the record said by the end of a day, the latest first."""
    lines = timeline(CLOSED, AsOf(recorded_by=end_of_day(day, KENT)))
    return [
        f"{line.version}. {words_of(line.kind)}: "
        f"{'struck: ' * (line.standing is not Standing.STANDS)}{line.summary}"
        for line in reversed(lines)
    ]


def shown_then(there: Page) -> dict[str, object]:
    """Return what the replay shows."""
    found: dict[str, object] = there.evaluate(
        """() => {
            const replay = document.querySelector(".replay");
            const log = [...replay.querySelectorAll(".log li")];
            return {
                day: replay.querySelector(".then").textContent,
                stage: replay.querySelector(".then + p").textContent.match(/Stage: (.*?)\\./)[1],
                clocks: [...replay.querySelectorAll("[data-then]")].map(
                    (row) => [row.dataset.then, row.querySelector(".tag").textContent]),
                entries: log.map((item) => item.querySelector("s")
                    ? item.textContent.replace(": ", ": struck: ") : item.textContent),
            };
        }"""
    )
    clocks: list[list[str]] = found["clocks"]  # type: ignore[assignment]  # as the script has it
    return {**found, "clocks": [tuple(one) for one in clocks]}


def test_the_buttons_step_a_day_and_a_reader_is_told_where_the_slider_rests(
    browser: Browser, tmp_path: Path
) -> None:
    """On 20 May the record learnt that the review had been due on 22 May and not on 27 May."""
    with opened(browser, kept(tmp_path, page()), DESK) as there:
        rests, due = there.page.locator(".replay [role=status]"), '[data-then="rapid-review"]'
        slider = there.page.get_by_role("slider")
        slider.fill("15")
        assert slider.get_attribute("aria-valuetext") == "Tuesday 19 May 2020"
        assert "Wednesday 27 May 2020" in there.page.locator(due).inner_text()
        there.page.get_by_role("button", name="Day after").click()
        assert "Friday 22 May 2020" in there.page.locator(due).inner_text()
        expect(rests).to_contain_text("Wednesday 20 May 2020. Stage: Decided.")
        there.page.get_by_role("button", name="Day before").click()
        assert there.page.locator(".then").inner_text() == "Tuesday 19 May 2020"


def test_what_was_recorded_on_one_day_has_no_replay(browser: Browser, tmp_path: Path) -> None:
    """There is nothing to step through."""
    html = case_file(contents_of(recorded_by=at("2020-05-04 20:00"), today=at("2020-05-04 20:00")))
    with opened(browser, kept(tmp_path, html), DESK) as there:
        assert there.page.get_by_role("slider").count() == 0
