"""Notifications that came in twice: which cases look alike, and which are linked (ToR 8.1).

Cases look alike if they share a key. There is a key for each reason, so a new case is looked up
and not compared with every other. Looking alike is only a hint: people decide whether two cases
are of the same notification, and link them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rapid_review.domain.case import Case
from rapid_review.domain.duplicates import duplicate_of
from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.vocabulary import person_of
from rapid_review.projections.as_of import NOW, AsOf, CaseHistory


class Alike(StrEnum):
    """Why two cases look alike.

    Attributes:
        NOTIFICATION: their notifications have the same source and the same reference.
        REFERENCES: their own references differ only in capital letters or leading zeros.
        INCIDENT: the same source notified an incident on the same day, with the same children.
    """

    NOTIFICATION = "same-notification"
    REFERENCES = "references-alike"
    INCIDENT = "same-incident"


Key = tuple[Alike, object]
"""A reason, and what all cases that look alike for that reason have in common."""


@dataclass(frozen=True, slots=True)
class Notified:
    """What a case says of its notification, and whether it is linked as a duplicate.

    Attributes:
        case: its reference.
        source: the agency that sent the notification.
        reference: the notification's own reference.
        happened_on: the day of the incident, if it is known.
        children: the references of its children, in lower case.
        duplicate_of: the case that it is linked to as its duplicate, if any.
    """

    case: str
    source: str
    reference: str
    happened_on: date | None
    children: frozenset[str]
    duplicate_of: str | None = None

    @property
    def keys(self) -> tuple[Key, ...]:
        """What it has in common with every case that looks like it, a key for each reason.

        Where the day of the incident is not known, it has no key for the incident.
        """
        keys: tuple[Key, ...] = (
            (Alike.NOTIFICATION, (self.source, plainly(self.reference))),
            (Alike.REFERENCES, plainly(self.case)),
        )
        if self.happened_on is None:
            return keys
        return (*keys, (Alike.INCIDENT, (self.happened_on, self.source, self.children)))


def plainly(reference: str) -> str:
    """Return a reference in lower case, without the zeros before its numbers.

    >>> plainly("KM-2020-007"), plainly("km-2020-7"), plainly("A-000")
    ('km-2020-7', 'km-2020-7', 'a-0')
    """
    return _LEADING_ZEROS.sub("", reference.casefold())


_LEADING_ZEROS: Final = re.compile("(?<![0-9])0+(?=[0-9])")


def notified_in(reference: str, case: Case) -> Notified | None:
    """Return what a case says of its notification; None before it."""
    received = case.first(NotificationReceived)
    return None if received is None else said_of(reference, received, duplicate_of(case))


def said_of(
    reference: str, received: NotificationReceived, duplicate_of: str | None = None
) -> Notified:
    """Return what the record says of the notification of a case."""
    return Notified(
        reference,
        received.source,
        received.reference,
        received.incident.happened_on,
        frozenset(person_of(child.reference) for child in received.children),
        duplicate_of,
    )


def notified_as_of(history: CaseHistory, as_of: AsOf = NOW) -> Notified | None:
    """Return what a case says of its notification, as it had happened and was recorded by then.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    return notified_in(history.entries[0].case, history.case(as_of))


