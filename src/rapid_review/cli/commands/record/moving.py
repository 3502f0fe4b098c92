"""`db move`, `db backup` and `db restore`: copying a whole store."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli.context import store_at
from rapid_review.cli.errors import NotFoundError
from rapid_review.cli.inputs import InputPath, on_a_server
from rapid_review.cli.keys import keys_options, places_of
from rapid_review.cli.options import json_option, store_option
from rapid_review.cli.output import print_json, print_position
from rapid_review.domain.printable import counted

if TYPE_CHECKING:
    from rapid_review.store.copies.backups import Copied
    from rapid_review.store.store import Store


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@json_option
def move(source: str, target: str, *, as_json: bool) -> None:
    """Copy every row of the store FROM to the store TO, and verify both.

    Each store is a file, or the address of a server on which `db init` made the tables before.
    It may also be @FILE: a file with such an address, which keeps the address out of the list of
    processes. Entries keep their positions and their bytes, so every checkpoint that somebody
    keeps is valid for both stores. Do not record in either store meanwhile. Subscriptions are
    copied and continue from the same position; tables of your own that they write to are not
    copied. After an interruption, run the command again: it continues where it stopped. FROM is
    not changed.
    """
    from rapid_review.store.backends.address import shown_store
    from rapid_review.store.copies.moving import move as moved_to

    source, target = map(_store_named, (source, target))
    if shown_store(source) == shown_store(target) or _is_one_file(source, target):
        raise click.UsageError("FROM and TO are the same store; name another store as TO")

    with (
        closing(_store_at(source)) as old,
        closing(_store_at(target, like=old)) as new,
    ):
        print_about_subscriptions(old)
        moved = moved_to(old, new, print_position)
    if as_json:
        print_json(
            {
                "from": shown_store(source),
                "to": shown_store(target),
                "entries": moved.entries,
                "added": moved.added,
                "root": moved.root.hex(),
                "subscriptions": moved.subscriptions,
            }
        )
        return
    if not moved.entries:
        old_store, new_store = shown_store(source), shown_store(target)
        click.echo(f"{old_store} is an empty store, so {new_store} is empty too")
        return
    click.echo(
        f"{counted(moved.added, 'entry')} moved from {shown_store(source)} to "
        f"{shown_store(target)}"
    )
    click.echo(f"verified: both hold {counted(moved.entries, 'entry')}, root {moved.root.hex()}")


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--keys-to",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The new file for the copy of a sealed store's keys. Default: FILE.keys, beside the "
    "other copy.",
)
@store_option
@keys_options
@json_option
def backup(file: Path, keys_to: Path | None, store: str, *, as_json: bool) -> None:
    """Copy the whole store to a new FILE, while others may write to it, and verify the copy.

    The keys of a sealed store are copied after the entries, to a file of their own. The key file
    is not copied, and without it the copied keys cannot be used. For a store on a server use
    pg_dump; `db move` can also copy it to a file.
    """
    from rapid_review.store.copies.backups import back_up

    _refuse_server(store, "pg_dump backs it up, and `rapid-review db move` copies it to a file")
    _check_vacant(file)
    if not Path(store).exists():
        raise NotFoundError(f"there is no store {store}; name another with --store")
    keys_to = keys_to or file.with_suffix(".keys")
    table = _key_store(store)
    if table is not None:
        if keys_to.absolute() == file.absolute():
            raise click.UsageError(
                "keys must not be in the same file as the words that they seal; name another file"
            )
        _check_vacant(keys_to)
    copied = back_up(Path(store), file, keys=table, keys_to=keys_to)
    _print(copied, file, keys_file=keys_to, as_json=as_json)


@click.command()
@click.argument("file", metavar="FILE", type=InputPath())
@click.option(
    "--keys-from",
    metavar="FILE",
    type=InputPath(),
    help="The copy of the keys, if the keys were lost too. A key store that has them all is kept.",
)
@store_option
@keys_options
@json_option
def restore(file: Path, keys_from: Path | None, store: str, *, as_json: bool) -> None:
    """Verify the backup in FILE, and copy it to the place of the store.

    No file may exist there, nor one with -wal, -shm or -journal added to its name. If the
    backup lacks entries, give the number of entries that this prints to `audit epoch --kept`.
    """
    from rapid_review.store.copies.backups import restore as restored
    from rapid_review.store.copies.backups import restore_keys

    _refuse_server(store, "pg_restore puts a backup back, and `rapid-review db move` a file")
    _check_vacant(Path(store))
    keys, places = None, places_of(store)
    key_store = "" if places is None else places.key_store
    if keys_from is not None:
        # First, because without them nothing can be recorded.
        keys = restore_keys(keys_from, key_store)
    copied = restored(file, Path(store))._replace(keys=keys)
    _print(copied, Path(store), keys_file=Path(key_store), as_json=as_json)


def print_about_subscriptions(old: "Store") -> None:
    """Print, before a store is copied, what happens to its subscriptions."""
    from rapid_review.store.subscriptions.begun import number_of_subscriptions

    if not (many := number_of_subscriptions(old.opened)):
        return
    are = "subscription is" if many == 1 else "subscriptions are"
    click.echo(
        f"{many} {are} copied too, and will continue in the new store from the same position. "
        "From now on, do not run `rapid-review work` on the old store. Before you run it on "
        "the new store, copy the tables that your own handlers write to: this command does not "
        "copy them",
        err=True,
    )


def _store_named(place: str) -> str:
    """Return the store that an argument names: for @FILE, the address in that file.

    Raises:
        InvalidInputError: the file contains no address, or other people may read it.
    """
    from rapid_review.store.backends.address import address_in_file

    return address_in_file(Path(place[1:])) if place.startswith("@") else place


def _store_at(place: str, *, like: "Store | None" = None) -> "Store":
    """Open a store; with `like`, make it if it does not exist, sealed if `like` is.

    Raises:
        NotFoundError: there is no store, and `like` was not given.
        RecordError: the file is not a store of this library, or cannot be read.
    """
    from rapid_review.store.backends.open import on_sqlite
    from rapid_review.store.store import Store

    if on_a_server(place):
        return Store.on_postgres(place)
    if like is None and not Path(place).exists():
        raise NotFoundError(f"there is no store {place}; name a store that exists as FROM")
    is_sealed = like is not None and like.codec.is_sealed
    return Store(on_sqlite(place, create=like is not None, sealed=is_sealed))


def _is_one_file(source: str, target: str) -> bool:
    """Say whether two paths lead to the same file."""
    try:
        return Path(source).samefile(target)
    except OSError:
        return False


def _refuse_server(store: str, instead: str) -> None:
    if on_a_server(store):
        raise click.UsageError(f"the store is on a server: {instead}")


def _check_vacant(path: Path) -> None:
    """Check that nothing exists at a path, before any work is done.

    Raises:
        UsageError: something does.
    """
    from rapid_review.domain.errors import InvalidInputError
    from rapid_review.store.copies.backups import must_be_vacant

    try:
        must_be_vacant(path)
    except InvalidInputError as error:
        raise click.UsageError(str(error)) from None


def _key_store(store: str) -> str | None:
    """Return the key store of a sealed store.

    Returns:
        None if the store is not sealed; or if its key store was not found, which is printed.
    """
    with closing(store_at(store)) as there:
        if not there.codec.is_sealed:
            return None
    places = places_of(store)
    if places is not None and places.is_there:
        return places.key_store
    click.echo(
        "The keys of this store were not found, so they were not copied: name the key store with "
        "--keys",
        err=True,
    )
    return None


def _print(copied: "Copied", path: Path, *, keys_file: Path, as_json: bool) -> None:
    keys = copied.keys
    if as_json:
        of_keys = {} if keys is None else {"keys": keys, "keys_file": str(keys_file)}
        about = {"file": str(path), "entries": copied.entries, "root": copied.root.hex()}
        print_json(about | of_keys)
        return
    if copied.entries:
        click.echo(
            f"{path}: {counted(copied.entries, 'entry')}, root {copied.root.hex()}, verified"
        )
    else:
        click.echo(f"{path}: an empty store, without entries")
    if keys is not None:
        click.echo(
            f"{keys_file}: {counted(keys, 'key')}; the key file that opens them is not in the "
            "backup"
        )
