"""The read model on a server: its tables, a server that stops, followers beside four workers."""

import threading
from contextlib import closing
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given, settings
from psycopg.sql import SQL, Identifier

from rapid_review.domain.errors import RecordError, StorageError
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE
from tests.how_many import in_proportion
from tests.store.a_read_model import Story, all_of, from_entries, hold, stories, until
from tests.store.a_record import kent_in, send_all
from tests.store.postgres.a_server import Server
from tests.store.postgres.a_store import connected, store_at
from tests.store.postgres.a_worker import LENGTH, write_to_the_same_cases
from tests.store.postgres.workers import WORKERS, hold_together, told_in, working
from tests.test_examples import run

TABLES: Final = (
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
    "AND tablename LIKE 'read_model%'"
)
"""The read model's tables."""


@settings(max_examples=in_proportion(10))
@given(stories())
def test_it_says_what_the_entries_say_on_a_server(database: str, story: Story) -> None:
    """Several cases told in turns, corrections late, caught up now and then; and made again."""
    schema = f"test_{uuid4().hex}"
    init_postgres(database, schema, sealed=False)
    try:
        with closing(Store.on_postgres(database, schema=schema, unsealed=True)) as store:
            hold(kent_in(store), story)
    finally:
        with psycopg.connect(database) as connection:
            connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))


def test_a_store_of_before_gets_its_tables_from_db_init(address: str) -> None:
    """Without them it is read and written as ever; only the read model says what to do."""
    with connected(address) as connection:
        tables = connection.execute(TABLES).fetchall()
        assert tables
        for (table,) in tables:
            connection.execute(SQL("DROP TABLE {}").format(Identifier(table)))
    with store_at(address) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        with pytest.raises(RecordError, match="rapid-review db init"):
            reviews.read_model().catch_up()
        assert not init_postgres(address, sealed=False)
        assert reviews.read_model().catch_up() == 4


@pytest.mark.parametrize("events", [1_000, pytest.param(20_000, marks=pytest.mark.faults)])
def test_followers_beside_four_workers_miss_nothing(
    address: str, tmp_path: Path, events: int
) -> None:
    """All that they record is in the read model, once, though two keep it up to date."""
    cases = events // (4 + len(WORKERS) * LENGTH) + 1
    over = threading.Event()
    with store_at(address) as one, store_at(address) as other:
        reviews = kent_in(one)
        read_model = reviews.read_model()
        followers = [
            threading.Thread(target=kent_in(store).read_model(page=50).follow, args=(over,))
            for store in (one, other)
        ]
        for follower in followers:
            follower.start()
        try:
            with working(tmp_path, write_to_the_same_cases, address, cases * LENGTH):
                pass
            written = hold_together(address, told_in(tmp_path))
            until(lambda: read_model.position >= written)
        finally:
            over.set()
            for follower in followers:
                follower.join()
        assert all_of(read_model) == from_entries(reviews)
        assert read_model.how_many_cases == cases


def test_a_server_that_stops_is_said_and_nothing_is_lost(mortal: Server) -> None:
    """What was taken in stands; when the server is there again, it goes on."""
    init_postgres(mortal.address, sealed=False)
    with store_at(mortal.address) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        read_model = reviews.read_model()
        read_model.catch_up()
        send_all(reviews, RECEIVE, case="KM-2")
        mortal.stop()
        with pytest.raises(StorageError, match="could not be read"):
            read_model.catch_up()
        mortal.start()
        assert read_model.catch_up() == 8
        assert all_of(read_model) == from_entries(reviews)


def test_a_follower_goes_on_when_the_server_is_back(
    mortal: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """It says that the server is away, and nobody need call it again."""
    init_postgres(mortal.address, sealed=False)
    over = threading.Event()
    with store_at(mortal.address) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        read_model = reviews.read_model()
        follower = threading.Thread(target=read_model.follow, args=(over,))
        follower.start()
        try:
            until(lambda: read_model.position == 4)
            mortal.stop()
            until(lambda: "failed 1 time in a row" in caplog.text)
            mortal.start()
            send_all(reviews, RECEIVE, case="KM-2")
            newest = store.opened.rows.last_position()
            until(lambda: read_model.position == newest)
        finally:
            over.set()
            follower.join()
        assert all_of(read_model) == from_entries(reviews)


def test_the_example_moves_from_a_file_to_a_server(empty: str, tmp_path: Path) -> None:
    """It says the same as with a second file, and the entries are there in their order."""
    init_postgres(empty, sealed=True)
    lines = run("outgrowing_one_machine.py", tmp_path, empty)
    assert lines == run("outgrowing_one_machine.py", tmp_path)
    with store_at(empty) as store:
        versions = [(entry.case, entry.version) for entry in store.all_entries()]
    assert versions == [(case, version) for case in ("KM-1", "KM-2") for version in range(1, 5)]


def test_a_worker_keeps_it_without_owning_it(mortal: Server) -> None:
    """It needs to read the entries, and to read and write the tables made for it."""
    own = f"{mortal.address}&schema=kent"
    init_postgres(own, sealed=False)
    with store_at(own) as store:
        send_all(kent_in(store), RECEIVE)
    with connected(own) as connection:
        connection.execute("CREATE ROLE worker LOGIN")
        connection.execute("GRANT USAGE ON SCHEMA kent TO worker")
        connection.execute("GRANT SELECT ON stored_events TO worker")
        for (table,) in connection.execute(TABLES).fetchall():
            name = Identifier(table)
            connection.execute(
                SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO worker").format(name)
            )
    with store_at(own.replace("postgres@", "worker@")) as store:
        reviews = kent_in(store)
        read_model = reviews.read_model()
        assert read_model.catch_up() == read_model.rebuild() == 4
        assert all_of(read_model) == from_entries(reviews)
