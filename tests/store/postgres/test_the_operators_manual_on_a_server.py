"""The operator's manual, followed on a server: the same tests."""

from pathlib import Path

import pytest

from rapid_review.cli.keys import KEY_FILE, KEYS
from tests.manuals import test_the_operators_manual
from tests.store.postgres.same_tests import those_given


@pytest.fixture
def where(empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return where the store is to be, in a schema that is not there yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(KEYS, "rapid-review.keys")
    monkeypatch.setenv(KEY_FILE, "rapid-review.key-file")
    return empty


globals().update(those_given({"where"}, test_the_operators_manual, globals()))
