"""Four eyes: one person proposes, and a second person, of another agency, carries it out.

Neither a command nor an event says who asked for it: only the entry does. So `decide` cannot check
this. The caller that records an event checks it, with the entry that holds the proposal.
"""

from rapid_review.domain.case import Case
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.erasure_events import ErasureApproved, HoldLifted
from rapid_review.domain.erasures import holds, orders
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import CorrectionApproved, RecordCorrected
from rapid_review.domain.proposed_corrections import corrects_a_decision
from rapid_review.domain.vocabulary import Actor, is_one_person


def proposed_in(event: ErasureApproved | HoldLifted | CorrectionApproved, case: Case) -> int:
    """Return the number of the entry that proposed what an event carries out.

    Args:
        event: the event that is about to be recorded.
        case: the case before it.
    """
    if isinstance(event, CorrectionApproved):
        return event.proposal
    if isinstance(event, ErasureApproved):
        return orders(case)[event.order].proposed_in
    return holds(case)[event.hold].lifting_in or 0


def must_be_by_two(details: RecordCorrected | CorrectionApproved, case: Case) -> None:
    """Refuse that one person corrects a decision of this case, or records its approval.

    Args:
        details: the event that is about to be recorded: decided here, or from an imported history.
        case: the case before it.

    Raises:
        Refused: a correction touches a decision recorded in this case, or an approval is to be
            added to a case that already has entries.
    """
    if isinstance(details, CorrectionApproved):
        if case.version:  # a case from elsewhere is recorded as it was
            raise Refused(
                RECORD,
                "the history that you add says that somebody approved what entry "
                f"{details.proposal} proposes",
                "Leave that line out. A second person, of another agency, must approve the "
                "proposal with ApproveCorrection.",
            )
    elif details.version <= case.version and corrects_a_decision(details, case):
        raise Refused(
            RECORD,
            f"entry {details.version} is about a decision, and one person alone cannot correct it",
            "Propose the correction with ProposeCorrection. A second person, of another "
            "agency, then approves it with ApproveCorrection.",
        )


def must_be_another(by: Actor, proposed_by: Actor) -> None:
    """Refuse that somebody carries out what they, or their own agency, proposed.

    Args:
        by: who asks for it now.
        proposed_by: who recorded the proposal.

    Raises:
        Refused: the two are one person, or of one agency.
    """
    if is_one_person(by.id, proposed_by.id):
        because = "you proposed this yourself"
    elif by.agency == proposed_by.agency:
        because = f"your own agency, {proposed_by.agency}, proposed this"
    else:
        return
    raise Refused(
        RECORD,
        because,
        "A second person, of another agency, must do it.",
    )
