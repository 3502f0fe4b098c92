"""The facts from which every statistic is computed: sums of what each case adds.

A case is turned into cells, and the facts say how often each cell occurs in all cases. Every
statistic is computed from them, exactly, without looking at a case again. When a case changes, its
old cells are taken away and its new cells added.

Dates: `month` is the month of the day that decides (`basis.Dated`), "2020-05", by the terms' own
midnight. By default that is the day of the notification's receipt. It is "" if the day is not
known.
Agency: `source` is the agency that sent the notification.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Ended(StrEnum):
    """How a clock ended, or that it is open, no matter on which day one looks.

    A figure of how long clocks took has only those that stopped or are open. The two that a
    national relaxation excuses are late, and judged neither way.
    """

    STOPPED = "stopped"  # what stops it has happened
    OPEN = "open"  # it runs, in time or overdue
    STOPPED_RELAXED = "stopped-relaxed"  # it stopped late, on a day that a relaxation excuses
    OPEN_RELAXED = "open-relaxed"  # it runs late, and a relaxation excuses the day of the reading
    OTHERWISE = "otherwise"  # no review was called for after all
    WITHHELD = "withheld"  # what it waits for is not published, with the reason
    IMPOSSIBLE = "impossible-order"  # it stopped before its start, or started before the receipt


class DurationCell(NamedTuple):
    """One clock of one case.

    Attributes:
        deadline: which clock.
        source: the agency that sent the notification.
        month: the month in which it counts, "2020-05".
        counted_from: day 0, or day 1 where the terms count the day of the start.
        due: the recorded due day.
        ended: how the clock stands.
        days: how many days it took, in its own unit; None while it is open, if it stopped before
            it started, or if its calendar cannot say.
        late_days: how many of those days were after the due day; 0 if none. None unless it
            stopped, and if it stopped late and its calendar cannot say by how much.
    """

    deadline: str
    source: str
    month: str
    counted_from: date
    due: date
    ended: Ended
    days: int | None
    late_days: int | None


class CountCell(NamedTuple):
    """One countable thing of one case.

    Attributes:
        measure: what is counted, such as "notification", "child", "quorum-not-met".
        key: its kind, such as "death", an agency, a seat, an outcome; "" if there is only one.
        source: the agency that sent the notification.
        month: the month in which it counts, "2020-05".
    """

    measure: str
    key: str
    source: str
    month: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What all cases of a partnership add up to.

    Attributes:
        cases: how many cases there are, duplicates of others left out.
        durations: their clocks: for each kind of clock, how often each cell occurs.
        counts: everything else that is countable: how often each cell occurs.
        duplicates: how many cases are left out, as duplicates of others.
        keys: the same facts, with the sum of the cases' keys in place of their number; only where
            counts are to be perturbed, see `cell_keys`.
    """

    cases: int
    durations: Mapping[str, Mapping[DurationCell, int]]
    counts: Mapping[CountCell, int]
    duplicates: int = 0
    keys: "Facts | None" = None


def by_clock(cells: Mapping[DurationCell, int]) -> dict[str, Counter[DurationCell]]:
    """Return a histogram of clocks of several kinds as `Facts` has it: each kind by itself."""
    found = defaultdict[str, Counter[DurationCell]](Counter)
    for cell, number in cells.items():
        found[cell.deadline][cell] = number
    return dict(found)


def together(each: Mapping[str, Facts], *, by_partnership: bool) -> Facts:
    """Return the facts of several partnerships as those of one; without clocks, which differ.

    Args:
        each: the facts of each, by its partnership.
        by_partnership: whether each cell's source is its partnership, and not the agency.
    """
    counts = Counter[CountCell]()
    for partnership, facts in each.items():
        for cell, number in facts.counts.items():
            counts[cell._replace(source=partnership) if by_partnership else cell] += number
    keys = {name: facts.keys for name, facts in each.items() if facts.keys is not None}
    return Facts(
        sum(facts.cases for facts in each.values()),
        {},
        counts,
        sum(facts.duplicates for facts in each.values()),
        together(keys, by_partnership=by_partnership) if keys else None,
    )
