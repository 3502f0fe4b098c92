"""Read a workbook in a separate process, which may crash: a script that nothing imports.

A damaged workbook can make Calamine ask for more memory than any machine has. That ends the
process in which Calamine runs, whatever errors the process catches. So this script reads the bytes
from standard input and writes the rows as JSON. Its one argument has the options, and it imports
nothing else of this package.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, Final

_MEMORY: Final = 1024**3
_SECONDS: Final = 60


def main() -> None:
    """Read one workbook, and write its size and its cells as JSON."""
    _limit_resources()
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - within the limits

    options = json.loads(sys.argv[1])
    workbook: Any = CalamineWorkbook  # its own types are too vague for strict checkers
    with workbook.from_object(BytesIO(sys.stdin.buffer.read())) as book:
        names = list(book.sheet_names)
        found: dict[str, object] = {"sheets": len(names)}
        if options["sheet"] in names or len(names) == 1:
            sheet = book.get_sheet_by_name(
                options["sheet"] if options["sheet"] in names else names[0]
            )
            found |= {"rows": sheet.total_height, "columns": sheet.total_width}
            if sheet.total_height <= options["rows"] and sheet.total_width <= options["columns"]:
                cells = sheet.to_python(skip_empty_area=False)
                found["cells"] = [[_as_json(cell) for cell in row] for row in cells]
    json.dump(found, sys.stdout)


def _limit_resources() -> None:
    """Limit memory and time to what a table needs, where the system supports that."""
    try:
        import resource  # noqa: PLC0415 - POSIX has it
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS)):
        resource.setrlimit(kind, (most, most))


def _as_json(value: object) -> object:
    """Return a cell as JSON; a date, a time or a duration as a list of its type and its value."""
    match value:
        case datetime() | date() | time():
            return [type(value).__name__, value.isoformat()]
        case timedelta():
            return ["timedelta", value.total_seconds()]
        case _:
            return value


if __name__ == "__main__":
    main()
