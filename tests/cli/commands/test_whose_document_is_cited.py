"""The cases of a partnership cite its own document, and none but Kent's cite Kent's."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from rapid_review import terms as shipped
from rapid_review.domain import commands as ask
from rapid_review.domain.errors import Refused
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Actor, MeetingManner
from rapid_review.store import RapidReviews
from tests.cli.a_terminal import typed
from tests.terms.by_the_book import DOCUMENT, SHIPPED, by_the_book, decision, notification

WHO: Final = Actor(id="pt-01", role="business-support", agency="partnership-team")
LATER: Final = timedelta(days=60)
OTHERS: Final = [one for one in SHIPPED if one.partnership != "kent-and-medway"]
TO: Final = (
    *("--to", "auditor", "--purpose", "audit", "--by", "pt-01:analyst:team", "-o", "-"),
    "--unsealed",
)
READINGS: Final[tuple[tuple[str, ...], ...]] = (
    *((reading, case) for reading in ("show", "timeline", "compliance") for case in "ABC"),
    *(("verdicts", case) for case in "ABC"),
    *(("difference", case, "--entry", "4") for case in "ABC"),
    ("compliance",),
    ("board",),
    ("diary",),
    ("learning",),
    ("stats", "--deadline", "notify-panel"),
)
EXPORTS: Final = ("xes", "ocel", "cloudevents")


def kept(store: str, held_under: Terms) -> None:
    """Keep a case by the book, one in which nearly everything is wrong, and one under way."""
    receive = notification(held_under)
    now = [receive.at]
    with RapidReviews.on_sqlite(
        store, terms=held_under, clock=lambda: now[-1], unsealed=True
    ) as reviews:
        for step in by_the_book(held_under, "local-practice-review", receive):
            now.append(step.at + timedelta(minutes=1))
            reviews.handle("A", step, by=WHO)
        now.append(now[-1] + LATER)
        for step in wrong(held_under, receive):
            reviews.handle("B", step, by=WHO, as_history=True)
        for step in under_way(held_under, receive):
            reviews.handle("C", step, by=WHO)


def wrong(held_under: Terms, receive: ask.ReceiveNotification) -> Iterator[ask.Command]:
    """Yield steps that break rules, orders and duties of every section of the document."""
    yield receive
    at = receive.at + timedelta(days=1)
    yield ask.RequestAgencyReport(at=at, agency="school", due_on=(at - timedelta(days=9)).date())
    yield ask.InformMember(at=at, seat="nobody", person="P-1")
    yield ask.CollateReports(at=at, agencies=("school",), document=DOCUMENT)
    yield ask.ShareReports(at=at, collation=7, seats=("nobody",))
    before, manner = at - timedelta(days=2), MeetingManner.VIRTUAL
    yield ask.ConveneMeeting(at=at, meeting=1, manner=manner, meets_at=before)
    yield decision(held_under, "local-practice-review", at).model_copy(
        update={"meeting": 4, "prior_themes": None, "publication_considered": False}
    )
    yield ask.SendReportToPanel(at=at, version=3)
    yield ask.ReceivePanelFeedback(at=at, agrees=False)
    yield ask.CloseCase(at=at)


def under_way(held_under: Terms, receive: ask.ReceiveNotification) -> Iterator[ask.Command]:
    """Yield the steps of a case in which a report is awaited, and a meeting to come."""
    yield receive
    at, manner = receive.at + timedelta(days=1), held_under.meetings.manners[0]
    later = at + timedelta(days=5)
    yield ask.RequestAgencyReport(at=at, agency="school", due_on=later.date())
    yield ask.ConveneMeeting(at=at, meeting=1, manner=manner, meets_at=later)


def told(held_under: Terms, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield everything that is printed, written and exported of the two cases."""
    store = str(folder / "store.db")
    kept(store, held_under)
    now = notification(held_under).at + 3 * LATER
    of_store = ("--store", store, "--terms", held_under.id)
    for reading in READINGS:
        for as_json in ((), ("--json",)):
            result = typed(*reading, *of_store, *as_json, now=now)
            assert result.exit_code in (0, 1), (reading, result.output)
            yield " ".join((*reading, *as_json)), result.stdout + result.stderr
    for form in EXPORTS:
        result = typed("export", form, *of_store, *TO, now=now)
        assert result.exit_code == 0, (form, result.output)
        yield f"export {form}", result.stdout
    for form in ("declare", "bpmn"):
        yield f"export {form}", typed("export", form, "--terms", held_under.id).stdout
    page = folder / "page.html"
    for case in "ABC":
        result = typed("report", "case", case, *of_store, "-o", str(page), now=now)
        assert result.exit_code == 0, result.output
        yield f"report {case}", page.read_text("utf-8")
        page.unlink()


def refusals(held_under: Terms) -> Iterator[str]:
    """Yield in words what is refused of steps that are wrong, each asked on its own."""
    receive = notification(held_under)
    now = receive.at + LATER
    with RapidReviews.in_memory(terms=held_under, clock=lambda: now) as reviews:
        for step in wrong(held_under, receive):
            try:
                reviews.handle("B", step, by=WHO)
            except Refused as refused:
                yield str(refused)


@pytest.mark.parametrize("held_under", OTHERS, ids=lambda one: one.id)
def test_no_case_of_another_partnership_cites_kents_document(
    held_under: Terms, tmp_path: Path
) -> None:
    """Neither a timeline, a message, a page, an export nor a refusal."""
    for where, text in told(held_under, tmp_path):
        assert text, where
        assert "ToR" not in text, (where, text[text.index("ToR") - 80 :][:160])
    refused = tuple(refusals(held_under))
    assert len(refused) > 4
    assert not any("ToR" in one or "()" in one for one in refused)


def test_kents_cases_cite_kents_document(tmp_path: Path) -> None:
    """Wherever a clause is told; so that the absence elsewhere proves something."""
    kent = shipped.load(shipped.KENT_AND_MEDWAY_2020)
    citing = {where for where, text in told(kent, tmp_path) if "ToR" in text}
    assert citing >= {
        *(
            "show B",
            "show C",
            "timeline A",
            "compliance B",
            "verdicts B --json",
            "diary",
            "report C",
        ),
        *("difference B --entry 4", "export xes", "export ocel", "export declare", "export bpmn"),
    }
    assert all("(ToR " in one for one in refusals(kent))
