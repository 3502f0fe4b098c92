"""The Terms of Reference as one process, step by step: what `bpmn` draws.

The process shows the usual way, in the order of ToR 7 and 8. It forbids nothing: facts that
arrive late, challenges, immediate action and letters have no place in an order, and are left out;
what must come before what is said exactly by `declare`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rapid_review.domain.events import EVENTS
from rapid_review.domain.registry import REGISTRY
from rapid_review.domain.terms.citing import cited_under
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.terms import Terms


@dataclass(frozen=True, slots=True)
class Node:
    """A step, a way apart or together, a beginning or an end.

    Attributes:
        id: its id in the model.
        tag: what it is in BPMN, such as "userTask".
        name: what a reader sees.
        records: the kind of event that says that it was done; empty for a way apart.
    """

    id: str
    tag: str
    name: str
    records: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """From which node to which, and in which case."""

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
        """Add a step for each of some codes, in any order; return where their ways meet."""
        steps = list(names)
        if len(steps) == 1:
            return self.step(kind, steps[0][1], after, of=steps[0][0])
        apart = self.add(Node(f"{kind}-apart", "parallelGateway", ""), after)
        done = [self.step(kind, name, apart, of=code) for code, name in steps]
        return self.add(Node(f"{kind}-together", "parallelGateway", ""), *done)


def process_of(terms: Terms) -> Process:
    """Return the process of these terms."""
    made = Process(f"process-{terms.id}", f"Rapid review: {terms.title}, {terms.edition}")
    gathered = _gathered(made)
    decided = _decided(made, terms, gathered)
    answered = _answered(made, terms, decided)
    _followed(made, terms, answered)
    made.notes.extend(_notes(made, terms.clocks.values()))
    return made


def _gathered(made: Process) -> str:
    """ToR 7.2 to 7.5, 8.1 to 8.4: receipt, and then both telling the members and asking."""
    start = made.step("NotificationReceived", "Notification received", tag="startEvent")
    called = made.add(
        Node("review-called-for", "exclusiveGateway", "Is a rapid review called for?"), start
    )
    not_met = Node(
        "NotificationCriteriaFoundNotMet",
        "endEvent",
        "Criteria not met: no review",
        "NotificationCriteriaFoundNotMet",
    )
    made.add(not_met, called, when="no")
    apart = made.add(Node("receipt-apart", "parallelGateway", ""), called, when="yes")
    told = made.step("MemberInformed", "Tell every member", apart)
    asked = made.step("AgencyReportRequested", "Ask the agencies for their reports", apart)
    filed = made.step("AgencyReportFiled", "Receive their reports", asked, tag="receiveTask")
    collated = made.step("ReportsCollated", "Collate the reports", filed)
    shared = made.step("ReportsShared", "Send the collation to the members", collated)
    return made.add(Node("receipt-together", "parallelGateway", ""), told, shared)


def _decided(made: Process, terms: Terms, after: str) -> str:
    """ToR 5, 6, 7.6: the meeting, its quorum, the criteria, the decision and its adoption."""
    convened = made.step("MeetingConvened", "Convene the meeting", after)
    quorate = made.add(Node("quorate", "exclusiveGateway", "Are the seats filled?"), convened)
    again = made.step("QuorumNotMet", "The meeting is not quorate", tag="task")
    held = made.step("QuorumConfirmed", "The meeting is quorate", tag="task")
    assessed = made.step("CriteriaAssessed", "Weigh the criteria", held)
    made.flows += (
        Flow(quorate, again, "no"),
        Flow(again, convened),
        Flow(quorate, held, "yes"),
    )
    if terms.quorum.inquorate_may != "nothing":
        made.flows.append(Flow(again, assessed, "what the chair selects"))
    outcomes = "; ".join(outcome.title for outcome in terms.decision.outcomes)
    decided = made.step("DecisionMade", f"Decide: {outcomes}", assessed)
    if terms.adoption.automatic:
        return decided
    partners = [(partner, f"{partner} adopts the decision") for partner in terms.adoption.by]
    return made.all_of("DecisionAdopted", partners, decided)


def _answered(made: Process, terms: Terms, after: str) -> str:
    """ToR 7.7 to 7.9, 8.7, 8.8: the report, the Panel's answer, and telling of it."""
    compiled = made.step("ReportCompiled", "Compile the report", after)
    told = made.step("ReportSentToMembers", "Send the report to the members", compiled)
    sent = made.step("ReportSentToPanel", "Send the report to the Panel", told, tag="sendTask")
    discussed = made.step(
        "PanelDiscussionNoted", "The Panel has met", sent, tag="intermediateCatchEvent"
    )
    answered = made.step(
        "PanelFeedbackReceived", "Receive the Panel's feedback", discussed, tag="receiveTask"
    )
    agrees = made.add(Node("panel-agrees", "exclusiveGateway", "Does the Panel agree?"), answered)
    again = made.step("DecisionReconsidered", "Reconsider the decision")
    agreed = made.add(Node("panel-answered", "exclusiveGateway", ""), again)
    made.flows += (Flow(agrees, again, "no"), Flow(agrees, agreed, "yes"))
    told_to = [(code, f"Tell {code} of the feedback") for code in terms.feedback.share_with]
    return made.all_of("FeedbackShared", told_to, agreed)


def _followed(made: Process, terms: Terms, after: str) -> None:
    """ToR 2.1, 3.2, 7.9, 8.10: the practice review, where the decision asks for one; closing."""
    ready = [after]
    if any(outcome.practice_review for outcome in terms.decision.outcomes):
        asked = made.add(
            Node("practice-review", "exclusiveGateway", "Does a practice review follow?"), after
        )
        commissioned = made.step("PracticeReviewCommissioned", "Commission the practice review")
        published = made.add(
            Node("publication", "exclusiveGateway", "Can it be published?"), commissioned
        )
        out = made.step("PracticeReviewPublished", "Publish it")
        withheld = made.step("PublicationWithheld", "Withhold it, and publish the improvements")
        ready = [made.add(Node("review-done", "exclusiveGateway", ""), out, withheld)]
        made.flows += (
            Flow(asked, commissioned, "yes"),
            Flow(asked, "review-done", "no"),
            Flow(published, out, "yes"),
            Flow(published, withheld, "no"),
        )
    closed = made.step("CaseClosed", "Close the case", *ready)
    made.add(Node("end", "endEvent", "Case closed"), closed)


def _notes(made: Process, deadlines: Iterable[Deadline]) -> Iterable[Note]:
    """Yield each clock beside the step that stops it, or beside receipt where there is none."""
    by_kind = {node.records: node.id for node in reversed(made.nodes) if node.records}
    receipt = made.nodes[0].id
    for deadline in deadlines:
        unit = deadline.unit.replace("_", " ")
        plan = " (planned, not owed)" if deadline.advisory else ""
        yield Note(
            by_kind.get(deadline.stopping_kind, receipt),
            f"{deadline.title}: {deadline.length} {unit} from {deadline.starts_on}, owed by "
            f"{deadline.owed_by}{plan} ({deadline.clause})",
        )


def clauses_of(node: Node, terms: Terms) -> str:
    """Return the clauses of the event that records a step, as the terms cite them."""
    if not node.records:
        return ""
    return cited_under(terms, REGISTRY[EVENTS[node.records]].clauses)
