"""A copy of a key store: made after the copy of the record, so that it has every section's key.

A key is on the disk before the entry that it seals. So the keys are copied after the record: then
no entry in the copy of the record lacks its key. The copy holds the keys wrapped, as they are; it
is useless without the key file, and is never put into one file with the record.
"""

from pathlib import Path
from typing import Final

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.backends.address import shown_store
from rapid_review.store.sealing.key_table import ALL, ERASED
from rapid_review.store.sealing.opening import key_table, new_table

_EVERY: Final = ("", 2**62)  # all in one page, because two pages would be of two moments


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
    source = key_table(table)
    try:
        erased = source.rows(ERASED)  # first: what is erased meanwhile is then gone from the keys
        keys = source.rows(ALL, _EVERY)
    finally:
        source.close()
    if not new_table(to, keys, erased):
        raise InvalidInputError(
            f"{shown_store(str(to))} already exists, and a key store is never overwritten: it "
            "may contain keys that this copy does not. Name another place, or move it away"
        )
    return len(keys)
