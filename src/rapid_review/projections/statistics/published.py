"""Every table of a partnership: what is counted, then one clock, as they may be published.

Whoever shows figures, in rows, in files or on a page, shows these. The tables are those of
`statistics`, where each figure is defined.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, TypeVar

from rapid_review.domain.vocabulary import AgeBand, Nature
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.bands import Quartiles, band_table, bands
from rapid_review.projections.statistics.basis import Counted
from rapid_review.projections.statistics.counts import Counts, count_table
from rapid_review.projections.statistics.disclosure import hidden_rows
from rapid_review.projections.statistics.facts import Facts
from rapid_review.projections.statistics.in_time import due_cohort, due_table
from rapid_review.projections.statistics.periods import Span
from rapid_review.projections.statistics.selection import (
    Clocks,
    Durations,
    Selection,
    clocks,
    clocks_by,
)
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
class PublishedTable:
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


@dataclass(frozen=True, slots=True)
class Published:
    """The statistics of a partnership, as they may be published.

    Attributes:
        selection: what was selected.
        facts: the facts from which the tables are computed.
        tables: the tables: of everything that is counted, then of the clock.
    """

    selection: Selection
    facts: Facts
    tables: tuple[PublishedTable, ...]

    @property
    def cases(self) -> int | None:
        """Of how many cases; None where numbers are treated, for this one would not be."""
        return None if self.selection.treatment.changes else self.facts.cases


def publish(facts: Facts, selection: Selection) -> Published:
    """Return every table that is selected, computed from the facts."""
    shown = replace(selection, months=_months_shown(facts, selection.months))
    counted = tuple(_counted(facts.counts, shown))
    bound = _BOUND_BY[Counted.CLOCK].name
    hide = next(hidden_rows(one.table) for one in counted if one.name == bound)
    return Published(selection, facts, (*counted, *_of_clocks(facts.durations, shown, hide)))


def _months_shown(facts: Facts, months: Span) -> Span:
    """Return the months selected; where one end is left open, up to the last month that occurs.

    So every table has the same rows, and a period in which something never happened shows a 0.
    """
    occur = {cell.month for cell in facts.counts} | {cell.month for cell in facts.durations}
    within = [month for month in occur if months.holds(month)]
    return Span(
        months.first or min(within, default=None), months.last or max(within, default=None)
    )


def _counted(counts: Counts, selection: Selection) -> Iterator[PublishedTable]:
    always: Mapping[str, tuple[str, ...]] = {
        m.NOTIFICATION.name: tuple(Nature),
        m.CHILD.name: tuple(AgeBand),
        m.OUTCOME.name: tuple(selection.terms.outcomes),
        m.PANEL_ANSWER.name: (m.AGREES, m.DISAGREES),
    }

    def untreated(measure: m.Measure) -> Table:
        keys = always.get(measure.name, ())
        return count_table(
            counts, measure, selection.as_of, selection.by, months=selection.months, keys=keys
        )

    whole, *parts = map(untreated, _GUARDED_TOGETHER)
    guarded = selection.treatment.of_parts(whole, parts)
    together = dict(zip(_GUARDED_TOGETHER, guarded, strict=True))

    @cache  # most are shown, and are what others are a share of
    def table_of(measure: m.Measure) -> Table:
        bound = _BOUND_BY.get(measure.counted)
        hide = () if bound is None else hidden_rows(together[bound])
        return together.get(measure) or selection.treatment.of(untreated(measure), hide=hide)

    for measure in MEASURES:
        of = None if measure.of is None else table_of(measure.of)
        yield PublishedTable(measure.name, measure.means, table_of(measure), of)


def _of_clocks(
    durations: Durations, selection: Selection, hide: Collection[str]
) -> Iterator[PublishedTable]:
    """ToR 5(a): yield what the clocks came to, and the days they took, with their quartiles."""
    cohort, cohorts = _each(due_cohort, durations, selection)
    taken, groups = _each(bands, durations, selection)
    came_to, days_taken = selection.treatment.of_both(
        due_table(cohort, cohorts, selection.by),
        band_table(taken, groups, selection.by),
        hide=hide,
    )
    name = selection.deadline.id
    quartiles = {label: group.quartiles for label, group in groups.items()}
    quartiles[TOTAL] = taken.quartiles
    yield PublishedTable(f"{name}: came to", _CAME_TO, came_to, estimated=MET)
    yield PublishedTable(f"{name}: days taken", _DAYS_TAKEN, days_taken, quartiles=quartiles)


def _each(
    statistic: Callable[[Clocks], S],
    durations: Durations,
    selection: Selection,
) -> tuple[S, Mapping[str, S]]:
    """Return a statistic of all the clocks, and of those of each group."""
    deadline, as_of, months = selection.deadline.id, selection.as_of, selection.months
    groups = clocks_by(durations, deadline, as_of, selection.by, months=months)
    return (
        statistic(clocks(durations, deadline, as_of, months=months)),
        {label: statistic(group) for label, group in groups.items()},
    )
