"""Three tables of cases, row by row: of cases, of their clocks, and of what was recorded.

A clock has a row once it has started and its due day is known; the clocks of duplicates have none,
as in the statistics. The result of a clock is the one that the statistics count, on the day of the
reading, so that counting rows gives the same figures.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from rapid_review.domain.case import Case
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.fields import PERSON
from rapid_review.domain.vocabulary import person_of
from rapid_review.exports.blurring import blurred_traces
from rapid_review.exports.fields import in_utc, public
from rapid_review.exports.pseudonyms import Naming
from rapid_review.exports.trace import Trace, trace
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.stage import stage
from rapid_review.projections.statistics.case_facts import CaseFacts, case_facts_as_of
from rapid_review.projections.statistics.facts import DurationCell
from rapid_review.projections.statistics.in_time import due_cohort
from rapid_review.projections.statistics.periods import By, period
from rapid_review.projections.statistics.selection import clocks

Cell = str | int | bool | None
"""A value: days and times as ISO text, times in UTC."""
Row = Mapping[str, Cell]
"""A row of a table, by the names of its columns."""

TEXT: Final = "VARCHAR"
WHOLE_NUMBER: Final = "INTEGER"
YES_OR_NO: Final = "BOOLEAN"
DAY: Final = "DATE"
TIME: Final = "TIMESTAMPTZ"

_CASE_COLUMNS: Final = {
    "case": TEXT,
    "partnership": TEXT,
    "notified_by": TEXT,
    "month": TEXT,
    "quarter": TEXT,
}
TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "cases": {
            **_CASE_COLUMNS,
            "received_on": DAY,
            "nature": TEXT,
            "children": WHOLE_NUMBER,
            "stage": TEXT,
            "is_duplicate": YES_OR_NO,
            "terms": TEXT,
            "entries": WHOLE_NUMBER,
        },
        "clocks": {
            **_CASE_COLUMNS,
            "clock": TEXT,
            "round": WHOLE_NUMBER,
            "is_national": YES_OR_NO,
            "unit": TEXT,
            "counted_from": DAY,
            "due": DAY,
            "stopped_on": DAY,
            "came_to": TEXT,
            "days_taken": WHOLE_NUMBER,
            "days_allowed": WHOLE_NUMBER,
            "days_late": WHOLE_NUMBER,
            "is_provisional": YES_OR_NO,
        },
        "entries": {
            "case": TEXT,
            "partnership": TEXT,
            "entry": WHOLE_NUMBER,
            "kind": TEXT,
            "happened_at": TIME,
            "recorded_at": TIME,
            "recorded_by": TEXT,
            "role": TEXT,
            "agency": TEXT,
            "clause": TEXT,
            "due_marks": TEXT,
            "data": TEXT,
        },
    }
)
"""The tables, their columns, and the SQL types of the columns. `data` holds the public fields of
the entry, as JSON."""


class Tabled(NamedTuple):
    """One case, read as its rows need it.

    Attributes:
        trace: its entries in effect.
        case: its state, as decisions see it.
        history: all its entries, with its terms.
        facts: what the statistics count of it; None before its notification.
        on: the day on which its clocks are read.
    """

    trace: Trace
    case: Case
    history: CaseHistory
    facts: CaseFacts | None
    on: date

    @property
    def entries(self) -> Sequence[Entry]:
        """The entries in effect."""
        return self.trace.entries


def tabled(history: CaseHistory, as_of: AsOf) -> Tabled | None:
    """Return one case as its rows need it; None if it had no entries then.

    Args:
        history: the case.
        as_of: as of when; its day is that on which clocks are read.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
    """
    case = history.case(as_of)
    terms = history.terms_of(case)
    stands = trace(history.entries, as_of, history.calendars, terms=terms, earlier=history.earlier)
    if stands is None:
        return None
    facts = case_facts_as_of(history, as_of)
    return Tabled(stands, case, history, facts, as_of.day(terms))


def rows(cases: Iterable[Tabled], naming: Naming) -> Iterator[tuple[str, Row]]:
    """Yield the rows of these cases, each with the name of its table, case by case.

    Args:
        cases: the cases; under pseudonyms in the order of those.
        naming: gives references their export names.

    Raises:
        InvalidInputError: see `blurred_traces`.
    """
    read: list[Tabled] = []

    def traces() -> Iterator[Trace]:
        for one in cases:
            read.append(one)
            yield one.trace

    for blurred in blurred_traces(traces(), naming):
        one = read.pop()
        name = naming("case", one.trace.case)
        yield "cases", _case(one, name)
        yield from (("clocks", row) for row in _clocks(one, name))
        yield from (("entries", _entry(blurred, entry, name, naming)) for entry in blurred.entries)


def _case_cells(one: Tabled, name: str) -> dict[str, Cell]:
    """Return the cells by which rows of cases and of clocks are grouped."""
    facts = one.facts
    month = facts.month if facts else ""
    return {
        "case": name,
        "partnership": one.trace.partnership,
        "notified_by": facts.source if facts else None,
        "month": month or None,
        "quarter": period(month, By.QUARTER) if month else None,
    }


def _case(one: Tabled, name: str) -> Row:
    terms = one.history.terms_of(one.case)
    received = one.case.first(NotificationReceived)
    children = received.children if received else ()
    return {
        **_case_cells(one, name),
        "received_on": _iso_day(one.facts.received_on) if one.facts else None,
        "nature": str(received.incident.nature) if received else None,
        "children": len({person_of(child.reference) for child in children}),
        "stage": str(stage(one.case, terms)),
        "is_duplicate": one.facts is not None and one.facts.is_duplicate,
        "terms": terms.id,
        "entries": len(one.entries),
    }


def _clocks(one: Tabled, name: str) -> Iterator[Row]:
    if one.facts is None:
        return
    # The clocks of a duplicate are left out: those of the original case count.
    for clock, cell in zip(one.facts.clocks, one.facts.durations, strict=False):
        yield {**_case_cells(one, name), **_clock(clock, cell, one.on)}


def _clock(clock: ClockReading, cell: DurationCell, on: date) -> Row:
    return {
        "clock": cell.deadline,
        "round": clock.round,
        "is_national": clock.national,
        "unit": str(clock.rule.unit),
        "counted_from": _iso_day(cell.counted_from),
        "due": _iso_day(cell.due),
        "stopped_on": _iso_day(clock.stopped_on),
        "came_to": came_to(cell, on),
        "days_taken": cell.days,
        "days_allowed": clock.days_allowed,
        "days_late": cell.late_days,
        "is_provisional": clock.provisional,
    }


def _iso_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def came_to(cell: DurationCell, on: date) -> str:
    """Return the result that the statistics count for a clock, on a day."""
    cohort = due_cohort(clocks({cell.deadline: {cell: 1}}, cell.deadline, AsOf(read_on=on)))
    return next(outcome for outcome, number in cohort.by_outcome.items() if number)


def _entry(trace: Trace, entry: Entry, name: str, naming: Naming) -> Row:
    event = entry.event
    data = public(event, naming, entry.case)
    return {
        "case": name,
        "partnership": entry.partnership,
        "entry": entry.version,
        "kind": event.kind,
        "happened_at": in_utc(event.at),
        "recorded_at": in_utc(entry.recorded_at),
        "recorded_by": naming(PERSON, entry.by.id),
        "role": entry.by.role,
        "agency": entry.by.agency,
        "clause": trace.clauses[entry.version],
        "due_marks": trace.due_marks(entry),
        "data": json.dumps(data, ensure_ascii=False),
    }
