"""The rules, asked again of what is in a record."""

from datetime import date, timedelta

import pytest

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.case import MeetingHeld, replay
from rapid_review.domain.corrections import must_make_sense
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CalendarError, Refused
from rapid_review.domain.registry.record_rows import BESIDE_CASES, BY_TWO, HOLDS_AND_ERASURES
from rapid_review.domain.rules import Verdict
from rapid_review.domain.rules.meeting import quorum_by_meeting
from rapid_review.domain.rules.order_of_days import MAY_PRECEDE_THE_RECEIPT
from rapid_review.domain.team_events import PanelNotified
from rapid_review.domain.terms.deadlines import Receipt
from rapid_review.domain.terms.quorum import AllOf
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import CASE, AsOf, CaseHistory, project
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.findings import findings
from rapid_review.projections.case.judgement import judgement
from rapid_review.projections.editions import by_terms_of_then
from rapid_review.projections.statistics.case_facts import case_facts
from rapid_review.testing.naive_judge import judge
from rapid_review.testing.telling import holder
from tests.domain.a_review import (
    AGREE,
    ASSESS,
    ATTEND,
    CLOSE,
    CLOSED,
    COMMISSION,
    COMPILE,
    CONVENE,
    DECIDE,
    DISAGREE,
    DISCUSS,
    ENGLAND,
    INFORM,
    INVITE,
    KENT,
    LATER,
    RECEIVE,
    RECONSIDER,
    SEATS,
    SENT,
    TELL_GROUP,
    TELL_PARTNERS,
    TO_PANEL,
    TOLD_LATER,
    UNTOLD,
    WRITE,
    at,
    changed,
    recorded,
    seated,
    varied,
)
from tests.golden.entries import EVENTS as STEPS
from tests.projections.a_record import Written, entries_of, written

FOUR = tuple(seat for seat in SEATS if seat != "police")
WITHOUT_POLICE = seated(*FOUR)
WITH_A_SCHOOL = varied(
    KENT,
    id="kent-and-medway-2021-09",
    seats=(*KENT.seats, changed(KENT.seats[0], id="education")),
    quorum=changed(KENT.quorum, needs=AllOf(all_of=(*SEATS, "education"))),
)
OF_FOUR = varied(
    KENT,
    id="kent-and-medway-2021-09",
    quorum=changed(KENT.quorum, needs=AllOf(all_of=FOUR)),
)
NOT_QUORATE = recorded(
    did.QuorumNotMet, changed(ATTEND, sat=WITHOUT_POLICE), empty_seats=("police",)
)
INQUORATE_DECISION = (RECEIVE, CONVENE, ASSESS, NOT_QUORATE, recorded(did.DecisionMade, DECIDE))


def test_where_every_rule_holds_nothing_is_found() -> None:
    """The review of `a_review.CLOSED` was held as the terms ask."""
    assert findings(CaseHistory(entries_of(*CLOSED), KENT, calendars.load)) == ()


def test_a_decision_of_an_inquorate_group_that_was_imported_is_found() -> None:
    """ToR 6.2: it could not be asked for; it is in the record of another system, and found."""
    entries = entries_of(*INQUORATE_DECISION)
    meeting, found = findings(CaseHistory(entries, KENT, calendars.load))
    assert (meeting.kind, meeting.finding.verdict) == ("QuorumNotMet", Verdict.IRREGULAR)
    assert (found.version, found.kind) == (len(entries), "DecisionMade")
    assert (found.finding.clause, found.finding.verdict) == ("ToR 6.2", Verdict.FORBIDDEN)
    assert "empty seats: police" in found.finding.because


def test_a_decision_is_found_if_an_expert_turns_out_to_have_filled_a_seat() -> None:
    """ToR 6.1, 6.2: the meeting seemed quorate, and the invitation is dated after it decided."""
    invited = recorded(
        did.ExpertInvited, changed(INVITE, at=at("2020-05-26 09:00"), person=holder("police"))
    )
    attended = changed(ATTEND, experts=())
    history = (RECEIVE, CONVENE, attended, ASSESS, DECIDE)
    before, after = (
        {one.finding.code for one in findings(CaseHistory(entries, KENT, calendars.load))}
        for entries in (entries_of(*history), entries_of(*history, invited))
    )
    assert "meeting-is-quorate" not in before
    assert "meeting-is-quorate" in after


