"""The naive judge finds what is broken, where, and nothing else: a history for each code."""

import ast
import inspect
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rapid_review import calendars
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import MeetingManner
from rapid_review.testing import naive_judge
from tests.testing.a_story import (
    ASSESS,
    ATTEND,
    CLOSE,
    COMMISSION,
    COMPILE,
    CONVENE,
    CRITERIA,
    DECIDE,
    DECIDE_NOT,
    DOCUMENT,
    INVITE,
    KENT,
    LIMBS,
    RECEIPT,
    SEATS,
    WHOLE,
    WITHOUT_PRACTICE_REVIEW,
    Found,
    Step,
    but,
    factors,
    found,
    judged,
    sat,
    step,
    varied,
    with_steps,
)

Changes = dict[str, Step | None]

FOUR = [seat for seat in SEATS if seat != "police"]
FOUR_OF_FIVE = varied(
    quorum=type(KENT.quorum).model_validate(
        {"clause": "ToR 6.2", "needs": {"at_least": 4, "of": tuple(SEATS)}}
    )
)
CHAIR_SELECTS = varied(
    quorum=KENT.quorum.model_copy(update={"inquorate_may": "what-the-chair-selects"})
)
IN_PERSON_ONLY = varied(
    meetings=KENT.meetings.model_copy(update={"manners": (MeetingManner.IN_PERSON,)})
)
SEVERAL_SEATS = varied(one_person_may_fill_several_seats=True)


def test_a_review_in_which_all_was_in_order_has_no_finding() -> None:
    """ToR 1 to 8: every duty is done, every clock is met, and nothing is found."""
    for story in (WHOLE, WITHOUT_PRACTICE_REVIEW):
        judgement = judged(story)
        assert judgement.findings == frozenset()
        assert {duty.state for duty in judgement.duties} == {"done"}
    assert {clock.state for clock in judged(WHOLE).clocks} == {"met"}


def test_it_shares_no_code_with_the_first_judge() -> None:
    """Two judges who share a mistake agree on it."""
    allowed = {"entry", "errors", "terms.terms", "working_days"}
    judge = Path(inspect.getfile(naive_judge))
    modules = [judge, *(judge.parent / "naive").glob("*.py")]
    assert len(modules) >= 10
    for module in modules:
        source = ast.parse(module.read_text(encoding="utf-8"))
        for node in ast.walk(source):
            assert not isinstance(node, ast.Import) or "rapid_review" not in ast.dump(node)
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("rapid_review."):
                of = str(node.module).removeprefix("rapid_review.")
                assert of.startswith("testing.naive.") or of.removeprefix("domain.") in allowed


