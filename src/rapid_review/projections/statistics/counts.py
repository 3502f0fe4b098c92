"""Counts of any measure by month, quarter, year, agency or partnership.

By agency means by the agency that sent the notification. The agencies that were asked for a report
are the columns of the measures `REPORT_...`.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.basis import Basis
from rapid_review.projections.statistics.facts import CountCell
from rapid_review.projections.statistics.measures import Measure
from rapid_review.projections.statistics.periods import ALL_MONTHS, By, Span, period
from rapid_review.projections.statistics.selection import labels
from rapid_review.projections.statistics.tables import Table, table

Counts = Mapping[CountCell, int]
"""A histogram of countable things: how many there are of each cell."""

PARTNERSHIP: Final = "partnership"


def count_table(
    histogram: Counts,
    measure: Measure,
    as_of: AsOf,
    by: By,
    *,
    months: Span = ALL_MONTHS,
    keys: Sequence[str] = (),
) -> Table:
    """Return the counts of a measure by period, or by the agency that sent the notification.

    Every period from the first to the last is there; one without a cell has counts of 0.

    Args:
        histogram: the cells.
        measure: what is counted; see `measures`.
        as_of: as of when the histogram was taken.
        by: what a row is.
        months: the months of receipt.
        keys: kinds to show always, as columns in this order, whether or not they occur.
    """
    by_agency = by is By.AGENCY
    tally: defaultdict[tuple[str, str], int] = defaultdict(int)
    for cell, number in _chosen(histogram, measure, months):
        tally[cell.source if by_agency else cell.month, cell.key] += number
    seen = {month for month, _ in tally}
    found = {label: Counter[str]() for label in labels(seen, by, months)}
    for (row, key), number in tally.items():
        label = row if by_agency else period(row, by)
        found.setdefault(label, Counter())[key] += number
    return _table(measure, Basis(measure.counted, as_of, months), by, found, keys)


def partnership_table(
    histograms: Mapping[str, Counts],
    measure: Measure,
    as_of: AsOf,
    *,
    months: Span = ALL_MONTHS,
    keys: Sequence[str] = (),
) -> Table:
    """Return the counts of a measure by partnership, from the histogram of each.

    The other arguments are those of `count_table`.
    """
    found = {partnership: Counter[str]() for partnership in histograms}
    for partnership, histogram in histograms.items():
        row = found[partnership]
        for cell, number in _chosen(histogram, measure, months):
            row[cell.key] += number
    return _table(measure, Basis(measure.counted, as_of, months), PARTNERSHIP, found, keys)


def _chosen(histogram: Counts, measure: Measure, months: Span) -> list[tuple[CountCell, int]]:
    """Return the cells of one measure and some months."""
    name, first, last = measure.name, months.first or "", months.last or "9"
    return [
        pair
        for pair in histogram.items()
        if pair[0].measure == name and pair[1] and first <= pair[0].month <= last
    ]


def _table(
    measure: Measure,
    basis: Basis,
    rows_by: str,
    found: Mapping[str, Mapping[str, int]],
    keys: Sequence[str],
) -> Table:
    """Return the table of what was found, its rows in order."""
    rows = {label: found[label] for label in sorted(found)}
    return table(measure.name, basis, rows_by, rows, columns_by=measure.keyed_by, columns=keys)
