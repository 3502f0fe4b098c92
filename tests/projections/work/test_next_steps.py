"""ToR 7, 8: what comes next, what stands in its way, and who owes it.

The case was received on Monday 4 May 2020; its review and its decision are due on Wednesday 27
May, the fifteenth working day. Asked is on Wednesday 20 May, the eleventh, unless said.
"""

from datetime import date, datetime
from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.case import Case
from rapid_review.domain.decisions import decide
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import MeetingConvened
from rapid_review.domain.rules import Verdict
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import CASE, AsOf, CaseHistory, project
from rapid_review.projections.case.clocks import clocks_of
from rapid_review.projections.case.duties import DutyState, duties
from rapid_review.projections.case.judgement import judgement
from rapid_review.projections.case.stage import Stage, stage
from rapid_review.projections.work.case_reading import CaseReading
from rapid_review.projections.work.next_steps import NextStep, next_steps
from rapid_review.projections.work.steps import STEPS_AHEAD, StepRow
from rapid_review.testing.speaking import speaker
from rapid_review.testing.stories import story
from rapid_review.testing.strategies import History, histories
from tests.domain.a_review import (
    AGREE,
    AGREE_ACTION,
    ANSWER_AWAITED,
    APPROVE,
    ASSESS,
    ASSESSED,
    ATTEND,
    CANCEL,
    CHALLENGE,
    CLOSE,
    CLOSED,
    COLLATE,
    COMMISSION,
    COMPILE,
    COMPLETE_ACTION,
    CONVENE,
    CORRECT,
    DECIDE,
    DECIDE_NOT,
    DECIDED,
    DIFFER,
    DISAGREE,
    DISCUSS,
    ENGAGE,
    ENGLAND,
    ERASE,
    FILE,
    INFORM,
    KENT,
    LATER,
    LATER_KENT,
    MET,
    NAME_THEME,
    NOBODY_CAME,
    NOT_MET,
    PLAN,
    RECEIVE,
    RECONSIDER,
    REPLACE,
    REQUEST,
    SEATS,
    SECOND,
    SEND_AHEAD,
    SENT,
    SHARE,
    TELL_GROUP,
    TELL_PARTNERS,
    TO_CORRECT,
    TO_ERASE,
    TO_MEMBERS,
    TO_PANEL,
    TOLD_LATER,
    UNTOLD,
    WRITE_BACK,
    at,
    changed,
    document,
    recorded,
    varied,
)
from tests.projections.a_record import entries_of, written_down

WEDNESDAY: Final = date(2020, 5, 20)
THREE_ADOPT: Final = varied(
    KENT, adoption=changed(KENT.adoption, by=("police", "health", "council"), automatic=False)
)


def all_steps_of(case: Case, terms: Terms, on: date) -> tuple[NextStep, ...]:
    """Return the next steps of a case on a day."""
    read = clocks_of(case, terms, on=on, calendars=calendars.load)
    return next_steps(case, terms, read, at=at(f"{on} 09:00"))


def steps_of(case: Case, terms: Terms, on: date) -> dict[str, NextStep]:
    """Return the next steps of a case on a day, by their commands; of equal ones, the last."""
    return {one.step: one for one in all_steps_of(case, terms, on)}


def steps(*history: ask.Command, terms: Terms = KENT, on: date = WEDNESDAY) -> dict[str, NextStep]:
    """Return the next steps of a history, by their commands."""
    return steps_of(project(CASE, entries_of(*history, terms=terms)), terms, on)


def owed_in(step: str, *history: ask.Command) -> list[tuple[tuple[str, ...], str, date | None]]:
    """Return for whom or what a step is to be done, who owes it and by when, each apart."""
    found = all_steps_of(project(CASE, entries_of(*history)), KENT, WEDNESDAY)
    return [(one.about, one.owed_by[0], one.due) for one in found if one.step == step]


def possible(*history: ask.Command) -> list[str]:
    """Return the steps that would be recorded now, in their order."""
    return [name for name, one in steps(*history).items() if one.possible]


def test_first_the_notification_is_received() -> None:
    """ToR 7.3, 8.1: before it nothing else is a step, and the Partnership Team receives it."""
    (step,) = steps().values()
    assert (step.step, step.clause, step.possible) == ("ReceiveNotification", "ToR 7.3, 8.1", True)
    assert step.owed_by == ("partnership-team",)


def test_the_team_and_the_group_are_called_as_the_terms_call_them() -> None:
    """ToR 7, 8: another partnership's secretariat and assembly owe what they owe there."""
    theirs = varied(KENT, team="secretariat", group="assembly")
    found = steps(RECEIVE, CONVENE, terms=theirs)
    assert found["InformMember"].owed_by == ("secretariat",)
    assert found["SendReportToPanel"].owed_by == ("secretariat",)
    assert found["AssessCriteria"].owed_by == ("assembly",)
    assert {"partnership-team"} not in [set(one.owed_by) for one in found.values()]


def test_the_steps_stand_in_the_order_of_the_document() -> None:
    """ToR 7, 8: in the order of the commands; to decide again goes with the decision."""
    ahead = [row.step for row in STEPS_AHEAD]
    again = ahead.index(ask.ReconsiderDecision)
    assert ahead[again - 1] is ask.MakeDecision
    ahead.pop(again)
    assert ahead == [kind for kind in ask.COMMANDS.values() if kind in ahead]


def test_after_the_receipt_four_steps_are_possible_and_the_others_wait() -> None:
    """ToR 7.2, 7.4, 8.5, 5(b): telling, asking, convening and weighing need nothing before."""
    assert possible(RECEIVE) == [
        "InformMember",
        "RequestAgencyReport",
        "ConveneMeeting",
        "AssessCriteria",
    ]
    (waits_for,) = steps(RECEIVE)["CompileReport"].in_the_way
    assert waits_for.because == "the group has not decided"


def test_who_was_told_is_not_to_be_told() -> None:
    """ToR 7.2, 8.2: the police were; the other four seats wait for the Partnership Team."""
    step = steps(RECEIVE, INFORM)["InformMember"]
    assert step.about == tuple(seat for seat in SEATS if seat != "police")
    assert step.owed_by == ("partnership-team",)


