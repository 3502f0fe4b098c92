"""Workbooks to be filled in: XLSX with lists of choices, date cells and a list of the columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from itertools import chain
from math import isfinite
from typing import Any, Final

from rapid_review.store.backends.extras import missing_extra
from rapid_review.tables.about import ABOUT, about
from rapid_review.tables.cells import Raw
from rapid_review.tables.columns import NONE, Column, Reads
from rapid_review.tables.layout import REVIEWS, TO_MEND, Layout
from rapid_review.tables.problems import address

_ROWS: Final = 2_000
"""How many rows get lists and formats."""
_LONGEST_CELL: Final = 32_767
_LONGEST_HINT: Final = 255
_LONGEST_TITLE: Final = 32
_FIRST_YEAR: Final = 1900
_WIDTH: Final = 20
_WIDE: Final = 60
_DAYS: Final = (Reads.DAY, Reads.MOMENT)
_NO_CONVERSIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
"""A text stays a text, whatever it begins with."""


@dataclass(frozen=True, slots=True)
class Book:
    """What goes into a workbook.

    Attributes:
        layout: the layout.
        columns: the columns that are in it, in order.
        rows: its rows; each begins with what to correct in it.
        read_me: what to know before filling it in.
        marked: the cells to correct, by row, from 0, and heading.
    """

    layout: Layout
    columns: tuple[Column, ...]
    rows: tuple[tuple[Raw, ...], ...]
    read_me: tuple[str, ...]
    marked: frozenset[tuple[int, str]] = frozenset()


def book_of(book: Book) -> bytes:
    """Return a workbook with the sheets Reviews, Choices and Read me.

    Raises:
        StorageError: the extra that writes spreadsheets is not installed.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an extra  # pyright: ignore[reportMissingTypeStubs]
    except ImportError as error:
        raise missing_extra("tables", "writing a spreadsheet needs XlsxWriter") from error
    made = BytesIO()
    open_book: Any = xlsxwriter.Workbook  # it has no types
    with open_book(made, dict(_NO_CONVERSIONS)) as workbook:
        first = datetime.combine(book.layout.terms.in_force_from, time())
        workbook.set_properties({"title": book.layout.terms.title, "created": first})
        _Writer(workbook, book).write()
    return made.getvalue()


class _Writer:
    """Writes one workbook."""

    def __init__(self, workbook: Any, book: Book) -> None:  # noqa: ANN401 - it has no types
        self._book = book
        self._reviews = workbook.add_worksheet(REVIEWS)
        self._choices = workbook.add_worksheet("Choices")
        self._read_me = workbook.add_worksheet("Read me")
        self._bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self._formats = {
            is_marked: {
                number: workbook.add_format({"num_format": number, **_FILL[is_marked]})
                for number in ("dd/mm/yyyy", "dd/mm/yyyy hh:mm", "@")
            }
            for is_marked in (False, True)
        }

    def write(self) -> None:
        """Write every sheet."""
        at = 1 if self._book.rows else 0  # the column that says what to correct is first
        if at:
            self._reviews.write_string(0, 0, TO_MEND, self._bold)
            self._reviews.set_column(0, 0, _WIDE)
        for place, column in enumerate(self._book.columns, start=at):
            self._column(place, column)
        marker = at + len(self._book.columns)
        self._reviews.write_string(0, marker, self._book.layout.marker)
        self._reviews.set_column(marker, marker, None, None, {"hidden": True})
        self._reviews.freeze_panes(1, at + 1)
        for row, cells in enumerate(self._book.rows):
            self._row(row, cells)
        self._list_columns()

    def _column(self, place: int, column: Column) -> None:
        day = column.reads in _DAYS
        # "@" is the format of text, so that a reference of digits stays as it was typed.
        cells = self._formats[False]["dd/mm/yyyy" if day else "@"]
        self._reviews.write_string(0, place, column.heading, self._bold)
        self._reviews.set_column(place, place, _WIDTH, cells)
        hint = {
            "input_title": column.heading[:_LONGEST_TITLE],
            "input_message": f"{column.means} ({column.reads.value})"[:_LONGEST_HINT],
            "show_error": False,
        }
        listed = tuple(_choices_in(column))
        source: dict[str, object] = {"validate": "any"}
        if listed:
            self._choices.write_string(0, place, column.heading, self._bold)
            self._choices.write_column(1, place, listed)
            self._choices.set_column(place, place, _WIDTH)
            letters = _column_letters(place)
            last = len(listed) + 1
            source = {"validate": "list", "source": f"=Choices!${letters}$2:${letters}${last}"}
        self._reviews.data_validation(1, place, _ROWS, place, source | hint)

    def _row(self, row: int, cells: tuple[Raw, ...]) -> None:
        self._reviews.write_string(row + 1, 0, str(cells[0]), self._wrapped)
        for place, (column, cell) in enumerate(
            zip(self._book.columns, cells[1:], strict=True), start=1
        ):
            self._cell(row + 1, place, cell, is_marked=(row, column.heading) in self._book.marked)

    def _cell(self, row: int, place: int, cell: Raw, *, is_marked: bool) -> None:
        formats = self._formats[is_marked]
        match cell:
            case None | "":
                if is_marked:
                    self._reviews.write_blank(row, place, None, formats["@"])
            case bool():
                self._reviews.write_boolean(row, place, cell, formats["@"])
            # XLSX knows no day before 1900; an earlier one is written as text.
            case datetime() if cell.year >= _FIRST_YEAR:
                self._reviews.write_datetime(row, place, cell, formats["dd/mm/yyyy hh:mm"])
            case date() if cell.year >= _FIRST_YEAR:
                self._reviews.write_datetime(row, place, cell, formats["dd/mm/yyyy"])
            case int() | float() if isfinite(cell):
                self._reviews.write_number(row, place, cell, formats["@"])
            case _:
                self._reviews.write_string(row, place, str(cell)[:_LONGEST_CELL], formats["@"])

    def _list_columns(self) -> None:
        lines = self._book.read_me
        self._read_me.set_column(0, 0, _WIDE, self._wrapped)
        self._read_me.set_column(1, len(ABOUT), _WIDE // 2, self._wrapped)
        self._read_me.write_column(0, 0, lines)
        self._read_me.write_row(len(lines) + 1, 0, ABOUT, self._bold)
        for row, column in enumerate(self._book.columns, start=len(lines) + 2):
            self._read_me.write_row(row, 0, about(column, self._book.layout.columns))


_FILL: Final = {False: {}, True: {"bg_color": "#FFE08A"}}
"""The fill of a cell to correct; the row also says it in words, not by colour alone."""


def _choices_in(column: Column) -> Iterator[str]:
    yield from chain((one.title for one in column.choices), column.suggests)
    if column.reads is Reads.YES_NO:
        yield from ("yes", "no")
    if column.suggests and column.may_be_none:
        yield NONE


def _column_letters(place: int) -> str:
    return address(1, place)[:-1]
