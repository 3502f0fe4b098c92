"""What is in a place of a terms file is told in the words of such files."""

import json

import pytest
from pydantic import ValidationError

from rapid_review.domain.statement import Statement
from rapid_review.domain.terms.mistakes import lines, of_form
from rapid_review.domain.vocabulary import Code
from tests.terms.small_files import NEEDS, TERMS, told_of_terms


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "Police"', "title = true", "seats.police.title: found true;"),
        ('title = "Police"', f"title = {10**40}", "found a very long number;"),
        ('title = "Police"', "title = { a = 1 }", "seats.police.title: found a table;"),
        (NEEDS, "needs = { at_least = 1 }", "quorum.needs.of: found nothing;"),
        (NEEDS, "needs = { at_least = true, of = [1] }", "quorum.needs.at_least: found true;"),
        (NEEDS, "needs = { any_of = [[]] }", "quorum.needs.any_of.#1: found an empty list;"),
        ("[[decision.outcomes]]", "[decision.outcome]", "decision.outcome: found an unknown key"),
        (
            '"T 7"',
            '"T 7"\n"k \u00e9" = 1',
            "feedback.(a key of 3 characters): found an unknown key",
        ),
    ],
)
def test_whatever_stands_in_a_place_is_named(old: str, new: str, told: str) -> None:
    """By what kind of thing it is, where it is no code and no date."""
    assert any(told in line for line in told_of_terms(TERMS.replace(old, new, 1)))


def test_of_very_many_mistakes_the_first_are_listed() -> None:
    """More than anybody makes by hand; the rest are counted."""
    seat = '[[seats]]\nid = "s-{}"\ntitle = 1\nfilled_by = ["A"]\n\n'
    many = "".join(seat.format(number) for number in range(250))
    *_, last = told_of_terms(TERMS.replace("[quorum]", f"{many}[quorum]"))
    assert last == "ours.toml: and 50 more problems; correct these first"


class Row(Statement):
    """A row with one key."""

    on: Code


class OneOrMore(Statement):
    """A key that may hold one word or several, and one that may hold a word or several rows."""

    is_published = True

    stops: Code | tuple[Code, ...]
    rows: Code | tuple[Row, ...] = ()


def test_where_one_of_several_forms_is_allowed_all_are_told_in_one_line() -> None:
    """The parser tries one after the other, and that is nothing to the file's author."""
    data = {"stops": 3, "rows": [{"off": "a"}]}
    with pytest.raises(ValidationError) as caught:
        OneOrMore.model_validate_json(json.dumps(data))
    told = lines("ours.toml", data, of_form(caught.value, OneOrMore, data))
    assert [line.split(": ")[1] for line in told] == ["stops", "rows.#1.on", "rows.#1.off"]
    code = "a code in quotation marks: lower case, digits and hyphens, such as 'rapid-review'"
    several = "a list in square brackets of any number of these"
    assert told[0].endswith(f"found 3; allowed: {code}, or {several}: {code}")
    assert told[1].endswith(f"found nothing; it must be given; allowed: {code}")
    assert told[2].endswith("found an unknown key; allowed here: on")