def test_when_the_panel_was_told_is_to_be_said_where_a_clock_waits_for_it() -> None:
    """ToR 8.1: the local authority owes it by Monday 11 May; said once, it is no step."""
    step = steps(UNTOLD)["RecordPanelNotified"]
    assert (step.owed_by, step.deadline, step.due) == (
        ("local-authority",),
        "notify-panel",
        date(2020, 5, 11),
    )
    assert "RecordPanelNotified" not in steps(UNTOLD, TOLD_LATER)
    assert "RecordPanelNotified" not in steps(RECEIVE)


def test_an_open_action_is_owed_by_its_owner_on_its_own_day() -> None:
    """ToR 8.6: in a closed case too; an action that was done is no step."""
    sooner = changed(AGREE_ACTION, action="ACT-8", owner="u-32", due_on=date(2020, 6, 1))
    assert owed_in("CompleteAction", *CLOSED, AGREE_ACTION, sooner) == [
        (("ACT-7",), "u-31", date(2020, 6, 19)),
        (("ACT-8",), "u-32", date(2020, 6, 1)),
    ]
    assert "CompleteAction" not in steps(*CLOSED, AGREE_ACTION, COMPLETE_ACTION)


def test_an_answer_to_a_letter_is_a_step_until_it_is_logged() -> None:
    """ToR 8.9: the Panel owes it by the day that the letter names."""
    step = steps(RECEIVE, ANSWER_AWAITED)["LogPanelCorrespondence"]
    assert (step.about, step.owed_by) == (("LET-2",), ("national-panel",))
    assert (step.due, step.possible) == (date(2020, 6, 5), True)
    assert "LogPanelCorrespondence" not in steps(RECEIVE, ANSWER_AWAITED, WRITE_BACK)


def test_a_copy_goes_ahead_of_a_publication_that_is_planned() -> None:
    """ToR 3.2, 8.10: to whom none was sent; both steps are due by the day that was planned."""
    commissioned = (*DECIDED, COMMISSION)
    on = date(2020, 12, 2)
    assert "SendPublicationAhead" not in steps(*commissioned, on=on)
    half = changed(SEND_AHEAD, sent_to=("national-panel",))
    step = steps(*commissioned, PLAN, half, on=on)["SendPublicationAhead"]
    assert (step.about, step.due) == (("secretary-of-state",), date(2020, 12, 15))
    assert "SendPublicationAhead" not in steps(*commissioned, PLAN, SEND_AHEAD, on=on)


def test_a_plan_to_publish_what_nobody_commissions_asks_for_no_copy() -> None:
    """ToR 3.2: the group decided against a practice review, and a plan came in all the same."""
    planned = team.PublicationPlanned.model_validate(dict(PLAN))
    entries = entries_of(*MET, DECIDE_NOT, planned)
    assert "SendPublicationAhead" not in steps_of(project(CASE, entries), KENT, WEDNESDAY)


def test_a_meeting_that_was_called_off_is_to_be_convened_again() -> None:
    """ToR 8.5: its duty is open again, and the case has come no further than before it."""
    step = steps(RECEIVE, CONVENE, CANCEL)["ConveneMeeting"]
    assert (step.about, step.possible) == (("1",), True)
    entries = entries_of(RECEIVE, CONVENE, CANCEL)
    case = CaseHistory(entries, KENT, calendars.load)
    owed = {one.code: one.state for one in duties(case, AsOf(read_on=WEDNESDAY))}
    assert owed["convene"] == DutyState.OPEN
    assert stage(project(CASE, entries), KENT) == Stage.NOTIFIED
    assert "ConveneMeeting" not in steps(RECEIVE, CONVENE)


def test_an_agency_owes_its_report_by_the_day_asked_for() -> None:
    """ToR 7.4: the school by 13 May; the clinic, which was asked for no day, on no day."""
    asked = (RECEIVE, REQUEST, changed(REQUEST, agency="clinic", due_on=None))
    school, clinic = (("school",), "school", date(2020, 5, 13)), (("clinic",), "clinic", None)
    assert owed_in("FileAgencyReport", *asked) == [school, clinic]
    assert owed_in("FileAgencyReport", *asked, FILE) == [clinic]


def test_what_was_filed_and_not_collated_is_to_be_collated() -> None:
    """ToR 7.5: nothing before it is filed, and a late report asks for another collation."""
    assert not steps(RECEIVE, REQUEST)["CollateReports"].possible
    assert steps(RECEIVE, REQUEST, FILE)["CollateReports"].about == ("school",)
    collated = (RECEIVE, FILE, COLLATE)
    assert "CollateReports" not in steps(*collated)
    late = changed(FILE, agency="clinic")
    assert steps(*collated, late)["CollateReports"].about == ("clinic",)


def test_the_latest_collation_goes_to_every_seat() -> None:
    """ToR 7.5, 8.4: one was sent to the police; the clinic's report made another."""
    collated = (RECEIVE, FILE, COLLATE, changed(SHARE, seats=("police",)))
    assert steps(*collated)["ShareReports"].about == SEATS[:1] + SEATS[2:]
    again = (changed(FILE, agency="clinic"), changed(COLLATE, agencies=("school", "clinic")))
    assert steps(*collated, *again)["ShareReports"].about == SEATS


def test_after_a_meeting_short_of_a_seat_another_is_convened() -> None:
    """ToR 6.2, 8.5: nobody came to the first, so the second is the one that may decide."""
    found = steps(RECEIVE, CONVENE, changed(NOBODY_CAME, meeting=1))
    assert found["ConveneMeeting"].about == found["RecordAttendance"].about == ("2",)
    (not_convened, *_) = found["MakeDecision"].in_the_way
    assert not_convened.clause == "ToR 8.5"


def test_a_meeting_that_was_convened_is_to_be_held_and_not_convened() -> None:
    """ToR 6.2, 8.5: its attendance is what is missing."""
    found = steps(RECEIVE, CONVENE)
    assert "ConveneMeeting" not in found
    assert found["RecordAttendance"].possible


