"""Four eyes: what one person proposes, another does, of another agency.

A command says nothing of who asks it, and an event nothing of who recorded it: that is in the
entry. So `decide` cannot ask this. Anyone who records asks it, of what was decided, with the entry
in which it was proposed.
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
    """Return the entry in which it was proposed what an event does.

    Args:
        event: what was decided, and is about to be recorded.
        case: the case before.
    """
    if isinstance(event, CorrectionApproved):
        return event.proposal
    if isinstance(event, ErasureApproved):
        return orders(case)[event.order].proposed_in
    return holds(case)[event.hold].lifting_in or 0


def must_be_by_two(said: RecordCorrected | CorrectionApproved, case: Case) -> None:
    """Refuse that one person corrects a decision of this case, or says that it is approved.

    Args:
        said: what was decided, or comes from elsewhere, and is about to be recorded.
        case: the case before.

    Raises:
        Refused: it touches a decision that is recorded here, or approves in a case that is there.
    """
    if isinstance(said, CorrectionApproved):
        if case.version:  # a case from elsewhere is recorded as it was
            raise Refused(
                RECORD,
                f"the history that you add says that somebody approved what entry {said.proposal} "
                "proposes",
                "Leave that line out. A second person, of another agency, must approve the "
                "proposal with ApproveCorrection.",
            )
    elif said.version <= case.version and corrects_a_decision(said, case):
        raise Refused(
            RECORD,
            f"entry {said.version} is about a decision, and one person alone cannot correct it",
            "Propose the correction with ProposeCorrection. A second person, of another "
            "agency, then approves it with ApproveCorrection.",
        )


def must_be_another(by: Actor, proposed_by: Actor) -> None:
    """Refuse that somebody does what they proposed themselves, or what their own agency did.

    Args:
        by: who asks it now.
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
