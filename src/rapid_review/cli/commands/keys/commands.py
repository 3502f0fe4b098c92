"""`keys`: those that seal the words of a store; made, wrapped again, and counted."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from rapid_review.cli.context import store_at, store_if_there
from rapid_review.cli.errors import FaultError
from rapid_review.cli.keys import KeyPlaces, keys_options, places_of
from rapid_review.cli.options import json_option, store_option
from rapid_review.cli.output import print_json

if TYPE_CHECKING:
    from rapid_review.store.sealing.census import Census


@click.group()
def keys() -> None:
    """The keys of a sealed store."""


@keys.command()
@store_option
@keys_options
@json_option
def init(store: str, *, as_json: bool) -> None:
    """Make the key store and the key file of a new store, before the store itself.

    Both are readable by their owner alone. A key file that is there serves another key store too;
    a key store that is there is never made again.
    """
    from rapid_review.store.sealing.opening import make_keys

    places = _places(store)
    if places.is_there:
        raise click.UsageError(
            f"{places.shown} already exists, and its keys are never replaced: nobody could read "
            "the words that they seal. Name another with --keys"
        )
    _hold_new(store)
    is_new = not places.file.exists()
    make_keys(places.table, places.file)
    if as_json:
        print_json({"keys": places.shown, "key_file": str(places.file), "key_file_made": is_new})
        return
    click.echo(f"{places.shown}: the key store, made")
    click.echo(f"{places.file}: the key file, {'made' if is_new else 'which was there'}")
    click.echo(
        "Keep the key file on another disk, or have the host's key service wrap the keys; and "
        "back it up apart from the key store: with both, every word can be read",
        err=True,
    )


@keys.command()
@click.option(
    "--new-key-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where the new key file is made, if not beside the other: then every program is to be "
    "given it.",
)
@click.option(
    "--finish",
    is_flag=True,
    help="End the rotation: the new key file takes the place of the old one, which is gone.",
)
@click.option(
    "--without",
    metavar="ID",
    multiple=True,
    help="With --finish: a key store that the old key file opens and that is gone for good; may "
    "be given more than once.",
)
@store_option
@keys_options
@json_option
def rotate(
    new_key_file: Path | None, store: str, *, finish: bool, without: tuple[str, ...], as_json: bool
) -> None:
    """Wrap all keys by a new wrapping key, in one transaction; then --finish.

    Meanwhile both are accepted, so that anyone who uses the store can go on. Interrupted, either
    is asked again. Where the key file opens several key stores, each is rotated before --finish,
    which is refused until then. Backups of the key store from before are opened by the old key
    file alone.
    """
    from rapid_review.store.sealing import rotation

    places = _places(store)
    if without and not finish:
        raise click.UsageError("--without goes with --finish")
    done = (
        rotation.finish(places.table, places.file, new_key_file, without=without)
        if finish
        else rotation.rotate(places.table, places.file, new_key_file)
    )
    if as_json:
        print_json(
            {
                "keys": done.keys,
                "epoch": done.epoch,
                "key_file": str(done.file),
                "finished": finish,
            }
        )
    elif finish:
        click.echo(
            f"All keys are wrapped by key {done.epoch}, in {done.file}; the old one is gone"
        )
    else:
        click.echo(f"{done.keys} keys wrapped again by key {done.epoch}, in {done.file}")
        click.echo("Both are accepted until `rapid-review keys rotate --finish`", err=True)


@keys.command()
@store_option
@keys_options
@json_option
def check(store: str, *, as_json: bool) -> None:
    """Count the keys, and hold them to those that the store's entries name."""
    from rapid_review.store.sealing.census import counted

    with closing(store_at(store, records=True)) as there:
        if not there.codec.is_sealed:
            raise click.UsageError(
                "the words of this store are not sealed, and it has no keys: `rapid-review db "
                "seal` makes a sealed store of it"
            )
        if there.keys is None:
            raise _NO_PLACE
        there.keys.row_key()
        found = counted(there.keys, there.opened.rows)
    if as_json:
        print_json(
            {
                "by_epoch": {str(epoch): number for epoch, number in found.by_epoch.items()},
                "destroyed": found.destroyed,
                "entries_erased": found.entries,
                "lost": list(found.lost),
                "unused": list(found.unused),
            }
        )
    else:
        _print(found)
    if found.lost:
        raise FaultError(
            f"the entries name {len(found.lost)} keys that the key store does not have: it is "
            "older than the store, or belongs to another. Restore the key store that belongs to "
            "this store; until then, only the words of those entries cannot be read"
        )


def _print(found: "Census") -> None:
    for epoch, number in found.by_epoch.items():
        click.echo(f"{number} keys, wrapped by key {epoch}")
    click.echo(f"{found.destroyed} destroyed, and the keys of {found.entries} single entries")
    click.echo(f"{len(found.lost)} keys that entries name are missing")
    for key_id in found.lost:
        click.echo(f"  {key_id}")
    click.echo(f"{len(found.unused)} keys are named by no entry, which does no harm")


def _places(store: str) -> KeyPlaces:
    """Return where the keys are.

    Raises:
        UsageError: the store is on a server, and it is not said.
    """
    places = places_of(store)
    if places is None:
        raise _NO_PLACE
    return places


_NO_PLACE: Final = click.UsageError(
    "a store on a server has no folder for keys: give --keys and --key-file"
)


def _hold_new(store: str) -> None:
    """Hold that no store is there whose words other keys have sealed, or none have.

    Raises:
        UsageError: there is one.
    """
    from rapid_review.store.backends.address import shown_store

    there = store_if_there(store)
    if there is None:
        return
    with closing(there):
        is_sealed = there.codec.is_sealed
    name = shown_store(store)
    raise click.UsageError(
        f"{name} is a sealed store, and its keys are not here: bring them back from their "
        "backup. New ones open no word of it, and are not made in their place"
        if is_sealed
        else f"{name} is there, and its words are not sealed: keys are for a new store. "
        "`rapid-review db seal` makes a sealed store of it, with its keys"
    )
