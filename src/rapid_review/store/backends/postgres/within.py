"""A host's own transaction: what is recorded in it commits or rolls back with the host's rows.

The host alone ends its transaction: nothing here commits. Nothing that fails here spoils the
transaction, because each write has a savepoint of its own. Reading sees what the transaction has
written already.

Positions rise in the order of commits. So the lock under which entries are appended is held until
the host's transaction is over, and until then nobody else can record anything in the store.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, Final, cast

import psycopg
from eventsourcing.persistence import (
    DatabaseError,
    IntegrityError,
    OperationalError,
    StoredEvent,
)
from eventsourcing.utils import retry
from psycopg.errors import LockNotAvailable
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.backends.in_transaction import LogInTransaction
from rapid_review.store.backends.postgres.address import Place, as_storage_error
from rapid_review.store.backends.postgres.answers import PostgresAnswers
from rapid_review.store.backends.postgres.datastore import SharedDatastore
from rapid_review.store.backends.postgres.rows import PostgresRows
from rapid_review.store.backends.postgres.statements import LOCK_APPENDS, append_call, in_schema

_WHICH_DATABASE: Final = b"SELECT pg_postmaster_start_time(), current_database()"
_SETTINGS: Final = (
    b"SELECT current_setting('transaction_isolation'), current_setting('lock_timeout')"
)
_SET_TIMEOUT: Final = b"SELECT set_config('lock_timeout', %s, true)"


class HostConnection:
    """A host's connection, in the form in which rows and answers use a store's own.

    Args:
        connection: the host's, in a transaction.
        place: where the store is.
    """

    def __init__(self, connection: psycopg.Connection[Any], place: Place) -> None:
        self._connection = connection
        self.place = place
        self.schema = place.schema

    @contextmanager
    def get_connection(self) -> Generator[psycopg.Connection[Any], None, None]:
        """Lend the connection; turn its errors into those of a store's own connections.

        The host's cursors may be of another kind. Django's put the values into the statement
        themselves, and can read nothing in binary form.
        """
        cursors_of_the_host = self._connection.cursor_factory
        self._connection.cursor_factory = psycopg.Cursor
        try:
            yield self._connection
        except psycopg.IntegrityError as error:
            raise IntegrityError(str(error)) from error
        # Only this failure is tried again: any other failure ends the host's transaction.
        except LockNotAvailable as error:
            raise OperationalError(str(error)) from error
        except psycopg.Error as error:
            raise DatabaseError(str(error)) from error
        finally:
            self._connection.cursor_factory = cursors_of_the_host

    @contextmanager
    def transaction(self, *, commit: bool) -> Generator["psycopg.Cursor[Any]", None, None]:
        """Lend a cursor in a savepoint, which commits with the host's transaction."""
        with (
            self.get_connection() as connection,
            connection.transaction(force_rollback=not commit),
        ):
            yield connection.cursor(row_factory=tuple_row)

    def lock(self, cursor: "psycopg.Cursor[Any]") -> None:
        """Take the lock of those who append, and restore the host's own lock timeout."""
        (_, host_timeout) = cursor.execute(_SETTINGS).fetchone() or ("", "0")
        cursor.execute(_SET_TIMEOUT, ("1s",))
        cursor.execute(in_schema(LOCK_APPENDS, self.schema))
        cursor.execute(_SET_TIMEOUT, (host_timeout,))


class LogWithin(LogInTransaction):
    """A store's log, in a transaction on the server that is open already.

    Args:
        host: the connection.
        channel: on which the server announces new entries, once the transaction is committed.
        is_sealed: whether the words in it are sealed.
    """

    def __init__(self, host: HostConnection, channel: str, *, is_sealed: bool) -> None:
        self.is_sealed = is_sealed
        self._place = host.place
        self._channel = channel
        self._host = host
        self.rows = PostgresRows(self._host)
        self.answers = PostgresAnswers(self._host, self._host.lock)
        self._append = append_call(self._place.schema)

    @contextmanager
    def alone(self) -> Generator["LogWithin", None, None]:
        """Lend this log, and let nobody else append until the transaction is over.

        Raises:
            StorageError: others appended for too long.
        """
        with as_storage_error(self._place, "written"):
            self._keep_others_out()
        yield self

    @retry(OperationalError, max_attempts=10, wait=0.2)
    def _keep_others_out(self) -> None:
        with self._host.transaction(commit=True) as cursor:
            self._host.lock(cursor)

    def insert_events(self, stored_events: Sequence[StoredEvent]) -> Sequence[int] | None:
        """Insert rows, all or none; return their positions.

        Raises:
            IntegrityError: a row already exists, or a version before it is missing.
            StorageError: the database cannot be written.
        """
        with as_storage_error(self._place, "written"):
            return cast("Sequence[int]", self._insert_rows(stored_events))

    @retry(OperationalError, max_attempts=10, wait=0.2)
    def _insert_rows(self, rows: Sequence[StoredEvent]) -> Sequence[int]:
        columns = (
            [row.originator_id for row in rows],
            [row.originator_version for row in rows],
            [row.topic for row in rows],
            [row.state for row in rows],
        )
        with self._host.transaction(commit=True) as cursor:
            cursor.execute(self._append, (*columns, self._channel))
            return cast("Sequence[int]", (cursor.fetchone() or ([],))[0])


def host_connection(connection: object, own: SharedDatastore) -> HostConnection:
    """Return a host's connection, if entries can be recorded in its transaction.

    Args:
        connection: the host's.
        own: the store's own connections.

    Raises:
        InvalidInputError: it is not a connection of psycopg, is not in a transaction, or leads to
            another database; or the isolation level is not read committed.
        StorageError: the database cannot be read.
    """
    with as_storage_error(own.place, "read"):
        return HostConnection(_check_connection(connection, own), own.place)


def _check_connection(connection: object, own: SharedDatastore) -> psycopg.Connection[Any]:
    """Return the host's connection, once it is known to be usable."""
    if not isinstance(connection, psycopg.Connection):
        raise _refusal(
            f"found a {type(connection).__name__}",
            "a synchronous connection of psycopg 3",
        )
    host: psycopg.Connection[Any] = connection  # pyright: ignore[reportUnknownVariableType] # of whatever rows
    status = host.info.transaction_status
    if host.closed or status not in (TransactionStatus.IDLE, TransactionStatus.INTRANS):
        raise _refusal(
            "the connection is closed or in use, or its transaction has failed",
            "a connection whose transaction can continue",
        )
    if status is TransactionStatus.IDLE and host.autocommit:
        raise _refusal(
            "the connection commits each statement by itself",
            "a connection in a transaction, as in `with connection.transaction():`",
        )
    with host.cursor(row_factory=tuple_row) as cursor:
        there = cursor.execute(_WHICH_DATABASE).fetchone()
        (isolation, _) = cursor.execute(_SETTINGS).fetchone() or ("", "")
    with own.get_connection() as ours, ours.cursor(row_factory=tuple_row) as cursor:
        here = cursor.execute(_WHICH_DATABASE).fetchone()
    if there != here:
        raise _refusal(
            "the connection leads to another database than the store's",
            f"a connection to {own.place.database}",
        )
    if isolation != "read committed":
        raise _refusal(
            f"the isolation level of the transaction is {isolation}, so it sees nothing recorded "
            "since it began",
            "the level read committed",
        )
    return host


def _refusal(found: str, allowed: str) -> InvalidInputError:
    return InvalidInputError(f"within: {found}; allowed: {allowed}. Nothing was recorded")
