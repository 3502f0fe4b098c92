"""What the tests of the record are given: a store of either kind, and two handles on one."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from rapid_review.store.store import Store
from tests.store.a_ledger import IntruderInFile, Place


@pytest.fixture(params=["in memory", "in a file"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Return two handles on one empty store; in a file, as two processes would have them."""
    if request.param == "in memory":
        made = Store.in_memory()
        yield made, made
        return
    path = tmp_path / "record.db"
    with closing(Store.on_sqlite(path)) as one, closing(Store.on_sqlite(path)) as other:
        yield one, other


@pytest.fixture
def store(stores: tuple[Store, Store]) -> Store:
    """Return an empty store of either kind."""
    return stores[0]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return an empty store in a file, and whoever owns the file."""
    path = tmp_path / "record.db"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    return Place(partial(Store.on_sqlite, path), IntruderInFile(path), elsewhere)
