"""What one case adds to every statistic: its clocks, and everything that is countable.

The case was received on Monday 4 May 2020 from Kent's system `kent-ics`; it was due on Wednesday
27 May.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume
from hypothesis import given as for_all

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.case import Case, replay
from rapid_review.domain.errors import CalendarError
from rapid_review.domain.rules.meeting import quorum_by_terms
from rapid_review.domain.terms.quorum import AllOf
from rapid_review.domain.vocabulary import AgeBand, Nature
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import Reason
from rapid_review.projections.case.clocks import clocks, clocks_of
from rapid_review.projections.case.stage import is_called_for
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.basis import Dated
from rapid_review.projections.statistics.case_facts import CaseFacts, case_facts
from rapid_review.projections.statistics.facts import DurationCell, Ended, by_clock
from rapid_review.projections.statistics.in_time import due_cohort
from rapid_review.projections.statistics.selection import clocks as select
from rapid_review.testing import given
from rapid_review.testing.strategies import History, histories
from tests.domain.a_review import (
    AGREE,
    CLOSED,
    COMMISSION,
    CONVENE,
    DECIDE,
    DECIDED,
    DISAGREE,
    DISCUSS,
    FILE,
    IN_ORDER,
    KENT,
    NAME_THEME,
    NOBODY_CAME,
    NOT_MET,
    PUBLISH,
    RECEIVE,
    RECONSIDER,
    REQUEST,
    SEATS,
    SECOND,
    SENT,
    TO_PANEL,
    at,
    changed,
    recorded,
    seated,
    varied,
    whole_record,
)
from tests.projections.a_record import entries_of

WITHOUT_POLICE = recorded(
    did.QuorumNotMet,
    ask.RecordAttendance(
        at=at("2020-05-19 13:05"),
        meeting=1,
        sat=seated(*(seat for seat in SEATS if seat != "police")),
    ),
    empty_seats=("police",),
)


def of(*history: did.AnyEvent | ask.Command) -> CaseFacts:
    """Return the figures of the case that a history makes."""
    return case_facts(given(*history).case, KENT, calendars.load)


def counted(found: CaseFacts) -> dict[tuple[str, str], int]:
    """Return how often each measure and kind was counted."""
    return {(cell.measure, cell.key): number for cell, number in found.counts.items()}


def clock(found: CaseFacts, deadline: str) -> DurationCell:
    """Return the cell of one clock."""
    (cell,) = (one for one in found.durations if one.deadline == deadline)
    return cell


# --- Receipt


def test_a_notification_is_counted_by_its_nature_and_its_children_by_age() -> None:
    """ToR 7.3: one notification, one infant, one review that it opened; nothing else yet."""
    assert counted(of(RECEIVE)) == {
        ("notification", "serious-harm"): 1,
        ("incident", "serious-harm"): 1,
        ("nature-by-age", "serious-harm, under-1"): 1,
        ("child", "under-1"): 1,
        ("review", ""): 1,
    }


def test_a_child_that_is_named_twice_is_one_child() -> None:
    """ToR 8.1: it is found that it was named twice, and the figures count it once."""
    (child,) = RECEIVE.children
    for again in (child, changed(child, reference=child.reference.lower())):
        found = of(changed(RECEIVE, children=(child, again)))
        assert counted(found)["child", "under-1"] == 1


def test_a_child_that_is_named_with_two_ages_has_the_first() -> None:
    """ToR 8.1: the child of the notification, and one of its children, is of one age."""
    (child,) = RECEIVE.children
    again = changed(child, reference=child.reference.lower(), age_band=AgeBand.FROM_1_TO_5)
    found = counted(of(changed(RECEIVE, children=(child, again))))
    assert found["nature-by-age", "serious-harm, under-1"] == found["child", "under-1"] == 1
    assert ("child", "1 to 5") not in found


def test_an_age_is_told_so_that_no_spreadsheet_takes_it_for_a_date() -> None:
    """1-5 would be the first of May."""
    (child,) = RECEIVE.children
    older = changed(child, age_band=AgeBand.FROM_1_TO_5)
    assert counted(of(changed(RECEIVE, children=(older,))))["child", "1 to 5"] == 1


@pytest.mark.parametrize(
    ("named", "age"), [("C-2", "6 to 10"), (None, "under-1"), ("C-9", "under-1")]
)
def test_one_child_stands_for_the_notification(named: str | None, age: str) -> None:
    """The one that is named; where none is, or none of them, the first that is listed."""
    (child,) = RECEIVE.children
    second = changed(child, reference="C-2", age_band=AgeBand.FROM_6_TO_10)
    received = recorded_receipt(children=(child, second), index_child=named)
    assert counted(of(received))["nature-by-age", f"serious-harm, {age}"] == 1


def recorded_receipt(**said: object) -> did.NotificationReceived:
    """Return a receipt as another system may have recorded it."""
    return changed(given(RECEIVE).case.all(did.NotificationReceived)[0], **said)


@pytest.mark.parametrize(
    ("dated_by", "month"),
    [(Dated.RECEIPT, "2020-05"), (Dated.PANEL, "2020-04"), (Dated.INCIDENT, "2020-03")],
)
def test_a_case_counts_by_the_day_that_is_asked_for(dated_by: Dated, month: str) -> None:
    """The incident was on 31 March, the Panel was told on 30 April, the receipt on 4 May.

    At 23:30 UTC on 31 March it is already April in London; a day has no zone.
    """
    incident = changed(RECEIVE.incident, happened_on=date(2020, 3, 31), known_on=date(2020, 4, 1))
    received = recorded_receipt(incident=incident, panel_notified_at=at("2020-04-30 09:00"))
    found = case_facts(given(received).case, KENT, calendars.load, dated_by=dated_by)
    assert {cell.month for cell in found.counts} == {month}
    assert {cell.month for cell in found.durations} == {month}
    assert found.received_on == date(2020, 5, 4)


@pytest.mark.parametrize("dated_by", [Dated.PANEL, Dated.INCIDENT])
def test_where_the_day_is_not_known_neither_is_the_month(dated_by: Dated) -> None:
    """Until it becomes known when the Panel was told, which may be later (ToR 8.1)."""
    incident = changed(RECEIVE.incident, happened_on=None)
    received = recorded_receipt(incident=incident, panel_notified_at=None)
    told = team.PanelNotified(at=at("2020-06-02 09:00"), notified_at=at("2020-04-30 23:30"))
    unknown = case_facts(given(received).case, KENT, calendars.load, dated_by=dated_by)
    assert (unknown.dated_on, unknown.month) == (None, "")
    known = case_facts(given(received, told).case, KENT, calendars.load, dated_by=dated_by)
    assert known.month == ("2020-05" if dated_by is Dated.PANEL else "")


def test_a_clock_of_which_nobody_knows_when_it_stopped_is_in_no_figure() -> None:
    """ToR 8.1: that the Panel was told is known, and the day is not."""
    told = team.PanelNotified(at=at("2020-06-02 09:00"), notified_at=None)
    received = recorded_receipt(panel_notified_at=None)
    facts = case_facts(given(received, told).case, KENT, calendars.load)
    assert "notify-panel" not in {cell.deadline for cell in facts.durations}
    untold = case_facts(given(received).case, KENT, calendars.load)
    assert "notify-panel" in {cell.deadline for cell in untold.durations}


def test_an_outcome_that_a_decision_names_twice_is_one_outcome() -> None:
    """ToR 7.6: a share of the decisions is never more than all of them."""
    twice = changed(DECIDE, outcomes=DECIDE.outcomes * 2)
    found = counted(of(*(twice if step is DECIDE else step for step in SENT)))
    assert [found["outcome", one] for one in DECIDE.outcomes] == [found["decision", ""]] == [1]


def test_the_panel_answered_the_decision_that_stood_then() -> None:
    """ToR 7.8: it disagreed with a local review; the one decided since it has not answered."""
    found = counted(of(*SENT, DISAGREE, RECONSIDER))
    answered = {key: number for key, number in found.items() if key[0].startswith("outcome-")}
    assert answered == {("outcome-answered", "local-practice-review"): 1}
    agreed = counted(of(*SENT, AGREE))
    assert agreed["outcome-agreed", "local-practice-review"] == 1


def test_every_cell_has_the_month_of_receipt_and_the_agency_that_notified() -> None:
    """ToR 7.3: 23:30 UTC on 31 May 2020 is already June in London."""
    found = of(changed(RECEIVE, at=at("2020-05-31 23:30")))
    assert found.received_on == date(2020, 6, 1)
    expected = {("2020-06", "kent-ics")}
    assert {(cell.month, cell.source) for cell in found.counts} == expected
    assert {(cell.month, cell.source) for cell in found.durations} == expected


def test_where_the_criteria_are_not_met_there_is_no_review_and_the_clocks_end_otherwise() -> None:
    """ToR 1: found on 5 May, a working day after the receipt; nothing was met or missed."""
    found = of(RECEIVE, NOT_MET)
    assert ("criteria-not-met", "") in counted(found)
    assert ("review", "") not in counted(found)
    cell = clock(found, "rapid-review")
    assert (cell.ended, cell.days, cell.late_days) == (Ended.OTHERWISE, 1, None)


def test_a_class_that_opens_no_review_is_a_notification_and_no_review() -> None:
    """ToR 1: a looked-after child died without suspicion of abuse; no clock starts."""
    found = of(changed(RECEIVE, notification_class="looked-after-child-death"))
    assert not found.durations
    assert not found.clocks
    assert set(counted(found)) == {
        ("notification", "serious-harm"),
        ("incident", "serious-harm"),
        ("nature-by-age", "serious-harm, under-1"),
        ("child", "under-1"),
    }


def test_an_incident_of_which_two_notifications_came_is_counted_with_the_first() -> None:
    """The later one says so, and is counted as a notification and a review all the same."""
    link = ask.LinkProcess(
        at=at("2020-05-06 09:00"), process="same-incident-as", reference="KM-2020-001"
    )
    alone, again = counted(of(RECEIVE)), counted(of(RECEIVE, link))
    assert alone == {**again, ("incident", "serious-harm"): 1}
    assert ("incident", "serious-harm") not in again


# --- Clocks


def test_a_clock_that_stopped_in_time_took_its_working_days_and_none_of_them_late() -> None:
    """ToR 5(a), 7.7: sent on Thursday 21 May, day 12, for 8 May was a bank holiday."""
    cell = clock(of(*SENT), "rapid-review")
    assert (cell.counted_from, cell.due) == (date(2020, 5, 4), date(2020, 5, 27))
    assert (cell.ended, cell.days, cell.late_days) == (Ended.STOPPED, 12, 0)


@pytest.mark.parametrize(
    ("sent", "days", "late"),
    [("2020-05-27 22:59", 15, 0), ("2020-05-27 23:00", 16, 1), ("2020-06-01 09:00", 18, 3)],
)
def test_late_days_are_counted_in_the_clocks_own_days(sent: str, days: int, late: int) -> None:
    """ToR 5(a): from London's midnight after 27 May; Monday 1 June is the third working day."""
    cell = clock(of(*SENT[:-1], changed(TO_PANEL, at=at(sent))), "rapid-review")
    assert (cell.ended, cell.days, cell.late_days) == (Ended.STOPPED, days, late)


