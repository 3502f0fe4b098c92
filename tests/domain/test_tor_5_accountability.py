"""ToR 5: the fifteen working days, the criteria, the recommendation and its methodology."""

from datetime import date

import pytest

from rapid_review.domain.clocks import due_on
from rapid_review.domain.commands import CorrectRecord
from rapid_review.domain.events import (
    CriteriaAssessed,
    DeadlineSet,
    DecisionAdopted,
    DecisionMade,
    DecisionReconsidered,
    NotificationReceived,
)
from rapid_review.domain.rules.outcome import decision_was_adopted
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.vocabulary import DecisionManner, Unit
from rapid_review.testing import given
from tests.domain.a_review import (
    ADOPT,
    AGREE,
    ANSWERED,
    ASSESS,
    ASSESSED,
    CONVENE,
    DECIDE,
    DECIDE_NOT,
    DECIDED,
    DIFFER,
    DISAGREE,
    ENGLAND,
    KENT,
    LATER,
    MET,
    RECEIVE,
    RECONSIDER,
    SENT,
    TO_PANEL,
    at,
    changed,
    irregular,
    recorded,
    varied,
)

ADOPTED_BY_ITSELF = DecisionAdopted(
    at=DECIDE.at, partner="safeguarding-partnership", automatic=True
)
BY_HAND = varied(KENT, adoption=changed(KENT.adoption, automatic=False))


def due(received: str, deadline: str = "rapid-review", *, day_counts: bool = False) -> date:
    """Return the recorded due day of a clock that a receipt at this time (in UTC) started."""
    counting = tuple(changed(one, counts_day_of_start=day_counts) for one in KENT.deadlines)
    terms = varied(KENT, deadlines=counting)
    case = given(changed(RECEIVE, at=at(received)), terms=terms).case
    return case.review.clocks[deadline].due


# --- ToR 5(a): fifteen working days


def test_the_fifteenth_working_day_after_a_receipt_on_the_day_of_the_moved_bank_holiday() -> None:
    """ToR 5(a): Monday 4 May 2020 was an ordinary Monday; Friday 8 May had its bank holiday."""
    assert due("2020-05-04 09:30") == date(2020, 5, 27)
    assert due("2020-05-04 09:30", day_counts=True) == date(2020, 5, 26)


def test_a_receipt_on_a_bank_holiday_counts_from_the_next_working_day() -> None:
    """ToR 5(a): on 8 May 2020 both readings of the first day agree: it is no working day."""
    assert due("2020-05-08 12:00") == date(2020, 6, 1)
    assert due("2020-05-08 12:00", day_counts=True) == date(2020, 6, 1)


def test_a_receipt_on_a_weekend_counts_from_monday() -> None:
    """ToR 5(a): Saturday 6 June 2020, under both readings of the first day."""
    assert due("2020-06-06 12:00") == date(2020, 6, 26)
    assert due("2020-06-06 12:00", day_counts=True) == date(2020, 6, 26)


def test_three_bank_holidays_of_2022_stand_in_the_way() -> None:
    """ToR 5(a): two for the Platinum Jubilee (2 and 3 June), one for the funeral (19 September).

    From Tuesday 24 May 2022 the spring bank holiday, moved from 30 May to 2 June, and the extra
    one of 3 June both fall inside; from 8 September, the day that the Queen died, the third does.
    """
    assert due("2022-05-24 09:00") == date(2022, 6, 16)
    assert due("2022-09-08 09:00") == date(2022, 9, 30)


def test_a_receipt_before_midnight_in_greenwich_is_the_next_day_in_a_london_summer() -> None:
    """ToR 5(a): 23:30 UTC on 4 May 2020 is half past midnight on 5 May in London (reading I-2)."""
    assert due("2020-05-04 22:30") == date(2020, 5, 27)
    assert due("2020-05-04 23:30") == date(2020, 5, 28)


def test_a_receipt_before_midnight_in_winter_is_the_same_day() -> None:
    """ToR 5(a): 23:30 UTC on 4 January 2021 is 23:30 in London."""
    assert due("2021-01-04 23:30") == due("2021-01-04 09:00") == date(2021, 1, 25)


def test_a_receipt_in_the_hour_that_london_has_twice_is_one_day() -> None:
    """ToR 5(a): on 25 October 2020, a Sunday, 01:30 came at 00:30 and again at 01:30 UTC."""
    assert due("2020-10-25 00:30") == due("2020-10-25 01:30") == date(2020, 11, 13)


