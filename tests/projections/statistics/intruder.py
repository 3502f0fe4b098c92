"""Two intruders, who work out of what is printed what each suppressed count can be.

They are given the relations and the printed counts, and nothing else. The one asks the solver that
suppressed them, but another question: of whole counts, and never of changes to the true ones. The
other goes through the whole numbers, and shares no line with either.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import Final, NamedTuple

from rapid_review.projections.statistics.relations import Relation
from rapid_review.projections.statistics.solver import Program
from rapid_review.projections.statistics.solver import Row as ProgramRow
from rapid_review.projections.statistics.tables import Cell

MOST: Final = 10_000
"""More than any count; what can be this can be anything."""
STEPS: Final = 3_000
"""After so many numbers going through them is given up."""


class Range(NamedTuple):
    """The least and the greatest that a suppressed count may be."""

    least: int
    most: int


class Sum(NamedTuple):
    """Some suppressed counts, each times a number, are together `at_least`, or exactly so much."""

    terms: Mapping[Cell, int]
    at_least: int
    exactly: bool


def sums(
    relations: Sequence[Relation], shown: Mapping[Cell, int], hidden: Sequence[Cell]
) -> Iterator[Sum]:
    """Yield what the relations say of suppressed counts, once what is printed is filled in."""
    wanted = set(hidden)
    for relation in relations:
        terms: dict[Cell, int] = {}
        known = 0
        for side, sign in ((relation.less, -1), (relation.more, 1)):
            for cell in side:
                if cell in wanted:
                    terms[cell] = terms.get(cell, 0) + sign
                else:
                    known += sign * shown.get(cell, 0)
        terms = {cell: times for cell, times in terms.items() if times}
        if terms:
            yield Sum(terms, -known, relation.equal)


def asking_the_solver(
    said: Sequence[Sum], hidden: Sequence[Cell], most: int = MOST
) -> dict[Cell, Range]:
    """Return what each suppressed count can be from 1 to `most`, by the solver."""
    column = {cell: number for number, cell in enumerate(hidden)}
    rows = []
    for one in said:  # a suppressed count is 1 more than its column
        least = one.at_least - sum(one.terms.values())
        terms = {column[cell]: times for cell, times in one.terms.items()}
        rows.append(ProgramRow(terms, least, least if one.exactly else inf))
    program = Program([most - 1] * len(hidden), rows)
    found = {}
    for cell, place in column.items():
        ends = []
        for cost in (1.0, -1.0):
            costs = [0.0] * len(hidden)
            costs[place] = cost
            answer = program.cheapest(costs, {})
            assert answer is not None, "nothing fits what is printed, not even the truth"
            ends.append(1 + answer[place])
        found[cell] = Range(*ends)
    return found


class TooManyError(Exception):
    """There are more numbers to go through than a test has time for."""


def trying_numbers(said: Sequence[Sum], hidden: Sequence[Cell], most: int) -> dict[Cell, Range]:
    """Return what each suppressed count can be from 1 to `most`, by going through the numbers.

    Raises:
        TooManyError: that takes too long.
    """
    return _Numbers(said, hidden, most).ranges()


_Ranges = dict[Cell, tuple[int, int]]


class _Numbers:
    """Going through numbers: one count after the other, each sum asked what it leaves of them."""

    def __init__(self, said: Sequence[Sum], hidden: Sequence[Cell], most: int) -> None:
        self._said, self._most = said, most
        self._about: dict[Cell, list[int]] = {cell: [] for cell in hidden}
        for number, one in enumerate(said):
            for cell in one.terms:
                self._about[cell].append(number)
        self._steps = 0

    def ranges(self) -> dict[Cell, Range]:
        start = self._narrowed(dict.fromkeys(self._about, (1, self._most)), range(len(self._said)))
        assert start is not None, "nothing fits what is printed, not even the truth"
        found = {}
        for part in self._apart(start, list(start)):
            for cell in part:
                low, high = start[cell]
                ways = range(low, high + 1), range(high, low - 1, -1)
                ends = (next(n for n in way if self._fits(start, cell, n, part)) for way in ways)
                found[cell] = Range(*ends)
        return {cell: found.get(cell, Range(*ends)) for cell, ends in start.items()}

    def _fits(self, ranges: _Ranges, cell: Cell, number: int, part: Sequence[Cell]) -> bool:
        """Say whether a count can be a number, with those that sums hold together with it."""
        self._steps += 1
        if self._steps > STEPS:
            raise TooManyError
        narrow = self._narrowed({**ranges, cell: (number, number)}, self._about[cell])
        return narrow is not None and all(
            self._any_fits(narrow, rest) for rest in self._apart(narrow, part)
        )

    def _any_fits(self, ranges: _Ranges, part: Sequence[Cell]) -> bool:
        """Say whether some counts that sums hold together can be anything."""
        cell = min(part, key=lambda one: (ranges[one][1] - ranges[one][0], -len(self._about[one])))
        low, high = ranges[cell]
        return any(self._fits(ranges, cell, n, part) for n in range(low, high + 1))

    def _apart(self, ranges: _Ranges, among: Sequence[Cell]) -> Iterator[Sequence[Cell]]:
        """Yield the counts that are not certain yet, in parts that no sum holds together."""
        seen: set[Cell] = set()
        for start in among:
            part, waiting = [], [start]
            while waiting:
                cell = waiting.pop()
                if cell not in seen and ranges[cell][0] < ranges[cell][1]:
                    seen.add(cell)
                    part.append(cell)
                    waiting += [o for n in self._about[cell] for o in self._said[n].terms]
            if part:
                yield part

    def _narrowed(self, ranges: _Ranges, first: Sequence[int]) -> _Ranges | None:
        """Return ranges as far as each sum by itself narrows them; None if none is left of one."""
        found, waiting = dict(ranges), dict.fromkeys(first)
        while waiting:
            number = next(iter(waiting))
            del waiting[number]
            one = self._said[number]
            for sign in (1, -1) if one.exactly else (1,):
                for cell, new in _left(one, sign, found):
                    if new[0] > new[1]:
                        return None
                    if new != found[cell]:
                        found[cell] = new
                        waiting.update(dict.fromkeys(self._about[cell]))
        return found


def _left(one: Sum, sign: int, ranges: _Ranges) -> Iterator[tuple[Cell, tuple[int, int]]]:
    """Yield what a sum leaves of each count, where all the others bring the most they can."""
    most = sum(_most(ranges[cell], sign * times) for cell, times in one.terms.items())
    for cell, times in one.terms.items():
        low, high = ranges[cell]
        needed = sign * one.at_least - most + _most((low, high), sign * times)
        if sign * times > 0:
            yield cell, (max(low, -(-needed // (sign * times))), high)
        else:
            yield cell, (low, min(high, needed // (sign * times)))


def _most(between: tuple[int, int], times: int) -> int:
    return times * between[1 if times > 0 else 0]
