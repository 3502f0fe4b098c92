"""The state of a store's database: whether it answers, and how far behind it is."""

from rapid_review.store.backends.behind import Behind
from rapid_review.store.words import CaseWords


class KnowsItsDatabase(CaseWords):
    """The part of `RapidReviews` that reports the state of its database."""

    def ping(self, within: float = 2.0) -> None:
        """Check that the store can be reached and read now; see `Store.ping`.

        Raises:
            StorageError: the store cannot be read, or did not answer in that many seconds.
        """
        self._store.ping(within)

    @property
    def is_sealed(self) -> bool:
        """Whether the words in the store's entries are sealed."""
        return self._store.codec.is_sealed

    @property
    def reads_only(self) -> bool:
        """Whether the caller opened the store for reading only; see `ServerSettings`."""
        return self._store.opened.tables.reads_only

    def behind(self) -> Behind | None:
        """Return how far a standby may lie behind the server that it follows.

        Returns:
            How far the standby has come; None if this database follows no other.

        Raises:
            StorageError: the store cannot be read.
        """
        return self._store.opened.tables.behind()
