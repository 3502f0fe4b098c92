"""The figures of a partnership in rows, each with everything that it is a figure of.

Three cases: two received in May 2020, one of them sent on day 12 and one never; one in October,
sent on Monday 2 November, five working days after it was due.
"""

from datetime import date
from functools import cache

import pytest

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.vocabulary import Nature
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.case_facts import case_facts, facts_of
from rapid_review.projections.statistics.disclosure import NOTHING, Treatment
from rapid_review.projections.statistics.in_time import wilson
from rapid_review.projections.statistics.periods import ALL_MONTHS, By, Span
from rapid_review.projections.statistics.published import MEASURES, publish
from rapid_review.projections.statistics.rows import Figure, figures_of
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.tables import Mark
from rapid_review.testing import given
from tests.domain.a_review import (
    AGREE,
    FILE,
    KENT,
    RECEIVE,
    REQUEST,
    SENT,
    TO_PANEL,
    at,
    changed,
)

REVIEW = KENT.clocks["rapid-review"]
DIED = changed(
    RECEIVE, source="medway-ics", incident=changed(RECEIVE.incident, nature=Nature.DEATH)
)
IN_OCTOBER = changed(
    RECEIVE,
    at=at("2020-10-05 09:00"),
    incident=changed(RECEIVE.incident, happened_on=date(2020, 10, 1), known_on=date(2020, 10, 1)),
)
CASES: tuple[tuple[ask.Command | did.AnyEvent, ...], ...] = (
    (RECEIVE, REQUEST, FILE, *SENT[1:], AGREE),
    (DIED, REQUEST),
    (IN_OCTOBER, *SENT[1:-1], changed(TO_PANEL, at=at("2020-11-02 09:00"))),
)


@cache
def told(
    by: By = By.QUARTER,
    months: Span = ALL_MONTHS,
    day: date = date(2020, 12, 31),
    treatment: Treatment = NOTHING,
    *,
    all_rows: bool = True,
) -> tuple[Figure, ...]:
    """Return the figures of the three cases."""
    cases = (given(*history).case for history in CASES)
    facts = facts_of(case_facts(case, KENT, calendars.load) for case in cases)
    selection = Selection(KENT, REVIEW, by, AsOf(read_on=day), months, treatment)
    return figures_of(publish(facts, selection), all_rows=all_rows)


def one(figure: str, group: str, kind: str, by: By = By.QUARTER) -> tuple[object, ...]:
    """Return one figure: its value, its denominator, its percentage."""
    (found,) = (
        each for each in told(by) if (each.figure, each.group, each.kind) == (figure, group, kind)
    )
    return found.value, found.denominator, found.percent


def test_everything_that_is_counted_is_told_and_then_the_clock() -> None:
    """In the order of ToR 7; the clock by what it came to, by days, and by quartiles."""
    assert list(dict.fromkeys(each.figure for each in told())) == [
        *(measure.name for measure in MEASURES),
        "rapid-review: came to",
        "rapid-review: days taken",
        "rapid-review: quartiles of the stopped",
        "panel-feedback: came to",
        "panel-feedback: days taken",
    ]


def test_every_percentage_has_its_denominator_and_every_figure_its_unit() -> None:
    """And the percentage is what the two make of it."""
    for each in told():
        assert each.unit
        assert (each.months, each.complete) == {
            "2020-Q2": ("2020-04 to 2020-06", True),
            "2020-Q3": ("2020-07 to 2020-09", True),
            "2020-Q4": ("2020-10 to 2020-12", False),  # read on its last day
            "Total": ("2020-04 to 2020-12", False),
        }[each.group]
        if each.percent is not None:
            assert isinstance(each.value, int)
            assert each.denominator
            assert each.denominator_unit
            assert each.percent == pytest.approx(100 * each.value / each.denominator)


