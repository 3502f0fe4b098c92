"""What is still to be done at each step of ToR 7 and 8, and for what or whom.

Each function answers for one step, with nothing if the step is done. Where the step is a duty, the
table of duties answers. Whether a step is possible is not asked here: `next_steps` asks the rules.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.case import Case, MeetingHeld
from rapid_review.domain.clocks import may_run
from rapid_review.domain.panel_rounds import latest_round
from rapid_review.domain.rules.meeting import attendance_of, convened, quorum_by_meeting
from rapid_review.domain.rules.outcome import (
    decision_in_force,
    may_decide,
    partners_that_adopted,
)
from rapid_review.domain.rules.panel_and_after import is_reconsidered
from rapid_review.domain.terms.deadlines import PANEL_NOTIFIED
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.case.collations import collations_not_sent, reports_left_out
from rapid_review.projections.case.duty_table import DUTIES
from rapid_review.projections.case.stage import is_called_for
from rapid_review.projections.work.awaited import Awaited, publication, reports

About = tuple[str, ...]
"""For what or whom a step is to be done: seats, agencies, a meeting, a version."""


def still_owed(code: str, whole: str = "") -> Callable[[Case, Terms], About]:
    """Return the function that says for whom, or for what, a duty is not done yet.

    Args:
        code: the duty, as the table of duties calls it.
        whole: what to return for a duty that the whole case owes once.
    """
    (duty,) = (row for row in DUTIES if row.code == code)

    def about(case: Case, terms: Terms) -> About:
        owed = duty.owed(case, terms)
        return tuple(one.subject or whole for one in owed if not one.is_done)

    return about


def what_of(awaited: Callable[[Case], tuple[Awaited, ...]]) -> Callable[[Case, Terms], About]:
    """Return the function that says which things of a kind are awaited."""
    return lambda case, _: tuple(one.what for one in awaited(case))


TOLD_AHEAD: Final = ("national-panel", "secretary-of-state")
"""Who is sent a copy of a practice review ahead of its publication."""

# --- The notification (ToR 8.1)


def unknown_when_told(case: Case, terms: Terms) -> About:
    """ToR 8.1: return the Panel, if a clock waits for the time of its notice and none is known."""
    times = [one.panel_notified_at for one in case.all(did.NotificationReceived)]
    awaited = any(
        PANEL_NOTIFIED in (one.starts_on, one.first_stop) and may_run(one, case, terms)
        for one in terms.clocks.values()
    )
    return ("panel",) if awaited and not any(times) and not case.last(team.PanelNotified) else ()


# --- Members and agencies (ToR 7.2 to 7.5, 8.2 to 8.4)


def unasked(case: Case, terms: Terms) -> About:
    """ToR 7.4, 8.3: return the agencies that are still to be asked, of those the terms name.

    If they name none, return "agencies" until any agency was asked or has reported.
    """
    named = _agencies_named(terms)
    if not named:
        return still_owed("ask-agencies", "agencies")(case, terms)
    asked = {one.agency for one in case.all(did.AgencyReportRequested)}
    asked |= {one.agency for one in case.all(did.AgencyReportFiled)}
    return tuple(agency for agency in named if agency not in asked)


def _agencies_named(terms: Terms) -> About:
    """Return the agencies of the vocabulary, then those that a clock waits for in every case."""
    listed = terms.vocabulary.agencies if terms.vocabulary else ()
    awaited = (
        agency
        for rule in terms.clocks.values()
        if any(kind in _KINDS_OF_AGENCIES for kind in rule.stopping_kinds)
        for agency in rule.all_of
    )
    return tuple(dict.fromkeys((*listed, *awaited)))


_KINDS_OF_AGENCIES: Final = (did.AgencyReportRequested.__name__, did.AgencyReportFiled.__name__)


def uncollated(case: Case, terms: Terms) -> About:
    """ToR 7.5: return the agencies whose reports are to be collated.

    Before the first collation those are all that have reported, or else all that are awaited.
    """
    if not case.review.collations:
        filed = dict.fromkeys(one.agency for one in case.all(did.AgencyReportFiled))
        return tuple(filed) or what_of(reports)(case, terms) or ("agency-reports",)
    return tuple(reports_left_out(case, terms))


def to_share(case: Case, terms: Terms, seat: str) -> int:
    """ToR 7.5, 8.4: return the collation to send to the holder of a seat; else the latest."""
    return collations_not_sent(case, terms).get(seat) or max(1, case.review.collations)


def unsent_collations(case: Case, terms: Terms) -> tuple[int, ...]:
    """ToR 7.5, 8.4: return the first collation that each seat is still to be sent, each once."""
    return tuple(sorted({*collations_not_sent(case, terms).values()}))


# --- The meeting and the outcome (ToR 3.2, 5, 6, 7.6, 7.7, 8.5 to 8.8)


def unmet(case: Case, terms: Terms) -> tuple[int, ...]:
    """ToR 6.2: return the meetings still to be held; the next, if none waits or was quorate."""
    meetings = quorum_by_meeting(case, terms)
    waiting = meetings_waiting(meetings)
    quorate = any(held.quorate for held in meetings.values())
    return waiting if waiting or quorate else (max(meetings, default=0) + 1,)


def deciding_meeting(case: Case, terms: Terms) -> int:
    """ToR 7.6: return the meeting that would decide: the latest quorate one, or the next.

    A decision that is to be looked at again is for a meeting after the Panel's answer, or, if its
    own meeting was not quorate, for one after that.
    """
    meetings, since = quorum_by_meeting(case, terms), _to_look_again_since(case, terms)
    quorate = [number for number, held in meetings.items() if held.quorate]
    for number in reversed(quorate):
        held = attendance_of(number, case)
        if held is not None and terms.local_day(held.at) >= since:
            return number
    return min(meetings_waiting(meetings), default=max(meetings, default=0) + 1)


def meetings_waiting(meetings: Mapping[int, MeetingHeld]) -> tuple[int, ...]:
    """Return the meetings that were convened and not held, unless a later one was held."""
    last = max(
        (number for number, held in meetings.items() if held.quorate is not None), default=0
    )
    return tuple(one for one, held in meetings.items() if held.quorate is None and one > last)


def _to_look_again(case: Case, terms: Terms) -> int | None:
    """ToR 6.2, 7.8: return the meeting still to be held to look at the decision again, if any."""
    if _to_look_again_since(case, terms) == date.min:
        return None
    meeting = deciding_meeting(case, terms)
    held = quorum_by_meeting(case, terms).get(meeting)
    return None if held is not None and held.quorate else meeting


def _to_look_again_since(case: Case, terms: Terms) -> date:
    """ToR 6.2, 7.8: return the day since which the decision is to be looked at again, if it is.

    A decision by a meeting that turned out not to be quorate is, from its own day, unless the
    terms let such a meeting go on (reading I-17).
    """
    answered = _answered_on(case, terms)
    decision = decision_in_force(case, date.max, terms)
    if decision is None or may_decide(decision, case, terms):
        return answered
    return max(terms.local_day(decision.at), answered)


def _answered_on(case: Case, terms: Terms) -> date:
    """Return the day of the answer with which the Panel disagreed, until it is looked at again."""
    answer = case.last(did.PanelFeedbackReceived)
    if answer is None or is_reconsidered(answer, case, terms):
        return date.min
    return terms.local_day(answer.at)


def unconvened(case: Case, terms: Terms) -> About:
    """ToR 8.5: return the meeting to convene, if none that is convened may still decide.

    Once the group has decided, there is nothing to convene unless no meeting ever was.
    """
    if (again := _to_look_again(case, terms)) is not None:
        return () if again in convened(case) else (str(again),)
    if not convened(case):
        return (str(min(case.review.meetings, default=1)),)
    is_to_decide = not case.review.decided or unreconsidered(case, terms)
    if is_to_decide and (deciding := deciding_meeting(case, terms)) not in convened(case):
        return (str(deciding),)
    if case.review.decided:
        return ()
    return tuple(str(one) for one in unmet(case, terms) if one not in case.review.meetings)


def unheld(case: Case, terms: Terms) -> About:
    """ToR 6.2: return the meetings without attendance; once decided, those that were convened."""
    if (again := _to_look_again(case, terms)) is not None:
        return (str(again),)
    attended = case.last(did.QuorumConfirmed) or case.last(did.QuorumNotMet)
    if case.review.decided and attended:
        return tuple(map(str, meetings_waiting(quorum_by_meeting(case, terms))))
    return tuple(map(str, unmet(case, terms)))


def unanswered(case: Case, _: Terms) -> About:
    """ToR 3.2: return the challenges that were not answered."""
    answered = {answer.challenge for answer in case.all(did.ChallengeAnswered)}
    raised = (one.challenge for one in case.all(did.ChallengeRaised))
    return tuple(one for one in raised if one not in answered)


def unweighed(case: Case, terms: Terms) -> About:
    """ToR 5(b): return the criteria that nobody has weighed yet, unless it was decided without.

    A decision that is to be looked at again needs them again.
    """
    looks_again = _to_look_again_since(case, terms) != date.min
    if not undecided(case, terms) and not looks_again:
        return ()
    assessed = case.all(did.CriteriaAssessed)
    weighed = {factor.criterion for one in assessed for factor in one.factors}
    return tuple(one.id for one in terms.national.criteria if one.id not in weighed)


def undecided(case: Case, terms: Terms) -> About:
    """ToR 7.6: return the meeting that is to decide, until there is a decision."""
    return () if case.last(did.DecisionMade) else (f"meeting-{deciding_meeting(case, terms)}",)


def unadopted(case: Case, terms: Terms) -> About:
    """ToR 5(b): return the partners that have not adopted the latest decision.

    Once the case is closed, that is owed only where each partner adopts by an act of its own.
    """
    by_itself, review = terms.adoption.automatic, case.review
    if by_itself and (review.closed or not review.decided):
        return ()  # it is recorded with the decision
    if review.closed and not review.decided:
        return ()
    adopted = partners_that_adopted(decision_in_force(case, date.max, terms), case, terms)
    return tuple(one for one in terms.adoption.by if one not in adopted)


def uncompiled(case: Case, terms: Terms) -> About:
    """ToR 7.7: return the version to compile: the first, or one with what was reconsidered."""
    return still_owed("compile", f"version-{case.review.reports + 1}")(case, terms)


def version(case: Case, terms: Terms) -> int:
    """ToR 7.7: return the version of the report to send: the latest, or the next to compile."""
    return case.review.reports + len(uncompiled(case, terms))


def unsent_to_members(case: Case, terms: Terms) -> About:
    """ToR 8.7: return the version that the members were not sent."""
    return still_owed("tell-members", f"version-{version(case, terms)}")(case, terms)


def unsent_to_panel(case: Case, terms: Terms) -> About:
    """ToR 7.7, 8.8: return the version that the Panel was not sent."""
    return still_owed("tell-panel", f"version-{version(case, terms)}")(case, terms)


# --- The Panel and what follows (ToR 2.1, 3.2, 4(b), 7.8, 7.9, 8.9, 8.10)


def undiscussed(case: Case, terms: Terms) -> About:
    """ToR 7.8: return the Panel, if the day of its meeting is not known.

    Once the Panel has answered, that day matters only where a clock waits for it.
    """
    noted = did.PanelDiscussionNoted.__name__
    if noted in latest_round(case, terms):
        return ()
    waits = any(noted in one.starting_kinds for one in terms.clocks.values())
    return ("panel",) if waits else no_answer(case, terms)


def no_answer(case: Case, terms: Terms) -> About:
    """ToR 7.8: return the Panel, if it has not answered what was last sent to it (I-23)."""
    answered = did.PanelFeedbackReceived.__name__ in latest_round(case, terms)
    return () if answered else ("panel",)


def unreconsidered(case: Case, terms: Terms) -> About:
    """ToR 5(b), 6.2, 7.8: return the meeting that is to look at the decision again."""
    if _to_look_again_since(case, terms) == date.min:
        return ()
    return (f"meeting-{deciding_meeting(case, terms)}",)


def to_reopen(case: Case, terms: Terms) -> About:
    """ToR 1, 5(b), 6.2, 7.8: return the case, where its review is not over although it was closed.

    The decision is to be looked at again, the Panel was not sent the latest or has not answered
    it, or the group has never decided. The case was closed too early, or a correction has changed
    its record.
    """
    is_decided = case.review.decided and _to_look_again_since(case, terms) == date.min
    is_answered = not unsent_to_panel(case, terms) and not no_answer(case, terms)
    return () if is_decided and is_answered else ("case",)


def untold(case: Case, terms: Terms) -> About:
    """ToR 7.9: return who is still to be told of the Panel's answer; all, before it answers.

    Once the case is closed, or no review is held, nobody waits for an answer; one that comes all
    the same is shared.
    """
    if case.last(did.PanelFeedbackReceived) is None:
        is_awaited = is_called_for(case, terms) and not case.review.closed
        return terms.feedback.share_with if is_awaited else ()
    return still_owed("pass-on")(case, terms)


def unpublished(case: Case, terms: Terms) -> About:
    """ToR 3.2: return the practice review, if it is neither published nor withheld."""
    if case.last(did.PracticeReviewCommissioned) is None:
        return still_owed("commission", "practice-review")(case, terms)
    return still_owed("publication", "practice-review")(case, terms)


def not_sent_ahead(case: Case, _: Terms) -> About:
    """ToR 3.2, 8.10: return who was sent no copy of what is to be published on a planned day."""
    sent = {one for copy in case.all(team.PublicationSentAhead) for one in copy.sent_to}
    return tuple(one for one in TOLD_AHEAD if publication(case) and one not in sent)
