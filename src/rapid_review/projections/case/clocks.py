"""What became of every clock of a case (ToR 5(a), 7.3, 7.8); for the rules see `findings`.

A clock is met if it stopped on or before its due day, by the terms' own midnight; from the day
after the due day it is late. Nothing here refuses anything: a late review is still to be done.

Two readings of lateness stand side by side. A partnership's own clock keeps its own verdict; where
national guidance had loosened that limit, the relaxation is named beside it. Only a national clock
is itself read as relaxed, and only where it would else be late.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rapid_review.domain.case import Case, Clock, replay
from rapid_review.domain.clocks import start_of, stop_of
from rapid_review.domain.errors import CalendarError, CalendarGapError, TermsError, shown
from rapid_review.domain.events import (
    AnyEvent,
    DeadlineReckonedAgain,
    DeadlineSet,
    NotificationCriteriaFoundNotMet,
    NotificationReceived,
    PanelDiscussionNoted,
)
from rapid_review.domain.printable import escaped
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.rule_sets import Relaxation
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import CalendarRef, TermsRef, Unit
from rapid_review.domain.working_days import DayReckoned
from rapid_review.projections.as_of import (
    AsOf,
    Calendars,
    CaseHistory,
    effective_entries,
    entries_as_of,
    settled,
)
from rapid_review.projections.case.calculation import calculate


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


def clocks(history: CaseHistory, as_of: AsOf) -> tuple[ClockReading, ...]:
    """Read every clock of one case, started or not, on the day of `as_of`.

    As the case had happened by a time, a due day that was calculated later, because its start was
    corrected or imported, is the one that counts.

    Args:
        history: the case; it is read under the terms that held by then.
        as_of: the two times, and the day of the reading.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
    """
    happened_by = as_of.happened_by
    recorded = entries_as_of(history.entries, as_of._replace(happened_by=None))
    case = replay(entry.event for entry in effective_entries(recorded, as_of))
    held, editions = history.terms_of(case), (*history.earlier, history.terms)
    running = _running((entry.event for entry in settled(recorded)), happened_by)
    if happened_by is not None:
        running = {id_: one for id_, one in running.items() if _started(id_, case, editions)}
    reader = _reader(case, running, held, as_of.day(held), history.calendars)
    return reader.read_all(editions)


def clocks_of(
    case: Case, terms: Terms, *, on: date, calendars: Calendars, earlier: Sequence[Terms] = ()
) -> tuple[ClockReading, ...]:
    """Read every clock of a case as it stands, started or not, on one day.

    The readings are those of `clocks`, for whoever holds the case and not its entries.

    Args:
        case: the case as it stands.
        terms: the terms in force for it.
        on: the local day of the reading.
        calendars: gives a calendar by id and version, to count the days taken.
        earlier: other editions the case was held under; their running clocks run on.

    Raises:
        TermsError: a clock is running that none of the terms given holds.
    """
    running = _running(case.standing, None)
    return _reader(case, running, terms, on, calendars).read_all(earlier)


@dataclass(frozen=True, slots=True)
class _Running:
    """A clock as it now stands, and the event that set it with its length."""

    clock: Clock
    set_by: DeadlineSet


def calculated(reading: ClockReading, calendars: Calendars) -> tuple[DayReckoned, ...]:
    """Return how a clock's due day was reckoned; nothing before it started.

    Raises:
        CalendarError: the calendar that counted is not at hand.
    """
    if reading.calendar is None or reading.counted_from is None or reading.due is None:
        return ()
    calendar = calendars(reading.calendar.id, reading.calendar.version)
    return calculate(reading.rule, reading.counted_from, reading.due, calendar)


def _running(events: Iterable[AnyEvent], happened_by: datetime | None) -> dict[str, _Running]:
    """Return every clock that the events that stand set, as last reckoned.

    A reckoning with another calendar moves the due day from when it was made. One that moves the
    start says what the start always was.
    """
    running: dict[str, _Running] = {}
    for event in events:
        if isinstance(event, DeadlineSet):
            running[event.deadline] = _Running(_clock(event), event)
        elif isinstance(event, DeadlineReckonedAgain) and event.deadline in running:
            before = running[event.deadline]
            moves_start = event.counted_from != before.clock.counted_from
            if moves_start or happened_by is None or event.at <= happened_by:
                running[event.deadline] = _Running(_clock(event), before.set_by)
    return running


def _clock(event: DeadlineSet | DeadlineReckonedAgain) -> Clock:
    return Clock(event.deadline, event.counted_from, event.due, event.calendar)


def _started(deadline: str, case: Case, editions: Iterable[Terms]) -> bool:
    """Say whether what starts a clock has happened, by one of the terms that hold it."""
    return any(
        start_of(terms.clocks[deadline], case.standing, terms) is not None
        for terms in editions
        if deadline in terms.clocks
    )


def _rules(
    running: Iterable[str], terms: Terms, earlier: Sequence[Terms]
) -> Iterator[tuple[Deadline, bool]]:
    """Yield every clock of the terms, then those that started under earlier ones.

    Beside each stands whether it is national guidance's, and not the partnership's own.
    """
    holder = {id_: edition for edition in (*earlier, terms) for id_ in edition.clocks}
    for id_ in (*terms.clocks, *sorted(set(running) - terms.clocks.keys())):
        if id_ not in holder:
            raise TermsError(
                f"clock {shown(id_)} is running and terms {terms.id} do not hold it; give the "
                "terms under which it started as well"
            )
        rule = holder[id_].clocks[id_]
        yield rule, all(own.id != id_ for own in holder[id_].deadlines)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one case's clocks on one day."""

    case: Case
    running: Mapping[str, _Running]
    terms: Terms
    today: date
    calendars: Calendars
    ended_otherwise: tuple[date, str] | None

    def read_all(self, earlier: Sequence[Terms]) -> tuple[ClockReading, ...]:
        rules = _rules(self.running, self.terms, earlier)
        return tuple(self.read(*rule) for rule in rules)

    def read(self, rule: Deadline, national: bool) -> ClockReading:  # noqa: FBT001 - from a pair
        stopped_on = stop_of(rule, self.case, self.terms)
        running = self.running.get(rule.id)
        if running is None or running.clock.counted_from > self.today:
            state, because = self._before_start(rule, stopped_on)
            return ClockReading(
                rule, state, because, national, self.terms.ref, stopped_on=stopped_on
            )
        clock = running.clock
        rule = _as_started(rule, running.set_by)
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

    def _before_start(self, rule: Deadline, stopped_on: date | None) -> tuple[ClockState, str]:
        """Return the state of a clock that no recorded day has started."""
        if self.ended_otherwise is not None:
            return ClockState.ENDED_OTHERWISE, self.ended_otherwise[1]
        if stopped_on is not None:
            return ClockState.UNDETERMINED, "it has stopped, and the day it counts from is unknown"
        panels = rule.starts_on.startswith(f"{PanelDiscussionNoted.__name__}.")
        if panels and self.case.review.sent_to_panel:
            return ClockState.UNDETERMINED, "the day of the Panel's meeting is not known yet"
        return ClockState.NOT_STARTED, ""

    def _verdict(self, clock: Clock, stopped_on: date | None) -> tuple[ClockState, str, date]:
        """Return a started clock's state, why, and until which day it ran."""
        ended = self.ended_otherwise
        if ended is not None and (stopped_on is None or ended[0] < stopped_on):
            return ClockState.ENDED_OTHERWISE, ended[1], ended[0]
        if stopped_on is not None:
            met = stopped_on <= clock.due
            return ClockState.MET if met else ClockState.MET_LATE, "", stopped_on
        running = self.today <= clock.due
        return ClockState.RUNNING if running else ClockState.OVERDUE, "", self.today

    def _days(self, rule: Deadline, clock: Clock, until: date) -> int | None:
        """Return the days a clock ran, or None where its calendar cannot say."""
        if rule.unit is not Unit.WORKING_DAYS:
            return max(0, (until - clock.counted_from).days)
        try:
            calendar = self.calendars(clock.calendar.id, clock.calendar.version)
            return calendar.count(clock.counted_from, until, counting_day=rule.counts_day_of_start)
        except (CalendarError, CalendarGapError):
            return None


