"""ToR 6: five seats, every one filled; expertise drawn in beside them."""

from rapid_review.domain.case import MeetingHeld, replay
from rapid_review.domain.events import ExpertInvited, QuorumConfirmed, QuorumNotMet
from rapid_review.domain.registry import findings
from rapid_review.domain.rules import Verdict
from rapid_review.domain.rules.meeting import (
    as_kind_by_quorum,
    quorum_by_meeting,
    quorum_by_terms,
)
from rapid_review.domain.terms.quorum import (
    AllOf,
    AnyOf,
    AtLeast,
    Quorum,
    is_met,
)
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Capacity
from rapid_review.domain.wording import attendance
from rapid_review.testing import given
from tests.domain.a_review import (
    ASSESS,
    ATTEND,
    CONVENE,
    DECIDE,
    INVITE,
    KENT,
    MET,
    RECEIVE,
    SEATS,
    at,
    changed,
    irregular,
    recorded,
    seated,
    varied,
)

CONVENED = (RECEIVE, CONVENE)
WITHOUT_POLICE = changed(ATTEND, sat=seated(*(seat for seat in SEATS if seat != "police")))


def with_quorum(quorum: Quorum) -> Terms:
    """Return the Kent terms with another quorum."""
    return varied(KENT, quorum=quorum)


# --- ToR 6.2: attendance and quorum


def test_with_every_seat_filled_the_group_is_quorate() -> None:
    """ToR 6.2: five seats, five people."""
    given(*CONVENED).when(ATTEND).then(recorded(QuorumConfirmed, ATTEND))


def test_without_the_police_the_group_is_not_quorate() -> None:
    """ToR 6.2: one empty seat is enough, and the record says which. The meeting was held."""
    given(*CONVENED).when(WITHOUT_POLICE).then(
        recorded(QuorumNotMet, WITHOUT_POLICE, empty_seats=("police",))
    )


def test_a_meeting_short_of_a_seat_is_found() -> None:
    """ToR 6.2: it happened, so it is recorded; and what it lacked is found by its clause.

    The seats decide what was empty, whatever was said of them (reading I-16).
    """
    case = given(*CONVENED).case
    short = recorded(QuorumNotMet, WITHOUT_POLICE, empty_seats=("police",))
    (found,) = (f for f in findings(short, QuorumNotMet, case, KENT) if f.because)
    assert (found.clause, found.verdict) == ("ToR 6.2", Verdict.IRREGULAR)
    assert "empty seats: police" in found.because
    for said in ((), ("chair",)):
        otherwise = changed(short, empty_seats=said)
        assert [f for f in findings(otherwise, QuorumNotMet, case, KENT) if f.because] == [found]


def test_nobody_came() -> None:
    """ToR 6.2: every seat was empty, in the order of the document."""
    nobody = changed(ATTEND, sat=())
    given(*CONVENED).when(nobody).then(recorded(QuorumNotMet, nobody, empty_seats=SEATS))


def test_a_representative_fills_a_seat() -> None:
    """ToR 6.2: any member may be represented."""
    represented = changed(ATTEND, sat=seated(*SEATS, capacity=Capacity.REPRESENTATIVE))
    given(*CONVENED).when(represented).then(recorded(QuorumConfirmed, represented))


def test_a_representative_fills_no_seat_where_the_terms_allow_none() -> None:
    """ToR 6.2: another partnership may want its chair in person; the seat then is empty."""
    chair, *others = KENT.seats
    in_person = varied(KENT, seats=(changed(chair, representative_allowed=False), *others))
    represented = changed(ATTEND, sat=seated(*SEATS, capacity=Capacity.REPRESENTATIVE))
    given(*CONVENED, terms=in_person).when(represented).then(
        recorded(QuorumNotMet, represented, empty_seats=(chair.id,))
    )


def test_a_member_fills_a_seat_in_which_no_representative_may_sit() -> None:
    """ToR 6.2: that the terms allow none there is of no matter to the member."""
    chair, *others = KENT.seats
    in_person = varied(KENT, seats=(changed(chair, representative_allowed=False), *others))
    given(*CONVENED, terms=in_person).when(ATTEND).then(recorded(QuorumConfirmed, ATTEND))


