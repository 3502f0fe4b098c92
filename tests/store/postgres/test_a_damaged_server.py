"""A server's disk lost a page: the entries that were on it are named, as damaged evidence."""

from pathlib import Path

import pytest

from rapid_review.store.backends.postgres.making import init_postgres
from tests.cli.a_terminal import typed
from tests.faults.a_writer import batch
from tests.store.a_record import TEAM, kent_in
from tests.store.postgres.a_server import Server
from tests.store.postgres.a_store import connected, store_at

PAGE = 8192
"""Bytes of a page of PostgreSQL's."""


def lose_a_page(server: Server, table: str, page: int) -> None:
    """Write over a page of a table while the server is away."""
    with connected(server.address) as connection:
        connection.execute("CHECKPOINT")
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        (file,) = connection.execute("SELECT pg_relation_filepath(%s)", (table,)).fetchone() or (
            "",
        )
    server.stop()
    with (Path(folder) / file).open("r+b") as data:
        data.seek(page * PAGE)
        data.write(b"\xff" * PAGE)
    server.start()


@pytest.fixture
def damaged(mortal: Server) -> Server:
    """Return a server with a store of 400 entries, of which those on one page are lost."""
    init_postgres(mortal.address, sealed=False)
    with store_at(mortal.address) as store:
        kent_in(store).import_histories(batch("KM", 100), by=TEAM)
    lose_a_page(mortal, "rapid_review.stored_events", 5)
    return mortal


def test_damaged_entries_on_a_server_are_named_by_their_table_and_position(
    damaged: Server,
) -> None:
    """Exit code 4 for whatever reads them; and it is the first that cannot be read."""
    words = "in its table stored_events, the entry after position "
    positions = set[str]()
    for command in ("board", "audit verify", "compliance"):
        said = typed(*command.split(), "--store", damaged.address)
        assert said.exit_code == 4, said.output
        assert words in said.stderr
        assert "untouched" not in said.stderr
        positions.add(said.stderr.partition(words)[2].split()[0])
    (position,) = map(int, positions)
    assert 0 < position < 400
    with connected(damaged.address) as connection:
        connection.execute("SET enable_seqscan = off")
        query = "SELECT count(state) FROM stored_events WHERE notification_id <= %s"
        assert connection.execute(query, (position,)).fetchone() == (position,)


def test_a_damaged_index_on_a_server_is_told_from_damaged_entries(mortal: Server) -> None:
    """The server needs it to plan any question, so no entry is said to be damaged."""
    init_postgres(mortal.address, sealed=False)
    with store_at(mortal.address) as store:
        kent_in(store).import_histories(batch("KM", 100), by=TEAM)
    lose_a_page(mortal, "rapid_review.stored_events_pkey", 0)
    said = typed("show", "KM-1", "--store", mortal.address)
    assert said.exit_code == 4, said.output
    assert "is damaged: an index of its table stored_events (the server says: " in said.stderr
