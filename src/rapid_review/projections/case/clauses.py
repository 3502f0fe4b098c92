"""The clauses that an event answers, as they are cited."""

from rapid_review.domain import events as did
from rapid_review.domain.printable import escaped
from rapid_review.domain.registry import REGISTRY
from rapid_review.domain.terms.citing import cited
from rapid_review.domain.terms.terms import Terms


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
