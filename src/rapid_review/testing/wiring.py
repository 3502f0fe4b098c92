"""The four methods of a host's wiring that the kit calls; and the simplest wiring.

`WiringConformance` is the class of tests to inherit from.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from rapid_review.domain.case import Case
from rapid_review.domain.commands import Command
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseNotFoundError
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.reviews import RapidReviews
from rapid_review.testing.telling import BY

Clock = Callable[[], datetime]
"""Says what time it is now, aware."""


class Wiring(Protocol):
    """Access to cases through everything that a host has built around them.

    The person who sends commands must be allowed to do everything: the kit tests the rules, and
    not the host's permissions.
    """

    def ask(self, case: str, command: Command, command_id: str, /) -> Sequence[AnyEvent]:
        """Send a command under an id; return what it recorded, the same if it is sent again.

        Raises:
            Refused: the rules refuse it; a host may raise an error of its own instead.
            InvalidInputError: the id was used for another command.
        """
        ...

    def entries(self, case: str, /) -> Sequence[Entry]:
        """Return a case's entries from the first; none if there is no such case."""
        ...

    def case(self, case: str, /) -> Case:
        """Return a case as it is; an empty one if there is none."""
        ...

    def reopen(self) -> None:
        """Close everything, and open it again, as after a restart; in memory do nothing."""
        ...


class ReviewsWiring:
    """The simplest wiring: `RapidReviews`, with nothing around them.

    Args:
        opens: opens the reviews, each time on the same store.
        by: who sends the commands.
    """

    def __init__(self, opens: Callable[[], RapidReviews], by: Actor = BY) -> None:
        self._opens = opens
        self._by = by
        self._reviews = opens()

    def ask(self, case: str, command: Command, command_id: str) -> tuple[AnyEvent, ...]:
        """Send a command, and return the events that were recorded."""
        made = self._reviews.handle(case, command, by=self._by, command_id=command_id)
        return tuple(entry.event for entry in made)

    def entries(self, case: str) -> tuple[Entry, ...]:
        """Return a case's entries."""
        try:
            return self._reviews.history(case)
        except CaseNotFoundError:
            return ()

    def case(self, case: str) -> Case:
        """Return a case as it is."""
        try:
            return self._reviews.case(case)
        except CaseNotFoundError:
            return Case()

    def reopen(self) -> None:
        """Close the reviews, and open them again."""
        self._reviews.close()
        self._reviews = self._opens()

    def close(self) -> None:
        """Close the reviews."""
        self._reviews.close()


class HandSetClock:
    """A clock that shows the time to which it was last set."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


def closed(wiring: Wiring) -> None:
    """Close a wiring, if it can be closed."""
    close = getattr(wiring, "close", None)
    if close is not None:
        close()
