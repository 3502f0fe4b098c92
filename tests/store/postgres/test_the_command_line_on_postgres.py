"""What is asked at a terminal of a store in a file, asked of one on PostgreSQL: the same tests.

They are those of `tests/cli` that are given `where` the store is; here it is on a server.
"""

import pytest

from tests.cli.commands import test_a_calendar_of_ones_own, test_terms_that_are_not_at_hand
from tests.cli.commands.test_a_calendar_of_ones_own import own
from tests.cli.commands.test_terms_that_are_not_at_hand import left
from tests.store.postgres.same_tests import those_given

__all__ = ["left", "own", "where"]


@pytest.fixture
def where(address: str) -> str:
    """Return the address of an empty store."""
    return address


for _module in (test_a_calendar_of_ones_own, test_terms_that_are_not_at_hand):
    globals().update(those_given({"where", "left"}, _module, globals()))
