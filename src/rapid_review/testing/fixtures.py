"""The fixtures of the plugin: terms, a calendar, a clock set by hand, and reviews in memory."""

from collections.abc import Iterator

import pytest

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.store.reviews import RapidReviews
from rapid_review.testing.wiring import HandSetClock


@pytest.fixture(name="rapid_review_terms")
def terms() -> Terms:
    """Return the terms: those of Kent and Medway of May 2020, unless a test overrides this."""
    return shipped.load(shipped.KENT_AND_MEDWAY_2020)


@pytest.fixture(name="rapid_review_calendar")
def calendar(rapid_review_terms: Terms) -> WorkingCalendar:
    """Return the newest version of the calendar that the terms name."""
    return calendars.load(rapid_review_terms.calendar)


@pytest.fixture(name="rapid_review_clock")
def clock() -> HandSetClock:
    """Return a clock that shows noon of 23 November 2026 until it is set."""
    return HandSetClock()


@pytest.fixture(name="rapid_reviews")
def reviews(rapid_review_terms: Terms, rapid_review_clock: HandSetClock) -> Iterator[RapidReviews]:
    """Yield reviews in memory, empty, unsealed, and dated by the clock."""
    with RapidReviews.in_memory(terms=rapid_review_terms, clock=rapid_review_clock) as empty:
        yield empty
