"""ToR 8: what the Partnership Team does, from informing members to coordinating the review."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from rapid_review import terms as shipped
from rapid_review.domain.commands import CorrectRecord
from rapid_review.domain.events import (
    DeadlineSet,
    MeetingConvened,
    MemberInformed,
    NotificationReceived,
    PanelCorrespondenceLogged,
    PracticeReviewCommissioned,
    ReportSentToMembers,
)
from rapid_review.domain.registry import line_of
from rapid_review.domain.team_events import (
    ActionAgreed,
    ActionCompleted,
    AnotherAreaConcerned,
    MediaInterestNoted,
    MeetingCancelled,
    MinutesRecorded,
    PanelNotified,
    PartnersAgreedToNotify,
    PracticeReviewMilestoneReached,
    PublicationPlanned,
    PublicationSentAhead,
)
from rapid_review.testing import given
from tests.domain.a_review import (
    AGREE_ACTION,
    AGREE_TO_NOTIFY,
    ANOTHER_AREA,
    ANSWER_AWAITED,
    ASSESSED,
    ATTEND,
    CANCEL,
    COMMISSION,
    COMPILE,
    COMPLETE_ACTION,
    CONVENE,
    DECIDE_NOT,
    DECIDED,
    INFORM,
    LATER,
    MEDIA,
    MET,
    MILESTONE,
    MINUTES,
    PLAN,
    PUBLISH,
    RECEIVE,
    RECONSIDER,
    SEND_AHEAD,
    TO_MEMBERS,
    TOLD_LATER,
    UNTOLD,
    WRITE,
    WRITE_BACK,
    at,
    changed,
    document,
    irregular,
    recorded,
)

# --- ToR 8.1: when the Panel was told


def test_when_the_panel_was_told_is_said_later() -> None:
    """ToR 8.1: where the notification left it open."""
    given(UNTOLD).when(TOLD_LATER).then(recorded(PanelNotified, TOLD_LATER))
    given(UNTOLD, TOLD_LATER).when(TOLD_LATER).then_nothing_happens()
    given().when(TOLD_LATER).then_refused(clause="ToR 7.3", because="no notification")


def test_that_the_panel_was_told_may_be_known_and_the_day_not() -> None:
    """ToR 8.1: nobody makes up a day, and nothing is found of one that is not said."""
    nobody_knows = changed(TOLD_LATER, notified_at=None)
    given(UNTOLD).when(nobody_knows).then(recorded(PanelNotified, nobody_knows))
    (event,) = given(UNTOLD).when(nobody_knows).events
    assert line_of(event) == "the Panel was told on a day not known"


def test_when_the_authority_learnt_of_it_may_be_unknown() -> None:
    """ToR 8.1: nobody makes up a day."""
    nobody_knows = changed(RECEIVE, incident=changed(RECEIVE.incident, known_on=None))
    first, *_ = given().when(nobody_knows).events
    assert isinstance(first, NotificationReceived)
    assert first.incident.known_on is None
    assert "known on a day not known" in line_of(first)


def test_a_clock_that_counts_from_telling_the_panel_starts_when_that_is_known() -> None:
    """ToR 5(a), 8.1: from Wednesday 17 December 2025, in Cambridgeshire and Peterborough."""
    terms = shipped.load("cambridgeshire-and-peterborough-2025-12")
    received = changed(
        UNTOLD,
        at=at("2025-12-18 09:00"),
        incident=changed(UNTOLD.incident, happened_on=None, known_on=date(2025, 12, 15)),
    )
    told = changed(TOLD_LATER, at=at("2025-12-19 09:00"), notified_at=at("2025-12-17 15:00"))
    _, *clocks = given(received, terms=terms).when(told).events
    started = {one.deadline: one.counted_from for one in clocks if isinstance(one, DeadlineSet)}
    assert started["rapid-review"] == date(2025, 12, 17)


# --- ToR 8.1, 3.2: what is known of the notification besides


def test_what_is_known_of_the_notification_besides_is_recorded_once() -> None:
    """ToR 8.1, 3.2: who agreed to it, which other area it concerns, whether the media ask."""
    for command, event in (
        (AGREE_TO_NOTIFY, recorded(PartnersAgreedToNotify, AGREE_TO_NOTIFY)),
        (ANOTHER_AREA, recorded(AnotherAreaConcerned, ANOTHER_AREA)),
        (MEDIA, recorded(MediaInterestNoted, MEDIA)),
    ):
        given(RECEIVE).when(command).then(event)
        given(RECEIVE, command).when(command).then_nothing_happens()
        given().when(command).then_refused(clause="ToR 7.3", because="no notification")


def test_another_area_is_named_once() -> None:
    """ToR 8.1: what is said of it otherwise is a correction."""
    given(RECEIVE, ANOTHER_AREA).when(changed(ANOTHER_AREA, words="they had not")).then_refused(
        clause="the record", because="partnership 'essex' is already recorded"
    )


# --- ToR 8.2: members


def test_a_member_is_told_of_the_notification() -> None:
    """ToR 7.2, 8.2: the seat, the person, and how."""
    given(RECEIVE).when(INFORM).then(recorded(MemberInformed, INFORM))


def test_whom_nobody_names_was_told_all_the_same() -> None:
    """ToR 8.2: in an old file the seat stands, and not the person."""
    unnamed = changed(INFORM, person=None)
    given(RECEIVE).when(unnamed).then(recorded(MemberInformed, unnamed))


def test_only_seats_of_the_terms_are_told() -> None:
    """ToR 6.1: a stranger's seat is refused."""
    given(RECEIVE).when(changed(INFORM, seat="press")).then_refused(
        clause="ToR 6.1", because="seat 'press'", way_on="Allowed: ccg-safeguarding"
    )


