"""Cell keys: the same cases are wrong by the same in every export; nothing averages out."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from statistics import mean

import pytest

from rapid_review.domain.errors import InvalidInputError
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.case_facts import CaseFacts, facts_of
from rapid_review.projections.statistics.cell_keys import (
    BOUND,
    CHANGES,
    KEYS,
    case_key,
    sums_of_keys,
)
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
from rapid_review.projections.statistics.rows import figures_of
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.tables import TOTAL, Cell, Table, counts_of
from tests.domain.a_review import KENT
from tests.projections.statistics.random_cases import TODAY, one_by_one

SEED = b"a secret of a partnership"
GROUPINGS = (By.MONTH, By.QUARTER, By.HALF_YEAR, By.YEAR, By.CALENDAR_YEAR, By.SPAN, By.AGENCY)
Counts = Mapping[Cell, int]


def cases(seed: int, number: int = 40) -> Sequence[CaseFacts]:
    """Return what each of some random cases adds."""
    return tuple(one_by_one(Random(seed), number))  # noqa: S311 - the same in every run


def counts(of: Sequence[CaseFacts], by: By, seed: bytes | None = SEED) -> Counts:
    """Return the counts of some cases as they are published; the true ones without a seed.

    A count that is not shown reads as 0: a column of zeros alone is left out.
    """
    facts, treatment = facts_of(of), NOTHING
    if seed is not None:
        keyed = [(one, case_key(seed, "kent", f"KM-{n}")) for n, one in enumerate(of)]
        facts, treatment = replace(facts, keys=sums_of_keys(keyed)), Treatment(perturb=True)
    clock = KENT.clocks["rapid-review"]
    selection = Selection(KENT, clock, by, AsOf(read_on=TODAY), treatment=treatment)
    return Counter(counts_of({one.name: one.table for one in publish(facts, selection).tables}))


def test_a_change_is_nothing_on_the_average_and_leaves_no_count_below_zero() -> None:
    """Each line of the table is of all the keys."""
    for count, changes in CHANGES.items():
        assert sum(changes.values()) == KEYS
        assert sum(change * keys for change, keys in changes.items()) == 0
        assert min(changes) >= -min(count, BOUND)
        assert max(changes) <= BOUND


def test_every_key_is_as_likely_as_any_other() -> None:
    """Of 25,600 cases 100 have each key, more or less."""
    found = [case_key(SEED, "kent", f"KM-{n}") for n in range(100 * KEYS)]
    assert set(found) == set(range(1, KEYS + 1))
    assert all(50 < found.count(key) < 160 for key in range(1, KEYS + 1))


def test_a_key_is_of_its_seed_its_partnership_and_its_case() -> None:
    """So nobody knows it who has not the seed."""
    keys = [
        [case_key(seed, where, f"KM-{n}") for n in range(20)]
        for seed, where in ((SEED, "kent"), (b"another secret, as long", "kent"), (SEED, "devon"))
    ]
    assert keys[0] != keys[1]
    assert keys[0] != keys[2]


@pytest.mark.parametrize("seed", range(5))
def test_the_same_cell_is_the_same_in_every_export(seed: int) -> None:
    """By month, by quarter, by year, by agency: the total of each kind is of the same cases."""
    found = [counts(cases(seed), by) for by in GROUPINGS]
    totals = [Counter({c: n for c, n in one.items() if c.row == TOTAL}) for one in found]
    assert all(one == totals[0] for one in totals)


def test_a_month_that_is_all_of_its_quarter_is_the_same_in_both() -> None:
    """And all of its year, where nothing else came in."""
    of = tuple(one_by_one(Random(3), 30, months=1))  # noqa: S311 - the same in every run
    by_month, by_quarter = counts(of, By.MONTH), counts(of, By.QUARTER)
    months = {(c.table, c.column): n for c, n in by_month.items() if c.row == "2020-04"}
    quarters = {(c.table, c.column): n for c, n in by_quarter.items() if c.row == "2020-Q2"}
    assert months == quarters


@pytest.mark.parametrize("seed", range(5))
def test_parts_and_their_total_lie_no_further_apart_than_is_said(seed: int) -> None:
    """Each count is wrong by the bound at most, so n of them and their total by n + 1 times it."""
    of = cases(seed, 200)
    true, shown = counts(of, By.QUARTER, None), counts(of, By.QUARTER)
    for cell, count in shown.items():
        assert abs(count - true[cell]) <= BOUND
        assert count >= 0
        assert count == 0 or true[cell] != 0
    for cell in shown:
        if cell.row == TOTAL:
            parts = [n for c, n in shown.items() if c[::2] == cell[::2] and c.row != TOTAL]
            assert abs(sum(parts) - shown[cell]) <= (len(parts) + 1) * BOUND


# ------------------------------------------------------------------------------------- the attack

Attack = Callable[[Sequence[Counts], Cell], float]


def by_averaging(exports: Sequence[Counts], cell: Cell) -> float:
    """Take the mean of a total in every export."""
    return mean(one[cell] for one in exports)


def by_subtracting(exports: Sequence[Counts], cell: Cell) -> float:
    """Take a month as its quarter less the other two months, and the mean of that and itself."""
    by_month, by_quarter, *_ = exports
    year, month = cell.row.split("-")
    quarter = (int(month) + 2) // 3
    others = [f"{year}-{n:02}" for n in range(3 * quarter - 2, 3 * quarter + 1) if n != int(month)]
    rest = sum(by_month.get(cell._replace(row=row), 0) for row in others)
    whole = by_quarter.get(cell._replace(row=f"{year}-Q{quarter}"), 0)
    return mean((by_month[cell], whole - rest))


def recovered(attack: Attack, exports: Sequence[Counts], true: Counts, rows: str) -> float:
    """Return what share of the small counts an attack finds."""
    small = [
        c
        for c, n in true.items()
        if 0 < n < 5 and (c.row == TOTAL) == (rows == TOTAL) and "not-known" not in c.row
    ]
    return mean(round(attack(exports, cell)) == true[cell] for cell in small)


def attacked(
    attack: Attack, rows: str, seeds: Callable[[By], bytes] = lambda _: SEED
) -> tuple[float, float]:
    """Return what an attack on all groupings finds, and what anybody does who reads one export."""
    found, read = [], []
    for seed in range(12):
        of = cases(seed, 30)
        exports = [counts(of, by, seeds(by)) for by in GROUPINGS]
        true = counts(of, By.MONTH, None)
        found.append(recovered(attack, exports, true, rows))
        read.append(recovered(lambda one, cell: one[0][cell], exports, true, rows))
    return mean(found), mean(read)


@pytest.mark.parametrize(("attack", "rows"), [(by_averaging, TOTAL), (by_subtracting, "month")])
def test_all_groupings_together_tell_no_more_than_one(attack: Attack, rows: str) -> None:
    """Who reads one export and takes its counts for true is right by chance, one time in four."""
    found, read = attacked(attack, rows)
    assert found <= read + 0.03
    assert 0.15 < read < 0.35


def test_a_seed_for_each_export_would_give_the_counts_away() -> None:
    """Then the changes average out, and the test above fails: half of all counts are found."""
    found, read = attacked(by_averaging, TOTAL, lambda by: SEED + by.encode())
    assert found > read + 0.2


def test_the_keys_of_the_cases_of_a_cell_are_summed() -> None:
    """Two cases with the same clocks and counts stand in the same cells, with both keys."""
    (case,) = cases(1, 1)
    once, twice = sums_of_keys([(case, 5)]), sums_of_keys([(case, 5), (case, 7)])
    assert twice.cases == 12
    assert case.durations
    assert twice.durations == {
        kind: {cell: key // 5 * 12 for cell, key in cells.items()}
        for kind, cells in once.durations.items()
    }
    assert {cell: key // 12 for cell, key in twice.counts.items()} == dict(case.counts)


def test_what_is_perturbed_is_not_treated_otherwise() -> None:
    """It is no count that could be suppressed; and without keys nothing can be perturbed."""
    with pytest.raises(
        InvalidInputError, match="perturb counts, and also to suppress or round them"
    ):
        Treatment(suppress_below=5, perturb=True)
    clock = KENT.clocks["rapid-review"]
    as_of, treatment = AsOf(read_on=TODAY), Treatment(perturb=True)
    with pytest.raises(InvalidInputError, match="the facts have no keys"):
        publish(facts_of(cases(1)), Selection(KENT, clock, By.MONTH, as_of, treatment=treatment))


# ------------------------------------------------------------------------- what is not a number


def facts_with_keys(*keyed: tuple[CountCell, int]) -> Facts:
    """Return one of each of some countable things, and the key of the case that it is from."""
    return Facts(1, {}, dict.fromkeys(dict(keyed), 1), keys=Facts(1, {}, dict(keyed)))


def published(facts: Facts, by: By) -> Mapping[str, Table]:
    """Return the perturbed tables of some facts, by name."""
    return {one.name: one.table for one in publish(facts, perturbing(by)).tables}


def perturbing(by: By) -> Selection:
    """Return the selection of everything, perturbed."""
    clock, treatment = KENT.clocks["rapid-review"], Treatment(perturb=True)
    return Selection(KENT, clock, by, AsOf(read_on=TODAY), treatment=treatment)


GONE, KEPT = 1, 255
"""The key of a case that is shown as 0, and of one that is shown as 4."""


def notified_by(source: str) -> CountCell:
    """Return a notification of a death by an agency."""
    return CountCell(m.NOTIFICATION.name, "death", source, "2020-05")


def test_a_column_that_shows_only_zeros_is_not_there() -> None:
    """A theme is a column because it occurs: with a number of 0 it would tell that it does."""
    theme = CountCell(m.THEME.name, "safer-sleep", "kent-ics", "2020-05")
    for key, columns in ((GONE, ("",)), (KEPT, ("safer-sleep",))):
        tables = published(
            facts_with_keys((notified_by("kent-ics"), KEPT), (theme, key)), By.MONTH
        )
        assert tables[m.THEME.name].columns == columns
        assert len(tables[m.NOTIFICATION.name].columns) == 3  # what is always shown stays


def test_an_agency_that_shows_only_zeros_is_not_there_and_every_other_is_in_every_table() -> None:
    """Of a table that leaves an agency out, it were known that its 0 is a true one."""
    of = facts_with_keys((notified_by("kent-ics"), KEPT), (notified_by("medway-ics"), GONE))
    tables = published(of, By.AGENCY)
    assert {tuple(row.label for row in table.rows) for table in tables.values()} == {("kent-ics",)}


def test_quartiles_are_hidden_only_where_a_number_of_stopped_clocks_is_shown() -> None:
    """Where 0 is shown, hidden quartiles would tell that it is not true."""
    day = date(2020, 5, 4)
    clock = DurationCell("rapid-review", "k", "2020-05", day, day, Ended.STOPPED, 12, 0)
    told = notified_by("k")
    for key, hides in ((GONE, False), (KEPT, True)):
        keys = Facts(1, by_clock({clock: key}), {told: KEPT})
        of = Facts(1, by_clock({clock: 1}), {told: 1}, keys=keys)
        figures = figures_of(publish(of, perturbing(By.MONTH)))
        found = [one for one in figures if "quartiles" in one.figure]
        assert bool(found) is hides
