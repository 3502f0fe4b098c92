"""What is in effect in a case, by kind, as its clocks are asked of it.

A clock that waits for a quorate meeting asks the seats, and not by which name somebody recorded
who attended (ToR 6.2).
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter, is_
from typing import Final

from rapid_review.domain.case import Case, events_by_kind
from rapid_review.domain.events import AnyEvent, QuorumConfirmed, QuorumNotMet
from rapid_review.domain.rules.meeting import named_by_its_seats
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import InForce, held_on

ByKind = Mapping[str, Sequence[AnyEvent]]
"""Events by their kind, each in the order in which they happened."""


_ATTENDED: Final = (QuorumConfirmed.__name__, QuorumNotMet.__name__)


def asks_the_seats(editions: Iterable[Terms]) -> bool:
    """Say whether a clock of some terms starts or stops with an attendance."""
    return any(not terms.kinds_of_clocks.isdisjoint(_ATTENDED) for terms in editions)


def by_the_seats(found: ByKind, case: Case, editions: InForce) -> ByKind:
    """ToR 6.2: return the same, each attendance as its seats say, by the terms of its day."""
    quorate, short = _ATTENDED
    held = [*found.get(quorate, ()), *found.get(short, ())]
    named = [as_its_seats_say(one, case, editions) for one in held]
    if all(map(is_, held, named)):
        return found
    attended = events_by_kind(sorted(named, key=attrgetter("at")))
    return {**found, quorate: attended.get(quorate, ()), short: attended.get(short, ())}


def as_its_seats_say(event: AnyEvent, case: Case, editions: InForce) -> AnyEvent:
    """ToR 6.2: return an event; an attendance as its seats say, by the terms of its day."""
    if not isinstance(event, QuorumConfirmed | QuorumNotMet):
        return event
    (_, terms), *_ = reversed(editions)
    return named_by_its_seats(event, case, held_on(terms.local_day(event.at), editions))