VALUES: list[tuple[Changes, Terms, Found]] = [
    (
        {"receipt": but(RECEIPT, notification_class="unheard-of")},
        KENT,
        {("class-is-known", "forbidden", "receipt")},
    ),
    (
        {"more": step("MemberInformed", "05-05", seat="press", person="P-1")},
        KENT,
        {("seat-is-known", "forbidden", "more")},
    ),
    (
        {"more": step("ChallengeRaised", "05-19", challenge="CH-2", seat="press", words="so")},
        KENT,
        {("seat-is-known", "forbidden", "more")},
    ),
    (
        {"more": step("ChallengeAnswered", "05-20", challenge="CH-1", seat="press", words="so")},
        KENT,
        {("seat-is-known", "forbidden", "more")},
    ),
    (
        {"more": step("ReportsShared", "05-15", collation=1, seats=["press", "police"])},
        KENT,
        {("shared-seats-are-known", "forbidden", "more")},
    ),
    (
        {"attend": but(ATTEND, sat=sat(*SEATS, "press"))},
        KENT,
        {("attended-seats-are-known", "forbidden", "attend")},
    ),
    ({}, IN_PERSON_ONLY, {("manner-is-allowed", "irregular", "convene")}),
    (
        {"attend": but(ATTEND, sat=[*sat(*SEATS), {"seat": "police", "person": f"P-{SEATS[0]}"}])},
        KENT,
        {("one-person-one-seat", "forbidden", "attend")},
    ),
    (
        {"attend": but(ATTEND, sat=[*sat(*SEATS), {"seat": "police", "person": "P-2"}])},
        KENT,
        set(),
    ),
    (
        {"attend": but(ATTEND, sat=[*sat(*FOUR), {"seat": "police", "person": "P-radiology"}])},
        FOUR_OF_FIVE,
        {("experts-fill-no-seat", "forbidden", "attend")},
    ),
    (
        {
            "convene 2": but(CONVENE, meeting=2),
            "attend 2": but(ATTEND, kind="QuorumConfirmed", meeting=2, sat=sat(*FOUR)),
        },
        KENT,
        {("meeting-was-quorate", "irregular", "attend 2")},
    ),
    (
        {"more": step("CriteriaAssessed", "05-20", factors=factors(*CRITERIA, "hearsay"))},
        KENT,
        {("criteria-are-known", "forbidden", "more")},
    ),
    (
        {"assess": but(ASSESS, factors=factors(*CRITERIA[1:]))},
        KENT,
        {("every-criterion-is-weighed", "irregular", "assess")},
    ),
    (
        {"decide": but(DECIDE, outcomes=["local-practice-review", "press-release"])},
        KENT,
        {("outcome-is-permitted", "forbidden", "decide")},
    ),
    (
        {"decide": but(DECIDE, manner="majority")},
        KENT,
        {("manner-decides", "irregular", "decide")},
    ),
    (
        {"decide": but(DECIDE, style=None)},
        KENT,
        {("style-and-methodology-are-given", "forbidden", "decide")},
    ),
    (
        {"decide": but(DECIDE, prior_themes=None)},
        KENT,
        {("earlier-learning-was-weighed", "irregular", "decide")},
    ),
    (
        {"decide": but(DECIDE, publication_considered=False)},
        KENT,
        {("publication-and-proportion-were-weighed", "irregular", "decide")},
    ),
    (
        {"more": step("DecisionAdopted", "05-20", partner="council")},
        KENT,
        {("partner-adopts", "forbidden", "more")},
    ),
    (
        {"compile": but(COMPILE, limbs=[*LIMBS, "blame"])},
        KENT,
        {("limbs-are-known", "forbidden", "compile")},
    ),
    (
        {"compile": but(COMPILE, limbs=LIMBS[:1])},
        KENT,
        {("every-limb-is-addressed", "irregular", "compile")},
    ),
    (
        {"more": step("FeedbackShared", "06-15", shared_with="press")},
        KENT,
        {("recipient-is-known", "forbidden", "more")},
    ),
]


@pytest.mark.parametrize(("changes", "terms", "expected"), VALUES)
def test_what_an_event_says_is_held_to_the_terms_of_its_day(
    changes: Changes, terms: Terms, expected: Found
) -> None:
    """ToR 3 to 8: one value is wrong, and it alone is found."""
    assert found(with_steps(WHOLE, changes), terms=terms) == expected


def test_a_representative_fills_a_seat_only_where_one_is_allowed() -> None:
    """ToR 6.2: a seat that allows no representative is empty with one in it."""
    represented = [{**sat("police")[0], "capacity": "representative"}, *sat(*FOUR)]
    story = with_steps(WHOLE, {"attend": but(ATTEND, sat=represented)})
    assert found(story) == set()
    seats = tuple(
        seat.model_copy(update={"representative_allowed": seat.id != "police"})
        for seat in KENT.seats
    )
    assert found(story, terms=varied(seats=seats)) == {
        ("meeting-was-quorate", "irregular", "attend"),
        ("meeting-is-quorate", "forbidden", "decide"),
    }