def test_what_stops_on_the_day_of_rest_after_its_due_day_is_late_by_a_day() -> None:
    """ToR 5(a): received on 6 May, due on Friday 29 May; Saturday 30 May is no working day."""
    sent = changed(TO_PANEL, at=at("2020-05-30 09:00"))
    received = changed(RECEIVE, at=at("2020-05-06 09:30"))
    cell = clock(of(received, *SENT[1:-1], sent), "rapid-review")
    assert (cell.due, cell.days, cell.late_days) == (date(2020, 5, 29), 15, 1)


def test_an_open_clock_has_no_days_whatever_day_it_is() -> None:
    """ToR 5(a): whether it is overdue is asked of the sum, with a day."""
    found = of(*DECIDED)
    cell = clock(found, "rapid-review")
    assert (cell.ended, cell.days, cell.late_days) == (Ended.OPEN, None, None)
    assert clock(found, "decision").ended is Ended.STOPPED


def test_a_clock_that_a_relaxation_excuses_is_judged_neither_way() -> None:
    """ToR 3.2: the publication due on 22 November 2020, while the Panel had relaxed its limit."""
    commissioned = (*CLOSED, changed(COMMISSION, at=at("2020-05-22 09:00")))
    published = (*commissioned, changed(PUBLISH, at=at("2020-11-28 09:00")))
    for history, expected in (
        (commissioned, Ended.OPEN_RELAXED),
        (published, Ended.STOPPED_RELAXED),
    ):
        case = replay(entry.event for entry in entries_of(*history))
        found = case_facts(case, KENT, calendars.load, on=date(2020, 11, 29))
        assert clock(found, "publication").ended is expected
        as_of = AsOf(read_on=date(2020, 11, 29))
        cohort = due_cohort(select(by_clock(Counter(found.durations)), "publication", as_of))
        assert (cohort.relaxed, cohort.in_time.denominator) == (1, 0)
    later = case_facts(replay(e.event for e in entries_of(*commissioned)), KENT, calendars.load)
    assert clock(later, "publication").ended is Ended.OPEN


