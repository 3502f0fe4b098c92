"""Codes that are not in the lists of the terms: they are recorded, and are a finding."""

from collections.abc import Iterator

from rapid_review.domain import clauses
from rapid_review.domain import events as did
from rapid_review.domain.clauses import ToRClause
from rapid_review.domain.duplicates import LINKS
from rapid_review.domain.errors import listed
from rapid_review.domain.terms.terms import Terms

Used = tuple[str, ToRClause, tuple[str, ...]]
"""The name of a list in the terms' vocabulary, the clause it is about, and the codes used."""


def unlisted_codes(event: did.AnyEvent, terms: Terms) -> Iterator[tuple[ToRClause, str]]:
    """Yield the clause of each list in which codes of an event are missing, and what is wrong."""
    for name, clause, codes in _codes_used(event) if terms.vocabulary else ():
        allowed: tuple[str, ...] = getattr(terms.vocabulary, name)
        if unlisted := set(codes) - set(allowed) if allowed else None:
            because = (
                f"{listed(unlisted)} is not among the {name} of these terms; allowed: "
                f"{listed(allowed)}"
            )
            yield clause, because


def _codes_used(event: did.AnyEvent) -> Iterator[Used]:
    match event:
        case did.NotificationReceived():
            yield "sources", clauses.RECEIVE, (event.source,)
        case did.ExpertInvited():
            yield "expertise", clauses.MEMBERS, (event.expertise,)
        case did.DecisionMade() | did.DecisionReconsidered():
            used = () if event.methodology is None else (event.methodology,)
            yield "methodologies", clauses.METHODOLOGY, used
            yield "themes", clauses.PRIOR_THEMES, event.prior_themes or ()
            related = tuple(one.process for one in event.related_reviews or ())
            yield "processes", clauses.RELATED, related
        case did.PracticeReviewCommissioned():
            yield "methodologies", clauses.METHODOLOGY, (event.methodology,)
            yield "coordinators", clauses.COORDINATE, (event.coordinator,)
        case did.EngagementRecorded():
            yield "parties", clauses.CHALLENGE, (event.party,)
        case did.LearningThemeIdentified():
            yield "themes", clauses.THEMES, (event.theme,)
        case did.ProcessLinked() if event.process not in LINKS:  # allowed under any terms
            yield "processes", clauses.RELATED, (event.process,)
        case _:
            pass
