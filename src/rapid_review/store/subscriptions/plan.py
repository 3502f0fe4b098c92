"""What a subscription does: which entries it gets, from where, and what happens on a failure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, NamedTuple, TypedDict, cast

from rapid_review.domain.beside_events import KINDS_BESIDE_CASES
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError, listed, shown
from rapid_review.domain.events import EVENTS
from rapid_review.domain.redaction import kind_of
from rapid_review.domain.vocabulary import is_a_reference
from rapid_review.store.backends.ports import Writer
from rapid_review.store.callbacks import is_async, takes, yields

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
"""Gets entries in order, and a writer in the transaction that moves the subscription on.

It does its work in the call and returns nothing: an `async` function or a generator function would
be called and never run.
"""


def must_be_a_handler(handle: object) -> None:
    """Check that something can handle entries, before it is given any.

    Raises:
        InvalidInputError: it is `async`, yields, or does not take the entries and a writer.
    """
    if not callable(handle):
        found = "something that cannot be called"
    elif is_async(handle) or yields(handle):
        found = "an async function or one that yields, of which nothing would run"
    elif not takes(handle, "the entries", "a writer"):
        found = "a function that does not take two arguments"
    else:
        return
    raise InvalidInputError(
        f"handle: found {found}; allowed: an ordinary function that takes the entries and a "
        "writer, and returns nothing"
    )


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
        kinds = cast("object", self.kinds)
        if not isinstance(kinds, frozenset | set | None):
            found.append(
                f"kinds: found {kind_of(kinds)}; allowed: a set, such as "
                'frozenset({"DecisionMade"}), or None for all'
            )
        elif unknown := (self.kinds or frozenset()) - (EVENTS.keys() - KINDS_BESIDE_CASES):
            found.append(
                f"kinds: found {listed(map(shown, unknown))}; allowed: the kinds of events of a "
                "case, such as DecisionMade"
            )
        start = 0 if self.start in ("first", "now") else self.start
        found += [
            f"{name}: found {shown(value)}; allowed: {allowed}a number of {least} or more"
            for name, value, least, allowed in (
                ("version", self.version, 1, ""),
                ("tries", self.tries, 1, ""),
                ("page", self.page, 1, ""),
                ("start", start, 0, "first, now, or "),
            )
            if not _is_number(value, least)
        ]
        if self.on_failure not in ("park", "stop"):
            found.append(f"on_failure: found {shown(self.on_failure)}; allowed: park, stop")
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


def _is_number(value: object, least: int) -> bool:
    return isinstance(value, int) and value >= least