def test_a_decision_is_owed_by_whom_the_terms_name_for_its_clock() -> None:
    """ToR 5(a), 7.6: due on the fifteenth working day, and Wednesday 20 May is the eleventh."""
    step = steps(*MET)["MakeDecision"]
    assert (step.deadline, step.due, step.days_left) == ("decision", date(2020, 5, 27), 4)
    assert step.owed_by == ("rapid-review-group",)


def test_a_step_that_would_not_be_in_order_is_possible_and_says_so() -> None:
    """ToR 5(b): the meeting may decide before it weighed the criteria, which is then found."""
    step = steps(*MET)["MakeDecision"]
    assert step.possible
    assert [one.verdict for one in step.in_the_way] == [Verdict.IRREGULAR]


def test_a_challenge_is_to_be_answered() -> None:
    """ToR 3.2: by the group."""
    step = steps(*MET, CHALLENGE)["AnswerChallenge"]
    assert (step.about, step.owed_by) == (("CH-1",), ("rapid-review-group",))


def test_what_was_never_gathered_is_still_owed_when_the_group_has_decided() -> None:
    """ToR 7.4, 7.5, 8.3, 8.4: done late is done; for a report that is awaited nobody waits."""
    found = steps(*DECIDED)
    assert {"RequestAgencyReport", "CollateReports", "ShareReports"} <= found.keys()
    assert "FileAgencyReport" not in found
    assert possible(*DECIDED) == [
        "InformMember",
        "RequestAgencyReport",
        "CompileReport",
        "CommissionPracticeReview",
    ]


def test_an_agency_that_is_asked_after_the_decision_owes_its_report() -> None:
    """ToR 7.4, 7.5: nothing is collated before it is filed; afterwards no other is due."""
    asked = changed(REQUEST, at=at("2020-05-20 10:00"), agency="school")
    decided = (RECEIVE, *DECIDED[1:])
    found = steps(*decided, asked)
    assert found["FileAgencyReport"].owed_by == ("school",)
    assert not found["CollateReports"].possible
    filed = changed(FILE, at=at("2020-05-21 10:00"), agency="school")
    collated = changed(COLLATE, at=at("2020-05-21 11:00"), agencies=("school",))
    other = changed(REQUEST, at=at("2020-05-21 12:00"), agency="probation")
    assert steps(*decided, asked, filed)["CollateReports"].possible
    assert "FileAgencyReport" not in steps(*decided, asked, filed, collated, other)


def test_what_was_gathered_is_owed_no_more_when_the_group_has_decided() -> None:
    """ToR 7.4, 7.5: a report that comes in after the decision needs no second collation."""
    gathered = (RECEIVE, REQUEST, FILE, COLLATE, SHARE)
    late = changed(FILE, at=at("2020-05-20 10:00"), agency="school")
    found = steps(*gathered, *DECIDED[1:], late)
    assert {"RequestAgencyReport", "CollateReports"} & found.keys() == set()


def test_a_meeting_that_was_convened_after_the_decision_is_to_be_held() -> None:
    """ToR 6.2, 8.6: until it was held, called off, or another was held after it."""
    second = changed(SECOND, at=at("2020-05-20 10:00"))
    assert "RecordAttendance" not in steps(*DECIDED)
    assert steps(*DECIDED, second)["RecordAttendance"].about == ("2",)
    called_off = changed(CANCEL, at=at("2020-05-20 11:00"), meeting=2)
    assert "RecordAttendance" not in steps(*DECIDED, second, called_off)
    assert "RecordAttendance" not in steps(*DECIDED, second, NOBODY_CAME)


def test_the_partnership_team_compiles_and_sends_the_report() -> None:
    """ToR 7.7, 8.8: though the terms hold the group to account for the clock that it stops."""
    found = steps(*DECIDED)
    for step in ("CompileReport", "SendReportToPanel", "SendReportToMembers"):
        assert found[step].owed_by == ("partnership-team",)
    assert found["SendReportToPanel"].deadline == "rapid-review"


def test_what_is_over_with_the_review_says_until_when_it_is_in_time() -> None:
    """ToR 5(a), 7.2, 7.4, 7.5, 8.2 to 8.5: until 27 May, as the duties have it; and late after."""
    history = CaseHistory(entries_of(RECEIVE, INFORM), KENT, calendars.load)
    for day in (20, 28):
        reading = CaseReading.of(history, AsOf(read_on=date(2020, 5, day)))
        due = {one.step: one.due for one in reading.next_steps}
        for step in ("InformMember", "RequestAgencyReport", "CollateReports", "ShareReports"):
            assert due[step] == date(2020, 5, 27)
        assert due["ConveneMeeting"] == due["RecordAttendance"] == date(2020, 5, 27)
        assert due["CompileReport"] is None


def test_the_panel_owes_its_answer_again_when_a_reconsidered_decision_was_sent_again() -> None:
    """ToR 7.8 (reading I-23): until it has answered, the case cannot be closed."""
    answered = (*SENT, DISCUSS, DISAGREE, TELL_GROUP, TELL_PARTNERS)
    late = date(2020, 7, 20)
    assert "ReceivePanelFeedback" not in steps(*answered, on=late)
    second = changed(COMPILE, at=at("2020-06-30 09:00"), version=2)
    sent = changed(TO_PANEL, at=at("2020-07-01 09:00"), version=2)
    again = (*answered, RECONSIDER, second, sent)
    found = steps(*again, on=late)
    assert found["ReceivePanelFeedback"].about == ("panel",)
    assert "NotePanelDiscussion" in found
    assert not found["CloseCase"].possible
    noted = changed(DISCUSS, at=at("2020-07-08 09:00"), discussed_on=date(2020, 7, 7))
    discussed = steps(*again, noted, on=late)
    assert discussed["ReceivePanelFeedback"].due == date(2020, 7, 21)
    assert "NotePanelDiscussion" not in discussed
    agreed = changed(DISAGREE, at=at("2020-07-10 09:00"), agrees=True)
    assert "ReceivePanelFeedback" not in steps(*again, noted, agreed, on=late)


