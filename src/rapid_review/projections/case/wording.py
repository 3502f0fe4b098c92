"""For each event its clauses, and what it says in one line; both are in the registry.

A line is made from public fields only, so a timeline can be shown, printed and sent without a key;
that no words come through is held by a test with a canary in every sealed field.
"""

from rapid_review.domain import events as did
from rapid_review.domain.printable import escaped
from rapid_review.domain.registry import REGISTRY, line_of
from rapid_review.domain.terms.citing import cited
from rapid_review.domain.terms.terms import Terms


def clause_of(event: did.AnyEvent, partnership: str, terms: Terms | None = None) -> str:
    """Return the clauses that an event answers, such as "ToR 7.5, 8.3"; none for the record's own.

    They are cited as under the terms of the case, or as without them; see
    [cited](#rapid_review.domain.terms.citing.cited). A due day cites the clause that the terms in
    force gave with it.
    """
    if isinstance(event, did.DeadlineSet):
        # An early import may have taken in characters that cannot be printed.
        return escaped(event.clause, but="")
    return cited(REGISTRY[type(event)].clauses, partnership, terms)


def summary_of(event: did.AnyEvent) -> str:
    """Return in one line what an event says, from its public fields only."""
    return line_of(event)
