"""For each kind of event its clauses, and what it says in one line.

The one table to read when an event is to be told to a person. A line is made from public fields
only (dates, codes, numbers, opaque references), so a timeline can be shown, printed and sent
without a key; that no words come through is held by a test with a canary in every sealed field.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple, cast

from rapid_review.domain import clauses as tor
from rapid_review.domain import events as did
from rapid_review.domain.printable import escaped
from rapid_review.domain.vocabulary import sealed_fields


class Wording(NamedTuple):
    """How one kind of event is told: its clauses, and its line.

    The line is a template over the event's public fields; or, where it depends on them, a
    function of that very kind of event. Only the table needs the wide type.
    """

    clauses: tuple[tor.ToRClause, ...]
    says: str | Callable[[Any], str]


def clause_of(event: did.AnyEvent) -> str:
    """Return the clauses that an event answers, such as "ToR 7.5, 8.3"; none for the record's own.

    A due day cites the clause that the terms in force gave with it; in printable characters,
    also where an early import took in others.
    """
    if isinstance(event, did.DeadlineSet):
        return escaped(event.clause, but="")
    return cited(WORDING[type(event)].clauses)


def cited(clauses: Iterable[tor.ToRClause]) -> str:
    """Return clauses as they are cited, such as "ToR 7.5, 8.3"; none for none."""
    refs = [clause.ref for clause in clauses]
    return ", ".join([*refs[:1], *(ref.removeprefix("ToR ") for ref in refs[1:])])


def summary_of(event: did.AnyEvent) -> str:
    """Return in one line what an event says, from its public fields only."""
    says = WORDING[type(event)].says
    if not isinstance(says, str):
        return says(event)
    public = type(event).model_fields.keys() - sealed_fields(type(event))
    return says.format_map({name: _shown(getattr(event, name)) for name in public})


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return _listed(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value


def _listed(codes: Iterable[object]) -> str:
    return ", ".join(map(str, codes)) or "none"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _notification(said: did.NotificationReceived) -> str:
    panel = said.panel_notified_at
    return (
        f"notification {said.reference} from {said.source}, class {said.notification_class}: "
        f"{said.incident.nature}, known on {said.incident.known_on}; "
        f"{_counted(len(said.children), 'child', 'children')}; "
        f"Panel notified {_shown(panel) if panel else 'on a day not known'}"
    )


def _due(said: did.DeadlineSet) -> str:
    return (
        f"{said.deadline} due {said.due}: {said.length} {said.unit.replace('_', ' ')} from "
        f"{said.counted_from}, calendar {said.calendar.id} {said.calendar.version}"
    )


def _request(said: did.AgencyReportRequested) -> str:
    by = f" by {said.due_on}" if said.due_on else ""
    return f"{said.agency}, about {_listed(said.about)}{by}"


def _report(said: did.AgencyReportFiled) -> str:
    return f"{said.agency}, knows nothing of the family" if said.nil_return else said.agency


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


def _criteria(said: did.CriteriaAssessed) -> str:
    apply = [factor.criterion for factor in said.factors if factor.applies]
    return f"{len(said.factors)} weighed; found to apply: {_listed(apply)}"


def _decision(said: did.DecisionMade | did.DecisionReconsidered) -> str:
    parts = [f"{_listed(said.outcomes)}, by {said.manner}, at meeting {said.meeting}"]
    if said.methodology:
        parts.append(f"methodology {said.methodology}")
    if said.dissent:
        parts.append(f"dissent from {_listed(dissent.seat for dissent in said.dissent)}")
    return "; ".join(parts)


def _adoption(said: did.DecisionAdopted) -> str:
    return f"by {said.partner}{', as the terms provide' if said.automatic else ''}"


def _feedback(said: did.PanelFeedbackReceived) -> str:
    answer = "the Panel agrees" if said.agrees else "the Panel disagrees"
    return f"{answer}; a national review follows" if said.national_review else answer


def _letter(said: did.PanelCorrespondenceLogged) -> str:
    return f"{said.correspondence}, {'sent' if said.sent else 'received'}"


def _commission(said: did.PracticeReviewCommissioned) -> str:
    return (
        f"methodology {said.methodology}, coordinated by {said.coordinator}; "
        f"{_counted(len(said.reviewers), 'reviewer', 'reviewers')}"
    )


def _engagement(said: did.EngagementRecorded) -> str:
    return f"{said.party}, {'took part' if said.engaged else 'did not take part'}"


def _withholding(said: did.PublicationWithheld) -> str:
    return "improvements published instead" if said.improvements else "with the reason"


def _correction(said: did.RecordCorrected) -> str:
    if said.replacement is None:
        return f"entry {said.version} is retracted"
    return (
        f"in place of entry {said.version} stands {said.replacement.kind} "
        f"at {_shown(said.replacement.at)}: {summary_of(said.replacement)}"
    )


def _export(said: did.ExportMade) -> str:
    references = "pseudonyms" if said.pseudonymous else "references as recorded"
    return (
        f"to {said.recipient} as {said.form}: {_counted(said.cases, 'case', 'cases')}, "
        f"{_counted(said.entries, 'entry', 'entries')}, as recorded by "
        f"{_shown(said.recorded_by)}; {references}"
    )


WORDING: Final[Mapping[type[did.Event], Wording]] = MappingProxyType(
    {
        # Receipt (ToR 7.2, 7.3, 8.1)
        did.NotificationReceived: Wording((tor.CLOCK, tor.RECEIVE), _notification),
        did.DeadlineSet: Wording((), _due),  # the terms give each clock its own clause
        did.NotificationCriteriaFoundNotMet: Wording((), "no rapid review is called for"),
        # Inform, gather, collate, share (ToR 7.2, 7.4, 7.5, 8.2 to 8.4)
        did.MemberInformed: Wording((tor.INFORMED, tor.INFORM), "{seat}, by {manner}"),
        did.AgencyReportRequested: Wording((tor.GATHER, tor.COMMENCE), _request),
        did.AgencyReportFiled: Wording((tor.GATHER,), _report),
        did.ReportsCollated: Wording(
            (tor.COLLATE, tor.COMMENCE), "collation {collation}: {agencies}"
        ),
        did.ReportsShared: Wording(
            (tor.COLLATE, tor.SEND_OUT), "collation {collation}, with {seats}"
        ),
        # Children's safety (ToR 1.2)
        did.ImmediateActionRecorded: Wording((tor.SAFETY,), "action {action}"),
        did.LearningShared: Wording((tor.SAFETY,), "learning {learning}, with {shared_with}"),
        # The meeting (ToR 3.2, 6, 7.1, 7.6, 8.5)
        did.MeetingConvened: Wording(
            (tor.NO_SCHEDULE, tor.MEET, tor.CONVENE), "meeting {meeting}, {manner}, for {meets_at}"
        ),
        did.ExpertInvited: Wording(
            (tor.MEMBERS,), "{expertise}, to meeting {meeting}; fills no seat"
        ),
        did.QuorumConfirmed: Wording((tor.QUORUM,), _attendance),
        did.QuorumNotMet: Wording((tor.QUORUM,), _attendance),
        did.ChallengeRaised: Wording((tor.CHALLENGE,), "{challenge}, by {seat}"),
        did.ChallengeAnswered: Wording((tor.CHALLENGE,), "{challenge}, by {seat}"),
        # The outcome (ToR 1.4, 2, 5, 7.6, 7.7, 8.7, 8.8)
        did.CriteriaAssessed: Wording((tor.SCOPE, tor.CRITERIA), _criteria),
        did.DecisionMade: Wording(
            (tor.NEXT_STEPS, tor.CRITERIA, tor.METHODOLOGY, tor.MEET), _decision
        ),
        did.DecisionAdopted: Wording((tor.CRITERIA,), _adoption),
        did.ReportCompiled: Wording((tor.REPORT,), "version {version}, addressing {limbs}"),
        did.ReportSentToMembers: Wording((tor.TO_MEMBERS,), "version {version}"),
        did.ReportSentToPanel: Wording(
            (tor.TIMELY, tor.REPORT, tor.TO_PANEL), "version {version}"
        ),
        # The Panel (ToR 7.8, 7.9, 8.9)
        did.PanelDiscussionNoted: Wording((tor.FEEDBACK,), "discussed on {discussed_on}"),
        did.PanelFeedbackReceived: Wording((tor.FEEDBACK,), _feedback),
        did.FeedbackShared: Wording((tor.FEEDBACK_SHARED,), "with {shared_with}"),
        did.DecisionReconsidered: Wording((tor.CRITERIA,), _decision),
        did.PanelCorrespondenceLogged: Wording((tor.LIAISON,), _letter),
        # What follows (ToR 2, 3.2, 4, 7.9, 8.10)
        did.PracticeReviewCommissioned: Wording(
            (tor.SCOPE, tor.CHALLENGE, tor.COORDINATE), _commission
        ),
        did.EngagementRecorded: Wording((tor.CHALLENGE,), _engagement),
        did.PracticeReviewPublished: Wording((tor.CHALLENGE,), "document {document.reference}"),
        did.PublicationWithheld: Wording((tor.CHALLENGE,), _withholding),
        did.LearningThemeIdentified: Wording((tor.THEMES,), "theme {theme}"),
        did.ThemeReferred: Wording((tor.THEMES,), "theme {theme}, to {referred_to}"),
        did.ProcessLinked: Wording((tor.RELATED,), "{process} {reference}"),
        did.CaseClosed: Wording((tor.FEEDBACK_SHARED,), "everyone was told"),
        did.CaseReopened: Wording((), "with the reason"),
        # The record itself
        did.DeadlineReckonedAgain: Wording(
            (),
            "{deadline} due {due}, no longer {old_due}; counted from {counted_from} with "
            "calendar {calendar.id} {calendar.version}",
        ),
        did.TermsReplaced: Wording((), "{terms.id}, no longer {old_terms.id}"),
        did.RecordCorrected: Wording((), _correction),
        did.ExportMade: Wording((), _export),
    }
)
"""Every kind of event, in the order of the document; a test holds it to the events' docstrings."""
