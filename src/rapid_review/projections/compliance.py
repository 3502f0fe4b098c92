"""What became of every clock, and what every rule found (ToR 5(a), 7.3, 7.8).

A clock is met if it stopped on or before its due day, by the terms' own midnight; from the day
after the due day it is late. Nothing here refuses anything: a late review is still to be done.

Two readings of lateness stand side by side. A partnership's own clock keeps its own verdict; where
national guidance had loosened that limit, the relaxation is named beside it. Only a national clock
is itself read as relaxed, and only where it would else be late.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import chain

from rapid_review.domain.case import Case, Clock, evolve, replay
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CalendarError, CalendarGapError, TermsError, shown
from rapid_review.domain.events import (
    DeadlineSet,
    NotificationCriteriaFoundNotMet,
    NotificationReceived,
    PanelDiscussionNoted,
)
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.rules.asked import findings as asked
from rapid_review.domain.terms import Deadline, Relaxation, Terms
from rapid_review.domain.vocabulary import CalendarRef, TermsRef, Unit
from rapid_review.projections.reckoning import Calendars
from rapid_review.projections.view import settled


class ClockState(StrEnum):
    """What became of a clock.

    Attributes:
        NOT_STARTED: what starts it has not happened.
        RUNNING: its due day is not over.
        MET: it stopped on or before its due day.
        MET_LATE: it stopped after it.
        OVERDUE: its due day is over and it has not stopped.
        UNDETERMINED: it must have started, and the day is not recorded.
        ENDED_OTHERWISE: it ended without being met, because no rapid review was called for.
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


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One clock of a case, read on one day.

    Attributes:
        rule: the clock as the terms hold it, with the length that was recorded when it started.
        state: what became of it.
        because: why, where the dates do not say it.
        national: whether the clock is national guidance's and not the partnership's own.
        terms: the terms under which it is read.
        counted_from: the local day it counts from; None before it started.
        due: the recorded due day; it is due by the end of that day.
        calendar: the calendar that counted.
        stopped_on: the local day on which it stopped.
        days_taken: the days from its start until it stopped or ended, else until the day of the
            reading; working days for a clock in working days, else calendar days. None where the
            calendar is not at hand or does not reach so far.
        days_allowed: how many it may take, in the same days.
        relaxation: the national relaxation that covers it, if one does.
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


def clocks(
    entries: Iterable[Entry],
    terms: Terms,
    *,
    as_of: datetime,
    calendars: Calendars,
    earlier: Sequence[Terms] = (),
) -> tuple[ClockReading, ...]:
    """Read every clock of one case, started or not, on the day of `as_of`.

    Args:
        entries: the case's entries, from the first, or as `view.known` gives them.
        terms: the terms in force for the case.
        as_of: the moment of the reading; its day is taken in the terms' zone.
        calendars: gives a calendar by id and version, to count the days taken.
        earlier: other editions the case was held under; their running clocks run on.

    Raises:
        TermsError: a clock is running that none of the terms given holds.
    """
    case = replay(entry.event for entry in settled(entries))
    reader = _Reader(case, terms, terms.local_day(as_of), calendars)
    return tuple(map(reader.read, _rules(case, terms, earlier)))


