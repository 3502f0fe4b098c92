"""What the tests of every command are given."""

from pathlib import Path

import pytest

from tests.cli.every_command import all_that_is_read


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all that any command reads."""
    folder = tmp_path_factory.mktemp("whole")
    all_that_is_read(folder)
    return folder
