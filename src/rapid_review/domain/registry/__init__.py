"""Every event in one place: the command that leads to it, its clauses, its line, its rules.

`rows` is the table. A part that is missing, or that does not fit the others, fails when this
package is imported.
"""

from collections.abc import Iterator, Mapping
from string import Formatter
from types import MappingProxyType
from typing import Final

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.case import Case
from rapid_review.domain.particulars import Particulars
from rapid_review.domain.registry.row import Line, Row, Rule, Step
from rapid_review.domain.registry.rows import ROWS
from rapid_review.domain.rules.finding import Finding
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import sealed_fields

__all__ = ["REGISTRY", "ROWS", "STEPS", "Row", "Rule", "Step", "findings", "leads_to", "line_of"]


def _registered() -> Mapping[type[did.Event], Row]:
    """Return the rows by event; each part is there, and fits.

    Raises:
        TypeError: an event has no row or two, a command leads to no event, a line names a field
            that its event has not, or that is sealed.
    """
    by_event: dict[type[did.Event], Row] = {row.event: row for row in ROWS}
    led_to_by = {row.step.command for row in ROWS if row.step}
    problems = [
        *(f"{name} has no row" for name, event in did.EVENTS.items() if event not in by_event),
        *(f"{row.event.__name__} has two rows" for row in ROWS if by_event[row.event] is not row),
        *(
            f"{name} leads to no event"
            for name, one in ask.COMMANDS.items()
            if one not in led_to_by
        ),
        *(
            f"the line of {row.event.__name__} names {field}, which is no public field of it"
            for row in ROWS
            for field in _fields_named(row.line)
            if field not in row.event.model_fields.keys() - sealed_fields(row.event)
        ),
    ]
    if problems:
        raise TypeError("; ".join(problems))
    return MappingProxyType(by_event)


def _fields_named(line: Line) -> Iterator[str]:
    """Yield the fields that a template names."""
    if isinstance(line, str):
        for _, field, _, _ in Formatter().parse(line):
            if field:
                yield field.partition(".")[0]


REGISTRY: Final = _registered()
"""Each event's row."""

STEPS: Final[Mapping[type[ask.Command], Step]] = MappingProxyType(
    {row.step.command: row.step for row in ROWS if row.step}
)
"""Each command's step, in the order of the document."""


def findings(
    said: Particulars, kind: type[did.Event], case: Case, terms: Terms
) -> Iterator[Finding]:
    """Ask every rule of `kind` about what is said, in the document's order.

    Args:
        said: an event of that kind, or the command that would lead to it.
        kind: the event's class.
        case: the case as it stood before.
        terms: the terms in force for the case.
    """
    for rule in REGISTRY[kind].rules:
        yield rule(said, case, terms)


def leads_to(command: type[ask.Command]) -> tuple[type[did.AnyEvent], ...]:
    """Return the event that a command leads to; where it may be one of two, both."""
    return _LEADS_TO[command]


_LEADS_TO: Final = {
    command: tuple(row.event for row in ROWS if row.step and row.step.command is command)
    for command in STEPS
}


def line_of(event: did.AnyEvent) -> str:
    """Return in one line what an event says, from its public fields only."""
    return REGISTRY[type(event)].line_of(event)
