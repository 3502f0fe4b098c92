"""Nothing that happened is turned away: clocks beyond a calendar, before it, and one's own."""

import json
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from rapid_review import calendars
from rapid_review.domain.commands import CorrectRecord, ReckonDeadlineAgain
from rapid_review.domain.errors import CalendarGapError
from rapid_review.domain.events import DeadlineReckonedAgain, DeadlineSet
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.case.clock_reading import ClockReading, ClockState, Reason
from rapid_review.projections.case.clocks import clocks
from rapid_review.store import RapidReviews
from rapid_review.store.store import Store
from tests.domain.a_review import INFORM, KENT, RECEIVE, at, changed
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in, send_all

IN_2029: Final = changed(
    RECEIVE,
    at=at("2029-01-08 09:00"),
    incident=RECEIVE.incident.model_copy(update={"known_on": date(2029, 1, 4)}),
)
AGAIN: Final = ReckonDeadlineAgain(
    at=at("2029-02-01 09:00"), deadline="rapid-review", because="the days are published"
)


def published_to_2028(calendar_id: str) -> WorkingCalendar:
    """Return the calendar that ends with what was published, and guesses nothing."""
    return calendars.load(calendar_id, "2026-11-23")


def until_2028(store: Store) -> RapidReviews:
    """Return reviews that count with a calendar that ends with 2028."""
    clock = HandSetClock("2029-03-01 09:00")
    return reviews_in(store, terms=KENT, clock=clock, calendars=published_to_2028)


def of_2029(store: Store) -> RapidReviews:
    """Return reviews that count with the newest calendar, in March 2029."""
    return reviews_in(store, terms=KENT, clock=HandSetClock("2029-03-01 09:00"))


def reading(reviews: RapidReviews, clock: str = "rapid-review") -> ClockReading:
    """Return how a clock is read in March 2029."""
    as_of = AsOf(None, None, at("2029-03-01 09:00"))
    found = clocks(reviews.case_history(CASE), as_of)
    return next(one for one in found if one.rule.id == clock)


def test_a_case_received_beyond_the_calendar_is_recorded(store: Store) -> None:
    """ToR 7.3: its clocks are undetermined, for a calendar gap, and nothing is guessed."""
    reviews = until_2028(store)
    send_all(reviews, IN_2029)
    found = reading(reviews)
    assert (found.state, found.reason) == (ClockState.UNDETERMINED, Reason.CALENDAR_GAP)
    assert not reviews.case(CASE).all(DeadlineSet)


def test_its_clocks_are_set_by_the_next_command_once_a_calendar_reaches(store: Store) -> None:
    """Nobody has to remember them."""
    send_all(until_2028(store), IN_2029)
    reviews = of_2029(store)
    events = [entry.event.kind for entry in send_all(reviews, changed(INFORM, at=AGAIN.at))]
    assert events == ["MemberInformed", *["DeadlineSet"] * 3]
    assert reading(reviews).due == date(2029, 1, 29)


def test_a_clock_is_set_when_it_is_calculated_again_once_a_calendar_reaches(store: Store) -> None:
    """By itself, and said again under its id it is recognised; before, the gap is told."""
    before = until_2028(store)
    send_all(before, IN_2029)
    with pytest.raises(CalendarGapError):
        send_all(before, AGAIN)
    reviews = of_2029(store)
    done = reviews.handle(CASE, AGAIN, by=TEAM, command_id="a-1")
    assert "rapid-review" in {e.event.deadline for e in done if isinstance(e.event, DeadlineSet)}
    assert reviews.handle(CASE, AGAIN, by=TEAM, command_id="a-1") == done


def test_a_due_day_counted_with_unpublished_bank_holidays_says_so(store: Store) -> None:
    """Of 2029 nothing is published: the day is provisional until it is calculated again."""
    reviews = of_2029(store)
    send_all(reviews, IN_2029)
    assert reading(reviews).provisional
    send_all(kent_in(store), changed(RECEIVE), case="KM-2")
    old = clocks(reviews.case_history("KM-2"), AsOf(None, None, at("2029-03-01 09:00")))
    assert not any(one.provisional for one in old)


def test_a_correction_that_moves_a_start_beyond_the_calendar_is_taken(store: Store) -> None:
    """The receipt was in 2029 and no calendar reaches; one that does counts it again."""
    reviews = until_2028(store)
    send_all(reviews, RECEIVE)
    moved = reviews.history(CASE)[0].event.model_copy(
        update={"at": IN_2029.at, "incident": IN_2029.incident}
    )
    correct = CorrectRecord(
        at=at("2029-02-01 08:00"), version=1, because="a mistyped year", replacement=moved
    )
    send_all(reviews, correct)
    found = reading(reviews)
    assert (found.state, found.reason) == (ClockState.UNDETERMINED, Reason.CALENDAR_GAP)
    later = of_2029(store)
    (entry,) = (e for e in send_all(later, AGAIN) if isinstance(e.event, DeadlineReckonedAgain))
    assert isinstance(entry.event, DeadlineReckonedAgain)
    assert entry.event.counted_from == date(2029, 1, 8)
    assert reading(later).due == date(2029, 1, 29)


def test_an_incident_of_1985_that_is_known_today_is_recorded_with_its_clocks(store: Store) -> None:
    """ToR 7.3: adults tell of their childhood; what became known then is counted from then."""
    told_in_1985 = RECEIVE.incident.model_copy(update={"known_on": date(1985, 5, 1)})
    reviews = kent_in(store)
    send_all(reviews, changed(RECEIVE, incident=told_in_1985))
    due = {event.deadline: event.due for event in reviews.case(CASE).all(DeadlineSet)}
    assert due["notify-panel"] == date(1985, 5, 9)  # Monday 6 May 1985 was a bank holiday
    assert due["rapid-review"] == date(2020, 5, 27)


def test_a_bank_holiday_proclaimed_today_is_in_use_today(store: Store, tmp_path: Path) -> None:
    """As on 10 September 2022 for the 19th: one's own version, and nothing to wait for."""
    shipped = Path(calendars.__file__).parent / "england-and-wales" / "2026-11-26.json"
    fields = json.loads(shipped.read_text("utf-8"))
    fields["version"] = "2026-11-27"
    holidays = {**fields["holidays"], "2026-12-04": "proclaimed today"}
    fields["holidays"] = dict(sorted(holidays.items()))
    own = tmp_path / "own.json"
    own.write_text(json.dumps(fields), encoding="utf-8")
    mine = calendars.load_file(own)
    clock = HandSetClock("2026-11-27 12:00")
    reviews = reviews_in(store, terms=KENT, clock=clock, calendars=lambda _: mine)
    send_all(reviews, changed(RECEIVE, at=at("2026-11-27 09:00")))
    due = {event.deadline: event for event in reviews.case(CASE).all(DeadlineSet)}
    assert due["rapid-review"].due == date(2026, 12, 21)
    assert due["rapid-review"].calendar.version == "2026-11-27"
    shipped_due = calendars.load("england-and-wales").after(date(2026, 11, 27), 15)
    assert shipped_due == date(2026, 12, 18)
