"""Writing to an SQLite file, beside `eventsourcing` as it comes; every commit reaches the disk.

Each case has ten events. A command loads one, decides and appends one more. A turn goes through
cases that no turn has seen, so all of them are of the same length.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from eventsourcing.application import Application

from benchmarks import material, stock
from benchmarks.harness import Benchmark, Contender, Effort, T, must_agree, one_by_one, rate
from rapid_review import RapidReviews
from rapid_review.store.log.codec import Codec
from rapid_review.store.writing.bulk_import import BATCH

EVENTS: Final = 10  # of a case
INSERT: Final = "INSERT INTO stored_events VALUES (?, ?, ?, ?)"

StoredRow = tuple[str, int, str, bytes]
"""A row as it is written: the stream's id, the version, the topic and the body."""


def benchmarks(effort: Effort, folder: Path) -> Iterator[Benchmark]:
    """Yield single commands and bulk import."""
    with (
        RapidReviews.on_sqlite(
            folder / "record.db", terms=material.KENT, clock=material.clock, unsealed=True
        ) as reviews,
        stock.on_sqlite(folder / "record-stock.db") as application,
        _bare(folder / "record-bare.db") as bare,
    ):
        cases = effort.of(300)
        yield Benchmark(
            "durable_commands",
            "commands/s",
            "higher",
            commands(reviews, cases, effort.turns),
            {"eventsourcing": _commands_of_stock(application, cases, effort.turns)},
            ("INSERT and COMMIT by sqlite3", _inserts(bare, cases)),
        )
        cases = effort.of(400)
        yield Benchmark(
            "bulk_import",
            "events/s",
            "higher",
            imports(reviews, cases),
            {
                "ours, one command at a time": _import_by_commands(reviews, effort.of(60)),
                "eventsourcing, a case at a time": _import_into_stock(application, cases, 1),
                "eventsourcing, many at a time": _import_into_stock(
                    application, cases, BATCH // EVENTS
                ),
            },
            ("executemany by sqlite3", _executemany(bare, cases)),
        )


def commands(reviews: RapidReviews, cases: int, turns: int) -> Contender:
    """Return what asks one command of each of so many cases, others at each turn."""
    history = material.history(EVENTS)
    made = material.references(cases * turns)
    reviews.import_histories([(case, history) for case in made], by=material.BY)
    command = material.letter(EVENTS)

    def handled(case: str) -> None:
        done = reviews.handle(case, command, by=material.BY, purpose=material.PURPOSE)
        must_agree(EVENTS + 1, done[0].version)

    return rate(shares(made, cases), one_by_one(handled))


def _commands_of_stock(application: Application[UUID], cases: int, turns: int) -> Contender:
    made = [stock.opened(case, EVENTS) for case in material.references(cases * turns)]
    application.save(*made)

    def saved(case: UUID) -> None:
        loaded: stock.Stock = application.repository.get(case)
        stock.log(loaded, EVENTS)
        application.save(loaded)
        must_agree(EVENTS + 1, loaded.version)

    return rate(shares([case.id for case in made], cases), one_by_one(saved))


def shares(things: Sequence[T], size: int) -> Callable[[], list[T]]:
    """Return what hands out the things, the next ones at each call."""
    left = iter(things)
    return lambda: list(islice(left, size))


def _inserts(bare: sqlite3.Connection, rows: int) -> Contender:
    def inserted(row: StoredRow) -> None:
        bare.execute("BEGIN")
        bare.execute(INSERT, row)
        bare.execute("COMMIT")

    return rate(lambda: _rows(rows), one_by_one(inserted))


def imports(reviews: RapidReviews, cases: int) -> Contender:
    """Return what imports so many cases."""
    history = material.history(EVENTS)

    def imported(cases: Sequence[str]) -> None:
        histories = ((case, history) for case in cases)
        done = reviews.import_histories(histories, by=material.BY, purpose=material.PURPOSE)
        must_agree(len(cases) * EVENTS, done.entries)

    return rate(lambda: material.references(cases), imported, EVENTS)


def _import_by_commands(reviews: RapidReviews, cases: int) -> Contender:
    letters = [material.letter(number) for number in range(len(material.opening()), EVENTS)]

    def handled(case: str) -> None:
        for command in (material.NOTIFICATION, *letters):
            reviews.handle(case, command, by=material.BY, purpose=material.PURPOSE)

    return rate(lambda: material.references(cases), one_by_one(handled), EVENTS)


def _import_into_stock(application: Application[UUID], cases: int, together: int) -> Contender:
    """Return what saves new cases in the peer, so many of them in a transaction."""

    def saved(cases: Sequence[str]) -> None:
        for start in range(0, len(cases), together):
            batch = cases[start : start + together]
            application.save(*[stock.opened(case, EVENTS) for case in batch])

    return rate(lambda: material.references(cases), saved, EVENTS)


def _executemany(bare: sqlite3.Connection, cases: int) -> Contender:
    def inserted(rows: Sequence[StoredRow]) -> None:
        for start in range(0, len(rows), BATCH):
            bare.execute("BEGIN")
            bare.executemany(INSERT, rows[start : start + BATCH])
            bare.execute("COMMIT")

    return rate(lambda: _rows(cases * EVENTS), inserted)


@contextmanager
def _bare(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file with the table of `eventsourcing`, without that library and without ours."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(
            "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, "
            "topic TEXT, state BLOB, PRIMARY KEY (originator_id, originator_version))"
        )
        yield connection


def _rows(number: int) -> list[StoredRow]:
    """Return so many rows with the body of a letter, ten in a stream that is not there yet."""
    entry = material.entry()
    kind, body = entry.event.kind, Codec().encode(entry)
    streams = [uuid4().hex for _ in range(0, number, EVENTS)]
    return [(streams[place // EVENTS], 1 + place % EVENTS, kind, body) for place in range(number)]
