"""A new wrapping key: made, used for every key, and put in the place of the one before.

A killed process leaves one of two states at each step: every key is wrapped by the old one or by
the new one, and both files are there until the rotation is finished.
"""

from pathlib import Path
from typing import NamedTuple

from rapid_review.audit.log import durable
from rapid_review.domain.errors import KeysError
from rapid_review.store.sealing.opening import keys_at, next_file
from rapid_review.store.sealing.wrapping import WrappingKey, from_key_file, new_key_file


class Rotated(NamedTuple):
    """What a rotation did.

    Attributes:
        keys: how many keys were wrapped anew.
        epoch: the number of the wrapping key of now.
        file: the key file that holds it.
    """

    keys: int
    epoch: int
    file: Path


def rotate(table: str | Path, key_file: Path, new_file: Path | None = None) -> Rotated:
    """Wrap every key by a new wrapping key; the one before is accepted until `finish`.

    Asked again after it was interrupted, it goes on with the key file that it had made.

    Args:
        table: the key store.
        key_file: the key file of now.
        new_file: where the new one is made; beside the other if not given, where it is found.

    Raises:
        KeysError: one of them cannot be used.
        StorageError: one of them cannot be written; all keys are as they were.
    """
    file = new_file or next_file(key_file)
    old = from_key_file(key_file)
    keys = keys_at(table, key_file)
    try:
        keys.row_key()  # the one that is given must be the one that wraps them
        new_key_file(file, old.epoch + 1)
        new = from_key_file(file)
        if new.epoch <= old.epoch:
            raise KeysError(
                f"the key file {file.name} holds key {new.epoch}, and the keys are wrapped by key "
                f"{old.epoch}: a new one has a higher number. Name a file that is not there"
            )
        return Rotated(keys.rotate(new), new.epoch, file)
    finally:
        keys.close()


def finish(table: str | Path, key_file: Path, new_file: Path | None = None) -> Rotated:
    """End a rotation: nothing is wrapped by the old key any more, and its file is gone.

    The new key file takes the place of the old one; or, where it was made elsewhere, stays there.

    Args:
        table: the key store.
        key_file: the key file of before.
        new_file: the new one, if it was not made beside the other.

    Raises:
        KeysError: there is no rotation to finish, or one of the files cannot be used.
        StorageError: one of them cannot be written.
    """
    file = new_file or next_file(key_file)
    if not file.exists():
        raise KeysError(
            f"there is no {file.name}: no rotation of these keys is to be finished. "
            "`rapid-review keys rotate` begins one"
        )
    new, keys = from_key_file(file), keys_at(table, file, older=_older(key_file))
    try:
        keys.row_key()
        done = keys.rotate(new)
    finally:
        keys.close()
    if new_file is None:
        durable.replace(key_file, file.read_bytes())
        file.unlink()
        file = key_file
    else:
        key_file.unlink(missing_ok=True)
    return Rotated(done, new.epoch, file)


def _older(key_file: Path) -> WrappingKey | None:
    return from_key_file(key_file) if key_file.exists() else None
