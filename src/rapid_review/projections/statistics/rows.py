"""The figures of one partnership in rows, as a person or another program reads them.

Each row is one figure with everything that it is a figure of. The tables behind them are those of
`published`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from rapid_review.projections.as_of import AsOf
from rapid_review.projections.case.findings import EDITION
from rapid_review.projections.statistics.bands import BANDS, Quartiles
from rapid_review.projections.statistics.basis import Share
from rapid_review.projections.statistics.in_time import IMPOSSIBLE, wilson
from rapid_review.projections.statistics.periods import IN_TIME, By, period_months
from rapid_review.projections.statistics.published import MET, Published, PublishedTable
from rapid_review.projections.statistics.shares import shares
from rapid_review.projections.statistics.tables import NOT_KNOWN, TOTAL, Mark, Row, Table, Value

AT_BEST: Final = "met-at-best"
"""The kind of clocks in time, as if all that stopped before they started had been in time."""
QUARTILES: Final = ("lower-quartile", "median", "upper-quartile")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, and everything that it is a figure of.

    Attributes:
        figure: what is counted: a measure, or a clock by its result or by its days.
        by: what a group is.
        group: the period, agency or partnership; "Total" for all of them.
        kind: which of its kinds; "Total" for all of them.
        value: the number; or the mark that is in place of a number.
        unit: what is counted; for quartiles, the clock's own days.
        dated_by: which date decides its month.
        months: the months that it covers.
        complete: whether those are all the months of its period, and over; None where the months
            are not known.
        denominator: the number that it is a share of; None where it is no share.
        denominator_unit: what the denominator counts.
        percent: `value` in hundredths of the denominator; None if that is 0 or None.
        lower_percent: the lower end of the 95 % Wilson interval, where there is one.
        upper_percent: its upper end.
    """

    figure: str
    by: By
    group: str
    kind: str
    value: Value
    unit: str
    dated_by: str
    months: str
    complete: bool | None = None
    denominator: int | None = None
    denominator_unit: str | None = None
    percent: float | None = None
    lower_percent: float | None = None
    upper_percent: float | None = None

    @property
    def row(self) -> str:
        """Its group; for an incomplete period also which part of it the figure covers."""
        whole = period_months(self.group) if self.by in IN_TIME else None
        if whole is None or self.complete:
            return self.group
        part = "not over" if self.months == str(whole) else f"part: {self.months}"
        return f"{self.group} ({part})"

    def __str__(self) -> str:
        """Return the value with its denominator, its percentage, and the percentage's interval."""
        if self.denominator is None:
            return str(self.value)
        if self.percent is None and self.denominator:  # quartiles: days are no share of clocks
            return f"{self.value} (of {self.denominator})"
        percent = "undefined" if self.percent is None else f"{self.percent:.1f} %"
        share = f"{self.value} of {self.denominator} ({percent})"
        if self.lower_percent is None or self.upper_percent is None:
            return share
        return f"{share} [{self.lower_percent:.1f} to {self.upper_percent:.1f} %]"


def basis_of(figures: Sequence[Figure], as_of: AsOf) -> str:
    """Say what some figures of one measure or clock are figures of: unit, months, as of when."""
    one = figures[-1]
    of = next((each.denominator_unit for each in figures if each.denominator_unit), None)
    share = "" if of is None else f", share of {of}"
    happened = "" if as_of.happened_by is None else f", as happened by {as_of.happened_by}"
    recorded = "" if as_of.recorded_by is None else f", as recorded by {as_of.recorded_by}"
    return (
        f"unit {one.unit}{share}; by {one.dated_by}, {one.months}; "
        f"as of {as_of.today}{happened}{recorded}; edition {EDITION} of the rules"
    )


def figures_of(published: Published, *, all_rows: bool = True) -> tuple[Figure, ...]:
    """Return every figure of the published tables: of what is counted, then of the clock.

    Args:
        published: the tables.
        all_rows: whether rows that hold only zeros are among them.
    """
    found: list[Figure] = []
    for one in published.tables:
        rows = groupby(_figures(one), key=lambda figure: figure.group)
        for label, group in rows:
            figures = tuple(group)
            if all_rows or label == TOTAL or any(f.value or f.denominator for f in figures):
                found += figures
        if one.quartiles is not None and one.clock is not None:
            days = str(one.clock.unit).replace("_", " ")
            name = f"{one.clock.id}: quartiles of the stopped"
            found += _quartiles(one, one.quartiles, name, days)
    return tuple(found)


def _figures(one: PublishedTable) -> Iterator[Figure]:
    """Yield every count of a table as a figure, its totals last."""
    table, found = one.table, shares(one.table, one.of)
    has_not_known = bool(table.by_column(table.total).get(NOT_KNOWN))
    for row in (*table.rows, table.total):
        for kind, value in table.with_total(row).items():
            if kind == NOT_KNOWN and not has_not_known:
                continue
            figure = Figure(
                one.name,
                table.rows_by,
                row.label,
                kind or "not-known",
                value,
                table.basis.counted,
                dated_by=table.basis.dated_by,
                months=table.months_of(row),
                complete=table.is_complete(row),
            )
            yield _with_share(figure, found[row.label, kind], estimated=kind == one.estimated)
            if kind == IMPOSSIBLE and MET in table.share_of:
                at_best, share = _at_best(table, row, found[row.label, kind])
                yield _with_share(
                    replace(figure, kind=AT_BEST, value=at_best), share, estimated=False
                )


def _at_best(table: Table, row: Row, share: Share | Mark) -> tuple[Value, Share | Mark]:
    """Return how many were in time at best, counting all impossible ones, and their share."""
    value = table.by_column(row)
    met, impossible = value[MET], value[IMPOSSIBLE]
    if isinstance(met, Mark) or isinstance(impossible, Mark) or isinstance(share, Mark):
        hidden = next((one for one in (met, impossible, share) if isinstance(one, Mark)), Mark.LOW)
        return hidden, hidden
    return met + impossible, replace(share, numerator=met + impossible)


def _with_share(figure: Figure, share: Share | Mark, *, estimated: bool) -> Figure:
    """Return a figure with its share, and with the share's interval if that is an estimate."""
    if isinstance(share, Mark):
        return figure
    figure = replace(
        figure,
        denominator=share.denominator,
        denominator_unit=share.basis.counted,
        percent=share.percent,
    )
    # Calculated from the numbers as shown, so that it reveals no more than they do.
    interval = wilson(share.numerator, share.denominator) if estimated else None
    if interval is None:
        return figure
    return replace(figure, lower_percent=100 * interval.lower, upper_percent=100 * interval.upper)


def _quartiles(
    one: PublishedTable, of_rows: Mapping[str, Quartiles | None], name: str, days: str
) -> Iterator[Figure]:
    """Yield the quartiles of each row that has some; suppressed where anything in the row is."""
    basis, found = one.table.basis, shares(one.table, one.of)
    for row in (*one.table.rows, one.table.total):
        quartiles = of_rows[row.label]
        if quartiles is None:
            continue
        bands = (found[row.label, band] for band in BANDS)
        of = next((share.denominator for share in bands if isinstance(share, Share)), None)
        for kind, value in zip(QUARTILES, quartiles.beside(row), strict=True):
            yield Figure(
                name,
                one.table.rows_by,
                row.label,
                kind,
                value,
                days,
                basis.dated_by,
                one.table.months_of(row),
                one.table.is_complete(row),
                of,
                basis.counted,
            )
