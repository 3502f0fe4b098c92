"""The read model: where every case stands, kept up to date in the store's own database.

`catch_up` reads on from where the last one ended, in the caller's own thread: the person who
recorded something and then catches up reads what they wrote, without waiting for anybody.
`rebuild` makes it again beside the old one. See `projector` for how a page is taken in.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import Final, TypeVar, cast

from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.ports import Opened, Values, Writer
from rapid_review.store.jobs import PAGE, Job, Progress, Stepping
from rapid_review.store.read_model.compare import Compared, Comparison
from rapid_review.store.read_model.projector import (
    Change,
    Reader,
    change_of,
    change_of_quarantined,
)
from rapid_review.store.read_model.readings import Readings, Snapshot, live_generation
from rapid_review.store.sql import read_model as sql
from rapid_review.store.worker import Worker

T = TypeVar("T")

TRIES: Final = 3
"""How often it is compared with the entries while others write to it."""


ReportProgress = Callable[[Progress], None]
"""Called after each page with how far it has come."""


class ReadModel(Readings):
    """What is kept, for one partnership, of all its cases.

    Readings are of the position that was last caught up with; each is of one moment, also while
    somebody catches up or rebuilds, and so are all that `read` takes together.

    Args:
        opened: where it is kept.
        reader: turns cases into rows.
        page: how many entries are handled in one transaction.
        has_retried: set once this process has retried the quarantined cases.
    """

    def __init__(
        self, opened: Opened, reader: Reader, page: int = PAGE, has_retried: Event | None = None
    ) -> None:
        super().__init__(reader)
        self._opened = opened
        self._page = page
        self._has_retried = has_retried or Event()

    @property
    def partnership(self) -> str:
        """Whose cases are kept in it."""
        return self._partnership

    # --- Keeping it

    def catch_up(self, report: ReportProgress = lambda _: None) -> int:
        """Take in what was recorded since; return the position up to which it is now read.

        Many may do so at once, in threads, processes and on machines. What is interrupted goes on
        from its last page. The first of a process tries again what is quarantined: it may be a
        newer release, which reads what an older one could not.

        Raises:
            RecordError: its tables are not there; or the store was opened for reading alone, and
                the read model is not kept up to date there.
            StorageError: the store cannot be read or written; what was taken in stands.
        """
        self._opened.tables.prepare()
        if self._opened.tables.reads_only:
            return self._as_it_is()
        while True:
            live = self._live()
            generation = live[0] if live else self._begun(sql.LIVE)
            if not self._has_retried.is_set():
                self._try_again(generation)
                self._has_retried.set()
            if (position := self._advanced(generation, report)) is not None:
                return position

    def _as_it_is(self) -> int:
        """Return the position up to which it is read, where nothing may be written.

        The two are asked in this order: whatever is recorded in between may be in neither.
        """
        newest, position = self._opened.rows.last_position(), self.position
        if position < newest:
            raise RecordError(
                f"the read model of {self._partnership} has read to position {position}, and "
                f"the newest entry is at position {newest}. This store was opened read-only, so "
                "the read model cannot be updated from here. Run `rapid-review work` at the "
                "server that accepts writes"
            )
        return position

    def rebuild(self, report: ReportProgress = lambda _: None) -> int:
        """Make it again, beside the one there is, which is read until this one takes its place.

        An interrupted rebuild resumes where it stopped; several at once work together.
        What was quarantined is tried again.

        Returns:
            The position up to which it is now read.

        Raises:
            RecordError: its tables are not there.
            StorageError: the store cannot be read or written; the old one stays in use.
        """
        self._opened.tables.prepare()
        while True:
            generation = self._being_made() or self._begun(sql.BEING_MADE)
            if (position := self._advanced(generation, report)) is not None:
                self._opened.tables.write(_delete_old_generations)
                return position

    def job(self) -> Job:
        """Return the job of keeping it current, for a `Worker`: each step takes in a page."""
        return Stepping(f"read-model-of-{self._partnership}", self._step, self._opened.tables.news)

    def _step(self) -> Progress:
        try:
            position = self.catch_up(_one_page)
        except _PageTakenIn as page:
            progress = page.progress
        else:
            progress = Progress(position, position)
        return progress._replace(parked=len(self.quarantined()))

    def follow(self, stop: Event) -> None:
        """Keep the read model current until `stop` is set, whatever becomes of the store.

        It is a `Worker` of this one job: PostgreSQL wakes it with NOTIFY, SQLite is polled every
        20 ms, and without either it looks every few seconds. Where the store is away, that is said
        to the logger `rapid_review.work`, and it goes on when the store is back.
        """
        Worker(self.job(), clock=lambda: datetime.now(UTC)).run(stop)

    def compared(self) -> Compared | None:
        """Compare it with what the entries make, case by case; nothing is written.

        Returns:
            The result; None if nothing is kept yet.

        Raises:
            RecordError: others kept writing to it meanwhile.
            StorageError: the store cannot be read.
        """
        if sql.NEWEST not in self._opened.tables.names():
            return None
        for _ in range(TRIES):
            if (live := self._live()) is None:
                return None
            before = self._opened.tables.rows(sql.PROGRESS, live[:1])
            made = Comparison(self._opened, self._reader, *live).made()
            if self._opened.tables.rows(sql.PROGRESS, live[:1]) == before:
                return made
        raise RecordError(
            f"the read model of {self._partnership} changed {TRIES} times while it was being "
            "compared; try again when less is being recorded"
        )

    # --- Reading it

    def read(self, work: Callable[["Snapshot"], T]) -> T:
        """Read several things of one moment, whatever is recorded or caught up with meanwhile.

        Read what is wanted, and compute with it afterwards: a file's writers go on meanwhile, but
        others who use this same store in this process wait for it.

        Args:
            work: is given the readings, and returns what it wants of them; it may be called twice,
                where a connection broke.

        Raises:
            RecordError: its tables are not there.
            StorageError: the store cannot be read.
        """
        self._opened.tables.prepare()
        return self._opened.tables.read(lambda select: work(Snapshot(select, self._reader)))

    def _read(self, statement: str, *values: str | int) -> list[Values]:
        return self.read(lambda seen: seen.rows(statement, *values))

    # --- Generations

    def _live(self) -> tuple[int, int] | None:
        return live_generation(self._opened.tables.rows, self._partnership)

    def _being_made(self) -> int | None:
        """Return the generation that is being made."""
        found = self._opened.tables.rows(sql.GENERATION, (self._partnership, sql.BEING_MADE))
        return cast("int", found[0][0]) if found else None

    def _begun(self, live: int) -> int:
        """Begin a generation, unless somebody else has begun it meanwhile; return its number."""
        tables = self._opened.tables
        tables.write(
            lambda writer: writer.execute(sql.BEGUN, (self._partnership, live, sql.LAYOUT)) == 1
        )
        found = tables.rows(sql.GENERATION, (self._partnership, live))
        return cast("int", found[0][0]) if found else self._begun(live)

    def _advanced(self, generation: int, report: ReportProgress) -> int | None:
        """Read on to the newest entry, page by page; return the position.

        A generation that is being made goes live with its last page. None if there is none any
        more: another took its place.
        """
        while True:
            found = self._opened.tables.rows(sql.PROGRESS, (generation,))
            if not found:
                return None
            number, position, changes = cast("tuple[int, int, int]", found[0])
            live = number == sql.LIVE
            page = self._opened.rows.places_after(position, self._page)
            is_last = len(page) < self._page
            if is_last and not page and live:
                return position
            if page:
                position = page[-1][0]
            written = partial(
                self._written,
                generation=generation,
                changes=changes,
                position=position,
                change=change_of(page, generation, self._opened, self._reader),
                goes_live=is_last and not live,
            )
            if self._opened.tables.write(written):
                report(Progress(position, self._opened.rows.last_position()))
                if is_last:
                    return position

    def _try_again(self, generation: int) -> None:
        """Add the quarantined cases that can be read by now."""
        tables = self._opened.tables
        there = [row[0] for row in tables.rows(sql.EVERY_QUARANTINED, (generation,))]
        for start in range(0, len(there), self._page):
            some = there[start : start + self._page]
            stands = False
            while not stands and (found := tables.rows(sql.PROGRESS, (generation,))):
                _, position, changes = cast("tuple[int, int, int]", found[0])
                change = change_of_quarantined(some, generation, self._opened, self._reader)
                stands = not change.cases or tables.write(
                    partial(
                        self._written,
                        generation=generation,
                        changes=changes,
                        position=position,
                        change=change,
                        goes_live=False,
                    )
                )

    def _written(
        self,
        writer: Writer,
        *,
        generation: int,
        changes: int,
        position: int,
        change: Change,
        goes_live: bool,
    ) -> bool:
        """Write what a page changes, unless somebody else moved the generation on meanwhile."""
        if writer.execute(sql.ADVANCED, (position, generation, changes)) != 1:
            return False
        change.write(writer, generation)
        if goes_live:
            writer.execute(sql.RETIRED, (self._partnership, sql.LIVE))
            writer.execute(sql.WENT_LIVE, (generation,))
        return True


class _PageTakenIn(Exception):  # noqa: N818 - what interrupts a catch-up, and no error
    """A page was committed."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(progress)
        self.progress = progress


def _one_page(progress: Progress) -> None:
    raise _PageTakenIn(progress)


def _delete_old_generations(writer: Writer) -> bool:
    """Delete the rows of generations that no longer exist."""
    for statement in sql.SWEPT:
        writer.execute(statement)
    return True
