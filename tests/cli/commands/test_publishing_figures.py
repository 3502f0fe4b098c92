"""Figures that are published: registered, and told to anyone who publishes again."""

from pathlib import Path

import pytest

from tests.cli.a_terminal import RECEIPT, document, lines, typed

PUBLISHED = ("--published-by", "u-3:analyst:partnership-team")
SUPPRESSED = ("--suppress-below", "5")


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store with a case of 4 May 2020."""
    path = str(tmp_path / "rapid-review.db")
    assert typed("apply", "-", "--store", path, stdin=lines(RECEIPT)).exit_code == 0
    return path


def exported(store: str, folder: Path, *more: str) -> str:
    """Export the tables as somebody publishes them, and return what is said beside it."""
    asked = ("export", "csv", "-o", str(folder), "--store", store, *PUBLISHED, *more)
    result = typed(*asked)
    assert result.exit_code == 0
    return result.stderr


def test_the_register_says_which_figures_were_published_and_no_count_of_them(
    store: str, tmp_path: Path
) -> None:
    """By what they are grouped, of which months, how they were treated, and by whom."""
    exported(store, tmp_path / "one", "--by", "month", "--to", "2020-06", *SUPPRESSED)
    (told,) = document(typed("export", "register", "--json", "--store", store))
    assert (told["form"], told["recipient"], told["by"]) == ("csv", "public", "u-3")
    assert told["figures"] == {
        "grouped_by": "month",
        "dated_by": "receipt",
        "first_on": None,
        "last_on": "2020-06-30",
        "clock": "rapid-review",
        "suppressed_below": 5,
        "rounded_to": None,
        "seed": None,
    }


def test_a_second_grouping_of_the_same_months_is_told_of_the_first(
    store: str, tmp_path: Path
) -> None:
    """On standard error, and in the page beside the files, with the ways that hold."""
    assert "Published before" not in exported(
        store, tmp_path / "one", "--by", "month", *SUPPRESSED
    )
    said = exported(store, tmp_path / "two", "--by", "agency", *SUPPRESSED)
    told = "export 1 of the register, 2020-06-01: figures by month, the first to the last"
    assert f"Published before: {told}, suppressed below 5." in said
    assert "Rounding (--round-to 5) and cell keys (--perturb) protect" in said
    assert f"- {told}" in (tmp_path / "two" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["stats", "report"])
def test_every_command_that_shows_treated_figures_is_told(
    command: str, store: str, tmp_path: Path
) -> None:
    """Whether or not it is registered itself."""
    exported(store, tmp_path / "one", "--by", "month", *SUPPRESSED)
    asked = ("stats",) if command == "stats" else ("report", "stats", "-o", "-")
    told = typed(*asked, "--store", store, *SUPPRESSED)
    assert "Published before: export 1" in told.stderr
    assert "Published before" not in typed(*asked, "--store", store).stderr


def test_other_months_are_nothing_to_tell(store: str, tmp_path: Path) -> None:
    """What was published of May says nothing of July."""
    exported(store, tmp_path / "one", "--to", "2020-06", *SUPPRESSED)
    said = exported(store, tmp_path / "two", "--from", "2020-07", *SUPPRESSED)
    assert "Published before" not in said


def test_what_is_treated_alike_in_every_export_is_nothing_to_tell(
    store: str, tmp_path: Path
) -> None:
    """Rounded to the same, or perturbed by the same seed; another of either is told."""
    seed, other = tmp_path / "seed", tmp_path / "other"
    seed.write_bytes(b"the seed of a partnership")
    other.write_bytes(b"another seed, as long as it")
    exported(store, tmp_path / "one", "--round-to", "5")
    assert "Published before" not in exported(
        store, tmp_path / "two", "--round-to", "5", "--by", "month"
    )
    assert "export 1" in exported(store, tmp_path / "three", "--perturb", str(seed))
    said = exported(store, tmp_path / "four", "--perturb", str(seed), "--by", "month")
    assert "export 3" not in said
    assert "export 3" in exported(store, tmp_path / "five", "--perturb", str(other))


def test_figures_that_are_not_treated_are_told_of_when_some_are(
    store: str, tmp_path: Path
) -> None:
    """Small numbers that were shown once are known."""
    exported(store, tmp_path / "one")
    said = exported(store, tmp_path / "two", "--round-to", "5")
    assert "with small numbers shown" in said
