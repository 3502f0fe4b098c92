"""`rapid-review` as it is, at a time that is named: `python -m tests.web.pages.at_a_time TIME …`.

The clock does not go on.
"""

import sys
from datetime import datetime

from rapid_review.cli import main
from rapid_review.cli.context import Shell

if __name__ == "__main__":
    now = datetime.fromisoformat(sys.argv.pop(1))
    main(obj=Shell(clock=lambda: now), prog_name="rapid-review")
