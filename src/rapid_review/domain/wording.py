"""What an event says in one line, if a template over its public fields cannot say it.

A line is made from public fields only (dates, codes, numbers, opaque references), so a timeline
can be shown, printed and sent without a key; a test puts a canary into every sealed field.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from rapid_review.domain import beside_events as beside
from rapid_review.domain import erasure_events as words
from rapid_review.domain import events as did
from rapid_review.domain import team_events as team


def shown(value: object) -> object:
    """Return a value as a line shows it: times to the minute, several codes as a list."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return listed(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value


def listed(codes: Iterable[object]) -> str:
    """Return codes as a list; "none" if there are none."""
    return ", ".join(map(str, codes)) or "none"


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else many}"


def notification(said: did.NotificationReceived) -> str:
    """ToR 7.3, 8.1: the notification."""
    panel = said.panel_notified_at
    return (
        f"notification {said.reference} from {said.source}, class {said.notification_class}: "
        f"{said.incident.nature}, known on {said.incident.known_on}; "
        f"{counted(len(said.children), 'child', 'children')}"
        f"{f', index child {said.index_child}' if said.index_child else ''}; "
        f"Panel notified {shown(panel) if panel else 'on a day not known'}"
    )


def due(said: did.DeadlineSet) -> str:
    """ToR 7.3: a clock that started."""
    return (
        f"{said.deadline} due {said.due}: {said.length} {said.unit.replace('_', ' ')} from "
        f"{said.counted_from}, calendar {said.calendar.id} {said.calendar.version}"
    )


def request(said: did.AgencyReportRequested) -> str:
    """ToR 7.4: a request to an agency."""
    by = f" by {said.due_on}" if said.due_on else ""
    return f"{said.agency}, about {listed(said.about)}{by}"


def report(said: did.AgencyReportFiled) -> str:
    """ToR 7.4: an agency's report."""
    return f"{said.agency}, knows nothing of the family" if said.nil_return else said.agency


def attendance(said: did.QuorumConfirmed | did.QuorumNotMet) -> str:
    """ToR 6.2: who filled which seats."""
    stood_in = [one.seat for one in said.sat if one.capacity != "member"]
    parts = [f"meeting {said.meeting}"]
    if isinstance(said, did.QuorumNotMet):
        parts.append(f"not quorate, empty: {listed(said.empty_seats)}")
    else:
        parts.append(f"quorate, {counted(len(said.sat), 'seat', 'seats')} filled")
    if stood_in:
        parts.append(f"represented: {listed(stood_in)}")
    if said.apologies:
        parts.append(f"apologies: {listed(said.apologies)}")
    if said.experts:
        parts.append(counted(len(said.experts), "expert", "experts"))
    return "; ".join(parts)


def not_called_for(said: did.NotificationCriteriaFoundNotMet) -> str:
    """ToR 1: no rapid review, and what is done instead."""
    instead = f"; instead: {listed(said.instead)}" if said.instead else ""
    return f"no rapid review is called for{instead}"


def interest(said: team.MediaInterestNoted) -> str:
    """ToR 3.2: what interest the media take."""
    return "expected" if said.is_expected else "seen"


def panel_told(said: team.PanelNotified) -> str:
    """ToR 8.1: when the Panel was told."""
    when = said.notified_at
    return f"the Panel was told {f'at {shown(when)}' if when else 'on a day not known'}"


def action(said: team.ActionAgreed) -> str:
    """ToR 8.6: an action that was agreed."""
    by = f", by {said.due_on}" if said.due_on else ""
    return f"action {said.action}, owned by {said.owner}{by}"


def criteria(said: did.CriteriaAssessed) -> str:
    """ToR 5(b): the criteria, weighed."""
    apply = [factor.criterion for factor in said.factors if factor.applies]
    return f"{len(said.factors)} weighed; found to apply: {listed(apply)}"


def decision(said: did.DecisionMade | did.DecisionReconsidered) -> str:
    """ToR 7.6: the decision."""
    parts = [f"{listed(said.outcomes)}, by {said.manner}, at meeting {said.meeting}"]
    if said.methodology:
        parts.append(f"methodology {said.methodology}")
    if said.dissent:
        parts.append(f"dissent from {listed(dissent.seat for dissent in said.dissent)}")
    return "; ".join(parts)


