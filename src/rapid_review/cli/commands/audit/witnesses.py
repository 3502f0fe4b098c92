"""`audit cosign-request` and `audit add-cosignature`: the request to a witness, and its answer.

The host sends the request: by `POST` to the witness's `add-checkpoint`, as C2SP's tlog-witness
describes.
"""

from pathlib import Path

import click

from rapid_review.cli.audit_files import ledger_in, public_key_option
from rapid_review.cli.inputs import InputPath
from rapid_review.cli.options import json_option, store_option
from rapid_review.cli.output import print_json

_origin = click.option("--origin", metavar="NAME", required=True, help="The log's name.")
_size = click.option(
    "--size", type=int, help="The size of an older checkpoint. Default: the newest checkpoint."
)


@click.command("cosign-request")
@store_option
@_origin
@_size
@click.option(
    "--known",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="The size of the checkpoint that the witness saw last; the witness states it in its "
    "answer 409.",
)
@json_option
def cosign_request(
    *, store: str, origin: str, size: int | None, known: int, as_json: bool
) -> None:
    """Print the request for a witness to cosign the newest checkpoint."""
    from rapid_review.audit.log.note import read_checkpoint
    from rapid_review.audit.log.witness import add_checkpoint

    with ledger_in(store) as ledger:
        note = ledger.newest(origin, size)
        proof = ledger.consistency(known, read_checkpoint(note.text).size)
    request = add_checkpoint(known, proof, note)
    if as_json:
        print_json({"request": request.decode()})
    else:
        click.echo(request, nl=False)


@click.command("add-cosignature")
@click.argument("answer", type=InputPath())
@public_key_option
@store_option
@_origin
@_size
@json_option
def add_cosignature(
    *,
    answer: Path,
    keys: tuple[str, ...],
    store: str,
    origin: str,
    size: int | None,
    as_json: bool,
) -> None:
    """Add a witness's cosignature, from a file, to the newest checkpoint.

    Give the witness's public key with --key.
    """
    from rapid_review.audit.log.note import MalformedError, read_key
    from rapid_review.audit.log.witness import with_answer
    from rapid_review.audit.verify import UnreadableError, key_texts

    try:
        witnesses = [read_key(text) for text in key_texts(keys)]
    except (MalformedError, UnreadableError) as error:
        raise click.UsageError(str(error)) from None
    with ledger_in(store) as ledger:
        note = ledger.newest(origin, size)
        more = with_answer(note, answer.read_bytes(), witnesses)
        ledger.cosigned(note, more)
    if as_json:
        print_json({"signatures": [one.name for one in more.signatures]})
    else:
        click.echo(f"{len(more.signatures)} signatures")
