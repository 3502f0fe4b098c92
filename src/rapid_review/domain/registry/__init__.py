"""Every event in one place: the command that leads to it, its clauses, its line, its rules.

`rows` is the table. A part that is missing, or that does not fit the others, fails when this
package is imported.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Final

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.case import Case
from rapid_review.domain.particulars import Particulars
from rapid_review.domain.printable import escaped
from rapid_review.domain.registry.check import events_defined, missing, unfitting
from rapid_review.domain.registry.row import Row, Rule, Step
from rapid_review.domain.registry.rows import ROWS
from rapid_review.domain.rules.finding import Finding, Verdict
from rapid_review.domain.rules.opening import OF_SENSE
from rapid_review.domain.terms.citing import cited
from rapid_review.domain.terms.terms import Terms

__all__ = ["REGISTRY", "ROWS", "STEPS", "Row", "Rule", "Step", "findings", "leads_to", "line_of"]


def registered(rows: Sequence[Row]) -> Mapping[type[did.Event], Row]:
    """Return rows by their event, if nothing is missing from them and every part fits.

    Raises:
        TypeError: something is missing or does not fit; the message names all that is.
    """
    problems = [*missing(rows, events_defined()), *chain.from_iterable(map(unfitting, rows))]
    if problems:
        raise TypeError("; ".join(problems))
    return MappingProxyType({row.event: row for row in rows})


REGISTRY: Final = registered(ROWS)
"""Each event's row."""

STEPS: Final[Mapping[type[ask.Command], Step]] = MappingProxyType(
    {row.step.command: row.step for row in ROWS if row.step}
)
"""Each command's step, in the order of the document."""


def findings(
    details: Particulars, kind: type[did.Event], case: Case, terms: Terms
) -> Iterator[Finding]:
    """Yield what every rule of `kind` finds about a step, in the document's order.

    Args:
        details: an event of that kind, or the command that would lead to it.
        kind: the event's class.
        case: the case as it was before.
        terms: the terms in force for the case.
    """
    for rule in REGISTRY[kind].asked:
        yield rule(details, case, terms).under(terms)


def nonsense(event: did.AnyEvent, case: Case, terms: Terms) -> Finding | None:
    """Return the finding that an event has no meaning in a case; None if it has one."""
    for rule in _OF_SENSE[type(event)]:
        if (finding := rule(event, case, terms)).verdict is Verdict.NONSENSE:
            return finding.under(terms)
    return None


_OF_SENSE: Final[Mapping[type[did.Event], tuple[Rule, ...]]] = MappingProxyType(
    {kind: tuple(rule for rule in row.asked if rule in OF_SENSE) for kind, row in REGISTRY.items()}
)
"""By kind of event, those of its rules that can find it nonsense."""


def leads_to(command: type[ask.Command]) -> tuple[type[did.AnyEvent], ...]:
    """Return the event to which a command leads; both, if it may lead to one of two."""
    return _LEADS_TO[command]


_LEADS_TO: Final = {
    command: tuple(row.event for row in ROWS if row.step and row.step.command is command)
    for command in STEPS
}


def command_for(kind: type[did.Event]) -> type[ask.Command] | None:
    """Return the command that leads to an event; None if the library records it by itself."""
    step = REGISTRY[kind].step
    return None if step is None else step.command


def line_of(event: did.AnyEvent) -> str:
    """Return in one line what an event says, from its public fields only.

    So a timeline can be shown, printed and sent without a key.
    """
    return REGISTRY[type(event)].line_of(event)


def clause_of(event: did.AnyEvent, partnership: str, terms: Terms | None = None) -> str:
    """Return the clauses that an event answers, such as "ToR 7.5, 8.3"; none for the record's own.

    They are cited by the terms of the case, if those are given; see
    [cited](#rapid_review.domain.terms.citing.cited). A due day cites the clause that was recorded
    with it.
    """
    if isinstance(event, did.DeadlineSet):
        # An early import may have taken in characters that cannot be printed.
        return escaped(event.clause, but="")
    return cited(REGISTRY[type(event)].clauses, partnership, terms)
