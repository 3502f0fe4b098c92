"""The meeting: convened, attended, quorate (ToR 3.2, 6, 7.6, 8.5)."""

from collections.abc import Mapping, Sequence
from typing import Final

from rapid_review.domain import clauses
from rapid_review.domain.case import Case, MeetingHeld
from rapid_review.domain.errors import listed, listed_or, shown
from rapid_review.domain.events import (
    AnyEvent,
    ChallengeRaised,
    ExpertInvited,
    MeetingConvened,
    QuorumConfirmed,
    QuorumNotMet,
    RecordCorrected,
    TermsReplaced,
)
from rapid_review.domain.particulars import (
    Attendance,
    ChallengeAnswer,
    Decision,
    Expertise,
    Meeting,
)
from rapid_review.domain.rules.finding import (
    IF_IT_HAPPENED,
    Finding,
    Verdict,
    finding_if,
    finding_if_unknown,
)
from rapid_review.domain.team_events import MeetingCancelled
from rapid_review.domain.team_particulars import Cancellation
from rapid_review.domain.terms.quorum import is_met
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Capacity, person_of

_REPRESENTATIVE: Final = Capacity.REPRESENTATIVE


def manner_is_allowed(details: Meeting, _case: Case, terms: Terms) -> Finding:
    """ToR 7.6: the group meets in a manner that the terms name."""
    return finding_if(
        details.manner not in terms.meetings.manners,
        terms.meetings.clause,
        Verdict.IRREGULAR,
        f"the terms do not provide for a meeting held {details.manner}",
        f"Allowed: {listed(terms.meetings.manners)}. {IF_IT_HAPPENED}",
    )


def meeting_not_yet_held(details: Meeting | Cancellation, case: Case, _terms: Terms) -> Finding:
    """ToR 8.5: nobody can convene or cancel a meeting that the group has held.

    Facts arrive late: what came before the meeting may be recorded after it (ADR 0103).
    """
    held = attendance_of(details.meeting, case)
    return finding_if(
        held is not None and not _came_before(details, held, case),
        clauses.CONVENE,
        Verdict.FORBIDDEN,
        f"meeting {details.meeting} has already been held",
        _CALLED_OFF_BEFORE if isinstance(details, Cancellation) else _CONVENED_BEFORE,
    )


_CONVENED_BEFORE: Final = (
    "If this meeting was convened before it was held, give the time of that. Otherwise convene a "
    "meeting with the next number."
)
_CALLED_OFF_BEFORE: Final = (
    "If this meeting was called off before that, and convened again, record the second convening "
    "first with ConveneMeeting. If the attendance is wrong, correct it with CorrectRecord."
)


def _came_before(
    details: Meeting | Cancellation, held: QuorumConfirmed | QuorumNotMet, case: Case
) -> bool:
    """Say whether a meeting could still be held after it was convened or cancelled."""
    if details.at >= held.at:
        return False
    convened_at = [one.at for one in case.all(MeetingConvened) if one.meeting == details.meeting]
    return isinstance(details, Meeting) or any(details.at < at <= held.at for at in convened_at)


def meeting_was_convened(
    details: Expertise | Attendance | Decision | Cancellation, case: Case, _: Terms
) -> Finding:
    """ToR 8.5: the partnership convenes a meeting before anyone attends or cancels it."""
    convened = {one.meeting for one in case.all(MeetingConvened)}
    return finding_if(
        details.meeting not in convened,
        clauses.CONVENE,
        Verdict.FORBIDDEN,
        f"meeting {details.meeting} has not been convened; "
        + listed_or("convened so far: ", convened, "no meeting has been convened yet"),
        "Record the convening of the meeting first with ConveneMeeting. A late record is "
        "accepted.",
    )


def attended_seats_are_known(details: Attendance, _case: Case, terms: Terms) -> Finding:
    """ToR 6.1: people sit in seats that the terms name, or send apologies for one."""
    seats = [*(one.seat for one in details.sat), *details.apologies]
    return finding_if_unknown("seat", seats, terms.seat_ids, clauses.MEMBERS)


