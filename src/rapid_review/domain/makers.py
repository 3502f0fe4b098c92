"""How a command's events are made, where an event carries more than was asked."""

from collections.abc import Callable
from typing import Any, TypeVar

from rapid_review.domain import commands as ask
from rapid_review.domain import erasure_events, erasures
from rapid_review.domain import events as did
from rapid_review.domain.case import Case
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.clocks import clock_reckoned_again, clock_set, rounds, start_of
from rapid_review.domain.errors import Refused, listed_or, shown
from rapid_review.domain.particulars import Particulars
from rapid_review.domain.rules.meeting import quorum_by_terms
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar

Made = tuple[did.AnyEvent, ...]
Maker = Callable[[Any, Case, Terms, WorkingCalendar], Made]
"""Makes a command's events: (command, case, terms, calendar)."""


E = TypeVar("E", bound=did.Event)


def recorded_as(event: type[E], command: Particulars, **more: object) -> E:
    """Return the event that records a command, with more fields that were worked out."""
    return event.model_validate(vars(command) | more)


def receipt(command: ask.ReceiveNotification, _: Case, terms: Terms, __: WorkingCalendar) -> Made:
    """ToR 7.3: the terms are pinned when the case opens."""
    return (recorded_as(did.NotificationReceived, command, terms=terms.ref),)


def collation(command: ask.CollateReports, case: Case, _: Terms, __: WorkingCalendar) -> Made:
    """ToR 7.5: collations are numbered; a late report asks for the next."""
    return (recorded_as(did.ReportsCollated, command, collation=case.review.collations + 1),)


def attendance(
    command: ask.RecordAttendance, case: Case, terms: Terms, _: WorkingCalendar
) -> Made:
    """ToR 6.2: whether it was a quorum is calculated from the seats. A shortfall is recorded."""
    return (attendance_by_seats(command, case, terms),)


def attendance_by_seats(
    command: ask.RecordAttendance, case: Case, terms: Terms
) -> did.QuorumConfirmed | did.QuorumNotMet:
    """ToR 6.2: return the event that records an attendance: the seats say which of the two."""
    quorate, empty, _ = quorum_by_terms(command, case, terms)
    if quorate:
        return recorded_as(did.QuorumConfirmed, command)
    return recorded_as(did.QuorumNotMet, command, empty_seats=empty)


def decision(command: ask.MakeDecision, _: Case, terms: Terms, __: WorkingCalendar) -> Made:
    """ToR 7.6: the decision, and its adoption where the terms make that automatic."""
    return (recorded_as(did.DecisionMade, command), *_automatic_adoptions(command, terms))


def reconsidered(
    command: ask.ReconsiderDecision, _: Case, terms: Terms, __: WorkingCalendar
) -> Made:
    """ToR 7.8: the new decision, and its adoption where the terms make that automatic."""
    return (recorded_as(did.DecisionReconsidered, command), *_automatic_adoptions(command, terms))


def _automatic_adoptions(command: Particulars, terms: Terms) -> Made:
    """ToR 5(b): return the adoptions that the terms make automatic, to record with a decision."""
    partners = terms.adoption.by if terms.adoption.automatic else ()
    return tuple(
        did.DecisionAdopted(at=command.at, partner=partner, automatic=True) for partner in partners
    )


def reckoning(
    command: ask.ReckonDeadlineAgain, case: Case, terms: Terms, calendar: WorkingCalendar
) -> Made:
    """ToR 7.3: a due day moves only when somebody says so, with the current calendar.

    A clock that was not set, because the calendar of its day did not reach its due day, is set.

    Raises:
        CalendarGapError: this calendar does not reach the due day either.
    """
    deadline = terms.clocks.get(command.deadline)
    start = None
    if deadline is not None:
        start = start_of(deadline, rounds(deadline, case, terms)[-1], terms, calendar)
    set_events = (
        event for event in case.all(did.DeadlineSet) if event.deadline == command.deadline
    )
    set_by = next(set_events, None)
    if set_by is not None:
        return clock_reckoned_again(set_by, command, case, calendar, start)
    if deadline is None or start is None:
        return ()
    return (clock_set(deadline, start, calendar, at=command.at),)


def replacement(command: ask.ReplaceTerms, case: Case, terms: Terms, _: WorkingCalendar) -> Made:
    """A change of terms is an event; running clocks keep their due days."""
    if command.terms != terms.id:
        raise Refused(
            RECORD,
            f"the command names terms {shown(command.terms)}, and `decide` received terms "
            f"{terms.id}",
            "Pass `decide` the terms that the command names.",
        )
    old = case.review.terms
    if old is None or old == terms.ref:
        return ()
    return (
        did.TermsReplaced(at=command.at, because=command.because, old_terms=old, terms=terms.ref),
    )


def hold_to_lift(
    command: ask.ProposeLiftingHold, case: Case, _: Terms, __: WorkingCalendar
) -> Made:
    """Somebody may propose to lift a hold that is in force."""
    _hold_in_force(command.hold, case)
    return (recorded_as(erasure_events.HoldLiftingProposed, command),)


def hold_lifted(command: ask.LiftHold, case: Case, _: Terms, __: WorkingCalendar) -> Made:
    """A hold is lifted after a proposal; the caller that records it checks who lifts it."""
    if _hold_in_force(command.hold, case).lifting_in is None:
        raise Refused(
            RECORD,
            f"nobody has proposed to lift hold {shown(command.hold)}",
            "Propose it with ProposeLiftingHold. A second person, of another agency, then "
            "lifts it.",
        )
    return (recorded_as(erasure_events.HoldLifted, command),)


def _hold_in_force(hold: str, case: Case) -> erasures.StandingHold:
    standing = erasures.holds(case)
    if hold not in standing:
        raise Refused(
            RECORD,
            f"this case has no hold {shown(hold)} in force; "
            + listed_or("holds in force: ", standing, "no hold is in force"),
            "Place a hold with PlaceHold.",
        )
    return standing[hold]


def erasure(command: ask.ProposeErasure, case: Case, _: Terms, __: WorkingCalendar) -> Made:
    """The words to erase must be there; a hold bars the approval, and not the proposal."""
    erasures.must_be_of_its_own(command, case)
    erasures.must_be_there(command, case)
    return (recorded_as(erasure_events.ErasureProposed, command),)


def erasure_approved(
    command: ask.ApproveErasure, case: Case, _: Terms, __: WorkingCalendar
) -> Made:
    """An order is approved while no hold is in force; the caller that records it checks who."""
    order = erasures.order_named(command.order, case)
    erasures.must_be_free(case)
    erasures.must_be_there(order.proposed, case)
    return (recorded_as(erasure_events.ErasureApproved, command),)


def erasure_verified(
    command: ask.VerifyErasure, case: Case, _: Terms, __: WorkingCalendar
) -> Made:
    """The erased words are looked for after the keys are destroyed."""
    erasures.must_be_finished(command.order, case)
    return (recorded_as(erasure_events.ErasureVerified, command),)
