"""Quorum, schedule, outcomes and adoption: a parameter of each, and what comes of it."""

from collections.abc import Iterable
from itertools import combinations

import pytest

from rapid_review import terms
from rapid_review.domain import commands as ask
from rapid_review.domain.case import Case
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import (
    DecisionMade,
    QuorumConfirmed,
    QuorumNotMet,
    ReportSentToPanel,
)
from rapid_review.domain.terms.quorum import AtLeast
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import DecisionManner
from tests.terms.by_the_book import (
    CHRISTMAS_2025,
    DOCUMENT,
    SHIPPED,
    decision,
    held,
    notification,
    until_the_meeting,
)

KENT = terms.load("kent-and-medway-2020-05")
DISTRICTS = terms.load("gloucestershire-districts")
QIIP = terms.load("gloucestershire-qiip")
SIX = ("stroud", "tewkesbury", "forest-of-dean", "cheltenham", "cotswold", "gloucester")


def met_with(seats: Iterable[str], held_under: Terms) -> Case:
    """Return a case whose meeting these seats attended."""
    steps = until_the_meeting(held_under, notification(held_under), seats)
    return held(steps, held_under)[0]


def is_quorate(seats: Iterable[str], held_under: Terms) -> bool:
    """Say whether a meeting of these seats was recorded as quorate."""
    return met_with(seats, held_under).last(QuorumConfirmed) is not None


# --- Four of six (Gloucestershire Districts, 3)


def test_any_four_of_the_six_districts_are_a_quorum() -> None:
    """Exactly four: all fifteen ways of choosing them."""
    assert DISTRICTS.quorum.needs == AtLeast(at_least=4, of=SIX)
    fours = list(combinations(SIX, 4))
    assert len(fours) == 15
    assert all(is_quorate(four, DISTRICTS) for four in fours)


def test_no_three_districts_are_a_quorum_anyone_who_else_comes() -> None:
    """One short: all twenty ways of choosing three, with every other seat filled besides."""
    others = tuple(DISTRICTS.seat_ids - set(SIX))
    threes = list(combinations(SIX, 3))
    assert (len(others), len(threes)) == (3, 20)
    assert not any(is_quorate((*three, *others), DISTRICTS) for three in threes)


def test_a_meeting_short_of_its_quorum_names_the_empty_seats() -> None:
    """In the order of the terms; the record says that it met, and who was missing."""
    short = met_with(SIX[:3], DISTRICTS).last(QuorumNotMet)
    assert short is not None
    assert short.empty_seats == (
        *SIX[3:],
        "adults-board",
        "partnerships-business",
        "business-support",
    )


# --- Three lead partners, one of them in several ways (Gloucestershire QIIP, 3)


