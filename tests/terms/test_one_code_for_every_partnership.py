"""A whole case under each partnership's terms, by the same code: what differs is data."""

import pytest

from rapid_review import terms
from rapid_review.domain.events import (
    DecisionAdopted,
    DecisionMade,
    FeedbackShared,
    MemberInformed,
    PracticeReviewPublished,
    QuorumConfirmed,
    ReportCompiled,
)
from rapid_review.domain.terms.terms import Terms
from tests.terms.by_the_book import SHIPPED, by_the_book, changed, held, notification

EVERY_OUTCOME = [
    pytest.param(one, outcome, id=f"{one.id}-{outcome}")
    for one in SHIPPED
    for outcome in one.outcomes
]


@pytest.mark.parametrize(("held_under", "outcome"), EVERY_OUTCOME)
def test_a_case_done_by_the_book_closes_without_a_finding(held_under: Terms, outcome: str) -> None:
    """From notification to closing, for each outcome that the terms permit; every rule holds."""
    case, wrong = held(by_the_book(held_under, outcome, notification(held_under)), held_under)
    assert wrong == ()
    assert case.review.closed
    assert case.review.decided == (outcome,)


@pytest.mark.parametrize("held_under", SHIPPED, ids=lambda one: one.id)
def test_everyone_whom_the_terms_name_took_part(held_under: Terms) -> None:
    """Seats, adopting partners, limbs and recipients: those of the terms, and no others."""
    steps = by_the_book(held_under, "local-practice-review", notification(held_under))
    case, _ = held(steps, held_under)
    (attendance,) = case.all(QuorumConfirmed)
    assert [one.seat for one in attendance.sat] == [seat.id for seat in held_under.seats]
    assert {told.seat for told in case.all(MemberInformed)} == held_under.seat_ids
    assert tuple(one.partner for one in case.all(DecisionAdopted)) == held_under.adoption.by
    assert {one.automatic for one in case.all(DecisionAdopted)} == {held_under.adoption.automatic}
    (report,) = case.all(ReportCompiled)
    assert report.limbs == tuple(limb.id for limb in held_under.national.limbs)
    told = tuple(one.shared_with for one in case.all(FeedbackShared))
    assert told == held_under.feedback.share_with
    assert case.last(PracticeReviewPublished) is not None
    assert "publication" in case.review.clocks


def test_a_review_opened_by_a_referral_goes_the_same_way() -> None:
    """Plymouth: an accepted referral opens a rapid review that nobody told the Panel of before."""
    plymouth = terms.load("plymouth")
    referral = changed(
        notification(plymouth), notification_class="accepted-referral", panel_notified_at=None
    )
    case, wrong = held(by_the_book(plymouth, "alternative-learning-review", referral), plymouth)
    assert wrong == ()
    assert case.review.closed


def test_the_same_decision_needs_another_step_elsewhere() -> None:
    """Where adoption is automatic the decision brings it along; elsewhere each partner says so."""
    adopted_at_once = {}
    for held_under in SHIPPED:
        steps = by_the_book(held_under, "no-practice-review", notification(held_under))
        case, _ = held(steps, held_under)
        decided = case.last(DecisionMade)
        assert decided is not None
        after = case.recorded.index(decided) + 1
        adopted_at_once[held_under.id] = isinstance(case.recorded[after], DecisionAdopted) and (
            case.recorded[after].at == decided.at
        )
    assert {one for one, at_once in adopted_at_once.items() if at_once} == {
        "kent-and-medway-2020-05",
        "plymouth",
    }
