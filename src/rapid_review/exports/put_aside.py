"""Keep exported parts until it is their turn to be written, no matter how many there are.

It lies in files that have no name, so that nobody else can open them, and that are gone with the
process. Only what leaves the record anyway is put there: public parts, under the names of the
export. Where they lie is said by the variable TMPDIR.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from tempfile import TemporaryFile
from typing import Final

_CHUNK: Final = 1 << 20
_SETTINGS: Final = (
    "PRAGMA cache_size = -8192",  # KiB in memory
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "CREATE TABLE parts (key TEXT NOT NULL, part BLOB NOT NULL)",
)


def in_order(parts: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Yield parts in the order of their keys, those of one key in that in which they came."""
    with closing(sqlite3.connect("", isolation_level=None)) as aside:
        for statement in _SETTINGS:
            aside.execute(statement)
        aside.executemany("INSERT INTO parts VALUES (?, ?)", parts)
        for (part,) in aside.execute("SELECT part FROM parts ORDER BY key, rowid"):
            yield part


def one_after_the_other(parts: Iterable[tuple[bytes, bytes]], between: bytes) -> Iterator[bytes]:
    """Yield the first of each pair, then what is between, and then the second of each."""
    with TemporaryFile() as aside:
        for first, second in parts:
            yield first
            aside.write(second)
        yield between
        aside.seek(0)
        while chunk := aside.read(_CHUNK):
            yield chunk
