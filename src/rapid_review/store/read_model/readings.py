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
from rapid_review.projections.statistics.facts import CountCell, DurationCell, by_clock
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
    """An entry that could not be read; its case is left out, or stays as it last was.

    Attributes:
        position: its place among all entries.
        case: its case's reference, if that could be read.
        reason: why.
    """

    position: int
    case: str | None
    reason: str


class Readings(ABC):
    """What can be read of all cases of one partnership.

    Args:
        reader: knows whose cases they are, and how days are counted.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._partnership = reader.partnership

    @abstractmethod
    def _read(self, statement: str, *values: str | int) -> list[Values]:
        """Return the rows that a statement finds for the partnership."""

    @property
    def position(self) -> int:
        """The position that the read model has reached; 0 before the first catch-up."""
        live = self._read(sql.BUILD, sql.LIVE)
        return cast("int", live[0][1]) if live else 0

    def quarantined(self) -> tuple[Quarantined, ...]:
        """Return the entries that could not be read, by position."""
        return tuple(sorted(Quarantined(*row) for row in self._read(sql.QUARANTINED_ONES)))

    def durations(self, deadline: str | None = None) -> dict[str, Counter[DurationCell]]:
        """Return the histogram of clocks: what every statistic of time is computed from.

        Args:
            deadline: the only kind of clock that is wanted, which is then in the answer even if
                there is none of it; None for every kind that occurs.
        """
        if deadline is not None:
            found = self._read(sql.DURATIONS_OF_ONE, deadline)
            return {deadline: Counter({duration_cell(tuple(cell)): n for *cell, n in found})}
        found = self._read(sql.DURATIONS)
        return by_clock({duration_cell(tuple(cell)): n for *cell, n in found})

    def counts(self) -> Counter[CountCell]:
        """Return the histogram of everything that is counted and is no duration."""
        return Counter({CountCell(*cell): n for *cell, n in self._read(sql.COUNTS)})

    def cases(self) -> tuple[CaseRow, ...]:
        """Return every case that has its notification, in the order of receipt."""
        return tuple(sorted(map(case_row, self._read(sql.CASES))))

    def references(self, *, after: str | None = None, limit: int | None = None) -> tuple[str, ...]:
        """Return the reference of every case, also of retracted ones, in the order of opening.

        Args:
            after: the reference of the case after which to begin.
            limit: how many at most; all of them, if none is given.

        Raises:
            InvalidInputError: there is no such case.
        """
        begins, ends = self._place_of(after), _limit(limit)
        found = self._read(sql.REFERENCES + sql.FIRST, begins, EXPORTS, PERMISSIONS, ends)
        return tuple(reference for (reference,) in found)

    def search(
        self, sought: Sought = ANY, *, after: str | None = None, limit: int = PAGE
    ) -> CasesPage:
        """Return the cases that fit, in the order of opening, a page at a time.

        Args:
            sought: what they must have, in public fields.
            after: the reference of the case after which to begin: `CasesPage.after` of the page
                before.
            limit: how many at most.

        Raises:
            InvalidInputError: there is no such case, or the limit is not a number of cases.
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

        They are those that `projections.duplicates` finds in all cases as they are.
        """
        cases = list(map(notified, self._read(sql.NOTIFIED)))
        return Duplicates(look_alikes(cases), linked(cases))

    def still_to_come(self, moment: datetime) -> tuple[str, ...]:
        """Return the cases in which something happens after the day of a reading, by reference.

        The read model takes everything recorded as having happened. So anyone who reads such a
        case as of that day must read its entries.

        Args:
            moment: when it is read, aware; its day is taken in each case's own zone.

        Raises:
            InvalidInputError: it is no time with its time zone.
        """
        first = (_aware(moment).astimezone(UTC).date() - timedelta(days=1)).isoformat()
        return tuple(
            reference
            for reference, zone, last_day in self._read(sql.CASES_PAST, first)
            if last_day > moment.astimezone(ZoneInfo(zone)).date().isoformat()
        )

    @property
    def how_many_cases(self) -> int:
        """How many cases have their notification, duplicates of others left out."""
        return cast("int", self._read(sql.HOW_MANY_CASES)[0][0])

    @property
    def how_many_duplicates(self) -> int:
        """How many cases are linked as duplicates of others."""
        return cast("int", self._read(sql.HOW_MANY_DUPLICATES)[0][0])

    def board(self, moment: datetime) -> tuple[Standing, ...]:
        """Return where each case is on a day, as `projections.board` has it, by reference.

        Args:
            moment: when it is read, aware; its day is taken in each case's own zone.

        Raises:
            InvalidInputError: it is no time with its time zone.
        """
        return standings(self._read(sql.BOARD), _aware(moment), self._reader.calendars)

    def board_after(self, reference: str, limit: int, moment: datetime) -> tuple[Standing, ...]:
        """Return where the next cases stand on a day, by reference: a page of `board`.

        Args:
            reference: the reference after which to begin, whether or not a case has it; "" for the
                first page.
            limit: how many cases at most.
            moment: as for `board`.

        Raises:
            InvalidInputError: the limit is not a number of cases, or see `board`.
        """
        found = self._read(sql.BOARD_AFTER, reference, _limit(limit))
        return standings(found, _aware(moment), self._reader.calendars)

    def falls_due(self, moment: datetime) -> tuple[Due, ...]:
        """Return what falls due in each case on a day, as `projections.diary` has it.

        In the order of opening; `diary` puts it in that of the days.

        Args:
            moment: when it is read, aware; its day is taken in each case's own zone.

        Raises:
            InvalidInputError: it is no time with its time zone.
        """
        return falls_due(self._read(sql.FALLS_DUE), _aware(moment), self._reader.calendars)

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


def _aware(moment: object) -> datetime:
    if isinstance(moment, datetime) and moment.utcoffset() is not None:
        return moment
    raise InvalidInputError(
        f"moment: found a value of type {type(moment).__name__}; allowed: a datetime with its "
        "time zone. Of an AsOf give as_of.moment(terms)"
    )


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
    """The readings of one moment, which can be used while `ReadModel.read` runs.

    Args:
        select: executes SELECTs that all see one moment.
        reader: knows whose cases they are.
    """

    def __init__(self, select: Select, reader: Reader) -> None:
        super().__init__(reader)
        self._select = select

    def rows(self, statement: str, *values: str | int) -> list[Values]:
        """Return the rows that a statement of `sql.read_model` finds."""
        return list(self._select(statement, (self._partnership, *values)))

    def _read(self, statement: str, *values: str | int) -> list[Values]:
        return self.rows(statement, *values)


def live_build(select: Select, partnership: str) -> tuple[int, int] | None:
    """Return the build that is read, and its position; None before the first catch-up."""
    found = select(sql.BUILD, (partnership, sql.LIVE))
    return cast("tuple[int, int]", found[0]) if found else None