def adoption(said: did.DecisionAdopted) -> str:
    """ToR 5(b): the adoption of a decision."""
    return f"by {said.partner}{', as the terms provide' if said.automatic else ''}"


def feedback(said: did.PanelFeedbackReceived) -> str:
    """ToR 7.8: the Panel's answer."""
    answer = "the Panel agrees" if said.agrees else "the Panel disagrees"
    return f"{answer}; a national review follows" if said.national_review else answer


def letter(said: did.PanelCorrespondenceLogged) -> str:
    """ToR 8.9: a letter to or from the Panel."""
    parts = [said.correspondence, "sent" if said.sent else "received"]
    if said.answers:
        parts.append(f"answers {said.answers}")
    if said.answer_by:
        parts.append(f"an answer is awaited by {said.answer_by}")
    return ", ".join(parts)


def commission(said: did.PracticeReviewCommissioned) -> str:
    """ToR 8.10: the commission of a practice review."""
    return (
        f"methodology {said.methodology}, coordinated by {said.coordinator}; "
        f"{counted(len(said.reviewers), 'reviewer', 'reviewers')}"
    )


def engagement(said: did.EngagementRecorded) -> str:
    """ToR 3.2: whether families or practitioners took part."""
    return f"{said.party}, {'took part' if said.engaged else 'did not take part'}"


def withholding(said: did.PublicationWithheld) -> str:
    """ToR 3.2: a publication withheld."""
    return "improvements published instead" if said.improvements else "with the reason"


def proposed_correction(said: did.CorrectionProposed) -> str:
    """What is to be corrected."""
    if (event := said.replacement) is None:
        return f"entry {said.version} is to be retracted"
    return f"in place of entry {said.version} is to stand {event.kind} at {shown(event.at)}"


def erasure(said: words.ErasureProposed) -> str:
    """What an order is to erase."""
    return f"order {said.order}, the words of {whose_words(said)}, {said.ground}"


def whose_words(said: words.ErasureProposed) -> str:
    """Return whose words an order erases: those of an entry, of a person, or of the case."""
    if said.of_entry is not None:
        return f"entry {said.of_entry}"
    return "the case" if said.of_person is None else f"person {said.of_person}"


def destroyed(said: words.KeyDestroyed) -> str:
    """How many keys an order destroyed."""
    return f"order {said.order}, {counted(len(said.destroyed), 'key', 'keys')}"


def reading(said: beside.WordsRead) -> str:
    """Whose words were read, and of which entries."""
    which = f"entries {listed(said.versions)}" if said.versions else "all of the case"
    parts = [f"{which}, of {counted(said.entries, 'entry', 'entries')}", listed(said.opened)]
    if said.withheld:
        parts.append(f"withheld: {listed(said.withheld)}")
    if said.emergency:
        parts.append(f"in an emergency: {said.emergency}")
    return "; ".join(parts)


def refused(said: beside.ReadingRefused) -> str:
    """Whose words somebody asked for and did not get, and of which entries."""
    which = f"entries {listed(said.versions)}" if said.versions else "all of the case"
    emergency = f"; in an emergency: {said.emergency}" if said.emergency else ""
    return f"{which}; refused: {listed(said.asked)}{emergency}"


def review(said: beside.BreakGlassReviewed) -> str:
    """Whether a reading in an emergency was found justified."""
    return f"reading {said.version}, {'justified' if said.justified else 'not justified'}"


def export(said: did.ExportMade) -> str:
    """What was disclosed: cases, or figures of them."""
    if said.figures is not None:
        return f"to {said.recipient} as {said.form}: figures, by {said.figures.grouped_by}"
    references = "pseudonyms" if said.pseudonymous else "references as recorded"
    return (
        f"to {said.recipient} as {said.form}: {counted(said.cases, 'case', 'cases')}, "
        f"{counted(said.entries, 'entry', 'entries')}, as recorded by "
        f"{shown(said.recorded_by)}; {references}"
    )
