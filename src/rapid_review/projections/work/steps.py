"""The steps that somebody owes, in the order of ToR 7 and 8: the table `STEPS_AHEAD`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from rapid_review.domain import commands as ask
from rapid_review.domain.case import Case
from rapid_review.domain.duplicates import duplicate_of
from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.rules.meeting import attendance_of
from rapid_review.domain.terms.deadlines import PANEL_NOTIFIED
from rapid_review.domain.terms.terms import GROUP as THE_GROUP
from rapid_review.domain.terms.terms import TEAM as THE_TEAM
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Factor, Seating
from rapid_review.projections.case.duty_table import OverWhen
from rapid_review.projections.case.stage import is_called_for
from rapid_review.projections.work import awaited, outstanding
from rapid_review.projections.work.awaited import Awaited
from rapid_review.projections.work.outstanding import About


class Phase(StrEnum):
    """The phase that a case is in; each step is to be done in some phases only.

    In a duplicate no step is to be done: all are done in the case that it is a duplicate of.
    """

    UNOPENED = "unopened"
    DECIDING = "deciding"
    DECIDED = "decided"
    NOT_CALLED_FOR = "not-called-for"
    CLOSED = "closed"
    CLOSED_WITHOUT_A_REVIEW = "closed-without-a-review"
    DUPLICATE = "duplicate"


def phase_of(case: Case, terms: Terms) -> Phase:
    """Return the phase that a case is in."""
    review, called_for = case.review, is_called_for(case, terms)
    reached = (
        (case.last(NotificationReceived) is None, Phase.UNOPENED),
        (duplicate_of(case), Phase.DUPLICATE),
        (review.closed and not called_for, Phase.CLOSED_WITHOUT_A_REVIEW),
        (review.closed, Phase.CLOSED),
        (not called_for, Phase.NOT_CALLED_FOR),
        (review.decided, Phase.DECIDED),
    )
    return next((phase for holds, phase in reached if holds), Phase.DECIDING)


TEAM: Final = (THE_TEAM,)
GROUP: Final = (THE_GROUP,)
PANEL: Final = ("national-panel",)
ANOTHER_AGENCY: Final = ("another-agency",)
ITSELF: Final = ()
"""Owed by those whom the step is about."""

_HELD: Final = frozenset({Phase.DECIDING, Phase.DECIDED})
_EVER: Final = frozenset(Phase) - {Phase.UNOPENED, Phase.DUPLICATE}
_AFTER: Final = frozenset({Phase.DECIDED, Phase.CLOSED})


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step: what it still has to be done for, how it is checked, and who owes it.

    Attributes:
        step: the command.
        about: gives for what or whom it is still to be done; nothing if it is done.
        owed_by: who owes it, where the terms name nobody for its clock.
        done_by: who does it, where the terms hold somebody else to account for its clock.
        fields: gives the fields that the rules read, as they most likely are; its time only if
            that is not now.
        phases: the phases of a case in which the step is to be done.
        stops: the point at which it stops clocks; by default when its event happens.
        awaits: gives what is awaited, where each part of it has its own day and owner.
        duty: the code of the duty to whose subjects the step is due, if it is due to each. Terms
            that came later ask nothing more of what was over before them; the duties know that.
        rests_on_the_decision: whether it carries on what the group decided.
        ends: after it, duties that are over at one of these can no longer be done in time.
        follows: the codes of the duties that have to be done before it, even if they are late.
        collations: gives the collations that it is about.
    """

    step: type[ask.Command]
    about: Callable[[Case, Terms], About]
    owed_by: About
    fields: Callable[[Case, Terms, About], Mapping[str, object]] = lambda _, __, ___: {}
    phases: frozenset[Phase] = _HELD
    stops: str = ""
    awaits: Callable[[Case], tuple[Awaited, ...]] = lambda _: ()
    duty: str = ""
    rests_on_the_decision: bool = False
    ends: tuple[OverWhen, ...] = ()
    follows: tuple[str, ...] = ()
    collations: Callable[[Case, Terms], tuple[int, ...]] = lambda _, __: ()
    done_by: About = ()


def _weighed(criterion: str) -> Factor:
    return Factor(criterion=criterion, applies=False, rationale="not weighed yet")


def _convening(case: Case, terms: Terms, meetings: About) -> Mapping[str, object]:
    """Return the convening of a meeting; of one that was held, at a time before that."""
    meeting = int(meetings[0])
    fields = {"meeting": meeting, "manner": terms.meetings.manners[0]}
    held = attendance_of(meeting, case)
    return fields | ({"at": held.at - timedelta(minutes=1)} if held else {})


def _attended_by_all(_: Case, terms: Terms, meetings: About) -> Mapping[str, object]:
    """Return an attendance with every seat filled, so that the rules show what else is wrong."""
    sat = tuple(Seating(seat=seat.id) for seat in terms.seats)
    return {"meeting": int(meetings[0]), "sat": sat}


def _decision(case: Case, terms: Terms, _: About) -> Mapping[str, object]:
    """Return a decision without its outcome, so that the rules show what its meeting lacks."""
    meeting, manner = outstanding.deciding_meeting(case, terms), terms.decision.manners[0]
    return {"meeting": meeting, "outcomes": (), "manner": manner, "rationale": "is given with it"}