def test_an_expert_in_a_seat_fills_none() -> None:
    """ToR 6.1, 6.2: invited or named as such, on whatever day."""
    expert = [*sat(*FOUR), {"seat": "police", "person": "P-radiology"}]
    by_invitation = but(ATTEND, sat=expert, experts=[])
    by_name = with_steps(WHOLE, {"invite": None, "attend": but(ATTEND, sat=expert)})
    later = with_steps(WHOLE, {"invite": but(INVITE, at="05-29"), "attend": by_invitation})
    for story in (by_name, with_steps(WHOLE, {"attend": by_invitation}), later):
        assert found(story) == {
            ("experts-fill-no-seat", "forbidden", "attend"),
            ("meeting-was-quorate", "irregular", "attend"),
            ("meeting-is-quorate", "forbidden", "decide"),
        }


def test_one_person_in_two_seats_fills_the_first_alone() -> None:
    """ToR 6.2: the other seat is empty, with what follows for the quorum and the decision."""
    twice = [*sat(*FOUR), {"seat": "police", "person": f"P-{FOUR[0]}"}]
    story = with_steps(WHOLE, {"attend": but(ATTEND, sat=twice)})
    assert found(story) == {
        ("one-person-one-seat", "forbidden", "attend"),
        ("meeting-was-quorate", "irregular", "attend"),
        ("meeting-is-quorate", "forbidden", "decide"),
    }
    assert found(story, terms=SEVERAL_SEATS) == set()


NEEDS: list[tuple[Changes, Found]] = [
    (
        {"more": step("ReportsCollated", "05-14", collation=1, agencies=["a"], document=DOCUMENT)},
        {("collated-reports-were-filed", "forbidden", "more")},
    ),
    (
        {"file": step("AgencyReportFiled", "05-15", agency="school")},
        {("collated-reports-were-filed", "irregular", "collate")},
    ),
    (
        {"more": step("ReportsShared", "05-15", collation=2, seats=["police"])},
        {("collation-exists", "forbidden", "more")},
    ),
    (
        {"more": step("ReportsShared", "05-13", collation=1, seats=["police"])},
        {("collation-exists", "irregular", "more")},
    ),
    (
        {"more": but(INVITE, meeting=7)},
        {("meeting-was-convened", "forbidden", "more")},
    ),
    (
        {"more": but(INVITE, meeting=7), "then": but(CONVENE, at="05-16", meeting=7)},
        {("meeting-was-convened", "irregular", "more")},
    ),
    (
        {"attend": but(ATTEND, kind="QuorumNotMet", sat=sat(*FOUR), empty_seats=["police"])},
        {
            ("meeting-was-quorate", "irregular", "attend"),
            ("meeting-is-quorate", "forbidden", "decide"),
        },
    ),
    (
        {"attend": but(ATTEND, at="05-20 13:05")},
        {("meeting-is-quorate", "irregular", "decide")},
    ),
    ({"assess": None}, {("criteria-were-assessed", "forbidden", "decide")}),
    (
        {"assess": step("CriteriaAssessed", "05-20", factors=factors(*CRITERIA))},
        {("criteria-were-assessed", "irregular", "decide")},
    ),
    ({"challenge": None}, {("challenge-was-raised", "forbidden", "reply")}),
    (
        {
            "challenge": step(
                "ChallengeRaised", "05-21", challenge="CH-1", seat="police", words="w"
            )
        },
        {("challenge-was-raised", "irregular", "reply")},
    ),
    (
        {"compile": but(COMPILE, at="05-18")},
        {("decision-was-made", "irregular", "compile")},
    ),
    (
        {"more": but(COMPILE, at="06-01", version=3)},
        {("version-follows", "forbidden", "more")},
    ),
    (
        {"more": but(COMPILE, at="06-01", version=3), "then": but(COMPILE, at="06-02", version=2)},
        {("version-follows", "irregular", "more")},
    ),
    (
        {"more": but(COMPILE, at="06-01")},
        {("version-follows", "forbidden", "more")},
    ),
    (
        {"more": step("ReportSentToMembers", "05-20", version=2)},
        {("version-was-compiled", "forbidden", "more")},
    ),
    (
        {"to members": step("ReportSentToMembers", "05-19 15:00", version=1)},
        {("version-was-compiled", "irregular", "to members")},
    ),
    ({"adopt": None}, {("decision-was-adopted", "irregular", "to panel")}),
    (
        {"adopt": step("DecisionAdopted", "05-22", partner="safeguarding-partnership")},
        {("decision-was-adopted", "irregular", "to panel")},
    ),
    (
        {"more": step("PanelFeedbackReceived", "05-20", agrees=True), "discuss": None},
        {("report-was-sent", "irregular", "more")},
    ),
    (
        {"to panel": None},
        {
            ("report-was-sent", "forbidden", "discuss"),
            ("report-was-sent", "forbidden", "answer"),
            ("tell-panel", "duty", ""),
        },
    ),
    (
        {"more": step("FeedbackShared", "06-11", shared_with="rapid-review-group")},
        {("feedback-was-received", "irregular", "more")},
    ),
    (
        {"answer": None},
        {
            ("feedback-was-received", "forbidden", "tell group"),
            ("feedback-was-received", "forbidden", "tell partners"),
            ("everyone-was-told", "forbidden", "close"),
        },
    ),
    (
        {"more": step("PublicationWithheld", "06-29", because="a child is known")},
        {("practice-review-was-commissioned", "irregular", "more")},
    ),
    (
        {"more": step("ThemeReferred", "07-01", theme="neglect", referred_to="programme")},
        {("theme-was-identified", "forbidden", "more")},
    ),
    (
        {"refer": step("ThemeReferred", "05-18", theme="safer-sleep", referred_to="programme")},
        {("theme-was-identified", "irregular", "refer")},
    ),
    (
        {"more": step("CaseReopened", "12-10", because="more was heard")},
        {("case-is-closed", "irregular", "more")},
    ),
    (
        {"close": None, "more": step("CaseReopened", "12-10", because="more was heard")},
        {("case-is-closed", "forbidden", "more")},
    ),
    (
        {"tell group": None},
        {
            ("everyone-was-told", "forbidden", "close"),
            ("pass-on", "duty", "rapid-review-group"),
        },
    ),
    (
        {"tell group": step("FeedbackShared", "12-17", shared_with="rapid-review-group")},
        {("everyone-was-told", "irregular", "close")},
    ),
    (
        {"answer": step("PanelFeedbackReceived", "06-12", agrees=False)},
        {("disagreement-was-reconsidered", "irregular", "close")},
    ),
]


