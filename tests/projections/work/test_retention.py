"""How long words are kept: what the terms state, and what is then due for review."""

from datetime import date, datetime

import pytest

from rapid_review.domain.commands import Command
from rapid_review.domain.events import AnyEvent, PracticeReviewPublished
from rapid_review.domain.terms.retention import Retention, RetentionStart
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.work.retention import Kept, kept
from tests.domain.a_review import (
    CLOSED,
    ENGLAND,
    HOLD,
    KENT,
    PUBLISH,
    RECEIVE,
    REOPEN,
    at,
    recorded,
    varied,
)
from tests.projections.a_record import entries_of


def kept_under(starts_on: str, *history: Command | AnyEvent, on: str = "2030-07-02 12:00") -> Kept:
    """Return how long a case is kept, for ten years."""
    terms = varied(KENT, retention=Retention(years=10, starts_on=RetentionStart(starts_on)))
    entries = entries_of(*history, terms=terms)
    read = CaseHistory(entries, terms, lambda _id, _version: ENGLAND)
    return kept(read, AsOf(read_on=at(on)))


def test_a_case_is_due_on_the_same_day_so_many_years_after_it_was_closed() -> None:
    """And not the day before; a hold is shown beside it."""
    one = kept_under("CaseClosed.at", *CLOSED, HOLD)
    assert (one.counted_from, one.review_on) == (date(2020, 7, 2), date(2030, 7, 2))
    assert one.is_due
    assert one.held_by == ("H-1",)
    assert not kept_under("CaseClosed.at", *CLOSED, on="2030-07-01 12:00").is_due


def test_what_has_not_happened_is_not_counted_from() -> None:
    """A case that is open, or open again, is not closed; one that is not published is not."""
    for history in ((RECEIVE,), (*CLOSED, REOPEN)):
        assert kept_under("CaseClosed.at", *history).review_on is None
    assert not kept_under("PracticeReviewPublished.at", *CLOSED).is_due


def test_the_years_are_counted_from_what_the_terms_say() -> None:
    """The notification, or the publication."""
    assert kept_under("NotificationReceived.at", RECEIVE).review_on == date(2030, 5, 4)
    publication = recorded(PracticeReviewPublished, PUBLISH)
    published = kept_under("PracticeReviewPublished.at", RECEIVE, publication)
    assert published.review_on == date(2030, 12, 15)


def test_where_the_terms_state_nothing_nothing_is_due() -> None:
    """As under every edition that ships."""
    history = CaseHistory(entries_of(*CLOSED), KENT, lambda _id, _version: ENGLAND)
    one = kept(history, AsOf(read_on=datetime.fromisoformat("2199-01-01T00:00+00:00")))
    assert (one.review_on, one.is_due) == (None, False)


@pytest.mark.parametrize(
    ("start", "due"), [("2020-02-29", "2030-03-01"), ("2020-03-01", "2030-03-01")]
)
def test_a_leap_day_is_followed_by_the_first_of_march(start: str, due: str) -> None:
    """Not a day too soon."""
    stated = Retention(years=10, starts_on=RetentionStart.CLOSING)
    assert stated.review_on(date.fromisoformat(start)) == date.fromisoformat(due)
