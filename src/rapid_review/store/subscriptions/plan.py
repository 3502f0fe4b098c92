"""What a subscription does: which entries it gets, from where, and what happens on a failure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, NamedTuple, TypedDict

from rapid_review.domain.beside_events import KINDS_BESIDE_CASES
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError, listed, shown
from rapid_review.domain.events import EVENTS
from rapid_review.domain.vocabulary import is_a_reference
from rapid_review.store.backends.ports import Writer

PAGE: Final = 100
"""How many entries are handled in one transaction, by default."""
CLAIM: Final = timedelta(seconds=30)
"""How long a worker's claim of a subscription lasts, unless the worker renews it."""
TRIES: Final = 5
"""How often an entry is tried before it is left to people."""
FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(hours=1)


class Recorded(NamedTuple):
    """An entry as a handler gets it.

    Attributes:
        position: its place among all entries of the store; it rises in the order of recording.
        entry: what was recorded, with WITHHELD in place of all words.
    """

    position: int
    entry: Entry


Handler = Callable[[Sequence[Recorded], Writer], None]
"""Gets entries in order, and a writer in the transaction that moves the subscription on."""


class Subscribing(TypedDict, total=False):
    """How a subscription is done.

    Attributes:
        kinds: the kinds of events that are wanted; all of them, if not given.
        start: where it begins the first time: before the first entry (`first`, if not given),
            after the newest entry (`now`), or after a position.
        version: the version of the handler, 1 or more. A higher version continues from the
            position of the one before, takes over what was put aside, and is from then on the
            only one that handles anything.
        tries: how often an entry is tried, with growing waits, before it is left to people; 5.
        on_failure: whether an entry whose handler fails is put aside, with what comes after it in
            its case (`park`, if not given), or the subscription stops before it (`stop`).
        page: how many entries are handled in one transaction; 100.
        claim: how long a worker's claim of the subscription lasts if it is not renewed; 30 s.
    """

    kinds: frozenset[str] | None
    start: Literal["first", "now"] | int
    version: int
    tries: int
    on_failure: Literal["park", "stop"]
    page: int
    claim: timedelta


@dataclass(frozen=True, slots=True)
class SubscriptionPlan:
    """What a subscription is to do; see `RapidReviews.subscription`.

    Raises:
        InvalidInputError: a value in it is not allowed.
    """

    name: str
    kinds: frozenset[str] | None = None
    start: Literal["first", "now"] | int = "first"
    version: int = 1
    tries: int = TRIES
    on_failure: Literal["park", "stop"] = "park"
    page: int = PAGE
    claim: timedelta = CLAIM

    def __post_init__(self) -> None:
        """Check all values."""
        if mistakes := tuple(self._mistakes()):
            raise InvalidInputError(*mistakes)

    def _mistakes(self) -> Sequence[str]:
        found: list[str] = []
        if not is_a_reference(self.name):
            found.append(
                f"name: found {shown(self.name)}; allowed: a name such as letters-to-the-panel"
            )
        unknown = (self.kinds or frozenset()) - (EVENTS.keys() - KINDS_BESIDE_CASES)
        if unknown:
            found.append(
                f"kinds: found {listed(map(shown, unknown))}; allowed: the kinds of events of a "
                "case, such as DecisionMade"
            )
        found += [
            f"{name}: found {shown(value)}; allowed: a number of {least} or more"
            for name, value, least in (
                ("version", self.version, 1),
                ("tries", self.tries, 1),
                ("page", self.page, 1),
                ("start", self.start if isinstance(self.start, int) else 0, 0),
            )
            if value < least
        ]
        if self.claim <= timedelta():
            found.append(
                "claim: found no length of time; allowed: a length such as timedelta(seconds=30)"
            )
        return found

    def wait(self, tries: int) -> timedelta | None:
        """Return how long to wait after so many tries; None if there is no other try.

        Each wait is four times the one before it: 1, 4, 16 and 64 seconds, an hour at most.
        """
        if tries >= self.tries:
            return None
        # From the seventh try on the wait is the longest. A greater power of four could outgrow
        # what a timedelta can hold.
        return min(LONGEST_WAIT, FIRST_WAIT * 4.0 ** min(tries - 1, 6))
