"""What may be done, step by step: the table to read beside ToR 5 to 8.

`STEPS` has a row a command, in the order of the document: the event it leads to, and how the event
is made where it carries more than was asked. `decide` asks the event's rules (`rules.asked`) and
returns the events, with a `DeadlineSet` for each clock they start; or it refuses, with the clause
and the way on. Asking for what already is returns nothing. Nothing is refused for being late.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, TypeVar

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.case import Case, evolve
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.clocks import clock_reckoned_again, clocks_started
from rapid_review.domain.corrections import correct
from rapid_review.domain.errors import Refused, shown
from rapid_review.domain.particulars import Particulars
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.rules.asked import findings
from rapid_review.domain.rules.meeting import counted_seats, empty_seats
from rapid_review.domain.terms.quorum import is_met
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar

Made = tuple[did.AnyEvent, ...]
Maker = Callable[[Any, Case, Terms, WorkingCalendar], Made]
"""Makes a command's events: (command, case, terms, calendar)."""


E = TypeVar("E", bound=did.Event)


def recorded_as(event: type[E], said: Particulars, **more: object) -> E:
    """Return the event that records what was said, with what was worked out besides."""
    return event.model_validate(dict(said) | more)


def _receipt(said: ask.ReceiveNotification, _: Case, terms: Terms, __: WorkingCalendar) -> Made:
    """ToR 7.3: the terms are pinned when the case opens."""
    return (recorded_as(did.NotificationReceived, said, terms=terms.ref),)


def _collation(said: ask.CollateReports, case: Case, _: Terms, __: WorkingCalendar) -> Made:
    """ToR 7.5: collations are numbered; a late report asks for the next."""
    return (recorded_as(did.ReportsCollated, said, collation=case.review.collations + 1),)


def _attendance(said: ask.RecordAttendance, _: Case, terms: Terms, __: WorkingCalendar) -> Made:
    """ToR 6.2: whether it was a quorum is reckoned from the seats. A shortfall is recorded."""
    if is_met(terms.quorum.needs, counted_seats(said.sat, terms)):
        return (recorded_as(did.QuorumConfirmed, said),)
    return (recorded_as(did.QuorumNotMet, said, empty_seats=empty_seats(said.sat, terms)),)


def _decision(said: ask.MakeDecision, _: Case, terms: Terms, __: WorkingCalendar) -> Made:
    return (recorded_as(did.DecisionMade, said), *_adopted_at_once(said, terms))


def _reconsidered(
    said: ask.ReconsiderDecision, _: Case, terms: Terms, __: WorkingCalendar
) -> Made:
    return (recorded_as(did.DecisionReconsidered, said), *_adopted_at_once(said, terms))


def _adopted_at_once(said: Particulars, terms: Terms) -> Made:
    """ToR 5(b): where the terms make adoption automatic, it is recorded with the decision."""
    partners = terms.adoption.by if terms.adoption.automatic else ()
    return tuple(
        did.DecisionAdopted(at=said.at, partner=partner, automatic=True) for partner in partners
    )


def _reckoning(
    said: ask.ReckonDeadlineAgain, case: Case, _: Terms, calendar: WorkingCalendar
) -> Made:
    """ToR 7.3: a due day moves only when someone says so, with the calendar of now."""
    set_by = next(e for e in case.all(did.DeadlineSet) if e.deadline == said.deadline)
    return clock_reckoned_again(set_by, said, case, calendar)


