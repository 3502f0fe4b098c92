"""The read model: where every case stands, kept up to date in the store's own database.

`catch_up` processes what was recorded since the last one, in the caller's own thread: a person who
records something and then catches up reads what they wrote, without waiting for anybody.
`rebuild` makes a new read model beside the old one. `projector` explains how a page is processed.
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
    page_after,
)
from rapid_review.store.read_model.readings import Readings, Snapshot, live_build
from rapid_review.store.sql import read_model as sql
from rapid_review.store.worker import Worker

T = TypeVar("T")

TRIES: Final = 3
"""How often a comparison with the entries is tried while others write to the read model."""


ReportProgress = Callable[[Progress], None]
"""Called after each page with how far it has come."""


class ReadModel(Readings):
    """Where all cases of one partnership stand.

    It is as new as the last catch-up. Each reading is of one moment, even while somebody catches
    up or rebuilds; `read` takes several readings of one moment.

    Args:
        opened: the store.
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
        """The partnership whose cases are in it."""
        return self._partnership

    # --- Keeping it current

    def catch_up(self, report: ReportProgress = lambda _: None) -> int:
        """Process what was recorded since the last catch-up; return the position reached.

        Any number of threads, processes and machines may do so at once. An interrupted catch-up
        continues after its last page. The first catch-up of a process retries the quarantined
        cases: this may be a newer release, which reads what an older one could not.

        Raises:
            RecordError: its tables do not exist; or the store was opened for reading only, and
                the read model is behind.
            StorageError: the store cannot be read or written; the pages processed so far remain.
        """
        self._opened.tables.prepare()
        if self._opened.tables.reads_only:
            return self._position_if_current()
        while True:
            live = self._live()
            build = live[0] if live else self._begin(sql.LIVE)
            if not self._has_retried.is_set():
                self._try_again(build)
                self._has_retried.set()
            if (position := self._advance(build, report)) is not None:
                return position

    def _position_if_current(self) -> int:
        """Return the position of the read model, which cannot be moved; it must be the newest."""
        # In this order: what is recorded between the two queries does not count as missing.
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
        """Make a new build beside the one that is read; once complete, it takes its place.

        An interrupted rebuild resumes where it stopped; several at once work together.
        Quarantined cases are tried again.

        Returns:
            The position reached.

        Raises:
            RecordError: its tables do not exist.
            StorageError: the store cannot be read or written; the old one stays in use.
        """
        self._opened.tables.prepare()
        while True:
            build = self._build_being_made() or self._begin(sql.BEING_MADE)
            if (position := self._advance(build, report)) is not None:
                self._opened.tables.write(_delete_old_builds)
                return position

    def job(self) -> Job:
        """Return the job of keeping it current, for a `Worker`: each step processes a page."""
        return Stepping(f"read-model-of-{self._partnership}", self._step, self._opened.tables.news)

    def _step(self) -> Progress:
        try:
            position = self.catch_up(_stop_after_a_page)
        except _PageProcessed as page:
            progress = page.progress
        else:
            progress = Progress(position, position)
        return progress._replace(parked=len(self.quarantined()))

    def follow(self, stop: Event) -> None:
        """Keep the read model current until `stop` is set, even while the store fails.

        A `Worker` runs this one job: PostgreSQL wakes it with NOTIFY, SQLite is polled every
        20 ms, and without either it looks every few seconds. If the store cannot be reached, that
        is logged to `rapid_review.work`, and the worker continues once it can be.
        """
        Worker(self.job(), clock=lambda: datetime.now(UTC)).run(stop)

    def compared(self) -> Compared | None:
        """Compare it with the entries, from which every case is computed again; write nothing.

        Returns:
            The result; None if there is no read model yet.

        Raises:
            RecordError: others wrote to it during every attempt.
            StorageError: the store cannot be read.
        """
        if sql.LAST_TABLE not in self._opened.tables.names():
            return None
        for _ in range(TRIES):
            if (live := self._live()) is None:
                return None
            before = self._opened.tables.rows(sql.PROGRESS, live[:1])
            result = Comparison(self._opened, self._reader, *live).compare()
            if self._opened.tables.rows(sql.PROGRESS, live[:1]) == before:
                return result
        raise RecordError(
            f"the read model of {self._partnership} changed {TRIES} times while it was being "
            "compared; try again when less is being recorded"
        )

    # --- Reading it

    def read(self, work: Callable[["Snapshot"], T]) -> T:
        """Read several things of one moment, whatever is recorded or caught up with meanwhile.

        Only read in `work`, and compute afterwards: others who use this same store in this
        process wait until it ends, although other writers to the file do not.

        Args:
            work: called with the readings, and returns what it wants of them; it may be called
                twice, if a connection breaks.

        Raises:
            RecordError: its tables do not exist.
            StorageError: the store cannot be read.
        """
        self._opened.tables.prepare()
        return self._opened.tables.read(lambda select: work(Snapshot(select, self._reader)))

    def _read(self, statement: str, *values: str | int) -> list[Values]:
        return self.read(lambda seen: seen.rows(statement, *values))

    # --- Builds

    def _live(self) -> tuple[int, int] | None:
        return live_build(self._opened.tables.rows, self._partnership)

    def _build_being_made(self) -> int | None:
        """Return the build that is being made."""
        found = self._opened.tables.rows(sql.BUILD, (self._partnership, sql.BEING_MADE))
        return cast("int", found[0][0]) if found else None

    def _begin(self, live: int) -> int:
        """Begin a build, unless somebody else has begun it meanwhile; return its number."""
        tables = self._opened.tables
        tables.write(
            lambda writer: writer.execute(sql.BEGIN, (self._partnership, live, sql.LAYOUT)) == 1
        )
        found = tables.rows(sql.BUILD, (self._partnership, live))
        return cast("int", found[0][0]) if found else self._begin(live)

    def _advance(self, build: int, report: ReportProgress) -> int | None:
        """Process entries up to the newest, page by page; return the position.

        A build that is being made goes live with its last page. Return None if the build
        no longer exists, because another took its place.
        """
        while True:
            found = self._opened.tables.rows(sql.PROGRESS, (build,))
            if not found:
                return None
            number, position, changes = cast("tuple[int, int, int]", found[0])
            live = number == sql.LIVE
            page = page_after(position, self._page, self._opened)
            position, is_last = page.position, page.entries < self._page
            if live and not page.entries:
                return position
            write = partial(
                self._write,
                build=build,
                changes=changes,
                position=position,
                change=change_of(page, build, self._opened, self._reader),
                goes_live=is_last and not live,
            )
            if self._opened.tables.write(write):
                report(Progress(position, self._opened.rows.last_position()))
                if is_last:
                    return position

    def _try_again(self, build: int) -> None:
        """Add the quarantined cases that can be read now."""
        tables = self._opened.tables
        streams = [row[0] for row in tables.rows(sql.EVERY_QUARANTINED, (build,))]
        for start in range(0, len(streams), self._page):
            some = streams[start : start + self._page]
            is_done = False
            while not is_done and (found := tables.rows(sql.PROGRESS, (build,))):
                _, position, changes = cast("tuple[int, int, int]", found[0])
                change = change_of_quarantined(some, build, self._opened, self._reader)
                is_done = not change.cases or tables.write(
                    partial(
                        self._write,
                        build=build,
                        changes=changes,
                        position=position,
                        change=change,
                        goes_live=False,
                    )
                )

    def _write(
        self,
        writer: Writer,
        *,
        build: int,
        changes: int,
        position: int,
        change: Change,
        goes_live: bool,
    ) -> bool:
        """Write what a page changes, unless somebody else moved the build on meanwhile."""
        if writer.execute(sql.ADVANCE, (position, build, changes)) != 1:
            return False
        change.write(writer, build)
        if goes_live:
            writer.execute(sql.DELETE_BUILD, (self._partnership, sql.LIVE))
            writer.execute(sql.GO_LIVE, (build,))
        return True


class _PageProcessed(Exception):  # noqa: N818 - interrupts a catch-up, and is no error
    """A page was committed."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(progress)
        self.progress = progress


def _stop_after_a_page(progress: Progress) -> None:
    raise _PageProcessed(progress)


def _delete_old_builds(writer: Writer) -> bool:
    """Delete the rows of builds that no longer exist."""
    for statement in sql.DELETE_ROWS_OF_OLD_BUILDS:
        writer.execute(statement)
    return True
