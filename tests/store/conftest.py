"""What the tests of the record are given: a store of either kind, and two handles on one."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from rapid_review.store.sealing.opening import keys_at, keys_in_memory, make_keys
from rapid_review.store.store import Store
from tests.store.a_ledger import IntruderInFile, Place
from tests.store.sealing.a_sealed_place import SealedPlace


@pytest.fixture(params=["in memory", "in a file", "sealed in memory", "sealed in a file"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Return two handles on one empty store; in a file, as two processes would have them.

    What says something twice is the same whether words are sealed or not.
    """
    is_sealed = request.param.startswith("sealed")
    if request.param.endswith("in memory"):
        with closing(Store.in_memory(keys_in_memory() if is_sealed else None)) as made:
            yield made, made
        return
    path, keys, key_file = (tmp_path / name for name in ("record.db", "keys.db", "key"))
    if is_sealed:
        make_keys(keys, key_file)

    def handle() -> Store:
        at_hand = keys_at(keys, key_file) if is_sealed else None
        return Store.on_sqlite(path, keys=at_hand, unsealed=not is_sealed)

    with closing(handle()) as one, closing(handle()) as other:
        yield one, other


@pytest.fixture
def store(stores: tuple[Store, Store]) -> Store:
    """Return an empty store of either kind."""
    return stores[0]


@pytest.fixture
def table(tmp_path: Path) -> str:
    """Return where a key store is to be; none is there."""
    return str(tmp_path / "keys.db")


@pytest.fixture
def kept(sealed: SealedPlace) -> Iterator[Store]:
    """Return an empty store whose words are sealed, open with its keys."""
    with closing(sealed.opened(sealed.keys())) as store:
        yield store


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return an empty store in a file, and the person who owns the file."""
    path = tmp_path / "record.db"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    return Place(partial(Store.on_sqlite, path, unsealed=True), IntruderInFile(path), elsewhere)


@pytest.fixture
def sealed(tmp_path: Path) -> SealedPlace:
    """Return an empty store whose words are sealed, and the owner of its file."""
    path = tmp_path / "record.db"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    there = SealedPlace(
        lambda keys: Store.on_sqlite(path, keys=keys), IntruderInFile(path), elsewhere
    )
    there.make_keys()
    return there