def test_a_second_version_with_the_same_outcome_need_not_be_sent() -> None:
    """ToR 7.7, 8.7, 8.8 (reading I-13): only another outcome calls for another report."""
    second = changed(COMPILE, at=at("2020-05-25 09:00"), version=2)
    found = steps(*DECIDED, COMPILE, TO_MEMBERS, TO_PANEL, second, on=date(2020, 5, 26))
    assert {"CompileReport", "SendReportToMembers", "SendReportToPanel"} & found.keys() == set()
    unsent = steps(*DECIDED, COMPILE, second, on=date(2020, 5, 26))
    assert unsent["SendReportToMembers"].about == ("version-2",)
    assert unsent["SendReportToPanel"].about == ("version-2",)


def test_each_partner_owes_its_own_adoption() -> None:
    """ToR 5(b): where it is not automatic; the council has adopted, the others have not."""
    adopted = ask.AdoptDecision(at=at("2020-05-20 08:00"), partner="council")
    step = steps(*DECIDED, adopted, terms=THREE_ADOPT)["AdoptDecision"]
    assert step.owed_by == ("police", "health")
    before = steps(*MET, terms=THREE_ADOPT)["AdoptDecision"]
    assert not before.possible


def test_the_panel_owes_its_answer() -> None:
    """ToR 7.8: ten working days after its meeting of 2 June are over on 16 June."""
    step = steps(*SENT, DISCUSS, on=date(2020, 6, 15))["ReceivePanelFeedback"]
    assert (step.owed_by, step.due, step.days_left) == (("national-panel",), date(2020, 6, 16), 1)
    assert "NotePanelDiscussion" in steps(*SENT)


def test_the_day_of_the_panels_meeting_is_asked_for_even_after_its_answer() -> None:
    """ToR 7.8: without it nobody can tell whether the Panel kept its ten working days."""
    answered = (*SENT, AGREE)
    assert steps(*answered, on=date(2020, 6, 16))["NotePanelDiscussion"].possible
    noted = steps(*answered, DISCUSS, on=date(2020, 6, 16))
    assert "NotePanelDiscussion" not in noted
    others = tuple(one for one in KENT.deadlines if one.id != "panel-feedback")
    without = varied(KENT, deadlines=others)
    assert "NotePanelDiscussion" not in steps(*answered, terms=without, on=date(2020, 6, 16))


def test_a_disagreement_asks_for_another_look() -> None:
    """ToR 5(b), 7.8: the case may be closed without it, and that is found.

    Asked on a day after the answer: a step is held to what happened by its day.
    """
    found = steps(*SENT, DISAGREE, TELL_GROUP, TELL_PARTNERS, on=date(2020, 6, 16))
    assert found["ReconsiderDecision"].about == ("meeting-2",)
    assert not found["ReconsiderDecision"].possible  # it is for a meeting after the answer
    assert (found["ConveneMeeting"].about, found["ConveneMeeting"].possible) == (("2",), True)
    assert found["RecordAttendance"].about == ("2",)
    assert found["CloseCase"].possible
    assert "the Panel disagreed" in found["CloseCase"].in_the_way[0].because
    met_again = changed(MET[-1], at=at("2020-06-23 09:05"), meeting=2)
    assert isinstance(met_again, ask.RecordAttendance)
    again = steps(*SENT, DISAGREE, SECOND, met_again, on=date(2020, 6, 24))["ReconsiderDecision"]
    assert (again.about, again.possible) == (("meeting-2",), True)
    held = steps(*SENT, DISAGREE, SECOND, met_again, on=date(2020, 6, 24))
    assert not {"ConveneMeeting", "RecordAttendance"} & held.keys()
    waiting = steps(*SENT, DISAGREE, SECOND, on=date(2020, 6, 22))["ReconsiderDecision"]
    assert waiting.about == ("meeting-2",)
    convened = steps(*SENT, DISAGREE, SECOND, on=date(2020, 6, 22))
    assert "ConveneMeeting" not in convened
    assert convened["RecordAttendance"].possible


def test_a_decision_whose_meeting_turns_out_not_to_be_quorate_is_to_be_made_again() -> None:
    """ToR 6.2, 7.6: a seat is found to have been empty; the way on that is named is possible."""
    short = changed(ATTEND, sat=ATTEND.sat[1:])
    found = steps(*SENT, short, on=date(2020, 6, 1))
    assert (found["ConveneMeeting"].about, found["ConveneMeeting"].possible) == (("2",), True)
    assert found["RecordAttendance"].about == ("2",)
    assert found["ReconsiderDecision"].about == ("meeting-2",)
    met_again = changed(ATTEND, at=at("2020-05-29 13:05"), meeting=2)
    held = (*SENT, short, changed(SECOND, at=at("2020-05-28 09:00")), met_again)
    again = steps(*held, on=date(2020, 6, 1))["ReconsiderDecision"]
    assert (again.about, again.possible) == (("meeting-2",), True)
    decided = changed(RECONSIDER, at=at("2020-05-29 14:00"), meeting=2)
    assert "ReconsiderDecision" not in steps(*held, decided, on=date(2020, 6, 1))


def test_a_decision_to_be_made_again_comes_before_its_report() -> None:
    """ToR 6.2, 7.7: who takes the steps from top to bottom reports no decision without one."""
    short = changed(ATTEND, sat=ATTEND.sat[1:])
    ahead = list(steps(*DECIDED, short, on=date(2020, 6, 1)))
    assert ahead.index("RecordAttendance") < ahead.index("ReconsiderDecision")
    assert ahead.index("ReconsiderDecision") < ahead.index("CompileReport")


def test_what_rests_on_a_decision_that_does_not_count_says_so() -> None:
    """ToR 6.2, 7.6: it stays possible, since the report may have gone before anybody knew."""
    short = changed(ATTEND, sat=ATTEND.sat[1:])
    compiling = steps(*DECIDED, short, on=date(2020, 6, 1))["CompileReport"]
    assert compiling.possible
    assert [(one.clause, one.verdict) for one in compiling.in_the_way] == [
        ("ToR 6.2", Verdict.IRREGULAR)
    ]
    assert "meeting 1 was not quorate" in compiling.in_the_way[0].because
    assert steps(*DECIDED, on=date(2020, 6, 1))["CompileReport"].in_the_way == ()
    commissioning = steps(*SENT, short, on=date(2020, 6, 1))["CommissionPracticeReview"]
    assert "meeting 1 was not quorate" in commissioning.in_the_way[0].because


