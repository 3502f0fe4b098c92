"""Corrections: a new event names the entry that was wrong; nothing is edited.

The truth must be recordable, so a correction is refused only where it would have no meaning. What
then breaks a rule is found by compliance, as with imported history. A correction that moves the
start of a clock brings its new calculation with it, and one of a decision that was adopted by
itself brings that adoption's correction with it.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import reduce
from typing import TYPE_CHECKING

from rapid_review.domain.case import Case, effective, evolve
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.clocks import clock_reckoned_again, start_of
from rapid_review.domain.erasure_events import ErasureApproved, ErasureProposed, HoldLifted
from rapid_review.domain.erasures import OF_THE_WORDS, PROPOSALS
from rapid_review.domain.errors import CalendarGapError, Refused
from rapid_review.domain.events import (
    ATTENDANCE,
    DECISIONS,
    AnyEvent,
    CorrectionApproved,
    CorrectionProposed,
    DeadlineReckonedAgain,
    DeadlineSet,
    DecisionAdopted,
    NotificationReceived,
    RecordCorrected,
    TermsReplaced,
)

if TYPE_CHECKING:
    from rapid_review.domain.commands import CorrectRecord, ProposeCorrection
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.domain.working_days import WorkingCalendar

    Correcting = CorrectRecord | RecordCorrected | ProposeCorrection

_FOLLOWS = (DeadlineSet, DeadlineReckonedAgain, TermsReplaced)
_PROPOSALS = (*PROPOSALS, CorrectionProposed)
_TAKING_TWO = (*OF_THE_WORDS, CorrectionApproved)


def correct(
    command: "CorrectRecord", case: Case, terms: "Terms", calendar: "WorkingCalendar"
) -> tuple[AnyEvent, ...]:
    """Return the correction, and what it does to the clocks; nothing if it already stands so.

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
    adopted = tuple(_adoptions_moved(case, after, command))
    clocks = _clocks_moved(case, reduce(evolve, adopted, after), command, terms, calendar)
    return (correction, *adopted, *clocks)


def must_make_sense(said: "Correcting", case: Case) -> None:
    """Refuse a replacement of another kind, a case without its notification, an edited clock.

    Raises:
        Refused: there is no such entry, or the replacement cannot be in its place.
    """
    if said.version > case.version:
        raise Refused(
            RECORD,
            f"you asked to correct entry {said.version}, and this case has only entries 1 to "
            f"{case.version}",
            "Give the number of the entry that is wrong; the timeline shows it.",
        )
    recorded = case.recorded[said.version - 1]
    replacement = said.replacement
    *_, (first, about) = corrected_by(said.version, case)
    if isinstance(about, _FOLLOWS):
        raise Refused(
            RECORD,
            f"entry {said.version} is about a {about.kind}, which is calculated from other "
            "entries",
            "Correct the entry that the clock counts from. Or calculate the due day again with "
            "ReckonDeadlineAgain, or change the terms with ReplaceTerms.",
        )
    _must_not_take_two(first, about, said, case)
    if replacement is None:
        if isinstance(recorded, NotificationReceived):
            raise Refused(
                RECORD,
                "you asked to retract the notification, and every case needs one",
                "Give a replacement. If the case calls for no review, record that with "
                "FindCriteriaNotMet.",
            )
        return
    _must_stand_in_its_place(replacement, said.version, recorded)


def _must_not_take_two(first: int, about: AnyEvent, said: "Correcting", case: Case) -> None:
    """Refuse to correct what takes two; a proposal may be retracted until it is taken up.

    A proposal that was retracted stays retracted: another would else bring back, and approve, what
    the one who proposed it gave up.
    """
    # Else one person would approve what no other had proposed, or lift a hold alone.
    if not isinstance(about, _TAKING_TWO + _PROPOSALS):
        return
    is_open = isinstance(about, _PROPOSALS) and not _taken_up(about, first, case)
    if is_open and said.replacement is None and said.version == first:
        return
    raise Refused(
        RECORD,
        f"entry {said.version} is about a {about.kind}, which cannot be corrected",
        "You can retract a proposal until somebody approves it; then propose it again if you need "
        "it. Lift a hold with LiftHold. Erased words cannot be restored; propose another order "
        "with ProposeErasure. A correction that two people made can only be corrected by two "
        "people.",
    )


