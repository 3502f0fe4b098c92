"""Tables filled in by hand: headings as the template has them, and rows of cells."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from python_calamine import CalamineWorkbook

from rapid_review import tables, terms
from rapid_review.store import RapidReviews
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.tables.cells import Raw
from rapid_review.tables.layout import REVIEWS

KENT: Final = terms.load("kent-and-medway-2020-05")
AGENCIES: Final = ("kent-police", "health-visiting", "integrated-childrens-services")
NOW: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
SEATS: Final = tuple(f"Seat: {seat.title}" for seat in KENT.seats)
CANARY: Final = "Jane Canary"
Cells = Mapping[str, Raw]
"""A row, by the headings of its cells."""

NOTIFIED: Final[Cells] = {
    "Case": "KM-1",
    "Notification reference": "PRN-1",
    "Notified by": "kent-ics",
    "Class of notification": "serious-incident",
    "Notification received": "04/05/2021",
    "Incident known on": "03/05/2021",
    "Nature": "death",
    "Children": "c-1",
    "Ages of children": "7",
}
"""The least that a case needs."""
IN_2020: Final[Cells] = {
    **NOTIFIED,
    "Notification received": "04/05/2020",
    "Incident known on": "03/05/2020",
}
"""The same a year before, where the clock says 2020."""

xlsxwriter: Any = import_module("xlsxwriter")  # it has no types


def in_memory() -> RapidReviews:
    """Return a record that is gone with the test."""
    return RapidReviews.in_memory(keys=keys_in_memory(), terms=KENT, clock=lambda: NOW)


def headings(agencies: Sequence[str] = AGENCIES) -> list[str]:
    """Return the headings of the template, the hidden one among them."""
    (first, *_) = rows_in(tables.template(KENT, agencies=agencies))
    return list(map(str, first))


def rows_in(data: bytes) -> list[list[Raw]]:
    """Return the rows of the sheet Reviews, as a spreadsheet program sees them."""
    with CalamineWorkbook.from_object(BytesIO(data)) as book:
        rows = book.get_sheet_by_name(REVIEWS).to_python(skip_empty_area=False)
    return [list(row) for row in rows]


def filled(*rows: Cells, of: Sequence[str] | None = None) -> bytes:
    """Return a table as XLSX, with these rows."""
    head = headings() if of is None else of
    return xlsx(head, ([row.get(one) for one in head] for row in rows))


def xlsx(head: Sequence[str], rows: Iterable[Sequence[Raw]]) -> bytes:
    """Return a workbook with one sheet, its cells as a person would have typed them."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"strings_to_formulas": False}) as book:
        days = book.add_format({"num_format": "dd/mm/yyyy"})
        hours = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        clock = book.add_format({"num_format": "hh:mm"})
        lasting = book.add_format({"num_format": "[h]:mm"})
        sheet = book.add_worksheet(REVIEWS)
        sheet.write_row(0, 0, head)
        for at, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(at, place, cell, hours)
                elif isinstance(cell, date):
                    sheet.write_datetime(at, place, cell, days)
                elif isinstance(cell, time):
                    sheet.write_datetime(at, place, cell, clock)
                elif isinstance(cell, timedelta):
                    sheet.write_datetime(at, place, cell, lasting)
                elif isinstance(cell, str):
                    sheet.write_string(at, place, cell)
                elif cell is not None:
                    sheet.write(at, place, cell)
    return made.getvalue()


def checked(*rows: Cells, reviews: RapidReviews | None = None) -> tables.Checked:
    """Return what is found in a table with these rows."""
    return tables.check(filled(*rows), "reviews.xlsx", reviews or in_memory())


XLS = (Path(__file__).parent / "reviews.xls").read_bytes()
"""A case of `examples/reviews.csv` as an XLS, with a day and an hour that are real dates."""


def refused(data: bytes, name: str = "reviews.xlsx") -> str:
    """Return why a file is refused."""
    with pytest.raises(tables.TableError) as told:
        tables.check(data, name, in_memory())
    return str(told.value)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP of texts."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()
