"""What these tests are given: a store in a file that commits commands together."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.store import Store


@pytest.fixture(params=["in a file", "sealed in a file"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Return two handles on one empty store, as two processes would have them."""
    is_sealed = request.param.startswith("sealed")
    path, keys, key_file = (tmp_path / name for name in ("record.db", "keys.db", "key"))
    if is_sealed:
        make_keys(keys, key_file)

    def handle() -> Store:
        at_hand = keys_at(keys, key_file) if is_sealed else None
        return Store.on_sqlite(path, keys=at_hand, unsealed=not is_sealed, commits_together=True)

    with closing(handle()) as one, closing(handle()) as other:
        yield one, other


@pytest.fixture
def store(stores: tuple[Store, Store]) -> Store:
    """Return an empty store, sealed or not."""
    return stores[0]
