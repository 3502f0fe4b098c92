"""`compliance` and `board`: every clock and finding; what is due next, and who owes it.

KM-1 was received on Monday 4 May 2020 and its review is due on Wednesday 27 May. KM-2 was
received on Monday 1 June and is due on Monday 22 June: no bank holiday lies between.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from tests.cli.a_terminal import (
    CANARY,
    RECEIPT,
    REPORT,
    TEAM,
    document,
    lines,
    typed,
    written_down_when_it_happened,
)

SECOND: Mapping[str, object] = {
    **RECEIPT,
    "case": "KM-2",
    "at": "2020-06-01T09:30:00+01:00",
    "reference": "PRN-2",
    "incident": {"known_on": "2020-05-29", "nature": "serious-harm"},
}
ENDED: Mapping[str, object] = {
    "case": "KM-2",
    "command": "FindCriteriaNotMet",
    "at": "2020-06-02T09:30:00+01:00",
    "by": TEAM,
    "because": CANARY,
}
IN_MAY = datetime(2020, 5, 20, 9, tzinfo=UTC)
ON_THE_DAY = datetime(2020, 5, 27, 9, tzinfo=UTC)
IN_JUNE = datetime(2020, 6, 2, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store with two cases, each written down when it happened."""
    path = str(tmp_path / "rapid-review.db")
    written_down_when_it_happened(path, RECEIPT, REPORT, SECOND)
    return path


@pytest.fixture
def forbidden(store: str) -> str:
    """Return the store with KM-2020-031 taken in, which no quorate meeting decided."""
    file = Path(__file__).parents[3] / "examples" / "legacy_case.jsonl"
    typed("import", str(file), "--store", store)
    return store


# --- compliance


def test_every_clock_of_a_case_is_told_with_its_clause_its_days_and_its_calendar(
    store: str,
) -> None:
    """ToR 5(a): on 2 June it is three working days over; 25 May was a bank holiday."""
    told = typed("compliance", "KM-1", "--store", store, now=IN_JUNE).stdout.splitlines()
    assert told[0].split()[:3] == ["clock", "state", "from"]
    assert told[0].endswith("calendar")
    (clock,) = (line for line in told if line.startswith("rapid-review "))
    assert clock.split()[1:8] == ["overdue", "2020-05-04", "2020-05-27", "-", "19", "of", "15"]
    assert "ToR 5(a), 7.3, 7.7" in clock
    assert "england-and-wales 20" in clock
    assert told[-1].startswith("Checked: ")
    assert any("[duty collate]" in line for line in told)


def test_without_a_case_the_worst_clock_comes_first(store: str) -> None:
    """ToR 5(a): what is overdue, the one due first before the others; then what runs."""
    told = typed("compliance", "--store", store, now=IN_JUNE).stdout.splitlines()
    rows = [line.split()[:4] for line in told[1:]]
    assert [row[2] for row in rows[:3]] == ["overdue"] * 3
    assert rows[0][:2] == ["KM-1", "notify-panel"]
    assert {tuple(row[:2]) for row in rows[1:3]} == {
        ("KM-1", "rapid-review"),
        ("KM-1", "decision"),
    }
    assert rows[3] == ["KM-2", "notify-panel", "running", "2020-05-29"]
    ends = next(place for place, row in enumerate(rows) if not row)
    assert rows[ends - 1][2] == "not"


def test_in_json_every_case_has_its_clocks_and_findings(forbidden: str) -> None:
    """ToR 6.2: the keys are those of `show`."""
    told = document(typed("compliance", "--store", forbidden, "--json", now=IN_JUNE))
    assert [one["case"] for one in told["cases"]] == ["KM-1", "KM-2", "KM-2020-031"]
    (clock,) = (one for one in told["cases"][0]["clocks"] if one["deadline"] == "rapid-review")
    assert (clock["state"], clock["due"], clock["days_taken"]) == ("overdue", "2020-05-27", 19)
    verdicts = {(one["clause"], one["verdict"]) for one in told["cases"][2]["findings"]}
    assert ("ToR 6.2", "forbidden") in verdicts


def test_findings_of_every_case_stand_below_its_clocks(forbidden: str) -> None:
    """ToR 6.2: case, entry, event, clause and verdict, a line each."""
    told = typed("compliance", "--store", forbidden).stdout
    line = "KM-2020-031  4  DecisionMade  ToR 6.2: forbidden  [rule meeting-is-quorate]"
    assert f"\n{line}\n" in told