def test_nothing_late_is_refused() -> None:
    """ToR 5(a): a decision and a report long after the fifteenth day are recorded like any."""
    late = changed(DECIDE, at=at("2021-05-19 14:30"))
    made = given(*ASSESSED).when(late).events
    assert made[0] == recorded(DecisionMade, late)
    assert given(*SENT[:-1]).when(changed(TO_PANEL, at=at("2021-06-01 09:00"))).events


@pytest.mark.parametrize(
    ("commissioned", "due_day"),
    [
        ("2020-08-31", "2021-02-28"),  # six months later there is no 31st
        ("2023-08-31", "2024-02-29"),  # nor in a leap year, which has one day more
        ("2020-06-30", "2020-12-30"),  # the last of June becomes no last of December
        ("2021-03-31", "2021-09-30"),
    ],
)
def test_six_months_end_on_the_same_day_of_the_month_or_its_last(
    commissioned: str, due_day: str
) -> None:
    """ToR 2.1, 3.2: the publication clock counts months; 28 February 2021 was a Sunday."""
    publication = KENT.clocks["publication"]
    day = date.fromisoformat(commissioned)
    assert due_on(publication, day, ENGLAND) == date.fromisoformat(due_day)


def test_calendar_days_stay_on_a_weekend() -> None:
    """ToR 5(a): a partnership may plan by calendar days: 14 after Saturday 2 May 2020."""
    fortnight = Deadline(
        id="fortnight",
        title="A milestone",
        clause="local",
        starts_on="NotificationReceived.at",
        stops_on="MeetingConvened.meets_at",
        length=14,
        unit=Unit.CALENDAR_DAYS,
        owed_by="partnership-team",
    )
    assert due_on(fortnight, date(2020, 5, 2), ENGLAND) == date(2020, 5, 16)


def test_a_clock_stops_on_the_date_that_its_terms_name() -> None:
    """ToR 5(a), 7.8: on the sending to the Panel, on the decision, on the Panel's answer (I-3)."""
    stops = {
        deadline.id: [
            day for event in given(*ANSWERED).events if (day := deadline.stopped_by(event))
        ]
        for deadline in KENT.deadlines
    }
    assert stops == {
        "rapid-review": [TO_PANEL.at],
        "decision": [DECIDE.at],
        "panel-feedback": [AGREE.at],
    }


# --- ToR 5(b): the criteria


def test_the_criteria_are_weighed() -> None:
    """ToR 5(b): every factor of the rule set with its reason."""
    given(*MET).when(ASSESS).then(recorded(CriteriaAssessed, ASSESS))
    assert list(irregular(*MET, ASSESS)) == []


def test_only_criteria_of_the_rule_set_are_weighed() -> None:
    """ToR 5(b): another's criterion is refused, and the rule set's are listed."""
    strange = changed(ASSESS.factors[0], criterion="public-interest")
    given(*MET).when(changed(ASSESS, factors=(strange,))).then_refused(
        clause="ToR 5(b)", because="'public-interest'", way_on="recurrent-themes"
    )


def test_the_same_weighing_twice_is_recorded_once() -> None:
    """ToR 5(b): saying it again adds nothing."""
    given(*MET, ASSESS).when(ASSESS).then_nothing_happens()


def test_a_criterion_left_out_is_found() -> None:
    """ToR 5(b): an incomplete weighing is recorded, and what it lacks is named."""
    (finding,) = irregular(*MET, changed(ASSESS, factors=ASSESS.factors[1:]))
    assert (finding.clause, finding.because) == (
        "ToR 5(b)",
        "these criteria have not been weighed: improvements-needed",
    )


def test_a_practice_review_is_recommended_by_the_criteria() -> None:
    """ToR 2.1, 5(b): without weighing them none can be; deciding against one can."""
    given(*MET).when(DECIDE).then_refused(
        clause="ToR 5(b)", because="criteria of the rule set have not been weighed"
    )
    (finding,) = irregular(*MET, DECIDE_NOT)
    assert finding.clause == "ToR 5(b)"


# --- ToR 5(b), 5(c): the decision


def test_a_quorate_meeting_decides_and_the_partnership_adopts_at_once() -> None:
    """ToR 1.4, 5(b), 7.6: under the Kent terms adoption takes no further step (reading I-10)."""
    given(*ASSESSED).when(DECIDE).then(recorded(DecisionMade, DECIDE), ADOPTED_BY_ITSELF)


def test_a_decision_needs_its_meeting() -> None:
    """ToR 8.5: a meeting that nobody convened decides nothing."""
    given(RECEIVE).when(DECIDE_NOT).then_refused(
        clause="ToR 8.5",
        because="meeting 1 has not been convened",
        way_on="first with ConveneMeeting",
    )


