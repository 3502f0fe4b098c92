"""ToR 5(a), 7.3, 7.8: what became of every clock of a case.

The notification came in on Monday 4 May 2020. Friday 8 May and Monday 25 May were bank holidays:
the fifteenth working day is Wednesday 27 May. Summer time holds: 23:00 UTC is midnight in London.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import pytest

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CalendarError, TermsError
from rapid_review.domain.imported_history import events_to_record
from rapid_review.domain.terms.deadlines import Receipt
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Unit
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import (
    ClockReading,
    ClockState,
    Reason,
    calculated,
)
from rapid_review.projections.case.clocks import clocks, clocks_of
from rapid_review.projections.statistics.case_facts import case_facts_as_of
from rapid_review.projections.statistics.facts import Ended
from rapid_review.testing import given
from rapid_review.testing.oracle import disagreements_in
from tests.domain.a_review import (
    AGREE,
    ANSWERED,
    BEFORE_THE_FUNERAL,
    CLOSED,
    COMMISSION,
    DECIDED,
    DISCUSS,
    INFORM,
    INFORM_ALL,
    KENT,
    NOT_MET,
    PUBLISH,
    RECEIVE,
    SENT,
    TELL_GROUP,
    TELL_PARTNERS,
    TO_PANEL,
    TOLD_LATER,
    UNTOLD,
    at,
    changed,
    recorded,
    varied,
)
from tests.projections.a_record import entries_of, written


def read(
    entries: Sequence[Entry],
    deadline: str,
    as_of: str,
    *,
    terms: Terms = KENT,
    happened_by: str | None = None,
    recorded_by: str | None = None,
) -> ClockReading:
    """Return one clock as read at a time in UTC."""
    readings = clocks(
        CaseHistory(entries, terms, calendars.load, (KENT,)),
        AsOf(
            happened_by=at(happened_by) if happened_by else None,
            recorded_by=at(recorded_by) if recorded_by else None,
            read_on=at(as_of),
        ),
    )
    (reading,) = (one for one in readings if one.rule.id == deadline)
    return reading


def verdict(reading: ClockReading) -> tuple[ClockState, int | None, int | None]:
    """Return a clock's state, and the days it took of those it may take."""
    return reading.state, reading.days_taken, reading.days_allowed


# --- Running, overdue, met, met late


def test_every_clock_of_the_terms_is_read_started_or_not() -> None:
    """The national ones first, in the order of the files; each with its terms and its owner."""
    readings = clocks(
        CaseHistory(entries_of(RECEIVE), KENT, calendars.load),
        AsOf(read_on=at("2020-05-05 09:00")),
    )
    assert [one.rule.id for one in readings] == list(KENT.clocks)
    assert all(one.terms == KENT.ref for one in readings)
    assert readings[-1].rule.owed_by == "national-panel"


def test_before_the_notification_no_clock_has_started() -> None:
    """ToR 7.3: as recorded the day before, there was no case."""
    reading = read(
        entries_of(RECEIVE), "decision", "2020-05-03 09:00", recorded_by="2020-05-03 09:00"
    )
    assert verdict(reading) == (ClockState.NOT_STARTED, None, None)


def test_a_clock_runs_until_the_end_of_its_due_day() -> None:
    """ToR 5(a): 27 May, 23:59 in London, is still day 15 of 15."""
    reading = read(entries_of(RECEIVE), "rapid-review", "2020-05-27 22:59")
    assert verdict(reading) == (ClockState.RUNNING, 15, 15)
    assert (reading.counted_from, reading.due) == (date(2020, 5, 4), date(2020, 5, 27))


def test_the_day_after_the_due_day_a_clock_is_overdue() -> None:
    """ToR 5(a): a minute later it is 28 May in London, though not in UTC."""
    reading = read(entries_of(RECEIVE), "rapid-review", "2020-05-27 23:00")
    assert verdict(reading) == (ClockState.OVERDUE, 16, 15)
    assert reading.stopped_on is None