def test_a_clock_that_has_not_started_has_no_cell() -> None:
    """ToR 7.8: the Panel's ten days run from its own meeting, which is known once it is noted."""
    assert all(cell.deadline != "panel-feedback" for cell in of(*SENT).durations)
    assert clock(of(*SENT, DISCUSS), "panel-feedback").counted_from == date(2020, 6, 2)


def test_without_its_calendar_a_clocks_days_are_unknown_and_its_lateness_is_not() -> None:
    """ToR 5(a): the due day is recorded, so late is late; by how much nobody can count."""

    def none_at_hand(calendar: str, version: str | None) -> WorkingCalendar:
        raise CalendarError(f"{calendar} {version} is not at hand")

    late = changed(TO_PANEL, at=at("2020-06-01 09:00"))
    case = given(*SENT[:-1], late).case
    found = case_facts(case, KENT, none_at_hand)
    cell = clock(found, "rapid-review")
    assert (cell.ended, cell.days, cell.late_days) == (Ended.STOPPED, None, None)
    assert clock(found, "decision").late_days == 0


# --- Agencies (ToR 7.4)


def test_an_agency_that_was_asked_and_answered_in_time() -> None:
    """ToR 7.4: asked for by 13 May, filed on 12 May; asked twice is asked once."""
    again = changed(REQUEST, at=at("2020-05-05 12:00"), about=("child",))
    found = counted(of(RECEIVE, REQUEST, again, FILE))
    assert found["agency-report-requested", "school"] == 1
    assert found["agency-report-filed", "school"] == 1
    assert not {("agency-report-late", "school"), ("agency-report-nil", "school")} & set(found)


