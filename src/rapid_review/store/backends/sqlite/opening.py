"""Opening the file of an SQLite store, and making it where it is not there."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from rapid_review.audit.log import durable
from rapid_review.domain.errors import InvalidInputError, RecordError, StorageError
from rapid_review.store.backends.sqlite.access import address_of, log_and_index, unreadable
from rapid_review.store.backends.sqlite.datastore import DurableDatastore
from rapid_review.store.backends.sqlite.file import OpenedFile
from rapid_review.store.backends.sqlite.layout import (
    APPLICATION_ID,
    LAYOUT,
    SEALED_LAYOUT,
    TABLES,
    for_sqlite,
    mark_statement,
)
from rapid_review.store.backends.sqlite.log import SQLiteLog
from rapid_review.store.sql import side_tables

_LAYOUTS: Final = (LAYOUT, SEALED_LAYOUT)
_KEYS_NEEDED: Final = (
    "a new store needs keys to seal its words, and none were given. Give `keys=`, which "
    "`make_keys` makes and `keys_at` opens; or, for a trial, `unsealed=True`"
)


def open_sqlite(path: Path, *, create: bool, sealed: bool | None = None) -> SQLiteLog:
    """Open the store in a file; make it first, if there is none and `create` allows it.

    Args:
        path: of the file.
        create: whether a store may be made.
        sealed: whether the words in a new store are sealed; None if the caller did not decide.

    Raises:
        InvalidInputError: a store is to be made, and `sealed` is None.
        RecordError: there is no store; or the file is another program's, or of another layout, or
            its entries are gone.
        StorageError: the file may not be read, or cannot be made.
    """
    path = path.absolute()
    mark = _mark_of(path)
    if mark is None:
        if not create:
            raise RecordError(
                f"there is no store at {path.name}; make one with `rapid-review db init`"
            )
        if sealed is None:
            raise InvalidInputError(_KEYS_NEEDED)
        _make(path, SEALED_LAYOUT if sealed else LAYOUT)
        mark = _mark_of(path)
    is_ours = mark is not None and mark[0] == APPLICATION_ID and mark[1] in _LAYOUTS
    if is_ours and mark and not mark[2]:
        raise RecordError(
            f"{path.name} is a rapid-review store whose table of entries is missing. Restore it "
            "from a backup, and verify it against the checkpoints that were kept elsewhere; or "
            "name another file with --store"
        )
    if not is_ours:
        raise RecordError(
            f"{path.name} is "
            + (
                f"a rapid-review store of layout {mark[1]}; this version reads "
                f"layouts {LAYOUT} and {SEALED_LAYOUT}"
                if mark and mark[0] == APPLICATION_ID
                else "not a store of rapid-review; nothing was written to it"
            )
            + ". Name another file with --store"
        )
    is_sealed = mark is not None and mark[1] == SEALED_LAYOUT
    return SQLiteLog(DurableDatastore(OpenedFile(path)), is_sealed=is_sealed)


def _make(path: Path, layout: int) -> None:
    """Make a store, unless someone else is first; then theirs is the store."""
    # The store is completed beside its place, and only then gets its name, so that no process that
    # starts at the same moment or after a crash ever finds half a store.
    try:
        with durable.beside(path) as fresh:
            new = fresh / path.name
            # SQLite would let everybody read the file, and gives its logs the file's rights.
            durable.create_empty(new)
            with closing(sqlite3.connect(new, isolation_level=None)) as connection:
                others = map(for_sqlite, side_tables.CREATE)
                tables = ("BEGIN", *TABLES, mark_statement(layout), *others, "COMMIT")
                for statement in ("PRAGMA journal_mode = WAL", *tables):
                    connection.execute(statement)
            durable.put(new, path)
    except (sqlite3.Error, OSError) as error:
        # Another process that made the store first has removed what we had not finished.
        if os.path.lexists(path):
            return
        raise StorageError(
            f"no store could be made at {path.name}: {_why(error, path)}"
        ) from error


def _why(error: sqlite3.Error | OSError, path: Path) -> str:
    """Return why no store could be made at a place, and what to do."""
    if isinstance(error, FileNotFoundError) and not path.parent.exists():
        return (
            f"the folder {path.parent} does not exist. Make the folder, or name a file in another "
            "folder with --store"
        )
    reason = error.strerror if isinstance(error, OSError) else error
    return (
        f"{reason}. Check that you may write in its folder, and that the disk has room; or name "
        "another file with --store"
    )


def _mark_of(path: Path) -> tuple[int, int, bool] | None:
    """Return a file's application id and layout, and if it has our table; None without a file.

    A file of another program is left exactly as it was, and so are the files beside it.
    """
    # SQLite must do the reading: opening and closing the file in any other way releases the locks
    # that this process holds on it.
    try:
        path.stat()
        address = address_of(path)
        unfinished = log_and_index(path)[0].exists() or Path(f"{path}-journal").exists()
        if unfinished:  # otherwise SQLite, opened to read, leaves empty files of its own
            address = address.replace("mode=rw", "mode=ro")
        with closing(sqlite3.connect(address, uri=True)) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            layout = connection.execute("PRAGMA user_version").fetchone()[0]
            table = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'stored_events'"
            ).fetchone()
    except FileNotFoundError:
        return None
    except (sqlite3.Error, OSError) as error:
        raise unreadable(path, error) from error
    return application, layout, table is not None
