"""Counts by month, quarter, year, agency or partnership; and shares of them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.domain.vocabulary import AgeBand, Nature
from rapid_review.projections.statistics import measures
from rapid_review.projections.statistics.basis import Basis, Share
from rapid_review.projections.statistics.counts import Counts, count_table
from rapid_review.projections.statistics.facts import CountCell, Facts, together
from rapid_review.projections.statistics.measures import MEASURES, Measure
from rapid_review.projections.statistics.periods import ALL_MONTHS, IN_TIME, By, Span, row_of
from rapid_review.projections.statistics.shares import shares
from rapid_review.projections.statistics.tables import Mark, Row, Table
from tests.projections.statistics.clocks_as_tuples import AS_OF
from tests.projections.statistics.published import DFE_NOTIFICATIONS, cells, dfe_notifications

X, Z = Mark.UNKNOWN, Mark.NOT_APPLICABLE
NATURES = [nature.value for nature in Nature]
MEASURED = (measures.NOTIFICATION, measures.CHILD, measures.REVIEW, measures.THEME)

COUNT_CELLS = st.builds(
    CountCell,
    st.sampled_from([measure.name for measure in MEASURED]),
    st.sampled_from(["", "death", "other"]),
    st.sampled_from(["kent", "medway"]),
    st.builds("{}-{:02}".format, st.integers(2019, 2021), st.integers(1, 12)),
)
HISTOGRAMS = st.dictionaries(COUNT_CELLS, st.integers(0, 9), max_size=30).map(Counter)


def by_year(histogram: Counts, measure: Measure) -> Table:
    """Return a measure by year to 31 March."""
    return count_table(histogram, measure, AS_OF, By.YEAR)


def by_partnership(measure: Measure, **counted: Counter[CountCell]) -> Table:
    """Return a measure by partnership, of those that are named."""
    facts = {name: Facts(0, {}, counts) for name, counts in counted.items()}
    counts = together(facts, by_partnership=True).counts
    return count_table(counts, measure, AS_OF, By.PARTNERSHIP, rows=tuple(counted))


def said(share: Share | Mark) -> str:
    """Return a share, or the mark in its place, as text."""
    return str(share)


# ------------------------------------------------------------------------------ published tables


def test_the_departments_notifications_come_out_as_they_were_published() -> None:
    """Eight years to 31 March by nature; for 2019 only the total is known, and no part is 0."""
    table = count_table(dfe_notifications(), measures.NOTIFICATION, AS_OF, By.YEAR, keys=NATURES)
    assert table.columns == ("death", "serious-harm", "other", "")
    assert table.rows[0] == Row("year to 31 March 2019", (X, X, X, 498), 498)
    assert list(table.rows[1:]) == [
        Row(f"year to 31 March {year}", (*(parts[nature] for nature in NATURES), 0), total)
        for year, (total, parts) in DFE_NOTIFICATIONS.items()
        if parts
    ]
    assert table.total == Row("Total", (1_330, 1_543, 110, 498), 3_481)


def test_the_departments_percentages_come_out_as_they_were_published() -> None:
    """Year to 31 March 2022: 43.2, 51.4 and 5.4 %, each of 442 notifications."""
    found = shares(by_year(dfe_notifications(), measures.NOTIFICATION))
    assert [said(found["year to 31 March 2022", nature]) for nature in NATURES] == [
        "43.2 % (191 of 442 notifications)",
        "51.4 % (227 of 442 notifications)",
        "5.4 % (24 of 442 notifications)",
    ]
    assert found["year to 31 March 2019", "death"] is X
    assert said(found["year to 31 March 2019", ""]) == "100.0 % (498 of 498 notifications)"


def test_devons_funnel_prints_its_denominators() -> None:
    """Devon, April 2023 to March 2024: 6 notifications, 4 rapid reviews, 1 practice review.

    The seven discussions before them happened before any notification, and are not in a record.
    Published beside them was "Panel agreed 50 %": of one practice review that cannot be; of four
    rapid reviews it can, and the table says which it is.
    """
    devon = (
        cells(measures.NOTIFICATION, "2023-09", {"serious-harm": 6})
        + cells(measures.CRITERIA_NOT_MET, "2023-09", {"": 2})
        + cells(measures.REVIEW, "2023-09", {"": 4})
        + cells(measures.PRACTICE_REVIEW, "2023-09", {"": 1})
        + cells(measures.PANEL_ANSWER, "2023-09", {"agrees": 2, "disagrees": 2})
    )
    year = "year to 31 March 2024"
    tables = {name: by_year(devon, measure) for name, measure in MEASURES.items()}
    answers = shares(tables["panel-answer"])
    funnel = shares(tables["practice-review"], tables["review"])
    not_met = shares(tables["criteria-not-met"], tables["notification"])
    assert said(answers[year, "agrees"]) == "50.0 % (2 of 4 reviews)"
    assert said(funnel[year, ""]) == "25.0 % (1 of 4 reviews)"
    assert said(not_met[year, ""]) == "33.3 % (2 of 6 notifications)"


def test_a_review_may_have_several_outcomes_and_each_is_a_share_of_the_reviews() -> None:
    """ToR 5(b): three outcomes of two decisions are 50 and 100 % of two reviews, not of three."""
    histogram = cells(measures.DECISION, "2020-05", {"": 2}) + cells(
        measures.OUTCOME, "2020-05", {"local-practice-review": 2, "national-review-suggested": 1}
    )
    outcomes = by_year(histogram, measures.OUTCOME)
    found = shares(outcomes, by_year(histogram, measures.DECISION))
    year = "year to 31 March 2021"
    assert outcomes.rows[0].whole == 3
    assert said(found[year, "local-practice-review"]) == "100.0 % (2 of 2 reviews)"
    assert said(found[year, "national-review-suggested"]) == "50.0 % (1 of 2 reviews)"
    assert found[year, "Total"] is Z


def test_an_agencys_returns_are_a_share_of_what_it_was_asked_for() -> None:
    """ToR 7.4: filed of requested, late and nil of filed, agency by agency and in all."""
    histogram = (
        cells(measures.REPORT_REQUESTED, "2020-05", {"police": 3, "school": 1})
        + cells(measures.REPORT_FILED, "2020-05", {"police": 2})
        + cells(measures.REPORT_LATE, "2020-05", {"police": 1})
        + cells(measures.REPORT_NIL, "2020-05", {"police": 1, "clinic": 1})
    )
    requested, filed, late, nil = (
        by_year(histogram, measure)
        for measure in (
            measures.REPORT_REQUESTED,
            measures.REPORT_FILED,
            measures.REPORT_LATE,
            measures.REPORT_NIL,
        )
    )
    year = "year to 31 March 2021"
    answered = shares(filed, requested)
    assert said(answered[year, "police"]) == "66.7 % (2 of 3 agency reports)"
    assert said(answered[year, "Total"]) == "50.0 % (2 of 4 agency reports)"
    assert said(shares(late, filed)[year, "police"]) == "50.0 % (1 of 2 agency reports)"
    assert said(shares(nil, filed)[year, "clinic"]) == "undefined (1 of 0 agency reports)"


def test_an_empty_seat_is_a_share_of_the_meetings_that_were_not_quorate() -> None:
    """ToR 6.2: of five meetings two were not quorate; the police were missing at both."""
    histogram = (
        cells(measures.MEETING, "2020-05", {"": 5})
        + cells(measures.QUORUM_NOT_MET, "2020-05", {"": 2})
        + cells(measures.EMPTY_SEAT, "2020-05", {"police": 2, "designated-health": 1})
    )
    failed = by_year(histogram, measures.QUORUM_NOT_MET)
    seats = shares(by_year(histogram, measures.EMPTY_SEAT), failed)
    year = "year to 31 March 2021"
    assert said(shares(failed, by_year(histogram, measures.MEETING))[year, ""]) == (
        "40.0 % (2 of 5 meetings)"
    )
    assert said(seats[year, "police"]) == "100.0 % (2 of 2 meetings)"
    assert said(seats[year, "designated-health"]) == "50.0 % (1 of 2 meetings)"


# ------------------------------------------------------------------------ what is and is not known


def test_nothing_counted_is_a_true_zero() -> None:
    """A month between two others, and a kind that was asked for, are 0 and not unknown."""
    histogram = cells(measures.NOTIFICATION, "2020-05", {"death": 1}) + cells(
        measures.NOTIFICATION, "2020-07", {"death": 2}
    )
    table = count_table(histogram, measures.NOTIFICATION, AS_OF, By.MONTH, keys=NATURES)
    assert [(row.label, row.parts) for row in table.rows] == [
        ("2020-05", (1, 0, 0)),
        ("2020-06", (0, 0, 0)),
        ("2020-07", (2, 0, 0)),
    ]
    assert said(shares(table)["2020-06", "death"]) == "undefined (0 of 0 notifications)"


def test_a_cell_that_was_taken_away_leaves_nothing_behind() -> None:
    """A case that changed took its cells away: a count of 0 makes no row and no column."""
    histogram = cells(measures.NOTIFICATION, "2020-05", {"death": 1})
    histogram[CountCell("notification", "other", "police", "2019-01")] = 0
    for by in By:
        table = count_table(histogram, measures.NOTIFICATION, AS_OF, by)
        assert (len(table.rows), table.columns) == (1, ("death",))


def test_a_kind_that_nobody_counted_is_unknown_where_some_have_no_known_kind() -> None:
    """Each of those might be one; a kind that was counted is shown as it was."""
    histogram = cells(measures.NOTIFICATION, "2020-05", {"death": 1, "": 2})
    table = count_table(histogram, measures.NOTIFICATION, AS_OF, By.MONTH, keys=NATURES)
    assert table.rows == (Row("2020-05", (1, X, X, 2), 3),)


def test_a_share_of_a_row_that_the_other_table_has_not_is_undefined() -> None:
    """A reconsideration in a month without a decision: 1 of 0."""
    histogram = cells(measures.RECONSIDERATION, "2020-05", {"": 1})
    found = shares(
        by_year(histogram, measures.RECONSIDERATION), by_year(histogram, measures.DECISION)
    )
    assert said(found["year to 31 March 2021", ""]) == "undefined (1 of 0 reviews)"


def test_a_count_of_one_kind_only_is_no_share_of_itself() -> None:
    """100 % of reviews are reviews: that is not applicable."""
    found = shares(by_year(cells(measures.REVIEW, "2020-05", {"": 4}), measures.REVIEW))
    assert found == {
        ("year to 31 March 2021", ""): Z,
        ("year to 31 March 2021", "Total"): Z,
        ("Total", ""): Z,
        ("Total", "Total"): Z,
    }


def test_without_a_cell_a_table_has_no_rows() -> None:
    """Unless months were asked for; then each has 0."""
    assert count_table(Counter(), measures.THEME, AS_OF, By.MONTH).rows == ()
    table = count_table(
        Counter(), measures.THEME, AS_OF, By.MONTH, months=Span("2020-05", "2020-05")
    )
    assert table.rows == (Row("2020-05", (0,), 0),)


def test_a_table_says_of_what_it_is() -> None:
    """Unit, months and as of when; with what a row and a column are."""
    months = Span("2020-04", "2021-03")
    table = count_table(Counter(), measures.CHILD, AS_OF, By.QUARTER, months=months)
    assert table.basis == Basis(measures.CHILD.counted, AS_OF, months)
    assert (table.measure, table.rows_by, table.columns_by) == ("child", "quarter", "age-band")


# ------------------------------------------------------------------------------- any cells at all


def plain(histogram: Counts, measure: Measure) -> list[tuple[str, str, str]]:
    """Return each thing counted by itself: its month, its agency, its kind."""
    return [
        (cell.month, cell.source, cell.key)
        for cell, number in histogram.items()
        if cell.measure == measure.name
        for _ in range(number)
    ]


@given(HISTOGRAMS, st.sampled_from(MEASURED), st.sampled_from(By))
def test_a_table_counts_each_thing_once(
    histogram: Counter[CountCell], measure: Measure, by: By
) -> None:
    """Every count is the number of things in it, and every total the sum of its counts."""
    things = plain(histogram, measure)
    table = count_table(histogram, measure, AS_OF, by)
    labels = [
        row_of(month, by, ALL_MONTHS) if by in IN_TIME else source for month, source, _ in things
    ]
    for row in table.rows:
        keys = Counter(
            key for label, (_, _, key) in zip(labels, things, strict=True) if label == row.label
        )
        absent = X if keys[""] else 0
        assert row.parts == tuple(keys[column] or absent for column in table.columns)
        assert row.whole == keys.total()
    assert table.total.whole == len(things)
    assert set(labels) <= {row.label for row in table.rows}


@given(HISTOGRAMS, HISTOGRAMS, st.sampled_from(MEASURED), st.sampled_from(By))
def test_the_table_of_two_partnerships_is_the_sum_of_theirs(
    kent: Counter[CountCell], medway: Counter[CountCell], measure: Measure, by: By
) -> None:
    """Adding histograms adds the tables; by partnership each is a row."""
    both = count_table(kent + medway, measure, AS_OF, by)
    each = by_partnership(measure, medway=medway, kent=kent)
    assert [row.label for row in each.rows] == ["kent", "medway"]
    assert each.total == both.total
    for row, histogram in zip(each.rows, (kent, medway), strict=True):
        assert row.whole == count_table(histogram, measure, AS_OF, by).total.whole


@given(HISTOGRAMS)
def test_only_the_months_asked_for_are_counted(histogram: Counter[CountCell]) -> None:
    """By period, and by whom the case is from, alike."""
    months = Span("2020-02", "2020-11")
    measure = measures.NOTIFICATION
    inside = sum(months.holds(month) for month, _, _ in plain(histogram, measure))
    for by in By:
        table = count_table(histogram, measure, AS_OF, by, months=months)
        assert table.total.whole == inside


# ------------------------------------------------------------------------------------ the measures


def test_every_measure_has_a_name_of_its_own_and_a_whole_that_is_one() -> None:
    """A share's whole is a measure that is counted too."""
    assert all(name == measure.name for name, measure in MEASURES.items())
    defined = {each for each in vars(measures).values() if isinstance(each, Measure)}
    assert defined == set(MEASURES.values())
    assert {each.of for each in defined if each.of} <= defined


@pytest.mark.parametrize("codes", [Nature, AgeBand])
def test_the_kinds_of_notifications_and_children_are_the_vocabularys(
    codes: type[Nature | AgeBand],
) -> None:
    """The unknown kind is "", so no code may be."""
    assert "" not in set(codes)
