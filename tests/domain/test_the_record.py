"""The record itself: corrections, due days calculated again, terms replaced. Nothing is edited."""

from collections.abc import Iterator
from datetime import date
from typing import Final

import pytest

from rapid_review.domain.beside_events import KINDS_BESIDE_CASES
from rapid_review.domain.case import Case, evolve, replay
from rapid_review.domain.clocks import calendar_ref
from rapid_review.domain.commands import CorrectRecord, ReckonDeadlineAgain
from rapid_review.domain.decisions import decide
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import (
    AnyEvent,
    DeadlineReckonedAgain,
    DeadlineSet,
    DecisionAdopted,
    DecisionMade,
    MemberInformed,
    NotificationReceived,
    PanelDiscussionNoted,
    QuorumConfirmed,
    QuorumNotMet,
    RecordCorrected,
    TermsReplaced,
)
from rapid_review.domain.imported_history import events_to_record
from rapid_review.domain.registry import findings
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.vocabulary import Unit
from rapid_review.testing import Given, given
from tests.domain.a_review import (
    ASSESSED,
    ATTEND,
    BEFORE_THE_FUNERAL,
    CLOSED,
    DECIDE,
    DECIDED,
    DISCUSS,
    ENGLAND,
    INFORM,
    KENT,
    LATER,
    LATER_KENT,
    MET,
    RECEIVE,
    REPLACE,
    SEATS,
    SENT,
    at,
    changed,
    recorded,
    seated,
    varied,
)
from tests.golden.entries import ENTRIES


def entry(history: Given, kind: type[AnyEvent]) -> int:
    """Return the number of the last entry of this kind."""
    numbers = [n for n, event in enumerate(history.events, start=1) if type(event) is kind]
    return numbers[-1]


def correct(version: int, replacement: AnyEvent | None, because: str = "it was") -> CorrectRecord:
    """Return a correction of an entry, or its retraction."""
    return CorrectRecord(at=LATER, version=version, because=because, replacement=replacement)


def found_wrong(case: Case) -> Iterator[Finding]:
    """Ask the rules of every standing event, each with the events that are before it."""
    for place, event in enumerate(case.standing):
        for finding in findings(event, type(event), replay(case.standing[:place]), KENT):
            if finding.verdict is not Verdict.HOLDS:
                yield finding


# --- A due day is calculated again only when somebody says so

DIED_ON = changed(RECEIVE, at=at("2022-09-08 10:00"))
AGAIN = ReckonDeadlineAgain(
    at=at("2022-09-12 09:00"), deadline="rapid-review", because="a bank holiday was proclaimed"
)


def test_a_due_day_is_calculated_again_as_often_as_somebody_asks_on_another_day() -> None:
    """I-7, I-8: in the same words too, as after a second proclamation."""
    first = given(DIED_ON, calendar=BEFORE_THE_FUNERAL)
    second = given(*first.events, AGAIN, calendar=ENGLAND)
    back = given(
        *second.events, changed(AGAIN, at=at("2022-09-13 09:00")), calendar=BEFORE_THE_FUNERAL
    )
    assert back.case.review.clocks["rapid-review"].due == date(2022, 9, 29)
    given(*back.events, calendar=ENGLAND).when(
        changed(AGAIN, at=at("2022-09-13 17:00"))
    ).then_nothing_happens()
    once_more = given(*back.events, changed(AGAIN, at=at("2022-09-14 09:00")), calendar=ENGLAND)
    assert once_more.case.review.clocks["rapid-review"].due == date(2022, 9, 30)


def test_a_bank_holiday_proclaimed_inside_a_running_clock_moves_nothing_by_itself() -> None:
    """ToR 5(a), 7.3: received on 8 September 2022, before the funeral of the 19th was known.

    The calendar of 9 September gives 29 September, and that stays the recorded due day, whatever
    calendar counts what comes later.
    """
    before = given(DIED_ON, calendar=BEFORE_THE_FUNERAL)
    after = given(*before.events, INFORM, calendar=ENGLAND)
    assert after.case.review.clocks["rapid-review"].due == date(2022, 9, 29)


