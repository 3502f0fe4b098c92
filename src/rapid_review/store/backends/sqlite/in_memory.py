"""A database in memory, which nobody has to close: stores and keys for tests and trials."""

import sqlite3
from weakref import finalize


def connected(owner: object) -> sqlite3.Connection:
    """Return a connection to an empty database, which is closed when its owner is gone.

    Args:
        owner: the object that keeps the connection; it may close it earlier.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    # Not in a `__del__` of the owner: if objects refer to each other, Python may finalize the
    # connection first, and then warns that it was left open.
    finalize(owner, connection.close)
    return connection