def test_notifications_are_told_by_nature() -> None:
    """A nature that did not occur is 0; a quarter without a notification has no percentage."""
    assert one("notification", "2020-Q2", "death") == (1, 2, 50.0)
    assert one("notification", "2020-Q2", "other") == (0, 2, 0.0)
    assert one("notification", "2020-Q3", "death") == (0, 0, None)
    assert one("notification", "Total", "Total") == (3, 3, 100.0)


def test_a_period_in_which_something_never_happened_shows_a_0() -> None:
    """Nobody answered in the Panel's name in October, of no answers; the quarter is there."""
    assert one("panel-answer", "2020-Q2", "agrees") == (1, 1, 100.0)
    assert one("panel-answer", "2020-Q4", "agrees") == (0, 0, None)
    assert one("criteria-not-met", "2020-Q4", "Total") == (0, 1, 0.0)


def test_agency_returns_are_of_the_agencies_that_were_asked() -> None:
    """ToR 7.4: the school was asked in two cases and answered in one."""
    assert one("agency-report-filed", "2020-Q2", "school") == (1, 2, 50.0)
    assert one("agency-report-late", "2020-Q2", "Total") == (0, 1, 0.0)


def test_outcomes_are_of_the_reviews_that_decided() -> None:
    """ToR 5(b): two reviews came to the same decision."""
    assert one("outcome", "Total", "local-practice-review") == (2, 2, 100.0)
    assert one("outcome", "Total", "no-practice-review") == (0, 2, 0.0)


def test_the_due_cohort_counts_what_is_overdue_and_has_its_interval() -> None:
    """ToR 5(a): one met, one met late, one overdue; the interval is Wilson's."""
    assert one("rapid-review: came to", "Total", "met")[:2] == (1, 3)
    assert one("rapid-review: came to", "Total", "met-late")[:2] == (1, 3)
    assert one("rapid-review: came to", "2020-Q2", "overdue")[:2] == (1, 2)
    (met,) = (
        each
        for each in told()
        if (each.figure, each.group, each.kind) == ("rapid-review: came to", "Total", "met")
    )
    interval = wilson(1, 3)
    assert interval is not None
    assert (met.lower_percent, met.upper_percent) == (100 * interval.lower, 100 * interval.upper)


def test_a_clock_is_not_judged_before_its_day_is_over() -> None:
    """ToR 5(a): on 27 May 2020 those of 4 May are due, and not yet over."""
    early = told(By.QUARTER, Span("2020-05", "2020-05"), date(2020, 5, 27))
    (waiting,) = (
        each
        for each in early
        if (each.figure, each.group, each.kind)
        == ("rapid-review: came to", "Total", "not-yet-due")
    )
    assert waiting.value == 2


def test_bands_and_quartiles_are_in_working_days_of_the_clocks_that_stopped() -> None:
    """ToR 5(a): day 12 and day 20; the one that is open is in no band."""
    assert one("rapid-review: days taken", "Total", "11 to 15") == (1, 2, 50.0)
    assert one("rapid-review: days taken", "Total", "16 to 20") == (1, 2, 50.0)
    assert one("rapid-review: days taken", "Total", "still-open")[0] == 1
    assert one("rapid-review: quartiles of the stopped", "Total", "median") == (12, 2, None)
    quartiles = [each for each in told() if each.figure.endswith("quartiles of the stopped")]
    assert {each.unit for each in quartiles} == {"working days"}


def test_by_agency_each_row_is_the_agency_that_notified() -> None:
    """ToR 7.3: Kent's system sent two, Medway's one."""
    assert one("notification", "kent-ics", "Total", By.AGENCY) == (2, 2, 100.0)
    assert one("notification", "medway-ics", "death", By.AGENCY) == (1, 1, 100.0)


def test_only_the_months_that_were_asked_for_are_counted() -> None:
    """By the month of receipt."""
    found = told(By.MONTH, Span("2020-06", None))
    totals = {
        each.group: each.value
        for each in found
        if (each.figure, each.kind) == ("notification", "Total")
    }
    assert totals == {
        **{f"2020-{month:02}": 0 for month in range(6, 10)},
        "2020-10": 1,
        "Total": 1,
    }


