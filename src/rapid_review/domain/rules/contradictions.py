"""Contradictions: two things in effect that cannot both be right."""

from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import Final

from rapid_review.domain import clauses
from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.case import Case
from rapid_review.domain.errors import listed
from rapid_review.domain.panel_rounds import round_of
from rapid_review.domain.rules.finding import Finding, Kind, Verdict, Written, written
from rapid_review.domain.rules.outcome import decision_in_force
from rapid_review.domain.rules.unlisted_codes import unlisted_codes
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Capacity, DecisionManner, person_of

CONTRADICTIONS: Final[Mapping[str, tuple[clauses.ToRClause, ...]]] = {
    "child-named-twice": (clauses.RECEIVE,),
    "panel-told-on-two-days": (clauses.RECEIVE,),
    "panel-answered-both-ways": (clauses.FEEDBACK,),
    "member-sat-and-apologised": (clauses.QUORUM,),
    "dissent-of-unknown-seat": (clauses.MEMBERS,),
    "consensus-with-dissent": (clauses.MEET,),
    "outcomes-exclude-each-other": (clauses.CRITERIA,),
    "none-beside-linked": (clauses.RELATED,),
    "methodology-other-than-decided": (clauses.METHODOLOGY,),
    "publication-without-engagement": (clauses.CHALLENGE,),
    "word-not-of-the-terms": (
        clauses.RECEIVE,
        clauses.MEMBERS,
        clauses.METHODOLOGY,
        clauses.PRIOR_THEMES,
        clauses.RELATED,
        clauses.COORDINATE,
        clauses.CHALLENGE,
        clauses.THEMES,
    ),
}
"""Every contradiction that is looked for, and the clauses that it concerns."""

_MEND = "Correct whichever of the two is wrong with CorrectRecord."
_MEND_THE_WORD = (
    "Correct a wrong word with CorrectRecord. If the terms should allow the word, add it in "
    "their next edition."
)


def _check_children(event: did.NotificationReceived) -> Iterator[Finding]:
    """ToR 8.1: a child is named once in a notification."""
    children = [person_of(child.reference) for child in event.children]
    if len(children) != len(set(children)):
        yield _contradiction(
            "child-named-twice", clauses.RECEIVE, "two children have the same reference"
        )


def contradictions(event: did.AnyEvent, case: Case, terms: Terms) -> Iterator[Finding]:
    """Yield what an event in effect says against itself, or against others in effect.

    Args:
        event: the event.
        case: everything in effect.
        terms: the terms in force on its day.
    """
    for clause, because in unlisted_codes(event, terms):
        yield _contradiction("word-not-of-the-terms", clause, because, _MEND_THE_WORD)
    match event:
        case did.NotificationReceived():
            yield from _check_children(event)
        case team.PanelNotified():
            yield from _check_telling_of_the_panel(event, case, terms)
        case did.QuorumConfirmed() | did.QuorumNotMet():
            yield from _check_attendance(event, terms)
        case did.DecisionMade() | did.DecisionReconsidered():
            yield from _check_decision(event, terms)
            yield from _check_related_reviews(event, case, terms)
        case did.PanelFeedbackReceived():
            yield from _check_panel_answer(event, case, terms)
        case did.PracticeReviewCommissioned():
            yield from _check_commission(event, case, terms)
        case did.PracticeReviewPublished():
            yield from _check_publication(event, case, terms)
        case _:
            pass


def _check_attendance(
    details: did.QuorumConfirmed | did.QuorumNotMet, terms: Terms
) -> Iterator[Finding]:
    """ToR 6.2: the person who sent apologies was not there; somebody may have sat for them.

    Where a seat has several titles, one holder may have sat, and another sent apologies (I-4).
    """
    members = {one.seat for one in details.sat if one.capacity is Capacity.MEMBER}
    members -= {seat.id for seat in terms.seats if len(seat.filled_by) > 1}
    if both := members.intersection(details.apologies):
        yield _contradiction(
            "member-sat-and-apologised",
            clauses.QUORUM,
            "the record says both that the member attended and that they sent apologies: "
            f"{listed(both)}",
        )


