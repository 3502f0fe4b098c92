"""Copies of a store in an SQLite file and of its keys, made while others write, and put back.

Copying the file alone leaves out what is in the -wal beside it; and a file that is put beside
another's -wal is read together with that. So SQLite itself makes the backup, of one moment, and
nothing is written where a file already exists.

A key is on the disk before the entry that it seals. So the keys are copied after the record: then
no entry in the copy of the record lacks its key. The copy holds the keys wrapped, as they are; it
is useless without the key file, and is never put into one file with the record.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from eventsourcing.persistence import PersistenceError

from rapid_review.audit.log import durable
from rapid_review.domain.errors import InvalidInputError, StorageError
from rapid_review.domain.printable import counted
from rapid_review.store.backends.address import shown_store
from rapid_review.store.backends.open import on_sqlite
from rapid_review.store.backends.ports import Values
from rapid_review.store.backends.sqlite.file import BESIDE
from rapid_review.store.backends.sqlite.opening import open_sqlite
from rapid_review.store.ledger.verify import verified_whole
from rapid_review.store.sealing.key_table import ALL, ERASED
from rapid_review.store.sealing.opening import key_table, new_table

_EVERY: Final = ("", 2**62)  # all in one page, because two pages would be of two moments


class Copied(NamedTuple):
    """A copy that was read back and verified.

    Attributes:
        entries: how many entries it holds; `audit epoch` asks for that number after a restore.
        root: of the tree over them.
        keys: how many keys were copied with it; None if none were.
    """

    entries: int
    root: bytes
    keys: int | None = None


def back_up(
    store: Path, to: Path, *, keys: str | None = None, keys_to: Path | None = None
) -> Copied:
    """Copy a store to a new file, whole, as it is at one moment; others may go on writing.

    The keys are copied after the entries: each key is stored before its entry, so no copied entry
    lacks one. The copy of the store gets its name last, so if it is there, its keys are too.

    Args:
        store: the store.
        to: the copy, which must not exist.
        keys: the key store of a sealed store, if it is copied as well.
        keys_to: the copy of the key store, which must not exist.

    Raises:
        InvalidInputError: a file exists where a copy is to be.
        KeysError: the keys cannot be copied; no copy of the store is left.
        RecordError: it is not a store of this library, or the copy is not intact; none is left.
        StorageError: the store cannot be read, or the copy cannot be written; none is left.
    """
    must_be_vacant(to)
    log = open_sqlite(store, create=False)

    def with_keys(copied: Copied) -> Copied:
        if keys is None or keys_to is None:
            return copied
        return copied._replace(keys=copy_keys(keys, keys_to))

    with closing(log):
        return _write_verified(to, store.name, log.copy_to, with_keys)


def restore(backup: Path, to: Path) -> Copied:
    """Put a backup where a store was and no file exists any more.

    Raises:
        InvalidInputError: a file exists where the store is to be; or beside the backup, which is
            then a store in use, or was left by a crash.
        RecordError: the backup is not a store of this library, or is not intact; nothing is left.
        StorageError: the backup cannot be read, or the store cannot be written; nothing is left.
    """
    must_be_vacant(to)
    if beside := _existing(backup, BESIDE):
        raise InvalidInputError(
            f"{backup.name} is not a backup, because {beside[0].name} is beside it: it is a "
            "store in use, or a crash left it, and it is incomplete on its own. Make a backup "
            "of it with `rapid-review db backup`, and restore that"
        )

    def copy(new: Path) -> None:
        shutil.copyfile(backup, new)

    return _write_verified(to, backup.name, copy)


def copy_keys(table: str | Path, to: str | Path) -> int:
    """Copy a key store, as it is at one moment, to a new place; return how many keys it holds.

    Each is a file, or the address of a schema on a PostgreSQL server. A copy from before an
    erasure still holds the keys that were destroyed since: destroy these again, or the copy.

    Args:
        table: the key store.
        to: the copy, which must not exist.

    Raises:
        InvalidInputError: a key store already exists.
        KeysError: the key store cannot be read, or the copy cannot be written; none is left.
    """
    keys, erased = _rows_of(table)
    if not new_table(to, keys, erased):
        raise InvalidInputError(
            f"{shown_store(str(to))} already exists, and a key store is never overwritten: it "
            "may contain keys that this copy does not. Name another place, or move it away"
        )
    return len(keys)


def restore_keys(backup: Path, to: str) -> int:
    """Put a copy of a key store back; return how many keys it holds.

    An existing key store that knows every key of the copy is kept: it may be newer.

    Args:
        backup: the copy.
        to: the key store.

    Raises:
        InvalidInputError: a key store exists that lacks a key of the copy.
        KeysError: one of them cannot be read, or the key store cannot be written.
    """
    keys, erased = _rows_of(backup)
    if new_table(to, keys, erased):
        return len(keys)
    lacks = {row[0] for row in keys} - {row[0] for row in _rows_of(to)[0]}
    if lacks:
        raise InvalidInputError(
            f"{shown_store(to)} already exists, and lacks {len(lacks)} of "
            f"{counted(len(keys), 'key')} in {backup.name}: it is older, or belongs to another "
            "record. A key store is never overwritten. Name another place with --keys; or move "
            "this one away, and keep it"
        )
    return len(keys)


def _rows_of(table: str | Path) -> tuple[Sequence[Values], Sequence[Values]]:
    """Return the keys in a key store, and the single entries whose keys were destroyed."""
    with closing(key_table(table)) as source:
        erased = source.rows(ERASED)  # first: what is erased meanwhile is then gone from the keys
        return source.rows(ALL, _EVERY), erased


def not_written(to: Path, error: Exception) -> StorageError:
    """Return the error of a copy that could not be written."""
    reason = error.strerror if isinstance(error, OSError) else error
    return StorageError(
        f"{to.name} could not be written: {reason}. Check that its folder exists, that you may "
        "write in it, and that the disk has room. Then try again: no partial file was left"
    )


def must_be_vacant(path: Path) -> None:
    """Check that nothing is at a path, nor beside it what SQLite would read together with it.

    Raises:
        InvalidInputError: there is such a file; the message says what to do.
    """
    if existing := _existing(path, ("", *BESIDE)):
        raise InvalidInputError(
            f"{existing[0].name} already exists, and nothing is written over it or beside it: a "
            "file is read together with the -wal, -shm or -journal beside it. Name another "
            "place; or stop every program that uses the store, and move the file away with all "
            "three"
        )


def give_place(new: Path, to: Path) -> None:
    """Give a finished store its name.

    Raises:
        InvalidInputError: the name is taken, or was until a moment ago; nothing is changed.
    """
    if durable.put(new, to):
        return
    must_be_vacant(to)
    raise InvalidInputError(
        f"another program made a file named {to.name}, and removed it, while this one was being "
        "written. Nothing was written there. Stop that program and try again, or name another "
        "place"
    )


def _existing(path: Path, ends: tuple[str, ...]) -> list[Path]:
    return [one for end in ends if os.path.lexists(one := Path(f"{path}{end}"))]


def _write_verified(
    to: Path,
    name: str,
    fill: Callable[[Path], None],
    then: Callable[[Copied], Copied] = lambda copied: copied,
) -> Copied:
    """Fill a file in a folder of its own, verify it, and give it its place, or leave nothing.

    Args:
        to: its place.
        name: its name until then, by which a message names it.
        fill: fills it.
        then: called before it gets its place.
    """
    try:
        with durable.beside(to) as fresh:
            new = fresh / name
            durable.create_empty(new)
            fill(new)
            with closing(on_sqlite(new, create=False)) as copy:
                copied = then(Copied(*verified_whole(copy, name)))
            # Flush it before it gets its name, and look again, because copying took a while.
            with new.open("rb+") as file:
                os.fsync(file.fileno())
            must_be_vacant(to)
            give_place(new, to)
    except (PersistenceError, sqlite3.Error, OSError) as error:
        raise not_written(to, error) from error
    return copied