STEPS_AHEAD: Final = (
    StepRow(
        ask.ReceiveNotification,
        lambda _, __: ("notification",),
        TEAM,
        lambda _, __, ___: {"notification_class": "serious-incident"},
        frozenset({Phase.UNOPENED}),
    ),
    StepRow(
        ask.RecordPanelNotified,
        outstanding.unknown_when_told,
        TEAM,
        phases=_HELD | {Phase.CLOSED},
        stops=PANEL_NOTIFIED,
    ),
    StepRow(
        ask.InformMember,
        outstanding.still_owed("inform"),
        TEAM,
        lambda _, __, about: {"seat": about[0]},
        _HELD | {Phase.NOT_CALLED_FOR},
        duty="inform",
    ),
    StepRow(ask.RequestAgencyReport, outstanding.unasked, TEAM),
    StepRow(
        ask.FileAgencyReport,
        outstanding.what_of(awaited.reports),
        ITSELF,
        awaits=awaited.reports,
    ),
    StepRow(
        ask.CollateReports, outstanding.uncollated, TEAM, lambda _, __, about: {"agencies": about}
    ),
    StepRow(
        ask.ShareReports,
        outstanding.still_owed("share-reports"),
        TEAM,
        lambda case, terms, about: {
            "collation": outstanding.to_share(case, terms, about[0]),
            "seats": about,
        },
        duty="share-reports",
        collations=outstanding.unsent_collations,
    ),
    StepRow(ask.ConveneMeeting, outstanding.unconvened, TEAM, _convening),
    StepRow(ask.RecordAttendance, outstanding.unheld, TEAM, _attended_by_all),
    StepRow(
        ask.AnswerChallenge,
        outstanding.unanswered,
        GROUP,
        lambda _, terms, about: {"challenge": about[0], "seat": terms.seats[0].id},
    ),
    StepRow(
        ask.CompleteAction,
        outstanding.what_of(awaited.actions),
        ITSELF,
        lambda _, __, about: {"action": about[0]},
        _EVER,
        awaits=awaited.actions,
    ),
    StepRow(
        ask.AssessCriteria,
        outstanding.unweighed,
        GROUP,
        lambda _, __, about: {"factors": tuple(map(_weighed, about))},
    ),
    StepRow(ask.MakeDecision, outstanding.undecided, GROUP, _decision),
    StepRow(ask.ReconsiderDecision, outstanding.unreconsidered, GROUP, _decision),
    StepRow(
        ask.AdoptDecision,
        outstanding.unadopted,
        ITSELF,
        lambda _, __, about: {"partner": about[0]},
        _HELD | {Phase.CLOSED},
        rests_on_the_decision=True,
    ),
    StepRow(
        ask.CompileReport,
        outstanding.uncompiled,
        TEAM,
        lambda case, terms, _: {
            "version": case.review.reports + 1,
            "limbs": tuple(limb.id for limb in terms.national.limbs),
        },
        rests_on_the_decision=True,
    ),
    StepRow(
        ask.SendReportToMembers,
        outstanding.unsent_to_members,
        TEAM,
        lambda case, terms, _: {"version": outstanding.version(case, terms)},
        rests_on_the_decision=True,
    ),
    StepRow(
        ask.SendReportToPanel,
        outstanding.unsent_to_panel,
        TEAM,
        lambda case, terms, _: {"version": outstanding.version(case, terms)},
        rests_on_the_decision=True,
        done_by=TEAM,
    ),
    StepRow(ask.NotePanelDiscussion, outstanding.undiscussed, TEAM),
    StepRow(ask.ReceivePanelFeedback, outstanding.no_answer, PANEL),
    StepRow(
        ask.ShareFeedback,
        outstanding.untold,
        TEAM,
        lambda _, __, about: {"shared_with": about[0]},
        _EVER,
        duty="pass-on",
    ),
    StepRow(
        ask.LogPanelCorrespondence,
        outstanding.what_of(awaited.letters),
        ITSELF,
        lambda _, __, about: {"correspondence": "answer-to-it", "answers": about[0]},
        _EVER,
        awaits=awaited.letters,
    ),
    StepRow(
        ask.CommissionPracticeReview,
        outstanding.still_owed("commission", "practice-review"),
        TEAM,
        phases=_AFTER,
        rests_on_the_decision=True,
    ),
    StepRow(
        ask.RecordEngagement,
        outstanding.still_owed("engagement", "practice-review"),
        TEAM,
        phases=_HELD | _AFTER,
    ),
    StepRow(
        ask.SendPublicationAhead,
        outstanding.not_sent_ahead,
        TEAM,
        lambda _, __, about: {"sent_to": about},
        _HELD | _AFTER,
        awaits=awaited.publication,
    ),
    StepRow(
        ask.PublishPracticeReview,
        outstanding.unpublished,
        TEAM,
        phases=_HELD | _AFTER,
        awaits=awaited.publication,
        follows=("engagement",),
    ),
    StepRow(
        ask.ReferThemeToLearning,
        outstanding.still_owed("refer-theme"),
        GROUP,
        lambda _, __, about: {"theme": about[0]},
        _EVER,
    ),
    StepRow(
        ask.CloseCase,
        lambda _, __: ("case",),
        TEAM,
        phases=_HELD | {Phase.NOT_CALLED_FOR},
        rests_on_the_decision=True,
        ends=(
            OverWhen.WITH_THE_REVIEW,
            OverWhen.AT_THE_CLOSING,
            OverWhen.AT_A_CLOSING_AFTER_THE_ANSWER,
        ),
    ),
    StepRow(ask.ReopenCase, outstanding.to_reopen, TEAM, phases=frozenset({Phase.CLOSED})),
)
"""Every step that somebody owes, in the order of the document.

Steps that are duties ask the table of duties what is still to be done, so that the steps ahead and
the findings afterwards always agree.

Steps that nobody owes have no row: drawing in an expert, challenging, acting at once, sharing
learning early, a first letter to the Panel, linking another process, correcting the record.
"""
