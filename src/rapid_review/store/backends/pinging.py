"""Checking, within a short time, whether a database can be used, even if it does not answer."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread

from rapid_review.domain.errors import StorageError


class Ping:
    """Asks a database something, and waits for its answer for a short time only.

    The database is asked in a thread of its own. While that thread waits, no other is started.

    Args:
        ask: asks the database once.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._lock = Lock()
        self._pending: Future[None] | None = None

    def within(self, seconds: float) -> None:
        """Check that the database answers within some seconds.

        Raises:
            StorageError: the database cannot be used, or does not answer in time.
        """
        try:
            self._pending_answer().result(seconds)
        except TimeoutError:
            raise StorageError(
                f"the store did not answer within {seconds:g} "
                f"{'second' if seconds == 1 else 'seconds'}: its server or its disk "
                "does not respond. Check that it runs and can be reached, and try again"
            ) from None

    def _pending_answer(self) -> Future[None]:
        with self._lock:
            # Otherwise each check of a silent server would leave one more thread that waits.
            if self._pending is None or self._pending.done():
                self._pending = Future()
                Thread(target=self._answer, args=(self._pending,), daemon=True).start()
            return self._pending

    def _answer(self, pending: Future[None]) -> None:
        try:
            self._ask()
        except BaseException as error:  # noqa: BLE001 - it is raised where it was asked
            pending.set_exception(error)
        else:
            pending.set_result(None)
