"""ToR 5(a): how many clocks were met in time, of those whose time is over; and how sure that is.

The due cohort is the clocks whose due day is over:

- A clock that still runs after its due day is a breach. A share of closed clocks alone would leave
  it out, and so flatter those who are late most.
- A clock that stopped early is left out until its due day is over: quick clocks would otherwise
  count before slow ones that started with them.
- A clock that would have stopped before it started counts as not in time, so that no typing
  mistake improves a share. The share as if all these had been in time is given beside it.
- A clock that is late by a limit that national guidance had relaxed is judged neither way, as on
  the page of its case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

from rapid_review.domain.errors import InvalidInputError
from rapid_review.projections.case.clock_reading import ClockState
from rapid_review.projections.statistics.basis import Basis, Share
from rapid_review.projections.statistics.facts import Ended
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.selection import Clocks
from rapid_review.projections.statistics.tables import Table, table

IMPOSSIBLE: Final = str(Ended.IMPOSSIBLE)
WITHHELD: Final = str(Ended.WITHHELD)
RELAXED: Final = str(ClockState.RELAXED)
"""The columns of clocks that would have stopped before they started, of those withheld, and of
those that a national relaxation excuses."""
LEVEL: Final = 0.95
Z: Final = 1.959963984540054
"""The normal quantile that leaves 2.5 % on each side."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The bounds between which the long-run proportion, 0 to 1, lies with 95 % confidence."""

    lower: float
    upper: float
    level: float = LEVEL


@dataclass(frozen=True, slots=True)
class DueCohort:
    """What became of the clocks of one group.

    Attributes:
        deadline: which clock.
        basis: what it is a figure of.
        met: due day over, stopped on or before it.
        met_late: due day over, stopped after it.
        overdue: due day over, still open.
        impossible: due day over, and it would have stopped before it started; not in time.
        not_yet_due: due day not over; stopped already or not, they are not judged yet.
        withheld: what it waits for was withheld; judged neither way.
        relaxed: late by a limit that national guidance had loosened; judged neither way.
        ended_otherwise: no review was called for after all; judged neither way.
        in_time: `met` of the due cohort, which is `met`, `met_late`, `overdue` and `impossible`
            together.
        at_best: the same share, as if all in `impossible` had been in time.
        interval: the Wilson interval of `in_time`; None for a cohort of 0.
    """

    deadline: str
    basis: Basis
    met: int
    met_late: int
    overdue: int
    impossible: int
    not_yet_due: int
    withheld: int
    relaxed: int
    ended_otherwise: int
    in_time: Share
    at_best: Share
    interval: Interval | None

    @property
    def by_outcome(self) -> Mapping[str, int]:
        """How many clocks had each result, in the order of a table's columns."""
        return {
            "met": self.met,
            "met-late": self.met_late,
            "overdue": self.overdue,
            IMPOSSIBLE: self.impossible,
            WITHHELD: self.withheld,
            RELAXED: self.relaxed,
            "not-yet-due": self.not_yet_due,
            "ended-otherwise": self.ended_otherwise,
        }


def due_cohort(clocks: Clocks) -> DueCohort:
    """Return the due cohort as of the clocks' own day.

    A clock is due by the end of its due day: on that day it is not over, on the next it is.
    """
    met = met_late = overdue = not_yet_due = 0
    for (_, in_time, over), number in clocks.stopped.items():
        if not over:
            not_yet_due += number
        elif in_time:
            met += number
        else:
            met_late += number
    for (_, over), number in clocks.still_open.items():
        if over:
            overdue += number
        else:
            not_yet_due += number
    # Relaxed clocks are also among the stopped and the open ones, for figures of how long it took.
    met_late -= clocks.relaxed.get(True, 0)
    overdue -= clocks.relaxed.get(False, 0)
    impossible = clocks.impossible.get(True, 0)
    not_yet_due += clocks.impossible.get(False, 0)
    due = met + met_late + overdue + impossible
    return DueCohort(
        clocks.deadline,
        clocks.basis,
        met,
        met_late,
        overdue,
        impossible,
        not_yet_due,
        clocks.withheld,
        sum(clocks.relaxed.values()),
        sum(clocks.ended_otherwise.values()),
        Share(clocks.basis, met, due),
        Share(clocks.basis, met + impossible, due),
        wilson(met, due),
    )


def due_table(whole: DueCohort, groups: Mapping[str, DueCohort], rows_by: By) -> Table:
    """Return the due cohorts of several groups as a table; percentages are of those due.

    Clocks that are impossible, withheld or relaxed have a column if there are any.

    Args:
        whole: the cohort of all groups together.
        groups: the cohort of each, in order.
        rows_by: what a group is.
    """
    counts = {label: cohort.by_outcome for label, cohort in groups.items()}
    return table(
        f"{whole.deadline}-clock",
        whole.basis,
        rows_by,
        counts,
        columns_by="came-to",
        columns=("met", "met-late", "overdue", "not-yet-due", "ended-otherwise"),
        share_of=("met", "met-late", "overdue", *([IMPOSSIBLE] if whole.impossible else [])),
    )


def wilson(part: int, whole: int) -> Interval | None:
    """Return the 95 % score interval of Wilson (1927) for `part` of `whole`; None for 0 of 0.

    With p = part / whole, n = whole and z = 1.96, its ends are

        (p + z²/2n ± z √(p(1 - p)/n + z²/4n²)) / (1 + z²/n)

    written below times n. It lies within 0 and 1 and holds p, also for 0 of n and for n of n.

    Raises:
        InvalidInputError: the part is negative or more than the whole.

    >>> interval = wilson(81, 263)
    >>> round(interval.lower, 4), round(interval.upper, 4)
    (0.2553, 0.3662)
    """
    if not 0 <= part <= whole:
        raise InvalidInputError(
            f"you asked for the interval of {part} of {whole}; allowed: a part from 0 to the whole"
        )
    if whole == 0:
        return None
    middle = part + Z**2 / 2
    reach = Z * sqrt(part * (whole - part) / whole + Z**2 / 4)
    scale = whole + Z**2
    # At the two ends the formula gives exactly 0 and 1, and floating point gives nearly that.
    lower = (middle - reach) / scale if part else 0.0
    upper = (middle + reach) / scale if part < whole else 1.0
    return Interval(lower, upper)