def test_a_member_told_twice_in_the_same_way_was_told_once() -> None:
    """ToR 8.2: the same notice adds nothing; by telephone it is another."""
    given(RECEIVE, INFORM).when(INFORM).then_nothing_happens()
    called = changed(INFORM, manner="telephone")
    given(RECEIVE, INFORM).when(called).then(recorded(MemberInformed, called))


# --- ToR 8.5: a meeting is called off


def test_a_meeting_that_was_convened_is_called_off() -> None:
    """ToR 8.5: and is no longer awaited."""
    outcome = given(RECEIVE, CONVENE).when(CANCEL)
    outcome.then(recorded(MeetingCancelled, CANCEL))
    assert not given(RECEIVE, CONVENE, CANCEL).case.review.meetings


def test_only_a_meeting_that_was_convened_is_called_off() -> None:
    """ToR 8.5: there is nothing to call off before it."""
    given(RECEIVE).when(CANCEL).then_refused(
        clause="ToR 8.5", because="meeting 1 has not been convened", way_on="ConveneMeeting"
    )


def test_a_meeting_that_was_held_is_not_called_off() -> None:
    """ToR 8.5: whatever is said of the day; one that was called off is not held either."""
    given(*MET).when(CANCEL).then_refused(
        clause="ToR 8.5", because="meeting 1 has already been held", way_on="CorrectRecord"
    )
    given(RECEIVE, CONVENE, CANCEL).when(ATTEND).then_refused(
        clause="ToR 8.5", because="meeting 1 was cancelled", way_on="ConveneMeeting"
    )


def test_that_a_meeting_was_called_off_may_be_recorded_after_it_was_held() -> None:
    """ToR 8.5, ADR 0103: if it was convened again between the two, and that is recorded."""
    again = changed(CONVENE, at=at("2020-05-16 12:00"))
    given(*MET, again).when(CANCEL).then(recorded(MeetingCancelled, CANCEL))
    late, in_order = given(*MET, again, CANCEL), given(RECEIVE, CONVENE, CANCEL, again, ATTEND)
    assert late.case.standing == in_order.case.standing
    late.when(CANCEL).then_nothing_happens()
    given(*MET).when(CANCEL).then_refused(
        clause="ToR 8.5", because="already been held", way_on="record the second convening first"
    )
    after_it = changed(CANCEL, at=at("2020-05-19 14:00"))
    another = changed(again, meeting=2)
    given(*MET, again).when(after_it).then_refused(clause="ToR 8.5", because="already been held")
    given(*MET, another).when(CANCEL).then_refused(clause="ToR 8.5", because="already been held")


