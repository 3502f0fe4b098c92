"""`difference` and `what-if`: two views of a case, and a case under other terms or days.

KM-1 was received on Thursday 8 September 2022, and its review is due on the 30th: the 19th, day of
the State Funeral, was no working day. On the 12th its criteria were found not met, and on the 20th
that was retracted.
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

NOTIFIED: Mapping[str, object] = {
    **RECEIPT,
    "at": "2022-09-08T09:30:00+01:00",
    "panel_notified_at": "2022-09-08T09:30:00+01:00",
    "incident": {"known_on": "2022-09-07", "nature": "death"},
}
NOT_MET: Mapping[str, object] = {
    "case": "KM-1",
    "command": "FindCriteriaNotMet",
    "at": "2022-09-12T09:00:00+01:00",
    "by": TEAM,
    "because": CANARY,
}
RETRACTED: Mapping[str, object] = {
    **NOT_MET,
    "command": "CorrectRecord",
    "at": "2022-09-20T09:00:00+01:00",
    "version": 5,
}
ON_THE_DAY = datetime(2022, 9, 30, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store with one case, each thing written down when it happened."""
    path = str(tmp_path / "rapid-review.db")
    written_down_when_it_happened(path, NOTIFIED, NOT_MET, RETRACTED)
    return path


# --- difference


def test_a_retraction_is_shown_with_what_it_made_of_the_verdicts(store: str) -> None:
    """ToR 1, 5(a): the clocks had ended, and run again; no rule is broken either way."""
    told = typed("difference", "KM-1", "--store", store, "--entry", "6").stdout
    rows = [line for line in told.splitlines() if line.startswith("rapid-review")]
    assert " ".join(rows[0].split()) == (
        "rapid-review ended otherwise, due 2022-09-30 running, due 2022-09-30 6"
    )
    assert "stage:  criteria-not-met -> notified\n" in told
    assert "~   5  NotificationCriteriaFoundNotMet: no rapid review is called for" in told
    assert "[retracted, see 6]\n+   6  RecordCorrected: entry 5 is retracted\n" in told
    assert told.endswith("entries that made the difference: 6\n")


def test_the_two_views_are_asked_for_by_their_times(store: str) -> None:
    """As recorded on the 9th, and as known on the 30th: both entries made the difference."""
    views = ("--from-recorded-by", "2022-09-09", "--recorded-by", "2022-09-13")
    told = document(typed("difference", "KM-1", "--store", store, *views, "--json"))
    assert told["before"]["recorded_by"] == "2022-09-09T23:59:59.999999+01:00"
    found = told["difference"]
    assert (found["stage_before"], found["stage_after"]) == ("notified", "criteria-not-met")
    assert found["entries"] == [5]
    assert [one["version"] for one in found["lines"]] == [5]
    states = {one["deadline"]: one["after"]["state"] for one in found["clocks"]}
    assert states["rapid-review"] == "ended-otherwise"
    assert (found["findings_before"], found["findings_after"]) == ([], [])


def test_before_the_case_was_known_there_was_no_stage_and_later_the_days_alone_count(
    store: str,
) -> None:
    """ToR 7.3: by the 7th nothing had happened; from the 29th to 1 October only days passed."""
    told = typed("difference", "KM-1", "--store", store, "--from-happened-by", "2022-09-07").stdout
    assert "stage:  - -> notified\n" in told
    days = ("--from-happened-by", "2022-09-29", "--happened-by", "2022-10-01")
    passed = typed("difference", "KM-1", "--store", store, *days).stdout
    assert "running, due 2022-09-30  overdue, due 2022-09-30  -" in passed
    assert passed.endswith("entries that made the difference: none\n")


def test_two_views_that_do_not_differ_are_told_to_be_alike(store: str) -> None:
    """From the 26th to the 27th nothing was recorded, nothing happened, and nothing fell due."""
    days = ("--from-happened-by", "2022-09-26", "--happened-by", "2022-09-27")
    told = typed("difference", "KM-1", "--store", store, *days).stdout.splitlines()
    assert [line.partition(":")[0] for line in told] == [
        "before",
        "after",
        "",
        "entries that made the difference",
    ]


