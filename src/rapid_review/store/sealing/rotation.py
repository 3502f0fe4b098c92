"""Replace the wrapping key: make a new one, wrap every key with it, and give up the old one.

A killed process leaves one of two states at each step: every key is wrapped by the old one or by
the new one, and both files are there until the rotation is finished.
"""

from collections.abc import Collection, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rapid_review.audit.log import durable
from rapid_review.domain.errors import KeysError
from rapid_review.store.backends.ports import Values, Writer
from rapid_review.store.sealing.key_file import from_key_file, new_key_file, opened_by
from rapid_review.store.sealing.key_table import REWRAP, KeyRow
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_at, must_open, next_file
from rapid_review.store.sealing.wrapped import wrapped
from rapid_review.store.sealing.wrapping import Wrapping


class Rotated(NamedTuple):
    """What a rotation did.

    Attributes:
        keys: how many keys were wrapped again.
        epoch: the number of the current wrapping key.
        file: the key file that holds it.
    """

    keys: int
    epoch: int
    file: Path


def wrap_anew(keys: Keys, by: Wrapping) -> int:
    """Wrap every key again, all or none; return how many.

    Keys that others make or change meanwhile are wrapped in another pass. Once this returns, no
    key is left that another wrapping key wraps.

    Args:
        keys: the keys of the record.
        by: the new wrapping key, with a higher number.

    Raises:
        KeysError: a key cannot be wrapped again, or the key store undid it.
    """
    done, before = 0, dict[str, str | None]()
    with keys.lock:
        keys.accept(by)
        while rows := [row for row in keys.all() if row.wrapped and row.epoch != by.epoch]:
            # What somebody put into the key store, such as a trigger, may undo it each time.
            if any(before.get(row.key_id) == row.wrapped for row in rows):
                raise keys.not_kept(
                    "a key that was wrapped again",
                    "It still needs the old wrapping key, and nothing is lost",
                )
            before = {row.key_id: row.wrapped for row in rows}
            new = [(_wrapped(by, row, keys.unwrapped(row)), row) for row in rows]
            values = [(one.epoch, one.wrapped, one.key_id, row.wrapped) for one, row in new]
            keys.table.write(partial(_insert, values))
            done += len(rows)
        # The database's log still holds the keys as the old wrapping key wrapped them.
        keys.table.forget()
        return done


def _wrapped(by: Wrapping, row: KeyRow, secret: bytes) -> KeyRow:
    return wrapped(by, bytes.fromhex(row.key_id), row.stream, row.scope, secret)


def _insert(rows: Iterable[Values], writer: Writer) -> None:
    writer.insert(REWRAP, rows)


def rotate(table: str | Path, key_file: Path, new_file: Path | None = None) -> Rotated:
    """Wrap every key with a new wrapping key; the old one is accepted until `finish`.

    After an interruption, another call continues with the key file that was made.

    Args:
        table: the key store.
        key_file: the current key file.
        new_file: where the new key file is made; if not given, beside the other, where `keys_at`
            finds it.

    Raises:
        KeysError: one of them cannot be used.
        StorageError: one of them cannot be written; all keys are as they were.
    """
    file = new_file or next_file(key_file)
    old = from_key_file(key_file)
    with closing(keys_at(table, key_file)) as keys:
        keys.row_key()  # raises unless the given key file wraps them
        new_key_file(file, old.epoch + 1)
        new = from_key_file(file)
        if new.epoch <= old.epoch:
            raise KeysError(
                f"the key file {file.name} contains key {new.epoch}, and the keys are wrapped "
                f"with key {old.epoch}; a new key must have a higher number. Give the name of a "
                "file that does not exist yet"
            )
        done = wrap_anew(keys, new)
    must_open(file, table)
    return Rotated(done, new.epoch, file)


def finish(
    table: str | Path,
    key_file: Path,
    new_file: Path | None = None,
    *,
    without: Collection[str] = (),
) -> Rotated:
    """End a rotation: the old key wraps nothing any more, and its file is deleted.

    The new key file takes the place of the old one or, if it was made elsewhere, stays there.
    Nothing is given up while the old key still opens another key store that was not rotated.

    Args:
        table: the key store.
        key_file: the old key file.
        new_file: the new key file, if it was not made beside the old one.
        without: the ids of key stores that are gone for good, and need no key any more.

    Raises:
        KeysError: there is no rotation to finish, another key store still needs the old key, or
            one of the files cannot be used.
        StorageError: one of them cannot be written.
    """
    file = new_file or next_file(key_file)
    if not file.exists():
        raise KeysError(
            f"there is no {file.name}, so these keys have no unfinished rotation. Begin one "
            "with `rapid-review keys rotate`"
        )
    new = from_key_file(file)
    older = from_key_file(key_file) if key_file.exists() else None
    with closing(keys_at(table, file, older=older)) as keys:
        keys.row_key()
        done = wrap_anew(keys, new)
    must_open(file, table)
    _must_not_be_needed(key_file, file, without)
    # Replace it first, and only then remove the other: if killed in between, both files hold the
    # new key.
    if new_file is None:
        durable.replace(key_file, file.read_bytes())
        file.unlink()
        file = key_file
    else:
        key_file.unlink(missing_ok=True)
    return Rotated(done, new.epoch, file)


def _must_not_be_needed(key_file: Path, new_file: Path, without: Collection[str]) -> None:
    """Check that no key store needs the old key: each that it opens has the new one.

    Raises:
        KeysError: one does.
    """
    if not key_file.exists():
        return
    have = {*opened_by(new_file), *without}
    left = {one: name for one, name in opened_by(key_file).items() if one not in have}
    if left:
        names = ", ".join(f"{name} (id {one})" for one, name in left.items())
        raise KeysError(
            f"the old key in {key_file.name} is still needed: it opens {names}, whose keys are "
            "not wrapped with the new one yet. Run `rapid-review keys rotate` for each of "
            "them, with the same key files. If one no longer exists, give its id with "
            "--without. Both key files are accepted until then, and nothing is lost"
        )
