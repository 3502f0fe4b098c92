"""What to suppress, so that no small count can be worked out from a whole set of tables.

Every count is bound to others by the `relations` between them. Anyone who reads the tables knows
these relations, every count that is shown, and that a suppressed count is at least 1, because a 0
is never suppressed. To that reader, a suppressed count may be any number that it has in some set
of counts that fits all this.

By itself, "c" says that a small count is from 1 to 4. What is shown must leave it just as open:
its least and its greatest possible number must lie as far apart. To show that they do, sets of
counts that fit are collected: the true set, and others that the solver found. The solver is asked
for a set in which the count is greater by that distance, and in which as few shown counts as
possible differ; those are suppressed too. There always is such a set. The relations are sums
without constants, so a multiple of the true counts fits them as well, and once everything but the
zeros is suppressed, nothing shown contradicts it. Suppressing more never undoes this: a set that
fitted still fits.

The solver only proposes. Whether its counts fit is checked again here, in whole numbers.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from math import inf
from typing import TYPE_CHECKING, Final, NamedTuple

from rapid_review.domain.errors import InvalidInputError
from rapid_review.projections.statistics.disclosure import (
    FEWER_THAN,
    Treatment,
    at_least_two,
    rounded,
)
from rapid_review.projections.statistics.relations import Relation, Rule, relations
from rapid_review.projections.statistics.tables import Cell, Mark, Table, changed, counts_of

if TYPE_CHECKING:
    from rapid_review.projections.statistics.solver import Program

EXTRA: Final = "suppression"
"""The extra of the package that brings the solver."""
SOLVER: Final = "rapid_review.projections.statistics.solver"
"""The module that needs it."""
_TINY_COST: Final = 0.001
"""The cost of changing a count that is already suppressed: less than any shown count."""


def treated(
    tables: Mapping[str, Table], treatment: Treatment, rules: Iterable[Rule] = ()
) -> Mapping[str, Table]:
    """Return tables as they may be published: suppressed together, then rounded, as asked.

    Args:
        tables: every table that is published together, with the same rows, by its name.
        treatment: the treatment asked for.
        rules: what is true between them; see `relations`.

    Raises:
        InvalidInputError: as `suppressed` does.
    """
    if treatment.suppress_below is not None:
        tables = suppressed(tables, rules, fewer_than=treatment.suppress_below)
    if treatment.round_to is not None:
        tables = {name: rounded(one, to=treatment.round_to) for name, one in tables.items()}
    return tables


def suppressed(
    tables: Mapping[str, Table], rules: Iterable[Rule] = (), *, fewer_than: int = FEWER_THAN
) -> dict[str, Table]:
    """Return tables in which no count from 1 to below `fewer_than` can be read or worked out.

    Args:
        tables: every table that is published together, with the same rows, by its name.
        rules: what is true between them; see `relations`. Sums within a table need not be given.
        fewer_than: the smallest count, beside 0, that may be shown.

    Raises:
        InvalidInputError: a table was treated before, so its counts may not add up;
            `fewer_than` is below 2; or there is no solver, which is the extra `suppression`.
    """
    at_least_two("fewer_than", fewer_than)
    for table in tables.values():
        if table.treatment:
            raise InvalidInputError(
                f"you asked to suppress small numbers of {table.measure}, and the table has "
                f"already been treated: {'; '.join(table.treatment)}. Suppress first, then round"
            )
    hidden = to_suppress(counts_of(tables), relations(tables, rules), fewer_than)
    treatment = (
        f"c: a count of 1 to {fewer_than - 1}, or one from which such a count could be worked out"
    )
    return {
        name: changed(
            table,
            {(one.row, one.column): Mark.SUPPRESSED for one in hidden if one.table == name},
            treatment,
        )
        for name, table in tables.items()
    }


def must_have_a_solver() -> None:
    """Check that the solver, which suppression needs, is installed.

    Raises:
        InvalidInputError: there is no solver.
    """
    try:
        import_module(SOLVER)
    except ImportError as error:
        raise InvalidInputError(
            "suppressing small numbers needs a solver, which calculates what the visible "
            f"numbers reveal. Install the extra {EXTRA!r} of the package"
        ) from error


def to_suppress(
    counts: Mapping[Cell, int], bound_by: Iterable[Relation], fewer_than: int
) -> frozenset[Cell]:
    """Return the cells to suppress: the small ones, and others until each of them is open enough.

    Args:
        counts: every count of every table, by its place.
        bound_by: the relations that are true of them.
        fewer_than: the smallest count, beside 0, that may be shown.

    Raises:
        InvalidInputError: there is no solver.
    """
    small = {cell: count for cell, count in counts.items() if 0 < count < fewer_than}
    if not small:
        return frozenset()
    # The distance between the lowest and the highest number that "c" by itself stands for.
    search = _Search(counts, bound_by, small, apart=max(1, fewer_than - 2))
    for cell in sorted(small, key=lambda each: (-small[each], each)):
        search.leave_open(cell)
    return search.hidden


class _Bound(NamedTuple):
    """A relation between counts that are given by their index."""

    less: tuple[int, ...]
    more: tuple[int, ...]
    equal: bool

    def gap(self, counts: Sequence[int]) -> int:
        """Return by how much the sum of `more` exceeds that of `less`."""
        return sum(counts[one] for one in self.more) - sum(counts[one] for one in self.less)


class _Search:
    """What is suppressed so far, and the least and greatest number found for each count.

    Args:
        counts: every count, by its place.
        bound_by: the relations that are true of them.
        small: the cells that are suppressed to begin with.
        apart: how far apart the least and the greatest number must lie.
    """

    def __init__(
        self,
        counts: Mapping[Cell, int],
        bound_by: Iterable[Relation],
        small: Collection[Cell],
        *,
        apart: int,
    ) -> None:
        self._cells = [cell for cell, count in counts.items() if count]
        self._true = [counts[cell] for cell in self._cells]
        self._number = {cell: number for number, cell in enumerate(self._cells)}
        self._bounds = tuple(_bounds(bound_by, self._number))
        self._apart = apart
        self._least, self._most = [*self._true], [*self._true]
        self._costs = [
            _TINY_COST if cell in small else count
            for cell, count in zip(self._cells, self._true, strict=True)
        ]
        self._program = _program(self._true, self._bounds)

    @property
    def hidden(self) -> frozenset[Cell]:
        """The cells that are suppressed."""
        pairs = zip(self._cells, self._costs, strict=True)
        return frozenset(cell for cell, cost in pairs if cost == _TINY_COST)

    def leave_open(self, cell: Cell) -> None:
        """Suppress cells until the possible numbers of one cell lie far enough apart."""
        number = self._number[cell]
        true = self._true[number]
        # First try lower numbers, as long as no shown count has to be suppressed for that.
        for less in range(min(self._apart, true - 1), true - self._least[number], -1):
            found = self._other_counts(number, -less, free=True)
            if found is not None:
                self._suppress_differences(found)
                break
        if self._most[number] - self._least[number] >= self._apart:
            return
        found = self._other_counts(number, self._least[number] + self._apart - true)
        # The solver should always find a set: once everything is suppressed, a multiple fits.
        self._suppress_differences(found or [(1 + self._apart) * count for count in self._true])

    def _suppress_differences(self, counts: Sequence[int]) -> None:
        """Suppress every count that differs in another set of counts that fits."""
        for one, count in enumerate(counts):
            if count != self._true[one]:
                self._least[one] = min(self._least[one], count)
                self._most[one] = max(self._most[one], count)
                self._costs[one] = _TINY_COST

    def _other_counts(
        self, number: int, change: int, *, free: bool = False
    ) -> Sequence[int] | None:
        """Return the cheapest counts that fit, with one of them greater or less by `change`.

        None if there are none; with `free`, also if all of them differ in a count that is shown.
        """
        more, less = 2 * number, 2 * number + 1
        changes = self._program.cheapest(
            [cost for cost in self._costs for _ in (more, less)],
            {more: (change, inf), less: (0, 0)}
            if change > 0
            else {more: (0, 0), less: (-change, self._true[number] - 1)},
            1 if free else inf,
        )
        if changes is None:
            return None
        pairs = zip(changes[::2], changes[1::2], strict=True)
        found = [count + up - down for count, (up, down) in zip(self._true, pairs, strict=True)]
        moved = found[number] - self._true[number]
        enough = moved >= change if change > 0 else moved <= change
        return found if enough and self._fits(found) else None

    def _fits(self, counts: Sequence[int]) -> bool:
        """Say whether counts are possible: none of them is 0, and every relation is true."""
        gaps = ((bound.equal, bound.gap(counts)) for bound in self._bounds)
        return min(counts) > 0 and all(gap == 0 if equal else gap >= 0 for equal, gap in gaps)


def _bounds(bound_by: Iterable[Relation], number: Mapping[Cell, int]) -> Iterator[_Bound]:
    """Yield the relations between counts that are not 0, without those that bind nothing."""
    for relation in dict.fromkeys(bound_by):
        less, more = (
            tuple(number[cell] for cell in side if cell in number)
            for side in (relation.less, relation.more)
        )
        if less and sorted(less) != sorted(more):
            yield _Bound(less, more, relation.equal)


def _program(counts: Sequence[int], bounds: Sequence[_Bound]) -> "Program":
    """Return the program that finds how counts could change; each has a column up and one down.

    Raises:
        InvalidInputError: there is no solver.
    """
    must_have_a_solver()
    # Here, because the solver is an extra and nothing else needs it.
    from rapid_review.projections.statistics.solver import Program, Row  # noqa: PLC0415

    rows: list[Row] = []
    for bound in bounds:
        terms: dict[int, int] = {}
        for side, sign in ((bound.less, -1), (bound.more, 1)):
            for number in side:
                terms[2 * number] = terms.get(2 * number, 0) + sign
                terms[2 * number + 1] = terms.get(2 * number + 1, 0) - sign
        rows.append(Row(terms, 0, 0) if bound.equal else Row(terms, -bound.gap(counts)))
    return Program([most for count in counts for most in (inf, count - 1)], rows)
