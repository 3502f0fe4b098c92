"""Whether every connection to SQLite is closed by the time that it must be.

Python reports each connection that it makes, whichever code asks for it. Each is kept here until
it is looked at, so that none is closed only because nobody has it any more.
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_made: list[list[sqlite3.Connection]] = []


@contextmanager
def all_closed() -> Iterator[list[sqlite3.Connection]]:
    """Check that what is connected meanwhile is closed at the end; yield these connections."""
    _report()
    made: list[sqlite3.Connection] = []
    _made.append(made)
    try:
        yield made
    finally:
        _made.remove(made)
    left = [one for one in made if is_open(one)]
    assert not left, f"{len(left)} of {len(made)} connections were left open"


def is_open(connection: sqlite3.Connection) -> bool:
    """Say whether a connection can still be used."""
    try:
        return connection.total_changes >= 0
    except sqlite3.ProgrammingError:
        return False


@cache
def _report() -> None:
    def keep(event: str, details: tuple[object, ...]) -> None:
        if event == "sqlite3.connect/handle":
            for made in _made:
                made.extend(one for one in details if isinstance(one, sqlite3.Connection))

    sys.addaudithook(keep)
