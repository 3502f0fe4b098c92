"""Messages for a database that cannot be used: what is wrong, and what to do."""

import sqlite3

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


class AsStorageErrors:
    """Turn the library's errors into ours; the caller handles conflicts.

    Not a generator, which is slower: every command enters it several times.

    Args:
        done: what could not be done, for the message: `read` or `written`.

    Raises:
        ClosedError: the store was closed.
        StorageError: the database cannot be used; the message says why.
    """

    __slots__ = ("_done",)

    def __init__(self, done: str) -> None:
        self._done = done

    def __enter__(self) -> None:
        """Do nothing: what fails is seen at the end."""

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """Raise our error in place of the library's."""
        if error is None or isinstance(error, IntegrityError):
            return
        if isinstance(error, ConnectionPoolClosedError):
            raise ClosedError("the store") from None
        if isinstance(error, PersistenceError | sqlite3.Error):
            raise StorageError(
                f"the store could not be {self._done}: {error}. Check that the disk has room, "
                "that you may write the file and the -wal and -shm beside it, and that no other "
                "program has locked it. Then try again; repeat a command with the same "
                "command_id, and nothing is recorded twice"
            ) from error
