"""Keep exported parts on disc until it is their turn to be written, however many there are.

They are kept in files without a name, which nobody else can open, and which are gone with the
process. They hold only what leaves the record anyway: public parts, under the names of the export.
The variable TMPDIR says in which folder the files are.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from tempfile import TemporaryFile
from typing import IO, Final

_CHUNK: Final = 1 << 20
_SETTINGS: Final = (
    "PRAGMA cache_size = -8192",  # KiB in memory
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "CREATE TABLE parts (key TEXT NOT NULL, part BLOB NOT NULL)",
)


def in_order(parts: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Yield parts in the order of their keys; parts with the same key in the order given."""
    with closing(sqlite3.connect("", isolation_level=None)) as aside:
        for statement in _SETTINGS:
            aside.execute(statement)
        aside.executemany("INSERT INTO parts VALUES (?, ?)", parts)
        for (part,) in aside.execute("SELECT part FROM parts ORDER BY key, rowid"):
            yield part


def one_after_the_other(parts: Iterable[tuple[bytes, bytes]], between: bytes) -> Iterator[bytes]:
    """Yield the first part of every pair, then `between`, then the second part of every pair."""
    with TemporaryFile() as aside:
        for first, second in parts:
            yield first
            aside.write(second)
        yield between
        aside.seek(0)
        yield from chunks_of(aside)


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the rest of an open file, a chunk at a time."""
    while chunk := file.read(_CHUNK):
        yield chunk
