"""`scan`: words are looked for in files and folders of the host's own."""

from pathlib import Path

import click

from rapid_review.cli.inputs import InputPath
from rapid_review.cli.options import json_option
from rapid_review.cli.scanning import tell_found, words_in, words_option


@click.command()
@click.argument(
    "paths", nargs=-1, required=True, type=InputPath(or_folder=True), metavar="PATH..."
)
@words_option
@json_option
def scan(paths: tuple[Path, ...], *, words_from: str, as_json: bool) -> None:
    """Look for words of your own in files, and in folders with all that is in them.

    Also looked through are names, and the members of ZIP archives, office documents among them;
    not what is compressed or encrypted otherwise. Exits with 6 if a word is found. The answer says
    where, and never which words.
    """
    from rapid_review.store.sealing import canaries

    words = words_in(words_from)
    found = list(canaries.under(paths, words))
    tell_found(found, ["names", "files"], len(words), as_json=as_json)
