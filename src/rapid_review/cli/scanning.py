"""Look for words where none should be. They are read from a file, and never printed."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from rapid_review.cli.errors import BREACH
from rapid_review.cli.inputs import STANDARD_INPUT, must_be_readable
from rapid_review.cli.output import print_json, print_rows
from rapid_review.domain.printable import counted

if TYPE_CHECKING:
    from rapid_review.store.sealing.canaries import Found

words_option: Final = click.option(
    "--words",
    "words_from",
    required=True,
    metavar="FILE|-",
    help="A file with the words that should be gone, one a line. An argument would be kept by the "
    "machine, so only a file is accepted.",
)
"""The option that names the file of words: the machine would keep words given as arguments."""


def words_in(name: str) -> tuple[str, ...]:
    """Return the words to look for, from a file or from standard input.

    Raises:
        InvalidInputError: the file has no words, or one is too short.
        UsageError: there is no such file.
    """
    from rapid_review.store.sealing.canaries import words_of

    return words_of(_read(name))


def _read(name: str) -> bytes:
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    must_be_readable(Path(name))
    return Path(name).read_bytes()


def print_found(
    found: "Sequence[Found]",
    scanned: Sequence[str],
    words: int,
    *,
    as_json: bool,
    unseen: str = "",
) -> None:
    """Print where words were found, but no word; exit with 6 if one was found.

    Args:
        found: where they were found.
        scanned: where they were looked for.
        words: how many words were looked for.
        as_json: whether to print JSON.
        unseen: what the search could not see, in a sentence; empty if there is nothing to say.
    """
    rows = [{"where": one.where, "at": one.offset, "word": one.word} for one in found]
    if as_json:
        limits = {"unseen": unseen} if unseen else {}
        print_json({"words": words, "scanned": scanned, "found": rows, **limits})
    elif rows:
        click.echo(
            "Words were found. The column `at` is the byte in a file, or the entry in a case:"
        )
        print_rows(rows)
    else:
        click.echo(f"Looked for {counted(words, 'word')} in {', '.join(scanned)}: found none")
    if unseen and not as_json:
        click.echo(unseen)
    if rows:
        raise click.exceptions.Exit(BREACH)
