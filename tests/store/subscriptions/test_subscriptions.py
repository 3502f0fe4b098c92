"""A subscription: every entry is handled once, in order, and what fails costs no other case."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Literal, cast

import pytest

from rapid_review import terms
from rapid_review.domain.errors import HandlerFailedError, InvalidInputError
from rapid_review.projections.views import with_words
from rapid_review.store import RapidReviews, Store
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.backends.ports import Writer
from rapid_review.store.jobs import Progress
from rapid_review.store.subscriptions.plan import Handler, Recorded, Subscribing
from rapid_review.store.subscriptions.subscription import Subscription
from tests.domain.a_review import INFORM, RECEIVE
from tests.store.a_record import HandSetClock, reviews_in, send_all
from tests.store.subscriptions.a_side_table import Keeper, folded, handled, make_table

Stores = tuple[Store, Store]
OPENING = 4
"""How many entries a notification leads to."""
PLYMOUTH = terms.load("plymouth")


class World:
    """Kent's reviews over a store, a clock set by hand, and a table of the host's beside it."""

    def __init__(self, store: Store, clock: HandSetClock | None = None) -> None:
        self.clock = clock or HandSetClock()
        self.store = store
        self.reviews = reviews_in(
            store,
            terms=terms.load("kent-and-medway-2020-05"),
            clock=self.clock,
            authorizer=Everybody(),
        )
        make_table(store)

    def open(self, *cases: str) -> None:
        """Open cases, one after the other."""
        for case in cases:
            send_all(self.reviews, RECEIVE, case=case)

    def later(self, seconds: float) -> None:
        """Let time go by."""
        self.clock.now += timedelta(seconds=seconds)


@pytest.fixture
def world(stores: Stores) -> World:
    """Return Kent's reviews over a store of either kind."""
    return World(stores[0])


def is_of(case: str) -> "Keeper":
    """Return a handler that fails with a case."""
    return Keeper(lambda one: one.entry.case == case)


def done(subscription: Subscription) -> Progress:
    """Step until there is nothing more to do; return how far it has come."""
    while (progress := subscription.step()).position < progress.last:
        pass
    return progress


def test_every_entry_comes_once_and_in_order_without_its_words(stores: Stores) -> None:
    """Page by page; and what was recorded meanwhile comes next."""
    world = World(stores[0])
    keeper, given = Keeper(), list[Recorded]()

    def handle(entries: Sequence[Recorded], writer: Writer) -> None:
        given.extend(entries)
        keeper(entries, writer)

    subscription = world.reviews.subscription("keeping", handle, page=3)
    world.open("KM-1", "KM-2")
    assert done(subscription) == (2 * OPENING, 2 * OPENING, 0)
    send_all(world.reviews, INFORM, case="KM-1")
    done(subscription)
    recorded = list(world.reviews.entries_after(0))
    assert given == [(at, with_words(entry)) for at, entry in recorded]
    assert [len(call) for call in keeper.calls] == [3, 3, 2, 1]
    assert handled(world.store) == folded(world.reviews)


def test_what_a_failing_handler_wrote_is_taken_back(stores: Stores) -> None:
    """It wrote, and then failed: neither its rows nor the position stand."""
    world = World(stores[0])
    world.open("KM-1")
    subscription = world.reviews.subscription("k", is_of("KM-1"), on_failure="stop")
    with pytest.raises(
        HandlerFailedError, match=r"HandlerError in a_side_table\.py:\d+"
    ) as raised:
        subscription.step()
    assert "Jane" not in str(raised.value)
    assert (subscription.position, handled(world.store)) == (0, [])


