"""Published rows put in come out again: cells, tables, tidy CSV."""

import csv
import io
from collections import Counter
from datetime import date

from rapid_review.exports.dfe import files
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.disclosure import NOTHING, Treatment
from rapid_review.projections.statistics.facts import CountCell, Facts
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.published import MEASURES, publish
from rapid_review.projections.statistics.selection import Selection
from tests.domain.a_review import KENT
from tests.projections.statistics.published import cells, dfe_notifications

DEVON = (
    cells(m.NOTIFICATION, "2023-09", {"serious-harm": 6})
    + cells(m.CRITERIA_NOT_MET, "2023-09", {"": 2})
    + cells(m.REVIEW, "2023-09", {"": 4})
    + cells(m.CHILD, "2023-09", {"": 4})
    + cells(m.DECISION, "2023-09", {"": 4})
    + cells(m.PRACTICE_REVIEW, "2023-09", {"": 1})
)


def written(
    counts: Counter[CountCell], treatment: Treatment = NOTHING
) -> dict[str, list[dict[str, str]]]:
    """Return the rows of every file, by its name."""
    as_of = AsOf(read_on=date(2026, 4, 1))
    selection = Selection(KENT, KENT.clocks["rapid-review"], By.YEAR, as_of, treatment=treatment)
    published = publish(Facts(0, {}, counts), selection)
    return {
        name: list(csv.DictReader(io.StringIO(text)))
        for name, text in files(published).items()
        if name.endswith(".csv") and not name.endswith(".meta.csv")
    }


def test_devons_undefined_percentage_is_undefined() -> None:
    """Devon, 2023-24: "Panel agreed 50 %", of no stated number; nobody recorded an answer here.

    Its 6 notifications, 4 reviews and 1 practice review come out with their denominators.
    """
    found = written(DEVON)
    (practice,) = found["practice-review.csv"]
    assert (practice["practice_review_count"], practice["practice_review_denominator"]) == (
        "1",
        "4",
    )
    assert {row["panel_answer_percent"] for row in found["panel-answer.csv"]} == {"z"}
    (not_met,) = found["criteria-not-met.csv"]
    assert not_met["criteria_not_met_percent"] == "33.3"
    assert found["reconsideration.csv"][0]["reconsideration_denominator"] == "4"


def test_the_small_numbers_of_devon_are_suppressed_on_request() -> None:
    """All but the 6 notifications are below 5: of those, 1 to 5 may have opened a review."""
    found = written(DEVON, Treatment(suppress_below=5))
    assert found["review.csv"][0]["review_count"] == "c"
    assert {row["notification_count"] for row in found["notification.csv"]} == {"6", "0"}


def test_every_measure_has_a_file_that_names_its_unit() -> None:
    """And no other measure than those that are counted anywhere."""
    found = written(dfe_notifications() + DEVON)
    for measure in MEASURES:
        units = {row["unit"] for row in found[f"{measure.name}.csv"]}
        assert units == {measure.counted}
    assert set(MEASURES) == set(m.MEASURES.values())
