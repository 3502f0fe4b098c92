"""Past one machine: a store moves to a server, is read elsewhere, and a nation's cases are judged.

`python outgrowing_one_machine.py postgresql://user@host:5432/database?schema=rapid_review` moves
them to a sealed store that `rapid-review db init` made there; without an address, to a second
file. An address may name a primary and its standby: `host=a,b` and `target_session_attrs`.
"""

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rapid_review import Actor, RapidReviews, calendars, terms
from rapid_review.domain import commands as ask
from rapid_review.domain import vocabulary as of
from rapid_review.domain.entry import Entry
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.statistics.case_facts import CaseFacts, case_facts_as_of, facts_of
from rapid_review.projections.statistics.facts import Facts
from rapid_review.projections.statistics.in_time import due_cohort
from rapid_review.projections.statistics.selection import clocks
from rapid_review.store.backends.address import on_a_server
from rapid_review.store.copies.moving import move
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.store import Store

KENT = terms.load("kent-and-medway-2020-05")
TEAM = Actor(id="u-17", role="business-support", agency="partnership-team")
NOW = datetime(2020, 6, 1, 9, tzinfo=UTC)
TODAY = AsOf(read_on=date(2020, 6, 1))


def received(number: int) -> ask.ReceiveNotification:
    """Return a notification of Monday 4 May 2020; its review is due on 27 May."""
    return ask.ReceiveNotification(
        at=datetime(2020, 5, 4, 8, 30, tzinfo=UTC),
        reference=f"CSPR-2020-{number}",
        source="kent-ics",
        incident=of.Incident(known_on=date(2020, 5, 1), nature=of.Nature.SERIOUS_HARM),
        children=(of.Child(reference=f"C-{number}", age_band=of.AgeBand.UNDER_1),),
    )


class Keys(NamedTuple):
    """Where the keys are: the key store, and on another disk the file that opens it."""

    table: Path
    file: Path


def store_at(place: str, keys: Keys | None = None) -> "closing[Store]":
    """Open the store at an address or in a file; with the keys that seal its words, to record."""
    at_hand = None if keys is None else keys_at(*keys)
    if on_a_server(place):
        return closing(Store.on_postgres(place, keys=at_hand))
    return closing(Store.on_sqlite(place, keys=at_hand))


@contextmanager
def reviews_at(place: str, keys: Keys | None = None) -> Iterator[RapidReviews]:
    """Open the reviews at an address or in a file; each worker does so for itself."""
    with store_at(place, keys) as store:
        yield RapidReviews(store, terms=KENT, clock=lambda: NOW)


def moved(source: str, target: str, keys: Keys) -> int:
    """Move every row of one store to another, at its position; return how many there are."""
    with store_at(source, keys) as old, store_at(target, keys) as new:
        return move(old, new).entries


def read_elsewhere(place: str) -> None:
    """Read what a worker keeps up to date, and write nothing: as at a standby."""
    address = f"{place}{'&' if '?' in place else '?'}reads_only=yes"
    with reviews_at(address if on_a_server(place) else place) as reviews:
        read_model = reviews.read_model()
        print(f"read elsewhere: {read_model.how_many_cases} cases, to {read_model.position}")
        if (behind := reviews.behind()) is not None:
            print(f"  from {behind}", file=sys.stderr)
        for one in read_model.board(NOW):
            print(f"  {one.case}: {one.deadline} due {one.due}")


# --- A nation's archive: cases of many stores, judged on an engine that is somebody else's


def archive(places: Iterable[str]) -> Iterator[tuple[Entry, ...]]:
    """Yield the entries of every case of some stores, a case at a time."""
    for place in places:
        with reviews_at(place) as reviews:
            for reference in reviews.references():
                yield reviews.history(reference)


def judged(entries: tuple[Entry, ...]) -> CaseFacts | None:
    """Return what one case adds to every statistic: all that an engine needs to be handed."""
    return case_facts_as_of(CaseHistory(entries, KENT, calendars.load), TODAY)


def by_a_pool(cases: Iterable[tuple[Entry, ...]]) -> Facts:
    """Judge cases in two processes."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return facts_of(pool.map(judged, cases, chunksize=100))


def by_dask(cases: Iterable[tuple[Entry, ...]]) -> Facts:
    """Judge cases on Dask, with two workers here; on a cluster it is the same line."""
    from dask import bag  # noqa: PLC0415 - only those with a cluster have it

    parts = bag.from_sequence(cases, npartitions=2)  # type: ignore[no-untyped-call] # it has none
    return facts_of(parts.map(judged).compute(scheduler="processes", num_workers=2))


def main() -> None:
    """Begin in one file, move, read elsewhere, and judge the cases of three such stores."""
    with TemporaryDirectory() as folder:
        one_file, place = str(Path(folder) / "reviews.db"), str(Path(folder) / "second.db")
        place = sys.argv[1] if len(sys.argv) > 1 else place
        keys = Keys(Path(folder) / "reviews.keys", Path(folder) / "reviews.key-file")
        make_keys(*keys)
        with reviews_at(one_file, keys) as reviews:
            for number in (1, 2):
                reviews.handle(f"KM-{number}", received(number), by=TEAM)
        print(f"{moved(one_file, place, keys)} entries moved")
        with reviews_at(place, keys) as reviews:
            reviews.read_model().catch_up()  # as `rapid-review work` does it all the time
        read_elsewhere(place)

        stores = (one_file, place, one_file)  # of three partnerships, say
        here = facts_of(map(judged, archive(stores)))
        cohort = due_cohort(clocks(here.durations, "rapid-review", TODAY))
        print(
            f"{here.cases} cases of an archive: {cohort.in_time.numerator} of "
            f"{cohort.in_time.denominator} in time, {cohort.overdue} overdue"
        )
        for name, engine in (("a pool", by_a_pool), ("Dask", by_dask)):
            print(f"by {name}, in two processes: {engine(archive(stores)) == here}")


if __name__ == "__main__":
    main()
