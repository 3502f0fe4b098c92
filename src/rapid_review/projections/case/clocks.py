"""What became of every clock of a case (ToR 5(a), 7.3, 7.8); for the rules see `findings`.

A clock is met if it stopped on or before its due day, by the terms' own midnight; from the day
after the due day it is late. Nothing here refuses anything: a late review is still to be done.

Two readings of lateness stand side by side. A partnership's own clock keeps its own verdict; where
national guidance had loosened that limit, the relaxation is named beside it. Only a national clock
is itself read as relaxed, and only where it would else be late.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple, Self

from rapid_review.domain.case import Case, Clock, effective, replay
from rapid_review.domain.clocks import calendar_ref, due_on, rounds, start_of, stop_of
from rapid_review.domain.errors import CalendarError, CalendarGapError, TermsError, shown
from rapid_review.domain.events import (
    AnyEvent,
    DeadlineReckonedAgain,
    DeadlineSet,
    NotificationCriteriaFoundNotMet,
    NotificationReceived,
    PanelDiscussionNoted,
    PracticeReviewPublished,
    PublicationWithheld,
    ReportSentToPanel,
)
from rapid_review.domain.printable import escaped
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.rule_sets import Relaxation
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import CalendarRef, TermsRef, Unit
from rapid_review.domain.working_days import DayReckoned, WorkingCalendar
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
        UNDETERMINED: nothing can be said of it, for one of the reasons of `Reason`.
        ENDED_OTHERWISE: it ended without being met, because no rapid review was called for.
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


class Reason(StrEnum):
    """Why nothing can be said of a clock.

    Attributes:
        NOT_KNOWN: it must have started, and the day is not recorded.
        IMPOSSIBLE_ORDER: it would have stopped before it started.
        CALENDAR_GAP: the calendar does not reach its due day.
    """

    NOT_KNOWN = "not-known"
    IMPOSSIBLE_ORDER = "impossible-order"
    CALENDAR_GAP = "calendar-gap"


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
        reason: why nothing can be said of it.
        provisional: whether the due day was counted with bank holidays that nobody had published.
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
    stop_findings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its name among the clocks of its case: its id, with the number of a later round."""
        return self.rule.id if self.round == 1 else f"{self.rule.id}-round-{self.round}"

    @property
    def title(self) -> str:
        """Its title, with the number of a later round."""
        return self.rule.title if self.round == 1 else f"{self.rule.title}, round {self.round}"


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
    recorded = entries_as_of(history.entries, as_of._replace(happened_by=None))
    case = replay(entry.event for entry in effective_entries(recorded, as_of))
    held, editions = history.terms_of(case), (*history.earlier, history.terms)
    counted = _counted((entry.event for entry in settled(recorded)), as_of.happened_by)
    return _Reader.of(case, counted, held, as_of.day(held), history.calendars).read_all(editions)


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
    counted = _counted(effective(case.recorded).values(), None)
    return _Reader.of(case, counted, terms, on, calendars).read_all(earlier)


def calculated(reading: ClockReading, calendars: Calendars) -> tuple[DayReckoned, ...]:
    """Return how a clock's due day was reckoned; nothing before it started.

    Raises:
        CalendarError: the calendar that counted is not at hand.
    """
    if reading.calendar is None or reading.counted_from is None or reading.due is None:
        return ()
    calendar = calendars(reading.calendar.id, reading.calendar.version)
    return calculate(reading.rule, reading.counted_from, reading.due, calendar)


class _Counted(NamedTuple):
    """A due day as it was recorded, and the event that set the clock with its length."""

    clock: Clock
    set_by: DeadlineSet


def _counted(
    events: Iterable[AnyEvent], happened_by: datetime | None
) -> Mapping[str, Sequence[_Counted]]:
    """Return by clock the due days that were recorded, in the order of recording.

    A reckoning with another calendar moves the due day from when it was made. One that moves the
    start says what the start always was.
    """
    counted: dict[str, list[_Counted]] = {}
    for event in events:
        if isinstance(event, DeadlineSet):
            counted.setdefault(event.deadline, []).append(_Counted(_clock(event), event))
        elif isinstance(event, DeadlineReckonedAgain) and event.deadline in counted:
            before = counted[event.deadline][-1]
            moves_start = event.counted_from != before.clock.counted_from
            if moves_start or happened_by is None or event.at <= happened_by:
                counted[event.deadline].append(_Counted(_clock(event), before.set_by))
    return counted


def _clock(event: DeadlineSet | DeadlineReckonedAgain) -> Clock:
    return Clock(event.deadline, event.counted_from, event.due, event.calendar)