def _check_telling_of_the_panel(
    details: team.PanelNotified, case: Case, terms: Terms
) -> Iterator[Finding]:
    """ToR 8.1: the Panel was told on one day, no matter who says it."""
    if details.notified_at is None:
        return
    notified = [one.panel_notified_at for one in case.all(did.NotificationReceived)]
    notified += [one.notified_at for one in case.all(team.PanelNotified)]
    day = terms.local_day(details.notified_at)
    others = sorted({terms.local_day(at) for at in notified if at is not None} - {day})
    if others:
        yield _contradiction(
            "panel-told-on-two-days",
            clauses.RECEIVE,
            f"entries differ about the day on which the Panel was notified: {day}, and "
            f"{listed(others)}",
        )


def _check_panel_answer(
    details: did.PanelFeedbackReceived, case: Case, terms: Terms
) -> Iterator[Finding]:
    """ToR 7.8: on one day the Panel agrees with a decision, or it does not."""
    day = terms.local_day(details.at)
    others = [
        one
        for one in case.all(did.PanelFeedbackReceived)
        if one.agrees != details.agrees and terms.local_day(one.at) == day
    ]
    own_round = round_of(details, case, terms) if others else ()
    if any(one in own_round for one in others):
        yield _contradiction(
            "panel-answered-both-ways",
            clauses.FEEDBACK,
            f"the Panel gave two answers to one report on {day}: in one it agrees, and in the "
            "other it does not",
        )


def _check_decision(
    details: did.DecisionMade | did.DecisionReconsidered, terms: Terms
) -> Iterator[Finding]:
    """ToR 6.1, 7.6: a dissenting seat is one of the terms, and dissent excludes consensus."""
    unknown = {dissent.seat for dissent in details.dissent} - terms.seat_ids
    if unknown:
        yield _contradiction(
            "dissent-of-unknown-seat",
            clauses.MEMBERS,
            f"the decision records dissent by {listed(unknown)}, and the terms have no such seat",
        )
    if details.dissent and details.manner is DecisionManner.CONSENSUS:
        yield _contradiction(
            "consensus-with-dissent",
            terms.decision.clause,
            "the record says that the group decided by consensus, and it also records dissent",
        )
    if not terms.exclusive_outcomes.isdisjoint(permutations(details.outcomes, 2)):
        yield _contradiction(
            "outcomes-exclude-each-other",
            terms.decision.clause,
            f"these outcomes exclude each other: {listed(details.outcomes)}",
        )


def _check_related_reviews(
    details: did.DecisionMade | did.DecisionReconsidered, case: Case, terms: Terms
) -> Iterator[Finding]:
    """ToR 4(e): a decision that found no related review has none linked by its day."""
    day = terms.local_day(details.at)
    # An inquest or a prosecution may be linked as well (reading I-27), and is not a review.
    linked = [
        one.process
        for one in case.all(did.ProcessLinked)
        if one.process.endswith("review") and terms.local_day(one.at) <= day
    ]
    # Empty says that none was found; None, that nobody looked (reading I-20).
    if details.related_reviews == () and linked:
        yield _contradiction(
            "none-beside-linked",
            clauses.RELATED,
            "the decision says that no related review was found, and the case links "
            f"{listed(linked)}",
        )


def _check_commission(
    details: did.PracticeReviewCommissioned, case: Case, terms: Terms
) -> Iterator[Finding]:
    """ToR 5(c): a practice review follows the methodology that the group decided on."""
    decided = decision_in_force(case, terms.local_day(details.at), terms)
    methodology = decided and decided.methodology
    if methodology and methodology != details.methodology:
        yield _contradiction(
            "methodology-other-than-decided",
            clauses.METHODOLOGY,
            f"the commission names methodology {details.methodology}, and the decision names "
            f"{methodology}",
        )


def _check_publication(
    details: did.PracticeReviewPublished, case: Case, terms: Terms
) -> Iterator[Finding]:
    """ToR 3.2: before a review is published, it is recorded who took part in it."""
    day = terms.local_day(details.at)
    if not any(terms.local_day(one.at) <= day for one in case.all(did.EngagementRecorded)):
        yield _contradiction(
            "publication-without-engagement",
            clauses.CHALLENGE,
            "the review was published, and by that day no entry states who took part, or why "
            "nobody did",
            "Record with RecordEngagement who took part, or why nobody did.",
        )


def _contradiction(code: str, clause: Written, because: str, way_on: str = _MEND) -> Finding:
    return Finding(written(clause), Verdict.IRREGULAR, because, way_on, Kind.CONTRADICTION, code)
