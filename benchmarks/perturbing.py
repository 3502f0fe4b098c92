"""What the bounds of perturbed counts give away when all of them are weighed together.

`python -m benchmarks.perturbing [CASES]...` prints of how many small numbers a solver is certain,
that is given one export by quarter, what binds its tables, and that each count is wrong by 3 at
most.
"""

import sys
from math import inf
from typing import Final

from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.case_facts import facts_of
from rapid_review.projections.statistics.cell_keys import BOUND
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.published import publish
from rapid_review.projections.statistics.relations import Relation, relations, rules
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.solver import Program, Row
from rapid_review.projections.statistics.tables import Cell
from tests.domain.a_review import KENT
from tests.projections.statistics.random_cases import TODAY
from tests.projections.statistics.test_cell_keys import Counts, cases, counts

SETS: Final = 3
SMALL: Final = range(1, 5)


def main(sizes: list[int]) -> None:
    """Print how many small numbers are certain, by how many cases there are."""
    for size in sizes:
        found = [certain(seed, size) for seed in range(SETS)]
        known, small = (sum(column) for column in zip(*found, strict=True))
        print(f"{size} cases, {SETS} times: {known} of {small} small numbers are certain")


def certain(seed: int, size: int) -> tuple[int, int]:
    """Return how many of the small numbers of some cases are certain, and how many there are."""
    of = cases(seed, size)
    true, shown = counts(of, By.QUARTER, None), counts(of, By.QUARTER)
    selection = Selection(KENT, KENT.clocks["rapid-review"], By.QUARTER, AsOf(read_on=TODAY))
    tables = {one.name: one.table for one in publish(facts_of(of), selection).tables}
    bound_by = relations(tables, rules(KENT, selection.deadlines))
    ranges = _ranges(shown, bound_by, [cell for cell in true if true[cell] in SMALL])
    return sum(least == most for least, most in ranges), len(ranges)


def _ranges(
    shown: Counts, bound_by: tuple[Relation, ...], wanted: list[Cell]
) -> list[tuple[int, int]]:
    """Return the least and the greatest that each count can be."""
    column = {cell: place for place, cell in enumerate(shown)}
    least = [max(1, count - BOUND) if count else 0 for count in shown.values()]
    most = [count + BOUND if count else BOUND - 1 for count in shown.values()]
    rows = []
    for relation in bound_by:
        terms: dict[int, int] = {}
        for side, sign in ((relation.less, -1), (relation.more, 1)):
            for place in (column[cell] for cell in side if cell in column):
                terms[place] = terms.get(place, 0) + sign
        terms = {place: times for place, times in terms.items() if times}
        gap = -sum(times * least[place] for place, times in terms.items())
        rows.append(Row(terms, gap, gap if relation.equal else inf))
    program = Program([high - low for low, high in zip(least, most, strict=True)], rows)
    found = []
    for place in (column[cell] for cell in wanted):
        costs = [0.0] * len(shown)
        ends = []
        for costs[place] in (1.0, -1.0):
            answer = program.cheapest(costs, {})
            assert answer is not None, "nothing fits what is printed, not even the truth"  # noqa: S101
            ends.append(least[place] + answer[place])
        found.append((ends[0], ends[1]))
    return found


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [40, 120])