def test_the_same_clock_calculated_again_with_the_holiday_ends_a_day_later() -> None:
    """ToR 5(a), 7.3: both answers are events; the old one stays, with its calendar."""
    before = given(DIED_ON, calendar=BEFORE_THE_FUNERAL)
    given(*before.events, calendar=ENGLAND).when(AGAIN).then(
        DeadlineReckonedAgain(
            at=AGAIN.at,
            deadline="rapid-review",
            because=AGAIN.because,
            counted_from=date(2022, 9, 8),
            old_due=date(2022, 9, 29),
            due=date(2022, 9, 30),
            old_calendar=calendar_ref(BEFORE_THE_FUNERAL),
            calendar=calendar_ref(ENGLAND),
        )
    )
    after = given(*before.events, AGAIN, calendar=ENGLAND)
    dues = [e.due for e in after.case.all(DeadlineSet) if e.deadline == "rapid-review"]
    assert dues == [date(2022, 9, 29)]
    assert after.case.review.clocks["rapid-review"].due == date(2022, 9, 30)


IN_2026: Final = changed(RECEIVE, at=at("2026-03-02 09:00"))
"""Beyond the calendar of September 2022, which ends with that year."""


def test_a_clock_that_no_calendar_reached_is_set_once_it_is_calculated() -> None:
    """ToR 7.3: the notification was recorded all the same; with it are set the others."""
    before = given(IN_2026, calendar=BEFORE_THE_FUNERAL)
    assert {event.deadline for event in before.case.all(DeadlineSet)} == {"notify-panel"}
    asked = changed(AGAIN, at=at("2026-03-10 09:00"))
    made = decide(asked, before.case, KENT, ENGLAND)
    assert [(one.deadline, one.due) for one in made if isinstance(one, DeadlineSet)] == [
        ("rapid-review", date(2026, 3, 23)),
        ("decision", date(2026, 3, 23)),
    ]


def test_a_clock_of_earlier_terms_is_calculated_by_the_length_it_was_set_with() -> None:
    """ToR 7.3: the terms of now do not hold it, and it runs on."""
    national = KENT.national.model_copy(update={"deadlines": (), "relaxations": ()})
    without = varied(KENT, deadlines=(), national=national)
    before = given(DIED_ON, calendar=BEFORE_THE_FUNERAL)
    (again,) = decide(AGAIN, before.case, without, ENGLAND)
    assert isinstance(again, DeadlineReckonedAgain)
    assert again.due == date(2022, 9, 30)


def test_of_a_clock_that_never_started_there_is_nothing_to_calculate_as_history() -> None:
    """ToR 7.3: history refuses nothing but nonsense, and has nothing to count here."""
    case = given(RECEIVE).case
    asked = changed(AGAIN, deadline="panel-feedback")
    assert decide(asked, case, KENT, ENGLAND, as_history=True) == ()


def test_a_clock_that_never_started_is_not_calculated_again() -> None:
    """ToR 7.3: those that did are listed."""
    given(RECEIVE).when(changed(AGAIN, deadline="panel-feedback")).then_refused(
        clause="ToR 7.3", because="no clock 'panel-feedback'", way_on="decision, notify-panel"
    )


def test_the_same_calendar_has_nothing_new_to_say() -> None:
    """ToR 7.3.

    Calculation again with the recorded calendar records nothing, nor does repeating.
    """
    given(RECEIVE).when(changed(AGAIN, deadline="decision")).then_nothing_happens()
    before = given(DIED_ON, calendar=BEFORE_THE_FUNERAL)
    given(*before.events, AGAIN, calendar=ENGLAND).when(AGAIN).then_nothing_happens()


# --- Corrections


def test_a_wrong_person_is_corrected() -> None:
    """ToR 8.2: the entry stays as recorded, and the replacement is in its place."""
    informed = given(RECEIVE, INFORM)
    right = recorded(MemberInformed, changed(INFORM, person="P-2"))
    version = entry(informed, MemberInformed)
    informed.when(correct(version, right)).then(
        RecordCorrected(at=LATER, version=version, because="it was", replacement=right)
    )
    case = given(*informed.events, correct(version, right)).case
    assert case.all(MemberInformed) == (right,)
    assert case.recorded[version - 1] == recorded(MemberInformed, INFORM)


def test_an_entry_that_does_not_exist_is_not_corrected() -> None:
    """The record: how many entries there are is said, and where to look."""
    given(RECEIVE).when(correct(9, None)).then_refused(
        clause="the record",
        because="you asked to correct entry 9, and this case has only entries 1 to 4",
    )
    given().when(correct(1, None)).then_refused(clause="ToR 7.3", because="no notification")


