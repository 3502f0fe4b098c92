"""The tests of two releases on one store again, on a server: only its owner makes their tables."""

from collections.abc import Iterator

import pytest

from tests.store.postgres.a_store import store_at
from tests.store.postgres.same_tests import those_given
from tests.store.read_model import test_two_releases
from tests.store.read_model.test_two_releases import Shared, release

__all__ = ["release"]


@pytest.fixture
def shared(address: str) -> Iterator[Shared]:
    """Yield an empty store on a server."""
    with store_at(address) as store:
        yield Shared(store, address)


globals().update(those_given({"shared"}, test_two_releases, globals()))
