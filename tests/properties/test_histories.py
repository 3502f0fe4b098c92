"""What holds for every history that came about by commands, and for any events at all."""

from datetime import date, datetime
from functools import reduce

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rapid_review.domain.case import Case, evolve, replay
from rapid_review.domain.clocks import due_on, start_of
from rapid_review.domain.commands import (
    ApproveCorrection,
    Command,
    CorrectRecord,
    ReckonDeadlineAgain,
)
from rapid_review.domain.decisions import decide
from rapid_review.domain.erasures import PROPOSALS
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import (
    AnyEvent,
    CorrectionProposed,
    DeadlineReckonedAgain,
    DeadlineSet,
    NotificationReceived,
    RecordCorrected,
)
from rapid_review.domain.imported_history import events_to_record
from rapid_review.domain.in_effect import effective
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.vocabulary import Unit
from rapid_review.testing import invariants
from rapid_review.testing.speaking import speaker
from rapid_review.testing.strategies import (
    HERE_ALONE,
    History,
    commands,
    days,
    events,
    histories,
    moments,
)
from rapid_review.testing.times import LONDON
from tests.domain.a_review import BEFORE_THE_FUNERAL, ENGLAND, KENT, at, changed

HISTORIES = histories()
ANY_EVENTS = st.builds(
    list[AnyEvent].__add__,
    st.lists(events(), max_size=8),
    st.lists(speaker().of_shape(RecordCorrected), max_size=2),
)


@given(HISTORIES, st.data())
def test_a_case_read_in_two_parts_is_the_case_read_at_once(
    history: History, data: st.DataObject
) -> None:
    """A reader may stop anywhere, keep the case, and go on later."""
    seen_by = data.draw(st.integers(0, len(history.events)))
    invariants.replays_alike(history.case, seen_by)
    invariants.only_corrections_unmake(history.case)


@given(HISTORIES)
def test_saying_an_accepted_command_again_records_nothing(history: History) -> None:
    """At each step of any history, and at another time too: only what is new is recorded."""
    case = Case()
    for command, made in zip(history.commands, history.made, strict=True):
        for event in made:
            case = evolve(case, event)
        assert decide(command, case, history.terms, history.calendar) == ()


@given(HISTORIES)
def test_a_clock_is_set_once_it_started_and_ends_on_a_working_day(history: History) -> None:
    """ToR 5(a), 7.3: in any history, with corrections, and whatever the order of its entries."""
    invariants.due_days_are_working_days(history.events, history.calendar)
    invariants.clocks_run_that_were_started(history.case, history.terms)


@given(HISTORIES)
def test_the_day_of_a_receipt_is_the_day_in_london(history: History) -> None:
    """ToR 7.3: wherever the time was told, London's midnight ends the day (reading I-2)."""
    received, *clocks = history.made[0] if history.made else (None,)
    for clock in clocks:
        assert isinstance(received, NotificationReceived)
        assert isinstance(clock, DeadlineSet)
        if clock.deadline != "notify-panel":
            assert clock.counted_from == received.at.astimezone(LONDON).date()


@given(histories(without=[CorrectRecord]))
def test_only_a_quorate_meeting_decides(history: History) -> None:
    """ToR 6.2, 7.6: no way of asking brings about a decision without its quorum."""
    invariants.only_a_quorate_meeting_decides(history.events)


@given(histories(calendar=BEFORE_THE_FUNERAL), st.data())
def test_a_newer_calendar_moves_no_due_day_by_itself(
    history: History, data: st.DataObject
) -> None:
    """ToR 5(a).

    Whatever is asked, but to calculate again or to correct, recorded due days stay.
    """
    before = history.case
    asked = data.draw(commands(case=before))
    assume(not isinstance(asked, ReckonDeadlineAgain | CorrectRecord | ApproveCorrection))
    after = _asked(before, asked).review.clocks
    assert before.review.clocks.items() <= after.items()


@given(HISTORIES)
def test_every_event_reads_back_as_it_was(history: History) -> None:
    """Written as JSON and read again, an event equals itself, in any zone and at any hour."""
    invariants.reads_back(history.events)


@given(histories(without=HERE_ALONE))
def test_a_history_taken_in_from_elsewhere_is_as_it_was(history: History) -> None:
    """Nothing that commands brought about is refused, left out or added to by an import."""
    imported = events_to_record(history.events, KENT, lambda _: KENT, lambda _: ENGLAND)
    assert imported == history.events


@given(ANY_EVENTS)
def test_events_that_never_happened_read_back_too(any_events: list[AnyEvent]) -> None:
    """Every kind, with every form of its fields, as an import may bring them."""
    invariants.reads_back(any_events)


@given(ANY_EVENTS, st.data())
def test_any_events_in_any_order_make_a_case(
    any_events: list[AnyEvent], data: st.DataObject
) -> None:
    """A case recorded under any old rule opens for ever: folding asks no rule and never fails."""
    some = data.draw(st.permutations(any_events))
    case = replay(some)
    invariants.replays_alike(case, 0)
    invariants.only_corrections_unmake(case)


