"""That one notification came in twice, in two cases: the one is linked to the other (ToR 8.1).

The case that is linked is the duplicate; the one that it names stays, and counts. It is a link and
no merge: nothing is moved from the one record to the other.
"""

from typing import Final

from rapid_review.domain import clauses
from rapid_review.domain.case import Case
from rapid_review.domain.commands import CorrectRecord, LinkProcess
from rapid_review.domain.errors import Refused, shown
from rapid_review.domain.events import ProcessLinked, RecordCorrected
from rapid_review.domain.particulars import Link, Particulars
from rapid_review.domain.terms.terms import Terms

DUPLICATE_OF: Final = "duplicate-of"
"""What is linked, where the case that is named is another with the same notification."""
SAME_INCIDENT_AS: Final = "same-incident-as"
"""What is linked, where the case that is named is of another notification of the same incident."""
LINKS: Final = (DUPLICATE_OF, SAME_INCIDENT_AS)
"""The links between cases: words of the record, whatever processes the terms list."""


_MAY_LINK: Final = frozenset({LinkProcess, ProcessLinked, CorrectRecord, RecordCorrected})


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


def must_be_of_another(said: Particulars, reference: str, terms: Terms) -> None:
    """Refuse that a case is linked to itself, said at once or by a correction.

    Args:
        said: a command or an event.
        reference: the case that the link is in.
        terms: the terms by which the clause is cited.

    Raises:
        Refused: the link names the very case that it is in.
    """
    if type(said) not in _MAY_LINK:  # asked first, and of every command and event: few may
        return
    link = said.replacement if isinstance(said, CorrectRecord | RecordCorrected) else said
    if not isinstance(link, Link) or link.process not in LINKS or link.reference != reference:
        return
    said_of_itself = {
        DUPLICATE_OF: "a duplicate of itself",
        SAME_INCIDENT_AS: "linked to itself as a case of the same incident",
    }
    raise Refused(
        terms.cited([clauses.RECEIVE]),
        f"case {shown(reference)} cannot be {said_of_itself[link.process]}",
        "Give the reference of the other case: the one that remains, or that came first. "
        "Record the link in the duplicate, or in the later case.",
    )