def test_when_the_panel_was_told_is_the_stop_of_its_clock_however_late_it_is_said() -> None:
    """ToR 8.1: known to the authority on Friday 1 May, five working days end on Monday 11 May."""
    entries = entries_of(UNTOLD, written(TOLD_LATER, "2020-05-20 09:00"))
    then = read(entries, "notify-panel", "2020-05-21 09:00", recorded_by="2020-05-19 09:00")
    assert then.state is ClockState.OVERDUE
    now = read(entries, "notify-panel", "2020-05-21 09:00")
    assert (now.state, now.stopped_on) == (ClockState.MET, date(2020, 5, 4))


def test_where_nobody_knows_when_the_panel_was_told_its_clock_is_undetermined() -> None:
    """ToR 8.1: neither met nor overdue; until it is said, nobody is known to have told it."""
    nobody_knows = changed(TOLD_LATER, notified_at=None)
    entries = entries_of(UNTOLD, written(nobody_knows, "2020-05-20 09:00"))
    then = read(entries, "notify-panel", "2020-05-21 09:00", recorded_by="2020-05-19 09:00")
    assert then.state is ClockState.OVERDUE
    now = read(entries, "notify-panel", "2020-05-21 09:00")
    assert (now.state, now.reason) == (ClockState.UNDETERMINED, Reason.NOT_KNOWN)
    assert (now.days_taken, now.days_unknown) == (None, Reason.NOT_KNOWN)
    assert now.because == "the Panel was notified, but the day is not known"
    known = entries_of(UNTOLD, nobody_knows, written(TOLD_LATER, "2020-05-22 09:00"))
    assert read(known, "notify-panel", "2020-05-23 09:00").state is ClockState.MET


def test_a_clock_that_counts_from_a_day_that_nobody_knows_is_undetermined() -> None:
    """ToR 8.1: in Cambridgeshire and Peterborough the review counts from telling the Panel."""
    peterborough = shipped.load("cambridgeshire-and-peterborough-2025-12")
    untold = given(UNTOLD, changed(TOLD_LATER, notified_at=None), terms=peterborough)
    (reading,) = (
        one
        for one in clocks_of(
            untold.case, peterborough, on=date(2020, 6, 1), calendars=calendars.load
        )
        if one.rule.id == "rapid-review"
    )
    assert (reading.state, reading.reason) == (ClockState.UNDETERMINED, Reason.NOT_KNOWN)


NOBODY_KNOWS: Final = changed(RECEIVE, incident=changed(RECEIVE.incident, known_on=None))


@pytest.mark.parametrize("received", [NOBODY_KNOWS, changed(NOBODY_KNOWS, panel_notified_at=None)])
def test_where_nobody_knows_when_the_authority_learnt_of_it_its_clock_is_undetermined(
    received: ask.ReceiveNotification,
) -> None:
    """ToR 8.1: neither met nor overdue, whether the Panel was told or not."""
    entries = entries_of(received)
    reading = read(entries, "notify-panel", "2020-05-21 09:00")
    assert (reading.state, reading.reason) == (ClockState.UNDETERMINED, Reason.NOT_KNOWN)
    assert "the day" in reading.because
    before = read(entries, "notify-panel", "2020-05-03 09:00")
    assert before.state is ClockState.NOT_STARTED


def test_a_clock_from_the_incident_is_undetermined_where_nobody_knows_its_day() -> None:
    """ToR 8.1: in terms that count from the incident itself, its day may be left open too."""
    of_incident = "NotificationReceived.incident.happened_on"
    deadlines = tuple(
        changed(one, starts_on=of_incident) if one.id == "rapid-review" else one
        for one in KENT.deadlines
    )
    terms = KENT.model_copy(update={"deadlines": deadlines})
    unsaid = changed(RECEIVE, incident=changed(RECEIVE.incident, happened_on=None))
    states = [
        next(one.state for one in of_case if one.rule.id == "rapid-review")
        for of_case in (
            clocks_of(
                given(received, terms=terms).case,
                terms,
                on=date(2020, 5, 6),
                calendars=calendars.load,
            )
            for received in (RECEIVE, unsaid)
        )
    ]
    assert states == [ClockState.RUNNING, ClockState.UNDETERMINED]