def _replacement(said: ask.ReplaceTerms, case: Case, terms: Terms, _: WorkingCalendar) -> Made:
    """A change of terms is an event; running clocks keep their due days."""
    if said.terms != terms.id:
        raise Refused(
            RECORD,
            f"terms {shown(said.terms)} are to hold, and {terms.id} were given to decide by",
            "Give decide the terms that are to hold.",
        )
    old = case.review.terms
    if old is None or old == terms.ref:
        return ()
    return (did.TermsReplaced(at=said.at, because=said.because, old_terms=old, terms=terms.ref),)


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the table.

    Attributes:
        leads_to: the event; where it may turn out one of two, both, the asked-for one first.
        makes: how the events are made, if an event carries more than the command.
        known_by: the field that says which thing is meant, if not all fields together.
        may_change: whether the same thing may be said again otherwise, the latest word holding.
        again_after: events after which the same may be said anew.
    """

    leads_to: tuple[type[did.AnyEvent], ...]
    makes: Maker | None = None
    known_by: str | None = None
    may_change: bool = False
    again_after: tuple[type[did.Event], ...] = ()


_DECISIONS = (did.DecisionMade, did.DecisionReconsidered)

STEPS: Final[Mapping[type[ask.Command], Step]] = {
    # Receipt (ToR 7.2, 7.3, 8.1)
    ask.ReceiveNotification: Step((did.NotificationReceived,), _receipt),
    ask.FindCriteriaNotMet: Step((did.NotificationCriteriaFoundNotMet,)),
    # Inform, gather, collate, share (ToR 7.2, 7.4, 7.5, 8.2 to 8.4)
    ask.InformMember: Step((did.MemberInformed,)),
    ask.RequestAgencyReport: Step((did.AgencyReportRequested,)),
    ask.FileAgencyReport: Step((did.AgencyReportFiled,)),
    ask.CollateReports: Step((did.ReportsCollated,), _collation),
    ask.ShareReports: Step((did.ReportsShared,)),
    # Children's safety (ToR 1.2)
    ask.RecordImmediateAction: Step((did.ImmediateActionRecorded,), known_by="action"),
    ask.ShareLearning: Step((did.LearningShared,), known_by="learning"),
    # The meeting (ToR 3.2, 6, 7.6, 8.5)
    ask.ConveneMeeting: Step((did.MeetingConvened,), known_by="meeting", may_change=True),
    ask.InviteExpert: Step((did.ExpertInvited,)),
    ask.RecordAttendance: Step(
        (did.QuorumConfirmed, did.QuorumNotMet), _attendance, known_by="meeting", may_change=True
    ),
    ask.RaiseChallenge: Step((did.ChallengeRaised,), known_by="challenge"),
    ask.AnswerChallenge: Step((did.ChallengeAnswered,), known_by="challenge"),
    # The outcome (ToR 1 to 5, 7.6, 7.7, 8.7, 8.8)
    ask.AssessCriteria: Step((did.CriteriaAssessed,)),
    ask.MakeDecision: Step((did.DecisionMade,), _decision),
    ask.AdoptDecision: Step((did.DecisionAdopted,), known_by="partner", again_after=_DECISIONS),
    ask.CompileReport: Step((did.ReportCompiled,), known_by="version"),
    ask.SendReportToMembers: Step((did.ReportSentToMembers,)),
    ask.SendReportToPanel: Step((did.ReportSentToPanel,)),
    # The Panel (ToR 7.8, 7.9, 8.9)
    ask.NotePanelDiscussion: Step((did.PanelDiscussionNoted,)),
    ask.ReceivePanelFeedback: Step(
        (did.PanelFeedbackReceived,), again_after=(did.DecisionReconsidered,)
    ),
    ask.ShareFeedback: Step((did.FeedbackShared,), again_after=(did.PanelFeedbackReceived,)),
    ask.ReconsiderDecision: Step(
        (did.DecisionReconsidered,), _reconsidered, again_after=(did.PanelFeedbackReceived,)
    ),
    ask.LogPanelCorrespondence: Step((did.PanelCorrespondenceLogged,), known_by="correspondence"),
    # What follows (ToR 2, 3.2, 4, 8.10)
    ask.CommissionPracticeReview: Step((did.PracticeReviewCommissioned,)),
    ask.RecordEngagement: Step((did.EngagementRecorded,), known_by="engagement"),
    ask.PublishPracticeReview: Step((did.PracticeReviewPublished,)),
    ask.WithholdPublication: Step((did.PublicationWithheld,)),
    ask.IdentifyLearningTheme: Step((did.LearningThemeIdentified,), known_by="theme"),
    ask.ReferThemeToLearning: Step((did.ThemeReferred,)),
    ask.LinkProcess: Step((did.ProcessLinked,)),
    ask.CloseCase: Step((did.CaseClosed,), again_after=(did.CaseReopened,)),
    ask.ReopenCase: Step((did.CaseReopened,), again_after=(did.CaseClosed,)),
    # The record itself
    ask.ReckonDeadlineAgain: Step(
        (did.DeadlineReckonedAgain,), _reckoning, known_by="deadline", may_change=True
    ),
    ask.ReplaceTerms: Step((did.TermsReplaced,), _replacement),
    ask.CorrectRecord: Step((did.RecordCorrected,), correct, known_by="version", may_change=True),
}


def decide(
    command: ask.Command, case: Case, terms: Terms, calendar: WorkingCalendar
) -> tuple[did.AnyEvent, ...]:
    """Return what happens when `command` is asked of `case`; nothing if it is so already.

    Args:
        command: what is asked; `command.at` is when it happened.
        case: the case as it stands.
        terms: the terms pinned to the case; for a new case, or with `ReplaceTerms`, those that
            are to hold.
        calendar: the working-day calendar that counts the clocks this starts.

    Raises:
        Refused: the terms or the case forbid it; says the clause and the way on.
        CalendarGapError: the calendar does not reach the due day of a clock this starts.
    """
    step = STEPS[type(command)]
    if _is_so_already(command, case, step):
        return ()
    for finding in findings(command, step.leads_to[0], case, terms):
        if finding.verdict in (Verdict.FORBIDDEN, Verdict.NONSENSE):
            raise refusal(finding)
    if step.makes is None:
        made: Made = (recorded_as(step.leads_to[0], command),)
    else:
        made = step.makes(command, case, terms, calendar)
    if not made:
        return ()
    after_it = reduce(evolve, made, case)
    return (*made, *clocks_started(after_it, terms, calendar, at=command.at))


def refusal(finding: Finding) -> Refused:
    """Return the refusal that a finding amounts to."""
    return Refused(finding.clause, finding.because, finding.way_on)


def _is_so_already(command: ask.Command, case: Case, step: Step) -> bool:
    """Say whether the case already records this; `at` aside, for saying it twice adds nothing.

    Raises:
        Refused: the same thing is recorded otherwise, and the latest word does not simply hold.
    """
    fields = [name for name in type(command).model_fields if name != "at"]
    for event in reversed(case.standing):
        if isinstance(event, step.again_after):
            return False
        if not isinstance(event, step.leads_to):
            continue
        if step.known_by and getattr(event, step.known_by) != getattr(command, step.known_by):
            continue
        if all(getattr(event, name) == getattr(command, name) for name in fields):
            return True
        if step.known_by:
            if step.may_change:
                return False
            raise Refused(
                RECORD,
                f"{step.known_by} {shown(getattr(command, step.known_by))} is already recorded, "
                "with other content",
                f"Give another {step.known_by}; or CorrectRecord, if what is recorded is wrong.",
            )
    return False
