"""The figures of one partnership in rows, as a person or another program reads them.

Each row is one figure with everything that it is a figure of. The tables behind them are those of
`statistics`, where each figure is defined.
"""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from typing import Final

from rapid_review.domain.deadlines import Deadline
from rapid_review.domain.terms import Terms
from rapid_review.domain.vocabulary import Nature
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.bands import band_table, bands
from rapid_review.projections.statistics.basis import AsOf, Share
from rapid_review.projections.statistics.chosen import Durations, clocks, clocks_by
from rapid_review.projections.statistics.counts import Counts, count_table
from rapid_review.projections.statistics.periods import By, Span
from rapid_review.projections.statistics.proportions import Interval, due_cohort, due_table
from rapid_review.projections.statistics.shares import shares
from rapid_review.projections.statistics.tables import NOT_KNOWN, TOTAL, Table, Value

MEASURES: Final = (
    m.NOTIFICATION,
    m.CRITERIA_NOT_MET,
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
    m.PANEL_ANSWER,
)
"""What is counted beside the clocks, in the order of ToR 7."""
QUARTILES: Final = ("lower-quartile", "median", "upper-quartile")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, and everything that it is a figure of.

    Attributes:
        figure: what is counted: a measure, or a clock with what became of it.
        group: the period or the notifying agency; "Total" for all of them.
        kind: which of its kinds; "Total" for all of them.
        value: how many; or the mark that stands in place of a number.
        unit: one of what; for quartiles, the clock's own days.
        dated_by: by which date it is counted.
        months: of which months of receipt.
        denominator: how many it is of; None where there can be none.
        denominator_unit: one of what those are.
        percent: `value` in hundredths of the denominator; None of 0, or of none.
        lower_percent: the lower end of the 95 % Wilson interval, where there is one.
        upper_percent: its upper end.
    """

    figure: str
    group: str
    kind: str
    value: Value
    unit: str
    dated_by: str
    months: str
    denominator: int | None = None
    denominator_unit: str | None = None
    percent: float | None = None
    lower_percent: float | None = None
    upper_percent: float | None = None


def summary(
    durations: Durations,
    counts: Counts,
    as_of: AsOf,
    *,
    terms: Terms,
    deadline: Deadline,
    by: By,
    months: Span,
) -> tuple[Figure, ...]:
    """Return every figure: of what is counted, then of one clock.

    Args:
        durations: the sum of all cases' clocks.
        counts: the sum of all cases' counts.
        as_of: as of when they were taken.
        terms: the partnership's terms; an outcome of theirs is shown though none was decided.
        deadline: which clock.
        by: what a group is.
        months: the months of receipt; an end that is left open is the last month that occurs.
    """
    months = _seen(durations, counts, months)
    return (
        *_counted(counts, as_of, terms, by, months),
        *_timeliness(durations, as_of, deadline, by, months),
        *_time_taken(durations, as_of, deadline, by, months),
    )


def _counted(counts: Counts, as_of: AsOf, terms: Terms, by: By, months: Span) -> Iterator[Figure]:
    always: Mapping[str, tuple[str, ...]] = {
        m.NOTIFICATION.name: tuple(Nature),
        m.OUTCOME.name: tuple(terms.outcomes),
        m.PANEL_ANSWER.name: (m.AGREES, m.DISAGREES),
    }

    def table_of(measure: m.Measure) -> Table:
        keys = always.get(measure.name, ())
        return count_table(counts, measure, as_of, by, months=months, keys=keys)

    for measure in MEASURES:
        of = None if measure.of is None else table_of(measure.of)
        yield from _figures(measure.name, table_of(measure), of)


def _timeliness(
    durations: Durations, as_of: AsOf, deadline: Deadline, by: By, months: Span
) -> Iterator[Figure]:
    """ToR 5(a): yield the due cohort of each group, with the interval of the share in time."""
    whole = due_cohort(clocks(durations, deadline.id, as_of, months=months))
    groups = {
        label: due_cohort(group)
        for label, group in clocks_by(durations, deadline.id, as_of, by, months=months).items()
    }
    intervals = {
        (label, "met"): cohort.interval for label, cohort in (*groups.items(), (TOTAL, whole))
    }
    table = due_table(whole, groups, by)
    yield from _figures(f"{deadline.id}: came to", table, None, intervals)


def _time_taken(
    durations: Durations, as_of: AsOf, deadline: Deadline, by: By, months: Span
) -> Iterator[Figure]:
    """Yield the bands of each group, then its quartiles in the clock's own days."""
    whole = bands(clocks(durations, deadline.id, as_of, months=months))
    groups = {
        label: bands(group)
        for label, group in clocks_by(durations, deadline.id, as_of, by, months=months).items()
    }
    yield from _figures(f"{deadline.id}: days taken", band_table(whole, groups, by), None)
    for label, group in (*groups.items(), (TOTAL, whole)):
        if group.quartiles is None:
            continue
        for kind, days in zip(QUARTILES, astuple(group.quartiles), strict=True):
            yield Figure(
                f"{deadline.id}: quartiles of the stopped",
                label,
                kind,
                days,
                str(deadline.unit).replace("_", " "),
                group.basis.dated_by,
                str(group.basis.months),
                group.stopped,
                group.basis.counted,
            )


def _figures(
    name: str,
    table: Table,
    of: Table | None,
    intervals: Mapping[tuple[str, str], Interval | None] | None = None,
) -> Iterator[Figure]:
    """Yield every count of a table as a figure, its totals last."""
    found = shares(table, of)
    never = {
        column
        for column, total in zip(table.columns, table.total.parts, strict=True)
        if column == NOT_KNOWN and not total
    }
    for row in (*table.rows, table.total):
        kinds = [] if table.columns_by is None else [*zip(table.columns, row.parts, strict=True)]
        for kind, value in (*kinds, (TOTAL, row.whole)):
            if kind in never:
                continue
            share = found[row.label, kind]
            interval = (intervals or {}).get((row.label, kind))
            figure = Figure(
                name,
                row.label,
                kind or "not-known",
                value,
                table.basis.counted,
                dated_by=table.basis.dated_by,
                months=str(table.basis.months),
            )
            if isinstance(share, Share):
                figure = replace(
                    figure,
                    denominator=share.denominator,
                    denominator_unit=share.basis.counted,
                    percent=share.percent,
                )
            if interval is not None:
                figure = replace(
                    figure,
                    lower_percent=100 * interval.lower,
                    upper_percent=100 * interval.upper,
                )
            yield figure


def _seen(durations: Durations, counts: Counts, months: Span) -> Span:
    """Return the months asked for; where one end is left open, up to the last month that occurs.

    So every table has the same rows, and a period in which something never happened shows a 0.
    """
    seen = {cell.month for cell in counts} | {cell.month for cell in durations}
    within = [month for month in seen if months.holds(month)]
    return Span(
        months.first or min(within, default=None), months.last or max(within, default=None)
    )