@pytest.mark.parametrize(("changes", "expected"), NEEDS)
def test_what_is_needed_stands_by_the_end_of_the_day(changes: Changes, expected: Found) -> None:
    """ToR 2 to 8: needed and nowhere is what the rule says; only later is irregular."""
    assert found(with_steps(WHOLE, changes)) == expected


def test_without_a_notification_nothing_has_a_meaning() -> None:
    """ToR 7.3: everything follows the receipt; and no duty is owed before it."""
    story = {"inform": WHOLE["inform police"]}
    assert found(story) == {("notification-comes-first", "nonsense", "inform")}
    assert judged(story).duties == frozenset()


def test_without_a_decision_nothing_can_be_adopted_or_reported() -> None:
    """ToR 7.6, 7.7: adoption, report and a second decision follow the first."""
    assert found(with_steps(WITHOUT_PRACTICE_REVIEW, {"decide": None})) == {
        ("decision-was-made", "forbidden", "adopt"),
        ("decision-was-made", "forbidden", "compile"),
        ("decide", "duty", ""),
    }
    again = but(DECIDE_NOT, kind="DecisionReconsidered", at="05-18")
    assert ("decision-was-made", "irregular", "again") in found(
        with_steps(WITHOUT_PRACTICE_REVIEW, {"again": again})
    )


def test_criteria_that_nobody_weighed_are_irregular_where_no_practice_review_is_asked() -> None:
    """ToR 5(b): they are needed for a practice review, and wanted for every decision."""
    assert found(with_steps(WITHOUT_PRACTICE_REVIEW, {"assess": None})) == {
        ("criteria-were-assessed", "irregular", "decide")
    }


