"""What became of one clock, and why, once its days are known (ToR 5(a), 7.3, 7.8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from rapid_review.domain.case import Case, Clock, of_kinds
from rapid_review.domain.clocks import start_of
from rapid_review.domain.events import (
    NotificationReceived,
    PanelDiscussionNoted,
    ReportSentToPanel,
)
from rapid_review.domain.team_events import PanelNotified
from rapid_review.domain.terms.deadlines import (
    HAPPENED,
    KNOWN,
    PANEL_NOTIFIED,
    Deadline,
    Ends,
    dated,
)
from rapid_review.domain.terms.rule_sets import Relaxation
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.case.attendance_kinds import ByKind
from rapid_review.projections.case.clock_reading import ClockState, Reason
from rapid_review.projections.case.impossible_days import why_impossible


class Verdict(NamedTuple):
    """What became of a clock; `ClockReading` says what each field means."""

    state: ClockState
    because: str = ""
    reason: Reason | None = None


NOT_STARTED: Final = Verdict(ClockState.NOT_STARTED)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Judges the clocks of one case on one day.

    Attributes:
        case: the case.
        terms: the terms in force for it.
        today: the day of the reading.
        ended_otherwise: when and why it turned out that no review is held here, if it did.
    """

    case: Case
    terms: Terms
    today: date
    ended_otherwise: tuple[date, str] | None

    def on(
        self,
        rule: Deadline,
        holder: Terms,
        events: ByKind,
        *,
        start: date | None,
        stop: date | None,
        clock: Clock | None,
        excused: Relaxation | None,
        ends: Ends,
    ) -> Verdict:
        """Return what became of a clock, and why.

        Args:
            rule: the clock.
            holder: the terms that hold it.
            events: what is in effect in its round, by kind.
            start: the day from which it counts; None if it has not started.
            stop: the day on which it stopped; None if it runs.
            clock: its due day as it was calculated; None if the calendar does not reach it.
            excused: the national relaxation by which it may be excused.
            ends: what a stop on that day means.
        """
        # First, because it also ends a clock that had already stopped (reading I-28).
        if self.ended_otherwise is not None:
            return Verdict(ClockState.ENDED_OTHERWISE, self.ended_otherwise[1])
        if start is None:
            return self._before_start(rule, events, stop)
        because = why_impossible(
            rule, self.case, events, self.terms, start=start, stop=stop, today=self.today
        )
        if because:
            return Verdict(ClockState.UNDETERMINED, because, Reason.IMPOSSIBLE_ORDER)
        if stop is not None and ends is not Ends.MET:
            withheld = ends is Ends.WITHHELD
            state = ClockState.WITHHELD if withheld else ClockState.ENDED_OTHERWISE
            what = "publication was withheld" if withheld else "the event that ends it happened"
            return Verdict(state, f"{what} on {stop}")
        if stop is None and (unknown := self._unknown_day((one.on for one in rule.stops), events)):
            return unknown
        return self._once_started(holder, clock, stop, excused)

    def _once_started(
        self, holder: Terms, clock: Clock | None, stop: date | None, excused: Relaxation | None
    ) -> Verdict:
        """Return the verdict on a clock that has started, by its days alone."""
        if clock is None:
            because = "the calendar does not reach its due day"
            return Verdict(ClockState.UNDETERMINED, because, Reason.CALENDAR_GAP)
        state = self._by_the_days(clock, stop)
        if excused is not None and state.is_late and self._is_excused(stop, excused, holder):
            because = f"{state.replace('-', ' ')}; {excused.says}{_erratum(excused, holder)}"
            return Verdict(ClockState.RELAXED, because)
        return Verdict(state)

    def _is_excused(self, stop: date | None, excused: Relaxation, holder: Terms) -> bool:
        # After the last day that the relaxation excuses, the clock counts as late (I-12).
        return (stop or self.today) <= holder.national.excuses_until[excused.id]

    def _before_start(self, rule: Deadline, events: ByKind, stop: date | None) -> Verdict:
        """Return the verdict on a clock that no recorded day has started."""
        # A start on a later day than that of the reading has not happened yet (I-23).
        if start_of(rule, of_kinds(events, rule.starting_kinds), self.terms) is not None:
            return NOT_STARTED
        if stop is not None:
            because = "it has stopped, but the day from which it counts is not known"
            return Verdict(ClockState.UNDETERMINED, because, Reason.NOT_KNOWN)
        if unknown := self._unknown_day((rule.starts_on,), events):
            return unknown
        sent = events.get(ReportSentToPanel.__name__, ())
        was_sent = any(self.terms.local_day(event.at) <= self.today for event in sent)
        if rule.starts_on.startswith(f"{PanelDiscussionNoted.__name__}.") and was_sent:
            because = "the day of the Panel's meeting is not known yet"
            return Verdict(ClockState.UNDETERMINED, because, Reason.NOT_KNOWN)
        return NOT_STARTED

    def _unknown_day(self, points: Iterable[str], events: ByKind) -> Verdict | None:
        """Return the verdict if one of these happened, and nobody knows on which day (I-30)."""
        for point in points:
            if point not in _OPEN_DAYS:
                continue
            kind, what = _OPEN_DAYS[point]
            for event in events.get(kind, ()):
                if dated(event, point) is None and self.terms.local_day(event.at) <= self.today:
                    because = f"{what}, but the day is not known"
                    return Verdict(ClockState.UNDETERMINED, because, Reason.NOT_KNOWN)
        return None

    def _by_the_days(self, clock: Clock, stop: date | None) -> ClockState:
        if stop is not None:
            return ClockState.MET if stop <= clock.due else ClockState.MET_LATE
        return ClockState.RUNNING if self.today <= clock.due else ClockState.OVERDUE


_OPEN_DAYS: Final[Mapping[str, tuple[str, str]]] = {
    PANEL_NOTIFIED: (PanelNotified.__name__, "the Panel was notified"),
    KNOWN: (NotificationReceived.__name__, "the local authority learnt of the incident"),
    HAPPENED: (NotificationReceived.__name__, "the incident happened"),
}
"""By point: the kind of event that may leave its day open, and what happened."""


def relaxation_of(holder: Terms, rule: Deadline, clock: Clock) -> Relaxation | None:
    """Return the national relaxation that applies to the days of a clock, if any."""
    for one in holder.national.relaxations:
        if rule.id not in one.deadlines:
            continue
        last = holder.national.excuses_until[one.id]
        if clock.counted_from <= last and clock.due >= one.since:
            return one
    return None


def _erratum(relaxation: Relaxation, holder: Terms) -> str:
    """Return in words the erratum by which a relaxation is read; empty if there is none."""
    erratum = relaxation.learnt(holder.national)
    return f" ({erratum.says}; learnt on {erratum.learnt_on})" if erratum else ""
