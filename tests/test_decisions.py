"""The decisions in `docs/adr/`: each is dated, and one that another replaced points to it."""

import re
from datetime import date
from pathlib import Path
from typing import Final

import pytest

ADR: Final = Path(__file__).parent.parent / "docs" / "adr"
PAGES: Final = sorted(ADR.glob("0*.md"))
STATUS: Final = re.compile(
    r"^Status: (?:accepted|replaced) on (\d{4}-\d{2}-\d{2})(?:; (.+))?\.$", re.MULTILINE
)


def status(page: Path) -> tuple[date, set[str]]:
    """Return when a decision was accepted or replaced, and the decisions that its status names."""
    found = STATUS.search(page.read_text(encoding="utf-8"))
    assert found, f"{page.name}: write below its kind: Status: accepted on YYYY-MM-DD."
    return date.fromisoformat(found[1]), set(re.findall(r"\((0[^)]+\.md)\)", found[2] or ""))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_a_decision_has_its_number_its_status_and_its_day(page: Path) -> None:
    """In its heading and below its kind."""
    number = page.name.partition("-")[0]
    assert page.read_text(encoding="utf-8").startswith(f"# {number}: ")
    day, _ = status(page)
    assert day >= date(2026, 11, 23)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_what_replaces_and_what_is_replaced_point_to_each_other(page: Path) -> None:
    """Anyone who reads the earlier one must learn that it holds no more, or not in all."""
    for other in status(page)[1]:
        assert page.name in status(ADR / other)[1], f"{other} does not point back to {page.name}"


def test_no_number_is_given_twice() -> None:
    """Code and pages cite a decision by its number."""
    numbers = [page.name.partition("-")[0] for page in PAGES]
    assert numbers == sorted(set(numbers))