def test_a_short_meeting_may_decide_what_its_chair_selects() -> None:
    """ToR 6.2: irregular where the terms leave it to the chair, and somebody attended."""
    short = with_steps(WHOLE, {"attend": but(ATTEND, sat=sat(*FOUR))})
    assert ("meeting-is-quorate", "irregular", "decide") in found(short, terms=CHAIR_SELECTS)
    nobody = with_steps(WHOLE, {"attend": None})
    assert ("meeting-is-quorate", "forbidden", "decide") in found(nobody, terms=CHAIR_SELECTS)


def test_a_meeting_never_convened_is_found_of_its_attendance_and_of_its_decision() -> None:
    """ToR 8.5: where a step's own prerequisite is missing, both are found."""
    assert found(with_steps(WITHOUT_PRACTICE_REVIEW, {"convene": None, "invite": None})) == {
        ("meeting-was-convened", "forbidden", "attend"),
        ("meeting-was-convened", "forbidden", "decide"),
        ("convene", "duty", ""),
    }


def test_a_practice_review_is_commissioned_where_the_decision_in_force_asks_for_one() -> None:
    """ToR 2.1: a decision that asked for one, and was reconsidered since, asks for none."""
    again = but(DECIDE_NOT, kind="DecisionReconsidered", at="06-20")
    assert ("practice-review-was-decided", "forbidden", "commission") in found(
        with_steps(WHOLE, {"again": again})
    )
    later = but(DECIDE, kind="DecisionReconsidered", at="07-02")
    assert ("practice-review-was-decided", "irregular", "commission") in found(
        with_steps(WHOLE, {"decide": DECIDE_NOT, "again": later})
    )
    nothing = with_steps(WHOLE, {"commission": None})
    assert found(nothing) == {
        ("practice-review-was-commissioned", "forbidden", "publish"),
        ("commission", "duty", ""),
    }


BARS: list[tuple[Changes, Found]] = [
    (
        {"more": but(RECEIPT, at="05-06")},
        {("notification-comes-once", "nonsense", "more")},
    ),
    ({"more": but(DECIDE, at="05-19 15:00")}, {("decided-once", "forbidden", "more")}),
    (
        {"more": but(CONVENE, at="05-20", meets_at="2020-05-20T13:00Z")},
        {("meeting-not-yet-held", "forbidden", "more")},
    ),
    (
        {"more": step("CriteriaAssessed", "12-17", factors=factors(*CRITERIA))},
        {("review-is-held", "forbidden", "more")},
    ),
    ({"more": step("CriteriaAssessed", "12-16 23:00", factors=factors(*CRITERIA))}, set()),
    (
        {
            "reopen": step("CaseReopened", "12-17", because="more was heard"),
            "more": step("CriteriaAssessed", "12-17 09:00", factors=factors(*CRITERIA)),
            "close again": but(CLOSE, at="12-18"),
        },
        set(),
    ),
    (
        {"more": step("NotificationCriteriaFoundNotMet", "05-19 14:10", because="an accident")},
        {("review-is-held", "forbidden", "decide")},
    ),
]


@pytest.mark.parametrize(("changes", "expected"), BARS)
def test_what_came_before_bars_what_comes_after(changes: Changes, expected: Found) -> None:
    """ToR 1, 7, 8.5: by time, then by entry; the closing alone by day."""
    assert found(with_steps(WHOLE, changes)) == expected


def test_a_case_is_reopened_once_for_each_closing() -> None:
    """ToR 7.9: of two reopenings the second finds the case open."""
    reopen = step("CaseReopened", "12-17", because="more was heard")
    story = {**WHOLE, "reopen": reopen, "more": but(reopen, at="12-18")}
    assert found(story) == {("case-is-closed", "forbidden", "more")}
    assert found({**WHOLE, "reopen": reopen, "close again": but(CLOSE, at="12-18")}) == set()
    twice = {**WHOLE, "close again": but(CLOSE, at="12-16 12:00"), "reopen": reopen}
    assert found(twice) == set()
    later = {**story, "close again": but(CLOSE, at="12-19")}
    assert found(later) == {("case-is-closed", "irregular", "more")}


