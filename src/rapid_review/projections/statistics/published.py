"""Every table of a partnership: what is counted, then one clock, as they may be published.

Whoever shows figures, in rows, in files or on a page, shows these. The tables are those of
`statistics`, where each figure is defined.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import Final, TypeVar

from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.vocabulary import Nature
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.bands import Quartiles, band_table, bands
from rapid_review.projections.statistics.basis import Counted
from rapid_review.projections.statistics.counts import Counts, count_table
from rapid_review.projections.statistics.disclosure import Treatment, hidden_rows
from rapid_review.projections.statistics.facts import Facts
from rapid_review.projections.statistics.in_time import due_cohort, due_table
from rapid_review.projections.statistics.periods import By, Span, whole_periods
from rapid_review.projections.statistics.selection import (
    Clocks,
    Durations,
    Selection,
    clocks,
    clocks_by,
)
from rapid_review.projections.statistics.tables import TOTAL, Mark, Table

S = TypeVar("S")

MEASURES: Final = tuple(m.MEASURES.values())
"""What is counted beside the clocks, in the order of ToR 7."""
_GUARDED_TOGETHER: Final = (m.NOTIFICATION, m.REVIEW, m.CRITERIA_NOT_MET)
"""A notification comes to the second or the third; few come to neither."""
_BOUND_BY: Final = {
    Counted.NOTIFICATION: m.NOTIFICATION,
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
        clock: the clock that it is a table of; None if it is of none.
        quartiles: of the days taken, by the row's label, where days are counted.
    """

    name: str
    means: str
    table: Table
    of: Table | None = None
    estimated: str | None = None
    clock: Deadline | None = None
    quartiles: Mapping[str, Quartiles | None] | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """The statistics of a partnership, as they may be published.

    Attributes:
        selection: what was selected.
        facts: the facts from which the tables are computed.
        tables: the tables: of everything that is counted, then of each clock.
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
    shown = replace(selection, months=_months_shown(facts, selection.months, selection.by))
    counted = tuple(_counted(facts.counts, shown))
    bound = _BOUND_BY[Counted.CLOCK].name
    hide = next(hidden_rows(one.table) for one in counted if one.name == bound)
    of_clocks = (_of_clock(facts.durations, one, shown, hide) for one in selection.deadlines)
    return Published(selection, facts, (*counted, *chain.from_iterable(of_clocks)))


def _months_shown(facts: Facts, months: Span, by: By) -> Span:
    """Return the months selected; an end that is left open is that of the last period that occurs.

    So every table has the same rows, and a period in which something never happened shows a 0.
    """
    occur = {cell.month for cell in facts.counts} | {cell.month for cell in facts.durations}
    within = [month for month in occur if month and months.holds(month)]
    undated = "" in occur and months.holds("")
    if not within:
        return replace(months, undated=undated)
    whole = whole_periods(min(within), max(within), by)
    return Span(months.first or whole.first, months.last or whole.last, undated)


def _counted(counts: Counts, selection: Selection) -> Iterator[PublishedTable]:
    terms = (selection.terms, *selection.also)
    by_partnership = selection.by is By.PARTNERSHIP
    partnerships = selection.partnerships if by_partnership else ()
    outcomes = tuple(dict.fromkeys(code for one in terms for code in one.outcomes))
    always: Mapping[str, tuple[str, ...]] = {
        m.NOTIFICATION.name: tuple(Nature),
        m.CHILD.name: tuple(m.AGE_BANDS.values()),
        m.PANEL_ANSWER.name: (m.AGREES, m.DISAGREES),
        **dict.fromkeys(
            (m.OUTCOME.name, m.OUTCOME_ANSWERED.name, m.OUTCOME_AGREED.name), outcomes
        ),
    }

    def untreated(measure: m.Measure) -> Table:
        keys = always.get(measure.name, ())
        return count_table(
            counts,
            measure,
            selection.as_of,
            selection.by,
            months=selection.months,
            keys=keys,
            dated_by=selection.dated_by,
            rows=partnerships,
        )

    whole, *parts = map(untreated, _GUARDED_TOGETHER)
    guarded = selection.treatment.of_parts(whole, parts)
    together = dict(zip(_GUARDED_TOGETHER, guarded, strict=True))

    @cache  # most are shown, and are what others are a share of
    def table_of(measure: m.Measure) -> Table:
        bound = _BOUND_BY.get(measure.counted)
        hide = () if bound is None else hidden_rows(together[bound])
        if measure is m.NATURE_BY_AGE:
            return _guarded_by_kind(untreated(measure), selection.treatment, hide)
        return together.get(measure) or selection.treatment.of(untreated(measure), hide=hide)

    for measure in MEASURES:
        of = None if measure.of is None else table_of(measure.of)
        yield PublishedTable(measure.name, measure.means, table_of(measure), of)


def _guarded_by_kind(counts: Table, treatment: Treatment, hide: Collection[str]) -> Table:
    """Return a table that divides the kinds of another, which shows what its kinds add up to.

    So where a part of a row is suppressed, all of that row's are.
    """
    found = treatment.of(counts, hide=hide)
    rows = [row.label for row in (*found.rows, found.total) if Mark.SUPPRESSED in row.parts]
    return treatment.of(counts, hide=hide, hide_parts=rows)


def _of_clock(
    durations: Durations, clock: Deadline, selection: Selection, hide: Collection[str]
) -> Iterator[PublishedTable]:
    """ToR 5(a): yield what a clock came to, and the days it took, with their quartiles."""
    cohort, cohorts = _each(due_cohort, durations, clock, selection)
    taken, groups = _each(bands, durations, clock, selection)
    came_to, days_taken = selection.treatment.of_both(
        due_table(cohort, cohorts, selection.by),
        band_table(taken, groups, selection.by),
        hide=hide,
    )
    quartiles = {label: group.quartiles for label, group in groups.items()}
    quartiles[TOTAL] = taken.quartiles
    yield PublishedTable(f"{clock.id}: came to", _CAME_TO, came_to, estimated=MET, clock=clock)
    yield PublishedTable(
        f"{clock.id}: days taken", _DAYS_TAKEN, days_taken, clock=clock, quartiles=quartiles
    )


def _each(
    statistic: Callable[[Clocks], S],
    durations: Durations,
    clock: Deadline,
    selection: Selection,
) -> tuple[S, Mapping[str, S]]:
    """Return a statistic of all the clocks, and of those of each group."""
    as_of, months, dated_by = selection.as_of, selection.months, selection.dated_by
    groups = clocks_by(durations, clock.id, as_of, selection.by, months=months, dated_by=dated_by)
    return (
        statistic(clocks(durations, clock.id, as_of, months=months, dated_by=dated_by)),
        {label: statistic(group) for label, group in groups.items()},
    )
