"""What the tests of the HTTP interface are given: a service over a sealed store, or two."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.postgres.conftest import (
    database,
    empty,
    pg_programs,
    table,
)
from tests.web.http.a_service import Asked, Place, place_in, place_on, served

__all__ = ["database", "empty", "pg_programs", "table"]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Asked]:
    """Yield a service over an empty store in a file, in which everybody may do everything."""
    with served(tmp_path) as made:
        yield made


@pytest.fixture(params=["in a file", "on a server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Return a place for a store, of either kind."""
    if request.param == "in a file":
        return place_in(tmp_path)
    server, keys = (request.getfixturevalue(one) for one in ("empty", "table"))
    return place_on(server, keys, tmp_path)


@pytest.fixture
def services(place: Place, tmp_path: Path) -> Iterator[tuple[Asked, Asked]]:
    """Yield two services over one store, as two processes would have them."""
    with served(tmp_path, place=place) as one, served(tmp_path, place=place) as other:
        yield one, other
