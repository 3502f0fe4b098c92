"""Tables to be filled in: a template made from the terms, and rows that need correcting."""

import csv
from collections.abc import Collection, Iterable
from datetime import date, datetime
from io import StringIO

from rapid_review.domain.terms.terms import Terms
from rapid_review.tables.about import read_me
from rapid_review.tables.books import Book, book_of
from rapid_review.tables.cells import Raw
from rapid_review.tables.headings import ColumnPlaces
from rapid_review.tables.layout import TO_MEND, Layout
from rapid_review.tables.problems import Problem
from rapid_review.tables.sheets import ESCAPED, Sheet


def template(terms: Terms, *, agencies: Iterable[str] = (), as_csv: bool = False) -> bytes:
    """Return an empty table for the cases under some terms.

    Args:
        terms: the terms; seats, outcomes, partners and the like are taken from them.
        agencies: which agencies get a column for their report, besides those of the terms.
        as_csv: whether it is CSV; else it is XLSX, with lists to choose from.

    Raises:
        StorageError: the extra that writes spreadsheets is not installed.
    """
    layout = Layout.of(terms, agencies)
    if as_csv:
        return _as_csv([[*(one.heading for one in layout.columns), layout.marker]])
    return book_of(Book(layout, layout.columns, (), read_me(layout)))


def to_mend(
    sheet: Sheet,
    found: ColumnPlaces,
    rows: Collection[int],
    problems: Iterable[Problem],
    *,
    as_csv: bool = False,
) -> bytes:
    """Return some rows as a table with the same columns, and what to correct in each.

    Args:
        sheet: what is in the table.
        found: where its columns are.
        rows: the numbers of the rows to return.
        problems: what needs correcting.
        as_csv: whether it is CSV; else it is XLSX.
    """
    by_key = {one.key: one for one in found.layout.columns}
    places = sorted((place, by_key[key]) for key, place in found.places.items())
    columns = tuple(column for _, column in places)
    by_row: dict[int, list[Problem]] = {}
    for one in problems:
        by_row.setdefault(one.row, []).append(one)
    out: list[tuple[Raw, ...]] = []
    marked: set[tuple[int, str]] = set()
    for number, cells in sheet.rows:
        if number in rows:
            correct = "\n".join(f"{one.heading}: {one.text}" for one in by_row.get(number, ()))
            marked |= {(len(out), one.heading) for one in by_row.get(number, ())}
            given = (cells[place] if place < len(cells) else None for place, _ in places)
            out.append((correct, *given))
    layout = found.layout
    if as_csv:
        headings = [TO_MEND, *(one.heading for one in columns), layout.marker]
        return _as_csv([headings, *out])
    return book_of(Book(layout, columns, tuple(out), read_me(layout), frozenset(marked)))


def _as_csv(rows: Iterable[Iterable[Raw]]) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerows([_escaped(_as_text(cell)) for cell in row] for row in rows)
    # The mark at the beginning tells a spreadsheet program that it is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _as_text(cell: Raw) -> str:
    """Return a cell as text, from which `check` reads the same again."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return f"{cell:%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell)


def _escaped(cell: str) -> str:
    """Return a cell with an apostrophe before it where it would be taken for a formula."""
    return f"'{cell}" if cell and cell[0] in ESCAPED else cell