def test_whether_a_decision_counts_is_for_the_terms_of_its_meeting() -> None:
    """ToR 6.2, reading I-17: under them the chair might let business proceed."""
    chaired = KENT.quorum.model_copy(update={"inquorate_may": "what-the-chair-selects"})
    lenient = varied(KENT, quorum=chaired)
    short = changed(ATTEND, sat=ATTEND.sat[1:])
    decided = entries_of(RECEIVE, CONVENE, short, ASSESS, DECIDE, terms=lenient)
    replace = changed(REPLACE, at=at("2020-05-25 09:00"))
    entries = entries_of(replace, terms=LATER_KENT, before=decided)
    history = CaseHistory(entries, LATER_KENT, calendars.load, (lenient,))
    as_of = AsOf(read_on=date(2020, 5, 26))
    ahead = {one.step: one for one in CaseReading.of(history, as_of).next_steps}
    assert "ReconsiderDecision" not in ahead
    assert ahead["CompileReport"].in_the_way == ()
    codes = {one.finding.code: one.finding.verdict for one in judgement(history, as_of).found}
    assert codes["meeting-is-quorate"] is Verdict.IRREGULAR


def test_the_closing_names_what_it_would_leave_undone() -> None:
    """ToR 8.7: the members were sent no report; until the case is closed, they can be."""
    last_day = AsOf(read_on=date(2020, 7, 1))
    history = CaseHistory(entries_of(*CLOSED[:-1]), KENT, calendars.load)
    ahead = {one.step: one for one in CaseReading.of(history, last_day).next_steps}
    assert ahead["CloseCase"].possible
    codes = [one.code for one in ahead["CloseCase"].in_the_way]
    assert codes == ["tell-members", "commission"]
    told = CaseHistory(entries_of(*CLOSED[:-1], TO_MEMBERS), KENT, calendars.load)
    ahead = {one.step: one for one in CaseReading.of(told, last_day).next_steps}
    assert [one.code for one in ahead["CloseCase"].in_the_way] == ["commission"]


@pytest.mark.parametrize("on", [date(2020, 8, 3), date(2021, 2, 1)])
def test_a_publication_says_that_nobody_recorded_who_took_part(on: date) -> None:
    """ToR 3.2: publishing would be recorded, and found, before and after the due day."""
    history = CaseHistory(entries_of(*SENT, COMMISSION), KENT, calendars.load)
    ahead = {one.step: one for one in CaseReading.of(history, AsOf(read_on=on)).next_steps}
    assert ahead["PublishPracticeReview"].possible
    assert [one.code for one in ahead["PublishPracticeReview"].in_the_way] == ["engagement"]
    told = CaseHistory(entries_of(*SENT, COMMISSION, ENGAGE), KENT, calendars.load)
    ahead = {one.step: one for one in CaseReading.of(told, AsOf(read_on=on)).next_steps}
    assert ahead["PublishPracticeReview"].in_the_way == ()


def test_the_criteria_are_to_be_weighed_while_the_first_decision_is_to_be_recorded() -> None:
    """ToR 5(b): an old file holds only what the group decided again."""
    again = did.DecisionReconsidered.model_validate(dict(RECONSIDER))
    as_of = AsOf(read_on=date(2020, 7, 1))
    history = CaseHistory(entries_of(*MET, again), KENT, calendars.load)
    found = {one.step: one for one in CaseReading.of(history, as_of).next_steps}
    assert found["MakeDecision"].in_the_way
    assert found["AssessCriteria"].possible
    assert "AssessCriteria" not in steps(*MET, DECIDE_NOT, RECONSIDER)


def test_a_meeting_that_nobody_convened_can_be_convened_at_a_time_before_it() -> None:
    """ToR 8.5, reading I-31: an old file may hold the attendance alone."""
    convening = next(
        one.version for one in entries_of(*MET) if one.event.kind == "MeetingConvened"
    )
    never = changed(CORRECT, at=at("2020-05-20 09:00"), version=convening, replacement=None)
    found = steps(*DECIDED, never, on=date(2020, 5, 22))["ConveneMeeting"]
    assert (found.about, found.possible) == (("1",), True)
    disagreed = (*SENT, never, DISAGREE)
    found = steps(*disagreed, on=date(2020, 6, 16))["ConveneMeeting"]
    assert (found.about, found.possible) == (("2",), True)


def test_a_later_meeting_that_nobody_convened_is_convened_before_it_decides() -> None:
    """ToR 7.6, 8.5: else the decision waited for a convening that no step asked for."""
    second = did.QuorumConfirmed(at=at("2020-05-20 10:00"), meeting=2, sat=ATTEND.sat)
    case = project(CASE, entries_of(*MET, second))
    found = steps_of(case, KENT, date(2020, 5, 21))
    assert found["MakeDecision"].about == ("meeting-2",)
    assert not found["MakeDecision"].possible
    assert (found["ConveneMeeting"].about, found["ConveneMeeting"].possible) == (("2",), True)
    after = second.model_copy(update={"at": at("2020-06-20 10:00")})
    again = steps_of(project(CASE, entries_of(*SENT, DISAGREE, after)), KENT, date(2020, 6, 22))
    assert not again["ReconsiderDecision"].possible
    assert (again["ConveneMeeting"].about, again["ConveneMeeting"].possible) == (("2",), True)


