"""`audit key` and `audit epoch`: a log's key, and a new one after a restore that lost entries."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli.audit_files import (
    key_files,
    key_path,
    ledger_in,
    memory_option,
    next_log_options,
    signer_at,
    signer_state_path,
    write_key,
)
from rapid_review.cli.options import json_option, store_option
from rapid_review.cli.output import print_json

if TYPE_CHECKING:
    from rapid_review.audit.log.note import SigningKey


@click.command()
@click.option(
    "--origin",
    metavar="NAME",
    required=True,
    help="The log's name, in your own domain, such as safeguarding.example/rapid-reviews.",
)
@click.option(
    "-o",
    "--output",
    "key_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The new file for the private key. Default: a file beside the store.",
)
@memory_option
@store_option
@json_option
def key(
    origin: str, key_file: Path | None, memory: Path | None, store: str, *, as_json: bool
) -> None:
    """Make the key of a new log, and print the public key for auditors.

    Only its owner can read the private key. Two more files are made beside it: the public key,
    and the record of what the key signed last, which is empty at first. Never replace that
    record with an older copy.
    """
    from rapid_review.audit.log.note import SigningKey
    from rapid_review.audit.log.signing import Signer
    from rapid_review.domain.errors import InvalidInputError

    path = key_path(store, key_file)
    try:
        key_made = SigningKey.new(origin)
    except InvalidInputError as error:
        raise click.UsageError(str(error)) from None
    write_key(path, key_made)
    Signer.start(key_made, signer_state_path(path, memory))
    print_key(key_made, path, as_json=as_json)


@click.command()
@store_option
@next_log_options
@click.option(
    "--kept",
    type=click.IntRange(min=0),
    help="The number of entries in the backup, as `db restore` printed it.",
)
@json_option
def epoch(
    *,
    store: str,
    key_file: Path | None,
    memory: Path | None,
    by: tuple[str, str],
    kept: int | None,
    new_file: Path,
    as_json: bool,
) -> None:
    """After a restore that lost entries, end the log and begin the next one.

    Two people state with --kept how many entries the backup had; from this follows how many
    were lost. Both keys sign the statement, and the old key never signs again. You cannot undo
    this: without --kept the command only says where to find the number.
    """
    from rapid_review.audit.log.note import SigningKey
    from rapid_review.audit.verify import next_origin
    from rapid_review.domain.errors import InvalidInputError

    signer = signer_at(store, key_file, memory)
    new = SigningKey.new(next_origin(signer.key.name))
    with ledger_in(store) as ledger:
        if kept is None:
            raise click.UsageError(_WHERE_KEPT.format(ledger.advance(), signer.last().size))
        write_key(new_file, new)  # first, so that the log does not end if this fails
        try:
            ledger.next_epoch(
                signer, kept, key=new, memory=signer_state_path(new_file, None), by=by
            )
        except InvalidInputError:  # no log was begun with the new key
            for file in key_files(new_file):
                file.unlink()
            raise
    print_key(new, new_file, as_json=as_json)


_WHERE_KEPT = (
    "nothing was done: this cannot be undone, so it needs --kept. Entries in the store now: {0}; "
    "signed by the key: {1}. Give --kept the number of entries in the backup: "
    "`rapid-review db restore` printed it, and `rapid-review audit verify --store BACKUP` "
    "prints it again. It is {0} only if nothing was recorded since the restore"
)


def print_key(key_made: "SigningKey", path: Path, *, as_json: bool) -> None:
    """Print a public key, and the file of the private key."""
    if as_json:
        print_json({"origin": key_made.name, "public": str(key_made.public), "key": str(path)})
    else:
        click.echo(str(key_made.public))
        click.echo(
            f"The private key is in {path}: keep it where the store's owner cannot read it",
            err=True,
        )
