"""Where a PostgreSQL store is: its address, read without a look at the environment.

PostgreSQL's client library takes a setting that it is not given from an environment variable such
as PGHOST or PGOPTIONS. So it is given every setting. A password may be in the address, or in the
file `~/.pgpass`.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from re import fullmatch
from typing import Final
from urllib.parse import unquote

import psycopg
from eventsourcing.persistence import IntegrityError, PersistenceError
from psycopg.abc import ConnDict
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import LockNotAvailable
from psycopg.pq import Conninfo
from psycopg_pool import PoolTimeout

from rapid_review.domain.errors import InvalidInputError, RecordError, StorageError
from rapid_review.store.backends.postgres.damage import is_damage, whereabouts
from rapid_review.store.backends.server_settings import MOST, READS_ONLY, ServerSettings

SCHEMA: Final = "rapid_review"
"""Where the tables are unless another schema is named."""

# The defaults of PostgreSQL's client library, all given, so that it reads nothing from the
# environment. For every setting that is not listed here, an empty text does the same.
_DEFAULTS: Final = {
    "connect_timeout": "5",
    "application_name": "rapid-review",
    "sslcertmode": "allow",
    "min_protocol_version": "3.0",
    "max_protocol_version": "3.0",
    # Every way in which the server may ask for a password, because an empty text would allow none.
    # To use a token of OAuth, the address must give this setting, with `oauth` in it.
    "require_auth": "password,md5,gss,sspi,scram-sha-256,none",
}
# A connection to a machine that is gone, or through a router that has forgotten it, is given up
# within half a minute instead of the usual quarter of an hour.
_KEEPALIVE: Final = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
# What to do where the server is well, by what the driver raises.
_WAYS_ON: Final[Mapping[type[BaseException], str]] = {
    LockNotAvailable: (
        "Another program has kept all others from recording for too long: find the one whose "
        "transaction stays open (in pg_stat_activity), and let it commit at once after it records"
    ),
    PoolTimeout: (
        "If the server runs and can be reached, all connections of this process are in use: allow "
        "more (connections=), or work with fewer threads"
    ),
}
_NEEDED: Final = {"host": "host", "user": "user", "dbname": "database"}
_OUR_SETTINGS: Final = frozenset({"schema", READS_ONLY, *MOST})
_FORM: Final = "postgresql://user@host:5432/database?schema=rapid_review"


@dataclass(frozen=True, slots=True)
class Place:
    """A schema of a database; its text names no user and no password.

    Messages show its text instead of the address, which may hold a password.

    Attributes:
        connection: how to connect, in full.
        database: which database it is, in words.
        schema: the schema's name.
        settings: how a process uses it.
    """

    connection: str = field(repr=False)
    database: str
    schema: str
    settings: ServerSettings = field(default_factory=ServerSettings)

    def __str__(self) -> str:
        return f"schema {self.schema} of {self.database}"

    @classmethod
    def at(
        cls, address: str, schema: str | None = None, settings: ServerSettings | None = None
    ) -> "Place":
        """Return the place that an address names.

        Args:
            address: as in `postgresql://user@host:5432/database?schema=rapid_review`, with any
                other setting of PostgreSQL, such as `sslmode=verify-full`, beside the schema, and
                those of `ServerSettings`.
            schema: the schema, if the address does not name it.
            settings: how it is used, instead of what the address says of it.

        Raises:
            InvalidInputError: the address is not in this form, or leaves out host, user or
                database; or a setting in it is invalid.
        """
        plain, ours = _split_settings(address)
        named = ours.pop("schema", "")
        given = _settings_in(plain)
        if given is None:
            raise InvalidInputError(
                f"the address of the store is not valid; allowed: {_FORM}, with each special "
                "character of a password written as % and two hexadecimal digits"
            )
        if given.get("service"):
            raise InvalidInputError(
                "the address of the store names a service, and PostgreSQL would look for its "
                "file in environment variables, which are not used here. Give "
                "--store-from-service NAME, which reads it from ~/.pg_service.conf"
            )
        if lacking := [word for name, word in _NEEDED.items() if not given.get(name)]:
            raise InvalidInputError(
                f"the address of the store names no {' and no '.join(lacking)}. Name them all, "
                f"because none is read from environment variables: {_FORM}"
            )
        known = _defaults() | _KEEPALIVE | given
        return cls(
            make_conninfo("", **known),
            f"the PostgreSQL database {known['dbname']} at {_servers(known)}",
            schema or named or SCHEMA,
            settings or ServerSettings.from_texts(ours),
        )


def _servers(known: ConnDict) -> str:
    """Return in words where the server is, or where each of several is."""
    hosts, ports = (str(known[name]).split(",") for name in ("host", "port"))
    each = ports * len(hosts) if len(ports) == 1 else ports
    named = zip(hosts, each, strict=False)  # if the numbers differ, nobody can connect at all
    return " or ".join(f"{host}:{port or _defaults()['port']}" for host, port in named)


def _split_settings(address: str) -> tuple[str, dict[str, str]]:
    """Split an address into the part that PostgreSQL knows, and our own settings by name."""
    before, _, after = address.rpartition("?")
    parts = [part.partition("=") for part in after.split("&")]
    named = {name: unquote(value) for name, _, value in reversed(parts) if name in _OUR_SETTINGS}
    if not named:  # what follows the last ? may be the end of a password
        return address, {}
    rest = "&".join("".join(part) for part in parts if part[0] not in _OUR_SETTINGS)
    return f"{before}{'?' if rest else ''}{rest}", named


def _settings_in(address: str) -> ConnDict | None:
    """Return the settings in an address; None if it cannot be read, or is ambiguous."""
    whose, _, path = address.partition("://")[2].partition("?")[0].partition("/")
    try:
        given = conninfo_to_dict(address)
    # The driver's own error would repeat the address, password and all.
    except (psycopg.Error, UnicodeError):
        return None
    database = str(given.get("dbname", ""))
    # A / or @ in a password that is not encoded would end it; the rest would be taken for the
    # host, the port or the database, and shown.
    certain = (
        whose.count("@") <= 1
        and "@" not in path
        and fullmatch("[0-9,]*", str(given.get("port", "")))
        and "=" not in database
        and "://" not in database
    )
    return given if certain else None


def _defaults() -> ConnDict:
    """Return the value of every setting that would otherwise come from the environment."""
    return {
        name: _DEFAULTS.get(name) or (option.compiled or b"").decode()
        for option in Conninfo.get_defaults()
        if option.envvar and (name := option.keyword.decode()) != "service"
    }


def must_write(place: Place) -> None:
    """Check that a place was not opened read-only.

    Raises:
        StorageError: it was.
    """
    if place.settings.reads_only:
        raise StorageError(
            f"{place} was opened read-only ({READS_ONLY}=yes), so nothing was written to it. "
            "Give the address of the server that accepts writes"
        )


@contextmanager
def as_storage_error(place: Place, done: str) -> Generator[None, None, None]:
    """Turn the errors of a database into ours, with a message; the caller handles conflicts.

    Args:
        place: where the store is.
        done: what could not be done, for the message, such as `read` or `written`.

    Raises:
        RecordError: the database is damaged; the message says where.
        StorageError: the database cannot be used; the message says why.
    """
    try:
        yield
    except IntegrityError:
        raise
    except (PersistenceError, psycopg.Error) as error:
        reason = str(error).partition("\n")[0]  # the rest may repeat the values of the statement
        if is_damage(error):
            raise RecordError(
                f"{place} is damaged: {whereabouts(place.connection, place.schema)} (the server "
                f"says: {reason}). Stop every program that uses the store, and keep the "
                "server's files as they are. Then restore a backup, and verify it against the "
                "checkpoints that were kept elsewhere"
            ) from error
        raise StorageError(
            f"{place} could not be {done}: {reason}. {_way_on(error)}. Then try again; "
            "repeat a command with the same command_id, and nothing is recorded twice"
        ) from error


def _way_on(error: BaseException | None) -> str:
    while error is not None:
        if (found := _WAYS_ON.get(type(error))) is not None:
            return found
        error = error.__cause__
    return (
        "Check that the server runs, can be reached, has room on its disk and gives this user the "
        "right"
    )
