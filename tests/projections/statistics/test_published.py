"""Every table as it may be published: two of them together tell no more than each by itself.

A notification opens a review, or its criteria are found not met, or it is of a class that opens
none: anyone who knows all but one of these and their sum knows that one.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rapid_review.domain.errors import InvalidInputError
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.bands import Quartiles
from rapid_review.projections.statistics.disclosure import NOTHING, Treatment
from rapid_review.projections.statistics.facts import (
    CountCell,
    DurationCell,
    Ended,
    Facts,
    by_clock,
)
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.published import publish
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.tables import Mark, Row, Table, Value
from tests.domain.a_review import KENT
from tests.projections.statistics.published import cells

C = Mark.SUPPRESSED
SUPPRESSED = Treatment(suppress_below=5)
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
        for one in publish(Facts(0, {}, counts), selection).tables
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


def test_the_ages_of_the_deaths_do_not_give_a_small_number_away() -> None:
    """20 deaths, 18 of them of infants: were the 18 shown, the 2 would be known."""
    counts = cells(m.NOTIFICATION, "2020-05", {"death": 20, "serious-harm": 30})
    ages = {"death, under-1": 18, "death, 1 to 5": 2, "serious-harm, under-1": 30}
    counts += cells(m.NATURE_BY_AGE, "2020-05", ages)
    selection = Selection(KENT, REVIEW, By.MONTH, DAY, treatment=Treatment(suppress_below=5))
    tables = {one.name: one.table for one in publish(Facts(0, {}, counts), selection).tables}
    assert tables[m.NOTIFICATION.name].rows[0].parts[:2] == (20, 30)
    (row,) = tables[m.NATURE_BY_AGE.name].rows
    assert dict(zip(tables[m.NATURE_BY_AGE.name].columns, row.parts, strict=True)) == {
        "death, under-1": C,
        "death, 1 to 5": C,
        "serious-harm, under-1": 30,
    }


def of_twenty_reviews(
    counts: Counter[CountCell],
    ends: Mapping[tuple[Ended, int | None, int | None], int] = MappingProxyType({}),
) -> Mapping[str, Row]:
    """Return the row of each table of 20 reviews, with more of them, as it is published.

    Args:
        counts: what else is counted.
        ends: how clocks of 15 days ended, after how many days, how late; and how many of them.
    """
    counts = counts + cells(m.NOTIFICATION, "2020-05", {"death": 20})
    counts += cells(m.REVIEW, "2020-05", {"": 20})
    clock = ("rapid-review", "a", "2020-05", date(2020, 5, 4), date(2020, 5, 27))
    durations = {DurationCell(*clock, *end): number for end, number in ends.items()}
    selection = Selection(KENT, REVIEW, By.MONTH, DAY, treatment=SUPPRESSED)
    tables = publish(Facts(0, by_clock(durations), counts), selection).tables
    return {one.name: one.table.rows[0] for one in tables if one.table.rows}


def test_decisions_do_not_give_away_how_many_meetings_were_not_quorate() -> None:
    """ToR 6.2: of 20 meetings 19 decided, so that one at most was not quorate.

    Nor is it enough to hide the decisions: 12 and 7 outcomes that exclude each other are of 19.
    """
    counts = cells(m.MEETING, "2020-05", {"": 20}) + cells(m.QUORUM_NOT_MET, "2020-05", {"": 1})
    counts += cells(m.EMPTY_SEAT, "2020-05", {"police": 1})
    counts += cells(m.DECISION, "2020-05", {"": 19})
    outcomes = {"no-practice-review": 12, "local-practice-review": 7}
    shown = of_twenty_reviews(counts + cells(m.OUTCOME, "2020-05", outcomes))
    assert shown["quorum-not-met"].whole is C
    assert shown["outcome"].parts[:2] == (12, 7)
    assert shown["meeting"].whole is C


def test_the_answers_of_the_panel_do_not_give_away_how_many_reviews_were_late() -> None:
    """ToR 7.8: it answered 19, so 19 were sent to it; 15 in time, and so 4 late and 1 overdue."""
    counts = cells(m.DECISION, "2020-05", {"": 20})
    counts += cells(m.OUTCOME, "2020-05", {"no-practice-review": 20})
    counts += cells(m.PANEL_ANSWER, "2020-05", {"agrees": 19})
    stopped = Ended.STOPPED
    ends = {(stopped, 8, 0): 15, (stopped, 18, 3): 4, (Ended.OPEN, None, None): 1}
    shown = of_twenty_reviews(counts, ends)
    assert shown["rapid-review: came to"].parts[1:3] == (C, C)
    assert C in (shown["panel-answer"].whole, shown["rapid-review: came to"].whole)


def test_practice_reviews_do_not_give_away_how_many_decided_against_them() -> None:
    """ToR 8.10: 16 of 18 decisions asked for one, and 16 were commissioned: 2 did not."""
    counts = cells(m.DECISION, "2020-05", {"": 18})
    outcomes = {"no-practice-review": 2, "local-practice-review": 16}
    counts += cells(m.OUTCOME, "2020-05", outcomes)
    counts += cells(m.PRACTICE_REVIEW, "2020-05", {"": 16})
    shown = of_twenty_reviews(counts)
    assert shown["outcome"].parts[0] is C
    assert C in (shown["decision"].whole, shown["practice-review"].whole)


def clocks_of(*agencies: tuple[int, int, int, int]) -> tuple[Table, Table]:
    """Return what clocks came to and the days they took; see `clocks_with_quartiles`."""
    came_to, taken, _ = clocks_with_quartiles(*agencies)
    return came_to, taken


def clocks_with_quartiles(
    *agencies: tuple[int, int, int, int],
    treatment: Treatment = SUPPRESSED,
) -> tuple[Table, Table, Mapping[str, Quartiles | None]]:
    """Return what clocks came to, the days they took and their quartiles, as they are published.

    Args:
        agencies: for each agency how many clocks took 8 days, 13 or 17 of 15, or are overdue.
        treatment: what is done to small numbers.
    """
    ends = (
        (Ended.STOPPED, 8, 0),
        (Ended.STOPPED, 13, 0),
        (Ended.STOPPED, 17, 2),
        (Ended.OPEN, None, None),
    )
    durations, keys = Counter[DurationCell](), Counter[DurationCell]()
    for place, numbers in enumerate(agencies):
        clock = ("rapid-review", f"a{place}", "2020-05", date(2020, 5, 4), date(2020, 5, 27))
        for end, number in zip(ends, numbers, strict=True):
            durations[DurationCell(*clock, *end)] = number
            keys[DurationCell(*clock, *end)] = 97 * (place + 1) * number
    selection = Selection(KENT, REVIEW, By.AGENCY, DAY, treatment=treatment)
    facts = Facts(0, by_clock(durations), {}, keys=Facts(0, by_clock(keys), {}))
    came_to, taken = publish(facts, selection).tables[-4:-2]
    assert taken.quartiles is not None
    return came_to.table, taken.table, taken.quartiles


def test_what_a_clock_came_to_and_the_days_it_took_give_no_small_number_away() -> None:
    """Of one agency's 42 clocks 1 was met late, on day 17; 6 are open, and all of those overdue.

    The 35 are shown as met in the one table and so as within 15 days in the other; the 1 and the 6
    are hidden in both, and the other agency's too, so that no column gives them away.
    """
    came_to, taken = clocks_of((5, 30, 1, 6), (5, 30, 7, 6))
    for row in (*came_to.rows, *taken.rows):
        assert row.parts.count(C) == 2
    assert [row.whole for row in (*came_to.rows, came_to.total)] == [42, 48, 90]
    assert came_to.rows[0].parts == (35, C, C, 0, 0)
    assert came_to.total == Row("Total", (70, 8, 12, 0, 0), 90)
    assert taken.rows[0].parts == (5, 30, C, 0, 0, C, 0)
    assert taken.total == Row("Total", (10, 60, 8, 0, 0, 12, 0), 90)


@given(st.lists(st.tuples(*[st.integers(0, 12)] * 4), max_size=4))
def test_quartiles_are_hidden_where_anything_of_their_clocks_is(
    agencies: list[tuple[int, int, int, int]],
) -> None:
    """In the table of what they came to as well as in that of their own days."""
    came_to, taken, quartiles = clocks_with_quartiles(*agencies)
    for one, other in zip((*came_to.rows, came_to.total), (*taken.rows, taken.total), strict=True):
        if (found := quartiles[one.label]) is not None:
            shown = found.beside(other)
            assert (shown == (C, C, C)) == (C in (*one.parts, *other.parts, one.whole))


@pytest.mark.parametrize("treatment", [Treatment(round_to=5), Treatment(perturb=True)])
@given(agencies=st.lists(st.tuples(*[st.integers(0, 12)] * 4), min_size=1, max_size=4))
@example(agencies=[(1, 0, 0, 12)])
@example(agencies=[(1, 1, 2, 0)])
def test_no_quartile_is_the_days_of_a_few_clocks(
    treatment: Treatment, agencies: list[tuple[int, int, int, int]]
) -> None:
    """Where fewer than 5 have stopped: how many others are open does not hide whose days it is."""
    _, taken, quartiles = clocks_with_quartiles(*agencies, treatment=treatment)
    stopped = {f"a{place}": sum(one[:3]) for place, one in enumerate(agencies)}
    stopped["Total"] = sum(stopped.values())
    for row in (*taken.rows, taken.total):
        if (found := quartiles[row.label]) is not None:
            assert found.is_hidden or stopped[row.label] >= 5
    many = clocks_with_quartiles((20, 20, 20, 0), treatment=treatment)[2]["Total"]
    assert many is not None
    assert not many.is_hidden


def test_every_table_has_the_row_of_what_has_no_known_month() -> None:
    """An incident of an unknown day, and no theme: its table has the row too, with a 0."""
    counts = cells(m.NOTIFICATION, "", {"death": 1}) + cells(m.THEME, "2020-05", {"neglect": 1})
    for by in (By.MONTH, By.YEAR):
        published = publish(Facts(1, {}, counts), Selection(KENT, REVIEW, by, DAY))
        rows = {tuple(row.label for row in one.table.rows) for one in published.tables}
        assert len(rows) == 1
        assert rows.pop()[-1] == "date not known"


def test_rows_and_days_may_be_named_by_their_text() -> None:
    """`span` is one row of all months, and not a row for each; what there is not is refused."""
    named: Any = "span"
    selection = Selection(KENT, REVIEW, named, DAY)
    assert selection == Selection(KENT, REVIEW, By.SPAN, DAY)
    counts = cells(m.REVIEW, "2020-05", {"": 1}) + cells(m.REVIEW, "2020-06", {"": 1})
    tables = {one.name: one.table for one in publish(Facts(0, {}, counts), selection).tables}
    assert len(tables[m.REVIEW.name].rows) == 1
    wrong: Any = "nonsense"
    with pytest.raises(InvalidInputError, match=r"by: found 'nonsense'; allowed: .*span"):
        Selection(KENT, REVIEW, wrong, DAY)
    with pytest.raises(InvalidInputError, match="dated_by: found 'nonsense'; allowed: "):
        Selection(KENT, REVIEW, By.SPAN, DAY, dated_by=wrong)


def test_by_agency_every_table_has_a_row_for_each_agency_that_notified() -> None:
    """Also where it counts nothing: a missing row would be a 0 that no other row is like."""
    found = {
        CountCell(m.NOTIFICATION.name, "death", "kent-ics", "2020-05"): 6,
        CountCell(m.NOTIFICATION.name, "death", "medway-ics", "2020-05"): 6,
        CountCell(m.CRITERIA_NOT_MET.name, "", "kent-ics", "2020-05"): 1,
    }
    as_of = AsOf(read_on=date(2020, 7, 1))
    selection = Selection(KENT, KENT.clocks["rapid-review"], By.AGENCY, as_of)
    for one in publish(Facts(12, {}, found), selection).tables:
        assert tuple(row.label for row in one.table.rows) == ("kent-ics", "medway-ics"), one.name