@pytest.mark.parametrize(
    ("case", "day", "code"),
    [
        ("KM-1", ON_THE_DAY, 0),  # day 15 of 15; the national clock was over on 8 May
        ("KM-1", IN_JUNE, 6),
        ("KM-2", IN_JUNE, 0),
        (None, IN_MAY, 0),
        (None, IN_JUNE, 6),
    ],
)
def test_a_breach_fails_where_it_is_asked_to(
    case: str | None, day: datetime, code: int, store: str
) -> None:
    """ToR 5(a): one of the partnership's own clocks is late; otherwise nothing is said of it."""
    asked = ("compliance", *([case] if case else []), "--store", store, "--json")
    quiet = typed(*asked, now=day)
    loud = typed(*asked, "--fail-on-breach", now=day)
    assert (quiet.exit_code, loud.exit_code) == (0, code)
    assert loud.stdout == quiet.stdout


def test_what_is_forbidden_is_a_breach_though_no_clock_is_late(tmp_path: Path) -> None:
    """ToR 6.2: taken in from elsewhere, decided on day 2 by a meeting short of a seat."""
    file = Path(__file__).parents[3] / "examples" / "legacy_case.jsonl"
    history = [json.loads(line) for line in file.read_text().splitlines()]
    until = [one for one in history if one["event"]["at"] < "2020-10-20T23"]
    store = str(tmp_path / "rapid-review.db")
    typed("import", "-", "--store", store, stdin=lines(*until))
    by = datetime(2020, 10, 21, 9, tzinfo=UTC)
    result = typed("compliance", "--store", store, "--json", "--fail-on-breach", now=by)
    (case,) = document(result)["cases"]
    own = [one["state"] for one in case["clocks"] if not one["national"]]
    assert not {"overdue", "met-late"} & set(own)
    assert result.exit_code == 6


def test_a_report_that_was_sent_late_stays_a_breach(tmp_path: Path) -> None:
    """ToR 7.7: sent to the Panel on 5 June, and everything else in its time and order."""
    file = Path(__file__).parents[3] / "examples" / "first_review.jsonl"
    said = [json.loads(line) for line in file.read_text().splitlines()]
    store = str(tmp_path / "rapid-review.db")
    late = {**said[-1], "at": "2020-06-05T09:00+01:00"}
    typed("apply", "-", "--store", store, stdin=lines(*said[:-1], late))
    by = datetime(2020, 6, 8, 9, tzinfo=UTC)
    result = typed("compliance", "--store", store, "--json", "--fail-on-breach", now=by)
    (case,) = document(result)["cases"]
    states = {one["deadline"]: one["state"] for one in case["clocks"]}
    assert (states["rapid-review"], states["decision"]) == ("met-late", "met")
    assert "forbidden" not in {one["verdict"] for one in case["findings"]}
    assert result.exit_code == 6


def test_a_clock_of_an_impossible_order_is_a_breach(tmp_path: Path) -> None:
    """ToR 7.3, I-23: counted from when the Panel was told, which was after the report had gone."""
    file = tmp_path / "terms.toml"
    starts = 'starts_on = "NotificationReceived.{}"'
    kent = (files("rapid_review.terms") / "kent-and-medway-2020-05.toml").read_text("utf-8")
    file.write_text(kent.replace(starts.format("at"), starts.format("panel_notified_at"), 1))
    example = Path(__file__).parents[3] / "examples" / "first_review.jsonl"
    said = [json.loads(line) for line in example.read_text().splitlines()]
    said[0]["panel_notified_at"] = "2020-06-01T09:00+01:00"
    asked = ("--store", str(tmp_path / "rapid-review.db"), "--terms", str(file))
    by = datetime(2020, 6, 8, 9, tzinfo=UTC)
    typed("apply", "-", *asked, stdin=lines(*said), now=by)
    result = typed("compliance", *asked, "--json", "--fail-on-breach", now=by)
    (case,) = document(result)["cases"]
    (review,) = (one for one in case["clocks"] if one["deadline"] == "rapid-review")
    assert (review["state"], review["reason"]) == ("undetermined", "impossible-order")
    assert case["findings"] == []
    assert result.exit_code == 6


