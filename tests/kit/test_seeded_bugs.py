"""Thirty bugs, each of which one law of the kit finds; and without a bug the laws are quiet."""

from pathlib import Path
from typing import Final

import pytest

from tests.kit.bugs_in_rules import IN_RULES
from tests.kit.bugs_in_sealing import IN_SEALING, TO_COME
from tests.kit.bugs_in_the_store import IN_THE_STORE
from tests.kit.seeded_bugs import BUGS, asked, found
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


def test_there_are_ten_of_each_kind_and_each_has_its_own_name() -> None:
    """Those of subscriptions and of the web layer are named, and wait for their parts."""
    assert [len(some) for some in (IN_RULES, IN_THE_STORE, IN_SEALING)] == [10, 10, 10]
    assert len({bug.name for bug in BUGS}) == len(BUGS)
    assert all(len(some) >= 3 for some in TO_COME.values())


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_page_names_each_bug_with_what_it_does_and_its_law(bug: Bug) -> None:
    """A row for each, so that anyone who relies on the kit sees what it was tried on."""
    suite, law = bug.law.split(".")
    row = f"| {bug.does} | `{suite}` | `{law}` |"
    assert row in PAGE.read_text(encoding="utf-8")
