"""The check before an XLS is read: how many rows and columns its cells reach.

An XLS is a small file system in a file; one of its files, the workbook, is a row of records. One
cell at the far corner of each sheet would take gigabytes to read. Only the places of cells are
checked here, and whether a cell shows an error, but not what the cells hold.
"""

import struct
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from rapid_review.tables.limits import MOST_SHEETS, TableError, must_fit, too_much
from rapid_review.tables.problems import address

MOST_BYTES: Final = 4 * 1024 * 1024
"""The largest XLS that is read, in bytes: an index of one level is enough up to there."""

_END: Final = 0xFFFFFFF0
"""From here on the number of a sector is a mark."""
_INDEX_SECTORS: Final = 109
_ENTRY_SIZE: Final = 128
_WORKBOOKS: Final = ("workbook", "book")
"""What the workbook is called: a file for newer and for older programs has both."""
_SMALL: Final = 4096
"""Files below this size lie elsewhere, where no spreadsheet program puts a workbook."""
_SHEET_BEGINS: Final = (0x0009, 0x0209, 0x0409, 0x0809)
_SEVERAL_CELLS: Final = (0x00BD, 0x00BE)
"""Records of several cells of a row: the last column is at the end."""
_CELLS: Final = frozenset(
    {
        *(0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD),
        *(0x0201, 0x0203, 0x0204, 0x0205, 0x0206, 0x027E, 0x0406),
    }
)

_BOOLEAN_OR_ERROR: Final = 0x0205
_FORMULAS: Final = (0x0006, 0x0206, 0x0406)


class _Record(NamedTuple):
    kind: int
    content: bytes


def hold_to_limits(data: bytes, name: str) -> None:
    """Check that the sheets of an XLS are no larger than is read.

    Raises:
        TableError: a sheet is larger, or the file is damaged.
    """
    if len(data) > MOST_BYTES:
        raise too_much(name, f"more than {MOST_BYTES // 1024**2} MB, for an XLS")
    try:
        found = 0
        for found, one in enumerate(_workbooks(data), start=1):
            # Each may name the same sectors, and so cost as much as a file of its own.
            if found > len(_WORKBOOKS):
                raise too_much(name, f"more than {len(_WORKBOOKS)} workbooks")
            _check_workbook(one, name)
    except (struct.error, IndexError) as error:
        raise damaged(name) from error
    if not found:
        raise damaged(name)


def damaged(name: str) -> TableError:
    """Return the error that a file cannot be read."""
    return TableError(
        f"{name}: the file is damaged, has a password, or is not XLSX, XLS or ODS; open it in the "
        "spreadsheet program, and save it again as XLSX without a password"
    )


def _check_workbook(workbook: bytes, name: str) -> None:
    sheets = 0
    for kind, content in _records(workbook):
        sheets += kind in _SHEET_BEGINS
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", content)
            if kind in _SEVERAL_CELLS:
                (column,) = struct.unpack_from("<H", content, len(content) - 2)
            must_fit(row + 1, column + 1, name)
            if _shows_error(kind, content):
                raise TableError(
                    f"{name}: the cell {address(row + 1, column)} of a sheet shows an error, such "
                    "as #N/A, and in an XLS that cannot be told from an empty cell. Mend it, or "
                    "save the file as XLSX"
                )
    if sheets > MOST_SHEETS + 1:  # the workbook itself is one
        raise too_much(name, f"more than {MOST_SHEETS} sheets")


def _shows_error(kind: int, content: bytes) -> bool:
    """Say whether a cell holds an error, by itself or as the result of its formula."""
    if kind == _BOOLEAN_OR_ERROR:
        return content[7:8] == b"\x01"
    return kind in _FORMULAS and content[6:7] == b"\x02" and content[12:14] == b"\xff\xff"


def _records(workbook: bytes) -> Iterator[_Record]:
    at = 0
    while at + 4 <= len(workbook):
        kind, size = struct.unpack_from("<HH", workbook, at)
        yield _Record(kind, workbook[at + 4 : at + 4 + size])
        at += 4 + size


def _workbooks(data: bytes) -> Iterator[bytes]:
    """Yield the workbook of the file, or each of several."""
    (shift,) = struct.unpack_from("<H", data, 30)
    size = 1 << min(shift, 12)  # 512 or 4,096; a damaged file may say anything
    count, first = struct.unpack_from("<II", data, 44)
    where = struct.unpack_from(f"<{_INDEX_SECTORS}I", data, 76)
    raw = b"".join(_sector(data, one, size) for one in where[:count] if one < _END)
    index = struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
    folder = _file(data, first, index, size)
    for at in range(0, len(folder) - _ENTRY_SIZE + 1, _ENTRY_SIZE):
        entry = folder[at : at + _ENTRY_SIZE]
        name = entry[:64].decode("utf-16-le", "replace").partition("\0")[0]
        start, length = struct.unpack_from("<II", entry, 116)
        if name.casefold() in _WORKBOOKS and length >= _SMALL:
            yield _file(data, start, index, size)[:length]


def _file(data: bytes, start: int, index: tuple[int, ...], size: int) -> bytes:
    """Return what a chain of sectors holds; no chain is longer than the file."""
    return b"".join(islice(_chain(data, start, index, size), len(data) // size + 1))


def _chain(data: bytes, at: int, index: tuple[int, ...], size: int) -> Iterator[bytes]:
    while at < _END:
        yield _sector(data, at, size)
        at = index[at]


def _sector(data: bytes, number: int, size: int) -> bytes:
    # The file's header takes the room of one sector.
    return data[(number + 1) * size : (number + 2) * size]