def test_a_clock_that_still_runs_after_the_closing_has_the_step_that_stops_it() -> None:
    """ToR 5(b), 8.1: else it would be overdue for ever, and no step would say what to do."""
    closed = (UNTOLD, *CLOSED[1:])
    asked = steps(*closed, on=date(2020, 7, 7))["RecordPanelNotified"]
    assert (asked.possible, asked.deadline) == (True, "notify-panel")
    entries = entries_of(*MET, DECIDE_NOT, did.CaseClosed(at=CLOSE.at), terms=THREE_ADOPT)
    found = steps_of(project(CASE, entries), THREE_ADOPT, date(2020, 7, 7))["AdoptDecision"]
    assert (found.about, found.possible) == (("police", "health", "council"), True)
    undecided = entries_of(*MET, did.CaseClosed(at=CLOSE.at), terms=THREE_ADOPT)
    assert "AdoptDecision" not in steps_of(project(CASE, undecided), THREE_ADOPT, WEDNESDAY)


def test_reports_to_share_are_named_by_their_collation() -> None:
    """ToR 7.5, 8.4: a member who was sent the first is still to be sent the second."""
    again = changed(COLLATE, at=at("2020-05-15 10:00"), document=document("COL-2"))
    collated = (RECEIVE, FILE, COLLATE)
    assert steps(*collated)["ShareReports"].collations == (1,)
    assert steps(*collated, SHARE, again)["ShareReports"].collations == (2,)
    assert steps(*collated)["ConveneMeeting"].collations == ()


def test_a_disagreement_after_the_closing_asks_for_the_case_to_be_reopened() -> None:
    """ToR 5(b), 7.8: the Panel wrote once more; only an open case can decide again."""
    late = changed(DIFFER, at=at("2020-07-06 09:00"))
    reopen = steps(*CLOSED, late, on=date(2020, 7, 7))["ReopenCase"]
    assert (reopen.about, reopen.possible) == (("case",), True)
    assert "ReopenCase" not in steps(*CLOSED, on=date(2020, 7, 7))
    unmet = changed(NOT_MET, at=at("2020-07-06 10:00"))
    assert "ReopenCase" not in steps(*CLOSED, late, unmet, on=date(2020, 7, 7))
    opened = ask.ReopenCase(at=at("2020-07-08 09:00"), because="the Panel differs")
    found = steps(*CLOSED, late, opened, on=date(2020, 7, 9))
    assert "ReconsiderDecision" in found
    assert "ReopenCase" not in found


@pytest.mark.parametrize("kind", ["PanelFeedbackReceived", "ReportSentToPanel"])
def test_a_case_whose_answer_or_report_was_retracted_asks_to_be_reopened(kind: str) -> None:
    """ToR 7.7, 7.8: its review is not over, and only an open case can take the missing step."""
    (version,) = (one.version for one in entries_of(*CLOSED) if one.event.kind == kind)
    retract = ask.CorrectRecord(
        at=at("2020-07-06 09:00"), version=version, because="of another case"
    )
    assert steps(*CLOSED, retract, on=date(2020, 7, 7))["ReopenCase"].possible


def test_a_case_closed_before_the_panel_heard_of_the_second_decision_asks_to_be_reopened() -> None:
    """ToR 7.7, 7.8, 8.8: nor is the review over while the Panel has not answered that one."""
    again = (*SENT, DISCUSS, DISAGREE, TELL_GROUP, TELL_PARTNERS, RECONSIDER)
    closed = changed(CLOSE, at=at("2020-07-20 09:00"))
    on = date(2020, 7, 21)
    assert steps(*again, closed, on=on)["ReopenCase"].possible
    second = changed(COMPILE, at=at("2020-06-30 09:00"), version=2)
    sent = changed(TO_PANEL, at=at("2020-07-01 09:00"), version=2)
    early = did.CaseClosed(at=closed.at)
    asked = project(CASE, entries_of(*again, second, sent, early))
    assert "ReopenCase" in steps_of(asked, KENT, on)
    agreed = changed(DISAGREE, at=at("2020-07-10 09:00"), agrees=True)
    assert "ReopenCase" not in steps_of(
        project(CASE, entries_of(*again, second, sent, agreed, early)), KENT, on
    )


def test_a_closed_case_whose_meeting_was_not_quorate_after_all_asks_to_be_reopened() -> None:
    """ToR 6.2, I-17: another meeting is to decide, and a closed case convenes none."""
    short = changed(ATTEND, sat=ATTEND.sat[1:])
    assert steps(*CLOSED, short, on=date(2020, 7, 7))["ReopenCase"].possible


def test_a_meeting_that_was_never_held_is_not_awaited_once_a_later_one_was() -> None:
    """ToR 8.5: its day has passed, so another is to be convened."""
    second = changed(
        CONVENE, meeting=2, at=at("2020-05-20 09:00"), meets_at=at("2020-05-21 13:00")
    )
    short = changed(ATTEND, at=at("2020-05-21 13:00"), meeting=2, sat=ATTEND.sat[1:])
    found = steps(RECEIVE, CONVENE, second, short, on=date(2020, 5, 22))
    assert found["ConveneMeeting"].about == found["RecordAttendance"].about == ("3",)


def test_criteria_that_were_not_weighed_yet_are_still_to_be_weighed() -> None:
    """ToR 5(b): the group may go on with the others at its meeting."""
    first, *others = ASSESS.factors
    weighed = changed(ASSESS, factors=(first,))
    about = steps(RECEIVE, CONVENE, ATTEND, weighed)["AssessCriteria"].about
    assert about == tuple(one.criterion for one in others)
    assert "AssessCriteria" not in steps(RECEIVE, CONVENE, ATTEND, ASSESS)


def test_new_terms_ask_no_step_of_what_was_over_before_them() -> None:
    """ToR 7.2, I-24: neither a new seat nor a new recipient is told of a review that is over."""
    seat = KENT.seats[0].model_copy(update={"id": "schools"})
    feedback = KENT.feedback.model_copy(
        update={"share_with": (*KENT.feedback.share_with, "schools")}
    )
    more = varied(KENT, id="kent-2", seats=(*KENT.seats, seat), feedback=feedback)
    replaced = ask.ReplaceTerms(at=at("2020-08-03 09:00"), because="new", terms=more.id)
    for steps_before in (SENT, CLOSED):
        entries = entries_of(replaced, terms=more, before=entries_of(*steps_before))
        history = CaseHistory(entries, more, calendars.load, (KENT,))
        found = CaseReading.of(history, AsOf(read_on=date(2020, 8, 4))).next_steps
        named = {one.step: one.about for one in found}
        assert "schools" not in named.get("InformMember", ())
        assert "schools" not in named.get("ShareReports", ())
        assert ("schools" in named.get("ShareFeedback", ())) is (steps_before is SENT)


