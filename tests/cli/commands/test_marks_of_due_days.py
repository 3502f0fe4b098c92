"""A due day counted with bank holidays that are not certain says so wherever it is told.

Two cases are received in January 2029, of which nothing is published: their due days are
provisional. The incident of a third was in May 1985, and became known then: days before 2018 rest
on one source.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import pytest

from tests.calendars.one_of_ones_own import own_calendar
from tests.cli.a_terminal import RECEIPT, answers, document, lines, typed
from tests.cli.some_stories import CASE, SENT_A_YEAR_EARLY, said

IN_2029: Final = {
    **RECEIPT,
    "at": "2029-01-08T09:00:00Z",
    "incident": {"known_on": "2029-01-04", "nature": "death"},
}
OF_1985: Final = {
    **RECEIPT,
    "case": "KM-3",
    "incident": {"known_on": "1985-05-01", "nature": "death"},
}
LATER: Final = datetime(2029, 1, 10, 9, tzinfo=UTC)
PROVISIONAL: Final = ("2029-01-11", "2029-01-29")
"""Five working days after Thursday the 4th; fifteen after Monday the 8th."""
ONE_SOURCE: Final = ("1985-05-09",)
"""Five working days after Wednesday the 1st, for Monday the 6th was a bank holiday."""
TOLD_BY: Final = (
    ("show", "KM-1"),
    ("timeline", "KM-1"),
    ("compliance", "KM-1"),
    ("compliance",),
    ("verdicts", "KM-1"),
    ("difference", "KM-1", "--entry", "2"),
    ("difference", "KM-1", "--from-recorded-by", "2029-01-09"),
    ("board",),
    ("diary",),
    ("diary", "--provisional"),
)


@pytest.fixture
def marked(store: str) -> str:
    """Return a store of three cases."""
    told = lines(IN_2029, {**IN_2029, "case": "KM-2"}, OF_1985)
    assert typed("apply", "-", "--store", store, stdin=told, now=LATER).exit_code == 0
    return store


def of_the_past(asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the same question, of the case of 1985."""
    return tuple("KM-3" if word == "KM-1" else word for word in asked)


def telling(text: str, days: tuple[str, ...]) -> list[str]:
    """Return the lines that tell one of these days as a due day, in words or in a column."""
    told = re.compile(rf"(due |  |^)({'|'.join(days)})", re.MULTILINE)
    return [line for line in text.splitlines() if told.search(line)]


def objects_in(value: object) -> Iterator[dict[str, Any]]:
    """Yield every object that JSON holds, at whatever depth."""
    if isinstance(value, dict):
        yield cast("dict[str, Any]", value)
        for one in cast("dict[str, object]", value).values():
            yield from objects_in(one)
    elif isinstance(value, list):
        for one in cast("list[object]", value):
            yield from objects_in(one)


@pytest.mark.parametrize("asked", TOLD_BY, ids=" ".join)
def test_whatever_tells_a_provisional_due_day_says_so_beside_it(
    marked: str, asked: tuple[str, ...]
) -> None:
    """ToR 7.3: no line tells such a day without its mark."""
    told = telling(typed(*asked, "--store", marked, now=LATER).stdout, PROVISIONAL)
    assert told
    assert [line for line in told if "provisional" not in line] == []


@pytest.mark.parametrize("asked", [one for one in TOLD_BY if "--provisional" not in one])
def test_whatever_tells_a_due_day_of_one_source_says_so_beside_it(
    marked: str, asked: tuple[str, ...]
) -> None:
    """The same of days before 2018."""
    asked = of_the_past(asked)
    told = telling(typed(*asked, "--store", marked, now=LATER).stdout, ONE_SOURCE)
    assert told
    assert [line for line in told if "one source" not in line] == []


