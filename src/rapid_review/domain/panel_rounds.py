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


def panel_rounds(
    case: Case, terms: Terms, *, by: date = date.max
) -> tuple[tuple[AnyEvent, ...], ...]:
    """ToR 7.8: return the events in effect, in the rounds that the Panel is asked in.

    A discussion that took place before its round's report went belongs to an earlier round that
    knows of none yet, whenever it was noted.

    Args:
        case: the case as it is.
        terms: the terms whose midnight ends a day.
        by: the local day of the reading; a report that goes later opens no round yet.
    """
    if case.last(DecisionReconsidered) is None:
        return (case.standing,)
    days = [terms.local_day(event.at) for event in case.standing]
    again = [place for place in _sent_again(case, days) if days[place] <= by]
    if not again:
        return (case.standing,)
    ends = [*again[1:], len(case.standing)]
    found = [list(case.standing[: again[0]])]
    found += [list(case.standing[start:end]) for start, end in zip(again, ends, strict=True)]
    for number, place in enumerate(again, start=1):
        for event in tuple(found[number]):
            if isinstance(event, PanelDiscussionNoted) and event.discussed_on < days[place]:
                _brought_forward(event, found[: number + 1])
    return tuple(map(tuple, found))


def _sent_again(case: Case, days: Sequence[date]) -> list[int]:
    """ToR 7.8: return where each first sending of a decision stands that was reconsidered.

    It was so after the Panel's answer to what was last sent; and the sending is the first one
    after the report first went, on or after the day of the reconsideration.
    """
    placed = list(enumerate(case.standing))
    answers = [days[at] for at, event in placed if isinstance(event, PanelFeedbackReceived)]
    sent = [at for at, event in placed if isinstance(event, ReportSentToPanel)]
    found: list[int] = []
    for place, event in placed:
        since = days[found[-1]] if found else date.min
        answered = any(since <= day <= days[place] for day in answers)
        if isinstance(event, DecisionReconsidered) and answered:
            later = [at for at in sent[1:] if days[at] >= days[place]]
            found += [at for at in later[:1] if at not in found]
    return found


def _brought_forward(event: PanelDiscussionNoted, rounds: Sequence[list[AnyEvent]]) -> None:
    """Move a discussion into the round before its own, if none is noted there."""
    *_, before, own = rounds
    if not any(isinstance(one, PanelDiscussionNoted) for one in before):
        own.remove(event)
        before.append(event)


def latest_round(case: Case, terms: Terms) -> frozenset[str]:
    """ToR 7.8: return the kinds of what is since the report last went again, or of all."""
    rounds = panel_rounds(case, terms)
    return frozenset(case.by_kind if len(rounds) == 1 else (one.kind for one in rounds[-1]))