def test_what_stands_so_already_needs_no_correction() -> None:
    """The record: correcting to what is in effect, or twice, records nothing."""
    informed = given(RECEIVE, INFORM)
    version = entry(informed, MemberInformed)
    informed.when(correct(version, informed.events[-1])).then_nothing_happens()
    retract = correct(version, None)
    given(*informed.events, retract).when(retract).then_nothing_happens()


def test_the_latest_correction_holds_even_if_it_was_said_before() -> None:
    """The record: one person, then another, then the first again: three corrections."""
    informed = given(RECEIVE, INFORM)
    version = entry(informed, MemberInformed)
    one = recorded(MemberInformed, changed(INFORM, person="P-1"))
    two = recorded(MemberInformed, changed(INFORM, person="P-2"))
    first, second = correct(version, one), correct(version, two)
    again = given(*informed.events, first, second)
    again.when(first).then(
        RecordCorrected(at=LATER, version=version, because="it was", replacement=one)
    )


def test_moving_the_receipt_brings_the_clocks_new_calculation_with_it() -> None:
    """ToR 7.3: it came on 5 May and not on the 4th; what the authority knew has not moved."""
    received = given(RECEIVE)
    notification = received.events[0]
    assert isinstance(notification, NotificationReceived)
    on_the_fifth = changed(notification, at=at("2020-05-05 09:30"))
    correction, *moved = received.when(correct(1, on_the_fifth)).events
    assert isinstance(correction, RecordCorrected)
    assert [type(event) for event in moved] == [DeadlineReckonedAgain] * 2
    for event, deadline in zip(moved, ("rapid-review", "decision"), strict=True):
        assert isinstance(event, DeadlineReckonedAgain)
        assert (event.deadline, event.counted_from) == (deadline, date(2020, 5, 5))
        assert (event.old_due, event.due) == (date(2020, 5, 27), date(2020, 5, 28))


def test_retracting_a_correction_brings_back_what_it_replaced() -> None:
    """ToR 7.3: the receipt, and with it the due day, counted again from where it was."""
    received = given(RECEIVE)
    moved = changed(received.events[0], at=at("2020-05-05 09:30"))
    corrected = given(*received.events, correct(1, moved))
    back = given(*corrected.events, correct(entry(corrected, RecordCorrected), None)).case
    assert back.last(NotificationReceived) == received.events[0]
    assert back.review.clocks["rapid-review"].counted_from == date(2020, 5, 4)
    assert back.review.clocks["rapid-review"].due == date(2020, 5, 27)


def test_another_class_of_notification_sets_the_clocks_aside_and_back_again() -> None:
    """ToR 1, 7.3: a class that opens no review has no clocks; its correction has them again."""
    received = given(RECEIVE)
    other = changed(received.events[0], notification_class="looked-after-child-death")
    aside = given(*received.events, correct(1, other))
    assert not aside.case.review.clocks
    assert not aside.case.all(DeadlineSet)
    again = given(*aside.events, correct(1, received.events[0])).case
    assert again.review.clocks == received.case.review.clocks


def test_a_case_cannot_be_without_its_notification() -> None:
    """ToR 7.3: neither retracted, nor by way of a correction of a correction."""
    received = given(RECEIVE, INFORM)
    received.when(correct(1, None)).then_refused(
        clause="the record", because="every case needs one", way_on="FindCriteriaNotMet"
    )
    retracting = correct(entry(received, MemberInformed), None)
    corrected = given(*received.events, retracting)
    by_a_detour = RecordCorrected(at=LATER, version=1, because="it was", replacement=None)
    corrected.when(correct(entry(corrected, RecordCorrected), by_a_detour)).then_refused(
        clause="the record", because="the replacement for entry 6 is itself a correction"
    )


def test_a_replacement_keeps_the_terms_that_were_pinned() -> None:
    """The record: terms are changed by replacing them, not by correcting the notification."""
    received = given(RECEIVE)
    other = changed(received.events[0], terms=LATER_KENT.ref)
    received.when(correct(1, other)).then_refused(
        clause="the record", because="names other terms", way_on="use ReplaceTerms"
    )


