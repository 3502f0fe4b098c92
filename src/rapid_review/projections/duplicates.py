"""That one notification came in twice: which cases look alike, and which are linked (ToR 8.1).

Cases are found to look alike by keys, one for each reason, so that a case more costs a look-up and
no comparison with all the others. To look alike is no more than a hint: whether it is one and the
same notification, people say, by a link.
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
        NOTIFICATION: their notifications are of the same source and bear the same reference.
        REFERENCES: their own references differ only in capital letters or leading zeros.
        INCIDENT: the incident was on the same day, told by the same source, of the same children.
    """

    NOTIFICATION = "same-notification"
    REFERENCES = "references-alike"
    INCIDENT = "same-incident"


Key = tuple[Alike, object]
"""What cases have in common that look alike by one reason."""


@dataclass(frozen=True, slots=True)
class Notified:
    """What a case says of its notification, and whether it is linked as a duplicate.

    Attributes:
        case: its reference.
        source: the agency that sent the notification.
        reference: the notification's own reference.
        happened_on: the day of the incident, if it is known.
        children: the references of its children, whatever their capitals.
        duplicate_of: the case that it is linked to as its duplicate; None if it is to none.
    """

    case: str
    source: str
    reference: str
    happened_on: date | None
    children: frozenset[str]
    duplicate_of: str | None = None

    @property
    def keys(self) -> tuple[Key, ...]:
        """What it has in common with every case that looks like it, by reason.

        Where the day of the incident is not known, nothing is made of it.
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
    return _NOUGHTS.sub("", reference.casefold())


_NOUGHTS: Final = re.compile("(?<![0-9])0+(?=[0-9])")


def notified_in(reference: str, case: Case) -> Notified | None:
    """Return what a case says of its notification; None before it."""
    received = case.last(NotificationReceived)
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
    """Return the same as a case had happened and was recorded by two times.

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
        by: the reasons by which they do, one or more.
        not_linked: those of them that are linked to no case as its duplicate, and so are counted.
    """

    cases: tuple[str, ...]
    by: tuple[Alike, ...]
    not_linked: tuple[str, ...]

    @property
    def is_settled(self) -> bool:
        """Whether what can be linked is: no two of them are counted."""
        return len(self.not_linked) <= 1


def look_alikes(cases: Iterable[Notified]) -> tuple[LookAlikes, ...]:
    """Return which cases look alike; those that do by several reasons appear once.

    Args:
        cases: of each what it says of its notification, in the order in which they were opened.
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
        found: dict[str, list[Alike]] = {}
        for key in one.keys:
            alike = self._by_key.setdefault(key, [])
            for case in alike:
                found.setdefault(case, []).append(key[0])
            if len(alike) < MANY:
                alike.append(one.case)
        return {case: tuple(by) for case, by in found.items()}


MANY: Final = 5
"""Of how many cases alike, the first ones, a later one is told: where a whole import bears one
reference by mistake, each of its cases is told of so many, and not of all before it."""


# --- Cases that are linked


class Amiss(StrEnum):
    """What is wrong with a link, so that no case may be counted in place of the one linked.

    Attributes:
        NO_CASE: the case that it comes down to is not known, or has no notification.
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
        counted: the case that is counted in its place: the one that it names or, where that is
            itself a duplicate, the one that the links come down to; None if something is wrong.
        amiss: what is wrong.
    """

    case: str
    duplicate_of: str
    counted: str | None
    amiss: Amiss | None = None


def linked(cases: Iterable[Notified]) -> tuple[LinkedDuplicate, ...]:
    """Return every case that is linked as a duplicate, and which case is counted in its place.

    Args:
        cases: what each of them says of its notification; a case that is not here is not known.
    """
    known = {one.case: one for one in cases}
    ends: dict[str, str | Amiss] = {}
    return tuple(_linked(one, known, ends) for one in known.values() if one.duplicate_of)


def _linked(
    one: Notified, known: Mapping[str, Notified], ends: dict[str, str | Amiss]
) -> LinkedDuplicate:
    assert one.duplicate_of is not None  # noqa: S101 - for the type checker: it is linked
    end = _end_of(one.case, known, ends)
    if isinstance(end, Amiss):
        return LinkedDuplicate(one.case, one.duplicate_of, None, end)
    return LinkedDuplicate(one.case, one.duplicate_of, end)


def _end_of(case: str, known: Mapping[str, Notified], ends: dict[str, str | Amiss]) -> str | Amiss:
    """Return what the links from a case come down to; each case is gone through once."""
    way = dict.fromkeys(_way_from(case, known, ends))
    last = next(reversed(way))
    named = known[last].duplicate_of if last in known else None
    if last in ends:
        end = ends[last]
    elif last not in known:
        end = Amiss.NO_CASE
    else:
        end = last if named is None else Amiss.CIRCLE
    ends.update(dict.fromkeys(way, end))
    return end


def _way_from(
    case: str | None, known: Mapping[str, Notified], ends: Mapping[str, object]
) -> Iterator[str]:
    """Yield the cases that the links lead to, up to one that is none, ends them, or was there."""
    seen: set[str] = set()
    while case is not None and case not in seen:
        yield case
        if case in ends or case not in known:
            return
        seen.add(case)
        case = known[case].duplicate_of
