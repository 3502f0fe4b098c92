"""Opening a store on a server: only our own schemas are, and no setting comes from elsewhere."""

import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

import psycopg
import pytest
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo
from psycopg.sql import SQL, Identifier

from rapid_review.domain.errors import InvalidInputError, KeysError, RecordError, StorageError
from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.backends.postgres.datastore import SharedDatastore
from rapid_review.store.backends.postgres.log import open_postgres
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.backends.postgres.statements import SEALED_LAYOUT
from rapid_review.store.store import Store
from rapid_review.store.writing.partnerships import Partnerships
from tests.domain.a_review import INFORM, KENT, RECEIVE
from tests.store.a_record import CASE, kent_in, send_all
from tests.store.postgres.a_server import Server
from tests.store.postgres.a_store import connected, rows_at, store_at

made_unsealed = partial(init_postgres, sealed=False)

# --- Making one


def test_a_store_is_not_opened_before_it_is_made(empty: str) -> None:
    """A mistyped schema would otherwise read as a partnership without a case."""
    with pytest.raises(RecordError, match=r"there is no store in schema .*`rapid-review db init`"):
        open_postgres(empty)
    assert tables_in(empty) == set()


def test_a_store_is_made_once(empty: str) -> None:
    """Asked again, `db init` leaves it as it is, with what it holds."""
    assert init_postgres(empty, sealed=False) is True
    with store_at(empty) as store:
        send_all(kent_in(store), RECEIVE)
    assert init_postgres(empty, sealed=False) is False
    assert len(rows_at(empty)) == 4


def test_one_whose_words_are_not_sealed_opens_for_reading(address: str) -> None:
    """As a file does; for a trial it is to be said that it is recorded in."""
    with store_at(address) as store:
        send_all(kent_in(store), RECEIVE)
    rows = rows_at(address)
    with closing(Store.on_postgres(address)) as store:
        assert len(kent_in(store).history(CASE)) == len(rows)
        with pytest.raises(KeysError, match="`rapid-review db seal OLD NEW`"):
            send_all(kent_in(store), INFORM)
    assert rows_at(address) == rows


def test_a_store_may_be_made_in_an_empty_schema_that_is_there(empty: str) -> None:
    """An administrator made it, and the user may make nothing but tables in it."""
    with connected(empty) as connection:
        schema = Identifier(Place.at(empty).schema)
        connection.execute(SQL("CREATE SCHEMA {}").format(schema))
    assert init_postgres(empty, sealed=False)


def test_opening_makes_nothing(address: str) -> None:
    """The library would make its type and its function each time."""
    before = tables_in(address)
    recorder = open_postgres(address)
    recorder.create_table()
    recorder.datastore.close()
    with store_at(address) as store:
        send_all(kent_in(store), RECEIVE)
    assert tables_in(address) == before


@pytest.mark.parametrize("isolation", ["read%5C%20committed", "serializable"])
@pytest.mark.parametrize("rounds", [2, pytest.param(40, marks=pytest.mark.faults)])
def test_four_that_make_a_store_at_once_make_one(empty: str, rounds: int, isolation: str) -> None:
    """None crashes and one of them made it, whatever the server's usual isolation is."""
    theirs = f"{empty}&options=-c%20default_transaction_isolation%3D{isolation}"
    for _ in range(rounds):
        made: list[bool] = []
        start = threading.Barrier(4)

        def make(made: list[bool] = made, start: threading.Barrier = start) -> None:
            start.wait()
            made.append(init_postgres(theirs, sealed=False))

        threads = [threading.Thread(target=make) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(made) == [False, False, False, True]
        with connected(empty) as connection:
            schema = Identifier(Place.at(empty).schema)
            connection.execute(SQL("DROP SCHEMA {} CASCADE").format(schema))


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
@pytest.mark.parametrize("act", [made_unsealed, open_postgres])
def test_a_database_that_cannot_keep_every_word_is_refused(
    mortal: Server, encoding: str, act: Callable[[str], object]
) -> None:
    """A store in it would be made, and no command could then be read or written."""
    address = mortal.address.replace("/postgres?", "/elsewhere?")
    with connected(mortal.address) as connection:
        connection.execute(
            f"CREATE DATABASE elsewhere ENCODING '{encoding}' TEMPLATE template0 "
            "LC_COLLATE 'C' LC_CTYPE 'C'".encode()
        )
    with pytest.raises(StorageError, match=rf"encoding is {encoding}, .* ENCODING 'UTF8'"):
        act(address)
    assert tables_in(address) == set()


# --- Schemas of others


def a_table_of_others(address: str) -> None:
    """Make a table that another program might have."""
    with connected(address) as connection:
        schema = Identifier(Place.at(address).schema)
        connection.execute(SQL("CREATE SCHEMA {}").format(schema))
        connection.execute("CREATE TABLE minutes (words text)")


def a_store_of_the_library(address: str) -> None:
    """Make the tables that `eventsourcing` makes for any application."""
    place = Place.at(address)
    with connected(address) as connection:
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(place.schema)))
    with closing(SharedDatastore(place)) as datastore:
        PostgresApplicationRecorder(datastore).create_table()


