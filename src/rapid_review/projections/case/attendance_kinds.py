"""The events in effect in a case, by kind, as its clocks read them.

A clock that waits for a quorate meeting goes by which seats were filled, whichever of
`QuorumConfirmed` and `QuorumNotMet` was recorded (ToR 6.2).
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter, is_
from typing import Final

from rapid_review.domain.case import Case, events_by_kind
from rapid_review.domain.events import ATTENDANCE, AnyEvent
from rapid_review.domain.rules.meeting import as_kind_by_quorum
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.editions import InForce, held_at

ByKind = Mapping[str, Sequence[AnyEvent]]
"""Events by their kind, each in the order in which they happened."""


_ATTENDED: Final = tuple(kind.__name__ for kind in ATTENDANCE)


def clocks_depend_on_quorum(editions: Iterable[Terms]) -> bool:
    """Say whether a clock of some terms starts or stops with an attendance."""
    return any(not terms.kinds_of_clocks.isdisjoint(_ATTENDED) for terms in editions)


def with_attendances_by_quorum(events: ByKind, case: Case, editions: InForce) -> ByKind:
    """ToR 6.2: return the events, each attendance under the kind that its seats give it."""
    quorate, short = _ATTENDED
    recorded = [*events.get(quorate, ()), *events.get(short, ())]
    named = [attendance_by_quorum(one, case, editions) for one in recorded]
    if all(map(is_, recorded, named)):
        return events
    attended = events_by_kind(sorted(named, key=attrgetter("at")))
    return {**events, quorate: attended.get(quorate, ()), short: attended.get(short, ())}


def attendance_by_quorum(event: AnyEvent, case: Case, editions: InForce) -> AnyEvent:
    """ToR 6.2: return an attendance as its seats say, by the terms of its day; else the event."""
    if not isinstance(event, ATTENDANCE):
        return event
    return as_kind_by_quorum(event, case, held_at(event.at, editions))
