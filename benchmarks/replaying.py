"""Opening a case of a thousand events, beside `eventsourcing`.

Ours: the rows are read, each body is held to its place, every event is validated, and the case is
folded from them. Nothing of the case is kept in memory for that; `replay_1000_kept` opens it as it
is opened the second time, when only what was recorded since is read (ADR 0086).

The library as it comes spends almost half of its time asking of each event whether it is one. So
other ways are measured too: that library with its user's own function, which folds the events and
does not ask; and ours if it read whole entries, with who recorded each and why, without a fold.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final
from uuid import UUID

from eventsourcing.application import Application, project_aggregate

from benchmarks import material
from benchmarks.harness import Benchmark, Contender, Effort, must_agree, one_by_one, rate
from benchmarks.stock import Stock, in_memory, on_sqlite, opened
from rapid_review import RapidReviews
from rapid_review.store.log.body import stream_id
from rapid_review.store.store import Store

CASE: Final = "KM-1"

Projector = Callable[[Stock | None, Iterable[Stock.Event]], Stock | None]
"""Makes a case of the peer from its events."""


def benchmarks(effort: Effort, folder: Path) -> Iterator[Benchmark]:
    """Yield the replay from a file, beside the peer as it comes and other ways, and in memory."""
    events = effort.of(1_000)
    file = folder / "replay.db"
    with (
        _over(Store.on_sqlite(file, unsealed=True, events_kept=0)) as reviews,
        _over(Store.on_sqlite(file, unsealed=True)) as keeping,
        on_sqlite(folder / "replay-stock.db") as application,
        closing(sqlite3.connect(file)) as bare,
    ):
        limit = ("the same rows by sqlite3", _rows_read(bare, events))
        _recorded(reviews, events)
        ours = _ours(reviews, events)
        theirs = {"eventsourcing": _theirs(application, events)}
        yield Benchmark("replay_1000", "events/s", "higher", ours, theirs, limit)
        kept = _ours(keeping, events)
        yield Benchmark(
            "replay_1000_kept", "events/s", "higher", kept, {"ours, nothing kept": ours}
        )
        other_ways = {
            "eventsourcing, own projector": _theirs(application, events, _folded),
            "ours, whole entries": rate(lambda: [CASE] * 10, one_by_one(reviews.history), events),
        }
        yield Benchmark("replay_1000_other_ways", "events/s", "higher", ours, other_ways, limit)
    with _over(Store.in_memory(events_kept=0)) as reviews:
        application = in_memory()
        _recorded(reviews, events)
        ours = _ours(reviews, events)
        theirs = {"eventsourcing": _theirs(application, events)}
        yield Benchmark("replay_1000_in_memory", "events/s", "higher", ours, theirs)


def _over(store: Store) -> RapidReviews:
    return RapidReviews.owning(store, terms=material.KENT, clock=material.clock)


def _recorded(reviews: RapidReviews, events: int) -> None:
    history = material.history(events)
    reviews.import_history(CASE, history, by=material.BY, purpose=material.PURPOSE)


def _ours(reviews: RapidReviews, events: int) -> Contender:
    must_agree(events, reviews.case(CASE).version)
    return rate(lambda: [CASE] * 10, one_by_one(reviews.case), events)


def _theirs(
    application: Application[UUID], events: int, projector: Projector = project_aggregate
) -> Contender:
    def get(case: UUID) -> Stock:
        return application.repository.get(case, projector_func=projector)

    saved = opened(CASE, events)
    application.save(saved)
    must_agree((events, saved.letters), (get(saved.id).version, get(saved.id).letters))
    return rate(lambda: [saved.id] * 2, one_by_one(get), events)


def _folded(case: Stock | None, events: Iterable[Stock.Event]) -> Stock | None:
    """Fold events as the library does, but for the question that it asks of each."""
    for event in events:
        case = event.mutate(case)
    return case


def _rows_read(bare: sqlite3.Connection, events: int) -> Contender:
    def read(stream: str) -> None:
        bare.execute(
            "SELECT originator_version, topic, state FROM stored_events "
            "WHERE originator_id = ? ORDER BY originator_version",
            (stream,),
        ).fetchall()

    stream = stream_id(material.KENT.partnership, CASE).hex
    return rate(lambda: [stream] * 50, one_by_one(read), events)
