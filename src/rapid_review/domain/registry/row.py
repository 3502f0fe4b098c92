"""What a row of the registry says of an event, and of the command that leads to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rapid_review.domain import clauses as tor
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain import makers, wording
from rapid_review.domain.case import Case
from rapid_review.domain.rules.finding import Finding
from rapid_review.domain.statement import sealed_fields
from rapid_review.domain.terms.terms import Terms

# `Any`, since each rule takes only the particulars that it reads. A test asks every rule in a row
# about the event of that row.
Rule = Callable[[Any, Case, Terms], Finding]
Line = str | Callable[[Any], str]
"""A template over an event's public fields, or a function that takes that kind of event."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and what happens if it is given again.

    Attributes:
        command: the command.
        makes: how its events are made, if an event carries more than the command.
        known_by: the field that names the thing; None if only all fields together do.
        may_change: whether the same thing may be recorded again with other content, which then
            holds.
        again_after: events after which the same may be recorded again. They are looked for in the
            order of recording if the step is done once, else by their time.
        recurs: whether the thing that `known_by` names may be done again on another day.
        at_counts: whether the same content at another time is a new record, and no repetition.
    """

    command: type[ask.Command]
    makes: makers.Maker | None = None
    known_by: str | None = None
    may_change: bool = False
    again_after: tuple[type[did.Event], ...] = ()
    recurs: bool = False
    at_counts: bool = False

    @property
    def is_done_once(self) -> bool:
        """Whether `known_by` names a thing that is done only once, at whatever time."""
        return self.known_by is not None and not self.recurs


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of event, and everything that the library knows of it.

    Attributes:
        event: its class; the class's name is its name in the store.
        clauses: the clauses that it answers; empty if it only concerns the record.
        line: what it says in one line, from public fields only.
        step: its command; None if no command leads to it.
        rules: rules about what the event, or its command, says by itself.
        bars: rules about what may not have happened before it.
        needs: rules about what must have happened by the end of its day.
    """

    event: type[did.AnyEvent]
    clauses: tuple[tor.ToRClause, ...]
    line: Line
    step: Step | None
    rules: tuple[Rule, ...] = ()
    bars: tuple[Rule, ...] = ()
    needs: tuple[Rule, ...] = ()

    @property
    def asked(self) -> tuple[Rule, ...]:
        """Every rule of the event."""
        return (*self.rules, *self.bars, *self.needs)

    @property
    def public_fields(self) -> frozenset[str]:
        """The fields of the event that hold no words and no names."""
        return frozenset(self.event.model_fields.keys() - sealed_fields(self.event))

    def line_of(self, event: did.AnyEvent) -> str:
        """Return in one line what an event of this kind says, from its public fields only."""
        if not isinstance(self.line, str):
            return self.line(event)
        return self.line.format_map(
            {name: wording.as_text(getattr(event, name)) for name in self.public_fields}
        )
