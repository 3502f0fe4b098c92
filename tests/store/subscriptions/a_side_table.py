"""A host's own table beside the entries, and handlers that keep one: a row for each entry.

It has no key, so that an entry that is handled twice occurs there twice.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from rapid_review.domain.errors import RapidReviewError
from rapid_review.store import RapidReviews, Store
from rapid_review.store.backends.ports import Writer
from rapid_review.store.subscriptions.plan import Recorded
from rapid_review.store.subscriptions.subscription import Subscription

CREATE: Final = (
    "CREATE TABLE IF NOT EXISTS {at}handled "
    "(position BIGINT NOT NULL, reference TEXT NOT NULL, version BIGINT NOT NULL, kind TEXT)"
)
ADDED: Final = "INSERT INTO {at}handled (position, reference, version, kind) VALUES (?, ?, ?, ?)"
EVERY: Final = "SELECT position, reference, version, kind FROM {at}handled"

Row = tuple[int, str, int, str]
Fails = Callable[[Recorded], bool]


class HandlerError(Exception):
    """What a handler fails with in a test; its text holds what no log may."""


def make_table(store: Store) -> None:
    """Make the table, unless it is there; several may at once."""
    with suppress(RapidReviewError):  # on a server, of two who make it at once one is refused
        store.opened.tables.write(lambda writer: writer.execute(CREATE) is not None)


def row(one: Recorded) -> Row:
    """Return the row of an entry."""
    return one.position, one.entry.case, one.entry.version, one.entry.event.kind


class Keeper:
    """A handler that keeps the table; it fails as it is told to.

    Attributes:
        fails: says whether it fails with an entry.
        calls: the positions that it was given, each time.
    """

    def __init__(self, fails: Fails = lambda _: False) -> None:
        self.fails = fails
        self.calls: list[list[int]] = []

    def __call__(self, entries: Sequence[Recorded], writer: Writer) -> None:
        """Keep a row for each entry; it fails after it has written."""
        self.calls.append([one.position for one in entries])
        writer.insert(ADDED, map(row, entries))
        if any(map(self.fails, entries)):
            raise HandlerError("Jane Canary")


def handled(store: Store) -> list[Row]:
    """Return what is in the table, by position."""
    return sorted(store.opened.tables.rows(EVERY))


def folded(reviews: RapidReviews, without: Iterable[str] = ()) -> list[Row]:
    """Return what the entries say must be in it, those of some cases left out."""
    left_out = set(without)
    found = [row(Recorded(*one)) for one in reviews.entries_after(0)]
    return [one for one in found if one[1] not in left_out]


def keeping(reviews: RapidReviews) -> Subscription:
    """Return a subscription that keeps the table: what `rapid-review work` is told to do."""
    return reviews.subscription("keeping", Keeper(), page=20, claim=timedelta(seconds=1))
