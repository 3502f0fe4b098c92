"""A partnership's own files: what becomes of a good one, and of one that is none."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from rapid_review import terms
from rapid_review.domain.errors import TermsError
from rapid_review.domain.terms.quorum import AllOf, AnyOf, AtLeast
from rapid_review.domain.terms.terms_file import parse_terms
from tests.terms.small_files import (
    GUIDANCE,
    NEEDS,
    RULE_SET,
    TERMS,
    replaced,
    wrong_rule_set,
    wrong_terms,
)

# --- Good files


def test_a_good_file_becomes_the_terms_it_describes() -> None:
    """What it does not say has a default; its national rules and both digests come with it."""
    ours = parse_terms(TERMS.encode(), name="ours.toml", rule_sets={"guidance": GUIDANCE})
    assert (ours.in_force_from, ours.in_force_to) == (date(2020, 5, 1), date(2021, 4, 30))
    assert ours.national == GUIDANCE
    assert ours.digest == f"sha256:{hashlib.sha256(TERMS.encode()).hexdigest()}"
    assert ours.ref.rule_set_digest == f"sha256:{hashlib.sha256(RULE_SET.encode()).hexdigest()}"
    assert [seat.chair for seat in ours.seats] == [True, False, False]
    assert ours.quorum.inquorate_may == "nothing"
    assert (ours.meetings.schedule, ours.adoption.automatic) == ("none", False)
    assert list(ours.clocks) == ["notify-panel", "publication", "rapid-review", "decision"]
    assert list(ours.classes) == ["serious-incident", "other-death", "referral"]


def test_terms_may_be_in_force_for_a_single_day() -> None:
    """The last day may be the first; only an earlier one is a mistake."""
    content = replaced(TERMS, "in_force_to = 2021-04-30", "in_force_to = 2020-05-01")
    ours = parse_terms(content, name="ours.toml", rule_sets={"guidance": GUIDANCE})
    assert ours.in_force_to == ours.in_force_from


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ('"police"', "police"),
        ('{ all_of = ["council", "police"] }', AllOf(all_of=("council", "police"))),
        ('{ any_of = ["council", "police"] }', AnyOf(any_of=("council", "police"))),
        (
            '{ at_least = 2, of = ["council", { any_of = ["police", "health"] }] }',
            AtLeast(at_least=2, of=("council", AnyOf(any_of=("police", "health")))),
        ),
    ],
)
def test_a_quorum_is_written_in_one_of_four_forms(needs: str, expected: object) -> None:
    """A seat, all of some, any of some, at least k of some; they nest."""
    content = replaced(TERMS, NEEDS, f"needs = {needs}")
    ours = parse_terms(content, name="ours.toml", rule_sets={"guidance": GUIDANCE})
    assert ours.quorum.needs == expected


def test_a_clock_of_the_partnerships_own_stands_in_for_the_national_one() -> None:
    """The same id, said otherwise; nothing else of the national rules changes."""
    content = replaced(TERMS, 'id = "rapid-review"', 'id = "notify-panel"')
    ours = parse_terms(content, name="ours.toml", rule_sets={"guidance": GUIDANCE})
    assert ours.clocks["notify-panel"].clause == "T 2"
    assert list(ours.clocks) == ["notify-panel", "publication", "decision"]


# --- Files that are none


@pytest.mark.parametrize(
    "content",
    [
        b'id = "ours',  # a text that does not end
        b"id = = 3",
        b'id = "a"\nid = "b"',  # a key that occurs twice
        b"\xff\xfei\x00d\x00",  # UTF-16, as some editors save it
        'title = "Caf\u00e9"'.encode("latin-1"),
    ],
)
def test_what_is_not_toml_in_utf_8_is_told(content: bytes) -> None:
    """Of either kind of file, with what the parser says of the place."""
    (of_terms,), (of_rules,) = wrong_terms(content), wrong_rule_set(content)
    assert of_terms.startswith("ours.toml: is not TOML in UTF-8: ")
    assert of_rules.startswith("guidance.toml: is not TOML in UTF-8: ")


def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path) -> None:
    """A missing file, a folder; the rest of the path, which may name a person, is left out."""
    for load in (terms.load_file, terms.load_rule_set_file):
        with pytest.raises(TermsError) as missing:
            load(tmp_path / "gone.toml")
        assert missing.value.problems == ("gone.toml: cannot be read: No such file or directory",)
        with pytest.raises(TermsError) as folder:
            load(tmp_path)
        assert folder.value.problems == (f"{tmp_path.name}: cannot be read: Is a directory",)


def test_a_partnership_brings_its_own_terms_and_newer_guidance(tmp_path: Path) -> None:
    """Its terms name a shipped rule set, or one that is handed in beside them."""
    guidance, ours = tmp_path / "guidance.toml", tmp_path / "ours.toml"
    guidance.write_text(RULE_SET, encoding="utf-8")
    ours.write_text(TERMS, encoding="utf-8")
    with pytest.raises(TermsError, match="beside this one: working-together-2018, "):
        terms.load_file(str(ours))
    newer = terms.load_rule_set_file(guidance)
    assert terms.load_file(ours, rule_sets=[newer]).national == newer
    ours.write_bytes(replaced(TERMS, '"guidance"', '"working-together-2023"'))
    assert terms.load_file(ours).national == terms.rule_sets()["working-together-2023"]
