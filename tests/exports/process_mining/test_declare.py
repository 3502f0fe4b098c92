"""DECLARE constraints say what our rules say: on thousands of cases, the same of every event."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given, settings

from docs.traceability import rules
from rapid_review import calendars
from rapid_review.domain.case import replay
from rapid_review.domain.clocks import opens_review
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import (
    AgencyReportFiled,
    AgencyReportRequested,
    AnyEvent,
    CaseClosed,
    MeetingConvened,
    NotificationReceived,
    QuorumNotMet,
)
from rapid_review.domain.registry import REGISTRY
from rapid_review.domain.rules.meeting import quorum_by_terms
from rapid_review.exports.process_mining.declare import Template, constraints
from rapid_review.exports.process_mining.declare_check import Broken, broken
from rapid_review.exports.trace import Trace
from rapid_review.projections.as_of import AsOf, CaseHistory, effective_entries
from rapid_review.projections.case.clock_reading import ClockState
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.findings import findings
from rapid_review.testing.strategies import History, histories
from tests.domain.a_review import CLOSE, CONVENE, KENT, LINK, RECEIVE, changed, recorded
from tests.exports.a_case import traced, true_and_disordered, written_down
from tests.how_many import in_proportion
from tests.projections.a_record import entries_of

CONSTRAINTS = constraints(KENT)
ORDERING = [one for one in CONSTRAINTS if one.template is not Template.RESPONDED_EXISTENCE]
LAST_DAY = datetime(2199, 12, 31, tzinfo=UTC)
TEMPLATE = {constraint.rule: constraint.template for constraint in ORDERING}
NAMES = TEMPLATE.keys()


ASKS_MORE: Final = {"meeting_is_quorate", "everyone_was_told"}
"""Rules that ask more than an order: who sat in the seats, and which report was answered."""
ONLY_COMMANDED: Final = "clock_has_started"
"""The rule that is asked of a command alone: what nobody says is no fact to be judged."""


def found_wrong(entries: Sequence[Entry]) -> set[Broken]:
    """Return which rules of those names do not hold, and of which entries."""
    return {
        Broken(name, one.version)
        for one in findings(CaseHistory(entries, KENT, calendars.load))
        if one.version is not None
        if (name := one.finding.code.replace("-", "_")) in NAMES
    }


def broken_by_days(trace: Trace, rule: str, *, event_comes_last: bool) -> set[Broken]:
    """Return what breaks a rule's constraints where each day went in one order.

    Within a day comes first what waives or undoes. Then the event follows its target, or else it
    comes before it.
    """
    found: set[Broken] = set()
    for one in ORDERING:
        if one.rule != rule:
            continue
        target = {activity.kind for activity in one.target.any_of}
        event = set(one.activation)
        then, last = (target, event) if event_comes_last else (event, target)
        by_day = [
            changed_at(entry, 2 if entry.event.kind in last else int(entry.event.kind in then))
            for entry in trace.entries
        ]
        found.update(broken(replace(trace, entries=tuple(by_day)), [one]))
    return found


def changed_at(entry: Entry, hour: int) -> Entry:
    """Return an entry whose event happened at this hour of its day."""
    day = KENT.local_day(entry.event.at)
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return entry.model_copy(update={"event": changed(entry.event, at=at)})


def called_short_and_was_not(stands: Sequence[Entry]) -> bool:
    """Say whether an attendance by the name of a short one had all seats filled."""
    case = replay(entry.event for entry in stands)
    return any(quorum_by_terms(one, case, KENT).quorate for one in case.all(QuorumNotMet))


def classes_differ(stands: Sequence[Entry]) -> bool:
    """Say whether one notification of a case opens a review and another does not."""
    received = [one.event for one in stands if isinstance(one.event, NotificationReceived)]
    return len({opens_review(one, KENT) for one in received}) > 1


class Tally:
    """How often each rule was broken, and kept, by an event of which it was asked."""

    def __init__(self) -> None:
        self.broken: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()

    def judge(self, events: Sequence[AnyEvent]) -> None:
        """Hold both verdicts on a case to be the same but for what days make of it, and count.

        The rules compare days and DECLARE knows none, so what happened on one day with something
        else may be out of order for one of them alone; some order of that day then is so, or
        keeps it. What precedes the receipt has a finding of its own, and is left out.
        """
        entries = written_down(events)
        stands = effective_entries(entries)
        receipts = [e.event.at for e in stands if isinstance(e.event, NotificationReceived)]
        receipt = KENT.local_day(min(receipts, default=LAST_DAY))
        days = {entry.version: KENT.local_day(entry.event.at) for entry in stands}
        asked = {
            Broken(rule.__name__, entry.version)
            for entry in stands
            for rule in REGISTRY[type(entry.event)].asked
            if receipts and days[entry.version] >= receipt
        }
        if classes_differ(stands):  # DECLARE goes by the latest, and our rule by the first
            asked = {one for one in asked if one.rule != "review_is_held"}
        ours = found_wrong(entries) & asked
        told = {one for one in broken(traced(events), ORDERING) if one.rule != ONLY_COMMANDED}
        declared = told & asked
        for one in {one for one in ours if one.rule not in ASKS_MORE} - declared:
            assert one in broken_by_days(traced(events), one.rule, event_comes_last=True), one
        for one in declared - ours:
            if one.rule == "meeting_is_quorate" and called_short_and_was_not(stands):
                continue  # DECLARE knows the name of an attendance, and our rule its seats
            needs = TEMPLATE[one.rule] is Template.PRECEDENCE
            assert one not in broken_by_days(traced(events), one.rule, event_comes_last=needs), one
        self.broken.update(one.rule for one in ours)
        self.kept.update(one.rule for one in asked - ours)


def test_of_two_notifications_declare_takes_the_latest_and_our_rule_the_first() -> None:
    """ToR 1: so of such a case, which has a finding of its own, they may say otherwise."""
    none = next(code for code, one in KENT.classes.items() if not one.opens_review)
    closed = changed(RECEIVE, notification_class=none)
    first, again = (
        recorded(NotificationReceived, one, terms=KENT.ref)
        for one in (closed, changed(RECEIVE, at=RECEIVE.at + timedelta(hours=1)))
    )
    events = (first, again, recorded(MeetingConvened, CONVENE))
    entries = written_down(events)
    asked = Broken("review_is_held", 3)
    assert asked in found_wrong(entries)
    assert asked not in broken(traced(events), ORDERING)
    assert classes_differ(entries)
    Tally().judge(events)


@settings(max_examples=in_proportion(40))
@given(true_and_disordered())
def test_declare_and_our_rules_come_to_the_same_verdict(
    pair: tuple[Sequence[AnyEvent], Sequence[AnyEvent]],
) -> None:
    """ToR 5 to 8: of every event of a true history, and of a disordered one."""
    for events in pair:
        Tally().judge(events)


@pytest.mark.faults
def test_they_come_to_the_same_verdict_on_thousands_of_cases() -> None:
    """ToR 5 to 8: and each rule is seen kept, and broken.

    But that the notification comes first: of what follows the receipt it always holds.
    """
    tally = Tally()

    @settings(max_examples=2000)  # of two cases each: to make one takes longer than to judge both
    @given(true_and_disordered())
    def of_true_and_disordered_ones(pair: tuple[Sequence[AnyEvent], Sequence[AnyEvent]]) -> None:
        for events in pair:
            tally.judge(events)

    of_true_and_disordered_ones()
    broken_by_some = NAMES - {"notification_comes_first", ONLY_COMMANDED}
    assert min(tally.broken[name] for name in broken_by_some) > 5, tally.broken
    assert min(tally.kept[name] for name in NAMES) > 5, tally.kept


def test_the_constraints_cover_every_rule_that_orders_events() -> None:
    """Every other rule says what one event may say, and cannot be put so."""
    of_one_event = {
        *("index_child_is_named", "rationale_is_given"),
        *("class_is_known", "seat_is_known", "shared_seats_are_known", "manner_is_allowed"),
        *("attended_seats_are_known", "one_person_one_seat", "experts_fill_no_seat"),
        *("meeting_was_quorate", "criteria_are_known"),
        *("every_criterion_is_weighed", "outcome_is_permitted", "manner_decides"),
        *("style_and_methodology_are_given", "earlier_learning_was_weighed"),
        *("publication_and_proportion_were_weighed", "partner_adopts", "limbs_are_known"),
        *("every_limb_is_addressed", "recipient_is_known"),
        *("version_follows", "version_comes_once", "collation_exists"),  # they compare numbers
        "answered_letter_was_logged",  # most letters answer none
    }
    assert {rule.__name__ for rule in rules()} - NAMES == of_one_event


def test_a_duplicate_may_close_and_leaves_no_clock_open() -> None:
    """ToR 8.1: as our rules have it; without the link the closing breaks one."""
    twice = changed(LINK, process="duplicate-of", reference="KM-2020-002")
    for links, wrong in (((), True), ((twice,), False)):
        case = entries_of(RECEIVE, *links, recorded(CaseClosed, CLOSE))
        found = {one.rule for one in broken(traced([one.event for one in case]), CONSTRAINTS)}
        assert ("everyone_was_told" in found) is wrong
        assert ("clock_rapid-review_stops" in found) is wrong


@given(histories())
def test_what_is_asked_and_not_answered_is_open(history: History) -> None:
    """ToR 7.4: an agency that never answered, asked however often."""
    requested = {one.agency for one in history.case.all(AgencyReportRequested)}
    filed = {one.agency for one in history.case.all(AgencyReportFiled)}
    found = {
        one.version
        for one in broken(traced(history.events), CONSTRAINTS)
        if one.rule == "requested_agencies_respond"
    }
    entries = effective_entries(written_down(history.events))
    unanswered = {
        entry.event.agency
        for entry in entries
        if isinstance(entry.event, AgencyReportRequested) and entry.version in found
    }
    assert unanswered == requested - filed


@given(histories())
def test_a_clock_that_runs_is_open_and_one_that_stopped_is_not(history: History) -> None:
    """ToR 5(a), 7.8: as compliance reads it on the last of days."""
    entries = written_down(history.events)
    names = {one.rule for one in CONSTRAINTS}
    read = {
        f"clock_{clock.rule.id}_stops": clock
        for clock in clocks(CaseHistory(entries, KENT, calendars.load), AsOf(read_on=LAST_DAY))
    }
    found = {one.rule for one in broken(traced(history.events), CONSTRAINTS)}
    running = {
        name
        for name, clock in read.items()
        if name in names
        and clock.counted_from is not None
        and clock.stopped_on is None
        and clock.state is not ClockState.ENDED_OTHERWISE
    }
    assert found & read.keys() == running