@given(HISTORIES, st.data())
def test_a_history_that_lost_or_shuffled_entries_still_makes_a_case(
    history: History, data: st.DataObject
) -> None:
    """The same for a real history, of which some was lost and the rest mixed up."""
    kept = data.draw(st.permutations(history.events))
    lost = data.draw(st.integers(0, len(kept)))
    invariants.only_corrections_unmake(replay(kept[lost:]))


@given(HISTORIES, ANY_EVENTS, st.data())
def test_of_any_case_anything_can_be_asked(
    history: History, any_events: list[AnyEvent], data: st.DataObject
) -> None:
    """The answer is events or a refusal, never a fault, and what happens can be folded.

    The case is one that no commands made: anything at all is recorded after a true history.
    """
    case = replay((*history.events, *any_events))
    command = data.draw(commands(case=case))
    try:
        made = decide(command, case, KENT, ENGLAND)
    except Refused:
        return
    assert replay((*case.recorded, *made)) == reduce(evolve, made, case)


@given(HISTORIES, moments(), st.data())
def test_retracting_a_correction_brings_back_what_stood(
    history: History, when: datetime, data: st.DataObject
) -> None:
    """A correction of any entry, undone: the same events stand, and the same clocks run.

    But for a clock whose start became known late: a correction counts it from where it started.
    And but for a proposal that takes two people: once retracted, it stays so.
    """
    before = history.case
    assume(before.version)
    held = before.review.clocks
    starts = {one: start_of(KENT.clocks[one], before.standing, KENT) for one in held}
    assume(all(starts[one] == clock.counted_from for one, clock in held.items()))
    version = data.draw(st.integers(1, before.version))
    recorded = before.recorded[version - 1]
    assume(not isinstance(recorded, (*PROPOSALS, CorrectionProposed)))
    moved = changed(recorded, at=when)
    replacement = data.draw(st.sampled_from([None, moved]))
    correction = CorrectRecord(at=when, version=version, because="b", replacement=replacement)
    after = _asked(before, correction)
    assume(after.version > before.version)
    undo = CorrectRecord(at=when, version=before.version + 1, because="b")
    back = _asked(after, undo)
    assert _said(back, before.version) == _said(before, before.version)
    assert back.review.clocks == before.review.clocks


@given(HISTORIES, st.data())
def test_the_latest_correction_that_was_accepted_is_in_effect(
    history: History, data: st.DataObject
) -> None:
    """Of one entry, this way and that, in the same words each time: the last word holds."""
    case = history.case
    assume(case.version)
    version = data.draw(st.integers(1, case.version))
    recorded = case.recorded[version - 1]
    said = st.sampled_from([None, recorded, changed(recorded, at=at("2021-05-04 09:00"))])
    for replacement in data.draw(st.lists(said, min_size=2, max_size=5)):
        correction = CorrectRecord(
            at=recorded.at, version=version, because="b", replacement=replacement
        )
        try:
            made = decide(correction, case, KENT, ENGLAND)
        except Refused:
            continue
        case = reduce(evolve, made, case)
        assert effective(case.recorded).get(version) == replacement


def _asked(case: Case, command: Command) -> Case:
    """Return the case after a command; the same if it is refused."""
    try:
        made = decide(command, case, KENT, ENGLAND)
    except Refused:
        return case
    return replay((*case.recorded, *made))


def _said(case: Case, up_to: int) -> dict[int, AnyEvent]:
    """Return what stands of the first entries; clocks, which follow from others, aside.

    Corrections are aside too: of an adoption that goes with its decision, a new one may put in
    place what an earlier one did.
    """
    follows = (DeadlineSet, DeadlineReckonedAgain, RecordCorrected)
    return {
        version: event
        for version, event in effective(case.recorded).items()
        if version <= up_to and not isinstance(event, follows)
    }


@pytest.mark.parametrize("unit", Unit)
@given(one=days(), other=days(), length=st.integers(1, 40), counts=st.booleans())
def test_a_later_receipt_is_never_due_earlier(
    unit: Unit, one: date, other: date, length: int, *, counts: bool
) -> None:
    """ToR 5(a), 7.8: whatever is counted, and whether or not the first day counts."""
    earlier, later = sorted((one, other))
    deadline = Deadline(
        id="any",
        title="Any",
        clause="local",
        starts_on="NotificationReceived.at",
        stops_on="DecisionMade.at",
        length=length if unit is not Unit.MONTHS else length % 12,
        unit=unit,
        counts_day_of_start=counts and unit is Unit.WORKING_DAYS,
        owed_by="anyone",
    )
    assert due_on(deadline, earlier, ENGLAND) <= due_on(deadline, later, ENGLAND)
    assert due_on(deadline, earlier, ENGLAND) >= earlier
