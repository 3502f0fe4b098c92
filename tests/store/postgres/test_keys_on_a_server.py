"""The key store on a PostgreSQL server: another schema, which many workers share."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from rapid_review.domain.errors import InvalidInputError, KeysError
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.copies.backups import copy_keys
from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import key_table, keys_at, make_keys
from rapid_review.store.sealing.rotation import finish, rotate
from rapid_review.store.sealing.scope_key import KeyChangedError, ScopeKey
from rapid_review.store.store import Store
from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, document, lines, typed
from tests.domain.a_review import RECEIVE, WRITE, changed
from tests.store.a_record import CASE, kent_in, send_all
from tests.store.postgres.a_store import connected
from tests.store.sealing.a_sealed_store import words_of

STREAM = "0" * 31 + "1"
NOW = "2026-11-26T12:00:00Z"
NAMED = changed(RECEIVE, children=(changed(RECEIVE.children[0], identity=CANARY),))


@pytest.fixture
def key_file(table: str, tmp_path: Path) -> Path:
    """Return the key file of a key store that was made."""
    assert make_keys(table, tmp_path / "key-file")
    return tmp_path / "key-file"


def sealed_at(address: str, table: str, key_file: Path) -> "closing[Store]":
    """Open the sealed store at an address, with its keys."""
    return closing(Store.on_postgres(address, keys=keys_at(table, key_file)))


def test_words_are_sealed_on_a_server_with_keys_in_another_schema(
    empty: str, table: str, key_file: Path
) -> None:
    """They are opened with the keys, and all else is read without."""
    init_postgres(empty, sealed=True)
    with sealed_at(empty, table, key_file) as store:
        send_all(kent_in(store), NAMED)
        assert words_of(store, CASE)[0]["event.children.0.identity"] == CANARY
    with sealed_at(empty, table, key_file) as store:
        assert send_all(kent_in(store), NAMED) == ()
    with closing(Store.on_postgres(empty, unsealed=True)) as store:
        assert kent_in(store).case(CASE).recorded
        with pytest.raises(KeysError):
            send_all(kent_in(store), WRITE)


def test_of_two_workers_who_make_one_key_at_once_one_is_first(table: str, key_file: Path) -> None:
    """The other takes that one's: there is never a second key of a scope."""
    with closing(keys_at(table, key_file)) as one, closing(keys_at(table, key_file)) as other:
        for number in range(20):
            stream, together = f"{number:032x}", Barrier(2)

            def make(keys: Keys, stream: str = stream, together: Barrier = together) -> bool:
                keys.made(stream, "c")
                together.wait()
                try:
                    keys.keep()
                except KeyChangedError:
                    return False
                return True

            with ThreadPoolExecutor(2) as workers:
                first = list(workers.map(make, (one, other)))
            assert sorted(first) == [False, True]
            keys = [worker.of(stream, "c") for worker in (one, other)]
            assert all(isinstance(key, ScopeKey) for key in keys)
            assert len({key.id for key in keys if isinstance(key, ScopeKey)}) == 1


def test_two_workers_who_open_one_case_at_once_leave_one(
    empty: str, table: str, key_file: Path
) -> None:
    """Its words are opened by the one key that there is."""
    init_postgres(empty, sealed=True)
    with (
        sealed_at(empty, table, key_file) as one,
        sealed_at(empty, table, key_file) as other,
        ThreadPoolExecutor(2) as workers,
    ):
        recorded = list(workers.map(lambda store: send_all(kent_in(store), NAMED), (one, other)))
        assert sorted(map(len, recorded)) == [0, len(max(recorded, key=len))]
        for store in (one, other):
            store.keys.evict()  # type: ignore[union-attr]
            assert words_of(store, CASE)[0]["event.children.0.identity"] == CANARY


def test_keys_on_a_server_are_rotated_destroyed_and_counted(table: str, key_file: Path) -> None:
    """As those in a file are."""
    with closing(keys_at(table, key_file)) as keys:
        for number in range(1_500):  # more than go into one statement
            keys.made(f"{number:032x}", "c")
        keys.keep()
        destroy(keys, STREAM, [("c", 3)], order_id="E-1", at=NOW)
        destroy(keys, f"{2:032x}", [("c", None)], order_id="E-2", at=NOW)
        before = keys.of(STREAM, "c")
        assert isinstance(before, ScopeKey)
        assert rotate(table, key_file).keys == 1_500
        finish(table, key_file)
        keys.evict()
        after = keys.of(STREAM, "c")
        assert isinstance(after, ScopeKey)
        assert after.secret() == before.secret()
        assert after.of_entry(3) is None
        assert {row.epoch for row in keys.all() if row.wrapped} == {2}
        assert [row[1] for row in keys.erased()] == [3]


def test_a_worker_goes_on_while_keys_on_a_server_are_rotated(table: str, key_file: Path) -> None:
    """What it makes meanwhile is wrapped by the new key; afterwards it goes on as well."""
    with closing(keys_at(table, key_file)) as worker:
        for number, step in enumerate((rotate, finish), start=1):
            step(table, key_file)
            worker.made(f"{number:032x}", "c")
            worker.keep()
            worker.evict()
            assert isinstance(worker.of(f"{number:032x}", "c"), ScopeKey)
        assert {row.epoch for row in worker.all()} == {2}


