"""What the tests of faults are given."""

from pathlib import Path

import pytest


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """Return an empty folder: how it is before something is done in copies of it."""
    folder = tmp_path / "before"
    folder.mkdir()
    return folder