def test_a_case_that_was_closed_by_mistake_asks_to_be_reopened() -> None:
    """ToR 1, 7.6: it was closed since no review was called for, and a correction changed that."""
    closed = changed(CLOSE, at=at("2020-05-06 09:00"))
    unmet = (RECEIVE, NOT_MET, closed)
    on = date(2020, 5, 8)
    assert "ReopenCase" not in steps(*unmet, on=on)
    places = {one.event.kind: one.version for one in entries_of(*unmet)}
    taken_back = ask.CorrectRecord(
        at=at("2020-05-07 09:00"),
        version=places["NotificationCriteriaFoundNotMet"],
        because="misread",
    )
    reopen = steps(*unmet, taken_back, on=on)["ReopenCase"]
    assert (reopen.about, reopen.possible) == (("case",), True)
    opened = ask.ReopenCase(at=at("2020-05-08 09:00"), because="the criteria are met")
    found = steps(*unmet, taken_back, opened, on=on)
    assert "ReopenCase" not in found
    assert found["ConveneMeeting"].possible


def test_criteria_that_were_never_weighed_are_weighed_before_it_is_decided_again() -> None:
    """ToR 5(b), I-20: a practice review cannot be decided without them."""
    unweighed = [
        DECIDE_NOT if isinstance(one, ask.MakeDecision) else one
        for one in SENT
        if not isinstance(one, ask.AssessCriteria)
    ]
    assert "AssessCriteria" not in steps(*unweighed, on=date(2020, 6, 3))
    differs = (*unweighed, DIFFER)
    found = steps(*differs, on=DIFFER.at.date())
    assert found["AssessCriteria"].possible
    assert "AssessCriteria" not in steps(*SENT, DIFFER, on=DIFFER.at.date())


def test_an_answer_that_came_after_the_closing_is_still_to_be_shared() -> None:
    """ToR 7.9: it needs no reopening; where no answer comes, nobody waits for one."""
    late = changed(AGREE, at=at("2020-07-06 09:00"), words="once more")
    share = steps(*CLOSED, late, on=date(2020, 7, 6))["ShareFeedback"]
    assert (share.about, share.possible) == (KENT.feedback.share_with, True)
    assert "ShareFeedback" not in steps(*CLOSED, on=date(2020, 7, 6))


def test_an_attendance_that_is_still_to_be_recorded_is_not_called_short() -> None:
    """ToR 6.2: who sat there is not known yet; a meeting that was not convened shows."""
    assert steps(*MET[:-1])["RecordAttendance"].in_the_way == ()
    (never,) = steps(RECEIVE)["RecordAttendance"].in_the_way
    assert "has not been convened" in never.because


def test_a_practice_review_is_coordinated_after_the_case_was_closed() -> None:
    """ToR 4(b), 8.10: that, and the themes that training has not taken up, is what remains."""
    found = steps(*CLOSED, NAME_THEME)
    assert list(found) == [
        "CommissionPracticeReview",
        "PublishPracticeReview",
        "ReferThemeToLearning",
    ]
    assert found["ReferThemeToLearning"].about == ("safer-sleep",)
    assert found["PublishPracticeReview"].owed_by == ("safeguarding-partners",)


def test_a_case_that_calls_for_no_review_is_only_closed() -> None:
    """ToR 1, 8.2: the criteria were found not met; the members hear of any notification."""
    expected = ["InformMember", "CloseCase"]
    assert possible(RECEIVE, NOT_MET) == expected == list(steps(RECEIVE, NOT_MET))


def test_closing_a_case_that_calls_for_no_review_makes_nothing_due() -> None:
    """ToR 8.10, reading I-19: the practice review that was decided is not asked for any more."""
    not_met = changed(NOT_MET, at=at("2020-06-13 09:00"))
    closed = changed(CLOSE, at=at("2020-06-14 09:00"))
    assert list(steps(*SENT, not_met, closed, on=date(2020, 7, 1))) == []
    begun = (*SENT, COMMISSION, changed(NOT_MET, at=at("2020-07-30 09:00")))
    history = entries_of(*begun, changed(CLOSE, at=at("2020-07-31 09:00")), NAME_THEME)
    found = steps_of(project(CASE, history), KENT, date(2020, 8, 3))
    assert list(found) == ["ReferThemeToLearning"]


def test_an_answer_to_a_case_that_calls_for_no_review_is_still_to_be_shared() -> None:
    """ToR 7.9: the closing says what it would leave undone."""
    not_met = changed(NOT_MET, at=at("2020-06-13 09:00"))
    history = CaseHistory(entries_of(*SENT, AGREE, not_met), KENT, calendars.load)
    ahead = CaseReading.of(history, AsOf(read_on=date(2020, 7, 1))).next_steps
    found = {one.step: one for one in ahead}
    assert list(found) == ["InformMember", "ShareFeedback", "CloseCase"]
    assert found["ShareFeedback"].possible
    assert found["CloseCase"].possible
    left = {one.subject for one in found["CloseCase"].in_the_way if one.code == "pass-on"}
    assert left == set(KENT.feedback.share_with)
    assert "ShareFeedback" not in steps(*SENT, not_met, on=date(2020, 7, 1))


