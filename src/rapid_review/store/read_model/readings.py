"""What can be asked of the read model: one reading by itself, or several of one moment."""

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, cast
from zoneinfo import ZoneInfo

from rapid_review.domain.entry import must_be_references
from rapid_review.domain.errors import InvalidInputError, shown
from rapid_review.projections.duplicates import linked, look_alikes
from rapid_review.projections.learning import CaseLearning
from rapid_review.projections.statistics.facts import CountCell, DurationCell
from rapid_review.projections.work.board import Standing
from rapid_review.projections.work.diary import Due
from rapid_review.store.backends.ports import Select, Values
from rapid_review.store.log.body import stream_name
from rapid_review.store.log.streams import EXPORTS, PERMISSIONS
from rapid_review.store.read_model.board import standings
from rapid_review.store.read_model.lists import falls_due, learning
from rapid_review.store.read_model.projector import Reader
from rapid_review.store.read_model.searching import (
    ANY,
    PAGE,
    CasesPage,
    Duplicates,
    Sought,
    notified,
    statement_for,
)
from rapid_review.store.read_model.values import (
    CaseRow,
    DeadlineRow,
    ThemeRow,
    case_row,
    deadline_row,
    duration_cell,
    theme_row,
)
from rapid_review.store.sql import read_model as sql


@dataclass(frozen=True, slots=True, order=True)
class Quarantined:
    """An entry that could not be taken in; its case stays out, or as it last was.

    Attributes:
        position: its place among all entries.
        case: its case's reference, if that could be read.
        reason: why.
    """

    position: int
    case: str | None
    reason: str


