"""A store is copied, and its subscriptions go on in the copy as if nothing had happened."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store import RapidReviews
from rapid_review.store.copies.moving import move
from rapid_review.store.jobs import Progress
from rapid_review.store.store import Store
from rapid_review.store.subscriptions.subscription import Subscription
from tests.domain.a_review import INFORM, RECEIVE
from tests.store.a_record import HandSetClock, kent_in, send_all
from tests.store.subscriptions.a_side_table import ADDED, Keeper, folded, handled, make_table


def fails_with(*cases: str) -> Keeper:
    """Return a handler that fails with some cases."""
    return Keeper(lambda one: one.entry.case in cases)


def keeping(reviews: RapidReviews, keeper: Keeper) -> Subscription:
    """Return a subscription that keeps the host's table."""
    return reviews.subscription("keeping", keeper, tries=1, page=3)


def must_end(subscription: Subscription) -> None:
    """Hold that a subscription soon has nothing more to do, and nothing put aside."""
    for _ in range(9):
        if subscription.step() == Progress(13, 13, 0):
            return
    raise AssertionError(subscription.parked())


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Yield a store with three cases, of which one was put aside, and an empty store."""
    with (
        closing(Store.on_sqlite(tmp_path / "old.db", unsealed=True)) as old,
        closing(Store.on_sqlite(tmp_path / "new.db", unsealed=True)) as new,
    ):
        reviews = kent_in(old)
        for case in ("KM-1", "KM-2", "KM-3"):
            send_all(reviews, RECEIVE, case=case)
        make_table(old)
        subscription = keeping(reviews, fails_with("KM-2"))
        while (progress := subscription.step()).position < progress.last:
            pass
        send_all(reviews, INFORM, case="KM-1")
        yield old, new


def test_a_subscription_goes_on_where_it_stood(stores: tuple[Store, Store]) -> None:
    """With what it had put aside; once the host's table is there, nothing has changed."""
    old, new = stores
    before = kent_in(old).subscriptions()
    assert move(old, new).subscriptions == 1
    assert kent_in(new).subscriptions() == before
    (begun,) = before
    assert [entry.case for entry in begun.parked] == ["KM-2"] * 4
    make_table(new)
    rows = handled(old)
    new.opened.tables.write(lambda writer: writer.insert(ADDED, rows) > 0)
    reviews = kent_in(new)
    mended = keeping(reviews, Keeper())
    assert reviews.try_again("keeping") == 4
    must_end(mended)
    assert handled(new) == folded(reviews)


def test_a_host_that_forgot_its_table_loses_nothing(stores: tuple[Store, Store]) -> None:
    """The handler fails, and what it was given is put aside until the table is there."""
    old, new = stores
    move(old, new)
    reviews = kent_in(new)
    subscription = keeping(reviews, Keeper())
    assert subscription.step() == Progress(13, 13, 5)
    make_table(new)
    rows = handled(old)
    new.opened.tables.write(lambda writer: writer.insert(ADDED, rows) > 0)
    subscription.retry()
    must_end(subscription)
    assert handled(new) == folded(reviews)


def test_what_was_begun_in_the_new_store_stays(stores: tuple[Store, Store]) -> None:
    """A move that is asked again takes nothing back that a worker has done there since."""
    old, new = stores
    move(old, new)
    make_table(new)
    reviews = kent_in(new)
    subscription = keeping(reviews, Keeper())
    subscription.retry()
    subscription.step()
    after = reviews.subscriptions()
    again = move(old, new)
    assert (again.added, again.subscriptions) == (0, 1)
    assert reviews.subscriptions() == after


def test_every_partnership_and_version_goes_along(stores: tuple[Store, Store]) -> None:
    """The highest version is still the only one that does anything."""
    old, new = stores
    reviews = kent_in(old)
    reviews.subscription("keeping", Keeper(), version=2, tries=1).step()
    reviews.subscription("letters", Keeper(), start="now").step()
    moved = move(old, new)
    assert moved.subscriptions == 2
    assert [(one.name, one.version) for one in kent_in(new).subscriptions()] == [
        ("keeping", 2),
        ("letters", 1),
    ]
    make_table(new)
    assert keeping(kent_in(new), Keeper()).step().position == 13
    assert handled(new) == []


def test_a_store_without_subscriptions_gets_none(tmp_path: Path) -> None:
    """And nobody is told of any."""
    with (
        closing(Store.on_sqlite(tmp_path / "old.db", unsealed=True)) as old,
        closing(Store.on_sqlite(tmp_path / "new.db", unsealed=True)) as new,
    ):
        send_all(kent_in(old), RECEIVE)
        assert move(old, new).subscriptions == 0
        assert kent_in(new).subscriptions() == ()


def test_nobody_has_a_subscription_to_themselves_in_the_new_store(
    stores: tuple[Store, Store],
) -> None:
    """The claim of a worker on the old store does not go along: one on the new begins at once."""
    old, new = stores
    clock = HandSetClock()
    key = ("kent-and-medway", "keeping", 1)
    claimed = (
        "UPDATE {at}subscriptions SET owner = 'somebody', until = ? "
        "WHERE partnership = ? AND name = ? AND version = ?"
    )
    until = clock.now.replace(year=clock.now.year + 1).isoformat()
    old.opened.tables.write(lambda writer: writer.execute(claimed, (until, *key)) == 1)
    move(old, new)
    make_table(new)
    assert keeping(kent_in(new), Keeper()).step().position == 13
