"""Make the keys of a new record, and open existing ones."""

import os
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rapid_review.domain.errors import must_be
from rapid_review.store.backends.address import on_a_server
from rapid_review.store.backends.extras import missing_extra
from rapid_review.store.backends.ports import Values, Writer
from rapid_review.store.sealing.key_file import enlist, from_key_file, new_key_file
from rapid_review.store.sealing.key_table import (
    ADD,
    ERASE,
    KeyTable,
    SQLiteKeyTable,
    make_tables,
)
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.scope_key import KEY
from rapid_review.store.sealing.wrapped import new_row_key
from rapid_review.store.sealing.wrapping import Wrapping, WrappingKey

if TYPE_CHECKING:
    from rapid_review.store.backends.postgres.key_table import PostgresKeyTable


def keys_in_memory() -> Keys:
    """Return keys in memory, which are lost when the process ends, for tests and trials."""
    keys = Keys(SQLiteKeyTable(), WrappingKey(1, os.urandom(KEY)))
    keys.start()
    return keys


def make_keys(table: str | Path, wrapping: Wrapping | Path) -> bool:
    """Make the key store of a new record, and its key file; return whether either was made now.

    An existing key file is used as it is: one may serve several key stores, and lists them. An
    existing key store is used as it is too: its keys are never made again.

    Args:
        table: the key store: a file, or the address of a schema on a PostgreSQL server.
        wrapping: the key file; or a key service of the host's in place of one.

    Raises:
        InvalidInputError: the key store is given as something else than a path or an address.
        KeysError: the existing key file cannot be used, or belongs to another key store.
        StorageError: one of the two cannot be made.
    """
    _must_be_a_table(table)
    made_file = isinstance(wrapping, Path) and new_key_file(wrapping)
    wraps = from_key_file(wrapping) if isinstance(wrapping, Path) else wrapping
    made_table = new_table(table, [new_row_key(wraps)])
    must_open(wrapping, table)
    return made_file or made_table


def must_open(wrapping: Wrapping | Path, table: str | Path) -> None:
    """Check that a wrapping key opens a key store, which its key file then lists.

    Raises:
        KeysError: it does not: another key wrapped the keys.
    """
    with closing(keys_at(table, wrapping)) as keys:
        keys.row_key()


def keys_at(
    table: str | Path, wrapping: Wrapping | Path, *, older: Wrapping | None = None
) -> Keys:
    """Return the keys in a key store.

    Args:
        table: the key store: a file, or the address of a schema on a PostgreSQL server.
        wrapping: what wraps them: a key file, or a key service of the host's. If `keys rotate`
            made a new key file beside it, that is accepted too, until the rotation is finished.
        older: the earlier wrapping key, while not all keys are wrapped again.

    Raises:
        KeysError: one of the two cannot be used.
        InvalidInputError: the key file is given as a text, and not as a path; or the key store as
            neither of the two.
    """
    _must_be_a_table(table)
    if not isinstance(wrapping, Path):
        if not hasattr(wrapping, "epoch"):
            must_be(
                Path, "the key file as a Path, or a key service of your own", wrapping=wrapping
            )
        return Keys(key_table(table), wrapping, older=older)
    wraps, opened = from_key_file(wrapping), key_table(table)
    look, opens = partial(_available_keys, wrapping), partial(enlist, wrapping, name=opened.name)
    return Keys(opened, wraps, older=older, look=look, opens=opens)


def _must_be_a_table(table: object) -> None:
    must_be((str, Path), "the path of a file, or the address of a schema on a server", table=table)


def key_table(table: str | Path) -> KeyTable:
    """Open a key store; see `keys_at`.

    Raises:
        KeysError: it cannot be used.
    """
    if on_a_server(str(table)):
        return _on_a_server().at(str(table))
    return SQLiteKeyTable(Path(table))


def new_table(table: str | Path, keys: Iterable[Values], erased: Iterable[Values] = ()) -> bool:
    """Make a key store that holds these rows; return False if one exists.

    Args:
        table: the key store: a file, or the address of a schema on a PostgreSQL server.
        keys: its rows, as in `KeyRow`.
        erased: the single entries whose keys were destroyed.

    Raises:
        StorageError: it cannot be made, and does not exist.
    """

    def fill(writer: Writer) -> None:
        make_tables(writer)
        writer.insert(ADD, keys)
        writer.insert(ERASE, erased)

    if on_a_server(str(table)):
        return _on_a_server().make(str(table), fill)
    return SQLiteKeyTable.make(Path(table), fill)


def next_file(key_file: Path) -> Path:
    """Return where the next key file is while a rotation is not finished."""
    return key_file.with_name(f"{key_file.name}.next")


def _available_keys(key_file: Path) -> tuple[Wrapping, ...]:
    return tuple(from_key_file(one) for one in (key_file, next_file(key_file)) if one.exists())


def _on_a_server() -> "type[PostgresKeyTable]":
    try:
        from rapid_review.store.backends.postgres.key_table import (  # noqa: PLC0415 - an extra
            PostgresKeyTable,
        )
    except ImportError as error:
        raise missing_extra("postgres", "a key store on PostgreSQL needs its driver") from error
    return PostgresKeyTable
