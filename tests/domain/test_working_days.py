"""ToR 5(a) and 7: what a working day is, and which day is the fifteenth.

The dated examples come from outside the project: they were counted with published lists of bank
holidays, by other programs and by hand. The properties hold for calendars that nobody proclaimed.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pickle import dumps, loads
from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rapid_review.calendars import add_months, load
from rapid_review.domain.errors import CalendarError, CalendarGapError
from rapid_review.domain.working_days import DayReckoned, WorkingCalendar

ENGLAND: Final = load("england-and-wales", "2026-11-23")
BEFORE_THE_FUNERAL: Final = load("england-and-wales", "2022-09-09")
CONVENTIONS: Final = pytest.mark.parametrize("counting_day", [False, True])


def on(text: str) -> date:
    """Return a date as it is written in the sources."""
    return date.fromisoformat(text)


# ------------------------------------------------------------------------------ dated examples


@pytest.mark.parametrize(
    ("received", "fifth", "tenth", "fifteenth", "fifteenth_if_the_day_counts"),
    [
        # The Friday is Early May bank holiday, moved for VE Day; 25 May is the spring one.
        ("2020-05-04", "2020-05-12", "2020-05-19", "2020-05-27", "2020-05-26"),
        # Received on that bank holiday: it is no working day, so it cannot be day 1 either.
        ("2020-05-08", "2020-05-15", "2020-05-22", "2020-06-01", "2020-06-01"),
        # The State Funeral on 19 September stands in the way.
        ("2022-09-08", "2022-09-15", "2022-09-23", "2022-09-30", "2022-09-29"),
        # The Friday before Christmas: 25 and 26 December, 1 January.
        ("2023-12-22", "2024-01-03", "2024-01-10", "2024-01-17", "2024-01-16"),
    ],
)
def test_the_fifth_tenth_and_fifteenth_working_day_after_receipt(
    received: str, fifth: str, tenth: str, fifteenth: str, fifteenth_if_the_day_counts: str
) -> None:
    """ToR 5(a): the day of receipt is day 0; where it is day 1 instead, the date is given too."""
    day = on(received)
    assert [ENGLAND.after(day, number) for number in (5, 10, 15)] == [
        on(fifth),
        on(tenth),
        on(fifteenth),
    ]
    assert ENGLAND.after(day, 15, counting_day=True) == on(fifteenth_if_the_day_counts)


@pytest.mark.parametrize(
    ("received", "fifteenth", "fifteenth_if_the_day_counts"),
    [
        # Easter 2026: Good Friday is 3 April, Easter Monday 6 April.
        ("2026-03-23", "2026-04-15", "2026-04-14"),
        # Three bank holidays in a fortnight: 2 and 3 June 2022, and 30 May that was moved.
        ("2022-05-23", "2022-06-15", "2022-06-14"),
        # The coronation, 8 May 2023, beside 1 May.
        ("2023-04-24", "2023-05-17", "2023-05-16"),
        # Saturday and Sunday of the same weekend have the same fifteenth day.
        ("2020-05-02", "2020-05-26", "2020-05-26"),
        ("2020-05-03", "2020-05-26", "2020-05-26"),
    ],
)
def test_the_fifteenth_working_day_around_moved_and_single_bank_holidays(
    received: str, fifteenth: str, fifteenth_if_the_day_counts: str
) -> None:
    """ToR 5(a): bank holidays are moved and added, so the weekday pattern alone is not enough."""
    assert ENGLAND.after(on(received), 15) == on(fifteenth)
    assert ENGLAND.after(on(received), 15, counting_day=True) == on(fifteenth_if_the_day_counts)


def test_the_panels_ten_working_days_run_over_a_bank_holiday() -> None:
    """ToR 7: the Panel met on 7 May 2020; the next day was a bank holiday."""
    assert ENGLAND.after(on("2020-05-07"), 10) == on("2020-05-22")


def test_in_2020_the_early_may_bank_holiday_was_a_friday() -> None:
    """Moved to 8 May for VE Day, so 4 May, the usual Monday, was worked."""
    assert ENGLAND.is_working(on("2020-05-04"))
    assert ENGLAND.closure(on("2020-05-08")) == "bank holiday: Early May bank holiday (VE day)"


def test_in_2022_three_bank_holidays_were_out_of_the_usual_order() -> None:
    """The spring one moved to 2 June, the Jubilee was added, the State Funeral was proclaimed."""
    closed = [on("2022-06-02"), on("2022-06-03"), on("2022-09-19")]
    assert [ENGLAND.is_working(day) for day in closed] == [False, False, False]
    assert ENGLAND.is_working(on("2022-05-30"))


def test_both_due_dates_around_the_state_funeral_were_right_when_they_were_counted() -> None:
    """Received on 8 September 2022; the holiday of the 19th was proclaimed on the 10th."""
    received = on("2022-09-08")
    assert BEFORE_THE_FUNERAL.after(received, 15) == on("2022-09-29")
    assert ENGLAND.after(received, 15) == on("2022-09-30")


@CONVENTIONS
@pytest.mark.parametrize(
    ("received", "first"),
    [
        ("2023-12-23", "2023-12-27"),  # Saturday; Monday and Tuesday are Christmas and Boxing Day
        ("2023-12-24", "2023-12-27"),  # Sunday
        ("2023-12-25", "2023-12-27"),  # Christmas Day
        ("2023-12-26", "2023-12-27"),  # Boxing Day
    ],
)
def test_from_a_day_that_is_not_worked_day_one_is_the_next_that_is(
    received: str, first: str, *, counting_day: bool
) -> None:
    """Both readings of "receipt" agree when nobody was at work."""
    assert ENGLAND.after(on(received), 1, counting_day=counting_day) == on(first)


def test_no_working_days_after_a_day_is_that_day() -> None:
    """Day 0 is the day itself, worked or not."""
    assert ENGLAND.after(on("2020-05-08"), 0) == on("2020-05-08")


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        ("2020-08-31", 6, "2021-02-28"),
        ("2019-08-31", 6, "2020-02-29"),  # a leap year
        ("2021-02-28", 6, "2021-08-28"),  # not the 31st: only the day's number is kept
        ("2020-05-29", 0, "2020-05-29"),
        ("2020-11-30", 1, "2020-12-30"),
        ("2020-03-08", 2, "2020-05-08"),  # a bank holiday, and it stays there
    ],
)
def test_months_end_on_the_same_day_or_on_the_last_of_a_shorter_month(
    start: str, months: int, due: str
) -> None:
    """The publication clock of a practice review runs in calendar months."""
    assert ENGLAND.months_after(on(start), months) == on(due)


def test_calendar_days_are_counted_through_weekends_and_bank_holidays() -> None:
    """Four days after Monday 4 May 2020 is Friday, the bank holiday, and stays there."""
    assert ENGLAND.days_after(on("2020-05-04"), 4) == on("2020-05-08")
    assert ENGLAND.days_after(on("2020-05-04"), 0) == on("2020-05-04")


def test_counting_tells_how_many_working_days_have_gone() -> None:
    """ToR 5(a): the figure beside the due date, "day n of 15"."""
    received = on("2020-05-04")
    assert ENGLAND.count(received, on("2020-05-27")) == 15
    assert ENGLAND.count(received, on("2020-05-26"), counting_day=True) == 15
    assert ENGLAND.count(received, received) == 0
    assert ENGLAND.count(received, received, counting_day=True) == 1
    assert ENGLAND.count(on("2020-05-08"), on("2020-05-10")) == 0  # bank holiday to Sunday


@CONVENTIONS
def test_nothing_is_counted_backwards(*, counting_day: bool) -> None:
    """A report sent before the clock started used up no working day."""
    assert ENGLAND.count(on("2020-05-27"), on("2020-05-04"), counting_day=counting_day) == 0


# ------------------------------------------------------------------------------- the calculation


def test_the_calculation_says_of_each_day_why_it_counts_or_not() -> None:
    """ToR 5(a): an auditor reads the due date day by day."""
    day_zero, *rest = ENGLAND.explain(on("2020-05-07"), on("2020-05-11"))
    assert day_zero == DayReckoned(
        on("2020-05-07"), "Thursday", None, "day 0: the day of receipt is not counted"
    )
    assert rest == [
        (
            on("2020-05-08"),
            "Friday",
            None,
            "bank holiday: Early May bank holiday (VE day)",
        ),
        (on("2020-05-09"), "Saturday", None, "Saturday"),
        (on("2020-05-10"), "Sunday", None, "Sunday"),
        (on("2020-05-11"), "Monday", 1, "working day"),
    ]


def test_the_calculation_numbers_the_first_day_where_it_counts() -> None:
    """With the day of receipt as day 1, there is no day 0."""
    first, *_, last = ENGLAND.explain(on("2020-05-07"), on("2020-05-11"), counting_day=True)
    assert (first.number, first.why) == (1, "working day")
    assert last.number == 2


def test_the_calculation_has_no_day_one_on_a_saturday() -> None:
    """With the day of receipt as day 1, a Saturday is still only a Saturday."""
    first, *_, last = ENGLAND.explain(on("2020-05-09"), on("2020-05-11"), counting_day=True)
    assert (first.number, first.why) == (None, "Saturday")
    assert last.number == 1


def test_the_calculation_says_what_happened_on_day_zero() -> None:
    """ToR 7: the Panel's ten days run from a meeting; and a day 0 may be no working day."""
    (line,) = ENGLAND.explain(
        on("2020-05-09"), on("2020-05-09"), day_zero="the day of the Panel's meeting"
    )
    assert line.why == "day 0: the day of the Panel's meeting is not counted (Saturday)"


