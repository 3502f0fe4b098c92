"""What handles keys, records, erases or delivers entries is killed at each step, on a server.

The same tests as of files: record and keys are in two schemas of a database, of which each process
is given a copy of its own. What a server does of a transaction whose client is gone is its own.
"""

from pathlib import Path

import pytest

from tests.faults import (
    test_killed_while_erasing,
    test_killed_while_handling,
    test_killed_with_keys,
)
from tests.faults.places import on_server
from tests.faults.test_killed_with_keys import before
from tests.store.postgres.a_server import Server
from tests.store.postgres.same_tests import those_given

__all__ = ["before"]


@pytest.fixture
def where(tmp_path: Path, mortal: Server) -> Path:
    """Return a folder whose store and keys are on a server."""
    folder = tmp_path / "before"
    folder.mkdir()
    on_server(folder, mortal.address)
    return folder


for _module in (test_killed_with_keys, test_killed_while_erasing, test_killed_while_handling):
    globals().update(those_given({"where", "before"}, _module, globals()))
