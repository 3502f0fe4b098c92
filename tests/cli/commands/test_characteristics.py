"""`characteristics`: children by what statistics alone may know of them, at the command line."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.a_terminal import RECEIPT, document, lines, typed

READER = ("--reader", "u-3:data-protection-officer:health", "--purpose", "annual figures")
PUBLISHED = ("--published-by", "u-3:data-protection-officer:health")
SEXES = ["female"] * 8 + ["male"] * 7 + ["jane-canary"] + [None] * 6


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a sealed store with cases in it, and permissions beside it."""
    monkeypatch.chdir(tmp_path)
    made = typed("apply", "-", stdin=lines(*(a_case(n, sex) for n, sex in enumerate(SEXES))))
    assert made.exit_code == 0, made.output
    assert typed("permissions", "new", "rapid-review.permissions.toml").exit_code == 0
    return tmp_path / "rapid-review.db"


def a_case(number: int, sex: str | None) -> dict[str, object]:
    """Return a notification of one child."""
    child = {"reference": "C-1", "age_band": "under-1", **({"sex": sex} if sex else {})}
    told = {"case": f"KM-{number}", "reference": f"PRN-{number}", "children": [child]}
    return {**RECEIPT, **told}


def asked(*more: str, reader: Sequence[str] = READER) -> Result:
    """Return what `characteristics sex` answers."""
    result = typed("characteristics", "sex", "--by", "span", *reader, *more)
    assert result.exit_code == 0, result.output
    assert "canary" not in result.output
    return result


def test_small_numbers_are_suppressed_unless_another_way_is_asked_for() -> None:
    """One child of another code: it is hidden, and another number, from which it were known."""
    result = asked()
    head, columns, first, *_ = result.stdout.splitlines()
    assert head.startswith("child-by-sex: unit child, share of child; by receipt")
    assert columns.split("  ")[0] == "span"
    assert " 1 of 22" not in result.stdout
    assert first.split("  ").count("c") + first.count(" c ") >= 2
    assert "Disclosure control: c: a count of 1 to 4" in result.stderr
    rounded = asked("--round-to", "5").stdout
    assert "10 of 20" in rounded
    assert "  low  " in rounded


def test_figures_are_printed_as_json_and_as_csv() -> None:
    """Each with all that it is a figure of, as those of `stats` are."""
    told = document(asked("--json", "--round-to", "5"))
    assert (told["cases"], told["round_to"]) == (None, 5)
    totals = {one["kind"]: one["value"] for one in told["figures"] if one["group"] == "Total"}
    assert totals["(not recorded)"] == 5
    assert totals["(another 1)"] == "low"
    rows = list(csv.DictReader(StringIO(asked("--format", "csv", "--round-to", "5").stdout)))
    assert {row["figure"] for row in rows} == {"child-by-sex"}


def test_a_seed_perturbs_the_counts_and_the_same_seed_by_the_same(tmp_path: Path) -> None:
    """By the keys of the cases, as other figures are."""
    (tmp_path / "seed").write_bytes(b"0123456789abcdef")
    assert asked("--perturb", "seed").stdout == asked("--perturb", "seed").stdout
    assert asked("--perturb", "seed").stdout != asked().stdout


def test_each_case_that_was_read_is_in_the_access_log() -> None:
    """Sixteen with a code, the six without are not opened; and why, by whom, whose words."""
    asked()
    told = document(typed("audit", "access", "--json"))
    assert len(told) == 16
    assert {tuple(one["opened"]) for one in told} == {("statistics",)}


def test_who_may_not_read_sees_how_many_are_withheld() -> None:
    """And each refusal is listed."""
    told = asked(reader=("--reader", "m-1:member:health", "--purpose", "look")).stdout
    assert "16 of 22" in told
    assert "female" not in told
    assert typed("audit", "access", "--json").stdout.strip() == "[]"
    assert "m-1, member, health: look" in typed("audit", "access", "--refused").stdout


def test_without_the_key_file_all_is_withheld_and_that_is_said() -> None:
    """With what is amiss with it; nothing is opened."""
    Path("rapid-review.key-file").unlink()
    result = asked()
    assert "16 of 22" in result.stdout
    assert "Everything sealed is withheld: the key file" in result.stderr


def test_too_little_hiding_several_partnerships_and_no_solver_are_refused() -> None:
    """With what is allowed; nothing is read."""
    for more, says in (
        (("--suppress-below", "3"), "allowed: suppress below 5 or more"),
        (("--by", "partnership"), "made for one partnership at a time"),
    ):
        result = typed("characteristics", "sex", *READER, *more)
        assert result.exit_code not in (0, 1)
        assert says in result.stderr
    assert typed("audit", "access", "--json").stdout.strip() == "[]"


def test_what_is_published_is_registered_and_told_to_anyone_who_publishes_again() -> None:
    """Which characteristic it was, and no number; another one of the same months gives it away."""
    assert "Export 1 of the register" in asked(*PUBLISHED).stderr
    (told,) = document(typed("export", "register", "--json"))
    assert (told["form"], told["recipient"]) == ("figures-by-sex", "public")
    result = typed("characteristics", "ethnicity", *READER)
    assert "Published before: export 1 of the register" in result.stderr


def test_a_duplicate_is_told_and_not_counted() -> None:
    """As for every other figure."""
    link = {
        "case": "KM-1",
        "command": "LinkProcess",
        "at": "2020-05-06T09:30:00+01:00",
        "by": RECEIPT["by"],
        "process": "duplicate-of",
        "reference": "KM-0",
    }
    assert typed("apply", "-", stdin=lines(link)).exit_code == 0
    result = asked("--suppress-below", "5")
    assert "of 21" in result.stdout
    assert "which no figure counts: 1" in result.stderr