def test_telling_the_panel_starts_no_clock_where_no_review_is_opened() -> None:
    """ToR 1, 8.1: in Cambridgeshire and Peterborough the review counts from that day."""
    peterborough = shipped.load("cambridgeshire-and-peterborough-2025-12")
    closed = next(code for code, one in peterborough.classes.items() if not one.opens_review)
    received = changed(UNTOLD, notification_class=closed)
    made = given(received, TOLD_LATER, terms=peterborough).events
    assert not any(isinstance(event, did.DeadlineSet) for event in made)


def test_a_report_sent_on_the_last_evening_is_in_time() -> None:
    """ToR 7.7: the clock stops on the local day of the sending, whatever the hour."""
    sent = changed(TO_PANEL, at=at("2020-05-27 22:59"))
    reading = read(entries_of(*SENT[:-1], sent), "rapid-review", "2020-07-01 09:00")
    assert verdict(reading) == (ClockState.MET, 15, 15)
    assert reading.stopped_on == date(2020, 5, 27)


def test_a_report_sent_the_day_after_is_met_late() -> None:
    """ToR 7.7: nothing late is refused, and it is shown as late for ever."""
    sent = changed(TO_PANEL, at=at("2020-05-27 23:00"))
    reading = read(entries_of(*SENT[:-1], sent), "rapid-review", "2020-07-01 09:00")
    assert verdict(reading) == (ClockState.MET_LATE, 16, 15)


def test_the_decision_and_the_report_are_two_clocks() -> None:
    """ToR 5(a) does not say which ends the fifteen days (I-3): decided on day 10, not yet sent."""
    entries = entries_of(*DECIDED)
    assert verdict(read(entries, "decision", "2020-05-21 09:00")) == (ClockState.MET, 10, 15)
    assert read(entries, "rapid-review", "2020-05-21 09:00").state is ClockState.RUNNING


def test_the_earliest_stop_counts_whatever_was_recorded_first() -> None:
    """ToR 7.7: a first version sent on 26 May and recorded after a second one of 29 May."""
    again = changed(TO_PANEL, at=at("2020-05-29 09:00"))
    first = recorded(did.ReportSentToPanel, changed(TO_PANEL, at=at("2020-05-26 09:00")))
    entries = entries_of(*SENT[:-1], again, written(first, "2020-06-01 09:00"))
    reading = read(entries, "rapid-review", "2020-07-01 09:00")
    assert (reading.state, reading.stopped_on) == (ClockState.MET, date(2020, 5, 26))


ADOPTION = KENT.clocks["decision"].model_copy(
    update={"id": "adoption", "stops_on": "DecisionAdopted.at"}
)
FEEDBACK = ADOPTION.model_copy(update={"id": "feedback", "stops_on": "FeedbackShared.at"})
THREE_ADOPT = varied(
    KENT,
    adoption=changed(KENT.adoption, by=("police", "health", "council"), automatic=False),
    deadlines=(*KENT.deadlines, ADOPTION, FEEDBACK),
)


def test_a_clock_that_several_must_stop_stops_with_the_last_of_them() -> None:
    """ToR 5(b): police and health adopt; the council's word on 28 May is a day late (I-28)."""
    adopted = [
        ask.AdoptDecision(at=at(f"2020-05-{day} 09:00"), partner=partner)
        for partner, day in (("police", 20), ("health", 22), ("council", 28), ("police", 29))
    ]
    two = entries_of(*DECIDED, *adopted[:2], terms=THREE_ADOPT)
    assert read(two, "adoption", "2020-05-27 09:00", terms=THREE_ADOPT).stopped_on is None
    three = entries_of(*adopted[2:], before=two, terms=THREE_ADOPT)
    reading = read(three, "adoption", "2020-06-01 09:00", terms=THREE_ADOPT)
    assert (reading.state, reading.stopped_on) == (ClockState.MET_LATE, date(2020, 5, 28))


