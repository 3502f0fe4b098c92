"""A copy of a key store: made after that of the record, so that it has the key of every section.

A key is on the disk before the entry that it seals. So of two copies of different moments the keys
are taken last: then no entry of the other copy lacks its own. The copy holds the keys as they are,
wrapped; it is of no use without the key file, and never goes into one file with the record.
"""

from pathlib import Path
from typing import Final

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.backends.address import shown_store
from rapid_review.store.sealing.key_table import ALL, ERASED
from rapid_review.store.sealing.opening import key_table, new_table

_EVERY: Final = ("", 2**62)  # all in one page, since two pages would be of two moments


def copy_keys(table: str | Path, to: str | Path) -> int:
    """Copy a key store, as it is at one moment, to where none is; return how many keys it holds.

    Each is a file, or the address of a schema on a PostgreSQL server. In a copy from before an
    erasure, what was destroyed since is there again: that must be destroyed again, or the copy be.

    Args:
        table: the key store.
        to: the copy, which is not there.

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
