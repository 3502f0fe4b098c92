"""The hour that is recorded for a step if its row names only the day.

It is noon. If other steps of that day have an hour, it is the hour nearest to noon that keeps the
steps in their order: no verdict may rest on an hour that nobody stated (ToR 8.5).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from rapid_review.tables.columns import DayAlone
from rapid_review.tables.days import NOON
from rapid_review.tables.layout import Layout


class _Step(NamedTuple):
    """A step that a row names: its place in the order of the document, its row, its column."""

    place: int
    row: int
    key: str


def with_hours(rows: Sequence[Mapping[str, object]], layout: Layout) -> list[dict[str, object]]:
    """Return the cells of the rows of a case, with an hour for each day that has none.

    Args:
        rows: what the cells of each row say, by the keys of their columns.
        layout: the columns, and the steps that they record.
    """
    terms = layout.terms
    places = {part.when: place for place, part in enumerate(layout.parts)}
    stated = {
        _Step(places[key], row, key): cell
        for row, cells in enumerate(rows)
        for key, cell in cells.items()
        if key in places and isinstance(cell, datetime)
    }
    filled = [dict(cells) for cells in rows]
    for row, cells in enumerate(rows):
        for key, cell in cells.items():
            if isinstance(cell, DayAlone):
                noon = datetime.combine(cell.day, NOON, tzinfo=terms.zone)
                that_day = {
                    one: at for one, at in stated.items() if terms.local_day(at) == cell.day
                }
                is_step = key in places  # else it is a fact of another step, and has no place
                filled[row][key] = (
                    _nearest(noon, _Step(places[key], row, key), that_day) if is_step else noon
                )
    return filled


def _nearest(noon: datetime, step: _Step, stated: Mapping[_Step, datetime]) -> datetime:
    """Return the hour nearest to noon that keeps a step in order among those with an hour.

    If these are not in order themselves, no hour keeps the whole order. Then it keeps at least the
    order that a rule asks for.
    """
    at = noon
    for comes_before in _ORDERS:
        earliest = [when for other, when in stated.items() if comes_before(other, step)]
        latest = [when for other, when in stated.items() if comes_before(step, other)]
        at = min([max([at, *earliest]), *latest])
    return at


def _in_the_document(one: _Step, other: _Step) -> bool:
    """Say whether a step comes before another in the order of the document, then of the rows."""
    return one[:2] < other[:2]


def _by_a_rule(one: _Step, other: _Step) -> bool:
    """Say whether a rule forbids a step if it comes after another, by the hour.

    A meeting is convened before it is held (ToR 8.5), and the group does nothing more once the
    criteria were found not to be met (ToR 1).
    """
    is_one_meeting = one.row == other.row and (one.key, other.key) == ("convened", "held")
    ends_the_review = other.key == "criteria-not-met" and _in_the_document(one, other)
    return is_one_meeting or ends_the_review


_ORDERS: Final[tuple[Callable[[_Step, _Step], bool], ...]] = (_in_the_document, _by_a_rule)
"""The orders that an hour keeps; if it cannot keep both, it keeps the second."""