def test_a_decision_told_twice_is_recorded_once() -> None:
    """ToR 7.6: saying it again adds nothing, at whatever time of that day; a day is another."""
    given(*DECIDED).when(DECIDE).then_nothing_happens()
    given(*DECIDED).when(changed(DECIDE, at=at("2020-05-19 10:00"))).then_nothing_happens()
    for day in ("2020-05-18", "2020-05-20"):
        given(*DECIDED).when(changed(DECIDE, at=at(f"{day} 14:30"))).then_refused(
            clause="ToR 7.6", because="already decided", way_on="correct it with CorrectRecord"
        )


def test_the_group_decides_once() -> None:
    """ToR 7.6: another decision is a reconsideration, or the first was recorded wrongly."""
    given(*DECIDED).when(DECIDE_NOT).then_refused(
        clause="ToR 7.6", because="already decided", way_on="ReconsiderDecision"
    )


def test_only_an_outcome_of_the_terms_is_decided() -> None:
    """ToR 5(b), 7.6: the permitted outcomes are listed."""
    given(*ASSESSED).when(changed(DECIDE, outcomes=("no-further-action",))).then_refused(
        clause="ToR 5(b), 7.6", because="'no-further-action'", way_on="no-practice-review"
    )


def test_a_practice_review_is_recommended_with_style_and_methodology() -> None:
    """ToR 5(c): either one missing is refused, by its name."""
    for name in ("style", "methodology"):
        given(*ASSESSED).when(changed(DECIDE, **{name: None})).then_refused(
            clause="ToR 5(c)", because=f"`{name}`", way_on=f"Give `{name}` with"
        )


def test_a_manner_that_the_terms_do_not_name_is_found() -> None:
    """ToR 7.6: the document asks for no vote; a majority is recorded and found (reading I-9)."""
    by_majority = changed(DECIDE, manner=DecisionManner.MAJORITY)
    (finding,) = irregular(*ASSESSED, by_majority)
    assert finding.clause == "ToR 5(b), 7.6"
    assert finding.way_on.startswith("Allowed: consensus. If the record is right, ")
    (finding,) = irregular(*ASSESSED, changed(DECIDE, manner=DecisionManner.CHAIR))
    assert finding.because == "the terms do not provide for a decision by the chair"


# --- ToR 5(b): the partnership makes it its own


def test_a_partner_adopts_where_adoption_is_a_step_of_its_own() -> None:
    """ToR 5(b): where the terms do not adopt at once, the partner's adoption is recorded."""
    given(*ASSESSED, terms=BY_HAND).when(DECIDE).then(recorded(DecisionMade, DECIDE))
    given(*DECIDED, terms=BY_HAND).when(ADOPT).then(recorded(DecisionAdopted, ADOPT))


def test_nothing_is_adopted_before_the_decision() -> None:
    """ToR 7.7: adoption follows the decision."""
    given(*ASSESSED).when(ADOPT).then_refused(
        clause="ToR 7.6", because="has not decided", way_on="first with MakeDecision"
    )


def test_what_was_adopted_is_adopted_once() -> None:
    """ToR 5(b): by itself or by hand, a second adoption of that day adds nothing."""
    given(*DECIDED).when(changed(ADOPT, at=DECIDE.at)).then_nothing_happens()
    given(*DECIDED, ADOPT, terms=BY_HAND).when(ADOPT).then_nothing_happens()


def test_only_a_partner_of_the_terms_adopts() -> None:
    """ToR 5(b): the partners are listed."""
    given(*DECIDED).when(changed(ADOPT, partner="school")).then_refused(
        clause="ToR 5(b)", because="partner 'school'", way_on="safeguarding-partnership"
    )


def test_a_report_that_leaves_before_adoption_is_found() -> None:
    """ToR 5(b): it is recorded, for it was sent; and the partner who had not adopted is named."""
    (finding,) = irregular(*SENT, terms=BY_HAND)
    assert finding.because == "the decision has not yet been adopted by: safeguarding-partnership"


def test_where_nothing_was_decided_the_decision_is_asked_for_and_not_its_adoption() -> None:
    """ToR 5(b): Kent adopts a decision as it is made, so nobody can record that first."""
    finding = decision_was_adopted(TO_PANEL, given(RECEIVE).case, KENT)
    assert finding.because.startswith("there is no decision that could have been adopted by: ")
    assert finding.way_on == (
        "Record the decision first with MakeDecision. "
        "The program then records that it was adopted."
    )


def test_a_new_decision_is_adopted_again() -> None:
    """ToR 5(b): reconsidering voids the adoption of what was decided before."""
    history = (*DECIDED, ADOPT, RECONSIDER)
    given(*history, terms=BY_HAND).when(ADOPT).then_nothing_happens()
    again = changed(ADOPT, at=at("2020-06-24 09:00"))
    given(*history, terms=BY_HAND).when(again).then(recorded(DecisionAdopted, again))


