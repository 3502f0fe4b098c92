"""`scan`: look for words in files and folders of the host's own."""

from pathlib import Path

import click

from rapid_review.cli.inputs import InputPath
from rapid_review.cli.options import json_option
from rapid_review.cli.scanning import print_found, words_in, words_option


@click.command()
@click.argument(
    "paths", nargs=-1, required=True, type=InputPath(or_folder=True), metavar="PATH..."
)
@words_option
@json_option
def scan(paths: tuple[Path, ...], *, words_from: str, as_json: bool) -> None:
    """Look in files and folders for words that you give.

    It also looks in everything below a folder, in file names and in the members of ZIP archives,
    including office documents, but not in other compressed or encrypted files. Exits with 6 if it
    finds a word. It prints where, and never which words.
    """
    from rapid_review.store.sealing import canaries

    words = words_in(words_from)
    found = list(canaries.under(paths, words))
    print_found(found, ["names", "files"], len(words), as_json=as_json)