def test_a_meeting_that_was_not_convened_cannot_be_attended() -> None:
    """ToR 8.5: those convened are listed; convening may be recorded late."""
    given(*CONVENED).when(changed(ATTEND, meeting=2)).then_refused(
        clause="ToR 8.5", because="convened so far: 1", way_on="A late record is accepted"
    )


def test_an_attendance_told_twice_is_recorded_once() -> None:
    """ToR 6.2: the same attendance adds nothing."""
    given(*MET).when(ATTEND).then_nothing_happens()


def test_the_latest_word_on_an_attendance_holds() -> None:
    """ToR 6.2: the police turn out to have left: recorded again, and no longer quorate."""
    left = given(*MET).when(WITHOUT_POLICE)
    left.then(recorded(QuorumNotMet, WITHOUT_POLICE, empty_seats=("police",)))
    back = given(*MET, WITHOUT_POLICE).when(ATTEND)
    back.then(recorded(QuorumConfirmed, ATTEND))


def test_only_seats_of_the_terms_are_sat_in() -> None:
    """ToR 6.1: a stranger's seat is refused."""
    given(*CONVENED).when(changed(ATTEND, sat=seated("press"))).then_refused(
        clause="ToR 6.1", because="seat 'press'"
    )


def test_apologies_are_recorded_beside_who_sat() -> None:
    """ToR 6.1, 6.2: a seat may be empty, or a representative sits where its member cannot."""
    sent = changed(ATTEND, sat=seated(*(seat for seat in SEATS if seat != "police")))
    apologised = changed(sent, apologies=("police",))
    given(RECEIVE, CONVENE).when(apologised).then(
        recorded(QuorumNotMet, apologised, empty_seats=("police",))
    )
    given(RECEIVE, CONVENE).when(changed(apologised, apologies=("press",))).then_refused(
        clause="ToR 6.1", because="seat 'press'"
    )
    given(RECEIVE, CONVENE, apologised).when(apologised).then_nothing_happens()


def test_seats_whose_members_nobody_names_are_filled() -> None:
    """ToR 6.2: five people whose names are not known are not one person in five seats."""
    unnamed = changed(ATTEND, sat=tuple(changed(one, person=None) for one in ATTEND.sat))
    given(RECEIVE, CONVENE).when(unnamed).then(recorded(QuorumConfirmed, unnamed))


def test_one_person_fills_one_seat() -> None:
    """ToR 6.2: the reading of I-6."""
    chair, police, *_ = ATTEND.sat
    two_seats = changed(police, person=chair.person)
    given(*CONVENED).when(changed(ATTEND, sat=(chair, two_seats))).then_refused(
        clause="ToR 6.2", because="one person twice", way_on="in the seat that they filled"
    )


def test_two_people_may_be_there_for_one_seat() -> None:
    """ToR 6.1, 6.2: the designated doctor and the designated nurse; one of them is enough."""
    nurse = changed(ATTEND.sat[3], person="p-29", capacity=Capacity.REPRESENTATIVE)
    both = changed(ATTEND, sat=(*ATTEND.sat, nurse))
    given(*CONVENED).when(both).then(recorded(QuorumConfirmed, both))
    alone = changed(ATTEND, sat=(*ATTEND.sat[:3], nurse, *ATTEND.sat[4:]))
    assert quorum_by_terms(alone, given(*CONVENED).case, KENT).quorate
    said = attendance(recorded(QuorumConfirmed, both))
    assert "5 seats filled" in said
    assert "represented" not in said
    assert f"represented: {nurse.seat}" in attendance(recorded(QuorumConfirmed, alone))


