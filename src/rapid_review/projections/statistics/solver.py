"""Whole numbers under linear relations: HiGHS, asked for the cheapest that fit.

Nothing else here knows the solver, which is the extra `suppression`. Nobody need trust it: the
person who asks counts over again, in whole numbers, whether the answer fits. It runs on one core
and from a fixed seed, so that one version answers the same question always alike.
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
    """The sum of some columns, each so many times, lies between two numbers."""

    terms: Mapping[int, int]
    lower: float
    upper: float = inf


class _Silent(Highs):
    """The solver, which else prints a line of its own before it can be told not to."""

    def enableCallbacks(self) -> None:  # noqa: N802 - it is called so there, while one is made
        """Print nothing from now on."""
        self.silent()


class Program:
    """Columns of numbers, of 0 at least, under rows, about which several questions are asked.

    Args:
        most: the greatest number of each column.
        rows: what binds them.
    """

    def __init__(self, most: Sequence[float], rows: Sequence[Row]) -> None:
        self._most = most
        self._solver = _Silent()  # type: ignore[no-untyped-call]  # theirs says no type
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
            costs: what 1 of each column costs. What is less than 1 only chooses among numbers that
                else cost the same, and only where they come out whole by themselves.
            between: where the numbers of some columns must lie this time.
            below: what they must cost less than, together.
        """
        self._bound(between)
        found = self._solved(costs, below)
        if found is not None and any(abs(one - round(one)) > _NEARLY for one in found):
            unused = [n for n, one in enumerate(found) if one <= _NEARLY and n not in between]
            idle = {column: (0.0, 0.0) for column in unused if costs[column] >= 1}
            found = self._solved_in_whole(costs, below, idle)
            if found is None:
                found = self._solved_in_whole(costs, below, {})
        self._bound({column: (0, self._most[column]) for column in between})
        return None if found is None else tuple(map(round, found))

    def _solved_in_whole(
        self, costs: Sequence[float], below: float, between: Mapping[int, tuple[float, float]]
    ) -> Sequence[float] | None:
        """Return the whole numbers of least cost, with some columns held; that takes longer."""
        self._bound(between)
        self._be(HighsVarType.kInteger)
        # Whole costs, for which a gap of less than 1 is none; see `_OPTIONS`.
        found = self._solved([floor(cost) for cost in costs], below)
        self._be(HighsVarType.kContinuous)
        self._bound({column: (0, self._most[column]) for column in between})
        return found

    def _solved(self, costs: Sequence[float], below: float) -> Sequence[float] | None:
        """Return the numbers of least cost; it begins where it ended the last time."""
        self._solver.changeColsCost(len(costs), list(range(len(costs))), list(costs))
        self._solver.run()
        if self._solver.getModelStatus() != HighsModelStatus.kOptimal:
            # When it simplifies first, it was seen to miss an answer that exists.
            self._solver.clearSolver()
            self._solver.setOptionValue("presolve", "off")
            self._solver.run()
            self._solver.setOptionValue("presolve", "choose")
        is_solved = self._solver.getModelStatus() == HighsModelStatus.kOptimal
        if not is_solved or self._solver.getObjectiveValue() >= below:
            return None
        return list(self._solver.getSolution().col_value)

    def _bound(self, between: Mapping[int, tuple[float, float]]) -> None:
        """Have the numbers of some columns lie where they must."""
        least, most = zip(*between.values(), strict=True) if between else ((), ())
        self._solver.changeColsBounds(len(between), list(between), list(least), list(most))

    def _be(self, kind: HighsVarType) -> None:
        """Have every column be a whole number, or any."""
        for column in range(len(self._most)):
            self._solver.changeColIntegrality(column, kind)


def _model(most: Sequence[float], rows: Sequence[Row]) -> HighsLp:
    """Return columns and rows as the solver takes them, row by row."""
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
