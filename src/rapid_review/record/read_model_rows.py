"""What the read model keeps of one case: rows, and the cells that they add to the histogram.

All of it is computed from the whole case, as it stands: a late fact and a correction need no path
of their own.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from rapid_review.domain.case import Case
from rapid_review.domain.clocks import opens_review
from rapid_review.domain.events import (
    CaseClosed,
    LearningThemeIdentified,
    NotificationReceived,
    ThemeReferred,
)
from rapid_review.domain.terms import Terms
from rapid_review.domain.vocabulary import Unit
from rapid_review.projections.cells import DurationCell, Ended
from rapid_review.projections.compliance import ClockReading
from rapid_review.projections.figures import figures
from rapid_review.projections.reckoning import Calendars
from rapid_review.projections.status import Stage, stage

Row = tuple[Any, ...]
"""A row of a table, or part of it: its columns are text, whole numbers and NULL, as the statement
says that names them, which a type cannot."""

_UNKNOWN: Final = -1


@dataclass(frozen=True, slots=True)
class Cells:
    """What a case adds to the histogram: each cell as its table keys it, with how many there are.

    They are summed by the thousand, and a row is summed several times faster than a cell.
    """

    durations: Sequence[tuple[Row, int]]
    counts: Sequence[tuple[Row, int]]


@dataclass(frozen=True, slots=True)
class CaseRows:
    """The rows of one case, without the build and the stream that they begin with.

    Attributes:
        case: its one row; the counts are its last column.
        deadlines: a row for each clock that has started.
        themes: a row for each learning theme.
        cells: what the case adds to the histogram.
    """

    case: Row
    deadlines: Sequence[Row]
    themes: Sequence[Row]
    cells: Cells


def rows_of_case(
    reference: str, case: Case, terms: Terms, calendars: Calendars, earlier: Sequence[Terms]
) -> CaseRows:
    """Return what is kept of a case.

    Args:
        reference: the case's reference.
        case: the case as it stands.
        terms: the terms in force for it.
        calendars: gives the calendar that a clock names.
        earlier: other editions the case was held under.

    Raises:
        TermsError: a clock is running that none of the terms given holds.
    """
    received = case.last(NotificationReceived)
    if received is None:  # it was retracted: nothing counts any more
        nothing = (None,) * 8
        return CaseRows((reference, case.version, *nothing, "[]"), (), (), Cells((), ()))
    found = figures(case, terms, calendars, earlier)
    month = f"{found.received_on:%Y-%m}"
    source = case.all(NotificationReceived)[0].source
    counts = [(cell.measure, cell.key, n) for cell, n in found.counts.items()]
    row = (
        reference,
        case.version,
        stage(case).value,
        int(_is_open(case, received, terms)),
        found.received_on.isoformat(),
        _closed_on(case, terms),
        month,
        source,
        terms.id,
        terms.time_zone,
        json.dumps(counts),
    )
    return CaseRows(
        row,
        [
            _deadline(place, clock, cell)
            for place, (clock, cell) in enumerate(zip(found.clocks, found.durations, strict=True))
        ],
        list(_themes(case)),
        Cells([(key_of(cell), 1) for cell in found.durations], count_keys(counts, source, month)),
    )


def _is_open(case: Case, received: NotificationReceived, terms: Terms) -> bool:
    called_for = opens_review(received, terms) and not case.review.criteria_not_met
    return called_for and not case.review.closed


def _closed_on(case: Case, terms: Terms) -> str | None:
    closed = case.last(CaseClosed) if case.review.closed else None
    return None if closed is None else terms.local_day(closed.at).isoformat()


def _deadline(place: int, clock: ClockReading, cell: DurationCell) -> Row:
    rule, calendar = clock.rule, clock.calendar
    assert calendar is not None  # noqa: S101 - for the type checker: it has started
    return (
        place,
        rule.id,
        cell.counted_from.isoformat(),
        cell.due.isoformat(),
        cell.ended.value,
        None if clock.stopped_on is None else clock.stopped_on.isoformat(),
        cell.days,
        cell.late_days,
        rule.length,
        rule.unit.value,
        int(rule.counts_day_of_start),
        int(rule.advisory),
        rule.owed_by,
        rule.clause,
        calendar.id,
        calendar.version,
    )


def _themes(case: Case) -> Iterator[Row]:
    """ToR 4(b): yield each theme once, and where it was taken up, if it was."""
    referred: dict[str, dict[str, None]] = {}
    for event in case.all(ThemeReferred):
        referred.setdefault(event.theme, {})[event.referred_to] = None
    for theme in dict.fromkeys(event.theme for event in case.all(LearningThemeIdentified)):
        yield theme, json.dumps(list(referred.get(theme, ())))


# --- Cells, and the rows by which the histogram's tables key them


def key_of(cell: DurationCell) -> Row:
    """Return the key of a cell; what is not known is -1 there."""
    return (
        cell.deadline,
        cell.source,
        cell.month,
        cell.counted_from.isoformat(),
        cell.due.isoformat(),
        cell.ended.value,
        _UNKNOWN if cell.days is None else cell.days,
        _UNKNOWN if cell.late_days is None else cell.late_days,
    )


def key_of_deadline(row: Row, source: str, month: str) -> Row:
    """Return the key of the cell of a case's clock, from the columns of `OLD_CLOCKS`."""
    deadline, *days, took, late_days = row
    known = (_UNKNOWN if each is None else each for each in (took, late_days))
    return (deadline, source, month, *days, *known)


