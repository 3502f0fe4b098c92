"""Read models of other layouts: list them, and drop one that nobody reads any more.

They are derived, so nothing is lost: a version of the program that still reads a dropped one makes
it again.
"""

from re import fullmatch
from typing import NamedTuple

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.backends.ports import Opened, Writer
from rapid_review.store.sql import read_model as sql


class OtherReadModel(NamedTuple):
    """A build of another layout than this version's, or numbered as old versions did it.

    Attributes:
        layout: the number of its layout.
        partnership: whose cases are in it; None if the tables of the layout exist, and are empty.
        position: the position that it has reached.
    """

    layout: int
    partnership: str | None
    position: int


def others(opened: Opened) -> tuple[OtherReadModel, ...]:
    """Return the read models of other layouts, by layout and partnership.

    Raises:
        StorageError: the store cannot be read.
    """
    names = opened.tables.names()
    if "read_models" not in names:
        return ()
    filled = [OtherReadModel(*row) for row in opened.tables.rows(sql.BUILDS_OF_OTHER_LAYOUTS)]
    empty = set(_tables(names)) - {sql.LAYOUT} - {one.layout for one in filled}
    unfilled = [OtherReadModel(layout, None, 0) for layout in empty]
    return tuple(sorted([*filled, *unfilled], key=lambda one: (one.layout, one.partnership or "")))


def retire(opened: Opened, layout: int) -> tuple[OtherReadModel, ...]:
    """Drop the read models of another layout, with their tables; return what was dropped.

    Drop only what nobody runs any more: a version of that layout makes its read model again, in a
    file at its next catch-up, and on a server after its `db init`.

    Raises:
        InvalidInputError: there is none of that layout.
        StorageError: the store cannot be written, or its tables are another user's.
    """
    found = others(opened)
    dropped = tuple(one for one in found if one.layout == layout)
    if not dropped:
        known = ", ".join(str(one) for one in sorted({one.layout for one in found})) or "none"
        raise InvalidInputError(
            f"layout: there is no read model of layout {layout} that could be dropped. Layouts "
            f"that could be: {known}; this version uses layout {sql.LAYOUT}"
        )
    tables = _tables(opened.tables.names()).get(layout, []) if layout != sql.LAYOUT else []

    def drop(writer: Writer) -> bool:
        writer.execute(sql.DELETE_BUILDS_OF_LAYOUT, (layout,))
        for name in tables:
            writer.execute(sql.DROP.format(name=name))
        if layout == sql.LAYOUT:
            for statement in sql.DELETE_ROWS_OF_OLD_BUILDS:
                writer.execute(statement)
        return True

    opened.tables.write(drop)
    return dropped


def _tables(names: frozenset[str]) -> dict[int, list[str]]:
    """Return the names of the tables of each layout."""
    found: dict[int, list[str]] = {}
    for name in sorted(names):
        if match := fullmatch(sql.TABLE_OF, name):
            found.setdefault(int(match[1]), []).append(name)
    return found