@pytest.mark.parametrize("asked", TOLD_BY, ids=" ".join)
def test_in_json_every_such_due_day_bears_its_mark(marked: str, asked: tuple[str, ...]) -> None:
    """And those that are certain bear none."""
    told = list(objects_in(document(typed(*asked, "--store", marked, "--json", now=LATER))))
    setting = [one for one in told if one.get("kind") == "DeadlineSet"]
    due = [(str(one.get("due", one.get("on"))), one) for one in told if "provisional" in one]
    assert setting or due
    assert all(one["provisional"] and not one["one_source"] for one in setting)
    for day, one in due:
        if one not in setting:
            marks = (one["provisional"], one["one_source"])
            assert marks == (day in PROVISIONAL, day in ONE_SOURCE)


def test_a_clock_in_months_is_never_marked() -> None:
    """No bank holiday moves the six months of publication: they are as certain in 2029."""
    told = typed("due", "--received", "2028-12-01", "--deadline", "publication", "--json")
    found = document(told)
    assert found["due"] == "2029-06-01"
    assert not found["provisional"]


def test_due_says_it_of_a_day_that_no_store_holds() -> None:
    """In words, in JSON, and on the lines of its calculation."""
    asked = ("due", "--received", "1985-05-01", "--deadline", "notify-panel")
    told = typed(*asked).stdout
    assert "one source: the bank holidays before 2018-01-01" in told
    assert "1985-05-08  Wednesday  4       working day; one source" in told
    found = document(typed(*asked, "--json"))
    assert (found["due"], found["provisional"], found["one_source"]) == (*ONE_SOURCE, False, True)


def test_anyone_who_records_is_told_in_the_answer(store: str) -> None:
    """Of `apply` and of `import`, as a note: it is no finding."""
    (applied,) = answers(typed("apply", "-", "--store", store, stdin=lines(OF_1985), now=LATER))
    assert any("notify-panel, due 1985-05-09" in note for note in applied["notes"])
    event = {k: v for k, v in IN_2029.items() if k not in ("case", "command", "by")}
    line = {"case": "KM-9", "event": {"kind": "NotificationReceived", **event}}
    (imported,) = answers(typed("import", "-", "--store", store, stdin=lines(line), now=LATER))
    notes = [note for note in imported["notes"] if "rapid-review, due 2029-01-29" in note]
    assert len(notes) == 1
    assert "provisional" in notes[0]


def test_calendars_of_other_programs_show_it(marked: str) -> None:
    """In the title of the day, and in words below it."""
    told = typed("diary", "--format", "ics", "--store", marked, now=LATER).stdout
    text = told.replace("\r\n ", "").replace("\n ", "")
    assert "SUMMARY:KM-1: rapid-review is due (provisional)" in text
    assert "SUMMARY:KM-3: notify-panel is due (one source)" in text
    assert "SUMMARY:KM-3: rapid-review is due\n" in text.replace("\r", "")
    assert "ReckonDeadlineAgain when they are" in text


def test_what_is_mined_says_it_of_each_clock(marked: str, tmp_path: Path) -> None:
    """OCEL of the event and of the clock; XES of the event."""
    who = ("--to", "kent", "--purpose", "mining", "--by", "pt-02:analyst:police")
    asked = ("--store", marked, "--as-recorded-ids", *who)
    for form in ("ocel", "xes"):
        typed("export", form, *asked, "-o", str(tmp_path / form), now=LATER)
    log = json.loads((tmp_path / "ocel").read_text("utf-8"))
    told = {
        (thing["id"], one["value"])
        for thing in log["objects"]
        for one in thing["attributes"]
        if one["name"] == "due_marks"
    }
    assert ("deadline:KM-1#rapid-review", "provisional") in told
    assert ("deadline:KM-3#notify-panel", "one source") in told
    assert ("deadline:KM-3#rapid-review", "") in told
    text = (tmp_path / "xes").read_text("utf-8")
    assert text.count('"rapid-review:due_marks" value="provisional"') == 6
    assert text.count('"rapid-review:due_marks"') == 7


