"""Anyone who erases words is killed at each step: pending or done, and asked again done once."""

from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.domain.commands import ProposeErasure
from rapid_review.domain.sealed_words import ERASED
from rapid_review.store.sealing import fence
from tests.faults import at_each_step as do
from tests.faults.places import sealed_in
from tests.store.a_record import CASE, TEAM, kent_in
from tests.store.writing.test_erasing import ORDERS, approved, words_of

EACH = pytest.mark.parametrize("every", [41, pytest.param(1, marks=pytest.mark.faults)])
"""Killed at every forty-first step; or, among the slow tests, at every one."""


@EACH
@ORDERS
def test_an_erasure_is_pending_or_done_wherever_it_is_killed(
    where: Path, order: ProposeErasure, every: int
) -> None:
    """All of its keys are gone, or none is; the fence stands; asked again it is recorded once."""
    do.make(where)
    with closing(sealed_in(where)) as store:
        reviews = approved(store, order)
        goes = {
            (one.version, f"event.{one.field}") for one in reviews.erasure_plan(CASE, "E-1").goes
        }
    states = set[tuple[bool, bool]]()
    for folder in do.left_by(do.erase_words, where.parent, every=every):
        with closing(sealed_in(folder)) as store:
            reviews = kent_in(store)
            assert store.keys is not None
            assert fence.fence(store.keys, store.opened.rows).stands
            gone = {at for at, one in words_of(store).items() if one is ERASED}
            assert gone in (set(), goes)
            is_recorded = reviews.erasure_plan(CASE, "E-1").state == "finished"
            states.add((bool(gone), is_recorded))
            reviews.erase(CASE, "E-1", by=TEAM)
            kinds = [entry.event.kind for entry in reviews.history(CASE)]
            assert kinds.count("KeyDestroyed") == 1
            assert {at for at, one in words_of(store).items() if one is ERASED} == goes
    assert states >= {(False, False), (True, True)}
    assert (False, True) not in states
