"""The PostgreSQL table: append-only, without gaps, read in the order of commits, on the disk."""

import threading
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import (
    OperationalError,
    PersistenceError,
    StoredEvent,
)
from psycopg.sql import Composed

from rapid_review.domain.errors import ClosedError, RecordError
from rapid_review.store.backends.open import joined
from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.backends.postgres.datastore import SharedDatastore
from rapid_review.store.backends.postgres.log import PostgresLog, open_postgres
from rapid_review.store.backends.sqlite.opening import open_sqlite
from rapid_review.store.log.body import stream_id
from rapid_review.store.store import Store
from tests.domain.a_review import CLOSED, INFORM, RECEIVE
from tests.store.a_log import AnyLog, row
from tests.store.a_read_model import until
from tests.store.a_record import CASE, TEAM, kent_in, send_all
from tests.store.postgres.a_store import connected, rows_at, store_at


def a_store_at(address: str) -> None:
    """Record a case."""
    with store_at(address) as store:
        send_all(kent_in(store), RECEIVE)


# --- What holds of every log


class TestALogOnAServer(AnyLog):
    """One on a server."""


# --- Append-only


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET state = ''",
        "UPDATE stored_events SET topic = 'CaseClosed' WHERE notification_id = 1",
        "DELETE FROM stored_events WHERE notification_id = 1",
        "DELETE FROM stored_events WHERE false",
        "TRUNCATE stored_events",
        (
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            "SELECT originator_id, originator_version, topic, state FROM stored_events "
            "ON CONFLICT (originator_id, originator_version) DO UPDATE SET state = ''"
        ),
        (
            "MERGE INTO stored_events AS kept USING stored_events AS other "
            "ON kept.notification_id = other.notification_id WHEN MATCHED THEN DELETE"
        ),
    ],
)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_what_was_recorded_is_not_changed_by_a_careless_statement(
    address: str, statement: str, role: str
) -> None:
    """The person who asks, be it in a session in which triggers are usually silent."""
    a_store_at(address)
    before = rows_at(address)
    with connected(address) as connection:
        connection.execute(f"SET session_replication_role = {role}".encode())
        with pytest.raises(psycopg.IntegrityError, match="never edited and never deleted"):
            connection.execute(statement.encode())
    assert rows_at(address) == before


@pytest.mark.parametrize("role", ["origin", "replica"])
def test_no_gap_is_made_past_the_library_either(address: str, role: str) -> None:
    """A row that another program puts in must follow the one before it."""
    a_store_at(address)
    with connected(address) as connection:
        connection.execute(f"SET session_replication_role = {role}".encode())
        with pytest.raises(psycopg.IntegrityError, match="a version is missing before this one"):
            connection.execute(
                "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
                "SELECT originator_id, 6, topic, state FROM stored_events LIMIT 1"
            )
    assert len(rows_at(address)) == 4


def test_the_version_before_is_looked_up_by_its_key(address: str, recorder: PostgresLog) -> None:
    """Also in a session that first wrote when the table was small: it must not read it whole."""
    recorder.insert_events([row(uuid4(), 1) for _ in range(60)])
    with connected(address) as connection:
        connection.execute("ANALYZE stored_events")
    with recorder.datastore.transaction() as cursor:
        stream = uuid4()
        cursor.execute(
            recorder.insert_events_statement,
            ([stream, stream], [1, 2], ["CaseClosed"] * 2, [b"{}"] * 2),
        )
        cursor.execute(
            "SELECT seq_scan FROM pg_stat_xact_user_tables "
            "WHERE schemaname = %s AND relname = 'stored_events'",
            (Place.at(address).schema,),
        )
        assert cursor.fetchall() == [{"seq_scan": 0}]


@pytest.mark.parametrize("taken", [1, 2])
def test_a_case_with_a_row_taken_out_by_force_is_not_read_as_if_whole(
    address: str, taken: int
) -> None:
    """Versions 1 to n, or the case is refused; an end that was cut off is the audit's to find."""
    a_store_at(address)
    with connected(address) as connection:
        connection.execute("DROP TRIGGER no_change ON stored_events")
        connection.execute("DELETE FROM stored_events WHERE originator_version = %s", (taken,))
    with (
        store_at(address) as store,
        pytest.raises(RecordError, match="a version is missing in case"),
    ):
        kent_in(store).case(CASE)


def test_the_bytes_are_those_that_a_file_would_hold(address: str, tmp_path: Path) -> None:
    """A whole review in both stores: the same rows, so the same proofs."""
    stream = stream_id("kent-and-medway", CASE)
    in_a_file = open_sqlite(tmp_path / "record.db", create=True, sealed=False)
    on_a_server = open_postgres(address)
    with closing(in_a_file.datastore), closing(on_a_server.datastore):
        for store in (
            Store(joined(in_a_file), unsealed=True),
            Store(joined(on_a_server), unsealed=True),
        ):
            for number, command in enumerate(CLOSED):
                kent_in(store).handle(CASE, command, by=TEAM, command_id=f"form-{number}")
        found = list(on_a_server.rows.of(stream))
        assert found == in_a_file.rows.of(stream)
        assert len(found) > len(CLOSED)


# --- Positions


def test_a_position_is_not_chosen_by_anyone_who_writes(address: str) -> None:
    """It is the database that counts."""
    with connected(address) as connection, pytest.raises(psycopg.errors.GeneratedAlways):
        connection.execute("INSERT INTO stored_events VALUES (7, gen_random_uuid(), 1, '', '')")


