"""Make small numbers safe to publish: the treatments that can be asked for, and rounding.

A count of 1 to 4 may be about one known child. It can be suppressed, together with as many other
counts as are needed so that nobody can work it out; see `suppression`. A 0 is then a true zero. Or
every count is rounded, or changed a little by the keys of its cases; see `cell_keys`.

No treatment can know what readers know already: somebody may know all cases behind a count but
one. The person who publishes has to think of that.
"""

from dataclasses import dataclass
from typing import Final, cast

from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.redaction import kind_of
from rapid_review.projections.statistics.tables import Mark, Table, Value, changed, counts_of

FEWER_THAN: Final = 5


@dataclass(frozen=True, slots=True)
class Treatment:
    """The treatment of every table before it is published; none by default.

    Attributes:
        suppress_below: the smallest count, beside 0, that may be shown; None to show all.
        round_to: to which multiple counts are rounded; None to leave them.
        perturb: whether counts are changed by the keys of their cases; see `cell_keys`.

    Raises:
        InvalidInputError: a number is below 2; or counts are to be perturbed and also suppressed
            or rounded.
    """

    suppress_below: int | None = None
    round_to: int | None = None
    perturb: bool = False

    def __post_init__(self) -> None:
        for name in ("suppress_below", "round_to"):
            if (number := getattr(self, name)) is not None:
                at_least_two(name, number)
        if self.perturb and (self.suppress_below is not None or self.round_to is not None):
            raise InvalidInputError(
                "you asked to perturb counts, and also to suppress or round them; a perturbed "
                "number is no longer a count. Choose one"
            )

    @property
    def changes(self) -> bool:
        """Whether numbers are treated at all."""
        return self != NOTHING


NOTHING: Final = Treatment()


def rounded(table: Table, *, to: int = 10) -> Table:
    """Return a table with each count and each total rounded separately, so they may not add up.

    Raises:
        InvalidInputError: `to` is below 2.
    """
    at_least_two("to", to)
    counts = counts_of({table.measure: table})
    return changed(
        table,
        {(cell.row, cell.column): _nearest(count, to) for cell, count in counts.items()},
        f"each count and each total is rounded separately to the nearest {to}, halves upwards, "
        "so counts may not add up to their total; low: not 0, but rounds to 0",
    )


def at_least_two(name: str, number: int) -> None:
    """Refuse a number that would change nothing.

    Raises:
        InvalidInputError: it is below 2, or no number.
    """
    found = cast("object", number)
    # Nothing is from 1 to below 1, and all are rounded to 1.
    if not isinstance(found, int):
        raise InvalidInputError(f"{name}: found {kind_of(found)}; allowed: a number of 2 or more")
    if found <= 1:
        raise InvalidInputError(f"{name}: found {found}; allowed: 2 or more")


def _nearest(count: int, to: int) -> Value:
    """Return a count rounded; 0 only if it is 0."""
    return (2 * count + to) // (2 * to) * to or (Mark.LOW if count else 0)