def test_capitals_make_nobody_another_person() -> None:
    """ToR 6.1, 6.2: an id that was typed in capitals is the same person's.

    They fill one seat, and an expert none, also in a history that says a quorum was there.
    """
    chair, police, *others = ATTEND.sat
    assert chair.person is not None
    again = changed(police, person=chair.person.upper())
    doubled = changed(ATTEND, sat=(chair, again, *others))
    given(*CONVENED).when(doubled).then_refused(clause="ToR 6.2", because="one person twice")
    assert quorum_by_terms(doubled, given(*CONVENED).case, KENT).empty_seats == (police.seat,)
    expert = changed(ATTEND, experts=(chair.person.upper(),))
    given(*CONVENED).when(expert).then_refused(clause="ToR 6.1", because="expert in a seat")
    assert quorum_by_terms(expert, given(*CONVENED).case, KENT).empty_seats == (chair.seat,)


def test_one_person_fills_two_seats_where_the_terms_allow_it() -> None:
    """ToR 6.2: another partnership may; nobody fills one seat twice."""
    allowing = varied(KENT, one_person_may_fill_several_seats=True)
    chair, police, *others = ATTEND.sat
    both = changed(ATTEND, sat=(chair, changed(police, person=chair.person), *others))
    given(*CONVENED, terms=allowing).when(both).then(recorded(QuorumConfirmed, both))
    twice = changed(ATTEND, sat=(chair, chair))
    given(*CONVENED, terms=allowing).when(twice).then_refused(
        clause="ToR 6.2", because="one person twice"
    )


# --- ToR 6.2: what an inquorate meeting may do


def test_an_inquorate_meeting_decides_nothing() -> None:
    """ToR 6.2, 7.6: the empty seat is named, and a later attendance is what to do next."""
    given(*CONVENED, WITHOUT_POLICE, ASSESS).when(DECIDE).then_refused(
        clause="ToR 6.2",
        because="not quorate; empty seats: police",
        way_on="that meeting can decide",
    )


def test_a_meeting_without_recorded_attendance_decides_nothing() -> None:
    """ToR 6.2, 7.6: convening is not meeting."""
    given(*CONVENED, ASSESS).when(DECIDE).then_refused(
        clause="ToR 6.2", because="nobody's attendance of meeting 1 is recorded"
    )


def test_where_the_chair_may_let_business_proceed_the_decision_is_recorded_and_found() -> None:
    """ToR 6.2: with other terms it can happen; it is then irregular, and the clause is theirs."""
    chair_selects = with_quorum(changed(KENT.quorum, inquorate_may="what-the-chair-selects"))
    (finding,) = irregular(*CONVENED, WITHOUT_POLICE, ASSESS, DECIDE, terms=chair_selects)
    assert (finding.clause, finding.verdict) == ("ToR 6.2", Verdict.IRREGULAR)


def test_a_quorum_that_was_only_said_is_found_out() -> None:
    """ToR 6.2: an imported event claims a quorum that its own seats do not bear out.

    It is found once, as a meeting short of a seat: the seats decide (reading I-16).
    """
    claimed = recorded(QuorumConfirmed, WITHOUT_POLICE)
    found = findings(claimed, QuorumConfirmed, given(*CONVENED).case, KENT)
    wrong = [finding for finding in found if finding.verdict is not Verdict.HOLDS]
    assert [(one.clause, one.verdict) for one in wrong] == [("ToR 6.2", Verdict.IRREGULAR)]
    assert "empty seats: police" in wrong[0].because


# --- ToR 6.2: quorum as an expression, for other partnerships


def test_a_quorum_may_ask_for_all_any_or_some_of_its_seats() -> None:
    """ToR 6.2: the Kent terms ask for all; others nest all, any and at least k."""
    need = AllOf(all_of=("chair", AnyOf(any_of=("police", AtLeast(at_least=2, of=("a", "b"))))))
    assert is_met(need, frozenset({"chair", "police"}))
    assert is_met(need, frozenset({"chair", "a", "b"}))
    assert not is_met(need, frozenset({"chair", "a"}))
    assert not is_met(need, frozenset({"police", "a", "b"}))


