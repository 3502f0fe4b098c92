"""`show` and `timeline`: one case, as it had happened and as it was recorded."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, TEAM, document, lines, typed

CORRECTION = {
    "case": "KM-1",
    "command": "CorrectRecord",
    "at": "2020-05-18T09:00:00+01:00",
    "by": TEAM,
    "version": 5,
    "because": CANARY,
    "replacement": {
        "kind": "AgencyReportFiled",
        "at": "2020-05-12T16:00:00+01:00",
        "agency": "clinic",
    },
}


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store with one case: its receipt, a report, and that report's correction."""
    path = str(tmp_path / "rapid-review.db")
    for said, day in ((RECEIPT, 4), (REPORT, 12), (CORRECTION, 18)):
        written_down = datetime(2020, 5, day, 16, tzinfo=UTC)
        typed("apply", "-", "--store", path, stdin=lines(said), now=written_down)
    return path


def test_the_timeline_tells_every_entry_with_its_clauses(store: str) -> None:
    """A line an entry, each time in the terms' own zone, the corrected one marked."""
    told = typed("timeline", "KM-1", "--store", store).stdout.splitlines()
    assert told[0] == "   1  2020-05-04 09:30+01:00  NotificationReceived  ToR 7.3, 8.1"
    assert told[4] == "   3  2020-05-04 09:30+01:00  DeadlineSet  ToR 5(a), 7.3, 7.7"
    assert told[8] == (
        "   5  2020-05-12 16:00+01:00  AgencyReportFiled  ToR 7.4  [corrected, see 6]"
    )
    assert told[9] == "      school (by pt-01, business-support, partnership-team)"


def test_the_timeline_in_json_has_the_same_keys_for_every_entry(store: str) -> None:
    """Both times, the clauses, the summary, who wrote it down, and whether it stands."""
    entries = document(typed("timeline", "KM-1", "--store", store, "--json"))["entries"]
    assert [one["standing"] for one in entries[3:]] == ["stands", "corrected", "stands"]
    assert entries[4] == {
        "version": 5,
        "at": "2020-05-12T16:00:00+01:00",
        "recorded_at": "2020-05-12T16:00:00Z",
        "kind": "AgencyReportFiled",
        "clause": "ToR 7.4",
        "summary": "school",
        "standing": "corrected",
        "corrected_by": 6,
        "provisional": False,
        "one_source": False,
        "by": {"id": "pt-01", "role": "business-support", "agency": "partnership-team"},
    }


def test_as_it_happened_the_corrected_report_stands(store: str) -> None:
    """On 13 May the clinic had reported, as is known now."""
    when = ("--happened-by", "2020-05-13")
    entries = document(typed("timeline", "KM-1", "--store", store, "--json", *when))["entries"]
    assert [one["summary"] for one in entries[4:]] == ["clinic"]


def test_as_it_was_recorded_the_wrong_report_stands(store: str) -> None:
    """On 13 May it was believed to be the school."""
    when = ("--recorded-by", "2020-05-13")
    entries = document(typed("timeline", "KM-1", "--store", store, "--json", *when))["entries"]
    assert [one["summary"] for one in entries[4:]] == ["school"]


@pytest.mark.parametrize(
    ("when", "entries"), [("2020-05-12", 5), ("2020-05-12T15:59+00:00", 4), ("2020-05-11", 4)]
)
def test_a_date_means_all_of_that_day(when: str, entries: int, store: str) -> None:
    """The report was recorded on 12 May at 16:00 UTC."""
    shown = document(typed("show", "KM-1", "--store", store, "--json", "--recorded-by", when))
    assert shown["entries"] == entries


def test_show_says_where_a_case_stands(store: str) -> None:
    """Its stage, its clocks on the day of asking, and what the rules found."""
    told = typed("show", "KM-1", "--store", store, now=datetime(2020, 5, 28, 9, tzinfo=UTC)).stdout
    rows = [line.split() for line in told.splitlines()]
    assert ["stage", "gathering"] in rows
    (clock,) = (row for row in rows if row[:1] == ["rapid-review"])
    assert clock[1:8] == ["overdue", "2020-05-04", "2020-05-27", "-", "16", "of", "15"]
    assert "rapid-review: nationally, from 2020-03-30 to 2020-11-30: the Panel relaxed" in told
    assert "[duty ask-agencies]" not in told  # a report came in, though nobody was asked
    assert "ToR 7.5, 8.3: irregular  [duty collate]" in told
    assert "\nChecked: " in told


