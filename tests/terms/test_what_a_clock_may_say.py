"""Keys of a clock that the terms of seven seats do not use, or use in one way only."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain.errors import CalendarError, CalendarGapError
from rapid_review.domain.terms.deadlines import Ends, Receipt, Stop
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Unit
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import ClockReading, ClockState
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.findings import findings
from rapid_review.testing.naive_judge import judge
from tests.domain.a_review import (
    COLLATE,
    CONVENE,
    FILE,
    INFORM,
    KENT,
    RECEIVE,
    REQUEST,
    SENT,
    SHARE,
    at,
    changed,
    varied,
)
from tests.projections.a_record import entries_of

ENGLAND: Final = calendars.load("england-and-wales")
TODAY: Final = date(2020, 7, 1)


def with_a_clock(**keys: object) -> Terms:
    """Return the terms of Kent with other keys for the clock of the rapid review."""
    own = [changed(one, **keys) if one.id == "rapid-review" else one for one in KENT.deadlines]
    return varied(KENT, deadlines=tuple(own))


def read(*history: ask.Command, terms: Terms) -> ClockReading:
    """Return the clock of the rapid review on 1 July 2020; both judges read it alike."""
    entries = entries_of(*history, terms=terms)
    readings = clocks(CaseHistory(entries, terms, calendars.load), AsOf(read_on=TODAY))
    (one,) = (each for each in readings if each.rule.id == "rapid-review")
    naive = judge(entries, terms, calendars=calendars.load, read_on=TODAY).clocks
    (other,) = (each for each in naive if each.deadline == "rapid-review")
    assert other[2:] == (
        str(one.state),
        str(one.reason or ""),
        one.counted_from,
        one.due,
        one.stopped_on,
    )
    return one


# --- Receipt (reading I-1)


@pytest.mark.parametrize(
    ("received", "counts_from"),
    [
        ("2020-05-07 15:00", date(2020, 5, 7)),
        ("2020-05-07 15:01", date(2020, 5, 11)),
        ("2020-05-09 09:00", date(2020, 5, 11)),
    ],
)
def test_a_notification_after_the_hour_counts_on_the_next_working_day(
    received: str, counts_from: date
) -> None:
    """ToR 7.3: at four in London on Thursday 7 May; Friday was a bank holiday."""
    receipt = Receipt(until="16:00", day_off="next-working-day")
    received_then = changed(RECEIVE, at=at(received))
    one = read(received_then, terms=with_a_clock(receipt=receipt))
    assert one.counted_from == counts_from
    assert read(received_then, terms=varied(KENT, receipt=receipt)).counted_from == counts_from


def test_without_a_word_of_days_off_a_notification_counts_on_its_own_day() -> None:
    """ToR 7.3: on Saturday 9 May in the morning."""
    terms = with_a_clock(receipt=Receipt(until="16:00"))
    one = read(changed(RECEIVE, at=at("2020-05-09 09:00")), terms=terms)
    assert one.counted_from == date(2020, 5, 9)


def test_where_no_calendar_reaches_a_notification_counts_on_its_own_day() -> None:
    """ToR 7.3: the clock is undetermined, and says from when it would count."""
    terms = varied(KENT, receipt=Receipt(until="08:00"))

    def short(name: str, version: str | None = None) -> WorkingCalendar:
        whole = calendars.load(name, version)
        if version is not None:
            raise CalendarError("it is not at hand")
        first, last = date(2020, 5, 5), date(2020, 5, 29)
        return replace(whole, version="short", closed={}, covers_from=first, covers_to=last)

    entries = entries_of(RECEIVE, terms=terms, calendar=short("england-and-wales"))
    (one,) = (
        each
        for each in clocks(CaseHistory(entries, terms, short), AsOf(read_on=TODAY))
        if each.rule.id == "rapid-review"
    )
    assert (one.counted_from, one.state) == (date(2020, 5, 4), ClockState.UNDETERMINED)


def test_a_due_day_whose_calendar_is_not_at_hand_is_not_held_to_its_receipt() -> None:
    """ToR 7.3: nobody can say on which day the notification counts as received."""
    terms = varied(KENT, receipt=Receipt(until="08:00"))
    entries = entries_of(RECEIVE, terms=terms)

    def none_at_hand(name: str, _version: str | None = None) -> WorkingCalendar:
        raise CalendarError(f"{name} is not at hand")

    assert findings(CaseHistory(entries, terms, none_at_hand)) == ()
    read_then = clocks(CaseHistory(entries, terms, none_at_hand), AsOf(read_on=TODAY))
    (one,) = (each for each in read_then if each.rule.id == "rapid-review")
    assert one.counted_from == date(2020, 5, 4)


# --- Stops


def test_a_clock_that_waits_for_all_agencies_waits_for_those_that_were_asked() -> None:
    """ToR 7.4: where none was asked nothing can stop it, whatever comes in."""
    terms = with_a_clock(stops_on="AgencyReportFiled.at", stops_when="all")
    assert read(RECEIVE, FILE, terms=terms).stopped_on is None
    assert read(RECEIVE, REQUEST, FILE, terms=terms).stopped_on == date(2020, 5, 12)


def test_a_clock_that_waits_for_named_agencies_waits_for_each_in_every_case() -> None:
    """ToR 7.4: also for the school, which nobody asked; that it knows nothing stops the clock."""
    keys = {"stops_on": "AgencyReportFiled.at", "stops_when": "all"}
    terms = with_a_clock(**keys, all_of=("police", "school"))
    asked, filed = changed(REQUEST, agency="police"), changed(FILE, agency="police")
    assert read(RECEIVE, asked, filed, terms=terms).state is ClockState.OVERDUE
    knows_nothing = changed(FILE, agency="school", at=at("2020-05-13 09:00"), nil_return=True)
    stopped = read(RECEIVE, asked, filed, knows_nothing, terms=terms)
    assert (stopped.state, stopped.stopped_on) == (ClockState.MET, date(2020, 5, 13))


def test_a_clock_may_stop_with_the_first_who_does_it() -> None:
    """ToR 7.2: the police alone were told."""
    terms = with_a_clock(stops_on="MemberInformed.at", stops_when="first")
    assert read(RECEIVE, INFORM, terms=terms).stopped_on == date(2020, 5, 4)


def test_a_clock_that_waits_for_all_seats_takes_several_at_once() -> None:
    """ToR 8.4: the reports went to every seat in one sending."""
    terms = with_a_clock(stops_on="ReportsShared.at", stops_when="all")
    history = (RECEIVE, REQUEST, FILE, COLLATE, SHARE)
    assert read(*history, terms=terms).stopped_on == date(2020, 5, 14)


def test_a_clock_may_end_otherwise_than_met() -> None:
    """ToR 7.8: by the second of two events, in the state that the terms give it."""
    stops = (Stop(on="ReportSentToPanel.at"), Stop(on="MemberInformed.at", state=Ends.OTHERWISE))
    terms = with_a_clock(stops_on=stops)
    one = read(RECEIVE, INFORM, terms=terms)
    assert (one.state, one.stopped_on) == (ClockState.ENDED_OTHERWISE, date(2020, 5, 4))
    assert read(*SENT, terms=terms).state is ClockState.MET


# --- Backwards


@pytest.mark.parametrize(
    ("unit", "due"),
    [(Unit.WORKING_DAYS, date(2020, 5, 14)), (Unit.CALENDAR_DAYS, date(2020, 5, 16))],
)
def test_a_clock_may_be_due_before_the_day_it_is_counted_from(unit: Unit, due: date) -> None:
    """ToR 8.4: the reports are shared three days before the meeting of Tuesday 19 May."""
    keys = {"starts_on": "MeetingConvened.meets_at", "stops_on": "ReportsShared.at"}
    terms = with_a_clock(**keys, before=True, length=3, unit=unit)
    one = read(RECEIVE, CONVENE, terms=terms)
    assert (one.counted_from, one.due) == (date(2020, 5, 19), due)
    assert one.state is ClockState.OVERDUE


def test_days_before_a_day_are_counted_as_far_as_a_calendar_reaches() -> None:
    """ToR 7.3: nothing is guessed."""
    first = ENGLAND.covers_from
    assert ENGLAND.before(first, 0) == ENGLAND.days_before(first, 0) == first
    for count in (ENGLAND.before, ENGLAND.days_before):
        with pytest.raises(CalendarGapError, match="covers"):
            count(first, 1)
        with pytest.raises(CalendarError, match="must be 0 or more"):
            count(first, -1)


def test_a_clock_of_the_panel_may_be_told_to_run_once() -> None:
    """ToR 7.8, reading I-23: `each_time` turns the second round off."""
    own = [changed(one, each_time=False) for one in KENT.deadlines]
    assert all(one.each_time is False for one in varied(KENT, deadlines=tuple(own)).deadlines)
