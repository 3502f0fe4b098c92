"""Four bugs in subscriptions, and the law that must find each."""

from typing import Any, Final

from rapid_review.domain.errors import HandlerFailedError
from rapid_review.store.subscriptions.table import Standing, Table
from tests.kit.seeding import Bug, instead

_LAWS: Final = "SubscriptionConformance."


def _from_the_first(init: Any, subscription: Any, *given: Any) -> None:  # noqa: ANN401 - as it is
    init(subscription, *given)
    subscription.rewind(0)


def _place_first(
    move: Any,  # noqa: ANN401 - as it is
    table: Any,  # noqa: ANN401 - as it is
    seen: Standing,
    position: int,
    *work: Any,  # noqa: ANN401 - as it is
) -> bool:
    def moved(_: object) -> None:
        pass

    if not move(table, seen, position, moved, *work[1:]):
        return False
    after = Standing(seen.version, position, seen.changes + 1)
    return bool(move(table, after, position, *work))


def _stops(_: object, subscription: Any, one: Any, failed: Exception) -> None:  # noqa: ANN401 - as it is
    raise HandlerFailedError(f"{subscription.name} at {one.position}") from failed


def _of_each_process(_: object) -> Any:  # noqa: ANN401 - as it is
    return lambda opened, key, owner: Table(opened, (key[0], f"{key[1]}-{owner}", key[2]), owner)


IN_SUBSCRIPTIONS: Final = (
    Bug(
        "from-the-first",
        "An entry that was delivered is delivered once more after a restart, as if it were new.",
        "store.subscriptions.subscription:Subscription.__init__",
        instead(_from_the_first),
        _LAWS + "test_a_restart_delivers_nothing_again",
    ),
    Bug(
        "place-before-work",
        "The place of a reader is kept before its work is done, and an entry is never delivered.",
        "store.subscriptions.table:Table.move",
        instead(_place_first),
        _LAWS + "test_a_process_that_ends_in_the_midst_loses_and_repeats_nothing",
    ),
    Bug(
        "one-failure-stops-all",
        "An entry that fails keeps all that come after it from being delivered.",
        "store.subscriptions.subscription:Subscription._stop_if_planned",
        instead(_stops),
        _LAWS + "test_an_entry_that_fails_holds_up_no_other_case",
    ),
    Bug(
        "a-place-for-each-process",
        "Two readers of one name each get every entry.",
        "store.subscriptions.subscription:Table",
        _of_each_process,
        _LAWS + "test_of_two_readers_each_entry_comes_to_one",
    ),
)
