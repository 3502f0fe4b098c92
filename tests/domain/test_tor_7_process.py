"""ToR 7: from the notification to the feedback, step by step."""

from datetime import date, datetime, timedelta
from itertools import permutations

import pytest

from rapid_review.domain.clocks import calendar_ref
from rapid_review.domain.commands import CorrectRecord
from rapid_review.domain.events import (
    AgencyReportFiled,
    AgencyReportRequested,
    CaseClosed,
    CaseReopened,
    CriteriaAssessed,
    DeadlineSet,
    FeedbackShared,
    ImmediateActionRecorded,
    MeetingConvened,
    MemberInformed,
    NotificationReceived,
    PanelDiscussionNoted,
    PanelFeedbackReceived,
    ReportCompiled,
    ReportsCollated,
    ReportSentToPanel,
    ReportsShared,
    TermsReplaced,
)
from rapid_review.domain.registry import findings
from rapid_review.domain.rules import Verdict
from rapid_review.domain.vocabulary import MeetingManner
from rapid_review.testing import given
from tests.domain.a_review import (
    ACT,
    AGREE,
    ANSWERED,
    ASSESS,
    ATTEND,
    CANCEL,
    CLOSE,
    CLOSE_AGAIN,
    CLOSED,
    COLLATE,
    COMPILE,
    CONVENE,
    DECIDED,
    DIFFER,
    DISAGREE,
    DISCUSS,
    ENGLAND,
    FILE,
    INFORM,
    INFORM_ALL,
    KENT,
    LATER,
    LATER_KENT,
    MET,
    RECEIVE,
    RECONSIDER,
    REOPEN,
    REOPEN_AGAIN,
    REPLACE,
    REQUEST,
    SENT,
    SHARE,
    TELL_GROUP,
    TELL_PARTNERS,
    TO_PANEL,
    TOLD,
    at,
    changed,
    document,
    irregular,
    recorded,
    varied,
)

FILED = (RECEIVE, FILE)
COLLATED = (*FILED, COLLATE)
CONVENED = (RECEIVE, CONVENE)


def started(deadline: str, at: datetime, counted_from: date, due: date) -> DeadlineSet:
    """Return a clock of the Kent terms as it is set, between two days."""
    clock = KENT.clocks[deadline]
    return DeadlineSet(
        at=at,
        deadline=deadline,
        counted_from=counted_from,
        due=due,
        length=clock.length,
        unit=clock.unit,
        counts_day_of_start=False,
        calendar=calendar_ref(ENGLAND),
        clause=clock.clause,
    )


# --- ToR 7.3: the receipt


def test_a_notification_opens_the_case_and_starts_the_clocks() -> None:
    """ToR 7.3, 8.1: the terms are pinned, and each clock that starts is set beside it."""
    given().when(RECEIVE).then(
        recorded(NotificationReceived, RECEIVE, terms=KENT.ref),
        started("notify-panel", RECEIVE.at, date(2020, 5, 1), date(2020, 5, 11)),
        started("rapid-review", RECEIVE.at, date(2020, 5, 4), date(2020, 5, 27)),
        started("decision", RECEIVE.at, date(2020, 5, 4), date(2020, 5, 27)),
    )


def test_the_index_child_is_one_of_the_notification() -> None:
    """ToR 8.1: published breakdowns speak of one child."""
    named = changed(RECEIVE, index_child="C-1")
    received, *_ = given().when(named).events
    assert received == recorded(NotificationReceived, named, terms=KENT.ref)
    in_small_letters = changed(RECEIVE, index_child="c-1")  # the same child (I-6)
    received, *_ = given().when(in_small_letters).events
    assert received == recorded(NotificationReceived, in_small_letters, terms=KENT.ref)
    given().when(changed(RECEIVE, index_child="C-2")).then_refused(
        clause="ToR 8.1", because="index child 'C-2'", way_on="Allowed: C-1"
    )


def test_one_case_has_one_notification() -> None:
    """ToR 8.1: a second one is mended, linked, or another case."""
    second = changed(RECEIVE, reference="CSPR-2020-08")
    given(RECEIVE).when(second).then_refused(
        clause="ToR 8.1", because="already has its notification", way_on="LinkProcess"
    )