def test_a_clock_for_feedback_stops_when_all_were_told_whatever_was_recorded_first() -> None:
    """ToR 7.9: the partners were told on 12 June, and that was written down first (I-28)."""
    told = (
        changed(TELL_PARTNERS, at=at("2020-06-12 09:00")),
        changed(TELL_GROUP, at=at("2020-06-15 09:00")),
        changed(TELL_GROUP, at=at("2020-06-10 09:00")),
    )
    events = [recorded(did.FeedbackShared, one) for one in told]
    entries = entries_of(RECEIVE, *events[:1], terms=THREE_ADOPT)
    assert read(entries, "feedback", "2020-06-30 09:00", terms=THREE_ADOPT).stopped_on is None
    entries = entries_of(*events[1:], before=entries, terms=THREE_ADOPT)
    reading = read(entries, "feedback", "2020-06-30 09:00", terms=THREE_ADOPT)
    assert reading.stopped_on == date(2020, 6, 12)


def test_a_clock_that_counts_from_a_later_day_has_not_started() -> None:
    """Read on the Sunday before the receipt, there is no clock yet."""
    reading = read(entries_of(RECEIVE), "rapid-review", "2020-05-03 12:00")
    assert verdict(reading) == (ClockState.NOT_STARTED, None, None)


# --- The Panel's clock


def test_before_the_report_is_sent_the_panels_clock_has_not_started() -> None:
    """ToR 7.8: there is nothing for the Panel to discuss."""
    reading = read(entries_of(*DECIDED), "panel-feedback", "2020-06-01 09:00")
    assert (reading.state, reading.because) == (ClockState.NOT_STARTED, "")


def test_while_the_panels_day_is_unknown_its_clock_is_undetermined() -> None:
    """ToR 7.8: the ten days run from the Panel's own meeting (I-5), and nobody knows when."""
    reading = read(entries_of(*SENT), "panel-feedback", "2020-07-01 09:00")
    assert reading.state is ClockState.UNDETERMINED
    assert reading.because == "the day of the Panel's meeting is not known yet"


def test_once_the_panels_day_is_known_its_clock_runs_from_it() -> None:
    """ToR 7.8: ten working days from 2 June end on 16 June, though it was noted on 3 June."""
    entries = entries_of(*SENT, DISCUSS)
    reading = read(entries, "panel-feedback", "2020-06-16 09:00")
    assert verdict(reading) == (ClockState.RUNNING, 10, 10)
    assert read(entries, "panel-feedback", "2020-06-17 09:00").state is ClockState.OVERDUE


def test_an_answer_without_its_day_leaves_the_panels_clock_undetermined() -> None:
    """ToR 7.8: the answer came, and nobody can say whether in time."""
    reading = read(entries_of(*SENT, AGREE), "panel-feedback", "2020-07-01 09:00")
    assert (reading.state, reading.stopped_on) == (ClockState.UNDETERMINED, date(2020, 6, 12))


# --- Clocks that end otherwise


def test_criteria_not_met_ends_a_running_clock() -> None:
    """ToR 1: no review is called for; that is no completion."""
    reading = read(entries_of(RECEIVE, NOT_MET), "rapid-review", "2020-07-01 09:00")
    assert verdict(reading) == (ClockState.ENDED_OTHERWISE, 1, 15)
    assert reading.because == "the notification criteria were found not met"


@pytest.mark.parametrize("day", ["2020-05-19", "2020-05-22"])
def test_criteria_not_met_end_what_was_met_before_as_well(day: str) -> None:
    """ToR 1: there was no review, so that no clock of it is in a figure, whenever that is found.

    A page and a figure so tell the same word of the same clock.
    """
    entries = entries_of(*DECIDED, changed(NOT_MET, at=at(f"{day} 09:00")))
    for clock in ("decision", "rapid-review"):
        assert read(entries, clock, "2020-07-01 09:00").state is ClockState.ENDED_OTHERWISE
    assert read(entries, "decision", "2020-05-18 09:00").state is ClockState.RUNNING


def test_a_clock_that_never_started_ends_with_the_others() -> None:
    """ToR 7.8: the Panel owes nothing on a case that is no case."""
    reading = read(entries_of(RECEIVE, NOT_MET), "panel-feedback", "2020-07-01 09:00")
    assert verdict(reading) == (ClockState.ENDED_OTHERWISE, None, None)


