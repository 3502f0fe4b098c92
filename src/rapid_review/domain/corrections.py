"""Corrections: a new event names the entry that was wrong; nothing is edited.

The truth must be recordable, so a correction is refused only if it would have no meaning. If the
corrected record then breaks a rule, compliance finds that, as in imported history. A correction
that moves the start of a clock brings the clock's new calculation with it. A correction of a
decision that was adopted automatically brings the correction of that adoption with it.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import reduce
from typing import TYPE_CHECKING, Final

from rapid_review.domain.case import Case, evolve
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.clocks import clock_reckoned_again, start_of
from rapid_review.domain.erasure_events import ErasureApproved, ErasureProposed, HoldLifted
from rapid_review.domain.erasures import NEVER_CORRECTED, PROPOSALS
from rapid_review.domain.errors import CalendarGapError, Refused
from rapid_review.domain.events import (
    ATTENDANCE,
    DECISIONS,
    DUE_DAYS,
    AnyEvent,
    CorrectionApproved,
    CorrectionProposed,
    DeadlineSet,
    DecisionAdopted,
    NotificationReceived,
    RecordCorrected,
    TermsReplaced,
)
from rapid_review.domain.in_effect import effective
from rapid_review.domain.statement import with_other

if TYPE_CHECKING:
    from rapid_review.domain.commands import CorrectRecord, ProposeCorrection
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.domain.working_days import WorkingCalendar

    Correcting = CorrectRecord | RecordCorrected | ProposeCorrection

_PROPOSALS = (*PROPOSALS, CorrectionProposed)
"""Proposals of one person that a second person carries out."""
_TAKING_TWO = (*NEVER_CORRECTED, CorrectionApproved)
"""Events that take two people, and which one person alone may not correct."""
NOT_REPLACED: Final = (RecordCorrected, *_PROPOSALS, *_TAKING_TWO)
"""Events that no other event replaces: at most, they are retracted."""


def correct(
    command: "CorrectRecord", case: Case, terms: "Terms", calendar: "WorkingCalendar"
) -> tuple[AnyEvent, ...]:
    """Return the correction, with the events that follow from it; nothing if it changes nothing.

    Raises:
        Refused: there is no such entry, or the replacement cannot be in its place.
    """
    must_make_sense(command, case)
    if effective(case.recorded).get(command.version) == command.replacement:
        return ()
    correction = RecordCorrected(
        at=command.at,
        version=command.version,
        because=command.because,
        replacement=command.replacement,
    )
    after = evolve(case, correction)
    adoptions = tuple(_corrections_of_adoptions(case, after, command))
    clocks = _changes_of_clocks(case, reduce(evolve, adoptions, after), command, terms, calendar)
    return (correction, *adoptions, *clocks)


def must_make_sense(details: "Correcting", case: Case) -> None:
    """Refuse a correction that has no meaning.

    It has none if it puts another kind of event in place of an entry, leaves a case without its
    notification, or edits a due day.

    Raises:
        Refused: there is no such entry, or the replacement cannot be in its place.
    """
    if details.version > case.version:
        raise Refused(
            RECORD,
            f"you asked to correct entry {details.version}, and this case has only entries 1 to "
            f"{case.version}",
            "Give the number of the entry that is wrong; the timeline shows it.",
        )
    recorded = case.recorded[details.version - 1]
    replacement = details.replacement
    must_not_be_calculated(details.version, case)
    *_, (first, about) = corrected_by(details.version, case)
    _must_not_take_two(first, about, details, case)
    if replacement is None:
        if isinstance(recorded, NotificationReceived):
            raise Refused(
                RECORD,
                "you asked to retract the notification, and every case needs one",
                "Give a replacement. If the case calls for no review, record that with "
                "FindCriteriaNotMet.",
            )
        return
    _must_stand_in_its_place(replacement, details.version, recorded)


def must_not_be_calculated(version: int, case: Case) -> None:
    """Refuse to correct an entry that follows from others.

    Args:
        version: the number of the entry; the case has it.
        case: the case.

    Raises:
        Refused: the entry, or the one that it corrects, is a due day or new terms.
    """
    *_, (_, about) = corrected_by(version, case)
    if isinstance(about, DUE_DAYS):
        raise Refused(
            RECORD,
            f"entry {version} is of kind {about.kind}, which is calculated from other entries",
            "Correct the entry that the clock counts from. Or calculate the due day again with "
            "ReckonDeadlineAgain.",
        )
    if isinstance(about, TermsReplaced):
        raise Refused(
            RECORD,
            f"entry {version} is about new terms, and no correction changes the terms of a case",
            "Record the terms that apply with ReplaceTerms, from the day from which they hold. "
            "To go back to the terms before, record those.",
        )


def _must_not_take_two(first: int, about: AnyEvent, details: "Correcting", case: Case) -> None:
    """Refuse to correct what takes two people; a proposal that nobody took up can be retracted.

    A retracted proposal stays retracted: otherwise a second person could bring back, and approve,
    what the first one gave up.
    """
    # Otherwise one person could approve what nobody else proposed, or lift a hold alone.
    if not isinstance(about, _TAKING_TWO + _PROPOSALS):
        return
    is_open = isinstance(about, _PROPOSALS) and not _is_taken_up(about, first, case)
    if is_open and details.replacement is None and details.version == first:
        return
    raise Refused(
        RECORD,
        f"entry {details.version} is of kind {about.kind}, which cannot be corrected",
        "You can retract a proposal until somebody approves it; then propose it again if you need "
        "it. Lift a hold with LiftHold. Erased words cannot be restored; propose another order "
        "with ProposeErasure. A correction that two people made can only be corrected by two "
        "people.",
    )


def is_approved(proposal: int, case: Case) -> bool:
    """Say whether the correction that an entry proposes was approved."""
    approvals = (event for event in case.recorded if isinstance(event, CorrectionApproved))
    return any(approval.proposal == proposal for approval in approvals)


def _is_taken_up(proposal: AnyEvent, version: int, case: Case) -> bool:
    """Say whether a second person carried a proposal out, or one with the same reference."""
    if isinstance(proposal, CorrectionProposed):
        return is_approved(version, case)
    if isinstance(proposal, ErasureProposed):
        approvals = (event for event in case.recorded if isinstance(event, ErasureApproved))
        return any(approval.order == proposal.order for approval in approvals)
    liftings = (event for event in case.recorded if isinstance(event, HoldLifted))
    return any(lifting.hold == getattr(proposal, "hold", None) for lifting in liftings)


def _must_stand_in_its_place(replacement: AnyEvent, version: int, recorded: AnyEvent) -> None:
    """Refuse an event that cannot be what an entry should have said."""
    # A correction in place of an entry would retract what may not be retracted.
    if isinstance(replacement, RecordCorrected):
        raise Refused(
            RECORD,
            f"the replacement for entry {version} is itself a correction",
            "Correct the wrong entry again, because its latest correction counts; or retract "
            "the wrong correction.",
        )
    both_attendance = isinstance(recorded, ATTENDANCE) and isinstance(replacement, ATTENDANCE)
    if type(replacement) is not type(recorded) and not both_attendance:
        raise Refused(
            RECORD,
            f"entry {version} is a {recorded.kind}, and its replacement is a {replacement.kind}",
            "Give a replacement of the same kind. Or retract the entry, and record the other "
            "step.",
        )
    if isinstance(replacement, NotificationReceived) and (
        not isinstance(recorded, NotificationReceived) or replacement.terms != recorded.terms
    ):
        raise Refused(
            RECORD,
            "the replacement names other terms than those pinned when the case opened",
            "Keep the terms in the replacement. To change them, use ReplaceTerms.",
        )


def corrected_by(version: int, case: Case) -> Iterator[tuple[int, AnyEvent]]:
    """Yield an entry with its version; if it corrects an earlier entry, that one next, and so on.

    The last entry is the one that the first is about in the end.

    Args:
        version: the number of the entry; nothing is yielded if the case has no such entry.
        case: the case.
    """
    while 0 < version <= case.version:
        event = case.recorded[version - 1]
        yield version, event
        if not isinstance(event, RecordCorrected) or event.version >= version:
            return
        version = event.version


def _corrections_of_adoptions(
    before: Case, after: Case, details: "CorrectRecord"
) -> Iterator[AnyEvent]:
    """ToR 5(b): yield the corrections of automatic adoptions that a correction brings with it.

    An adoption that returns to what was recorded is not replaced: its corrections are retracted,
    so it keeps who recorded it, and when. What somebody corrected in an adoption for its own sake
    stays corrected.
    """
    in_effect_before, in_effect = effective(before.recorded), effective(after.recorded)
    for version, event in enumerate(before.recorded, start=1):
        decision = in_effect.get(version)
        if not isinstance(event, DECISIONS) or in_effect_before.get(version) == decision:
            continue
        for number, adoption in _automatic_adoptions_of(before.recorded, version):
            moved = _adoption_following(decision, adoption)
            replacements: dict[int, DecisionAdopted | None] = {number: moved}
            if moved == adoption:
                followed = _corrections_that_followed(number, adoption, version, after)
                replacements = dict.fromkeys(followed)  # retracted
            for corrected, replacement in replacements.items():
                if in_effect.get(corrected) != replacement:
                    yield RecordCorrected(
                        at=details.at,
                        version=corrected,
                        because=details.because,
                        replacement=replacement,
                    )


def _automatic_adoptions_of(
    recorded: Sequence[AnyEvent], decision: int
) -> Iterator[tuple[int, DecisionAdopted]]:
    """Yield the adoptions that were recorded with a decision automatically, by version.

    They happened at its time. One that an imported history dates otherwise was stated for itself.
    """
    decided_at = recorded[decision - 1].at
    for version, event in enumerate(recorded[decision:], start=decision + 1):
        if not isinstance(event, DecisionAdopted) or not event.automatic:
            return
        if event.at == decided_at:
            yield version, event


def _adoption_following(
    decision: AnyEvent | None, adoption: DecisionAdopted
) -> DecisionAdopted | None:
    """Return an adoption at the time of its decision; None if the decision is not in effect."""
    return None if decision is None else with_other(adoption, {"at": decision.at})


def _corrections_that_followed(
    version: int, adoption: DecisionAdopted, decision: int, case: Case
) -> Iterator[int]:
    """Yield the versions of an adoption's corrections that came with one of its decision.

    Such a correction says what followed from the decision at the time. Any other was made for its
    own sake.
    """
    for number, event in effective(case.recorded).items():
        if isinstance(event, RecordCorrected) and event.version == version < number:
            at_the_time = effective(case.recorded[: number - 1])
            if event.replacement == _adoption_following(at_the_time.get(decision), adoption):
                yield number


def _changes_of_clocks(
    before: Case,
    after: Case,
    command: "CorrectRecord",
    terms: "Terms",
    calendar: "WorkingCalendar",
) -> Iterator[AnyEvent]:
    """Yield the events for clocks whose start a correction moves: due day again, or retracted."""
    for version, event in effective(after.recorded).items():
        if not isinstance(event, DUE_DAYS):
            continue
        if (deadline := terms.clocks.get(event.deadline)) is None:
            continue
        start = start_of(deadline, after.standing, terms, calendar)
        if start == start_of(deadline, before.standing, terms, calendar):
            continue
        if start is None:
            yield RecordCorrected(at=command.at, version=version, because=command.because)
        elif isinstance(event, DeadlineSet):
            with suppress(CalendarGapError):  # it is undetermined until a calendar reaches it
                yield from clock_reckoned_again(event, command, after, calendar, start)