def test_a_notification_told_twice_is_recorded_once() -> None:
    """ToR 7.3: the same notification adds nothing and starts nothing."""
    given(RECEIVE).when(RECEIVE).then_nothing_happens()


def test_the_class_of_a_notification_is_one_that_somebody_defined() -> None:
    """ToR 8.1: national or local; both are listed."""
    given().when(changed(RECEIVE, notification_class="near-miss")).then_refused(
        clause="ToR 8.1",
        because="notification class 'near-miss'",
        way_on="looked-after-child-death, serious-incident",
    )


def test_a_clock_for_some_classes_of_notification_starts_for_those_alone() -> None:
    """ToR 7.3: a partnership's own class opens a review of which nobody need tell the Panel."""
    serious = KENT.national.notification_classes[0]
    referral = changed(serious, code="agency-referral")
    notify = changed(KENT.clocks["notify-panel"], only_for_classes=(serious.code,))
    terms = varied(KENT, notification_classes=(referral,), deadlines=(*KENT.deadlines, notify))
    referred = given(changed(RECEIVE, notification_class=referral.code), terms=terms)
    assert set(referred.case.review.clocks) == {"rapid-review", "decision"}
    notified = given(RECEIVE, terms=terms)
    assert set(notified.case.review.clocks) == {"notify-panel", "rapid-review", "decision"}


# --- ToR 7.4: agencies


def test_an_agency_is_asked() -> None:
    """ToR 7.4, 8.3: about the child and the family, by a day."""
    given(RECEIVE).when(REQUEST).then(recorded(AgencyReportRequested, REQUEST))


def test_no_agency_is_asked_before_the_notification() -> None:
    """ToR 7.3: there is nothing to ask about."""
    given().when(REQUEST).then_refused(clause="ToR 7.3", because="no notification")


def test_an_agency_asked_twice_for_the_same_is_asked_once() -> None:
    """ToR 7.4: the same request adds nothing; by another day it is a reminder."""
    given(RECEIVE, REQUEST).when(REQUEST).then_nothing_happens()
    reminder = changed(REQUEST, due_on=date(2020, 5, 15))
    given(RECEIVE, REQUEST).when(reminder).then(recorded(AgencyReportRequested, reminder))


def test_an_agency_answers_asked_or_unasked() -> None:
    """ToR 7.4: a report that nobody asked for is filed like any other."""
    given(RECEIVE, REQUEST).when(FILE).then(recorded(AgencyReportFiled, FILE))
    given(RECEIVE).when(FILE).then(recorded(AgencyReportFiled, FILE))


def test_an_agency_that_knew_nothing_says_so() -> None:
    """ToR 7.4: a nil return is an answer."""
    nil = changed(FILE, document=None, nil_return=True, summary=None)
    given(RECEIVE).when(nil).then(recorded(AgencyReportFiled, nil))


def test_no_report_is_filed_before_the_notification() -> None:
    """ToR 7.3: there is no case to file it in."""
    given().when(FILE).then_refused(clause="ToR 7.3", because="no notification")


def test_a_report_filed_twice_is_recorded_once() -> None:
    """ToR 7.4: the same report adds nothing; a fuller one is another."""
    given(*FILED).when(FILE).then_nothing_happens()
    fuller = changed(FILE, document=document("AR-2", "b"))
    given(*FILED).when(fuller).then(recorded(AgencyReportFiled, fuller))


# --- ToR 7.5: collate and share


def test_reports_are_collated_and_numbered() -> None:
    """ToR 7.5: a report that comes later asks for the next collation."""
    given(*FILED).when(COLLATE).then(recorded(ReportsCollated, COLLATE, collation=1))
    late = changed(FILE, agency="police", at=at("2020-05-15 16:00"))
    both = changed(COLLATE, agencies=("school", "police"), document=document("COL-2", "b"))
    given(*COLLATED, late).when(both).then(recorded(ReportsCollated, both, collation=2))


def test_only_what_was_filed_is_collated() -> None:
    """ToR 7.5: the missing report is named, and so are those filed."""
    given(*FILED).when(changed(COLLATE, agencies=("school", "gp"))).then_refused(
        clause="ToR 7.5",
        because="no report has been filed by gp",
        way_on="Agencies that have filed a report: school.",
    )
    given(RECEIVE).when(changed(COLLATE, agencies=("school",))).then_refused(
        clause="ToR 7.5",
        because="no report has been filed yet",
        way_on="Record the report first with FileAgencyReport",
    )


