"""What is still to be done at one step of ToR 7 and 8, and for what or whom."""

from datetime import date, timedelta

from rapid_review.domain import commands as ask
from rapid_review.domain.events import (
    DecisionAdopted,
    DecisionMade,
    PanelFeedbackReceived,
    ReportsCollated,
)
from rapid_review.projections.as_of import CASE, project
from rapid_review.projections.work.awaited import reports
from rapid_review.projections.work.outstanding import (
    to_share,
    unadopted,
    uncollated,
    uncompiled,
    unreconsidered,
    unsent_to_members,
    unsent_to_panel,
)
from tests.domain.a_review import (
    ADOPT,
    AGREE,
    ASSESSED,
    COLLATE,
    COMPILE,
    DECIDE,
    DISAGREE,
    FILE,
    KENT,
    RECEIVE,
    RECONSIDER,
    REQUEST,
    SENT,
    SHARE,
    TO_MEMBERS,
    TO_PANEL,
    UPHOLD,
    at,
    changed,
    document,
    recorded,
    varied,
)
from tests.projections.a_record import entries_of

CLINIC = changed(FILE, agency="clinic")
SECOND = changed(FILE, at=at("2020-05-15 09:00"), document=document("AR-2", "b"))


def left_to_collate(*history: ask.Command) -> tuple[str, ...]:
    """Return the agencies whose reports are to be collated after a history."""
    return uncollated(project(CASE, entries_of(*history)), KENT)


def test_a_report_that_a_collation_left_out_is_still_to_be_collated() -> None:
    """ToR 7.5: the school's was collated and the clinic's, filed before that, was not."""
    assert left_to_collate(RECEIVE, FILE, CLINIC) == ("school", "clinic")
    assert left_to_collate(RECEIVE, FILE, CLINIC, COLLATE) == ("clinic",)
    second = changed(COLLATE, agencies=("clinic",))
    assert left_to_collate(RECEIVE, FILE, CLINIC, COLLATE, second) == ()


def test_a_report_filed_again_after_its_collation_is_to_be_collated_again() -> None:
    """ToR 7.5: the agency sent a second report; what is still awaited is not waited for."""
    assert left_to_collate(RECEIVE, REQUEST, FILE, COLLATE, SECOND) == ("school",)
    waiting = changed(REQUEST, agency="clinic")
    assert left_to_collate(RECEIVE, waiting) == ("clinic",)
    assert left_to_collate(RECEIVE, waiting, FILE, COLLATE) == ()


def test_what_agencies_know_nothing_of_is_collated_only_if_nothing_else_is() -> None:
    """ToR 7.5: a collation says so; after one, a nil return calls for no other."""
    nothing = changed(FILE, nil_return=True)
    assert left_to_collate(RECEIVE, nothing) == ("school",)
    later = changed(CLINIC, at=at("2020-05-15 09:00"), nil_return=True)
    assert left_to_collate(RECEIVE, FILE, COLLATE, later) == ()
    on_the_day = changed(FILE, at=at("2020-05-19 09:00"))
    decided = [RECEIVE, on_the_day, *ASSESSED[1:], DECIDE]
    assert left_to_collate(*decided) == ("school",)


def test_of_one_day_no_minute_says_that_a_report_came_after_its_collation() -> None:
    """ToR 7.5: both were noted in the evening (reading I-7)."""
    that_evening = changed(FILE, at=COLLATE.at + timedelta(hours=1))
    assert left_to_collate(RECEIVE, FILE, COLLATE, that_evening) == ()


def test_what_the_group_decided_again_is_compiled_and_sent_again() -> None:
    """ToR 7.7, 8.7, 8.8: version 2 is compiled, and goes to the members and to the Panel."""
    case = project(CASE, entries_of(*SENT, TO_MEMBERS, DISAGREE))
    assert uncompiled(case, KENT) == unsent_to_members(case, KENT) == ()
    again = project(CASE, entries_of(*SENT, TO_MEMBERS, DISAGREE, RECONSIDER))
    second = changed(COMPILE, at=RECONSIDER.at, version=2, document=document("RR-2", "b"))
    compiled = project(CASE, entries_of(*SENT, TO_MEMBERS, DISAGREE, RECONSIDER, second))
    for asked in (unsent_to_members, unsent_to_panel):
        assert asked(again, KENT) == asked(compiled, KENT) == ("version-2",)
    assert (uncompiled(again, KENT), uncompiled(compiled, KENT)) == (("version-2",), ())
    day = at("2020-06-24 09:00")
    told = (changed(TO_MEMBERS, at=day), changed(TO_PANEL, at=day))
    upheld = project(CASE, entries_of(*SENT, TO_MEMBERS, DISAGREE, UPHOLD, *told))
    for asks in (uncompiled, unsent_to_members, unsent_to_panel):
        assert asks(upheld, KENT) == ()


def test_the_first_collation_that_a_seat_was_not_sent_is_to_be_shared_next() -> None:
    """ToR 7.5, 8.4: of those that hold the latest report of an agency."""
    clinic = changed(FILE, agency="clinic")
    second = changed(COLLATE, at=SECOND.at, agencies=("clinic",), document=document("COL-2", "b"))
    case = project(CASE, entries_of(RECEIVE, FILE, clinic, COLLATE, second))
    assert to_share(case, KENT, "police") == 1
    shared = project(CASE, entries_of(RECEIVE, FILE, clinic, COLLATE, second, SHARE))
    assert to_share(shared, KENT, "police") == 2
    (only, *_) = entries_of(recorded(ReportsCollated, second, collation=2))
    assert to_share(project(CASE, (only,)), KENT, "police") == 2


def test_a_reminder_without_a_day_leaves_the_day_that_was_set() -> None:
    """ToR 7.4: the agency was asked by 13 May, and reminded; a later day that is set holds."""
    reminder = changed(REQUEST, at=at("2020-05-12 09:00"), due_on=None)
    longer = changed(reminder, due_on=date(2020, 5, 20))
    for asked, day in ((reminder, REQUEST.due_on), (longer, longer.due_on)):
        (one,) = reports(project(CASE, entries_of(RECEIVE, REQUEST, asked)))
        assert (one.what, one.by) == ("school", day)


def test_what_was_reconsidered_on_the_day_of_the_answer_is_not_asked_for_again() -> None:
    """ToR 5(b), 7.8: the answer was noted in the evening (reading I-7); next day is another."""
    for hours, left in ((4, ()), (24, ("meeting-2",))):
        answer = changed(DISAGREE, at=RECONSIDER.at + timedelta(hours=hours))
        noted = recorded(PanelFeedbackReceived, answer)
        case = project(CASE, entries_of(*SENT, DISAGREE, RECONSIDER, noted))
        assert unreconsidered(case, KENT) == left
    assert unreconsidered(project(CASE, entries_of(*SENT, AGREE)), KENT) == ()
    assert unreconsidered(project(CASE, entries_of(*SENT)), KENT) == ()


def test_an_adoption_of_the_day_of_the_decision_is_not_asked_for_again() -> None:
    """ToR 5(b): noted in the morning, and the decision in the afternoon (reading I-7)."""
    by_hand = varied(KENT, adoption=changed(KENT.adoption, automatic=False))
    that_morning = changed(ADOPT, at=DECIDE.at - timedelta(hours=3))
    adopted, decided = recorded(DecisionAdopted, that_morning), recorded(DecisionMade, DECIDE)
    case = project(CASE, entries_of(*ASSESSED, adopted, decided, terms=by_hand))
    assert unadopted(case, by_hand) == ()