def test_a_part_of_a_period_is_never_called_by_its_name_alone() -> None:
    """One quarter of a year was asked for; and a month that is not over is no month yet."""
    spring = {one.row for one in told(By.YEAR, Span("2020-04", "2020-06"))}
    assert spring == {"year to 31 March 2021 (part: 2020-04 to 2020-06)", "Total"}
    so_far = {one.row for one in told(By.MONTH, Span("2020-11", None), date(2020, 12, 31))}
    assert so_far == {"Total"}
    by_span = {one.row for one in told(By.SPAN, Span("2020-05", "2020-12"), date(2020, 12, 31))}
    assert by_span == {"2020-05 to 2020-12 (not over)", "Total"}
    autumn = {one.row for one in told(By.YEAR, day=date(2020, 12, 31))}
    assert autumn == {"year to 31 March 2021 (part: 2020-04 to 2020-12)", "Total"}


def test_rows_that_hold_nothing_are_left_out_unless_they_are_asked_for() -> None:
    """Nothing was notified in the summer; but 0 of the 1 review of autumn was commissioned."""
    few = told(all_rows=False)
    rows = {one.row for one in few if one.figure == "notification"}
    assert rows == {"2020-Q2", "2020-Q4 (not over)", "Total"}
    assert "2020-Q4 (not over)" in {one.row for one in few if one.figure == "practice-review"}
    assert {one.row for one in few if one.figure == "theme"} == {"Total"}
    assert {one.row for one in few if one.figure == "agency-report-nil"} == {"2020-Q2", "Total"}
    assert set(few) < set(told())


def test_children_and_reviews_and_what_was_commissioned_are_counted_too() -> None:
    """ToR 1.4, 4(b), 7.6: with zeros where nothing of the kind happened."""
    assert one("child", "Total", "Total")[0] == 3
    assert one("review", "Total", "Total")[0] == 3
    assert one("reconsideration", "Total", "Total") == (0, 2, 0.0)
    assert one("practice-review", "2020-Q4", "Total") == (0, 1, 0.0)
    assert one("theme", "Total", "Total")[0] == 0


def test_a_figure_is_told_with_its_denominator_and_how_sure_it_is() -> None:
    """A percentage of nothing is undefined; days are no share of the clocks that took them."""
    said = {(each.figure, each.group, each.kind): str(each) for each in told()}
    assert said["notification", "2020-Q2", "death"] == "1 of 2 (50.0 %)"
    assert said["notification", "2020-Q3", "death"] == "0 of 0 (undefined)"
    assert said["rapid-review: came to", "Total", "met"] == "1 of 3 (33.3 %) [6.1 to 79.2 %]"
    assert said["rapid-review: came to", "Total", "not-yet-due"] == "0"
    assert said["rapid-review: quartiles of the stopped", "Total", "median"] == "12 (of 2)"


def test_small_numbers_are_suppressed_in_every_figure() -> None:
    """Three cases are too few to tell anything but zeros; and no share tells what is hidden."""
    for each in told(treatment=Treatment(suppress_below=5)):
        assert each.value in (0, Mark.SUPPRESSED)
        assert each.denominator in (0, None)
        assert each.lower_percent is None


def test_the_interval_is_that_of_the_numbers_as_they_are_shown() -> None:
    """1 met, 1 late and 1 overdue are rounded to 2 each: 2 of 6; the interval tells no more."""
    found = told(treatment=Treatment(round_to=2))
    (met,) = (
        each
        for each in found
        if (each.figure, each.group, each.kind) == ("rapid-review: came to", "Total", "met")
    )
    assert isinstance(met.value, int)
    assert met.denominator is not None
    interval = wilson(met.value, met.denominator)
    assert interval is not None
    assert met.lower_percent == 100 * interval.lower
    assert (met.value, met.denominator) == (2, 6)