def test_a_decision_whose_day_was_corrected_is_adopted_after_that_day() -> None:
    """ToR 5(b): what the partner adopted before is not what the group decided later."""
    decided = given(*DECIDED, ADOPT, terms=BY_HAND)
    version = next(at for at, one in enumerate(decided.events, 1) if isinstance(one, DecisionMade))
    later = recorded(DecisionMade, changed(DECIDE, at=at("2020-05-22 14:30")))
    corrected = CorrectRecord(at=LATER, version=version, because="w", replacement=later)
    again = changed(ADOPT, at=at("2020-05-23 09:00"))
    case = given(*decided.events, corrected, terms=BY_HAND)
    case.when(again).then(recorded(DecisionAdopted, again))
    case.when(ADOPT).then_nothing_happens()


def test_an_adoption_that_is_recorded_late_adopts_what_was_decided_before_it() -> None:
    """ToR 5(b): in whatever order the two adoptions are recorded, both are, and each once."""
    again = changed(ADOPT, at=at("2020-06-24 09:00"))
    reconsidered = given(*DECIDED, RECONSIDER, again, terms=BY_HAND)
    reconsidered.when(ADOPT).then(recorded(DecisionAdopted, ADOPT))
    reconsidered.when(again).then_nothing_happens()


# --- ToR 5(b): deciding again


def test_the_group_reconsiders_after_the_panel_disagreed() -> None:
    """ToR 5(b), 7.8: a disagreement asks for it, and never turns a decision by itself."""
    disagreed = given(*SENT, DISAGREE)
    assert disagreed.case.review.decided == ("local-practice-review",)
    disagreed.when(RECONSIDER).then(
        recorded(DecisionReconsidered, RECONSIDER), changed(ADOPTED_BY_ITSELF, at=RECONSIDER.at)
    )


def test_what_was_never_decided_is_not_reconsidered() -> None:
    """ToR 7.7: the first decision comes first."""
    given(*ASSESSED).when(RECONSIDER).then_refused(clause="ToR 7.6", because="has not decided")


def test_a_reconsideration_told_twice_is_recorded_once() -> None:
    """ToR 5(b): the same words after the same answer add nothing."""
    given(*SENT, DISAGREE, RECONSIDER).when(RECONSIDER).then_nothing_happens()


def test_each_answer_of_the_panel_may_be_reconsidered_again() -> None:
    """ToR 5(b), 7.8: the same outcome after another answer is another decision."""
    twice = given(*SENT, DISAGREE, RECONSIDER, DIFFER)
    later = changed(RECONSIDER, at=at("2020-07-01 10:00"))
    assert twice.when(later).events[0] == recorded(DecisionReconsidered, later)


def test_reconsidering_needs_a_quorate_meeting_too() -> None:
    """ToR 6.2, 7.6: a second meeting that nobody attended decides nothing."""
    second = changed(CONVENE, meeting=2)
    given(*ANSWERED, second).when(changed(RECONSIDER, meeting=2)).then_refused(
        clause="ToR 6.2", because="nobody's attendance of meeting 2"
    )


def test_the_clocks_of_a_receipt_are_recorded_with_their_calculation() -> None:
    """ToR 5(a), 7.3: day 0, length, unit and calendar are beside each due day."""
    received, panel, *_ = events = given(RECEIVE).events
    assert isinstance(received, NotificationReceived)
    assert isinstance(panel, DeadlineSet)
    assert panel.deadline == "notify-panel"  # from 1 May, with the 8th a bank holiday
    assert (panel.counted_from, panel.due) == (date(2020, 5, 1), date(2020, 5, 11))
    clocks = {event.deadline: event for event in events if isinstance(event, DeadlineSet)}
    fifteen = clocks["rapid-review"]
    assert (fifteen.length, fifteen.unit) == (15, Unit.WORKING_DAYS)
    assert (fifteen.counted_from, fifteen.due) == (date(2020, 5, 4), date(2020, 5, 27))
    assert fifteen.counts_day_of_start is False
    assert (fifteen.calendar.id, fifteen.calendar.version) == (ENGLAND.id, ENGLAND.version)
    assert fifteen.clause.startswith("ToR 5(a)")
    assert clocks["decision"].due == fifteen.due


def test_a_decision_whose_rationale_is_not_at_hand_is_recorded_and_found() -> None:
    """ToR 7.7: it is to be reported with its rationale."""
    unsaid = changed(DECIDE, rationale=None)
    (finding,) = irregular(*ASSESSED, unsaid)
    assert (finding.clause, finding.because) == (
        "ToR 7.7",
        "the decision has no rationale",
    )