def test_of_two_steps_at_one_time_the_earlier_entry_bars_the_later() -> None:
    """ToR 7.6: two steps that bar each other are held to their time, then to their entry."""
    story = with_steps(WHOLE, {"more": DECIDE})
    assert found(story) == {("decided-once", "forbidden", "more")}


def test_a_class_that_opens_no_review_lets_the_group_do_nothing() -> None:
    """ToR 1: informing is owed all the same (8.2); nothing else is."""
    receipt = but(RECEIPT, notification_class="looked-after-child-death")
    story = {"receipt": receipt, "convene": CONVENE, "close": CLOSE}
    assert found(story) == {
        ("review-is-held", "forbidden", "convene"),
        *(("inform", "duty", seat) for seat in SEATS),
    }


INCIDENT = RECEIPT["incident"]
ORDERS: list[tuple[Changes, set[str]]] = [
    (
        {"more": step("ChallengeRaised", "05-03", challenge="CH-2", seat="police", words="so")},
        {"precedes-receipt more"},
    ),
    ({"more": step("ImmediateActionRecorded", "05-03", action="A-1", words="so")}, set()),
    (
        {"more": step("LearningShared", "05-03", learning="L-1", shared_with=["a"], words="so")},
        set(),
    ),
    ({"more": step("ProcessLinked", "05-03", process="inquest", reference="I-1")}, set()),
    (
        {
            "more": step(
                "PanelCorrespondenceLogged", "05-03", correspondence="L", sent=True, words="so"
            )
        },
        set(),
    ),
    (
        {"to panel": step("ReportSentToPanel", "05-21", version=1, recorded="05-20 22:59")},
        {"recorded-before-it-happened to panel"},
    ),
    (
        {"to panel": step("ReportSentToPanel", "05-21", version=1, recorded="05-20 23:00")},
        set(),
    ),
    (
        {
            "adopt": but(WHOLE["adopt"], command="c-1", recorded="05-19 08:00"),
            "more": but(WHOLE["adopt"], command="c-1", recorded="05-19 08:00"),
        },
        {"recorded-before-it-happened adopt"},
    ),
    (
        {"receipt": but(RECEIPT, incident={**INCIDENT, "happened_on": "2020-05-02"})},
        {"date-inside receipt incident.happened_on>incident.known_on"},
    ),
    (
        {
            "receipt": but(
                RECEIPT, incident={**INCIDENT, "known_on": "2020-05-05"}, panel_notified_at=None
            )
        },
        {
            "date-inside receipt incident.known_on>at",
            "date-inside receipt incident.known_on>recorded",
        },
    ),
    (
        {
            "receipt": but(
                RECEIPT,
                incident={**INCIDENT, "known_on": "2020-05-05"},
                panel_notified_at=None,
                recorded="05-06",
            )
        },
        {"date-inside receipt incident.known_on>at"},
    ),
    (
        {
            "receipt": but(
                RECEIPT, incident={**INCIDENT, "happened_on": "2020-05-05"}, recorded="05-06"
            )
        },
        {
            "date-inside receipt incident.happened_on>at",
            "date-inside receipt incident.happened_on>incident.known_on",
        },
    ),
    (
        {"receipt": but(RECEIPT, panel_notified_at="2020-04-30T09:00Z")},
        {"date-inside receipt panel_notified_at<incident.known_on"},
    ),
    (
        {"receipt": but(RECEIPT, panel_notified_at="2020-05-07T09:00Z", recorded="05-08")},
        set(),
    ),
    (
        {"receipt": but(RECEIPT, panel_notified_at="2020-05-07T09:00Z")},
        {"date-inside receipt panel_notified_at>recorded"},
    ),
    (
        {
            "receipt": but(RECEIPT, panel_notified_at=None),
            "more": step("PanelNotified", "05-06", notified_at="2020-05-07T09:00Z"),
        },
        {"date-inside more notified_at>at", "date-inside more notified_at>recorded"},
    ),
    (
        {
            "receipt": but(RECEIPT, panel_notified_at=None),
            "more": step("PanelNotified", "05-06", notified_at="2020-04-30T09:00Z"),
        },
        {"date-inside more notified_at<known_on"},
    ),
    (
        {"discuss": step("PanelDiscussionNoted", "06-03", discussed_on="2020-06-04")},
        {"date-inside discuss discussed_on>at", "date-inside discuss discussed_on>recorded"},
    ),
    (
        {"answer": step("PanelFeedbackReceived", "06-01", agrees=True)},
        {"date-inside answer at<discussed"},
    ),
    (
        {"discuss": step("PanelDiscussionNoted", "06-03", discussed_on="2020-05-20")},
        {"date-inside discuss discussed_on<sent"},
    ),
    (
        {"ask": but(WHOLE["ask"], due_on="2020-05-03")},
        {"date-inside ask due_on<at"},
    ),
    (
        {
            "more": step(
                "PanelCorrespondenceLogged",
                "06-04",
                correspondence="L",
                sent=True,
                words="so",
                answer_by="2020-06-03",
            )
        },
        {"date-inside more answer_by<at"},
    ),
    (
        {"more": step("PublicationPlanned", "07-01", planned_on="2020-06-30")},
        {"date-inside more planned_on<at"},
    ),
    (
        {
            "more": step(
                "ActionAgreed", "05-19", action="A-1", owner="u-1", words="so", due_on="2020-05-18"
            )
        },
        {"date-inside more due_on<at"},
    ),
    (
        {"more": but(CONVENE, meeting=2, meets_at="2020-05-13T13:00Z")},
        {"date-inside more meets_at<at"},
    ),
    (
        {"convene": but(CONVENE, meets_at="2020-05-20T13:00Z")},
        {"attended-on-another-day attend"},
    ),
    ({"convene": but(CONVENE, meets_at="2020-05-18T13:00Z")}, set()),
    (
        {
            "convene": but(CONVENE, meets_at="2020-05-25T13:00Z"),
            "moved": but(CONVENE, at="05-19 08:00"),
        },
        set(),
    ),
    (
        {
            "receipt": but(
                RECEIPT,
                incident={**INCIDENT, "happened_on": "2020-05-04", "known_on": "2020-05-04"},
            )
        },
        set(),
    ),
    (
        {
            "receipt": but(
                RECEIPT,
                incident={**INCIDENT, "happened_on": "2020-05-05", "known_on": "2020-05-04"},
                recorded="05-06",
            )
        },
        {
            "date-inside receipt incident.happened_on>at",
            "date-inside receipt incident.happened_on>incident.known_on",
        },
    ),
    (
        {
            "moved": but(CONVENE, at="05-18", meets_at="2020-05-19T13:00Z"),
            "convene": but(CONVENE, meets_at="2020-05-25T13:00Z"),
        },
        set(),
    ),
    ({"ask": but(WHOLE["ask"], at="05-15", due_on=None)}, set()),
]


