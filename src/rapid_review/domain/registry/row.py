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

# Each rule takes the particulars it reads; the table pairs it with an event that has them, and a
# test asks every rule of every event it is beside. Only the table needs the wide type.
Rule = Callable[[Any, Case, Terms], Finding]
Line = str | Callable[[Any], str]
"""A template over an event's public fields; or a function of that very kind of event."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and what it does if it is given again.

    Attributes:
        command: the command.
        makes: how its events are made, if an event carries more than the command.
        known_by: the field that says which thing is meant, if not all fields together.
        may_change: whether the same thing may be recorded again with other content, which then
            holds.
        again_after: events after which the same may be recorded again: by their time, or in the
            order of recording where a field says which thing is meant and it is done once.
        recurs: whether the thing that a field names may be done again on another day.
        at_counts: whether the same at another time is another word, and not the same again.
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
        """Whether a field says which thing is meant, and that is the same at any time."""
        return self.known_by is not None and not self.recurs


@dataclass(frozen=True, slots=True)
class Row:
    """An event, and everything that is to be known of its kind.

    Attributes:
        event: its class; the class's name is its name in the store.
        clauses: the clauses that it answers; none for what only concerns the record.
        line: what it says in one line, from public fields only.
        rules: what is asked of what it says alone, and of the command that leads to it.
        bars: what bars it: asked of what happened before it.
        needs: what it needs: asked of what had happened by the end of its day.
        step: the command; None for what follows from another entry.
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
        """Every rule that is asked of it."""
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
            {name: wording.shown(getattr(event, name)) for name in self.public_fields}
        )
