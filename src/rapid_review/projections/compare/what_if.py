"""What if: a case read again under other terms, or another calendar (ToR 5(a), 6, 7.3).

This is only hypothetical. What happened stays as it happened, and what followed from the terms now
follows from the other ones: the clocks are set again and counted with the other calendar, each
attendance is held to the other quorum, adoption is automatic or not, and the other rules are
asked. Nothing of it is recorded, and no recorded due day is touched.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.case import Case, replay
from rapid_review.domain.clocks import clocks_started
from rapid_review.domain.entry import Entry
from rapid_review.domain.registry import STEPS
from rapid_review.domain.statement import with_other
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import AsOf, Calendars, CaseHistory, effective_entries
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.clocks import clocks, clocks_of
from rapid_review.projections.case.duties import duties_of
from rapid_review.projections.case.findings import Found, broken_rules
from rapid_review.projections.case.judgement import undone
from rapid_review.projections.compare.clock_changes import ClockChange, clock_changes
from rapid_review.projections.editions import InForce, in_force


class Supposed(NamedTuple):
    """What is supposed: other terms, another calendar, or both.

    Attributes:
        terms: the terms to read each case under; None for those it is held under.
        calendar: the calendar that counts the days. None for the calendar of the terms, in the
            version that counted the case's clocks last, so that only the terms make a difference;
            if it has counted none of them, in its newest version.
    """

    terms: Terms | None = None
    calendar: WorkingCalendar | None = None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One case as it is, and as it would be read.

    Attributes:
        case: its reference.
        clocks: the clocks whose verdict would change: as recorded, and as supposed.
        found_before: what is found as recorded, and would no longer be.
        found_after: what would be found, and is not as recorded.
    """

    case: str
    clocks: tuple[ClockChange, ...] = ()
    found_before: tuple[Found, ...] = ()
    found_after: tuple[Found, ...] = ()

    @property
    def changes_a_verdict(self) -> bool:
        """Whether the verdict on a clock or on a rule would change."""
        moved = any(clock.changes_state for clock in self.clocks)
        return moved or bool(self.found_before or self.found_after)


def what_if(history: CaseHistory, supposed: Supposed, as_of: AsOf) -> WhatIf:
    """Return what would change in one case under other terms or another calendar.

    Args:
        history: the case; it has at least one entry.
        supposed: what to suppose instead.
        as_of: the two times, and the day on which the clocks are read, in both readings.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
        CalendarError: the calendar that the case names is not available.
    """
    reference, terms, earlier = history.entries[0].case, history.terms, history.earlier
    stands = effective_entries(history.entries, as_of)
    case = replay(entry.event for entry in stands)
    other = supposed.terms or history.terms_of(case)
    calendar = supposed.calendar or _counting_calendar(case, other.calendar, history.calendars)
    as_recorded = clocks(history, as_of)
    would_be = tuple(_entries_under(other, stands, case, calendar))
    as_supposed = _read_clocks(would_be, other, calendar, as_of.moment(other))
    end = as_of.end(other)
    found = (
        *broken_rules(stands, terms, earlier=earlier),
        *_undone(stands, in_force(case.standing, terms, earlier), as_recorded, end),
    )
    would_find = (
        *broken_rules(would_be, other),
        *_undone(would_be, ((date.min, other),), as_supposed, end),
    )
    return WhatIf(
        reference,
        clock_changes(as_recorded, as_supposed),
        _missing_from(would_find, found),
        _missing_from(found, would_find),
    )


def _missing_from(others: Iterable[Found], these: Iterable[Found]) -> tuple[Found, ...]:
    """Return which of these findings the others lack.

    Supposing other terms may rename the event of an entry, such as an attendance. What is found
    in the entry is then the same.
    """
    known = [(one.version, one.finding) for one in others]
    return tuple(one for one in these if (one.version, one.finding) not in known)


def _undone(
    entries: Iterable[Entry], editions: InForce, read: Iterable[ClockReading], end: datetime
) -> Iterator[Found]:
    """Yield the duties that can no longer be done in time, by what had happened by a day's end."""
    then = replay(one.event for one in entries if one.event.at <= end)
    yield from undone(duties_of(then, editions, read, end.date()))


def _counting_calendar(case: Case, calendar: str, calendars: Calendars) -> WorkingCalendar:
    """Return a calendar in the version that counted the case's clocks last, else the newest."""
    for event in reversed(case.standing):
        if isinstance(event, did.DUE_DAYS) and event.calendar.id == calendar:
            return calendars(calendar, event.calendar.version)
    return calendars(calendar, None)


_FOLLOWS_FROM_TERMS: Final = (*did.DUE_DAYS, did.TermsReplaced)
_DECIDED_AGAIN: Final[dict[type[did.Event], type[ask.Command]]] = {
    did.QuorumConfirmed: ask.RecordAttendance,
    did.QuorumNotMet: ask.RecordAttendance,
    did.DecisionMade: ask.MakeDecision,
    did.DecisionReconsidered: ask.ReconsiderDecision,
}
"""Events whose kind or contents depend on the terms, and the commands that decide them again."""


def _entries_under(
    terms: Terms, stands: Sequence[Entry], case: Case, calendar: WorkingCalendar
) -> Iterator[Entry]:
    """Yield what happened, with what would have followed from these terms; clocks left out."""
    automatic: dict[did.AnyEvent, Entry] = {
        entry.event: entry
        for entry in stands
        if isinstance(entry.event, did.DecisionAdopted) and entry.event.automatic
    }
    for entry in stands:
        event = entry.event
        if isinstance(event, _FOLLOWS_FROM_TERMS):
            continue
        if isinstance(event, did.DecisionAdopted) and event.automatic:
            continue  # it follows from the decision, where these terms say so
        if isinstance(event, did.NotificationReceived):
            yield _with_event(entry, with_other(event, {"terms": terms.ref}))
        elif (asked := _DECIDED_AGAIN.get(type(event))) is not None:
            command = asked.model_validate(
                {name: getattr(event, name) for name in asked.model_fields}
            )
            makes = STEPS[asked].makes
            events = (event,) if makes is None else makes(command, case, terms, calendar)
            yield from (_with_event(automatic.get(one, entry), one) for one in events)
        else:
            yield entry


def _with_event(entry: Entry, event: did.AnyEvent) -> Entry:
    return with_other(entry, {"event": event})


def _read_clocks(
    would_be: Iterable[Entry], terms: Terms, calendar: WorkingCalendar, as_of: datetime
) -> tuple[ClockReading, ...]:
    """Return the clocks as these terms would set them and this calendar would count them."""
    case = replay(entry.event for entry in would_be)
    started = clocks_started(case, terms, calendar, at=as_of)
    case = replay((*case.standing, *started))
    on = terms.local_day(as_of)
    return clocks_of(case, terms, on=on, calendars=lambda _, __: calendar)
