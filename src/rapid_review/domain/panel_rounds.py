"""Rounds before the Panel: a decision that was reconsidered after its answer goes to it again.

A round begins with a sending. Days decide, by the terms' own midnight: nothing is made of hours
and minutes (reading I-23).
"""

from collections.abc import Sequence
from datetime import date

from rapid_review.domain.case import Case
from rapid_review.domain.events import (
    AnyEvent,
    DecisionReconsidered,
    PanelDiscussionNoted,
    PanelFeedbackReceived,
    ReportSentToPanel,
)
from rapid_review.domain.terms.terms import Terms


def sent_again(case: Case, terms: Terms) -> tuple[ReportSentToPanel, ...]:
    """ToR 7.8: return each first sending of a decision reconsidered after the Panel's answer.

    It is the first one after the report first went, on or after the day of the reconsideration.
    """
    if case.last(DecisionReconsidered) is None:
        return ()
    answered = [terms.local_day(one.at) for one in case.all(PanelFeedbackReceived)]
    found: list[ReportSentToPanel] = []
    for decision in case.all(DecisionReconsidered):
        day = terms.local_day(decision.at)
        if not any(answer <= day for answer in answered):
            continue
        later = [one for one in case.all(ReportSentToPanel)[1:] if terms.local_day(one.at) >= day]
        if later and not any(later[0] is one for one in found):
            found.append(later[0])
    return tuple(found)


def panel_rounds(
    case: Case, terms: Terms, *, by: date = date.max
) -> tuple[tuple[AnyEvent, ...], ...]:
    """ToR 7.8: return the events that stand, in the rounds that the Panel is asked in.

    A discussion that took place before its round's report went belongs to an earlier round that
    knows of none yet, whenever it was noted.

    Args:
        case: the case as it stands.
        terms: the terms whose midnight ends a day.
        by: the local day of the reading; a report that goes later opens no round yet.
    """
    again = [one for one in sent_again(case, terms) if terms.local_day(one.at) <= by]
    if not again:
        return (case.standing,)
    found: list[list[AnyEvent]] = [[]]
    for event in case.standing:
        if any(event is one for one in again):
            found.append([])
        found[-1].append(event)
    for number in range(1, len(found)):
        sent_on = terms.local_day(again[number - 1].at)
        for event in tuple(found[number]):
            if isinstance(event, PanelDiscussionNoted) and event.discussed_on < sent_on:
                _brought_forward(event, found[: number + 1])
    return tuple(map(tuple, found))


def _brought_forward(event: PanelDiscussionNoted, rounds: Sequence[list[AnyEvent]]) -> None:
    """Move a discussion into the round before its own, if none is noted there."""
    *_, before, own = rounds
    if not any(isinstance(one, PanelDiscussionNoted) for one in before):
        own.remove(event)
        before.append(event)


def latest_round(case: Case, terms: Terms) -> frozenset[str]:
    """ToR 7.8: return the kinds of what stands since the report last went again, or of all."""
    rounds = panel_rounds(case, terms)
    return frozenset(case.by_kind if len(rounds) == 1 else (one.kind for one in rounds[-1]))
