"""What the document asks for, and what became of it by a day (ToR 7, 8)."""

from datetime import date, timedelta

import pytest

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.terms.terms import Duties
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.duties import Duty, DutyState, duties
from rapid_review.projections.case.duty_table import DUTIES
from rapid_review.testing.oracle import disagreements_in
from tests.domain.a_review import (
    AGREE,
    CLOSE,
    CLOSED,
    COLLATE,
    COMMISSION,
    COMPILE,
    DECIDE,
    DIFFER,
    DISAGREE,
    DISCUSS,
    ENGAGE,
    FILE,
    KENT,
    NOT_MET,
    PUBLISH,
    RECEIVE,
    RECONSIDER,
    REOPEN,
    SEATS,
    SENT,
    SHARE,
    TELL_GROUP,
    TO_MEMBERS,
    TO_PANEL,
    TOLD,
    UPHOLD,
    WITHHOLD,
    at,
    changed,
    document,
    varied,
)
from tests.projections.a_record import entries_of

DUE = date(2020, 5, 27)
"""The fifteenth working day of the review of `a_review`."""
JUNE = date(2020, 6, 30)
COLLATE_AGAIN = changed(COLLATE, at=at("2020-05-15 10:00"), document=document("COL-2"))
SHARE_AGAIN = changed(SHARE, at=at("2020-05-15 11:00"), collation=2, seats=("police",))


def owed(*steps: ask.Command | did.AnyEvent, on: date) -> dict[tuple[str, str], Duty]:
    """Return every duty after these steps, as seen on a day."""
    history = CaseHistory(entries_of(*steps), KENT, calendars.load)
    return {(one.code, one.subject): one for one in duties(history, AsOf(read_on=on))}


def states(*steps: ask.Command | did.AnyEvent, on: date) -> dict[str, set[DutyState]]:
    """Return the states of each duty after these steps, as seen on a day, of all its subjects."""
    found: dict[str, set[DutyState]] = {}
    for (code, _), duty in owed(*steps, on=on).items():
        found.setdefault(code, set()).add(duty.state)
    return found


def test_each_duty_says_where_it_is_asked_for_and_how_to_record_it() -> None:
    """The clauses as the document numbers them; and a command that there is."""
    rows = {row.code: row for row in DUTIES}
    found = owed(*SENT, AGREE, COMMISSION, on=date(2020, 7, 31))
    assert {code for code, _ in found} == rows.keys() - {"refer-theme"}
    for (code, _), duty in found.items():
        assert duty.clauses == rows[code].clauses
        numbers = [str(clause).removeprefix("ToR ") for clause in rows[code].clauses]
        assert duty.clause == f"ToR {', '.join(numbers)}"
        for name in duty.way_on:
            assert issubclass(getattr(ask, name), ask.Command)
            assert name in duty.finding.way_on
        assert duty.finding.clause == duty.clause


def test_a_publication_that_is_owed_names_both_ways_to_settle_it() -> None:
    """ToR 8.10: the review is published, or its publication is withheld."""
    found = owed(*SENT, AGREE, COMMISSION, on=date(2020, 7, 31))
    assert found["publication", ""].finding.way_on == (
        "Record it with PublishPracticeReview or WithholdPublication. A late record is accepted."
    )


def test_what_can_still_be_done_on_the_due_day_is_open_on_it_and_found_the_day_after() -> None:
    """ToR 5(a): day by day, and not by the hour."""
    on_the_day, after = (states(RECEIVE, on=DUE + timedelta(days=n)) for n in (0, 1))
    for code in ("inform", "ask-agencies", "collate", "share-reports", "convene", "meet"):
        assert (on_the_day[code], after[code]) == ({DutyState.OPEN}, {DutyState.FOUND})
    for code in ("decide", "compile", "tell-members", "tell-panel"):
        assert on_the_day[code] == after[code] == {DutyState.OPEN}


@pytest.mark.parametrize("ended", [PUBLISH, WITHHOLD])
def test_a_review_that_was_published_or_withheld_without_the_family_is_found(
    ended: ask.Command,
) -> None:
    """ToR 3.2: nothing can be done any more, though the case is not closed."""
    steps = (*SENT, AGREE, COMMISSION)
    before, after = (states(*more, on=date(2020, 12, 16)) for more in (steps, (*steps, ended)))
    assert (before["engagement"], after["engagement"]) == ({DutyState.OPEN}, {DutyState.FOUND})
    assert (before["publication"], after["publication"]) == ({DutyState.OPEN}, {DutyState.DONE})
    done = states(*steps, ENGAGE, ended, on=date(2020, 12, 16))
    assert done["engagement"] == {DutyState.DONE}


