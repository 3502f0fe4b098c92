"""Criteria, decision, adoption (ToR 1 to 6, 7.6)."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Final, TypeVar

from rapid_review.domain import clauses
from rapid_review.domain.case import Case, MeetingHeld
from rapid_review.domain.errors import listed
from rapid_review.domain.events import (
    DECISIONS,
    CriteriaAssessed,
    DecisionAdopted,
    DecisionMade,
    DecisionReconsidered,
)
from rapid_review.domain.particulars import (
    Adoption,
    CriteriaAssessment,
    Decision,
    Particulars,
)
from rapid_review.domain.rules.finding import (
    IF_IT_HAPPENED,
    Finding,
    Verdict,
    finding_if,
    finding_if_unknown,
)
from rapid_review.domain.rules.meeting import attendance_of, quorum_on_its_day
from rapid_review.domain.terms.citing import Refs
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import DecisionManner

E = TypeVar("E", bound=Particulars)


def criteria_are_known(details: CriteriaAssessment, _case: Case, terms: Terms) -> Finding:
    """ToR 5(b): the criteria weighed are the rule set's."""
    criteria = [criterion.id for criterion in terms.national.criteria]
    return finding_if_unknown(
        "criterion", [f.criterion for f in details.factors], criteria, clauses.CRITERIA
    )


def every_criterion_is_weighed(details: CriteriaAssessment, case: Case, terms: Terms) -> Finding:
    """ToR 5(b): the group weighs each of the rule set's criteria by the day of its decision.

    It may weigh them in several assessments; what is missing is said of the last of them.
    """
    together = _weighed_by_the_decision(details, case, terms)
    weighed = {factor.criterion for one in (*together, details) for factor in one.factors}
    missing = {criterion.id for criterion in terms.national.criteria} - weighed
    return finding_if(
        missing and not any(later_than(details, together)),
        clauses.CRITERIA,
        Verdict.IRREGULAR,
        f"these criteria have not been weighed: {listed(missing)}",
        "Record with AssessCriteria, on the day on which it happened, that the group weighed "
        "them. If it decided without weighing them, this finding stays.",
    )


def _weighed_by_the_decision(
    details: CriteriaAssessment, case: Case, terms: Terms
) -> list[CriteriaAssessed]:
    """Return the assessments by the day of the next decision from an assessment on; else all."""
    day = terms.local_day(details.at)
    made = (*case.all(DecisionMade), *case.all(DecisionReconsidered))
    decided = min((on for one in made if (on := terms.local_day(one.at)) >= day), default=date.max)
    return [one for one in case.all(CriteriaAssessed) if terms.local_day(one.at) <= decided]


def later_than(details: Particulars, events: Iterable[E]) -> Iterator[E]:
    """Yield which of some events come after a step: by the time, then by the entry."""
    is_past = False
    for event in events:
        if is_past or event.at > details.at:
            yield event
        is_past = is_past or event is details


def meeting_is_quorate(details: Decision, case: Case, terms: Terms) -> Finding:
    """ToR 6.2, 7.6: only a quorate meeting decides; the seats say whether it was one."""
    held = attendance_of(details.meeting, case)
    found = quorum_on_its_day(held, case, terms) if held else MeetingHeld()
    because = (
        f"meeting {details.meeting} was not quorate; empty seats: {listed(found.empty_seats)}"
        if held
        else f"nobody's attendance of meeting {details.meeting} is recorded"
    )
    # Where the chair may let business proceed, a decision is found and not refused (I-17).
    return finding_if(
        not found.quorate,
        terms.quorum.clause,
        Verdict.IRREGULAR if found.chair_selects else Verdict.FORBIDDEN,
        f"a decision needs a quorate meeting; {because}",
        _DECIDE_AGAIN if case.last(DecisionMade) else _DECIDE_THERE,
    )


def may_decide(decision: Decision, case: Case, terms: Terms) -> bool:
    """ToR 6.2: say whether a decision counts, as far as its meeting is known (I-17)."""
    if attendance_of(decision.meeting, case) is None:
        return True
    return meeting_is_quorate(decision, case, terms).verdict is not Verdict.FORBIDDEN