@pytest.mark.parametrize(
    ("seats", "quorate"),
    [
        (("integrated-care-board", "council-childrens-social-care", "police"), True),
        (("hospitals-trust", "council-early-help", "police"), True),
        (("health-and-care-trust", "council-education", "police"), True),
        (("integrated-care-board", "hospitals-trust", "police"), False),
        (("integrated-care-board", "council-education", "fire-and-rescue"), False),
        (("council-childrens-social-care", "council-education", "police"), False),
    ],
)
def test_the_three_lead_partners_are_a_quorum(
    seats: tuple[str, ...],
    quorate: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Health, Council and Constabulary, each once; two of one kind do not stand in for another."""
    assert is_quorate(seats, QIIP) is quorate


@pytest.mark.parametrize(
    "held_under",
    [one for one in SHIPPED if one.partnership != "gloucestershire"],
    ids=lambda one: one.id,
)
def test_elsewhere_every_seat_counts(held_under: Terms) -> None:
    """All of them make the quorum, and leaving out any one breaks it."""
    seats = [seat.id for seat in held_under.seats]
    assert is_quorate(seats, held_under)
    for absent in seats:
        assert not is_quorate([seat for seat in seats if seat != absent], held_under)


# --- A meeting short of its quorum


@pytest.mark.parametrize(("held_under", "short"), [(DISTRICTS, SIX[:3]), (QIIP, ("police",))])
def test_where_the_chair_selects_an_inquorate_decision_is_recorded_and_found(
    held_under: Terms, short: tuple[str, ...]
) -> None:
    """The chair may let it proceed, in a manner that the terms know; the finding stays with it."""
    assert held_under.quorum.inquorate_may == "what-the-chair-selects"
    assert DecisionManner.CHAIR in held_under.decision.manners
    before = until_the_meeting(held_under, CHRISTMAS_2025, short)
    by_chair = decision(held_under, "no-practice-review", CHRISTMAS_2025.at).model_copy(
        update={"manner": DecisionManner.CHAIR}
    )
    case, wrong = held((*before, by_chair), held_under)
    assert case.last(DecisionMade) is not None
    (short_meeting, _), (event, finding) = wrong
    assert isinstance(short_meeting, QuorumNotMet)
    assert isinstance(event, DecisionMade)
    assert finding.clause == held_under.quorum.clause
    assert "was not quorate" in finding.because


def test_in_kent_an_inquorate_meeting_decides_nothing() -> None:
    """ToR 6.2: refused, with the clause, the empty seat and what to do next."""
    assert KENT.quorum.inquorate_may == "nothing"
    receive = notification(KENT)
    before = until_the_meeting(KENT, receive, KENT.seat_ids - {"police"})
    with pytest.raises(Refused) as refused:
        held((*before, decision(KENT, "no-practice-review", receive.at)), KENT)
    assert refused.value.clause == "ToR 6.2"
    assert refused.value.because.endswith("not quorate; empty seats: police")


def test_in_kent_the_chair_alone_does_not_decide() -> None:
    """ToR 7.6: the document provides for no such manner, so it is recorded and found."""
    receive = notification(KENT)
    before = until_the_meeting(KENT, receive, KENT.seat_ids)
    by_chair = decision(KENT, "no-practice-review", receive.at).model_copy(
        update={"manner": DecisionManner.CHAIR}
    )
    _, wrong = held((*before, by_chair), KENT)
    assert [(type(event), finding.clause) for event, finding in wrong] == [
        (DecisionMade, KENT.decision.clause)
    ]


# --- Schedule, outcomes, adoption


def test_liverpool_alone_has_a_schedule() -> None:
    """A standing group that meets every month; everywhere else a case brings its meeting."""
    assert {
        one.id: one.meetings.schedule for one in SHIPPED if one.meetings.schedule != "none"
    } == {"liverpool": "monthly"}


@pytest.mark.parametrize(
    "outcome", ["multi-agency-learning-review", "single-agency-learning-review"]
)
def test_a_learning_review_is_an_outcome_in_lincolnshire_and_none_in_kent(outcome: str) -> None:
    """It is no practice review: none can be commissioned, and nothing need be published."""
    lincolnshire = terms.load("lincolnshire-2019-09")
    receive = notification(lincolnshire)
    before = until_the_meeting(lincolnshire, receive, lincolnshire.seat_ids)
    decided = decision(lincolnshire, outcome, receive.at)
    commission = ask.CommissionPracticeReview(
        at=receive.at, reviewers=("R-1",), methodology="m", coordinator="c", scope="s"
    )
    with pytest.raises(Refused, match="asks for no practice review"):
        held((*before, decided, commission), lincolnshire)

    before = until_the_meeting(KENT, receive, KENT.seat_ids)
    with pytest.raises(Refused, match=f"outcome '{outcome}' is not in these terms"):
        held((*before, decision(KENT, outcome, receive.at)), KENT)


@pytest.mark.parametrize("held_under", SHIPPED, ids=lambda one: one.id)
def test_a_report_that_nobody_adopted_leaves_the_partnership_with_a_finding(
    held_under: Terms,
) -> None:
    """Who adopts is data; where it is automatic, as in Kent, nobody can have forgotten it."""
    receive = notification(held_under)
    steps = (
        *until_the_meeting(held_under, receive, held_under.seat_ids),
        decision(held_under, "no-practice-review", receive.at),
        ask.CompileReport(
            at=receive.at,
            version=1,
            document=DOCUMENT,
            limbs=tuple(limb.id for limb in held_under.national.limbs),
        ),
        ask.SendReportToPanel(at=receive.at, version=1),
    )
    _, wrong = held(steps, held_under)
    if held_under.adoption.automatic:
        assert wrong == ()
        return
    ((event, finding),) = wrong
    assert isinstance(event, ReportSentToPanel)
    assert finding.clause == held_under.adoption.clause
    missing = ", ".join(sorted(held_under.adoption.by))
    assert finding.because == f"the decision has not yet been adopted by: {missing}"


def test_who_adopts() -> None:
    """The Partnership as one, the three partners, the executive: by what each page says."""
    partners = ("local-authority", "integrated-care-board", "police")
    assert {one.id: (one.adoption.by, one.adoption.automatic) for one in SHIPPED} == {
        "kent-and-medway-2020-05": (("safeguarding-partnership",), True),
        "plymouth": (partners, True),
        "devon-dcfp": (("safeguarding-partners",), False),
        "devon-dscp": (("executive-partners",), False),
        "cambridgeshire-and-peterborough-2025-12": (partners, False),
        "north-yorkshire": (partners, False),
        **dict.fromkeys(
            ("derby-and-derbyshire-2019-06", "lincolnshire-2019-09"),
            (("local-authority", "clinical-commissioning-group", "police"), False),
        ),
        "liverpool": (("quality-assurance-group", "executive"), False),
        "gloucestershire-qiip": (("executive",), False),
        "gloucestershire-districts": (("safeguarding-partnership",), False),
    }
