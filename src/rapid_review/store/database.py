"""The state of a store's database: whether it answers, and how far behind it is."""

from rapid_review.store.backends.behind import Behind
from rapid_review.store.subscribing import GivesSubscriptions


class KnowsItsDatabase(GivesSubscriptions):
    """The part of `RapidReviews` that says how its database is."""

    def ping(self, within: float = 2.0) -> None:
        """Check that the store can be reached and read now; see `Store.ping`.

        Raises:
            StorageError: it cannot, or it did not answer in so many seconds.
        """
        self._store.ping(within)

    @property
    def reads_only(self) -> bool:
        """Whether nothing is written, as the caller asked; see `ServerSettings`."""
        return self._store.opened.tables.reads_only

    def behind(self) -> Behind | None:
        """Return how far a standby may lie behind the server that it follows.

        Returns:
            What it has, and whether it is sent more; None if this database follows no other.

        Raises:
            StorageError: the store cannot be read.
        """
        return self._store.opened.tables.behind()
