"""The rows of the read model as typed values."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from rapid_review.domain.vocabulary import Unit
from rapid_review.projections.case.stage import Stage
from rapid_review.projections.statistics.facts import DurationCell, Ended
from rapid_review.store.backends.ports import Values
from rapid_review.store.read_model.rows import UNKNOWN

_ENDED: Final = {ended.value: ended for ended in Ended}


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
        ended: how it stands, on whatever day somebody looks at it.
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


def case_row(row: Values) -> CaseRow:
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


def deadline_row(row: Values) -> DeadlineRow:
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


def theme_row(row: Values) -> ThemeRow:
    """Return a theme from the columns that the statement `THEMES` names."""
    reference, theme, referred_to, received_on = row
    return ThemeRow(theme, _day(received_on), reference, tuple(json.loads(referred_to)))


def duration_cell(key: Values) -> DurationCell:
    """Return the cell of a key; see `rows.key_of`."""
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


def _number(value: int | None) -> int | None:
    return None if value == UNKNOWN else value


def _day(value: str) -> date:
    return date.fromisoformat(value)