def a_newer_store(address: str) -> None:
    """Make a store of the layout after this one."""
    init_postgres(address, sealed=False)
    with connected(address) as connection:
        connection.execute(
            "COMMENT ON TABLE stored_events IS "
            f"'rapid-review store, layout {SEALED_LAYOUT + 1}'".encode()
        )


@pytest.mark.parametrize("act", [open_postgres, made_unsealed])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (a_table_of_others, "contains the tables of another program.* nothing was written to it"),
        (
            a_store_of_the_library,
            "contains the tables of another program.* nothing was written to it",
        ),
        (
            a_newer_store,
            f"contains a rapid-review store of layout {SEALED_LAYOUT + 1}; this version reads",
        ),
    ],
)
def test_a_schema_of_others_is_refused_and_left_as_it_was(
    empty: str, make: Callable[[str], None], words: str, act: Callable[[str], object]
) -> None:
    """Neither opened nor added to; the message says what else to do."""
    make(empty)
    before = tables_in(empty)
    with pytest.raises(RecordError, match=rf"^schema {Place.at(empty).schema} of .* {words}"):
        act(empty)
    assert tables_in(empty) == before


def tables_in(address: str) -> set[tuple[Any, ...]]:
    """Return whatever there is in a schema, with its mark."""
    with connected(address) as connection:
        return set(
            connection.execute(
                "SELECT relname, relkind, obj_description(pg_class.oid, 'pg_class') "
                "FROM pg_class WHERE relnamespace::regnamespace::text = quote_ident(%(schema)s) "
                "UNION SELECT proname, 'f', NULL "
                "FROM pg_proc WHERE pronamespace::regnamespace::text = quote_ident(%(schema)s)",
                {"schema": Place.at(address).schema},
            ).fetchall()
        )


# --- Addresses


def test_a_schema_may_have_any_name(database: str) -> None:
    """Given apart from the address too."""
    name = 'Kent & "Medway"; DROP'
    try:
        assert init_postgres(database, name, sealed=False)
        with closing(open_postgres(database, name).datastore):
            pass
        encoded = "Kent%20%26%20%22Medway%22%3B%20DROP"
        separator = "&" if "?" in database else "?"
        with store_at(f"{database}{separator}schema={encoded}") as store:
            assert len(send_all(kent_in(store), RECEIVE, INFORM)) == 5
    finally:
        with psycopg.connect(database) as connection:
            connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))


@pytest.mark.parametrize(
    ("address", "schema"),
    [
        ("postgresql://me@db.example:5433/cases", "rapid_review"),
        ("postgresql://me@db.example:5433/cases?schema=kent", "kent"),
        ("postgres://me@db.example:5433/cases?sslmode=require&schema=kent", "kent"),
        ("postgresql://me@db.example:5433/cases?schema=kent&sslmode=require", "kent"),
        ("postgresql://me:p%3Fw@db.example:5433/cases?schema=kent", "kent"),
        ("host=db.example port=5433 dbname=cases user=me password=what?", "rapid_review"),
    ],
)
def test_an_address_names_a_schema_of_a_database(address: str, schema: str) -> None:
    """As PostgreSQL writes addresses, and with the schema among its settings."""
    place = Place.at(address)
    assert str(place) == f"schema {schema} of the PostgreSQL database cases at db.example:5433"
    assert ("sslmode=require" in place.connection) is ("sslmode=require" in address)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql:///cases?user=me", "names no host\\. Name them all"),
        ("postgresql://db.example/cases", "names no user\\. Name them all"),
        ("postgresql://me@db.example", "names no database\\. Name them all"),
        ("postgresql://", "names no host and no user and no database\\. Name"),
        ("record.db", "is not valid; allowed: postgresql://"),
        ("postgresql://me:canary%zz@db.example/cases", "is not valid; .* of a password"),
        ("postgresql://me@db.example/cases?canary=1", "is not valid; allowed: postgresql://"),
    ],
)
def test_an_address_that_leaves_something_open_is_refused(address: str, words: str) -> None:
    """Nothing is guessed, or taken from the environment; a password is not repeated."""
    with pytest.raises(InvalidInputError, match=words) as raised:
        open_postgres(address)
    assert "canary" not in str(raised.value)