def test_a_late_report_is_late_and_counts_as_an_answer() -> None:
    """ToR 7.4: it was asked for by 13 May; 23:00 UTC on that day is 14 May in London."""
    found = counted(of(RECEIVE, REQUEST, changed(FILE, at=at("2020-05-13 23:00"))))
    assert found["agency-report-filed", "school"] == found["agency-report-late", "school"] == 1


def test_a_late_report_stays_late_whatever_was_asked_afterwards() -> None:
    """ToR 7.4: a reminder without a day sets none, and a later request is of another report."""
    late = changed(FILE, at=at("2020-05-20 09:00"))
    reminder = changed(REQUEST, at=at("2020-05-14 09:00"), due_on=None)
    for_more = changed(REQUEST, at=at("2020-05-21 09:00"), due_on=date(2020, 6, 1))
    longer = changed(reminder, due_on=date(2020, 5, 20))
    for asked, is_late in (((reminder,), True), ((for_more,), True), ((longer,), False)):
        found = counted(of(RECEIVE, REQUEST, *asked, late))
        assert (("agency-report-late", "school") in found) is is_late


def test_a_meeting_is_counted_by_the_terms_of_its_day() -> None:
    """ToR 6.2: a seat that later terms add was not empty at a meeting before them."""
    with_a_school = (*SEATS, "education")
    seats = (*KENT.seats, changed(KENT.seats[0], id="education"))
    needs = changed(KENT.quorum, needs=AllOf(all_of=with_a_school))
    later = varied(KENT, id="kent-and-medway-2021-09", seats=seats, quorum=needs)
    replaced = recorded(
        did.TermsReplaced,
        ask.ReplaceTerms(at=at("2020-05-25 09:00"), because="w", terms=later.id),
        terms=later.ref,
        old_terms=KENT.ref,
    )
    case = replay((*given(*DECIDED).events, replaced))
    found = case_facts(case, later, calendars.load, (KENT,)).counted
    assert found["meeting", ""] == 1
    assert not {kind for kind, _ in found} & {"quorum-not-met", "empty-seat"}


