"""Of a whole set of tables no small number can be worked out, whatever is known of them.

What is true of the tables is stated in `relations`; two intruders know all of it.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.case_facts import case_facts_as_of, facts_of
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
from rapid_review.projections.statistics.relations import (
    DEFINITIONS,
    Relation,
    of_clock,
    relations,
    rules,
    stated,
)
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.tables import TOTAL, Cell, Table, counts_of
from tests.domain.a_review import KENT
from tests.how_many import in_proportion
from tests.projections.statistics.intruder import (
    TooManyError,
    asking_the_solver,
    sums,
    trying_numbers,
)
from tests.projections.statistics.published import cells
from tests.projections.statistics.random_cases import TODAY, some_cases
from tests.properties.answers import load, story_of

REVIEW = KENT.clocks["rapid-review"]
FEWER_THAN = 5
APART = FEWER_THAN - 2
"""How far apart the numbers lie that "c" by itself leaves open: from 1 to 4."""


def tables(facts: Facts, by: By, treatment: Treatment = NOTHING) -> Mapping[str, Table]:
    """Return the tables that are published of some of Kent's cases."""
    selection = Selection(KENT, REVIEW, by, AsOf(read_on=TODAY), treatment=treatment)
    return by_name(publish(facts, selection))


def by_name(found: Published) -> Mapping[str, Table]:
    """Return tables by what the relations call them."""
    return {one.name: one.table for one in found.tables}


class Set(NamedTuple):
    """A set of tables as it is printed, and the truth."""

    relations: tuple[Relation, ...]
    true: Mapping[Cell, int]
    shown: Mapping[Cell, int]

    @property
    def hidden(self) -> list[Cell]:
        """The cells that are not shown."""
        return [cell for cell in self.true if cell not in self.shown]

    @property
    def small(self) -> list[Cell]:
        """The cells that must not be known."""
        return [cell for cell, count in self.true.items() if 0 < count < FEWER_THAN]


def published(facts: Facts, by: By) -> Set:
    """Return the tables of some cases, suppressed."""
    before, after = tables(facts, by), tables(facts, by, Treatment(suppress_below=FEWER_THAN))
    clocks = Selection(KENT, REVIEW, by, AsOf(read_on=TODAY)).deadlines
    bound_by = relations(before, rules(KENT, clocks))
    return Set(bound_by, counts_of(before), counts_of(after))


def a_set(seed: int, *, most: int = 15, incidents: bool = True) -> Set:
    """Return one of many sets of tables: of few cases or many, by whatever a row is of."""
    random = Random(seed)  # noqa: S311 - the same set in every run
    cases, months = random.randint(1, most), random.randint(1, 12)
    return published(
        some_cases(random, cases, months, incidents=incidents),
        random.choice((By.MONTH, By.QUARTER, By.YEAR, By.AGENCY)),
    )


def no_small_number_is_known(seed: int) -> None:
    """Fail if the solver can tell a small count more closely than "c" does."""
    one = a_set(seed)
    assert not set(one.small) & set(one.shown)
    found = asking_the_solver(list(sums(one.relations, one.shown, one.hidden)), one.hidden)
    for cell, between in found.items():
        assert between.least <= one.true[cell] <= between.most
        assert between.least < between.most, cell
    for cell in one.small:
        assert found[cell].most - found[cell].least >= APART, cell


@pytest.mark.parametrize("seed", range(in_proportion(12)))
def test_no_small_number_is_known_of_any_set_of_tables(seed: int) -> None:
    """Each may be numbers as far apart as those from 1 to 4; nothing hidden is certain."""
    no_small_number_is_known(seed)


@pytest.mark.faults
def test_no_small_number_is_known_of_a_thousand_sets() -> None:
    """The same, of a thousand."""
    for seed in range(1_000):
        no_small_number_is_known(seed)


def two_intruders_agree(seed: int) -> bool:
    """Fail if the intruders find other numbers; say whether both came to an end."""
    one = a_set(seed, most=4, incidents=False)  # a table less, of the same numbers
    said = list(sums(one.relations, one.shown, one.hidden))
    most = 2 * max(one.true.values()) + FEWER_THAN
    try:
        tried = trying_numbers(said, one.hidden, most)
    except TooManyError:
        return False
    assert tried == asking_the_solver(said, one.hidden, most)
    for cell in one.small:
        assert tried[cell].most - tried[cell].least >= APART, cell
    return True


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 6, 14][: in_proportion(6)])
def test_an_intruder_who_tries_all_numbers_finds_no_more(seed: int) -> None:
    """Number by number, without a solver: the least and the greatest are the same."""
    assert two_intruders_agree(seed)