def test_the_page_of_a_case_says_it_wherever_it_tells_the_day(marked: str, tmp_path: Path) -> None:
    """In the table, at the clock, in the timeline, where a verdict changed, in what is next."""
    page = tmp_path / "page.html"
    typed("report", "case", "KM-1", "--store", marked, "-o", str(page), now=LATER)
    body = page.read_text("utf-8").partition("<body")[2].partition("<script")[0]
    text = re.sub(r"<[^>]+>", "", body)
    told = re.findall(r"due Monday 29 January 2029(.{0,15})", text)
    assert len(told) == 12  # twice at the clocks, where they changed, and eight steps ahead
    assert all(one.startswith(" (provisional)") for one in told)
    lines_of_entries = re.findall(r"due 2029-01-29: 15 working days.*", text)
    assert len(lines_of_entries) == 2
    assert all(one.endswith("2026-11-26 (provisional)") for one in lines_of_entries)


def test_what_is_to_be_calculated_again_is_listed_once_the_days_are_published(
    marked: str, tmp_path: Path
) -> None:
    """`diary --provisional` asks the calendar of now; calculated again, the day is certain."""
    asked = ("diary", "--provisional", "--store", marked, "--json")
    before = document(typed(*asked, now=LATER))["due"]
    assert {(one["case"], one["published_now"]) for one in before} == {
        ("KM-1", False),
        ("KM-2", False),
    }
    file = tmp_path / "own.json"
    file.write_bytes(own_calendar("2027-09-01", "2029-01-15", published_to="2030-12-31"))
    assert typed("db", "init", "--store", marked, "--calendar", str(file)).exit_code == 0
    after = document(typed(*asked, now=LATER))["due"]
    assert all(one["published_now"] for one in after)
    assert "ReckonDeadlineAgain" in typed("board", "--store", marked, now=LATER).stderr
    again = {
        "case": "KM-1",
        "command": "ReckonDeadlineAgain",
        "at": "2029-01-10T08:00:00Z",
        "by": RECEIPT["by"],
        "deadline": "rapid-review",
        "because": "the bank holidays of 2029 are published",
    }
    assert typed("apply", "-", "--store", marked, stdin=lines(again), now=LATER).exit_code == 0
    left = document(typed(*asked, now=LATER))["due"]
    assert ("KM-1", "rapid-review") not in {(one["case"], one["what"]) for one in left}
    assert ("KM-2", "rapid-review") in {(one["case"], one["what"]) for one in left}
    shown = typed("timeline", "KM-1", "--store", marked, now=LATER).stdout
    assert "2029-01-30" in shown


@pytest.mark.parametrize("asked", [("show", "KM-1"), ("compliance",), ("board",)], ids=" ".join)
def test_days_that_are_not_known_say_why(
    store: str, tmp_path: Path, asked: tuple[str, ...]
) -> None:
    """The calendar that counted was a file, is in no store, and is not given again."""
    file = tmp_path / "own.json"
    file.write_bytes(own_calendar())
    counting = ("--store", store, "--calendar", str(file))
    assert typed("apply", "-", *counting, stdin=lines(RECEIPT)).exit_code == 0
    assert "not at hand" not in typed(*asked, *counting).stdout
    told = typed(*asked, "--store", store)
    assert "? of 15 (calendar not at hand)" in told.stdout or asked == ("board",)
    assert "(calendar not at hand)" in told.stdout
    found = list(objects_in(document(typed(*asked, "--store", store, "--json"))))
    assert "calendar-not-at-hand" in {one.get("days_unknown") for one in found}
    assert not any("?" in line for line in typed(*asked, *counting).stdout.splitlines())


def test_days_of_an_impossible_order_say_so(store: str) -> None:
    """The report went to the Panel in a mistyped year."""
    told = said(*SENT_A_YEAR_EARLY)
    typed("apply", "-", "--store", store, stdin=told)
    shown = typed("show", CASE, "--store", store).stdout
    assert "? of 15 (impossible order)" in shown


def test_days_beyond_the_calendar_say_so(store: str) -> None:
    """The clock still runs on a day that the calendar does not reach."""
    asked = ("--store", store, "--calendar", "england-and-wales@2026-11-23")
    typed("apply", "-", *asked, stdin=lines(RECEIPT))
    told = typed("show", "KM-1", *asked, now=LATER)
    assert "? of 15 (calendar gap)" in told.stdout
    board = document(typed("board", *asked, "--json", now=LATER))["cases"]
    assert [one["days_unknown"] for one in board] == ["calendar-gap"]