def test_a_report_on_the_last_evening_is_in_time() -> None:
    """ToR 7.4: 13 May, 23:59 in London, is still the day by which it was asked for."""
    found = counted(of(RECEIVE, REQUEST, changed(FILE, at=at("2020-05-13 22:59"))))
    assert ("agency-report-late", "school") not in found


def test_the_first_answer_to_happen_says_whether_it_was_in_time() -> None:
    """ToR 7.4: the answer of 12 May was written down after that of 15 May."""
    second = recorded(did.AgencyReportFiled, changed(FILE, at=at("2020-05-15 09:00")))
    first = recorded(did.AgencyReportFiled, FILE)
    assert ("agency-report-late", "school") not in counted(of(RECEIVE, REQUEST, second, first))


def test_an_agency_that_never_answered_was_asked() -> None:
    """ToR 7.4: nothing is filed and nothing late, for it may still come."""
    found = counted(of(RECEIVE, REQUEST))
    assert [kind for kind, _ in found if kind.startswith("agency")] == ["agency-report-requested"]


def test_an_agency_may_answer_that_it_knew_nothing() -> None:
    """ToR 7.4: a nil return is an answer."""
    nil = ask.FileAgencyReport(at=FILE.at, agency="school", nil_return=True)
    found = counted(of(RECEIVE, REQUEST, nil))
    assert found["agency-report-nil", "school"] == found["agency-report-filed", "school"] == 1


def test_an_agency_that_nobody_asked_is_counted_apart() -> None:
    """ToR 7.4: it answers no request, so it is no part of the share that answered."""
    found = counted(of(RECEIVE, FILE))
    assert [pair for pair in found if pair[0].startswith("agency")] == [
        ("agency-report-unasked", "school")
    ]


# --- The meeting, the outcome, the Panel (ToR 5(b), 6, 7.6, 7.8)


def test_a_meeting_short_of_a_seat_is_counted_with_the_seat_that_was_empty() -> None:
    """ToR 6.2: the police did not come."""
    found = counted(of(RECEIVE, CONVENE, WITHOUT_POLICE))
    assert found["meeting", ""] == found["quorum-not-met", ""] == 1
    assert found["empty-seat", "police"] == 1


def test_a_meeting_that_is_only_convened_is_not_counted_yet() -> None:
    """ToR 6.2: nobody knows who will come."""
    assert ("meeting", "") not in counted(of(RECEIVE, CONVENE))


