"""The same things said to any store: every command, a history, what is refused and invalid.

There is a name in every sealed field. Ids are given, and the clock is set by hand, so that two
stores come to hold the same entries.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from rapid_review.domain import commands as ask
from rapid_review.domain.errors import RapidReviewError
from rapid_review.store import RapidReviews
from rapid_review.store.store import Store
from tests.domain.a_review import (
    BEFORE_THE_FUNERAL,
    CONVENE,
    CORRECT,
    DECIDE,
    ERASE,
    HOLD,
    IN_ORDER,
    KENT,
    LATER_KENT,
    LIFT,
    NOT_MET,
    RECEIVE,
    RECKON,
    REPLACE,
    TO_ERASE,
    TO_LIFT,
    changed,
)
from tests.golden.entries import EXPORT
from tests.projections.canaries import with_canaries
from tests.store.a_record import TEAM, HandSetClock, reviews_in

WHOLE, ASKED_TWICE, IMPORTED, REFUSED, REPLACED = (f"KM-2020-00{number}" for number in range(1, 6))

_OF_ERASING: Final = (HOLD, TO_LIFT, LIFT, TO_ERASE, ERASE)
"""What is answered otherwise where nothing is sealed, for nothing can be erased there."""


def recorded_in(store: Store, *, replaced: bool = False) -> Iterator[RapidReviewError]:
    """Say everything to a store; yield each error that was answered.

    Args:
        store: where it is said.
        replaced: whether one case is held under terms that are not at hand later.
    """
    clock = HandSetClock()
    clock.now = RECEIVE.at
    then = reviews_in(store, terms=KENT, clock=clock, calendars=lambda _: BEFORE_THE_FUNERAL)
    reviews = reviews_in(store, terms=KENT, clock=clock)
    steps = [one for one in (*IN_ORDER, RECKON, CORRECT) if one not in _OF_ERASING]
    for number, command in enumerate(steps):
        clock.now = max(clock.now, command.at + timedelta(hours=1))
        yield from _told(then if command in IN_ORDER else reviews, WHOLE, command, f"w-{number}")
    history = reviews.case(WHOLE).recorded
    clock.now += timedelta(days=1)
    for turn in range(2):
        yield from _told(reviews, ASKED_TWICE, RECEIVE, f"r-{turn}")
        yield from _told(reviews, ASKED_TWICE, NOT_MET, "n")
    reviews.import_history(IMPORTED, [with_canaries(one) for one in history[:20]], by=TEAM)
    yield from _told(reviews, REFUSED, DECIDE, "d")
    yield from _told(reviews, REFUSED, changed(RECEIVE, reference="CSPR-2020-08"), "a")
    yield from _told(reviews, REFUSED, CONVENE, "a")
    if replaced:
        later = reviews_in(store, terms=LATER_KENT, clock=clock)
        yield from _told(reviews, REPLACED, RECEIVE, "r")
        yield from _told(later, REPLACED, REPLACE, "p")
    reviews.export_made(EXPORT, by=TEAM, purpose="research")


def _told(
    reviews: RapidReviews, case: str, command: ask.Command, command_id: str
) -> Iterator[RapidReviewError]:
    try:
        reviews.handle(case, with_canaries(command), by=TEAM, command_id=command_id)
    except RapidReviewError as error:
        yield error
