"""What is wrong with a case: rules, orders of days and contradictions, asked of what is in effect.

The answer depends on the set of facts in effect, and never on the order or the route by which
they came into the record. A step breaks a rule by its contents, by a need, or by a bar. What it
needs must be in effect and have happened by the end of the same local day. What bars it must not
have happened before it; of two events at the same time, the earlier entry counts as before.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import accumulate
from typing import Final

from rapid_review.domain.case import Case, evolve
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.clocks import days_that_started
from rapid_review.domain.corrections import NOT_REPLACED
from rapid_review.domain.entry import Entry, as_happened
from rapid_review.domain.errors import CalendarError, listed
from rapid_review.domain.events import (
    DUE_DAYS,
    AnyEvent,
    DeadlineSet,
    NotificationReceived,
    TermsReplaced,
)
from rapid_review.domain.particulars import Decision
from rapid_review.domain.printable import length_in_words
from rapid_review.domain.registry import REGISTRY, Rule
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.rules.contradictions import contradictions
from rapid_review.domain.rules.finding import Kind
from rapid_review.domain.rules.meeting import attendance_of
from rapid_review.domain.rules.order_of_days import days_out_of_order
from rapid_review.domain.rules.outcome import meeting_is_quorate
from rapid_review.domain.rules.panel_and_after import case_is_closed
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Unit
from rapid_review.projections.as_of import NOW, AsOf, CaseHistory, effective_entries, entries_as_of
from rapid_review.projections.case.calculation import Agreement, Recalculation, recalculate
from rapid_review.projections.editions import (
    InForce,
    held_at,
    held_on,
    in_force,
    missing,
    terms_of_then,
)

EDITION: Final = "2026-12-01.2"
"""The edition of the rules; it changes whenever a history is judged otherwise than before.

The wording of a finding may change without a new edition (ADR 0101).
"""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is wrong, and the entry that it is found in.

    Attributes:
        version: the entry; None for a duty, which belongs to the whole case.
        kind: the kind of its event; empty for a duty.
        finding: what is wrong.
    """

    version: int | None
    kind: str
    finding: Finding