class Readings(ABC):
    """What is kept of all cases of one partnership, as it can be asked for.

    Args:
        reader: whose cases they are, and how days are counted.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._partnership = reader.partnership

    @abstractmethod
    def _read(self, statement: str, *values: str | int) -> list[Values]:
        """Return what a statement finds among what is kept of the partnership's cases."""

    @property
    def position(self) -> int:
        """The position up to which it is read; 0 before the first catch-up."""
        live = self._read(sql.GENERATION, sql.LIVE)
        return cast("int", live[0][1]) if live else 0

    def quarantined(self) -> tuple[Quarantined, ...]:
        """Return the entries that could not be taken in, by position."""
        return tuple(sorted(Quarantined(*row) for row in self._read(sql.QUARANTINED_ONES)))

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

    def references(self, *, after: str | None = None, limit: int | None = None) -> tuple[str, ...]:
        """Return the reference of every case, in the order of opening; of a retracted one too.

        Args:
            after: the reference of the case to go on after.
            limit: how many at most; all of them, if none is given.

        Raises:
            InvalidInputError: there is no such case to go on after.
        """
        begins, ends = self._place_of(after), _limit(limit)
        found = self._read(sql.REFERENCES + sql.FIRST, begins, EXPORTS, PERMISSIONS, ends)
        return tuple(reference for (reference,) in found)

    def search(
        self, sought: Sought = ANY, *, after: str | None = None, limit: int = PAGE
    ) -> CasesPage:
        """Return the cases that fit, in the order of opening, a page at a time.

        Args:
            sought: what they must have, by public fields alone.
            after: the reference of the case to go on after: `CasesPage.after` of the page before.
            limit: how many at most.

        Raises:
            InvalidInputError: there is no such case to go on after, or a limit is no number of
                cases.
        """
        statement, values = statement_for(sought)
        found = self._read(statement, self._place_of(after), *values, _limit(limit))
        return CasesPage(tuple(map(case_row, found)), limit)

    def _place_of(self, after: str | None) -> int:
        """Return where a list begins."""
        if after is None:
            return 0
        must_be_references(after=after)
        if found := self._read(sql.OPENED, stream_name(self._partnership, after)):
            return cast("int", found[0][0])
        raise InvalidInputError(
            f"after: the read model of {self._partnership} has no case {shown(after)}; give the "
            "reference of the last case on the previous page, or leave `after` out"
        )

    def duplicates(self) -> Duplicates:
        """ToR 8.1: return the cases that look alike, and those that are linked as duplicates.

        As `projections.duplicates` has both, of all cases as they are.
        """
        cases = list(map(notified, self._read(sql.NOTIFIED)))
        return Duplicates(look_alikes(cases), linked(cases))

    def still_to_come(self, as_of: datetime) -> tuple[str, ...]:
        """Return the cases that tell of a day after that of a reading, by reference.

        On that day it has not happened yet. What is kept takes everything recorded as happened, so
        that anyone who reads on a day asks the entries of these cases.

        Args:
            as_of: the moment of the reading; its day is taken in each case's own zone.
        """
        first = (as_of.astimezone(UTC).date() - timedelta(days=1)).isoformat()
        return tuple(
            reference
            for reference, zone, last_day in self._read(sql.CASES_PAST, first)
            if last_day > as_of.astimezone(ZoneInfo(zone)).date().isoformat()
        )

    @property
    def how_many_cases(self) -> int:
        """How many cases have their notification, duplicates of others left out."""
        return cast("int", self._read(sql.HOW_MANY_CASES)[0][0])

    @property
    def how_many_duplicates(self) -> int:
        """How many cases are linked as duplicates of others."""
        return cast("int", self._read(sql.HOW_MANY_DUPLICATES)[0][0])

    def board(self, as_of: datetime) -> tuple[Standing, ...]:
        """Return where each case is on a day, as `projections.board` has it, by reference.

        Args:
            as_of: the moment of the reading; its day is taken in each case's own zone.
        """
        return standings(self._read(sql.BOARD), as_of, self._reader.calendars)

    def board_after(self, reference: str, limit: int, as_of: datetime) -> tuple[Standing, ...]:
        """Return where the next cases stand on a day, by reference: a page of `board`.

        Args:
            reference: that after which to go on, of a case that is there or not; "" for the first.
            limit: how many cases at most.
            as_of: as for `board`.

        Raises:
            InvalidInputError: a limit is no number of cases.
        """
        found = self._read(sql.BOARD_AFTER, reference, _limit(limit))
        return standings(found, as_of, self._reader.calendars)

    def falls_due(self, as_of: datetime) -> tuple[Due, ...]:
        """Return what falls due in each case on a day, as `projections.diary` has it.

        In the order of opening; `diary` puts it in that of the days.

        Args:
            as_of: the moment of the reading; its day is taken in each case's own zone.
        """
        return falls_due(self._read(sql.FALLS_DUE), as_of, self._reader.calendars)

    def learning(self) -> tuple[CaseLearning, ...]:
        """ToR 4: return what each case teaches, as `projections.learning` has it.

        In the order of opening; duplicates of others are among them.
        """
        return learning(self._read(sql.LEARNING))

    def deadlines(self, *, all_of_them: bool = False) -> tuple[DeadlineRow, ...]:
        """Return the clocks that are open, by due day; those that ended too, if asked for."""
        statement = sql.DEADLINES if all_of_them else sql.OPEN_DEADLINES
        return tuple(sorted(map(deadline_row, self._read(statement))))

    def themes(self) -> tuple[ThemeRow, ...]:
        """ToR 4(b): return the learning themes, each with the cases that share it."""
        return tuple(sorted(map(theme_row, self._read(sql.THEMES))))


def _limit(limit: int | None) -> int:
    if limit is None:
        return _ALL
    if type(limit) is int and 1 <= limit <= _ALL:
        return limit
    raise InvalidInputError(
        f"limit: found {shown(limit)}; allowed: a whole number of cases, 1 or more"
    )


_ALL: Final = 2**31 - 1


class Snapshot(Readings):
    """The readings of one moment; they are good for as long as `ReadModel.read` goes on.

    Args:
        select: asks the opened, and sees one moment.
        reader: whose cases they are.
    """

    def __init__(self, select: Select, reader: Reader) -> None:
        super().__init__(reader)
        self._select = select

    def rows(self, statement: str, *values: str | int) -> list[Values]:
        """Return the rows that a statement of `sql.read_model` finds."""
        return list(self._select(statement, (self._partnership, *values)))

    def _read(self, statement: str, *values: str | int) -> list[Values]:
        return self.rows(statement, *values)


def live_generation(select: Select, partnership: str) -> tuple[int, int] | None:
    """Return the generation that is read, and its position; None before the first catch-up."""
    found = select(sql.GENERATION, (partnership, sql.LIVE))
    return cast("tuple[int, int]", found[0]) if found else None