@pytest.mark.parametrize(("changes", "expected"), ORDERS)
def test_days_follow_each_other_as_they_must(changes: Changes, expected: set[str]) -> None:
    """ToR 7, 8: between two entries, inside one, and before its own recording."""
    findings = found(with_steps(WHOLE, changes))
    assert {said for _, said, _ in findings} <= {"order"}
    assert {f"{code} {where}" for code, _, where in findings} == expected


def test_a_case_that_opened_before_its_terms_is_found_and_after_its_rule_set_is_not() -> None:
    """ToR 2.1: the terms held from 1 May 2020; their rule set was replaced in December 2023."""
    once = {("terms-out-of-force", "order", "receipt")}
    for day, expected in (("2020-04-30", once), ("2023-12-15", set[tuple[str, str, str]]())):
        incident = {"known_on": day, "nature": "death"}
        receipt = but(RECEIPT, at=f"{day} 10:00", incident=incident, panel_notified_at=None)
        assert found({"receipt": receipt}, read_on=date.fromisoformat(day)) == expected


def test_a_stated_due_day_that_its_calendar_counts_otherwise_is_found() -> None:
    """ToR 5(a): it stands as recorded; a calendar that is not at hand says nothing of it."""
    named = calendars.load("england-and-wales")
    stated: dict[str, Any] = {
        "deadline": "rapid-review",
        "counted_from": "2020-05-04",
        "due": "2020-05-27",
        "length": 15,
        "unit": "working_days",
        "counts_day_of_start": False,
        "calendar": {"id": named.id, "version": named.version, "digest": named.digest},
        "clause": "ToR 5(a)",
    }
    right = with_steps(WHOLE, {"set": step("DeadlineSet", "05-04 09:30", **stated)})
    assert found(right) == set()
    wrong = with_steps(
        WHOLE, {"set": step("DeadlineSet", "05-04", **{**stated, "due": "2020-05-20"})}
    )
    assert found(wrong) == {("due-day-differs", "order", "set")}
    late = next(one for one in judged(wrong).clocks if one.deadline == "rapid-review")
    assert (late.due, late.state) == (date(2020, 5, 20), "met-late")
    elsewhere = {**stated, "due": "2020-05-20", "calendar": {**stated["calendar"], "version": "0"}}
    assert found(with_steps(WHOLE, {"set": step("DeadlineSet", "05-04", **elsewhere)})) == set()


