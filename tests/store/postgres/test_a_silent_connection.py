"""Following where the server's notices do not come any more: it looks again, and says so."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from rapid_review.audit.log.signing import Signer
from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.backends.postgres.log import PostgresLog, open_postgres
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.backends.postgres.notices import Notices
from rapid_review.store.ledger.checkpointing import Checkpointer
from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE
from tests.store.a_ledger import KEY
from tests.store.a_record import kent_in, send_all
from tests.store.postgres.a_proxy import Proxy, a_proxy
from tests.store.postgres.a_server import Server
from tests.store.postgres.a_store import connected, store_at

LOOK_AGAIN: Final = 10.0
"""Seconds after which a follower looks again at the latest."""
QUIET: Final = 1.5
"""Seconds without a notice that are too many, in a test: a busy machine may need one."""
SLACK: Final = 5.0
"""Seconds that a slow machine may take beside."""
SOON: Final = 60.0
"""Seconds in which a notice that does come is acted on, however busy the machine."""

Following = tuple[Callable[[threading.Event], None], Callable[[], int]]
"""What follows until it is stopped, and how many entries it has taken in."""


@pytest.fixture
def proxy(mortal: Server) -> Iterator[Proxy]:
    """Yield what is before a server with an empty store."""
    init_postgres(mortal.address, sealed=False)
    with TemporaryDirectory(prefix="px-") as folder, a_proxy(mortal.address, Path(folder)) as one:
        yield one


def within(seconds: float, holds: Callable[[], bool]) -> float:
    """Wait until something holds, for so long at most; return how long it took."""
    start = time.monotonic()
    while not holds():
        assert time.monotonic() - start < seconds, f"not in {seconds} seconds"
        time.sleep(0.02)
    return time.monotonic() - start


@contextmanager
def running(follow: Callable[[threading.Event], None]) -> Iterator[None]:
    """Follow beside what is done in this context."""
    over = threading.Event()
    follower = threading.Thread(target=follow, args=(over,))
    follower.start()
    try:
        yield
    finally:
        over.set()
        follower.join(SOON)
        assert not follower.is_alive(), "it does not stop"


@contextmanager
def subscribed(log: PostgresLog) -> Iterator[list[int]]:
    """Subscribe beside what is done in this context; yield the positions that have come."""
    came: list[int] = []
    with (
        log.subscribe() as subscription,
        running(lambda _: came.extend(entry.id for entry in subscription)),
    ):
        try:
            yield came
        finally:
            subscription.stop()


def an_entry() -> Sequence[StoredEvent]:
    """Return the one entry of a new stream."""
    return [StoredEvent(uuid4(), 1, "topic", b"body")]


def the_read_model(store: Store, beside: Store, _: Path) -> Following:
    """Return what keeps the read model up to date, and how far it has come."""
    there = kent_in(beside).read_model()
    return kent_in(store).read_model().follow, lambda: there.position


def the_checkpointer(store: Store, _: Store, folder: Path) -> Following:
    """Return what makes checkpoints, and how many entries the last one covers."""
    signer = Signer.start(KEY, folder / "memory")
    return Checkpointer(store.ledger(), signer).follow, lambda: signer.last().size


@pytest.mark.faults
@pytest.mark.parametrize("what", [the_read_model, the_checkpointer])
def test_anyone_who_follows_looks_again_where_no_notice_comes(
    mortal: Server,
    proxy: Proxy,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    what: Callable[[Store, Store, Path], Following],
) -> None:
    """In ten seconds at most; it says so, and listens on a new connection, where notices come."""
    with store_at(proxy.address) as store, store_at(mortal.address) as beside:
        reviews = kent_in(beside)
        follow, position = what(store, beside, tmp_path)
        send_all(reviews, RECEIVE, case="KM-1")
        with running(follow):
            within(SOON, lambda: position() == 4)
            send_all(reviews, RECEIVE, case="KM-2")
            within(SOON, lambda: position() == 8)
            assert proxy.silence(b"LISTEN") == 1
            send_all(reviews, RECEIVE, case="KM-3")
            within(LOOK_AGAIN + SLACK, lambda: position() == 12)
            within(SOON, lambda: "received no notice for 9 seconds" in caplog.text)
            send_all(reviews, RECEIVE, case="KM-4")
            within(SOON, lambda: position() == 16)


def test_a_connection_without_notices_is_given_up_for_a_new_one(
    mortal: Server, proxy: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    """Only where something was recorded: that nothing comes when nothing is, is no fault."""
    with store_at(mortal.address) as store:
        rows = store.opened.rows
        place = Place.at(proxy.address)
        with Notices(place, "stored_events", rows.last_position, quiet=QUIET) as notices:
            assert notices.came(), "it does not look first"
            assert not notices.came()
            within(SOON, notices.came)
            assert not caplog.records
            proxy.silence(b"LISTEN")
            send_all(kent_in(store), RECEIVE)
            assert within(SOON, notices.came) > 0.2
            (record,) = caplog.records
            assert record.getMessage() == (
                f"{place}: the connection for notices received no notice for {QUIET:g} seconds, "
                "although entries were recorded; a new one was opened"
            )
            send_all(kent_in(store), RECEIVE, case="KM-2")
            assert notices.came()
            assert len(caplog.records) == 1


def test_a_connection_that_breaks_is_replaced(
    mortal: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """An administrator ended it; anyone who follows goes on, and says so."""
    init_postgres(mortal.address, sealed=False)
    with store_at(mortal.address) as store:
        read_model = kent_in(store).read_model()
        with running(read_model.follow), connected(mortal.address) as connection:
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE %s"
            within(SOON, lambda: bool(connection.execute(ended, ("LISTEN%",)).fetchall()))
            within(SOON, lambda: "connection for notices broke" in caplog.text)
            send_all(kent_in(store), RECEIVE)
            within(SOON, lambda: read_model.position == 4)


def test_a_subscription_goes_on_where_its_connection_breaks(mortal: Server) -> None:
    """Also with what is recorded while nobody listens."""
    init_postgres(mortal.address, sealed=False)
    with (
        closing(open_postgres(mortal.address)) as log,
        connected(mortal.address) as connection,
        subscribed(log) as came,
    ):
        log.insert_events(an_entry())
        within(SOON, lambda: came == [1])
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE %s"
        within(SOON, lambda: bool(connection.execute(ended, ("LISTEN%",)).fetchall()))
        log.insert_events(an_entry())
        within(SOON, lambda: came == [1, 2])


@pytest.mark.faults
def test_a_subscription_looks_again_where_no_notice_comes(mortal: Server, proxy: Proxy) -> None:
    """In ten seconds at most."""
    with (
        closing(open_postgres(mortal.address)) as beside,
        closing(open_postgres(proxy.address)) as log,
        subscribed(log) as came,
    ):
        beside.insert_events(an_entry())
        within(SOON, lambda: came == [1])
        within(SOON, lambda: proxy.silence(b"LISTEN") == 1)
        beside.insert_events(an_entry())
        within(LOOK_AGAIN + SLACK, lambda: came == [1, 2])
