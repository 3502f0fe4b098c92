"""What is asked at a terminal of a store in a file, asked of one on PostgreSQL: the same tests.

They are those of `tests/cli` that are given `where` the store is; here it is on a server.
"""

from pathlib import Path

import pytest

from rapid_review.cli.keys import KEY_FILE, KEYS
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.sealing.opening import make_keys
from tests.cli.commands import test_a_calendar_of_ones_own, test_terms_that_are_not_at_hand
from tests.cli.commands.test_a_calendar_of_ones_own import own
from tests.cli.commands.test_terms_that_are_not_at_hand import left
from tests.store.postgres.same_tests import those_given

__all__ = ["left", "own", "where"]


@pytest.fixture
def where(empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of an empty store, whose words are sealed as those of a file are."""
    keys, key_file = tmp_path / "rapid-review.keys", tmp_path / "rapid-review.key-file"
    make_keys(keys, key_file)
    monkeypatch.setenv(KEYS, str(keys))
    monkeypatch.setenv(KEY_FILE, str(key_file))
    init_postgres(empty, sealed=True)
    return empty


for _module in (test_a_calendar_of_ones_own, test_terms_that_are_not_at_hand):
    globals().update(those_given({"where", "left"}, _module, globals()))
