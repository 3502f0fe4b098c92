"""Cell keys: each count is changed a little, always by the same amount for the same cases.

As the Office for National Statistics does in the census: every case has a key, made of a secret
seed and its reference. The key of a count is the sum of the keys of its cases, and decides by how
much it is changed. So the same cases have the same count in every table of every export: by month,
by quarter or in a total; and two groupings subtracted from each other give a sum of changes, not
the case by which they differ. This holds as long as the seed is the same and secret.

A count is changed by at most `BOUND`, on average by nothing, and never to less than 0. A count of
0 stays 0. So parts do not add up: the sum of n counts may differ from their total by up to n + 1
times the bound.
"""

import hashlib
import hmac
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import accumulate
from typing import Final

from rapid_review.projections.statistics.case_facts import CaseFacts
from rapid_review.projections.statistics.facts import CountCell, DurationCell, Facts, by_clock
from rapid_review.projections.statistics.tables import (
    NOT_KNOWN,
    Mark,
    Table,
    Value,
    changed,
    counts_of,
    in_columns,
    with_unknowns,
)

KEYS: Final = 256
"""How many keys a count may have; each is as likely as any other."""
BOUND: Final = 3
"""By how much a count is changed at most."""
SHORTEST_SEED: Final = 16
"""How many bytes a seed must have at least, so that nobody can guess it by trying all."""

CHANGES: Final[Mapping[int, Mapping[int, int]]] = {
    1: {-1: 112, 0: 72, 1: 40, 2: 24, 3: 8},
    2: {-2: 45, -1: 50, 0: 71, 1: 50, 2: 30, 3: 10},
    3: {-3: 12, -2: 32, -1: 56, 0: 56, 1: 56, 2: 32, 3: 12},
}
"""By how much a count of 1, of 2, or of 3 or more changes, and for how many of the keys. Each line
covers all keys, and on average its changes add up to 0.
"""
_STEPS: Final = {
    count: (tuple(changes), tuple(accumulate(changes.values())))
    for count, changes in CHANGES.items()
}


_NOTHING: Final = (0, Mark.UNKNOWN)


def case_key(seed: bytes, partnership: str, case: str) -> int:
    """Return the key of a case, from 1 to `KEYS`: always the same for the same seed."""
    name = f"{partnership}\n{case}".encode()
    return 1 + hmac.new(seed, name, hashlib.sha256).digest()[0]


def sums_of_keys(cases: Iterable[tuple[CaseFacts, int]]) -> Facts:
    """Return the facts of some cases with the sum of their keys in place of their number."""
    durations, counts = Counter[DurationCell](), Counter[CountCell]()
    whole = 0
    for one, key in cases:
        whole += key
        for clock in one.durations:
            durations[clock] += key
        for cell, number in one.counts.items():
            counts[cell] += number * key
    return Facts(whole, by_clock(durations), counts)


def perturbed(table: Table, keys: Table) -> Table:
    """Return a table with each count changed as the key of its cases says.

    What it says beside its numbers, it says by the numbers shown: which kinds are unknown, and
    which occur. Otherwise they would give away which 0 is true.

    Args:
        table: the counts.
        keys: the same table with the sums of keys in place of the counts.
    """
    name = table.measure
    sums = counts_of({name: keys})
    values: dict[tuple[str, str], Value] = {
        (cell.row, cell.column): count + _change(count, sums.get(cell, 0))
        for cell, count in counts_of({name: table}).items()
    }
    shown = changed(
        table,
        values,
        f"each count except 0 is changed by at most {BOUND}, always by the same number for the "
        f"same cases, so counts may not add up; a count shown as 0 may be 0 to {BOUND}",
    )
    return _without_empty_columns(with_unknowns(shown))


def _without_empty_columns(table: Table) -> Table:
    """Return a table without the columns of zeros that are there only because a kind occurs."""
    if table.columns_by is None:
        return table
    rows = (*table.rows, table.total)
    kept = [
        at
        for at, column in enumerate(table.columns)
        if column in table.always or any(row.parts[at] not in _NOTHING for row in rows)
    ]
    if kept:
        return in_columns(table, kept)
    return replace(in_columns(table, [0]), columns=(NOT_KNOWN,), share_of=(NOT_KNOWN,))


def _change(count: int, key: int) -> int:
    """Return by how much a count is changed."""
    if count <= 0:
        return 0
    changes, steps = _STEPS[min(count, BOUND)]
    return changes[bisect_right(steps, key % KEYS)]