CONTRADICTIONS: list[tuple[Changes, Found]] = [
    (
        {"receipt": but(RECEIPT, children=RECEIPT["children"] * 2)},
        {("child-named-twice", "contradiction", "receipt")},
    ),
    (
        {
            "decide": but(
                DECIDE, manner="majority", dissent=[{"seat": "press", "words": "narrower"}]
            )
        },
        {
            ("manner-decides", "irregular", "decide"),
            ("dissent-of-unknown-seat", "contradiction", "decide"),
        },
    ),
    (
        {"decide": but(DECIDE, dissent=[{"seat": "police", "words": "narrower"}])},
        {("consensus-with-dissent", "contradiction", "decide")},
    ),
    (
        {"more": step("PanelFeedbackReceived", "06-12 08:00", agrees=False)},
        {
            ("panel-answered-both-ways", "contradiction", "answer"),
            ("panel-answered-both-ways", "contradiction", "more"),
        },
    ),
    (
        {"decide": but(DECIDE, outcomes=["no-practice-review", "local-practice-review"])},
        {("outcomes-exclude-each-other", "contradiction", "decide")},
    ),
    (
        {
            "decide": but(DECIDE, related_reviews=[]),
            "link": step(
                "ProcessLinked", "05-19 22:30", process="safeguarding-adult-review", reference="R"
            ),
        },
        {("none-beside-linked", "contradiction", "decide")},
    ),
    (
        {
            "decide": but(DECIDE, related_reviews=[]),
            "link": step("ProcessLinked", "05-06", process="inquest", reference="I-1"),
        },
        set(),
    ),
    (
        {"commission": but(COMMISSION, methodology="serious-case-review")},
        {("methodology-other-than-decided", "contradiction", "commission")},
    ),
    (
        {
            "engage": step(
                "EngagementRecorded",
                "12-16",
                engagement="E-1",
                party="family",
                engaged=True,
                words="so",
            )
        },
        {("publication-without-engagement", "contradiction", "publish")},
    ),
]


@pytest.mark.parametrize(("changes", "expected"), CONTRADICTIONS)
def test_two_things_of_which_only_one_can_be_so_contradict_each_other(
    changes: Changes, expected: Found
) -> None:
    """ToR 2 to 4, 8: such findings are irregular, whatever else holds."""
    assert found(with_steps(WHOLE, changes)) == expected


def test_an_outcome_that_suggests_a_national_review_excludes_no_other() -> None:
    """ToR 5(b): it may be beside a decision that asks for no practice review."""
    both = but(DECIDE_NOT, outcomes=["no-practice-review", "national-review-suggested"])
    assert found(with_steps(WITHOUT_PRACTICE_REVIEW, {"decide": both})) == set()
