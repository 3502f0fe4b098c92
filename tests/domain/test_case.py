"""A case, and how events change it: folding asks no rule, and never fails."""

from rapid_review.domain.case import Case, Clock, MeetingHeld, Review, evolve, replay
from rapid_review.domain.clocks import calendar_ref
from rapid_review.domain.events import (
    AnyEvent,
    CaseClosed,
    DecisionMade,
    DecisionReconsidered,
    MeetingConvened,
    MemberInformed,
    QuorumConfirmed,
    QuorumNotMet,
    RecordCorrected,
    ReportsCollated,
)
from rapid_review.domain.in_effect import effective
from rapid_review.testing import given
from tests.domain.a_review import (
    ANSWERED,
    ATTEND,
    CLOSE,
    CLOSE_AGAIN,
    CLOSED,
    COLLATE,
    CONVENE,
    DECIDE,
    DECIDED,
    DIFFER,
    DISAGREE,
    ENGLAND,
    INFORM,
    KENT,
    LATER,
    NOT_MET,
    RECEIVE,
    RECONSIDER,
    REOPEN,
    SENT,
    TELL_GROUP,
    TELL_PARTNERS,
    changed,
    recorded,
    whole_record,
)

ONE, TWO, THREE = (recorded(MemberInformed, changed(INFORM, person=f"P-{n}")) for n in "123")


def corrects(version: int, replacement: AnyEvent | None = None) -> RecordCorrected:
    """Return a correction of an entry, or its retraction."""
    return RecordCorrected(at=LATER, version=version, because="it was", replacement=replacement)


def stands(*history: AnyEvent) -> list[AnyEvent]:
    """Return what stands of a history, its corrections left out."""
    return [event for event in replay(history).standing if not isinstance(event, RecordCorrected)]


# --- Where the review stands


def test_an_empty_case_knows_nothing() -> None:
    """No terms, no clocks, nothing decided; the first entry will be number 1."""
    assert replay(()) == Case()
    assert Case().review == Review()
    assert Case().version == 0
    assert Case().last(CaseClosed) is None


def test_a_review_that_ran_to_its_end() -> None:
    """ToR 7: the terms, the clocks, the meeting, the decision, the report, the answer, the end."""
    case = given(*CLOSED).case
    review = case.review
    assert review.terms == KENT.ref
    assert review.notification_class == "serious-incident"
    assert review.meetings == {1: MeetingHeld(quorate=True)}
    assert review.decided == ("local-practice-review",)
    assert review.adopted_by == {"safeguarding-partnership"}
    assert (review.reports, review.sent_to_panel, review.panel_agrees) == (1, True, True)
    assert review.shared_with == {"rapid-review-group", "safeguarding-partners"}
    assert review.closed
    assert not review.criteria_not_met
    assert case.version == len(case.recorded) == len(case.standing)


def test_a_clock_stands_with_its_calculation() -> None:
    """ToR 5(a), 7.3: from when, until when, by which calendar."""
    clock = given(RECEIVE).case.review.clocks["decision"]
    due = ENGLAND.after(RECEIVE.at.date(), 15)
    assert clock == Clock("decision", RECEIVE.at.date(), due, calendar_ref(ENGLAND))


def test_events_of_a_kind_are_found_in_the_order_in_which_they_were_recorded() -> None:
    """All of them, or the last; a kind is exactly that kind."""
    case = replay((ONE, TWO))
    assert case.all(MemberInformed) == (ONE, TWO)
    assert case.last(MemberInformed) == TWO
    assert case.all(DecisionMade) == ()


def test_a_meeting_short_of_a_seat_keeps_which_was_empty() -> None:
    """ToR 6.2: for the refusal of a decision to name them."""
    convened = recorded(MeetingConvened, CONVENE)
    short = recorded(QuorumNotMet, ATTEND, empty_seats=("police",))
    assert replay((convened,)).review.meetings == {1: MeetingHeld()}
    held = replay((convened, short)).review.meetings
    assert held == {1: MeetingHeld(quorate=False, empty_seats=("police",))}


def test_another_decision_is_not_yet_adopted_by_any_partner() -> None:
    """ToR 5(b): whatever was adopted before it, made or reconsidered."""
    before = given(*DECIDED).case
    assert before.review.adopted_by == {"safeguarding-partnership"}
    made = replay((*before.recorded, recorded(DecisionMade, DECIDE))).review
    assert (made.decided, made.adopted_by) == (DECIDE.outcomes, frozenset())
    again = replay((*before.recorded, recorded(DecisionReconsidered, RECONSIDER))).review
    assert (again.decided, again.adopted_by) == (RECONSIDER.outcomes, frozenset())


