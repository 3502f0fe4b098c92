"""A log as it is read and appended in a transaction that somebody else began, and will end."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, Never, Self

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.backends.ports import Rows


class HeldLog:
    """What every such log leaves to the caller that holds the transaction.

    Attributes:
        is_sealed: whether the words in it are sealed.
        rows: the rows of the entries.
    """

    is_sealed: bool
    rows: Rows

    @contextmanager
    def alone(self) -> Generator[Self, None, None]:
        """Lend it as it is: nobody else appends until the transaction is over."""
        yield self

    def within(self, connection: object) -> Never:  # noqa: ARG002 - whatever it is
        """Refuse: it is in a transaction already.

        Raises:
            InvalidInputError: always.
        """
        raise InvalidInputError(_ALREADY)

    def take_over(self, rows: object, after: int) -> Never:  # noqa: ARG002 - whichever
        """Refuse: a store is moved by itself.

        Raises:
            InvalidInputError: always.
        """
        raise InvalidInputError(_ALREADY)

    def ping(self) -> None:
        """Read where the entries end."""
        self.rows.last_position()

    def close(self) -> None:
        """Do nothing: the connection is not its own."""


_ALREADY: Final = (
    "within: a transaction of the host's own can read and add entries, and nothing else"
)