def test_a_class_that_opens_no_review_owes_nobody_anything() -> None:
    """ToR 1: a looked-after child died without suspicion of abuse; no clock starts."""
    entries = entries_of(changed(RECEIVE, notification_class="looked-after-child-death"))
    reading = read(entries, "rapid-review", "2020-07-01 09:00")
    assert verdict(reading) == (ClockState.NOT_STARTED, None, None)


def test_a_class_that_opens_no_review_starts_no_clock_whatever_stopped() -> None:
    """ToR 1: the report went to the Panel all the same, and the Panel answered."""
    first, *others = [entry.event for entry in entries_of(*ANSWERED)]
    received = changed(first, notification_class="looked-after-child-death")
    entries = entries_of(received, *others)
    for one in ("rapid-review", "decision", "panel-feedback"):
        reading = read(entries, one, "2020-08-01 09:00")
        assert verdict(reading) == (ClockState.NOT_STARTED, None, None)


def test_a_clock_that_stopped_before_the_criteria_were_found_not_met_took_its_own_days() -> None:
    """ToR 1: ended otherwise, everywhere; how long it took is told to its stop."""
    late = changed(NOT_MET, at=at("2020-07-01 09:00"))
    reading = read(entries_of(*SENT, late), "rapid-review", "2020-08-01 09:00")
    assert verdict(reading)[0] is ClockState.ENDED_OTHERWISE
    assert reading.days_taken == 12


# --- How it was calculated


def test_a_clock_that_started_has_a_calculation_and_one_that_did_not_has_none() -> None:
    """ToR 7.3, 7.8: from the receipt day by day; the Panel's ten days have no first one yet."""
    entries = entries_of(*SENT)
    started = read(entries, "rapid-review", "2020-06-01 09:00")
    assert calculated(started, calendars.load)[-1].number == 15
    undetermined = read(entries, "panel-feedback", "2020-06-01 09:00")
    assert calculated(undetermined, calendars.load) == ()


# --- Two readings of lateness


def test_a_local_clock_keeps_its_verdict_and_names_the_national_relaxation() -> None:
    """ToR 5(a): late by the partnership's own terms; nationally loosened since 30 March 2020."""
    sent = changed(TO_PANEL, at=at("2020-06-05 09:00"))
    reading = read(entries_of(*SENT[:-1], sent), "rapid-review", "2020-07-01 09:00")
    assert (reading.state, reading.national) == (ClockState.MET_LATE, False)
    assert reading.relaxation is not None
    assert reading.relaxation.id == "covid-19"
    assert reading.relaxation.until == date(2020, 11, 30)  # learnt after the file was published


def test_a_national_clock_late_under_a_relaxation_is_relaxed() -> None:
    """ToR 3.2, 8.10: six months from 22 May 2020 ended on 22 November, while it held."""
    entries = entries_of(*CLOSED, changed(COMMISSION, at=at("2020-05-22 09:00")))
    reading = read(entries, "publication", "2020-11-25 09:00")
    assert (reading.state, reading.national) == (ClockState.RELAXED, True)
    assert reading.because.startswith("overdue; the Panel relaxed")
    published = changed(PUBLISH, at=at("2020-11-28 09:00"))
    late = read(entries_of(published, before=entries), "publication", "2021-02-01 09:00")
    assert late.state is ClockState.RELAXED
    assert late.because.startswith("met late; the Panel relaxed")


def test_a_relaxation_excuses_its_own_days_and_no_later_ones() -> None:
    """ToR 3.2: overdue counts from the later of the due day and its last, 30 November (I-12)."""
    entries = entries_of(*CLOSED, changed(COMMISSION, at=at("2020-05-22 09:00")))
    assert read(entries, "publication", "2020-11-30 09:00").state is ClockState.RELAXED
    assert read(entries, "publication", "2020-12-01 09:00").state is ClockState.OVERDUE
    published = entries_of(changed(PUBLISH, at=at("2020-12-01 09:00")), before=entries)
    assert read(published, "publication", "2021-02-01 09:00").state is ClockState.MET_LATE
    in_summer = entries_of(*CLOSED, COMMISSION)
    reading = read(in_summer, "publication", "2020-12-31 09:00")
    assert (reading.state, reading.due) == (ClockState.OVERDUE, date(2020, 12, 30))


