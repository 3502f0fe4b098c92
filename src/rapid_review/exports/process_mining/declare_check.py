"""Judge a case by DECLARE constraints, with a checker of our own of a hundred lines.

It reads the events in effect in the order of their times, and of entries where times are equal.
Our rules ask only what had happened by the end of a day; constraints know no days.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from rapid_review.domain.entry import Entry, as_happened
from rapid_review.domain.events import AnyEvent
from rapid_review.exports.process_mining.declare import (
    Activity,
    Constraint,
    Same,
    Since,
    Template,
    Value,
)
from rapid_review.exports.trace import Trace


@dataclass(frozen=True, slots=True)
class Broken:
    """A constraint that an event broke, or left open if it asks for a response.

    Attributes:
        rule: the constraint's rule.
        version: the activating event's entry.
    """

    rule: str
    version: int


def broken(trace: Trace, constraints: Iterable[Constraint]) -> Iterator[Broken]:
    """Yield the constraints that are broken or open in a case, once for each activating event."""
    entries = as_happened(trace.entries)
    events = [entry.event for entry in entries]
    for constraint in constraints:
        for place, entry in enumerate(entries):
            if entry.event.kind in constraint.activation and _breaks(
                constraint, entry, events[:place], events
            ):
                yield Broken(constraint.rule, entry.version)


def _breaks(
    constraint: Constraint, entry: Entry, before: Sequence[AnyEvent], all_: Sequence[AnyEvent]
) -> bool:
    seen = all_ if constraint.template is Template.RESPONDED_EXISTENCE else before
    if any(_holds(waiver, seen, None) for waiver in constraint.waived_by):
        return False
    held = [
        _holds(constraint.target, seen, wanted) for wanted in _wanted(entry.event, constraint.same)
    ]
    return any(held) if constraint.template is Template.NOT_SUCCESSION else not all(held)


def _wanted(event: AnyEvent, same: Same | None) -> Iterator[tuple[str, Value] | None]:
    """Yield each field and value that a target must have; None where any target will do."""
    if same is None:
        yield None
        return
    for value in _values(event, same.activation):
        yield same.target, value


def _holds(since: Since, events: Sequence[AnyEvent], wanted: tuple[str, Value] | None) -> bool:
    """Say whether one of the targets happened and was not undone; the latest entry decides."""
    for event in reversed(events):
        if wanted is not None and wanted[1] not in _values(event, wanted[0]):
            continue
        if _is_any_of(event, since.any_of):
            return True
        if _is_any_of(event, since.undone_by):
            return False
    return False


def _is_any_of(event: AnyEvent, activities: Iterable[Activity]) -> bool:
    return any(
        event.kind == activity.kind
        and all(
            any(value in allowed for value in _values(event, name))
            for name, allowed in activity.where.items()
        )
        for activity in activities
    )


def _values(event: AnyEvent, name: str) -> tuple[Value, ...]:
    """Return what an event's field holds, as a list; nothing, if it has no such field."""
    value: object = getattr(event, name, ())
    return cast("tuple[Value, ...]", value if isinstance(value, tuple) else (value,))
