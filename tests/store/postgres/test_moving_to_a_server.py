"""A store moves from a file to a server and back, and every row and checkpoint goes along."""

import re
import shlex
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

import rapid_review
from rapid_review.audit.verify import Trust
from rapid_review.domain.errors import InvalidInputError, RecordError
from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.copies.moving import move
from rapid_review.store.jobs import Progress
from rapid_review.store.ledger.checkpoints import TrustedCheckpoint
from rapid_review.store.store import Store
from tests.cli.a_terminal import document, typed
from tests.domain.a_review import INFORM, RECEIVE
from tests.store.a_ledger import KEY, IntruderInFile
from tests.store.a_record import kent_in, rows_at, send_all
from tests.store.a_whole_store import NEXT, recorded_in
from tests.store.postgres.a_store import connected, store_at
from tests.store.postgres.a_store import rows_at as rows_on_server

PAGE: Final = Path(rapid_review.__file__).parents[2] / "docs" / "how-to" / "back-up-and-restore.md"


def in_hex(rows: list[tuple[int, UUID, int, str, bytes]]) -> list[tuple[object, ...]]:
    """Return rows of a server as a file has them."""
    return [(row[0], row[1].hex, *row[2:]) for row in rows]


def test_a_store_moves_to_a_server_and_back_with_every_byte(address: str, tmp_path: Path) -> None:
    """A checkpoint that an auditor holds is met by all three."""
    first, back = tmp_path / "first.db", tmp_path / "back.db"
    with closing(Store.on_sqlite(first, unsealed=True)) as store:
        held = recorded_in(store, tmp_path)
    there = document(typed("db", "move", str(first), address, "--json"))
    assert "postgresql" not in there["to"]
    returned = document(typed("db", "move", address, str(back), "--json"))
    assert (there["entries"], there["root"]) == (returned["entries"], returned["root"])
    assert in_hex(rows_on_server(address)) == rows_at(first) == rows_at(back)
    for opened in (
        Store.on_sqlite(first, unsealed=True),
        Store.on_postgres(address, unsealed=True),
        Store.on_sqlite(back, unsealed=True),
    ):
        with closing(opened) as store:
            trust = Trust((KEY.public, NEXT.public))
            report = store.ledger().verify(trust, trusted=[TrustedCheckpoint("the auditor", held)])
            assert report.findings == []
            assert report.checkpoint
            assert report.checkpoint.root.hex() == there["root"]
            assert report.checked["checkpoints"] == 3


def test_a_move_between_two_servers_keeps_gaps(address: str, database: str) -> None:
    """A command that failed leaves a gap between positions; it is the same in the new store."""
    with store_at(address) as old:
        send_all(kent_in(old), RECEIVE)
        with connected(address) as connection:
            connection.execute(
                "SELECT setval(pg_get_serial_sequence('stored_events', 'notification_id'), 70)"
            )
        send_all(kent_in(old), INFORM)
        other = f"{database}{'&' if '?' in database else '?'}schema=moved_to"
        init_postgres(other, sealed=False)
        try:
            with store_at(other) as new:
                assert move(old, new).entries == 5
                send_all(kent_in(new), RECEIVE, case="KM-2")
            assert [row[0] for row in rows_on_server(other)] == [1, 2, 3, 4, 71, 72, 73, 74, 75]
        finally:
            with psycopg.connect(database) as connection:
                connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier("moved_to")))


def test_a_move_to_a_server_goes_on_where_it_was(address: str, tmp_path: Path) -> None:
    """Page by page; what records there meanwhile stops it."""

    class Stopped(Exception):  # noqa: N818 - no error of ours
        """The move was stopped."""

    def stop(so_far: Progress) -> None:
        raise Stopped(so_far)

    def another(_: Progress) -> None:
        with store_at(address) as worker:
            send_all(kent_in(worker), RECEIVE, case="KM-too-early")

    with (
        closing(Store.on_sqlite(tmp_path / "old.db", unsealed=True)) as old,
        store_at(address) as new,
    ):
        recorded_in(old, tmp_path)
        with pytest.raises(Stopped):
            move(old, new, stop)
        assert len(rows_on_server(address)) == 1_000
        with pytest.raises(RecordError, match="after position 2000 could not be moved"):
            move(old, new, another)
        with pytest.raises(InvalidInputError, match="neither empty nor the result"):
            move(old, new)


def test_a_stream_that_is_none_is_not_moved_to_a_server(address: str, tmp_path: Path) -> None:
    """A row that somebody altered is refused, and said."""
    path = tmp_path / "old.db"
    with closing(Store.on_sqlite(path, unsealed=True)) as old, store_at(address) as new:
        send_all(kent_in(old), RECEIVE)
        IntruderInFile(path).alter(lambda rows: [row._replace(stream="none") for row in rows])
        with pytest.raises(RecordError, match="a row belongs to no stream"):
            move(old, new)
    assert rows_on_server(address) == []


def test_only_a_store_that_db_init_made_is_moved_to(empty: str, tmp_path: Path) -> None:
    """The tables on a server are made by somebody who may."""
    with closing(Store.on_sqlite(tmp_path / "old.db", unsealed=True)) as old:
        send_all(kent_in(old), RECEIVE)
    refused = typed("db", "move", str(tmp_path / "old.db"), empty)
    assert refused.exit_code == 4
    assert "make one with `rapid-review db init` and the same --store" in refused.stderr


def test_the_drill_on_the_page_brings_a_server_store_back(
    address: str, pg_programs: Path, tmp_path: Path
) -> None:
    """`pg_dump` and `pg_restore` as the page types them: every row, and a checkpoint that is held.

    A store is recorded in, backed up, lost and restored; what is recorded then comes after it.
    """
    with store_at(address) as store:
        held = recorded_in(store, tmp_path)
    before = rows_on_server(address)
    place = Place.at(address)
    on_the_page = re.findall(r"`(pg_(?:dump|restore) [^`]+)`", PAGE.read_text(encoding="utf-8"))
    assert [command.partition(" ")[0] for command in on_the_page] == ["pg_dump", "pg_restore"]
    for program, *arguments in map(shlex.split, on_the_page):
        if program == "pg_restore":
            with psycopg.connect(place.connection) as connection:
                connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(place.schema)))
        subprocess.run(  # noqa: S603 - what our own page says
            [str(pg_programs / program), *(with_place(one, place) for one in arguments)],
            check=True,
            cwd=tmp_path,
            capture_output=True,
        )
    assert rows_on_server(address) == before
    with store_at(address) as store:
        trust = Trust((KEY.public, NEXT.public))
        report = store.ledger().verify(trust, trusted=[TrustedCheckpoint("the auditor", held)])
        assert report.findings == []
        send_all(kent_in(store), RECEIVE, case="KM-after")
    positions = [row[0] for row in rows_on_server(address)]
    assert positions == sorted(positions)
    assert len(positions) == len(before) + 4
    with (
        connected(address) as connection,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation),
    ):
        connection.execute("DELETE FROM stored_events")


def with_place(argument: str, place: Place) -> str:
    """Return an argument of the page with the test's own server and schema."""
    settings = conninfo_to_dict(place.connection)
    names = {"host", "port", "user", "dbname"}
    server = " ".join(f"{name}={settings[name]}" for name in sorted(names) if settings.get(name))
    return {
        "--dbname=postgresql://user@host:5432/database": f"--dbname={server}",
        "--schema=rapid_review": f"--schema={place.schema}",
    }.get(argument, argument)
