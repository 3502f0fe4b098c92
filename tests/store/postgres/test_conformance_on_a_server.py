"""The suites over a store on a server, sealed or not, and over broken ones, which they find."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from rapid_review.store import RapidReviews
from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.backends.postgres.statements import in_schema
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.store import Store
from rapid_review.testing.conformance import StoreConformance
from rapid_review.testing.delivery import LibraryDelivery, Trouble
from rapid_review.testing.delivery import Opens as Deliveries
from rapid_review.testing.entry_store import LibraryStore, Opens
from rapid_review.testing.sealed_handle import Sealed
from rapid_review.testing.sealing_conformance import Opens as SealedOpens
from rapid_review.testing.sealing_conformance import SealingConformance
from rapid_review.testing.subscription_conformance import SubscriptionConformance
from rapid_review.testing.wiring import Clock
from tests.domain.a_review import KENT
from tests.kit.broken_stores import BREAKINGS, Whole
from tests.kit.test_stores import must_be_found


class TestOnAServer(StoreConformance):
    """A schema on a PostgreSQL server, and the person who owns it."""

    address: str

    @pytest.fixture(autouse=True)
    def _on_a_server(self, address: str) -> None:
        self.address = address

    def opens(self, folder: Path) -> Opens:
        """Return what opens the schema."""
        del folder
        address = self.address
        return lambda: LibraryStore(Store.on_postgres(address, unsealed=True))

    def alterations(self, folder: Path) -> Iterable[Callable[[], object]]:
        """Return statements to the schema."""
        del folder
        return [
            partial(asked, self.address, "UPDATE {schema}.stored_events SET state = ''"),
            partial(asked, self.address, "DELETE FROM {schema}.stored_events"),
            partial(asked, self.address, "TRUNCATE {schema}.stored_events"),
        ]


class TestSealedOnAServer(SealingConformance):
    """A record and its keys in two schemas on a server; key file and access log are files."""

    empty: str
    table: str

    @pytest.fixture(autouse=True)
    def _on_a_server(self, empty: str, table: str) -> None:
        self.empty, self.table = empty, table

    def opens(self, folder: Path, clock: Clock) -> SealedOpens:
        """Return what opens both, and the access log in a file."""
        where, keys, key_file = self.empty, self.table, folder / "key"
        for one in (keys, folder / "access-keys.db"):
            make_keys(one, key_file)
        assert init_postgres(where, sealed=True)

        def opened() -> Sealed:
            record = Store.on_postgres(where, keys=keys_at(keys, key_file))
            own = keys_at(folder / "access-keys.db", key_file)
            access = Store.on_sqlite(folder / "access.db", keys=own)
            return Sealed.of(record, access, terms=KENT, clock=clock)

        return opened


class TestFollowedOnAServer(SubscriptionConformance):
    """A subscription on a server, and two who deliver."""

    address: str

    @pytest.fixture(autouse=True)
    def _on_a_server(self, address: str) -> None:
        self.address = address

    def opens(self, folder: Path, clock: Clock, trouble: Trouble) -> Deliveries:
        """Return what opens the schema."""
        del folder
        address = self.address

        def opened() -> LibraryDelivery:
            store = Store.on_postgres(address, unsealed=True)
            return LibraryDelivery(store, RapidReviews(store, terms=KENT, clock=clock), trouble)

        return opened


def asked(address: str, statement: LiteralString) -> None:
    """Ask something of a schema, as the person who owns it may."""
    place = Place.at(address)
    with psycopg.connect(place.connection) as connection:
        connection.execute(in_schema(statement, place.schema))


def on_a_server(address: str) -> TestOnAServer:
    """Return the suite over a schema."""
    suite = TestOnAServer()
    suite.address = address
    return suite


@pytest.mark.parametrize("broken", BREAKINGS, ids=lambda one: one.__name__)
def test_a_broken_store_on_a_server_is_found(
    broken: type[Whole], address: str, tmp_path: Path
) -> None:
    """Each by the law that it breaks."""
    must_be_found(on_a_server(address), broken, tmp_path)


@pytest.mark.parametrize(
    ("law", "guard"),
    [
        ("test_nothing_that_is_stored_can_be_altered", "no_change"),
        ("test_no_version_is_left_out", "no_gap"),
    ],
)
def test_a_schema_without_its_guards_is_found(
    law: str, guard: LiteralString, address: str, tmp_path: Path
) -> None:
    """Append-only and contiguity rest on them."""
    asked(address, f"DROP TRIGGER {guard} ON {{schema}}.stored_events")
    with pytest.raises(AssertionError):
        getattr(on_a_server(address), law)(tmp_path)
