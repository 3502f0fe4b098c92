"""Turn the rows of a sheet into histories, and report every mistake by row and heading.

A case has one row. Each further row of the case records one more collation or meeting, and nothing
else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, cast

from pydantic import ValidationError

from rapid_review.domain.events import AnyEvent, NotificationReceived
from rapid_review.tables.cells import Raw, is_blank, read
from rapid_review.tables.columns import Column, Part, Values
from rapid_review.tables.headings import ColumnPlaces
from rapid_review.tables.hours import with_hours
from rapid_review.tables.making import MakingError
from rapid_review.tables.problems import CellError, Problem, address
from rapid_review.tables.sheets import Sheet

_CASE: Final = "case"
_NOTIFICATION: Final = "notification"
_DECIDED: Final = "decided"


class CaseInTable(NamedTuple):
    """A case in a table: its reference, its rows, and what happened in it.

    Attributes:
        case: its reference.
        rows: the numbers of its rows; that of its notification is the first.
        events: the receipt, then what happened: by day, then in the order of the document.
    """

    case: str
    rows: tuple[int, ...]
    events: tuple[AnyEvent, ...]


class Histories(NamedTuple):
    """What is in a sheet: the cases without a mistake, and what is wrong with the others.

    Attributes:
        good: the cases without a mistake.
        problems: every mistake, in the order of the rows.
        cases: how many cases there are in all.
        together: each row with the rows of the same case.
    """

    good: tuple[CaseInTable, ...]
    problems: tuple[Problem, ...]
    cases: int
    together: Mapping[int, tuple[int, ...]]


def histories_in(sheet: Sheet, found: ColumnPlaces) -> Histories:
    """Return the histories in a sheet.

    Args:
        sheet: the sheet.
        found: where its columns are.
    """
    reader = _Reader(found)
    rows = [reader.row(number, cells) for number, cells in sheet.rows]
    by_case: dict[str, list[_Row]] = {}
    for row in rows:
        case = row.values.get(_CASE)
        if isinstance(case, str):
            by_case.setdefault(case, []).append(row)
    good = tuple(one for case, its in by_case.items() if (one := reader.case(case, its)))
    together = {
        row.number: tuple(each.number for each in its) for its in by_case.values() for row in its
    }
    unnamed = sum(1 for row in rows if row.number not in together)
    return Histories(good, reader.sorted_problems(), len(by_case) + unnamed, together)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: what its cells say, and the keys of the cells that cannot be read."""

    number: int
    values: Mapping[str, object] = field(repr=False)
    bad: frozenset[str]

    def is_filled(self, key: str) -> bool:
        """Say whether anything is in a cell."""
        return key in self.values or key in self.bad


def _in_this_file(row: _Row) -> str:
    """Name a row; the file with the rows to correct has other numbers."""
    return f"row {row.number} of the file that was checked"