def test_the_calculation_repeats_what_the_calendar_remarks() -> None:
    """Who reads the old count sees why 19 September 2022 was still a working day in it."""
    (line,) = BEFORE_THE_FUNERAL.explain(on("2022-09-19"), on("2022-09-19"), counting_day=True)
    assert line.number == 1
    assert line.why == (
        "working day; made a bank holiday by proclamation on 10 September 2022, after this version"
    )


def test_a_calculation_that_ends_before_it_starts_is_empty() -> None:
    """No day lies between, so none is calculated."""
    assert ENGLAND.explain(on("2020-05-08"), on("2020-05-07")) == ()


# ------------------------------------------------------------------------- where knowledge ends


def test_the_last_working_day_covered_can_be_reached_and_not_passed() -> None:
    """31 December 2028, the last covered, is a Sunday; the last worked is the Friday before."""
    assert ENGLAND.after(on("2028-12-28"), 1) == on("2028-12-29")
    with pytest.raises(CalendarGapError) as refused:
        ENGLAND.after(on("2028-12-28"), 2)
    assert str(refused.value) == (
        "cannot calculate the day 2 working days after 2028-12-28: calendar england-and-wales "
        "2026-11-23 covers only 2018-01-01 to 2028-12-31. Use a version that covers that day: "
        "`rapid-review calendar list` shows those installed, and "
        "`rapid_review.calendars.maker` makes a new one"
    )


