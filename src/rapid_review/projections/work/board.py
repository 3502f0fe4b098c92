"""The board: for each case where it stands, what is due next, and who owes it (ToR 5(a), 7).

What is due next is the clock with the earliest due day among those that run or are overdue.
Milestones, by which a partnership only plans, are left out: nobody owes them.
"""

from dataclasses import dataclass
from datetime import date

from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.vocabulary import Unit
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import ClockReading, ClockState, Reason
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.stage import Stage, is_open, stage


@dataclass(frozen=True, slots=True)
class Standing:
    """One case on the board.

    Attributes:
        case: its reference.
        stage: how far it has come.
        is_open: whether something is still to be done: not closed, and a review is called for.
        deadline: the clock that is due next; None if none is running.
        due: its due day.
        days_left: the days until then, in the clock's own unit; 0 on the due day and less after
            it. None where its calendar cannot say.
        owed_by: who owes it.
        provisional: whether the due day was counted with bank holidays that nobody had published.
        one_source: whether it was counted with bank holidays that rest on one source alone.
        days_unknown: why its calendar cannot say how many days are left.
        unit: what the clock counts.
    """

    case: str
    stage: Stage
    is_open: bool
    deadline: str | None = None
    due: date | None = None
    days_left: int | None = None
    owed_by: str | None = None
    provisional: bool = False
    one_source: bool = False
    days_unknown: Reason | None = None
    unit: Unit | None = None


def standing_of(history: CaseHistory, as_of: AsOf) -> Standing | None:
    """Return where one case is on the day of `as_of`; None before its notification.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
    """
    case = history.case(as_of)
    if case.last(NotificationReceived) is None:
        return None
    held = history.terms_of(case)
    reached, name, still_open = stage(case, held), history.entries[0].case, is_open(case, held)
    readings = clocks(history, as_of)
    owed = filter(is_owed, readings)
    due_next = min(owed, key=lambda one: one.due or date.max, default=None)
    if due_next is None:
        return Standing(name, reached, still_open)
    rule = due_next.rule
    return Standing(
        name,
        reached,
        still_open,
        rule.id,
        due_next.due,
        days_left(due_next),
        rule.owed_by,
        due_next.provisional,
        due_next.one_source,
        due_next.days_unknown,
        rule.unit,
    )


def is_owed(reading: ClockReading) -> bool:
    """Say whether a clock still runs, and is not only a milestone."""
    return is_running(reading) and not reading.rule.advisory


def is_running(reading: ClockReading) -> bool:
    """Say whether a clock is still to be stopped: in time, overdue, or nationally relaxed."""
    runs = reading.state in (ClockState.RUNNING, ClockState.OVERDUE, ClockState.RELAXED)
    return runs and reading.stopped_on is None


def days_left(reading: ClockReading) -> int | None:
    """Return the days to the due day, in the clock's unit; None where its calendar cannot say."""
    if reading.days_allowed is None or reading.days_taken is None:
        return None
    return reading.days_allowed - reading.days_taken