def new_terms(day: str, terms: Terms) -> did.TermsReplaced:
    """Return the event by which a Kent case goes on under other terms."""
    return did.TermsReplaced(at=at(day), because="new", old_terms=KENT.ref, terms=terms.ref)


def codes_in(*history: did.AnyEvent | ask.Command, terms: Terms) -> set[str]:
    """Return the codes of what is found in a Kent case that went on under other terms."""
    entries = entries_of(*history)
    return {
        one.finding.code for one in findings(CaseHistory(entries, terms, calendars.load, (KENT,)))
    }


def test_new_terms_are_no_notification() -> None:
    """ToR 7.3: a case whose notification was retracted has none, whatever it goes on under."""
    retract = did.RecordCorrected(at=at("2020-05-21 09:00"), version=1, because="another case")
    replaced = new_terms("2020-05-20 09:00", OF_FOUR)
    assert "notification-comes-first" not in codes_in(RECEIVE, INFORM, replaced, terms=OF_FOUR)
    assert "notification-comes-first" in codes_in(
        RECEIVE, INFORM, replaced, retract, terms=OF_FOUR
    )


def test_without_a_notification_nobody_knows_what_the_panel_was_told_of_too_early() -> None:
    """ToR 8.1: that the notification is missing is found, and nothing about its incident."""
    entries = entries_of(recorded(PanelNotified, TOLD_LATER))
    found = findings(CaseHistory(entries, KENT, calendars.load))
    assert {one.finding.code for one in found} == {"notification-comes-first"}


@pytest.mark.parametrize("hour", ["08:00", "17:00"])
def test_new_terms_hold_from_their_day_on_whatever_its_hours_say(hour: str) -> None:
    """I-24: also on the day of the notification, and though another one is recorded later."""
    replaced = new_terms(f"2020-05-04 {hour}", OF_FOUR)
    again = recorded(did.NotificationReceived, RECEIVE, terms=KENT.ref)
    twice = again.model_copy(update={"at": at("2020-05-18 09:00")})
    attended = changed(ATTEND, sat=WITHOUT_POLICE)
    met = recorded(did.QuorumConfirmed, attended)
    history = (RECEIVE, replaced, CONVENE, ASSESS, met, recorded(did.DecisionMade, DECIDE))
    assert "meeting-is-quorate" not in codes_in(*history, terms=OF_FOUR)
    assert "meeting-is-quorate" not in codes_in(*history, twice, terms=OF_FOUR)
    case = replay([recorded(did.NotificationReceived, RECEIVE, terms=KENT.ref), replaced, twice])
    assert case.review.terms == OF_FOUR.ref


def test_before_the_day_of_new_terms_the_clocks_are_those_of_the_old() -> None:
    """I-24, I-29: they are recorded already, and dated after the day of the reading."""
    without = varied(KENT, id="kent-and-medway-2020-06", deadlines=(), duties=None)
    history = CaseHistory(
        entries_of(RECEIVE, new_terms("2020-06-01 09:00", without)),
        without,
        calendars.load,
        (KENT,),
    )
    before, after = (
        {one.rule.id for one in clocks(history, AsOf(read_on=at(day)))}
        for day in ("2020-05-31 12:00", "2020-06-01 12:00")
    )
    assert {"rapid-review", "decision", "panel-feedback"} <= before
    assert "panel-feedback" not in after


def test_a_clock_that_only_new_terms_have_runs_from_their_day_on() -> None:
    """I-24: its due day is on record, and before the case was moved it had not begun."""
    others = tuple(one for one in KENT.deadlines if one.id != "decision")
    without = varied(KENT, id="kent-without", digest=f"sha256:{'c' * 64}", deadlines=others)
    replace = ask.ReplaceTerms(at=at("2020-06-01 09:00"), because="a new edition", terms=KENT.id)
    entries = entries_of(replace, before=entries_of(RECEIVE, terms=without))
    history = CaseHistory(entries, KENT, calendars.load, (without,))
    assert "decision" in {
        one.event.deadline for one in entries if isinstance(one.event, did.DeadlineSet)
    }

    def clocks_on(as_of: AsOf) -> set[str]:
        read = {one.rule.id for one in clocks(history, as_of)}
        happened_by, _, day = as_of
        second = judge(
            entries,
            KENT,
            calendars=calendars.load,
            earlier=(without,),
            happened_by=happened_by,
            read_on=day or happened_by or date.min,
        )
        assert {one.deadline for one in second.clocks} == read
        return read

    before, after = at("2020-05-31 12:00"), at("2020-06-01 12:00")
    everywhere = {one.id for one in others}
    for early in (AsOf(read_on=before), AsOf(happened_by=before), AsOf(before, None, after)):
        assert everywhere <= clocks_on(early)
        assert "decision" not in clocks_on(early)
    for late in (AsOf(read_on=after), AsOf(happened_by=after)):
        assert {*everywhere, "decision"} <= clocks_on(late)