def test_the_same_collation_twice_is_one() -> None:
    """ToR 7.5: the same reports in the same document add nothing."""
    given(*COLLATED).when(COLLATE).then_nothing_happens()


def test_a_collation_is_sent_to_the_seats() -> None:
    """ToR 7.5, 8.4: to every seat of the group."""
    given(*COLLATED).when(SHARE).then(recorded(ReportsShared, SHARE))


def test_what_was_not_collated_is_not_shared() -> None:
    """ToR 8.4: the number of collations is given."""
    given(*COLLATED).when(changed(SHARE, collation=2)).then_refused(
        clause="ToR 8.4",
        because="collation 2 has not been recorded; recorded so far: 1",
    )


def test_a_collation_is_shared_with_seats_of_the_terms() -> None:
    """ToR 8.4: a stranger's seat is refused."""
    given(*COLLATED).when(changed(SHARE, seats=("press",))).then_refused(
        clause="ToR 8.4", because="seat 'press'"
    )


def test_a_collation_is_shared_with_the_same_seats_once() -> None:
    """ToR 8.4: the same sharing adds nothing."""
    given(*COLLATED, SHARE).when(SHARE).then_nothing_happens()


# --- ToR 7.1, 7.6: the meeting


def test_a_meeting_is_convened_on_no_schedule() -> None:
    """ToR 7.1, 7.6, 8.5: whenever one is called for, in person, virtually or some of each."""
    for manner in MeetingManner:
        meeting = changed(CONVENE, manner=manner)
        given(RECEIVE).when(meeting).then(recorded(MeetingConvened, meeting))
        assert list(irregular(RECEIVE, meeting)) == []
    assert KENT.meetings.schedule == "none"


def test_a_manner_of_meeting_that_the_terms_do_not_name_is_found() -> None:
    """ToR 7.6: it was held like that; with other terms that is irregular."""
    in_person = varied(KENT, meetings=changed(KENT.meetings, manners=(MeetingManner.IN_PERSON,)))
    (finding,) = irregular(RECEIVE, CONVENE, terms=in_person)
    assert finding.clause == "ToR 7.1, 7.6"
    assert finding.way_on.startswith("Allowed: in-person. If the record is right, ")


def test_a_meeting_that_was_held_is_not_convened_again() -> None:
    """ToR 8.5: the next number can be."""
    moved = changed(CONVENE, at=at("2020-05-20 09:00"), meets_at=at("2020-05-26 13:00"))
    for again in (moved, changed(moved, at=ATTEND.at)):
        given(*MET).when(again).then_refused(
            clause="ToR 8.5", because="meeting 1 has already been held"
        )
    given(*MET).when(moved).then_refused(
        clause="ToR 8.5", because="meeting 1 has already been held", way_on="the next number"
    )
    second = changed(moved, meeting=2)
    given(*MET).when(second).then(recorded(MeetingConvened, second))


def test_that_a_meeting_was_moved_may_be_recorded_after_it_was_held() -> None:
    """ToR 8.5, ADR 0103: on 13 May it was convened for the 20th, on the 14th for the 19th."""
    first = changed(CONVENE, at=at("2020-05-13 12:00"), meets_at=at("2020-05-20 13:00"))
    given(*MET).when(first).then(recorded(MeetingConvened, first))
    late, in_order = given(*MET, first), given(RECEIVE, first, CONVENE, ATTEND)
    assert late.case.standing == in_order.case.standing
    late.when(first).then_nothing_happens()


def test_a_meeting_not_yet_held_is_moved() -> None:
    """ToR 8.5: the latest word on its time holds, and the same word adds nothing."""
    moved = changed(CONVENE, meets_at=at("2020-05-26 13:00"))
    given(*CONVENED).when(CONVENE).then_nothing_happens()
    given(*CONVENED).when(moved).then(recorded(MeetingConvened, moved))
    given(*CONVENED, moved).when(CONVENE).then(recorded(MeetingConvened, CONVENE))


# --- ToR 7.7: the report