def test_where_nobody_came_every_seat_was_empty() -> None:
    """ToR 6.2: the first meeting was quorate, the second was not."""
    found = counted(of(*SENT, DISAGREE, SECOND, NOBODY_CAME))
    assert (found["meeting", ""], found["quorum-not-met", ""]) == (2, 1)
    assert [key for measure, key in found if measure == "empty-seat"] == list(SEATS)


def test_a_decision_is_counted_once_and_by_the_outcome_that_stands() -> None:
    """ToR 5(b): first a practice review, then, after the Panel's answer, none."""
    assert counted(of(*DECIDED))["outcome", "local-practice-review"] == 1
    found = counted(of(*SENT, DISAGREE, RECONSIDER))
    second = did.DecisionMade.model_validate(dict(RECONSIDER))
    assert counted(of(*SENT, DISAGREE, second)) == found
    assert found["decision", ""] == found["reconsideration", ""] == 1
    assert [key for measure, key in found if measure == "outcome"] == ["no-practice-review"]


def test_the_panels_last_answer_counts_and_a_reconsideration_stays_one() -> None:
    """ToR 7.8: the Panel disagreed, the group decided again, and then the Panel agreed."""
    agreed = changed(AGREE, at=at("2020-07-10 09:00"))
    assert counted(of(*SENT, DISAGREE))["panel-answer", m.DISAGREES] == 1
    found = counted(of(*SENT, DISAGREE, RECONSIDER, agreed))
    assert found["reconsideration", ""] == found["panel-answer", m.AGREES] == 1
    assert ("panel-answer", m.DISAGREES) not in found


def test_practice_reviews_and_themes_are_counted_once_a_review() -> None:
    """ToR 2.1, 4(b): a second commission, and a theme told twice, are still one."""
    again = changed(COMMISSION, at=at("2020-07-20 09:00"), reviewers=("R-2",))
    twice = recorded(did.LearningThemeIdentified, changed(NAME_THEME, words="other words"))
    found = counted(of(*SENT, COMMISSION, again, NAME_THEME, twice))
    assert found["practice-review", ""] == found["theme", "safer-sleep"] == 1


def test_every_measure_is_counted_of_some_case() -> None:
    """Nothing that a statistic can be asked for goes uncounted."""
    cases = (
        of(*IN_ORDER),  # its criteria are found not met in the end
        of(*IN_ORDER[:-1]),
        of(*SENT, AGREE),
        of(RECEIVE, FILE),
        of(RECEIVE, REQUEST, changed(FILE, at=at("2020-05-20 09:00"))),
        of(RECEIVE, REQUEST, ask.FileAgencyReport(at=FILE.at, agency="school", nil_return=True)),
    )
    assert {cell.measure for found in cases for cell in found.counts} == set(m.MEASURES)


# --- Corrections


def test_a_corrected_case_counts_as_corrected() -> None:
    """The child died on the next day, and the report was the clinic's: no trace of what was."""
    case = given(RECEIVE, FILE).case
    received, filed = case.recorded[0], case.recorded[-1]
    died = changed(received, incident=changed(RECEIVE.incident, nature=Nature.DEATH))
    clinics = changed(filed, agency="clinic")
    corrections = [
        ask.CorrectRecord(at=at("2020-05-18 09:00"), version=version, because="b", replacement=one)
        for version, one in ((1, died), (case.version, clinics))
    ]
    assert counted(of(RECEIVE, FILE, *corrections)) == {
        ("notification", "death"): 1,
        ("incident", "death"): 1,
        ("nature-by-age", "death, under-1"): 1,
        ("child", "under-1"): 1,
        ("review", ""): 1,
        ("agency-report-unasked", "clinic"): 1,
    }


