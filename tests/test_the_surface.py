"""What the package shows of itself: to `help`, to completion, to a type checker, on its pages."""

import ast
import pydoc
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import rapid_review

ROOT: Final = Path(__file__).parent.parent
STABILITY: Final = ROOT / "docs" / "reference" / "stability.md"


@pytest.mark.parametrize("name", rapid_review.__all__)
def test_what_is_listed_is_there(name: str) -> None:
    """Each public name can be had; one that is not public cannot."""
    assert getattr(rapid_review, name)


def test_a_name_that_is_not_there_is_told_so() -> None:
    """As of any module."""
    with pytest.raises(AttributeError, match="has no attribute 'RapidReview'"):
        assert rapid_review.RapidReview  # type: ignore[attr-defined]


def test_help_shows_what_there_is() -> None:
    """Before anything was loaded: asked of a fresh interpreter."""
    listing = "import rapid_review; print(*dir(rapid_review))"
    shown = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", listing], check=True, capture_output=True, text=True
    )
    assert set(rapid_review.__all__) <= set(shown.stdout.split())
    told = pydoc.plain(pydoc.render_doc(rapid_review))
    for name in set(rapid_review.__all__) - {"__version__"}:
        assert f"    class {name}" in told


def test_the_type_checkers_know_the_names_that_are_listed() -> None:
    """And no others: what `help` shows and what they accept are the same."""
    tree = ast.parse((ROOT / "src" / "rapid_review" / "__init__.py").read_text(encoding="utf-8"))
    known = {
        alias.name
        for block in tree.body
        if isinstance(block, ast.If)
        for line in block.body
        if isinstance(line, ast.ImportFrom)
        for alias in line.names
    }
    assert known == set(rapid_review.__all__) - {"__version__"}


def test_the_page_of_stability_lists_the_names_of_the_package() -> None:
    """In its table, and no other."""
    text = STABILITY.read_text(encoding="utf-8")
    table = text.partition("## The names of the package")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE)
    assert sorted(listed) == sorted(rapid_review.__all__)


def test_the_program_runs_where_it_is_not_on_the_path() -> None:
    """`python -m rapid_review` is `rapid-review`."""
    ran = subprocess.run(
        [sys.executable, "-m", "rapid_review", "shwo"], check=False, capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("Usage: rapid-review ")