def _reader(
    case: Case, running: Mapping[str, _Running], terms: Terms, today: date, calendars: Calendars
) -> _Reader:
    return _Reader(case, running, terms, today, calendars, _ended_otherwise(case, terms))


def _ended_otherwise(case: Case, terms: Terms) -> tuple[date, str] | None:
    """ToR 1: return when and why it turned out that no rapid review is held, if it did."""
    received = case.last(NotificationReceived)
    if received is not None:
        known_class = terms.classes.get(received.notification_class)
        if known_class is not None and not known_class.opens_review:
            because = f"a notification of class {known_class.code} opens no rapid review"
            return terms.local_day(received.at), because
    not_met = case.last(NotificationCriteriaFoundNotMet)
    if not_met is None:
        return None
    return terms.local_day(not_met.at), "the notification criteria were found not met"


def _as_started(rule: Deadline, set_by: DeadlineSet) -> Deadline:
    """Return the rule with the length that the clock was set with: terms may change later."""
    as_set = (set_by.length, set_by.unit, set_by.counts_day_of_start, set_by.clause)
    if as_set == (rule.length, rule.unit, rule.counts_day_of_start, rule.clause):
        return rule
    recorded = {
        "length": set_by.length,
        "unit": set_by.unit,
        "counts_day_of_start": set_by.counts_day_of_start,
        "clause": escaped(set_by.clause, but=""),
    }
    return rule.model_copy(update=recorded)


def _allowed(rule: Deadline, clock: Clock) -> int:
    if rule.unit is Unit.WORKING_DAYS:
        return rule.length
    return (clock.due - clock.counted_from).days
