"""`keys`: make, rotate and count the keys that seal the words of a store."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from rapid_review.cli.context import store_at, store_if_there
from rapid_review.cli.errors import FaultError
from rapid_review.cli.groups import Group
from rapid_review.cli.keys import KeyPlaces, keys_options, places_of
from rapid_review.cli.options import json_option, store_option
from rapid_review.cli.output import print_json
from rapid_review.domain.printable import counted, printable

if TYPE_CHECKING:
    from rapid_review.store.sealing.census import Census


@click.group(cls=Group)
def keys() -> None:
    """Make, count and replace the keys of a sealed store."""


@keys.command()
@store_option
@keys_options
@json_option
def init(store: str, *, as_json: bool) -> None:
    """Make the key store and the key file for a new store, before you make the store itself.

    Only the owner of the files can read them. A key file that already exists is used for this
    key store too; a key store that already exists is never replaced.
    """
    from rapid_review.store.sealing.opening import make_keys

    places = _places(store)
    if places.is_there:
        raise click.UsageError(
            f"{places.shown} already exists, and its keys are never replaced: nobody could then "
            "read the words that they seal. Name another key store with --keys"
        )
    _check_no_store(store)
    is_new = not places.file.exists()
    make_keys(places.key_store, places.file)
    if as_json:
        print_json({"keys": places.shown, "key_file": str(places.file), "key_file_made": is_new})
        return
    click.echo(f"{places.shown}: the new key store")
    which = "the new key file" if is_new else "the key file, which existed already"
    click.echo(f"{places.file}: {which}")
    click.echo(
        "Keep the key file on another disk, or use the host's key service to wrap the keys. Back "
        "it up separately from the key store: anyone who has both can read every word",
        err=True,
    )


@keys.command()
@click.option(
    "--new-key-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The new key file. Default: a file beside the old one. If you name one, give it to every "
    "program that uses the keys.",
)
@click.option(
    "--finish",
    is_flag=True,
    help="End the rotation: the new key file replaces the old one, which is deleted.",
)
@click.option(
    "--without",
    metavar="ID",
    multiple=True,
    help="With --finish: a key store of the old key file that no longer exists and will not come "
    "back. Can be repeated.",
)
@store_option
@keys_options
@json_option
def rotate(
    new_key_file: Path | None, store: str, *, finish: bool, without: tuple[str, ...], as_json: bool
) -> None:
    """Wrap all keys with a new wrapping key, in one transaction; then end with --finish.

    Until --finish both wrapping keys are accepted, so anyone who uses the store can continue.
    If either step is interrupted, run it again. If the key file opens several key stores,
    rotate each of them first: --finish is refused until then. Only the old key file opens older
    backups of the key store.
    """
    from rapid_review.store.sealing import rotation

    places = _places(store)
    if without and not finish:
        raise click.UsageError(
            "--without works only with --finish; give both, or leave out --without"
        )
    done = (
        rotation.finish(places.key_store, places.file, new_key_file, without=without)
        if finish
        else rotation.rotate(places.key_store, places.file, new_key_file)
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
            f"All keys are wrapped by key {done.epoch}, in {done.file}; the old key file is "
            "deleted"
        )
    else:
        click.echo(f"{counted(done.keys, 'key')} now wrapped by key {done.epoch}, in {done.file}")
        click.echo(
            "Both key files are accepted until you run `rapid-review keys rotate --finish`",
            err=True,
        )


@keys.command()
@store_option
@keys_options
@json_option
def check(store: str, *, as_json: bool) -> None:
    """Count and open the keys, and compare them with those that the store's entries name."""
    from rapid_review.store.sealing import census

    with closing(store_at(store, records=True)) as there:
        if not there.codec.is_sealed:
            raise click.UsageError(
                "the words of this store are not sealed, so it has no keys; make a sealed copy of "
                "it with `rapid-review db seal`"
            )
        if there.keys is None:
            raise _NO_PLACE
        there.keys.row_key()
        found = census.counted(there.keys, there.opened.rows)
    if as_json:
        print_json(
            {
                "by_epoch": {str(epoch): number for epoch, number in found.by_epoch.items()},
                "destroyed": found.destroyed,
                "entries_erased": found.entries,
                "lost": list(found.lost),
                "damaged": list(found.damaged),
                "unused": list(found.unused),
            }
        )
    else:
        _print(found)
    if found.lost:
        raise FaultError(
            f"of the keys that the entries name, the key store lacks {len(found.lost)}: the key "
            "store is older than the store, or belongs to another store. Restore the key store "
            "that belongs to this store; until then, only the words of those entries cannot be "
            "read"
        )
    if found.damaged:
        raise FaultError(
            f"of the keys in the key store, {len(found.damaged)} cannot be opened: somebody "
            "altered their rows, or moved them there, or the key store is damaged. Restore the "
            "key store that belongs to this store; until then, the words under these keys cannot "
            "be read"
        )


def _print(found: "Census") -> None:
    for epoch, number in found.by_epoch.items():
        click.echo(f"keys wrapped by key {epoch}: {number}")
    click.echo(
        f"keys destroyed: {found.destroyed}; single entries whose keys were destroyed: "
        f"{found.entries}"
    )
    click.echo(f"keys missing, although entries name them: {len(found.lost)}")
    for key_id in found.lost:
        click.echo(f"  {key_id}")
    click.echo(f"keys that do not open: {len(found.damaged)}")
    for key_id in found.damaged:
        click.echo(f"  {printable(key_id)}")
    click.echo(f"keys that no entry names, which do no harm: {len(found.unused)}")


def _places(store: str) -> KeyPlaces:
    """Return where the keys are.

    Raises:
        UsageError: the store is on a server, and the command does not name its keys.
    """
    places = places_of(store)
    if places is None:
        raise _NO_PLACE
    return places


_NO_PLACE: Final = click.UsageError(
    "a store on a server has no folder for keys; give --keys and --key-file"
)


def _check_no_store(store: str) -> None:
    """Check that there is no store yet: new keys could not open its words.

    Raises:
        UsageError: there is a store.
    """
    from rapid_review.store.backends.address import shown_store

    there = store_if_there(store)
    if there is None:
        return
    with closing(there):
        is_sealed = there.codec.is_sealed
    name = shown_store(store)
    raise click.UsageError(
        f"{name} is a sealed store, and its keys are missing; restore them from their backup. New "
        "keys could not open its words, so none are made"
        if is_sealed
        else f"{name} already exists, and its words are not sealed; this command makes keys only "
        "for a new store. Make a sealed copy of the store, with keys, with `rapid-review db "
        "seal`"
    )
