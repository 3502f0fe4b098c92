"""A log inside a transaction that its caller began, and will end."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, Never, Self

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.backends.ports import Rows


class LogInTransaction:
    """What a log in an open transaction leaves to the caller, whatever the database.

    Attributes:
        is_sealed: whether the words in it are sealed.
        rows: the rows of the entries.
    """

    is_sealed: bool
    rows: Rows

    @contextmanager
    def alone(self) -> Generator[Self, None, None]:
        """Lend the log itself: nobody else appends until the transaction is over."""
        yield self

    def within(self, connection: object) -> Never:  # noqa: ARG002 - whatever it is
        """Refuse: the log is in a transaction already.

        Raises:
            InvalidInputError: always.
        """
        raise InvalidInputError(_ALREADY)

    def take_over(self, rows: object, after: int) -> Never:  # noqa: ARG002 - whichever
        """Refuse: a store is moved in a transaction of its own.

        Raises:
            InvalidInputError: always.
        """
        raise InvalidInputError(_ALREADY)

    def ping(self) -> None:
        """Read the position of the newest entry."""
        self.rows.last_position()

    def close(self) -> None:
        """Do nothing: the connection is the caller's."""


_ALREADY: Final = (
    "within: a transaction of the host's own can read and add entries, and nothing else"
)