def test_a_milestone_that_was_missed_is_no_breach(tmp_path: Path) -> None:
    """The partnership plans by it; its own terms hold nobody to it."""
    store = str(tmp_path / "rapid-review.db")
    devon = ("--store", store, "--terms", "devon-dcfp")
    received = {**RECEIPT, "at": "2023-06-05T09:30:00+01:00"}
    received["incident"] = {"known_on": "2023-06-05", "nature": "death"}
    received["panel_notified_at"] = received["at"]
    typed("apply", "-", *devon, stdin=lines(received), now=datetime(2023, 6, 5, 9, tzinfo=UTC))
    by = datetime(2023, 6, 23, 9, tzinfo=UTC)
    result = typed("compliance", *devon, "--json", "--fail-on-breach", now=by)
    (case,) = document(result)["cases"]
    overdue = [one for one in case["clocks"] if one["state"] == "overdue"]
    assert overdue
    assert all(one["advisory"] for one in overdue)
    assert result.exit_code == 0


def test_as_it_was_recorded_before_there_was_no_case_on_the_board(store: str) -> None:
    """On 20 May nobody had written down KM-2; KM-1 had a week left."""
    when = ("--recorded-by", "2020-05-20")
    (case,) = document(typed("board", "--store", store, "--json", *when))["cases"]
    assert (case["case"], case["stage"]) == ("KM-1", "gathering")


# --- board


def test_the_board_says_what_is_due_next_and_who_owes_it(store: str) -> None:
    """The Panel was told of neither: that was due five working days after each became known."""
    told = typed("board", "--store", store, now=IN_JUNE).stdout.splitlines()
    assert told[0].split() == ["case", "stage", "due", "next", "due", "days", "left", "owed", "by"]
    assert [line.split() for line in told[1:]] == [
        ["KM-1", "gathering", "notify-panel", "2020-05-11", "-15", "local-authority"],
        ["KM-2", "notified", "notify-panel", "2020-06-05", "3", "local-authority"],
    ]


def test_on_the_due_day_no_day_is_left(store: str) -> None:
    """ToR 5(a): it is due by the end of 27 May; the other clock is met once the Panel was told."""
    told = {**SECOND, "case": "KM-3", "at": RECEIPT["at"], "panel_notified_at": RECEIPT["at"]}
    told["incident"] = RECEIPT["incident"]
    typed("apply", "-", "--store", store, stdin=lines(told))
    cases = document(typed("board", "--store", store, "--json", now=ON_THE_DAY))["cases"]
    (case,) = (one for one in cases if one["case"] == "KM-3")
    assert case == {
        "case": "KM-3",
        "stage": "notified",
        "is_open": True,
        "deadline": case["deadline"],
        "due": "2020-05-27",
        "days_left": 0,
        "owed_by": "rapid-review-group",
        "provisional": False,
        "one_source": False,
        "days_unknown": None,
        "unit": "working_days",
    }


def test_a_case_on_which_nothing_is_owed_is_shown_only_if_all_are_asked_for(store: str) -> None:
    """ToR 1: its criteria were not met; it is no open case."""
    typed("apply", "-", "--store", store, stdin=lines(ENDED), now=IN_JUNE)
    asked = ("board", "--store", store, "--json")
    assert [one["case"] for one in document(typed(*asked, now=IN_JUNE))["cases"]] == ["KM-1"]
    ended = document(typed(*asked, "--all", now=IN_JUNE))["cases"][1]
    assert (ended["case"], ended["stage"]) == ("KM-2", "criteria-not-met")
    assert (ended["is_open"], ended["deadline"], ended["due"]) == (False, None, None)


# --- both


@pytest.mark.parametrize("command", ["board", "compliance"])
def test_an_empty_store_says_so_on_standard_error(command: str, tmp_path: Path) -> None:
    """Standard output is data, and there is none."""
    store = str(tmp_path / "rapid-review.db")
    typed("db", "init", "--store", store)
    result = typed(command, "--store", store)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "of kent-and-medway in" in result.stderr


@pytest.mark.parametrize("command", ["board", "compliance"])
def test_a_store_that_is_not_there_is_not_found(command: str, tmp_path: Path) -> None:
    """And is not made."""
    nowhere = tmp_path / "nowhere.db"
    assert typed(command, "--store", str(nowhere)).exit_code == 3
    assert not nowhere.exists()


def test_a_case_that_is_not_there_is_not_found(store: str) -> None:
    """It breaches nothing; it is not known."""
    result = typed("compliance", "KM-99", "--store", store, "--fail-on-breach")
    assert (result.exit_code, result.stdout) == (3, "")


@pytest.mark.parametrize("asked", [("board",), ("compliance",), ("compliance", "KM-1")])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_nobodys_words_are_shown(
    asked: tuple[str, ...], form: tuple[str, ...], store: str
) -> None:
    """Names and narrative stay in the store."""
    assert CANARY not in typed(*asked, "--store", store, *form).output
