"""Wait for a PostgreSQL server's notices of new entries, without relying on getting them all.

A connection that stays silent may be dead: a router may have forgotten it, another server may have
taken over, or a pool may not pass notices on. So the newest position is also read now and then. If
something was recorded without a notice, a new connection is opened, and a warning is logged.
"""

import logging
from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self, cast

import psycopg
from eventsourcing.utils import retry
from psycopg.sql import SQL, Identifier

from rapid_review.store.backends.postgres.address import Place, as_storage_error

WAIT: Final = 0.2
"""Seconds to wait for a notice of the server, before checking whether to stop."""
QUIET: Final = 9.0
"""Seconds without a notice before the newest position is read: so ten seconds suffice in all."""

_log: Final = logging.getLogger(__name__)


class Notices:
    """Notices of new entries, on a connection of its own, for one thread.

    Args:
        place: the store.
        channel: on which its writers announce new entries.
        newest: returns the position of the newest entry, by another connection.
        quiet: seconds without a notice, before that position is read.
    """

    def __init__(
        self, place: Place, channel: str, newest: Callable[[], int], quiet: float = QUIET
    ) -> None:
        self._place = place
        self._channel = channel
        self._newest = newest
        self._quiet = quiet
        self._seen: int | None = None
        self._next_look = 0.0  # at once

    def __enter__(self) -> Self:
        """Listen.

        Raises:
            StorageError: the server cannot be reached.
        """
        self._listen()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening."""
        self._connection.close()

    def came(self) -> bool:
        """Wait a little; say whether there may be new entries.

        Raises:
            StorageError: the connection broke, and for some seconds no new one could be made.
        """
        try:
            noticed = self._has_notice()
            if not noticed and monotonic() < self._next_look:
                return False
            # Wait for a notice that may be on its way, before giving up the connection.
            if not self._has_new_entry() or noticed or self._has_notice():
                return True
            why = (
                f"received no notice for {self._quiet:.3g} seconds, although entries were recorded"
            )
        except psycopg.OperationalError:
            why = "broke"
        self._connection.close()
        self._listen()
        _log.warning("%s: the connection for notices %s; a new one was opened", self._place, why)
        return True

    def _has_notice(self) -> bool:
        return any(True for _ in self._connection.notifies(timeout=WAIT, stop_after=1))

    def _has_new_entry(self) -> bool:
        """Read the newest position; say whether it has changed since it was last read."""
        before, self._seen = self._seen, self._newest()
        self._next_look = monotonic() + self._quiet
        return before is not None and before != self._seen

    def _listen(self) -> None:
        with as_storage_error(self._place, "listened to"):
            self._connection = cast("psycopg.Connection[Any]", self._connect())

    @retry(psycopg.OperationalError, max_attempts=5, wait=0.5)
    def _connect(self) -> "psycopg.Connection[Any]":
        connection = psycopg.connect(self._place.connection, autocommit=True)
        try:
            connection.execute(SQL("LISTEN {}").format(Identifier(self._channel)))
        except psycopg.Error:
            connection.close()
            raise
        return connection