# --- Cases that look alike


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Cases that look alike.

    Attributes:
        cases: two or more, in the order in which they were given.
        by: why they look alike, one reason or more.
        not_linked: the cases among them that are not linked as duplicates, and so are counted.
    """

    cases: tuple[str, ...]
    by: tuple[Alike, ...]
    not_linked: tuple[str, ...]

    @property
    def is_settled(self) -> bool:
        """Whether no two of them are counted: all but one, or all, are linked as duplicates."""
        return len(self.not_linked) <= 1


def look_alikes(cases: Iterable[Notified]) -> tuple[LookAlikes, ...]:
    """Return which cases look alike; cases that do so for several reasons appear once.

    Args:
        cases: what each case says of its notification, in the order in which they were opened.
    """
    by_key: dict[Key, list[Notified]] = {}
    for one in cases:
        for key in one.keys:
            by_key.setdefault(key, []).append(one)
    groups: dict[tuple[str, ...], list[Alike]] = {}
    counted: dict[tuple[str, ...], tuple[str, ...]] = {}
    for (reason, _), alike in by_key.items():
        if len(alike) > 1:
            names = tuple(one.case for one in alike)
            groups.setdefault(names, []).append(reason)
            counted[names] = tuple(one.case for one in alike if one.duplicate_of is None)
    return tuple(
        LookAlikes(names, tuple(sorted(by)), counted[names]) for names, by in groups.items()
    )


class Openings:
    """Cases in the order of opening, to ask which earlier ones look like a new one."""

    def __init__(self) -> None:
        self._by_key: dict[Key, list[str]] = {}

    def add(self, one: Notified) -> Mapping[str, tuple[Alike, ...]]:
        """Add the case that was opened next; return earlier ones that look like it, and why."""
        found = self.like(one)
        for key in one.keys:
            alike = self._by_key.setdefault(key, [])
            if len(alike) < MANY:
                alike.append(one.case)
        return found

    def like(self, one: Notified) -> Mapping[str, tuple[Alike, ...]]:
        """Return the cases that look like one that was not opened yet, and why."""
        found: dict[str, list[Alike]] = {}
        for key in one.keys:
            for case in self._by_key.get(key, ()):
                found.setdefault(case, []).append(key[0])
        return {case: tuple(by) for case, by in found.items()}


MANY: Final = 5
"""How many cases with one key are remembered, the first ones. If every case of an import has the
same reference by mistake, each is compared with so many and not with all before it."""


# --- Cases that are linked


class Amiss(StrEnum):
    """What is wrong with a link, so that no case may be counted in place of the one linked.

    Attributes:
        NO_CASE: the case at the end of the links is not known, or has no notification.
        CIRCLE: the links lead back to a case that they began with.
    """

    NO_CASE = "no-such-case"
    CIRCLE = "circle"


@dataclass(frozen=True, slots=True)
class LinkedDuplicate:
    """A case that is linked as the duplicate of another.

    Attributes:
        case: the duplicate.
        duplicate_of: the case that it names.
        counted: the case that is counted in its place: the case that it names or, where that is
            itself a duplicate, the case at the end of the links; None if something is wrong.
        amiss: what is wrong.
    """

    case: str
    duplicate_of: str
    counted: str | None
    amiss: Amiss | None = None


def linked(cases: Iterable[Notified]) -> tuple[LinkedDuplicate, ...]:
    """Return every case that is linked as a duplicate, and which case is counted in its place.

    Args:
        cases: what each case says of its notification; a case that is not here is not known.
    """
    known = {one.case: one for one in cases}
    ends: dict[str, str | Amiss] = {}
    return tuple(_linked_duplicate(one, known, ends) for one in known.values() if one.duplicate_of)


def _linked_duplicate(
    one: Notified, known: Mapping[str, Notified], ends: dict[str, str | Amiss]
) -> LinkedDuplicate:
    assert one.duplicate_of is not None  # noqa: S101 - for the type checker: it is linked
    end = _end_of(one.case, known, ends)
    if isinstance(end, Amiss):
        return LinkedDuplicate(one.case, one.duplicate_of, None, end)
    return LinkedDuplicate(one.case, one.duplicate_of, end)


def _end_of(case: str, known: Mapping[str, Notified], ends: dict[str, str | Amiss]) -> str | Amiss:
    """Return the case at the end of the links from a case, or what is wrong with the links.

    `ends` keeps the result for every case on the way, so that no case is gone through twice.
    """
    chain = dict.fromkeys(_chain_from(case, known, ends))
    last = next(reversed(chain))
    linked_to = known[last].duplicate_of if last in known else None
    if last in ends:
        end = ends[last]
    elif last not in known:
        end = Amiss.NO_CASE
    else:
        end = last if linked_to is None else Amiss.CIRCLE
    ends.update(dict.fromkeys(chain, end))
    return end


def _chain_from(
    case: str | None, known: Mapping[str, Notified], ends: Mapping[str, object]
) -> Iterator[str]:
    """Yield a case and those that its links lead to, each once.

    Stop at a case that is not known, is not a duplicate, or whose end has been found before.
    """
    seen: set[str] = set()
    while case is not None and case not in seen:
        yield case
        if case in ends or case not in known:
            return
        seen.add(case)
        case = known[case].duplicate_of
