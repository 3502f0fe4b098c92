"""The diary and the learning out of the read model, held to what the entries say.

The second way replays every case. Days: Tuesday 12 May 2020, while clocks run; 23 November 2026.
"""

from datetime import datetime
from functools import partial
from typing import Any, Final

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain.errors import InvalidInputError
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.learning import CaseLearning, across, learning_of, to_look_at
from rapid_review.projections.work.diary import Due, DueKind, due_in
from rapid_review.store import RapidReviews
from rapid_review.store.read_model.readings import Readings
from rapid_review.store.store import Store
from rapid_review.wire.read_model import from_read_model
from tests.domain.a_review import (
    AGREE_ACTION,
    ANSWER_AWAITED,
    ANSWERED,
    ATTEND,
    CLOSED,
    COMMISSION,
    COMPLETE_ACTION,
    CONVENE,
    DECIDED,
    FILE,
    LINK,
    NAME_THEME,
    NOT_MET,
    PLAN,
    PUBLISH,
    RECEIVE,
    REFER_THEME,
    REQUEST,
    WRITE_BACK,
    at,
    changed,
)
from tests.store.a_read_model import DAYS
from tests.store.a_record import kent_in, send_all

TUESDAY: Final = at("2020-05-12 09:00")
HIDDEN: Final = changed(NAME_THEME, theme="hidden-adults")
HISTORIES: Final[dict[str, tuple[ask.Command, ...]]] = {
    "clocks, a report and a meeting": (RECEIVE, REQUEST, CONVENE),
    "done what was asked": (RECEIVE, REQUEST, CONVENE, FILE, ATTEND),
    "decided, with an action": (*DECIDED, AGREE_ACTION, NAME_THEME, LINK),
    "the action done": (*DECIDED, AGREE_ACTION, COMPLETE_ACTION, HIDDEN, NAME_THEME, REFER_THEME),
    "closed, and a letter awaited": (*CLOSED, ANSWER_AWAITED),
    "closed, and the letter answered": (*CLOSED, ANSWER_AWAITED, WRITE_BACK),
    "no review after all": (RECEIVE, REQUEST, NOT_MET),
    "a publication planned": (*ANSWERED, COMMISSION, PLAN),
    "published": (*ANSWERED, COMMISSION, PLAN, PUBLISH),
}
"""What happens in a case, by what is to be seen of it."""


def by_entries(reviews: RapidReviews, day: datetime) -> list[Due]:
    """Return what falls due on a day, from every entry of every case."""
    each = map(reviews.case_history, reviews.references())
    return [one for history in each for one in due_in(history, AsOf(read_on=day))]


def taught_by_entries(reviews: RapidReviews) -> list[CaseLearning]:
    """Return what each case teaches, from every entry of every case."""
    each = map(learning_of, map(reviews.case_history, reviews.references()))
    return [one for one in each if one is not None]


def read(reviews: RapidReviews) -> Readings:
    """Return a read model that is up to date."""
    read_model = reviews.read_model()
    read_model.catch_up()
    return read_model


@pytest.mark.parametrize("what", HISTORIES)
def test_a_case_falls_due_and_teaches_as_its_entries_say(store: Store, what: str) -> None:
    """Command by command, on each day that is behind what the case tells of."""
    reviews = kent_in(store)
    for command in HISTORIES[what]:
        send_all(reviews, command)
        seen = read(reviews)
        for day in (TUESDAY, *DAYS):
            if not seen.still_to_come(day):
                assert list(seen.falls_due(day)) == by_entries(reviews, day)
        assert list(seen.learning()) == taught_by_entries(reviews)


def test_all_cases_together_are_in_the_order_of_opening(store: Store) -> None:
    """Every kind of thing falls due in one of them, and each figure of learning is the same."""
    reviews = kent_in(store)
    for number, commands in enumerate(HISTORIES.values()):
        send_all(reviews, *commands, case=f"KM-{9 - number}")
    seen, now = read(reviews), DAYS[-1]
    found = list(seen.falls_due(now))
    assert found == by_entries(reviews, now)
    assert {one.kind for one in found} == set(DueKind) - {DueKind.MILESTONE}
    taught, expected = seen.learning(), taught_by_entries(reviews)
    assert list(taught) == expected
    assert across(taught) == across(expected)
    assert [to_look_at(one, taught) for one in taught] == [
        to_look_at(one, expected) for one in expected
    ]


@pytest.mark.parametrize("wrong", [AsOf(), datetime(2020, 5, 12, 9), TUESDAY.date()])  # noqa: DTZ001 - refused
def test_a_day_is_read_as_of_a_time_with_its_zone(store: Store, wrong: Any) -> None:  # noqa: ANN401
    """Of anything else the day is not known, and the message says what to give."""
    seen = read(kent_in(store))
    asked = (seen.board, seen.falls_due, seen.still_to_come, partial(seen.board_after, "", 9))
    for question in asked:
        with pytest.raises(InvalidInputError, match="allowed: a datetime with its time zone"):
            question(wrong)


def test_a_duplicate_owes_nothing_and_may_be_asked_what_it_is_to_look_at(store: Store) -> None:
    """ToR 4(f), 8.1: its themes are told of itself, and not among those of all cases."""
    reviews = kent_in(store)
    send_all(reviews, changed(RECEIVE, at=at("2020-04-06 09:00")), NAME_THEME, case="KM-1")
    send_all(reviews, RECEIVE, HIDDEN, NAME_THEME, case="KM-2")
    send_all(reviews, changed(LINK, process="duplicate-of", reference="KM-1"), case="KM-2")
    seen = read(reviews)
    assert {one.case for one in seen.falls_due(DAYS[-1])} == {"KM-1"}
    duplicate = seen.learning()[1]
    assert list(duplicate.themes) == ["hidden-adults", "safer-sleep"]
    assert [one.case for one in to_look_at(duplicate, seen.learning()).earlier] == ["KM-1"]
    assert [one.theme for one in across(seen.learning())] == ["safer-sleep"]
    assert {one.theme for one in seen.themes()} == {"safer-sleep"}


def test_where_a_day_is_still_to_come_the_learning_is_read_all_the_same(store: Store) -> None:
    """It is the same on every day; what falls due is not, so that the entries are read."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE, NAME_THEME)
    early = at("2020-05-05 09:00")
    why, due = from_read_model(reviews, lambda seen: seen.falls_due(early), early)
    assert "has a day in the future" in why
    assert due is None
    why, taught = from_read_model(reviews, lambda seen: seen.learning(), None)
    assert (why, list(taught or ())) == ("", taught_by_entries(reviews))


def test_no_word_is_in_what_is_kept_of_them(store: Store) -> None:
    """Whatever was written freely: an action's words, a theme's, why a decision was made."""
    reviews = kent_in(store)
    send_all(reviews, *HISTORIES["decided, with an action"], ANSWER_AWAITED)
    seen = read(reviews)
    kept = repr((seen.falls_due(DAYS[-1]), seen.learning()))
    for word in ("ask every clinic", "much can be learnt", "sleep was not"):
        assert word not in kept
