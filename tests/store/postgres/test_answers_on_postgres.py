"""The ids of commands that led to nothing, on a server: a store of before, and rights."""

import pytest

from rapid_review.domain.errors import RecordError, StorageError
from rapid_review.store.backends.postgres.making import init_postgres
from tests.domain.a_review import INFORM, RECEIVE
from tests.store.a_record import CASE, TEAM, kent_in, send_all
from tests.store.postgres.a_server import Server
from tests.store.postgres.a_store import connected, store_at


def test_a_store_of_before_remembers_once_db_init_has_added_the_table(address: str) -> None:
    """Until then it records as ever, and says what to do where it would have to remember."""
    with connected(address) as connection:
        connection.execute("DROP TABLE answered_commands")
    with store_at(address) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        assert len(reviews.handle(CASE, INFORM, by=TEAM, command_id="form-7")) == 1
        assert send_all(reviews, INFORM) == ()
        with pytest.raises(RecordError, match="rapid-review db init"):
            reviews.handle(CASE, INFORM, by=TEAM, command_id="form-8")
        assert init_postgres(address, sealed=False) is False
        assert reviews.handle(CASE, INFORM, by=TEAM, command_id="form-8") == ()
    with connected(address) as connection:
        found = connection.execute("SELECT command_id, version FROM answered_commands").fetchall()
    assert found == [("form-8", 5)]


def test_to_select_and_to_insert_are_rights_enough(mortal: Server) -> None:
    """Without them it is said that they are lacking, and nothing is recorded."""
    own = f"{mortal.address}&schema=kent"
    init_postgres(own, sealed=False)
    with connected(own) as connection:
        connection.execute("CREATE ROLE worker LOGIN")
        connection.execute("GRANT USAGE ON SCHEMA kent TO worker")
        connection.execute("GRANT SELECT, INSERT, UPDATE ON stored_events TO worker")
        with store_at(own.replace("postgres@", "worker@")) as store:
            reviews = kent_in(store)
            with pytest.raises(StorageError, match="permission denied for table answered"):
                reviews.handle(CASE, RECEIVE, by=TEAM, command_id="form-7")
            connection.execute("GRANT SELECT, INSERT ON answered_commands TO worker")
            assert len(reviews.handle(CASE, RECEIVE, by=TEAM, command_id="form-7")) == 4
            send_all(reviews, INFORM)
            assert reviews.handle(CASE, INFORM, by=TEAM, command_id="form-8") == ()
            assert reviews.handle(CASE, INFORM, by=TEAM, command_id="form-8") == ()
