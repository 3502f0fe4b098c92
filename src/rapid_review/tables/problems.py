"""What is wrong in a table, by row and heading; no message repeats what is in a cell."""

from typing import NamedTuple


class Problem(NamedTuple):
    """Something that needs correcting in a table.

    What is in the cell is not repeated, for it may be words or a name.

    Attributes:
        row: the row, as the spreadsheet numbers it; the headings are row 1.
        heading: the column's heading.
        cell: the cell's address, such as "D7"; empty where the column is not in the table.
        problem: what is wrong.
        way_on: how to correct it.
    """

    row: int
    heading: str
    cell: str
    problem: str
    way_on: str

    def __str__(self) -> str:
        where = f" ({self.cell})" if self.cell else ""
        return f"row {self.row}, {self.heading}{where}: {self.text}"

    @property
    def text(self) -> str:
        """What is wrong, and how to correct it."""
        end = "" if self.problem.endswith("?") else "."
        return f"{self.problem}{end} {self.way_on}"


class CellError(Exception):
    """A cell cannot be read as its column asks.

    Attributes:
        problem: what is wrong.
        way_on: how to correct it.
    """

    def __init__(self, problem: str, way_on: str) -> None:
        super().__init__(problem, way_on)
        self.problem = problem
        self.way_on = way_on


def address(row: int, column: int) -> str:
    """Return the address of a cell.

    Args:
        row: from 1.
        column: from 0.

    >>> address(7, 3)
    'D7'
    >>> address(2, 27)
    'AB2'
    """
    letters, left = "", column
    while left >= 0:
        left, place = divmod(left, 26)
        letters = chr(ord("A") + place) + letters
        left -= 1
    return f"{letters}{row}"
