"""What could not be read again is not recorded: no entry is ever taken back."""

from collections.abc import Callable
from datetime import datetime

import pytest

from rapid_review.domain.commands import CorrectRecord
from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.events import MeetingConvened, NotificationReceived
from rapid_review.domain.statement import with_other
from rapid_review.store import RapidReviews
from rapid_review.store.store import Store
from tests.domain.a_review import ACT, CONVENE, KENT, LATER, RECEIVE, recorded
from tests.store.a_record import CASE, TEAM, kent_in, send_all

NAME = "Jane Doe"


def corrects_with_a_time_that_has_no_offset(reviews: RapidReviews) -> None:
    """Put a time without its offset into a correction, past every check."""
    meeting = next(one for one in reviews.history(CASE) if type(one.event) is MeetingConvened)
    wrong = with_other(meeting.event, {"meets_at": datetime(2020, 5, 7, 9)})  # noqa: DTZ001
    correction = CorrectRecord(
        at=LATER, version=meeting.version, because="another day", replacement=wrong
    )
    reviews.handle(CASE, correction, by=TEAM)


def names_a_child_in_a_code(reviews: RapidReviews) -> None:
    """Give a child's name as its reference, in a history."""
    named = with_other(RECEIVE.children[0], {"reference": NAME})
    received = recorded(NotificationReceived, RECEIVE, terms=KENT.ref)
    reviews.import_history("KM-2", [with_other(received, {"children": (named,)})], by=TEAM)


def says_who_recorded_it_by_a_name(reviews: RapidReviews) -> None:
    """Give a person's name as the login."""
    reviews.handle(CASE, ACT, by=with_other(TEAM, {"auth_ref": NAME}))


@pytest.mark.parametrize(
    ("records", "field"),
    [
        (corrects_with_a_time_that_has_no_offset, "replacement.MeetingConvened.meets_at"),
        (names_a_child_in_a_code, "children.0.reference"),
        (says_who_recorded_it_by_a_name, "by.auth_ref"),
    ],
)
def test_what_could_not_be_read_again_is_not_recorded(
    store: Store, records: Callable[[RapidReviews], None], field: str
) -> None:
    """The field is named, and not what was in it; the case goes on as before."""
    reviews = kent_in(store)
    before = send_all(reviews, RECEIVE, CONVENE)
    with pytest.raises(InvalidInputError, match=field) as refused:
        records(reviews)
    assert NAME not in str(refused.value)
    assert reviews.references() == (CASE,)
    assert reviews.history(CASE) == before
    assert send_all(reviews, ACT)


def test_a_recorded_event_is_corrected_by_its_copy(store: Store) -> None:
    """In a sealed store too, where its words stay those that were recorded."""
    reviews = kent_in(store)
    *_, acted = send_all(reviews, RECEIVE, ACT)
    right = acted.event.model_copy(update={"at": LATER})
    correction = CorrectRecord(
        at=LATER, version=acted.version, because="another day", replacement=right
    )
    send_all(reviews, correction)
    assert right in reviews.case(CASE).standing
    with pytest.raises(ValueError, match="timezone"):
        right.model_copy(update={"at": datetime(2020, 5, 7, 9)})  # noqa: DTZ001