def one_person_one_seat(details: Attendance, _case: Case, terms: Terms) -> Finding:
    """ToR 6.2: one person fills one seat; a seat may have several people (reading I-6)."""
    several = terms.one_person_may_fill_several_seats
    named = [
        (person_of(one.person), one.seat if several else None)
        for one in details.sat
        if one.person is not None
    ]
    return finding_if(
        len(named) != len(set(named)),
        clauses.QUORUM,
        Verdict.FORBIDDEN,
        "the attendance names one person twice",
        "Name each person once, in the seat that they filled.",
    )


def experts_fill_no_seat(details: Attendance, case: Case, _terms: Terms) -> Finding:
    """ToR 6.1: an expert drawn in never counts to the quorum and never decides."""
    seated = {person_of(one.person) for one in details.sat if one.person} & experts_of(
        details, case
    )
    return finding_if(
        seated,
        clauses.MEMBERS,
        Verdict.FORBIDDEN,
        "the attendance names an invited expert in a seat",
        "Name the expert under `experts`, and not in a seat. Only the seat's member or "
        "representative can fill it.",
    )


def counted_seats(details: Attendance, case: Case, terms: Terms) -> frozenset[str]:
    """ToR 6.2: return the seats filled by a member, or by a representative where one is allowed.

    One person fills the first seat that the attendance gives them and that they may fill, and an
    expert none (I-6, I-11, I-18).
    """
    taken = {*experts_of(details, case)}
    filled: set[str] = set()
    members, represented = terms.seat_ids, terms.represented_seats
    for one in details.sat:
        allowed = represented if one.capacity is _REPRESENTATIVE else members
        who = person_of(one.person) if one.person is not None else None
        if who not in taken and one.seat in allowed:
            filled.add(one.seat)
            if who is not None and not terms.one_person_may_fill_several_seats:
                taken.add(who)
    return frozenset(filled)


def experts_of(details: Attendance, case: Case) -> frozenset[str]:
    """ToR 6.1: return the people who are at a meeting for their expertise."""
    invited = (one.person for one in case.all(ExpertInvited) if one.meeting == details.meeting)
    return frozenset(map(person_of, (*invited, *details.experts)))


def attendance_of(meeting: int, case: Case) -> QuorumConfirmed | QuorumNotMet | None:
    """ToR 6.2: return who was at a meeting, if it was held."""
    # At most one is in effect: an attendance recorded again replaces the one before (I-16).
    return next((one for one in attendances(case) if one.meeting == meeting), None)


def attendances(case: Case) -> Sequence[QuorumConfirmed | QuorumNotMet]:
    """ToR 6.2: return who was at each meeting that was held."""
    return [*case.all(QuorumConfirmed), *case.all(QuorumNotMet)]


def is_cancelled(meeting: int, case: Case) -> bool:
    """ToR 8.5: say whether a meeting was called off, and not convened again after that."""
    cancelled = False
    for one in case.standing if case.last(MeetingCancelled) else ():
        if isinstance(one, MeetingConvened | MeetingCancelled) and one.meeting == meeting:
            cancelled = isinstance(one, MeetingCancelled)
    return cancelled


def convened(case: Case) -> frozenset[int]:
    """ToR 8.5: return the meetings that were convened and not called off, or held all the same."""
    numbers = {one.meeting for one in case.all(MeetingConvened)}
    held = {one.meeting for one in attendances(case)}
    return frozenset(one for one in numbers if one in held or not is_cancelled(one, case))


def quorum_by_meeting(case: Case, terms: Terms) -> Mapping[int, MeetingHeld]:
    """ToR 6.2: return every meeting to be held or attended, with what its seats say of the quorum.

    The name of the event that recorded an attendance says nothing: the seats decide.

    Args:
        case: the case as it is.
        terms: the terms in force for it.
    """
    found = {meeting: MeetingHeld() for meeting in convened(case)}
    for held in attendances(case):
        found[held.meeting] = quorum_on_its_day(held, case, terms)
    return dict(sorted(found.items()))


