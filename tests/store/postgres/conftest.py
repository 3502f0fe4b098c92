"""A PostgreSQL server for all tests of this folder, and a schema of its own for each.

`RAPID_REVIEW_TEST_PG_DSN` names a server that runs already; else one is started, see `a_server`.
Where there is none, the tests are skipped, and say why; `RAPID_REVIEW_REQUIRE_PG=1` makes that a
failure.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest

from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.backends.postgres.datastore import SharedDatastore
from rapid_review.store.backends.postgres.log import PostgresLog, open_postgres
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.store import Store
from tests.store.a_ledger import Place as Kept
from tests.store.postgres.a_server import NOT_FOUND, Server, programs, server
from tests.store.postgres.a_store import a_schema, store_at
from tests.store.postgres.an_intruder import IntruderOnServer
from tests.store.sealing.a_sealed_place import SealedPlace


@pytest.fixture(scope="session")
def pg_programs() -> Path:
    """Return the folder of PostgreSQL's programs."""
    if found := programs():
        return found
    if os.environ.get("RAPID_REVIEW_REQUIRE_PG") == "1":
        pytest.fail(NOT_FOUND)
    pytest.skip(NOT_FOUND)


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the address of a server that all tests share."""
    if given := os.environ.get("RAPID_REVIEW_TEST_PG_DSN"):
        yield given
        return
    with server(request.getfixturevalue("pg_programs")) as shared:
        yield shared.address


@pytest.fixture
def mortal(pg_programs: Path) -> Iterator[Server]:
    """Yield a server that only this test uses, and may stop."""
    with server(pg_programs) as own:
        yield own


@pytest.fixture
def empty(database: str) -> Iterator[str]:
    """Yield the address of a schema that is not there yet, and will not be afterwards."""
    with a_schema(database, "test") as address:
        yield address


@pytest.fixture
def address(empty: str) -> str:
    """Return the address of an empty store."""
    assert init_postgres(empty, sealed=False)
    return empty


@pytest.fixture
def recorder(address: str) -> Iterator[PostgresLog]:
    """Yield an empty store, open."""
    opened = open_postgres(address)
    with closing(opened.datastore):
        yield opened


@pytest.fixture(params=["both", "neither", "the first", "the second"])
def writers(
    address: str, request: pytest.FixtureRequest
) -> Iterator[tuple[PostgresLog, PostgresLog]]:
    """Yield two writers to one store: which of them call the function that appends, if any does.

    The other opened the store before `db init` was asked again, and locks by itself.
    """
    calls = {"both": (True, True), "neither": (False, False), "the first": (True, False)}
    with ExitStack() as opened:
        one, other = (
            PostgresLog(
                opened.enter_context(closing(SharedDatastore(Place.at(address)))), appends=appends
            )
            for appends in calls.get(request.param, (False, True))
        )
        yield one, other


@pytest.fixture
def table(database: str) -> Iterator[str]:
    """Yield the address of a schema for keys, apart from the record's."""
    with a_schema(database, "keys") as address:
        yield address


@pytest.fixture(params=["on a server", "sealed on a server"])
def stores(
    empty: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Store, Store]]:
    """Return two handles on one empty store, as two processes would have them.

    What says something twice is the same whether words are sealed or not; where they are, their
    keys are on the server too, in a schema of their own.
    """
    if not request.param.startswith("sealed"):
        assert init_postgres(empty, sealed=False)
        with store_at(empty) as one, store_at(empty) as other:
            yield one, other
        return
    table, key_file = request.getfixturevalue("table"), tmp_path / "key"
    make_keys(table, key_file)
    assert init_postgres(empty, sealed=True)
    with (
        closing(Store.on_postgres(empty, keys=keys_at(table, key_file))) as one,
        closing(Store.on_postgres(empty, keys=keys_at(table, key_file))) as other,
    ):
        yield one, other


@pytest.fixture
def kept(empty: str, table: str, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store whose words are sealed, open with its keys, all on the server."""
    make_keys(table, tmp_path / "key")
    assert init_postgres(empty, sealed=True)
    with closing(Store.on_postgres(empty, keys=keys_at(table, tmp_path / "key"))) as store:
        yield store


@pytest.fixture
def store(stores: tuple[Store, Store]) -> Store:
    """Return an empty store."""
    return stores[0]


@pytest.fixture
def place(address: str, tmp_path: Path) -> Kept:
    """Return an empty store, and the person who owns its schema."""
    return Kept(
        partial(Store.on_postgres, address, unsealed=True), IntruderOnServer(address), tmp_path
    )


@pytest.fixture
def sealed(empty: str, tmp_path: Path) -> SealedPlace:
    """Return an empty store whose words are sealed, and the person who owns its schema."""
    assert init_postgres(empty, sealed=True)
    there = SealedPlace(
        lambda keys: Store.on_postgres(empty, keys=keys), IntruderOnServer(empty), tmp_path
    )
    there.make_keys()
    return there
