"""The cheapest whole numbers that satisfy linear relations, found by the solver HiGHS.

Only this module uses the solver, which comes with the extra `suppression`. It need not be trusted:
the caller checks again, in whole numbers, that the answer fits. It runs on one core and from a
fixed seed, so that one version always gives the same answer to the same question.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import floor, inf
from typing import Final, NamedTuple

from highspy import Highs, HighsLp, HighsModelStatus, HighsVarType, MatrixFormat

_OPTIONS: Final[Mapping[str, float]] = {
    "threads": 1,
    "random_seed": 0,
    "mip_abs_gap": 0.9,  # costs are whole numbers, so a difference of less than 1 means nothing
}
_NEARLY: Final = 1e-6
"""How far an answer may be from a whole number and still count as that number."""


class Row(NamedTuple):
    """A condition: the sum of some columns, each times its factor, lies between two numbers."""

    terms: Mapping[int, int]
    lower: float
    upper: float = inf


class _Silent(Highs):
    """The solver; without this it prints a line before it can be told not to."""

    def enableCallbacks(self) -> None:  # noqa: N802 - `Highs` calls it while it is being made
        """Print nothing from now on."""
        self.silent()


class Program:
    """Unknown numbers of at least 0, the columns, under conditions, the rows; asked repeatedly.

    Args:
        most: the greatest number of each column.
        rows: the conditions.
    """

    def __init__(self, most: Sequence[float], rows: Sequence[Row]) -> None:
        self._most = most
        self._solver = _Silent()  # type: ignore[no-untyped-call]  # highspy gives no type
        for option, value in _OPTIONS.items():
            self._solver.setOptionValue(option, value)
        self._solver.passModel(_model(most, rows))

    def cheapest(
        self,
        costs: Sequence[float],
        between: Mapping[int, tuple[float, float]],
        below: float = inf,
    ) -> tuple[int, ...] | None:
        """Return the whole numbers of the columns that cost least; None if none fit.

        Args:
            costs: what 1 of each column costs. A cost below 1 only chooses among numbers that
                otherwise cost the same, and only where the solution is whole without asking.
            between: the bounds of some columns for this question.
            below: the total cost must be less than this.
        """
        self._set_bounds(between)
        found = self._solve(costs, below)
        if found is not None and any(abs(one - round(one)) > _NEARLY for one in found):
            unused = [n for n, one in enumerate(found) if one <= _NEARLY and n not in between]
            idle = {column: (0.0, 0.0) for column in unused if costs[column] >= 1}
            found = self._solve_in_whole_numbers(costs, below, idle)
            if found is None:
                found = self._solve_in_whole_numbers(costs, below, {})
        self._set_bounds({column: (0, self._most[column]) for column in between})
        return None if found is None else tuple(map(round, found))

    def _solve_in_whole_numbers(
        self, costs: Sequence[float], below: float, between: Mapping[int, tuple[float, float]]
    ) -> Sequence[float] | None:
        """Return the whole numbers of least cost, within these bounds; that takes longer."""
        self._set_bounds(between)
        self._set_type(HighsVarType.kInteger)
        # With whole costs, a gap of less than 1 means no difference; see `_OPTIONS`.
        found = self._solve([floor(cost) for cost in costs], below)
        self._set_type(HighsVarType.kContinuous)
        self._set_bounds({column: (0, self._most[column]) for column in between})
        return found

    def _solve(self, costs: Sequence[float], below: float) -> Sequence[float] | None:
        """Return the numbers of least cost; the search begins where the last one ended."""
        self._solver.changeColsCost(len(costs), list(range(len(costs))), list(costs))
        self._solver.run()
        if self._solver.getModelStatus() != HighsModelStatus.kOptimal:
            # With its simplification first, the solver was seen to miss an answer that exists.
            self._solver.clearSolver()
            self._solver.setOptionValue("presolve", "off")
            self._solver.run()
            self._solver.setOptionValue("presolve", "choose")
        is_solved = self._solver.getModelStatus() == HighsModelStatus.kOptimal
        if not is_solved or self._solver.getObjectiveValue() >= below:
            return None
        return list(self._solver.getSolution().col_value)

    def _set_bounds(self, between: Mapping[int, tuple[float, float]]) -> None:
        """Set the bounds of some columns."""
        least, most = zip(*between.values(), strict=True) if between else ((), ())
        self._solver.changeColsBounds(len(between), list(between), list(least), list(most))

    def _set_type(self, kind: HighsVarType) -> None:
        """Set whether every column must be a whole number."""
        for column in range(len(self._most)):
            self._solver.changeColIntegrality(column, kind)


def _model(most: Sequence[float], rows: Sequence[Row]) -> HighsLp:
    """Return columns and rows in the solver's form, row by row."""
    model = HighsLp()
    model.num_col_, model.num_row_ = len(most), len(rows)
    model.col_cost_ = model.col_lower_ = [0.0] * len(most)
    model.col_upper_ = list(most)
    model.row_lower_ = [row.lower for row in rows]
    model.row_upper_ = [row.upper for row in rows]
    matrix = model.a_matrix_
    matrix.format_ = MatrixFormat.kRowwise
    matrix.start_ = list(accumulate((len(row.terms) for row in rows), initial=0))
    matrix.index_ = [column for row in rows for column in row.terms]
    matrix.value_ = [float(times) for row in rows for times in row.terms.values()]
    return model
