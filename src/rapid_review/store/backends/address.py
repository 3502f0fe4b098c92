"""How a store is named: by a file, or by the address of a server, which may hold a password.

An address that is given on a command line can be read by anyone who lists the machine's processes.
So it can be kept in a file, or in PostgreSQL's own file of services; either is read only where it
is asked for by name.
"""

import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import quote

from rapid_review.domain.errors import InvalidInputError, StorageError

SERVICES: Final = Path("~/.pg_service.conf")
"""PostgreSQL's file of services."""

_SCHEMES: Final = ("postgresql://", "postgres://")
_SETTINGS: Final = re.compile(r"\s*[a-z][a-z_]*\s*=")
_FOLDER_FIRST: Final = re.compile(r"\.{0,2}[/\\](?!/)|[A-Za-z]:[/\\](?!/)")
_SECRET: Final = re.compile(r"://|:.*@|password\s*=", re.IGNORECASE | re.DOTALL)
_SECRETS: Final = frozenset({"password", "sslpassword", "oauth_client_secret"})
_OTHERS: Final = 0o077  # the rights of those who are not the owner
_LONGEST_FILE: Final = 65_536


def on_a_server(store: str) -> bool:
    """Say whether a store is named by the address of a PostgreSQL server, and not by a file.

    Raises:
        InvalidInputError: the name looks like an address, but not of a store. The message does not
            show it, because it may hold a password.
    """
    if store.startswith(_SCHEMES) or _SETTINGS.match(store):
        return True
    if not _FOLDER_FIRST.match(store) and _SECRET.search(store):
        raise InvalidInputError(
            "the name of the store looks like an address, but does not begin with "
            "postgresql:// or postgres://. It is not shown here, because it may contain a "
            "password. If it is the name of a file, give it with its folder, as in ./NAME"
        )
    return False


def shown_store(store: str) -> str:
    """Return a store in words, for a message: a file's name, or a place without its password.

    Raises:
        InvalidInputError: the address is not valid or not complete.
    """
    if not on_a_server(store):
        return store
    from rapid_review.store.backends.postgres.address import Place  # noqa: PLC0415 - an extra

    return str(Place.at(store))


def address_in_file(path: Path) -> str:
    """Return the address of a store that a file holds, as its only line.

    Raises:
        InvalidInputError: others may read the file, or it holds no address.
        StorageError: the file cannot be read.
    """
    text, private = _read(path)
    if not private:
        raise _open_to_others(path)
    address = text.strip()
    if len(address.splitlines()) != 1 or not on_a_server(address):
        raise InvalidInputError(
            f"{path} does not contain the address of a server; allowed: one line, such as "
            "postgresql://user:password@host:5432/database?schema=rapid_review"
        )
    return address


def address_of_service(name: str, path: Path = SERVICES) -> str:
    """Return the address of a store whose server is described in PostgreSQL's file of services.

    PostgreSQL itself finds that file through environment variables; they are not used here.

    Args:
        name: of the service, and after it, if wanted, the schema: `NAME?schema=rapid_review`.
        path: the file.

    Raises:
        InvalidInputError: the file names no such service, or holds its password and may be read
            by others.
        StorageError: the file cannot be read.
    """
    name, _, query = name.partition("?")
    path = path.expanduser()
    text, private = _read(path)
    settings = _settings_of_service(text, name)
    if settings is None:
        raise InvalidInputError(
            f"{path} does not describe a service of that name. Add it in the form of "
            "PostgreSQL's pg_service.conf: [NAME], and under it a line for each setting, such "
            "as host=..."
        )
    if settings.keys() & _SECRETS and not private:
        raise _open_to_others(path)
    parts = [f"{key}={quote(value, safe='')}" for key, value in settings.items()]
    return f"{_SCHEMES[0]}?{'&'.join([*parts, query] if query else parts)}"


def _settings_of_service(text: str, name: str) -> dict[str, str] | None:
    """Return the settings of a service; None if there is none of that name."""
    found: dict[str, str] | None = None
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            if found is not None:
                break
            if line == f"[{name}]":
                found = {}
        elif found is not None and line and not line.startswith("#"):
            key, equals, value = line.partition("=")
            if equals:
                found[key.strip()] = value
    return found


def _read(path: Path) -> tuple[str, bool]:
    """Return a file's text, and whether only its owner may read or write it."""
    try:
        with path.open("rb") as file:
            private = not os.fstat(file.fileno()).st_mode & _OTHERS
            return file.read(_LONGEST_FILE).decode("utf-8-sig"), private
    except OSError as error:
        reason = error.strerror
    except UnicodeDecodeError:
        reason = "it is not written in UTF-8"
    raise StorageError(f"the address of the store cannot be read from {path}: {reason}")


def _open_to_others(path: Path) -> InvalidInputError:
    return InvalidInputError(
        f"other users can read or change {path}, which may contain a password. Run `chmod 600 "
        f"{path}`, and change the password if somebody may have seen it"
    )
