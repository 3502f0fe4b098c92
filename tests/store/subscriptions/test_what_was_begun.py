"""The person who looks after a store sees its subscriptions, without having their handlers."""

import pytest

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store import Store
from tests.domain.a_review import INFORM
from tests.store.a_record import reviews_in, send_all
from tests.store.subscriptions.a_side_table import Keeper, folded, handled
from tests.store.subscriptions.test_subscriptions import PLYMOUTH, World, done, is_of


def test_each_subscription_says_where_it_stands_and_what_it_put_aside(
    stores: tuple[Store, Store],
) -> None:
    """By name, the highest version of each, of this partnership alone: as its own job says it."""
    world = World(stores[0])
    assert world.reviews.subscriptions() == ()
    world.open("KM-1", "KM-2")
    failing = world.reviews.subscription("letters", is_of("KM-1"), tries=1)
    done(failing)
    world.reviews.subscription("archive", Keeper(), start="now").step()
    world.reviews.subscription("letters", is_of("KM-1"), tries=1, version=2).step()
    plymouth = reviews_in(world.store, terms=PLYMOUTH, clock=world.clock)
    plymouth.subscription("letters", Keeper()).step()
    send_all(world.reviews, INFORM, case="KM-2")
    archive, letters = world.reviews.subscriptions()
    assert archive[:4] == ("archive", 1, 8, 9)
    assert letters[:4] == ("letters", 2, 8, 9)
    newest = world.reviews.subscription("letters", Keeper(), version=2)
    assert (letters.position, letters.parked) == (newest.position, newest.parked())
    assert [entry.case for entry in letters.parked] == ["KM-1"] * 4
    assert [one.name for one in plymouth.subscriptions()] == ["letters"]


def test_what_is_put_aside_is_tried_again_case_by_case_or_whole(
    stores: tuple[Store, Store],
) -> None:
    """As `Subscription.retry` does it: at the next step of whatever worker has the handler."""
    world = World(stores[0])
    world.open("KM-1", "KM-2", "KM-3")
    keeper = Keeper(lambda one: one.entry.case != "KM-3")
    subscription = world.reviews.subscription("letters", keeper, tries=1)
    done(subscription)
    keeper.fails = lambda _: False
    first = world.reviews.subscriptions()[0].parked[0]
    assert first.case == "KM-1"
    assert world.reviews.try_again("letters", [first.position]) == 4
    subscription.step()
    assert handled(world.store) == folded(world.reviews, without=["KM-2"])
    assert world.reviews.try_again("letters") == 4
    subscription.step()
    assert handled(world.store) == folded(world.reviews)
    assert world.reviews.try_again("letters") == 0


def test_what_is_not_put_aside_is_not_tried_again(stores: tuple[Store, Store]) -> None:
    """A name or a position that was mistaken is told with those that there are."""
    world = World(stores[0])
    with pytest.raises(
        InvalidInputError, match=r"has no subscription 'letters'.*no subscription has begun"
    ):
        world.reviews.try_again("letters")
    world.open("KM-1")
    done(world.reviews.subscription("letters", is_of("KM-1"), tries=1))
    with pytest.raises(InvalidInputError, match=r"no subscription 'mails'.*begun: letters"):
        world.reviews.try_again("mails")
    with pytest.raises(InvalidInputError, match=r"has put aside no entry at position 9; .*: 1, 2"):
        world.reviews.try_again("letters", [1, 9])
