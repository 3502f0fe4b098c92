"""What is suppressed in a set of tables, by the solver and by the greedy way that it replaced.

`python -m benchmarks.suppressing [SETS]` prints it of random sets of tables, and of a year of 500
cases. The greedy way guards each table by itself. What it hides and the relations between the
tables give away all the same is counted beside it.
"""

import sys
from collections.abc import Iterable, Mapping
from random import Random
from time import perf_counter
from typing import NamedTuple

from benchmarks.greedy import to_suppress
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.tables import Cell, Table
from tests.projections.statistics.intruder import asking_the_solver, sums
from tests.projections.statistics.random_cases import some_cases
from tests.projections.statistics.test_suppression import FEWER_THAN, published, tables


class Beside(NamedTuple):
    """A set of tables: how many counts are small, hidden by the solver, and by the greedy way.

    `known` is how many of the small ones the greedy way hides and can be worked out exactly.
    """

    counts: int
    small: int
    hidden: int
    greedily: int
    known: int
    seconds: float


def beside(random: Random, cases: int, months: int, by: By) -> Beside:
    """Return both ways of one random set of tables."""
    facts = some_cases(random, cases, months)
    start = perf_counter()
    one = published(facts, by)
    seconds = perf_counter() - start
    greedily = hidden_greedily(tables(facts, by), one.true)
    shown = {cell: count for cell, count in one.true.items() if cell not in greedily}
    said = list(sums(one.relations, shown, sorted(greedily)))
    found = asking_the_solver(said, sorted(greedily))
    known = sum(found[cell].least == found[cell].most for cell in one.small)
    nonzero = sum(count > 0 for count in one.true.values())
    return Beside(nonzero, len(one.small), len(one.hidden), len(greedily), known, seconds)


def main(sets: int) -> None:
    """Print both ways of a year of 500 cases, by each grouping, and of random sets together."""
    for by in (By.MONTH, By.QUARTER, By.YEAR, By.AGENCY):
        random = Random(1)  # noqa: S311 - the same year by each of them
        print(f"500 cases by {by}", told([beside(random, 500, 12, by)]), flush=True)
    found = []
    for seed in range(sets):
        random = Random(seed)  # noqa: S311 - the same sets in every run
        cases, months = random.randint(1, 15), random.randint(1, 12)
        found.append(
            beside(
                random, cases, months, random.choice((By.MONTH, By.QUARTER, By.YEAR, By.AGENCY))
            )
        )
    print(f"{sets} random sets", told(found))


def told(found: Iterable[Beside]) -> str:
    """Return several sets in words, together."""
    every = list(found)
    counts, small, hidden, greedily, known = (
        sum(column) for column in [*zip(*every, strict=True)][:5]
    )
    leaking = sum(one.known > 0 for one in every)
    slowest = max(one.seconds for one in every)
    return (
        f"{counts} counts, {small} small; hidden {hidden}, greedily {greedily}, of which {known} "
        f"small ones are known, in {leaking} sets; slowest {slowest:.1f} s"
    )


def hidden_greedily(found: Mapping[str, Table], true: Mapping[Cell, int]) -> set[Cell]:
    """Return what is hidden where each table is guarded by itself."""
    hidden = set()
    for name, table in found.items():
        rows = (*table.rows, table.total)
        columns = () if table.columns_by is None else table.columns
        places = {
            (place, column): Cell(name, row.label, kind)
            for place, row in enumerate(rows)
            for column, kind in enumerate((*columns, "Total"))
        }
        counts = {at: true.get(cell, 0) for at, cell in places.items()}
        if not columns:  # the one kind is the total
            counts |= {(place, 1): count for (place, _), count in counts.items()}
            places |= {(place, 1): cell for (place, _), cell in places.items()}
        hidden |= {places[at] for at in to_suppress(counts, FEWER_THAN)}
    return hidden


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
