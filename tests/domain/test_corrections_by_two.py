"""A correction that one proposes and another approves: what `decide` makes of the two."""

from datetime import timedelta

import pytest

from rapid_review.domain.clauses import RECORD
from rapid_review.domain.commands import ApproveCorrection, CorrectRecord, ProposeCorrection
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import (
    DECISIONS,
    AnyEvent,
    CorrectionApproved,
    CorrectionProposed,
    CriteriaAssessed,
    DecisionMade,
    RecordCorrected,
)
from rapid_review.domain.four_eyes import must_be_by_two, proposed_in
from rapid_review.domain.imported_history import events_to_record
from rapid_review.domain.proposed_corrections import (
    WHAT_DECIDES,
    corrects_a_decision,
    is_about,
    is_of_a_decision,
)
from rapid_review.domain.registry import line_of
from rapid_review.testing import Given, given
from tests.domain.a_review import (
    APPROVE,
    DECIDE,
    DECIDED,
    ENGLAND,
    ERASE,
    INFORM,
    INFORM_ALL,
    KENT,
    LATER,
    RECEIVE,
    TO_CORRECT,
    TO_ERASE,
    changed,
    recorded,
)

MADE = given(*DECIDED)
DECISION = 1 + next(at for at, one in enumerate(MADE.events) if isinstance(one, DecisionMade))
OTHERWISE = recorded(DecisionMade, changed(DECIDE, outcomes=("no-practice-review",)))
TO_DECIDE = ProposeCorrection(at=LATER, version=DECISION, because="w", replacement=OTHERWISE)
NUMBER = MADE.case.version + 1
AGREED = ApproveCorrection(at=LATER, proposal=NUMBER)


def corrected(version: int, replacement: AnyEvent | None = None) -> CorrectRecord:
    """Return a correction by one alone."""
    return CorrectRecord(at=LATER, version=version, because="w", replacement=replacement)


def proposed(*more: object) -> Given:
    """Return a case in which a decision was made, and its correction proposed."""
    return given(*MADE.events, TO_DECIDE, *more)  # type: ignore[arg-type]  # commands, or events


def test_a_decision_takes_two_people_to_correct_and_so_does_what_corrected_it() -> None:
    """ToR 7.6: whatever else is recorded is corrected by one alone."""
    taken = {
        type(event)
        for version, event in enumerate(MADE.events, start=1)
        if is_of_a_decision(version, MADE.case)
    }
    assert taken == {DecisionMade}
    again = proposed(AGREED)
    assert isinstance(again.events[-1], RecordCorrected)
    assert is_of_a_decision(again.case.version, again.case)


def test_a_correction_is_proposed_and_then_made_when_it_is_approved() -> None:
    """The proposal changes nothing in effect; the correction is the one that was proposed."""
    informed = given(RECEIVE, INFORM)
    informed.when(TO_CORRECT).then(recorded(CorrectionProposed, TO_CORRECT))
    asked = given(RECEIVE, INFORM, TO_CORRECT)
    approve = changed(APPROVE, proposal=asked.case.version)
    asked.when(approve).then(
        recorded(CorrectionApproved, approve),
        RecordCorrected(
            at=approve.at,
            version=TO_CORRECT.version,
            because=TO_CORRECT.because,
            replacement=TO_CORRECT.replacement,
        ),
    )
    assert asked.case.review == informed.case.review


def test_said_twice_it_is_proposed_and_approved_once() -> None:
    """Once it was approved the same may be proposed again, after another correction."""
    proposed().when(changed(TO_DECIDE, at=LATER)).then_nothing_happens()
    done = proposed(AGREED)
    done.when(AGREED).then_nothing_happens()
    done.when(TO_DECIDE).then_nothing_happens()
    back = given(*done.events, corrected(DECISION, MADE.events[DECISION - 1]))
    back.when(TO_DECIDE).then_nothing_happens()
    again = changed(TO_DECIDE, at=LATER + timedelta(minutes=1))
    back.when(again).then(recorded(CorrectionProposed, again))


def test_a_proposal_that_waits_is_recorded_once() -> None:
    """Whenever it is said again, and also after somebody approved another one."""
    case = given(RECEIVE, *INFORM_ALL)
    first, last = case.case.version - 1, case.case.version
    waits = ProposeCorrection(at=LATER, version=first, because="w")
    both = given(*case.events, waits, changed(waits, version=last))
    one_approved = given(*both.events, changed(AGREED, proposal=both.case.version))
    for minutes in (1, 2 * 24 * 60):
        once_more = changed(waits, at=LATER + timedelta(minutes=minutes))
        both.when(once_more).then_nothing_happens()
        one_approved.when(once_more).then_nothing_happens()
        otherwise = changed(once_more, because="for another reason")
        one_approved.when(otherwise).then(recorded(CorrectionProposed, otherwise))


def test_what_makes_no_sense_is_not_proposed() -> None:
    """As it would not be corrected."""
    MADE.when(changed(TO_DECIDE, version=99)).then_refused(clause=RECORD, because="99")
    MADE.when(changed(TO_DECIDE, version=1)).then_refused(
        clause=RECORD, because="its replacement is a"
    )


