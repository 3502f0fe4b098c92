"""What is beside each table: other people's programs read the tables by it."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from frictionless import Package
from frictionless.resources import TableResource

from rapid_review.exports.dfe import files, place_of, table_name
from rapid_review.exports.dfe_metadata import DATA_PACKAGE
from rapid_review.projections.statistics.disclosure import NOTHING, Treatment
from rapid_review.projections.statistics.periods import By, Span
from rapid_review.projections.statistics.published import Published, publish
from tests.exports.the_screener import complaints
from tests.how_many import a_share_of
from tests.reports.a_partnership import found

KENT = place_of(
    "kent-and-medway",
    region=("E12000008", "South East"),
    local_authority=("E10000016", "886", "Kent"),
)
YEARS = Span("2020-04", "2023-03")
"""Whole years and half years, within the months in which something was received."""
TREATMENTS = (NOTHING, Treatment(5, 5))


@cache
def told(by: By, months: Span = YEARS, treatment: Treatment = NOTHING) -> Published:
    """Return the tables of a partnership, read on 31 March 2024."""
    published, _, _ = found()
    return publish(
        published.facts, replace(published.selection, by=by, months=months, treatment=treatment)
    )


def rows(text: str) -> list[dict[str, str]]:
    """Return the rows of a file."""
    return list(csv.DictReader(io.StringIO(text)))


def screened(written: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what the Department's screener would say of each table that it would refuse."""
    names = [name.removesuffix(".meta.csv") for name in written if name.endswith(".meta.csv")]
    said = {
        name: complaints(name, rows(written[f"{name}.csv"]), rows(written[f"{name}.meta.csv"]))
        for name in names
    }
    return {name: refused for name, refused in said.items() if refused}


def treatments(by: By) -> Sequence[Treatment]:
    """Return as counted and treated; where it is to be quick, one of them, for each another."""
    return a_share_of(TREATMENTS, len(TREATMENTS), list(By).index(by))


@pytest.mark.parametrize("by", [By.MONTH, By.QUARTER, By.HALF_YEAR, By.YEAR, By.AGENCY])
def test_the_departments_screener_takes_every_table_of_whole_periods(by: By) -> None:
    """Of a local authority that is named; by agency of one whole year."""
    months = Span("2021-04", "2022-03") if by is By.AGENCY else YEARS
    for treatment in treatments(by):
        published = told(by, months, treatment)
        written = files(published, KENT)
        described = [name for name in written if name.endswith(".meta.csv")]
        assert len(described) == len(published.tables)
        assert screened(written) == {}


def test_the_screener_takes_no_part_of_a_year_for_a_year() -> None:
    """Fifteen months are a year and a quarter; neither is called a year, and nothing is loaded."""
    published = told(By.YEAR, Span("2020-04", "2021-06"))
    (part,) = (
        row
        for row in rows(files(published, KENT)["review.csv"])
        if row["months"] == "2021-04 to 2021-06"
    )
    assert (part["time_period"], part["time_identifier"], part["complete"]) == ("z", "z", "no")
    assert "times ['Financial year', 'z']" in screened(files(published, KENT))["review"]


def test_a_partnership_is_no_place_of_the_departments() -> None:
    """Without a region or a local authority nothing is loaded; with a region it is."""
    assert screened(files(told(By.YEAR)))["review"] == ["place Safeguarding partnership"]
    assert (
        screened(files(told(By.YEAR), place_of("kent", region=("E12000008", "South East")))) == {}
    )


@pytest.mark.parametrize("by", By)
def test_somebody_elses_reader_finds_every_table_as_it_is_described(
    by: By, tmp_path: Path
) -> None:
    """Every value is of its column's type, or one of the symbols."""
    for number, treatment in enumerate(treatments(by)):
        published = told(by, YEARS, treatment)
        (folder := tmp_path / str(number)).mkdir()
        for name, text in files(published).items():
            (folder / name).write_text(text, encoding="utf-8")
        package = Package(str(folder / DATA_PACKAGE))
        report = package.validate()
        assert report.flatten(["title", "message"]) == []
        assert [one.name for one in package.resources] == list(map(table_name, published.tables))


def test_somebody_elses_reader_reads_numbers_as_numbers(tmp_path: Path) -> None:
    """A symbol is no number, and no 0."""
    for name, text in files(told(By.YEAR, YEARS, Treatment(suppress_below=5))).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    notifications = Package(str(tmp_path / DATA_PACKAGE)).get_resource("notification")
    assert isinstance(notifications, TableResource)
    read = notifications.read_rows()
    counts = {row["notification_count"] for row in read}
    assert {type(count) for count in counts} == {int, type(None)}
    assert {row["complete"] for row in read} == {True}


def test_a_value_that_is_not_as_described_is_found(tmp_path: Path) -> None:
    """Or the two tests above would tell nothing."""
    written = dict(files(told(By.YEAR)))
    written["review.csv"] = written["review.csv"].replace(",yes,", ",perhaps,")
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = Package(str(tmp_path / DATA_PACKAGE)).validate()
    assert not report.valid
    meta = written["review.meta.csv"].replace("indicator_dp", "decimals")
    assert screened(written | {"review.meta.csv": meta})["review"][0] == "columns of the metadata"


def test_the_description_says_what_one_of_each_is() -> None:
    """In the words of the page of figures."""
    published = told(By.YEAR)
    package = json.loads(files(published)[DATA_PACKAGE])
    assert [one["description"] for one in package["resources"]] == [
        one.means for one in published.tables
    ]