def test_an_entry_that_fails_costs_no_other_case(world: World) -> None:
    """It is put aside with what comes after it in its case; all others go on."""
    keeper = is_of("KM-2")
    subscription = world.reviews.subscription("keeping", keeper)
    world.open("KM-1", "KM-2", "KM-3")
    assert subscription.step() == (12, 12, OPENING)
    assert handled(world.store) == folded(world.reviews, without=["KM-2"])
    first, *behind = subscription.parked()
    assert (first.position, first.case, first.tries) == (5, "KM-2", 1)
    assert first.reason.startswith("HandlerError in a_side_table.py:")
    assert "Jane" not in first.reason
    assert first.next_at == world.clock() + timedelta(seconds=1)
    assert [(one.position, one.tries, one.next_at) for one in behind] == [
        (position, 0, None) for position in (6, 7, 8)
    ]
    send_all(world.reviews, INFORM, case="KM-2")
    send_all(world.reviews, INFORM, case="KM-1")
    assert subscription.step() == (14, 14, OPENING + 1)
    assert handled(world.store) == folded(world.reviews, without=["KM-2"])


def test_it_is_tried_again_with_growing_waits_and_then_left_to_people(world: World) -> None:
    """After 1, 4 and 16 seconds; and `retry` has it tried again when its handler is mended."""
    keeper = is_of("KM-1")
    subscription = world.reviews.subscription("keeping", keeper, tries=4)
    world.open("KM-1", "KM-2")
    subscription.step()
    for tries, seconds in ((2, 1), (3, 4), (4, 16)):
        world.later(seconds - 0.5)
        calls = len(keeper.calls)
        subscription.step()
        assert len(keeper.calls) == calls, "it was tried too soon"
        world.later(0.5)
        subscription.step()
        assert subscription.parked()[0].tries == tries
    assert subscription.parked()[0].next_at is None
    world.later(1_000_000)
    calls = len(keeper.calls)
    subscription.step()
    assert len(keeper.calls) == calls

    keeper.fails = lambda _: False
    assert subscription.retry([99]) == 0
    assert subscription.retry([2]) == OPENING
    assert subscription.step() == (8, 8, 0)
    assert keeper.calls[-OPENING:] == [[1], [2], [3], [4]]
    assert handled(world.store) == folded(world.reviews)


def test_what_waits_behind_an_entry_is_handled_after_it_and_in_order(world: World) -> None:
    """The first of a case is mended, and the third then fails: the fourth still waits."""
    keeper = Keeper(lambda one: one.position in (1, 3))
    subscription = world.reviews.subscription("keeping", keeper)
    world.open("KM-1")
    subscription.step()
    keeper.fails = lambda one: one.position == 3
    world.later(1)
    subscription.step()
    assert [one.position for one in subscription.parked()] == [3, 4]
    assert [one[0] for one in handled(world.store)] == [1, 2]
    keeper.fails = lambda _: False
    world.later(1)
    subscription.step()
    assert handled(world.store) == folded(world.reviews)


def test_a_subscription_that_is_to_stop_passes_nothing_by(world: World) -> None:
    """What comes before the entry is handled; it is tried again until its handler is mended."""
    keeper = is_of("KM-2")
    subscription = world.reviews.subscription("keeping", keeper, on_failure="stop")
    world.open("KM-1", "KM-2", "KM-3")
    for _ in range(2):
        with pytest.raises(HandlerFailedError, match="position 5 of case 'KM-2'"):
            subscription.step()
        assert subscription.position == OPENING
        assert subscription.parked() == ()
    keeper.fails = lambda _: False
    subscription.step()
    assert handled(world.store) == folded(world.reviews)


def test_it_begins_where_it_is_told_to_and_wants_what_it_is_told_to(world: World) -> None:
    """Behind the newest entry of now, or behind a position; and of some kinds alone."""
    world.open("KM-1")
    keepers = Keeper(), Keeper(), Keeper()
    now = world.reviews.subscription("from-now", keepers[0], start="now")
    behind = world.reviews.subscription("behind-2", keepers[1], start=2)
    kinds = frozenset({"NotificationReceived"})
    some = world.reviews.subscription("notifications", keepers[2], kinds=kinds)
    for one in (now, behind, some):
        one.step()
    world.open("KM-2")
    for one in (now, behind, some):
        assert one.step() == (8, 8, 0)
    assert keepers[0].calls == [[5, 6, 7, 8]]
    assert keepers[1].calls == [[3, 4], [5, 6, 7, 8]]
    assert keepers[2].calls == [[1], [5]]


