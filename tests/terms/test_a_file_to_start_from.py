"""A terms file to start from, what differs between two, and a rule set of one's own beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from pydantic import BaseModel

from rapid_review import terms as shipped
from rapid_review.domain.errors import TermsError
from rapid_review.domain.terms.mistakes import WORKED_OUT
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.terms.terms_file import parse_terms
from rapid_review.terms.comparison import Difference, differences, in_words
from rapid_review.terms.keys import EVERY_KEY, FILL_IN
from rapid_review.terms.template import template_of
from tests.terms.by_the_book import SHIPPED
from tests.terms.small_files import RULE_SET, TERMS, told_of_terms

RULE_SETS: Final = shipped.rule_sets()
PLYMOUTH: Final = shipped.load("plymouth")
FULL: Final = """
[clauses]
gather = "Procedure 4"

[vocabulary]
themes = ["neglect"]
"""


IN_A_LINE: Final = ("quorum.needs", "deadlines.stops_on", "deadlines.receipt")
"""Keys whose tables are written in one line, and explained in one."""


def filled_in(text: str) -> bytes:
    """Return a file to start from with its id filled in."""
    return text.replace(f'id = "{FILL_IN}"', 'id = "westshire-2026-11"', 1).encode()


# --- A file to start from


@pytest.mark.parametrize("like", SHIPPED, ids=lambda one: one.id)
def test_a_file_to_start_from_is_good_once_its_id_is_filled_in(like: Terms) -> None:
    """It says what the terms say from which it was made, under its own id."""
    text = template_of(like)
    made = parse_terms(filled_in(text), name="new.toml", rule_sets=RULE_SETS)
    assert made.id == "westshire-2026-11"
    apart = {"id", "digest"}
    assert made.model_dump(exclude=apart) == like.model_dump(exclude=apart)
    with pytest.raises(TermsError) as refused:
        parse_terms(text.encode(), name="new.toml", rule_sets=RULE_SETS)
    (problem,) = refused.value.problems
    assert problem.startswith("new.toml: id: found 'FILL IN'; allowed: a code")


def test_what_is_another_partnerships_is_marked() -> None:
    """Its names, its days, and where its document says what."""
    lines = template_of(PLYMOUTH).splitlines()
    marked = {line.partition(" = ")[0] for line in lines if line.endswith(f"# {FILL_IN}")}
    own = {"partnership", "title", "edition", "source", "in_force_from", "clause"}
    assert marked == own
    assert f'id = "{FILL_IN}"' in lines


@pytest.mark.parametrize("like", [PLYMOUTH, shipped.load("liverpool")], ids=lambda one: one.id)
def test_every_key_stands_in_it_with_what_it_holds(like: Terms) -> None:
    """Used, or as a comment with an example."""
    text = template_of(like)
    for key, about in EVERY_KEY.items():
        name = key.rpartition(".")[2]
        assert about.says in text
        assert any(f"{form}" in text for form in (f"\n{name} = ", f"# {name} = ", f"{key}]"))


def test_every_key_of_a_terms_file_is_explained() -> None:
    """A key that is added needs its line."""
    assert set(keys_under(Terms)) == set(EVERY_KEY)


def keys_under(model: Any, prefix: str = "") -> Iterator[str]:  # noqa: ANN401 - a hint
    """Yield every key of a model, and of the tables in it."""
    for key, field in model.model_fields.items():
        if key not in WORKED_OUT:
            yield f"{prefix}{key}"
            for inner in tables_in(field.annotation) if f"{prefix}{key}" not in IN_A_LINE else ():
                yield from keys_under(inner, f"{prefix}{key}.")


def tables_in(hint: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - the same
    """Yield the models that a type is made of."""
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    for part in get_args(hint):
        yield from tables_in(part)


def test_a_file_that_uses_every_table_is_copied_whole() -> None:
    """Words and clauses of one's own among them."""
    text = TERMS.replace('"guidance"', '"working-together-2018"') + FULL
    like = parse_terms(text.encode(), name="ours.toml", rule_sets=RULE_SETS)
    made = parse_terms(filled_in(template_of(like)), name="new.toml", rule_sets=RULE_SETS)
    assert (made.clauses, made.vocabulary) == (like.clauses, like.vocabulary)


# --- What differs


def varied(*edits: tuple[str, str]) -> Terms:
    """Return the small terms with other content."""
    text = TERMS.replace('"guidance"', '"working-together-2018"')
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return parse_terms(text.encode(), name="ours.toml", rule_sets=RULE_SETS)