def test_what_a_practice_review_asks_for_stays_open_after_the_closing_until_its_due_day() -> None:
    """ToR 3.2, 8.10: the rapid review is over, and the practice review has just begun."""
    closed = (*TOLD, COMMISSION, ask.CloseCase(at=at("2020-07-02 09:00")))
    after, late = (states(*closed, on=day) for day in (date(2020, 7, 3), date(2022, 1, 1)))
    for code in ("engagement", "publication"):
        assert (after[code], late[code]) == ({DutyState.OPEN}, {DutyState.FOUND})


def test_what_is_dated_after_the_reading_is_not_done_until_its_day() -> None:
    """ToR 8.8: a sending that is dated next year, by slip, is still to be made (reading I-29)."""
    *before, send = SENT
    by_slip = changed(send, at=at("2021-05-21 09:00"))
    this_year, next_year = (
        states(*before, by_slip, on=date(year, 5, 26)) for year in (2020, 2021)
    )
    assert (this_year["tell-panel"], next_year["tell-panel"]) == (
        {DutyState.OPEN},
        {DutyState.DONE},
    )


def test_a_closing_that_is_dated_after_the_reading_ends_nothing_yet() -> None:
    """ToR 7.9: until its day the duties of the review can still be done (reading I-29)."""
    steps = (*SENT, did.CaseClosed(at=at("2021-06-15 10:00")))
    before, after = (states(*steps, on=date(2021, 6, day)) for day in (14, 15))
    assert (before["tell-members"], after["tell-members"]) == (
        {DutyState.OPEN},
        {DutyState.FOUND},
    )


def test_a_clock_that_runs_again_gives_no_more_time_for_what_is_owed_once() -> None:
    """ToR 5(a), 7.8: under terms whose duties end with the clock of the Panel's answer."""
    terms = varied(KENT, duties=Duties(over="panel-feedback"))
    second = changed(COMPILE, at=at("2020-06-30 09:00"), version=2)
    sent = changed(TO_PANEL, at=at("2020-07-01 09:00"), version=2)
    discussed = changed(DISCUSS, at=at("2020-07-08 09:00"), discussed_on=date(2020, 7, 7))
    steps = (*SENT, DISCUSS, DISAGREE, RECONSIDER, second, sent, discussed)
    history = CaseHistory(entries_of(*steps, terms=terms), terms, calendars.load)
    as_of = AsOf(read_on=date(2020, 7, 9))
    assert [one.due for one in clocks(history, as_of) if one.rule.id == "panel-feedback"] == [
        date(2020, 6, 16),
        date(2020, 7, 21),
    ]
    undone = {one.state for one in duties(history, as_of) if one.code == "inform"}
    assert undone == {DutyState.FOUND}


def test_a_publication_that_no_clock_limits_is_open_until_it_comes() -> None:
    """ToR 3.2, 8.10: under guidance that names no time for it."""
    clocks_of_now = tuple(one for one in KENT.national.deadlines if one.id != "publication")
    unlimited = varied(
        KENT, national=KENT.national.model_copy(update={"deadlines": clocks_of_now})
    )
    history = CaseHistory(
        entries_of(*SENT, AGREE, COMMISSION, terms=unlimited), unlimited, calendars.load
    )
    years_later = duties(history, AsOf(read_on=date(2030, 1, 1)))
    states = [one.state for one in years_later if one.code == "publication"]
    assert states == [DutyState.OPEN]


def test_a_publication_is_due_and_found_the_day_after() -> None:
    """ToR 8.10: also where nobody has closed the case."""
    steps = (*SENT, AGREE, COMMISSION)
    history = CaseHistory(entries_of(*steps), KENT, calendars.load)
    days = (date(2020, 6, 30) + timedelta(days=n) for n in range(400))
    (due,) = {
        day
        for day in days
        if states(*steps, on=day)["publication"]
        != states(*steps, on=day + timedelta(days=1))["publication"]
    }
    assert due == next(
        clock.due for clock in clocks(history, AsOf(read_on=due)) if clock.rule.id == "publication"
    )


