"""Whether a database can be used, answered in a short time also where nothing answers."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread

from rapid_review.domain.errors import StorageError


class Ping:
    """Asks a database something, and waits for its answer for a short time only.

    It is asked in a thread that holds up nobody. While that one waits, no second one is begun.

    Args:
        ask: asks, once.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._lock = Lock()
        self._asking: Future[None] | None = None

    def within(self, seconds: float) -> None:
        """Check that it answers within some seconds.

        Raises:
            StorageError: it cannot be used, or does not answer.
        """
        try:
            self._begun().result(seconds)
        except TimeoutError:
            raise StorageError(
                f"the store did not answer within {seconds:g} seconds: its server or its disk "
                "does not respond. Check that it runs and can be reached, and try again"
            ) from None

    def _begun(self) -> Future[None]:
        with self._lock:
            # Else each question to a silent server would leave one more thread that waits.
            if self._asking is None or self._asking.done():
                self._asking = Future()
                Thread(target=self._answer, args=(self._asking,), daemon=True).start()
            return self._asking

    def _answer(self, asking: Future[None]) -> None:
        try:
            self._ask()
        except BaseException as error:  # noqa: BLE001 - it is raised where it was asked
            asking.set_exception(error)
        else:
            asking.set_result(None)
