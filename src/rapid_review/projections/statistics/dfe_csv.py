"""A table as tidy rows, with the column names of the Department for Education's open data.

One row a count. Time and place come first, in the Department's own columns and words; then what
every figure carries; then what is counted, as `..._count`, `..._denominator` and `..._percent`.

A calendar quarter is told as the quarter of the financial year that it is: April to June is Q1.
Symbols are the Department's: z for not applicable, x for not known, c for confidential, low for
what rounds to 0. Percentages have one decimal place and come from the counts as they are shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Final

from rapid_review.domain.working_days import MONTHS
from rapid_review.projections.case.findings import EDITION
from rapid_review.projections.statistics.bands import Quartiles
from rapid_review.projections.statistics.basis import Share
from rapid_review.projections.statistics.periods import (
    PERIODS,
    By,
    exact_period,
    period,
    period_months,
)
from rapid_review.projections.statistics.shares import shares
from rapid_review.projections.statistics.tables import TOTAL, Mark, Row, Table, Value

_QUARTILES: Final = ("days_lower_quartile", "days_median", "days_upper_quartile")
_CARRIED: Final = (
    "unit",
    "denominator_unit",
    "date_basis",
    "months",
    "as_of",
    "happened_by",
    "recorded_by",
    "rules_edition",
    "disclosure_control",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where: the Department's level, codes and names; a column that the level has not is blank.

    A safeguarding partnership is no level of the Department's, and has a column of its own.
    """

    geographic_level: str
    country_code: str = "E92000001"
    country_name: str = "England"
    region_code: str = ""
    region_name: str = ""
    old_la_code: str = ""
    new_la_code: str = ""
    la_name: str = ""
    partnership: str = ""


ENGLAND: Final = Place("National")


@dataclass(frozen=True, slots=True)
class Tidy:
    """Rows of text under a header, as `csv.writer` takes them."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tidy(
    table: Table,
    place: Place = ENGLAND,
    *,
    of: Table | None = None,
    quartiles: Mapping[str, Quartiles | None] | None = None,
) -> Tidy:
    """Return a table as tidy rows; of a table by agency or partnership with its totals.

    Periods have no row of totals: the Department does not mix periods of different lengths.

    Args:
        table: the counts, suppressed and rounded already where they are to be.
        place: where they were counted.
        of: the counts that they are a share of; None for the table's own. Treat both alike.
        quartiles: of the days taken, by the row's label; shown in the row of the total, and
            suppressed where anything in the row is.
    """
    by_period = table.rows_by in PERIODS
    name = table.measure.replace("-", "_")
    header = (
        *("time_period", "time_identifier"),
        *(field.name for field in fields(Place)),
        *(() if by_period else (_rows_by(table),)),
        *_CARRIED,
        *(() if table.columns_by is None else (table.columns_by.replace("-", "_"),)),
        *(f"{name}_{kind}" for kind in ("count", "denominator", "percent")),
        *(() if quartiles is None else _QUARTILES),
    )
    found = shares(table, of)
    rows: list[tuple[str, ...]] = []
    for row in table.rows if by_period else (*table.rows, table.total):
        time = _time(row.label if by_period else exact_period(table.basis.months))
        group = () if by_period else (row.label,)
        for column, count in _counts(table, row):
            kind = () if table.columns_by is None else (column or "Not known",)
            figures = (str(count), *_share(found[row.label, column]))
            days = () if quartiles is None else _days(row, column, quartiles)
            carried = _carried(table, of)
            rows.append((*time, *astuple(place), *group, *carried, *kind, *figures, *days))
    return Tidy(header, tuple(rows))


def _rows_by(table: Table) -> str:
    """Return the name of the column that says of whom a row is."""
    return "notifying_agency" if table.rows_by == By.AGENCY else table.rows_by


def _time(label: str | None) -> tuple[str, str]:
    """Return a period as the Department tells it; not applicable for what is no single period."""
    months = None if label is None else period_months(label)
    if months is None or months.first is None or months.last is None:
        return Mark.NOT_APPLICABLE, Mark.NOT_APPLICABLE
    year, number = months.first[:4], int(months.first[5:])
    if months.first == months.last:
        return year, MONTHS[number - 1]
    ends = int(period(months.last, By.YEAR)[-4:])
    quarter = f" Q{(number - 4) % 12 // 3 + 1}" if months.last[:4] == year else ""
    return f"{ends - 1}{ends % 100:02}", f"Financial year{quarter}"


def _counts(table: Table, row: Row) -> Iterator[tuple[str, Value]]:
    """Yield the counts of a row by column; with the total, where there is more than one kind."""
    if table.columns_by is not None:
        yield from zip(table.columns, row.parts, strict=True)
    yield TOTAL, row.whole


def _share(share: Share | Mark) -> tuple[str, str]:
    """Return the denominator and the percentage; not applicable of a whole of 0."""
    if isinstance(share, Mark):
        return share, share
    if share.percent is None:
        return str(share.denominator), Mark.NOT_APPLICABLE
    return str(share.denominator), f"{share.percent:.1f}"


def _days(row: Row, column: str, quartiles: Mapping[str, Quartiles | None]) -> tuple[str, ...]:
    """Return the quartiles in the row of the total; not applicable elsewhere."""
    found = quartiles.get(row.label)
    if column != TOTAL or found is None:
        return (Mark.NOT_APPLICABLE,) * 3
    return tuple(map(str, found.beside(row)))


def _carried(table: Table, of: Table | None) -> tuple[str, ...]:
    """Return what every figure carries."""
    basis = table.basis
    times = (basis.as_of.today, basis.as_of.happened_by, basis.as_of.recorded_by)
    return (
        basis.counted,
        (of or table).basis.counted,
        basis.dated_by,
        str(basis.months),
        *(_said(time) for time in times),
        EDITION,
        "; ".join(table.treatment) or "none",
    )


def _said(time: date | None) -> str:
    """Return a time in ISO form; not applicable where none was asked for."""
    return Mark.NOT_APPLICABLE if time is None else time.isoformat()
