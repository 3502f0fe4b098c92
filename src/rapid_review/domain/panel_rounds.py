"""Rounds before the Panel: a decision reconsidered after the Panel's answer goes to it again.

A round begins when a report is sent. Only days count, by the terms' own midnight, not hours and
minutes (reading I-23).
"""

from collections.abc import Sequence
from datetime import date

from rapid_review.domain.case import Case
from rapid_review.domain.events import (
    DECISIONS,
    AnyEvent,
    DecisionMade,
    DecisionReconsidered,
    FeedbackShared,
    PanelDiscussionNoted,
    PanelFeedbackReceived,
    ReportSentToPanel,
)
from rapid_review.domain.terms.terms import Terms


def made_again(case: Case) -> tuple[DecisionMade | DecisionReconsidered, ...]:
    """ToR 5(b): return what the group decided again, in the order in which it happened.

    In a record from elsewhere, that may be a second `DecisionMade` (reading I-21).
    """
    first, *others = case.all(DecisionMade) or (None,)
    if not others:  # as in almost every case, whose history need not be looked through
        return case.all(DecisionReconsidered)
    return tuple(one for one in case.standing if isinstance(one, DECISIONS) and one is not first)


def panel_rounds(
    case: Case, terms: Terms, *, by: date = date.max
) -> tuple[tuple[AnyEvent, ...], ...]:
    """ToR 7.8: return the events in effect, round by round.

    A discussion may be noted only after the report was sent again. If it took place before that,
    it belongs to the round before, unless a discussion is noted there already. So does an answer
    that came on the day on which the report was sent again, whatever the hour; where the round
    before has its answer, it belongs to the new one. A discussion on that day belongs to the new
    one too, unless it is the first, and led to the answer of that day.

    Args:
        case: the case as it is.
        terms: the terms whose midnight ends a day.
        by: the local day of the reading; a report sent later opens no round yet.
    """
    again = made_again(case)
    if not again:
        return (case.standing,)
    days = [terms.local_day(event.at) for event in case.standing]
    starts = [place for place in _places_sent_again(case, again, days) if days[place] <= by]
    if not starts:
        return (case.standing,)
    ends = [*starts[1:], len(case.standing)]
    rounds = [list(case.standing[: starts[0]])]
    rounds += [list(case.standing[start:end]) for start, end in zip(starts, ends, strict=True)]
    for number, start in enumerate(starts, start=1):
        before, own = rounds[number - 1 : number + 1]
        own[:0] = _taken_from(before, days[start], terms)
        is_answered = any(isinstance(event, PanelFeedbackReceived) for event in before)
        for event in tuple(own):
            if _is_of_round_before(event, days[start], terms, is_answered=is_answered):
                _move_to_round_before(event, before, own)
        _move_what_was_shared(before, own, terms)
    return tuple(map(tuple, rounds))


def _places_sent_again(case: Case, again: Sequence[AnyEvent], days: Sequence[date]) -> list[int]:
    """ToR 7.8: return the places in `case.standing` at which a reconsidered decision was sent.

    A reconsideration counts if it follows the Panel's answer to the last sending. It is sent with
    the first report on its day or after it. The very first report of a case starts no new round.
    """
    placed = list(enumerate(case.standing))
    answers = [days[place] for place, event in placed if isinstance(event, PanelFeedbackReceived)]
    sent = [place for place, event in placed if isinstance(event, ReportSentToPanel)]
    found: list[int] = []
    for place, event in placed:
        answered = any(day <= days[place] for day in answers)
        if not answered or not any(event is one for one in again):
            continue
        later = [sending for sending in sent[1:] if days[sending] >= days[place]]
        if later and later[0] not in found:
            found.append(later[0])
            # One answer at least is to what went before, even if it came on the same day.
            before = sum(day < days[later[0]] for day in answers)
            answers = answers[max(before, 1) :]
    return found


def _taken_from(before: list[AnyEvent], day: date, terms: Terms) -> list[AnyEvent]:
    """Remove the events of a day and later from a round, and return them.

    That is what the Panel discussed or answered, and what was shared.
    """
    taken = [event for event in before if _panel_day(event, terms) >= day]
    before[:] = [event for event in before if not any(event is one for one in taken)]
    return taken


def _panel_day(event: AnyEvent, terms: Terms) -> date:
    """Return the day by which an event has its round; the first of all days, if it has none."""
    match event:
        case PanelDiscussionNoted():
            return event.discussed_on
        case PanelFeedbackReceived() | FeedbackShared():
            return terms.local_day(event.at)
        case _:
            return date.min


def _is_of_round_before(
    event: AnyEvent, sent_again_on: date, terms: Terms, *, is_answered: bool
) -> bool:
    """Say whether the Panel discussed, or answered, what was sent to it before that day.

    Args:
        event: an event of a round.
        sent_again_on: the day on which that round began.
        terms: the terms whose midnight ends a day.
        is_answered: whether the Panel had answered what was sent before, by the day before that.
    """
    day = _panel_day(event, terms)
    match event:
        case PanelDiscussionNoted():
            return day < sent_again_on or (day == sent_again_on and not is_answered)
        case PanelFeedbackReceived():
            return day == sent_again_on
        case _:
            return False


def _move_to_round_before(event: AnyEvent, before: list[AnyEvent], own: list[AnyEvent]) -> None:
    """Move an event into the round before its own, if none of its kind is there."""
    if not any(isinstance(one, type(event)) for one in before):
        own.remove(event)
        before.append(event)


def _move_what_was_shared(before: list[AnyEvent], own: list[AnyEvent], terms: Terms) -> None:
    """ToR 7.9: move what was shared before the answer of its own round into the round before."""
    answers = (_panel_day(one, terms) for one in own if isinstance(one, PanelFeedbackReceived))
    answered_on = min(answers, default=date.max)
    for event in tuple(own):
        if isinstance(event, FeedbackShared) and _panel_day(event, terms) < answered_on:
            own.remove(event)
            before.append(event)


def round_of(event: AnyEvent, case: Case, terms: Terms) -> tuple[AnyEvent, ...]:
    """ToR 7.8: return the round that an event in effect belongs to."""
    rounds = panel_rounds(case, terms)
    return next((one for one in rounds if any(each is event for each in one)), ())


def latest_round(case: Case, terms: Terms) -> frozenset[str]:
    """ToR 7.8: return the kinds of event in the latest round."""
    return frozenset(one.kind for one in panel_rounds(case, terms)[-1])
