"""Learning across cases: their themes, who takes them up, what a commission must look at (ToR 4).

A theme is a code, so two cases share a theme if they name the same code. A case is earlier if its
notification was received earlier. Whether its theme was known by then too is a matter of the two
times: pass cases that were read as of them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rapid_review.domain.case import Case
from rapid_review.domain.duplicates import DUPLICATE_OF, duplicate_of
from rapid_review.domain.events import (
    LearningThemeIdentified,
    NotificationReceived,
    ProcessLinked,
    ThemeReferred,
)
from rapid_review.domain.rules.outcome import decision_in_force
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Code, RelatedReview
from rapid_review.projections.as_of import NOW, AsOf, CaseHistory


@dataclass(frozen=True, slots=True)
class CaseLearning:
    """What one case teaches, and what was looked at in it.

    Attributes:
        case: its reference.
        received_on: the local day on which its notification was received.
        themes: its themes, each with whom it was referred to, in the order of naming.
        linked: other processes about the same events (ToR 4(e)).
        prior_themes: the earlier themes that the latest decision weighed; None if the
            record does not say that anybody looked (ToR 4(f)).
        related_reviews: the related reviews that it weighed; None as above (ToR 4(e)).
        duplicate_of: the case that it is linked to as its duplicate; its themes are then left out.
    """

    case: str
    received_on: date
    themes: Mapping[Code, tuple[Code, ...]]
    linked: tuple[RelatedReview, ...]
    prior_themes: tuple[Code, ...] | None
    related_reviews: tuple[RelatedReview, ...] | None
    duplicate_of: str | None = None


def learning_of(history: CaseHistory, as_of: AsOf = NOW) -> CaseLearning | None:
    """Return what one case teaches; None before its notification.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    return learning_in(history.entries[0].case, history.case(as_of), history.terms)


def learning_in(reference: str, case: Case, terms: Terms) -> CaseLearning | None:
    """Return what a case teaches, as it is now; for callers that have the case but no entries.

    Args:
        reference: the case's reference.
        case: the case as it is.
        terms: the terms in force for it.
    """
    received = case.first(NotificationReceived)
    if received is None:
        return None
    decision = decision_in_force(case, date.max, terms)
    return CaseLearning(
        reference,
        terms.local_day(received.at),
        _themes(case),
        tuple(
            RelatedReview(process=one.process, reference=one.reference)
            for one in case.all(ProcessLinked)
            if one.process != DUPLICATE_OF
        ),
        None if decision is None else decision.prior_themes,
        None if decision is None else decision.related_reviews,
        duplicate_of(case),
    )


@dataclass(frozen=True, slots=True)
class ThemeAcross:
    """ToR 4(b): one theme over all cases.

    Attributes:
        theme: its code.
        cases: the cases that name it, by the day of receipt.
        months: in how many cases it was named, by the month of their receipt, "2020-05".
        referred_to: who takes it up, by how many cases were referred there.
        not_referred: the cases in which nobody was asked to take it up.
    """

    theme: Code
    cases: tuple[str, ...]
    months: Mapping[str, int]
    referred_to: Mapping[Code, int]
    not_referred: tuple[str, ...]


def across(cases: Iterable[CaseLearning]) -> tuple[ThemeAcross, ...]:
    """Return every theme of these cases, the most frequent first; duplicates are left out."""
    naming: dict[Code, list[CaseLearning]] = {}
    for one in sorted(cases, key=lambda one: (one.received_on, one.case)):
        for theme in () if one.duplicate_of else one.themes:
            naming.setdefault(theme, []).append(one)
    themes = (_theme_across(theme, named_in) for theme, named_in in naming.items())
    return tuple(sorted(themes, key=lambda one: (-len(one.cases), one.theme)))


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier case that shares themes with one, and whom they were referred to there."""

    case: str
    received_on: date
    shared: Mapping[Code, tuple[Code, ...]]


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """ToR 4(e), 4(f): what is to be looked at before a practice review of a case is commissioned.

    Attributes:
        case: the case.
        earlier: the earlier cases that share a theme with it, the latest first.
        linked: the other processes about the same events.
        themes_not_weighed: shared themes that the latest decision does not name as weighed; all
            of them before a decision.
        links_not_weighed: linked processes that it does not name as weighed.
    """

    case: str
    earlier: tuple[Earlier, ...]
    linked: tuple[RelatedReview, ...]
    themes_not_weighed: tuple[Code, ...]
    links_not_weighed: tuple[RelatedReview, ...]


def to_look_at(one: CaseLearning, cases: Iterable[CaseLearning]) -> ToLookAt:
    """Return what to look at in earlier cases before a practice review of a case is commissioned.

    Duplicates are left out: the cases that they duplicate have the same themes.

    Args:
        one: the case.
        cases: all cases; the case itself may be among them.
    """
    before = sorted(
        (
            other
            for other in cases
            if other.received_on < one.received_on and other.duplicate_of is None
        ),
        key=lambda other: (other.received_on, other.case),
        reverse=True,
    )
    earlier = tuple(
        Earlier(other.case, other.received_on, shared)
        for other in before
        if (shared := {theme: to for theme, to in other.themes.items() if theme in one.themes})
    )
    sharing = {theme for other in earlier for theme in other.shared}
    weighed, reviews = one.prior_themes or (), one.related_reviews or ()
    return ToLookAt(
        one.case,
        earlier,
        one.linked,
        tuple(sorted(sharing.difference(weighed))),
        tuple(link for link in one.linked if link not in reviews),
    )


def _themes(case: Case) -> Mapping[Code, tuple[Code, ...]]:
    referred = case.all(ThemeReferred)
    named = dict.fromkeys(one.theme for one in case.all(LearningThemeIdentified))
    return {
        theme: tuple(dict.fromkeys(one.referred_to for one in referred if one.theme == theme))
        for theme in named
    }


def _theme_across(theme: Code, named_in: list[CaseLearning]) -> ThemeAcross:
    return ThemeAcross(
        theme,
        tuple(one.case for one in named_in),
        Counter(f"{one.received_on:%Y-%m}" for one in named_in),
        Counter(to for one in named_in for to in one.themes[theme]),
        tuple(one.case for one in named_in if not one.themes[theme]),
    )
