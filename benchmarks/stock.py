"""The peer of the record: the library `eventsourcing` as its documentation shows it.

A declarative aggregate, its JSON transcoder, its repository and its SQLite file, without a mapper
or a projector of one's own. Each event carries what an entry of ours carries. It validates
nothing, and its aggregate only counts, so it has less to do.
"""
# ruff: noqa: ARG002 - the arguments of an event's method are the event's fields

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool

from benchmarks import material

if TYPE_CHECKING:
    from eventsourcing.sqlite import SQLiteFactory


class Stock(Aggregate):
    """A case that is notified and then has letters logged."""

    @event("Opened")
    def __init__(self, case: str, partnership: str) -> None:
        self.case = case
        self.partnership = partnership
        self.letters = 0

    @event("Logged")
    def log(
        self,
        *,
        at: datetime,
        recorded_at: datetime,
        correspondence: str,
        sent: bool,
        words: str,
        by_id: str,
        by_role: str,
        by_agency: str,
        purpose: str | None,
        command_id: str,
        correlation_id: str | None,
        causation_id: str | None,
    ) -> None:
        """Log a letter."""
        self.letters += 1


def opened(case: str, events: int) -> Stock:
    """Return a case of so many events, not yet saved."""
    stock = Stock(case, material.KENT.partnership)
    for number in range(1, events):
        log(stock, number)
    return stock


def log(stock: Stock, number: int) -> None:
    """Log the letter of this number in a case, as `material.letter` has it."""
    stock.log(
        at=material.AT,
        recorded_at=material.clock(),
        correspondence=f"L-{number}",
        sent=True,
        words=material.WORDS,
        by_id=material.BY.id,
        by_role=material.BY.role,
        by_agency=material.BY.agency,
        purpose=material.PURPOSE,
        command_id=str(uuid4()),
        correlation_id=None,
        causation_id=None,
    )


def in_memory() -> Application[UUID]:
    """Return an application that keeps its events in memory."""
    return Application(env={"PERSISTENCE_MODULE": "eventsourcing.popo"})


@contextmanager
def on_sqlite(path: Path, *, aggregates_kept: int = 0) -> Iterator[Application[UUID]]:
    """Open an application that keeps its events in an SQLite file.

    Args:
        path: of the file.
        aggregates_kept: how many aggregates its own cache keeps; as it comes, it has none.

    How hard it flushes is left to the build of SQLite, so each of its connections is told to do it
    as ours do: the same promise at the same price.
    """
    env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    if aggregates_kept:
        env["AGGREGATE_CACHE_MAXSIZE"] = str(aggregates_kept)
    application: Application[UUID] = Application(env=env)
    datastore = cast("SQLiteFactory", application.factory).datastore
    datastore.pool.close()
    datastore.pool = _FlushingPool(db_name=str(path))
    try:
        yield application
    finally:
        application.close()


class _FlushingPool(SQLiteConnectionPool):
    """The library's own connections, which flush to disk at every commit."""

    def _create_connection(self) -> SQLiteConnection:
        made = super()._create_connection()
        made.cursor().execute("PRAGMA synchronous = FULL")
        return made
