"""How a process uses a server: how many connections, and how long it waits."""

import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, cast

import psycopg
import pytest
from eventsourcing.persistence import OperationalError
from psycopg.errors import LockNotAvailable
from psycopg_pool import PoolTimeout

from rapid_review.domain.errors import InvalidInputError, StorageError
from rapid_review.store import RapidReviews
from rapid_review.store.backends import open as opening
from rapid_review.store.backends.postgres.address import Place, as_storage_error
from rapid_review.store.backends.postgres.statements import in_schema
from rapid_review.store.backends.server_settings import ServerSettings
from rapid_review.store.store import Store
from tests.domain.a_review import KENT, RECEIVE
from tests.store.a_read_model import until
from tests.store.a_record import HandSetClock, kent_in, send_all
from tests.store.postgres.a_store import connected

if TYPE_CHECKING:
    from rapid_review.store.backends.postgres.log import PostgresLog

OURS: Final = "connections=3&statement_seconds=7&lock_seconds=2"


def in_force(store: Store) -> tuple[int, int, str, int]:
    """Return how many connections there may be and are kept, and how long is waited."""
    datastore = cast("PostgresLog", store.opened.log).shared
    ((seconds,),) = store.opened.tables.rows("SHOW statement_timeout")
    return datastore.pool.max_size, datastore.pool.min_size, seconds, datastore.lock_timeout


@pytest.mark.parametrize(
    ("servers", "in_words"),
    [
        ("one:5433", "one:5433"),
        ("one:5433,two:5434", "one:5433 or two:5434"),
        ("one,two", "one:5432 or two:5432"),
    ],
)
def test_each_server_of_an_address_is_named_in_words(servers: str, in_words: str) -> None:
    """As a message names the store, whichever of them answers."""
    place = Place.at(f"postgresql://worker@{servers}/reviews?target_session_attrs=read-write")
    assert str(place) == f"schema rapid_review of the PostgreSQL database reviews at {in_words}"


def test_what_holds_if_nothing_is_said(address: str) -> None:
    """One to ten connections, no end to a statement, a second for the lock, in ten tries."""
    with closing(Store.on_postgres(address, unsealed=True)) as store:
        assert in_force(store) == (10, 1, "0", 1)


def test_commands_are_not_committed_together_on_a_server(address: str) -> None:
    """It decides other commands while one is committed: the way on is to leave the word out."""
    opened = opening.on_postgres(address)
    with pytest.raises(InvalidInputError, match=r"this one is on a server.*Leave"):
        Store(opened, unsealed=True, commits_together=True)
    with pytest.raises(StorageError, match="closed"):
        opened.rows.last_position()


def test_the_address_says_it_and_what_is_given_holds_before_it(address: str) -> None:
    """PostgreSQL itself is told nothing of it, and the place reads as ever."""
    place = Place.at(f"{address}&{OURS}")
    assert place.settings == ServerSettings(connections=3, statement_seconds=7, lock_seconds=2)
    assert (place.connection, str(place)) == (Place.at(address).connection, str(Place.at(address)))
    with closing(Store.on_postgres(f"{address}&{OURS}", unsealed=True)) as store:
        assert in_force(store) == (3, 1, "7s", 2)
        assert len(send_all(kent_in(store), RECEIVE)) == 4
    given = ServerSettings(connections=1)
    with RapidReviews.on_postgres(
        f"{address}&{OURS}", server=given, unsealed=True, terms=KENT, clock=HandSetClock()
    ) as reviews:
        assert in_force(reviews._store) == (1, 1, "0", 1)  # noqa: SLF001 - nobody else need know
        assert reviews.references() == ("KM-2020-001",)


@pytest.mark.parametrize("wrong", [0, -1, True, 1.5, "3", 1_001, None])
def test_what_cannot_be_is_refused(wrong: Any) -> None:  # noqa: ANN401 - anything
    """By name, and with what is allowed."""
    with pytest.raises(InvalidInputError, match=r"connections: .* whole number from 1 to 1000"):
        ServerSettings(connections=wrong)


@pytest.mark.parametrize("wrong", ["many", "", "0", "9" * 5_000, "-3", "3.0", "\u0663"])
def test_what_an_address_says_that_cannot_be_is_refused(address: str, wrong: str) -> None:
    """And the address, which may hold a password, is not repeated."""
    with pytest.raises(InvalidInputError, match=r"lock_seconds: .* from 1 to 600") as caught:
        Place.at(f"{address}&lock_seconds={wrong}")
    assert "postgres@" not in str(caught.value)


def test_a_statement_that_takes_too_long_is_given_up_and_not_asked_again(address: str) -> None:
    """A sequence counts how often it was begun: it is never rolled back."""
    with connected(address) as connection:
        connection.execute("CREATE SEQUENCE begun")
    settings = ServerSettings(statement_seconds=1)
    with closing(Store.on_postgres(address, settings=settings, unsealed=True)) as store:
        with pytest.raises(StorageError, match="statement timeout"):
            store.opened.tables.rows("SELECT nextval('{at}begun'), pg_sleep(60)")
        assert store.opened.tables.rows("SELECT last_value FROM {at}begun") == [(1,)]
        assert len(send_all(kent_in(store), RECEIVE)) == 4


def test_anyone_who_may_wait_longer_for_another_who_records_does(address: str) -> None:
    """Two seconds and more, in one transaction: by default it would be the second or third."""
    place = Place.at(address)
    waiting = (
        "SELECT xact_start FROM pg_stat_activity JOIN pg_locks USING (pid) "
        "WHERE locktype = 'advisory' AND NOT granted"
    )
    settings = ServerSettings(lock_seconds=600)
    with (
        closing(Store.on_postgres(address, settings=settings, unsealed=True)) as store,
        connected(address) as other,
        connected(address) as onlooker,
    ):
        recording = threading.Thread(target=send_all, args=(kent_in(store), RECEIVE))
        with other.transaction():
            other.execute(in_schema("SELECT {lock}", place.schema))
            recording.start()
            until(lambda: bool(onlooker.execute(waiting).fetchall()))
            since = onlooker.execute(waiting).fetchall()
            time.sleep(2.5)
            assert onlooker.execute(waiting).fetchall() == since
        recording.join()
        assert kent_in(store).references() == ("KM-2020-001",)


@pytest.mark.parametrize(
    ("caused_by", "way_on"),
    [
        (LockNotAvailable("lock timeout"), "let it commit at once after it records"),
        (PoolTimeout("no connection"), "all connections of this process are in use"),
        (psycopg.OperationalError("refused"), "Check that the server runs"),
    ],
)
def test_who_is_kept_waiting_is_told_by_what(
    address: str, caused_by: psycopg.Error, way_on: str
) -> None:
    """Somebody else's open transaction, or a pool that is too small, is no fault of the server."""
    with (
        pytest.raises(StorageError, match=f"{caused_by}.*{way_on}.*Then try again"),
        as_storage_error(Place.at(address), "written"),
    ):
        raise OperationalError(str(caused_by)) from caused_by


def test_a_process_that_uses_all_its_connections_is_told_so(address: str) -> None:
    """As where a reading of the read model asks for another connection while it has the only."""
    settings = ServerSettings(connections=1)
    with closing(Store.on_postgres(address, settings=settings, unsealed=True)) as store:
        model = kent_in(store).read_model()
        model.catch_up()
        with pytest.raises(StorageError, match="all connections of this process are in use"):
            model.read(lambda _: kent_in(store).history("KM-2020-001"))