def test_a_meeting_is_called_off_once_and_convened_again_under_its_number() -> None:
    """ToR 8.5: in the words in which it was convened before, or as the next meeting."""
    given(RECEIVE, CONVENE, CANCEL).when(CANCEL).then_nothing_happens()
    again = changed(CONVENE, at=at("2020-05-15 12:00"))
    given(RECEIVE, CONVENE, CANCEL).when(again).then(recorded(MeetingConvened, again))
    off_again = changed(CANCEL, at=at("2020-05-18 12:00"))
    given(RECEIVE, CONVENE, CANCEL, again).when(off_again).then(
        recorded(MeetingCancelled, off_again)
    )
    assert given(RECEIVE, CONVENE, CANCEL, again, ATTEND).case.review.meetings[1].quorate


@pytest.mark.parametrize("because", [CANCEL.because, "the room is taken"])
def test_each_calling_off_is_recorded_in_whatever_order_that_is_recorded(because: str) -> None:
    """ToR 8.5, ADR 0102: of 15 May and of the 18th; it was convened again on the 16th."""
    again = changed(CONVENE, at=at("2020-05-16 12:00"))
    second = changed(CANCEL, at=at("2020-05-18 12:00"), because=because)
    in_order = given(RECEIVE, CONVENE, CANCEL, again, second).case
    for told in permutations((CANCEL, again, second)):
        off = given(RECEIVE, CONVENE, *told)
        assert off.case.standing == in_order.standing
        for one in told:
            off.when(one).then_nothing_happens()
        click = changed(CANCEL, at=CANCEL.at + timedelta(minutes=5))
        off.when(click).then_nothing_happens()


def test_a_meeting_is_called_off_twice_on_one_day_if_it_was_convened_again_between() -> None:
    """ToR 8.5, ADR 0102: that calls for it again; else its words are corrected."""
    otherwise = changed(CANCEL, at=CANCEL.at + timedelta(hours=6), because="the room is taken")
    off = given(RECEIVE, CONVENE, CANCEL)
    off.when(otherwise).then_refused(
        clause="the record", because="meeting '1' is already recorded", way_on="came between"
    )
    again = changed(CONVENE, at=CANCEL.at + timedelta(hours=3))
    given(*off.events, again).when(otherwise).then(recorded(MeetingCancelled, otherwise))
    given(*off.events, changed(again, meeting=2)).when(otherwise).then_refused(
        clause="the record", because="meeting '1' is already recorded"
    )
    given(RECEIVE, CONVENE, again, otherwise).when(CANCEL).then(recorded(MeetingCancelled, CANCEL))


def test_a_calling_off_whose_day_was_corrected_leaves_another_to_be_recorded() -> None:
    """ADR 0102: a second click of it adds nothing."""
    off = given(RECEIVE, CONVENE, CANCEL)
    later = recorded(MeetingCancelled, changed(CANCEL, at=at("2020-05-16 09:00")))
    correct = CorrectRecord(at=LATER, version=off.case.version, because="w", replacement=later)
    corrected = given(*off.events, correct)
    corrected.when(changed(CANCEL, at=at("2020-05-15 09:05"))).then_nothing_happens()
    another = changed(CANCEL, at=at("2020-05-18 09:00"))
    corrected.when(another).then(recorded(MeetingCancelled, another))


def test_another_meeting_that_is_convened_revives_none_that_was_called_off() -> None:
    """ToR 8.5: the same word on the first adds nothing."""
    second = changed(CONVENE, meeting=2)
    given(RECEIVE, CONVENE, CANCEL, second).when(CANCEL).then_nothing_happens()


# --- ToR 8.6: what the meeting leaves to be done


def test_the_minutes_of_a_meeting_are_recorded() -> None:
    """ToR 8.6: a later word on them holds."""
    given(*MET).when(MINUTES).then(recorded(MinutesRecorded, MINUTES))
    given(*MET, MINUTES).when(MINUTES).then_nothing_happens()
    signed = changed(MINUTES, document=document("MIN-2", "b"))
    given(*MET, MINUTES).when(signed).then(recorded(MinutesRecorded, signed))


def test_only_a_meeting_that_was_held_has_minutes() -> None:
    """ToR 8.6: convened is not held."""
    given(RECEIVE, CONVENE).when(MINUTES).then_refused(
        clause="ToR 8.6", because="nobody's attendance of meeting 1", way_on="RecordAttendance"
    )


