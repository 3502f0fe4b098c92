"""Every table as it may be published: two of them together tell no more than each by itself.

A notification opens a review, or its criteria are found not met, or it is of a class that opens
none: whoever knows all but one of these and their sum knows that one.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.disclosure import NOTHING, Treatment
from rapid_review.projections.statistics.facts import CountCell, DurationCell, Ended, Facts
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.published import publish
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.tables import Mark, Row, Table, Value
from tests.domain.a_review import KENT
from tests.projections.statistics.published import cells

C = Mark.SUPPRESSED
REVIEW = KENT.clocks["rapid-review"]
DAY = AsOf(read_on=date(2021, 1, 1))


def totals(
    *months: tuple[int, int, int], treatment: Treatment = NOTHING
) -> list[tuple[Value, Value, Value]]:
    """Return notifications, reviews and criteria not met, by month and in total.

    Args:
        months: for each month how many opened a review, were found not met, are neither.
        treatment: what is done to the tables.
    """
    counts = Counter[CountCell]()
    for number, (review, not_met, neither) in enumerate(months, start=1):
        month = f"2020-{number:02}"
        counts += cells(m.NOTIFICATION, month, {"death": review + not_met + neither})
        counts += cells(m.REVIEW, month, {"": review})
        counts += cells(m.CRITERIA_NOT_MET, month, {"": not_met})
    selection = Selection(KENT, REVIEW, By.MONTH, DAY, treatment=treatment)
    found = {
        one.name: [row.whole for row in (*one.table.rows, one.table.total)]
        for one in publish(Facts(0, Counter(), counts), selection).tables
    }
    names = (m.NOTIFICATION.name, m.REVIEW.name, m.CRITERIA_NOT_MET.name)
    return list(zip(*(found[name] for name in names), strict=True))


def test_nothing_is_done_that_was_not_asked_for() -> None:
    """The counts are those of the cells."""
    assert totals((18, 2, 0), (9, 0, 1)) == [(20, 18, 2), (10, 9, 0), (30, 27, 2)]


def test_a_small_number_of_criteria_not_met_cannot_be_had_by_subtracting() -> None:
    """20 notifications less 18 reviews would be the 2 that are suppressed."""
    assert totals((18, 2, 0), treatment=Treatment(suppress_below=5)) == [(20, C, C), (20, C, C)]


def test_a_count_that_hides_nothing_is_shown() -> None:
    """Of the second month nothing is small; of the first nobody can tell which it was."""
    found = totals((18, 2, 0), (20, 0, 0), (30, 7, 0), treatment=Treatment(suppress_below=5))
    assert found[1] == (20, 20, 0)


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 2)),
        min_size=1,
        max_size=4,
    ),
    st.integers(2, 10),
)
def test_where_the_sum_is_shown_no_small_part_stands_alone(
    months: list[tuple[int, int, int]], fewer_than: int
) -> None:
    """Of every month and in total: a small part is hidden, and with it another, or their sum."""
    truth = totals(*months)
    shown = totals(*months, treatment=Treatment(suppress_below=fewer_than))
    for (whole, *parts), (sum_shown, *parts_shown) in zip(truth, shown, strict=True):
        assert isinstance(whole, int)
        rest = whole - sum(part for part in parts if isinstance(part, int))
        for part, is_shown in zip(parts, parts_shown, strict=True):
            assert isinstance(part, int)
            if 0 < part < fewer_than:
                assert is_shown is C
                assert sum_shown is C or parts_shown == [C, C] or rest


def test_a_row_hides_in_all_tables_or_in_none() -> None:
    """Kent's 11 are hidden, with the 1 whose criteria were not met; Medway's 6 are shown.

    Had the children another row hidden beside the other agency's 1, Medway's, that would be given
    away: of 18 children 11 would be Kent's, and at least 6 Medway's.
    """
    counts = Counter[CountCell]()
    for agency, number, not_met in (("kent", 11, 1), ("medway", 6, 0), ("other", 1, 0)):
        for measure, key, count in (
            (m.NOTIFICATION, "death", number),
            (m.CHILD, "under-1", number),
            (m.CRITERIA_NOT_MET, "", not_met),
            (m.REVIEW, "", number - not_met),
            (m.DECISION, "", number - not_met),
        ):
            counts[CountCell(measure.name, key, agency, "2020-07")] = count
    treatment = Treatment(suppress_below=5)
    selection = Selection(KENT, REVIEW, By.AGENCY, DAY, treatment=treatment)
    shown = {
        one.name: {row.label: row.whole for row in one.table.rows}
        for one in publish(Facts(0, Counter(), counts), selection).tables
    }
    for measure in (m.NOTIFICATION, m.CHILD, m.REVIEW, m.DECISION):
        assert shown[measure.name]["kent"] is C
        assert shown[measure.name]["other"] is C
        assert shown[measure.name]["medway"] == 6


def test_the_ages_of_the_deaths_do_not_give_a_small_number_away() -> None:
    """20 deaths, 18 of them of infants: were the 18 shown, the 2 would be known."""
    counts = cells(m.NOTIFICATION, "2020-05", {"death": 20, "serious-harm": 30})
    ages = {"death, under-1": 18, "death, 1 to 5": 2, "serious-harm, under-1": 30}
    counts += cells(m.NATURE_BY_AGE, "2020-05", ages)
    selection = Selection(KENT, REVIEW, By.MONTH, DAY, treatment=Treatment(suppress_below=5))
    tables = {
        one.name: one.table for one in publish(Facts(0, Counter(), counts), selection).tables
    }
    assert tables[m.NOTIFICATION.name].rows[0].parts[:2] == (20, 30)
    (row,) = tables[m.NATURE_BY_AGE.name].rows
    assert row == Row("2020-05", (C, C, C), 50)


def clocks_of(*agencies: tuple[int, int, int, int]) -> Sequence[Table]:
    """Return what clocks came to and the days they took, with no count from 1 to 4.

    Args:
        agencies: for each agency how many clocks took 8 days, 13 or 17 of 15, or are overdue.
    """
    ends = (
        (Ended.STOPPED, 8, 0),
        (Ended.STOPPED, 13, 0),
        (Ended.STOPPED, 17, 2),
        (Ended.OPEN, None, None),
    )
    durations = Counter[DurationCell]()
    for place, numbers in enumerate(agencies):
        clock = ("rapid-review", f"a{place}", "2020-05", date(2020, 5, 4), date(2020, 5, 27))
        for end, number in zip(ends, numbers, strict=True):
            durations[DurationCell(*clock, *end)] = number
    treatment = Treatment(suppress_below=5)
    selection = Selection(KENT, REVIEW, By.AGENCY, DAY, treatment=treatment)
    return [one.table for one in publish(Facts(0, durations, Counter()), selection).tables[-4:-2]]


def test_what_a_clock_came_to_and_the_days_it_took_give_no_small_number_away() -> None:
    """Of one agency's 42 clocks 1 was met late, on day 17; 6 are open, and all of those overdue.

    Were the open ones shown in the one table, the overdue ones would be known in the other, and
    so would the 1: 42 less 35 that were met, less 6. Of both agencies together nothing is small.
    """
    came_to, taken = clocks_of((5, 30, 1, 6), (5, 30, 7, 6))
    assert came_to.rows == (Row("a0", (C, C, C, 0, 0), 42), Row("a1", (C, C, C, 0, 0), 48))
    assert came_to.total == Row("Total", (70, 8, 12, 0, 0), 90)
    assert taken.rows == (
        Row("a0", (C, C, C, 0, 0, C, 0), 42),
        Row("a1", (C, C, C, 0, 0, C, 0), 48),
    )
    assert taken.total == Row("Total", (10, 60, 8, 0, 0, 12, 0), 90)


@given(st.lists(st.tuples(*[st.integers(0, 12)] * 4), max_size=4))
def test_of_clocks_a_row_and_its_total_hide_in_both_tables_or_in_neither(
    agencies: list[tuple[int, int, int, int]],
) -> None:
    """What became of a clock and the days it took divide the same clocks."""
    came_to, taken = clocks_of(*agencies)
    for one, other in zip((*came_to.rows, came_to.total), (*taken.rows, taken.total), strict=True):
        assert (one.label, one.whole) == (other.label, other.whole)
        assert (C in one.parts) == (C in other.parts)
        if C in one.parts:
            assert not any({*one.parts, *other.parts} - {0, C})
