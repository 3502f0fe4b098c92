"""For each kind of event its clauses, and what it says in one line.

The one table to read when an event is to be told to a person. A line is made from public fields
only (dates, codes, numbers, opaque references), so a timeline can be shown, printed and sent
without a key; that no words come through is held by a test with a canary in every sealed field.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from rapid_review.domain import clauses as tor
from rapid_review.domain import events as did
from rapid_review.domain.vocabulary import CalendarRef


class Wording(NamedTuple):
    """How one kind of event is told: its clauses, and a line made from the event."""

    clauses: tuple[tor.ToRClause, ...]
    # The table pairs each kind with a function of that very kind; only the table needs `Any`.
    says: Callable[[Any], str]


def clause_of(event: did.Event) -> str:
    """Return the clauses that an event answers, such as "ToR 7.5, 8.3"; none for the record's own.

    A due day cites the clause that the terms in force gave with it.
    """
    if isinstance(event, did.DeadlineSet):
        return event.clause
    refs = [clause.ref for clause in WORDING[type(event)].clauses]
    return ", ".join([*refs[:1], *(ref.removeprefix("ToR ") for ref in refs[1:])])


def summary_of(event: did.Event) -> str:
    """Return in one line what an event says, from its public fields only."""
    return WORDING[type(event)].says(event)


def _listed(codes: Iterable[object]) -> str:
    return ", ".join(map(str, codes)) or "none"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _calendar(calendar: CalendarRef) -> str:
    return f"calendar {calendar.id} {calendar.version}"


def _by(day: date | None) -> str:
    return f" by {day}" if day else ""


def _moment(when: datetime) -> str:
    return when.isoformat(" ", "minutes")


def _notification(said: did.NotificationReceived) -> str:
    panel = said.panel_notified_at
    return (
        f"notification {said.reference} from {said.source}, class {said.notification_class}: "
        f"{said.incident.nature}, known on {said.incident.known_on}; "
        f"{_counted(len(said.children), 'child', 'children')}; "
        f"Panel notified {_moment(panel) if panel else 'on a day not known'}"
    )


def _reckoned_again(said: did.DeadlineReckonedAgain) -> str:
    return (
        f"{said.deadline} due {said.due}, no longer {said.old_due}; counted from "
        f"{said.counted_from} with {_calendar(said.calendar)}"
    )


def _decision(said: did.DecisionMade | did.DecisionReconsidered) -> str:
    parts = [f"{_listed(said.outcomes)}, by {said.manner}, at meeting {said.meeting}"]
    if said.methodology:
        parts.append(f"methodology {said.methodology}")
    if said.dissent:
        parts.append(f"dissent from {_listed(dissent.seat for dissent in said.dissent)}")
    return "; ".join(parts)


def _criteria(said: did.CriteriaAssessed) -> str:
    apply = [factor.criterion for factor in said.factors if factor.applies]
    return f"{len(said.factors)} weighed; found to apply: {_listed(apply)}"


def _attendance(said: did.QuorumConfirmed | did.QuorumNotMet) -> str:
    stood_in = [one.seat for one in said.sat if one.capacity != "member"]
    parts = [f"meeting {said.meeting}"]
    if isinstance(said, did.QuorumNotMet):
        parts.append(f"not quorate, empty: {_listed(said.empty_seats)}")
    else:
        parts.append(f"quorate, {_counted(len(said.sat), 'seat', 'seats')} filled")
    if stood_in:
        parts.append(f"represented: {_listed(stood_in)}")
    if said.experts:
        parts.append(_counted(len(said.experts), "expert", "experts"))
    return "; ".join(parts)


def _feedback(said: did.PanelFeedbackReceived) -> str:
    answer = "the Panel agrees" if said.agrees else "the Panel disagrees"
    return f"{answer}; a national review follows" if said.national_review else answer


def _correction(said: did.RecordCorrected) -> str:
    if said.replacement is None:
        return f"entry {said.version} is retracted"
    return (
        f"in place of entry {said.version} stands {said.replacement.kind} "
        f"at {_moment(said.replacement.at)}: {summary_of(said.replacement)}"
    )


WORDING: Final[Mapping[type[did.Event], Wording]] = {
    # Receipt (ToR 7.2, 7.3, 8.1)
    did.NotificationReceived: Wording((tor.CLOCK, tor.RECEIVE), _notification),
    did.DeadlineSet: Wording(
        (tor.FIFTEEN_DAYS, tor.CLOCK, tor.FEEDBACK),
        lambda e: (
            f"{e.deadline} due {e.due}: {e.length} {e.unit.replace('_', ' ')} from "
            f"{e.counted_from}, {_calendar(e.calendar)}"
        ),
    ),
    did.NotificationCriteriaFoundNotMet: Wording((), lambda _: "no rapid review is called for"),
    # Inform, gather, collate, share (ToR 7.2, 7.4, 7.5, 8.2 to 8.4)
    did.MemberInformed: Wording((tor.INFORMED, tor.INFORM), lambda e: f"{e.seat}, by {e.manner}"),
    did.AgencyReportRequested: Wording(
        (tor.GATHER, tor.COMMENCE),
        lambda e: f"{e.agency}, about {_listed(e.about)}{_by(e.due_on)}",
    ),
    did.AgencyReportFiled: Wording(
        (tor.GATHER,),
        lambda e: f"{e.agency}{', knows nothing of the family' if e.nil_return else ''}",
    ),
    did.ReportsCollated: Wording(
        (tor.COLLATE, tor.COMMENCE), lambda e: f"collation {e.collation}: {_listed(e.agencies)}"
    ),
    did.ReportsShared: Wording(
        (tor.COLLATE, tor.SEND_OUT), lambda e: f"collation {e.collation}, with {_listed(e.seats)}"
    ),
    # Children's safety (ToR 1.2)
    did.ImmediateActionRecorded: Wording((tor.SAFETY,), lambda e: f"action {e.action}"),
    did.LearningShared: Wording(
        (tor.SAFETY,), lambda e: f"learning {e.learning}, with {_listed(e.shared_with)}"
    ),
    # The meeting (ToR 3.2, 6, 7.1, 7.6, 8.5)
    did.MeetingConvened: Wording(
        (tor.NO_SCHEDULE, tor.MEET, tor.CONVENE),
        lambda e: f"meeting {e.meeting}, {e.manner}, for {_moment(e.meets_at)}",
    ),
    did.ExpertInvited: Wording(
        (tor.MEMBERS,), lambda e: f"{e.expertise}, to meeting {e.meeting}; fills no seat"
    ),
    did.QuorumConfirmed: Wording((tor.QUORUM,), _attendance),
    did.QuorumNotMet: Wording((tor.QUORUM,), _attendance),
    did.ChallengeRaised: Wording((tor.CHALLENGE,), lambda e: f"{e.challenge}, by {e.seat}"),
    did.ChallengeAnswered: Wording((tor.CHALLENGE,), lambda e: f"{e.challenge}, by {e.seat}"),
    # The outcome (ToR 1.4, 2, 5, 7.6, 7.7, 8.7, 8.8)
    did.CriteriaAssessed: Wording((tor.SCOPE, tor.CRITERIA), _criteria),
    did.DecisionMade: Wording(
        (tor.NEXT_STEPS, tor.CRITERIA, tor.METHODOLOGY, tor.MEET), _decision
    ),
    did.DecisionAdopted: Wording(
        (tor.CRITERIA,),
        lambda e: f"by {e.partner}{', as the terms provide' if e.automatic else ''}",
    ),
    did.ReportCompiled: Wording(
        (tor.REPORT,), lambda e: f"version {e.version}, addressing {_listed(e.limbs)}"
    ),
    did.ReportSentToMembers: Wording((tor.TO_MEMBERS,), lambda e: f"version {e.version}"),
    did.ReportSentToPanel: Wording(
        (tor.TIMELY, tor.REPORT, tor.TO_PANEL), lambda e: f"version {e.version}"
    ),
    # The Panel (ToR 7.8, 7.9, 8.9)
    did.PanelDiscussionNoted: Wording((tor.FEEDBACK,), lambda e: f"discussed on {e.discussed_on}"),
    did.PanelFeedbackReceived: Wording((tor.FEEDBACK,), _feedback),
    did.FeedbackShared: Wording((tor.FEEDBACK_SHARED,), lambda e: f"with {e.shared_with}"),
    did.DecisionReconsidered: Wording((tor.CRITERIA,), _decision),
    did.PanelCorrespondenceLogged: Wording(
        (tor.LIAISON,), lambda e: f"{e.correspondence}, {'sent' if e.sent else 'received'}"
    ),
    # What follows (ToR 2, 3.2, 4, 7.9, 8.10)
    did.PracticeReviewCommissioned: Wording(
        (tor.SCOPE, tor.CHALLENGE, tor.COORDINATE),
        lambda e: (
            f"methodology {e.methodology}, coordinated by {e.coordinator}; "
            f"{_counted(len(e.reviewers), 'reviewer', 'reviewers')}"
        ),
    ),
    did.EngagementRecorded: Wording(
        (tor.CHALLENGE,), lambda e: f"{e.party}, {'took part' if e.engaged else 'did not'}"
    ),
    did.PracticeReviewPublished: Wording((tor.CHALLENGE,), lambda e: f"{e.document.reference}"),
    did.PublicationWithheld: Wording(
        (tor.CHALLENGE,),
        lambda e: "improvements published instead" if e.improvements else "with the reason",
    ),
    did.LearningThemeIdentified: Wording((tor.THEMES,), lambda e: f"theme {e.theme}"),
    did.ThemeReferred: Wording((tor.THEMES,), lambda e: f"theme {e.theme}, to {e.referred_to}"),
    did.ProcessLinked: Wording((tor.RELATED,), lambda e: f"{e.process} {e.reference}"),
    did.CaseClosed: Wording((tor.FEEDBACK_SHARED,), lambda _: "everyone was told"),
    did.CaseReopened: Wording((), lambda _: "with the reason"),
    # The record itself
    did.DeadlineReckonedAgain: Wording((), _reckoned_again),
    did.TermsReplaced: Wording((), lambda e: f"{e.terms.id}, no longer {e.old_terms.id}"),
    did.RecordCorrected: Wording((), _correction),
}
"""Every kind of event, in the order of the document; a test holds it to the events' docstrings."""
