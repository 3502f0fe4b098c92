"""Published tables come out again from histories: from what happened, to the file that is loaded.

A history is made for each notification that was counted, and the tables are asked for. What was
published is in `tests/projections/statistics/published.py`, with its source; what its parts do
not say (in which month of a year, of which age) is taken at will, and is not compared.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

import pytest

from rapid_review import calendars
from rapid_review.domain import events as did
from rapid_review.domain.case import replay
from rapid_review.domain.vocabulary import AgeBand, Child, Incident, Nature
from rapid_review.exports.dfe import csv_of, place_of, table_name
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.case_facts import case_facts, facts_of
from rapid_review.projections.statistics.facts import Facts
from rapid_review.projections.statistics.periods import By, Span
from rapid_review.projections.statistics.published import publish
from rapid_review.projections.statistics.selection import Selection
from tests.domain.a_review import KENT
from tests.projections.statistics.published import (
    DEVON_2024,
    DFE_HALF_YEARS,
    DFE_NOTIFICATIONS,
    PANEL_2020,
    PANEL_2023,
    PANEL_2024,
)

History = tuple[did.AnyEvent, ...]
LABELS: Final = {"death": "Child death", "serious-harm": "Serious harm", "other": "Other"}
TODAY: Final = date(2026, 11, 26)


def notified(day: date, number: int, nature: str, children: int = 1) -> did.NotificationReceived:
    """Return a notification that was received on a day or soon after."""
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(days=number % 180)
    return did.NotificationReceived(
        at=at,
        reference=f"PRN-{number}",
        source="kent-ics",
        incident=Incident(known_on=at.date(), nature=Nature(nature)),
        children=tuple(
            Child(reference=f"C-{n}", age_band=AgeBand.NOT_KNOWN) for n in range(children)
        ),
        terms=KENT.ref,
    )


def many(day: date, counts: Mapping[str, int], children: int = 0) -> Iterator[History]:
    """Return a history for each notification of a half year, by nature.

    Args:
        day: its first day.
        counts: how many there were.
        children: of how many children they were; 0 for one each.
    """
    natures = [nature for nature, count in counts.items() for _ in range(count)]
    more = max(0, children - len(natures))
    for number, nature in enumerate(natures):
        yield (notified(day, number, nature, 1 + (more > number)),)


def facts(histories: Iterable[History]) -> Facts:
    """Return what the histories add up to."""
    return facts_of(case_facts(replay(one), KENT, calendars.load, on=TODAY) for one in histories)


def rows(found: Facts, table: str, by: By, months: Span) -> list[dict[str, str]]:
    """Return the rows of a table as they are written to its file."""
    as_of = AsOf(read_on=TODAY)
    selection = Selection(KENT, KENT.clocks["rapid-review"], by, as_of, months)
    (one,) = (one for one in publish(found, selection).tables if table_name(one) == table)
    return list(csv.DictReader(io.StringIO(csv_of(one, place_of("england")))))


@cache
def of_the_department() -> Facts:
    """Return the notifications of eight years, a history each."""
    histories: list[History] = []
    for year, (total, parts) in DFE_NOTIFICATIONS.items():
        of_year = dict(parts) or {"other": total}
        summer = DFE_HALF_YEARS.get(year, {nature: n // 2 for nature, n in of_year.items()})
        winter = {nature: n - summer.get(nature, 0) for nature, n in of_year.items()}
        histories += many(date(year - 1, 4, 1), summer)
        histories += many(date(year - 1, 10, 1), winter)
    return facts(histories)


@pytest.mark.parametrize("year", DFE_NOTIFICATIONS)
def test_the_departments_years_come_out_by_nature(year: int) -> None:
    """2019 to 2026; of 2019 only the total was read."""
    total, parts = DFE_NOTIFICATIONS[year]
    every = rows(of_the_department(), "notification", By.YEAR, Span("2018-04", "2026-03"))
    found = [row for row in every if row["time_period"] == f"{year - 1}{year % 100:02}"]
    assert {row["time_identifier"] for row in found} == {"Financial year"}
    counts = {row["nature"]: int(row["notification_count"]) for row in found}
    assert counts["Total"] == total
    if parts:
        assert counts == {LABELS[one]: number for one, number in parts.items()} | {"Total": total}


def test_the_departments_percentages_come_out() -> None:
    """2021-22, as it published them with one decimal place."""
    found = rows(of_the_department(), "notification", By.YEAR, Span("2021-04", "2022-03"))
    assert [row["notification_percent"] for row in found] == ["43.2", "51.4", "5.4", "100.0"]


@pytest.mark.parametrize("year", DFE_HALF_YEARS)
def test_the_departments_half_years_come_out(year: int) -> None:
    """April to September of 2019 and 2020: deaths, serious harm; of 2020 the total as well."""
    months = Span(f"{year - 1}-04", f"{year - 1}-09")
    found = rows(of_the_department(), "notification", By.HALF_YEAR, months)
    assert {row["time_identifier"] for row in found} == {"Part 1 (April to September)"}
    counts = {row["nature"]: int(row["notification_count"]) for row in found}
    for nature in ("death", "serious-harm"):
        assert counts[LABELS[nature]] == DFE_HALF_YEARS[year][nature]
    if year == 2021:
        assert counts["Total"] == 285


def test_the_panels_year_2020_comes_out() -> None:
    """482 incidents of a calendar year, with 514 children; a notification stands for each."""
    counts, children = PANEL_2020
    first = {nature: number // 2 for nature, number in counts.items()}
    rest = {nature: number - first[nature] for nature, number in counts.items()}
    found = facts(
        [*many(date(2020, 1, 1), first, sum(first.values()) + 32), *many(date(2020, 7, 1), rest)]
    )
    year = Span("2020-01", "2020-12")
    told = rows(found, "notification", By.CALENDAR_YEAR, year)
    assert {row["nature"]: int(row["notification_count"]) for row in told} == {
        **{LABELS[nature]: number for nature, number in counts.items()},
        "Total": 482,
    }
    assert {(row["time_period"], row["time_identifier"]) for row in told} == {
        ("2020", "Calendar year")
    }
    total = [
        row for row in rows(found, "child", By.CALENDAR_YEAR, year) if row["age_band"] == "Total"
    ]
    assert [int(row["child_count"]) for row in total] == [children]


def test_the_panels_shares_of_2022_to_2023_come_out() -> None:
    """393 notifications: 37 % deaths and 58 % serious harm, in whole per cent."""
    found = facts(many(date(2022, 4, 1), PANEL_2023))
    told = rows(found, "notification", By.YEAR, Span("2022-04", "2023-03"))
    assert told[-1]["notification_count"] == "393"
    assert [round(float(row["notification_percent"])) for row in told[:2]] == [37, 58]


def test_the_panels_reviews_of_2023_to_2024_come_out() -> None:
    """330 rapid reviews, of 485 children."""
    reviews, children = PANEL_2024
    found = facts(many(date(2023, 4, 1), {"death": reviews}, children))
    year = Span("2023-04", "2024-03")
    assert [row["review_count"] for row in rows(found, "review", By.YEAR, year)] == [str(reviews)]
    assert rows(found, "child", By.YEAR, year)[-1]["child_count"] == str(children)


def test_devons_funnel_comes_out() -> None:
    """6 notifications, of which 4 became rapid reviews and 1 a practice review."""
    notifications, reviews, practice_reviews = DEVON_2024
    histories: list[History] = []
    for number in range(notifications):
        received = notified(date(2023, 4, 1), number, "serious-harm")
        at = received.at + timedelta(days=10)
        if number >= reviews:
            histories.append(
                (received, did.NotificationCriteriaFoundNotMet(at=at, because="no serious harm"))
            )
        elif number < practice_reviews:
            commissioned = did.PracticeReviewCommissioned(
                at=at,
                reviewers=("R-1",),
                methodology="sct",
                coordinator="partnership-team",
                scope="w",
            )
            histories.append((received, commissioned))
        else:
            histories.append((received,))
    found, year = facts(histories), Span("2023-04", "2024-03")
    (practice,) = rows(found, "practice-review", By.YEAR, year)
    counted = (practice["practice_review_count"], practice["practice_review_denominator"])
    assert counted == ("1", "4")
    (not_met,) = rows(found, "criteria-not-met", By.YEAR, year)
    assert not_met["criteria_not_met_percent"] == "33.3"