def test_a_report_is_compiled_with_every_aim_of_the_review() -> None:
    """ToR 1.1 to 1.4, 7.7: nothing is found wrong with it."""
    given(*DECIDED).when(COMPILE).then(recorded(ReportCompiled, COMPILE))
    assert list(irregular(*DECIDED, COMPILE)) == []


def test_there_is_no_report_before_the_decision() -> None:
    """ToR 7.7: the report holds the decision."""
    given(*MET).when(COMPILE).then_refused(clause="ToR 7.6", because="has not decided")


def test_versions_of_the_report_follow_each_other() -> None:
    """ToR 7.7: 1, then 2; the first number that is missing is named."""
    given(*DECIDED).when(changed(COMPILE, version=2)).then_refused(
        clause="ToR 7.7", because="version 2", way_on="Record version 1 first with CompileReport."
    )
    third = changed(COMPILE, version=3, document=document("RR-3", "c"))
    given(*DECIDED, COMPILE).when(third).then_refused(
        clause="ToR 7.7", because="version 2", way_on="Record version 2 first"
    )
    second = changed(COMPILE, version=2, document=document("RR-2", "b"))
    given(*DECIDED, COMPILE).when(second).then(recorded(ReportCompiled, second))


def test_a_report_compiled_twice_is_one() -> None:
    """ToR 7.7: the same version adds nothing, and with other content it is the next one."""
    given(*DECIDED, COMPILE).when(COMPILE).then_nothing_happens()
    given(*DECIDED, COMPILE).when(changed(COMPILE, document=document("RR-2", "b"))).then_refused(
        clause="the record", because="version '1' is already recorded", way_on="Give another"
    )


def test_a_report_addresses_limbs_of_the_rule_set() -> None:
    """ToR 7.7: another limb is refused, and the rule set's are listed."""
    given(*DECIDED).when(changed(COMPILE, limbs=("blame",))).then_refused(
        clause="ToR 7.7", because="limb 'blame'", way_on="facts, immediate-action"
    )


def test_an_aim_that_the_report_leaves_out_is_found() -> None:
    """ToR 1.1 to 1.4: it was compiled like that, and what it lacks is named."""
    (finding,) = irregular(*DECIDED, changed(COMPILE, limbs=("facts", "next-steps")))
    assert finding.clause == "ToR 1.1, 1.2, 1.3, 1.4"
    assert finding.because == "the report does not address: immediate-action, improvements"


def test_the_report_goes_to_the_panel() -> None:
    """ToR 2.2, 7.7, 8.8: which stops the clock of the rapid review."""
    given(*DECIDED, COMPILE).when(TO_PANEL).then(recorded(ReportSentToPanel, TO_PANEL))
    assert list(irregular(*DECIDED, COMPILE, TO_PANEL)) == []


def test_a_version_that_was_compiled_twice_is_found() -> None:
    """ToR 7.7: in a record from elsewhere; asked for, it is refused as recorded already."""
    twice = recorded(ReportCompiled, changed(COMPILE, document=document("RR-2", "b")))
    found = findings(twice, ReportCompiled, given(*DECIDED, COMPILE).case, KENT)
    (wrong,) = (one for one in found if one.verdict is not Verdict.HOLDS)
    assert (wrong.clause, wrong.verdict) == ("ToR 7.7", Verdict.FORBIDDEN)
    assert wrong.because == "version 1 of the report has already been compiled"


def test_only_a_compiled_version_goes_to_the_panel() -> None:
    """ToR 7.7: a version that does not exist is not sent."""
    given(*DECIDED, COMPILE).when(changed(TO_PANEL, version=2)).then_refused(
        clause="ToR 7.7", because="version 2 of the report has not been compiled"
    )


def test_the_same_version_goes_to_the_panel_once() -> None:
    """ToR 7.7: saying it again adds nothing."""
    given(*SENT).when(TO_PANEL).then_nothing_happens()


# --- ToR 7.8: the Panel


def test_the_day_of_the_panels_meeting_starts_its_ten_days() -> None:
    """ToR 7.8: counted from the Panel's own meeting, 2 June 2020, and not from ours (I-5)."""
    given(*SENT).when(DISCUSS).then(
        recorded(PanelDiscussionNoted, DISCUSS),
        started("panel-feedback", DISCUSS.at, date(2020, 6, 2), date(2020, 6, 16)),
    )


