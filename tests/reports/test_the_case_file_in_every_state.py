"""The case file of a case in each of its states: what it says first, and that everybody reads it.

What each part of a page does is tested in `test_the_case_file.py`, and how it is laid out in
`test_how_a_case_file_is_laid_out.py`. Here everything that is folded is opened, and the page is
looked at on a desk and on a telephone.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.duplicates import DUPLICATE_OF
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.domain.vocabulary import Actor
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.views import Words, with_words
from rapid_review.reports.case_file.page import Contents, case_file
from rapid_review.reports.labels import Opened
from rapid_review.store.authority.without_a_file import Everybody
from tests.domain import a_review as kent
from tests.domain.a_review import at, changed
from tests.projections.a_record import entries_of
from tests.reports.a_browser import DESK, opened
from tests.reports.a_case import CLOSED, OPEN, PROVISIONAL, contents_of, evidence
from tests.reports.test_how_a_case_file_is_laid_out import imported, long_case
from tests.reports.test_the_case_file import kept
from tests.store.a_record import CASE
from tests.store.a_record import send_all as recorded
from tests.store.access.an_access_log import read_in

PHONE: Final = {"width": 390, "height": 844}
POLICE: Final = Actor(id="po-02", role="detective", agency="police")
WHY: Final = "panel pack"
LONG: Final = "https://example.org/" + "x" * 600


class State(NamedTuple):
    """A state of a case.

    Attributes:
        contents: what its page is made from.
        part: where its page says what matters most in it.
        says: what it says there.
        with_proof: whether the proof goes into the page.
        also: what else it says there.
    """

    contents: Callable[[], Contents]
    part: str
    says: str
    with_proof: bool = False
    also: str = ""


def of_commands(*commands: ask.Command, today: str | None = None) -> Contents:
    """Return what a page is made from, of a case to which this was said."""
    return contents_of(entries_of(*commands), today=None if today is None else at(today))


def with_words_opened() -> Contents:
    """Return the closed case in a sealed store, with the words that a person was shown.

    Those of the decision are erased, and a child's own are withheld: nobody asked for them.
    """
    with read_in(authorizer=Everybody()) as reviews:
        entries = recorded(reviews, *kent.CLOSED)
        (decided,) = (one.version for one in entries if one.event.kind == "DecisionMade")
        of_it = changed(kent.TO_ERASE, what=Erased.ENTRY, of_entry=decided, of_person=None)
        recorded(reviews, of_it)
        reviews.handle(CASE, kent.ERASE, by=POLICE)
        reviews.erase(CASE, of_it.order, by=POLICE)
        history = reviews.read_history(CASE, by=POLICE, purpose=WHY, scopes=("case",))
        return Contents(history, AsOf(read_on=reviews.now()), opened=Opened(POLICE, WHY))


def with_long_words() -> Contents:
    """Return the closed case, with words in which no line can be broken between letters."""
    words: Words = {"event.rationale": LONG}
    closed = contents_of()
    entries = tuple(with_words(one, words) for one in closed.history.entries)
    opened_by = Opened(POLICE, WHY)
    return Contents(contents_of(entries).history, closed.as_of, opened=opened_by)


LARGE: Final = "of three hundred entries"
"""The state whose page takes axe-core long; `make faults` looks at it."""
STATES: Final = {
    "just notified": State(
        lambda: of_commands(kent.RECEIVE), "#decided + p", "Nothing has been decided yet."
    ),
    "without any meeting": State(
        lambda: of_commands(kent.RECEIVE, kent.INFORM, today="2020-08-05 09:00"),
        "#late + ul",
        "Decision whether a practice review is required was due Wednesday 27 May 2020: 70 days",
    ),
    "its meeting called off": State(
        lambda: of_commands(kent.RECEIVE, kent.CONVENE, kent.CANCEL),
        "#timeline ~ ol",
        "Meeting cancelled",
    ),
    "its meeting not quorate": State(
        lambda: of_commands(
            kent.RECEIVE, kent.CONVENE, changed(kent.ATTEND, sat=kent.ATTEND.sat[:1])
        ),
        "#found",
        "Quorum not met",
    ),
    "imported with what is refused today": State(
        lambda: contents_of(
            entries_of(kent.RECEIVE, kent.recorded(did.DecisionMade, kent.DECIDE))
        ),
        "#found",
        "A decision needs a quorate meeting",
    ),
    "the criteria not met": State(
        lambda: of_commands(kent.RECEIVE, kent.NOT_MET), "header", "stage: Criteria not met"
    ),
    "a duplicate": State(
        lambda: of_commands(
            kent.RECEIVE, changed(kent.LINK, process=DUPLICATE_OF, reference="KM-2020-002")
        ),
        ".lead",
        "A duplicate of KM-2020-002: what is still to be done is done there.",
    ),
    "open, and proved": State(
        lambda: contents_of(OPEN, evidence=evidence(OPEN)),
        "#as-of",
        "a clock that is overdue here may have been met since",
        with_proof=True,
    ),
    "on days without a calendar": State(
        lambda: contents_of(PROVISIONAL), "table.clocks", "Monday 29 January 2029 (provisional)"
    ),
    "sent to the Panel, which disagrees": State(
        lambda: of_commands(*kent.SENT, kent.DISCUSS, kent.DISAGREE),
        "#decided + ul",
        "Panel feedback received",
    ),
    "closed with duties undone": State(
        lambda: contents_of(CLOSED, today=at("2021-01-01 09:00")),
        "#undone",
        "There is no record that the agency reports were collated",
    ),
    "opened again": State(
        lambda: of_commands(*kent.CLOSED, kent.REOPEN), "#timeline ~ ol", "Case reopened"
    ),
    "imported at once": State(
        lambda: contents_of(imported(), today=at("2021-03-01 12:00")), "header", "stage: Closed"
    ),
    "with words erased and withheld": State(
        with_words_opened, "#timeline ~ ol", "(erased)", also="(withheld)"
    ),
    "with long words": State(with_long_words, "#timeline ~ ol", LONG),
    LARGE: State(
        lambda: contents_of(long_case()), "#timeline ~ ol > li:last-child .kind", "Case closed"
    ),
}
"""Each state in which a case file is looked at."""


def unfolded(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=pytest.mark.faults if one == LARGE else ()) for one in STATES],
)
def test_a_case_file_is_for_everybody_in_every_state(
    browser: Browser, tmp_path: Path, name: str
) -> None:
    """It says what matters, axe-core finds nothing, and nothing is wider than the window."""
    state = STATES[name]
    file = kept(tmp_path, case_file(state.contents(), with_proof=state.with_proof))
    with opened(browser, file, DESK, checked=True) as there:
        for size in (DESK, PHONE):
            there.page.set_viewport_size({"width": size["width"], "height": size["height"]})
            says = there.page.locator(state.part).first
            expect(says).to_be_visible()
            expect(says).to_contain_text(state.says)
            expect(says).to_contain_text(state.also)
            for _ in range(2):  # as it is opened, and with everything unfolded
                assert there.violations() == []
                assert not there.scrolls_sideways()
                unfolded(there.page)
            there.page.reload()
        assert there.asked_for == []
        assert there.complaints == []
