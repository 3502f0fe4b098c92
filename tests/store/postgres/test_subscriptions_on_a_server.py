"""Subscriptions on a server: the same as in a file, and what only a server does to a handler."""

from collections.abc import Sequence
from threading import Thread

import psycopg
import pytest

from rapid_review.domain.errors import RecordError, StorageError
from rapid_review.store.backends.ports import Writer
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.subscriptions.plan import Recorded
from tests.domain.a_review import RECEIVE
from tests.store.a_record import kent_in, send_all
from tests.store.postgres.a_server import Server
from tests.store.postgres.a_store import connected, store_at
from tests.store.postgres.same_tests import those_given
from tests.store.subscriptions import test_subscriptions
from tests.store.subscriptions.a_side_table import Keeper, folded, handled, make_table
from tests.store.subscriptions.test_subscriptions import world as world  # noqa: PLC0414 - for them

globals().update(those_given({"stores", "world"}, test_subscriptions, globals()))


def test_a_failing_statement_that_a_handler_hides_is_found(address: str) -> None:
    """The server would take everything back at the end, and say nothing."""
    with store_at(address) as store:
        make_table(store)
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        keeper = Keeper()

        def hide(entries: Sequence[Recorded], writer: Writer) -> None:
            keeper(entries, writer)
            with pytest.raises(psycopg.errors.UndefinedTable):
                writer.execute("INSERT INTO {at}no_such_table VALUES (1)")

        subscription = reviews.subscription("keeping", hide)
        assert subscription.step() == (4, 4, 4)
        assert handled(store) == []
        assert (
            "a statement of the handler failed and the handler continued"
            in subscription.parked()[0].reason
        )


def test_a_connection_that_breaks_in_a_handler_has_it_given_nothing_twice(address: str) -> None:
    """What it does elsewhere would be done ten times over: it is put aside, and tried later."""
    with store_at(address) as store, connected(address) as others:
        make_table(store)
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        keeper = Keeper()

        def broken(entries: Sequence[Recorded], writer: Writer) -> None:
            keeper(entries, writer)
            others.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE state = 'idle in transaction' AND query LIKE '%handled%'"
            )

        subscription = reviews.subscription("keeping", broken, page=1)
        assert subscription.step() == (1, 4, 1)
        assert keeper.calls == [[1]]
        assert handled(store) == []
        mended = reviews.subscription("keeping", keeper, version=2)
        assert mended.step() == (4, 4, 0)
        assert handled(store) == folded(reviews)


def test_a_higher_version_waits_for_what_the_lower_one_has_begun(address: str) -> None:
    """It begins in the midst of a page, and goes on behind it."""
    with store_at(address) as store, store_at(address) as beside:
        make_table(store)
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        keeper, newer = Keeper(), Keeper()
        new = kent_in(beside).subscription("keeping", newer, version=2)
        beginning = Thread(target=new.step)

        def slow(entries: Sequence[Recorded], writer: Writer) -> None:
            keeper(entries, writer)
            beginning.start()
            beginning.join(0.5)
            assert beginning.is_alive(), "it does not wait"

        old = reviews.subscription("keeping", slow)
        old.step()
        beginning.join()
        assert (keeper.calls, newer.calls) == ([[1, 2, 3, 4]], [])
        assert (old.position, new.position) == (4, 4)
        assert handled(store) == folded(reviews)


def test_a_store_of_before_gets_the_tables_from_db_init(address: str) -> None:
    """Without them all else goes on; only a subscription says what to do."""
    with connected(address) as connection:
        connection.execute("DROP TABLE subscriptions, subscription_parked")
    with store_at(address) as store:
        make_table(store)
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        assert reviews.read_model().catch_up() == 4
        subscription = reviews.subscription("keeping", Keeper())
        with pytest.raises(RecordError, match="rapid-review db init"):
            subscription.step()
        assert not init_postgres(address, sealed=False)
        assert subscription.step() == (4, 4, 0)


def test_a_server_that_stops_is_no_failure_of_the_handler(mortal: Server) -> None:
    """It is said, nothing is put aside, and when the server is back it goes on."""
    init_postgres(mortal.address, sealed=False)
    with store_at(mortal.address) as store:
        make_table(store)
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        keeper = Keeper()

        def stop(entries: Sequence[Recorded], writer: Writer) -> None:
            keeper(entries, writer)
            if len(keeper.calls) == 1:
                mortal.stop()

        subscription = reviews.subscription("keeping", stop)
        with pytest.raises(StorageError):
            subscription.step()
        mortal.start()
        while subscription.step().position < 4:  # its own claim is there still
            pass
        assert subscription.parked() == ()
        assert handled(store) == folded(reviews)
