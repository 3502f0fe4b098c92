"""Which editions of its terms a case was held under, and from which day each held."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from rapid_review.domain.case import Case
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import (
    DECISIONS,
    NAMING_TERMS,
    AnyEvent,
    NotificationReceived,
    QuorumConfirmed,
    QuorumNotMet,
    TermsReplaced,
)
from rapid_review.domain.terms.terms import Terms

InForce = tuple[tuple[date, Terms], ...]
"""The terms that a case was held under, each with its first day, in order."""


def in_force(events: Sequence[AnyEvent], terms: Terms, earlier: Sequence[Terms] = ()) -> InForce:
    """Return the terms that held in a case, one or more, each with its first day.

    Those of the notification held from the beginning, and each of the others from its own day on.

    Args:
        events: what is in effect, in the order in which it happened.
        terms: the terms in force for it; they hold too where those pinned to it are not available.
        earlier: other editions it was held under.
    """
    editions = {edition.ref: edition for edition in (*earlier, terms)}
    pinned = next((one.terms for one in events if isinstance(one, NotificationReceived)), None)
    first = [] if pinned is None else [(date.min, editions.get(pinned, terms))]
    others = [
        (terms.local_day(one.at), editions.get(one.terms, terms))
        for one in events
        if isinstance(one, TermsReplaced)
    ]
    return (*first, *others) or ((date.min, terms),)


def held_at(moment: datetime, editions: InForce) -> Terms:
    """Return the terms that held on the day of a moment."""
    return held_on(local_day(moment, editions), editions)


def local_day(moment: datetime, editions: InForce) -> date:
    """Return the day of a moment, in the zone of the latest terms."""
    _, latest = editions[-1]
    return latest.local_day(moment)


def held_on(day: date, editions: InForce) -> Terms:
    """Return the terms that held on a day; for a day before the first of them, the first."""
    begun = (edition for since, edition in reversed(editions) if since <= day)
    return next(begun, editions[0][1])


def replaced(editions: InForce) -> Iterator[tuple[date, Terms]]:
    """Yield the terms that others replaced, each with the last day on which it held."""
    for (since, edition), (replaced_on, _) in pairwise(editions):
        last = replaced_on - timedelta(days=1)
        if since <= last:
            yield last, edition


def missing(entries: Iterable[Entry], editions: Iterable[Terms]) -> tuple[str, ...]:
    """Return the ids of the terms that a case's entries name and that are not among editions."""
    available = [edition.ref for edition in editions]
    named = (one.event for one in entries if isinstance(one.event, NAMING_TERMS))
    return tuple(dict.fromkeys(one.terms.id for one in named if one.terms not in available))


def held_under(case: Case, terms: Terms, earlier: Sequence[Terms] = ()) -> Terms:
    """Return the terms that a case, as it is seen, is held under.

    A case that was moved to other terms later was held under those pinned to it until then.

    Args:
        case: the case as it is seen.
        terms: the terms in force for it; they hold too where those pinned to it are not available.
        earlier: other editions it was held under.
    """
    pinned = case.review.terms
    if pinned is None or pinned == terms.ref:
        return terms
    return next((edition for edition in earlier if edition.ref == pinned), terms)


def by_terms_of_then(case: Case, terms: Terms, earlier: Sequence[Terms]) -> Case:
    """ToR 2.1, 6.2: return a case that knows which terms held on the days of its steps (I-24).

    By these, meetings are quorate or not, and decisions ask for a practice review or not.

    Args:
        case: the case.
        terms: the terms in force for it.
        earlier: other editions it was held under; if one is missing, the case is returned as it
            is.
    """
    if case.last(TermsReplaced) is None:
        return case
    available = [edition.ref for edition in (*earlier, terms)]
    pinned = [one.terms for one in case.all(NotificationReceived)]
    pinned += [one.terms for one in case.all(TermsReplaced)]
    if any(ref not in available for ref in pinned):
        return case
    editions = in_force(case.standing, terms, earlier)
    return replace(case, terms_of_then=terms_of_then(case.standing, editions))


def terms_of_then(events: Iterable[AnyEvent], editions: InForce) -> Mapping[datetime, Terms]:
    """Return, by the time of each meeting and decision, the terms that held on its day."""
    return {
        one.at: held_at(one.at, editions)
        for one in events
        if isinstance(one, (QuorumConfirmed, QuorumNotMet, *DECISIONS))
    }