def test_the_panel_discusses_what_was_sent_to_it() -> None:
    """ToR 8.8: the report comes first, and may be recorded late."""
    given(*DECIDED).when(DISCUSS).then_refused(
        clause="ToR 8.8", because="no report has been sent", way_on="first with SendReportToPanel"
    )


def test_the_panels_meeting_is_noted_once_and_its_clock_starts_once() -> None:
    """ToR 7.8: the same day adds nothing; a second discussion starts no second clock."""
    given(*SENT, DISCUSS).when(DISCUSS).then_nothing_happens()
    second = changed(DISCUSS, discussed_on=date(2020, 6, 30))
    given(*SENT, DISCUSS).when(second).then(recorded(PanelDiscussionNoted, second))


def test_the_panel_answers() -> None:
    """ToR 7.8: whether or not the day of its meeting is known."""
    given(*SENT).when(AGREE).then(recorded(PanelFeedbackReceived, AGREE))


def test_the_panel_answers_what_was_sent_to_it() -> None:
    """ToR 8.8: the report comes first."""
    given(*DECIDED).when(AGREE).then_refused(clause="ToR 8.8", because="no report has been sent")


def test_an_answer_of_the_panel_told_twice_is_recorded_once() -> None:
    """ToR 7.8: the same answer adds nothing, until there was something new to answer."""
    given(*ANSWERED).when(AGREE).then_nothing_happens()
    again = given(*SENT, DISAGREE, RECONSIDER)
    again.when(DISAGREE).then_nothing_happens()
    second = changed(DISAGREE, at=at("2020-07-06 15:00"))
    again.when(second).then(recorded(PanelFeedbackReceived, second))


def test_each_answer_that_came_to_another_discussion_is_recorded() -> None:
    """ToR 7.8: the Panel may say the same once more, of what was sent to it or discussed again."""
    compiled = changed(
        COMPILE, at=at("2020-06-14 09:00"), version=2, document=document("RR-2", "b")
    )
    second = changed(AGREE, at=at("2020-07-06 15:00"))
    for since in (
        (compiled, changed(TO_PANEL, at=at("2020-06-15 09:00"), version=2)),
        (changed(DISCUSS, at=at("2020-07-01 09:00"), discussed_on=date(2020, 6, 30)),),
    ):
        given(*ANSWERED, *since).when(second).then(recorded(PanelFeedbackReceived, second))


# --- ToR 7.9: telling everyone, and closing


def test_the_feedback_is_shared_with_group_and_partners() -> None:
    """ToR 7.9: each is an event of its own."""
    given(*ANSWERED).when(TELL_GROUP).then(recorded(FeedbackShared, TELL_GROUP))
    given(*ANSWERED, TELL_GROUP).when(TELL_PARTNERS).then(recorded(FeedbackShared, TELL_PARTNERS))


@pytest.mark.parametrize("recorded_so", list(permutations(range(4))))
def test_each_answer_is_passed_on_in_whatever_order_that_is_recorded(
    recorded_so: tuple[int, ...],
) -> None:
    """ToR 7.9: what was told of the first answer is another fact than what was told of the second.

    Also where the second telling bears an earlier minute than the answer that came on its day.
    """
    tells = (TELL_GROUP, TELL_PARTNERS)
    later = [changed(one, at=DIFFER.at - timedelta(hours=1)) for one in tells]
    told = [(*tells, *later)[number] for number in recorded_so]
    answered = given(*SENT, DISAGREE, DIFFER)
    case = given(*SENT, DISAGREE, DIFFER, *told).case
    assert len(case.all(FeedbackShared)) == len(answered.case.all(FeedbackShared)) + 4
    for one in told:
        given(*SENT, DISAGREE, DIFFER, *told).when(one).then_nothing_happens()


def test_a_command_that_is_delivered_again_leaves_what_was_corrected_since() -> None:
    """ADR 0102: its day was wrong, and the file that holds it is sent once more."""
    sent = given(*SENT)
    version = sent.case.version
    assert isinstance(sent.case.recorded[-1], ReportSentToPanel)
    later = recorded(ReportSentToPanel, changed(TO_PANEL, at=at("2020-05-29 09:00")))
    correct = CorrectRecord(at=LATER, version=version, because="w", replacement=later)
    given(*SENT, correct).when(TO_PANEL).then_nothing_happens()
    retract = CorrectRecord(at=LATER, version=version, because="w")
    given(*SENT, retract).when(TO_PANEL).then(recorded(ReportSentToPanel, TO_PANEL))


