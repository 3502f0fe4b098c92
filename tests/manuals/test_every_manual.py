"""Every manual is short and found from the index, and each command that it names exists.

`test_docs.py` runs what is in `console` and `python` blocks; a command in plain text is one that
keeps running or needs another machine, so its options alone are looked up here.
"""

import re
import shlex
from pathlib import Path
from typing import Final

import click
import pytest

from rapid_review.cli import main

DOCS: Final = Path(__file__).parents[2] / "docs"
MANUALS: Final = sorted((DOCS / "manuals").glob("*.md"))
WORDS_OF_20_PAGES: Final = 9000


def of(manual: Path) -> str:
    """Return the manual as it is written."""
    return manual.read_text(encoding="utf-8")


def in_plain_text(manual: Path) -> list[list[str]]:
    """Return the commands in its text blocks, and those in the middle of a sentence."""
    blocks = "\n".join(re.findall(r"```text\n(.*?)```", of(manual), re.DOTALL))
    lines = re.findall(r"(?:^|/bin/)(rapid-review [a-z].*)$", blocks, re.MULTILINE)
    return [
        shlex.split(one)[1:]
        for one in (*lines, *re.findall(r"`(rapid-review [^`]+)`", of(manual)))
    ]


@pytest.mark.parametrize("manual", MANUALS, ids=lambda one: one.stem)
def test_each_command_that_is_named_exists_with_its_options(manual: Path) -> None:
    """By the command line itself."""
    for words in in_plain_text(manual):
        command: click.Command = main
        names = iter(words)
        while isinstance(command, click.Group):
            name = next(names)
            if name.startswith("--"):
                break
            assert name in command.commands, words
            command = command.commands[name]
        known = {option for one in command.params for option in one.opts}
        assert {one for one in words if one.startswith("--")} <= known, words


@pytest.mark.parametrize("manual", MANUALS, ids=lambda one: one.stem)
def test_a_manual_is_found_from_the_index(manual: Path) -> None:
    """By a row of the table of readers, and in the list of pages."""
    index = of(DOCS / "index.md")
    assert f"[](manuals/{manual.name}) |" in index
    assert f"\nmanuals/{manual.stem}\n" in index


@pytest.mark.parametrize("manual", MANUALS, ids=lambda one: one.stem)
def test_a_manual_has_twenty_printed_pages_at_most(manual: Path) -> None:
    """Counted as 450 words a page."""
    assert len(of(manual).split()) <= WORDS_OF_20_PAGES
