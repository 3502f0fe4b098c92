"""How an SQLite store may be opened: to be written, only to be read, or in memory alone.

A store in WAL mode cannot be read by the usual address where nothing may be written beside it, as
on a write-protected disc. If nobody is changing it, SQLite can read it as an unchanging file.
"""

import os
import sqlite3
from pathlib import Path
from typing import Final
from weakref import finalize

from rapid_review.domain.errors import RecordError, StorageError

_WRITABLE: Final = "mode=rw"
_UNCHANGING: Final = "immutable=1"
_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
# SQLite opens a file as the effective user, and os.access asks for the real one.
_EFFECTIVE: Final = os.access in os.supports_effective_ids


def address_of(path: Path) -> str:
    """Return the address by which SQLite opens a file with the rights that this process has.

    It is a URI, so no part of the file's name has a special meaning. A missing file is not made.

    Args:
        path: an absolute path.
    """
    log, index = log_and_index(path)
    may_write_beside = _may(os.W_OK, path.parent) or (_may(os.W_OK, log) and _may(os.W_OK, index))
    if not _is_there(path) or (_may(os.W_OK, path) and may_write_beside):
        mode = _WRITABLE
    elif _holds_something(log) or _is_there(index):  # or somebody has it open
        mode = "mode=ro"
    else:
        mode = f"mode=ro&{_UNCHANGING}"
    return f"{path.as_uri()}?{mode}"


def is_unchanging(address: str) -> bool:
    """Say whether a connection by an address assumes that nobody changes the file.

    Somebody with the right may still change it, so such a connection is used only once.
    """
    return address.endswith(_UNCHANGING)


def ensure_write_ahead_log(connection: sqlite3.Connection, address: str) -> None:
    """Make sure that a writable file uses a write-ahead log: other programs may turn that off.

    Raises:
        sqlite3.Error: that is impossible, for example while another program uses the file.
    """
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal" and _WRITABLE in address:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()


def log_and_index(path: Path) -> tuple[Path, Path]:
    """Return where SQLite keeps the log of a file, and the index of that log."""
    return Path(f"{path}-wal"), Path(f"{path}-shm")


def is_damage(error: BaseException | None) -> bool:
    """Say whether SQLite gave an error the code of damage, or of a file that is not a database."""
    # An extended code has its primary code in the lowest byte.
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in _DAMAGE


def unreadable(path: Path, error: sqlite3.Error | OSError) -> RecordError:
    """Return the error for a file that cannot be opened as a store."""
    reason = error.strerror if isinstance(error, OSError) else error
    cannot = f"{path.name} cannot be read as an SQLite file: {reason}. "
    if _is_folder(path):
        return RecordError(f"{path.name} is a folder, not a store. Name a file with --store")
    if is_damage(error):
        return RecordError(f"{cannot}Check that it is a store, or name another file with --store")
    log, _ = log_and_index(path)
    if _holds_something(log) and not _may(os.W_OK, path.parent):
        return StorageError(
            f"{cannot}The newest entries are in {log.name} beside it, which can be read only by "
            "someone who may write in its folder. Copy both files to a folder of your own and "
            "read the copy, or ask for the right to write"
        )
    return StorageError(
        f"{cannot}Check that you may read it and its folder, and that no other program has "
        "locked it; or name another file with --store"
    )


def _may(what: int, path: Path) -> bool:
    return os.access(path, what, effective_ids=_EFFECTIVE)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_there(path: Path) -> bool:
    return _may(os.F_OK, path)


def _holds_something(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


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