_DECIDE_THERE: Final = (
    "Record the attendance of a quorate meeting with RecordAttendance; that meeting can decide."
)
_DECIDE_AGAIN: Final = (
    "Unless the group has decided again at a quorate meeting since, record the attendance of one "
    "with RecordAttendance, and what it decides with ReconsiderDecision."
)


def decided_once(_details: Decision, case: Case, _terms: Terms) -> Finding:
    """ToR 7.6: the group decides once; after that it reconsiders."""
    decided = case.last(DecisionMade)
    return finding_if(
        decided,
        clauses.MEET,
        Verdict.FORBIDDEN,
        f"the group has already decided: {listed(decided.outcomes if decided else ())}",
        "If the group decided again, record it with ReconsiderDecision. If the record is "
        "wrong, correct it with CorrectRecord.",
    )


def decision_in_force(
    case: Case, day: date, terms: Terms
) -> DecisionMade | DecisionReconsidered | None:
    """ToR 5(b): return the latest decision that was made by the end of a day."""
    found: DecisionMade | DecisionReconsidered | None = None
    # Most cases hold one decision, and then the whole history need not be looked through.
    for one in case.standing if case.last(DecisionReconsidered) else case.all(DecisionMade):
        if isinstance(one, DECISIONS) and terms.local_day(one.at) <= day:
            found = one
    return found


def outcome_is_permitted(details: Decision, _case: Case, terms: Terms) -> Finding:
    """ToR 1.4, 5(b): the outcomes are among those the terms permit."""
    return finding_if_unknown("outcome", details.outcomes, terms.outcomes, terms.decision.clause)


def manner_decides(details: Decision, _case: Case, terms: Terms) -> Finding:
    """ToR 7.6: the group decides in a manner that the terms allow."""
    manner = "the chair" if details.manner is DecisionManner.CHAIR else details.manner
    return finding_if(
        details.manner not in terms.decision.manners,
        terms.decision.clause,
        Verdict.IRREGULAR,
        f"the terms do not provide for a decision by {manner}",
        f"Allowed: {listed(terms.decision.manners)}. {IF_IT_HAPPENED}",
    )


def rationale_is_given(details: Decision, _case: Case, _terms: Terms) -> Finding:
    """ToR 7.7: the report gives the decision with its rationale, so there is one."""
    return finding_if(
        details.rationale is None,
        clauses.REPORT,
        Verdict.IRREGULAR,
        "the decision has no rationale",
        "When somebody finds it, add it with CorrectRecord.",
    )


def recommends_practice_review(outcomes: Collection[str], terms: Terms) -> bool:
    """ToR 2.1: say whether one of these outcomes asks for a practice review."""
    return any(o in terms.outcomes and terms.outcomes[o].practice_review for o in outcomes)


def asks_for_practice_review(decision: Decision, case: Case, terms: Terms) -> bool:
    """ToR 2.1: say whether a decision asks for a practice review, by the terms of its day (I-24).

    If those are not available, the present terms say it.
    """
    return recommends_practice_review(
        decision.outcomes, case.terms_of_then.get(decision.at, terms)
    )


def criteria_were_assessed(details: Decision, case: Case, terms: Terms) -> Finding:
    """ToR 2.1, 5(b): the group weighs the criteria before it recommends a practice review."""
    # Any other decision without the criteria weighed is irregular, and no more (reading I-20).
    practice_review = recommends_practice_review(details.outcomes, terms)
    return finding_if(
        case.last(CriteriaAssessed) is None,
        clauses.CRITERIA,
        Verdict.FORBIDDEN if practice_review else Verdict.IRREGULAR,
        "the criteria of the rule set have not been weighed",
        "Record the assessment first with AssessCriteria. A late record is accepted.",
    )


def style_and_methodology_are_given(details: Decision, _case: Case, terms: Terms) -> Finding:
    """ToR 5(c): with a practice review the group recommends its style and methodology."""
    missing = [name for name in ("methodology", "style") if getattr(details, name) is None]
    return finding_if(
        recommends_practice_review(details.outcomes, terms) and missing,
        clauses.METHODOLOGY,
        Verdict.FORBIDDEN,
        f"the decision recommends a practice review, and does not give {_named(missing)}",
        f"Give {_named(missing)} with the decision.",
    )