def test_a_second_click_that_is_delivered_again_leaves_what_was_corrected_since() -> None:
    """ADR 0102: both clicks stand in the file that is sent once more."""
    clicked = changed(TO_PANEL, at=TO_PANEL.at + timedelta(minutes=5))
    version = given(*SENT).case.version
    later = recorded(ReportSentToPanel, changed(TO_PANEL, at=at("2020-05-29 09:00")))
    correct = CorrectRecord(at=LATER, version=version, because="w", replacement=later)
    given(*SENT, correct).when(clicked).then_nothing_happens()
    acted = given(RECEIVE, ACT)
    words = recorded(ImmediateActionRecorded, changed(ACT, words="another word"))
    correct = changed(correct, version=acted.case.version, replacement=words)
    again = changed(ACT, at=ACT.at + timedelta(minutes=2))
    given(RECEIVE, ACT, correct).when(again).then_nothing_happens()


def test_terms_that_are_replaced_again_by_the_same_file_stay() -> None:
    """ADR 0102: what is delivered again names them by their id."""
    replaced = given(*given(RECEIVE).events, REPLACE, terms=LATER_KENT)
    asked = changed(REPLACE, at=LATER + timedelta(days=1))
    back = recorded(TermsReplaced, asked, terms=KENT.ref, old_terms=LATER_KENT.ref)
    given(*replaced.events, back, terms=LATER_KENT).when(REPLACE).then_nothing_happens()


def test_a_convening_that_is_delivered_again_is_not_refused() -> None:
    """ADR 0102: the meeting was called off, convened again and held since."""
    again = changed(CONVENE, at=at("2020-05-16 09:00"))
    for more in ((), (ATTEND,)):
        since = given(RECEIVE, CONVENE, CANCEL, again, *more)
        since.when(CONVENE).then_nothing_happens()
        since.when(again).then_nothing_happens()


def test_a_meeting_is_convened_again_in_whatever_order_that_is_recorded() -> None:
    """ToR 8.5: called off on 15 May and convened again on the 16th, under its number."""
    again = changed(CONVENE, at=at("2020-05-16 09:00"))
    given(RECEIVE, CONVENE).when(CONVENE).then_nothing_happens()
    recorded_late = given(RECEIVE, CONVENE, again, CANCEL, ATTEND)
    recorded_late.when(ASSESS).then(recorded(CriteriaAssessed, ASSESS))
    assert len(recorded_late.case.all(MeetingConvened)) == 2


def test_what_is_told_twice_on_one_day_is_two_if_an_answer_came_between() -> None:
    """ToR 7.9: in the morning of the first answer, in the afternoon of the second."""
    afternoon = changed(TELL_GROUP, at=TELL_GROUP.at + timedelta(hours=6))
    between = changed(DIFFER, at=TELL_GROUP.at + timedelta(hours=3))
    given(*SENT, DISAGREE, TELL_GROUP).when(afternoon).then_nothing_happens()
    answered = given(*SENT, DISAGREE, TELL_GROUP, between)
    answered.when(afternoon).then(recorded(FeedbackShared, afternoon))
    earlier = changed(TELL_GROUP, at=TELL_GROUP.at - timedelta(hours=1))
    answered.when(earlier).then_nothing_happens()


def test_a_second_click_before_the_next_answer_adds_nothing_once_that_is_recorded() -> None:
    """ADR 0102: what calls for a step again comes before it, whenever that is recorded."""
    between = changed(DIFFER, at=TELL_GROUP.at + timedelta(hours=3))
    answered = given(*SENT, DISAGREE, TELL_GROUP, between)
    click = changed(TELL_GROUP, at=TELL_GROUP.at + timedelta(minutes=5))
    answered.when(click).then_nothing_happens()
    at_once = changed(TELL_GROUP, at=between.at)
    answered.when(at_once).then(recorded(FeedbackShared, at_once))