@pytest.mark.faults
def test_an_intruder_who_tries_all_numbers_finds_no_more_in_a_hundred_sets() -> None:
    """The same of a hundred sets; of some there are too many numbers to try."""
    assert sum(two_intruders_agree(seed) for seed in range(100)) >= 40


# ------------------------------------------------------------------ the leaks that were shown


def whole(one: Set, table: str, row: str) -> int | None:
    """Return the total of a row as it is printed; None if it is not."""
    return one.shown.get(Cell(table, row, TOTAL))


def test_a_months_one_case_cannot_be_had_from_other_months() -> None:
    """February 1, March 20, June 3: of 24 cases, each month alone would say what another is.

    Were March and the total shown, February and June would be 4 together.
    """
    counts, durations = Counter[CountCell](), Counter[DurationCell]()
    for month, met, late, overdue in ((2, 1, 0, 0), (3, 8, 6, 6), (6, 1, 1, 1)):
        at = f"2021-{month:02}"
        counts += cells(m.NOTIFICATION, at, {"death": met, "serious-harm": late + overdue})
        counts += cells(m.CHILD, at, {"1 to 5": met + late + overdue})
        counts += cells(m.REVIEW, at, {"": met + late + overdue})
        clock = ("rapid-review", "kent", at, date(2021, month, 1), date(2021, month, 22))
        durations[DurationCell(*clock, Ended.STOPPED, 9, 0)] += met
        durations[DurationCell(*clock, Ended.STOPPED, 20, 5)] += late
        durations[DurationCell(*clock, Ended.OPEN, None, None)] += overdue
    one = published(Facts(24, by_clock(+durations), counts), By.MONTH)
    for table in (
        "notification",
        "child",
        "review",
        "rapid-review: came to",
        "rapid-review: days taken",
    ):
        assert [whole(one, table, f"2021-0{month}") for month in (2, 6)] == [None] * 2
        assert None in (whole(one, table, "2021-03"), whole(one, table, TOTAL))
    found = asking_the_solver(list(sums(one.relations, one.shown, one.hidden)), one.hidden)
    assert all(most - least >= APART for least, most in found.values())


def test_reviews_do_not_stand_beside_notifications_that_they_bound() -> None:
    """5 notifications are shown, and 5 reviews: where 4 of each are hidden, both are."""
    counts = Counter[CountCell]()
    for month, number in ((4, 5), (5, 4), (6, 30)):
        at = f"2020-{month:02}"
        counts += cells(m.NOTIFICATION, at, {"death": number})
        counts += cells(m.CHILD, at, {"under-1": number})
        counts += cells(m.REVIEW, at, {"": number})
    one = published(Facts(39, {}, counts), By.MONTH)
    for month in (4, 5, 6):
        at = f"2020-{month:02}"
        assert len({whole(one, table, at) for table in ("notification", "review")}) == 1
    found = asking_the_solver(list(sums(one.relations, one.shown, one.hidden)), one.hidden)
    assert all(most - least >= APART for least, most in found.values())


def test_the_same_tables_are_suppressed_alike_whenever_it_is_asked() -> None:
    """Two runs that differed would give away together what each of them hides."""
    assert a_set(7) == a_set(7)


# ---------------------------------------------------------------------- what is true of them


@given(st.integers(0, 10_000))
def test_every_definition_is_true_of_random_cases(seed: int) -> None:
    """The relations are true of every row before anything is hidden: none of them is left out."""
    random = Random(seed)  # noqa: S311 - the same cases for the same seed
    found = tables(
        some_cases(random, random.randint(1, 30)),
        random.choice((By.MONTH, By.QUARTER, By.YEAR, By.AGENCY)),
    )
    assert_all_true(found, REVIEW)


def test_every_definition_is_true_of_whatever_was_recorded() -> None:
    """Late, wrong, corrected, out of order: of each of 200 stories, on several days, any clock."""
    for seed in range(in_proportion(200)):
        story = story_of(seed)
        history = CaseHistory(story.entries, story.terms, load, story.earlier)
        for today in (date(2021, 3, 1), date(2026, 1, 1)):
            facts = facts_of([case_facts_as_of(history, AsOf(read_on=today))])
            for deadline in story.terms.clocks.values():
                selection = Selection(story.terms, deadline, By.AGENCY, AsOf(read_on=today))
                assert_all_true(by_name(publish(facts, selection)), *selection.deadlines)


def assert_all_true(found: Mapping[str, Table], *clocks: Deadline) -> None:
    """Fail if a definition is not true of every row of some tables."""
    counts = counts_of(found)
    all_rules = (*DEFINITIONS, *(rule for one in clocks for rule in of_clock(one)))
    wrong = [relation for relation in stated(found, all_rules) if not relation.holds(counts)]
    assert not wrong
