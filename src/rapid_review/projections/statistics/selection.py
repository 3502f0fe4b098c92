"""What is selected of the facts, and the clocks that a statistic of time is made of.

A statistic is never made of clocks of two kinds: the 15 working days of a review and the 10 of the
Panel's answer have no common figure.

The facts are gone through once, and the results of the clocks are kept as a few small tallies,
from which every statistic of time is computed.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Final

from rapid_review.domain.errors import InvalidInputError, listed, shown
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.basis import Basis, Counted, Dated
from rapid_review.projections.statistics.disclosure import NOTHING, Treatment
from rapid_review.projections.statistics.facts import DurationCell, Ended
from rapid_review.projections.statistics.periods import (
    ALL_MONTHS,
    IN_TIME,
    NOT_DATED,
    PERIODS,
    By,
    Span,
    periods,
    row_of,
)

Durations = Mapping[str, Mapping[DurationCell, int]]
"""A histogram of clocks: for each kind of clock, how many there are of each cell."""

# A name of this module is found several times faster than a member of an enumeration.
_STOPPED, _OPEN = Ended.STOPPED, Ended.OPEN
_OTHERWISE, _IMPOSSIBLE = Ended.OTHERWISE, Ended.IMPOSSIBLE
_STOPPED_RELAXED, _OPEN_RELAXED = Ended.STOPPED_RELAXED, Ended.OPEN_RELAXED


@dataclass(frozen=True, slots=True)
class Selection:
    """Which statistics are selected, as of when, and how they are treated before publication.

    Attributes:
        terms: the partnership's terms; each of their outcomes is shown, even if never decided.
        deadline: which clock.
        by: what a row is.
        as_of: as of when the facts are taken.
        months: which months; without a limit, they end with the last period that occurs.
        treatment: what is done to each table before it is published.
        dated_by: which day decides in which month a notification counts.
        also: the terms of other partnerships whose cases are counted with these. Clocks are not,
            since they differ.

    Raises:
        InvalidInputError: there are no such rows, or no such day decides.
    """

    terms: Terms
    deadline: Deadline
    by: By
    as_of: AsOf
    months: Span = ALL_MONTHS
    treatment: Treatment = NOTHING
    dated_by: Dated = Dated.RECEIPT
    also: tuple[Terms, ...] = ()

    def __post_init__(self) -> None:
        """Take `by` and `dated_by` as texts too."""
        for name, kind in (("by", By), ("dated_by", Dated)):
            value = getattr(self, name)
            if value not in set(kind):
                raise InvalidInputError(f"{name}: found {shown(value)}; allowed: {listed(kind)}")
            object.__setattr__(self, name, kind(value))

    @property
    def partnerships(self) -> tuple[str, ...]:
        """Whose cases are counted, each once."""
        return tuple(dict.fromkeys(one.partnership for one in (self.terms, *self.also)))

    @property
    def of_several(self) -> bool:
        """Whether it covers several partnerships, or has a row for each."""
        return bool(self.also) or self.by is By.PARTNERSHIP

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """The clocks to report: the selected, and the Panel's, from its meeting to its answer.

        None where the figures cover several partnerships.
        """
        if self.of_several:
            return ()
        both = (self.deadline, *self.terms.clocks.values())
        panel = (one for one in both if one.starts_on == _PANEL_DISCUSSED)
        return tuple(dict.fromkeys((self.deadline, *islice(panel, 1))))


_PANEL_DISCUSSED: Final = "PanelDiscussionNoted.discussed_on"


@dataclass(frozen=True, slots=True)
class Clocks:
    """The results of the clocks of one kind in one group.

    Attributes:
        deadline: which clock.
        basis: what a statistic of them is a figure of.
        stopped: how many stopped, by the days they took, whether that was in time, and whether
            their due day is over. The days are None where the calendar that counts them was not
            available when the cell was made.
        still_open: how many are open, by the day they count from, and whether their due day is
            over.
        ended_otherwise: how many ended otherwise, by the days they took, or None.
        impossible: how many would have stopped before they started, by whether their due day is
            over.
        withheld: how many wait for what was withheld.
        relaxed: of those that stopped late (True), and of those that are open and overdue (False),
            how many a national relaxation excuses.
    """

    deadline: str
    basis: Basis
    stopped: Mapping[tuple[int | None, bool, bool], int]
    still_open: Mapping[tuple[date, bool], int]
    ended_otherwise: Mapping[int | None, int]
    impossible: Mapping[bool, int] = field(default_factory=Counter[bool])
    withheld: int = 0
    relaxed: Mapping[bool, int] = field(default_factory=Counter[bool])


def clocks(
    histogram: Durations,
    deadline: str,
    as_of: AsOf,
    *,
    months: Span = ALL_MONTHS,
    dated_by: Dated = Dated.RECEIPT,
) -> Clocks:
    """Return the clocks of one kind whose cells are of these months.

    A due day is over from the day after it.
    """
    basis, whole = Basis(Counted.CLOCK, as_of, months, dated_by=dated_by), _Tally()
    _count(histogram, deadline, basis, By.MONTH, _Tallies(lambda _: whole))
    return whole.clocks(deadline, basis)


def clocks_and_groups(
    histogram: Durations,
    deadline: str,
    as_of: AsOf,
    by: By,
    *,
    months: Span = ALL_MONTHS,
    dated_by: Dated = Dated.RECEIPT,
    rows: Sequence[str] = (),
) -> tuple[Clocks, dict[str, Clocks]]:
    """Return what `clocks` returns, and the same by period, or by whom the case is from, in order.

    Every period from the first to the last is there, with or without a clock; and so are the
    agencies that `rows` names, where a row is one.
    """
    basis, whole = Basis(Counted.CLOCK, as_of, months, dated_by=dated_by), _Tally()
    groups = defaultdict[str, _Tally](_Tally)
    tallies = _Tallies(lambda key: groups[row_of(key, by, months) if by in IN_TIME else key])
    _count(histogram, deadline, basis, by, tallies)
    for group in groups.values():
        whole.add(group)
    return whole.clocks(deadline, basis), {
        label: groups[label].clocks(deadline, replace(basis, group=label))
        for label in in_order(
            groups, labels(tallies, by, months) if by in IN_TIME else sorted(rows)
        )
    }


def labels(seen: Collection[str], by: By, months: Span) -> tuple[str, ...]:
    """Return the periods that a table shows: from the first month asked for, or seen, to the last.

    The row without a known month comes last, if it is asked for, or seen. Agencies are not listed
    here: they have no order in time.
    """
    if by is By.SPAN:
        return (str(months),)
    if by not in PERIODS:
        return ()
    dated = [month for month in seen if month]
    first = months.first or min(dated, default=None)
    last = months.last or max(dated, default=None)
    undated = (NOT_DATED,) if months.undated or "" in seen else ()
    return undated if first is None or last is None else (*periods(first, last, by), *undated)


def in_order(groups: Collection[str], first: Sequence[str]) -> tuple[str, ...]:
    """Return the labels of rows: first those given in order, then the others alphabetically."""
    return (*first, *sorted(set(groups) - set(first)))


class _Tally:
    """The tallies of `Clocks`, growing."""

    def __init__(self) -> None:
        # A `Counter` is slow to write to: with counters here, counting takes a quarter longer.
        self.stopped = defaultdict[tuple[int | None, bool, bool], int](int)
        self.still_open = defaultdict[tuple[date, bool], int](int)
        self.ended_otherwise = defaultdict[int | None, int](int)
        self.impossible = defaultdict[bool, int](int)
        self.withheld = 0
        self.relaxed = defaultdict[bool, int](int)

    def add(self, group: "_Tally") -> None:
        """Count also the clocks of a group."""
        for stopped, number in group.stopped.items():
            self.stopped[stopped] += number
        for still_open, number in group.still_open.items():
            self.still_open[still_open] += number
        for days, number in group.ended_otherwise.items():
            self.ended_otherwise[days] += number
        for is_over, number in group.impossible.items():
            self.impossible[is_over] += number
        for stopped_late, number in group.relaxed.items():
            self.relaxed[stopped_late] += number
        self.withheld += group.withheld

    def clocks(self, deadline: str, basis: Basis) -> Clocks:
        """Return the tallies as statistics read them."""
        return Clocks(
            deadline,
            basis,
            Counter(self.stopped),
            Counter(self.still_open),
            Counter(self.ended_otherwise),
            Counter(self.impossible),
            self.withheld,
            Counter(self.relaxed),
        )


class _Tallies(dict[str, _Tally]):
    """The tally of each month, or agency, that was seen; the months of a period share one.

    `tally_of` is called once for each month, and not for each cell.
    """

    def __init__(self, tally_of: Callable[[str], _Tally]) -> None:
        super().__init__()
        self._tally_of = tally_of

    def __missing__(self, key: str) -> _Tally:
        tally = self[key] = self._tally_of(key)
        return tally


def _count(histogram: Durations, deadline: str, basis: Basis, by: By, tallies: _Tallies) -> None:
    """Count the selected clocks, each in the tally of its month, or of its agency."""
    first, last = basis.months.first or "0", basis.months.last or "9"
    all_months = basis.months == ALL_MONTHS  # asked first: saves a tenth of the time if true
    undated = basis.months.holds("")
    today, by_whom = basis.as_of.today, by not in IN_TIME
    for cell, number in histogram.get(deadline, {}).items():
        _, source, month, counted_from, due, ended, days, late_days = cell
        if not number:
            continue
        if not (all_months or first <= month <= last or (undated and not month)):
            continue
        tally = tallies[source if by_whom else month]
        if ended is _STOPPED:
            tally.stopped[days, late_days == 0, due < today] += number
        elif ended is _OPEN:
            tally.still_open[counted_from, due < today] += number
        elif ended is _OTHERWISE:
            tally.ended_otherwise[days] += number
        elif ended is _IMPOSSIBLE:
            tally.impossible[due < today] += number
        elif ended is _STOPPED_RELAXED:
            tally.stopped[days, False, due < today] += number
            tally.relaxed[True] += number
        elif ended is _OPEN_RELAXED:
            tally.still_open[counted_from, due < today] += number
            tally.relaxed[False] += number
        else:
            tally.withheld += number
