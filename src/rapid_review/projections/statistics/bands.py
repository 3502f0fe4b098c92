"""How long a clock took, in the bands and quartiles that the Department for Education publishes.

The Department shows how many conferences were held within 0 to 10, 11 to 15, 16 to 20, and 21 or
more working days, with the 25th percentile, the median and the 75th percentile. Bands are made of
clocks that have stopped. How many are open or ended otherwise is shown beside them, because shares
of the stopped clocks alone say nothing about the slowest.

A percentile is the smallest number of days within which at least that share had stopped (the
inverse of the empirical distribution): always a number of days that some clock took. Which
definition the Department uses is not known to us; for many clocks in whole days most definitions
agree.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rapid_review.projections.statistics.basis import Basis, Share
from rapid_review.projections.statistics.in_time import IMPOSSIBLE, WITHHELD
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.selection import Clocks
from rapid_review.projections.statistics.tables import Mark, Row, Table, Value, table

BANDS: Final[Mapping[str, int | None]] = {
    "0 to 10": 10,
    "11 to 15": 15,
    "16 to 20": 20,
    "21 or more": None,
}
"""Each band and its last day, counted in the clock's own days; the last band has none.

No spreadsheet takes their names for dates.
"""


@dataclass(frozen=True, slots=True)
class Quartiles:
    """The days within which a quarter, a half and three quarters had stopped.

    `is_hidden` says that another table about the same clocks has suppressed numbers.
    """

    lower: int
    median: int
    upper: int
    is_hidden: bool = False

    def beside(self, row: Row) -> tuple[Value, ...]:
        """Return them as they may be shown with a row: suppressed if anything in the row is."""
        if self.is_hidden or row.hides:
            return (Mark.SUPPRESSED,) * 3
        return self.lower, self.median, self.upper


@dataclass(frozen=True, slots=True)
class Bands:
    """The clocks of one group by how long they took.

    Attributes:
        deadline: which clock.
        basis: what it is a figure of.
        shares: each band's share of the clocks that have stopped.
        stopped: how many have stopped after a known number of days: the denominator.
        days_unknown: how many have stopped, but their days could not be counted.
        still_open: how many are open, in no band.
        ended_otherwise: how many ended otherwise, in no band.
        impossible: how many would have stopped before they started, in no band.
        withheld: how many wait for what was withheld, in no band.
        quartiles: of those that have stopped; None if none has.
    """

    deadline: str
    basis: Basis
    shares: Mapping[str, Share]
    stopped: int
    days_unknown: int
    still_open: int
    ended_otherwise: int
    impossible: int
    withheld: int
    quartiles: Quartiles | None


def bands(clocks: Clocks) -> Bands:
    """Return the bands and quartiles of one group."""
    took, unknown = Counter[int](), 0
    for (days, _, _), number in clocks.stopped.items():
        if days is None:
            unknown += number
        else:
            took[days] += number
    counts = dict.fromkeys(BANDS, 0)
    for days, number in took.items():
        counts[_band(days)] += number
    return Bands(
        clocks.deadline,
        clocks.basis,
        {band: Share(clocks.basis, count, took.total()) for band, count in counts.items()},
        took.total(),
        unknown,
        sum(clocks.still_open.values()),
        sum(clocks.ended_otherwise.values()),
        sum(clocks.impossible.values()),
        clocks.withheld,
        _quartiles(took),
    )


def band_table(whole: Bands, groups: Mapping[str, Bands], rows_by: By) -> Table:
    """Return the bands of several groups as a table; percentages are of those that have stopped.

    Args:
        whole: the bands of all groups together.
        groups: the bands of each, in order.
        rows_by: what a group is.
    """
    counts = {
        label: {
            **{band: share.numerator for band, share in group.shares.items()},
            "days-unknown": group.days_unknown,
            "still-open": group.still_open,
            "ended-otherwise": group.ended_otherwise,
            IMPOSSIBLE: group.impossible,
            WITHHELD: group.withheld,
        }
        for label, group in groups.items()
    }
    return table(
        f"{whole.deadline}-clock",
        whole.basis,
        rows_by,
        counts,
        columns_by="days-taken",
        columns=(*BANDS, "days-unknown", "still-open", "ended-otherwise"),
        share_of=tuple(BANDS),
    )


def _band(days: int) -> str:
    """Return the band in which a number of days lies."""
    return next(band for band, last in BANDS.items() if last is None or days <= last)


def _quartiles(took: Counter[int]) -> Quartiles | None:
    """Return the quartiles of the days taken; None of nothing."""
    whole = took.total()
    found: list[int] = []
    within = 0
    for days in sorted(took):
        within += took[days]
        # In whole numbers, because a quarter as a fraction might be a little too high or too low.
        while len(found) < 3 and 4 * within >= (len(found) + 1) * whole:  # noqa: PLR2004 - quarters
            found.append(days)
    return Quartiles(found[0], found[1], found[2]) if whole else None