def test_a_corrected_receipt_moves_the_clock_and_the_month() -> None:
    """ToR 7.3: it came on 30 April, a Thursday; the correction set its clock again.

    Day 1 is Friday 1 May; with 8 May closed, day 15 is Friday 22 May.
    """
    received = changed(given(RECEIVE).case.recorded[0], at=at("2020-04-30 09:30"))
    correction = ask.CorrectRecord(
        at=at("2020-05-18 09:00"), version=1, because="b", replacement=received
    )
    cell = clock(of(RECEIVE, correction), "rapid-review")
    assert (cell.month, cell.counted_from) == ("2020-04", date(2020, 4, 30))
    assert cell.due == date(2020, 5, 22)


# --- The same clocks from a case as from its entries; any history


@pytest.mark.parametrize("day", [date(2020, 5, 5), date(2020, 5, 28), date(2020, 7, 1)])
@pytest.mark.parametrize("history", [(RECEIVE,), (RECEIVE, NOT_MET), SENT, CLOSED, IN_ORDER])
def test_a_cases_clocks_are_read_as_those_of_its_entries(
    history: tuple[ask.Command, ...], day: date
) -> None:
    """ToR 5(a): one reading, the person who holds the case and anyone who its entries."""
    entries = entries_of(*history)
    case = replay(entry.event for entry in entries)
    noon = at(f"{day} 12:00")
    assert clocks_of(case, KENT, on=day, calendars=calendars.load) == clocks(
        CaseHistory(entries, KENT, calendars.load), AsOf(read_on=noon)
    )


def test_a_clock_calculated_again_is_read_with_its_new_due_day() -> None:
    """ToR 5(a): every kind of event, corrections and other terms among them."""
    case = whole_record()
    readings = clocks_of(
        case, KENT, on=date(2021, 1, 4), calendars=calendars.load, earlier=(KENT,)
    )
    standing = {one.rule.id: (one.counted_from, one.due) for one in readings if one.due}
    assert standing == {
        clock.deadline: (clock.counted_from, clock.due) for clock in case.review.clocks.values()
    }


HISTORIES = histories()


@for_all(HISTORIES)
def test_every_started_clock_has_one_cell_that_agrees_with_its_reading(history: History) -> None:
    """ToR 5(a), 7.8: whatever happened, and in whatever order it was recorded.

    A start that moved, or that became known late, counts from where it now is (reading I-23).
    """
    assume(history.case.all(did.NotificationReceived))
    case = history.case
    found = case_facts(case, KENT, calendars.load)
    read = clocks_of(case, KENT, on=date.max, calendars=calendars.load)
    known = [one for one in read if one.reason is not Reason.NOT_KNOWN]
    started = [one for one in known if one.counted_from is not None]
    if found.is_duplicate:
        assert found.durations == (), "the case that it is joined to has its clocks"
        return
    assert [cell.deadline for cell in found.durations] == [one.rule.id for one in started]
    for cell, reading in zip(found.durations, started, strict=True):
        assert (cell.counted_from, cell.due) == (reading.counted_from, reading.due)
        held = case.review.clocks.get(cell.deadline)
        if held is not None and held.counted_from == cell.counted_from:
            assert held.due == cell.due
        stops = [
            KENT.local_day(stop)
            for event in case.standing
            if (stop := KENT.clocks[cell.deadline].stopped_by(event)) is not None
        ]
        assert (cell.ended is Ended.STOPPED) <= bool(stops)
        assert (cell.ended is Ended.OPEN) <= (not stops)
        late = min(stops, default=date.min) > cell.due
        assert cell.ended is not Ended.STOPPED or late is (cell.late_days != 0)
        assert (cell.ended is Ended.OTHERWISE) <= (not is_called_for(case, KENT))


@for_all(HISTORIES)
def test_the_counts_are_those_of_the_events_that_stand(history: History) -> None:
    """Counted again by going through the events one by one."""
    assume(history.case.all(did.NotificationReceived))
    assert counted(case_facts(history.case, KENT, calendars.load)) == recount(history.case)