def test_three_seats_of_five_are_a_quorum_where_the_terms_say_so() -> None:
    """ToR 6.2: attendance is calculated by the terms, not by the code."""
    three = Quorum(clause="local 3.1", needs=AtLeast(at_least=3, of=SEATS))
    some = changed(ATTEND, sat=seated(*SEATS[:3]))
    given(*CONVENED, terms=with_quorum(three)).when(some).then(recorded(QuorumConfirmed, some))
    fewer = changed(ATTEND, sat=seated(*SEATS[:2]))
    given(*CONVENED, terms=with_quorum(three)).when(fewer).then(
        recorded(QuorumNotMet, fewer, empty_seats=SEATS[2:])
    )


# --- ToR 6.1: expertise


def test_expertise_is_drawn_in() -> None:
    """ToR 6.1: for one meeting."""
    given(*CONVENED).when(INVITE).then(recorded(ExpertInvited, INVITE))


def test_an_expert_comes_to_a_meeting_that_was_convened() -> None:
    """ToR 8.5: the meeting comes first."""
    given(RECEIVE).when(INVITE).then_refused(
        clause="ToR 8.5",
        because="no meeting has been convened yet",
        way_on="first with ConveneMeeting",
    )


def test_an_expert_is_invited_once() -> None:
    """ToR 6.1: the same invitation adds nothing; to another meeting it is another."""
    second = changed(CONVENE, meeting=2, meets_at=at("2020-05-26 13:00"))
    given(*CONVENED, INVITE).when(INVITE).then_nothing_happens()
    again = changed(INVITE, meeting=2)
    given(*CONVENED, second, INVITE).when(again).then(recorded(ExpertInvited, again))


def test_an_expert_fills_no_seat() -> None:
    """ToR 6.1, 6.2: invited before, or said to be an expert there: neither makes a quorum."""
    chair, *others = ATTEND.sat
    as_chair = (changed(chair, person=INVITE.person), *others)
    given(*CONVENED, INVITE).when(changed(ATTEND, sat=as_chair, experts=())).then_refused(
        clause="ToR 6.1", because="an invited expert", way_on="under `experts`"
    )
    given(*CONVENED).when(changed(ATTEND, sat=as_chair)).then_refused(
        clause="ToR 6.1", because="an invited expert"
    )


def test_an_expert_of_one_meeting_may_hold_a_seat_at_another() -> None:
    """ToR 6.1: an invitation holds for its meeting alone."""
    second = changed(CONVENE, meeting=2)
    chair, *others = ATTEND.sat
    sat = (changed(chair, person=INVITE.person), *others)
    attend = changed(ATTEND, meeting=2, sat=sat, experts=())
    given(*CONVENED, INVITE, second).when(attend).then(recorded(QuorumConfirmed, attend))


def test_an_attendance_that_is_recorded_again_with_another_day_is_another_word() -> None:
    """ToR 6.2, 8.5: the later word holds, and takes its day with it; the same day adds nothing."""
    moved = changed(ATTEND, at=at("2020-05-20 13:05"))
    before = given(RECEIVE, CONVENE, ATTEND)
    before.when(ATTEND).then_nothing_happens()
    before.when(moved).then(recorded(QuorumConfirmed, moved))
    held = given(RECEIVE, CONVENE, ATTEND, moved).case.all(QuorumConfirmed)
    assert [one.at for one in held] == [moved.at]


def test_the_seats_say_which_meetings_were_quorate_whatever_the_events_are_called() -> None:
    """ToR 6.2: one that was called quorate is short of the police, and the other way round."""
    short = recorded(QuorumConfirmed, WITHOUT_POLICE)
    full = recorded(QuorumNotMet, changed(ATTEND, meeting=2), empty_seats=("police",))
    held = quorum_by_meeting(replay((short, full)), KENT)
    assert held[1] == MeetingHeld(quorate=False, empty_seats=("police",))
    assert held[2] == MeetingHeld(quorate=True)
    named = [as_kind_by_quorum(one, replay((short, full)), KENT) for one in (short, full)]
    assert named[0] == recorded(QuorumNotMet, WITHOUT_POLICE, empty_seats=("police",))
    assert named[1] == recorded(QuorumConfirmed, changed(ATTEND, meeting=2))
    right = recorded(QuorumConfirmed, ATTEND)
    assert as_kind_by_quorum(right, replay((right,)), KENT) is right