def test_a_relaxed_clock_that_was_met_is_met() -> None:
    """ToR 3.2: a loosened limit that was kept needs no excuse; 183 days, and 168 taken."""
    reading = read(entries_of(*CLOSED, COMMISSION, PUBLISH), "publication", "2021-02-01 09:00")
    assert verdict(reading) == (ClockState.MET, 168, 183)
    assert reading.relaxation is not None


def test_a_national_clock_that_was_not_relaxed_is_late() -> None:
    """ToR 8.1: telling the Panel within five working days was never loosened."""
    told = changed(RECEIVE, panel_notified_at=at("2020-05-12 09:00"))
    reading = read(entries_of(told), "notify-panel", "2020-07-01 09:00")
    assert (reading.state, reading.due) == (ClockState.MET_LATE, date(2020, 5, 11))
    assert reading.relaxation is None


# --- Both times


EARLIER_RECEIPT = recorded(
    did.NotificationReceived, changed(RECEIVE, at=at("2020-05-01 15:00")), terms=KENT.ref
)
CORRECTED = entries_of(
    ask.CorrectRecord(
        at=at("2020-05-12 09:00"), version=1, because="misread", replacement=EARLIER_RECEIPT
    ),
    before=entries_of(RECEIVE),
)


def test_a_corrected_receipt_shows_the_due_day_that_belongs_to_it() -> None:
    """ToR 7.3: received on Friday 1 May, due on 26 May; so as happened by 6 May already.

    The due day was calculated again only on 12 May, but it says what had always been so.
    """
    reading = read(CORRECTED, "rapid-review", "2020-05-06 09:00", happened_by="2020-05-06 09:00")
    assert (reading.counted_from, reading.due) == (date(2020, 5, 1), date(2020, 5, 26))


def test_before_the_correction_was_recorded_the_old_due_day_held() -> None:
    """ToR 7.3: on 6 May everyone believed in 27 May."""
    reading = read(CORRECTED, "rapid-review", "2020-05-06 09:00", recorded_by="2020-05-06 09:00")
    assert (reading.counted_from, reading.due) == (date(2020, 5, 4), date(2020, 5, 27))


@pytest.mark.parametrize("as_of", ["2020-06-01 09:00", "2020-06-10 09:00"])
def test_a_discussion_that_had_not_happened_had_started_no_clock(as_of: str) -> None:
    """ToR 7.8: noted on 3 June; as happened by 1 June the Panel's day was not known.

    Read on a later day, what had happened by 1 June is still the same.
    """
    entries = entries_of(*SENT, DISCUSS)
    reading = read(entries, "panel-feedback", as_of, happened_by="2020-06-01 09:00")
    assert verdict(reading) == (ClockState.UNDETERMINED, None, None)


def test_an_imported_case_has_its_clocks_from_the_start() -> None:
    """ToR 7.3: an import sets the clocks after the whole history; they count from the receipt."""
    received = recorded(did.NotificationReceived, RECEIVE, terms=KENT.ref)
    history = (received, recorded(did.ReportSentToPanel, TO_PANEL))
    events = events_to_record(history, KENT, lambda _: KENT, calendars.load)
    reading = read(
        entries_of(*events), "rapid-review", "2020-05-12 09:00", happened_by="2020-05-12 09:00"
    )
    assert verdict(reading) == (ClockState.RUNNING, 5, 15)


def test_a_bank_holiday_proclaimed_later_moves_a_due_day_from_then_on() -> None:
    """ToR 7.3: received on 8 September 2022; the funeral on the 19th was proclaimed on the 10th.

    Due on 29 September until someone calculated again on the 12th, and on the 30th since.
    """
    received = changed(RECEIVE, at=at("2022-09-08 10:00"))
    reckon = ask.ReckonDeadlineAgain(
        at=at("2022-09-12 10:00"), deadline="rapid-review", because="a day of mourning"
    )
    entries = entries_of(reckon, before=entries_of(received, calendar=BEFORE_THE_FUNERAL))
    before = read(entries, "rapid-review", "2022-09-11 09:00", happened_by="2022-09-11 09:00")
    after = read(entries, "rapid-review", "2022-09-13 09:00")
    assert (before.due, after.due) == (date(2022, 9, 29), date(2022, 9, 30))
    assert before.calendar is not None
    assert before.calendar.version == "2022-09-09"


