"""The stage a case has come to, in the order of ToR 7, and whether anything is still to be done.

What is to be done is in `next_steps`.
"""

from collections.abc import Iterator
from enum import StrEnum

from rapid_review.domain.case import Case
from rapid_review.domain.duplicates import duplicate_of
from rapid_review.domain.events import (
    AgencyReportFiled,
    AgencyReportRequested,
    NotificationReceived,
    PanelDiscussionNoted,
    PanelFeedbackReceived,
)
from rapid_review.domain.panel_rounds import latest_round
from rapid_review.domain.rules.meeting import quorum_by_meeting
from rapid_review.domain.rules.opening import calls_for_review
from rapid_review.domain.terms.terms import Terms


class Stage(StrEnum):
    """How far a rapid review has come; the furthest stage holds, whatever is still missing."""

    NOTIFIED = "notified"
    GATHERING = "gathering"
    COLLATED = "collated"
    CONVENED = "convened"
    QUORATE = "quorate"
    DECIDED = "decided"
    REPORTED = "reported"
    DISCUSSED = "discussed"
    ANSWERED = "answered"
    CLOSED = "closed"
    CRITERIA_NOT_MET = "criteria-not-met"
    DUPLICATE = "duplicate"


def stage(case: Case, terms: Terms) -> Stage:
    """Return the furthest stage that a case has come to.

    Where a reconsidered decision was sent to the Panel again, only its answer to that counts. A
    duplicate of another case has no other stage than that.
    """
    return next((each for holds, each in _furthest_first(case, terms) if holds), Stage.NOTIFIED)


def _furthest_first(case: Case, terms: Terms) -> Iterator[tuple[object, Stage]]:
    """Yield whether a case has come to each stage; of most, only the first few are asked."""
    review = case.review
    yield duplicate_of(case), Stage.DUPLICATE
    yield review.closed, Stage.CLOSED
    yield review.criteria_not_met, Stage.CRITERIA_NOT_MET
    with_the_panel = latest_round(case, terms)
    yield PanelFeedbackReceived.__name__ in with_the_panel, Stage.ANSWERED
    yield PanelDiscussionNoted.__name__ in with_the_panel, Stage.DISCUSSED
    yield review.sent_to_panel, Stage.REPORTED
    yield review.decided, Stage.DECIDED
    yield any(one.quorate for one in quorum_by_meeting(case, terms).values()), Stage.QUORATE
    yield review.meetings, Stage.CONVENED
    yield review.collations, Stage.COLLATED
    yield case.last(AgencyReportFiled) or case.last(AgencyReportRequested), Stage.GATHERING


def is_called_for(case: Case, terms: Terms) -> bool:
    """ToR 1: say whether a notification came in that calls for a rapid review, and still does.

    A duplicate calls for none: the review is held in the case that it is a duplicate of.
    """
    received = case.last(NotificationReceived) is not None
    return received and calls_for_review(case, terms) and duplicate_of(case) is None


def is_open(case: Case, terms: Terms) -> bool:
    """Say whether the group still has something to do: a review is called for, and not closed."""
    return is_called_for(case, terms) and not case.review.closed