def test_the_first_day_covered_can_be_counted_from_and_none_before_it() -> None:
    """1 January 2018, the first day covered, is a bank holiday."""
    assert ENGLAND.after(on("2018-01-01"), 1) == on("2018-01-02")
    with pytest.raises(CalendarGapError, match="covers only 2018-01-01 to"):
        ENGLAND.after(on("2017-12-31"), 1)


def test_working_days_before_a_day_go_back_to_the_first_that_is_covered() -> None:
    """ToR 5(a): Wednesday 1 January 2020 is before Thursday; nothing is known before it."""
    calendar = made_of({})
    assert calendar.before(on("2020-01-02"), 1) == on("2020-01-01")
    assert calendar.before(on("2020-01-06"), 3) == on("2020-01-01")
    with pytest.raises(CalendarGapError):
        calendar.before(on("2020-01-06"), 4)


def test_days_and_months_end_with_the_last_day_covered() -> None:
    """A gap is a gap, whatever the unit and however far beyond."""
    last = on("2028-12-31")
    assert ENGLAND.days_after(on("2028-12-30"), 1) == last
    assert ENGLAND.months_after(on("2028-08-31"), 4) == last
    beyond: tuple[Callable[[], date], ...] = (
        lambda: ENGLAND.days_after(last, 1),
        lambda: ENGLAND.days_after(last, 10**12),
        lambda: ENGLAND.months_after(last, 1),
        lambda: ENGLAND.months_after(last, 10**12),
        # Same month as the last day covered, but after it.
        lambda: made_of({}, to="2020-02-15").months_after(on("2020-01-16"), 1),
    )
    for ask in beyond:
        with pytest.raises(CalendarGapError):
            ask()


