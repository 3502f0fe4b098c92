"""Messages for a database that cannot be used: what is wrong, and what to do."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from eventsourcing.persistence import ConnectionPoolClosedError, IntegrityError, PersistenceError

from rapid_review.domain.errors import ClosedError, StorageError


def not_kept() -> StorageError:
    """Return the error of a database that dropped what was written to it, and said nothing."""
    return StorageError(
        "the store did not keep what was to be recorded, although it reported no error: "
        "something in the database, such as a trigger, drops rows. So nothing was recorded and "
        "nothing opened. `rapid-review audit verify` names what is in the database and is not "
        "of this program"
    )


@contextmanager
def storage(done: str) -> Generator[None, None, None]:
    """Turn the library's errors into ours; the caller handles conflicts.

    Args:
        done: what could not be done, for the message: `read` or `written`.

    Raises:
        ClosedError: the store was closed.
        StorageError: the database cannot be used; the message says why.
    """
    try:
        yield
    except IntegrityError:
        raise
    except ConnectionPoolClosedError:
        raise ClosedError("the store") from None
    except (PersistenceError, sqlite3.Error) as error:
        raise StorageError(
            f"the store could not be {done}: {error}. Check that the disk has room, that you "
            "may write the file and the -wal and -shm beside it, and that no other program has "
            "locked it. Then try again; repeat a command with the same command_id, and nothing "
            "is recorded twice"
        ) from error
