"""Every event in one place: the command that leads to it, its clauses, its line, its rules.

`rows` is the table. A part that is missing, or that does not fit the others, fails when this
package is imported.
"""

from collections import Counter
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
        TypeError: a part is missing or does not fit; the message names every such part.
    """
    problems = [*_missing(), *(problem for row in ROWS for problem in _unfitting(row))]
    if problems:
        raise TypeError("; ".join(problems))
    return MappingProxyType({row.event: row for row in ROWS})


def _missing() -> Iterator[str]:
    """Yield what has been written and stands in no row, or in two."""
    rows = Counter(row.event for row in ROWS)
    commands = {row.step.command for row in ROWS if row.step}
    for event in did.Event.__subclasses__():
        if event.__module__ != did.__name__:
            continue  # a platform's own, or a test's: nothing of it is stored
        if did.EVENTS.get(event.__name__) is not event:
            yield f"{event.__name__} is not in AnyEvent"
        if rows[event] != 1:
            yield f"{event.__name__} has {'two rows' if rows[event] else 'no row'}"
    for name, command in ask.COMMANDS.items():
        if command not in commands:
            yield f"{name} leads to no event"


def _unfitting(row: Row) -> Iterator[str]:
    """Yield which parts of a row name a field that its event or its command has not."""
    event, step = row.event, row.step
    for field in _fields_named(row.line):
        if field not in event.model_fields.keys() - sealed_fields(event):
            yield f"the line of {event.__name__} names {field}, which is no public field of it"
    if step is None:
        return
    if step.makes is None:
        for field in step.command.model_fields.keys() - event.model_fields.keys():
            yield f"{event.__name__} has no {field}, which {step.command.__name__} has"
    if step.known_by and step.known_by not in step.command.model_fields:
        yield f"{step.command.__name__} has no {step.known_by}, by which it is to be known"


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