def count_keys(
    counts: Iterable[tuple[str, str, int]], source: str, month: str
) -> Sequence[tuple[Row, int]]:
    """Return the keys of what is counted of a case, each with how often."""
    return [((measure, key, source, month), n) for measure, key, n in counts]


def duration_cell(key: Row) -> DurationCell:
    """Return the cell that has a key."""
    deadline, source, month, counted_from, due, ended, days, late_days = key
    return DurationCell(
        deadline,
        source,
        month,
        _day(counted_from),
        _day(due),
        _ENDED[ended],
        _number(days),
        _number(late_days),
    )


_ENDED: Final = {ended.value: ended for ended in Ended}


def _number(value: int | None) -> int | None:
    return None if value == _UNKNOWN else value


def _day(value: str) -> date:
    return date.fromisoformat(value)


# --- From rows to what is read


@dataclass(frozen=True, slots=True, order=True)
class CaseRow:
    """A case as the read model has it.

    Attributes:
        received_on: the local day of the notification's receipt.
        reference: the case's reference.
        version: how many entries it has.
        stage: how far it has come.
        is_open: whether something is still to be done.
        closed_on: the local day on which it was closed, if it is.
        source: the agency that sent the notification.
        terms: the id of the terms in force for it.
    """

    received_on: date
    reference: str
    version: int
    stage: Stage
    is_open: bool
    closed_on: date | None
    source: str
    terms: str


@dataclass(frozen=True, slots=True, order=True)
class DeadlineRow:
    """A clock of a case that has started.

    Attributes:
        due: the recorded due day.
        reference: the case's reference.
        deadline: which clock.
        counted_from: day 0, or day 1 where the terms count the day of the start.
        ended: how it stands, whatever day it is looked at.
        stopped_on: the local day on which it stopped.
        days: how many of its own days it took; None while it is open.
        late_days: how many of them after the due day; None unless it stopped.
        length: how long it may run, as it was recorded.
        unit: in which days or months.
        counts_day_of_start: whether the day of its start is day 1.
        advisory: whether only the partnership plans by it.
        owed_by: who owes it.
        clause: the clause it comes from.
        calendar: the calendar that counted, by id and version.
    """

    due: date
    reference: str
    deadline: str
    counted_from: date
    ended: Ended
    stopped_on: date | None
    days: int | None
    late_days: int | None
    length: int
    unit: Unit
    counts_day_of_start: bool
    advisory: bool
    owed_by: str
    clause: str
    calendar: tuple[str, str]


@dataclass(frozen=True, slots=True, order=True)
class ThemeRow:
    """A learning theme of a case (ToR 4(b)).

    Attributes:
        theme: the theme.
        received_on: the local day on which the case's notification was received.
        reference: the case's reference.
        referred_to: where the theme was taken up.
    """

    theme: str
    received_on: date
    reference: str
    referred_to: tuple[str, ...]


def case_row(row: Row) -> CaseRow:
    """Return a case from the columns that the statement `CASES` names."""
    reference, version, reached, is_open, received_on, closed_on, source, terms = row
    return CaseRow(
        _day(received_on),
        reference,
        version,
        Stage(reached),
        bool(is_open),
        None if closed_on is None else _day(closed_on),
        source,
        terms,
    )


def deadline_row(row: Row) -> DeadlineRow:
    """Return a clock from the columns that the statement `DEADLINES` names."""
    (reference, deadline, counted_from, due, ended, stopped_on, days, late_days, *rule) = row
    length, unit, counts_day_of_start, advisory, owed_by, clause, calendar, calendar_version = rule
    return DeadlineRow(
        _day(due),
        reference,
        deadline,
        _day(counted_from),
        _ENDED[ended],
        None if stopped_on is None else _day(stopped_on),
        _number(days),
        _number(late_days),
        length,
        Unit(unit),
        bool(counts_day_of_start),
        bool(advisory),
        owed_by,
        clause,
        (calendar, calendar_version),
    )


def theme_row(row: Row) -> ThemeRow:
    """Return a theme from the columns that the statement `THEMES` names."""
    reference, theme, referred_to, received_on = row
    return ThemeRow(theme, _day(received_on), reference, tuple(json.loads(referred_to)))