def test_every_duty_that_is_open_stands_among_the_next_steps() -> None:
    """ToR 7, 8: in any story of a case, what is owed is what comes next."""
    editions = [shipped.load(one) for one in ("kent-and-medway-2020-05", "devon-dscp", "plymouth")]
    asked = 0
    for seed in range(60):
        told = story(seed, editions, ENGLAND)
        for upto in (len(told.entries) // 2, len(told.entries)):
            entries = told.entries[:upto]
            history = CaseHistory(entries, told.terms, calendars.load, told.earlier)
            as_of = AsOf(read_on=entries[-1].recorded_at)
            case = history.case(as_of)
            held = history.terms_of(case)
            judged = judgement(history, as_of)
            ahead = next_steps(case, held, judged.clocks, at=as_of.moment(held))
            owed = {one.way_on for one in judged.duties if one.state is DutyState.OPEN}
            listed = {one.step for one in ahead}
            assert all(listed.intersection(ways) for ways in owed), (seed, upto)
            asked += len(owed)
    assert asked


@given(histories(), st.data())
def test_a_step_is_possible_exactly_where_it_is_not_refused(
    history: History, data: st.DataObject
) -> None:
    """ToR 7, 8: in any history; what no rule reads is drawn, and asked as the step says."""
    case = history.case
    found = steps_of(case, history.terms, date(2024, 3, 15))
    assume(found)
    row = data.draw(st.sampled_from([row for row in STEPS_AHEAD if row.step.__name__ in found]))
    step = found[row.step.__name__]
    said = _fields_of(row, step, case, history.terms)
    drawn = data.draw(speaker().of_shape(row.step))
    command = changed(drawn, **{"at": at("2024-03-15 09:00")} | said)
    try:
        decide(command, case, history.terms, ENGLAND)
    except Refused:
        assert not step.possible
    else:
        assert step.possible


@given(histories(), st.data())
def test_a_step_beside_what_is_dated_ahead_is_possible_exactly_where_it_is_not_refused(
    history: History, data: st.DataObject
) -> None:
    """I-29: on any day of a history, where all that comes later is on record by a slip."""
    assume(history.events)
    day = data.draw(st.sampled_from([event.at for event in history.events]))
    recorded = CaseHistory(written_down(history), history.terms, calendars.load)
    read = CaseReading.of(recorded, AsOf(read_on=day))
    found = {one.step: one for one in read.next_steps}
    rows = [row for row in STEPS_AHEAD if row.step.__name__ in found]
    assume(rows)
    row = data.draw(st.sampled_from(rows))
    step = found[row.step.__name__]
    fields = _fields_of(row, step, read.case, read.terms)
    command = changed(data.draw(speaker().of_shape(row.step)), **{"at": day} | fields)
    try:
        made = decide(command, history.case, history.terms, ENGLAND)
    except Refused:
        assert not step.possible
    else:  # what is on record already, on whatever day, is recorded once
        assert step.possible or not made


def _fields_of(row: StepRow, step: NextStep, case: Case, terms: Terms) -> dict[str, object]:
    """Return the fields that the rules read, as the next step gives them."""
    fields = dict(row.fields(case, terms, step.about))
    if "outcomes" in fields:
        fields["outcomes"] = ("no-practice-review",)
    return fields


def test_a_step_that_a_later_date_on_record_forbids_is_not_possible() -> None:
    """ToR 7.6, I-29: the decision of 19 May is on record with a slip, as of 19 June."""
    slip = changed(DECIDE_NOT, at=at("2020-06-19 14:30"))
    recorded = CaseHistory(entries_of(*ASSESSED, slip), KENT, calendars.load)
    read = CaseReading.of(recorded, AsOf(read_on=at("2020-05-20 09:00")))
    (step,) = (one for one in read.next_steps if one.step == "MakeDecision")
    assert not step.possible
    (found,) = step.in_the_way
    assert found.because == "the group has already decided: no-practice-review"
    assert "CorrectRecord" in found.way_on
    with pytest.raises(Refused, match="already decided"):
        decide(DECIDE_NOT, read.history.with_what_lies_ahead(), KENT, ENGLAND)


# ------------------------------------------------------------------------- what takes two people

TO_APPROVE: Final = (RECEIVE, INFORM, TO_CORRECT)


def asked_of(*history: ask.Command, happened_by: datetime | None = None) -> dict[str, NextStep]:
    """Return the next steps of a whole history, read in October 2020."""
    recorded = CaseHistory(entries_of(*history), KENT, calendars.load)
    read = CaseReading.of(recorded, AsOf(happened_by=happened_by, read_on=LATER))
    return {one.step: one for one in read.next_steps}


def test_a_proposed_correction_is_for_another_agency_to_approve() -> None:
    """ADR 0066: by the entry that proposes it, last of all steps; approved, it is no step."""
    assert "ApproveCorrection" not in asked_of(RECEIVE, INFORM)
    proposal = entries_of(*TO_APPROVE)[-1].version
    steps = asked_of(*TO_APPROVE)
    assert list(steps)[-1] == "ApproveCorrection"
    step = steps["ApproveCorrection"]
    assert (step.about, step.owed_by, step.possible) == (
        (str(proposal),),
        ("another-agency",),
        True,
    )
    approve = changed(APPROVE, proposal=proposal)
    assert "ApproveCorrection" not in asked_of(*TO_APPROVE, approve)


def test_a_proposal_that_was_retracted_or_whose_words_are_erased_waits_for_nobody() -> None:
    """Neither can be approved any more."""
    proposal = entries_of(*TO_APPROVE)[-1].version
    retract = changed(CORRECT, version=proposal, replacement=None)
    assert "ApproveCorrection" not in asked_of(*TO_APPROVE, retract)
    erase = changed(TO_ERASE, at=LATER, what=Erased.ENTRY, of_entry=proposal, of_person=None)
    erased = (erase, changed(ERASE, at=LATER))
    assert "ApproveCorrection" in asked_of(*TO_APPROVE, erase)
    assert "ApproveCorrection" not in asked_of(*TO_APPROVE, *erased)


def test_a_proposal_keeps_its_number_where_corrections_are_settled() -> None:
    """As of a time, what was retracted is left out, and so would other numbers be given."""
    history = (RECEIVE, INFORM, CONVENE, changed(CORRECT, replacement=None))
    proposal = len(entries_of(*history)) + 1
    to_correct = changed(
        TO_CORRECT, version=proposal - 2, replacement=recorded(MeetingConvened, SECOND)
    )
    steps = asked_of(*history, to_correct, happened_by=LATER)
    assert steps["ApproveCorrection"].about == (str(proposal),)
