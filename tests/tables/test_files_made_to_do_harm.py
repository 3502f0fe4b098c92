"""No small file takes a server's time or memory, whatever is in it."""

import struct
import subprocess
import sys

import pytest

from rapid_review import tables
from rapid_review.tables import limits
from tests.tables.some_tables import XLS, refused, zipped


@pytest.mark.parametrize(
    ("part", "content", "gist"),
    [
        ("xl/worksheets/sheet1.xml", "<c " * 4_000, "tag in its XML"),
        ("xl/worksheets/sheet1.xml", '<c x="<" r="XFD1048576"/>', "tag in its XML"),
        ("xl/worksheets/sheet1.xml", f"<c {'x' * 5_000}/>", "tag in its XML"),
        ("XL/WORKSHEETS/SHEET1.XML", "<!-- -->", "comment"),
        ("content.xml", "<table:table " * 4_000, "tag in its XML"),
    ],
)
def test_a_tag_that_the_check_could_misread_is_refused(part: str, content: str, gist: str) -> None:
    """No program writes one, and what reads it may take it for a cell."""
    assert gist in refused(zipped({part: content}))


@pytest.mark.parametrize(
    "sheet",
    [
        '<row r="1048576"/>'.encode("utf-16"),
        '<?xml version="1.0" encoding="UTF-16"?><row/>'.encode("utf-16-le"),
        b'<?xml version="1.0" encoding="cp037"?>' + '<row r="1048576"/>'.encode("cp037"),
        b"\xef\xbb\xbf<?xml version='1.0' encoding = 'UTF-7'?>+ADw-row/+AD4-",
    ],
)
def test_a_sheet_in_another_encoding_is_refused(sheet: bytes) -> None:
    """The check reads bytes: what reads the sheet would see tags that the check did not."""
    assert "another encoding than UTF-8" in refused(zipped({"xl/worksheets/sheet1.xml": sheet}))


_MANY = 1024 * 1024
_LOOK = """
from rapid_review.tables import limits
try:
    limits.hold_to_limits({{{part!r}: {tag!r} * {times}}}, "a file")
except limits.TableError:
    pass
"""


@pytest.mark.parametrize(
    ("part", "tag"),
    [
        ("sheet1.xml", b"<c "),
        ("sheet1.xml", b"<v "),
        ("sheet1.xml", b"<c>"),
        ("sharedStrings.xml", b"<si>"),
        ("content.xml", b"<table:table "),
        ("content.xml", b"<table:table>"),
    ],
)
def test_a_file_made_of_beginnings_is_looked_through_once(part: str, tag: bytes) -> None:
    """A million of them: looking from each to the end of the file would take hours, not a second.

    It is done in a process of its own, which is awaited far longer than it needs.
    """
    look = _LOOK.format(part=part, tag=tag, times=_MANY)
    subprocess.run([sys.executable, "-c", look], check=True, timeout=300)  # noqa: S603 - our own


def test_an_old_workbook_that_is_listed_again_and_again_is_refused() -> None:
    """Each entry of its folder may name the same sectors, and each would be read."""
    at = XLS.index("Workbook".encode("utf-16-le"))
    entry = XLS[at : at + 128]
    (first,) = struct.unpack_from("<I", XLS, 48)
    begin = 512 * (first + 1)
    assert "more than 2 workbooks" in refused(XLS[:begin] + entry * 4 + XLS[begin + 512 :])


def test_an_empty_text_counts_among_those_that_cells_name() -> None:
    """The next one has the next number, and is as long as it is."""
    sheet, strings = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
    cells = "<c><v>1</v></c>" * 4_000
    for texts, is_much in (
        (f"<si/><si><t>{'y' * 20_000}</t></si>", True),
        (f"<si><t>{'y' * 20_000}</t></si><si/>", False),
    ):
        parts = {sheet: cells.encode(), strings: texts.encode()}
        if is_much:
            with pytest.raises(tables.TableError, match="64 MB of text"):
                limits.hold_to_limits(parts, "reviews.xlsx")
        else:
            limits.hold_to_limits(parts, "reviews.xlsx")