class _Reader:
    """Reads the rows of one sheet, and collects what is wrong in them."""

    def __init__(self, found: ColumnPlaces) -> None:
        self._layout, self._places = found
        self._columns = {one.key: one for one in self._layout.columns}
        self._by_part: dict[str, list[Column]] = {}
        for one in self._layout.columns:
            self._by_part.setdefault(one.part, []).append(one)
        self._problems: list[Problem] = []

    def sorted_problems(self) -> tuple[Problem, ...]:
        """Return every problem, in the order of the rows and the columns."""
        order = {column.heading: at for at, column in enumerate(self._layout.columns)}
        return tuple(sorted(self._problems, key=lambda one: (one.row, order[one.heading])))

    def row(self, number: int, cells: Sequence[Raw]) -> _Row:
        """Read the cells of a row."""
        values: dict[str, object] = {}
        bad: set[str] = set()
        for key, place in self._places.items():
            raw = cells[place] if place < len(cells) else None
            if is_blank(raw):
                continue
            try:
                values[key] = read(self._columns[key], raw, self._layout.terms)
            except CellError as error:
                bad.add(key)
                self._report(number, key, error.problem, error.way_on)
        if _CASE not in values.keys() | bad and (values or bad):
            self._report(
                number, _CASE, "is empty", "Write the reference of the case in each of its rows."
            )
        return _Row(number, values, frozenset(bad))

    def case(self, case: str, rows: list[_Row]) -> CaseInTable | None:
        """Return the case that its rows record; None if anything is wrong with them."""
        before = len(self._problems)
        rows.sort(key=lambda one: not one.is_filled("received"))  # a stable sort
        main, *others = rows
        for row in others:
            self._must_be_further(row, main)
        for row in rows:
            for part in self._layout.parts:
                self._must_be_whole(row, part, is_main=row is main)
        self._must_decide_once(rows)
        self._nil_returns_must_be_filed(rows)
        if len(self._problems) > before or any(row.bad for row in rows):
            return None
        events = self._events(rows)
        if len(self._problems) > before:
            return None
        return CaseInTable(case, tuple(one.number for one in rows), events)

    def _must_be_further(self, row: _Row, main: _Row) -> None:
        """Check that a further row of a case has only a further collation, meeting or decision."""
        may_repeat = {part.id for part in self._layout.parts if part.repeats}
        filled = [one for one in self._layout.columns if row.is_filled(one.key)]
        if row.is_filled("received"):
            self._report(
                row.number,
                _CASE,
                f"repeats the case of {_in_this_file(main)}",
                "If it is the same case, delete this row. If it is another case, write its own "
                "reference. For a further meeting, fill in only the case and the columns of the "
                "meeting.",
            )
            return
        for column in filled:
            if column.key != _CASE and column.part not in may_repeat:
                self._report(
                    row.number,
                    column.key,
                    "is filled in, but this is a further row of the case in "
                    f"{_in_this_file(main)}",
                    "A further row takes only a further collation, meeting or decision. Move this "
                    "to the first row of the case, or empty the cell.",
                )

    def _must_be_whole(self, row: _Row, part: Part, *, is_main: bool) -> None:
        """Check that a step has all it needs, and that one that did not happen has nothing."""
        columns = self._by_part.get(part.id, [])
        is_owed = part.id == _NOTIFICATION
        if is_owed and not is_main:
            return
        if row.is_filled(part.when) or is_owed:
            for one in columns:
                if one.needed and one.key != _CASE and not row.is_filled(one.key):
                    self._report_empty(row, one, part)
            return
        for one in columns:
            if row.is_filled(one.key):
                self._report(
                    row.number,
                    part.when,
                    f'is empty, but "{one.heading}" is filled in',
                    "Write the day or, if this did not happen, empty the other cell.",
                )
                return

    def _report_empty(self, row: _Row, column: Column, part: Part) -> None:
        because = (
            "" if part.id == _NOTIFICATION else f', but "{self._heading(part.when)}" is filled in'
        )
        or_not = ", or write ? if nobody knows" if column.unknown else ""
        self._report(row.number, column.key, f"is empty{because}", f"Fill it in{or_not}.")

    def _must_decide_once(self, rows: Iterable[_Row]) -> None:
        deciding = [row for row in rows if row.is_filled(_DECIDED)]
        for row in deciding[1:]:
            self._report(
                row.number,
                _DECIDED,
                f"is a second decision; the first is in row {deciding[0].number}",
                "Empty the cell, and record the second decision afterwards with "
                "ReconsiderDecision.",
            )

    def _nil_returns_must_be_filed(self, rows: Iterable[_Row]) -> None:
        for row in rows:
            nil = cast("tuple[str, ...]", row.values.get("nil-returns", ()))
            if any(f"filed:{agency}" not in row.values for agency in nil):
                self._report(
                    row.number,
                    "nil-returns",
                    "names an agency, but this row has no day for its report",
                    'Write the day in the column "Agency report: ..." of the agency, or delete '
                    "the agency.",
                )

    def _events(self, rows: Sequence[_Row]) -> tuple[AnyEvent, ...]:
        """Return the receipt, and then what happened: by day, and in the order of the document.

        What bears a day before the receipt is recorded like the rest, and found (ToR 7.3).
        """
        made: list[tuple[bool, int, int, AnyEvent]] = []
        day, numbers = self._layout.terms.local_day, {"meeting": 0, "collation": 0}
        cells = with_hours([row.values for row in rows], self._layout)
        for row, its_cells in zip(rows, cells, strict=True):
            meets = row.is_filled("held") or row.is_filled("convened")
            numbers["meeting"] += meets
            numbers["collation"] += row.is_filled("collated")
            for at, part in enumerate(self._layout.parts):
                if not row.is_filled(part.when):
                    continue
                number = numbers["meeting" if part.of_meeting else "collation"]
                # A step without its meeting or collation is refused when it is made, with a better
                # message than one about a number 0.
                values = Values(its_cells, self._layout.terms, max(number, 1))
                made += [
                    (
                        not isinstance(event, NotificationReceived),
                        day(event.at).toordinal(),
                        at,
                        event,
                    )
                    for event in self._events_of(row, part, values)
                ]
        made.sort(key=lambda one: one[:-1])
        return tuple(event for *_, event in made)

    def _events_of(self, row: _Row, part: Part, values: Values) -> Iterator[AnyEvent]:
        try:
            yield from part.makes(values)
        except MakingError as error:
            self._report(row.number, error.key, error.problem, error.way_on)
        except ValidationError:
            self._report(
                row.number,
                part.when,
                "does not agree with the other cells of this step",
                "Check that each cell of the step answers its heading.",
            )

    def _heading(self, key: str) -> str:
        return self._columns[key].heading

    def _report(self, row: int, key: str, problem: str, way_on: str) -> None:
        place = self._places.get(key)
        cell = "" if place is None else address(row, place)
        self._problems.append(Problem(row, self._heading(key), cell, problem, way_on))
