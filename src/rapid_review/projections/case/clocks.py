"""What became of every clock of a case (ToR 5(a), 7.3, 7.8); for the rules see `findings`.

A clock is met if it stopped on or before its due day, by the terms' own midnight; from the day
after the due day it is late. Nothing here refuses anything: a late review is still to be done.

Two readings of lateness stand side by side. A partnership's own clock keeps its own verdict; where
national guidance had loosened that limit, the relaxation is named beside it. Only a national clock
is itself read as relaxed, and only where it would else be late.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

from rapid_review.domain.case import Case, Clock, effective, replay
from rapid_review.domain.clocks import (
    calendar_ref,
    due_on,
    is_of_another_class,
    rounds,
    start_of,
    stop_of,
)
from rapid_review.domain.errors import CalendarError, CalendarGapError, TermsError, shown
from rapid_review.domain.events import (
    AnyEvent,
    NotificationCriteriaFoundNotMet,
    NotificationReceived,
    PanelDiscussionNoted,
    PracticeReviewPublished,
    PublicationWithheld,
    ReportSentToPanel,
)
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.rule_sets import Relaxation
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Unit
from rapid_review.projections.as_of import (
    AsOf,
    Calendars,
    CaseHistory,
    effective_entries,
    entries_as_of,
    settled,
)
from rapid_review.projections.case.clock_reading import ClockReading, ClockState, Reason
from rapid_review.projections.case.due_days import (
    Counted,
    as_started,
    counted_by_clock,
    days_allowed,
    is_provisional,
    set_now,
)


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
    counted = counted_by_clock((entry.event for entry in settled(recorded)), as_of.happened_by)
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
    counted = counted_by_clock(effective(case.recorded).values(), None)
    return _Reader.of(case, counted, terms, on, calendars).read_all(earlier)


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
    counted: Mapping[str, Sequence[Counted]]
    terms: Terms
    today: date
    calendars: Calendars
    ended_otherwise: tuple[date, str] | None

    @classmethod
    def of(
        cls,
        case: Case,
        counted: Mapping[str, Sequence[Counted]],
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
        rule = rule if counted is None else as_started(rule, counted.set_by)
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
            days_allowed=days_allowed(rule, clock) if clock else None,
            relaxation=relaxation,
            reason=verdict.reason,
            round=number,
            provisional=clock is not None
            and is_provisional(
                clock.due, (clock.calendar.id, clock.calendar.version), self.calendars
            ),
        )

    def _withheld_on(self, rule: Deadline) -> date | None:
        """ToR 3.2: return when publication was withheld, if this clock waits for it."""
        if rule.stops_on != f"{PracticeReviewPublished.__name__}.at":
            return None
        days = (self.terms.local_day(one.at) for one in self.case.all(PublicationWithheld))
        return min((day for day in days if day <= self.today), default=None)

    def _counted_from(self, rule: Deadline, start: date) -> Counted | None:
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
                set_by = set_now(rule, start, calendar)
            due = due_on(set_by, start, calendar)
        except (CalendarError, CalendarGapError):
            return None
        return Counted(Clock(rule.id, start, due, calendar_ref(calendar)), set_by)

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
        if is_of_another_class(rule, self.case):
            return _Verdict(ClockState.NOT_STARTED)
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
        if start_of(rule, events, self.terms) is not None:
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
