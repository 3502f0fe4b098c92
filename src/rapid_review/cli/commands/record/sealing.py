"""`db seal`: a store whose words are not sealed, copied into one whose words are."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli.audit_files import (
    next_log_options,
    private_key,
    signer_at,
    signer_state_path,
    write_key,
)
from rapid_review.cli.commands.record.moving import print_about_subscriptions
from rapid_review.cli.context import store_at
from rapid_review.cli.inputs import must_be_readable, on_a_server
from rapid_review.cli.keys import keys_options, places_of
from rapid_review.cli.options import json_option
from rapid_review.cli.output import print_json, print_position
from rapid_review.domain.printable import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapid_review.audit.log.note import SigningKey
    from rapid_review.audit.log.resealing import Resealed
    from rapid_review.audit.log.signing import Signer
    from rapid_review.audit.verify import Checkpoint
    from rapid_review.store.store import Store


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@next_log_options
@keys_options
@json_option
def seal(
    *,
    old: str,
    new: str,
    key_file: Path | None,
    memory: Path | None,
    by: tuple[str, str],
    new_file: Path,
    as_json: bool,
) -> None:
    """Copy the store OLD to the new file NEW, and seal every word in it.

    Entries keep their positions, times and ids. The log of OLD ends and the log of NEW begins,
    with a statement about both, signed by both keys. --keys and --key-file name the keys of
    NEW; missing ones are made. Do not record in OLD meanwhile or afterwards. After an
    interruption, run the command again: it does the rest. It prints what you must then destroy
    or lock away.
    """
    from rapid_review.audit.log.resealing import sealed_origin
    from rapid_review.store.backends.address import shown_store
    from rapid_review.store.copies import sealing

    if on_a_server(new):
        raise click.UsageError(
            "NEW must be a file, so that the copy is complete or does not exist. To move it to a "
            "server afterwards, make an empty store there with `rapid-review db init` and the "
            "same --keys and --key-file, then fill it with `rapid-review db move NEW ADDRESS`"
        )
    if (places := places_of(new)) is None:
        raise click.UsageError("the new store needs keys; give --keys and --key-file")
    signer = signer_at(old, key_file, memory)

    with closing(store_at(old)) as source:
        sealing.must_not_be_sealed(source)
        _check_free(Path(new), source, signer)
        key = _key_at(new_file, sealed_origin(signer.key.name))
        print_about_subscriptions(source)
        log = sealing.NewLog(key, signer_state_path(new_file, None), by)
        with closing(places.made()) as keys:
            done = sealing.seal(source, Path(new), keys, signer, log, progress=print_position)
    places.announce()
    left = [shown_store(old)] if on_a_server(old) else sealing.unsealed_beside(Path(old))
    _print(done, new, old, str(key.public), [str(one) for one in left], as_json=as_json)


def _print(
    done: "Resealed", new: str, old: str, public: str, left: "Sequence[str]", *, as_json: bool
) -> None:
    """Print what was sealed, and what must then be destroyed or locked away."""
    from rapid_review.store.backends.address import shown_store

    if as_json:
        print_json(
            {
                "entries": done.begun.size,
                "new": _log(new, done.begun),
                "old": _log(shown_store(old), done.ended),
                "leaves": done.leaves,
                "by": list(done.actors),
                "public": public,
                "to_be_destroyed_or_held": left,
            }
        )
        return
    click.echo(
        f"{new}: {counted(done.begun.size, 'entry')}, sealed, root {done.begun.root.hex()}, "
        "verified"
    )
    click.echo(public)
    click.echo(f"The log {done.ended.origin} has ended, with root {done.ended.root.hex()}")
    click.echo(
        "The words can still be read in the following places: destroy each, or lock it away."
    )
    for one in left:
        click.echo(f"  {one}")
    click.echo("  every backup, copy and bundle of it in other places")


def _check_free(new: Path, source: "Store", signer: "Signer") -> None:
    """Check that there is nothing at the place of the new store, except what this command made.

    Raises:
        UsageError: there is something else.
    """
    from rapid_review.domain.errors import InvalidInputError
    from rapid_review.store.copies.sealing import sealed_before

    try:
        sealed_before(new, source, signer)
    except InvalidInputError as error:
        raise click.UsageError(str(error)) from None


def _log(store: str, log: "Checkpoint") -> dict[str, object]:
    return {"store": store, "origin": log.origin, "root": log.root.hex()}


def _key_at(path: Path, origin: str) -> "SigningKey":
    """Return the key of the new log: made now, or by an earlier run that was interrupted.

    Raises:
        UsageError: the file holds another key.
    """
    from rapid_review.audit.log.note import SigningKey

    if not path.exists():
        write_key(path, SigningKey.new(origin))
    must_be_readable(path)
    key = private_key(path)
    if key.name != origin:
        raise click.UsageError(
            f"{path} is the key of the log {key.name}; name a new file for the key of {origin}"
        )
    return key
