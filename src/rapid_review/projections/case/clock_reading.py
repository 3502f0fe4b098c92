"""The reading of one clock of a case on one day: its state, its days, or why it has none."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.rule_sets import Relaxation
from rapid_review.domain.vocabulary import CalendarRef, TermsRef
from rapid_review.domain.working_days import DayReckoned
from rapid_review.projections.as_of import Calendars
from rapid_review.projections.case.calculation import calculate


class ClockState(StrEnum):
    """What became of a clock.

    Attributes:
        NOT_STARTED: what starts it has not happened.
        RUNNING: its due day is not over.
        MET: it stopped on or before its due day.
        MET_LATE: it stopped after it.
        OVERDUE: its due day is over and it has not stopped.
        UNDETERMINED: it cannot be read, for one of the reasons of `Reason`.
        ENDED_OTHERWISE: it ended without being met, because no rapid review was called for, or
            because this case is a duplicate of another, whose clocks count.
        WITHHELD: what it waits for is not published, with the reason; it is settled and not met.
        RELAXED: a national clock, late by a limit that national guidance had loosened.
    """

    NOT_STARTED = "not-started"
    RUNNING = "running"
    MET = "met"
    MET_LATE = "met-late"
    OVERDUE = "overdue"
    UNDETERMINED = "undetermined"
    ENDED_OTHERWISE = "ended-otherwise"
    RELAXED = "relaxed"
    WITHHELD = "withheld"

    @property
    def is_late(self) -> bool:
        """Whether the due day was missed, and nothing excuses it."""
        return self in (ClockState.OVERDUE, ClockState.MET_LATE)


class Reason(StrEnum):
    """Why a clock cannot be read.

    Attributes:
        NOT_KNOWN: it must have started or stopped, and the day is not recorded.
        IMPOSSIBLE_ORDER: it would have stopped before it started, or started before the receipt.
        CALENDAR_GAP: the calendar does not reach its due day.
        CALENDAR_NOT_AT_HAND: the calendar that counted it is not available, so its days are not
            known; its due day is known.
    """

    NOT_KNOWN = "not-known"
    IMPOSSIBLE_ORDER = "impossible-order"
    CALENDAR_GAP = "calendar-gap"
    CALENDAR_NOT_AT_HAND = "calendar-not-at-hand"


class ClockReading(NamedTuple):
    """One clock of a case, read on one day.

    Attributes:
        rule: the clock as the terms hold it, with the length that was recorded when it started.
        state: what became of it.
        because: why it has this state, where the dates do not show it.
        national: whether the clock is national guidance's and not the partnership's own.
        terms: the terms under which it is read.
        counted_from: the local day it counts from; None before it started.
        due: the recorded due day; it is due by the end of that day.
        calendar: the calendar that counted.
        stopped_on: the local day on which it stopped.
        days_taken: the days from its start until it stopped or ended, else until the day of the
            reading; working days for a clock in working days, else calendar days. None where they
            are not known.
        days_unknown: why they are not known, although the clock has started.
        days_allowed: how many it may take, in the same days.
        relaxation: the national relaxation that covers it, if one does, and its last day.
        reason: why it cannot be read.
        provisional: whether the due day was counted with bank holidays that nobody had published.
        one_source: whether it was counted with bank holidays that rest on one source alone.
        round: 1; 2 or more where the report went to the Panel again after a reconsideration.
        stop_findings: the codes of what is wrong with the step that stopped it; see `judgement`.
    """

    rule: Deadline
    state: ClockState
    because: str
    national: bool
    terms: TermsRef
    counted_from: date | None = None
    due: date | None = None
    calendar: CalendarRef | None = None
    stopped_on: date | None = None
    days_taken: int | None = None
    days_allowed: int | None = None
    relaxation: Relaxation | None = None
    reason: Reason | None = None
    round: int = 1
    provisional: bool = False
    one_source: bool = False
    stop_findings: tuple[str, ...] = ()
    days_unknown: Reason | None = None

    @property
    def key(self) -> str:
        """Its name among the clocks of its case: its id, with the number of a later round."""
        return self.rule.id if self.round == 1 else f"{self.rule.id}-round-{self.round}"

    @property
    def title(self) -> str:
        """Its title, with the number of a later round."""
        return self.rule.title if self.round == 1 else f"{self.rule.title}, round {self.round}"


def calculated(reading: ClockReading, calendars: Calendars) -> tuple[DayReckoned, ...]:
    """Return how a clock's due day was calculated; nothing before it started.

    Raises:
        CalendarError: the calendar that counted is not available.
    """
    if reading.calendar is None or reading.counted_from is None or reading.due is None:
        return ()
    calendar = calendars(reading.calendar.id, reading.calendar.version)
    return calculate(reading.rule, reading.counted_from, reading.due, calendar)
