"""What became of every clock of a case (ToR 5(a), 7.3, 7.8); for the rules see `findings`.

A clock is met if it stopped on or before its due day, by the terms' own midnight; from the day
after the due day it is late. Nothing here refuses anything: a late review is still to be done.

National guidance may have relaxed a limit for a time. A partnership's own clock keeps its verdict,
and the relaxation is named beside it. Only a national clock is itself read as relaxed, and only
where it would otherwise be late.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from rapid_review.domain.case import (
    Case,
    due_days_recorded,
    events_by_kind,
    of_kinds,
    replay,
)
from rapid_review.domain.clock_stops import stop_of
from rapid_review.domain.clocks import may_run, runs_again, start_of
from rapid_review.domain.duplicates import duplicate_links
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import TermsError, shown
from rapid_review.domain.events import NotificationCriteriaFoundNotMet, TermsReplaced
from rapid_review.domain.panel_rounds import panel_rounds
from rapid_review.domain.terms.deadlines import Deadline, Ends
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import (
    AsOf,
    Calendars,
    CaseHistory,
    effective_entries,
    entries_as_of,
    settled,
)
from rapid_review.projections.case.attendance_kinds import (
    ByKind,
    clocks_depend_on_quorum,
    with_attendances_by_quorum,
)
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.clock_verdicts import (
    NOT_STARTED,
    Verdicts,
    relaxation_of,
)
from rapid_review.projections.case.due_days import (
    DueDays,
    as_started,
    counted_by_clock,
    days_allowed,
    days_run,
)
from rapid_review.projections.editions import held_on, in_force, replaced


def clocks(history: CaseHistory, as_of: AsOf) -> tuple[ClockReading, ...]:
    """Read every clock of one case, started or not, on the day of `as_of`.

    For the case as it had happened by a time, a due day counts even if it was calculated later,
    because its start was corrected or imported.

    Args:
        history: the case; it is read under the terms that held by then.
        as_of: the two times, and the day of the reading.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
    """
    # All that was recorded, not only what had happened by then: a calculation that moves a start
    # says what the start always was.
    recorded = entries_as_of(history.entries, as_of._replace(happened_by=None))
    case = replay(entry.event for entry in effective_entries(recorded, as_of))
    held, editions = history.terms_of(case), (*history.earlier, history.terms)
    if case.last(TermsReplaced) is not None:  # it may be dated after the day of the reading
        held = held_on(as_of.day(held), in_force(case.standing, history.terms, history.earlier))
    counted = counted_by_clock((entry.event for entry in settled(recorded)), as_of.happened_by)
    due_days = DueDays([entry.event for entry in recorded], counted, history.calendars)
    day, running = as_of.day(held), frozenset(due_days.by_clock)
    if later := _later_terms(history, recorded, case, day):
        editions = tuple(one for one in editions if one.ref not in [of.ref for of in later])
        # A clock that only later terms have has not begun, though its due day is recorded (I-24).
        running -= _clocks_in(later) - _clocks_in(editions)
    return _Reader.of(case, due_days, held, editions, day).read_all(running, editions)


def _later_terms(
    history: CaseHistory, recorded: Iterable[Entry], case: Case, day: date
) -> tuple[Terms, ...]:
    """Return the terms to which a case is moved after the time, or the day, of a reading.

    Args:
        history: the case.
        recorded: all its entries, also those that had not happened.
        case: the case as it had happened.
        day: the day of the reading.
    """
    if not history.earlier:
        return ()
    so_far = in_force(case.standing, history.terms, history.earlier)
    held = [edition.ref for since, edition in so_far if since <= day]
    in_effect = [entry.event for entry in effective_entries(recorded)]
    moves = in_force(in_effect, history.terms, history.earlier)
    return tuple(edition for _, edition in moves if edition.ref not in held)


def _clocks_in(editions: Iterable[Terms]) -> frozenset[str]:
    return frozenset(id_ for edition in editions for id_ in edition.clocks)


def clocks_of(
    case: Case, terms: Terms, *, on: date, calendars: Calendars, earlier: Sequence[Terms] = ()
) -> tuple[ClockReading, ...]:
    """Read every clock of a case as it is, started or not, on one day.

    The readings are those of `clocks`, for callers that have the case but no entries.

    Args:
        case: the case as it is.
        terms: the terms in force for it.
        on: the local day of the reading.
        calendars: gives a calendar by id and version, to count the days taken.
        earlier: other editions that the case was held under; clocks started under them run on.

    Raises:
        TermsError: a clock is running that none of the terms given holds.
    """
    counted = counted_by_clock(due_days_recorded(case), None)
    due_days = DueDays(case.recorded, counted, calendars)
    return _Reader.of(case, due_days, terms, earlier, on).read_all(due_days.by_clock, earlier)


def _rules(
    running: Iterable[str], terms: Terms, earlier: Sequence[Terms]
) -> Iterator[tuple[Deadline, Terms, bool]]:
    """Yield every clock of the terms, then running clocks that only earlier terms have.

    Each comes with the terms that hold it, and whether it is a clock of national guidance instead
    of the partnership's own.
    """
    own = terms.own_clocks
    for id_, rule in terms.clocks.items():
        yield rule, terms, id_ not in own
    for id_ in sorted(set(running) - terms.clocks.keys()):
        holder = next((one for one in reversed(earlier) if id_ in one.clocks), None)
        if holder is None:
            raise TermsError(
                f"clock {shown(id_)} is running, and terms {terms.id} do not have it. Give the "
                "terms under which it started as well"
            )
        yield holder.clocks[id_], holder, id_ not in holder.own_clocks


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one case's clocks on one day."""

    case: Case
    due_days: DueDays
    terms: Terms
    today: date
    verdicts: Verdicts
    whole: ByKind
    """What is in effect, by kind."""
    panel_rounds: Sequence[ByKind]
    """The same for each round of the Panel; most cases have only one."""
    replaced: Sequence[tuple[date, Terms]]
    """The terms that others replaced, each with its last day; none in most cases."""

    @classmethod
    def of(
        cls, case: Case, due_days: DueDays, terms: Terms, earlier: Sequence[Terms], today: date
    ) -> Self:
        ended, rounds = _ended_otherwise(case, terms, today), panel_rounds(case, terms, by=today)
        by_round = [case.by_kind] if len(rounds) == 1 else list(map(events_by_kind, rounds))
        whole = case.by_kind
        moved, by_quorum = case.last(TermsReplaced), clocks_depend_on_quorum((terms, *earlier))
        # Asked only where it matters: the read model reads the clocks of every case.
        editions = in_force(case.standing, terms, earlier) if moved or by_quorum else ()
        if by_quorum:
            whole, *by_round = (
                with_attendances_by_quorum(one, case, editions) for one in (whole, *by_round)
            )
        verdicts = Verdicts(case, terms, today, ended)
        gone = tuple(replaced(editions))
        return cls(case, due_days, terms, today, verdicts, whole, by_round, gone)

    def read_all(
        self, running: Iterable[str], earlier: Sequence[Terms]
    ) -> tuple[ClockReading, ...]:
        """Read every clock of the terms, then those running that started under earlier ones."""
        readings: list[ClockReading] = []
        for rule, holder, national in _rules(running, self.terms, earlier):
            if holder is not self.terms and not self._has_started(rule, holder):
                continue
            if len(self.panel_rounds) == 1 or not runs_again(rule):
                readings.append(self.read(rule, holder, self.whole, 1, national=national))
                continue
            for number, events in enumerate(self.panel_rounds, start=1):
                readings.append(self.read(rule, holder, events, number, national=national))
        return tuple(readings)

    def _has_started(self, rule: Deadline, holder: Terms) -> bool:
        """Say whether a clock of other terms than those in force has started under these."""
        starting = of_kinds(self.whole, rule.starting_kinds)
        return start_of(rule, starting, holder, by=self.today) is not None

    def read(
        self,
        rule: Deadline,
        holder: Terms,
        events: ByKind,
        number: int,
        *,
        national: bool,
    ) -> ClockReading:
        """Read a clock in one round, from the events that are in effect in that round."""
        runs = may_run(rule, self.case, self.terms)
        start = self._start(rule, events) if runs else None
        stop, ends = self._stop(rule, events) or (None, Ends.MET)
        days, clock, relaxation = self.due_days, None, None
        if start and (counted := days.of(rule, start, self.terms, holder, number)):
            clock = counted.clock
            rule = as_started(rule, counted.set_by)
            relaxation = relaxation_of(holder, rule, clock)
        verdict = NOT_STARTED
        if runs:
            excused = relaxation if national else None
            days_of = {"start": start, "stop": stop}
            verdict = self.verdicts.on(
                rule, holder, events, **days_of, clock=clock, excused=excused, ends=ends
            )
        ended = self.verdicts.ended_otherwise
        until = stop or (ended[0] if ended else self.today)
        until = until if start is None or rule.before else max(start, until)
        ran = days_run(rule, clock, until, verdict.reason, self.due_days.calendars)
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
            days_taken=ran.taken,
            days_unknown=ran.unknown,
            days_allowed=days_allowed(rule, clock) if clock else None,
            relaxation=relaxation and holder.national.with_their_ends[relaxation.id],
            reason=verdict.reason,
            round=number,
            provisional=ran.marks.provisional,
            one_source=ran.marks.one_source,
        )

    def _stop(self, rule: Deadline, events: ByKind) -> tuple[date, Ends] | None:
        """Return when a clock stopped, and how.

        What met it under terms that were replaced since goes by those, for they held then (I-24).
        """
        for last, terms in self.replaced:
            if then := terms.clocks.get(rule.id):
                stopped = self._stop_under(terms, then, events, min(last, self.today))
                if stopped is not None and stopped[1] is Ends.MET:
                    return stopped
        return self._stop_under(self.terms, rule, events, self.today)

    def _stop_under(
        self, terms: Terms, rule: Deadline, events: ByKind, by: date
    ) -> tuple[date, Ends] | None:
        stopping = of_kinds(events, rule.stopping_kinds)
        return stop_of(rule, self.case, stopping, terms, by=by)

    def _start(self, rule: Deadline, events: ByKind) -> date | None:
        starting = of_kinds(events, rule.starting_kinds)
        counting = self.due_days.counting(rule, self.terms)
        return start_of(rule, starting, self.terms, counting, by=self.today)


def _ended_otherwise(case: Case, terms: Terms, today: date) -> tuple[date, str] | None:
    """ToR 1, 8.1: return when and why it turned out that no review is held here, if it did."""
    found = [
        (terms.local_day(one.at), "the notification criteria were found not met")
        for one in case.all(NotificationCriteriaFoundNotMet)
    ]
    found += [
        (
            terms.local_day(one.at),
            f"this case is a duplicate of {one.reference}, whose clocks count",
        )
        for one in duplicate_links(case)
    ]
    return min((one for one in found if one[0] <= today), default=None)