def test_no_setting_is_taken_from_the_environment(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither PostgreSQL's own, every one of which would make it fail, nor the library's."""
    theirs = {option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar}
    assert {"PGHOST", "PGPORT", "PGUSER", "PGOPTIONS", "PGSSLMODE"} < theirs
    for name in theirs - {"PGSERVICE"}:  # a name of a file's section; that cannot be left out
        monkeypatch.setenv(name, "nonsense")
    for name, value in {
        "PERSISTENCE_MODULE": "eventsourcing.popo",
        "POSTGRES_DBNAME": "elsewhere",
        "POSTGRES_SCHEMA": "elsewhere",
        "POSTGRES_ENABLE_DB_FUNCTIONS": "yes",
        "CREATE_TABLE": "yes",
        "ORIGINATOR_ID_TYPE": "text",
    }.items():
        monkeypatch.setenv(name, value)
    assert init_postgres(address, sealed=False) is False
    with store_at(address) as store:
        assert len(send_all(kent_in(store), RECEIVE)) == 4
        assert len(list(store.all_entries())) == 4


@pytest.mark.parametrize("said", ["", "&tcp_user_timeout=1&keepalives_idle=7200"])
def test_a_connection_to_a_machine_that_is_gone_is_given_up(said: str) -> None:
    """In less than half a minute, unless the address says otherwise."""
    connection = Place.at(f"postgresql://me@db.example/cases?schema=kent{said}").connection
    given = conninfo_to_dict(connection)
    expected = ("1", "7200") if said else ("20000", "10")
    assert (given["tcp_user_timeout"], given["keepalives_idle"]) == expected
    assert (given["keepalives_interval"], given["keepalives_count"]) == ("5", "3")


@pytest.mark.parametrize(
    "address",
    [
        "host=db.example dbname=cases user=me password=what?",
        "host=db.example dbname=cases user=me password='what?'",
        "postgresql://me:what%3F@db.example/cases",
        "postgresql://me:what%3F@db.example/cases?schema=kent",
        "postgresql://me@db.example/cases?schema=kent&password=what%3F",
        "postgresql://me@db.example/cases?password=what?",
    ],
)
def test_a_password_is_taken_whole(address: str) -> None:
    """Also where it ends in what opens the settings of an address."""
    assert "password=what? " in f"{Place.at(address).connection} "


def test_no_password_is_shown() -> None:
    """Neither where a place is named, nor where it is printed by a debugger."""
    place = Place.at("postgresql://me:canary@/cases?host=/nowhere&schema=kent")
    assert "canary" in place.connection
    assert "canary" not in f"{place} {place!r}"
    with pytest.raises(StorageError, match="at /nowhere:5432 could not be opened: ") as raised:
        open_postgres("postgresql://me:canary@/cases?host=/nowhere&schema=kent")
    assert "canary" not in str(raised.value)


# --- Rights


def test_a_worker_needs_to_own_nothing(mortal: Server) -> None:
    """To read and to add is enough; `db init` is for the person who owns."""
    own = f"{mortal.address}&schema=kent"
    theirs = own.replace("postgres@", "worker@")
    with connected(own) as connection:
        connection.execute("CREATE ROLE worker LOGIN")
    with pytest.raises(StorageError, match="could not be made: permission denied for database"):
        init_postgres(theirs, sealed=False)
    init_postgres(own, sealed=False)
    with connected(own) as connection:
        connection.execute("GRANT USAGE ON SCHEMA kent TO worker")
        connection.execute("GRANT SELECT ON stored_events TO worker")
        with (
            store_at(theirs) as store,
            pytest.raises(StorageError, match="written: permission denied for table"),
        ):
            send_all(kent_in(store), RECEIVE)
        connection.execute("GRANT INSERT ON stored_events TO worker")
    assert init_postgres(theirs, sealed=False) is False
    with store_at(theirs) as store:
        assert len(send_all(kent_in(store), RECEIVE)) == 4


def test_anyone_who_owns_a_store_says_whose_it_is_and_every_worker_hears_it(
    mortal: Server,
) -> None:
    """Also of a store of before there was a list: `db init` makes the table, and grants it."""
    own = f"{mortal.address}&schema=kent"
    theirs = own.replace("postgres@", "worker@")
    init_postgres(own, sealed=False)
    with connected(own) as connection:
        connection.execute("DROP TABLE partnerships")
        connection.execute("CREATE ROLE worker LOGIN")
        connection.execute("GRANT USAGE ON SCHEMA kent TO worker")
        connection.execute("GRANT SELECT ON stored_events TO worker")
    with store_at(theirs) as store:
        assert Partnerships(store.opened).listed() == ()
    assert init_postgres(own, sealed=False) is False
    with store_at(own) as store, store_at(theirs) as worker:
        Partnerships(store.opened).add(KENT)
        (listed,) = Partnerships(worker.opened).listed()
        assert (listed.partnership, listed.digest) == ("kent-and-medway", KENT.digest)
        with pytest.raises(StorageError, match="written: permission denied for table"):
            Partnerships(worker.opened).add(KENT)
