"""The diary: what falls due over all cases, day by day (ToR 5(a), 7.3, 7.4, 7.6, 7.8).

What falls due: a clock or a milestone that runs or is overdue; an agency's report that was asked
for by a day; a meeting that was convened and not held, unless a later one was; an
action that was agreed by a day; an answer to a letter that is awaited by a day; a publication that
is planned. Once a case is closed, or calls for no review, no report and no meeting is awaited. In
a duplicate of another case nothing falls due.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from rapid_review.domain.case import Case
from rapid_review.domain.clauses import (
    ADMINISTER,
    CONVENE,
    COORDINATE,
    GATHER,
    LIAISON,
    ToRClause,
)
from rapid_review.domain.duplicates import duplicate_of
from rapid_review.domain.events import MeetingConvened
from rapid_review.domain.terms.citing import cited_under
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, CaseHistory, entries_as_of
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.due_days import DueMarks
from rapid_review.projections.case.stage import is_open
from rapid_review.projections.work.awaited import (
    Awaited,
    actions,
    letters,
    publication,
    reports,
)
from rapid_review.projections.work.board import is_running
from rapid_review.projections.work.outstanding import meetings_waiting


class DueKind(StrEnum):
    """What it is that falls due; a milestone is a clock that nobody is held to."""

    CLOCK = "clock"
    MILESTONE = "milestone"
    AGENCY_REPORT = "agency-report"
    MEETING = "meeting"
    ACTION = "action"
    LETTER = "letter"
    PUBLICATION = "publication"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that falls due in one case.

    Attributes:
        case: the case's reference.
        on: the day by whose end it is due, or on which the group meets, by the terms' midnight.
        kind: what kind of thing it is.
        what: which of its kind: a clock's id, an agency, a meeting's number, an action.
        clause: the clause that asks for it.
        owed_by: who owes it.
        at: when the group meets; None for what is due by the end of a day.
        days_left: the calendar days until then: 0 on the day, less after it.
        provisional: whether the day was counted with bank holidays that nobody had published.
        one_source: whether it was counted with bank holidays that rest on one source alone.
    """

    case: str
    on: date
    kind: DueKind
    what: str
    clause: str
    owed_by: str
    at: datetime | None
    days_left: int
    provisional: bool = False
    one_source: bool = False


@dataclass(frozen=True, slots=True)
class Revised:
    """What falls due, with what the record says of its revisions.

    Attributes:
        due: what falls due.
        times: how often anything of it changed after it was first recorded.
        recorded_at: when its latest change was recorded.
    """

    due: Due
    times: int
    recorded_at: datetime


def due_in(history: CaseHistory, as_of: AsOf) -> tuple[Due, ...]:
    """Return what falls due in one case, as seen on the day of `as_of`, overdue or still to come.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
    """
    case = history.case(as_of)
    held = history.terms_of(case)
    owed = owed_in(case, held, clocks(history, as_of))
    reference, today = history.entries[0].case, as_of.day(held)
    return tuple(due_of(reference, one, today) for one in owed)


def revised_in(history: CaseHistory, as_of: AsOf) -> tuple[Revised, ...]:
    """Return what falls due in one case as `due_in` does, each with its revisions.

    The case is read as of each time of recording, always on the day of `as_of`. What differs from
    one reading to the next was revised by what was recorded then.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
    """
    falls_due = due_in(history, as_of)
    if not falls_due:  # as in most cases of a long record, which are then read only once
        return ()
    latest: dict[tuple[DueKind, str], Revised] = {}
    recorded = entries_as_of(history.entries, AsOf(recorded_by=as_of.recorded_by))
    for recorded_at in dict.fromkeys(entry.recorded_at for entry in recorded):
        then = as_of._replace(recorded_by=recorded_at, read_on=as_of.when)
        for due in due_in(history, then):
            before = latest.get((due.kind, due.what))
            if before is None or before.due != due:
                times = 0 if before is None else before.times + 1
                latest[due.kind, due.what] = Revised(due, times, recorded_at)
    return tuple(latest[due.kind, due.what] for due in falls_due)


