"""Where the keys of a sealed store are: as `--keys` and `--key-file` say, or beside the store.

Only commands that record, or open words, need the keys.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from rapid_review.cli.inputs import on_a_server
from rapid_review.cli.option_values import kept, value_of

if TYPE_CHECKING:
    from rapid_review.store.sealing.keys import Keys

KEYS: Final = "RAPID_REVIEW_KEYS"
KEY_FILE: Final = "RAPID_REVIEW_KEY_FILE"
"""The environment variables that name the key store and the key file."""


class KeyPlaces(NamedTuple):
    """Where the keys of a store are, or will be made.

    Attributes:
        key_store: the key store: a file, or the address of a schema on a server.
        file: the key file.
    """

    key_store: str
    file: Path

    @property
    def shown(self) -> str:
        """The key store as a message names it, without a password."""
        from rapid_review.store.backends.address import shown_store

        return shown_store(self.key_store)

    @property
    def is_there(self) -> bool:
        """Whether the key store exists."""
        from rapid_review.domain.errors import KeysError
        from rapid_review.store.sealing.opening import key_table

        if not on_a_server(self.key_store):
            return Path(self.key_store).exists()
        try:
            key_table(self.key_store).close()
        except KeysError:
            return False
        return True

    def opened(self) -> "Keys":
        """Open the keys.

        Raises:
            KeysError: the key store or the key file cannot be used.
        """
        from rapid_review.store.sealing.opening import keys_at

        return keys_at(self.key_store, self.file)

    def made(self) -> "Keys":
        """Make the keys of a new store unless they exist, and open them.

        Raises:
            KeysError: the existing keys cannot be used.
            StorageError: the keys cannot be made.
        """
        from rapid_review.store.sealing.opening import make_keys

        make_keys(self.key_store, self.file)
        return self.opened()

    def announce(self, what: str = "Its words") -> None:
        """Print on standard error where the keys of the new store are."""
        click.echo(
            f"{what} are sealed with the keys in {self.shown}. The key file {self.file} opens "
            "those keys: keep it on another disk, and never put both into one backup",
            err=True,
        )


_keys_option = click.option(
    "--keys",
    "keys_table",  # `--key` of `audit verify` is called keys
    metavar="FILE|postgresql://...",
    envvar=KEYS,
    expose_value=False,
    callback=kept("key store"),
    help=f"The key store of a sealed store. Default: the value of {KEYS}, or the key store beside "
    "the store.",
)
_key_file_option = click.option(
    "--key-file",
    "keys_file",  # `--key` of the audit's commands is called key_file
    metavar="FILE",
    envvar=KEY_FILE,
    type=click.Path(path_type=Path),
    expose_value=False,
    callback=kept("key file"),
    help="The key file that opens the key store; keep it on another disk. Default: the value of "
    f"{KEY_FILE}, or the file beside the store.",
)
_unsealed_option = click.option(
    "--unsealed",
    is_flag=True,
    expose_value=False,
    callback=kept("unsealed"),
    help="For trials only: record in a store whose words are not sealed, so that anyone with the "
    "file can read them. A new store is made without keys. Default: a new store gets keys, and an "
    "unsealed store is read only.",
)


def keys_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that name the keys."""
    return _keys_option(_key_file_option(command))


def recording_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that records the options that name the keys, and `--unsealed`."""
    return keys_options(_unsealed_option(command))


def is_unsealed() -> bool:
    """Say whether `--unsealed` was given."""
    return bool(value_of("unsealed"))


def are_named() -> bool:
    """Say whether the options or the environment name a key store or a key file."""
    return bool(value_of("key store") or value_of("key file"))


def keys_of(store: str) -> "Keys | None":
    """Open the keys of a sealed store.

    Returns:
        None if the store is on a server and no key store was named.

    Raises:
        KeysError: the keys cannot be used.
        UsageError: the store is on a server, and only one of key store and key file was named.
    """
    places = places_of(store)
    return None if places is None else places.opened()


def keys_of_new(store: str) -> "Keys | None":
    """Make and open the keys of a store that is made now; return None with `--unsealed`.

    Raises:
        KeysError: existing keys cannot be used.
        UsageError: the store is on a server, and the options do not say where to put its keys.
    """
    if is_unsealed():
        return None
    places = places_of(store)
    if places is None:
        raise click.UsageError(
            "a store on a server has no folder for its keys; give --keys and --key-file or, for a "
            "trial only, --unsealed"
        )
    return places.made()


def announce_keys(store: str) -> None:
    """Print on standard error where the keys of the new store are."""
    if (places := places_of(store)) is not None:
        places.announce()


def places_of(store: str) -> KeyPlaces | None:
    """Return where a store's keys are; None for a store on a server if no option says it.

    Raises:
        UsageError: the store is on a server, and only one of key store and key file was named.
    """
    key_store, file = value_of("key store"), value_of("key file")
    if on_a_server(store) and not (key_store and file):
        if key_store or file:
            raise click.UsageError(
                "a store on a server has no folder for keys; give both --keys and --key-file"
            )
        return None
    beside = Path(store)
    return KeyPlaces(
        str(key_store or beside.with_suffix(".keys")),
        Path(str(file)) if file else beside.with_suffix(".key-file"),
    )
