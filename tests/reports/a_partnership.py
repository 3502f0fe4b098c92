"""A partnership's histograms, made without a store: so many clocks and things of each kind."""

from collections import Counter
from datetime import date, timedelta
from typing import Final

from rapid_review import calendars
from rapid_review.domain.vocabulary import Nature
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.disclosure import NOTHING, Treatment
from rapid_review.projections.statistics.facts import (
    CountCell,
    DurationCell,
    Ended,
    Facts,
    by_clock,
)
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.published import Published, publish
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.survival import Curve
from rapid_review.reports.statistics.page import curve_of
from tests.domain.a_review import KENT

REVIEW: Final = KENT.clocks["rapid-review"]
CALENDAR: Final = calendars.load(KENT.calendar)
DAY: Final = date(2024, 3, 31)
QUARTERS: Final = tuple(
    f"{year}-{month:02}" for year in range(2020, 2024) for month in (1, 4, 7, 10)
)
SEATS: Final = tuple(sorted(KENT.seat_ids))


def durations() -> Counter[DurationCell]:
    """Return six clocks a quarter: four to six in time, the others late, open or ended."""
    found: Counter[DurationCell] = Counter()
    for place, month in enumerate(QUARTERS):
        start = date.fromisoformat(f"{month}-15") + timedelta(days=place % 3)
        due = start + timedelta(days=21)
        for number in range(6):
            days = 9 + (place + number) % 7
            late = number == 5 and place % 4 == 1
            open_ = number == 5 and place == len(QUARTERS) - 1
            ended = Ended.STOPPED
            if number == 4 and place % 5 == 2:
                ended = Ended.OTHERWISE
            if open_:
                ended = Ended.OPEN
            found[
                DurationCell(
                    REVIEW.id,
                    "kent-ics" if number % 3 else "medway-ics",
                    month,
                    start,
                    due,
                    ended,
                    None if open_ else days + 8 * late,
                    (3 if late else 0) if ended is Ended.STOPPED else None,
                )
            ] += 1
    return found


def of_the_panel() -> Counter[DurationCell]:
    """Return three clocks a quarter from the Panel's meeting to its answer, one of them late."""
    found: Counter[DurationCell] = Counter()
    for month in QUARTERS:
        met_on = date.fromisoformat(f"{month}-28")
        for days in (4, 9, 17):
            late = max(0, days - 10)
            cell = ("kent-ics", month, met_on, met_on + timedelta(days=14), Ended.STOPPED)
            found[DurationCell("panel-feedback", *cell, days, late)] += 1
    return found


def counts() -> Counter[CountCell]:
    """Return the notifications of the same quarters, and what became of them."""
    found: Counter[CountCell] = Counter()

    def add(measure: m.Measure, key: str, month: str, number: int) -> None:
        found[CountCell(measure.name, key, "kent-ics", month)] += number

    for place, month in enumerate(QUARTERS):
        for nature, number in zip(Nature, (1 + place % 3, 4, place % 2), strict=True):
            add(m.NOTIFICATION, nature, month, number)
        add(m.CHILD, "under-1", month, 5)
        add(m.CRITERIA_NOT_MET, "", month, int(place % 5 == 2))
        add(m.REVIEW, "", month, 5)
        for agency, number in (("police-kent", 5), ("school", 4), ("housing", 1 + place % 3)):
            add(m.REPORT_REQUESTED, agency, month, number)
            add(m.REPORT_FILED, agency, month, number - place % 2)
            add(m.REPORT_LATE, agency, month, int(place % 4 == 0))
            add(m.REPORT_NIL, agency, month, int(agency == "school"))
        add(m.MEETING, "", month, 5)
        add(m.QUORUM_NOT_MET, "", month, place % 2)
        add(m.EMPTY_SEAT, SEATS[place % len(SEATS)], month, place % 2)
        add(m.DECISION, "", month, 5)
        for outcome, number in zip(KENT.outcomes, (3, 2, place % 2), strict=True):
            add(m.OUTCOME, outcome, month, number)
        add(m.PANEL_ANSWER, m.DISAGREES if place % 4 == 3 else m.AGREES, month, 4)
        add(m.THEME, ("neglect", "transitions", "professional-curiosity")[place % 3], month, 3)
    return +found


def found(
    by: By = By.QUARTER, treatment: Treatment = NOTHING, *, empty: bool = False
) -> tuple[Published, Curve | None, str]:
    """Return what a page is made from."""
    as_of = AsOf(read_on=DAY)
    selection = Selection(KENT, REVIEW, by, as_of, treatment=treatment)
    clocked, counted = (Counter[DurationCell](), Counter[CountCell]())
    if not empty:
        clocked, counted = durations() + of_the_panel(), counts()
    published = publish(
        Facts(durations().total() * (not empty), by_clock(clocked), counted), selection
    )
    return published, *curve_of(published, lambda: CALENDAR)
