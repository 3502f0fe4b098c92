"""What is to be known of a due day, because of the bank holidays that it was counted with.

Monday 8 January 2029 lies behind the published days, Wednesday 1 May 1985 before those that were
checked with a second source.
"""

from datetime import date
from typing import Final

import pytest

from rapid_review import calendars
from rapid_review.calendars import parse
from rapid_review.domain.commands import ReckonDeadlineAgain
from rapid_review.domain.errors import CalendarError
from rapid_review.domain.events import DeadlineReckonedAgain
from rapid_review.domain.vocabulary import Unit
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.case.due_days import (
    DueMarks,
    due_marks,
    marked,
    marks_by_version,
    marks_in_words,
)
from tests.calendars.one_of_ones_own import own_calendar
from tests.domain.a_review import RECEIVE, at, changed
from tests.projections.a_record import entries_of

NEWEST: Final = ("england-and-wales", "2026-11-26")
PUBLISHED: Final = ("england-and-wales", "2026-11-23")
PROVISIONAL: Final = DueMarks(provisional=True)
ONE_SOURCE: Final = DueMarks(one_source=True)
CERTAIN: Final = DueMarks()


def not_at_hand(calendar_id: str, _: str | None) -> WorkingCalendar:
    """Give no calendar."""
    raise CalendarError(calendar_id)


@pytest.mark.parametrize(
    ("unit", "counted_from", "due", "calendar", "marks"),
    [
        (Unit.WORKING_DAYS, date(2029, 1, 8), date(2029, 1, 29), NEWEST, PROVISIONAL),
        (Unit.WORKING_DAYS, date(2028, 12, 27), date(2029, 1, 2), NEWEST, PROVISIONAL),
        (Unit.WORKING_DAYS, date(1985, 5, 1), date(1985, 5, 9), NEWEST, ONE_SOURCE),
        (Unit.WORKING_DAYS, date(2017, 12, 29), date(2018, 1, 8), NEWEST, ONE_SOURCE),
        (Unit.WORKING_DAYS, date(2018, 1, 1), date(2018, 1, 8), NEWEST, CERTAIN),
        (Unit.WORKING_DAYS, date(2020, 5, 4), date(2020, 5, 27), NEWEST, CERTAIN),
        (Unit.WORKING_DAYS, date(2020, 5, 4), date(2020, 5, 27), PUBLISHED, CERTAIN),
        (Unit.MONTHS, date(2028, 12, 1), date(2029, 6, 1), NEWEST, CERTAIN),
        (Unit.CALENDAR_DAYS, date(1985, 5, 1), date(1985, 5, 15), NEWEST, CERTAIN),
    ],
)
def test_a_due_day_is_as_certain_as_the_bank_holidays_it_was_counted_with(
    unit: Unit, counted_from: date, due: date, calendar: tuple[str, str], marks: DueMarks
) -> None:
    """ToR 5(a), 7.3: a day in months or calendar days was counted with none."""
    assert due_marks(unit, counted_from, due, calendar, calendars.load) == marks


def test_of_a_calendar_that_is_not_at_hand_nobody_can_say_anything() -> None:
    """Nothing is guessed."""
    days = (date(2029, 1, 8), date(2029, 1, 29))
    assert due_marks(Unit.WORKING_DAYS, *days, NEWEST, not_at_hand) == CERTAIN


def test_each_entry_that_records_a_due_day_has_its_own_marks() -> None:
    """ToR 7.3: those of a receipt in 2029 of what was known in 1985; of most, none."""
    incident = RECEIVE.incident.model_copy(update={"known_on": date(1985, 5, 1)})
    entries = entries_of(changed(RECEIVE, at=at("2029-01-08 09:00"), incident=incident))
    assert marks_by_version(entries, calendars.load) == {
        2: ONE_SOURCE,  # the Panel is told within five working days of 1 May 1985
        3: PROVISIONAL,
        4: PROVISIONAL,
    }
    assert marks_by_version(entries_of(RECEIVE), calendars.load) == {}


def test_a_day_that_is_calculated_again_is_marked_by_the_calendar_that_counted_it_then() -> None:
    """Provisional with the newest of now, certain with one in which the days are published."""
    then = parse(own_calendar("2028-09-01", "2029-01-15", published_to="2030-12-31"))
    again = ReckonDeadlineAgain(
        at=at("2029-01-10 09:00"), deadline="rapid-review", because="they are published"
    )
    before = entries_of(changed(RECEIVE, at=at("2029-01-08 09:00")))
    entries = entries_of(again, calendar=then, before=before)
    assert isinstance(entries[-1].event, DeadlineReckonedAgain)

    def at_hand(calendar_id: str, version: str | None) -> WorkingCalendar:
        return then if version == then.version else calendars.load(calendar_id, version)

    assert marks_by_version(entries, at_hand) == marks_by_version(before, at_hand)
    assert marks_by_version(before, at_hand)


def test_the_marks_stand_beside_the_day_and_are_said_in_words() -> None:
    """Both, where both hold; nothing beside most days, and nothing where there is none."""
    both = DueMarks(provisional=True, one_source=True)
    assert marked(date(2029, 1, 29), both) == "2029-01-29 (provisional, one source)"
    assert marked(date(2020, 5, 27), CERTAIN) == "2020-05-27"
    assert marked(None, both) is None
    assert list(marks_in_words(both)) == [
        (
            "the due day is provisional, because its bank holidays had not been published. "
            "Calculate it again with ReckonDeadlineAgain when they are"
        ),
        (
            "the bank holidays of the due day come from one source only, and were not checked "
            "against another"
        ),
    ]
    assert not list(marks_in_words(CERTAIN))
