"""A server that asks for a password: it is given, and shown nowhere."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from traceback import format_exception
from typing import Final

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from rapid_review.domain.errors import StorageError
from rapid_review.store.backends.address import address_in_file
from rapid_review.store.backends.postgres.log import open_postgres
from rapid_review.store.backends.postgres.making import init_postgres
from tests.cli.a_terminal import RECEIPT, lines, typed
from tests.domain.a_review import INFORM, RECEIVE
from tests.store.a_read_model import until
from tests.store.a_record import kent_in, send_all
from tests.store.postgres.a_server import ASKED_FOR_A_PASSWORD, Server, server
from tests.store.postgres.a_store import rows_at, store_at
from tests.store.postgres.a_worker import write_to_the_same_cases
from tests.store.postgres.workers import hold_together, told_in, working

PASSWORD: Final = "canary @:/?#%"  # noqa: S105 - of a server that lives for a test
ENCODED: Final = "canary%20%40%3A%2F%3F%23%25"


@pytest.fixture(scope="module")
def guarded(pg_programs: Path) -> Iterator[Server]:
    """Yield a server with users of whom it asks a password."""
    with server(pg_programs) as own:
        with psycopg.connect(own.address, autocommit=True) as connection:
            for user, how in ASKED_FOR_A_PASSWORD.items():
                kept = "md5" if how == "md5" else "scram-sha-256"
                connection.execute(f"SET password_encryption = '{kept}'".encode())
                role = SQL("CREATE ROLE {} LOGIN SUPERUSER PASSWORD {}")
                connection.execute(role.format(Identifier(user), PASSWORD))
        yield own


@pytest.fixture
def user(guarded: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield a user who owns nothing yet; one with SCRAM, if the test names no other."""
    yield getattr(request, "param", "guarded_scram")
    with psycopg.connect(guarded.address) as connection:
        connection.execute("DROP SCHEMA IF EXISTS kent CASCADE")


@pytest.fixture
def theirs(guarded: Server, user: str) -> str:
    """Return the address of a schema that is not there yet, with a password."""
    return f"{guarded.address.replace('postgres@', f'{user}:{ENCODED}@')}&schema=kent"


@pytest.mark.parametrize("user", ASKED_FOR_A_PASSWORD, indirect=True)
def test_a_store_opens_where_the_server_asks_for_a_password(theirs: str) -> None:
    """It is made, written to, read, followed and audited."""
    assert init_postgres(theirs, sealed=False)
    over = threading.Event()
    with store_at(theirs) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        read_model = reviews.read_model()
        follower = threading.Thread(target=read_model.follow, args=(over,))
        follower.start()
        try:
            until(lambda: read_model.position == 4)
            send_all(reviews, INFORM)
            until(lambda: read_model.position == 5)
        finally:
            over.set()
            follower.join()
        assert not store.ledger().verify().findings
    assert len(rows_at(theirs)) == 5


@pytest.mark.faults
def test_workers_write_to_a_server_that_asks_for_a_password(theirs: str, tmp_path: Path) -> None:
    """Each connects for itself, and all that they are told is there."""
    init_postgres(theirs, sealed=False)
    with working(tmp_path, write_to_the_same_cases, theirs, 20):
        pass
    assert hold_together(theirs, told_in(tmp_path)) == 84


COMMANDS: Final = [
    ("db", "init", "--unsealed"),
    ("board",),
    ("stats",),
    ("diary",),
    ("compliance",),
    ("learning",),
    ("show", "KM-1"),
    ("export", "csv", "--since", "2020-01", "--until", "2020-12"),
    ("report", "-o", "out.html"),
    ("audit", "verify"),
    ("db", "rebuild"),
]
"""What is asked of a store that holds nothing."""


def test_no_command_prints_the_password_of_a_store_that_is_empty(
    theirs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the store, where it says that there is nothing in it."""
    monkeypatch.chdir(tmp_path)
    named = 0
    for command in COMMANDS:
        result = typed(*command, "--store", theirs)
        assert "canary" not in result.output, command
        named += "schema kent of the PostgreSQL database" in result.output
    assert named > 4
    written = "".join(file.read_text() for file in tmp_path.iterdir())
    assert "canary" not in written


def test_the_password_is_read_from_a_file_of_its_own(theirs: str, tmp_path: Path) -> None:
    """The way to keep it out of the list of processes, for every command alike."""
    file = tmp_path / "store"
    file.write_text(theirs)
    file.chmod(0o600)
    assert address_in_file(file) == theirs
    for command in (("db", "init", "--unsealed"), ("apply", "-", "--unsealed"), ("show", "KM-1")):
        result = typed(*command, "--store-from-file", str(file), stdin=lines(RECEIPT))
        assert result.exit_code == 0, result.output


def test_a_wrong_password_is_said_and_shown_nowhere(
    theirs: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in the traceback, nor in what the driver logs."""
    caplog.set_level(logging.DEBUG)
    init_postgres(theirs, sealed=False)
    wrong = theirs.replace(ENCODED, "canary-wrong")
    with pytest.raises(StorageError, match="password authentication failed") as raised:
        open_postgres(wrong)
    assert "canary" not in "".join(format_exception(raised.value))
    assert "canary" not in caplog.text


def test_no_password_is_shown_where_a_store_is_printed(theirs: str) -> None:
    """As a debugger, or the report of a crash, prints what it meets."""
    init_postgres(theirs, sealed=False)
    with store_at(theirs) as store:
        recorder = open_postgres(theirs)
        recorder.datastore.close()
        tables = store.opened.tables
        for thing in (store, recorder, recorder.datastore, recorder.datastore.pool, tables):
            assert "canary" not in repr(thing)
