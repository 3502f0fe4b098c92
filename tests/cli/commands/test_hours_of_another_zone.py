"""What is printed for people has the hours of the partnership's own clocks, wherever that is."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.cli.a_terminal import RECEIPT, lines, typed

SIX_SEATS: Final = Path(__file__).parents[3] / "examples/six_seats.toml"
TEAM: Final = ("--by", "pt-01:business-support:partnership-team")
OFFICER: Final = ("--by", "dpo-1:data-protection-officer:partnership-team")
LATE: Final = ("--purpose", "subject access", "--to", "dpo")
HERE: Final = "2020-06-01 06:30-02:30"
"""When `typed` runs, at nine by UTC, as the clocks of Newfoundland show it."""


@pytest.fixture(autouse=True)
def terms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Return terms of Newfoundland; there is a store of one case under them."""
    monkeypatch.chdir(tmp_path)
    text = SIX_SEATS.read_text("utf-8").replace("Europe/London", "America/St_Johns")
    Path("far.toml").write_text(text.replace("2026-01-01", "2020-01-01"), "utf-8")
    of = ("--terms", "far.toml")
    typed("permissions", "new", "rapid-review.permissions.toml", *of)
    assert typed("apply", "-", *of, stdin=lines(RECEIPT)).exit_code == 0
    return of


def test_a_case_is_shown_with_the_hour_of_its_partnership(terms: tuple[str, str]) -> None:
    """The day of a reading is by its midnight, which is not that of UTC."""
    shown = typed("show", "KM-1", *terms).stdout
    assert re.search(rf"^today +{re.escape(HERE)}$", shown, re.MULTILINE)


def test_who_read_and_who_was_refused_is_told_by_it(terms: tuple[str, str]) -> None:
    """As an officer compares it with who was in the building."""
    stranger = ("--by", "x-1:clerk:police", "--purpose", "look")
    assert typed("open", "KM-1", *stranger, *terms).exit_code == 5
    reader = ("--by", "pt-01:business-support:partnership-team", "--purpose", "minutes")
    assert typed("open", "KM-1", *reader, *terms).exit_code == 0
    assert HERE in typed("audit", "access", *terms).stdout
    assert HERE in typed("audit", "access", "--refused", *terms).stdout
    assert HERE in typed("audit", "access", "--changes", *terms).stdout


def test_what_a_person_is_told_and_what_an_order_does_not_reach_has_it(
    terms: tuple[str, str],
) -> None:
    """The page about a child says when its words were read; the plan, when they were given out."""
    page = ("disclose", "subject", "C-1", *LATE, *OFFICER, *terms)
    assert typed(*page, "-o", "about.html").exit_code == 0
    assert "1 June 2020, 06:30" in Path("about.html").read_text("utf-8")
    order = ("KM-1", "--order", "ERA-1")
    typed("erase", "propose", *order, "--whole-case", "--ground", "wrong", *TEAM, *terms)
    assert HERE in typed("erase", "plan", *order, *terms).stdout