def test_each_command_that_was_recorded_before_its_day_is_found_once() -> None:
    """I-29: two are found as two, and a decision that was adopted with it as one."""
    early = [written(one, "2020-05-18 09:00") for one in (ATTEND, DECIDE)]
    entries = entries_of(RECEIVE, CONVENE, ASSESS, *early)
    assert {one.event.kind for one in entries[-2:]} == {"DecisionMade", "DecisionAdopted"}
    found = findings(CaseHistory(entries, KENT, calendars.load))
    assert [one.kind for one in found if one.finding.code == "recorded-before-it-happened"] == [
        "QuorumConfirmed",
        "DecisionMade",
    ]


def test_a_day_after_its_recording_is_only_to_be_corrected_where_it_can_be() -> None:
    """I-29: the finding names no correction that would be refused."""
    never_in_effect = {did.NotificationReceived, did.RecordCorrected, *did.DUE_DAYS}
    asked = 0
    for step in STEPS:
        if type(step) in never_in_effect or type(step) in {row.event for row in BESIDE_CASES}:
            continue
        week_before = step.at - timedelta(days=7)
        entries = entries_of(UNTOLD, Written(step, week_before))
        found = findings(CaseHistory(entries, KENT, calendars.load))
        (early,) = (one for one in found if one.finding.code == "recorded-before-it-happened")
        right = step.model_copy(update={"at": week_before})
        asked_for = ask.CorrectRecord(
            at=step.at, version=len(entries), because="a wrong year", replacement=right
        )
        try:
            must_make_sense(asked_for, replay(one.event for one in entries))
        except Refused:
            assert "so this finding stays" in early.finding.way_on
        else:
            assert early.finding.way_on == "If the day is wrong, correct it with CorrectRecord."
            asked += 1
    assert asked > 40


def test_of_a_day_that_nobody_knows_nothing_is_found() -> None:
    """ToR 8.1: the Panel was told, and no day is held to another."""
    entries = entries_of(UNTOLD, changed(TOLD_LATER, notified_at=None))
    assert findings(CaseHistory(entries, KENT, calendars.load)) == ()


def test_two_answers_of_one_day_contradict_each_other_only_about_one_report() -> None:
    """ToR 7.8: the Panel differs, the group decides again, and the Panel agrees, all in a day."""
    early = changed(AGREE, at=at("2020-06-12 09:00"), agrees=False)
    decided = changed(RECONSIDER, at=at("2020-06-12 10:00"))
    compiled = changed(COMPILE, at=at("2020-06-12 11:00"), version=2)
    sent = changed(TO_PANEL, at=at("2020-06-12 12:00"), version=2)
    both_ways = "panel-answered-both-ways"
    for steps, expected in (
        ((early, AGREE), 2),
        ((early, decided, compiled, sent, AGREE), 0),
    ):
        history = CaseHistory(entries_of(*SENT, *steps), KENT, calendars.load)
        found = [one for one in findings(history) if one.finding.code == both_ways]
        assert len(found) == expected


def test_a_review_may_be_commissioned_on_the_day_of_a_decision_that_asks_for_it() -> None:
    """ToR 2.1, reading I-7: no hour says which of two decisions of one day was in force."""
    code, commissioned = "practice-review-was-decided", (*CLOSED[:-1], COMMISSION)
    that_day = changed(RECONSIDER, at=at("2020-06-30 16:00"))
    assert code not in codes_in(*commissioned, that_day, terms=KENT)
    the_day_before = changed(RECONSIDER, at=at("2020-06-29 16:00"))
    assert code in codes_in(*commissioned, the_day_before, terms=KENT)


