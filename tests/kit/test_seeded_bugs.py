"""Seeded bugs, each of which one law of the kit finds; and without a bug the laws are quiet."""

from pathlib import Path
from typing import Final

import pytest

from tests.kit.seeded_bugs import BUGS, SUITES, asked, found
from tests.kit.seeding import Bug

PAGE: Final = Path(__file__).parents[2] / "docs/how-to/test-what-you-build.md"


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_seeded_bug_is_found_by_its_law(bug: Bug, tmp_path: Path) -> None:
    """With the kit's own number of examples, which are the same at each run."""
    assert isinstance(found(bug, tmp_path), AssertionError)


@pytest.mark.parametrize("law", sorted({bug.law for bug in BUGS}))
def test_without_a_bug_the_law_is_quiet(law: str, tmp_path: Path) -> None:
    """So what it finds is the bug."""
    asked(law, tmp_path)


def test_each_bug_has_its_own_name() -> None:
    """And all of them are asked, of every part."""
    assert len({bug.name for bug in BUGS}) == len(BUGS) == 38
    assert {bug.law.partition(".")[0] for bug in BUGS} == SUITES.keys()


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_page_names_each_bug_with_what_it_does_and_its_law(bug: Bug) -> None:
    """A row for each, so that anyone who relies on the kit sees what it was tried on."""
    suite, law = bug.law.split(".")
    row = f"| {bug.does} | `{suite}` | `{law}` |"
    assert row in PAGE.read_text(encoding="utf-8")