def test_what_was_found_on_one_side_only_is_told(store: str) -> None:
    """ToR 6.1: the imported case was decided by no quorate meeting."""
    file = Path(__file__).parents[3] / "examples" / "legacy_case.jsonl"
    typed("import", str(file), "--store", store)
    whole = ("difference", "KM-2020-031", "--store", store)
    forwards = typed(*whole, "--from-recorded-by", "2020-01-01").stdout
    assert "found after, and not before:\n" in forwards
    backwards = typed(
        *whole, "--from-happened-by", "2026-01-01", "--recorded-by", "2020-01-01"
    ).stdout
    assert "found before, and not after:\n" in backwards
    assert "\n-   1  NotificationReceived" in backwards


@pytest.mark.parametrize(
    "asked",
    [
        (),
        ("--entry", "6", "--from-recorded-by", "2022-09-09"),
        ("--entry", "6", "--recorded-by", "2022-09-09"),
        ("--entry", "7"),
    ],
)
def test_views_that_are_not_said_or_said_twice_are_not_understood(
    store: str, asked: tuple[str, ...]
) -> None:
    """And the case has six entries."""
    answer = typed("difference", "KM-1", "--store", store, *asked)
    assert (answer.exit_code, answer.stdout) == (2, "")


# --- what-if


def test_another_calendar_shows_which_verdicts_would_be_others(store: str) -> None:
    """ToR 5(a): had the 19th been a working day, the review would be overdue on the 30th."""
    asked = ("what-if", "--store", store, "--calendar", "england-and-wales@2022-09-09")
    told = typed(*asked, now=ON_THE_DAY).stdout
    assert told.startswith("Hypothetical: nothing is recorded")
    assert "KM-1  rapid-review  running, due 2022-09-30  overdue, due 2022-09-29\n" in told
    assert told.endswith("verdicts would change in 1 of 1 case: KM-1\n")
    (case,) = document(typed(*asked, "--json", now=ON_THE_DAY))["cases"]
    assert case["changes_a_verdict"]
    assert case["clocks"][0]["after"]["due"] == "2022-09-29"


def test_with_the_newest_calendar_nothing_would_change(store: str) -> None:
    """By its id, or as a file; and the recorded due day is what it was before."""
    file = Path(__file__).parents[3] / "src/rapid_review/calendars/england-and-wales"
    for name in ("england-and-wales", str(file / "2026-11-23.json")):
        told = typed("what-if", "KM-1", "--store", store, "--calendar", name, now=ON_THE_DAY)
        assert told.stdout.endswith("\nverdicts would change in 0 of 1 case\n")
    shown = document(typed("show", "KM-1", "--store", store, "--json", now=ON_THE_DAY))["clocks"]
    assert {one["due"] for one in shown if one["deadline"] == "rapid-review"} == {"2022-09-30"}


def test_other_terms_show_what_their_rules_would_find(store: str) -> None:
    """The imported case of Kent, as Devon would have judged it."""
    file = Path(__file__).parents[3] / "examples" / "legacy_case.jsonl"
    typed("import", str(file), "--store", store)
    asked = ("what-if", "KM-2020-031", "--store", store, "--under", "devon-dscp")
    told = typed(*asked, now=datetime(2020, 12, 1, 9, tzinfo=UTC)).stdout
    assert "KM-2020-031: would be found:\n" in told
    assert "KM-2020-031: would no longer be found:\n" in told
    assert "no such clock" in told


def test_where_a_calendar_does_not_reach_it_is_said_of_the_case(store: str) -> None:
    """The calendar of 2022 knows no bank holiday of 2030."""
    late = {
        **NOTIFIED,
        "case": "KM-2",
        "at": "2026-11-02T09:30:00+00:00",
        "incident": {"known_on": "2026-11-02", "nature": "death"},
    }
    typed("apply", "-", "--store", store, stdin=lines(late), now=datetime(2026, 11, 3, tzinfo=UTC))
    asked = ("what-if", "KM-2", "--store", store, "--calendar", "england-and-wales@2022-09-09")
    told = typed(*asked, now=datetime(2026, 11, 4, 9, tzinfo=UTC)).stdout
    rows = [line.split() for line in told.splitlines()]
    gap = ["undetermined", "(calendar-gap)"]
    assert ["KM-2", "rapid-review", "running,", "due", "2026-11-23", *gap] in rows


def test_what_is_to_be_supposed_must_be_said(store: str) -> None:
    """Terms, a calendar, or both."""
    answer = typed("what-if", "--store", store)
    assert (answer.exit_code, answer.stdout) == (2, "")
