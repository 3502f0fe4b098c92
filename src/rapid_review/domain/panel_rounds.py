"""Rounds before the Panel: a decision that was reconsidered after its answer goes to it again."""

from rapid_review.domain.case import Case
from rapid_review.domain.events import (
    AnyEvent,
    DecisionReconsidered,
    PanelFeedbackReceived,
    ReportSentToPanel,
)


def sent_again(case: Case) -> tuple[ReportSentToPanel, ...]:
    """ToR 7.8: return each first sending of a decision reconsidered after the Panel's answer."""
    found: list[ReportSentToPanel] = []
    answered = reconsidered = False
    for event in case.standing if case.last(DecisionReconsidered) else ():
        if isinstance(event, PanelFeedbackReceived):
            answered = True
        elif isinstance(event, DecisionReconsidered):
            reconsidered = answered
        elif isinstance(event, ReportSentToPanel) and reconsidered:
            found.append(event)
            reconsidered = False
    return tuple(found)


def latest_round(case: Case) -> tuple[AnyEvent, ...]:
    """ToR 7.8: return what stands since the report last went to the Panel again, or all of it."""
    again = sent_again(case)
    if not again:
        return case.standing
    place = next(at for at, event in enumerate(case.standing) if event is again[-1])
    return case.standing[place:]