def test_what_was_corrected_is_found_no_more() -> None:
    """ToR 6.2: the police had been there after all; the attendance was taken down wrongly."""
    entries = entries_of(*INQUORATE_DECISION)
    wrong = next(e.version for e in entries if isinstance(e.event, did.QuorumNotMet))
    right = recorded(did.QuorumConfirmed, ATTEND)
    entries = entries_of(
        ask.CorrectRecord(
            at=at("2020-06-02 09:00"), version=wrong, because="misread", replacement=right
        ),
        before=entries,
    )
    assert findings(CaseHistory(entries, KENT, calendars.load)) == ()


def test_before_the_correction_was_recorded_it_was_found() -> None:
    """ToR 6.2: as recorded on 1 June, meeting and decision of 19 May were an inquorate group's."""
    entries = entries_of(*INQUORATE_DECISION)
    wrong = next(e.version for e in entries if isinstance(e.event, did.QuorumNotMet))
    entries = entries_of(
        ask.CorrectRecord(
            at=at("2020-06-02 09:00"),
            version=wrong,
            because="misread",
            replacement=recorded(did.QuorumConfirmed, ATTEND),
        ),
        before=entries,
    )
    found = findings(
        CaseHistory(entries, KENT, calendars.load), AsOf(recorded_by=at("2020-06-01 09:00"))
    )
    assert [one.kind for one in found] == ["QuorumNotMet", "DecisionMade"]


def test_what_had_not_happened_is_not_found() -> None:
    """ToR 6.2: as happened by 19 May, noon, nothing had been decided."""
    entries = entries_of(*INQUORATE_DECISION)
    assert (
        findings(
            CaseHistory(entries, KENT, calendars.load), AsOf(happened_by=at("2020-05-19 12:00"))
        )
        == ()
    )


def test_a_retracted_entry_does_not_shift_those_after_it() -> None:
    """A finding names the entry's own version, whatever was taken out before it."""
    entries = entries_of(*INQUORATE_DECISION)
    assessed = next(e.version for e in entries if isinstance(e.event, did.CriteriaAssessed))
    entries = entries_of(
        ask.CorrectRecord(at=at("2020-06-02 09:00"), version=assessed, because="misread"),
        before=entries,
    )
    found = findings(CaseHistory(entries, KENT, calendars.load))
    assert {one.version for one in found} == {len(entries) - 2, len(entries) - 1}
    assert [one.finding.clause for one in found] == ["ToR 6.2", "ToR 6.2", "ToR 5(b)"]


def test_each_event_is_asked_under_the_terms_that_held_then() -> None:
    """ToR 6.1: a seat that later terms abolish was a seat when its holder was informed."""
    informed = ask.InformMember(at=at("2020-05-04 11:00"), seat="police", person="P-1")
    fewer = varied(
        KENT,
        id="kent-later",
        seats=tuple(seat for seat in KENT.seats if seat.id != "police"),
        quorum=KENT.quorum.model_copy(update={"needs": "partnership-team"}),
    )
    replaced = ask.ReplaceTerms(at=at("2020-05-06 09:00"), because="new", terms="kent-later")
    entries = entries_of(
        replaced,
        recorded(did.MemberInformed, changed(informed, at=at("2020-05-07 09:00"), person="P-2")),
        terms=fewer,
        before=entries_of(RECEIVE, informed),
    )
    (found,) = findings(CaseHistory(entries, fewer, calendars.load, (KENT,)))
    assert found.version == len(entries)


def test_an_entry_that_tells_of_what_was_still_to_come_is_found_once() -> None:
    """The receipt of 4 May was written down on the 3rd; its clocks follow from it (I-29).

    When the Panel was told is a date of its own, and found on its own.
    """
    alone = changed(RECEIVE, panel_notified_at=None)
    entries = entries_of(written(alone, "2020-05-03 09:00"), INFORM)
    (found,) = findings(CaseHistory(entries, KENT, calendars.load))
    assert (found.version, found.kind) == (1, "NotificationReceived")
    assert (found.finding.clause, found.finding.verdict) == ("the record", Verdict.IRREGULAR)
    assert found.finding.because == (
        "it is dated 2020-05-04, after the day on which it was recorded, 2020-05-03"
    )


