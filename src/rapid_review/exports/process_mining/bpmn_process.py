"""The Terms of Reference as one process, step by step: what `bpmn` draws.

The process shows the usual course, in the order of ToR 7 and 8. It forbids nothing. Late facts,
challenges, immediate action and letters have no place in an order and are left out. `declare` says
exactly what must come before what.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rapid_review.domain.events import EVENTS
from rapid_review.domain.printable import length_in_words
from rapid_review.domain.registry import REGISTRY
from rapid_review.domain.terms.citing import cited_under
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.terms import Terms


@dataclass(frozen=True, slots=True)
class Node:
    """A step, a gateway where flows part or meet, a beginning or an end.

    Attributes:
        id: its id in the model.
        tag: what it is in BPMN, such as "userTask".
        name: what a reader sees.
        records: the kind of event that records the step; empty for a gateway.
    """

    id: str
    tag: str
    name: str
    records: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow from one node to another; `name` says under which condition."""

    source: str
    target: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A clock, written beside the step that stops it."""

    node: str
    text: str


@dataclass(slots=True)
class Process:
    """A process: its nodes in their order, the flows between them, the clocks beside them."""

    id: str
    name: str
    nodes: list[Node] = field(default_factory=list[Node])
    flows: list[Flow] = field(default_factory=list[Flow])
    notes: list[Note] = field(default_factory=list[Note])

    def add(self, node: Node, *after: str, when: str = "") -> str:
        """Add a node that follows others; return its id."""
        self.nodes.append(node)
        self.flows.extend(Flow(one, node.id, when) for one in after)
        return node.id

    def step(self, kind: str, name: str, *after: str, tag: str = "userTask", of: str = "") -> str:
        """Add the step that an event of this kind records; return its id."""
        id_ = f"{kind}-{of}" if of else kind
        return self.add(Node(id_, tag, name, kind), *after)

    def all_of(self, kind: str, names: Iterable[tuple[str, str]], after: str) -> str:
        """Add parallel steps, one for each code and name; return the gateway where they meet."""
        steps = list(names)
        if len(steps) == 1:
            return self.step(kind, steps[0][1], after, of=steps[0][0])
        apart = self.add(Node(f"{kind}-apart", "parallelGateway", ""), after)
        done = [self.step(kind, name, apart, of=code) for code, name in steps]
        return self.add(Node(f"{kind}-together", "parallelGateway", ""), *done)


def process_of(terms: Terms) -> Process:
    """Return the process of these terms."""
    process = Process(f"process-{terms.id}", f"Rapid review: {terms.title}, {terms.edition}")
    gathered = _add_gathering(process)
    decided = _add_decision(process, terms, gathered)
    answered = _add_panel_answer(process, terms, decided)
    _add_closing(process, terms, answered)
    process.notes.extend(_clock_notes(process, terms.clocks.values()))
    return process


def _add_gathering(process: Process) -> str:
    """ToR 7.2 to 7.5, 8.1 to 8.4: receipt, and then both telling the members and asking."""
    start = process.step("NotificationReceived", "Notification received", tag="startEvent")
    called = process.add(
        Node("review-called-for", "exclusiveGateway", "Is a rapid review called for?"), start
    )
    not_met = Node(
        "NotificationCriteriaFoundNotMet",
        "endEvent",
        "Criteria not met: no review",
        "NotificationCriteriaFoundNotMet",
    )
    process.add(not_met, called, when="no")
    apart = process.add(Node("receipt-apart", "parallelGateway", ""), called, when="yes")
    told = process.step("MemberInformed", "Tell every member", apart)
    asked = process.step("AgencyReportRequested", "Ask the agencies for their reports", apart)
    filed = process.step("AgencyReportFiled", "Receive their reports", asked, tag="receiveTask")
    collated = process.step("ReportsCollated", "Collate the reports", filed)
    shared = process.step("ReportsShared", "Send the collation to the members", collated)
    return process.add(Node("receipt-together", "parallelGateway", ""), told, shared)


def _add_decision(process: Process, terms: Terms, after: str) -> str:
    """ToR 5, 6, 7.6: the meeting, its quorum, the criteria, the decision and its adoption."""
    convened = process.step("MeetingConvened", "Convene the meeting", after)
    quorate = process.add(Node("quorate", "exclusiveGateway", "Are the seats filled?"), convened)
    again = process.step("QuorumNotMet", "The meeting is not quorate", tag="task")
    held = process.step("QuorumConfirmed", "The meeting is quorate", tag="task")
    assessed = process.step("CriteriaAssessed", "Weigh the criteria", held)
    process.flows += (
        Flow(quorate, again, "no"),
        Flow(again, convened),
        Flow(quorate, held, "yes"),
    )
    if terms.quorum.chair_selects:
        process.flows.append(Flow(again, assessed, "what the chair selects"))
    outcomes = "; ".join(outcome.title for outcome in terms.decision.outcomes)
    decided = process.step("DecisionMade", f"Decide: {outcomes}", assessed)
    if terms.adoption.automatic:
        return decided
    partners = [(partner, f"{partner} adopts the decision") for partner in terms.adoption.by]
    return process.all_of("DecisionAdopted", partners, decided)


def _add_panel_answer(process: Process, terms: Terms, after: str) -> str:
    """ToR 7.7 to 7.9, 8.7, 8.8: the report, the Panel's answer, and telling of it."""
    compiled = process.step("ReportCompiled", "Compile the report", after)
    told = process.step("ReportSentToMembers", "Send the report to the members", compiled)
    sent = process.step("ReportSentToPanel", "Send the report to the Panel", told, tag="sendTask")
    discussed = process.step(
        "PanelDiscussionNoted", "The Panel has met", sent, tag="intermediateCatchEvent"
    )
    answered = process.step(
        "PanelFeedbackReceived", "Receive the Panel's feedback", discussed, tag="receiveTask"
    )
    agrees = process.add(
        Node("panel-agrees", "exclusiveGateway", "Does the Panel agree?"), answered
    )
    again = process.step("DecisionReconsidered", "Reconsider the decision")
    agreed = process.add(Node("panel-answered", "exclusiveGateway", ""), again)
    process.flows += (Flow(agrees, again, "no"), Flow(agrees, agreed, "yes"))
    told_to = [(code, f"Tell {code} of the feedback") for code in terms.feedback.share_with]
    return process.all_of("FeedbackShared", told_to, agreed)


