"""`export csv`: the tables of the statistics, with the Department for Education's column names."""

import csv
import io
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, TEAM, document, lines, typed

NOT_MET = {
    "case": "KM-2",
    "command": "FindCriteriaNotMet",
    "at": "2020-05-06T10:00:00+01:00",
    "by": TEAM,
    "because": CANARY,
}


DERBY = "derby-and-derbyshire-2019-06"


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store with two cases of 4 May 2020; the criteria of one were found not met."""
    path = str(tmp_path / "rapid-review.db")
    other = {**RECEIPT, "case": "KM-2", "reference": "PRN-2"}
    written_down = datetime(2020, 5, 12, 16, tzinfo=UTC)
    said = lines(RECEIPT, REPORT, other, NOT_MET)
    answers = typed("apply", "-", "--store", path, stdin=said, now=written_down)
    assert answers.exit_code == 0
    return path


def rows(text: str) -> list[dict[str, str]]:
    """Return the rows of a file."""
    return list(csv.DictReader(io.StringIO(text)))


def one_table(name: str, store: str, *more: str) -> list[dict[str, str]]:
    """Return the rows of one table."""
    asked = ("export", "csv", "-o", "-", "--only", name, "--store", store, "--by", "year")
    return rows(typed(*asked, *more).stdout)


def test_a_file_for_each_table_and_a_page_that_explains_them(store: str, tmp_path: Path) -> None:
    """Every file is named in the page, with its unit; no name and no words are in any."""
    folder = tmp_path / "figures"
    result = typed("export", "csv", "-o", str(folder), "--store", store)
    assert (result.exit_code, result.stdout) == (0, "")
    files = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    readme = files.pop("README.md")
    assert {"notification.csv", "theme.csv", "rapid-review-came-to.csv"} <= set(files)
    package = json.loads(files.pop("datapackage.json"))
    assert {one["path"] for one in package["resources"]} == {
        name for name in files if not name.endswith(".meta.csv")
    }
    for name, text in files.items():
        if name.endswith(".meta.csv"):
            assert {row["col_type"] for row in rows(text)} <= {"Filter", "Indicator"}
            continue
        assert f"| `{name}` |" in readme
        assert rows(text)[0]["partnership"] == "kent-and-medway"
    assert "none: small numbers are shown" in readme
    assert CANARY not in readme + "".join(files.values())


def test_json_says_which_files_were_written(store: str, tmp_path: Path) -> None:
    """Each with the digest of its bytes."""
    folder = tmp_path / "figures"
    asked = ("export", "csv", "-o", str(folder), "--only", "theme", "--store", store, "--json")
    told = document(typed(*asked))
    assert {one["file"]: one["sha256"] for one in told["files"]} == {
        name: f"sha256:{sha256((folder / name).read_bytes()).hexdigest()}"
        for name in ("theme.csv", "theme.meta.csv", "datapackage.json", "README.md")
    }


def test_time_and_place_are_told_as_the_department_tells_them(store: str) -> None:
    """Read on 1 June 2020, May is over."""
    told = one_table("notification", store, "--by", "month")
    assert {(row["time_period"], row["time_identifier"]) for row in told} == {("2020", "May")}
    assert {row["complete"] for row in told} == {"yes"}
    assert {row["geographic_level"] for row in told} == {"Safeguarding partnership"}
    assert [(row["nature"], row["notification_count"]) for row in told] == [
        ("Child death", "2"),
        ("Serious harm", "0"),
        ("Other", "0"),
        ("Total", "2"),
    ]


def test_a_year_that_is_not_over_is_not_told_as_that_year(store: str) -> None:
    """The year to 31 March 2021, as far as it has begun on 1 June 2020."""
    (row,) = one_table("review", store)
    assert (row["time_period"], row["time_identifier"]) == ("z", "z")
    assert (row["months"], row["complete"]) == ("2020-04 to 2020-06", "no")


def test_the_place_is_the_one_that_is_named(store: str) -> None:
    """At the lowest level that is given; the region's columns are filled in beside it."""
    region = ("--region", "E12000008", "South East")
    (row,) = one_table("review", store, *region)
    assert (row["geographic_level"], row["region_name"]) == ("Regional", "South East")
    place = (*region, "--local-authority", "E10000016", "886", "Kent")
    (row,) = one_table("review", store, *place)
    assert (row["geographic_level"], row["la_name"]) == ("Local authority", "Kent")
    assert (row["new_la_code"], row["old_la_code"]) == ("E10000016", "886")
    assert row["region_code"] == "E12000008"