def _rules(
    running: Iterable[str], terms: Terms, earlier: Sequence[Terms]
) -> Iterator[tuple[Deadline, Terms, bool]]:
    """Yield every clock of the terms, then those that started under earlier ones.

    Beside each stand the terms that hold it, and whether it is national guidance's, and not the
    partnership's own.
    """
    holder = {id_: edition for edition in (*earlier, terms) for id_ in edition.clocks}
    for id_ in (*terms.clocks, *sorted(set(running) - terms.clocks.keys())):
        if id_ not in holder:
            raise TermsError(
                f"clock {shown(id_)} is running and terms {terms.id} do not hold it; give the "
                "terms under which it started as well"
            )
        rule = holder[id_].clocks[id_]
        yield rule, holder[id_], all(own.id != id_ for own in holder[id_].deadlines)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one case's clocks on one day."""

    case: Case
    counted: Mapping[str, Sequence[_Counted]]
    terms: Terms
    today: date
    calendars: Calendars
    ended_otherwise: tuple[date, str] | None

    @classmethod
    def of(
        cls,
        case: Case,
        counted: Mapping[str, Sequence[_Counted]],
        terms: Terms,
        today: date,
        calendars: Calendars,
    ) -> Self:
        ended = _ended_otherwise(case, terms, today)
        return cls(case, counted, terms, today, calendars, ended)

    def read_all(self, earlier: Sequence[Terms]) -> tuple[ClockReading, ...]:
        """Read every clock of the terms, then those that started under earlier ones."""
        readings: list[ClockReading] = []
        for rule, holder, national in _rules(self.counted, self.terms, earlier):
            foreign = rule.id not in self.terms.clocks
            if foreign and start_of(rule, self.case.standing, holder, by=self.today) is None:
                continue
            found = rounds(rule, self.case, self.terms, by=self.today)
            readings += (
                self.read(rule, holder, events, number, national=national)
                for number, events in enumerate(found, start=1)
            )
        return tuple(readings)

    def read(
        self,
        rule: Deadline,
        holder: Terms,
        events: Sequence[AnyEvent],
        number: int,
        *,
        national: bool,
    ) -> ClockReading:
        start = start_of(rule, events, self.terms, by=self.today)
        stop = stop_of(rule, events, self.terms, by=self.today)
        withheld = None if stop else self._withheld_on(rule)
        stop = stop or withheld
        counted = None if start is None else self._counted_from(rule, start)
        rule = rule if counted is None else _as_started(rule, counted.set_by)
        clock = counted.clock if counted else None
        relaxation = None if clock is None else _relaxation(holder, rule, clock)
        excused = relaxation if national else None
        verdict = self._verdict(
            rule,
            holder,
            events,
            start=start,
            stop=stop,
            clock=clock,
            excused=excused,
            withheld=withheld,
        )
        until = self.ended_otherwise[0] if self.ended_otherwise else stop or self.today
        is_started = clock is not None and verdict.reason is None
        return ClockReading(
            rule,
            verdict.state,
            verdict.because,
            national,
            self.terms.ref,
            counted_from=start,
            due=clock.due if clock else None,
            calendar=clock.calendar if clock else None,
            stopped_on=stop,
            days_taken=self._days(rule, clock, until) if clock and is_started else None,
            days_allowed=_allowed(rule, clock) if clock else None,
            relaxation=relaxation,
            reason=verdict.reason,
            round=number,
            provisional=clock is not None and self._is_provisional(clock),
        )

    def _withheld_on(self, rule: Deadline) -> date | None:
        """ToR 3.2: return when publication was withheld, if this clock waits for it."""
        if rule.stops_on != f"{PracticeReviewPublished.__name__}.at":
            return None
        days = (self.terms.local_day(one.at) for one in self.case.all(PublicationWithheld))
        return min((day for day in days if day <= self.today), default=None)

    def _counted_from(self, rule: Deadline, start: date) -> _Counted | None:
        """Return the due day recorded for this start, or counted; None where no calendar can."""
        recorded = self.counted.get(rule.id, ())
        for one in reversed(recorded):
            if one.clock.counted_from == start:
                return one
        try:
            if recorded:
                set_by, named = recorded[-1].set_by, recorded[-1].clock.calendar
                calendar = self.calendars(named.id, named.version)
            else:
                calendar = self.calendars(self.terms.calendar, None)
                set_by = _set_now(rule, start, calendar)
            due = due_on(set_by, start, calendar)
        except (CalendarError, CalendarGapError):
            return None
        return _Counted(Clock(rule.id, start, due, calendar_ref(calendar)), set_by)

    def _verdict(
        self,
        rule: Deadline,
        holder: Terms,
        events: Sequence[AnyEvent],
        *,
        start: date | None,
        stop: date | None,
        clock: Clock | None,
        excused: Relaxation | None,
        withheld: date | None,
    ) -> "_Verdict":
        """Return what became of a clock, and why."""
        if self.ended_otherwise is not None:
            return _Verdict(ClockState.ENDED_OTHERWISE, self.ended_otherwise[1])
        if start is None:
            return self._before_start(rule, events, stop)
        if stop is not None and stop < start:
            because = f"it would have stopped on {stop}, before it started on {start}"
            return _Verdict(ClockState.UNDETERMINED, because, Reason.IMPOSSIBLE_ORDER)
        if withheld:
            return _Verdict(ClockState.WITHHELD, f"publication was withheld on {withheld}")
        return self._once_started(holder, clock, stop, excused)

    def _once_started(
        self, holder: Terms, clock: Clock | None, stop: date | None, excused: Relaxation | None
    ) -> "_Verdict":
        """Return the state of a clock by its days alone."""
        if clock is None:
            because = "the calendar does not reach its due day"
            return _Verdict(ClockState.UNDETERMINED, because, Reason.CALENDAR_GAP)
        state = self._by_the_days(clock, stop)
        is_late = state in (ClockState.OVERDUE, ClockState.MET_LATE)
        if excused is not None and is_late and self._is_excused(stop, excused, holder):
            because = f"{state.replace('-', ' ')}; {excused.says}{_learnt(excused, holder)}"
            return _Verdict(ClockState.RELAXED, because)
        return _Verdict(state)

    def _is_excused(self, stop: date | None, excused: Relaxation, holder: Terms) -> bool:
        return (stop or self.today) <= (excused.last_day(holder.national) or date.max)

    def _before_start(
        self, rule: Deadline, events: Sequence[AnyEvent], stop: date | None
    ) -> "_Verdict":
        """Return the state of a clock that no recorded day has started."""
        received = next(iter(self.case.all(NotificationReceived)), None)
        code = received and received.notification_class
        of_another_class = rule.only_for_classes and code and code not in rule.only_for_classes
        if of_another_class or start_of(rule, events, self.terms) is not None:
            return _Verdict(ClockState.NOT_STARTED)
        if stop is not None:
            because = "it has stopped, and the day it counts from is unknown"
            return _Verdict(ClockState.UNDETERMINED, because, Reason.NOT_KNOWN)
        sent = (e for e in events if isinstance(e, ReportSentToPanel))
        was_sent = any(self.terms.local_day(event.at) <= self.today for event in sent)
        if rule.starts_on.startswith(f"{PanelDiscussionNoted.__name__}.") and was_sent:
            because = "the day of the Panel's meeting is not known yet"
            return _Verdict(ClockState.UNDETERMINED, because, Reason.NOT_KNOWN)
        return _Verdict(ClockState.NOT_STARTED)

    def _by_the_days(self, clock: Clock, stop: date | None) -> ClockState:
        if stop is not None:
            return ClockState.MET if stop <= clock.due else ClockState.MET_LATE
        return ClockState.RUNNING if self.today <= clock.due else ClockState.OVERDUE

    def _is_provisional(self, clock: Clock) -> bool:
        try:
            calendar = self.calendars(clock.calendar.id, clock.calendar.version)
        except CalendarError:
            return False
        return calendar.is_provisional(clock.due)

    def _days(self, rule: Deadline, clock: Clock, until: date) -> int | None:
        """Return the days a clock ran, or None where its calendar cannot say."""
        if rule.unit is not Unit.WORKING_DAYS:
            return max(0, (until - clock.counted_from).days)
        try:
            calendar = self.calendars(clock.calendar.id, clock.calendar.version)
            return calendar.count(clock.counted_from, until, counting_day=rule.counts_day_of_start)
        except (CalendarError, CalendarGapError):
            return None


