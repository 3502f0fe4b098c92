"""The arrows between packages point one way, and the pure part stays light to import.

The contracts are written, each with its reason, under `[tool.importlinter]` in `pyproject.toml`.
"""

import subprocess
import sys
from pathlib import Path

import pytest

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


def test_every_arrow_points_inwards() -> None:
    """No contract between the packages is broken; if one is, the output names the import."""
    # In a process of its own: the command silences every logger that there is before it.
    linter = Path(sys.executable).with_name("lint-imports")
    linted = subprocess.run(  # noqa: S603 - the linter beside our own interpreter
        [linter, "--config", PYPROJECT, "--no-cache", "--no-logo"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("statement", ["import rapid_review", "from rapid_review.domain import *"])
def test_the_rules_come_without_store_calendar_library_or_command_line(statement: str) -> None:
    """A platform may ask the rules over its own store, and loads nothing else for it."""
    assert not packages_loaded_by(statement) & NEEDED_ONLY_AT_THE_EDGES


def test_the_web_is_loaded_by_anyone_who_asks_for_it_and_brings_no_database_driver() -> None:
    """The package itself knows no Starlette; the HTTP interface opens no database."""
    assert "starlette" not in packages_loaded_by("import rapid_review; rapid_review.RapidReviews")
    assert "starlette" not in packages_loaded_by("import rapid_review.wire, rapid_review.cli")
    loaded = packages_loaded_by("import rapid_review.web, rapid_review.web.http")
    assert "starlette" in loaded
    assert not loaded & {"django", "fastapi", "jinja2", "litestar", "psycopg", "uvicorn"}


def test_without_its_extra_the_http_interface_says_how_to_install_it() -> None:
    """In one plain line, and not by the name of a module that is not there."""
    without = "import sys; sys.modules['starlette'] = None; import rapid_review.web.http"
    interpreter = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", without], capture_output=True, check=False, text=True
    )
    said = interpreter.stderr.splitlines()[-1]
    assert said.startswith("ImportError: the HTTP interface needs Starlette: pip install ")
    assert "[web]" in said
