"""The arrows between packages point one way, and the pure part stays light to import.

The contracts are written, each with its reason, under `[tool.importlinter]` in `pyproject.toml`.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
NEEDED_ONLY_AT_THE_EDGES = {
    "altair",
    "click",
    "dateutil",
    "eventsourcing",
    "holidays",
    "jinja2",
    "psycopg",
    "sqlite3",
    "vl_convert",
}


def packages_loaded_by(statement: str) -> set[str]:
    """Return the top-level packages that a new interpreter has loaded after `statement`."""
    listing = f"{statement}; import sys; print(*sys.modules)"
    interpreter = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", listing], capture_output=True, check=True, text=True
    )
    return {name.partition(".")[0] for name in interpreter.stdout.split()}


def test_every_arrow_points_inwards(capsys: pytest.CaptureFixture[str]) -> None:
    """No contract between the packages is broken; if one is, the output names the import."""
    exit_code = lint_imports(config_filename=str(PYPROJECT), no_cache=True, no_logo=True)
    assert exit_code == 0, capsys.readouterr().out


@pytest.mark.parametrize("statement", ["import rapid_review", "from rapid_review.domain import *"])
def test_the_rules_come_without_store_calendar_library_or_command_line(statement: str) -> None:
    """A platform may ask the rules over its own store, and loads nothing else for it."""
    assert not packages_loaded_by(statement) & NEEDED_ONLY_AT_THE_EDGES