def recount(case: Case) -> Counter[tuple[str, str]]:
    """Return how often each measure and kind is to be counted, from the events in effect."""
    if any(one.process == "duplicate-of" for one in case.all(did.ProcessLinked)):
        return Counter()
    received = case.all(did.NotificationReceived)[0]
    found = Counter[tuple[str, str]]({("notification", received.incident.nature): 1})
    links = [one.process for one in case.all(did.ProcessLinked)]
    found["incident", received.incident.nature] = int("same-incident-as" not in links)
    bands = {"1-5": "1 to 5", "6-10": "6 to 10", "11-15": "11 to 15", "16-17": "16 to 17"}
    children = {child.reference: child.age_band for child in reversed(received.children)}
    index = children.get(received.index_child or "", received.children[0].age_band)
    found["nature-by-age", f"{received.incident.nature}, {bands.get(index, index)}"] = 1
    found.update(("child", bands.get(band, band)) for band in children.values())
    not_met = bool(case.all(did.NotificationCriteriaFoundNotMet))
    found["criteria-not-met", ""] = int(not_met)
    is_review = not not_met and KENT.classes[received.notification_class].opens_review
    if is_review:
        found += recount_of_the_review(case)
    return +(found + recount_of_meetings(case) + recount_of_returns(case))


def recount_of_the_review(case: Case) -> Counter[tuple[str, str]]:
    """Return what a rapid review came to; where none is held, nothing of it is counted."""
    found = Counter[tuple[str, str]]({("review", ""): 1})
    again = (*case.all(did.DecisionMade)[1:], *case.all(did.DecisionReconsidered))
    found["reconsideration", ""] = int(bool(again))
    found["practice-review", ""] = int(bool(case.all(did.PracticeReviewCommissioned)))
    found.update({("theme", one.theme) for one in case.all(did.LearningThemeIdentified)})
    answers = case.all(did.PanelFeedbackReceived)
    found.update(("panel-answer", "agrees" if one.agrees else "disagrees") for one in answers[-1:])
    decisions = [
        event
        for event in case.standing
        if isinstance(event, did.DecisionMade | did.DecisionReconsidered)
    ]
    for answer in answers[-1:]:
        before = case.standing[: case.standing.index(answer)]
        stood = [event for event in before if event in decisions][-1:]
        outcomes = {outcome for decision in stood for outcome in decision.outcomes}
        found.update(("outcome-answered", outcome) for outcome in outcomes)
        found.update(("outcome-agreed", outcome) for outcome in outcomes if answer.agrees)
    for decision in decisions[-1:]:
        found.update([("decision", ""), *(("outcome", one) for one in decision.outcomes)])
    return found


def recount_of_meetings(case: Case) -> Counter[tuple[str, str]]:
    """Return the meetings that were attended, and the seats that were empty, by who sat there."""
    found = Counter[tuple[str, str]]()
    last: dict[int, did.QuorumConfirmed | did.QuorumNotMet] = {}
    for event in case.standing:
        if isinstance(event, did.QuorumConfirmed | did.QuorumNotMet):
            last[event.meeting] = event
    for event in last.values():
        found["meeting", ""] += 1
        empty = quorum_by_terms(event, case, KENT).empty_seats
        if empty:  # the Kent terms need every seat
            found["quorum-not-met", ""] += 1
            found.update(("empty-seat", seat) for seat in empty)
    return found


def recount_of_returns(case: Case) -> Counter[tuple[str, str]]:
    """Return what became of each agency: late is from the midnight in London on."""
    found = Counter[tuple[str, str]]()
    asked = {event.agency: event for event in case.all(did.AgencyReportRequested)}
    found.update(("agency-report-requested", agency) for agency in asked)
    filed = case.all(did.AgencyReportFiled)
    for agency in {event.agency for event in filed}:
        if agency not in asked:
            found["agency-report-unasked", agency] += 1
            continue
        first = min((one for one in filed if one.agency == agency), key=lambda one: one.at)
        found["agency-report-filed", agency] += 1
        found["agency-report-nil", agency] += first.nil_return
        if (day := asked[agency].due_on) is not None:
            midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=KENT.zone)
            found["agency-report-late", agency] += first.at >= midnight
    return found
