"""`rapid-review` as it is, at a time that is named: `python -m tests.web.pages.at_a_time TIME …`.

The clock does not go on. In place of a time a file may be named that holds one: a test sets it.
"""

import sys
from datetime import datetime
from pathlib import Path

from rapid_review.cli import main
from rapid_review.cli.context import Shell


def now() -> datetime:
    """Return the time that is named, or that the file holds now."""
    file = Path(NAMED)
    return datetime.fromisoformat(file.read_text("utf-8") if file.exists() else NAMED)


if __name__ == "__main__":
    NAMED = sys.argv.pop(1)
    main(obj=Shell(clock=now), prog_name="rapid-review")