def is_approved(proposal: int, case: Case) -> bool:
    """Say whether the correction that an entry proposes was approved."""
    approvals = (one for one in case.recorded if isinstance(one, CorrectionApproved))
    return any(one.proposal == proposal for one in approvals)


def _taken_up(proposal: AnyEvent, version: int, case: Case) -> bool:
    """Say whether what was proposed was done, or may have been done under the same reference."""
    if isinstance(proposal, CorrectionProposed):
        return is_approved(version, case)
    if isinstance(proposal, ErasureProposed):
        approved = (one for one in case.recorded if isinstance(one, ErasureApproved))
        return any(one.order == proposal.order for one in approved)
    lifted = (one for one in case.recorded if isinstance(one, HoldLifted))
    return any(one.hold == getattr(proposal, "hold", None) for one in lifted)


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
    """Yield an entry with its version; then, while it corrects one before it, that one.

    The last is what the entry is about in the end.

    Args:
        version: the entry's; nothing is yielded where the case has none.
        case: the case.
    """
    while 0 < version <= case.version:
        event = case.recorded[version - 1]
        yield version, event
        if not isinstance(event, RecordCorrected) or event.version >= version:
            return
        version = event.version


def _adoptions_moved(before: Case, after: Case, said: "CorrectRecord") -> Iterator[AnyEvent]:
    """ToR 5(b): yield what a correction does to adoptions that follow a decision by themselves.

    One that comes back as it was recorded is brought back, and so keeps who said it, and when.
    What somebody corrected in it beside the decision stays corrected.
    """
    was, now = effective(before.recorded), effective(after.recorded)
    for version, event in enumerate(before.recorded, start=1):
        stands = now.get(version)
        if not isinstance(event, DECISIONS) or was.get(version) == stands:
            continue
        for place, adoption in _adopted_by_itself(before.recorded, version):
            moved = _moved_with(stands, adoption)
            right: dict[int, DecisionAdopted | None] = {place: moved}
            if moved == adoption:
                right = dict.fromkeys(_moves_of(place, adoption, version, after))
            for number, replacement in right.items():
                if now.get(number) != replacement:
                    yield RecordCorrected(
                        at=said.at, version=number, because=said.because, replacement=replacement
                    )


def _adopted_by_itself(
    recorded: Sequence[AnyEvent], decision: int
) -> Iterator[tuple[int, DecisionAdopted]]:
    """Yield the adoptions that the terms made follow a decision at once, each with its version."""
    for version, event in enumerate(recorded[decision:], start=decision + 1):
        if not isinstance(event, DecisionAdopted) or not event.automatic:
            return
        yield version, event


def _moved_with(decision: AnyEvent | None, adoption: DecisionAdopted) -> DecisionAdopted | None:
    """Return an adoption as it follows from its decision: None if that is not in effect."""
    return None if decision is None else adoption.model_copy(update={"at": decision.at})


def _moves_of(place: int, adoption: DecisionAdopted, decision: int, case: Case) -> Iterator[int]:
    """Yield the corrections of an adoption in effect that its decision brought, by version.

    Any other was made for its own sake: it says something else than what followed at the time.
    """
    for number, event in effective(case.recorded).items():
        if isinstance(event, RecordCorrected) and event.version == place < number:
            at_the_time = effective(case.recorded[: number - 1])
            if event.replacement == _moved_with(at_the_time.get(decision), adoption):
                yield number


def _clocks_moved(
    before: Case,
    after: Case,
    command: "CorrectRecord",
    terms: "Terms",
    calendar: "WorkingCalendar",
) -> Iterator[AnyEvent]:
    """Yield what a correction does to clocks it moves: calculated again, or set aside."""
    for version, event in effective(after.recorded).items():
        if not isinstance(event, DeadlineSet | DeadlineReckonedAgain):
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
