"""What the kit needs from a process that delivers entries, and a handler that can fail."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple, Protocol

from rapid_review.domain.commands import Command
from rapid_review.domain.errors import RapidReviewError
from rapid_review.store.backends.ports import Writer
from rapid_review.store.reviews import RapidReviews
from rapid_review.store.store import Store
from rapid_review.store.subscriptions.plan import Recorded
from rapid_review.store.subscriptions.subscription import Subscription
from rapid_review.testing.telling import BY


class Delivered(NamedTuple):
    """An entry that was delivered: its case, and its version in it."""

    case: str
    version: int


class HandlerError(Exception):
    """The error of a handler that the kit makes fail."""


class KilledError(BaseException):
    """The end of the process, as the kit imitates it; only the kit may catch it."""


class Trouble:
    """What goes wrong while an entry is handled; the handler asks it after it has written.

    Attributes:
        failing: the cases with which a handler fails.
        kills_at: how many more entries are handled before the process ends; None for no end.
    """

    def __init__(self) -> None:
        self.failing: frozenset[str] = frozenset()
        self.kills_at: int | None = None

    def __call__(self, case: str) -> None:
        """Fail, or end the process, if that is to happen with an entry of this case.

        Raises:
            HandlerError: the handler is to fail with this case.
            KilledError: the process is to end here.
        """
        if case in self.failing:
            raise HandlerError
        if self.kills_at is not None:
            self.kills_at -= 1
            if self.kills_at < 0:
                raise KilledError


class Delivery(Protocol):
    """One process that records, and delivers what is recorded to a handler.

    The handler writes down each entry that it is given, and then calls the `Trouble` that the kit
    gave, with the entry's case.
    """

    def record(self, case: str, command: Command, /) -> Sequence[int]:
        """Ask a command of a case; return the versions of the entries that it led to."""
        ...

    def deliver(self) -> None:
        """Deliver all that can be delivered now, and return.

        An error of a handler is not raised. A `KilledError` is, but its transaction is rolled back
        first, as if the process had ended.
        """
        ...

    def delivered(self) -> Sequence[Delivered]:
        """Return what the handlers of all processes have committed, in the order of writing."""
        ...

    def close(self) -> None:
        """Close this handle."""
        ...


Opens = Callable[[], Delivery]
"""Opens one more handle on the same store, as another process would."""


class LibraryDelivery:
    """A subscription of this library's, which keeps a table of what it was given.

    Args:
        store: the store; it is closed with this.
        reviews: the reviews over it.
        trouble: what goes wrong.
    """

    def __init__(self, store: Store, reviews: RapidReviews, trouble: Trouble) -> None:
        self._store = store
        self._reviews = reviews
        self._trouble = trouble
        # If two processes create the table at once, a server refuses one of them.
        with suppress(RapidReviewError):
            store.opened.tables.write(_create_table)
        self._subscription = self.subscription(reviews)

    def subscription(self, reviews: RapidReviews) -> Subscription:
        """Return the subscription that delivers; a host with its own plan overrides this."""
        return reviews.subscription("kit", self.handle)

    def handle(self, entries: Sequence[Recorded], writer: Writer) -> None:
        """Write a row for each entry, in the transaction that also moves the position."""
        for _, entry in entries:
            writer.execute(_INSERT, (entry.case, entry.version))
            self._trouble(entry.case)

    def record(self, case: str, command: Command) -> tuple[int, ...]:
        """Ask a command."""
        return tuple(one.version for one in self._reviews.handle(case, command, by=BY))

    def deliver(self) -> None:
        """Step until nothing is left to do, or another process is delivering."""
        before = -1
        while True:
            progress = self._subscription.step()
            if progress.position in (before, progress.last):
                return
            before = progress.position

    def delivered(self) -> tuple[Delivered, ...]:
        """Return the rows, in the order in which they were written."""
        return tuple(Delivered(*row) for row in self._store.opened.tables.rows(_SELECT))

    def close(self) -> None:
        """Close the store."""
        self._store.close()


def _create_table(writer: Writer) -> bool:
    writer.execute(_CREATE)
    return True


_CREATE: Final = (
    "CREATE TABLE IF NOT EXISTS {at}kit_delivered "
    "(place BIGINT NOT NULL, reference TEXT NOT NULL, version BIGINT NOT NULL)"
)
_INSERT: Final = (
    "INSERT INTO {at}kit_delivered (place, reference, version) "
    "SELECT COALESCE(MAX(place), 0) + 1, ?, ? FROM {at}kit_delivered"
)
_SELECT: Final = "SELECT reference, version FROM {at}kit_delivered ORDER BY place"