def test_another_partnership_s_entries_are_passed_by(world: World) -> None:
    """Each has its own, under the same name if it likes."""
    theirs = RapidReviews(world.store, terms=PLYMOUTH, clock=world.clock, authorizer=Everybody())
    world.open("KM-1")
    send_all(theirs, RECEIVE, case="P-1")
    world.open("KM-2")
    keepers = Keeper(), Keeper()
    for reviews, keeper in zip((world.reviews, theirs), keepers, strict=True):
        assert reviews.subscription("keeping", keeper).step().parked == 0
    assert handled(world.store) == sorted([*folded(world.reviews), *folded(theirs)])
    assert {len(keeper.calls) for keeper in keepers} == {1}


def test_a_higher_version_goes_on_where_the_lower_one_stands(world: World) -> None:
    """It takes over what was put aside and tries it at once; the lower one does nothing more."""
    world.open("KM-1", "KM-2")
    old = world.reviews.subscription("keeping", is_of("KM-1"), tries=1)
    old.step()
    newer = Keeper()
    new = world.reviews.subscription("keeping", newer, version=2, start="now")
    assert new.step() == (8, 8, 0)
    assert newer.calls == [[1], [2], [3], [4]]
    world.open("KM-3")
    assert old.step() == (8, 12, 0)
    assert new.step() == (12, 12, 0)
    assert old.step() == (12, 12, 0)
    assert handled(world.store) == folded(world.reviews)


def test_a_lower_version_that_claims_too_late_handles_nothing(world: World) -> None:
    """It looked before the higher one began; by then both have been changed as often."""
    world.open("KM-1")
    keeper = Keeper()
    old = world.reviews.subscription("keeping", keeper)
    old.step()
    new = world.reviews.subscription("keeping", keeper, version=2)
    for case in ("KM-2", "KM-3"):
        world.open(case)
        new.step()
    world.open("KM-4")
    assert old._table.claim(world.clock(), world.clock() + timedelta(seconds=30))  # noqa: SLF001
    old._handle_what_is_next()  # noqa: SLF001 - the rest of a step
    assert len(handled(world.store)) == 3 * OPENING
    new.step()
    assert handled(world.store) == folded(world.reviews)


def test_it_can_be_gone_through_again(world: World) -> None:
    """What was put aside behind the position is forgotten, for it comes again."""
    keeper = is_of("KM-2")
    subscription = world.reviews.subscription("keeping", keeper)
    world.open("KM-1", "KM-2")
    subscription.step()
    with pytest.raises(InvalidInputError, match="go back to '9': it is at position 8"):
        subscription.rewind(9)
    keeper.fails = lambda _: False
    keeper.calls.clear()
    subscription.rewind(OPENING)
    assert subscription.step() == (8, 8, 0)
    assert keeper.calls == [[5, 6, 7, 8]]
    assert handled(world.store) == folded(world.reviews)


def test_of_two_who_compete_one_handles_and_a_claim_of_the_dead_runs_out(stores: Stores) -> None:
    """Who has claimed it has it to itself; who died with a claim is waited for, no longer."""
    clock = HandSetClock()
    one, other = (World(store, clock) for store in stores)
    one.open("KM-1")
    keepers = Keeper(), Keeper()
    mine = one.reviews.subscription("keeping", keepers[0])
    theirs = other.reviews.subscription("keeping", keepers[1])
    mine.position  # noqa: B018 - it is begun
    assert mine._table.claim(clock(), clock() + timedelta(seconds=30))  # noqa: SLF001 - and dies
    assert theirs.step() == (0, 4, 0)
    assert keepers[1].calls == []
    one.later(31)
    assert theirs.step() == (4, 4, 0)
    one.open("KM-2")
    assert mine.step() == (8, 8, 0)
    assert [*keepers[1].calls, *keepers[0].calls] == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert handled(one.store) == folded(one.reviews)


