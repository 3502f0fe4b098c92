"""Words of lists that the terms name: another word is recorded, and found."""

from collections.abc import Iterator

from rapid_review.domain import clauses
from rapid_review.domain import events as did
from rapid_review.domain.clauses import ToRClause
from rapid_review.domain.duplicates import LINKS
from rapid_review.domain.errors import listed
from rapid_review.domain.terms.terms import Terms

Used = tuple[str, ToRClause, tuple[str, ...]]
"""A list of the terms' vocabulary, the clause that its words are about, and the words used."""


def strange_words(event: did.AnyEvent, terms: Terms) -> Iterator[tuple[ToRClause, str]]:
    """Yield, of each list that the terms name, the words of an event that are not in it.

    Each comes with the clause that it is about and with what is wrong, in words.
    """
    for name, clause, words in _used(event) if terms.vocabulary else ():
        allowed: tuple[str, ...] = getattr(terms.vocabulary, name)
        if strange := set(words) - set(allowed) if allowed else None:
            because = (
                f"{listed(strange)} is not among the {name} of these terms; allowed: "
                f"{listed(allowed)}"
            )
            yield clause, because


def _used(event: did.AnyEvent) -> Iterator[Used]:
    match event:
        case did.NotificationReceived():
            yield "sources", clauses.RECEIVE, (event.source,)
        case did.ExpertInvited():
            yield "expertise", clauses.MEMBERS, (event.expertise,)
        case did.DecisionMade() | did.DecisionReconsidered():
            yield "methodologies", clauses.METHODOLOGY, _given(event.methodology)
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
        case did.ProcessLinked() if event.process not in LINKS:  # words of ours, in any terms
            yield "processes", clauses.RELATED, (event.process,)
        case _:
            pass


def _given(word: str | None) -> tuple[str, ...]:
    return () if word is None else (word,)