def test_an_action_is_agreed_with_its_owner_and_its_day() -> None:
    """ToR 8.6: agreed again, the last word holds; the same word adds nothing."""
    given(*MET).when(AGREE_ACTION).then(recorded(ActionAgreed, AGREE_ACTION))
    given(*MET, AGREE_ACTION).when(AGREE_ACTION).then_nothing_happens()
    later = changed(AGREE_ACTION, at=at("2020-06-16 09:00"), due_on=date(2020, 7, 19))
    given(*MET, AGREE_ACTION).when(later).then(recorded(ActionAgreed, later))
    given().when(AGREE_ACTION).then_refused(clause="ToR 7.3", because="no notification")


def test_an_action_that_was_agreed_is_done() -> None:
    """ToR 8.6: with what it brought."""
    given(*MET, AGREE_ACTION).when(COMPLETE_ACTION).then(
        recorded(ActionCompleted, COMPLETE_ACTION)
    )
    given(*MET, AGREE_ACTION, COMPLETE_ACTION).when(COMPLETE_ACTION).then_nothing_happens()


def test_an_action_that_was_agreed_again_is_done_again() -> None:
    """ToR 8.6, ADR 0102: in whatever order that is recorded, and on one day only after it."""
    again = changed(AGREE_ACTION, at=at("2020-06-22 09:00"), words="ask the last one too")
    second = changed(COMPLETE_ACTION, at=at("2020-06-24 09:00"), words="all ask now")
    in_order = given(*MET, AGREE_ACTION, COMPLETE_ACTION, again, second).case
    for told in permutations((COMPLETE_ACTION, again, second)):
        done = given(*MET, AGREE_ACTION, *told)
        assert done.case.standing == in_order.standing
        done.when(COMPLETE_ACTION).then_nothing_happens()
        click = changed(second, at=second.at + timedelta(minutes=5))
        done.when(click).then_nothing_happens()
        done.when(changed(click, words="otherwise")).then_refused(
            clause="the record", because="'ACT-7' is already recorded", way_on="came between"
        )


def test_only_an_action_that_was_agreed_is_done() -> None:
    """ToR 8.6: another reference is another action."""
    given(*MET, AGREE_ACTION).when(changed(COMPLETE_ACTION, action="ACT-8")).then_refused(
        clause="ToR 8.6",
        because="action 'ACT-8' has not been agreed; agreed so far: ACT-7",
        way_on="AgreeAction",
    )


# --- ToR 8.7: the report goes to the members


def test_the_report_goes_to_the_members() -> None:
    """ToR 8.7: the version says which report."""
    given(*DECIDED, COMPILE).when(TO_MEMBERS).then(recorded(ReportSentToMembers, TO_MEMBERS))


def test_only_a_compiled_version_goes_to_the_members() -> None:
    """ToR 7.7: without one there is nothing to send."""
    given(*DECIDED).when(TO_MEMBERS).then_refused(
        clause="ToR 7.7", because="version 1 of the report has not been compiled"
    )


def test_the_same_version_goes_to_the_members_once() -> None:
    """ToR 8.7: saying it again adds nothing."""
    given(*DECIDED, COMPILE, TO_MEMBERS).when(TO_MEMBERS).then_nothing_happens()


# --- ToR 8.9: the Panel's point of contact


def test_a_letter_to_the_panel_is_logged() -> None:
    """ToR 8.9: sent or received."""
    given(RECEIVE).when(WRITE).then(recorded(PanelCorrespondenceLogged, WRITE))


def test_a_letter_answers_one_that_was_logged() -> None:
    """ToR 8.9: and no other, itself least of all."""
    given(RECEIVE, ANSWER_AWAITED).when(WRITE_BACK).then(
        recorded(PanelCorrespondenceLogged, WRITE_BACK)
    )
    for history in ((RECEIVE,), (RECEIVE, WRITE)):
        given(*history).when(WRITE_BACK).then_refused(
            clause="ToR 8.9",
            because="answers letter 'LET-2', and no such letter has been logged",
            way_on="LogPanelCorr",
        )
    given(RECEIVE).when(changed(WRITE_BACK, answers="LET-3")).then_refused(
        clause="ToR 8.9", because="answers letter 'LET-3', and no such letter has been logged"
    )


def test_a_letter_needs_a_case() -> None:
    """ToR 7.3: there is nothing to write about before the notification."""
    given().when(WRITE).then_refused(clause="ToR 7.3", because="no notification")