def test_what_is_told_of_the_first_answer_may_be_recorded_after_what_is_told_of_the_second() -> (
    None
):
    """ADR 0102: on one day, where the second answer came between the two."""
    between = changed(DIFFER, at=TELL_GROUP.at + timedelta(hours=3))
    second = changed(TELL_GROUP, at=TELL_GROUP.at + timedelta(hours=6))
    told = given(*SENT, DISAGREE, between, second)
    told.when(TELL_GROUP).then(recorded(FeedbackShared, TELL_GROUP))
    both = given(*told.events, TELL_GROUP)
    for said in (TELL_GROUP, second):
        both.when(said).then_nothing_happens()
        both.when(changed(said, at=said.at + timedelta(minutes=5))).then_nothing_happens()


def test_what_happened_on_another_day_too_is_recorded() -> None:
    """ToR 7.2, 7.6: by its day a duty is done in time, and a decision was prepared."""
    later = changed(INFORM, at=at("2020-05-11 11:00"))
    given(RECEIVE, later).when(INFORM).then(recorded(MemberInformed, INFORM))
    given(RECEIVE, INFORM).when(later).then(recorded(MemberInformed, later))
    earlier_that_day = changed(INFORM, at=INFORM.at - timedelta(hours=1))
    given(RECEIVE, INFORM).when(earlier_that_day).then_nothing_happens()
    sent_later = changed(TO_PANEL, at=at("2020-05-29 09:00"))
    given(*SENT[:-1], sent_later).when(TO_PANEL).then(recorded(ReportSentToPanel, TO_PANEL))
    assessed_late = changed(ASSESS, at=at("2020-06-20 10:00"))
    given(*MET, assessed_late).when(ASSESS).then(recorded(CriteriaAssessed, ASSESS))


def test_feedback_that_has_not_come_is_not_shared() -> None:
    """ToR 7.8: the answer comes first."""
    given(*SENT).when(TELL_GROUP).then_refused(
        clause="ToR 7.8", because="has not been received", way_on="first with ReceivePanelFeedback"
    )


def test_feedback_goes_to_those_whom_the_terms_name() -> None:
    """ToR 7.9: they are listed."""
    given(*ANSWERED).when(changed(TELL_GROUP, shared_with="press")).then_refused(
        clause="ToR 7.9", because="recipient 'press'", way_on="safeguarding-partners"
    )


def test_feedback_is_shared_once_for_each_answer() -> None:
    """ToR 7.9: saying it again adds nothing, until the Panel has answered once more."""
    given(*TOLD).when(TELL_GROUP).then_nothing_happens()
    answered_again = given(*TOLD, changed(AGREE, at=at("2020-06-19 15:00"), words="once more"))
    again = changed(TELL_GROUP, at=at("2020-06-22 09:00"))
    answered_again.when(again).then(recorded(FeedbackShared, again))


def test_a_case_closes_when_everyone_was_told() -> None:
    """ToR 7.9: the group and the partners."""
    given(*TOLD).when(CLOSE).then(recorded(CaseClosed, CLOSE))
    assert list(irregular(*TOLD, CLOSE)) == []


def test_a_case_of_which_a_member_was_never_told_is_closed_all_the_same() -> None:
    """ToR 7.2, 8.2: that is a duty of the case and no rule of its closing; it is found as such."""
    history = (*ANSWERED, *INFORM_ALL[1:], TELL_GROUP, TELL_PARTNERS, CLOSE)
    assert list(irregular(*history)) == []


def test_a_second_answer_is_passed_on_before_the_closing() -> None:
    """ToR 7.9: those who were told of the first answer wait for the second."""
    second = changed(AGREE, at=at("2020-06-19 15:00"), words="once more")
    given(*TOLD, second).when(CLOSE).then_refused(clause="ToR 7.9", because="not yet been shared")
    on_the_day = changed(second, at=CLOSE.at - timedelta(hours=1))
    given(*TOLD, on_the_day).when(CLOSE).then_refused(
        clause="ToR 7.9", because="not yet been shared"
    )