def test_what_a_national_relaxation_excuses_can_still_be_done() -> None:
    """I-12: the publication was due on 21 November, and excused until the 30th."""
    commission = changed(COMMISSION, at=at("2020-05-21 12:00"))
    for day, state in (
        (date(2020, 11, 21), DutyState.OPEN),
        (date(2020, 11, 30), DutyState.OPEN),
        (date(2020, 12, 1), DutyState.FOUND),
    ):
        found = owed(*SENT, commission, on=day)
        assert found["publication", ""].state is found["engagement", ""].state is state


def test_a_commission_of_an_impossible_day_makes_nothing_late() -> None:
    """ToR 3.2, 8.10: noted as of 2019, by slip; nobody knows yet by when to publish."""
    by_slip = changed(COMMISSION, at=at("2019-06-30 09:00"))
    found = states(*SENT, AGREE, by_slip, on=date(2020, 7, 31))
    assert found["publication"] == found["engagement"] == {DutyState.OPEN}


def test_where_nothing_was_commissioned_nothing_is_to_be_published() -> None:
    """ToR 3.2, 8.10: neither is anybody to be spoken to about it."""
    assert not {"engagement", "publication", "coordination"} & states(*TOLD, on=DUE).keys()


def test_a_seat_that_was_sent_only_an_earlier_collation_is_owed_the_latest() -> None:
    """ToR 7.5: what counts is the collation that is the latest, for each seat."""
    shared = (RECEIVE, FILE, COLLATE, SHARE)
    assert states(*shared, on=DUE)["share-reports"] == {DutyState.DONE}
    again = owed(*shared, COLLATE_AGAIN, SHARE_AGAIN, on=DUE)
    done = {seat for seat in SEATS if again["share-reports", seat].state is DutyState.DONE}
    assert done == {"police"}


def test_every_collation_that_holds_the_latest_report_of_an_agency_is_shared() -> None:
    """ToR 7.5, 8.4: a second one with the clinic's report alone does not hold the school's."""
    clinic = changed(FILE, agency="clinic")
    second = changed(COLLATE_AGAIN, agencies=("clinic",))
    shared = changed(SHARE_AGAIN, seats=SEATS)
    only_the_second = (RECEIVE, FILE, clinic, COLLATE, second, shared)
    assert states(*only_the_second, on=DUE)["share-reports"] == {DutyState.OPEN}
    assert states(*only_the_second, SHARE, on=DUE)["share-reports"] == {DutyState.DONE}
    both = changed(second, agencies=("school", "clinic"))
    assert states(*only_the_second[:-2], both, shared, on=DUE)["share-reports"] == {DutyState.DONE}
    late = changed(COLLATE, at=at("2020-05-13 10:00"))
    recorded_late = (RECEIVE, FILE, clinic, both, late, changed(SHARE, at=shared.at))
    assert states(*recorded_late, on=DUE)["share-reports"] == {DutyState.DONE}


def test_a_report_that_came_before_the_decision_is_collated() -> None:
    """ToR 7.5: the group decides with every report that it was sent (reading I-25)."""
    clinic = changed(FILE, agency="clinic")
    after = DUE + timedelta(days=1)
    gathered = (RECEIVE, FILE, clinic, COLLATE)
    found = {subject for code, subject in owed(*gathered, on=DUE) if code == "collate"}
    assert found == {"clinic"}
    assert states(*gathered, *SENT[1:], on=after)["collate"] == {DutyState.FOUND}
    on_the_day = changed(clinic, at=at("2020-05-19 09:00"))
    assert states(RECEIVE, FILE, COLLATE, *SENT[1:], on_the_day, on=after)["collate"] == {
        DutyState.DONE
    }
    second = changed(COLLATE_AGAIN, agencies=("clinic",))
    assert states(*gathered, second, on=DUE)["collate"] == {DutyState.DONE}
    knows_nothing = changed(clinic, nil_return=True)
    assert states(RECEIVE, FILE, knows_nothing, COLLATE, on=DUE)["collate"] == {DutyState.DONE}


def test_where_no_agency_knew_anything_one_collation_says_so() -> None:
    """ToR 7.5, reading I-25: the group is to know that all were asked."""
    nothing = changed(FILE, nil_return=True)
    assert states(RECEIVE, nothing, on=JUNE)["collate"] == {DutyState.FOUND}
    assert states(RECEIVE, nothing, COLLATE, on=JUNE)["collate"] == {DutyState.DONE}


