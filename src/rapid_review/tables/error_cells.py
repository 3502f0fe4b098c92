"""Cells that show an error, such as #N/A: they say nothing, and are not empty either.

An empty cell says that a step did not happen. Calamine gives a cell that shows an error as an
empty one; so in a workbook its error is made a text before Calamine reads it. In an XLS that is
not possible, and `old_workbooks` refuses it.
"""

import re
from collections.abc import Mapping
from typing import Final

from rapid_review.tables.limits import ATTRIBUTES

_IN_XLSX: Final = re.compile(rb"<(?:[\w.-]+:)?c\s" + ATTRIBUTES + rb">")
_TYPE_IN_XLSX: Final = re.compile(rb"""(\st\s*=\s*)(?:"e"|'e')""")
_IN_ODS: Final = re.compile(rb"<table:table-cell\b" + ATTRIBUTES + rb">")
_TYPE_IN_ODS: Final = re.compile(rb"""\scalcext:value-type\s*=\s*["']error["']""")
_VALUE_IN_ODS: Final = re.compile(rb"""\soffice:string-value\s*=\s*(?:"[^"]*"|'[^']*')""")
_SHOWN: Final = re.compile(r"#(?:[A-Z]{2,}[A-Z_]*[!?]?|N/A|DIV/0!)|Err:\d{3}")


def shows_error(text: str) -> bool:
    """Say whether a text is what spreadsheet programs show in place of a value.

    >>> [shows_error(one) for one in ("#N/A", "#REF!", "Err:502", "#7", "N/A")]
    [True, True, True, False, False]
    """
    return _SHOWN.fullmatch(text.strip()) is not None


def with_errors_as_texts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a workbook's ZIP, in which each error is a text of its cell."""
    return {name: _of_ods(_of_xlsx(content)) for name, content in parts.items()}


def _of_xlsx(content: bytes) -> bytes:
    return _IN_XLSX.sub(lambda cell: _TYPE_IN_XLSX.sub(rb'\1"str"', cell[0]), content)


def _of_ods(content: bytes) -> bytes:
    def changed(cell: re.Match[bytes]) -> bytes:
        is_error = _TYPE_IN_ODS.search(cell[0]) is not None
        return _VALUE_IN_ODS.sub(b"", cell[0]) if is_error else cell[0]

    return _IN_ODS.sub(changed, content)