def _add_closing(process: Process, terms: Terms, after: str) -> None:
    """ToR 2.1, 3.2, 7.9, 8.10: the practice review, where the decision asks for one; closing."""
    ready = [after]
    if any(outcome.practice_review for outcome in terms.decision.outcomes):
        asked = process.add(
            Node("practice-review", "exclusiveGateway", "Does a practice review follow?"), after
        )
        commissioned = process.step("PracticeReviewCommissioned", "Commission the practice review")
        published = process.add(
            Node("publication", "exclusiveGateway", "Can it be published?"), commissioned
        )
        out = process.step("PracticeReviewPublished", "Publish it")
        withheld = process.step("PublicationWithheld", "Withhold it, and publish the improvements")
        ready = [process.add(Node("review-done", "exclusiveGateway", ""), out, withheld)]
        process.flows += (
            Flow(asked, commissioned, "yes"),
            Flow(asked, "review-done", "no"),
            Flow(published, out, "yes"),
            Flow(published, withheld, "no"),
        )
    closed = process.step("CaseClosed", "Close the case", *ready)
    process.add(Node("end", "endEvent", "Case closed"), closed)


def _clock_notes(process: Process, deadlines: Iterable[Deadline]) -> Iterable[Note]:
    """Yield each clock beside the step that stops it, or beside receipt where there is none."""
    by_kind = {node.records: node.id for node in reversed(process.nodes) if node.records}
    receipt = process.nodes[0].id
    for deadline in deadlines:
        length = length_in_words(deadline.length, deadline.unit)
        plan = " (planned, not owed)" if deadline.advisory else ""
        yield Note(
            by_kind.get(deadline.stopping_kind, receipt),
            f"{deadline.title}: {length} from {deadline.starts_on}, owed by "
            f"{deadline.owed_by}{plan} ({deadline.clause})",
        )


def clauses_of(node: Node, terms: Terms) -> str:
    """Return the clauses of the event that records a step, as the terms cite them."""
    if not node.records:
        return ""
    return cited_under(terms, REGISTRY[EVENTS[node.records]].clauses)
