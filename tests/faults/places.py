"""Where the store and its keys in a folder are: in files, or on a server that the folder names.

A folder with a file `server` has both in a database of that server, which is named as the folder
is; the key file is in the folder in any case.
"""

import shutil
import time
from pathlib import Path
from typing import Final

import psycopg

from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_at
from rapid_review.store.store import Store
from tests.faults.processes import PATIENCE

SERVER: Final = "server"
_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


def on_server(folder: Path, address: str) -> None:
    """Make the database of a folder, whose store and keys are to be on a server.

    Args:
        folder: the folder.
        address: of the server's first database, without a schema.
    """
    (folder / SERVER).write_text(address)
    _ask(folder, f"CREATE DATABASE {_database(folder)}")
    assert init_postgres(record_at(folder), sealed=True)


def record_at(folder: Path) -> str:
    """Return where the record of a folder is."""
    return _at(folder, "record") or str(folder / "record.db")


def table_at(folder: Path) -> str:
    """Return where the key store of a folder is."""
    return _at(folder, "keys") or str(folder / "keys")


def keys_in(folder: Path) -> Keys:
    """Open the keys of a folder."""
    return keys_at(table_at(folder), folder / "key-file")


def sealed_in(folder: Path) -> Store:
    """Open the sealed store of a folder with its keys."""
    if (folder / SERVER).exists():
        return Store.on_postgres(record_at(folder), keys=keys_in(folder))
    return Store.on_sqlite(record_at(folder), keys=keys_in(folder))


def copied(before: Path, place: Path) -> None:
    """Copy a folder, with its database if it has one."""
    shutil.copytree(before, place)
    if (before / SERVER).exists():
        wait_until_alone(before)
        _ask(before, f"CREATE DATABASE {_database(place)} TEMPLATE {_database(before)}")


def dropped(place: Path) -> None:
    """Drop the database of a folder, if it has one."""
    if (place / SERVER).exists():
        wait_until_alone(place)
        _ask(place, f"DROP DATABASE {_database(place)}")


def wait_until_alone(folder: Path) -> None:
    """Wait until the server has noticed that anyone who was killed is gone."""
    if not (folder / SERVER).exists():
        return
    end = time.monotonic() + PATIENCE
    with psycopg.connect((folder / SERVER).read_text()) as connection:
        while connection.execute(_OTHERS, (_database(folder),)).fetchone() != (0,):
            assert time.monotonic() < end, "somebody is connected still"
            connection.rollback()
            time.sleep(0.01)


def _ask(folder: Path, statement: str) -> None:
    address = (folder / SERVER).read_text()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


def _at(folder: Path, schema: str) -> str | None:
    if not (folder / SERVER).exists():
        return None
    address = (folder / SERVER).read_text()
    return f"{address.replace('/postgres?', f'/{_database(folder)}?')}&schema={schema}"


def _database(folder: Path) -> str:
    return f"at_{folder.name}"
