"""The Panel's answer and what follows it (ToR 2, 4(b), 7.8, 7.9, 8.10)."""

from rapid_review.domain import clauses
from rapid_review.domain.case import Case
from rapid_review.domain.errors import listed, shown
from rapid_review.domain.events import (
    DeadlineSet,
    LearningThemeIdentified,
    PracticeReviewCommissioned,
)
from rapid_review.domain.particulars import FeedbackSharing, Particulars, Reckoning, ThemeReferral
from rapid_review.domain.rules.finding import Finding, Verdict, known, unless
from rapid_review.domain.rules.opening import review_is_held
from rapid_review.domain.rules.outcome import recommends_practice_review
from rapid_review.domain.terms.terms import Terms


def report_was_sent(_said: Particulars, case: Case, _terms: Terms) -> Finding:
    """ToR 7.8, 8.8: the Panel discusses and answers what was sent to it."""
    return unless(
        not case.review.sent_to_panel,
        clauses.TO_PANEL,
        Verdict.FORBIDDEN,
        "no report was sent to the Panel",
        "SendReportToPanel first; it may be recorded late.",
    )


def feedback_was_received(_said: Particulars, case: Case, _terms: Terms) -> Finding:
    """ToR 7.8, 7.9: feedback is shared once it has come."""
    return unless(
        case.review.panel_agrees is None,
        clauses.FEEDBACK,
        Verdict.FORBIDDEN,
        "the Panel's feedback has not been received",
        "ReceivePanelFeedback first; it may be recorded late.",
    )


def recipient_is_known(said: FeedbackSharing, _case: Case, terms: Terms) -> Finding:
    """ToR 7.9: the Panel's feedback goes to those whom the terms name."""
    return known("recipient", [said.shared_with], terms.feedback.share_with, terms.feedback.clause)


# --- What follows (ToR 2, 3, 4, 8.10)


def practice_review_was_decided(_said: Particulars, case: Case, terms: Terms) -> Finding:
    """ToR 2.1: a practice review is commissioned where the decision asks for one."""
    return unless(
        not recommends_practice_review(case.review.decided, terms),
        clauses.SCOPE,
        Verdict.FORBIDDEN,
        f"the decision asks for no practice review: {listed(case.review.decided)}",
        "MakeDecision or ReconsiderDecision comes first.",
    )


def practice_review_was_commissioned(_said: Particulars, case: Case, _terms: Terms) -> Finding:
    """ToR 8.10: what is published, or withheld, was commissioned."""
    return unless(
        case.last(PracticeReviewCommissioned) is None,
        clauses.COORDINATE,
        Verdict.FORBIDDEN,
        "no practice review was commissioned",
        "CommissionPracticeReview first; it may be recorded late.",
    )


def theme_was_identified(said: ThemeReferral, case: Case, _terms: Terms) -> Finding:
    """ToR 4(b): a theme that is taken up was named before."""
    named = {theme.theme for theme in case.all(LearningThemeIdentified)}
    return unless(
        said.theme not in named,
        clauses.THEMES,
        Verdict.FORBIDDEN,
        f"theme {shown(said.theme)} was not identified in this case; identified: {listed(named)}",
        "IdentifyLearningTheme first; it may be recorded late.",
    )


def everyone_was_told(_said: Particulars, case: Case, terms: Terms) -> Finding:
    """ToR 7.9: a case closes when all were told of the feedback, or no review was called for."""
    held = review_is_held(_said, case, terms).verdict is Verdict.HOLDS
    waiting = set(terms.feedback.share_with) - case.review.shared_with
    return unless(
        held and waiting,
        terms.feedback.clause,
        Verdict.FORBIDDEN,
        f"the Panel's feedback was not yet shared with: {listed(waiting)}",
        "ShareFeedback first; it may be recorded late.",
    )


def disagreement_was_reconsidered(_said: Particulars, case: Case, _terms: Terms) -> Finding:
    """ToR 7.8, 5(b): where the Panel disagreed, the group looked at its decision again."""
    return unless(
        case.review.panel_agrees is False and not case.review.reconsidered,
        clauses.FEEDBACK,
        Verdict.IRREGULAR,
        "the Panel disagreed and the decision was not reconsidered",
        "ReconsiderDecision records it, whatever the outcome.",
    )


def case_is_closed(_said: Particulars, case: Case, _terms: Terms) -> Finding:
    """ToR 7.9: only a closed case is opened again."""
    return unless(
        not case.review.closed,
        clauses.FEEDBACK_SHARED,
        Verdict.FORBIDDEN,
        "the case is not closed",
        "Nothing needs reopening.",
    )


def clock_has_started(said: Reckoning, case: Case, _terms: Terms) -> Finding:
    """ToR 7.3: only a clock that started can be reckoned again."""
    started = {clock.deadline for clock in case.all(DeadlineSet)}
    return unless(
        said.deadline not in started,
        clauses.CLOCK,
        Verdict.FORBIDDEN,
        f"no clock {shown(said.deadline)} has started in this case",
        f"Started are: {listed(started)}.",
    )
