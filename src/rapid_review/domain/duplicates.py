"""That one notification came in twice, in two cases: the one is linked to the other (ToR 8.1).

The case that is linked is the duplicate; the one that it names stays, and counts. It is a link and
no merge: nothing is moved from the one record to the other.
"""

from typing import Final

from rapid_review.domain.case import Case
from rapid_review.domain.events import ProcessLinked

DUPLICATE_OF: Final = "duplicate-of"
"""What is linked, where the case that is named is another with the same notification."""
SAME_INCIDENT_AS: Final = "same-incident-as"
"""What is linked, where the case that is named is of another notification of the same incident."""
LINKS: Final = (DUPLICATE_OF, SAME_INCIDENT_AS)
"""The links between cases: words of the record, whatever processes the terms list."""


def duplicate_of(case: Case) -> str | None:
    """ToR 8.1: return the case that this one is linked to as its duplicate; None if it is to none.

    Of several links the latest to happen holds; one that was retracted no longer holds.
    """
    linked = duplicate_links(case)
    return linked[-1].reference if linked else None


def duplicate_links(case: Case) -> tuple[ProcessLinked, ...]:
    """ToR 8.1: return what says of this case that it is a duplicate, as it happened."""
    return tuple(one for one in case.all(ProcessLinked) if one.process == DUPLICATE_OF)


def is_of_an_incident_counted_elsewhere(case: Case) -> bool:
    """Say whether this case is linked to another of the same incident, which is counted there."""
    return any(one.process == SAME_INCIDENT_AS for one in case.all(ProcessLinked))
