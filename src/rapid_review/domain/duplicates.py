"""Links between two cases of one notification, or of one incident (ToR 8.1).

The case that holds the link is the duplicate; the case that the link names remains, and counts. A
link does not merge cases: nothing moves from one record to the other.
"""

from typing import Final

from rapid_review.domain.case import Case
from rapid_review.domain.events import ProcessLinked

DUPLICATE_OF: Final = "duplicate-of"
"""The process of a link to another case with the same notification."""
SAME_INCIDENT_AS: Final = "same-incident-as"
"""The process of a link to a case with another notification of the same incident."""
LINKS: Final = (DUPLICATE_OF, SAME_INCIDENT_AS)
"""The processes that link cases. They may be used whatever processes the terms list."""


def duplicate_of(case: Case) -> str | None:
    """ToR 8.1: return the case of which this case is a duplicate; None if there is no such link.

    Of several links the latest to happen holds. A retracted link does not count.
    """
    links = duplicate_links(case)
    return links[-1].reference if links else None


def duplicate_links(case: Case) -> tuple[ProcessLinked, ...]:
    """ToR 8.1: return the links that make this case a duplicate, in the order they happened."""
    return tuple([link for link in case.all(ProcessLinked) if link.process == DUPLICATE_OF])


def is_of_an_incident_counted_elsewhere(case: Case) -> bool:
    """Say whether this case is linked to another of the same incident, which is counted there."""
    return any(link.process == SAME_INCIDENT_AS for link in case.all(ProcessLinked))