def test_an_entry_that_cannot_be_read_is_put_aside(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the reason, and those of its case behind it."""
    world.open("KM-1", "KM-2")
    monkeypatch.delitem(world.store.codec._openings, "NotificationReceived")  # noqa: SLF001 - as an older release
    subscription = world.reviews.subscription("keeping", Keeper())
    assert subscription.step() == (8, 8, 8)
    assert "which this version does not know" in subscription.parked()[0].reason
    monkeypatch.undo()
    world.later(1)
    subscription.step()
    assert handled(world.store) == folded(world.reviews)


def test_a_plan_without_a_meaning_is_refused(world: World) -> None:
    """All that is wrong with it at once."""
    with pytest.raises(InvalidInputError) as raised:
        world.reviews.subscription(
            "Jane Canary",
            Keeper(),
            kinds=frozenset({"Decided"}),
            version=0,
            tries=0,
            start=-1,
            claim=timedelta(),
        )
    assert [one.partition(":")[0] for one in raised.value.problems] == [
        "name",
        "kinds",
        "version",
        "tries",
        "start",
        "claim",
    ]
    assert "Jane" not in str(raised.value)


@pytest.mark.parametrize(
    ("wrong", "allowed"),
    [
        ({"kinds": ["DecisionMade"]}, "kinds: found a list; allowed: a set"),
        ({"start": "beginning"}, "start: found 'beginning'; allowed: first, now, or a number"),
        ({"tries": "5"}, "tries: found '5'; allowed: a number of 1 or more"),
        ({"on_failure": "Stop"}, "on_failure: found .*; allowed: park, stop"),
    ],
)
def test_a_slip_in_a_plan_is_found_before_the_first_step(
    world: World, wrong: Subscribing, allowed: str
) -> None:
    """A list of kinds, a start or an outcome that does not exist, a number as text."""
    with pytest.raises(InvalidInputError, match=allowed):
        world.reviews.subscription("keeping", Keeper(), **wrong)


async def _awaits(*_: object) -> None:
    """Do nothing that anybody waits for."""


async def _yields_later(*given: object) -> AsyncIterator[object]:
    yield given


def _yields(*given: object) -> Iterator[object]:
    yield given


class _Awaiting:
    """A handler that is an object."""

    async def __call__(self, *_: object) -> None:
        """Do nothing that anybody waits for."""


@pytest.mark.parametrize(
    "handle", [_awaits, _yields, _yields_later, partial(_awaits), _Awaiting(), len, None]
)
def test_what_cannot_handle_an_entry_is_refused_as_a_handler(world: World, handle: object) -> None:
    """Nothing of it would run, and every entry would count as handled; or the worker would end."""
    with pytest.raises(InvalidInputError, match=r"handle: found .*; allowed: an ordinary"):
        world.reviews.subscription("keeping", cast("Handler", handle))


@pytest.mark.parametrize("returned", [_yields(), "Jane", 4])
def test_a_handler_that_returns_something_has_failed(world: World, returned: object) -> None:
    """It may be work that nobody does; the entries are put aside, and come again."""
    answers = [returned]
    world.open("KM-1")

    def handle(entries: Sequence[Recorded], writer: Writer) -> object:
        Keeper()(entries, writer)
        return answers[0]

    subscription = world.reviews.subscription("keeping", cast("Handler", handle))
    assert subscription.step() == (OPENING, OPENING, OPENING)
    assert handled(world.store) == []
    reason = subscription.parked()[0].reason
    assert "must return None" in reason
    assert "Jane" not in reason
    answers[:] = [None]
    world.later(1)
    subscription.step()
    assert handled(world.store) == folded(world.reviews)


@pytest.mark.parametrize("on_failure", ["park", "stop"])
def test_a_handler_that_cannot_be_called_stops_no_worker(
    world: World, on_failure: Literal["park", "stop"]
) -> None:
    """A function that says it takes anything, and does not: no line of its own is in the error."""
    world.open("KM-1")
    handle = cast("Handler", partial(getattr, object()))  # wants a text in place of the entries
    subscription = world.reviews.subscription("keeping", handle, on_failure=on_failure)
    if on_failure == "stop":
        with pytest.raises(HandlerFailedError, match="TypeError in the call of the handler"):
            subscription.step()
    else:
        assert subscription.step().parked == OPENING
        assert subscription.parked()[0].reason == "TypeError in the call of the handler"
