"""The read model: where every case stands, kept up to date in the store's own database.

`catch_up` reads on from where the last one ended, in the caller's own thread: whoever recorded
something and then catches up reads what they wrote, without waiting for anybody. `rebuild` makes
it anew beside the old one. See `catching_up` for how a page is taken in.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Event
from typing import Final, NamedTuple, cast

from rapid_review.domain.errors import RecordError
from rapid_review.projections.statistics.facts import CountCell, DurationCell
from rapid_review.projections.work.board import Standing
from rapid_review.store.backends.ports import Database, Writer
from rapid_review.store.read_model import sql
from rapid_review.store.read_model.board import standings
from rapid_review.store.read_model.projector import Change, Reader, change_of
from rapid_review.store.read_model.rows import Row
from rapid_review.store.read_model.values import (
    CaseRow,
    DeadlineRow,
    ThemeRow,
    case_row,
    deadline_row,
    duration_cell,
    theme_row,
)

PAGE: Final = 1_000
"""How many entries are taken in together, in one transaction."""


class Progress(NamedTuple):
    """How far a catch-up has come: it has read the entries up to `position`, of `last`."""

    position: int
    last: int


Told = Callable[[Progress], None]
"""Told after each page how far it has come."""


@dataclass(frozen=True, slots=True, order=True)
class Parked:
    """An entry that could not be taken in; its case stays out, or as it last was.

    Attributes:
        position: its place among all entries.
        case: its case's reference, if that could be read.
        reason: why.
    """

    position: int
    case: str | None
    reason: str


class ReadModel:
    """What is kept, for one partnership, of all its cases.

    Readings are of the position that was last caught up with; each is of one moment, also while
    somebody catches up or rebuilds.

    Args:
        database: where it is kept.
        reader: turns cases into rows.
        page: how many entries are taken in together.
    """

    def __init__(self, database: Database, reader: Reader, page: int = PAGE) -> None:
        self._database = database
        self._reader = reader
        self._page = page
        self._partnership = reader.partnership

    # --- Keeping it

    def catch_up(self, told: Told = lambda _: None) -> int:
        """Take in what was recorded since; return the position up to which it is now read.

        Many may do so at once, in threads, processes and on machines. What is interrupted goes on
        from its last page.

        Raises:
            RecordError: the read model is of another layout, or its tables are not there.
            StorageError: the store cannot be read or written; what was taken in stands.
        """
        self._database.prepare()
        while True:
            build = (self._live() or self._begun(live=True))[0]
            if (position := self._advanced(build, told)) is not None:
                return position

    def rebuild(self, told: Told = lambda _: None) -> int:
        """Make it anew, beside the one there is, which is read until this one takes its place.

        What is interrupted is gone on with by the next rebuild; several at once work together.
        What was parked is tried again.

        Returns:
            The position up to which it is now read.

        Raises:
            RecordError: its tables are not there.
            StorageError: the store cannot be read or written; the old one stands.
        """
        self._database.prepare()
        while True:
            build = self._being_made() or self._begun(live=False)[0]
            if (position := self._advanced(build, told)) is not None:
                self._database.write(_swept)
                return position

    def follow(self, stop: Event) -> None:
        """Keep it up to date until told to stop: on a server woken by it, else by a look a blink.

        Raises:
            RecordError, StorageError: as for `catch_up`; follow again when that is mended.
        """
        with self._database.news() as came:
            while not stop.is_set():
                self.catch_up()
                while not stop.is_set() and not came():
                    pass

    # --- Reading it

    @property
    def position(self) -> int:
        """The position up to which it is read; 0 before the first catch-up."""
        self._database.prepare()
        live = self._live()
        return 0 if live is None else live[1]

    def parked(self) -> tuple[Parked, ...]:
        """Return the entries that could not be taken in, by position."""
        return tuple(sorted(Parked(*row) for row in self._read(sql.PARKED_ONES)))

    def durations(self, deadline: str | None = None) -> Counter[DurationCell]:
        """Return the histogram of clocks: what every statistic of time is computed from.

        Args:
            deadline: the one clock that is wanted; a statistic is of one, and has few cells then.
        """
        if deadline is None:
            found = self._read(sql.DURATIONS)
        else:
            found = self._read(sql.DURATIONS_OF_ONE, deadline)
        return Counter({duration_cell(tuple(cell)): n for *cell, n in found})

    def counts(self) -> Counter[CountCell]:
        """Return the histogram of everything else that is counted."""
        return Counter({CountCell(*cell): n for *cell, n in self._read(sql.COUNTS)})

    def cases(self) -> tuple[CaseRow, ...]:
        """Return every case that has its notification, in the order of receipt."""
        return tuple(sorted(map(case_row, self._read(sql.CASES))))

    @property
    def how_many_cases(self) -> int:
        """How many cases have their notification."""
        return cast("int", self._read(sql.HOW_MANY_CASES)[0][0])

    def board(self, as_of: datetime) -> tuple[Standing, ...]:
        """Return where each case stands on a day, as `projections.board` has it, by reference.

        Args:
            as_of: the moment of the reading; its day is taken in each case's own zone.
        """
        return standings(self._read(sql.BOARD), as_of, self._reader.calendars)

    def deadlines(self, *, all_of_them: bool = False) -> tuple[DeadlineRow, ...]:
        """Return the clocks that are open, by due day; those that ended too, if asked for."""
        statement = sql.DEADLINES if all_of_them else sql.OPEN_DEADLINES
        return tuple(sorted(map(deadline_row, self._read(statement))))

    def themes(self) -> tuple[ThemeRow, ...]:
        """ToR 4(b): return the learning themes, each with the cases that share it."""
        return tuple(sorted(map(theme_row, self._read(sql.THEMES))))

    def _read(self, statement: str, *values: str) -> list[Row]:
        self._database.prepare()
        self._live()
        return list(self._database.rows(statement, (self._partnership, *values)))

    # --- Builds

    def _live(self) -> tuple[int, int] | None:
        """Return the build that is read, and its position; None before the first catch-up.

        Raises:
            RecordError: it is of another layout.
        """
        found = self._database.rows(sql.BUILD, (self._partnership, 1))
        if not found:
            return None
        build, layout, position = cast("tuple[int, int, int]", found[0])
        if layout != sql.LAYOUT:
            raise RecordError(
                f"the read model of {self._partnership} is of layout {layout}; this version reads "
                f"layout {sql.LAYOUT}, and left the other as it is. `rapid-review db rebuild` "
                "makes it anew from the entries"
            )
        return build, position

    def _being_made(self) -> int | None:
        """Return the build that is being made; one of another layout is given up."""
        found = self._database.rows(sql.BUILD, (self._partnership, 0))
        if not found:
            return None
        build, layout, _ = cast("tuple[int, int, int]", found[0])
        if layout == sql.LAYOUT:
            return build
        self._database.write(
            lambda writer: writer.execute(sql.RETIRED, (self._partnership, 0)) == 1
        )
        return None

    def _begun(self, *, live: bool) -> tuple[int, int]:
        """Begin a build, unless somebody else has meanwhile."""
        self._database.write(
            lambda writer: (
                writer.execute(sql.BEGUN, (self._partnership, int(live), sql.LAYOUT)) == 1
            )
        )
        found = self._database.rows(sql.BUILD, (self._partnership, int(live)))
        return self._begun(live=live) if not found else (found[0][0], 0)

    def _advanced(self, build: int, told: Told) -> int | None:
        """Read on to the newest entry, page by page; return the position.

        A build that is being made goes live with its last page. None if there is none any more:
        another took its place.
        """
        while True:
            found = self._database.rows(sql.PROGRESS, (build,))
            if not found:
                return None
            live, position, changes = cast("tuple[int, int, int]", found[0])
            page = self._database.page(position, self._page)
            is_last = len(page) < self._page
            if is_last and not page and live:
                return position
            if page:
                position = page[-1][0]
            written = partial(
                self._written,
                build=build,
                changes=changes,
                position=position,
                change=change_of(page, build, self._database, self._reader),
                goes_live=is_last and not live,
            )
            if self._database.write(written):
                told(Progress(position, self._database.last_position()))
                if is_last:
                    return position

    def _written(
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
        if writer.execute(sql.ADVANCED, (position, build, changes)) != 1:
            return False
        change.write(writer, build)
        if goes_live:
            writer.execute(sql.RETIRED, (self._partnership, 1))
            writer.execute(sql.LIVE, (build,))
        return True


def _swept(writer: Writer) -> bool:
    """Take away the rows of builds that are no more."""
    for statement in sql.SWEPT:
        writer.execute(statement)
    return True
