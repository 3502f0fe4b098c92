"""What the tests of the record share: a clock set by hand, a store in a file, and its rows."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final, Unpack

from rapid_review.domain import commands as ask
from rapid_review.domain.entry import Entry
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.owning import Settings
from rapid_review.store.store import Store
from tests.domain.a_review import KENT, RECEIVE, at

TEAM: Final = Actor(id="pt-01", role="business-support", agency="partnership-team")
CASE: Final = "KM-2020-001"


class HandSetClock:
    """A clock that shows what it was last set to."""

    def __init__(self, now: str = "2026-11-23 12:00") -> None:
        self.now = at(now)

    def __call__(self) -> datetime:
        """Say what time it is."""
        return self.now


def reviews_in(store: Store | None = None, **settings: Unpack[Settings]) -> RapidReviews:
    """Return the Kent reviews in a store, one in memory unless it is given."""
    return RapidReviews(store or Store.in_memory(), **settings)


def kent_in(store: Store | None = None) -> RapidReviews:
    """Return the Kent reviews in a store, on 23 November 2026, in which everybody may do all."""
    return reviews_in(store, terms=KENT, clock=HandSetClock(), authorizer=Everybody())


def send_all(reviews: RapidReviews, *commands: ask.Command, case: str = CASE) -> tuple[Entry, ...]:
    """Send commands to a case, one after the other; return all that was recorded."""
    return tuple(entry for command in commands for entry in reviews.handle(case, command, by=TEAM))


def a_store_at(path: Path) -> tuple[Entry, ...]:
    """Make a store with one case in it, close it, and return its entries."""
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        return send_all(kent_in(store), RECEIVE)


def rows_at(path: Path) -> list[tuple[int, str, int, str, bytes]]:
    """Return the rows of a store as they lie in the file, by position."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM stored_events ORDER BY rowid").fetchall()