QUESTIONS: Final[dict[str, Callable[[date], object]]] = {
    "after": lambda day: ENGLAND.after(day, 15),
    "after, counting the day": lambda day: ENGLAND.after(day, 15, counting_day=True),
    "after, none": lambda day: ENGLAND.after(day, 0),
    "days after": lambda day: ENGLAND.days_after(day, 15),
    "months after": lambda day: ENGLAND.months_after(day, 6),
    "before": lambda day: ENGLAND.before(day, 2),
    "before, none": lambda day: ENGLAND.before(day, 0),
    "days before": lambda day: ENGLAND.days_before(day, 15),
    "is working": ENGLAND.is_working,
    "closure": ENGLAND.closure,
    "count from": lambda day: ENGLAND.count(day, on("2020-05-04")),
    "count up to": lambda day: ENGLAND.count(on("2020-05-04"), day),
    "explain from": lambda day: ENGLAND.explain(day, on("2020-05-04")),
    "explain up to": lambda day: ENGLAND.explain(on("2020-05-04"), day),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("day", ["2017-12-31", "2029-01-01"])
def test_nothing_is_answered_about_a_day_that_is_not_covered(
    question: Callable[[date], object], day: str
) -> None:
    """An unknown year is not a year without bank holidays."""
    with pytest.raises(CalendarGapError, match=f"{day}.*covers only 2018-01-01 to 2028-12-31"):
        question(on(day))


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_an_instant_is_not_taken_for_a_date(question: Callable[[date], object]) -> None:
    """23:30 UTC on 4 May 2020 is 5 May in London: the calendar cannot know which is meant."""
    with pytest.raises(CalendarError, match="that is a moment"):
        question(datetime(2020, 5, 4, 23, 30, tzinfo=UTC))


def test_counts_that_mean_nothing_are_refused() -> None:
    """Clocks run forwards, and there is no day 0 where the day of receipt is day 1."""
    day = on("2020-05-04")
    with pytest.raises(CalendarError, match=r"-1 working days.*0 or more"):
        ENGLAND.after(day, -1)
    with pytest.raises(CalendarError, match=r"0 working days.*1 or more"):
        ENGLAND.after(day, 0, counting_day=True)
    with pytest.raises(CalendarError, match=r"-1 calendar days after 2020-05-04.*0 or more"):
        ENGLAND.days_after(day, -1)
    with pytest.raises(CalendarError, match=r"-1 calendar months.*0 or more"):
        ENGLAND.months_after(day, -1)
    with pytest.raises(CalendarError, match=r"-1 working days before 2020-05-04.*0 or more"):
        ENGLAND.before(day, -1)
    with pytest.raises(CalendarError, match=r"-1 calendar days before 2020-05-04.*0 or more"):
        ENGLAND.days_before(day, -1)


# ---------------------------------------------------------------------------- the calendar itself


def made_of(
    closed: dict[date, str],
    *,
    to: str = "2020-12-31",
    months: Callable[[date, int], date] = add_months,
) -> WorkingCalendar:
    """Return a calendar of 2020 with nothing closed but weekends and the given days."""
    return WorkingCalendar(
        id="of-given-days",
        version="2020-01-01",
        digest="sha256:" + "0" * 64,
        title="A calendar made of given days",
        covers_from=on("2020-01-01"),
        covers_to=on(to),
        closed=closed,
        add_months=months,
    )


def test_a_calculation_marks_the_days_that_are_less_certain() -> None:
    """ToR 5(a): until 2 January one source, from 7 January provisional; each line says so."""
    calendar = replace(
        made_of({on("2020-01-01"): "New Year's Day"}),
        one_source_before=on("2020-01-03"),
        published_to=on("2020-01-06"),
        remarks={on("2020-01-02"): "worked in London"},
    )
    lines = calendar.explain(on("2020-01-01"), on("2020-01-08"), day_zero="the day it came")
    assert [line.why for line in lines] == [
        "day 0: the day it came is not counted (bank holiday: New Year's Day); one source",
        "working day; one source; worked in London",
        "working day",
        "Saturday",
        "Sunday",
        "working day",
        "working day; provisional",
        "working day; provisional",
    ]
    assert [line.number for line in lines] == [None, 1, 2, None, None, 3, 4, 5]
    assert [calendar.is_provisional(line.day) for line in lines] == [False] * 6 + [True] * 2
    assert [calendar.is_of_one_source(line.day) for line in lines] == [True] * 2 + [False] * 6


def test_a_bank_holiday_on_a_weekend_changes_nothing() -> None:
    """Sources list both 26 December 2020, a Saturday, and the Monday given in its stead."""
    with_it = made_of({on("2020-12-26"): "Boxing Day"})
    assert with_it.closure(on("2020-12-26")) == "Saturday"
    assert with_it.after(on("2020-12-24"), 2) == made_of({}).after(on("2020-12-24"), 2)


def test_a_calendar_does_not_change_once_it_is_made() -> None:
    """A due date names its calendar; the same name must give the same count."""
    closed = {on("2020-05-08"): "Early May bank holiday"}
    calendar = made_of(closed)
    closed.clear()
    assert not calendar.is_working(on("2020-05-08"))
    with pytest.raises(TypeError, match="does not support item assignment"):
        calendar.closed[on("2020-05-07")] = "a day off"  # type: ignore[index]  # on purpose


def test_calendars_are_equal_by_what_they_say() -> None:
    """The month arithmetic handed in is a tool, not something a calendar says."""
    one, same = made_of({}), made_of({}, months=lambda day, _: day)
    assert one == same
    assert hash(one) == hash(same)
    assert one != made_of({on("2020-05-08"): "Early May bank holiday"})


def test_a_calendar_that_ends_before_it_begins_is_refused() -> None:
    """Its name is in the message, for there may be many."""
    with pytest.raises(CalendarError, match="of-given-days 2020-01-01 covers 2020-01-01 to 2019"):
        made_of({}, to="2019-12-31")


# ----------------------------------------------------------------------------------- properties


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """Draw calendars that nobody proclaimed: any closures, any weekend but the whole week."""
    first = draw(st.dates(on("1999-01-01"), on("2101-01-01")))
    last = first + timedelta(days=draw(st.integers(0, 500)))
    days = st.dates(first, last)
    weekend = draw(st.sets(st.integers(0, 6), max_size=6))
    return WorkingCalendar(
        id="drawn",
        version=str(first),
        digest="sha256:" + "0" * 64,
        title="Drawn",
        covers_from=first,
        covers_to=last,
        closed=dict.fromkeys(draw(st.sets(days, max_size=40)), "a bank holiday"),
        add_months=add_months,
        weekend=tuple(sorted(weekend)),
    )


@st.composite
def counts(draw: st.DrawFn) -> tuple[WorkingCalendar, date, int]:
    """Draw a calendar, one of its days, and a number of working days, at times too many."""
    calendar = draw(st.one_of(st.just(ENGLAND), st.just(BEFORE_THE_FUNERAL), calendars()))
    day = draw(st.dates(calendar.covers_from, calendar.covers_to))
    return calendar, day, draw(st.integers(1, 60))


def counted_on_foot(
    calendar: WorkingCalendar, day: date, working_days: int, *, counting_day: bool
) -> date | None:
    """Walk from day to day as one would on a wall calendar; None when the calendar ends."""
    left = working_days
    step = day if counting_day else day + timedelta(days=1)
    while step <= calendar.covers_to:
        if step.weekday() not in calendar.weekend and step not in calendar.closed:
            left -= 1
        if left == 0:
            return step
        step += timedelta(days=1)
    return None


@given(case=counts(), counting_day=st.booleans())
def test_the_table_gives_what_walking_the_days_gives(
    case: tuple[WorkingCalendar, date, int], *, counting_day: bool
) -> None:
    """ToR 5(a): the quick count and the slow one agree, also on where knowledge ends."""
    calendar, day, number = case
    expected = counted_on_foot(calendar, day, number, counting_day=counting_day)
    if expected is None:
        with pytest.raises(CalendarGapError):
            calendar.after(day, number, counting_day=counting_day)
    else:
        assert calendar.after(day, number, counting_day=counting_day) == expected


def counted_back_on_foot(calendar: WorkingCalendar, day: date, working_days: int) -> date | None:
    """Walk back from day to day; None when the calendar ends."""
    while working_days:
        if day == calendar.covers_from:
            return None
        day -= timedelta(days=1)
        if day.weekday() not in calendar.weekend and day not in calendar.closed:
            working_days -= 1
    return day


@given(case=counts(), fewer=st.integers(0, 60))
def test_the_table_gives_what_walking_back_gives(
    case: tuple[WorkingCalendar, date, int], fewer: int
) -> None:
    """ToR 5(a): the quick count back and the slow one agree, also on where knowledge begins."""
    calendar, day, number = case
    working_days = max(0, number - fewer)
    expected = counted_back_on_foot(calendar, day, working_days)
    if expected is None:
        with pytest.raises(CalendarGapError, match=f"{working_days} working days? before {day}"):
            calendar.before(day, working_days)
    else:
        assert calendar.before(day, working_days) == expected


@given(case=counts())
def test_days_before_a_day_are_as_many_as_asked_for(
    case: tuple[WorkingCalendar, date, int],
) -> None:
    """Back to the first day that is covered, and not one further."""
    calendar, day, number = case
    if (wanted := day - timedelta(days=number)) < calendar.covers_from:
        with pytest.raises(CalendarGapError, match=f"{number} calendar days before {day}"):
            calendar.days_before(day, number)
    else:
        assert calendar.days_before(day, number) == wanted


def due_or_reject(case: tuple[WorkingCalendar, date, int], *, counting_day: bool) -> date:
    """Return the due date, or let Hypothesis draw again where the calendar is too short."""
    calendar, day, number = case
    assume(counted_on_foot(calendar, day, number, counting_day=counting_day) is not None)
    return calendar.after(day, number, counting_day=counting_day)


@given(case=counts(), counting_day=st.booleans())
def test_a_due_date_is_a_working_day_inside_the_calendar(
    case: tuple[WorkingCalendar, date, int], *, counting_day: bool
) -> None:
    """ToR 5(a): nothing falls due on a Sunday, and nothing before the day of receipt."""
    calendar, day, _ = case
    due = due_or_reject(case, counting_day=counting_day)
    assert calendar.is_working(due)
    assert day <= due <= calendar.covers_to
    assert counting_day or day < due


@given(case=counts(), counting_day=st.booleans())
def test_counting_undoes_adding(
    case: tuple[WorkingCalendar, date, int], *, counting_day: bool
) -> None:
    """The day that is n working days after another has n working days counted up to it."""
    calendar, day, number = case
    due = due_or_reject(case, counting_day=counting_day)
    assert calendar.count(day, due, counting_day=counting_day) == number


@given(case=counts(), counting_day=st.booleans())
def test_a_later_receipt_is_never_due_earlier_and_a_longer_time_always_later(
    case: tuple[WorkingCalendar, date, int], *, counting_day: bool
) -> None:
    """ToR 5(a): waiting a day to say "received" never helps."""
    calendar, day, number = case
    due = due_or_reject((calendar, day, number + 1), counting_day=counting_day)
    assert calendar.after(day, number, counting_day=counting_day) < due
    if day > calendar.covers_from:
        earlier = day - timedelta(days=1)
        assert calendar.after(earlier, number + 1, counting_day=counting_day) <= due


@given(case=counts())
def test_counting_the_day_itself_moves_the_due_date_by_a_working_day_or_not_at_all(
    case: tuple[WorkingCalendar, date, int],
) -> None:
    """The two readings differ by one working day from a working day, and not from another."""
    calendar, day, number = case
    due = due_or_reject(case, counting_day=False)
    assume(number > 1)
    other = calendar.after(day, number - calendar.is_working(day))
    assert calendar.after(day, number, counting_day=True) == other
    assert other <= due


@given(case=counts(), counting_day=st.booleans())
def test_the_calculation_counts_to_the_due_date(
    case: tuple[WorkingCalendar, date, int], *, counting_day: bool
) -> None:
    """ToR 5(a): its lines are all the days, its numbers 1 to n, and its last line the due date."""
    calendar, day, number = case
    due = due_or_reject(case, counting_day=counting_day)
    lines = calendar.explain(day, due, counting_day=counting_day)
    assert [line.day for line in lines] == [
        day + timedelta(days=passed) for passed in range((due - day).days + 1)
    ]
    assert [line.number for line in lines if line.number] == list(range(1, number + 1))
    assert (lines[-1].day, lines[-1].number) == (due, number)
    for line in lines[1:]:
        assert (line.number is not None) == calendar.is_working(line.day)


@given(
    day=st.dates(ENGLAND.covers_from, ENGLAND.covers_to)
    | st.dates(ENGLAND.covers_from, ENGLAND.covers_to).map(
        lambda day: day.replace(day=monthrange(day.year, day.month)[1])
    ),
    months=st.integers(0, 36),
)
def test_months_keep_the_day_or_take_the_months_last(day: date, months: int) -> None:
    """Checked against the lengths of the months; month ends are drawn often."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    due = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    if due > ENGLAND.covers_to:
        with pytest.raises(CalendarGapError):
            ENGLAND.months_after(day, months)
    else:
        assert ENGLAND.months_after(day, months) == due


@pytest.mark.parametrize("calendar", [ENGLAND, BEFORE_THE_FUNERAL], ids=lambda one: one.version)
def test_a_calendar_counts_the_same_in_another_process(calendar: WorkingCalendar) -> None:
    """It is handed over by what it was made of, and lays its table there."""
    other = loads(dumps(calendar))  # noqa: S301 - our own bytes
    assert other == calendar
    assert other is not calendar
    for day in (on("2022-09-08"), on("2020-05-04")):
        assert other.after(day, 15) == calendar.after(day, 15)
