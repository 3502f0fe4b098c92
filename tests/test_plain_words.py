"""The words and phrases that must not come back, and how they are looked for."""

from typing import Final

import click
import pytest

from docs.plain_words import Row, found, phrases_in, table
from docs.prose_in_code import contexts
from rapid_review.cli import main

ROWS: Final = table()
IN_A_FILE: Final = {
    "a docstring": ("a.py", 'def one() -> None:\n    """Return it: {}."""\n', 2),
    "a comment": ("a.py", "number = 1  # so that {} here\n", 1),
    "two lines of a comment": ("a.py", "number = 1\n# so that\n# {} here\n", 3),
    "a message": ("a.py", 'raise ValueError("it cannot be, for {}")\n', 1),
    "a message with values": ("a.py", 'print(f"{{number}} times: {}")\n', 1),
    "a page": ("a.md", "# A page\n\nIt says: {}.\n", 3),
    "a page for a browser": ("a.html", "<p>It says: {}.</p>\n", 1),
}
OF_NO_PROSE: Final = {
    "code of a page": ("a.md", "# A page\n\n`{}`\n\n```text\n{}\n```\n"),
    "code of a docstring": ("a.py", '"""Return `{}`."""\n'),
    "a tag": ("a.html", '<p id="{}">It says.</p>{{{{ {} }}}}\n'),
}


def one_line(text: str) -> str:
    """Return a text, of which nothing is to be on another line."""
    assert "\n" not in text
    return text


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.example)
def test_a_row_finds_its_example_and_not_what_is_allowed(row: Row) -> None:
    """And says what to write instead, and why; both in words that are allowed themselves."""
    assert list(phrases_in("a.md", one_line(row.example), (row,)))
    assert not list(phrases_in("a.md", one_line(row.allowed), ROWS))
    assert not list(phrases_in("a.md", row.instead, ROWS))
    assert row.why.endswith(".")


@pytest.mark.parametrize("where", IN_A_FILE)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.example)
def test_a_phrase_is_found_wherever_people_read_it(row: Row, where: str) -> None:
    """On the line on which it begins."""
    name, text, line = IN_A_FILE[where]
    assert [(at, of) for at, _, of in phrases_in(name, text.format(row.example), (row,))] == [
        (line, row)
    ]


@pytest.mark.parametrize("where", OF_NO_PROSE)
def test_what_is_code_is_left_alone(where: str) -> None:
    """A name in code is a name, and an identifier is no sentence."""
    name, text = OF_NO_PROSE[where]
    assert not list(phrases_in(name, text.format("anew", "anew"), ROWS))
    assert not list(phrases_in("a.py", 'parked = {"parked": reckoning}\n', ROWS))


def test_no_help_has_one() -> None:
    """As it is printed, put together from its parts."""
    every = list(contexts(main, click.Context(main, info_name="rapid-review")))
    assert len(every) > 50
    for context in every:
        text = context.command.get_help(context)
        came_back = [written for _, written, _ in phrases_in("help.md", text, ROWS)]
        assert not came_back, f"{context.command_path} --help says {came_back}"


def test_none_came_back() -> None:
    """In messages, docstrings, comments and pages; `python -m docs.plain_words` prints them."""
    came_back = [f"{one.file}:{one.line}: {one.written}" for one in found()]
    assert not came_back