def test_a_report_that_went_again_is_answered_before_the_closing() -> None:
    """ToR 7.8, 7.9: the Panel's answer to a reconsidered decision is awaited (reading I-23)."""
    again = changed(COMPILE, at=at("2020-06-24 10:00"), version=2, document=document("RR-2", "b"))
    sent = changed(TO_PANEL, at=at("2020-06-25 10:00"), version=2)
    told = (*SENT, DISAGREE, TELL_GROUP, TELL_PARTNERS)
    given(*told, RECONSIDER, again, sent).when(CLOSE).then_refused(
        clause="ToR 7.9", because="has not answered the report that was sent to it again"
    )


def test_a_case_stays_open_until_the_partners_were_told() -> None:
    """ToR 7.9: who is still waiting is named."""
    given(*ANSWERED, TELL_GROUP).when(CLOSE).then_refused(
        clause="ToR 7.9", because="not yet been shared with: safeguarding-partners"
    )


def test_a_case_is_closed_once() -> None:
    """ToR 7.9: closing again adds nothing, until it was opened again."""
    given(*CLOSED).when(CLOSE).then_nothing_happens()
    given(*CLOSED, REOPEN).when(CLOSE_AGAIN).then(recorded(CaseClosed, CLOSE_AGAIN))


def test_closing_on_a_disagreement_that_nobody_looked_at_is_found() -> None:
    """ToR 7.8: recorded, and found; a reconsideration settles it, whatever its outcome."""
    told = (*INFORM_ALL, TELL_GROUP, TELL_PARTNERS)
    (finding,) = irregular(*SENT, DISAGREE, *told, CLOSE)
    assert finding.clause == "ToR 7.8"
    assert list(irregular(*SENT, DISAGREE, RECONSIDER, *told, CLOSE)) == []


def test_a_closed_case_meets_only_when_it_is_opened_again() -> None:
    """ToR 7.9: what to do next is named."""
    second = changed(CONVENE, at=at("2020-07-03 09:00"), meeting=2)
    given(*CLOSED).when(second).then_refused(
        clause="ToR 7.9", because="the case was not open on", way_on="ReopenCase"
    )
    later = changed(second, at=at("2020-09-02 09:00"))
    given(*CLOSED, REOPEN).when(later).then(recorded(MeetingConvened, later))


def test_what_happened_before_the_closing_is_recorded_after_it() -> None:
    """ToR 7.9: the day on which the group met decides, not when it was recorded (I-15)."""
    for day in ("2020-06-23 09:00", "2020-07-02 23:30"):  # London's midnight is at 23:00 UTC
        second = changed(CONVENE, at=at(day), meeting=2)
        if second.at < at("2020-07-02 23:00"):
            given(*CLOSED).when(second).then(recorded(MeetingConvened, second))
        else:
            given(*CLOSED).when(second).then_refused(clause="ToR 7.9", because="was not open")


def test_a_fact_that_arrives_after_closing_is_recorded() -> None:
    """ToR 7.4: a late report needs no reopening."""
    late = changed(FILE, at=at("2021-02-01 09:00"))
    given(*CLOSED).when(late).then(recorded(AgencyReportFiled, late))


def test_a_closed_case_is_opened_again() -> None:
    """ToR 7.9: with the reason."""
    given(*CLOSED).when(REOPEN).then(recorded(CaseReopened, REOPEN))


def test_an_open_case_is_not_opened_again() -> None:
    """ToR 7.9: nothing needs it."""
    given(*TOLD).when(REOPEN).then_refused(clause="ToR 7.9", because="the case is not closed")


def test_a_case_is_reopened_once_for_each_closing() -> None:
    """ToR 7.9: the same reopening adds nothing; after another closing it is another."""
    given(*CLOSED, REOPEN).when(REOPEN).then_nothing_happens()
    again = given(*CLOSED, REOPEN, CLOSE_AGAIN)
    again.when(REOPEN_AGAIN).then(recorded(CaseReopened, REOPEN_AGAIN))


def test_a_closing_that_was_written_down_earlier_may_come_later_than_the_reopening() -> None:
    """ToR 7.9.

    The day of the reopening is mistyped, and is found by anyone who judges the case.
    """
    early = changed(REOPEN, at=at("2020-07-01 09:00"), because="a day that is mistyped")
    whole = given(*CLOSED, REOPEN, CLOSE_AGAIN, REOPEN_AGAIN)
    whole.when(early).then(recorded(CaseReopened, early))
