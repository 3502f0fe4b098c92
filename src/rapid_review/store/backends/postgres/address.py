"""Where a PostgreSQL store is: its address, read without a look at the environment.

What PostgreSQL's client library is not told, it takes from variables such as PGHOST or PGOPTIONS.
Therefore it is told everything. A password may stand in the address, or in the file `~/.pgpass`.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

import psycopg
from eventsourcing.persistence import IntegrityError, PersistenceError
from psycopg.abc import ConnDict
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo

from rapid_review.domain.errors import InvalidInputError, StorageError

SCHEMA: Final = "rapid_review"
"""Where the tables are unless another schema is named."""

# What PostgreSQL's client library takes where nothing is said. Said in full, so that it looks for
# nothing in the environment; an empty text says it for every other setting.
_DEFAULTS: Final = {
    "connect_timeout": "5",
    "application_name": "rapid-review",
    "sslcertmode": "allow",
    "min_protocol_version": "3.0",
    "max_protocol_version": "3.0",
}
_NEEDED: Final = {"host": "host", "user": "user", "dbname": "database"}
_FORM: Final = "postgresql://user@host:5432/database?schema=rapid_review"


@dataclass(frozen=True, slots=True)
class Place:
    """A schema of a database; its text names no user and no password.

    Attributes:
        connection: how to connect, in full.
        database: which database it is, in words.
        schema: the schema's name.
    """

    connection: str = field(repr=False)
    database: str
    schema: str

    def __str__(self) -> str:
        return f"schema {self.schema} of {self.database}"

    @classmethod
    def at(cls, address: str, schema: str | None = None) -> "Place":
        """Return the place that an address names.

        Args:
            address: as in `postgresql://user@host:5432/database?schema=rapid_review`, with any
                other setting of PostgreSQL, such as `sslmode=verify-full`, beside the schema.
            schema: the schema, if the address does not name it.

        Raises:
            InvalidInputError: the address has not this form, or leaves out host, user or database.
        """
        before, _, after = address.rpartition("?")
        query = after.split("&") if before else []
        named = [part.removeprefix("schema=") for part in query if part.startswith("schema=")]
        rest = "&".join(part for part in query if not part.startswith("schema="))
        plain = f"{before}{'?' if rest else ''}{rest}" if before else address
        try:
            said = conninfo_to_dict(plain)
        except (psycopg.Error, UnicodeError):
            # The reason might repeat a password that was not encoded.
            raise InvalidInputError(
                f"the address of the store cannot be read; it has the form {_FORM}, with every "
                "special character of a password written as % and two hexadecimal digits"
            ) from None
        if lacking := [word for name, word in _NEEDED.items() if not said.get(name)]:
            raise InvalidInputError(
                f"the address of the store names no {' and no '.join(lacking)}; all are named, "
                f"for none is taken from the environment: {_FORM}"
            )
        settings = _unsaid() | said
        return cls(
            make_conninfo("", **settings),
            "the PostgreSQL database {dbname} at {host}:{port}".format_map(settings),
            schema or unquote("".join(named[:1])) or SCHEMA,
        )


def _unsaid() -> ConnDict:
    """Return the value of every setting that would otherwise come from the environment."""
    return {
        name: _DEFAULTS.get(name) or (option.compiled or b"").decode()
        for option in Conninfo.get_defaults()
        if option.envvar and (name := option.keyword.decode()) != "service"
    }


@contextmanager
def reached(place: Place, done: str) -> Generator[None, None, None]:
    """Turn a database that cannot be used into words; a conflict is the caller's to settle.

    Raises:
        StorageError: it cannot be used, and why.
    """
    try:
        yield
    except IntegrityError:
        raise
    except (PersistenceError, psycopg.Error) as error:
        reason = str(error).partition("\n")[0]  # what follows may repeat what was to be written
        raise StorageError(
            f"{place} could not be {done}: {reason}. See that the server runs, can be reached, "
            "has room on its disk and lets this user do it; then ask again, with the same "
            "command_id if it was a command: if only the answer was lost, nothing is recorded "
            "twice"
        ) from error