def test_several_partnerships_stand_in_one_table(store: str, tmp_path: Path) -> None:
    """Each in a row, with their total; no clock is told of, since clocks differ."""
    derby = {**RECEIPT, "case": "DD-1", "reference": "PRN-9"}
    asked = ("--store", store, "--terms", DERBY)
    assert typed("apply", "-", *asked, stdin=lines(derby)).exit_code == 0
    told = one_table("review", store, "--by", "partnership", "--also", DERBY)
    assert [(row["partnership"], row["review_count"]) for row in told] == [
        ("derby-and-derbyshire", "1"),
        ("kent-and-medway", "1"),
        ("Total", "2"),
    ]
    folder = tmp_path / "figures"
    typed("export", "csv", "-o", str(folder), "--store", store, "--also", DERBY)
    assert not list(folder.glob("*came-to*"))
    (row,) = rows((folder / "review.csv").read_text(encoding="utf-8"))
    assert (row["partnership"], row["review_count"]) == (
        "kent-and-medway, derby-and-derbyshire",
        "2",
    )


def test_a_case_whose_criteria_were_not_met_is_in_no_share_and_is_counted(store: str) -> None:
    """ToR 1, 5(a): on 1 June one clock is overdue, of one that came due."""
    came_to = {
        row["came_to"]: (row["rapid_review_clock_count"], row["rapid_review_clock_denominator"])
        for row in one_table("rapid-review-came-to", store)
    }
    assert came_to["overdue"] == ("1", "1")
    assert came_to["ended-otherwise"] == ("1", "z")
    (not_met,) = one_table("criteria-not-met", store)
    assert not_met["criteria_not_met_count"] == "1"
    assert not_met["criteria_not_met_percent"] == "50.0"


@pytest.mark.parametrize(("day", "overdue", "percent"), [("27", "0", "z"), ("28", "1", "100.0")])
def test_an_open_clock_is_overdue_the_day_after_its_due_day(
    day: str, overdue: str, percent: str, store: str
) -> None:
    """ToR 5(a): due on 27 May 2020; on that day no clock has come due, and no share is known."""
    told = one_table("rapid-review-came-to", store, "--happened-by", f"2020-05-{day}")
    (row,) = (row for row in told if row["came_to"] == "overdue")
    assert (row["rapid_review_clock_count"], row["rapid_review_clock_percent"]) == (
        overdue,
        percent,
    )
    assert row["as_of"] == f"2020-05-{day}"


def test_small_numbers_are_suppressed_on_request(store: str) -> None:
    """And every row says so."""
    told = one_table("notification", store, "--suppress-below", "5")
    assert {row["notification_count"] for row in told} == {"c", "0"}
    assert all(row["disclosure_control"].startswith("c: a count of 1 to 4") for row in told)


def test_counts_are_rounded_on_request(store: str) -> None:
    """2 of 10 round to 0, and are low."""
    told = one_table("notification", store, "--round-to", "10")
    assert {row["notification_count"] for row in told} == {"low", "0"}


def test_a_folder_that_is_there_is_left_alone(store: str, tmp_path: Path) -> None:
    """So suppressed tables never are beside the same tables unsuppressed."""
    folder = tmp_path / "figures"
    typed("export", "csv", "-o", str(folder), "--store", store)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    again = ("export", "csv", "-o", str(folder), "--store", store, "--suppress-below", "5")
    result = typed(*again)
    assert result.exit_code == 2
    assert "is never overwritten" in result.stderr
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (("-o", "-"), "name it with --only; allowed: agency-report-filed,"),
        (("-o", "-", "--only", "tea"), "--only: found 'tea'; allowed: agency-report-filed,"),
        (("-o", "-", "--from", "2020-13"), "from: found '2020-13'; allowed: a month"),
        (("-o", "-", "--from", "2020-06", "--to", "2020-05"), "the other way round"),
        (("-o", "-", "--suppress-below", "1"), "--suppress-below"),
        ((), "Missing option '-o'"),
    ],
)
def test_what_cannot_be_done_is_a_mistake_of_usage(
    asked: tuple[str, ...], why: str, store: str
) -> None:
    """It says what was found and what is allowed; nothing is on standard output."""
    result = typed("export", "csv", *asked, "--store", store)
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in result.stderr


def test_a_folder_that_cannot_be_made_is_a_fault_of_the_machine(
    store: str, tmp_path: Path
) -> None:
    """No file system takes a name of 300 letters; nothing is left of the attempt."""
    nowhere = typed("export", "csv", "-o", "no/such/folder", "--store", store)
    assert (nowhere.exit_code, nowhere.stdout) == (1, "")
    assert "there is no folder no/such; make the folder first" in nowhere.stderr
    result = typed("export", "csv", "-o", str(tmp_path / ("a" * 300)), "--store", store)
    assert result.exit_code == 1
    assert "File name too long" in result.stderr
    assert {one.stem for one in tmp_path.iterdir()} == {"rapid-review"}  # the store and its keys


def test_an_empty_store_has_tables_of_nothing(tmp_path: Path) -> None:
    """Standard error says so."""
    path = str(tmp_path / "rapid-review.db")
    typed("db", "init", "--store", path)
    result = typed("export", "csv", "-o", str(tmp_path / "figures"), "--store", path)
    assert result.exit_code == 0
    assert "There is no case of kent-and-medway" in result.stderr
    assert (tmp_path / "figures" / "notification.csv").exists()