def findings(history: CaseHistory, as_of: AsOf = NOW) -> tuple[Found, ...]:
    """Return what is wrong in a case, in the order of entries.

    Each event is judged under the terms that held on its day.

    Args:
        history: the case.
        as_of: as the case had happened and was recorded by then.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    recorded = entries_as_of(history.entries, as_of._replace(happened_by=None))
    stands = effective_entries(recorded, as_of)
    every = (
        *_dated_after_recording(stands, history.terms),
        *broken_rules(stands, history.terms, earlier=history.earlier),
        *_due_days_that_differ(recorded, stands, history),
    )
    return tuple(sorted(every, key=lambda found: found.version or 0))


def broken_rules(
    stands: Iterable[Entry], terms: Terms, *, earlier: Sequence[Terms] = ()
) -> Iterator[Found]:
    """Yield what is wrong with entries in effect, corrections settled; see `findings`."""
    judged = _Judged.of(stands, terms, earlier)
    for place, entry in enumerate(judged.facts):
        event, held = entry.event, judged.terms_on(place)
        if isinstance(event, DUE_DAYS):
            continue  # they follow from other entries
        for finding in (
            *judged.rules(place, held),
            *days_out_of_order(event, judged.whole, held, recorded_at=entry.recorded_at),
            *contradictions(event, judged.whole, held),
        ):
            yield Found(entry.version, event.kind, finding.under(held))


_NEEDED_BEFORE: Final = frozenset[Rule]({case_is_closed})
"""Rules about what must happen before a step, and not only by the end of its day."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is in a case, in the order in which it happened, and the case at each moment."""

    facts: tuple[Entry, ...]
    whole: Case
    until: tuple[Case, ...]
    """The case before the first of the facts, and then after each of them."""
    days: tuple[date, ...]
    editions: InForce

    @classmethod
    def of(cls, stands: Iterable[Entry], terms: Terms, earlier: Sequence[Terms]) -> "_Judged":
        facts = as_happened(stands)
        events = [entry.event for entry in facts]
        grown = accumulate(events, evolve, initial=Case())
        cases = [case.sorted_by_kind() for case in grown]  # each will be asked for many kinds
        days = tuple(terms.local_day(event.at) for event in events)
        editions = in_force(events, terms, earlier)
        if cases[-1].last(TermsReplaced) is not None:
            of_then = terms_of_then(events, editions)
            cases = [replace(case, terms_of_then=of_then) for case in cases]
        whole = cases[-1]
        until = tuple(_with_class_of(case, whole) for case in cases)
        return cls(facts, whole, until, days, editions)

    def terms_on(self, place: int) -> Terms:
        """Return the terms that held on the day of a fact."""
        return held_on(self.days[place], self.editions)

    def rules(self, place: int, terms: Terms) -> Iterator[Finding]:
        """Yield the rules that the fact in a place breaks."""
        event = self.facts[place].event
        row, before = REGISTRY[type(event)], self.until[place]
        for rule in row.rules:
            yield from _if_broken(rule, rule(event, self.whole, terms))
        for rule in row.bars:
            yield from _if_broken(rule, rule(event, before, terms))
        end = place
        while end + 1 < len(self.days) and self.days[end + 1] == self.days[place]:
            end += 1
        for rule in row.needs:
            # Asked twice: what is needed must have happened by then, and still be in effect.
            then = place if rule in _NEEDED_BEFORE else end + 1
            seen = (self.until[then], *(() if rule in _NEEDED_BEFORE else (self.whole,)))
            held = self._terms_of(rule, event, terms)
            if any(rule(event, case, held).verdict is not Verdict.HOLDS for case in seen):
                yield from _if_broken(rule, self._unmet_need(rule, event, then, held))

    def _terms_of(self, rule: Rule, event: AnyEvent, terms: Terms) -> Terms:
        """Return the terms to ask a rule by; for a quorum, those of the meeting's day."""
        if rule is not meeting_is_quorate or not isinstance(event, Decision):
            return terms
        held = attendance_of(event.meeting, self.whole)
        return terms if held is None else held_at(held.at, self.editions)

    def _unmet_need(self, rule: Rule, event: AnyEvent, then: int, terms: Terms) -> Finding:
        """Return what is wrong where a need was not met in the case as it was `then`."""
        found = rule(event, self.whole, terms)
        if found.verdict is not Verdict.HOLDS:
            return found  # the need was never met
        found = rule(event, self.until[then], terms)
        later = next(
            self.days[at]
            for at in range(then, len(self.days))
            if rule(event, self.until[at + 1], terms).verdict is Verdict.HOLDS
        )
        day = terms.local_day(event.at)
        when = f"later, on {later}" if later != day else "later that day"
        because = (
            f"it happened on {day}, and what it needs happened {when}. Until then: {found.because}"
        )
        return replace(found, verdict=Verdict.IRREGULAR, because=because, way_on=_ONE_DAY_IS_WRONG)


_ONE_DAY_IS_WRONG: Final = (
    "If the day of one of the two is wrong, correct it with CorrectRecord. If both are right, "
    "this finding stays."
)


def _with_class_of(case: Case, whole: Case) -> Case:
    """Return a case; before its notification, with the class that the notification will give."""
    if case.last(NotificationReceived) or whole.last(NotificationReceived) is None:
        return case
    review = case.review._replace(notification_class=whole.review.notification_class)
    return replace(case, review=review)


def _if_broken(rule: Rule, finding: Finding) -> Iterator[Finding]:
    """Yield the finding, with the rule's name as its code, if the rule does not hold."""
    if finding.verdict is not Verdict.HOLDS:
        code = getattr(rule, "__name__", "rule").replace("_", "-")
        yield replace(finding, code=code)


def _dated_after_recording(stands: Iterable[Entry], terms: Terms) -> Iterator[Found]:
    """Yield, once for each command, that it was recorded before the day of its events (I-29).

    The hour does not count: where only the day was given, nobody stated one.
    """
    found: set[tuple[str, datetime]] = set()
    for entry in sorted(stands, key=lambda entry: entry.version):
        statement = (entry.command_id, entry.event.at)
        is_later = entry.event.at > entry.recorded_at and not isinstance(entry.event, DUE_DAYS)
        if not is_later or statement in found:
            continue  # as almost every entry, of which no day is asked
        day, recorded_on = terms.local_day(entry.event.at), terms.local_day(entry.recorded_at)
        if day > recorded_on:
            found.add(statement)
            because = f"it is dated {day}, after the day on which it was recorded, {recorded_on}"
            way_on = _STAYS if isinstance(entry.event, _NEVER_REPLACED) else _CORRECT_THE_DAY
            code = "recorded-before-it-happened"
            finding = Finding(RECORD, Verdict.IRREGULAR, because, way_on, Kind.ORDER, code)
            yield Found(entry.version, entry.event.kind, finding)


