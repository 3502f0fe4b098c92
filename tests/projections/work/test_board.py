"""The board: where a case stands, what is due next, and who owes it.

The case was received on Monday 4 May 2020; its review and its decision are due on Wednesday 27
May. The Panel was told in time, so nothing else is owed at first.
"""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date

import pytest

from rapid_review import calendars
from rapid_review.domain.commands import Command
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CalendarError
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Unit
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import AsOf, Calendars, CaseHistory
from rapid_review.projections.case.stage import Stage
from rapid_review.projections.work.board import Standing, standing_of
from tests.domain.a_review import (
    CLOSED,
    COMMISSION,
    DECIDED,
    DISCUSS,
    KENT,
    NOT_MET,
    PUBLISH,
    RECEIVE,
    SENT,
    at,
    changed,
    varied,
)
from tests.projections.a_record import entries_of

MILESTONE = Deadline(
    id="chairs-look",
    title="The chair looks at it",
    clause="local",
    starts_on="NotificationReceived.at",
    stops_on="MeetingConvened.at",
    length=2,
    unit=KENT.clocks["rapid-review"].unit,
    owed_by="chair",
    advisory=True,
)


def standing(
    entries: Sequence[Entry],
    as_of: str,
    terms: Terms = KENT,
    at_hand: Calendars = calendars.load,
    recorded_by: str | None = None,
) -> Standing:
    """Return where a case is at a time in UTC."""
    found = standing_of(
        CaseHistory(entries, terms, at_hand),
        AsOf(recorded_by=at(recorded_by) if recorded_by else None, read_on=at(as_of)),
    )
    assert found is not None
    return found


@pytest.mark.parametrize(("day", "left"), [(20, 4), (22, 2), (23, 2), (27, 0), (28, -1)])
def test_the_days_left_are_the_clocks_own(day: int, left: int) -> None:
    """ToR 5(a): working days; Saturday 23 May takes none, and Monday 25 May was a bank holiday."""
    found = standing(entries_of(RECEIVE), f"2020-05-{day} 09:00")
    assert (found.due, found.days_left) == (date(2020, 5, 27), left)
    assert (found.unit, found.owed_by) == (Unit.WORKING_DAYS, "rapid-review-group")


def test_what_was_met_is_no_longer_due() -> None:
    """ToR 7.6, 7.7: it was decided on 19 May; the report to the Panel is next."""
    found = standing(entries_of(*DECIDED), "2020-05-20 09:00")
    assert (found.stage, found.deadline) == (Stage.DECIDED, "rapid-review")


def test_what_is_due_first_is_due_next() -> None:
    """ToR 7.8: the Panel's ten days end on 16 June; publication has until December."""
    found = standing(entries_of(*SENT, DISCUSS, COMMISSION), "2020-07-01 09:00")
    assert (found.deadline, found.due) == ("panel-feedback", date(2020, 6, 16))
    assert found.owed_by == "national-panel"


def test_once_everything_is_met_nothing_is_due() -> None:
    """ToR 7.8: while the Panel's day is unknown nobody can say when it must answer."""
    found = standing(entries_of(*SENT), "2020-06-01 09:00")
    nothing_due = (None, None, None, None, False, False, None, None)
    assert astuple(found) == ("KM-2020-001", Stage.REPORTED, True, *nothing_due)


def test_a_milestone_is_owed_by_nobody() -> None:
    """The partnership plans by it; what must be done by a day is on the board."""
    terms = varied(KENT, deadlines=(*KENT.deadlines, MILESTONE))
    found = standing(entries_of(RECEIVE, terms=terms), "2020-05-05 09:00", terms)
    assert found.due == date(2020, 5, 27)


def test_a_clock_that_nobody_may_miss_unseen_stays_on_the_board_once_it_is_over() -> None:
    """GOV.UK: the Panel was not told within five working days of 1 May; the council owes it."""
    untold = changed(RECEIVE, panel_notified_at=None)
    found = standing(entries_of(untold), "2020-05-20 09:00")
    assert (found.deadline, found.owed_by) == ("notify-panel", "local-authority")
    assert (found.due, found.days_left) == (date(2020, 5, 11), -7)


def test_a_national_clock_that_guidance_loosened_is_still_owed() -> None:
    """ToR 3.2: six months from 30 June end on 30 December; late is excused, nothing is done."""
    found = standing(entries_of(*SENT, COMMISSION), "2020-12-31 09:00")
    assert (found.deadline, found.due) == ("publication", date(2020, 12, 30))
    assert found.days_left == -1


def test_what_was_done_late_under_such_guidance_is_done() -> None:
    """ToR 3.2: published on 15 January 2021; nothing is owed any more."""
    published = changed(PUBLISH, at=at("2021-01-15 09:00"))
    found = standing(entries_of(*SENT, COMMISSION, published), "2021-02-01 09:00")
    assert found.deadline is None


def test_without_its_calendar_the_days_left_are_unknown_and_the_due_day_is_not() -> None:
    """ToR 5(a): the due day is recorded."""

    def none_at_hand(calendar: str, version: str | None) -> WorkingCalendar:
        raise CalendarError(f"{calendar} {version} is not at hand")

    found = standing(entries_of(RECEIVE), "2020-05-20 09:00", at_hand=none_at_hand)
    assert (found.due, found.days_left) == (date(2020, 5, 27), None)


@pytest.mark.parametrize(
    "history",
    [
        CLOSED,
        (RECEIVE, NOT_MET),
        (changed(RECEIVE, notification_class="looked-after-child-death"),),
    ],
)
def test_a_case_that_asks_for_nothing_more_is_not_open(history: tuple[Command, ...]) -> None:
    """ToR 1, 7.9: closed, found not to meet the criteria, or of a class without a review."""
    found = standing(entries_of(*history), "2020-07-10 09:00")
    assert not found.is_open


def test_a_case_that_was_closed_later_was_open_then() -> None:
    """ToR 7.9: it was closed on 2 July."""
    entries = entries_of(*CLOSED)
    then = "2020-07-01 09:00"
    assert standing(entries, then, recorded_by=then).is_open


def test_before_its_notification_a_case_is_not_on_the_board() -> None:
    """ToR 7.3: as recorded the day before, there was none."""
    day = at("2020-05-03 09:00")
    entries = entries_of(RECEIVE)
    assert (
        standing_of(CaseHistory(entries, KENT, calendars.load), AsOf(recorded_by=day, read_on=day))
        is None
    )
