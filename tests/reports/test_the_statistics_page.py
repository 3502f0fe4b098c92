"""`reports.statistics`: each figure with its chart, its table and what it is a figure of.

The partnership is invented: six clocks a quarter from 2020 to 2023, of which four were late, three
ended otherwise and one is open; see `a_partnership`.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser

from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.basis import Dated
from rapid_review.projections.statistics.case_facts import case_facts_as_of, facts_of
from rapid_review.projections.statistics.disclosure import NOTHING, Treatment
from rapid_review.projections.statistics.facts import (
    CountCell,
    DurationCell,
    Ended,
    Facts,
    by_clock,
)
from rapid_review.projections.statistics.measures import NOTIFICATION, PANEL_ANSWER
from rapid_review.projections.statistics.measures import REVIEW as REVIEWS
from rapid_review.projections.statistics.periods import By, Span
from rapid_review.projections.statistics.published import Published, publish
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.survival import Curve
from rapid_review.reports.page import POLICY
from rapid_review.reports.statistics.page import HIDDEN, Page, curve_of, statistics_page
from tests.domain.a_review import KENT
from tests.projections.statistics.a_year_of_cases import histories
from tests.reports.a_browser import DESK, PHONE, opened
from tests.reports.a_partnership import CALENDAR, DAY, REVIEW, found

PICTURES: Final = (
    "in-time",
    "change",
    "how-long",
    "days-taken",
    "notifications",
    "agency-reports",
    "empty-seats",
    "outcomes",
    "panel-answers",
    "panel-clock",
    "themes",
)


MADE: Final[Mapping[str, Callable[[], tuple[Published, Curve | None, str]]]] = {
    "plain": found,
    "by agency": lambda: found(By.AGENCY),
    "by year": lambda: found(By.YEAR),
    "suppressed": lambda: found(treatment=Treatment(suppress_below=5)),
    "rounded": lambda: found(treatment=Treatment(round_to=5)),
    "of nothing": lambda: found(empty=True),
}
KINDS: Final = ("plain", "by agency", "suppressed", "of nothing")


@cache
def page(kind: str = "plain") -> Page:
    """Return one of the pages that are looked at."""
    return statistics_page(*MADE[kind]())


def test_the_curve_says_which_day_decided() -> None:
    """As every figure of these statistics does, whether or not it is the day of receipt."""
    published, *_ = found()
    selection = replace(published.selection, dated_by=Dated.INCIDENT)
    curve, _ = curve_of(replace(published, selection=selection), lambda: CALENDAR)
    assert curve is not None
    assert curve.basis.dated_by is Dated.INCIDENT


def cells(html: str) -> list[str]:
    """Return what is in the cells of all tables."""
    return re.findall(r"<td>(.*?)</td>", html)


def headlines(kind: str) -> list[str]:
    """Return the headlines of a page."""
    return re.findall(r'-headline">(.*?)</h2>', page(kind).html)


def test_the_same_figures_make_the_same_bytes() -> None:
    """So a page can be hashed, and made again years later to compare."""
    assert statistics_page(*found()) == page()


def test_every_question_has_its_chart_and_every_chart_its_table() -> None:
    """A chart is an image with a title and words; its numbers are in a table below it."""
    html = page().html
    assert tuple(one.name for one in page().pictures) == PICTURES
    for section in html.split("<section ")[2:]:
        assert section.count('role="img"') == 1
        assert section.count("<title id=") == section.count("<desc id=") == 1
        assert "<table>" in section


def test_a_page_says_what_it_is_made_from() -> None:
    """Partnership, terms with their digest, the day of the clocks, cases, and the version."""
    html = page().html
    for said in (KENT.partnership, KENT.id, KENT.digest, "2024-03-31", "96", "rapid-review 0."):
        assert f">{said}" in html or f"({said})" in html, said
    assert f'content="{POLICY}"'.replace("'", "&#39;") in html


def test_what_a_terms_file_says_is_told_as_it_is_written() -> None:
    """A title of the terms or of a seat may hold any letters; none of them becomes markup."""
    mischief = "<script>alert('x')</script>"
    seats = tuple(seat.model_copy(update={"title": mischief}) for seat in KENT.seats)
    terms = KENT.model_copy(update={"title": mischief, "seats": seats})
    published, curve, no_curve = found()
    published = replace(published, selection=replace(published.selection, terms=terms))
    html = statistics_page(published, curve, no_curve).html
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > len(seats)


def test_the_headline_is_of_the_due_cohort() -> None:
    """ToR 5(a): 96 clocks, 3 ended otherwise; of the 93 due, 4 were late and 1 is overdue."""
    assert "88 of 93 were in time: 94.6 %." in headlines("plain")
    overdue = page().html.partition("overdue and still open")[0]
    assert overdue.endswith("<strong>1</strong> <span>")


def test_a_share_that_is_hidden_is_not_said_to_be_of_nothing() -> None:
    """Of 11 clocks 10 are overdue and 1 ended otherwise: none was met, of how many is hidden."""
    clock = (REVIEW.id, "kent-ics", "2020-05", date(2020, 5, 4), date(2020, 5, 27))
    durations = Counter(
        {
            DurationCell(*clock, Ended.OPEN, None, None): 10,
            DurationCell(*clock, Ended.OTHERWISE, 3, None): 1,
        }
    )
    as_of, treatment = AsOf(read_on=DAY), Treatment(suppress_below=5)
    selection = Selection(KENT, REVIEW, By.QUARTER, as_of, treatment=treatment)
    told = statistics_page(
        publish(Facts(11, by_clock(durations), Counter()), selection), None
    ).html
    assert "<strong>not shown</strong>" in told
    assert "no clock has come due" not in told


def of_clocks(
    durations: Mapping[DurationCell, int],
    treatment: Treatment,
    counts: Mapping[CountCell, int] = MappingProxyType({}),
) -> Page:
    """Return the page of some clocks and counts, by month, on a day after all of them."""
    as_of = AsOf(read_on=DAY)
    selection = Selection(KENT, REVIEW, By.MONTH, as_of, treatment=treatment)
    return statistics_page(publish(Facts(1, by_clock(durations), counts), selection), None, HIDDEN)


def stopped(month: str, days: int) -> DurationCell:
    """Return a clock of a month that stopped after so many days, in time or late."""
    due = date.fromisoformat(f"{month}-28")
    late = max(0, days - 15)
    return DurationCell(REVIEW.id, "k", month, due, due, Ended.STOPPED, days, late)


def test_no_limits_are_drawn_where_a_share_is_hidden_of_which_the_number_is_shown() -> None:
    """None in time, of a hidden number: it is the worst month, and limits without it mislead."""
    months = [f"2022-{month:02}" for month in range(1, 13)]
    clocks = Counter({stopped(month, 12): 10 for month in months}) + Counter(
        {stopped("2023-01", 30): 2, stopped("2023-02", 30): 2}
    )
    for treatment, drawn in ((NOTHING, True), (Treatment(suppress_below=5), False)):
        told = of_clocks(clocks, treatment)
        assert ("change" in {one.name for one in told.pictures}) is drawn
        assert ("because some of the shares are hidden" in told.html) is not drawn


def test_what_is_low_is_not_said_to_be_nothing() -> None:
    """Two clocks came due, and were late; rounded, of none in time nobody knows of how many."""
    told = of_clocks({stopped("2022-01", 30): 2}, Treatment(round_to=5)).html
    assert "No clock has come due" not in told
    assert "The share in time is not shown, because small numbers are hidden." in told


def test_answers_that_are_hidden_are_not_said_to_be_none() -> None:
    """The Panel answered two reviews, and agreed with neither."""
    answer = CountCell(PANEL_ANSWER.name, "disagrees", "k", "2022-01")
    told = of_clocks({}, Treatment(suppress_below=5), {answer: 2}).html
    assert "has answered no review" not in told
    assert "The Panel agreed with 0." in told


def test_a_page_says_against_what_its_treatment_protects() -> None:
    """Suppression looks at all tables of the page, and at no other publication."""
    assert "protected separately" not in page("suppressed").html
    assert "All tables here are protected together." in page("suppressed").html
    assert "This protects across publications too" in page("rounded").html


def test_a_page_says_why_it_leaves_the_curve_out() -> None:
    """Its steps are single cases."""
    assert HIDDEN in page("suppressed").html


def test_one_of_something_is_not_told_as_several() -> None:
    """One notification, one rapid review, one clock of one day."""
    counts = {
        CountCell(NOTIFICATION.name, "death", "k", "2022-01"): 1,
        CountCell(REVIEWS.name, "", "k", "2022-01"): 1,
    }
    told = of_clocks({stopped("2022-01", 1): 1}, NOTHING, counts).html
    for said in (
        "<strong>1</strong> <span>notification</span>",
        "<strong>1</strong> <span>rapid review</span>",
        "1 notification; criteria",
        "1 of 1 was in time",
        "1 period has a share",
        "took at most 1 working day.",
    ):
        assert said in told


def test_nothing_is_drawn_of_too_few() -> None:
    """Four years are no series: limits of fewer than 12 values are trial limits."""
    drawn = {one.name for one in page("by year").pictures}
    assert drawn == set(PICTURES) - {"change"}
    assert "periods have a share; 12 are needed to tell." in page("by year").html


def test_a_percentage_of_nothing_is_undefined() -> None:
    """And nothing at all is drawn."""
    assert page("of nothing").pictures == ()
    assert (
        headlines("of nothing")[0] == "No clock has come due, so the share in time is undefined."
    )
    assert "0.0 %" not in page("of nothing").html
    assert "0 of 0 (undefined)" in cells(page("of nothing").html)


def test_no_small_number_stands_on_a_suppressed_page() -> None:
    """In no cell, no tile, no chart; the curve, whose steps are single cases, is left out."""
    told = page("suppressed")
    small = re.compile(r"[1-4]( of .*| \(of .*)?")
    assert not [cell for cell in cells(told.html) if small.fullmatch(cell)]
    assert not re.findall(r"<strong>[1-4]</strong>", told.html)
    assert not {"how-long", "change"} & {one.name for one in told.pictures}
    for one in told.pictures:
        assert not re.findall(r'"value": [1-4]\b', one.specification)
    assert "Disclosure control: c: a count of 1 to 4" in told.html


def test_every_count_on_a_rounded_page_is_a_multiple() -> None:
    """Each by itself; what rounds to 0 and is not 0 is low."""
    counts = [re.match(r"(\d+)( of (\d+))?", cell) for cell in cells(page("rounded").html)]
    numbers = {int(one) for match in counts if match for one in match.group(1, 3) if one}
    quartiles = {int(days) for days in re.findall(r"<td>(\d+) \(of", page("rounded").html)}
    assert {number % 5 for number in numbers - quartiles} == {0}
    assert "low" in cells(page("rounded").html)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_page_loads_nothing_and_complains_of_nothing(
    browser: Browser, tmp_path: Path, size: dict[str, int], kind: str
) -> None:
    """And it never scrolls sideways as a whole: what is wide scrolls in its own box."""
    file = tmp_path / "page.html"
    file.write_text(page(kind).html, encoding="utf-8")
    with opened(browser, file, size) as told:
        assert told.page.title() == f"Statistics of rapid reviews: {KENT.partnership}"
        assert told.asked_for == []
        assert told.complaints == []
        assert not told.scrolls_sideways()


@pytest.mark.parametrize(
    ("kind", "size", "medium"),
    [
        *((kind, DESK, "screen") for kind in KINDS),
        ("plain", PHONE, "screen"),
        ("plain", DESK, "print"),
    ],
    ids=[*KINDS, "on a phone", "in print"],
)
def test_a_page_meets_wcag_2_2_aa_as_far_as_axe_can_tell(
    browser: Browser,
    tmp_path: Path,
    kind: str,
    size: dict[str, int],
    medium: Literal["screen", "print"],
) -> None:
    """On a desk, on a phone, on paper."""
    file = tmp_path / "page.html"
    file.write_text(page(kind).html, encoding="utf-8")
    with opened(browser, file, size, checked=True) as told:
        told.page.emulate_media(media=medium)
        assert told.violations() == []


def test_the_checker_finds_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    """An image without words and a page without a language are no good."""
    file = tmp_path / "page.html"
    file.write_text('<html><body><img src="data:,"></body></html>', encoding="utf-8")
    with opened(browser, file, DESK, checked=True) as told:
        found_wrong = {one.partition(":")[0] for one in told.violations()}
    assert {"html-has-lang", "image-alt", "document-title"} <= found_wrong


def test_a_page_prints_on_paper_without_losing_a_column(browser: Browser, tmp_path: Path) -> None:
    """A4 between margins of 15 mm is 680 points of CSS wide."""
    file = tmp_path / "page.html"
    file.write_text(page().html, encoding="utf-8")
    with opened(browser, file, {"width": 680, "height": 1000}) as told:
        told.page.emulate_media(media="print")
        assert not told.scrolls_sideways()


# --- What a reader sees first, and what is left out


def tiles(kind: str) -> list[str]:
    """Return what the first figures of a page are of, in order."""
    listed = page(kind).html.partition('<ul class="tiles">')[2].partition("</ul>")[0]
    return re.findall(r"</strong> <span>(.*?)</span>", listed)


def test_a_page_says_first_how_many_then_how_many_in_time_then_what_is_open_and_late() -> None:
    """In the order in which a reader asks."""
    asked = ["notifications", "rapid reviews", "in time", "still open", "overdue and still open"]
    assert tiles("plain") == tiles("of nothing") == asked


def test_a_page_says_since_when_the_oldest_overdue_clock_has_run() -> None:
    """But not where numbers are treated: it is one case."""
    assert "each is a breach; the oldest has run since 2023-10-" in page().html
    assert "has run since" not in page("suppressed").html
    assert "has run since" not in page("rounded").html


def test_nothing_that_is_empty_is_printed() -> None:
    """What there is nothing to tell of is named once, at the end, and has no section."""
    html = page("of nothing").html
    left_out = html.partition('id="left-out"')[2]
    for question in ("Did the agencies answer?", "Was the meeting quorate?", "What was learned?"):
        assert html.count(question) == left_out.count(question) == 1
    assert 'id="left-out"' not in page("plain").html


def test_a_row_that_holds_nothing_is_named_below_its_table() -> None:
    """Once, so that nobody takes it for forgotten; where all are such, the table stays whole."""
    html = page("of nothing").html
    assert "0 in every cell: death; serious harm; other." in html
    assert '<th scope="row">death</th>' not in html
    assert "0 in every cell" not in page("plain").html


# --- On paper


@cache
def a_years_facts(share: int) -> Facts:
    """Return what a year of 480 cases adds up to at its end; of every so manieth case."""
    as_of = AsOf(read_on=date(2022, 3, 31))
    return facts_of(case_facts_as_of(one, as_of) for one in histories()[::share])


@pytest.mark.parametrize(
    ("months", "by", "share", "pages"),
    [
        (Span("2021-07", "2021-09"), By.QUARTER, 1, 1),
        (Span("2021-07", "2021-09"), By.QUARTER, 10, 1),
        (Span("2021-07", "2021-09"), By.MONTH, 1, 2),
        (Span("2021-04", "2022-03"), By.QUARTER, 1, 6),
        (Span("2021-04", "2022-03"), By.MONTH, 1, 6),
    ],
)
def test_a_quarter_is_one_page_of_a4_and_a_year_at_most_six(  # noqa: PLR0917 - five of a row
    browser: Browser, tmp_path: Path, months: Span, by: By, share: int, pages: int
) -> None:
    """A quarter that is told month by month takes two."""
    as_of = AsOf(read_on=date(2022, 3, 31))
    told = publish(a_years_facts(share), Selection(KENT, REVIEW, by, as_of, months))
    file = tmp_path / "page.html"
    file.write_text(statistics_page(told, None).html, encoding="utf-8")
    with opened(browser, file, DESK) as shown:
        printed = shown.page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page[^s]", printed)) <= pages