COMMITS_LATE: Final = (
    """CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_advisory_xact_lock(99); RETURN NULL; END $$""",
    """CREATE CONSTRAINT TRIGGER late AFTER INSERT ON stored_events
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.topic = 'Late')
    EXECUTE FUNCTION wait()""",
    "SELECT pg_advisory_lock(99)",
)
"""What lets a row of this topic be committed when the lock is given back, and not before."""

WAITING: Final = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def _so_many_wait(connection: "psycopg.Connection[tuple[Any, ...]]", count: int) -> bool:
    return connection.execute(WAITING.encode()).fetchone() == (count,)


def test_no_reader_passes_an_entry_that_is_committed_later(
    address: str, writers: tuple[PostgresLog, PostgresLog]
) -> None:
    """While one transaction has its positions and is not over, no other is given any."""
    late, soon = StoredEvent(uuid4(), 1, "Late", b"{}"), row(uuid4(), 1)
    threads = [
        threading.Thread(target=recorder.insert_events, args=([event],))
        for recorder, event in zip(writers, (late, soon), strict=True)
    ]
    with connected(address) as connection:
        for statement in COMMITS_LATE:
            connection.execute(statement.encode())
        for count, thread in enumerate(threads, start=1):
            thread.start()
            until(partial(_so_many_wait, connection, count))
        assert writers[0].select_notifications(0, 10) == []
    for thread in threads:
        thread.join()
    seen = [row.originator_id for row in writers[0].select_notifications(0, 10)]
    assert seen == [late.originator_id, soon.originator_id]


@pytest.mark.faults
def test_a_worker_that_hangs_in_the_middle_does_not_keep_the_others_out(
    address: str, recorder: PostgresLog
) -> None:
    """After five seconds the server ends its transaction; nothing of it is kept."""
    with closing(SharedDatastore(Place.at(address))) as datastore:
        hanging = datastore.transaction(commit=True)
        cursor = hanging.__enter__()
        recorder._lock_table(cursor)  # noqa: SLF001 - the library's own first step
        assert recorder.insert_events([row(uuid4(), 1)])
        with pytest.raises(PersistenceError, match="idle-in-transaction timeout"):
            hanging.__exit__(None, None, None)
    assert len(rows_at(address)) == 1


# --- A lost answer


class Lossy(SharedDatastore):
    """Connections of which one breaks, once, after it has committed."""

    breaks = False

    def call(self, statement: Composed, values: Sequence[object]) -> tuple[Any, ...]:
        """Commit, and lose the answer."""
        answer = super().call(statement, values)
        if self.breaks:
            self.breaks = False
            raise OperationalError("the connection was lost")
        return answer


@pytest.mark.parametrize("command_id", ["form-8", None])
def test_a_command_whose_answer_was_lost_is_recorded_once_and_returned(
    address: str, command_id: str | None
) -> None:
    """The recorder asks again and meets its own success; the case knows it by its id."""
    with closing(Lossy(Place.at(address))) as datastore:
        reviews = kent_in(Store(joined(PostgresLog(datastore)), unsealed=True))
        send_all(reviews, RECEIVE)
        datastore.breaks = True
        entries = reviews.handle(CASE, INFORM, by=TEAM, command_id=command_id)
        assert not datastore.breaks
        assert [entry.version for entry in entries] == [5]
        assert reviews.history(CASE)[4:] == entries


def test_an_import_whose_answer_was_lost_is_recorded_once(address: str) -> None:
    """The batch is asked for again, and found to be there."""
    elsewhere = kent_in()
    send_all(elsewhere, RECEIVE)
    history = elsewhere.case(CASE).recorded
    with closing(Lossy(Place.at(address))) as datastore:
        reviews = kent_in(Store(joined(PostgresLog(datastore)), unsealed=True))
        datastore.breaks = True
        done = reviews.import_histories([("KM-1", history), ("KM-2", history)], by=TEAM)
        assert not datastore.breaks
        assert (done.cases, done.entries, done.refused) == (2, 8, ())
        assert reviews.references() == ("KM-1", "KM-2")
    assert len(rows_at(address)) == 8


# --- Connections


def test_a_large_batch_is_written_whole(recorder: PostgresLog) -> None:
    """More than a socket takes at once: psycopg's pipeline would wait for ever with some of it."""
    stream = uuid4()
    state = b"x" * 2_000
    rows = [row(stream, version, state) for version in range(1, 5_001)]
    positions = recorder.insert_events(rows)
    assert positions is not None
    assert list(positions) == sorted(positions)
    assert recorder.rows.of(stream) == [(n, "CaseClosed", state) for n in range(1, 5_001)]


def test_an_answer_means_that_it_is_on_the_disk(address: str) -> None:
    """Even of a server that would answer before."""
    opened = open_postgres(f"{address}&options=-c%20synchronous_commit%3Doff")
    with closing(opened.datastore), opened.datastore.get_connection() as connection:
        (found,) = connection.execute("SHOW synchronous_commit").fetchall()
    assert found == {"synchronous_commit": "on"}


def test_an_interruption_leaves_no_transaction_open(recorder: PostgresLog) -> None:
    """Ctrl-C between BEGIN and its end: the lock is given back, and the next writer gets it."""

    def interrupted() -> None:
        with recorder.datastore.transaction(commit=True) as cursor:
            recorder._lock_table(cursor)  # noqa: SLF001 - the library's own first step
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert recorder.insert_events([row(uuid4(), 1)])


def test_a_closed_store_says_that_it_is_closed(recorder: PostgresLog) -> None:
    """Not an error of the library beneath, which nobody who embeds this could catch."""
    recorder.datastore.close()
    with pytest.raises(ClosedError, match="the program that opened it has closed it"):
        kent_in(Store(joined(recorder), unsealed=True)).references()