class _Verdict(NamedTuple):
    state: ClockState
    because: str = ""
    reason: Reason | None = None


def _relaxation(holder: Terms, rule: Deadline, clock: Clock) -> Relaxation | None:
    """Return the national relaxation that the days of a clock meet, if one does."""
    for one in holder.national.relaxations:
        last = one.last_day(holder.national) or date.max
        if rule.id in one.deadlines and clock.counted_from <= last and clock.due >= one.since:
            return one
    return None


def _learnt(relaxation: Relaxation, holder: Terms) -> str:
    """Return the erratum by which a relaxation is read, in words."""
    learnt = relaxation.learnt(holder.national)
    return f" ({learnt.says}; learnt on {learnt.learnt_on})" if learnt else ""


def _set_now(rule: Deadline, start: date, calendar: WorkingCalendar) -> DeadlineSet:
    """Return what would set a clock that nobody has set; it is recorded nowhere."""
    return DeadlineSet.model_construct(
        at=datetime.min.replace(tzinfo=UTC),
        due=start,
        deadline=rule.id,
        counted_from=start,
        length=rule.length,
        unit=rule.unit,
        counts_day_of_start=rule.counts_day_of_start,
        calendar=calendar_ref(calendar),
        clause=rule.clause,
    )


def _ended_otherwise(case: Case, terms: Terms, today: date) -> tuple[date, str] | None:
    """ToR 1: return when and why it turned out that no rapid review is held, if it did."""
    received = next(iter(case.all(NotificationReceived)), None)
    if received is not None:
        known_class = terms.classes.get(received.notification_class)
        if known_class is not None and not known_class.opens_review:
            because = f"a notification of class {known_class.code} opens no rapid review"
            return terms.local_day(received.at), because
    days = (terms.local_day(one.at) for one in case.all(NotificationCriteriaFoundNotMet))
    day = min((day for day in days if day <= today), default=None)
    return None if day is None else (day, "the notification criteria were found not met")


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
