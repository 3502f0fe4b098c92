"""Small numbers made safe to publish: suppression, and rounding. Both only on request.

A count of 1 to 4 may be one known child. It is replaced by "c", and with it as many other counts
as it takes that nobody can work it out from the totals; see `secondary`. A 0 is a true zero.

What no table can guard by itself is left to whoever publishes: two tables of the same cases may be
subtracted from each other, and somebody may know all the cases behind a count but one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapid_review.domain.errors import InvalidInputError
from rapid_review.projections.statistics.secondary_suppression import Cell, to_suppress
from rapid_review.projections.statistics.tables import Mark, Row, Table, Value, table

FEWER_THAN: Final = 5
_REST: Final = "rest"


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done to every table before it is published; nothing, unless it is asked for.

    Attributes:
        suppress_below: the smallest count, beside 0, that may be shown; None to show all.
        round_to: to which multiple counts are rounded; None to leave them.

    Raises:
        InvalidInputError: one is below 2.
    """

    suppress_below: int | None = None
    round_to: int | None = None

    def __post_init__(self) -> None:
        for name in ("suppress_below", "round_to"):
            if (number := getattr(self, name)) is not None:
                _at_least_two(name, number)

    @property
    def changes(self) -> bool:
        """Say whether it does anything."""
        return self != NOTHING

    def of(
        self, counts: Table, *, hide: Collection[str] = (), hide_parts: Collection[str] = ()
    ) -> Table:
        """Return a table that was not treated before, as it may be published.

        Args:
            counts: the table.
            hide: the rows whose totals are suppressed in any case, where any are.
            hide_parts: the rows of which all the parts are.
        """
        if self.suppress_below is not None:
            counts = suppressed(
                counts, fewer_than=self.suppress_below, hide=hide, hide_parts=hide_parts
            )
        return counts if self.round_to is None else rounded(counts, to=self.round_to)

    def of_both(
        self, one: Table, other: Table, *, hide: Collection[str] = ()
    ) -> tuple[Table, ...]:
        """Return two tables that divide the same counts differently, guarded together.

        A part of the one may be the sum of some of the other, so where a part of a row is
        suppressed in either table, all of that row's are in both; and so is its total.

        Args:
            one: a table, untreated.
            other: the other, untreated, with the same rows and the same totals.
            hide: the rows whose totals are suppressed in any case, where any are.
        """
        totals, parts = set(hide), set[str]()
        while True:
            found = tuple(self.of(each, hide=totals, hide_parts=parts) for each in (one, other))
            before = len(totals) + len(parts)
            for row in (row for each in found for row in (*each.rows, each.total)):
                if row.whole is Mark.SUPPRESSED:
                    totals.add(row.label)
                if Mark.SUPPRESSED in row.parts:
                    parts.add(row.label)
            if len(totals) + len(parts) == before:
                return found

    def of_parts(self, whole: Table, parts: Sequence[Table]) -> tuple[Table, ...]:
        """Return a table and those of some of its parts, guarded together.

        Whoever knows the whole and all of its parts but one knows that one as well.

        Args:
            whole: the counts of the whole, untreated.
            parts: the counts of each part, untreated, of one kind each; what is in none of them
                is the rest.
        """
        labels = dict.fromkeys(row.label for one in (whole, *parts) for row in one.rows)
        counts = {label: _split(label, whole, parts) for label in labels}
        names = [part.measure for part in parts]
        together = self.of(
            table(whole.measure, whole.basis, whole.rows_by, counts, columns_by="", columns=names)
        )
        rows = {row.label: row for row in (*together.rows, together.total)}
        found = [
            _changed(
                part,
                together.treatment,
                {
                    (place, column): rows[row.label].parts[names.index(part.measure)]
                    for place, row in enumerate((*part.rows, part.total))
                    for column in (0, 1)  # the one kind, and its total
                },
            )
            for part in parts
        ]
        return self.of(whole, hide=hidden_rows(together)), *found


NOTHING: Final = Treatment()


