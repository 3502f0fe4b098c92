"""For each event its clauses, and what it says in one line; both stand in the registry.

A line is made from public fields only, so a timeline can be shown, printed and sent without a key;
that no words come through is held by a test with a canary in every sealed field.
"""

from collections.abc import Iterable

from rapid_review.domain import clauses as tor
from rapid_review.domain import events as did
from rapid_review.domain.printable import escaped
from rapid_review.domain.registry import REGISTRY, line_of


def clause_of(event: did.AnyEvent) -> str:
    """Return the clauses that an event answers, such as "ToR 7.5, 8.3"; none for the record's own.

    A due day cites the clause that the terms in force gave with it; in printable characters,
    also where an early import took in others.
    """
    if isinstance(event, did.DeadlineSet):
        return escaped(event.clause, but="")
    return cited(REGISTRY[type(event)].clauses)


def cited(clauses: Iterable[tor.ToRClause]) -> str:
    """Return clauses as they are cited, such as "ToR 7.5, 8.3"; none for none."""
    refs = [clause.ref for clause in clauses]
    return ", ".join([*refs[:1], *(ref.removeprefix("ToR ") for ref in refs[1:])])


def summary_of(event: did.AnyEvent) -> str:
    """Return in one line what an event says, from its public fields only."""
    return line_of(event)
