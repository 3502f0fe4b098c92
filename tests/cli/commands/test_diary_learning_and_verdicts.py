"""`diary`, `learning` and `verdicts`, and the next steps that `show` prints.

KM-1 was received on Monday 4 May 2020 and its review is due on Wednesday 27 May; the school is
asked for its report by 13 May. KM-2 was received on Monday 1 June, and shares a theme with it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.a_terminal import (
    CANARY,
    RECEIPT,
    TEAM,
    document,
    lines,
    typed,
    written_down_when_it_happened,
)

NOTIFIED: Mapping[str, object] = {**RECEIPT, "panel_notified_at": RECEIPT["at"]}
REQUEST: Mapping[str, object] = {
    "case": "KM-1",
    "command": "RequestAgencyReport",
    "at": "2020-05-05T09:30:00+01:00",
    "by": TEAM,
    "agency": "school",
    "due_on": "2020-05-13",
}
THEME: Mapping[str, object] = {
    "case": "KM-1",
    "command": "IdentifyLearningTheme",
    "at": "2020-05-19T09:30:00+01:00",
    "by": TEAM,
    "theme": "safer-sleep",
    "words": CANARY,
}
SECOND: Mapping[str, object] = {
    **NOTIFIED,
    "case": "KM-2",
    "at": "2020-06-01T09:30:00+01:00",
    "panel_notified_at": "2020-06-01T09:30:00+01:00",
    "incident": {"known_on": "2020-06-01", "nature": "death"},
}
LINK: Mapping[str, object] = {
    "case": "KM-2",
    "command": "LinkProcess",
    "at": "2020-06-02T09:30:00+01:00",
    "by": TEAM,
    "process": "inquest",
    "reference": "INQ-1",
}
IN_MAY = datetime(2020, 5, 12, 9, tzinfo=UTC)
IN_JUNE = datetime(2020, 6, 3, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store with two cases, each thing written down when it happened."""
    path = str(tmp_path / "rapid-review.db")
    again = {**THEME, "case": "KM-2", "at": "2020-06-02T09:00:00+01:00"}
    written_down_when_it_happened(path, NOTIFIED, REQUEST, THEME, SECOND, again, LINK)
    return path


@pytest.fixture
def empty(tmp_path: Path) -> str:
    """Return a store without a case."""
    path = str(tmp_path / "empty.db")
    typed("db", "init", "--store", path)
    return path


def test_show_prints_what_comes_next_and_what_stands_in_its_way(store: str) -> None:
    """ToR 7, 8: who owes each step, and by when."""
    told = typed("show", "KM-1", "--store", store, now=IN_MAY).stdout
    rows = {line.split()[0]: line for line in told.splitlines() if line.strip()}
    assert "5 in all" in rows["InformMember"]
    assert "yes       2020-05-13  school" in rows["FileAgencyReport"]
    assert "no        2020-05-27  rapid-review-group" in rows["MakeDecision"]
    assert rows["CompileReport"].endswith("the group has not decided")
    steps = document(typed("show", "KM-1", "--store", store, "--json", now=IN_MAY))["next_steps"]
    assert [one["step"] for one in steps if one["possible"]][:2] == [
        "InformMember",
        "FileAgencyReport",
    ]


def test_where_nothing_is_left_to_do_show_says_so(tmp_path: Path) -> None:
    """ToR 7.9: a closed case without a practice review asks for nothing."""
    path = str(tmp_path / "rapid-review.db")
    ended = {**LINK, "case": "KM-1", "command": "FindCriteriaNotMet", "because": CANARY}
    del ended["process"], ended["reference"]
    closed = {"case": "KM-1", "command": "CloseCase", "at": ended["at"], "by": TEAM}
    typed("apply", "-", "--store", path, stdin=lines(RECEIPT, ended, closed))
    shown = typed("show", "KM-1", "--store", path, now=IN_JUNE)
    assert shown.stdout.endswith("Nothing is due.\n")


def test_the_diary_prints_what_falls_due_day_by_day(store: str) -> None:
    """ToR 5(a), 7.4: on 12 May the school's report is due tomorrow, the review in 15 days."""
    told = typed("diary", "--store", store, "--recorded-by", "2020-05-12").stdout.splitlines()
    assert " ".join(told[0].split()) == "day days left case kind what at owed by clause"
    assert told[1].split()[:5] == ["2020-05-13", "1", "KM-1", "agency", "report"]
    assert [line.split()[0] for line in told[2:]] == ["2020-05-27", "2020-05-27"]


