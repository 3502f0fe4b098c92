"""Read a workbook in a separate process, which may crash: a script that nothing imports.

A damaged workbook can make Calamine ask for more memory than any machine has, and that ends the
process it runs in, whatever is caught. So the bytes come by standard input, the rows go out as
JSON, and what is asked is in the one argument; nothing of ours is imported.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, Final

_MEMORY: Final = 1024**3
_SECONDS: Final = 60


def main() -> None:
    """Read one workbook, and say what was found."""
    _limit()
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - within the limits

    asked = json.loads(sys.argv[1])
    opened: Any = CalamineWorkbook  # it says of its own types what strict checkers do not know
    with opened.from_object(BytesIO(sys.stdin.buffer.read())) as book:
        names = list(book.sheet_names)
        found: dict[str, object] = {"sheets": len(names)}
        if asked["sheet"] in names or len(names) == 1:
            sheet = book.get_sheet_by_name(asked["sheet"] if asked["sheet"] in names else names[0])
            found |= {"rows": sheet.total_height, "columns": sheet.total_width}
            if sheet.total_height <= asked["rows"] and sheet.total_width <= asked["columns"]:
                cells = sheet.to_python(skip_empty_area=False)
                found["cells"] = [[_cell(one) for one in row] for row in cells]
    json.dump(found, sys.stdout)


def _limit() -> None:
    """Limit memory and time to what a table needs, where the system supports that."""
    try:
        import resource  # noqa: PLC0415 - POSIX has it
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS)):
        resource.setrlimit(what, (most, most))


def _cell(value: object) -> object:
    """Return a cell as JSON has it: what JSON does not know, with its kind."""
    match value:
        case datetime() | date() | time():
            return [type(value).__name__, value.isoformat()]
        case timedelta():
            return ["timedelta", value.total_seconds()]
        case _:
            return value


if __name__ == "__main__":
    main()
