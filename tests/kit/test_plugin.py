"""The plugin for pytest: off unless asked for, and then a profile and four fixtures."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

import rapid_review
from rapid_review.testing import plugin

SOURCE: Final = Path(rapid_review.__file__).parents[1]
USES: Final = """
from datetime import datetime

from hypothesis import settings

def test_fixtures(rapid_reviews, rapid_review_terms, rapid_review_calendar, rapid_review_clock):
    assert rapid_reviews.references() == ()
    assert rapid_reviews.terms is rapid_review_terms
    assert rapid_review_calendar.id == rapid_review_terms.calendar
    assert isinstance(rapid_review_clock(), datetime)

def test_profile():
    assert settings.default.max_examples == 200
    assert settings.default.derandomize
"""
OFF: Final = """
import sys

def test_nothing_is_loaded():
    assert "rapid_review.domain" not in sys.modules
    assert "rapid_review.testing.plugin" in sys.modules
"""


def ran(folder: Path, text: str, *options: str, ini: str = "") -> tuple[int, str]:
    """Run a file of tests in a process and a folder of its own; return how it ended, and said."""
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text(f"[pytest]\n{ini}\n", encoding="utf-8")
    one = subprocess.run(  # noqa: S603 - our own interpreter
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            plugin.__name__,
            *options,
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    return one.returncode, one.stdout + one.stderr


@pytest.mark.parametrize(("option", "ini"), [("--rapid-review=ci", ""), ("", "rapid_review = ci")])
def test_asked_for_it_brings_a_profile_and_fixtures(option: str, ini: str, tmp_path: Path) -> None:
    """By an option or by a setting."""
    code, said = ran(tmp_path, USES, *filter(None, [option]), ini=ini)
    assert code == 0, said
    assert "2 passed" in said


def test_unasked_it_does_nothing_and_loads_nothing(tmp_path: Path) -> None:
    """The person who has the library for something else feels nothing of it."""
    code, said = ran(tmp_path, OFF)
    assert code == 0, said


def test_a_profile_that_there_is_not_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    """And no test is run."""
    code, said = ran(tmp_path, OFF, ini="rapid_review = fast")
    assert code == 4
    assert "found 'fast'; allowed: dev, ci, thorough" in said


def test_pytest_finds_it_where_the_library_is_installed() -> None:
    """By the entry point under which pytest looks for plugins."""
    project = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    (module,) = project["project"]["entry-points"]["pytest11"].values()
    assert module == plugin.__name__
