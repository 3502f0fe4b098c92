"""Calendars that a store on a server keeps: anyone who counts reads them; `db init` makes room."""

from rapid_review.store.backends.postgres.making import init_postgres
from tests.calendars.one_of_ones_own import own_calendar
from tests.domain.a_review import RECEIVE
from tests.store.a_record import kent_in, send_all
from tests.store.postgres.a_server import Server
from tests.store.postgres.a_store import connected, store_at
from tests.store.writing.test_own_calendars import OWN, counted


def test_a_worker_counts_with_them_and_needs_no_right_of_its_own(mortal: Server) -> None:
    """Bank holidays are no secret; to keep one is for the person who owns the tables."""
    own = f"{mortal.address}&schema=kent"
    init_postgres(own, sealed=False)
    with connected(own) as connection:
        connection.execute("CREATE ROLE worker LOGIN")
        connection.execute("GRANT USAGE ON SCHEMA kent TO worker")
        connection.execute("GRANT SELECT, INSERT ON stored_events TO worker")
    with store_at(own) as store:
        kent_in(store).keep_calendar(own_calendar())
    with store_at(own.replace("postgres@", "worker@")) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        assert counted(reviews) == OWN


def test_a_store_of_an_older_version_is_read_as_it_is_and_init_adds_the_table(
    address: str,
) -> None:
    """Nothing else of it changes, and workers may read the new table at once."""
    with connected(address) as connection:
        connection.execute("DROP TABLE own_calendars")
    with store_at(address) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        assert reviews.own_calendars() == ()
        assert init_postgres(address, sealed=False) is False
        reviews.keep_calendar(own_calendar())
        send_all(reviews, RECEIVE, case="KM-2")
        assert reviews.case("KM-2").review.clocks["rapid-review"].due == OWN[1]
    with connected(address) as connection:
        found = connection.execute(
            "SELECT has_table_privilege('public', 'own_calendars', 'SELECT')"
        ).fetchone()
    assert found == (True,)