def earlier_learning_was_weighed(details: Decision, _case: Case, terms: Terms) -> Finding:
    """ToR 4(e), 4(f): for a practice review the group looked at earlier themes and reviews."""
    fields = {"earlier themes": "prior_themes", "related reviews": "related_reviews"}
    missing = [what for what, name in fields.items() if getattr(details, name) is None]
    return finding_if(
        recommends_practice_review(details.outcomes, terms) and missing,
        Refs(clauses.RELATED, clauses.PRIOR_THEMES),
        Verdict.IRREGULAR,
        f"the decision does not say whether the group looked at {' and '.join(missing)}",
        f"Give {_named(fields[what] for what in missing)} with the decision. An empty answer says "
        "that the group looked and found none.",
    )


def publication_and_proportion_were_weighed(details: Decision, _: Case, terms: Terms) -> Finding:
    """ToR 3.2, 4(c): for a practice review the group considered publication and proportion."""
    # False as much as nothing: the group has not considered it.
    given = {
        "publication": ("publication_considered", details.publication_considered),
        "proportionality": ("proportionality", details.proportionality is not None),
    }
    missing = {what: name for what, (name, is_given) in given.items() if not is_given}
    return finding_if(
        recommends_practice_review(details.outcomes, terms) and missing,
        Refs(clauses.CHALLENGE, clauses.PROPORTIONATE),
        Verdict.IRREGULAR,
        f"the decision does not say that the group considered {' and '.join(missing)}",
        f"Give {_named(missing.values())} with the decision.",
    )


def _named(fields: Iterable[str]) -> str:
    """Return the names of fields as the messages quote them; the pages say their questions."""
    return " and ".join(f"`{one}`" for one in fields)


def decision_was_made(_details: Particulars, case: Case, _terms: Terms) -> Finding:
    """ToR 7.6, 7.7: adopting, reporting and reconsidering follow a decision."""
    return finding_if(
        case.last(DecisionMade) is None,
        clauses.MEET,
        Verdict.FORBIDDEN,
        "the group has not decided",
        "Record the decision first with MakeDecision. A late record is accepted.",
    )


def partner_adopts(details: Adoption, _case: Case, terms: Terms) -> Finding:
    """ToR 5(b): the partners who adopt are those the terms name."""
    return finding_if_unknown(
        "partner", [details.partner], terms.adoption.by, terms.adoption.clause
    )


def decision_was_adopted(details: Particulars, case: Case, terms: Terms) -> Finding:
    """ToR 5(b): the partners made the decision theirs before it left the partnership.

    They must have adopted the latest decision by that day, on its day or after it.
    If the group had made none by then, which other rules find, any adoption is enough.
    """
    decision = decision_in_force(case, terms.local_day(details.at), terms)
    missing = set(terms.adoption.by) - partners_that_adopted(decision, case, terms)
    if decision is None:
        first = "Record the decision first with MakeDecision."
        after = "The program then records that it was adopted." if terms.adoption.automatic else ""
        because = f"there is no decision that could have been adopted by: {listed(missing)}"
        way_on = f"{first} {after}".strip()
        return finding_if(missing, terms.adoption.clause, Verdict.IRREGULAR, because, way_on)
    return finding_if(
        missing,
        terms.adoption.clause,
        Verdict.IRREGULAR,
        f"the decision has not yet been adopted by: {listed(missing)}",
        "Record the adoption first with AdoptDecision. A late record is accepted.",
    )


def partners_that_adopted(
    decision: DecisionMade | DecisionReconsidered | None, case: Case, terms: Terms
) -> frozenset[str]:
    """ToR 5(b): return the partners that adopted a decision, on its day or after it."""
    made_on = terms.local_day(decision.at) if decision else date.min
    adopted = case.all(DecisionAdopted)
    return frozenset(one.partner for one in adopted if terms.local_day(one.at) >= made_on)