def test_a_letter_is_logged_once() -> None:
    """ToR 8.9: the same letter adds nothing, and with other words it is another letter."""
    given(RECEIVE, WRITE).when(WRITE).then_nothing_happens()
    given(RECEIVE, WRITE).when(changed(WRITE, sent=False)).then_refused(
        clause="the record", because="'LET-1' is already recorded"
    )


# --- ToR 8.10: the practice review that follows


def test_a_practice_review_is_commissioned_and_its_six_months_start() -> None:
    """ToR 2.1, 8.10: from 30 June 2020 to 30 December 2020."""
    commissioned, clock = given(*DECIDED).when(COMMISSION).events
    assert commissioned == recorded(PracticeReviewCommissioned, COMMISSION)
    assert isinstance(clock, DeadlineSet)
    assert (clock.deadline, clock.due) == ("publication", date(2020, 12, 30))


def test_a_practice_review_is_commissioned_where_the_decision_asks_for_one() -> None:
    """ToR 2.1: before a decision, or after one against it, there is nothing to commission."""
    given(*ASSESSED, DECIDE_NOT).when(COMMISSION).then_refused(
        clause="ToR 2.1", because="asks for no practice review: no-practice-review"
    )
    given(RECEIVE).when(COMMISSION).then_refused(
        clause="ToR 2.1",
        because="no decision that asks for a practice review is recorded yet",
        way_on="MakeDecision",
    )
    given(*DECIDED, RECONSIDER).when(COMMISSION).then_refused(
        clause="ToR 2.1", because="no-practice-review"
    )


def test_a_practice_review_is_commissioned_once() -> None:
    """ToR 8.10: the same commission adds nothing; another starts no second clock."""
    given(*DECIDED, COMMISSION).when(COMMISSION).then_nothing_happens()
    wider = changed(COMMISSION, at=at("2020-07-15 09:00"), scope="from conception")
    given(*DECIDED, COMMISSION).when(wider).then(recorded(PracticeReviewCommissioned, wider))


def test_publication_is_planned_and_planned_again() -> None:
    """ToR 8.10: the last plan holds, also where it goes back to the first."""
    commissioned = (*DECIDED, COMMISSION)
    given(*commissioned).when(PLAN).then(recorded(PublicationPlanned, PLAN))
    given(*commissioned, PLAN).when(PLAN).then_nothing_happens()
    later = changed(PLAN, at=at("2020-11-30 09:00"), planned_on=date(2021, 1, 15))
    again = changed(PLAN, at=at("2020-12-07 09:00"))
    given(*commissioned, PLAN, later).when(again).then(recorded(PublicationPlanned, again))


def test_only_a_practice_review_that_was_commissioned_is_planned_or_sent_ahead() -> None:
    """ToR 8.10: there is nothing to publish before it."""
    for command in (PLAN, SEND_AHEAD):
        given(*DECIDED).when(command).then_refused(
            clause="ToR 8.10", because="no practice review has been commissioned"
        )


def test_a_copy_is_sent_ahead_of_publication() -> None:
    """ToR 3.2: to the Panel and the Secretary of State; once published, nothing goes ahead."""
    commissioned = (*DECIDED, COMMISSION)
    given(*commissioned).when(SEND_AHEAD).then(recorded(PublicationSentAhead, SEND_AHEAD))
    given(*commissioned, SEND_AHEAD).when(SEND_AHEAD).then_nothing_happens()
    late = changed(SEND_AHEAD, at=at("2020-12-16 09:00"))
    (found,) = irregular(*commissioned, PUBLISH, late)
    assert (found.clause, found.because) == (
        "ToR 3.2",
        "the practice review is already published, so no copy can go out before it",
    )


def test_a_practice_review_comes_to_a_milestone_once_it_is_commissioned() -> None:
    """ToR 8.10: from a short list."""
    commissioned = (*DECIDED, COMMISSION)
    given(*commissioned).when(MILESTONE).then(recorded(PracticeReviewMilestoneReached, MILESTONE))
    given(*commissioned, MILESTONE).when(MILESTONE).then_nothing_happens()
    given(*DECIDED).when(MILESTONE).then_refused(
        clause="ToR 8.10", because="no practice review has been commissioned"
    )
