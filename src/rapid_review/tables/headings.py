"""Match the columns of a sheet to those of the template, by heading, in any order.

The heading of a hidden column names the layout and the terms that the table was made from. A table
without that column, or made from others, is refused: its cells might mean something else.
"""

import re
from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final, NamedTuple

from rapid_review.domain.errors import shown
from rapid_review.domain.terms.terms import Terms
from rapid_review.tables.cells import is_blank
from rapid_review.tables.columns import Column
from rapid_review.tables.columns_of_the_receipt import AGENCY_REPORT
from rapid_review.tables.layout import LAYOUT, TO_MEND, Layout
from rapid_review.tables.limits import OtherTemplateError, TableError
from rapid_review.tables.problems import address
from rapid_review.tables.sheets import Sheet

_BEGINS: Final = "rapid-review table"
_MARKER: Final = re.compile(
    r"rapid-review table (\d{1,9}) ([a-z0-9-]{1,64}) (sha256:[0-9a-f]{64})"
)
_AGENCY: Final = re.compile(re.escape(AGENCY_REPORT.casefold()) + r"([a-z0-9]+(?:-[a-z0-9]+)*)")
_LONGEST_CODE: Final = 64
_MOST_CELLS: Final = 10
_MAKE_ONE: Final = (
    "make a table with `rapid-review table template`, and copy the rows into it, without the "
    "headings"
)


class ColumnPlaces(NamedTuple):
    """A layout, and the place of each of its columns in a sheet, from 0, by the column's key."""

    layout: Layout
    places: Mapping[str, int]


def columns_in(sheet: Sheet, terms: Terms, name: str) -> ColumnPlaces:
    """Return which column of a sheet is which.

    Args:
        sheet: the sheet.
        terms: the terms of the record.
        name: of the file, for messages.

    Raises:
        TableError: the table was made from other terms or in another layout, lacks the hidden
            column, is empty, or has headings that are unknown, repeated or missing.
    """
    markers = [one for one in sheet.headings if one.startswith(_BEGINS)]
    if not markers:
        _must_not_be_lower(sheet, name)
    _check_marker(markers[0] if markers else "", terms, name)
    if not sheet.rows:
        raise TableError(
            f"{name}: the table has no filled rows; fill in a row for each case, from row 2"
        )
    found = {
        place: _normalised(one) for place, one in enumerate(sheet.headings) if one not in markers
    }
    agencies = [match[1] for one in found.values() if (match := _AGENCY.fullmatch(one))]
    layout = Layout.of(terms, (one for one in agencies if len(one) <= _LONGEST_CODE))
    by_heading = {_normalised(one.heading): one for one in layout.columns}
    wrong = [*_unknown_headings(found, by_heading, sheet), *_repeated_headings(found, by_heading)]
    missing = [one.heading for key, one in by_heading.items() if _is_missing(one, key, found)]
    wrong += [f"the column {one!r} is missing; restore its heading" for one in missing]
    wrong += _cells_without_heading(found, sheet)
    if wrong:
        raise TableError(*(f"{name}: {one}" for one in wrong))
    return ColumnPlaces(
        layout, {by_heading[one].key: at for at, one in found.items() if one in by_heading}
    )


def _must_not_be_lower(sheet: Sheet, name: str) -> None:
    """Check that the headings are not below a title, which somebody put above them.

    Raises:
        TableError: they are.
    """
    for number, row in sheet.rows:
        if any(isinstance(one, str) and one.startswith(_BEGINS) for one in row):
            raise TableError(
                f"{name}: the headings of the table are in row {number}; delete the rows above it"
            )


def _check_marker(marker: str, terms: Terms, name: str) -> None:
    """Check that a table was made in this layout and from these terms."""
    match = _MARKER.fullmatch(marker)
    if match is None:
        raise OtherTemplateError(
            f"{name}: the table lacks the hidden last column of the template, which names its "
            "terms",
            _MAKE_ONE,
        )
    layout, id_, digest = match.groups()
    if int(layout) != LAYOUT:
        raise OtherTemplateError(
            f"{name}: found layout {int(layout)}; allowed: layout {LAYOUT}", _MAKE_ONE
        )
    if id_ != terms.id:
        raise OtherTemplateError(
            f"{name}: the table was made for terms {shown(id_)}, and not for terms {terms.id}",
            f"name the table's terms with --terms, or {_MAKE_ONE}",
        )
    if digest != terms.digest:
        raise OtherTemplateError(
            f"{name}: the table was made from a different version of the file of terms {terms.id}",
            _MAKE_ONE,
        )


def _unknown_headings(
    found: Mapping[int, str], by_heading: Mapping[str, Column], sheet: Sheet
) -> list[str]:
    """Report headings that are not in the template."""
    unknown: list[str] = []
    for place, heading in found.items():
        cells = (row[place] for _, row in sheet.rows if place < len(row))
        if heading in by_heading or heading == _normalised(TO_MEND):
            continue
        if not heading and all(map(is_blank, cells)):
            continue
        near = get_close_matches(heading[:200], by_heading, n=1)
        meant = f"; did you mean {by_heading[near[0]].heading!r}?" if near else "."
        way_on = "Replace it with a heading of the template, or delete the column"
        unknown.append(
            f"the heading in {address(1, place)} is not a heading of the table{meant} {way_on}"
        )
    return unknown


def _cells_without_heading(found: Mapping[int, str], sheet: Sheet) -> list[str]:
    """Report the first cell of each row that is in no column, as after a comma without quotes."""
    wrong: list[str] = []
    for number, row in sheet.rows:
        stray = (at for at, cell in enumerate(row) if at not in found and not is_blank(cell))
        if (at := next(stray, None)) is not None:
            wrong.append(
                f"{address(number, at)} is filled in, but is in no column of the table. In a CSV, "
                "check that texts with commas in this row have quotation marks; otherwise empty "
                "the cell"
            )
    return wrong[:_MOST_CELLS]


def _repeated_headings(found: Mapping[int, str], by_heading: Mapping[str, Column]) -> list[str]:
    times = Counter(found.values())
    return [
        f"the column {one.heading!r} occurs twice; delete one of the two"
        for key, one in by_heading.items()
        if times[key] > 1
    ]


def _is_missing(column: Column, heading: str, found: Mapping[int, str]) -> bool:
    """Say whether a column that every case needs is missing."""
    of_every_case = column.part == "notification" and column.needed
    return of_every_case and heading not in found.values()


def _normalised(heading: str) -> str:
    return " ".join(heading.casefold().split())