def test_keys_are_copied_to_a_file_and_back(
    table: str, key_file: Path, database: str, tmp_path: Path
) -> None:
    """So that they are backed up with the record, and after it."""
    with closing(keys_at(table, key_file)) as keys:
        keys.made(STREAM, "c")
        keys.keep()
        destroy(keys, STREAM, [("c", 3)], order_id="E-1", at=NOW)
        rows, erased = list(keys.all()), list(keys.erased())
    copy = tmp_path / "monday.keys"
    assert copy_keys(table, copy) == 2
    with pytest.raises(InvalidInputError, match="already exists"):
        copy_keys(copy, table)
    with psycopg.connect(database) as connection:
        schema = table.rpartition("schema=")[2]
        connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))
    assert copy_keys(copy, table) == 2
    with closing(keys_at(table, key_file)) as keys:
        assert (list(keys.all()), list(keys.erased())) == (rows, erased)


def test_keys_are_never_made_beside_what_they_seal(address: str, tmp_path: Path) -> None:
    """Anyone who reads the record's schema would have both."""
    with pytest.raises(KeysError, match="must be kept apart from the words"):
        make_keys(address, tmp_path / "key-file")


def test_a_key_store_that_is_not_there_is_told_so(table: str) -> None:
    """By the database and the schema, and without a password."""
    with pytest.raises(KeysError, match="there is no key store in schema keys_"):
        key_table(table)


def test_a_role_that_may_read_the_record_reads_no_key(
    empty: str, table: str, key_file: Path, database: str
) -> None:
    """The key store's schema is its owner's."""
    init_postgres(empty, sealed=True)
    role = f"clerk_{uuid4().hex[:8]}"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(role)))
        try:
            schema = table.rpartition("schema=")[2]
            connection.execute(SQL("SET ROLE {}").format(Identifier(role)))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(SQL("SELECT * FROM {}.sealed_keys").format(Identifier(schema)))
            connection.execute("RESET ROLE")
        finally:
            connection.execute(SQL("DROP ROLE {}").format(Identifier(role)))
    assert key_file.exists()


def test_the_command_line_uses_keys_on_a_server(empty: str, table: str, tmp_path: Path) -> None:
    """With both options, which say where they are."""
    at = ("--store", empty, "--keys", table, "--key-file", str(tmp_path / "key-file"))
    made = typed("keys", "init", *at)
    assert "schema keys_" in made.stdout
    assert "postgresql://" not in made.output
    typed("db", "init", *at)
    applied = typed("apply", "-", *at, stdin=lines(RECEIPT, REPORT))
    assert "AgencyReportFiled" in applied.stdout, applied.output
    assert document(typed("keys", "check", *at, "--json"))["by_epoch"] == {"1": 3}
    with connected(empty) as connection:
        (states,) = connection.execute(
            "SELECT string_agg(encode(state, 'escape'), '') FROM stored_events"
        ).fetchone() or ("",)
    assert CANARY not in states
    refused = typed("apply", "-", "--store", empty, stdin=lines({**RECEIPT, "case": "KM-2"}))
    assert refused.exit_code == 1
    assert "without its keys, which were not given" in refused.stderr


def test_no_new_keys_are_made_for_a_store_on_a_server_whose_own_are_lost(
    empty: str, table: str, tmp_path: Path
) -> None:
    """They are to be brought back; the message shows no address."""
    init_postgres(empty, sealed=True)
    at = ("--store", empty, "--keys", table, "--key-file", str(tmp_path / "key-file"))
    refused = typed("keys", "init", *at)
    assert refused.exit_code == 2
    assert "is a sealed store, and its keys are missing" in refused.stderr
    assert "postgresql://" not in refused.output
    assert not (tmp_path / "key-file").exists()


def test_a_new_store_on_a_server_is_sealed_unless_asked_otherwise(
    empty: str, table: str, tmp_path: Path
) -> None:
    """It has to be said where its keys are to be: beside a server no place is."""
    nowhere = typed("db", "init", "--store", empty)
    assert nowhere.exit_code == 2
    assert "give --keys and --key-file or, for a trial only, --unsealed" in nowhere.stderr
    at = ("--store", empty, "--keys", table, "--key-file", str(tmp_path / "key-file"))
    made = typed("db", "init", *at)
    assert "Its words are sealed with the keys in schema keys_" in made.stderr, made.output
    assert "AgencyReportFiled" in typed("apply", "-", *at, stdin=lines(RECEIPT, REPORT)).stdout


def test_of_a_store_on_a_server_that_is_there_no_keys_are_asked_nor_made(
    empty: str, tmp_path: Path
) -> None:
    """Whether it is sealed or not: what a newer version needs is added, and no more."""
    init_postgres(empty, sealed=True)
    again = typed("db", "init", "--store", empty)
    assert (again.exit_code, "existed already" in again.stdout) == (0, True), again.output
    at = ("--keys", str(tmp_path / "keys"), "--key-file", str(tmp_path / "key-file"))
    assert typed("db", "init", "--store", empty, *at).exit_code == 0
    assert not any(tmp_path.iterdir())
