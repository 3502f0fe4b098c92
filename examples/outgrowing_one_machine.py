"""From one file to a server: every row moves as it is, and many workers share one read model.

`python outgrowing_one_machine.py postgresql://user@host:5432/database?schema=rapid_review` moves
them to a sealed store that `rapid-review db init` made there; without an address, to a second
file. The keys stay where they are: what is recorded at the new place is sealed by the same.
"""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import NamedTuple

from rapid_review import Actor, RapidReviews, terms
from rapid_review.domain import commands as ask
from rapid_review.domain import vocabulary as of
from rapid_review.store.copies.moving import move
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.store import Store

KENT = terms.load("kent-and-medway-2020-05")
TEAM = Actor(id="u-17", role="business-support", agency="partnership-team")
NOW = datetime(2020, 6, 1, 9, tzinfo=UTC)


def received(number: int) -> ask.ReceiveNotification:
    """Return a notification of Monday 4 May 2020; its review is due on 27 May."""
    return ask.ReceiveNotification(
        at=datetime(2020, 5, 4, 8, 30, tzinfo=UTC),
        reference=f"CSPR-2020-{number}",
        source="kent-ics",
        incident=of.Incident(known_on=date(2020, 5, 1), nature=of.Nature.SERIOUS_HARM),
        children=(of.Child(reference=f"C-{number}", age_band=of.AgeBand.UNDER_1),),
    )


NOT_MET = ask.FindCriteriaNotMet(
    at=datetime(2020, 5, 6, 9, tzinfo=UTC), because="no serious harm came of it"
)


class Keys(NamedTuple):
    """Where the keys are: the key store, and on another disk the file that opens it."""

    table: Path
    file: Path


def store_at(place: str, keys: Keys) -> "closing[Store]":
    """Open the store at an address or in a file, with the keys that seal its words."""
    at_hand = keys_at(*keys)
    if place.startswith("postgresql://"):
        return closing(Store.on_postgres(place, keys=at_hand))
    return closing(Store.on_sqlite(place, keys=at_hand))


@contextmanager
def reviews_at(place: str, keys: Keys) -> Iterator[RapidReviews]:
    """Open the reviews at an address or in a file; each worker does so for itself."""
    with store_at(place, keys) as store:
        yield RapidReviews(store, terms=KENT, clock=lambda: NOW)


def tell(where: str, reviews: RapidReviews) -> None:
    """Bring the read model up to date, and print what it says."""
    read_model = reviews.read_model()
    read_model.catch_up()
    print(f"{where}: {read_model.how_many_cases} cases")
    for one in read_model.board(NOW):
        state = (
            f"{one.deadline} due {one.due}, {one.days_left} days left" if one.due else one.stage
        )
        print(f"  {one.case}: {state}")


def moved(source: str, target: str, keys: Keys) -> int:
    """Move every row of one store to another, at its position; return how many there are."""
    with store_at(source, keys) as old, store_at(target, keys) as new:
        return move(old, new).entries


def work_and_follow(place: str, keys: Keys) -> None:
    """Let one worker record, and another follow; the follower is told when to stop."""
    stop = Event()
    with reviews_at(place, keys) as worker, reviews_at(place, keys) as dashboard:
        read_model = dashboard.read_model()
        follower = Thread(target=read_model.follow, args=(stop,))
        follower.start()
        worker.handle("KM-2", NOT_MET, by=TEAM)
        while all(case.is_open for case in read_model.cases()):
            stop.wait(0.01)
        stop.set()
        follower.join()
        tell("two workers", dashboard)


with TemporaryDirectory() as folder:
    one_file = str(Path(folder) / "reviews.db")
    place = sys.argv[1] if len(sys.argv) > 1 else str(Path(folder) / "second.db")
    keys = Keys(Path(folder) / "reviews.keys", Path(folder) / "reviews.key-file")
    make_keys(*keys)
    with reviews_at(one_file, keys) as reviews:
        for number in (1, 2):
            reviews.handle(f"KM-{number}", received(number), by=TEAM)
        tell("one file", reviews)
    print(f"{moved(one_file, place, keys)} entries moved")
    work_and_follow(place, keys)
