"""Appending on a server: no command waits for maintenance, and older stores and versions agree."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import Composed

from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.backends.postgres.datastore import SharedDatastore
from rapid_review.store.backends.postgres.log import PostgresLog, open_postgres
from rapid_review.store.backends.postgres.making import init_postgres
from tests.domain.a_review import RECEIVE
from tests.store.a_log import row
from tests.store.a_read_model import until
from tests.store.a_record import kent_in, send_all
from tests.store.postgres.a_store import connected, rows_at, store_at

UNDER_WAY: Final = "SELECT pid FROM pg_stat_progress_vacuum"
"""The processes of the server that vacuum a table."""


@contextmanager
def a_slow_vacuum(address: str) -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
    """Vacuum the entries, so slowly that it is not over in this context; yield a connection."""
    with connected(address) as connection, connected(address) as slow:
        slow.execute("SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1")

        def vacuum() -> None:
            with pytest.raises(psycopg.errors.QueryCanceled):
                slow.execute("VACUUM (INDEX_CLEANUP ON) stored_events")

        vacuuming = threading.Thread(target=vacuum)
        vacuuming.start()
        try:
            until(lambda: bool(connection.execute(UNDER_WAY).fetchall()))
            yield connection
            assert connection.execute(UNDER_WAY).fetchall(), "it was over too early"
        finally:
            slow.cancel_safe()
            vacuuming.join()


def test_a_command_does_not_wait_for_a_vacuum(address: str) -> None:
    """Maintenance may take hours on a large table, and nothing must wait for it."""
    recorder = open_postgres(address)
    with closing(recorder.datastore):
        recorder.insert_events([row(uuid4(), 1, b"x" * 1_500) for _ in range(1_000)])
    with store_at(address) as store:
        reviews = kent_in(store)
        with a_slow_vacuum(address):
            assert [entry.version for entry in send_all(reviews, RECEIVE)] == [1, 2, 3, 4]


def test_an_older_store_is_written_to_before_and_after_db_init(address: str) -> None:
    """It has no function that appends; `db init` adds it, and changes nothing else."""
    with connected(address) as connection:
        connection.execute("DROP FUNCTION append_entries")
    with store_at(address) as store:
        send_all(kent_in(store), RECEIVE)
        assert init_postgres(address, sealed=False) is False
        send_all(kent_in(store), RECEIVE, case="KM-2")
    with store_at(address) as store:
        send_all(kent_in(store), RECEIVE, case="KM-3")
    assert len(rows_at(address)) == 12
    with connected(address) as connection:
        connection.execute("DROP FUNCTION append_entries")  # it is there


def test_a_version_that_locks_the_table_and_this_one_wait_for_each_other(address: str) -> None:
    """A worker that was not updated yet locks the table; positions still come in their order."""
    slow, soon = row(uuid4(), 1), row(uuid4(), 1)
    recorder = open_postgres(address)
    with closing(recorder.datastore):
        ours = threading.Thread(target=recorder.insert_events, args=([soon],))
        with connected(address) as older, connected(address) as beside:
            with older.transaction():
                older.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
                older.execute(
                    "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
                    "VALUES (%s, 1, 'CaseClosed', '')",
                    (slow.originator_id,),
                )
                ours.start()
                until(
                    lambda: bool(
                        beside.execute(
                            "SELECT FROM pg_locks WHERE relation = 'stored_events'::regclass "
                            "AND NOT granted"
                        ).fetchall()
                    )
                )
                assert recorder.select_notifications(0, 10) == []
            ours.join()
        seen = [row.originator_id for row in recorder.select_notifications(0, 10)]
        assert seen == [slow.originator_id, soon.originator_id]


class Counting(SharedDatastore):
    """Connections that count how often they are asked to append."""

    asked = 0

    def call(self, statement: Composed, values: Sequence[object]) -> tuple[Any, ...]:
        """Count, and ask."""
        self.asked += 1
        return super().call(statement, values)


@pytest.mark.parametrize("isolation", ["read%5C%20committed", "serializable"])
def test_many_threads_append_at_once_whatever_the_usual_isolation_is(
    address: str, isolation: str
) -> None:
    """Anyone who waited for the lock is not refused for what the others recorded meanwhile."""
    given: list[int] = []

    def write(recorder: PostgresLog) -> None:
        stream = uuid4()
        for version in range(1, 26):
            given.extend(recorder.insert_events([row(stream, version)]) or ())

    theirs = f"{address}&options=-c%20default_transaction_isolation%3D{isolation}"
    with closing(Counting(Place.at(theirs))) as datastore:
        recorder = PostgresLog(datastore)
        threads = [threading.Thread(target=write, args=(recorder,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(given) == [position for position, *_ in rows_at(address)]
    assert len(given) == datastore.asked == 200
