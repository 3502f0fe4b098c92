"""Which counts of a table to suppress, so that no small one can be worked out from the others.

A table with its totals is a network in which counts flow: the grand total into the totals of the
rows, these into their rows, the counts of a row into the columns, the columns into their totals,
and these back into the grand total. What flows into a point flows out of it, and anyone who reads
the table knows that, and that a suppressed count is at least 1, because 0 is never suppressed.

A suppressed count is safe if it could be another, which is so if 1 can be sent around some circle
of suppressed counts that leads through it, with the arrow or against it: the one count would be 1
more or 1 less, and so would each count of the circle, and every total that is shown would stay.
Where there is no such circle, the cheapest one is closed: suppressing a count costs that count.
"""

from collections.abc import Collection, Mapping, Sequence
from heapq import heappop, heappush
from typing import Final, NamedTuple

Cell = tuple[int, int]
"""A row and a column of a table; the totals are its last row and its last column."""

_INTO_ROWS: Final = -1
_OUT_OF_COLUMNS: Final = -2


class _Arc(NamedTuple):
    """A count as a flow from one point to another."""

    tail: int
    head: int
    flow: int


_Leaving = Mapping[int, Sequence[tuple[int, Cell, int]]]
"""For each point the ways out of it: to which point, over which cell, and that cell's count."""


def to_suppress(
    counts: Mapping[Cell, int], fewer_than: int, also: Collection[Cell] = ()
) -> set[Cell]:
    """Return the cells to suppress: the small ones, and what closes a circle for each of them.

    Args:
        counts: every count of a table, its totals included, by its place; they add up.
        fewer_than: the smallest count that may be shown; 0 may be shown too.
        also: other cells that are to be as safe as the small ones; a 0 stays shown.
    """
    last = max(counts)
    arcs = {cell: _Arc(*_ends(cell, last), count) for cell, count in counts.items() if count}
    leaving = _leaving(arcs)
    small = [cell for cell, arc in arcs.items() if arc.flow < fewer_than or cell in also]
    hidden = set(small)
    safe: set[Cell] = set()
    for cell in small:
        if cell not in safe:
            arc = arcs[cell]
            # Were it 1 more, or 1 less, its totals could be so too: there always is a way.
            cost, way = _cheapest(leaving, hidden, cell, arc.head, arc.tail)
            if arc.flow > 1 and cost:
                _, way = min((cost, way), _cheapest(leaving, hidden, cell, arc.tail, arc.head))
            hidden.update(way)
            safe.update(way)
    return hidden


def _ends(cell: Cell, last: Cell) -> tuple[int, int]:
    """Return the points between which a cell flows: rows are 0, 1, ..., columns follow them."""
    (row, column), (total, whole) = cell, last
    if column == whole:
        return (_OUT_OF_COLUMNS, _INTO_ROWS) if row == total else (_INTO_ROWS, row)
    return (total + column, _OUT_OF_COLUMNS) if row == total else (row, total + column)


def _leaving(arcs: Mapping[Cell, _Arc]) -> _Leaving:
    """Return the ways out of each point: with a count that is 1 more, against one that is 1 less.

    A count of 1 cannot be 1 less: it would be 0, and be shown.
    """
    leaving: dict[int, list[tuple[int, Cell, int]]] = {}
    for cell, arc in arcs.items():
        leaving.setdefault(arc.tail, []).append((arc.head, cell, arc.flow))
        if arc.flow > 1:
            leaving.setdefault(arc.head, []).append((arc.tail, cell, arc.flow))
    return leaving


def _cheapest(
    leaving: _Leaving, hidden: Collection[Cell], but: Cell, start: int, end: int
) -> tuple[int, tuple[Cell, ...]]:
    """Return the cheapest way from one point to another (Dijkstra 1959), not over one cell.

    What is suppressed already costs nothing. The cost comes first, then the cells of the way.
    """
    heap: list[tuple[int, int, tuple[Cell, ...]]] = [(0, start, ())]
    been: set[int] = set()
    while True:
        cost, point, cells = heappop(heap)
        if point == end:
            return cost, cells
        if point in been:
            continue
        been.add(point)
        for head, cell, flow in leaving[point]:
            if cell != but and head not in been:
                price = 0 if cell in hidden else flow
                if head == end and not price:  # nothing in the heap is cheaper
                    return cost, (*cells, cell)
                heappush(heap, (cost + price, head, (*cells, cell)))
