"""A table as tidy rows, with the column names of the Department for Education's open data.

Each count has a row. Time and place come first, in the Department's own columns and words; then
what every figure carries; then the count, as `..._count`, `..._denominator` and `..._percent`.

A calendar quarter is given as a quarter of the financial year: April to June is Q1.
Symbols are the Department's: z for not applicable, x for not known, c for confidential, low for a
number that rounds to 0. Percentages have one decimal place and come from the counts as shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from typing import Final

from rapid_review.domain.day_names import MONTHS
from rapid_review.projections.case.findings import EDITION
from rapid_review.projections.statistics.bands import Quartiles
from rapid_review.projections.statistics.basis import Share
from rapid_review.projections.statistics.measures import AND
from rapid_review.projections.statistics.periods import (
    IN_TIME,
    PERIODS,
    By,
    exact_period,
    period,
    period_months,
)
from rapid_review.projections.statistics.shares import shares
from rapid_review.projections.statistics.tables import TOTAL, Mark, Row, Table

_QUARTILES: Final = ("days_lower_quartile", "days_median", "days_upper_quartile")
_NO_TIME: Final = (Mark.NOT_APPLICABLE, Mark.NOT_APPLICABLE)
_HALVES: Final = {4: "Part 1 (April to September)", 10: "Part 2 (October to March)"}
"""The Department's two halves of a financial year, by their first month."""
_PUBLISHED_AS: Final[Mapping[str, Mapping[str, str]]] = {
    "nature": {"death": "Child death", "serious-harm": "Serious harm", "other": "Other"},
    "age-band": {"under-1": "Under 1", "unborn": "Unborn", "not-known": "Unknown"},
}
"""The Department's labels: of natures as in its releases of 2025 and 2026, of ages as in that of
2024. It publishes no band of unborn children; how it labels ages from 6 to 10 and above 15 was not
read, and they are labelled like the others."""
_COMPLETE: Final[Mapping[bool | None, str]] = {True: "yes", False: "no", None: "z"}
_BASIS_COLUMNS: Final = (
    "unit",
    "denominator_unit",
    "date_basis",
    "months",
    "complete",
    "as_of",
    "happened_by",
    "recorded_by",
    "rules_edition",
    "disclosure_control",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where figures were counted: the Department's level, codes and names; others are blank.

    The Department has no level for a safeguarding partnership, so that has a column of its own.
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
    """Rows of text under a header, as `csv.writer` takes them.

    Attributes:
        header: the names of the columns.
        rows: a row for each count.
        filters: the columns that say what a row counts, beside time and place.
        counts: the columns of whole numbers.
        percentages: the columns of percentages.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    filters: tuple[str, ...]
    counts: tuple[str, ...]
    percentages: tuple[str, ...]


def tidy(
    table: Table,
    place: Place = ENGLAND,
    *,
    of: Table | None = None,
    quartiles: Mapping[str, Quartiles | None] | None = None,
) -> Tidy:
    """Return a table as tidy rows; a table by agency or partnership has its totals.

    Periods have no row of totals: the Department does not mix periods of different lengths.

    Args:
        table: the counts, after any suppression or rounding.
        place: where they were counted.
        of: the counts that they are a share of; None for the table's own. Treat both alike.
        quartiles: of the days taken, by the row's label; shown in the row of the total, and
            suppressed where anything in the row is.
    """
    by_period, by_place = table.rows_by in IN_TIME, table.rows_by is By.PARTNERSHIP
    kinds = () if table.columns_by is None else tuple(table.columns_by.split(AND))
    found = shares(table, of)
    rows: list[tuple[str, ...]] = []
    for row in table.rows if by_period else (*table.rows, table.total):
        time = _time_cells(row.label if by_period else exact_period(table.basis.months))
        if not table.is_complete(row):  # a part of a year is not labelled as that year
            time = _NO_TIME
        group = () if by_period or by_place else (row.label,)
        where = astuple(replace(place, partnership=row.label) if by_place else place)
        carried = _basis_cells(table, row, of)
        for column, count in table.with_total(row).items():
            kind = _kind_cells(column, kinds)
            figures = (str(count), *_share_cells(found[row.label, column]))
            days = () if quartiles is None else _quartile_cells(row, column, quartiles)
            rows.append((*time, *where, *group, *carried, *kind, *figures, *days))
    return _with_header(table, kinds, rows, () if quartiles is None else _QUARTILES)


def _with_header(
    table: Table, kinds: Sequence[str], rows: Sequence[tuple[str, ...]], days: Sequence[str]
) -> Tidy:
    """Return the rows of a table with the names of their columns."""
    measure = table.measure.replace("-", "_")
    counted, whole, percent = (f"{measure}_{kind}" for kind in ("count", "denominator", "percent"))
    whose = () if table.rows_by in IN_TIME else (table.rows_by.named.replace(" ", "_"),)
    filters = (*whose, *(kind.replace("-", "_") for kind in kinds))
    place = tuple(field.name for field in fields(Place))
    header = (
        *("time_period", "time_identifier", *place),
        *(name for name in whose if name not in place),  # the place has the partnership already
        *_BASIS_COLUMNS,
        *filters[len(whose) :],
        *(counted, whole, percent, *days),
    )
    return Tidy(header, tuple(rows), filters, (counted, whole, *days), (percent,))


def _kind_cells(column: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the cells that say which kinds a column counts; "Total" is repeated in each."""
    kinds = tuple((column or "Not known").split(AND))
    if len(kinds) != len(names):
        kinds *= len(names)
    labels = (_PUBLISHED_AS.get(name, {}) for name in names)
    return tuple(label.get(kind, kind) for label, kind in zip(labels, kinds, strict=True))


def _time_cells(label: str | None) -> tuple[str, str]:
    """Return a period in the Department's form; "not applicable" if it is not a single period."""
    months = None if label is None else period_months(label)
    if months is None or months.first is None or months.last is None:
        return _NO_TIME
    year, number = months.first[:4], int(months.first[5:])
    ends = int(period(months.last, By.YEAR)[-4:])
    financial = f"{ends - 1}{ends % 100:02}"
    forms = {
        By.MONTH: (year, MONTHS[number - 1]),
        By.QUARTER: (financial, f"Financial year Q{(number - 4) % 12 // 3 + 1}"),
        By.HALF_YEAR: (financial, _HALVES.get(number, "")),
        By.YEAR: (financial, "Financial year"),
        By.CALENDAR_YEAR: (year, "Calendar year"),
    }
    by = next((by for by in PERIODS if period(months.first, by) == exact_period(months)), None)
    return _NO_TIME if by is None else forms[by]


def _share_cells(share: Share | Mark) -> tuple[str, str]:
    """Return the denominator and the percentage, which is not applicable for a whole of 0."""
    if isinstance(share, Mark):
        return share, share
    if share.percent is None:
        return str(share.denominator), Mark.NOT_APPLICABLE
    return str(share.denominator), f"{share.percent:.1f}"


def _quartile_cells(
    row: Row, column: str, quartiles: Mapping[str, Quartiles | None]
) -> tuple[str, ...]:
    """Return the quartiles in the row of the total; not applicable elsewhere."""
    found = quartiles.get(row.label)
    if column != TOTAL or found is None:
        return (Mark.NOT_APPLICABLE,) * 3
    return tuple(map(str, found.beside(row)))


def _basis_cells(table: Table, row: Row, of: Table | None) -> tuple[str, ...]:
    """Return the cells that say what the figures of a row are figures of."""
    basis = table.basis
    times = (basis.as_of.today, basis.as_of.happened_by, basis.as_of.recorded_by)
    return (
        basis.counted,
        (of or table).basis.counted,
        basis.dated_by,
        table.months_of(row),
        _COMPLETE[table.is_complete(row)],
        *(_iso_or_mark(time) for time in times),
        EDITION,
        "; ".join(table.treatment) or "none",
    )


def _iso_or_mark(time: date | None) -> str:
    """Return a time in ISO form; not applicable where none was asked for."""
    return Mark.NOT_APPLICABLE if time is None else time.isoformat()
