"""What an event says in one line, if a template over its public fields cannot say it.

A line is made from public fields only (dates, codes, numbers, opaque references), so a timeline
can be shown, printed and sent without a key; a test puts a canary into every sealed field.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from rapid_review.domain import beside_events as beside
from rapid_review.domain import erasure_events
from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.erasure_particulars import Erasure
from rapid_review.domain.printable import counted, length_in_words


def as_text(value: object) -> object:
    """Return a value as a line shows it: times to the minute, several codes as a list."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return joined(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value


def joined(codes: Iterable[object]) -> str:
    """Return codes as a list; "none" if there are none."""
    return ", ".join(map(str, codes)) or "none"


def notification(event: did.NotificationReceived) -> str:
    """ToR 7.3, 8.1: the notification."""
    panel = event.panel_notified_at
    return (
        f"notification {event.reference} from {event.source}, class {event.notification_class}: "
        f"{event.incident.nature}, known on {event.incident.known_on or 'a day not known'}; "
        f"{counted(len(event.children), 'child', 'children')}"
        f"{f', index child {event.index_child}' if event.index_child else ''}; "
        f"Panel notified {as_text(panel) if panel else 'on a day not known'}"
    )


def due(event: did.DeadlineSet) -> str:
    """ToR 7.3: a clock that started."""
    return (
        f"{event.deadline} due {event.due}: {length_in_words(event.length, event.unit)} from "
        f"{event.counted_from}, calendar {event.calendar.id} {event.calendar.version}"
    )


def request(event: did.AgencyReportRequested) -> str:
    """ToR 7.4: a request to an agency."""
    by = f" by {event.due_on}" if event.due_on else ""
    return f"{event.agency}, about {joined(event.about)}{by}"


def report(event: did.AgencyReportFiled) -> str:
    """ToR 7.4: an agency's report."""
    return f"{event.agency}, knows nothing of the family" if event.nil_return else event.agency


def attendance(event: did.QuorumConfirmed | did.QuorumNotMet) -> str:
    """ToR 6.2: who filled which seats."""
    members = {one.seat for one in event.sat if one.capacity == "member"}
    stood_in = dict.fromkeys(one.seat for one in event.sat if one.seat not in members)
    parts = [f"meeting {event.meeting}"]
    if isinstance(event, did.QuorumNotMet):
        parts.append(f"not quorate, empty: {joined(event.empty_seats)}")
    else:
        filled = len({one.seat for one in event.sat})
        parts.append(f"quorate, {counted(filled, 'seat')} filled")
    if stood_in:
        parts.append(f"represented: {joined(stood_in)}")
    if event.apologies:
        parts.append(f"apologies: {joined(event.apologies)}")
    if event.experts:
        parts.append(counted(len(event.experts), "expert"))
    return "; ".join(parts)


def not_called_for(event: did.NotificationCriteriaFoundNotMet) -> str:
    """ToR 1: no rapid review, and what is done instead."""
    instead = f"; instead: {joined(event.instead)}" if event.instead else ""
    return f"no rapid review is called for{instead}"


def interest(event: team.MediaInterestNoted) -> str:
    """ToR 3.2: what interest the media take."""
    return "expected" if event.is_expected else "seen"


def panel_told(event: team.PanelNotified) -> str:
    """ToR 8.1: when the Panel was told."""
    when = event.notified_at
    return f"the Panel was told {f'at {as_text(when)}' if when else 'on a day not known'}"


def action(event: team.ActionAgreed) -> str:
    """ToR 8.6: an action that was agreed."""
    by = f", by {event.due_on}" if event.due_on else ""
    return f"action {event.action}, owned by {event.owner}{by}"


def criteria(event: did.CriteriaAssessed) -> str:
    """ToR 5(b): the criteria, weighed."""
    apply = [factor.criterion for factor in event.factors if factor.applies]
    return f"{len(event.factors)} weighed; found to apply: {joined(apply)}"


