"""What other processes read of a case, in the tests of it: each has to be found by its name."""

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import sleep
from typing import Final

from rapid_review import terms
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.compare.what_if import Supposed, what_if

ON: Final = AsOf(read_on=datetime(2026, 11, 23, 12, tzinfo=UTC))
under_devon: Final = partial(what_if, supposed=Supposed(terms.load("devon-dscp")), as_of=ON)


def where_it_was_read(history: CaseHistory) -> tuple[str, int]:
    """Return a case, and the process that read it."""
    return history.entries[0].case, os.getpid()


def ends_at_once(history: CaseHistory) -> None:
    """End the process that reads, as the system does that is short of memory."""
    os._exit(len(history.entries))


def cannot_read(history: CaseHistory) -> None:
    """Make a mistake."""
    raise LookupError(len(history.entries))


def waits(history: CaseHistory) -> None:
    """Say which process reads, in a file of the folder of its store, and read on for a minute."""
    Path(f"{history.entries[0].case}.reads").write_text(str(os.getpid()), "utf-8")
    sleep(60)
