"""`audit key` and `audit epoch`: a log's key, and a new one after a restore that lost entries."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli.commands.audit.files import (
    PUBLIC,
    key_option,
    key_path,
    ledger_in,
    memory_option,
    memory_path,
    signer_at,
)
from rapid_review.cli.context import (
    Shell,
    json_option,
    pass_shell,
    store_option,
)
from rapid_review.cli.output import print_json

if TYPE_CHECKING:
    from rapid_review.audit.log.note import SigningKey


@click.command()
@click.option(
    "--origin",
    metavar="NAME",
    required=True,
    help="The log's name, of your own domain: safeguarding.example/rapid-reviews.",
)
@click.option(
    "-o",
    "--output",
    "key_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where the private key goes; beside the store if not given.",
)
@memory_option
@store_option
@json_option
def key(
    origin: str, key_file: Path | None, memory: Path | None, store: str, *, as_json: bool
) -> None:
    """Make the key of a new log, and print the public key that auditors are given.

    The private key is readable by its owner alone. Beside it stand the public key, and what was
    signed last, which is nothing yet: never put an older copy of that file in its place.
    """
    from rapid_review.audit.log.note import SigningKey
    from rapid_review.audit.log.signing import Signer
    from rapid_review.domain.errors import InvalidInputError

    path = key_path(store, key_file)
    try:
        made = SigningKey.new(origin)
    except InvalidInputError as error:
        raise click.UsageError(str(error)) from None
    write_key(path, made)
    Signer.start(made, memory_path(path, memory))
    print_key(made, path, as_json=as_json)


@click.command()
@store_option
@key_option
@memory_option
@click.option("--by", nargs=2, required=True, help="The ids of the two people who state it.")
@click.option(
    "--kept",
    type=click.IntRange(min=0),
    help="How many entries the backup held; all that the store holds if not given.",
)
@click.option(
    "-o",
    "--output",
    "new_file",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path),
    help="Where the private key of the new log goes.",
)
@json_option
@pass_shell
def epoch(
    shell: Shell,
    *,
    store: str,
    key_file: Path | None,
    memory: Path | None,
    by: tuple[str, str],
    kept: int | None,
    new_file: Path,
    as_json: bool,
) -> None:
    """After a restore that lost entries: end the log, and begin the next one.

    Two people state how many entries were kept; how many were lost follows. Both keys sign the
    statement, and the old one signs nothing any more.
    """
    from rapid_review.audit.log.note import SigningKey
    from rapid_review.audit.verify import next_origin
    from rapid_review.domain.errors import InvalidInputError

    signer = signer_at(store, key_file, memory)
    new = SigningKey.new(next_origin(signer.key.name))
    with ledger_in(store, shell) as ledger:
        size = ledger.advance() if kept is None else kept
        write_key(new_file, new)  # first: a log is not ended for one whose key could not be kept
        try:
            ledger.next_epoch(signer, size, key=new, memory=memory_path(new_file, None), by=by)
        except InvalidInputError:  # nothing was begun with it
            for file in _files_of(new_file):
                file.unlink()
            raise
    print_key(new, new_file, as_json=as_json)


def write_key(path: Path, made: "SigningKey") -> None:
    """Write a private key for its owner alone, and the public key beside it.

    Raises:
        UsageError: a file is there already.
    """
    private, public = _files_of(path)
    try:
        for file, text, mode in ((private, made.text(), 0o600), (public, str(made.public), 0o644)):
            opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(opened, "w", encoding="utf-8") as written:
                written.write(f"{text}\n")
    except FileExistsError as error:
        raise click.UsageError(
            f"{error.filename} is there already: a key is never replaced; name a new file"
        ) from None


def _files_of(path: Path) -> tuple[Path, Path]:
    """Return where a private key is, and the public one beside it."""
    return path, path.with_name(path.name + PUBLIC)


def print_key(made: "SigningKey", path: Path, *, as_json: bool) -> None:
    """Print a public key, and where the private one is."""
    if as_json:
        print_json({"origin": made.name, "public": str(made.public), "key": str(path)})
    else:
        click.echo(str(made.public))
        click.echo(f"The private key is in {path}: keep it from whoever keeps the store", err=True)
