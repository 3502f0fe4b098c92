"""What the tables say of each other holds for a year of 480 cases, in every row."""

from datetime import date

import pytest

from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.basis import Dated
from rapid_review.projections.statistics.measures import MEASURES
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.published import publish
from rapid_review.projections.statistics.relations import (
    DEFINITIONS,
    USUALLY,
    Of,
    Rule,
    of_clock,
    stated,
)
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.tables import counts_of
from tests.domain.a_review import KENT
from tests.projections.statistics.test_a_year_of_cases import DAYS, GROUPINGS, facts


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("by", GROUPINGS)
def test_every_definition_holds_in_every_row(day: date, by: By) -> None:
    """At three dates, by every grouping, of the review's clock and of the Panel's."""
    selection = Selection(KENT, KENT.clocks["rapid-review"], by, AsOf(read_on=day))
    found = publish(facts(day, Dated.RECEIPT), selection).tables
    tables = {one.name: one.table for one in found}
    rules = (*DEFINITIONS, *(rule for one in selection.deadlines for rule in of_clock(one)))
    counts = counts_of(tables)
    wrong = [relation for relation in stated(tables, rules) if not relation.holds(counts)]
    assert not wrong


def test_a_relation_is_found_not_to_hold() -> None:
    """Or the test above would tell nothing: a child is no part of a notification."""
    selection = Selection(KENT, KENT.clocks["rapid-review"], By.YEAR, AsOf(read_on=DAYS[-1]))
    found = publish(facts(DAYS[-1], Dated.RECEIPT), selection).tables
    tables = {one.name: one.table for one in found}
    wrong = Rule((Of("child"),), (Of("notification"),))
    counts = counts_of(tables)
    assert not all(one.holds(counts) for one in stated(tables, [wrong]))


def test_every_table_is_bound_or_binds_others() -> None:
    """So none is left out of what an intruder knows."""
    named = {of.table for rule in (*DEFINITIONS, *USUALLY) for of in (*rule.less, *rule.more)}
    assert named == set(MEASURES)
