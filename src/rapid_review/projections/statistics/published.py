"""Every table of a partnership: what is counted, then one clock, as they may be published.

Whoever shows figures, in rows, in files or on a page, shows these. The tables are those of
`statistics`, where each figure is defined.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import AgeBand, Nature
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.bands import Quartiles, band_table, bands
from rapid_review.projections.statistics.basis import Counted
from rapid_review.projections.statistics.counts import Counts, count_table
from rapid_review.projections.statistics.disclosure import NOTHING, Treatment, hidden_rows
from rapid_review.projections.statistics.in_time import due_cohort, due_table
from rapid_review.projections.statistics.periods import ALL_MONTHS, By, Span
from rapid_review.projections.statistics.selection import Clocks, Durations, clocks, clocks_by
from rapid_review.projections.statistics.tables import TOTAL, Table

S = TypeVar("S")

MEASURES: Final = (
    m.NOTIFICATION,
    m.CHILD,
    m.CRITERIA_NOT_MET,
    m.REVIEW,
    m.REPORT_REQUESTED,
    m.REPORT_FILED,
    m.REPORT_LATE,
    m.REPORT_NIL,
    m.REPORT_UNASKED,
    m.MEETING,
    m.QUORUM_NOT_MET,
    m.EMPTY_SEAT,
    m.DECISION,
    m.OUTCOME,
    m.RECONSIDERATION,
    m.PRACTICE_REVIEW,
    m.PANEL_ANSWER,
    m.THEME,
)
"""What is counted beside the clocks, in the order of ToR 7."""
_GUARDED_TOGETHER: Final = (m.NOTIFICATION, m.REVIEW, m.CRITERIA_NOT_MET)
"""A notification comes to the second or the third; few come to neither."""
_BOUND_BY: Final = {
    Counted.CHILD: m.NOTIFICATION,
    Counted.CLOCK: m.NOTIFICATION,
    Counted.REVIEW: m.REVIEW,
}
"""What bounds a count: a notification has a child at least, a review one decision at most.

So a row whose total is hidden there is hidden here too, where anything is: were it another row
that closed the circle, the two tables together would say what each of them hides.
"""
MET: Final = "met"
"""The kind of the due cohort whose share is the headline, and has an interval."""

_CAME_TO: Final = (
    "a clock that started, by what it had come to; percentages are of those whose due day is over"
)
_DAYS_TAKEN: Final = (
    "a clock that started, by how many of its own days it took; percentages are of those that "
    "have stopped"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tables.

    Attributes:
        terms: the partnership's terms; an outcome of theirs is shown though none was decided.
        deadline: which clock.
        by: what a row is.
        months: the months of receipt; an end that is left open is the last month that occurs.
        treatment: what is done to each table before it is published.
    """

    terms: Terms
    deadline: Deadline
    by: By
    months: Span = ALL_MONTHS
    treatment: Treatment = NOTHING


@dataclass(frozen=True, slots=True)
class Tabled:
    """A table, and what its shares are shares of.

    Attributes:
        name: what is counted: a measure, or a clock with what became of it.
        means: what one of them is.
        table: the counts.
        of: the counts that they are a share of; None for the table's own.
        estimated: the kind whose share is an estimate of the long-run one, if one is.
        quartiles: of the days taken, by the row's label, where days are counted.
    """

    name: str
    means: str
    table: Table
    of: Table | None = None
    estimated: str | None = None
    quartiles: Mapping[str, Quartiles | None] | None = None


def tabled(
    durations: Durations, counts: Counts, as_of: AsOf, wanted: Wanted
) -> tuple[Tabled, ...]:
    """Return every table.

    Args:
        durations: the sum of all cases' clocks.
        counts: the sum of all cases' counts.
        as_of: as of when they were taken.
        wanted: which tables.
    """
    months = seen(durations, counts, wanted.months)
    counted = tuple(_counted(counts, as_of, wanted, months))
    bound = _BOUND_BY[Counted.CLOCK].name
    hide = next(hidden_rows(one.table) for one in counted if one.name == bound)
    return (
        *counted,
        *_of_clocks(durations, as_of, wanted, months, hide),
    )


def seen(durations: Durations, counts: Counts, months: Span) -> Span:
    """Return the months asked for; where one end is left open, up to the last month that occurs.

    So every table has the same rows, and a period in which something never happened shows a 0.
    """
    occur = {cell.month for cell in counts} | {cell.month for cell in durations}
    within = [month for month in occur if months.holds(month)]
    return Span(
        months.first or min(within, default=None), months.last or max(within, default=None)
    )


def _counted(counts: Counts, as_of: AsOf, wanted: Wanted, months: Span) -> Iterator[Tabled]:
    always: Mapping[str, tuple[str, ...]] = {
        m.NOTIFICATION.name: tuple(Nature),
        m.CHILD.name: tuple(AgeBand),
        m.OUTCOME.name: tuple(wanted.terms.outcomes),
        m.PANEL_ANSWER.name: (m.AGREES, m.DISAGREES),
    }

    def untreated(measure: m.Measure) -> Table:
        keys = always.get(measure.name, ())
        return count_table(counts, measure, as_of, wanted.by, months=months, keys=keys)

    whole, *parts = map(untreated, _GUARDED_TOGETHER)
    guarded = wanted.treatment.of_parts(whole, parts)
    together = dict(zip(_GUARDED_TOGETHER, guarded, strict=True))

    @cache  # most are shown, and are what others are a share of
    def table_of(measure: m.Measure) -> Table:
        bound = _BOUND_BY.get(measure.counted)
        hide = () if bound is None else hidden_rows(together[bound])
        return together.get(measure) or wanted.treatment.of(untreated(measure), hide=hide)

    for measure in MEASURES:
        of = None if measure.of is None else table_of(measure.of)
        yield Tabled(measure.name, measure.means, table_of(measure), of)


def _of_clocks(
    durations: Durations, as_of: AsOf, wanted: Wanted, months: Span, hide: Collection[str]
) -> Iterator[Tabled]:
    """ToR 5(a): yield what the clocks came to, and the days they took, with their quartiles."""
    cohort, cohorts = _each(due_cohort, durations, as_of, wanted, months)
    taken, groups = _each(bands, durations, as_of, wanted, months)
    came_to, days_taken = wanted.treatment.of_both(
        due_table(cohort, cohorts, wanted.by), band_table(taken, groups, wanted.by), hide=hide
    )
    name = wanted.deadline.id
    quartiles = {label: group.quartiles for label, group in groups.items()}
    quartiles[TOTAL] = taken.quartiles
    yield Tabled(f"{name}: came to", _CAME_TO, came_to, estimated=MET)
    yield Tabled(f"{name}: days taken", _DAYS_TAKEN, days_taken, quartiles=quartiles)


def _each(
    statistic: Callable[[Clocks], S],
    durations: Durations,
    as_of: AsOf,
    wanted: Wanted,
    months: Span,
) -> tuple[S, Mapping[str, S]]:
    """Return a statistic of all the clocks, and of those of each group."""
    deadline = wanted.deadline.id
    groups = clocks_by(durations, deadline, as_of, wanted.by, months=months)
    return (
        statistic(clocks(durations, deadline, as_of, months=months)),
        {label: statistic(group) for label, group in groups.items()},
    )
