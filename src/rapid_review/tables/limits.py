"""Checks before a spreadsheet is read: a small file may unpack to fill the memory.

An XLSX or ODS is a ZIP of XML. It is unpacked and checked here, and packed again without
compression, so that Calamine reads exactly the bytes that were checked.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile

from rapid_review.domain.errors import InvalidInputError

MOST_BYTES: Final = 16 * 1024 * 1024
"""The largest file that is read, in bytes."""
MOST_UNPACKED: Final = 64 * 1024 * 1024
"""The most bytes that it may unpack to; and the most bytes of text in its cells."""
MOST_FILES: Final = 500
"""The most files in its ZIP."""
MOST_SHEETS: Final = 20
"""The most sheets in it."""
MOST_ROWS: Final = 10_000
"""The most rows of a sheet, counting the empty ones before its last."""
MOST_COLUMNS: Final = 400
"""The most columns of a sheet."""
MOST_IN_A_CELL: Final = 131_072
"""The most characters in a cell of a CSV, as many as Python's reader takes by itself."""

_MOST_IN_A_TAG: Final = 4_096
"""The most attributes of a tag, with the characters that are not in their values."""
_XML: Final = (".xml", ".rels")
"""The endings of the files in a workbook that are read; `mimetype` of an ODS has none."""

# No pattern here passes a "<", which no tag may hold, not even in an attribute. So each byte
# belongs to one attempt at most, and the time is in proportion to the size (ADR 0081).
ATTRIBUTES: Final = rb"""(?:[^<>"']|"[^<"]*"|'[^<']*'){0,%d}""" % _MOST_IN_A_TAG
"""What is in a tag after its name."""
_TAG: Final = re.compile(rb"<" + ATTRIBUTES + rb"+(>?)")
_CELL: Final = re.compile(
    rb"<(?:[\w.-]+:)?(?:row|c)\s"
    + ATTRIBUTES
    + rb"""?\br\s*=\s*["']([A-Za-z]{0,4})([0-9]{1,9})["']"""
)
_STRING: Final = re.compile(rb"<(/?)(?:[\w.-]+:)?si\b[^<>]*")
_VALUE: Final = re.compile(rb"<(?:[\w.-]+:)?v\b" + ATTRIBUTES + rb">\s*([0-9]{1,9})")
_ODS_TAG: Final = re.compile(
    rb"<(?:table:)(table-row|table-cell|covered-table-cell|table)\b(" + ATTRIBUTES + rb")>"
)
_DECLARED: Final = re.compile(rb"""\s*<\?xml\b[^<>]*?\bencoding\s*=\s*["']([^"']*)""")
_IN_UTF_8: Final = (b"utf-8", b"us-ascii")
_REPEATED: Final = re.compile(rb"""number-(?:columns|rows)-repeated\s*=\s*["']([0-9]{1,9})["']""")


_UNREADABLE: Final = (
    *(BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError),
    *(zlib.error, struct.error),
)
"""What the ZIP reader raises if a file is not a ZIP, is damaged, or has a password."""


class TableError(InvalidInputError):
    """A file is not a table that can be read, or was not made from these terms."""


class OtherTemplateError(TableError):
    """A table was not made from the template of these terms.

    Attributes:
        found: which table it is, without what to do next.
    """

    def __init__(self, found: str, way_on: str) -> None:
        super().__init__(found, way_on)
        self.found = found


def unpacked(data: bytes, name: str) -> Mapping[str, bytes]:
    """Return the files of a workbook's ZIP by their names: its XML, which alone is read.

    Raises:
        TableError: it is not a ZIP, or holds more than is read.
    """
    parts: dict[str, bytes] = {}
    left = MOST_UNPACKED
    try:
        with ZipFile(BytesIO(data)) as archive:
            listed = archive.infolist()
            if len(listed) > MOST_FILES or len({one.filename for one in listed}) < len(listed):
                raise too_much(name, f"more than {MOST_FILES} files, or the same file twice")
            for one in (each for each in listed if _is_read(each.filename)):
                with archive.open(one) as part:
                    found = part.read(left + 1)
                left -= len(found)
                if left < 0:
                    raise too_much(name, f"more than {MOST_UNPACKED // 1024**2} MB unpacked")
                parts[one.filename] = found
    except _UNREADABLE as error:
        raise TableError(
            f"{name}: the file is damaged or has a password; open it in the spreadsheet program, "
            "and save it again without a password"
        ) from error
    return parts


