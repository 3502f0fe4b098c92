"""The Panel's answer and what follows it (ToR 2, 4(b), 7.8, 7.9, 8.10)."""

from datetime import date, timedelta
from typing import Final

from rapid_review.domain import clauses
from rapid_review.domain.case import Case
from rapid_review.domain.clocks import may_run, start_of
from rapid_review.domain.duplicates import duplicate_of
from rapid_review.domain.errors import listed, listed_or, shown
from rapid_review.domain.events import (
    DECISIONS,
    CaseClosed,
    DeadlineSet,
    DecisionMade,
    DecisionReconsidered,
    FeedbackShared,
    LearningThemeIdentified,
    PanelFeedbackReceived,
    PracticeReviewCommissioned,
    ReportSentToPanel,
)
from rapid_review.domain.panel_rounds import made_again, panel_rounds
from rapid_review.domain.particulars import (
    Decision,
    FeedbackSharing,
    Particulars,
    ThemeReferral,
)
from rapid_review.domain.record_particulars import Reckoning
from rapid_review.domain.rules.finding import Finding, Verdict, finding_if, finding_if_unknown
from rapid_review.domain.rules.opening import calls_for_review
from rapid_review.domain.rules.outcome import (
    asks_for_practice_review,
    decision_in_force,
    later_than,
    may_decide,
)
from rapid_review.domain.terms.terms import Terms


def report_was_sent(_details: Particulars, case: Case, _terms: Terms) -> Finding:
    """ToR 7.8, 8.8: the Panel discusses and answers the report that it received."""
    return finding_if(
        case.last(ReportSentToPanel) is None,
        clauses.TO_PANEL,
        Verdict.FORBIDDEN,
        "no report has been sent to the Panel",
        "Record the sending of the report first with SendReportToPanel. A late record is "
        "accepted.",
    )


def feedback_was_received(_details: Particulars, case: Case, _terms: Terms) -> Finding:
    """ToR 7.8, 7.9: the partnership shares feedback once it has arrived."""
    return finding_if(
        case.last(PanelFeedbackReceived) is None,
        clauses.FEEDBACK,
        Verdict.FORBIDDEN,
        "the Panel's feedback has not been received",
        "Record the feedback first with ReceivePanelFeedback. A late record is accepted.",
    )


def recipient_is_known(details: FeedbackSharing, _case: Case, terms: Terms) -> Finding:
    """ToR 7.9: the Panel's feedback goes to those whom the terms name."""
    return finding_if_unknown(
        "recipient", [details.shared_with], terms.feedback.share_with, terms.feedback.clause
    )


# --- What follows (ToR 2, 3, 4, 8.10)


def practice_review_was_decided(details: Particulars, case: Case, terms: Terms) -> Finding:
    """ToR 2.1: the partnership commissions a practice review if the decision asks for one."""
    day = terms.local_day(details.at)
    decided = decision_in_force(case, day, terms)
    before = decision_in_force(case, day - timedelta(days=1), terms)
    made: list[Decision] = [*case.all(DecisionMade), *case.all(DecisionReconsidered)]
    # Which of two decisions of one day came first, no hour says. A decision made only later is
    # found as later, and not as missing (reading I-7).
    since = [one for one in made if terms.local_day(one.at) >= day]
    asking = [*([before] if before else []), *since]
    return finding_if(
        not any(asks_for_practice_review(one, case, terms) for one in asking),
        clauses.SCOPE,
        Verdict.FORBIDDEN,
        listed_or(
            "the decision asks for no practice review: ",
            decided.outcomes if decided else (),
            "no decision that asks for a practice review is recorded yet",
        ),
        "Record a decision that asks for one first, with MakeDecision or ReconsiderDecision. A "
        "late record is accepted.",
    )


def practice_review_was_commissioned(_details: Particulars, case: Case, _terms: Terms) -> Finding:
    """ToR 8.10: the partnership publishes or withholds a practice review that it commissioned."""
    return finding_if(
        case.last(PracticeReviewCommissioned) is None,
        clauses.COORDINATE,
        Verdict.FORBIDDEN,
        "no practice review has been commissioned",
        "Record the commission first with CommissionPracticeReview. A late record is accepted.",
    )


def theme_was_identified(details: ThemeReferral, case: Case, _terms: Terms) -> Finding:
    """ToR 4(b): before somebody takes up a theme, the group has named it."""
    named = {theme.theme for theme in case.all(LearningThemeIdentified)}
    return finding_if(
        details.theme not in named,
        clauses.THEMES,
        Verdict.FORBIDDEN,
        f"theme {shown(details.theme)} has not been identified in this case; "
        + listed_or("identified are: ", named, "no theme has been identified yet"),
        "Record the theme first with IdentifyLearningTheme. A late record is accepted.",
    )