# --- Calendars and terms


def test_without_its_calendar_a_clock_has_a_verdict_and_no_day_count() -> None:
    """ToR 5(a): the due day is recorded, so whether it was kept needs no calendar."""

    def none_at_hand(calendar: str, version: str | None) -> WorkingCalendar:
        raise CalendarError(f"no {calendar} {version}")

    readings = clocks(
        CaseHistory(entries_of(*SENT), KENT, none_at_hand), AsOf(read_on=at("2020-06-01 09:00"))
    )
    (reading,) = (one for one in readings if one.rule.id == "rapid-review")
    assert verdict(reading) == (ClockState.MET, None, 15)


def test_beyond_the_calendars_days_an_overdue_clock_has_no_day_count() -> None:
    """ToR 5(a): read in 2040, it is overdue, by how many working days nobody knows yet."""
    reading = read(entries_of(RECEIVE), "rapid-review", "2040-01-01 09:00")
    assert verdict(reading) == (ClockState.OVERDUE, None, 15)


def test_a_running_clock_keeps_the_length_it_was_set_with() -> None:
    """ToR 5(a): terms that shorten the clock to ten days do not touch one already running."""
    (shortened,) = (one for one in KENT.deadlines if one.id == "rapid-review")
    shorter = varied(KENT, deadlines=(changed(shortened, length=10, unit=Unit.WORKING_DAYS),))
    reading = read(entries_of(RECEIVE), "rapid-review", "2020-05-27 09:00", terms=shorter)
    assert verdict(reading) == (ClockState.RUNNING, 15, 15)


def test_where_the_day_of_receipt_counts_it_is_the_first_day_taken() -> None:
    """ToR 7.3, read otherwise (I-1): on the day of receipt one day is gone, and 15 on 26 May."""
    (rule,) = (one for one in KENT.deadlines if one.id == "rapid-review")
    counted = varied(KENT, deadlines=(changed(rule, counts_day_of_start=True),))
    entries = entries_of(RECEIVE, terms=counted)
    for day, days_taken in (("2020-05-04", 1), ("2020-05-26", 15)):
        reading = read(entries, "rapid-review", f"{day} 09:00", terms=counted)
        assert verdict(reading) == (ClockState.RUNNING, days_taken, 15)


def test_what_was_done_at_once_is_in_time_where_the_receipt_counts_later() -> None:
    """ToR 7.3, read otherwise (I-1): after hours the clock counts from the next working day."""
    (rule,) = (one for one in KENT.deadlines if one.id == "rapid-review")
    informing = changed(rule, stops_on="MemberInformed.at")
    after_hours = varied(KENT, deadlines=(informing,), receipt=Receipt(until="08:00"))
    met = read(
        entries_of(RECEIVE, INFORM, terms=after_hours),
        "rapid-review",
        "2020-05-06 09:00",
        terms=after_hours,
    )
    assert (met.counted_from, met.stopped_on) == (date(2020, 5, 5), date(2020, 5, 4))
    assert verdict(met) == (ClockState.MET, 0, 15)
    before = recorded(did.MemberInformed, changed(INFORM, at=at("2020-05-03 11:00")))
    impossible = read(
        entries_of(RECEIVE, before, terms=after_hours),
        "rapid-review",
        "2020-05-06 09:00",
        terms=after_hours,
    )
    assert impossible.reason is Reason.IMPOSSIBLE_ORDER


@pytest.mark.parametrize("answered", [False, True])
def test_a_clock_that_would_start_before_the_receipt_is_undetermined(*, answered: bool) -> None:
    """ToR 7.8: the Panel's discussion is noted as of 2019, by slip; no share counts it as met."""
    by_slip = changed(DISCUSS, discussed_on=date(2019, 6, 2))
    entries = entries_of(*SENT, by_slip, *((AGREE,) if answered else ()))
    reading = read(entries, "panel-feedback", "2020-07-01 09:00")
    assert (reading.state, reading.reason) == (ClockState.UNDETERMINED, Reason.IMPOSSIBLE_ORDER)
    assert reading.because == (
        "it would have started on 2019-06-02, before the notification was received on 2020-05-04"
    )
    facts = case_facts_as_of(
        CaseHistory(entries, KENT, calendars.load), AsOf(read_on=date(2020, 7, 1))
    )
    assert facts is not None
    (cell,) = (one for one in facts.durations if one.deadline == "panel-feedback")
    assert (cell.ended, cell.days) == (Ended.IMPOSSIBLE, None)


