"""From the bytes of a file to the rows of its sheet: XLSX, XLS and ODS by Calamine, CSV by Python.

CSV is read as UTF-8 or, if it is not valid UTF-8, in the encoding of Windows in the UK. Its
separator is the one that occurs most often in its first line.
"""

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Final, cast

from rapid_review.store.backends.extras import must_be_installed
from rapid_review.tables import limits, old_workbooks
from rapid_review.tables.cells import Raw, is_blank
from rapid_review.tables.error_cells import with_errors_as_texts
from rapid_review.tables.layout import REVIEWS
from rapid_review.tables.limits import TableError

__all__ = ["Sheet", "TableError", "sheet_in"]

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_SCRIPT: Final = str(Path(__file__).with_name("read_in_process.py"))
_TIME_LIMIT: Final = 90
"""The seconds to wait until a workbook is read."""
_SEPARATORS: Final = ",;\t"
ESCAPED: Final = "=+-@\t\r"
"""A cell of CSV that begins with one of these would be taken for a formula."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a table as they are in its file.

    Attributes:
        headings: what is in its first row.
        rows: each row below that is not blank, with its number.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Raw, ...]], ...]


def sheet_in(data: bytes, name: str) -> Sheet:
    """Return the sheet that holds the reviews.

    Args:
        data: the bytes of the file.
        name: of the file, for messages and to know a CSV by.

    Raises:
        TableError: it is not a spreadsheet, is larger than is read, or holds nothing.
        StorageError: the extra that reads spreadsheets is not installed.
    """
    if len(data) > limits.MOST_BYTES:
        raise TableError(
            f"{name}: the file is larger than the limit of {limits.MOST_BYTES // 1024**2} MB; "
            "remove pictures and other sheets, or import it in parts"
        )
    if data.startswith(_ZIP):
        parts = limits.unpacked(data, name)
        limits.hold_to_limits(parts, name)
        rows = _rows_of_a_workbook(limits.packed(with_errors_as_texts(parts)), name)
    elif data.startswith(_OLE):
        old_workbooks.hold_to_limits(data, name)
        rows = _rows_of_a_workbook(data, name)
    elif name.casefold().endswith(".csv"):
        rows = _rows_of_csv(data, name)
    else:
        raise TableError(
            f"{name}: the file is not a spreadsheet that rapid-review reads; allowed: XLSX, "
            "XLS, ODS, or CSV with a name that ends in .csv"
        )
    return _sheet_of(rows, name)


def _sheet_of(rows: Sequence[Sequence[Raw]], name: str) -> Sheet:
    if not rows or all(map(is_blank, rows[0])):
        raise TableError(
            f"{name}: the sheet is empty, or its first row has no headings; copy the rows into a "
            "new template"
        )
    headings = tuple("" if one is None else str(one).strip() for one in rows[0])
    numbered = enumerate(map(tuple, rows[1:]), start=2)
    return Sheet(headings, tuple(one for one in numbered if not all(map(is_blank, one[1]))))


def _rows_of_a_workbook(data: bytes, name: str) -> list[list[Raw]]:
    must_be_installed("tables", "reading a spreadsheet needs Calamine", "python_calamine")
    found = _read_in_a_process(data, name)
    if found["sheets"] > limits.MOST_SHEETS:
        raise TableError(
            f"{name}: the file has more than {limits.MOST_SHEETS} sheets; remove the sheets that "
            "are not needed"
        )
    if "rows" not in found:
        raise TableError(
            f"{name}: there is no sheet named {REVIEWS}; give the sheet that contains the cases "
            "this name"
        )
    limits.must_fit(found["rows"], found["columns"], name)
    return [[_from_json(cell) for cell in row] for row in found["cells"]]


def _read_in_a_process(data: bytes, name: str) -> dict[str, Any]:
    """Return what the script `read_in_process` finds in a workbook, in a process of its own.

    Raises:
        TableError: the process failed, or took too long.
    """
    options = {"sheet": REVIEWS, "rows": limits.MOST_ROWS, "columns": limits.MOST_COLUMNS}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, and our own script
            # -P: otherwise the script's folder is searched first, and a module of ours may hide
            # one of Python's.
            [sys.executable, "-P", _SCRIPT, json.dumps(options)],
            input=data,
            capture_output=True,
            timeout=_TIME_LIMIT,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise old_workbooks.damaged(name) from None  # its message may repeat a cell
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _from_json(found: object) -> Raw:
    """Return a cell from the JSON that the script `read_in_process` made of it."""
    match found:
        case ["datetime", str() as when]:
            return datetime.fromisoformat(when)
        case ["date", str() as day]:
            return date.fromisoformat(day)
        case ["time", str() as hour]:
            return time.fromisoformat(hour)
        case ["timedelta", int() | float() as seconds]:
            return timedelta(seconds=seconds)
        case _:
            return cast("Raw", found)


def _rows_of_csv(data: bytes, name: str) -> list[list[Raw]]:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise TableError(f"{name}: the file is not text; save it as CSV UTF-8")
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    rows: list[list[Raw]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True):
            limits.must_fit(len(rows) + 1, len(row), name)
            # The reader's own limit belongs to the whole process, and any library may raise it.
            if any(len(cell) > limits.MOST_IN_A_CELL for cell in row):
                raise _not_csv(name, len(rows) + 1)
            rows.append([_unescaped(cell) for cell in row])
    except csv.Error as error:
        raise _not_csv(name, len(rows) + 1) from error
    return rows


def _not_csv(name: str, row: int) -> TableError:
    return TableError(
        f"{name}: row {row} is not valid CSV, or has a cell of more than "
        f"{limits.MOST_IN_A_CELL:,} characters; check that each opening quotation mark has a "
        "closing one"
    )


def _unescaped(cell: str) -> str:
    """Return a cell without the apostrophe that kept it from being taken for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in ESCAPED else cell