def everyone_was_told(details: Particulars, case: Case, terms: Terms) -> Finding:
    """ToR 7.9: a case closes when all know the feedback, or when nothing called for a review.

    A case with a link as the duplicate of another closes at any time.
    The partnership must have passed on the Panel's latest answer. If a report went to the Panel
    again after a reconsidered decision, the Panel must have answered it (readings I-13, I-23).
    """
    day = terms.local_day(details.at)
    told: set[str] = set()
    awaited = awaits_an_answer(case, day, terms)
    if (answer := _answer_by(case, day, terms)) is not None:
        told = told_since(answer, case, terms)
    waiting = set(terms.feedback.share_with) - told
    because = f"the Panel's feedback has not yet been shared with: {listed(waiting)}"
    way_on = "Record its sharing with ShareFeedback. A late record is accepted."
    if awaited:
        because = "the Panel has not answered the report that was sent to it again"
    if awaited or answer is None:
        way_on = _RECORD_THE_ANSWER
    return finding_if(
        _is_called_for(case, terms) and (waiting or awaited),
        terms.feedback.clause,
        Verdict.FORBIDDEN,
        because,
        way_on,
    )


_RECORD_THE_ANSWER: Final = (
    "Record the feedback first with ReceivePanelFeedback, and its sharing with ShareFeedback. A "
    "late record is accepted."
)


def _is_called_for(case: Case, terms: Terms) -> bool:
    """Say whether a closing ends a review that is held, and held in this case."""
    return calls_for_review(case, terms) and duplicate_of(case) is None


def told_since(answer: PanelFeedbackReceived, case: Case, terms: Terms) -> set[str]:
    """ToR 7.9: return who was told of the Panel's answer, on its day or after it."""
    day = terms.local_day(answer.at)
    return {one.shared_with for one in case.all(FeedbackShared) if terms.local_day(one.at) >= day}


def _answer_by(case: Case, day: date, terms: Terms) -> PanelFeedbackReceived | None:
    """Return the Panel's latest answer by the end of a day; where there is none, the next."""
    # An answer that came only later is found as later, and not as missing (reading I-7).
    answers = case.all(PanelFeedbackReceived)
    by_then = [one for one in answers if terms.local_day(one.at) <= day]
    return (by_then[-1] if by_then else answers[0]) if answers else None


def awaits_an_answer(case: Case, day: date, terms: Terms) -> bool:
    """ToR 7.8: say whether a report that went to the Panel again by this day is unanswered."""
    rounds = panel_rounds(case, terms, by=day)
    is_answered = any(isinstance(one, PanelFeedbackReceived) for one in rounds[-1])
    return len(rounds) > 1 and not is_answered


def disagreement_was_reconsidered(details: Particulars, case: Case, terms: Terms) -> Finding:
    """ToR 7.8, 5(b): where the Panel disagreed, the group looked at its decision again."""
    day = terms.local_day(details.at)
    answers = case.all(PanelFeedbackReceived)
    by_then = [one for one in answers if terms.local_day(one.at) <= day]
    return finding_if(
        _is_called_for(case, terms)
        and any(not is_reconsidered(one, case, terms) for one in by_then[-1:]),
        clauses.FEEDBACK,
        Verdict.IRREGULAR,
        "the Panel disagreed with the decision, and no quorate meeting has reconsidered it",
        "Record with ReconsiderDecision that the group reconsidered it, even if the outcome is "
        "the same.",
    )


def is_reconsidered(answer: PanelFeedbackReceived, case: Case, terms: Terms) -> bool:
    """ToR 5(b), 7.8: say whether the Panel agreed, or the group has decided again since.

    A decision by a meeting without a quorum does not count.
    """
    day = terms.local_day(answer.at)
    since = (one for one in made_again(case) if terms.local_day(one.at) >= day)
    return answer.agrees or any(may_decide(one, case, terms) for one in since)


def reconsidered_on(case: Case, terms: Terms) -> date:
    """ToR 5(b): return when the group last decided again; the first of all days, if never."""
    again = made_again(case)
    return terms.local_day(again[-1].at) if again else date.min


def outcome_changed_on(case: Case, terms: Terms) -> date:
    """ToR 5(b): return when the outcome last changed; the first of all days, if it never did."""
    if not made_again(case):
        return date.min
    changed, before, first = date.min, frozenset[str](), case.first(DecisionMade)
    for one in case.standing:
        if isinstance(one, DECISIONS):
            if one is not first and before != frozenset(one.outcomes):
                changed = terms.local_day(one.at)
            before = frozenset(one.outcomes)
    return changed


def case_is_closed(details: Particulars, case: Case, _terms: Terms) -> Finding:
    """ToR 7.9: only a closed case can reopen, even if the closing on record is later."""
    is_closed = case.review.closed or any(
        isinstance(one, CaseClosed) for one in later_than(details, case.standing)
    )
    return finding_if(
        not is_closed,
        clauses.FEEDBACK_SHARED,
        Verdict.FORBIDDEN,
        "the case is not closed",
        "Nothing needs to be reopened.",
    )


def clock_has_started(details: Reckoning, case: Case, terms: Terms) -> Finding:
    """ToR 7.3: only a clock that started has a due day to calculate again, set or not."""
    started = {clock.deadline for clock in case.all(DeadlineSet)} | {
        one.id
        for one in terms.clocks.values()
        if may_run(one, case, terms) and start_of(one, case.standing, terms) is not None
    }
    return finding_if(
        details.deadline not in started,
        clauses.CLOCK,
        Verdict.FORBIDDEN,
        f"no clock {shown(details.deadline)} has started in this case",
        listed_or("Clocks that have started: ", started, "No clock has started yet") + ".",
    )
