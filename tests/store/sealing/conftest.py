"""A folder with keys, and the keys in it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_at, make_keys
from tests.store.sealing.a_sealed_store import KEY_FILE, KEYS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a key store and a key file."""
    make_keys(tmp_path / KEYS, tmp_path / KEY_FILE)
    return tmp_path


@pytest.fixture
def keys(folder: Path) -> Iterator[Keys]:
    """Open the keys in the folder."""
    with closing(keys_at(folder / KEYS, folder / KEY_FILE)) as opened:
        yield opened