@pytest.mark.parametrize(
    ("recorded_at", "many"),
    [("2020-05-04 09:30", 0), ("2020-05-03 23:00", 0), ("2020-05-03 22:59", 1)],
)
def test_what_happened_on_the_day_on_which_it_was_written_down_is_not_found(
    recorded_at: str, many: int
) -> None:
    """By the midnight of the terms: nobody may have stated its hour (I-29)."""
    entries = entries_of(written(changed(RECEIVE, panel_notified_at=None), recorded_at))
    assert len(findings(CaseHistory(entries, KENT, calendars.load))) == many


def test_a_correction_to_a_later_time_foretells_nothing() -> None:
    """The member was informed on the 6th, and not on the 4th; said so on the 7th (I-29)."""
    entries = entries_of(RECEIVE, INFORM)
    right = entries[-1].event.model_copy(update={"at": at("2020-05-06 09:00")})
    correct = ask.CorrectRecord(
        at=at("2020-05-07 09:00"), version=len(entries), because="misread", replacement=right
    )
    assert findings(CaseHistory(entries_of(correct, before=entries), KENT, calendars.load)) == ()
    too_soon = entries_of(written(correct, "2020-05-05 09:00"), before=entries)
    (found,) = findings(CaseHistory(too_soon, KENT, calendars.load))
    assert found.version == len(entries)


IN_TWO = (
    changed(ASSESS, factors=ASSESS.factors[:1]),
    changed(ASSESS, at=at("2020-05-19 14:10"), factors=ASSESS.factors[1:]),
)


def unweighed(*assessments: ask.AssessCriteria) -> list[int | None]:
    """Return the entries of which is found that criteria were not weighed, of a whole review."""
    place = SENT.index(ASSESS)
    steps = (*SENT[:place], *assessments, *SENT[place + 1 :])
    history = CaseHistory(entries_of(*steps), KENT, calendars.load)
    return [one.version for one in findings(history) if one.finding.code == UNWEIGHED]


UNWEIGHED = "every-criterion-is-weighed"


def test_the_group_may_weigh_the_criteria_in_more_than_one_sitting() -> None:
    """ToR 5(b): what counts is that it had weighed all of them by the day of its decision."""
    before = len(entries_of(*SENT[: SENT.index(ASSESS)]))
    assert unweighed(ASSESS) == unweighed(*IN_TWO) == []
    assert unweighed(IN_TWO[0]) == [before + 1]
    assert unweighed(*(changed(one, at=ASSESS.at) for one in IN_TWO)) == []
    too_late = changed(IN_TWO[1], at=at("2020-05-20 09:00"))
    assert unweighed(IN_TWO[0], too_late) == [before + 1]
    assert unweighed(IN_TWO[0], changed(IN_TWO[1], factors=ASSESS.factors[1:2])) == [before + 2]


def test_the_panel_may_be_told_before_the_partnership_receives_the_notification() -> None:
    """ToR 8.1, I-7: the local authority tells both, in the order that it likes."""
    early = at("2020-05-01 16:00")
    told = PanelNotified(at=early, notified_at=early)
    informed = recorded(did.MemberInformed, changed(INFORM, at=early))
    for step, codes in ((told, []), (informed, ["precedes-receipt"])):
        found = findings(CaseHistory(entries_of(UNTOLD, step), KENT, calendars.load))
        assert [one.finding.code for one in found] == codes


def test_only_steps_of_the_review_are_compared_with_the_receipt() -> None:
    """ToR 7.3, I-7: the day of a correction, a hold or an erasure says nothing of the receipt."""
    received = entries_of(changed(UNTOLD, at=at("2025-05-06 09:00")))
    never_in_effect = {did.NotificationReceived, did.RecordCorrected, *did.DUE_DAYS}
    of_the_record = {row.event for row in (*BY_TWO, *HOLDS_AND_ERASURES)}
    for step in STEPS:
        if type(step) in never_in_effect or type(step) in {row.event for row in BESIDE_CASES}:
            continue
        entries = entries_of(step, before=received)
        found = findings(CaseHistory(entries, KENT, calendars.load))
        second = judge(entries, KENT, calendars=calendars.load, read_on=at("2025-06-01 09:00"))
        is_found = "precedes-receipt" in {one.finding.code for one in found}
        assert is_found is not isinstance(step, (*of_the_record, *MAY_PRECEDE_THE_RECEIPT))
        assert is_found is ("precedes-receipt" in {one.code for one in second.findings})


