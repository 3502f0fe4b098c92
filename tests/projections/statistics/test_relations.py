"""What the tables say of each other holds for a year of 480 cases, in every row."""

from collections import Counter

import pytest

from rapid_review.projections.statistics.measures import AND, MEASURES
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.relations import (
    CLOCK,
    RELATIONS,
    RUNS_ONCE,
    Relates,
    Relation,
)
from tests.projections.statistics.test_a_year_of_cases import DAYS, GROUPINGS, tables

Counts = Counter[str]
"""How many of each kind there are in a row."""


REVIEW = "rapid-review"
"""A clock that runs once."""


def holds(relates: Relates, bound: Counts, other: Counts) -> bool:
    """Say whether the kinds of a row relate to those of another like this."""
    total = other.total()
    return {
        Relates.DIVIDE: _by_first_kind(bound) == +other,
        Relates.DIVIDE_THE_TOTAL: bound.total() == total,
        Relates.PART: bound.total() <= total,
        Relates.PART_BY_KIND: all(number <= other[kind] for kind, number in bound.items()),
        Relates.EACH_PART: all(number <= total for number in bound.values()),
        Relates.AT_LEAST: bound.total() >= total,
    }[relates]


def _by_first_kind(counts: Counts) -> Counts:
    found = Counts()
    for kind, number in counts.items():
        found[kind.split(AND)[0]] += number
    return +found


def named(relation: Relation, clock: str) -> tuple[tuple[str, ...], str]:
    """Return the tables of a relation, of one clock where it is of any."""
    names = (*relation.tables, relation.other)
    *of, other = (name.replace(RUNS_ONCE, REVIEW).replace(CLOCK, clock) for name in names)
    return tuple(of), other


@pytest.mark.parametrize("clock", [REVIEW, "panel-feedback"])
@pytest.mark.parametrize("relation", RELATIONS, ids=str)
def test_every_relation_holds_in_every_row(relation: Relation, clock: str) -> None:
    """At three dates, by every grouping, and in the totals."""
    of, other = named(relation, clock)
    for day in DAYS:
        for by in GROUPINGS:
            found = tables(day, by)
            for row, counts in found[other].items():
                bound = sum((found[name].get(row, Counts()) for name in of), Counts())
                assert holds(relation.relates, bound, counts), (day, row, bound, counts)


def test_the_relations_are_of_tables_that_there_are() -> None:
    """And every table is bound, or binds others, but one: who reported unasked."""
    clock = {f"{CLOCK}: came to", f"{CLOCK}: days taken", f"{RUNS_ONCE}: came to"}
    bound = {name for one in RELATIONS for name in (*one.tables, one.other)}
    assert bound == {*MEASURES, *clock} - {"agency-report-unasked"}


def test_a_relation_is_found_not_to_hold() -> None:
    """Or the test above would tell nothing: a child is no part of a notification."""
    found = tables(DAYS[-1], By.YEAR)
    row = "year to 31 March 2022"
    children, notifications = found["child"][row], found["notification"][row]
    assert holds(Relates.AT_LEAST, children, notifications)
    assert not holds(Relates.PART, children, notifications)
    assert not holds(Relates.DIVIDE, children, notifications)
