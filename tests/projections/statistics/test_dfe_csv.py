"""Tables as tidy rows, with the column names of the Department for Education's open data."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from rapid_review.projections.as_of import AsOf
from rapid_review.projections.case.findings import EDITION
from rapid_review.projections.statistics import measures
from rapid_review.projections.statistics.bands import band_table, bands
from rapid_review.projections.statistics.counts import count_table
from rapid_review.projections.statistics.dfe_csv import Place, Tidy, tidy
from rapid_review.projections.statistics.facts import Ended, Facts, together
from rapid_review.projections.statistics.periods import By, Span
from rapid_review.projections.statistics.selection import clocks, clocks_and_groups
from rapid_review.projections.statistics.suppression import suppressed
from tests.projections.statistics.clocks_as_tuples import AS_OF, CLOCK, TODAY, histogram, story
from tests.projections.statistics.published import cells, dfe_notifications

KENT = Place(
    "Local authority",
    region_code="E12000008",
    region_name="South East",
    old_la_code="886",
    new_la_code="E10000016",
    la_name="Kent",
)


def rows(found: Tidy) -> list[dict[str, str]]:
    """Return the rows by column."""
    return [dict(zip(found.header, row, strict=True)) for row in found.rows]


def columns(found: Tidy, *names: str) -> list[tuple[str, ...]]:
    """Return some columns of every row."""
    return [tuple(row[name] for name in names) for row in rows(found)]


def test_a_row_has_the_departments_columns_and_what_every_figure_carries() -> None:
    """In the Department's order: time, place, filters, indicators."""
    as_of = AsOf(datetime(2021, 4, 1, 9, tzinfo=UTC), None, TODAY)
    counts = cells(measures.NOTIFICATION, "2020-05", {"death": 5, "other": 7})
    found = tidy(count_table(counts, measures.NOTIFICATION, as_of, By.MONTH), KENT)
    assert rows(found)[0] == {
        "time_period": "2020",
        "time_identifier": "May",
        "geographic_level": "Local authority",
        "country_code": "E92000001",
        "country_name": "England",
        "region_code": "E12000008",
        "region_name": "South East",
        "old_la_code": "886",
        "new_la_code": "E10000016",
        "la_name": "Kent",
        "partnership": "",
        "unit": "notification",
        "denominator_unit": "notification",
        "date_basis": "receipt of the notification",
        "months": "2020-05 to 2020-05",
        "complete": "yes",
        "as_of": "2021-04-01",
        "happened_by": "2021-04-01T09:00:00+00:00",
        "rules_edition": EDITION,
        "recorded_by": "z",
        "disclosure_control": "none",
        "nature": "Child death",
        "notification_count": "5",
        "notification_denominator": "12",
        "notification_percent": "41.7",
    }
    assert columns(found, "nature", "notification_count") == [
        ("Child death", "5"),
        ("Other", "7"),
        ("Total", "12"),
    ]


def test_the_departments_table_says_what_is_unknown_and_what_is_zero() -> None:
    """2019 by nature is not known: x. In 2020 none had no known nature: 0."""
    table = count_table(dfe_notifications(), measures.NOTIFICATION, AS_OF, By.YEAR)
    found = columns(
        tidy(table), "time_period", "nature", "notification_count", "notification_percent"
    )
    assert found[:10] == [
        ("201819", "Child death", "x", "x"),
        ("201819", "Other", "x", "x"),
        ("201819", "Serious harm", "x", "x"),
        ("201819", "Not known", "498", "100.0"),
        ("201819", "Total", "498", "100.0"),
        ("201920", "Child death", "188", "41.9"),
        ("201920", "Other", "8", "1.8"),
        ("201920", "Serious harm", "253", "56.3"),
        ("201920", "Not known", "0", "0.0"),
        ("201920", "Total", "449", "100.0"),
    ]


@pytest.mark.parametrize(
    ("month", "by", "time"),
    [
        ("2020-05", By.MONTH, ("2020", "May")),
        ("2020-05", By.QUARTER, ("202021", "Financial year Q1")),
        ("2020-09", By.QUARTER, ("202021", "Financial year Q2")),
        ("2020-10", By.QUARTER, ("202021", "Financial year Q3")),
        ("2021-01", By.QUARTER, ("202021", "Financial year Q4")),
        ("2021-01", By.YEAR, ("202021", "Financial year")),
        ("2000-03", By.YEAR, ("199900", "Financial year")),
    ],
)
def test_a_period_is_told_as_the_department_tells_it(
    month: str, by: By, time: tuple[str, str]
) -> None:
    """The first calendar quarter is the last of the financial year that began before it."""
    table = count_table(cells(measures.REVIEW, month, {"": 1}), measures.REVIEW, AS_OF, by)
    assert columns(tidy(table), "time_period", "time_identifier") == [time]