def test_a_meeting_without_a_quorum_does_not_settle_a_disagreement() -> None:
    """ToR 6.2, 7.8, I-17: it decides nothing, so a case that is closed after it is irregular.

    Of a meeting whose attendance is not on record, nobody knows that it had none.
    """
    held = changed(ATTEND, at=at("2020-06-18 13:00"), meeting=2)
    convened = changed(CONVENE, at=at("2020-06-16 09:00"), meeting=2, meets_at=held.at)
    again = recorded(did.DecisionReconsidered, changed(RECONSIDER, at=at("2020-06-18 14:00")))
    again = again.model_copy(update={"meeting": 2})
    told = (DISCUSS, DISAGREE, TELL_GROUP, TELL_PARTNERS)
    short, unsettled = changed(held, sat=held.sat[1:]), {"disagreement-was-reconsidered"}
    for attended, codes in (((held,), set()), ((short,), unsettled), ((), set())):
        steps = (*SENT, *told, convened, *attended, again, did.CaseClosed(at=CLOSE.at))
        found = findings(CaseHistory(entries_of(*steps), KENT, calendars.load))
        assert {one.finding.code for one in found if one.kind == "CaseClosed"} == codes


def test_a_second_decision_in_a_record_from_elsewhere_settles_a_disagreement() -> None:
    """ToR 5(b), 7.8, I-21: the group decided again; that it was so recorded is a finding."""
    second = recorded(did.DecisionMade, changed(DECIDE, at=at("2020-06-18 14:00")))
    steps = (
        *SENT,
        DISCUSS,
        DISAGREE,
        TELL_GROUP,
        TELL_PARTNERS,
        second,
        did.CaseClosed(at=CLOSE.at),
    )
    history = CaseHistory(entries_of(*steps), KENT, calendars.load)
    found = {(one.kind, one.finding.code) for one in findings(history)}
    assert found == {("DecisionMade", "decided-once")}
    assert history.case().review.reconsidered


def test_what_a_step_needed_and_came_on_a_later_day_is_named_with_that_day() -> None:
    """ToR 7.6: the first day on which all was there, and no day before the step or after that."""
    late = recorded(did.QuorumConfirmed, changed(ATTEND, at=at("2020-05-22 13:05")))
    noted = tuple(changed(WRITE, at=at(f"2020-05-{day} 09:00")) for day in (20, 21, 23, 25))
    steps = (RECEIVE, CONVENE, ASSESS, recorded(did.DecisionMade, DECIDE), late)
    for more in ((), noted):
        entries = entries_of(*steps, *more)
        found = [
            one.finding.because
            for one in findings(CaseHistory(entries, KENT, calendars.load))
            if one.kind == "DecisionMade" and "needs happened later" in one.finding.because
        ]
        assert len(found) > 0
        assert all(
            "happened on 2020-05-19, and what it needs happened later, on 2020-05-22. " in one
            for one in found
        )


@pytest.mark.parametrize(
    ("history", "when"),
    [
        (((1, "open"), (1, "close")), "2020-07-02, and what it needs happened later that day"),
        (
            ((1, "open"), (2, "close")),
            "2020-07-02, and what it needs happened later, on 2020-07-03",
        ),
        (
            ((1, "close"), (2, "open"), (3, "open"), (5, "close")),
            "2020-07-04, and what it needs happened later, on 2020-07-06",
        ),
    ],
    ids=["on one day", "a day later", "after another closing"],
)
def test_a_case_reopens_only_after_it_was_closed(
    history: tuple[tuple[int, str], ...], when: str
) -> None:
    """ToR 7.9: the closing that it needs is the first one after it, and none before that."""
    steps: list[did.AnyEvent] = []
    for hour, (day, what) in enumerate(history, start=9):
        when_it_was = at(f"2020-07-{day + 1:02} {hour:02}:00")
        steps.append(
            did.CaseClosed(at=when_it_was)
            if what == "close"
            else did.CaseReopened(at=when_it_was, because="more is known")
        )
    entries = entries_of(*CLOSED[:-1], *steps)
    found = findings(CaseHistory(entries, KENT, calendars.load))
    (reopened,) = (one.finding for one in found if one.kind == "CaseReopened")
    assert reopened.because == f"it happened on {when}. Until then: the case is not closed"


BY_EIGHT = varied(KENT, receipt=Receipt(until="08:00"))
"""Under these terms a notification of half past nine counts as received on the next day."""