def test_another_answer_of_the_panel_begins_the_telling_again() -> None:
    """ToR 7.8, 7.9: who was told of the first has not been told of the second.

    The second comes after the telling: what is in effect is in the order in which it happened.
    """
    again = given(*ANSWERED, TELL_GROUP, TELL_PARTNERS, DIFFER).case.review
    assert (again.panel_agrees, again.shared_with) == (False, frozenset())
    settled = given(*SENT, DISAGREE, RECONSIDER).case.review
    assert settled.reconsidered
    assert settled.decided == ("no-practice-review",)


def test_a_case_is_closed_and_opened_again() -> None:
    """ToR 7.9: the latest to happen holds; criteria not met are remembered beside it."""
    assert not given(*CLOSED, REOPEN).case.review.closed
    assert given(*CLOSED, REOPEN, CLOSE_AGAIN).case.review.closed
    assert given(RECEIVE, NOT_MET).case.review.criteria_not_met


def test_an_imported_number_of_a_collation_is_taken_as_it_is() -> None:
    """ToR 7.5: folding asks no rule; the next collation is numbered after it."""
    seventh = recorded(ReportsCollated, COLLATE, collation=7)
    assert replay((seventh,)).review.collations == 7


def test_a_case_recorded_under_an_old_rule_opens() -> None:
    """A decision before any meeting, a closing before any notification: folded, not judged."""
    case = replay((recorded(CaseClosed, CLOSE), recorded(DecisionMade, DECIDE)))
    assert case.review.closed
    assert case.review.decided == ("local-practice-review",)


# --- What is after corrections


def test_a_replacement_stands_where_the_wrong_entry_stood() -> None:
    """The order of what is in effect is that of the entries, and nothing recorded is lost."""
    case = replay((ONE, TWO, corrects(1, THREE)))
    assert case.standing[:2] == (THREE, TWO)
    assert case.recorded[0] == ONE


def test_a_retraction_leaves_nothing_in_its_place() -> None:
    """The entries keep their numbers."""
    assert effective((ONE, TWO, corrects(1))) == {2: TWO, 3: corrects(1)}


def test_the_latest_word_on_an_entry_wins() -> None:
    """Corrected twice, or corrected and then retracted."""
    assert stands(ONE, corrects(1, TWO), corrects(1, THREE)) == [THREE]
    assert stands(ONE, corrects(1, TWO), corrects(1)) == []


def test_retracting_a_correction_brings_back_what_it_had_replaced() -> None:
    """And retracting that retraction takes it away again."""
    assert stands(ONE, corrects(1, TWO), corrects(2)) == [ONE]
    assert stands(ONE, corrects(1, TWO), corrects(2), corrects(3)) == [TWO]
    assert stands(ONE, corrects(1, TWO), corrects(1, THREE), corrects(3)) == [TWO]


def test_a_correction_of_nothing_earlier_corrects_nothing() -> None:
    """Of itself, or of an entry that comes later: such a record is odd, and still opens."""
    assert stands(corrects(1), ONE) == [ONE]
    assert stands(corrects(2), ONE) == [ONE]
    assert stands(corrects(2), ONE, corrects(1)) == [ONE]


def test_what_follows_a_correction_is_folded_onto_what_stands() -> None:
    """ToR 6.2: the quorum was recorded wrongly; a later attendance of another meeting counts."""
    meeting = recorded(MeetingConvened, CONVENE)
    quorate = recorded(QuorumConfirmed, ATTEND)
    second = changed(quorate, meeting=2)
    case = replay((meeting, quorate, corrects(2)))
    assert case.review.meetings == {1: MeetingHeld()}
    later = evolve(case, second)
    assert later.review.meetings == {1: MeetingHeld(), 2: MeetingHeld(quorate=True)}
    assert later == replay((meeting, quorate, corrects(2), second))


def test_every_kind_of_event_can_be_folded() -> None:
    """One record that holds them all: step by step as at once."""
    case = Case()
    for event in whole_record().recorded:
        case = evolve(case, event)
    assert case == whole_record()
    assert given(*DECIDED).case.recorded == given(*DECIDED).events
