"""A cell that looks empty to a reader of spreadsheets, and is not: nothing is left out unsaid."""

import struct

import pytest

from rapid_review import tables
from tests.tables.some_tables import NOTIFIED, XLS, Cells, filled, headings, in_memory, refused
from tests.tables.test_reading_files import as_csv, ods, with_part

_TEXT_IN_ODS = (
    '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
)
PANEL_NOTIFIED: Cells = {**NOTIFIED, "Panel notified": "05/05/2021"}


def with_an_error(shown: str) -> bytes:
    """Return a table whose cell "Panel notified" looks something up and does not find it."""
    column = "L"  # as the template has it
    assert headings().index("Panel notified") == ord(column) - ord("A")
    sheet, row = "xl/worksheets/sheet1.xml", '<c r="M2"'
    data = filled({**NOTIFIED, "Criteria found not met": "06/05/2021", "Why not met": "x"})
    found = f'<c r="{column}2" t="e"><f>VLOOKUP(A2,B:C,2)</f><v>{shown}</v></c>'
    return with_part(sheet, (row, found + row), data)


def problems_in(data: bytes, name: str) -> list[str]:
    """Return what is wrong in a table."""
    return [str(one) for one in tables.check(data, name, in_memory()).problems]


@pytest.mark.parametrize("shown", ["#N/A", "#REF!", "#DIV/0!", "#NAME?", "#GETTING_DATA"])
def test_a_cell_that_shows_an_error_is_none_that_is_empty(shown: str) -> None:
    """ToR 7: an empty "Panel notified" would say that nobody ever told the Panel."""
    (told,) = problems_in(with_an_error(shown), "reviews.xlsx")
    assert "Panel notified (L2): shows an error of the spreadsheet program" in told
    assert "Empty it only if that did not happen." in told


def test_an_error_in_an_ods_is_told_as_well() -> None:
    """LibreOffice keeps an error as a text that is empty, and beside it what is shown."""
    shown = _TEXT_IN_ODS.format("#N/A")
    kept = shown.replace(
        'office:value-type="string"',
        'table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"',
    )
    data = with_part("content.xml", (shown, kept), ods({**NOTIFIED, "Panel notified": "#N/A"}))
    (told,) = problems_in(data, "reviews.ods")
    assert "Panel notified (L2): shows an error" in told


def test_an_error_in_an_xls_is_refused_because_it_reads_as_empty() -> None:
    """The cell itself, or the result of its formula; it is named, and other numbers pass."""
    cell = struct.pack("<HHHH", 0x00FD, 10, 1, 0)  # a text in A2
    error = struct.pack("<HHHHHBB", 0x0205, 10, 1, 0, 0, 0x2A, 1)
    formula = struct.pack("<HHHHHB5xH", 0x0006, 14, 1, 0, 0, 2, 0xFFFF)
    for instead in (error, formula):
        told = refused(XLS.replace(XLS[XLS.index(cell) :][: len(instead)], instead, 1), "a.xls")
        assert "A2 of a sheet shows an error, such as #N/A" in told
        assert "save the file as XLSX" in told
    assert not problems_in(XLS, "reviews.xls")


def test_words_that_begin_like_an_error_are_words() -> None:
    """A number sign is not enough."""
    rows = [{**NOTIFIED, "Where it happened": one} for one in ("#7 High Street", "N/A", "#")]
    for row in rows:
        assert not problems_in(as_csv(row), "reviews.csv")


def test_a_row_that_is_longer_than_its_headings_is_refused() -> None:
    """A text with a comma and without quotation marks moves all that is right of it."""
    whole = as_csv(PANEL_NOTIFIED).decode()
    (head, row, *_) = whole.splitlines()
    longer = f"{head}\r\n{row},\r\n{row},,04/05/2021\r\n"
    told = refused(longer.encode(), "reviews.csv")
    assert "3 is filled in, but is in no column of the table" in told
    assert "texts with commas in this row have quotation marks" in told
    assert "04/05/2021" not in told
    assert not problems_in(f"{head}\r\n{row},,\r\n".encode(), "reviews.csv")


def test_a_cell_under_the_hidden_heading_is_refused() -> None:
    """The last column is the program's, and what moved into it would be lost."""
    told = refused(filled({**NOTIFIED, headings()[-1]: "04/05/2021"}))
    assert "is filled in, but is in no column of the table" in told
