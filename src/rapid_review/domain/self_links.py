"""That no case is linked to itself (ToR 8.1); what links between cases mean, `duplicates` says."""

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
        cited_under(terms, [clauses.RECEIVE]),
        f"case {shown(reference)} cannot be {said_of_itself[link.process]}",
        "Give the reference of the other case: the one that remains, or that came first. "
        "Record the link in the duplicate, or in the later case.",
    )