def suppressed(
    table: Table,
    *,
    fewer_than: int = FEWER_THAN,
    hide: Collection[str] = (),
    hide_parts: Collection[str] = (),
) -> Table:
    """Return a table in which no count from 1 to below `fewer_than` can be read or worked out.

    Args:
        table: the counts.
        fewer_than: the smallest count, beside 0, that may be shown.
        hide: the rows whose totals are neither.
        hide_parts: the rows of which no part is.

    Raises:
        InvalidInputError: the table was treated before, so that its counts may not add up; or
            `fewer_than` is below 2.
    """
    if table.treatment:
        raise InvalidInputError(
            f"asked to suppress small numbers of {table.measure}, and the table was treated "
            f"before: {'; '.join(table.treatment)}. Suppress first, then round"
        )
    _at_least_two("fewer_than", fewer_than)
    whole = len(table.columns)
    also: set[Cell] = set()
    for place, row in enumerate((*table.rows, table.total)):
        if row.label in hide:
            also.add((place, whole))
        if row.label in hide_parts:
            also.update((place, part) for part in range(whole))
    hidden = to_suppress(_counts(table), fewer_than, also)
    treatment = (
        f"c: a count of 1 to {fewer_than - 1}, or one from which such a count could be worked out"
    )
    return _changed(table, [treatment], dict.fromkeys(hidden, Mark.SUPPRESSED))


def hidden_rows(table: Table) -> tuple[str, ...]:
    """Return the labels of the rows whose totals are suppressed; the total of all may be one."""
    rows = (*table.rows, table.total)
    return tuple(row.label for row in rows if row.whole is Mark.SUPPRESSED)


def rounded(table: Table, *, to: int = 10) -> Table:
    """Return a table with each count, and each total, rounded by itself; so they may not add up.

    Raises:
        InvalidInputError: `to` is below 2.
    """
    _at_least_two("to", to)
    treatment = (
        f"each count and each total rounded by itself to the nearest {to}, halves upwards, so "
        "that they may not add up; low: not 0, and rounds to 0"
    )
    values = {cell: _nearest(count, to) for cell, count in _counts(table).items()}
    return _changed(table, [treatment], values)


def _split(label: str, whole: Table, parts: Sequence[Table]) -> dict[str, int]:
    """Return the counts of each part in a row, and of the rest."""
    found = {part.measure: _whole(part, label) for part in parts}
    return {**found, _REST: max(0, _whole(whole, label) - sum(found.values()))}


def _whole(counts: Table, label: str) -> int:
    """Return the total of a row; 0 where there is no such row, or no number."""
    found = (row.whole for row in counts.rows if row.label == label)
    return next((value for value in found if not isinstance(value, Mark)), 0)


def _nearest(count: int, to: int) -> Value:
    """Return a count rounded; 0 only if it is 0."""
    return (2 * count + to) // (2 * to) * to or (Mark.LOW if count else 0)


def _at_least_two(name: str, number: int) -> None:
    """Refuse a number that would change nothing."""
    if number < 2:  # noqa: PLR2004 - nothing is from 1 to below 1, and all are rounded to 1
        raise InvalidInputError(f"{name}: found {number}; allowed is 2 or more")


def _counts(table: Table) -> dict[Cell, int]:
    """Return every number of a table by its place."""
    return {
        (place, column): value
        for place, row in enumerate((*table.rows, table.total))
        for column, value in enumerate((*row.parts, row.whole))
        if not isinstance(value, Mark)
    }


def _changed(table: Table, treatment: Sequence[str], values: Mapping[Cell, Value]) -> Table:
    """Return a table with other values in some places, and what was done said."""
    rows = [
        Row(
            row.label,
            tuple(values.get((place, column), part) for column, part in enumerate(row.parts)),
            values.get((place, len(row.parts)), row.whole),
        )
        for place, row in enumerate((*table.rows, table.total))
    ]
    done = (*table.treatment, *treatment)
    return replace(table, rows=tuple(rows[:-1]), total=rows[-1], treatment=done)