def _rules(case: Case, terms: Terms, earlier: Sequence[Terms]) -> Iterator[Deadline]:
    """Yield every clock of the terms, then those that started under earlier ones."""
    yield from terms.clocks.values()
    before = {id_: rule for edition in earlier for id_, rule in edition.clocks.items()}
    for id_ in sorted(case.review.clocks.keys() - terms.clocks.keys()):
        if id_ not in before:
            raise TermsError(
                f"clock {shown(id_)} is running and terms {terms.id} do not hold it; give the "
                "terms under which it started as well"
            )
        yield before[id_]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one case's clocks on one day."""

    case: Case
    terms: Terms
    today: date
    calendars: Calendars

    def read(self, rule: Deadline) -> ClockReading:
        stopped_on = self._stopped_on(rule)
        national = rule.id not in {own.id for own in self.terms.deadlines}
        clock = self.case.review.clocks.get(rule.id)
        if clock is None or clock.counted_from > self.today:
            state, because = self._before_start(rule, stopped_on)
            return ClockReading(
                rule, state, because, national, self.terms.ref, stopped_on=stopped_on
            )
        rule = self._as_started(rule)
        relaxation = self.terms.relaxation(rule.id, clock.counted_from)
        state, because, until = self._verdict(clock, stopped_on)
        if state in (ClockState.OVERDUE, ClockState.MET_LATE) and national and relaxation:
            state, because = ClockState.RELAXED, f"{state.replace('-', ' ')}; {relaxation.says}"
        return ClockReading(
            rule,
            state,
            because,
            national,
            self.terms.ref,
            counted_from=clock.counted_from,
            due=clock.due,
            calendar=clock.calendar,
            stopped_on=stopped_on,
            days_taken=self._days(rule, clock, until),
            days_allowed=_allowed(rule, clock),
            relaxation=relaxation,
        )

    def _stopped_on(self, rule: Deadline) -> date | None:
        """Return the earliest local day on which an event that stands stops this clock."""
        stops = (rule.stopped_by(event) for event in self.case.standing)
        return min((self.terms.local_day(stop) for stop in stops if stop), default=None)

    def _before_start(self, rule: Deadline, stopped_on: date | None) -> tuple[ClockState, str]:
        """Return the state of a clock that no recorded day has started."""
        if (ended := self._ended_otherwise()) is not None:
            return ClockState.ENDED_OTHERWISE, ended[1]
        if stopped_on is not None:
            return ClockState.UNDETERMINED, "it has stopped, and the day it counts from is unknown"
        panels = rule.starts_on.startswith(f"{PanelDiscussionNoted.__name__}.")
        if panels and self.case.review.sent_to_panel:
            return ClockState.UNDETERMINED, "the day of the Panel's meeting is not known yet"
        return ClockState.NOT_STARTED, ""

    def _verdict(self, clock: Clock, stopped_on: date | None) -> tuple[ClockState, str, date]:
        """Return a started clock's state, why, and until which day it ran."""
        ended = self._ended_otherwise()
        if ended is not None and (stopped_on is None or ended[0] < stopped_on):
            return ClockState.ENDED_OTHERWISE, ended[1], ended[0]
        if stopped_on is not None:
            met = stopped_on <= clock.due
            return ClockState.MET if met else ClockState.MET_LATE, "", stopped_on
        running = self.today <= clock.due
        return ClockState.RUNNING if running else ClockState.OVERDUE, "", self.today

    def _ended_otherwise(self) -> tuple[date, str] | None:
        """ToR 1: return when and why it turned out that no rapid review is held, if it did."""
        received = self.case.last(NotificationReceived)
        if received is not None:
            known_class = self.terms.classes.get(received.notification_class)
            if known_class is not None and not known_class.opens_review:
                because = f"a notification of class {known_class.code} opens no rapid review"
                return self.terms.local_day(received.at), because
        not_met = self.case.last(NotificationCriteriaFoundNotMet)
        if not_met is None:
            return None
        return self.terms.local_day(not_met.at), "the notification criteria were found not met"

    def _as_started(self, rule: Deadline) -> Deadline:
        """Return the rule with the length that the clock was set with: terms may change later."""
        was = next(one for one in self.case.all(DeadlineSet) if one.deadline == rule.id)
        recorded = {
            "length": was.length,
            "unit": was.unit,
            "counts_day_of_start": was.counts_day_of_start,
            "clause": was.clause,
        }
        return rule.model_copy(update=recorded)

    def _days(self, rule: Deadline, clock: Clock, until: date) -> int | None:
        """Return the days a clock ran, or None where its calendar cannot say."""
        if rule.unit is not Unit.WORKING_DAYS:
            return max(0, (until - clock.counted_from).days)
        try:
            calendar = self.calendars(clock.calendar.id, clock.calendar.version)
            return calendar.count(clock.counted_from, until, counting_day=rule.counts_day_of_start)
        except (CalendarError, CalendarGapError):
            return None


def _allowed(rule: Deadline, clock: Clock) -> int:
    if rule.unit is Unit.WORKING_DAYS:
        return rule.length
    return (clock.due - clock.counted_from).days


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that did not hold, and the entry of which it was asked."""

    version: int
    kind: str
    finding: Finding


def findings(
    entries: Iterable[Entry], terms: Terms, *, earlier: Sequence[Terms] = ()
) -> tuple[Found, ...]:
    """Ask every rule of every event that stands, and return those that do not hold.

    Each event is asked with the case as it stood before it, in the order of recording, and under
    the terms that held then.

    Args:
        entries: the case's entries, from the first, or as `view.known` gives them.
        terms: the terms in force for the case.
        earlier: other editions the case was held under.
    """
    editions = {edition.ref: edition for edition in chain(earlier, (terms,))}
    found: list[Found] = []
    case = Case()
    for entry in settled(entries):
        event = entry.event
        holding = terms if case.review.terms is None else editions.get(case.review.terms, terms)
        found.extend(
            Found(entry.version, event.kind, finding)
            for finding in asked(event, type(event), case, holding)
            if finding.verdict is not Verdict.HOLDS
        )
        case = evolve(case, event)
    return tuple(found)