def test_what_is_found_names_the_report_and_the_collation_that_are_missing() -> None:
    """ToR 7.5: a member who was sent the first collation is not said to have been sent nothing."""

    def because(*steps: ask.Command, of: str) -> str:
        return owed(*steps, on=JUNE)[of, "police" if of == "share-reports" else ""].finding.because

    assert because(RECEIVE, of="collate").endswith(
        "no record that the agency reports were collated"
    )
    collated = (RECEIVE, FILE, COLLATE)
    assert because(*collated, of="share-reports").endswith("that police was sent collation 1")
    once = (*collated, SHARE)
    assert because(*once, COLLATE_AGAIN, of="share-reports").endswith("was sent collation 2")
    late = changed(FILE, at=at("2020-05-15 16:00"))
    found = owed(*once, late, on=JUNE)["collate", "school"].finding.because
    assert found.endswith("that the report of school of 2020-05-15 was collated")


def test_what_was_collated_for_the_file_need_not_be_shared() -> None:
    """ToR 7.5, 8.4: the clinic's report came after the decision, and nobody decides by it."""
    clinic = changed(FILE, agency="clinic", at=at("2020-05-25 09:00"))
    for_the_file = changed(COLLATE_AGAIN, at=at("2020-05-26 09:00"), agencies=("clinic",))
    steps = (RECEIVE, FILE, COLLATE, SHARE, *SENT[1:], clinic, for_the_file)
    assert states(*steps, on=DUE)["share-reports"] == {DutyState.DONE}
    again = changed(FILE, at=clinic.at, document=document("AR-2", "b"))
    of_both = changed(for_the_file, agencies=("school", "clinic"))
    assert states(*steps[:-1], again, of_both, on=DUE)["share-reports"] == {DutyState.DONE}


def test_of_two_collations_of_one_day_the_one_of_the_higher_number_is_the_latest() -> None:
    """ToR 7.5: what was noted first says nothing (reading I-7)."""
    earlier_that_day = changed(COLLATE_AGAIN, at=COLLATE.at - timedelta(hours=1))
    steps = (RECEIVE, FILE, COLLATE, earlier_that_day, changed(SHARE_AGAIN, seats=SEATS))
    assert states(*steps, on=DUE)["share-reports"] == {DutyState.DONE}


def test_a_decision_that_was_reconsidered_is_told_to_the_members_and_the_panel() -> None:
    """ToR 8.7, 8.8: what they were told before was not what the group then decided."""
    steps = (*SENT, TO_MEMBERS, DISAGREE, RECONSIDER)
    told = (ask.SendReportToMembers, ask.SendReportToPanel)
    first, second = (
        [one(at=at("2020-06-24 07:00"), version=version) for one in told] for version in (1, 2)
    )
    compiled = changed(COMPILE, at=RECONSIDER.at, version=2, document=document("RR-2", "b"))
    for sent, state in (
        ((), DutyState.OPEN),
        (first, DutyState.OPEN),  # it says what the group decided before
        ((compiled, *second), DutyState.DONE),
    ):
        found = states(*steps, *sent, on=JUNE)
        assert found["compile"] == found["tell-members"] == found["tell-panel"] == {state}
    for sent, state in ((), DutyState.OPEN), (first, DutyState.DONE):
        found = states(*steps[:-1], UPHOLD, *sent, on=JUNE)
        assert found["tell-members"] == found["tell-panel"] == {state}
        assert found["compile"] == {DutyState.DONE}
    opened_again = (*CLOSED, ask.ReopenCase(at=at("2020-07-03 09:00"), because="w"))
    closed = states(*opened_again, on=date(2020, 7, 3))
    assert closed["tell-panel"] == {DutyState.DONE}


def test_a_report_compiled_anew_under_a_number_that_was_used_tells_the_new_decision() -> None:
    """ToR 8.7, 8.8: that the number came twice is a finding of its own."""
    again = did.ReportCompiled(
        at=at("2020-06-24 06:00"), version=1, document=document("RR-2", "b"), limbs=COMPILE.limbs
    )
    told = (did.ReportSentToMembers, did.ReportSentToPanel)
    for hour, state in ("2020-06-23 17:00", DutyState.OPEN), ("2020-06-24 07:00", DutyState.DONE):
        sent = [one(at=at(hour), version=1) for one in told]
        found = states(*SENT, TO_MEMBERS, DISAGREE, RECONSIDER, again, *sent, on=JUNE)
        assert found["tell-members"] == found["tell-panel"] == {state}