class Owed(NamedTuple):
    """Something that falls due in one case, with nothing in it that depends on today.

    Attributes:
        on: the day by whose end it is due, or on which the group meets, by the terms' midnight.
        kind: what kind of thing it is.
        what: which of its kind.
        clause: the clause that asks for it.
        owed_by: who owes it.
        at: when the group meets; None for what is due by the end of a day.
        marks: what is to be known of a clock's due day.
        clock: the clock, if it is one.
    """

    on: date
    kind: DueKind
    what: str
    clause: str
    owed_by: str
    at: datetime | None = None
    marks: DueMarks = DueMarks()
    clock: ClockReading | None = None


def owed_in(case: Case, terms: Terms, read: Iterable[ClockReading]) -> tuple[Owed, ...]:
    """Return what falls due in a case, for callers that have the case but no entries.

    Args:
        case: the case as it is.
        terms: the terms in force for it.
        read: its clocks, as they are read on some day.
    """
    if duplicate_of(case) is not None:  # it falls due in the case that it is a duplicate of
        return ()
    is_review = is_open(case, terms)
    owed = list(_clocks(read))
    for kind, clause, awaited_in in _OF_AN_OPEN_REVIEW if is_review else _OF_EVERY_CASE:
        owed += _by_a_day(kind, clause, terms, awaited_in(case))
    if is_review:
        owed += _meetings(case, terms)
    return tuple(owed)


def due_of(reference: str, owed: Owed, today: date) -> Due:
    """Return what falls due in a case as it is seen on a day.

    Args:
        reference: the case's reference.
        owed: what falls due in it.
        today: the local day, by the case's own terms.
    """
    return Due(
        reference,
        owed.on,
        owed.kind,
        owed.what,
        owed.clause,
        owed.owed_by,
        owed.at,
        (owed.on - today).days,
        *owed.marks,
    )


def diary(
    falls_due: Iterable[Due], *, days: int | None = None, provisional: bool = False
) -> tuple[Due, ...]:
    """Return what falls due in many cases in the order of its days, what is overdue first.

    Args:
        falls_due: what falls due in each of them.
        days: how many calendar days ahead to look; None for no limit.
        provisional: keep only what was counted with bank holidays that nobody had published.
    """
    near = (
        one
        for one in falls_due
        if (days is None or one.days_left <= days) and (one.provisional or not provisional)
    )
    return tuple(sorted(near, key=lambda one: (one.on, one.case, one.kind, one.what)))


def _clocks(readings: Iterable[ClockReading]) -> Iterator[Owed]:
    """ToR 5(a), 7.8: yield the clocks and milestones that are still to be stopped."""
    for reading in readings:
        if reading.due is not None and is_running(reading):
            rule = reading.rule
            kind = DueKind.MILESTONE if rule.advisory else DueKind.CLOCK
            marks = DueMarks(reading.provisional, reading.one_source)
            yield Owed(
                reading.due, kind, rule.id, rule.clause, rule.owed_by, marks=marks, clock=reading
            )


def _by_a_day(
    kind: DueKind, clause: ToRClause, terms: Terms, awaited: Iterable[Awaited]
) -> Iterator[Owed]:
    """ToR 7.4, 8.6: yield the awaited things for which a day was set."""
    for one in awaited:
        if one.by is not None:
            (owing,) = terms.called([one.owed_by])
            yield Owed(one.by, kind, one.what, cited_under(terms, [clause]), owing)


_OF_EVERY_CASE: Final = (
    (DueKind.ACTION, ADMINISTER, actions),
    (DueKind.LETTER, LIAISON, letters),
    (DueKind.PUBLICATION, COORDINATE, publication),
)
"""What is awaited in any case: its kind, the clause that asks for it, and what finds it."""
_OF_AN_OPEN_REVIEW: Final = (*_OF_EVERY_CASE, (DueKind.AGENCY_REPORT, GATHER, reports))
"""The same while a review is called for, and not closed."""


def _meetings(case: Case, terms: Terms) -> Iterator[Owed]:
    """ToR 7.6, 8.5: yield the meetings that were convened and are still waited for."""
    convened = {meeting.meeting: meeting.meets_at for meeting in case.all(MeetingConvened)}
    for number in meetings_waiting(case.review.meetings):
        at = convened[number]
        on, clause = terms.local_day(at), cited_under(terms, [CONVENE])
        yield Owed(on, DueKind.MEETING, str(number), clause, terms.group, at)