def quorum_by_terms(details: Attendance, case: Case, terms: Terms) -> MeetingHeld:
    """ToR 6.2: return what the seats of a meeting say of the quorum, by these terms.

    The empty seats are those that nobody who counts filled, in the order of the terms; none are
    given where there is a quorum.
    """
    filled = counted_seats(details, case, terms)
    quorate = is_met(terms.quorum.needs, filled)
    voting = () if quorate else (seat.id for seat in terms.seats if seat.votes)
    empty = tuple(seat for seat in voting if seat not in filled)
    return MeetingHeld(quorate, empty, chair_selects=terms.quorum.chair_selects)


def as_kind_by_quorum(
    held: QuorumConfirmed | QuorumNotMet, case: Case, terms: Terms
) -> QuorumConfirmed | QuorumNotMet:
    """ToR 6.2: return an attendance as the kind of event that its seats call for."""
    quorate, empty, _ = quorum_by_terms(held, case, terms)
    if quorate == isinstance(held, QuorumConfirmed):
        return held
    details = {name: getattr(held, name) for name in Attendance.model_fields}
    if quorate:
        return QuorumConfirmed.model_construct(None, **details)
    return QuorumNotMet.model_construct(None, **details, empty_seats=empty)


def quorum_on_its_day(
    held: QuorumConfirmed | QuorumNotMet, case: Case, terms: Terms
) -> MeetingHeld:
    """ToR 6.2: return what is known of a quorum: by the terms of its day, if they are available.

    If only the present terms are, and they replaced others after the meeting, the quorum that was
    recorded before that counts.
    """
    if held.at in case.terms_of_then:
        return quorum_by_terms(held, case, case.terms_of_then[held.at])
    replaced = case.last(TermsReplaced)
    if replaced is None or terms.local_day(held.at) >= terms.local_day(replaced.at):
        return quorum_by_terms(held, case, terms)
    if _entry_of(held, case) > _entry_of(replaced, case):
        return quorum_by_terms(held, case, terms)
    empty = held.empty_seats if isinstance(held, QuorumNotMet) else ()
    quorate = isinstance(held, QuorumConfirmed)
    return MeetingHeld(quorate, empty, chair_selects=terms.quorum.chair_selects)


def _entry_of(event: AnyEvent, case: Case) -> int:
    """Return the entry that recorded an event; if a correction put it in, the corrected entry.

    A correction to another kind of event counts as the recording itself.
    """
    contents = (
        (one.replacement if isinstance(one, RecordCorrected) else one) for one in case.recorded
    )
    version = next(number for number, one in enumerate(contents, start=1) if one is event)
    entry = case.recorded[version - 1]
    if isinstance(entry, RecordCorrected):
        is_same_kind = type(case.recorded[entry.version - 1]) is type(event)
        return entry.version if is_same_kind else version
    return version


def meeting_was_quorate(details: Attendance, case: Case, terms: Terms) -> Finding:
    """ToR 6.2: a meeting short of a seat still happened: the record has it, with a finding.

    The seats decide, whatever somebody says of the quorum.
    """
    found = quorum_by_terms(details, case, terms)
    return finding_if(
        not found.quorate,
        terms.quorum.clause,
        Verdict.IRREGULAR,
        f"meeting {details.meeting} was not quorate; empty seats: {listed(found.empty_seats)}",
        "Unless a later meeting was quorate, convene another, at which the seats that the quorum "
        "asks for are filled.",
    )


def challenge_was_raised(details: ChallengeAnswer, case: Case, _terms: Terms) -> Finding:
    """ToR 3.2: an answer answers a challenge."""
    raised = {challenge.challenge for challenge in case.all(ChallengeRaised)}
    return finding_if(
        details.challenge not in raised,
        clauses.CHALLENGE,
        Verdict.FORBIDDEN,
        f"no challenge {shown(details.challenge)} has been raised",
        "Record the challenge first with RaiseChallenge. A late record is accepted.",
    )