def test_what_differs_is_told_by_its_key() -> None:
    """A row by its own id, wherever in the list it stands."""
    before = varied()
    assert differences(before, before) == ()
    after = varied(("length = 15 # of the review", "length = 10"), ('"Director"', '"Head"'))
    assert differences(before, after) == (
        Difference("seats.council.filled_by", ("Director",), ("Head",)),
        Difference("deadlines.rapid-review.length", 15, 10),
    )


def test_a_row_that_one_alone_has_is_told_once() -> None:
    """And what names it, where it is named."""
    before = varied()
    after = varied(
        ('id = "health"\ntitle = "Health"', 'id = "nurse"\ntitle = "Nurse"'),
        ('"police", "health"]', '"police", "nurse"]'),
    )
    assert {one.key: (one.before, one.after) for one in differences(before, after)} == {
        "seats.health": ("Health", None),
        "seats.nurse": (None, "Nurse"),
        "quorum.needs": (
            {"at_least": 2, "of": ["council", "police", "health"]},
            {"at_least": 2, "of": ["council", "police", "nurse"]},
        ),
    }


def test_rule_sets_are_compared_as_well() -> None:
    """Working Together 2026 carries over what it was, and has a clock more."""
    before, after = (
        varied(('"working-together-2018"', f'"{name}"'))
        for name in ("working-together-2023", "working-together-2026")
    )
    keys = {one.key for one in differences(before, after)}
    assert "rule_set" in keys
    assert "rule_set.deadlines.notify-partners" in keys
    assert not any(key.startswith("rule_set.criteria") for key in keys)


def test_what_differs_is_said_in_words() -> None:
    """No brackets, no None."""
    assert in_words(None) == "nothing"
    assert in_words(("a", False)) == "a, false"
    assert in_words({"all_of": ["a", {"any_of": ["b", "c"]}]}) == "all of a, any of b, c"


# --- A rule set of one's own


def test_a_rule_set_of_ones_own_is_named_by_its_path(tmp_path: Path) -> None:
    """From the folder of the terms; the case is pinned to its id and digest."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.toml").write_text(RULE_SET, "utf-8")
    ours = tmp_path / "ours.toml"
    ours.write_text(TERMS.replace('"guidance"', '"./rules/mine.toml"'), "utf-8")
    assert shipped.mistakes_in_file(ours) == ()
    found = shipped.load_file(ours)
    assert (found.rule_set, found.national.id) == ("guidance", "guidance")
    assert (
        found.ref.rule_set_digest
        == shipped.load_rule_set_file(tmp_path / "rules" / "mine.toml").digest
    )


def test_mistakes_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    """Those of the terms, and those of the rule set beside them."""
    (tmp_path / "mine.toml").write_text(RULE_SET.replace("length = 5", "length = -5"), "utf-8")
    ours = tmp_path / "ours.toml"
    text = TERMS.replace('"guidance"', '"mine.toml"').replace("length = 15", 'length = "15"')
    ours.write_text(text, "utf-8")
    files = [line.split(": ")[:2] for line in shipped.mistakes_in_file(ours)]
    assert files == [
        ["ours.toml", "deadlines.rapid-review.length"],
        ["ours.toml", "deadlines.decision.length"],
        ["mine.toml", "deadlines.notify-panel.length"],
    ]
    ours.write_text(TERMS.replace('"guidance"', '"gone.toml"'), "utf-8")
    (gone,) = shipped.mistakes_in_file(ours)
    assert gone == "gone.toml: cannot be read: No such file or directory"
    with pytest.raises(TermsError, match=r"gone\.toml: cannot be read"):
        shipped.load_file(ours)


def test_a_rule_set_alone_is_checked(tmp_path: Path) -> None:
    """Which of the two a file is, its keys say."""
    mine = tmp_path / "mine.toml"
    mine.write_text(RULE_SET, "utf-8")
    assert shipped.is_rule_set_file(mine)
    assert shipped.mistakes_in_file(mine) == ()
    mine.write_text(RULE_SET.replace("opens_review = true", ""), "utf-8")
    assert len(shipped.mistakes_in_file(mine)) == 1
    mine.write_text(TERMS, "utf-8")
    assert not shipped.is_rule_set_file(mine)
    mine.write_text("", "utf-8")
    assert not shipped.is_rule_set_file(mine)


def test_terms_without_a_rule_set_that_is_known_are_told_the_rest(tmp_path: Path) -> None:
    """What hangs on the rule set is passed over, and all else told."""
    text = TERMS.replace('"guidance"', '"guidance-2"').replace('over = "decision"', 'over = "x"')
    told = told_of_terms(text.replace("chair = true", "chair = 1"))
    assert [line.split(": ")[1] for line in told] == ["seats.council.chair", "rule_set"]
    assert tmp_path.is_dir()