_NEVER_REPLACED: Final = (*NOT_REPLACED, TermsReplaced)
_CORRECT_THE_DAY: Final = "If the day is wrong, correct it with CorrectRecord."
_STAYS: Final = (
    "No correction changes the day of such an entry, so this finding stays. A proposal that "
    "nobody has approved yet can be retracted with CorrectRecord, and made again."
)


def _due_days_that_differ(
    recorded: Sequence[Entry], stands: Iterable[Entry], history: CaseHistory
) -> Iterator[Found]:
    """ToR 7.3: yield the recorded due days that are not what their calendar gives.

    The same goes for a due day that is counted from a day on which nothing recorded starts its
    clock, or with a length that no terms of the case give.
    """
    standing_now = {entry.version for entry in stands}
    for count in recalculate(recorded, history.calendars):
        because = _why_it_differs(count, recorded, history)
        if because and count.version in standing_now:
            kind = recorded[count.version - 1].event.kind
            finding = Finding(
                RECORD, Verdict.IRREGULAR, because, _AS_RECORDED, Kind.ORDER, "due-day-differs"
            )
            yield Found(count.version, kind, finding)


_AS_RECORDED: Final = (
    "The recorded due day applies. To calculate it again, use ReckonDeadlineAgain."
)


def _why_it_differs(count: Recalculation, recorded: Sequence[Entry], history: CaseHistory) -> str:
    """Say what is wrong with a recorded due day; empty if nothing is."""
    if count.agreement is Agreement.DIFFERS:
        return (
            f"{count.deadline} is recorded as due {count.due}. Calculated again with calendar "
            f"{count.calendar.id} {count.calendar.version}, it is due {count.recounted}"
        )
    if because := _why_its_length_differs(count, recorded, history):
        return because
    if not _may_count_from(count, recorded, history):
        return (
            f"{count.deadline} is recorded as due {count.due}, counted from "
            f"{count.counted_from}, and no entry starts it on that day"
        )
    return ""


def _why_its_length_differs(
    count: Recalculation, recorded: Sequence[Entry], history: CaseHistory
) -> str:
    """Say what is wrong with a clock whose length is in no terms of the case; empty if nothing."""
    event = recorded[count.version - 1].event
    # A due day that was calculated again has the length with which the clock was set.
    if not isinstance(event, DeadlineSet):
        return ""
    given = [rule for _, rule in _rules_of(count.deadline, history)]
    if not given or _measure(event) in map(_measure, given):
        return ""
    # Asked last: it looks through the whole history.
    if missing(recorded, (*history.earlier, history.terms)):
        return ""
    return (
        f"{count.deadline} is recorded with a length of {_length(event)}, and the terms give it "
        f"{listed(map(_length, given))}"
    )


def _measure(clock: Deadline | DeadlineSet) -> tuple[int, Unit, bool]:
    return clock.length, clock.unit, clock.counts_day_of_start


def _length(clock: Deadline | DeadlineSet) -> str:
    counted = ", the first day counted" if clock.counts_day_of_start else ""
    return f"{length_in_words(clock.length, clock.unit)}{counted}"


def _rules_of(deadline: str, history: CaseHistory) -> Iterator[tuple[Terms, Deadline]]:
    """Yield a clock under each of the terms that a case was held under, with those terms."""
    for terms in (*history.earlier, history.terms):
        if (rule := terms.clocks.get(deadline)) is not None:
            yield terms, rule


def _may_count_from(count: Recalculation, recorded: Sequence[Entry], history: CaseHistory) -> bool:
    """Say whether a clock was ever started on the day, under any edition that holds it."""
    events = [entry.event for entry in recorded]
    for terms, rule in _rules_of(count.deadline, history):
        calendar = None
        if terms.receipt_of(rule) is not None:
            try:
                calendar = history.calendars(count.calendar.id, count.calendar.version)
            except CalendarError:
                return True  # without the calendar, the day of receipt is not known
        if count.counted_from in days_that_started(rule, events, terms, calendar):
            return True
    return False
