"""What somebody does to a log, and what is then found in it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from rapid_review.audit.log.bundle import Row
from rapid_review.audit.log.leaf import entry_of, leaf_hash
from rapid_review.audit.log.note import read_checkpoint
from rapid_review.audit.verify import Trust
from tests.audit.a_log import (
    CASES,
    TRUST,
    case_of,
    checkpoint_of,
    crafted,
    log_of,
    row,
    rows,
    verified,
)

ROWS: Final = rows(30)
LOG: Final = log_of(ROWS)
CASE: Final = case_of(ROWS)
STREAM: Final = row(CASES[1], 1).stream
BODY: Final = f"state/{STREAM}/5"
ENTRIES: Final = "tile/entries/000.p/30"
OTHERWISE: Final = [*ROWS[:13], row(CASES[1], 5, "never said"), *ROWS[14:]]
"""The same log with other words in the fifth event of the second case."""

Found = list[str]
Deed = Callable[[Path], Iterator[Found]]
"""What somebody does, given a folder to do it in; yields what is found, for each way to do it."""


def found(files: Mapping[str, bytes], trust: Trust = TRUST) -> Found:
    """Return what is found in a bundle."""
    return [f"{one.where}: {one.what}" for one in verified(files, trust).findings]


def held(size: int = 30, kept: list[Row] = ROWS) -> Trust:
    """Return the trust of an auditor who kept a checkpoint."""
    return replace(
        TRUST, checkpoints=(("held", read_checkpoint(checkpoint_of(kept[:size]).text)),)
    )


def chained(*kept: Row) -> dict[str, bytes]:
    """Return the bundle of a log of rows of one case, each after its leaf before, as they come."""
    entries: list[bytes] = []
    for each in kept:
        before = leaf_hash(entries[-1]) if entries else None
        entries.append(entry_of(*each, before if each.version > 1 else None))
    return crafted(entries, list(kept))