def test_the_terms_of_a_case_that_was_opened_again_are_those_of_now() -> None:
    """ToR 6: the closing is no longer in effect, and what later terms ask is asked."""
    more = varied(
        KENT,
        id="kent-and-medway-2021-09",
        feedback=KENT.feedback.model_copy(
            update={"share_with": (*KENT.feedback.share_with, "schools")}
        ),
    )
    replaced = ask.ReplaceTerms(at=at("2020-08-01 09:00"), because="new", terms=more.id)
    entries = entries_of(replaced, terms=more, before=entries_of(*CLOSED))
    opened = entries_of(REOPEN, terms=more, before=entries)
    for recorded, asked in ((entries, False), (opened, True)):
        history = CaseHistory(recorded, more, calendars.load, (KENT,))
        found = {
            (one.code, one.subject) for one in duties(history, AsOf(read_on=date(2021, 1, 4)))
        }
        assert (("pass-on", "schools") in found) is asked


def test_an_answer_that_comes_after_the_closing_can_still_be_passed_on() -> None:
    """ToR 7.9, I-13: nobody could have passed it on by the closing."""
    late = changed(DIFFER, at=at("2020-07-06 09:00"))
    told = changed(TELL_GROUP, at=at("2020-07-07 09:00"))
    found = owed(*CLOSED, late, told, on=date(2020, 7, 8))
    assert found["pass-on", "rapid-review-group"].state is DutyState.DONE
    assert found["pass-on", "safeguarding-partners"].state is DutyState.OPEN
    closed = did.CaseClosed(at=CLOSE.at)
    found = owed(*SENT, DISCUSS, AGREE, TELL_GROUP, closed, on=date(2020, 7, 8))
    assert found["pass-on", "safeguarding-partners"].state is DutyState.FOUND


def test_a_second_decision_in_a_record_from_elsewhere_is_told_too() -> None:
    """ToR 7.7, 8.7, 8.8, I-21: the report that went out holds the decision of before."""
    for outcomes, compiled in ((RECONSIDER.outcomes, "open"), (DECIDE.outcomes, "done")):
        second = did.DecisionMade.model_validate(dict(RECONSIDER) | {"outcomes": outcomes})
        history = CaseHistory(entries_of(*SENT, TO_MEMBERS, second), KENT, calendars.load)
        as_of = AsOf(read_on=JUNE)
        found = {one.code: one.state for one in duties(history, as_of)}
        assert found["compile"] == compiled
        assert found["tell-members"] == found["tell-panel"] == "open"
        assert not tuple(disagreements_in("KM-1", history, as_of))


@pytest.mark.parametrize("answered", ["before", "after"])
def test_what_the_panel_answered_is_passed_on_where_the_criteria_were_not_met(
    answered: str,
) -> None:
    """ToR 7.9: the group and the partners are told of the Panel's answer, whatever it led to."""
    day = {"before": "2020-06-13", "after": "2020-06-11"}[answered]
    not_met = changed(NOT_MET, at=at(f"{day} 09:00"))
    told = (*SENT, DISCUSS, DISAGREE, not_met, TELL_GROUP)
    for steps, state in ((told, DutyState.OPEN), ((*told, CLOSE), DutyState.FOUND)):
        found = owed(*steps, on=date(2020, 7, 8))
        assert found["pass-on", "rapid-review-group"].state is DutyState.DONE
        assert found["pass-on", "safeguarding-partners"].state is state
        history = CaseHistory(entries_of(*steps), KENT, calendars.load)
        assert not tuple(disagreements_in("KM-1", history, AsOf(read_on=JUNE)))


def test_terms_ask_nothing_that_was_over_before_their_day() -> None:
    """ToR 7.2: a seat added in June need not have been told of a review of May (reading I-24)."""
    new_seat = KENT.seats[0].model_copy(update={"id": "schools"})
    more = varied(KENT, id="kent-and-medway-2020-06", seats=(*KENT.seats, new_seat))
    by_then = entries_of(*SENT)
    for replaced_on, asked in (("2020-05-27 09:00", True), ("2020-05-28 09:00", False)):
        replaced = ask.ReplaceTerms(at=at(replaced_on), because="new seat", terms=more.id)
        entries = entries_of(replaced, terms=more, before=by_then)
        history = CaseHistory(entries, more, calendars.load, (KENT,))
        found = {(one.code, one.subject) for one in duties(history, AsOf(read_on=JUNE))}
        assert (("inform", "schools") in found) is asked