def counted_from(day: date) -> tuple[Entry, ...]:
    """Return a receipt of Monday 4 May whose clock of ToR 5(a) is counted from a day."""
    set_by = {"counted_from": day, "due": ENGLAND.after(day, 15)}
    return tuple(
        entry.model_copy(update={"event": entry.event.model_copy(update=set_by)})
        if isinstance(entry.event, did.DeadlineSet) and entry.event.deadline == "rapid-review"
        else entry
        for entry in entries_of(RECEIVE, terms=BY_EIGHT)
    )


def test_a_clock_counts_from_the_day_on_which_its_start_counts() -> None:
    """ToR 7.3: by the very calendar that counted it, for it says which day is the next."""
    first, second = date(2020, 5, 4), date(2020, 5, 5)
    found = {
        day: [
            one.finding.because
            for one in findings(CaseHistory(counted_from(day), BY_EIGHT, calendars.load))
        ]
        for day in (first, second)
    }
    assert found[second] == []
    (because,) = found[first]
    assert because == (
        "rapid-review is recorded as due 2020-05-27, counted from 2020-05-04, and no entry "
        "starts it on that day"
    )


def test_where_its_calendar_is_not_there_nobody_says_from_which_day_a_clock_counts() -> None:
    """ToR 7.3: neither that it is right, nor that it is wrong."""

    def none(calendar_id: str, version: str | None = None) -> WorkingCalendar:
        raise CalendarError(f"{calendar_id} {version} is not there")

    for day in (date(2020, 5, 4), date(2020, 5, 5)):
        assert findings(CaseHistory(counted_from(day), BY_EIGHT, none)) == ()


def test_terms_that_do_not_hold_a_clock_say_nothing_of_where_it_counts_from() -> None:
    """ToR 7.3: the case was held under them before; the terms of now have the clock."""
    fewer = varied(
        KENT,
        id="kent-earlier",
        deadlines=tuple(one for one in KENT.deadlines if one.id != "rapid-review"),
    )
    history = CaseHistory(entries_of(RECEIVE), KENT, calendars.load, (fewer,))
    assert [one for one in findings(history) if one.finding.code == "due-day-differs"] == []


@pytest.mark.parametrize(
    ("terms", "sat", "broken"),
    [(WITH_A_SCHOOL, SEATS, set()), (OF_FOUR, FOUR, {"meeting-was-quorate"})],
)
def test_a_meeting_is_quorate_by_the_terms_of_its_day(
    terms: Terms, sat: tuple[str, ...], broken: set[str]
) -> None:
    """ToR 6.2: terms of the day after neither make a quorum nor take it away.

    So says what is asked when the decision is recorded, and both judges afterwards.
    """
    replaced = ask.ReplaceTerms(at=at("2020-05-20 09:00"), because="w", terms=terms.id)
    decide = changed(DECIDE, at=at("2020-05-20 14:30"))
    attend = changed(ATTEND, sat=seated(*sat))
    before = entries_of(RECEIVE, CONVENE, attend, ASSESS)
    entries = entries_of(replaced, terms=terms, before=before)
    case = project(CASE, entries)
    assert [held.quorate for held in quorum_by_meeting(case, terms).values()] == [not broken]
    facts = case_facts(case, terms, calendars.load, (KENT,)).counted
    assert bool(facts.get(("quorum-not-met", ""))) is bool(broken)
    made = recorded(did.DecisionMade, decide)
    history = CaseHistory(
        entries_of(made, terms=terms, before=entries), terms, calendars.load, (KENT,)
    )
    judged = findings(history, AsOf(read_on=at("2020-05-21 09:00")))
    expected = broken | ({"meeting-is-quorate"} if broken else set())
    quorum = {one.finding.code for one in judged if one.finding.clause == "ToR 6.2"}
    assert quorum == expected
    other = judge(
        history.entries,
        terms,
        calendars=calendars.load,
        earlier=(KENT,),
        read_on=at("2020-05-21 09:00"),
    )
    assert {one.code for one in other.findings if "quorate" in one.code} == expected


