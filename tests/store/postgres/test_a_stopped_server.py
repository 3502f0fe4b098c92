"""The server goes away: what it acknowledged is there when it is back, and nobody waits for ever.

It is stopped as a power cut would stop its processes: no transaction is ended, no reply is sent.
"""

import threading

import pytest

from rapid_review.domain.errors import StorageError
from rapid_review.store.backends.postgres.making import init_postgres
from tests.domain.a_review import CONVENE, INFORM, RECEIVE
from tests.store.a_record import kent_in, send_all
from tests.store.postgres.a_server import Server
from tests.store.postgres.a_store import rows_at, store_at

ENOUGH = 15.0
"""Seconds that a ping waits at most: enough for a slow machine."""


def test_anyone_who_asks_while_the_server_is_away_is_told_so(mortal: Server) -> None:
    """By the store's own error; and the same store works when it is back."""
    init_postgres(mortal.address, sealed=False)
    with store_at(mortal.address) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        mortal.stop()
        with pytest.raises(
            StorageError,
            match=r"of the PostgreSQL database .* could not be read: .*same command_id",
        ):
            send_all(reviews, INFORM)
        mortal.start()
        assert [entry.version for entry in send_all(reviews, INFORM)] == [5]
    assert len(rows_at(mortal.address)) == 5


def test_a_ping_says_at_once_that_the_server_is_away(mortal: Server) -> None:
    """Nothing is tried again; and when the server is back, it answers."""
    init_postgres(mortal.address, sealed=False)
    with store_at(mortal.address) as store:
        send_all(kent_in(store), RECEIVE)  # so that all is on the disk
        store.ping(ENOUGH)
        mortal.stop()
        with pytest.raises(StorageError, match=r"of the PostgreSQL database .* could not be read"):
            store.ping(ENOUGH)
        mortal.start()
        store.ping(ENOUGH)
    with pytest.raises(StorageError, match="closed"):
        store.ping(ENOUGH)


def test_a_restart_is_waited_for(mortal: Server) -> None:
    """An administrator's restart of a second or two is nobody's error."""
    init_postgres(mortal.address, sealed=False)
    with store_at(mortal.address) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        mortal.stop()
        starting = threading.Timer(0.5, mortal.start)
        starting.start()
        assert [entry.version for entry in send_all(reviews, INFORM, CONVENE)] == [5, 6]
        starting.join()
