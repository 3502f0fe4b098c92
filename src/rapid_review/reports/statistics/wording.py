"""Figures as a page shows them: looked up by name, in tables, and as bars with their words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple, TypeVar

from rapid_review.projections.statistics.rows import Figure, basis_of
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.tables import TOTAL, Mark
from rapid_review.reports.charts import Picture, picture
from rapid_review.reports.statistics.charts import Bar, Drawing, bars

T = TypeVar("T")

_FEW_ROWS: Final = 4
"""A table of at most so many rows (the months of a quarter and the total) is turned: its rows
become columns."""
_FEW_BARS: Final = 12
"""Up to so many bars are described one by one; for more, the table is enough."""
_KINDS: Final[Mapping[str, str]] = {
    "serious-harm": "serious harm",
    "not-known": "not known",
    "met": "in time",
    "met-late": "late",
    "overdue": "overdue, still open",
    "not-yet-due": "not yet due",
    "ended-otherwise": "ended otherwise",
    "days-unknown": "days not known",
    "still-open": "still open",
    "lower-quartile": "a quarter took at most",
    "median": "half took at most",
    "upper-quartile": "three quarters took at most",
}


class Table(NamedTuple):
    """A table: what it is of, its columns, and its rows, whose first cell names them.

    `nothing` names the rows that are left out because they hold only zeros.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    nothing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One thing that a page shows.

    Attributes:
        name: a word for it, which no other section has.
        question: the question that it answers.
        headline: the answer.
        basis: what its figures are figures of.
        picture: its chart; None if there is nothing to draw.
        not_drawn: why there is none, or what it leaves out.
        grids: the tables of its numbers.
        note: what is counted and what is not.
        holds: whether anything was counted; a page leaves out the others, and names them.
    """

    name: str
    question: str
    headline: str
    basis: str
    picture: Picture | None
    not_drawn: str
    grids: tuple[Table, ...]
    note: str
    holds: bool = True


class Shown:
    """Figures, looked up by what they count.

    Args:
        figures: every figure.
        selection: what they are figures of; its terms name seats and outcomes.
    """

    def __init__(self, figures: Sequence[Figure], selection: Selection) -> None:
        terms, by = selection.terms, selection.by
        self._as_of = selection.as_of
        self._rows_by = by.named
        self._kinds = {
            **_KINDS,
            **{seat.id: seat.title for seat in terms.seats},
            **{code: outcome.title for code, outcome in terms.outcomes.items()},
        }
        self._found: dict[str, dict[str, dict[str, Figure]]] = {}
        for one in figures:
            groups = self._found.setdefault(one.figure, {})
            groups.setdefault(one.row, {})[one.kind] = one

    def groups(self, name: str) -> Mapping[str, Mapping[str, Figure]]:
        """Return the figures of a measure or clock by group and kind; the total comes last."""
        return self._found.get(name, {})

    def total(self, name: str, kind: str = TOTAL) -> Figure:
        """Return one figure over all groups.

        Raises:
            KeyError: nothing of that name or kind is counted.
        """
        return self._found[name][TOTAL][kind]

    def holds(self, *names: str) -> bool:
        """Say whether any of these was counted, or may have been because its number is hidden."""
        totals = (self._found[name][TOTAL][TOTAL].value for name in names if name in self._found)
        return any(isinstance(value, Mark) or value != 0 for value in totals)

    def kinds(self, name: str) -> Mapping[str, Figure]:
        """Return the figures of each kind over all groups, without their total."""
        found = self._found[name][TOTAL]
        return {kind: figure for kind, figure in found.items() if kind != TOTAL}

    def kind(self, code: str) -> str:
        """Return a kind in words if there are any for it, else its code."""
        return self._kinds.get(code, code)

    def basis(self, name: str) -> str:
        """Say what the figures of a measure or clock are figures of."""
        figures = [one for group in self._found[name].values() for one in group.values()]
        text = basis_of(figures, self._as_of)
        return text[:1].upper() + text[1:]

    def grid(self, name: str, caption: str) -> Table:
        """Return a table of a measure or clock: a row for each group, a column for each kind."""
        groups = self._found[name]
        kinds = list(dict.fromkeys(kind for group in groups.values() for kind in group))
        rows = (
            (label, *(str(group[kind]) if kind in group else "none" for kind in kinds))
            for label, group in _without_single_total(groups).items()
        )
        return _upright(Table(caption, (self._rows_by, *map(self.kind, kinds)), tuple(rows)))

    def side_by_side(self, names: Mapping[str, str], caption: str) -> Table:
        """Return a table of the totals of several measures, each a column with the given title."""
        labels = dict.fromkeys(label for name in names for label in self._found[name])
        labels[TOTAL] = labels.pop(TOTAL)  # an agency may occur in some of them only
        labels = _without_single_total(labels)
        rows = tuple((label, *(self._cell(name, label) for name in names)) for label in labels)
        return _upright(Table(caption, (self._rows_by, *names.values()), rows))

    def _cell(self, name: str, label: str) -> str:
        group = self._found[name].get(label)
        return "none" if group is None else str(group[TOTAL])

    def by_kind(self, names: Mapping[str, str], first: str, caption: str) -> Table:
        """Return a table of several measures over all groups, with a row for each kind."""
        found = {name: self.kinds(name) for name in names}
        kinds = sorted({kind for one in found.values() for kind in one})
        rows = (
            (
                self.kind(kind),
                *(str(one[kind]) if kind in one else "none" for one in found.values()),
            )
            for kind in kinds
        )
        return _without_zero_rows(Table(caption, (first, *names.values()), tuple(rows)))

    def bars(self, name: str, panel: str = "") -> list[Bar]:
        """Return a bar for each kind, over all groups, whose value is a number."""
        return [
            Bar(self.kind(kind), figure.value, panel)
            for kind, figure in self.kinds(name).items()
            if not isinstance(figure.value, Mark)
        ]


def _upright(table: Table) -> Table:
    """Return a table; if it has few rows, turned so that it is not wide and low."""
    if len(table.rows) > _FEW_ROWS:
        return _without_empty_rows(table)
    labels, *columns = zip(*table.rows, strict=True)
    named = zip(table.columns[1:], columns, strict=True)
    rows = tuple((name, *cells) for name, cells in named)
    return _without_zero_rows(Table(table.caption, ("kind", *labels), rows))


def _without_empty_rows(table: Table) -> Table:
    """Return a table that only names its rows in which nothing was counted, run by run."""
    rows = [row for row in table.rows if row[0] == TOTAL or not all(map(_is_empty, row[1:]))]
    runs = [
        [row[0] for row in run]
        for is_left_out, run in groupby(table.rows, key=lambda row: row not in rows)
        if is_left_out
    ]
    named = (one[0] if len(one) == 1 else f"{one[0]} to {one[-1]}" for one in runs)
    return table._replace(rows=tuple(rows), nothing=tuple(named)) if rows else table


def _is_empty(cell: str) -> bool:
    """Say whether a cell of a period counts nothing; of some things none is another answer."""
    return cell in {"0", "none", Mark.NOT_APPLICABLE} or cell.startswith(("0 of 0 ", "z (of 0)"))


def _without_zero_rows(table: Table) -> Table:
    """Return a table that only names its rows of zeros; as it is, if it has no others."""
    nothing = [row for row in table.rows if row[0] != TOTAL and all(map(_is_zero, row[1:]))]
    rows = tuple(row for row in table.rows if row not in nothing)
    return table._replace(rows=rows, nothing=tuple(row[0] for row in nothing)) if rows else table


def _is_zero(cell: str) -> bool:
    return cell in {"0", "none"} or cell.startswith("0 of ")


def _without_single_total(groups: Mapping[str, T]) -> dict[str, T]:
    """Return the groups without their total if it would only repeat a single group."""
    only = len(groups) == 2 and TOTAL in groups  # noqa: PLR2004 - one, and its total
    return {label: group for label, group in groups.items() if not only or label != TOTAL}


def drawn(
    name: str,
    title: str,
    found: Sequence[Bar],
    unit: str,
    how: Callable[[Sequence[Bar], str], Drawing] = bars,
) -> tuple[Picture | None, str]:
    """Return a chart of bars with its words; or none, and why.

    Args:
        name: a word for the chart.
        title: what it is a chart of.
        found: the bars.
        unit: the word for one of what is counted.
        how: the function that draws it.
    """
    if not any(one.value for one in found):
        return None, "No chart: no number that may be shown is above 0."
    values = "; ".join(
        f"{one.panel + ', ' if one.panel else ''}{one.label}: {one.value}" for one in found
    )
    words = f"{values}." if len(found) <= _FEW_BARS else "The table has every number."
    return picture(name, title, f"{title}. {words}", how(found, f"{unit}s")), ""
