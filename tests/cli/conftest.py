"""What the tests of every command are given."""

from pathlib import Path

import pytest

from tests.cli.a_terminal import RECEIPT, REPORT, lines, typed
from tests.cli.commands.an_audited_store import ORIGIN
from tests.cli.every_command import all_that_is_read


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all that any command reads."""
    folder = tmp_path_factory.mktemp("whole")
    all_that_is_read(folder)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return where a store is made; none is there."""
    return str(tmp_path / "rapid-review.db")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def here(folder: Path) -> Path:
    """Work in a folder with a store of one case, and a log's key beside it."""
    typed("apply", "-", stdin=lines(RECEIPT, REPORT))
    assert typed("audit", "key", "--origin", ORIGIN).exit_code == 0
    return folder
