"""Checks before a spreadsheet is read: a small file may unpack to fill the memory.

A workbook of today is a ZIP of XML. It is unpacked here, held to its limits, and packed again
without compression, so that whatever reads it reads no more than was looked at.
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
"""The most that it may unpack to, in bytes; and the most text that its cells may hold."""
MOST_FILES: Final = 500
"""The most files in it."""
MOST_SHEETS: Final = 20
"""The most sheets in it."""
MOST_ROWS: Final = 10_000
"""The most rows of a sheet, empty ones before its last among them."""
MOST_COLUMNS: Final = 400
"""The most columns of a sheet."""
MOST_IN_A_CELL: Final = 131_072
"""The most characters in a cell of a CSV, as many as Python's reader takes by itself."""

_MOST_IN_A_TAG: Final = 4_096
"""The most attributes of a tag, with the characters that are not in their values."""
_XML: Final = (".xml", ".rels")
"""How the files of a workbook end that are read; and an ODS says in `mimetype` that it is one."""

# No pattern here passes a "<", which no tag may hold, not even in an attribute. So each byte
# belongs to one attempt at most, and the time is in proportion to the size (ADR 0081).
_ATTRIBUTES: Final = rb"""(?:[^<>"']|"[^<"]*"|'[^<']*'){0,%d}""" % _MOST_IN_A_TAG
_TAG: Final = re.compile(rb"<" + _ATTRIBUTES + rb"+(>?)")
_CELL: Final = re.compile(
    rb"<(?:[\w.-]+:)?(?:row|c)\s"
    + _ATTRIBUTES
    + rb"""?\br\s*=\s*["']([A-Za-z]{0,4})([0-9]{1,9})["']"""
)
_STRING: Final = re.compile(rb"<(/?)(?:[\w.-]+:)?si\b[^<>]*")
_VALUE: Final = re.compile(rb"<(?:[\w.-]+:)?v\b" + _ATTRIBUTES + rb">\s*([0-9]{1,9})")
_OF_A_TABLE: Final = re.compile(
    rb"<(?:table:)(table-row|table-cell|covered-table-cell|table)\b(" + _ATTRIBUTES + rb")>"
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


def unpacked(data: bytes, name: str) -> Mapping[str, bytes]:
    """Return the files of a workbook's ZIP by their names: its XML, which alone is read.

    Raises:
        TableError: it is no ZIP, or holds more than is looked at.
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
    """Return a ZIP that holds its files as they are."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def hold_to_limits(parts: Mapping[str, bytes], name: str) -> None:
    """Check that a workbook's sheets are no larger than is read, before anything reads them.

    Raises:
        TableError: they are, or it holds what no spreadsheet program writes.
    """
    for content in parts.values():
        # In another encoding, the patterns here would miss a tag that the reader sees.
        if not _is_in_utf_8(content):
            raise too_much(name, "XML in another encoding than UTF-8")
        # Entities of a document type unpack to any size; and within a comment or raw data a tag is
        # none, whatever it looks like to the patterns here.
        if b"<!" in content:
            raise too_much(name, "a document type, a comment or raw data in its XML")
        # The reader may accept a tag that the patterns here do not know.
        if not all(tag[1] for tag in _TAG.finditer(content)):
            raise too_much(name, "a tag in its XML that does not end, or is too long")
    if "content.xml" in parts:
        _hold_ods(parts["content.xml"], name)
    else:
        _hold_xlsx(parts, name)


def _is_in_utf_8(content: bytes) -> bool:
    declared = _DECLARED.match(content.removeprefix(b"\xef\xbb\xbf"))
    named = declared[1].lower() if declared else _IN_UTF_8[0]
    return b"\0" not in content and named in _IN_UTF_8


def must_fit(rows: int, columns: int, name: str) -> None:
    """Check that a sheet has no more rows and columns than are read.

    Raises:
        TableError: it has.
    """
    if rows > MOST_ROWS:
        raise too_much(name, f"a sheet of more than {MOST_ROWS:,} rows")
    if columns > MOST_COLUMNS:
        raise too_much(name, f"a sheet of more than {MOST_COLUMNS} columns")


def too_much(name: str, what: str) -> TableError:
    """Return in words that a file holds more than is read."""
    return TableError(
        f"{name}: the file contains {what}, which is more than rapid-review reads; copy the rows "
        "to import into a new template, in several parts if necessary"
    )


def _hold_xlsx(parts: Mapping[str, bytes], name: str) -> None:
    sizes: list[int] = []
    for part, content in parts.items():
        if part.lower().endswith("sharedstrings.xml"):
            sizes += _sizes(content)
    text = 0
    for content in parts.values():
        for cell in _CELL.finditer(content):
            must_fit(int(cell[2]), _column(cell[1]), name)
        # A text is stored once, and each cell that names it unpacks it once more (ADR 0081).
        for value in _VALUE.finditer(content):
            at = int(value[1])
            text += sizes[at] if at < len(sizes) else 0
    if text > MOST_UNPACKED:
        raise too_much(name, f"more than {MOST_UNPACKED // 1024**2} MB of text in its cells")


def _sizes(strings: bytes) -> Iterator[int]:
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


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _hold_ods(content: bytes, name: str) -> None:
    """See to the cells that hold something; what is empty is repeated to the sheet's end."""
    row = column = repeats = 0
    text = 0
    for kind, attributes in _tags(content):
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
                text += times * repeats
    if text > MOST_ROWS * MOST_COLUMNS:
        raise too_much(name, "more cells than fit into a table")


def _tags(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    for tag in _OF_A_TABLE.finditer(content):
        yield tag[1], tag[2]