@pytest.mark.parametrize(
    ("months", "time"),
    [
        (Span("2020-04", "2021-03"), ("202021", "Financial year")),
        (Span("2020-05", "2020-05"), ("2020", "May")),
        (Span("2020-04", "2020-05"), ("z", "z")),
        (Span(), ("z", "z")),
    ],
)
def test_rows_by_agency_have_the_period_that_was_asked_for(
    months: Span, time: tuple[str, str]
) -> None:
    """Months that are no single period have no time of the Department's; they are said beside."""
    counts = cells(measures.REVIEW, "2020-05", {"": 9})
    table = count_table(counts, measures.REVIEW, AS_OF, By.AGENCY, months=months)
    found = tidy(table)
    assert columns(found, "time_period", "time_identifier", "notifying_agency") == [
        (*time, "kent"),
        (*time, "Total"),
    ]
    assert {row["months"] for row in rows(found)} == {str(months)}


def test_rows_by_partnership_name_it_and_have_a_total() -> None:
    """One kind only: there is no column of kinds, and no share of itself."""
    counts = cells(measures.REVIEW, "2020-05", {"": 9})
    both = {"medway": Facts(9, {}, counts), "kent": Facts(0, {}, Counter())}
    table = count_table(
        together(both, by_partnership=True).counts,
        measures.REVIEW,
        AS_OF,
        By.PARTNERSHIP,
        rows=tuple(both),
    )
    found = columns(tidy(table), "partnership", "review_count", "review_percent")
    assert found == [("kent", "0", "z"), ("medway", "9", "z"), ("Total", "9", "z")]
    header = tidy(table).header
    assert len(set(header)) == len(header)


def test_a_share_of_another_count_says_its_unit_and_an_undefined_one_is_not_applicable() -> None:
    """Of no decision nothing is a percentage."""
    counts = cells(measures.DECISION, "2020-05", {"": 4}) + cells(
        measures.OUTCOME, "2020-05", {"local-practice-review": 1}
    )
    months = Span("2020-05", "2020-06")
    outcomes, decisions = (
        count_table(counts, measure, AS_OF, By.MONTH, months=months)
        for measure in (measures.OUTCOME, measures.DECISION)
    )
    found = tidy(outcomes, of=decisions)
    names = ("time_identifier", "outcome", "outcome_denominator", "outcome_percent")
    assert columns(found, *names) == [
        ("May", "local-practice-review", "4", "25.0"),
        ("May", "Total", "z", "z"),
        ("June", "local-practice-review", "0", "z"),
        ("June", "Total", "z", "z"),
    ]
    assert set(columns(found, "unit", "denominator_unit")) == {("outcome", "review")}


def test_suppressed_numbers_are_marked_and_the_rule_is_said() -> None:
    """In every row of the file, so that no row can be quoted without it."""
    counts = cells(measures.NOTIFICATION, "2020-05", {"death": 3, "other": 7, "serious-harm": 20})
    before = count_table(counts, measures.NOTIFICATION, AS_OF, By.MONTH)
    table = suppressed({"notification": before})["notification"]
    found = tidy(table)
    assert columns(found, "nature", "notification_count", "notification_percent") == [
        ("Child death", "c", "c"),
        ("Other", "c", "c"),
        ("Serious harm", "20", "66.7"),
        ("Total", "30", "100.0"),
    ]
    assert {row["disclosure_control"] for row in rows(found)} == set(table.treatment)


def test_bands_come_with_their_quartiles_unless_something_in_the_row_is_suppressed() -> None:
    """In the row of the total; percentages are of the clocks that have stopped."""
    stories = [story("2020-05-04", Ended.STOPPED, "2020-05-11")] * 20
    stories += [
        story("2020-06-01", Ended.STOPPED, day) for day in ("2020-06-08", "2020-06-18")
    ] * 2
    stories += [
        story("2020-07-01", Ended.STOPPED, day) for day in ("2020-07-08", "2020-07-20")
    ] * 2
    months = Span("2020-05", "2020-08")
    whole = bands(clocks(histogram(stories), CLOCK, AS_OF, months=months))
    groups = clocks_and_groups(histogram(stories), CLOCK, AS_OF, By.MONTH, months=months)[1]
    by_month = {label: bands(one) for label, one in groups.items()}
    quartiles = {label: one.quartiles for label, one in by_month.items()}
    table = suppressed({"taken": band_table(whole, by_month, By.MONTH)})["taken"]
    found = tidy(table, quartiles=quartiles)
    names = ("time_identifier", "days_taken", "rapid_review_clock_percent", "days_median")
    shown = [row for row in columns(found, *names) if row[1] in ("0 to 10", "Total")]
    assert shown == [
        ("May", "0 to 10", "100.0", "z"),
        ("May", "Total", "z", "4"),  # 8 May 2020 was a bank holiday
        ("June", "0 to 10", "c", "z"),
        ("June", "Total", "c", "c"),
        ("July", "0 to 10", "c", "z"),
        ("July", "Total", "c", "c"),
        ("August", "0 to 10", "z", "z"),
        ("August", "Total", "z", "z"),
    ]
    assert found.header[-3:] == ("days_lower_quartile", "days_median", "days_upper_quartile")
