"""A table of counts: rows of periods, agencies or partnerships; columns that add up to a total.

Every column of a table is part of the total, so that small numbers can be protected in all sums;
`share_of` says which columns together are the whole of a percentage.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

from rapid_review.projections.statistics.basis import Basis
from rapid_review.projections.statistics.periods import IN_TIME, By


class Mark(StrEnum):
    """What is in place of a number, as the Department for Education marks it.

    Attributes:
        NOT_APPLICABLE: there can be no number: a percentage of nothing, for one.
        UNKNOWN: there is a number, and nobody recorded it.
        SUPPRESSED: there is a number, and it is kept confidential.
        LOW: it rounds to 0 and is not 0.
    """

    NOT_APPLICABLE = "z"
    UNKNOWN = "x"
    SUPPRESSED = "c"
    LOW = "low"


Value = int | Mark

TOTAL: Final = "Total"
NOT_KNOWN: Final = ""
"""The column for things whose kind is not known."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        label: the period, agency or partnership; "Total" for all of them.
        parts: a value for each column.
        whole: their total.
    """

    label: str
    parts: tuple[Value, ...]
    whole: Value

    @property
    def hides(self) -> bool:
        """Whether anything in it is suppressed."""
        return Mark.SUPPRESSED in (*self.parts, self.whole)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of counts.

    Attributes:
        measure: what is counted.
        basis: what its figures are figures of.
        rows_by: what a row is: a period, an agency, a partnership.
        columns_by: what a column is: a nature, a theme; None if there is one only.
        columns: the kinds, in order; "" for those whose kind is not known.
        share_of: the columns that together are the whole of a percentage.
        rows: the rows in order.
        total: the sum of the rows.
        always: the columns that it has even where nothing of them occurs.
        not_known: the columns of things whose kind is not known.
        treatment: what was done to the numbers before they may be published.
    """

    measure: str
    basis: Basis
    rows_by: By
    columns_by: str | None
    columns: tuple[str, ...]
    share_of: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row
    always: tuple[str, ...] = ()
    not_known: tuple[str, ...] = (NOT_KNOWN,)
    treatment: tuple[str, ...] = ()

    def by_column(self, row: Row) -> dict[str, Value]:
        """Return the values of a row by column, without its total."""
        return dict(zip(self.columns, row.parts, strict=True))

    def with_total(self, row: Row) -> dict[str, Value]:
        """Return the values of a row by column, if the table has kinds, and then its total."""
        kinds = {} if self.columns_by is None else self.by_column(row)
        return {**kinds, TOTAL: row.whole}

    def months_of(self, row: Row) -> str:
        """Say which months a row covers, as far as they have begun on the day of the reading."""
        return self.basis.months_of(self._period(row))

    def is_complete(self, row: Row) -> bool | None:
        """Say whether a row covers all the months that it is named after, and those are over."""
        return self.basis.is_complete(self._period(row))

    def _period(self, row: Row) -> str:
        return row.label if self.rows_by in IN_TIME else TOTAL


class Cell(NamedTuple):
    """The place of a count in a set of tables."""

    table: str
    row: str
    column: str


def table(
    measure: str,
    basis: Basis,
    rows_by: str,
    counts: Mapping[str, Mapping[str, int]],
    *,
    columns_by: str | None = None,
    columns: Sequence[str] = (),
    share_of: Sequence[str] | None = None,
    not_known: Sequence[str] = (NOT_KNOWN,),
) -> Table:
    """Return a table of counts by row and then by column; a count that is not given is 0.

    But if a row counts things of an unknown kind, a kind with no count in that row is unknown, not
    0: those things might be of that kind.

    Args:
        measure: what is counted.
        basis: what its figures are figures of.
        rows_by: what a row is: one of the values of `By`.
        counts: the counts by row and column, the rows in order.
        columns_by: what a column is.
        columns: columns to show first and always; other kinds that occur follow in order, and
            then those of an unknown kind.
        share_of: the columns that are the whole of a percentage; None for all.
        not_known: the columns that stand for an unknown kind.
    """
    seen = {key for row in counts.values() for key, count in row.items() if count}
    known = [key for key in dict.fromkeys(columns) if key not in not_known]
    last = [key for key in not_known if key in {*columns, *seen}]
    order = (*known, *sorted(seen - {*columns, *not_known}), *last) or (NOT_KNOWN,)
    total = {key: sum(row.get(key, 0) for row in counts.values()) for key in order}
    return with_unknowns(
        Table(
            measure,
            basis,
            By(rows_by),
            columns_by,
            order,
            order if share_of is None else tuple(share_of),
            tuple(_row(label, row, order) for label, row in counts.items()),
            _row(TOTAL, total, order),
            tuple(columns),
            tuple(not_known),
        )
    )


def _row(label: str, counts: Mapping[str, int], columns: Iterable[str]) -> Row:
    """Return one row with its total."""
    return Row(label, tuple(counts.get(key, 0) for key in columns), sum(counts.values()))


def with_unknowns(table: Table) -> Table:
    """Return a table that says of a kind without a count whether that is 0, or is not known.

    It goes by the numbers in the table alone, whatever the marks were before.
    """
    *rows, total = (_with_unknowns(table, row) for row in (*table.rows, table.total))
    return replace(table, rows=tuple(rows), total=total)


def _with_unknowns(table: Table, row: Row) -> Row:
    parts = {key: 0 if one is Mark.UNKNOWN else one for key, one in table.by_column(row).items()}
    absent = Mark.UNKNOWN if any(parts.get(key) for key in table.not_known) else 0
    return replace(
        row,
        parts=tuple(
            one or (0 if key in table.not_known else absent) for key, one in parts.items()
        ),
    )


def in_columns(table: Table, order: Sequence[int]) -> Table:
    """Return a table with only these of its columns, in this order."""

    def of(row: Row) -> Row:
        return replace(row, parts=tuple(row.parts[at] for at in order))

    columns = tuple(table.columns[at] for at in order)
    return replace(
        table,
        columns=columns,
        share_of=tuple(one for one in table.share_of if one in columns),
        rows=tuple(map(of, table.rows)),
        total=of(table.total),
    )


def counts_of(tables: Mapping[str, Table]) -> dict[Cell, int]:
    """Return every number of some tables by its place, without the marks."""
    return {
        Cell(name, row.label, column): value
        for name, table in tables.items()
        for row in (*table.rows, table.total)
        for column, value in table.with_total(row).items()
        if not isinstance(value, Mark)
    }


def changed(table: Table, values: Mapping[tuple[str, str], Value], treatment: str) -> Table:
    """Return a table with other values in some places, and a note of what was done.

    Args:
        table: the table.
        values: the other values, by the row's label and the column.
        treatment: what was done, in words.
    """
    *rows, total = (_changed_row(table, row, values) for row in (*table.rows, table.total))
    return replace(table, rows=tuple(rows), total=total, treatment=(*table.treatment, treatment))


def _changed_row(table: Table, row: Row, values: Mapping[tuple[str, str], Value]) -> Row:
    """Return a row with other values; in a table without kinds, the only part is the total."""
    parts = tuple(
        values.get((row.label, TOTAL if table.columns_by is None else column), part)
        for column, part in table.by_column(row).items()
    )
    return Row(row.label, parts, values.get((row.label, TOTAL), row.whole))