def test_the_diary_looks_so_many_days_ahead_and_always_at_what_is_overdue(store: str) -> None:
    """On 3 June KM-1 is overdue and KM-2 is due on the 22nd, so a week ahead is KM-1 alone."""
    told = document(typed("diary", "--store", store, "--days", "7", "--json", now=IN_JUNE))
    assert {one["case"] for one in told["due"]} == {"KM-1"}
    assert {one["days_left"] for one in told["due"]} == {-21, -7}
    far = document(typed("diary", "--store", store, "--format", "json", now=IN_JUNE))
    assert {one["case"] for one in far["due"]} == {"KM-1", "KM-2"}


def test_the_diary_is_a_calendar_for_other_programs(store: str) -> None:
    """RFC 5545: stamped with when the record last changed it, so that no run differs."""
    when = ("--recorded-by", "2020-05-12")
    printed = typed("diary", "--store", store, "--format", "ics", *when, now=IN_JUNE)
    assert printed.stdout_bytes.startswith(b"BEGIN:VCALENDAR\r\n")
    assert printed.stdout_bytes.count(b"SEQUENCE:0\r\n") == 3
    again = typed("diary", "--store", store, "--format", "ics", *when)
    assert again.stdout_bytes == printed.stdout_bytes
    assert CANARY.encode() not in printed.stdout_bytes


def test_of_an_empty_diary_people_are_told(empty: str) -> None:
    """On standard error: what reads the output finds an empty calendar."""
    printed = typed("diary", "--store", empty, "--format", "ics")
    assert "Nothing falls due" in printed.stderr
    assert printed.stdout_bytes.endswith(b"END:VCALENDAR\r\n")


def test_learning_prints_themes_across_cases(store: str, empty: str) -> None:
    """ToR 4(b): two cases share the theme, and nobody was asked to take it up."""
    _, row = typed("learning", "--store", store).stdout.splitlines()
    assert row == "safer-sleep  2      2020-05 1, 2020-06 1  -            KM-1, KM-2"
    (theme,) = document(typed("learning", "--store", store, "--json"))["themes"]
    assert theme["months"] == {"2020-05": 1, "2020-06": 1}
    assert "No case names a theme" in typed("learning", "--store", empty).stderr


def test_learning_prints_what_a_commission_must_look_at(store: str) -> None:
    """ToR 4(e), 4(f): for KM-2, KM-1 and the inquest; for KM-1 nothing was earlier."""
    _, row, linked, left = typed("learning", "KM-2", "--store", store).stdout.splitlines()
    assert row == "KM-1          2020-05-04  safer-sleep  -"
    assert linked == "linked processes: inquest INQ-1"
    assert left == "not recorded as considered: safer-sleep, inquest INQ-1"
    first = typed("learning", "KM-1", "--store", store).stdout
    assert first.startswith(
        "No earlier case shares a theme with this one.\nlinked processes: none\n"
    )
    look = document(typed("learning", "KM-2", "--store", store, "--json"))
    assert look["earlier"][0]["shared"] == {"safer-sleep": []}


def test_learning_of_a_case_that_is_not_known_then_is_not_found(store: str) -> None:
    """KM-2 had not been notified on 20 May."""
    when = ("--happened-by", "2020-05-20")
    answer = typed("learning", "KM-2", "--store", store, *when)
    assert (answer.exit_code, answer.stdout) == (3, "")


def test_verdicts_prints_each_change_with_the_entries_that_made_it(store: str) -> None:
    """ToR 5(a): the receipt started three clocks; one had stopped with it."""
    header, *rows = typed("verdicts", "KM-1", "--store", store).stdout.splitlines()
    assert header.split() == ["recorded", "clock", "before", "after", "entries"]
    assert [row.split("  ")[1] for row in rows] == ["notify-panel", "rapid-review", "decision"]
    assert " ".join(rows[1].split()) == (
        "2020-05-04 09:30+01:00 rapid-review no such clock running, due 2020-05-27 1, 3"
    )
    told = document(typed("verdicts", "KM-1", "--store", store, "--json"))
    assert told["verdicts"][1]["entries"] == [1, 3]
    assert told["verdicts"][1]["after"]["state"] == "running"
    before = ("--recorded-by", "2020-05-03")
    assert document(typed("verdicts", "KM-1", "--store", store, "--json", *before)) == {
        "case": "KM-1",
        "recorded_by": "2020-05-03T23:59:59.999999+01:00",
        "verdicts": [],
    }