def test_only_a_proposal_that_waits_is_approved() -> None:
    """One that was retracted, or approved, does not, nor does an entry that is none."""
    for case, proposal in ((MADE, NUMBER), (proposed(corrected(NUMBER)), NUMBER), (proposed(), 1)):
        case.when(changed(AGREED, proposal=proposal)).then_refused(
            clause=RECORD, because="does not propose a correction that waits for approval"
        )
    proposed(AGREED).when(changed(AGREED, because="another word")).then_refused(
        clause=RECORD, because="is already recorded"
    )


def test_what_was_taken_up_is_neither_retracted_nor_corrected() -> None:
    """By however many steps; else one alone would undo what two did."""
    case = proposed(AGREED)
    for version in range(NUMBER, NUMBER + 2):
        again = changed(corrected(version), because="again")
        case.when(again).then_refused(clause=RECORD, because="cannot be corrected")
    proposed().when(corrected(NUMBER, OTHERWISE)).then_refused(
        clause=RECORD, because="cannot be corrected"
    )


def test_a_proposal_that_was_retracted_stays_retracted() -> None:
    """Another would else bring back, and approve, what the one who proposed it gave up."""
    case = proposed(corrected(NUMBER))
    for replacement in (None, OTHERWISE):
        case.when(corrected(NUMBER + 1, replacement)).then_refused(
            clause=RECORD, because="cannot be corrected", way_on="propose it again"
        )
    case.when(TO_DECIDE).then(recorded(CorrectionProposed, TO_DECIDE))


def test_what_a_proposal_says_is_not_done_once_its_words_are_to_be_erased() -> None:
    """They would else go on in the correction."""
    order = changed(TO_ERASE, what=Erased.ENTRY, of_person=None, of_entry=NUMBER)
    case = proposed(changed(order, at=LATER), changed(ERASE, at=LATER))
    case.when(AGREED).then_refused(clause=RECORD, because="words that are erased")


def test_a_correction_of_a_proposal_is_about_what_that_proposes() -> None:
    """To retract a proposal about a decision is about the decision; of an assessment it is not."""
    case = proposed().case
    for version in (DECISION, NUMBER):
        assert is_about(corrected(version), case, DECISIONS)
    (assessed,) = (
        number
        for number, event in enumerate(case.recorded, start=1)
        if isinstance(event, CriteriaAssessed)
    )
    assert not is_about(corrected(assessed), case, DECISIONS)
    assert is_about(corrected(assessed), case, WHAT_DECIDES)
    assert not is_about(corrected(2), case, WHAT_DECIDES)


def test_a_decision_is_known_however_it_was_recorded() -> None:
    """Made, put in place of another, or brought back by retracting what replaced it."""
    case = proposed(AGREED).case
    for version in (DECISION, NUMBER + 2):
        assert corrects_a_decision(corrected(version), case)
    retracted = given(*MADE.events, corrected(DECISION)).case
    assert corrects_a_decision(corrected(NUMBER), retracted)
    assert not corrects_a_decision(corrected(2), case)
    assert not corrects_a_decision(corrected(99), case)
    assert corrects_a_decision(corrected(2, OTHERWISE), case)
    with pytest.raises(Refused, match="is about a decision, and one person"):
        must_be_by_two(RecordCorrected(at=LATER, version=DECISION, because="w"), case)
    must_be_by_two(RecordCorrected(at=LATER, version=2, because="w"), case)


def test_a_proposal_says_in_one_line_what_is_to_be() -> None:
    """Which entry, and by what; its reason is sealed."""
    to_retract = recorded(CorrectionProposed, changed(TO_DECIDE, replacement=None))
    assert line_of(to_retract) == f"entry {DECISION} is to be retracted"
    told = line_of(recorded(CorrectionProposed, TO_DECIDE))
    assert told.startswith(f"in place of entry {DECISION} is to stand DecisionMade at 2020-")


def test_it_is_known_in_which_entry_a_correction_was_proposed() -> None:
    """Its author is the one whom the approver must not be."""
    assert proposed_in(recorded(CorrectionApproved, AGREED), proposed().case) == NUMBER


def test_a_history_that_holds_both_is_imported_as_it_was() -> None:
    """What two did elsewhere has happened."""
    events = proposed(AGREED).events
    imported = events_to_record(events, KENT, lambda _: KENT, lambda _: ENGLAND)
    assert imported[: len(events)] == events


def test_there_is_a_case_first() -> None:
    """ToR 7.3."""
    for command in (TO_CORRECT, APPROVE):
        given().when(command).then_refused(clause="ToR 7.3", because="no notification")


def test_an_approval_is_told_of_a_whole_case_and_added_to_none() -> None:
    """In a history from elsewhere it has happened; in a case that is here another does it."""
    approval = recorded(CorrectionApproved, AGREED)
    must_be_by_two(approval, given().case)
    with pytest.raises(Refused, match=f"somebody approved what entry {NUMBER} proposes"):
        must_be_by_two(approval, proposed().case)
