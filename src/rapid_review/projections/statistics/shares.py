"""Every count of a table as a share of its whole; or the mark that is in its place.

The measure says what the whole is (`Measure.of`): the row's own total; or the same row of another
table, such as the decisions that outcomes are of; or, where both tables have the same kinds, the
same cell of that table, such as the requests to an agency that its reports answer.

A share that would reveal a suppressed number is suppressed with it. A whole is shown only where
the row's own total is, and a whole of some columns only where the row has nothing suppressed.
"""

from collections.abc import Mapping
from dataclasses import replace

from rapid_review.projections.statistics.basis import Share
from rapid_review.projections.statistics.tables import TOTAL, Mark, Row, Table, Value


def shares(table: Table, of: Table | None = None) -> Mapping[tuple[str, str], Share | Mark]:
    """Return the share of each count, by the row's label and the column; "Total" for totals.

    Args:
        table: the counts.
        of: the counts that they are a share of; None for the table's own.
    """
    wholes = {} if of is None else {row.label: row for row in (*of.rows, of.total)}
    found: dict[tuple[str, str], Share | Mark] = {}
    for row in (*table.rows, table.total):
        for column, part in {**table.by_column(row), TOTAL: row.whole}.items():
            if of is None:
                whole = _own_whole(table, row, column)
            else:
                whole = _other_whole(table, row, column, of, wholes.get(row.label))
            found[row.label, column] = _share(of or table, row, part, whole)
    return found


def _share(counted: Table, row: Row, part: Value, whole: Value) -> Share | Mark:
    """Return the share, or the mark if the part or the whole is not a number."""
    if isinstance(part, Mark):
        return part
    if isinstance(whole, Mark):
        return whole
    return Share(replace(counted.basis, group=row.label), part, whole)


def _own_whole(table: Table, row: Row, column: str) -> Value:
    """Return the whole of a column within its own table: a total of the row, or a mark."""
    if table.columns_by is None:
        return Mark.NOT_APPLICABLE
    if len(table.share_of) == len(table.columns):
        return row.whole
    if column not in table.share_of:
        return Mark.NOT_APPLICABLE
    if row.hides:
        return Mark.SUPPRESSED
    parts = [part for each, part in table.by_column(row).items() if each in table.share_of]
    whole = sum(part for part in parts if not isinstance(part, Mark))
    return whole or (Mark.LOW if Mark.LOW in parts else 0)  # a low one rounds to 0 and is not 0


def _other_whole(table: Table, row: Row, column: str, of: Table, others: Row | None) -> Value:
    """Return what another table says is the whole; 0 where it has no such row or column."""
    if row.whole is Mark.SUPPRESSED:
        return Mark.SUPPRESSED
    if others is None:
        return 0
    if table.columns_by is None or column == TOTAL:
        kinds_differ = table.columns_by != of.columns_by and table.columns_by is not None
        return Mark.NOT_APPLICABLE if kinds_differ else others.whole
    if table.columns_by == of.columns_by:
        return of.by_column(others).get(column, 0)
    return others.whole
