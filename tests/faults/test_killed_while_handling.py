"""A subscription is killed at each step: what its handler wrote is with its position."""

from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.subscriptions.plan import CLAIM
from tests.domain.a_review import INFORM, RECEIVE
from tests.faults.a_background_worker import opened
from tests.faults.at_each_step import handle_a_page, left_by, make
from tests.faults.places import record_at, sealed_in
from tests.store.a_record import HandSetClock, kent_in, send_all
from tests.store.subscriptions.a_side_table import folded, handled, keeping, make_table

EACH = pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.faults)])
"""Killed at every fifth step; or, among the slow tests, at every one."""


@EACH
def test_what_was_written_stands_with_the_position_wherever_it_is_killed(
    where: Path, every: int
) -> None:
    """All of a page or nothing; and anyone who goes on has each entry once."""
    make(where)
    with closing(sealed_in(where)) as store:
        make_table(store)
        reviews = kent_in(store)
        send_all(reviews, RECEIVE, INFORM)
        keeping(reviews).position  # noqa: B018 - it is begun
    seen = set[int]()
    for place in left_by(handle_a_page, where.parent, every=every):
        with opened(record_at(place)) as store:
            reviews = kent_in(store)
            clock = HandSetClock()
            clock.now += CLAIM
            reviews._record.clock = clock  # noqa: SLF001 - the hand that sets it
            subscription = keeping(reviews)
            position = subscription.position
            seen.add(position)
            assert len(handled(store)) == position
            subscription.step()
            assert handled(store) == folded(reviews)
    assert seen == {0, 5}