def decision(event: did.DecisionMade | did.DecisionReconsidered) -> str:
    """ToR 7.6: the decision."""
    parts = [f"{joined(event.outcomes)}, by {event.manner}, at meeting {event.meeting}"]
    if event.methodology:
        parts.append(f"methodology {event.methodology}")
    if event.dissent:
        parts.append(f"dissent from {joined(dissent.seat for dissent in event.dissent)}")
    return "; ".join(parts)


def adoption(event: did.DecisionAdopted) -> str:
    """ToR 5(b): the adoption of a decision."""
    return f"by {event.partner}{', as the terms provide' if event.automatic else ''}"


def feedback(event: did.PanelFeedbackReceived) -> str:
    """ToR 7.8: the Panel's answer."""
    answer = "the Panel agrees" if event.agrees else "the Panel disagrees"
    return f"{answer}; a national review follows" if event.national_review else answer


def letter(event: did.PanelCorrespondenceLogged) -> str:
    """ToR 8.9: a letter to or from the Panel."""
    parts = [event.correspondence, "sent" if event.sent else "received"]
    if event.answers:
        parts.append(f"answers {event.answers}")
    if event.answer_by:
        parts.append(f"an answer is awaited by {event.answer_by}")
    return ", ".join(parts)


def commission(event: did.PracticeReviewCommissioned) -> str:
    """ToR 8.10: the commission of a practice review."""
    return (
        f"methodology {event.methodology}, coordinated by {event.coordinator}; "
        f"{counted(len(event.reviewers), 'reviewer')}"
    )


def engagement(event: did.EngagementRecorded) -> str:
    """ToR 3.2: whether families or practitioners took part."""
    return f"{event.party}, {'took part' if event.engaged else 'did not take part'}"


def withholding(event: did.PublicationWithheld) -> str:
    """ToR 3.2: a publication withheld."""
    return "improvements published instead" if event.improvements else "with the reason"


def proposed_correction(event: did.CorrectionProposed) -> str:
    """What is to be corrected."""
    if (other := event.replacement) is None:
        return f"entry {event.version} is to be retracted"
    return f"in place of entry {event.version} is to stand {other.kind} at {as_text(other.at)}"


def erasure(event: erasure_events.ErasureProposed) -> str:
    """What an order is to erase."""
    return f"order {event.order}, the words of {whose_words(event)}, {event.ground}"


def whose_words(details: Erasure) -> str:
    """Return whose words an order erases: those of an entry, of a person, or of the case."""
    if details.of_entry is not None:
        return f"entry {details.of_entry}"
    return "the case" if details.of_person is None else f"person {details.of_person}"


def destroyed(event: erasure_events.KeyDestroyed) -> str:
    """How many keys an order destroyed."""
    return f"order {event.order}, {counted(len(event.destroyed), 'key')}"


def reading(event: beside.WordsRead) -> str:
    """Whose words were read, and of which entries."""
    which = f"entries {joined(event.versions)}" if event.versions else "all of the case"
    parts = [f"{which}, of {counted(event.entries, 'entry')}", joined(event.opened)]
    if event.withheld:
        parts.append(f"withheld: {joined(event.withheld)}")
    if event.emergency:
        parts.append(f"in an emergency: {event.emergency}")
    return "; ".join(parts)


def refused(event: beside.ReadingRefused) -> str:
    """Whose words somebody asked for and did not get, and of which entries."""
    which = f"entries {joined(event.versions)}" if event.versions else "all of the case"
    emergency = f"; in an emergency: {event.emergency}" if event.emergency else ""
    return f"{which}; refused: {joined(event.asked)}{emergency}"


def review(event: beside.BreakGlassReviewed) -> str:
    """Whether a reading in an emergency was found justified."""
    return f"reading {event.version}, {'justified' if event.justified else 'not justified'}"


def export(event: did.ExportMade) -> str:
    """What was disclosed: cases, or figures of them."""
    if event.figures is not None:
        return f"to {event.recipient} as {event.form}: figures, by {event.figures.grouped_by}"
    references = "pseudonyms" if event.pseudonymous else "references as recorded"
    return (
        f"to {event.recipient} as {event.form}: {counted(event.cases, 'case')}, "
        f"{counted(event.entries, 'entry')}, as recorded by "
        f"{as_text(event.recorded_by)}; {references}"
    )
