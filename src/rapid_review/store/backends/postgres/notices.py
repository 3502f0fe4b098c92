"""Wait for a PostgreSQL server's notices of new entries, without relying on getting them all.

A connection on which nothing comes may be one that is gone: past a router that has forgotten it,
to a server that another has taken the place of, or through a pool that does not pass notices on.
So anyone who waits looks again now and then; and where something was recorded of which no notice
came, it listens on a new connection, and says so in the log.
"""

import logging
from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self, cast

import psycopg
from eventsourcing.utils import retry
from psycopg.sql import SQL, Identifier

from rapid_review.store.backends.postgres.address import Place, reached

WAIT: Final = 0.2
"""Seconds to wait for a notice of the server, before checking whether to stop."""
QUIET: Final = 9.0
"""Seconds without a notice after which one looks again: within ten, with all that it takes."""

_log: Final = logging.getLogger(__name__)


class Notices:
    """Notices of new entries, on a connection of its own, for one thread.

    Args:
        place: the store.
        channel: on which its writers tell of new entries.
        newest: gives the position of the newest entry, by another connection.
        quiet: seconds without a notice, after which one looks again.
    """

    def __init__(
        self, place: Place, channel: str, newest: Callable[[], int], quiet: float = QUIET
    ) -> None:
        self._place = place
        self._channel = channel
        self._newest = newest
        self._quiet = quiet
        self._seen: int | None = None
        self._until = 0.0  # so that the first one looks

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
            StorageError: the server cannot be reached any more, and not again for some seconds.
        """
        try:
            noticed = self._noticed()
            if not noticed and monotonic() < self._until:
                return False
            # Wait for a notice that may be on its way, before giving up the connection.
            if not self._look() or noticed or self._noticed():
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

    def _noticed(self) -> bool:
        return any(True for _ in self._connection.notifies(timeout=WAIT, stop_after=1))

    def _look(self) -> bool:
        """See what the newest entry is; say whether it is another than it was."""
        before, self._seen = self._seen, self._newest()
        self._until = monotonic() + self._quiet
        return before is not None and before != self._seen

    def _listen(self) -> None:
        with reached(self._place, "listened to"):
            self._connection = cast("psycopg.Connection[Any]", self._listening())

    @retry(psycopg.OperationalError, max_attempts=5, wait=0.5)
    def _listening(self) -> "psycopg.Connection[Any]":
        connection = psycopg.connect(self._place.connection, autocommit=True)
        try:
            connection.execute(SQL("LISTEN {}").format(Identifier(self._channel)))
        except psycopg.Error:
            connection.close()
            raise
        return connection
