"""How a clause is cited under given terms.

The rules, events and duties of this library name clauses of the document that it was written from,
Kent's Terms of Reference (`clauses`). The cases of another partnership cite that partnership's own
document, if its terms say where (`[clauses]`); else the clause that the terms, or the national
guidance behind them, give for the same matter; else no clause.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Self

from rapid_review.domain import clauses as tor
from rapid_review.domain.clauses import ToRClause
from rapid_review.domain.terms.terms import Terms


class Refs(str):
    """A citation of clauses as their own document makes it, which also holds the clauses.

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
    """Return clauses as a partnership's cases cite them, such as "ToR 7.5, 8.3".

    It is empty if there is nothing to cite.

    Args:
        clauses: the clauses of the document that this library was written from.
        partnership: whose case it is.
        terms: the terms in force for the case; without them, the cases of a partnership that has
            another document cite nothing.
    """
    refs = dict.fromkeys(ref for clause in clauses for ref in _refs_of(clause, partnership, terms))
    first, *others = refs or [""]
    return ", ".join([first, *(ref.removeprefix("ToR ") for ref in others)])


def cited_under(terms: Terms, clauses: Iterable[ToRClause]) -> str:
    """Return clauses as the cases under some terms cite them; empty if there is none to cite."""
    return cited(clauses, terms.partnership, terms)


def as_cited_under(terms: Terms, clause: str) -> str:
    """Return a clause as the cases under some terms cite it; a clause of the terms, unchanged."""
    return cited_under(terms, clause.clauses) if isinstance(clause, Refs) else clause


def _refs_of(clause: ToRClause, partnership: str, terms: Terms | None) -> Iterator[str]:
    given = terms and terms.clauses and getattr(terms.clauses, tor.KEYS[clause])
    if given:
        yield given
    elif partnership == tor.PARTNERSHIP:
        yield clause.ref
    elif terms is not None and clause in _STATED:
        yield from filter(None, _STATED[clause](terms))


# --- What the terms and the guidance behind them cite themselves

_Stated = Callable[[Terms], Iterable[str]]


def _clause_of_limb(limb: str) -> _Stated:
    def stated(terms: Terms) -> Iterable[str]:
        return (one.clause for one in terms.national.limbs if one.id == limb)

    return stated


def _clause_of_clock_until(stop: str) -> _Stated:
    def stated(terms: Terms) -> Iterable[str]:
        clocks = terms.clocks.values()
        return (one.clause for one in clocks if any(stop == until.on for until in one.stops))

    return stated


_STATED: Final[Mapping[ToRClause, _Stated]] = {
    tor.FACTS: _clause_of_limb("facts"),
    tor.SAFETY: _clause_of_limb("immediate-action"),
    tor.IMPROVEMENTS: _clause_of_limb("improvements"),
    tor.NEXT_STEPS: _clause_of_limb("next-steps"),
    tor.FIFTEEN_DAYS: _clause_of_clock_until("ReportSentToPanel.at"),
    tor.CRITERIA: lambda terms: (one.clause for one in terms.national.criteria),
    tor.QUORUM: lambda terms: (terms.quorum.clause,),
    tor.CLOCK: _clause_of_clock_until("ReportSentToPanel.at"),
    tor.MEET: lambda terms: (terms.decision.clause,),
    tor.FEEDBACK: _clause_of_clock_until("PanelFeedbackReceived.at"),
    tor.FEEDBACK_SHARED: lambda terms: (terms.feedback.clause,),
    tor.RECEIVE: _clause_of_clock_until("NotificationReceived.panel_notified_at"),
    tor.CONVENE: lambda terms: (terms.meetings.clause,),
}
"""By clause, what reads the clause that terms or guidance give for the same matter."""
