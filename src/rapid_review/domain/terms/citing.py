"""How a clause is cited under given terms: the one place that says so.

The rules, events and duties of this library name clauses of the document that it was written from,
Kent's Terms of Reference (`clauses`). The cases of another partnership cite that partnership's own
document, as far as its terms say where (`[clauses]`); else the clause that the terms, or the
national guidance behind them, give for the same matter; else none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Self

from rapid_review.domain import clauses as tor
from rapid_review.domain.clauses import ToRClause
from rapid_review.domain.terms.terms import Terms


class Refs(str):
    """Clauses of the document as it cites them itself, and which they are.

    Attributes:
        clauses: the clauses.
    """

    __slots__ = ("clauses",)

    clauses: tuple[ToRClause, ...]

    def __new__(cls, *clauses: ToRClause) -> Self:
        """Return how the document cites some of its clauses."""
        made = super().__new__(cls, cited(clauses, tor.PARTNERSHIP))
        made.clauses = clauses
        return made


def cited(clauses: Iterable[ToRClause], partnership: str, terms: Terms | None = None) -> str:
    """Return clauses as a partnership's cases cite them, such as "ToR 7.5, 8.3"; none for none.

    Args:
        clauses: the clauses of the document that this library was written from.
        partnership: whose case it is.
        terms: the terms that hold for it; without them, the cases of a partnership that has
            another document cite nothing.
    """
    refs = dict.fromkeys(one for clause in clauses for one in _own(clause, partnership, terms))
    first, *others = refs or [""]
    return ", ".join([first, *(one.removeprefix("ToR ") for one in others)])


def cited_under(terms: Terms, clauses: Iterable[ToRClause]) -> str:
    """Return clauses as the cases under some terms cite them; none for none."""
    return cited(clauses, terms.partnership, terms)


def as_cited_under(terms: Terms, clause: str) -> str:
    """Return a clause as the cases under some terms cite it; their own as it is."""
    return cited_under(terms, clause.clauses) if isinstance(clause, Refs) else clause


def _own(clause: ToRClause, partnership: str, terms: Terms | None) -> Iterator[str]:
    given = terms and terms.clauses and getattr(terms.clauses, tor.KEYS[clause])
    if given:
        yield given
    elif partnership == tor.PARTNERSHIP:
        yield clause.ref
    elif terms is not None:
        yield from filter(None, _STATED.get(clause, _nowhere)(terms))


# --- What the terms and the guidance behind them cite themselves

_Stated = Callable[[Terms], Iterable[str]]


def _nowhere(_terms: Terms) -> Iterable[str]:
    return ()


def _of_limb(limb: str) -> _Stated:
    def stated(terms: Terms) -> Iterable[str]:
        return (one.clause for one in terms.national.limbs if one.id == limb)

    return stated


def _of_clock(clock: str) -> _Stated:
    def stated(terms: Terms) -> Iterable[str]:
        return (one.clause for one in terms.clocks.values() if one.id == clock)

    return stated


def _of_criteria(terms: Terms) -> Iterable[str]:
    return (one.clause for one in terms.national.criteria)


_STATED: Final[Mapping[ToRClause, _Stated]] = {
    tor.FACTS: _of_limb("facts"),
    tor.SAFETY: _of_limb("immediate-action"),
    tor.IMPROVEMENTS: _of_limb("improvements"),
    tor.NEXT_STEPS: _of_limb("next-steps"),
    tor.FIFTEEN_DAYS: _of_clock("rapid-review"),
    tor.CRITERIA: _of_criteria,
    tor.QUORUM: lambda terms: (terms.quorum.clause,),
    tor.CLOCK: _of_clock("rapid-review"),
    tor.MEET: lambda terms: (terms.decision.clause,),
    tor.FEEDBACK: _of_clock("panel-feedback"),
    tor.FEEDBACK_SHARED: lambda terms: (terms.feedback.clause,),
    tor.RECEIVE: _of_clock("notify-panel"),
    tor.CONVENE: lambda terms: (terms.meetings.clause,),
}
"""Where a section of the terms, a limb, a criterion or a clock is about the same matter."""
