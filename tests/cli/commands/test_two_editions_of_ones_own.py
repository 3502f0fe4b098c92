"""A partnership's own terms get a second edition; cases of both go on, in one store."""

import re
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.cli.a_terminal import RECEIPT, TEAM, document, lines, typed
from tests.terms.small_files import RULE_SET

SIX_SEATS: Final = Path(__file__).parents[3] / "examples/six_seats.toml"
FIRST: Final = "westshire-2026-01"
SECOND: Final = "westshire-2026-06"
NOTIFIED: Final = {**RECEIPT, "at": "2020-05-04T09:30:00+01:00", "source": "ics"}
LEGAL_TOLD: Final = {
    "case": "W-1",
    "command": "InformMember",
    "at": "2020-05-05T09:00+01:00",
    "by": TEAM,
    "seat": "legal",
}
MOVED: Final = {
    "case": "W-1",
    "command": "ReplaceTerms",
    "at": "2020-05-06T09:00+01:00",
    "by": TEAM,
    "terms": SECOND,
    "because": "a new document",
}


class Kept(NamedTuple):
    """A store with two cases, the first moved to the second edition; and the two files."""

    store: str
    first: str
    second: str


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """Return a store of the cases; the second edition has no seat for legal services."""
    text = SIX_SEATS.read_text("utf-8").replace("in_force_from = 2026", "in_force_from = 2020")
    text += '\n[clauses]\ninform = "Rule 4"\n'
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text(text, "utf-8")
    seat = text[text.index('[[seats]]\nid = "legal"') : text.index("[quorum]")]
    later = text.replace(seat, "").replace(', "legal"]', "]").replace(FIRST, SECOND)
    later = later.replace("Rule 4", "Rule 9")
    second.write_text(later.replace("from = 2020-01-01", "from = 2020-05-06"), "utf-8")
    store = str(tmp_path / "rapid-review.db")
    told = lines({**NOTIFIED, "case": "W-1"}, LEGAL_TOLD, {**NOTIFIED, "case": "W-2"})
    begun = typed("apply", "-", "--store", store, "--terms", str(first), stdin=told)
    assert begun.exit_code == 0, begun.output
    both = ("--terms", str(second), "--earlier-terms", str(first))
    moved = typed("apply", "-", "--store", store, *both, stdin=lines(MOVED))
    assert moved.exit_code == 0, moved.output
    return Kept(store, str(first), str(second))


@pytest.mark.parametrize("asked", ["board", "compliance"])
def test_every_case_is_read_with_the_earlier_edition_beside_the_new(
    kept: Kept, asked: str
) -> None:
    """Without it, the cases under it would be left out."""
    both = ("--terms", kept.second, "--earlier-terms", kept.first)
    found = typed(asked, "--store", kept.store, *both, "--json")
    assert (found.exit_code, found.stderr) == (0, "")
    assert {one["case"] for one in document(found)["cases"]} == {"W-1", "W-2"}


def test_what_happened_under_the_earlier_edition_is_judged_by_it(kept: Kept) -> None:
    """The seat that is gone was told while it was there."""
    both = ("--terms", kept.second, "--earlier-terms", kept.first)
    shown = typed("show", "W-1", "--store", kept.store, *both)
    assert "is not in these terms" not in shown.stdout
    assert not shown.stderr


def test_a_case_without_its_earlier_edition_is_read_with_a_warning(kept: Kept) -> None:
    """What it finds then may be wrong; it says what to give."""
    shown = typed("show", "W-1", "--store", kept.store, "--terms", kept.second)
    assert f"was held under terms {FIRST}, whose file is not at hand" in shown.stderr
    assert f"judged by {SECOND}" in shown.stderr
    assert "--earlier-terms" in shown.stderr


def test_a_case_whose_terms_are_missing_says_how_to_give_them(kept: Kept) -> None:
    """The list of the terms that come with the package would help nobody."""
    shown = typed("show", "W-2", "--store", kept.store, "--terms", kept.second)
    assert shown.exit_code == 5
    assert f"uses terms {FIRST}, whose file is not at hand; at hand: {SECOND}" in shown.stderr
    assert "--earlier-terms" in shown.stderr
    assert "kent-and-medway" not in shown.stderr


def test_a_step_is_recorded_in_a_case_under_the_earlier_edition(kept: Kept) -> None:
    """Its seats are those of that edition."""
    both = ("--terms", kept.second, "--earlier-terms", kept.first)
    told = lines({**LEGAL_TOLD, "case": "W-2", "at": "2020-05-11T09:00+01:00"})
    assert typed("apply", "-", "--store", kept.store, *both, stdin=told).exit_code == 0


def test_a_bundle_holds_the_files_that_the_command_line_names(kept: Kept, tmp_path: Path) -> None:
    """Both editions, and the rule set beside them: nobody names a file a second time."""
    rules = tmp_path / "rules.toml"
    rules.write_text(RULE_SET.replace("to = 2023-12-14", "to = 2027-12-14"), "utf-8")
    third = tmp_path / "third.toml"
    text = Path(kept.second).read_text("utf-8").replace(SECOND, "westshire-2026-09")
    third.write_text(text.replace('"working-together-2023"', '"./rules.toml"'), "utf-8")
    earlier = ("--earlier-terms", kept.first, "--earlier-terms", kept.second)
    of = ("--store", kept.store, "--terms", str(third), *earlier)
    moved = {**MOVED, "at": "2020-05-07T09:00+01:00", "terms": "westshire-2026-09"}
    assert typed("apply", "-", *of, stdin=lines(moved)).exit_code == 0
    assert typed("audit", "key", "--origin", "w.example", "--store", kept.store).exit_code == 0
    bundle = tmp_path / "bundle"
    made = typed("audit", "bundle", "W-1", "-o", str(bundle), *of)
    assert made.exit_code == 0, made.output
    held = {one.name for one in (bundle / "terms").glob("*.toml")}
    assert held == {"first.toml", "rules.toml", "second.toml", "third.toml"}


@pytest.mark.parametrize("asked", ["timeline", "xes", "ocel"])
def test_each_step_is_cited_by_the_edition_of_its_day(kept: Kept, asked: str) -> None:
    """I-24: as its findings are; moving a case rewrites no clause of what happened before."""
    both = ("--store", kept.store, "--terms", kept.second, "--earlier-terms", kept.first)
    later = {**LEGAL_TOLD, "at": "2020-05-07T09:00+01:00", "seat": "police"}
    assert typed("apply", "-", *both, stdin=lines(later)).exit_code == 0
    to = ("--to", "auditor", "--purpose", "audit", "--by", "pt-01:analyst:team", "-o", "-")
    told = typed(*(("timeline", "W-1") if asked == "timeline" else ("export", asked, *to)), *both)
    assert told.exit_code == 0, told.output
    assert re.findall("Rule [49]", told.stdout) == ["Rule 4", "Rule 9"]
