"""ToR 5(a), 7.3: a due date explained day by day, and recorded due dates counted again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.entry import Entry
from rapid_review.domain.vocabulary import CalendarRef, Unit
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.case.calculation import Agreement, calculate, day_zero, recalculate
from tests.domain.a_review import (
    BEFORE_THE_FUNERAL,
    CLOSED,
    COMMISSION,
    DISCUSS,
    ENGLAND,
    KENT,
    RECEIVE,
    SENT,
    at,
    changed,
)
from tests.projections.a_record import entries_of

RAPID_REVIEW = KENT.clocks["rapid-review"]
OF_1999 = CalendarRef(id="england-and-wales", version="1999-01-01", digest=ENGLAND.digest)


def test_fifteen_working_days_are_told_day_by_day() -> None:
    """ToR 7.3: two bank holidays and three weekends are between 4 and 27 May 2020."""
    lines = calculate(RAPID_REVIEW, date(2020, 5, 4), date(2020, 5, 27), ENGLAND)
    assert [line.day for line in lines] == [
        date(2020, 5, 4) + timedelta(days=number) for number in range(24)
    ]
    assert lines[0].why == "day 0: the day of receipt is not counted"
    assert (lines[-1].day, lines[-1].number) == (date(2020, 5, 27), 15)
    assert [line.day.day for line in lines if line.why.startswith("bank holiday")] == [8, 25]


def test_where_the_day_of_receipt_counts_it_is_day_one() -> None:
    """ToR 7.3, read otherwise (I-1): 4 May is day 1, and day 15 is 26 May."""
    counted = changed(RAPID_REVIEW, counts_day_of_start=True)
    lines = calculate(counted, date(2020, 5, 4), date(2020, 5, 26), ENGLAND)
    assert (lines[0].number, lines[-1].number) == (1, 15)


def test_months_are_told_by_their_first_and_last_day() -> None:
    """ToR 3.2: nobody counts the 184 days between."""
    lines = calculate(KENT.clocks["publication"], date(2020, 6, 30), date(2020, 12, 30), ENGLAND)
    assert [(line.day, line.why) for line in lines] == [
        (date(2020, 6, 30), "day 0: the day of the commission is not counted"),
        (date(2020, 12, 30), "6 months later"),
    ]


def test_calendar_days_are_told_by_their_first_and_last_day() -> None:
    """A partnership may count in plain days."""
    rule = changed(RAPID_REVIEW, unit=Unit.CALENDAR_DAYS)
    last = calculate(rule, date(2020, 5, 4), date(2020, 5, 19), ENGLAND)[-1]
    assert (last.weekday, last.why) == ("Tuesday", "15 calendar days later")


def test_a_clock_of_the_partnerships_own_names_no_day_zero() -> None:
    """Any event may start a clock; only the usual ones have words of their own."""
    rule = changed(RAPID_REVIEW, starts_on="MeetingConvened.meets_at")
    assert day_zero(rule) == "the day the clock started"


# --- Counting again


def counted_again(entries: tuple[Entry, ...]) -> list[tuple[str, Agreement]]:
    """Return each recorded due day's clock, and what counting again says."""
    return [(one.deadline, one.agreement) for one in recalculate(entries, calendars.load)]


def test_every_recorded_due_day_comes_out_again() -> None:
    """ToR 5(a), 7.3, 7.8: five clocks, in working days and in months."""
    entries = entries_of(*SENT, DISCUSS, *CLOSED[len(SENT) :], COMMISSION)
    assert counted_again(entries) == [
        ("notify-panel", Agreement.AGREES),
        ("rapid-review", Agreement.AGREES),
        ("decision", Agreement.AGREES),
        ("panel-feedback", Agreement.AGREES),
        ("publication", Agreement.AGREES),
    ]


def test_each_is_counted_with_the_calendar_it_names() -> None:
    """ToR 7.3: 29 September 2022 was right by the days known then, the 30th by those of today."""
    received = changed(RECEIVE, at=at("2022-09-08 10:00"))
    again = ask.ReckonDeadlineAgain(
        at=at("2022-09-12 10:00"), deadline="rapid-review", because="a day of mourning"
    )
    entries = entries_of(again, before=entries_of(received, calendar=BEFORE_THE_FUNERAL))
    dues = {one.due: one.agreement for one in recalculate(entries, calendars.load)}
    assert dues[date(2022, 9, 29)] is dues[date(2022, 9, 30)] is Agreement.AGREES


@pytest.mark.parametrize(
    ("changes", "agreement", "because"),
    [
        ({"due": date(2020, 5, 28)}, Agreement.DIFFERS, ""),
        ({"counted_from": date(1977, 5, 4)}, Agreement.CANNOT_CHECK, "covers only 1978-01-01"),
        (
            {"calendar": OF_1999},
            Agreement.CANNOT_CHECK,
            "the package has no calendar",
        ),
    ],
)
def test_a_due_day_that_does_not_come_out_is_told(
    changes: dict[str, object], agreement: Agreement, because: str
) -> None:
    """ToR 5(a): altered, beyond the calendar, or counted with a calendar nobody has."""
    entries = entries_of(RECEIVE)
    due_day = entries[2].event
    altered = entries[2].model_copy(update={"event": changed(due_day, **changes)})
    found = recalculate((*entries[:2], altered, *entries[3:]), calendars.load)[1]
    assert (found.version, found.agreement) == (3, agreement)
    assert because in found.because


def test_other_bytes_under_the_same_name_prove_nothing() -> None:
    """A calendar of that version whose digest differs may be another one."""

    def other_bytes(calendar_id: str, version: str | None) -> WorkingCalendar:
        return replace(calendars.load(calendar_id, version), digest="sha256:" + "0" * 64)

    found = recalculate(entries_of(RECEIVE), other_bytes)
    assert {one.agreement for one in found} == {Agreement.CANNOT_CHECK}
    assert "the calendar found has other content" in found[0].because


def test_a_calculation_of_a_clock_that_was_never_set_cannot_be_checked() -> None:
    """Its length is nowhere recorded."""
    entries = entries_of(RECEIVE)
    again = entries[2].model_copy(
        update={
            "event": did.DeadlineReckonedAgain(
                at=at("2020-05-12 09:00"),
                deadline="rapid-review",
                because="misread",
                counted_from=date(2020, 5, 4),
                old_due=date(2020, 5, 27),
                due=date(2020, 5, 27),
                old_calendar=recalculate(entries, calendars.load)[0].calendar,
                calendar=recalculate(entries, calendars.load)[0].calendar,
            )
        }
    )
    (found,) = recalculate((entries[0], again), calendars.load)
    assert found.because == "no earlier entry starts this clock"


def test_a_clock_in_calendar_days_may_be_calculated_backwards() -> None:
    """ToR 3.2: two days before Monday 25 May, of which nothing is left out."""
    rule = changed(KENT.clocks["panel-feedback"], before=True, unit=Unit.CALENDAR_DAYS, length=2)
    lines = calculate(rule, date(2020, 5, 25), date(2020, 5, 23), ENGLAND)
    assert [(line.day.day, line.number) for line in lines] == [(25, None), (24, 1), (23, 2)]
    assert lines[1].why == "calendar day"
