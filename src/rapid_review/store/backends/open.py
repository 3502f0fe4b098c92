"""Opening a store, wherever it is: only here is a log joined to the tables beside it.

Only this module and `migrations` know every kind of database.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.backends.address import on_a_server
from rapid_review.store.backends.extras import missing_extra
from rapid_review.store.backends.memory import InMemoryLog, InMemoryTables
from rapid_review.store.backends.ports import Opened
from rapid_review.store.backends.server_settings import ServerSettings
from rapid_review.store.backends.sqlite.log import SQLiteLog
from rapid_review.store.backends.sqlite.opening import open_sqlite
from rapid_review.store.backends.sqlite.tables import SQLiteTables

if TYPE_CHECKING:
    from rapid_review.store.backends.postgres.log import PostgresLog


def joined(log: "InMemoryLog | SQLiteLog | PostgresLog") -> Opened:
    """Return a log with the tables beside it, which are opened when they are first asked for."""
    if isinstance(log, InMemoryLog):
        return Opened(log, InMemoryTables(log.rows))
    if isinstance(log, SQLiteLog):
        return Opened(log, SQLiteTables(log.file.uri, log.file), log.alone)
    from rapid_review.store.backends.postgres.tables import PostgresTables  # noqa: PLC0415 - an extra

    return Opened(log, PostgresTables(log.shared, log.channel_name, newest=log.rows.last_position))


def in_memory(*, sealed: bool = False) -> Opened:
    """Return a store that lives as long as the process."""
    return joined(InMemoryLog(is_sealed=sealed))


def on_sqlite(path: str | Path, *, create: bool = True, sealed: bool | None = None) -> Opened:
    """Return the store in an SQLite file; see `Store.on_sqlite`, and `open_sqlite`."""
    if on_a_server(str(path)):
        raise InvalidInputError(
            "this is the address of a server, not a file; open it with `on_postgres`"
        )
    opened = joined(open_sqlite(Path(path), create=create, sealed=sealed))
    return replace(opened, reopen=partial(on_sqlite, Path(path).absolute(), create=False))


def on_postgres(
    address: str, *, schema: str | None = None, settings: ServerSettings | None = None
) -> Opened:
    """Return the store in a schema on a PostgreSQL server; see `Store.on_postgres`."""
    try:
        from rapid_review.store.backends.postgres.log import open_postgres  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise missing_extra("postgres", "a store on PostgreSQL needs its driver") from error
    opened = joined(open_postgres(address, schema, settings))
    return replace(opened, reopen=partial(on_postgres, address, schema=schema, settings=settings))