def test_show_in_json_has_the_clocks_with_their_rule_and_calendar(store: str) -> None:
    """Read as of the day that was asked for, not of today."""
    when = ("--happened-by", "2020-05-27")
    shown = document(typed("show", "KM-1", "--store", store, "--json", *when))
    (clock,) = (one for one in shown["clocks"] if one["deadline"] == "rapid-review")
    assert (clock["state"], clock["due"], clock["days_taken"]) == ("running", "2020-05-27", 15)
    assert clock["calendar"]["id"] == "england-and-wales"
    assert (clock["clause"], clock["owed_by"]) == ("ToR 5(a), 7.3, 7.7", "rapid-review-group")
    assert clock["relaxation"]["id"] == "covid-19"
    assert shown["happened_by"] == "2020-05-27T23:59:59.999999+01:00"


def test_what_the_rules_found_is_shown_with_its_clause(store: str) -> None:
    """ToR 5(b): three of four criteria were weighed."""
    weighed = {
        "case": "KM-1",
        "command": "AssessCriteria",
        "at": "2020-05-19T09:00:00+01:00",
        "by": TEAM,
        "factors": [
            {"criterion": "improvements-needed", "applies": True, "rationale": CANARY},
        ],
    }
    typed("apply", "-", "--store", store, stdin=lines(weighed))
    told = typed("show", "KM-1", "--store", store).stdout
    assert "   7  CriteriaAssessed  ToR 5(b): irregular  [rule every-criterion" in told
    assert "]\n      these criteria have not been weighed: agencies-" in told
    said = document(typed("show", "KM-1", "--store", store, "--json"))["findings"]
    (found,) = (one for one in said if one["kind"] == "rule")
    assert (found["version"], found["clause"], found["verdict"]) == (7, "ToR 5(b)", "irregular")


@pytest.mark.parametrize("command", ["show", "timeline"])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_nobodys_words_are_shown(command: str, form: tuple[str, ...], store: str) -> None:
    """Names and narrative stay in the store."""
    assert CANARY not in typed(command, "KM-1", "--store", store, *form).output


@pytest.mark.parametrize("command", ["show", "timeline"])
def test_a_case_that_is_not_there_is_not_found(command: str, store: str) -> None:
    """Said on standard error; nothing is on standard output."""
    result = typed(command, "KM-99", "--store", store, "--json")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "there is no case 'KM-99' of kent-and-medway in this store" in result.stderr


@pytest.mark.parametrize("command", ["show", "timeline"])
def test_a_store_that_is_not_there_is_not_found_and_not_made(command: str, tmp_path: Path) -> None:
    """Reading makes no file."""
    nowhere = tmp_path / "nowhere.db"
    result = typed(command, "KM-1", "--store", str(nowhere))
    assert result.exit_code == 3
    assert "`rapid-review db init --store" in result.stderr
    assert not nowhere.exists()


@pytest.mark.parametrize("when", ["2020-05-12T16:00:00", "yesterday", "1899-01-01", "20200512"])
def test_a_time_that_is_none_is_a_mistake_of_usage(when: str, store: str) -> None:
    """Without an offset a time could be meant in two zones."""
    result = typed("show", "KM-1", "--store", store, "--recorded-by", when)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Invalid value for '--recorded-by'" in result.stderr


def test_a_case_in_other_capitals_is_named_where_there_is_none(store: str) -> None:
    """Nobody has to guess how the reference was written."""
    told = typed("show", "km-1", "--store", store)
    assert "there is no case 'km-1'" in told.stderr
    assert "there is a case 'KM-1'" in told.stderr
    assert "there is a case" not in typed("show", "KM-2", "--store", store).stderr


def test_no_rule_is_said_to_be_met_before_there_was_a_case(store: str) -> None:
    """Nothing was recorded by that day, so nothing was asked."""
    told = typed("show", "KM-1", "--store", store, "--recorded-by", "2020-05-03").stdout
    assert "Nothing of the case was recorded, or had happened, by then. Checked: 0" in told
    assert "All rules are met" not in told
