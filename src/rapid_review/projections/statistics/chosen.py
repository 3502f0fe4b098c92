"""Which clocks a statistic of time is made of: one kind of clock, some months, one group.

A statistic is never made of clocks of two kinds: the 15 working days of a review and the 10 of the
Panel's answer have no common figure.

The histogram is gone through once, and what became of the clocks is kept as a few small tallies,
from which every statistic of time is computed.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from rapid_review.projections.cells import DurationCell, Ended
from rapid_review.projections.statistics.basis import AsOf, Basis, Counted
from rapid_review.projections.statistics.periods import ALL_MONTHS, By, Span, period, periods

Durations = Mapping[DurationCell, int]
"""A histogram of clocks: how many there are of each cell."""

# A name of this module is found several times faster than a member of an enumeration.
_STOPPED, _OPEN = Ended.STOPPED, Ended.OPEN


@dataclass(frozen=True, slots=True)
class Clocks:
    """What became of the clocks of one kind, of one group.

    Attributes:
        deadline: which clock.
        basis: what a statistic of them is a figure of.
        stopped: how many stopped, by the days they took, whether that was in time, and whether
            their due day is over. The days are None where the calendar that counts them was not
            at hand when the cell was made.
        still_open: how many are open, by the day they count from, and whether their due day is
            over.
        ended_otherwise: how many ended otherwise, by the days they took, or None.
    """

    deadline: str
    basis: Basis
    stopped: Mapping[tuple[int | None, bool, bool], int]
    still_open: Mapping[tuple[date, bool], int]
    ended_otherwise: Mapping[int | None, int]


def clocks(
    histogram: Durations, deadline: str, as_of: AsOf, *, months: Span = ALL_MONTHS
) -> Clocks:
    """Return the clocks of one kind whose notifications were received in these months.

    A due day is over from the day after it.
    """
    whole = _Tally()
    for tally in _tallies(histogram, deadline, as_of, months, By.MONTH).values():
        whole.add(tally)
    return whole.clocks(deadline, Basis(Counted.CLOCK, as_of, months))


def clocks_by(
    histogram: Durations, deadline: str, as_of: AsOf, by: By, *, months: Span = ALL_MONTHS
) -> dict[str, Clocks]:
    """Return the same clocks by period, or by the agency that sent the notification, in order.

    Every period from the first to the last is there: one without a clock has none.
    """
    found = _tallies(histogram, deadline, as_of, months, by)
    groups = {label: _Tally() for label in labels(found, by, months)}
    for key, tally in found.items():
        label = key if by is By.AGENCY else period(key, by)
        groups.setdefault(label, _Tally()).add(tally)
    basis = Basis(Counted.CLOCK, as_of, months)
    return {
        label: groups[label].clocks(deadline, replace(basis, group=label))
        for label in sorted(groups)
    }


def labels(seen: Collection[str], by: By, months: Span) -> tuple[str, ...]:
    """Return the periods that a table shows: from the first month asked for, or seen, to the last.

    Agencies have no such order: only those that occur are shown.
    """
    if by is By.AGENCY:
        return ()
    first = months.first or min(seen, default=None)
    last = months.last or max(seen, default=None)
    return () if first is None or last is None else periods(first, last, by)


@dataclass(frozen=True, slots=True)
class _Tally:
    """The tallies of `Clocks`, growing."""

    stopped: Counter[tuple[int | None, bool, bool]] = field(
        default_factory=Counter[tuple[int | None, bool, bool]]
    )
    still_open: Counter[tuple[date, bool]] = field(default_factory=Counter[tuple[date, bool]])
    ended_otherwise: Counter[int | None] = field(default_factory=Counter[int | None])

    def add(self, other: "_Tally") -> None:
        """Add the clocks of another group."""
        self.stopped.update(other.stopped)
        self.still_open.update(other.still_open)
        self.ended_otherwise.update(other.ended_otherwise)

    def clocks(self, deadline: str, basis: Basis) -> Clocks:
        """Return them as they are read."""
        return Clocks(deadline, basis, self.stopped, self.still_open, self.ended_otherwise)


def _tallies(
    histogram: Durations, deadline: str, as_of: AsOf, months: Span, by: By
) -> Mapping[str, _Tally]:
    """Return a tally for each month, or for each agency."""
    found: defaultdict[str, _Tally] = defaultdict(_Tally)
    first, last, today, by_agency = (
        months.first or "",
        months.last or "9",
        as_of.day,
        by is By.AGENCY,
    )
    for cell, number in histogram.items():
        if cell.deadline == deadline and number and first <= cell.month <= last:
            tally = found[cell.source if by_agency else cell.month]
            ended = cell.ended
            if ended is _STOPPED:
                tally.stopped[cell.days, cell.late_days == 0, cell.due < today] += number
            elif ended is _OPEN:
                tally.still_open[cell.counted_from, cell.due < today] += number
            else:
                tally.ended_otherwise[cell.days] += number
    return found
