"""The meeting: convened, attended, quorate (ToR 3.2, 6, 7.6, 8.5)."""

from collections.abc import Collection

from rapid_review.domain import clauses
from rapid_review.domain.case import Case
from rapid_review.domain.errors import listed, shown
from rapid_review.domain.events import (
    ChallengeRaised,
    ExpertInvited,
    QuorumConfirmed,
    QuorumNotMet,
)
from rapid_review.domain.particulars import (
    Attendance,
    ChallengeAnswer,
    Decision,
    Expertise,
    Meeting,
)
from rapid_review.domain.rules.finding import Finding, Verdict, known, unless
from rapid_review.domain.terms.quorum import is_met
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Capacity, Seating


def manner_is_allowed(said: Meeting, _case: Case, terms: Terms) -> Finding:
    """ToR 7.6: the group meets in a manner that the terms name."""
    return unless(
        said.manner not in terms.meetings.manners,
        terms.meetings.clause,
        Verdict.IRREGULAR,
        f"the terms do not provide for a meeting held {said.manner}",
        f"Provided for: {listed(terms.meetings.manners)}.",
    )


def meeting_not_yet_held(said: Meeting, case: Case, _terms: Terms) -> Finding:
    """ToR 8.5: a meeting that was held cannot be convened; another number can."""
    held = case.review.meetings.get(said.meeting)
    return unless(
        held is not None and held.quorate is not None,
        clauses.CONVENE,
        Verdict.FORBIDDEN,
        f"meeting {said.meeting} was already held",
        "Convene the next number, or CorrectRecord what was said of this one.",
    )


def meeting_was_convened(said: Expertise | Attendance | Decision, case: Case, _: Terms) -> Finding:
    """ToR 8.5: a meeting that is attended or decides was convened."""
    return unless(
        said.meeting not in case.review.meetings,
        clauses.CONVENE,
        Verdict.FORBIDDEN,
        f"meeting {said.meeting} was not convened; convened are: {listed(case.review.meetings)}",
        "ConveneMeeting first; it may be recorded late.",
    )


def attended_seats_are_known(said: Attendance, _case: Case, terms: Terms) -> Finding:
    """ToR 6.1: people sit in seats that the terms name."""
    return known("seat", [one.seat for one in said.sat], terms.seat_ids, clauses.MEMBERS)


def one_person_one_seat(said: Attendance, _case: Case, terms: Terms) -> Finding:
    """ToR 6.2: one person fills one seat, and one seat is filled once (reading I-6)."""
    people = [one.person for one in said.sat]
    seats = [one.seat for one in said.sat]
    doubled = not terms.one_person_may_fill_several_seats and len(people) != len(set(people))
    return unless(
        doubled or len(seats) != len(set(seats)),
        clauses.QUORUM,
        Verdict.FORBIDDEN,
        "one person is said to fill two seats, or one seat to be filled twice",
        "Name for each seat the one person who filled it.",
    )


def experts_fill_no_seat(said: Attendance, case: Case, _terms: Terms) -> Finding:
    """ToR 6.1: an expert drawn in never counts to the quorum and never decides."""
    invited = {e.person for e in case.all(ExpertInvited) if e.meeting == said.meeting}
    seated = {one.person for one in said.sat} & (invited | set(said.experts))
    return unless(
        seated,
        clauses.MEMBERS,
        Verdict.FORBIDDEN,
        "an invited expert is said to fill a seat",
        "Leave the expert out of the seats, under experts; the seat's member or "
        "representative fills it.",
    )


def counted_seats(sat: Collection[Seating], terms: Terms) -> frozenset[str]:
    """ToR 6.2: the seats filled by a member, or by a representative where one is allowed."""
    allowed = {seat.id for seat in terms.seats if seat.representative_allowed}
    return frozenset(
        one.seat for one in sat if one.capacity is Capacity.MEMBER or one.seat in allowed
    )


def empty_seats(sat: Collection[Seating], terms: Terms) -> tuple[str, ...]:
    """ToR 6.2: the seats that nobody who counts filled, in the order of the terms."""
    filled = counted_seats(sat, terms)
    return tuple(seat.id for seat in terms.seats if seat.id not in filled)


def quorum_is_as_said(said: Attendance, _case: Case, terms: Terms) -> Finding:
    """ToR 6.2: where a quorum is said, and not reckoned, the seats bear it out."""
    met = is_met(terms.quorum.needs, counted_seats(said.sat, terms))
    return unless(
        isinstance(said, QuorumConfirmed) and not met,
        terms.quorum.clause,
        Verdict.FORBIDDEN,
        f"a quorum is said, but these seats stood empty: {listed(empty_seats(said.sat, terms))}",
        "Say QuorumNotMet, with the empty seats.",
    )


def meeting_was_quorate(said: QuorumNotMet, _case: Case, terms: Terms) -> Finding:
    """ToR 6.2: a meeting short of a seat happened: it is recorded, and found."""
    return unless(
        said.empty_seats,
        terms.quorum.clause,
        Verdict.IRREGULAR,
        f"meeting {said.meeting} was not quorate; empty: {listed(said.empty_seats)}",
        "Convene another meeting, at which every seat is filled by its member or representative.",
    )


def challenge_was_raised(said: ChallengeAnswer, case: Case, _terms: Terms) -> Finding:
    """ToR 3.2: an answer answers a challenge."""
    raised = {challenge.challenge for challenge in case.all(ChallengeRaised)}
    return unless(
        said.challenge not in raised,
        clauses.CHALLENGE,
        Verdict.FORBIDDEN,
        f"no challenge {shown(said.challenge)} was raised",
        "RaiseChallenge first; it may be recorded late.",
    )