def test_how_much_was_asked_is_said_with_every_date_that_an_entry_holds() -> None:
    """ToR 7.3: the receipt, when it happened and was known, and when the Panel was told."""
    history = CaseHistory(entries_of(RECEIVE), KENT, calendars.load)
    asked = judgement(history, AsOf(read_on=at("2020-05-05 09:00"))).asked
    assert (asked.entries, asked.dates) == (1, 4)
    untold = CaseHistory(entries_of(UNTOLD), KENT, calendars.load)
    assert judgement(untold, AsOf(read_on=at("2020-05-05 09:00"))).asked.dates == 3


def test_an_attendance_that_was_corrected_before_terms_were_replaced_is_asked_as_it_was() -> None:
    """ToR 6.2: by a command, the stage and what is next, which have only the terms of now."""
    replaced = ask.ReplaceTerms(at=at("2020-05-20 09:00"), because="w", terms=WITH_A_SCHOOL.id)
    four = changed(ATTEND, sat=WITHOUT_POLICE)
    before = entries_of(RECEIVE, CONVENE, four)
    whole = recorded(did.QuorumConfirmed, ATTEND)
    correct = ask.CorrectRecord(
        at=at("2020-05-19 18:00"), version=before[-1].version, because="w", replacement=whole
    )
    entries = entries_of(correct, ASSESS, before=before)
    case = project(CASE, entries_of(replaced, terms=WITH_A_SCHOOL, before=entries))
    assert [one.quorate for one in quorum_by_meeting(case, WITH_A_SCHOOL).values()] == [True]
    late = entries_of(replaced, terms=WITH_A_SCHOOL, before=entries_of(RECEIVE, CONVENE))
    attended = project(CASE, entries_of(ATTEND, terms=WITH_A_SCHOOL, before=late))
    assert [one.quorate for one in quorum_by_meeting(attended, WITH_A_SCHOOL).values()] == [False]
    then = quorum_by_meeting(by_terms_of_then(attended, WITH_A_SCHOOL, [KENT]), WITH_A_SCHOOL)
    assert [one.quorate for one in then.values()] == [True]


def replaced_by(terms: Terms) -> did.TermsReplaced:
    """Return that terms replaced those of Kent, on the day after the meeting."""
    asked = ask.ReplaceTerms(at=at("2020-05-20 09:00"), because="w", terms=terms.id)
    return recorded(did.TermsReplaced, asked, terms=terms.ref, old_terms=KENT.ref)


def second_corrected(replacement: did.AnyEvent) -> did.AnyEvent:
    """Return that the second entry was corrected."""
    correct = ask.CorrectRecord(at=LATER, version=2, because="w", replacement=replacement)
    return recorded(did.RecordCorrected, correct)


CONVENED = recorded(did.MeetingConvened, CONVENE)
WHOLE = recorded(did.QuorumConfirmed, ATTEND)
THREE = changed(NOT_QUORATE, empty_seats=("police", "health"))
MOVED = changed(CONVENED, at=CONVENED.at + timedelta(days=1))
NEW = replaced_by(WITH_A_SCHOOL)


@pytest.mark.parametrize(
    ("history", "empty"),
    [
        ([CONVENED, WHOLE, NEW], ()),
        ([CONVENED, NOT_QUORATE, NEW], ("police",)),
        ([CONVENED, NOT_QUORATE, second_corrected(WHOLE), NEW], ()),
        ([CONVENED, NOT_QUORATE, NEW, second_corrected(THREE)], ("police", "health")),
        ([CONVENED, NEW, WHOLE], ("education",)),
        ([CONVENED, MOVED, NEW, NOT_QUORATE], ("police", "education")),
        ([CONVENED, NOT_QUORATE, NEW, second_corrected(WHOLE)], ("education",)),
        ([CONVENED, changed(WHOLE, at=at("2020-05-20 08:00")), NEW], ("education",)),
    ],
    ids=[
        "quorate",
        "short",
        "corrected before",
        "corrected afterwards, and short as before",
        "recorded afterwards",
        "short, and recorded afterwards",
        "corrected afterwards from short to quorate",
        "held on the day of the new terms",
    ],
)
def test_of_a_meeting_before_new_terms_holds_what_was_recorded_before_them(
    history: list[did.AnyEvent], empty: tuple[str, ...]
) -> None:
    """ToR 6.2: where only the terms of now are at hand; what was recorded later goes by them."""
    (held,) = quorum_by_meeting(replay(history), WITH_A_SCHOOL).values()
    assert held == MeetingHeld(not empty, empty)