def test_a_clock_of_earlier_terms_runs_on() -> None:
    """ToR 5(a): terms without that clock replace the old ones; its due day still applies."""
    without = varied(KENT, deadlines=())
    reading = read(entries_of(RECEIVE), "rapid-review", "2020-05-28 09:00", terms=without)
    assert reading.state is ClockState.OVERDUE


TOLD: Final = KENT.clocks["rapid-review"].model_copy(
    update={"id": "members-told", "stops_on": "MemberInformed.at", "stops_when": "all"}
)
WITH_IT: Final = varied(KENT, id="kent-with-it", deadlines=(*KENT.deadlines, TOLD))
WITH_A_SCHOOL: Final = varied(
    WITH_IT,
    id="kent-with-a-school",
    seats=(*KENT.seats, KENT.seats[0].model_copy(update={"id": "schools"})),
)


@pytest.mark.parametrize(
    ("informed", "state", "day"),
    [(INFORM_ALL, ClockState.MET, "2020-05-04"), (INFORM_ALL[1:], ClockState.OVERDUE, None)],
)
@pytest.mark.parametrize("replaced_twice", [False, True])
def test_what_all_of_then_had_stopped_before_new_terms_stays_met(
    informed: Sequence[ask.Command], state: ClockState, day: str | None, *, replaced_twice: bool
) -> None:
    """ToR 7.2, I-24, I-28: the seat added in June was not there to be told in May."""
    move = ask.ReplaceTerms(at=at("2020-06-01 09:00"), because="new", terms=WITH_A_SCHOOL.id)
    there = entries_of(RECEIVE, *informed, terms=WITH_IT)
    there = entries_of(move, terms=WITH_A_SCHOOL, before=there)
    if replaced_twice:  # for an hour, which is no day on which they held
        back = changed(move, at=at("2020-06-01 10:00"), terms=WITH_IT.id)
        there = entries_of(back, terms=WITH_IT, before=there)
        again = changed(move, at=at("2020-06-01 11:00"), because="they apply after all")
        there = entries_of(again, terms=WITH_A_SCHOOL, before=there)
    history = CaseHistory(there, WITH_A_SCHOOL, calendars.load, (WITH_IT,))
    as_of = AsOf(read_on=at("2020-07-01 09:00"))
    (reading,) = (one for one in clocks(history, as_of) if one.rule.id == TOLD.id)
    assert reading.state is state
    assert reading.stopped_on == (day and date.fromisoformat(day))
    assert not tuple(disagreements_in("KM-1", history, as_of))


def test_a_clock_that_no_terms_at_hand_hold_cannot_be_read() -> None:
    """The person who asks gives the earlier terms too; leaving the clock out would hide it."""
    without = varied(KENT, deadlines=())
    with pytest.raises(TermsError, match="clock 'decision' is running"):
        clocks(
            CaseHistory(entries_of(RECEIVE), without, calendars.load),
            AsOf(read_on=at("2020-05-28 09:00")),
        )


def test_every_shipped_partnerships_clocks_can_be_read() -> None:
    """Other partnerships count in other units and classes; reading asks nothing of Kent."""
    for terms in map(shipped.load, shipped.available()):
        opening = next(one.code for one in terms.classes.values() if one.opens_review)
        received = changed(RECEIVE, at=at("2025-12-15 09:00"), notification_class=opening)
        entries = entries_of(received, terms=terms)
        readings = clocks(
            CaseHistory(entries, terms, calendars.load), AsOf(read_on=at("2025-12-16 09:00"))
        )
        started = [one for one in readings if one.counted_from]
        assert started, terms.id
        assert len(readings) == len(terms.clocks)
