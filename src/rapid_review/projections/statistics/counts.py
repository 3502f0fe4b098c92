"""Counts of any measure by period, agency or partnership.

By agency means by the agency that sent the notification. The agencies that were asked for a report
are the columns of the measures `REPORT_...`. By partnership means by the source of the cells, in
which `facts.together` has put the partnership.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.basis import Basis, Dated
from rapid_review.projections.statistics.facts import CountCell
from rapid_review.projections.statistics.measures import Measure
from rapid_review.projections.statistics.periods import ALL_MONTHS, IN_TIME, By, Span, row_of
from rapid_review.projections.statistics.selection import in_order, labels
from rapid_review.projections.statistics.tables import NOT_KNOWN, Table, table

Counts = Mapping[CountCell, int]
"""A histogram of countable things: how many there are of each cell."""


def count_table(
    histogram: Counts,
    measure: Measure,
    as_of: AsOf,
    by: By,
    *,
    months: Span = ALL_MONTHS,
    keys: Sequence[str] = (),
    dated_by: Dated = Dated.RECEIPT,
    rows: Sequence[str] = (),
    not_known: Sequence[str] = (NOT_KNOWN,),
) -> Table:
    """Return the counts of a measure by period, or by whom the case is from.

    Every period from the first to the last has a row; without a cell it has counts of 0.

    Args:
        histogram: the cells.
        measure: what is counted; see `measures`.
        as_of: as of when the histogram was taken.
        by: what a row is.
        months: which months are counted.
        keys: kinds to show always, as columns in this order, whether or not they occur.
        dated_by: which day decided in which month a cell is.
        rows: agencies or partnerships to show always, whether or not they occur.
        not_known: the keys that stand for an unknown kind.
    """
    in_time = by in IN_TIME
    tally: defaultdict[tuple[str, str], int] = defaultdict(int)
    for cell, number in _cells_of(histogram, measure, months):
        tally[cell.month if in_time else cell.source, cell.key] += number
    found = defaultdict[str, Counter[str]](Counter)
    for (row, key), number in tally.items():
        found[row_of(row, by, months) if in_time else row][key] += number
    first = labels({month for month, _ in tally}, by, months) if in_time else sorted(rows)
    counts = {label: found[label] for label in in_order(found, first)}
    basis = Basis(measure.counted, as_of, months, dated_by=dated_by)
    return table(
        measure.name,
        basis,
        by,
        counts,
        columns_by=measure.keyed_by,
        columns=keys,
        not_known=not_known,
    )


def _cells_of(histogram: Counts, measure: Measure, months: Span) -> list[tuple[CountCell, int]]:
    """Return the cells of one measure and some months."""
    name, holds = measure.name, cache(months.holds)
    return [
        pair
        for pair in histogram.items()
        if pair[0].measure == name and pair[1] and holds(pair[0].month)
    ]