def test_clocks_are_not_corrected_by_hand() -> None:
    """ToR 7.3: they follow from other entries."""
    received = given(RECEIVE)
    received.when(correct(entry(received, DeadlineSet), None)).then_refused(
        clause="the record", because="of kind DeadlineSet, which is calculated", way_on="Reckon"
    )
    before = given(DIED_ON, calendar=BEFORE_THE_FUNERAL)
    again = given(*before.events, AGAIN, calendar=ENGLAND)
    again.when(correct(entry(again, DeadlineReckonedAgain), None)).then_refused(
        clause="the record", because="of kind DeadlineReckonedAgain, which is calculated"
    )


def test_an_event_is_replaced_by_one_of_its_own_kind() -> None:
    """The record: another kind is recorded by its own command, after a retraction."""
    informed = given(RECEIVE, INFORM)
    informed.when(correct(5, informed.events[0])).then_refused(
        clause="the record",
        because="is a MemberInformed, and its replacement is a NotificationReceived",
    )


def test_a_corrected_attendance_unmakes_no_decision_and_is_found() -> None:
    """ToR 6.2: the truth must be recordable; the decision stands, and the rules now find it."""
    decided = given(*DECIDED)
    assert list(found_wrong(decided.case)) == []
    without_police = changed(ATTEND, sat=seated(*(seat for seat in SEATS if seat != "police")))
    truth = recorded(QuorumNotMet, without_police, empty_seats=("police",))
    corrected = given(*decided.events, correct(entry(decided, QuorumConfirmed), truth))
    assert corrected.case.last(DecisionMade) == recorded(DecisionMade, DECIDE)
    meeting, finding = found_wrong(corrected.case)
    assert (meeting.clause, meeting.verdict) == ("ToR 6.2", Verdict.IRREGULAR)
    assert (finding.clause, finding.verdict) == ("ToR 6.2", Verdict.FORBIDDEN)
    assert "empty seats: police" in finding.because


def test_an_attendance_may_be_corrected_into_a_quorum() -> None:
    """ToR 6.2: the two outcomes of an attendance replace each other; the group may then decide."""
    nobody = changed(ATTEND, sat=())
    inquorate = given(*MET[:-1], nobody)
    quorate = recorded(QuorumConfirmed, ATTEND)
    fixed = given(*inquorate.events, correct(entry(inquorate, QuorumNotMet), quorate))
    assert given(*fixed.events, ASSESSED[-1]).when(DECIDE).events


def test_a_closed_case_is_corrected_without_being_opened() -> None:
    """The record: the truth needs no reopening."""
    closed = given(*CLOSED)
    version = entry(closed, QuorumConfirmed)
    assert closed.when(correct(version, None)).events


# --- Corrections of what starts a clock later than the receipt

DISCUSSED = (*SENT, DISCUSS)


def test_retracting_the_panels_meeting_sets_its_clock_aside() -> None:
    """ToR 7.8: it had not met; when it does, its ten days start again."""
    discussed = given(*DISCUSSED)
    retract = correct(entry(discussed, PanelDiscussionNoted), None)
    discussed.when(retract).then(
        RecordCorrected(at=LATER, version=retract.version, because="it was"),
        RecordCorrected(at=LATER, version=retract.version + 1, because="it was"),
    )
    july = changed(DISCUSS, discussed_on=date(2020, 7, 7))
    clocks = given(*discussed.events, retract, july).case.review.clocks
    assert clocks["panel-feedback"].due == date(2020, 7, 21)


def test_a_clock_that_was_calculated_again_is_set_aside_as_a_whole() -> None:
    """ToR 7.8: set with the calendar of then, calculated again, and then its meeting retracted."""
    in_2022 = changed(DISCUSS, discussed_on=date(2022, 9, 13))
    before = given(*SENT, in_2022, calendar=BEFORE_THE_FUNERAL)
    feedback = changed(AGAIN, deadline="panel-feedback")
    again = given(*before.events, feedback, calendar=ENGLAND)
    assert again.case.review.clocks["panel-feedback"].due == date(2022, 9, 28)
    retract = correct(entry(again, PanelDiscussionNoted), None)
    aside = given(*again.events, retract)
    assert "panel-feedback" not in aside.case.review.clocks
    recalculated = given(*aside.events, in_2022)
    assert recalculated.case.review.clocks["panel-feedback"].due == date(2022, 9, 28)
    aside.when(feedback).then_refused(clause="ToR 7.3", because="no clock 'panel-feedback'")


