"""Catching up a read model in an SQLite file, beside `eventsourcing` as its manual shows it.

Ours reads each case whole, replays it, and keeps its rows and its part of every statistic. The
peer's projection adds 1 to the number of the case's letters, and that in a transaction an event.
The limit decodes the same entries and throws them away.

`python -m benchmarks.read_models FILE` rebuilds the read model of a store in a process of its own,
and prints the seconds and the megabytes that this took.
"""

import gc
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Any, Final, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, Tracking
from eventsourcing.popo import POPOApplicationRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteTrackingRecorder

from benchmarks import material, stock, whole_cases
from benchmarks.harness import Benchmark, Contender, Effort, must_agree, peak_megabytes, rate
from rapid_review import RapidReviews
from rapid_review.store.store import Store

CATCH_UP: Final = 20_000
PEERS: Final = 2_000
"""How many entries are caught up with, and how many events by the peer, which takes its time."""
FEW: Final = 10_000
MANY: Final = 1_000_000


def benchmarks(effort: Effort, folder: Path) -> Iterator[Benchmark]:
    """Yield the catch-up, and the rebuild of a million entries."""
    store = folder / "cases.db"
    entries = whole_cases.store_of(store, effort.of(CATCH_UP))
    yield Benchmark(
        "catch_up",
        "events/s",
        "higher",
        _catch_up(store, entries),
        {"eventsourcing, ProjectionRunner": _runner(folder, effort.of(PEERS))},
        ("decoding the entries", _decode(store, entries)),
    )
    few, many = folder / "few.db", folder / "many.db"
    whole_cases.store_of(few, effort.of(FEW))
    whole_cases.store_of(many, effort.of(MANY))
    peaks: dict[Path, float] = {}
    yield Benchmark(
        "rebuild_million",
        "events/s",
        "higher",
        _rebuild(many, peaks),
        {"ours, 10,000 entries": _rebuild(few, peaks)},
        at_most_rounds=1,
    )
    yield Benchmark(
        "rebuild_million_memory",
        "MB",
        "lower",
        lambda: peaks[many],
        {"ours, 10,000 entries": lambda: peaks[few]},
        at_most_rounds=1,
    )
    for path in (few, many):
        path.unlink()


def _catch_up(store: Path, entries: int) -> Contender:
    """Return what brings the read model of a store that never had one up to date."""

    def fresh() -> Sequence[Path]:
        copy = store.with_name("caught-up.db")
        copy.unlink(missing_ok=True)
        shutil.copyfile(store, copy)
        with copy.open("rb+") as file:
            os.fsync(file)  # entries are on the disk when they are caught up with
        return [copy]

    def caught_up(paths: Sequence[Path]) -> None:
        with _reviews_in(paths[0]) as reviews:
            must_agree(entries, reviews.read_model().catch_up())

    return rate(fresh, caught_up, entries)


def _decode(store: Path, entries: int) -> Contender:
    def decoded(paths: Sequence[Path]) -> None:
        opened = Store.on_sqlite(paths[0], unsealed=True)
        must_agree(entries, sum(1 for _ in opened.all_entries()))
        opened.close()

    return rate(lambda: [store], decoded, entries)


def _reviews_in(path: Path) -> RapidReviews:
    return RapidReviews.on_sqlite(path, terms=material.KENT, clock=material.clock, unsealed=True)


# --- A process of its own


def _rebuild(store: Path, peaks: dict[Path, float]) -> Contender:
    def per_second() -> float:
        command = [sys.executable, "-m", "benchmarks.read_models", str(store)]
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603 - our own words
        told = json.loads(printed)
        peaks[store] = max(told["megabytes"], peaks.get(store, 0))
        return cast("float", told["entries"] / told["seconds"])

    return per_second


def main() -> None:
    """Rebuild a read model, and print what it took."""
    with _reviews_in(Path(sys.argv[1])) as reviews:
        start = perf_counter()
        entries = reviews.read_model().rebuild()
        seconds = perf_counter() - start
    print(json.dumps({"entries": entries, "seconds": seconds, "megabytes": peak_megabytes()}))


# --- The peer


class Letters(SQLiteTrackingRecorder):
    """The peer's view: how many letters each case has."""

    def construct_create_table_statements(self) -> list[str]:
        """Return what makes the tables."""
        own = "CREATE TABLE IF NOT EXISTS letters (stream TEXT PRIMARY KEY, n INTEGER NOT NULL)"
        return [*super().construct_create_table_statements(), own]

    def add(self, stream: UUID, tracking: Tracking) -> None:
        """Add 1, and note which event did, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "INSERT INTO letters VALUES (?, 1) ON CONFLICT (stream) DO UPDATE SET n = n + 1",
                (stream.hex,),
            )


class CountsLetters(Projection[Letters]):
    """The peer's projection."""

    name = "letters"
    done = Event()
    last = 0

    def process_event(  # pyright: ignore[reportIncompatibleVariableOverride] - the manual's way
        self,
        domain_event: Any,  # noqa: ANN401 - as the library has it
        tracking: Tracking,
    ) -> None:
        """Take in one event."""
        self.view.add(domain_event.originator_id, tracking)
        if tracking.notification_id == self.last:
            self.done.set()


class Recorded(Application[UUID]):
    """The peer's application, with events that were recorded beforehand."""

    recorder_given: ApplicationRecorder = POPOApplicationRecorder()

    def construct_recorder(self) -> ApplicationRecorder:
        """Return what they were recorded in."""
        return self.recorder_given


def _runner(folder: Path, events: int) -> Contender:
    """Return what lets a runner of the peer come to the last event."""
    application = stock.in_memory()
    each = 45
    for case in material.references(-(-events // each)):
        application.save(stock.opened(case, each))
    Recorded.recorder_given = application.recorder
    CountsLetters.last = application.recorder.max_notification_id() or 0
    path = folder / "letters.db"

    def per_second() -> float:
        path.unlink(missing_ok=True)
        CountsLetters.done.clear()
        env = {
            "PERSISTENCE_MODULE": "eventsourcing.popo",
            "LETTERS_PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "LETTERS_SQLITE_DBNAME": str(path),
        }
        gc.collect()
        start = perf_counter()
        with ProjectionRunner(
            application_class=Recorded,
            projection_class=CountsLetters,
            view_class=Letters,
            env=env,
        ):
            CountsLetters.done.wait()
            return CountsLetters.last / (perf_counter() - start)

    return per_second


if __name__ == "__main__":
    main()
