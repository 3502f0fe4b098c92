"""The rule that no case links to itself (ToR 8.1); `duplicates` explains links between cases.

It is a module of its own because it needs the commands, and who only reads a case does not.
"""

from typing import Final

from rapid_review.domain import clauses
from rapid_review.domain.commands import CorrectRecord, LinkProcess
from rapid_review.domain.duplicates import DUPLICATE_OF, LINKS, SAME_INCIDENT_AS
from rapid_review.domain.errors import Refused, shown
from rapid_review.domain.events import ProcessLinked, RecordCorrected
from rapid_review.domain.particulars import Link, Particulars
from rapid_review.domain.terms.citing import cited_under
from rapid_review.domain.terms.terms import Terms

_MAY_LINK: Final = frozenset({LinkProcess, ProcessLinked, CorrectRecord, RecordCorrected})


def must_be_of_another(details: Particulars, reference: str, terms: Terms) -> None:
    """Refuse to link a case to itself, by a new link or by a correction.

    Args:
        details: a command or an event.
        reference: the case that the link is in.
        terms: the terms of the case, by which the refusal cites its clause.

    Raises:
        Refused: the link names the very case that it is in.
    """
    if type(details) not in _MAY_LINK:  # first, since this is asked of every command and event
        return
    link = details.replacement if isinstance(details, CorrectRecord | RecordCorrected) else details
    if not isinstance(link, Link) or link.process not in LINKS or link.reference != reference:
        return
    said_of_itself = {
        DUPLICATE_OF: "a duplicate of itself",
        SAME_INCIDENT_AS: "linked to itself as a case of the same incident",
    }
    raise Refused(
        cited_under(terms, [clauses.RECEIVE]),
        f"case {shown(reference)} cannot be {said_of_itself[link.process]}",
        "Give the reference of the other case: the one that remains, or that came first. "
        "Record the link in the duplicate, or in the later case.",
    )