def test_a_clock_set_aside_is_not_brought_back_by_hand() -> None:
    """ToR 7.8: it follows from the Panel's meeting, which is what may be brought back."""
    discussed = given(*DISCUSSED)
    aside = given(*discussed.events, correct(entry(discussed, PanelDiscussionNoted), None))
    aside.when(correct(entry(aside, RecordCorrected), None)).then_refused(
        clause="the record", because="which is calculated from other entries"
    )
    meeting_again = correct(entry(aside, RecordCorrected) - 1, None)
    back = given(*aside.events, meeting_again).case
    assert back.review.clocks == discussed.case.review.clocks


# --- Terms replaced


def test_new_terms_are_replaced_and_not_corrected() -> None:
    """The record: they follow from no other entry, so none is named to be corrected."""
    replaced = given(*given(RECEIVE).events, REPLACE, terms=LATER_KENT)
    replaced.when(correct(entry(replaced, TermsReplaced), None)).then_refused(
        clause="the record", because="no correction changes the terms", way_on="ReplaceTerms"
    )


def test_a_case_goes_on_under_other_terms() -> None:
    """The record: from and to, and why; the running clocks keep their due days."""
    received = given(RECEIVE)
    replaced = given(*received.events, terms=LATER_KENT)
    replaced.when(REPLACE).then(
        TermsReplaced(at=LATER, because="a new edition", old_terms=KENT.ref, terms=LATER_KENT.ref)
    )
    after = given(*received.events, REPLACE, terms=LATER_KENT).case
    assert after.review.clocks == received.case.review.clocks
    assert after.review.terms == LATER_KENT.ref


def test_terms_are_replaced_by_those_that_are_given_to_decide_by() -> None:
    """The record: others' id is refused; and a case comes first."""
    given(RECEIVE).when(REPLACE).then_refused(
        clause="the record", because="`decide` received terms kent-and-medway-2020-05"
    )
    given(terms=LATER_KENT).when(REPLACE).then_refused(clause="ToR 7.3", because="no notification")


def test_terms_that_hold_already_replace_nothing() -> None:
    """The record: the same terms are no change."""
    given(RECEIVE).when(changed(REPLACE, terms=KENT.id)).then_nothing_happens()
    received = given(RECEIVE)
    given(*received.events, REPLACE, terms=LATER_KENT).when(REPLACE).then_nothing_happens()


def test_clocks_that_new_terms_add_start_and_no_correction_moves_the_others() -> None:
    """ToR 7.3: a milestone of the new edition, counted from the receipt; then a typing error.

    The new edition also counts its fifteen days from the meeting. The clock that runs was counted
    from the receipt, and a correction of something else does not move it.
    """
    milestone = Deadline(
        id="reports-in",
        title="Agencies' reports are in",
        clause="local",
        starts_on="NotificationReceived.at",
        stops_on="ReportsCollated.at",
        length=7,
        unit=Unit.WORKING_DAYS,
        owed_by="partnership-team",
    )
    fifteen, *others = KENT.deadlines
    from_the_meeting = changed(fifteen, starts_on="MeetingConvened.meets_at")
    edition = varied(LATER_KENT, deadlines=(from_the_meeting, *others, milestone))
    before = given(*MET, INFORM)
    replaced = given(*before.events, REPLACE, terms=edition)
    assert replaced.case.review.clocks["reports-in"].due == date(2020, 5, 14)
    retract = correct(entry(before, MemberInformed), None)
    replaced.when(retract).then(
        RecordCorrected(at=LATER, version=retract.version, because="it was")
    )


def test_a_clock_that_the_new_terms_do_not_know_stays_as_it_is() -> None:
    """ToR 7.8: nobody knows any more what would start it, so no correction moves it."""
    without = varied(LATER_KENT, deadlines=KENT.deadlines[:-1])
    assert "panel-feedback" not in without.clocks
    discussed = given(*DISCUSSED)
    replaced = given(*discussed.events, REPLACE, terms=without)
    retract = correct(entry(discussed, PanelDiscussionNoted), None)
    replaced.when(retract).then(
        RecordCorrected(at=LATER, version=retract.version, because="it was")
    )


