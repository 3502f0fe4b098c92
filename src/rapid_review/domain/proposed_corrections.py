"""Corrections that one person proposes and another, of another agency, approves.

The proposal holds the whole correction, so that the person who approves it knows what they approve
and need not enter it again. A proposal changes nothing in effect. `four_eyes` says which
corrections need one, and checks that the two people differ: the caller that records them asks it.
"""

from typing import Final, Protocol

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.case import Case
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.corrections import correct, corrected_by, is_approved, must_make_sense
from rapid_review.domain.erasures import words_erased_since
from rapid_review.domain.errors import Refused, listed_or
from rapid_review.domain.in_effect import effective
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.domain.statement import with_other
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar


class Correction(Protocol):
    """A command or an event that corrects an entry, or proposes to."""

    @property
    def version(self) -> int:
        """The number of the entry."""
        ...

    @property
    def replacement(self) -> did.AnyEvent | None:
        """The event that takes its place; None to retract it."""
        ...


def proposed(
    details: ask.ProposeCorrection, case: Case, _: Terms, __: WorkingCalendar
) -> tuple[did.AnyEvent, ...]:
    """Return the proposal; nothing if it would change nothing, or already waits for approval.

    Raises:
        Refused: there is no such entry, or the replacement cannot be in its place.
    """
    must_make_sense(details, case)
    if effective(case.recorded).get(details.version) == details.replacement:
        return ()
    proposal = did.CorrectionProposed.model_validate(dict(details))
    if any(
        with_other(one, {"at": details.at}) == proposal
        for one in _waiting_proposals(case).values()
    ):
        return ()
    return (proposal,)


def approved(
    details: ask.ApproveCorrection, case: Case, terms: Terms, calendar: WorkingCalendar
) -> tuple[did.AnyEvent, ...]:
    """Return the approval, the correction, and what the correction changes of the clocks.

    Raises:
        Refused: no such proposal waits, or its words are to be erased; or the correction no
            longer applies.
    """
    proposal = _proposal_waiting_in(details.proposal, case)
    if _holds_erased_words(details.proposal, proposal, case):
        raise Refused(
            RECORD,
            f"the correction that entry {details.proposal} proposes cannot be approved: it holds "
            "words that are erased, or are about to be",
            "Propose it again with ProposeCorrection, and write the words that it needs.",
        )
    correction = ask.CorrectRecord(
        at=details.at,
        version=proposal.version,
        because=proposal.because,
        replacement=proposal.replacement,
    )
    approval = did.CorrectionApproved.model_validate(dict(details))
    return (approval, *correct(correction, case, terms, calendar))


def to_approve(case: Case) -> dict[int, did.CorrectionProposed]:
    """Return by entry the corrections that a second person can approve now."""
    return {
        version: one
        for version, one in _waiting_proposals(case).items()
        if not _holds_erased_words(version, one, case)
    }


def _holds_erased_words(version: int, proposal: did.CorrectionProposed, case: Case) -> bool:
    """Say whether a proposal holds words that an order erases, its own or another entry's."""
    # They would live on in the correction (ADR 0066).
    erased = words_erased_since(version, case)
    return not erased.isdisjoint(one.words for one in words_in(proposal))


WHAT_DECIDES: Final = (
    did.NotificationCriteriaFoundNotMet,
    did.CriteriaAssessed,
    *did.DECISIONS,
    did.DecisionAdopted,
)
"""The events by which a case is decided, one way or the other."""


def corrects_a_decision(details: Correction, case: Case) -> bool:
    """Say whether a correction touches a decision, recorded or put in by an earlier correction."""
    return _touches(details, case, did.DECISIONS)


def is_of_a_decision(version: int, case: Case) -> bool:
    """Say whether an entry is a decision, or corrected one: it takes two people to correct it."""
    return _is_of(version, case, did.DECISIONS)


def is_about(details: Correction, case: Case, kinds: tuple[type[did.AnyEvent], ...]) -> bool:
    """Say whether a correction touches an event of some kinds, or a proposal to correct one."""
    before = [event for _, event in corrected_by(details.version, case)]
    proposals = [event for event in before if isinstance(event, did.CorrectionProposed)]
    return any(_touches(one, case, kinds) for one in (details, *proposals))


def _touches(details: Correction, case: Case, kinds: tuple[type[did.AnyEvent], ...]) -> bool:
    return isinstance(details.replacement, kinds) or _is_of(details.version, case, kinds)


def _is_of(version: int, case: Case, kinds: tuple[type[did.AnyEvent], ...]) -> bool:
    """Say whether an entry, or an entry that it corrects, holds an event of some kinds."""
    before = (event for _, event in corrected_by(version, case))
    contents = (
        event.replacement if isinstance(event, did.RecordCorrected) else event for event in before
    )
    return any(isinstance(content, kinds) for content in contents)


def proposal_in(version: int, case: Case) -> did.CorrectionProposed | None:
    """Return the proposal in effect in an entry; None if the entry proposes no correction."""
    found = effective(case.recorded).get(version)
    return found if isinstance(found, did.CorrectionProposed) else None


def _proposal_waiting_in(version: int, case: Case) -> did.CorrectionProposed:
    found = proposal_in(version, case)
    if found is None or is_approved(version, case):
        raise Refused(
            RECORD,
            f"entry {version} does not propose a correction that waits for approval; "
            + listed_or(
                "entries that propose one: ", _waiting_proposals(case), "no entry proposes one"
            ),
            "Propose one with ProposeCorrection. A second person, of another agency, then "
            "approves it.",
        )
    return found


def _waiting_proposals(case: Case) -> dict[int, did.CorrectionProposed]:
    """Return by entry the corrections that were proposed and that nobody has approved."""
    return {
        version: event
        for version, event in effective(case.recorded).items()
        if isinstance(event, did.CorrectionProposed) and not is_approved(version, case)
    }