def _is_read(name: str) -> bool:
    return name == "mimetype" or name.lower().endswith(_XML)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return a ZIP of files without compression."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def hold_to_limits(parts: Mapping[str, bytes], name: str) -> None:
    """Check that a workbook's sheets are no larger than is read, before anything reads them.

    Raises:
        TableError: a sheet is larger, or the workbook holds what no spreadsheet program writes.
    """
    for content in parts.values():
        # In another encoding, the patterns here would miss a tag that the reader sees.
        if not _is_in_utf_8(content):
            raise too_much(name, "XML in another encoding than UTF-8")
        # Entities of a document type unpack to any size; and the patterns here would take for a
        # tag what only looks like one in a comment or in raw data.
        if b"<!" in content:
            raise too_much(name, "a document type, a comment or raw data in its XML")
        # The reader may accept a tag that the patterns here do not know.
        if not all(tag[1] for tag in _TAG.finditer(content)):
            raise too_much(name, "a tag in its XML that does not end, or is too long")
    if "content.xml" in parts:
        _check_ods(parts["content.xml"], name)
    else:
        _check_xlsx(parts, name)


def _is_in_utf_8(content: bytes) -> bool:
    declared = _DECLARED.match(content.removeprefix(b"\xef\xbb\xbf"))
    named = declared[1].lower() if declared else _IN_UTF_8[0]
    return b"\0" not in content and named in _IN_UTF_8


def must_fit(rows: int, columns: int, name: str) -> None:
    """Check that a sheet has no more rows and columns than are read.

    Raises:
        TableError: it has more.
    """
    if rows > MOST_ROWS:
        raise too_much(name, f"a sheet of more than {MOST_ROWS:,} rows")
    if columns > MOST_COLUMNS:
        raise too_much(name, f"a sheet of more than {MOST_COLUMNS} columns")


def too_much(name: str, what: str) -> TableError:
    """Return the error that a file holds more than is read."""
    return TableError(
        f"{name}: the file contains {what}, which is more than rapid-review reads; copy the rows "
        "to import into a new template, in several parts if necessary"
    )


def _check_xlsx(parts: Mapping[str, bytes], name: str) -> None:
    sizes: list[int] = []
    for part, content in parts.items():
        if part.lower().endswith("sharedstrings.xml"):
            sizes += _sizes_of_texts(content)
    text = 0
    for content in parts.values():
        for cell in _CELL.finditer(content):
            must_fit(int(cell[2]), _column_number(cell[1]), name)
        # A text is stored once, and each cell that names it unpacks it once more (ADR 0081).
        for value in _VALUE.finditer(content):
            at = int(value[1])
            text += sizes[at] if at < len(sizes) else 0
    if text > MOST_UNPACKED:
        raise too_much(name, f"more than {MOST_UNPACKED // 1024**2} MB of text in its cells")


def _sizes_of_texts(strings: bytes) -> Iterator[int]:
    """Yield the size of each text that cells share, from where it begins to where it ends."""
    begins: int | None = None
    for tag in _STRING.finditer(strings):
        if begins is None and tag[0].endswith(b"/"):
            yield len(tag[0])
        elif not tag[1]:
            begins = tag.start() if begins is None else begins
        elif begins is not None:
            yield tag.end() - begins
            begins = None


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _check_ods(content: bytes, name: str) -> None:
    """Check the cells that hold something; programs repeat empty ones to the sheet's end."""
    row = column = repeats = 0
    cells = 0
    for kind, attributes in _ods_tags(content):
        repeated = _REPEATED.search(attributes)
        times = int(repeated[1]) if repeated else 1
        if kind == b"table":
            row = column = repeats = 0
        elif kind == b"table-row":
            row, column, repeats = row + repeats, 0, times
        else:
            column += times
            if b"value-type" in attributes or not attributes.rstrip().endswith(b"/"):
                must_fit(row + repeats, column, name)
                cells += times * repeats
    if cells > MOST_ROWS * MOST_COLUMNS:
        raise too_much(name, "more cells than fit into a table")


def _ods_tags(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    for tag in _ODS_TAG.finditer(content):
        yield tag[1], tag[2]