# --- Exports and readings are recorded beside the cases

BESIDE: Final = pytest.mark.parametrize("kind", sorted(KINDS_BESIDE_CASES))


@BESIDE
def test_an_export_or_a_reading_stands_in_no_case(kind: str) -> None:
    """The record: whatever history it is said to be part of, it has no meaning there."""
    event = ENTRIES[kind].event
    for history, why in (
        ((), "no notification"),
        (given(RECEIVE).events, f"{kind} cannot be part"),
    ):
        with pytest.raises(Refused, match=why):
            events_to_record((*history, event), KENT, lambda _: KENT, lambda _: ENGLAND)


@BESIDE
def test_an_export_or_a_reading_changes_no_case(kind: str) -> None:
    """ToR 7.3: folding is total, and a case that held one would be as it was."""
    case = given(*SENT).case
    assert evolve(case, ENTRIES[kind].event).review == case.review


@BESIDE
def test_nothing_of_a_case_is_corrected_into_an_export_or_a_reading(kind: str) -> None:
    """The record: what is in place of an entry is of its own kind."""
    wrong = CorrectRecord(at=LATER, version=1, because="no", replacement=ENTRIES[kind].event)
    with pytest.raises(Refused, match="of the same kind"):
        decide(wrong, given(*SENT).case, KENT, ENGLAND)


def test_a_decision_that_is_corrected_takes_its_automatic_adoption_with_it() -> None:
    """ToR 5(b): the terms make the adoption follow by itself, so it moves, and goes, with it."""
    before = given(*DECIDED)
    place = entry(before, DecisionMade)
    later = changed(before.events[place - 1], at=at("2020-05-20 14:30"))
    moved = given(*before.events, correct(place, later))
    assert [one.at for one in moved.case.all(DecisionAdopted)] == [later.at]
    gone = given(*before.events, correct(place, None))
    assert not gone.case.all(DecisionAdopted)
    reworded = changed(before.events[place - 1], rationale="in other words")
    assert len(given(*before.events, correct(place, reworded)).events) == len(before.events) + 1
    back = given(*gone.events, correct(len(before.events) + 1, None, "it was right"))
    assert back.case.all(DecisionAdopted) == before.case.all(DecisionAdopted)


def test_an_adoption_that_was_stated_for_a_day_of_its_own_stays_on_that_day() -> None:
    """ToR 5(b): an imported history dates it later than the decision; it did not follow it."""
    before = given(*DECIDED)
    stated = changed(before.case.all(DecisionAdopted)[0], at=at("2020-05-22 10:00"))
    others = (event for event in before.events if not isinstance(event, DecisionAdopted))
    history = given(*others, stated)
    place = entry(history, DecisionMade)
    for change in ({"rationale": "in other words"}, {"at": at("2020-05-20 14:30")}):
        corrected = given(
            *history.events, correct(place, changed(history.events[place - 1], **change))
        )
        assert corrected.case.all(DecisionAdopted) == (stated,)


def test_an_adoption_that_was_retracted_for_its_own_sake_does_not_return_with_the_decision() -> (
    None
):
    """ToR 5(b): the decision's own retraction, undone, undoes only what it brought."""
    before = given(*DECIDED)
    adopted, decided = entry(before, DecisionAdopted), entry(before, DecisionMade)
    retracted = given(*before.events, correct(adopted, None))
    gone = given(*retracted.events, correct(decided, None))
    back = given(*gone.events, correct(len(retracted.events) + 1, None, "it was right"))
    assert back.case.all(DecisionMade) == before.case.all(DecisionMade)
    assert not back.case.all(DecisionAdopted)


def test_an_adoption_that_has_moved_already_is_not_moved_again() -> None:
    """ToR 5(b): only the day of its decision moves it, and other words leave it where it is."""
    before = given(*DECIDED)
    place = entry(before, DecisionMade)
    later = changed(before.events[place - 1], at=at("2020-05-20 14:30"))
    moved = given(*before.events, correct(place, later))
    reworded = given(*moved.events, correct(place, changed(later, rationale="in other words")))
    assert len(reworded.events) == len(moved.events) + 1
    assert [one.at for one in reworded.case.all(DecisionAdopted)] == [later.at]
