"""The BPMN model: well-formed, every end there, one beginning from which all is reached."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from rapid_review import terms as shipped
from rapid_review.domain.events import EVENTS
from rapid_review.domain.terms.terms import Terms
from rapid_review.exports.process_mining.bpmn import bpmn
from tests.domain.a_review import KENT, varied

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
NODES = {
    *("startEvent", "endEvent", "intermediateCatchEvent", "task", "userTask", "sendTask"),
    *("receiveTask", "exclusiveGateway", "parallelGateway"),
}
EDITIONS = [shipped.load(name) for name in shipped.available()]
EACH = pytest.mark.parametrize("terms", EDITIONS, ids=lambda terms: terms.id)


class Model:
    """A model as it is written: its nodes, its flows, and how it is drawn."""

    def __init__(self, terms: Terms) -> None:
        self.root = ET.fromstring(bpmn(terms))  # noqa: S314 - our own document
        (self.process,) = self.root.findall(f"{BPMN}process")
        self.nodes = {
            one.attrib["id"]: one for one in self.process if one.tag.removeprefix(BPMN) in NODES
        }
        self.flows = {
            one.attrib["id"]: (one.attrib["sourceRef"], one.attrib["targetRef"])
            for one in self.process.findall(f"{BPMN}sequenceFlow")
        }

    def tagged(self, tag: str) -> list[str]:
        """Return the ids of the nodes of one kind."""
        return [id_ for id_, one in self.nodes.items() if one.tag == f"{BPMN}{tag}"]

    def told(self, id_: str, tag: str) -> list[str | None]:
        """Return the texts of a node's parts of one kind."""
        return [one.text for one in self.nodes[id_].findall(f"{BPMN}{tag}")]

    def reached(self, start: str, *, backwards: bool = False) -> set[str]:
        """Return the nodes that are come to from one, along the flows or against them."""
        flows = [pair[::-1] if backwards else pair for pair in self.flows.values()]
        seen, waiting = {start}, [start]
        while waiting:
            at = waiting.pop()
            new = {target for source, target in flows if source == at} - seen
            seen |= new
            waiting += new
        return seen

    def drawn(self) -> Iterator[tuple[str, tuple[float, ...]]]:
        """Yield what is drawn as a box, and where."""
        for shape in self.root.iter(f"{DI}BPMNShape"):
            (bounds,) = shape.findall(f"{DC}Bounds")
            box = tuple(float(bounds.attrib[key]) for key in ("x", "y", "width", "height"))
            yield shape.attrib["bpmnElement"], box


@EACH
def test_every_id_is_its_own_and_every_end_is_there(terms: Terms) -> None:
    """Flows join nodes, and each node names the flows into and out of it."""
    model = Model(terms)
    ids = [one.attrib["id"] for one in model.root.iter() if "id" in one.attrib]
    assert len(ids) == len(set(ids))
    for source, target in model.flows.values():
        assert {source, target} <= model.nodes.keys()
    for id_ in model.nodes:
        into = [flow for flow, (_, target) in model.flows.items() if target == id_]
        out_of = [flow for flow, (source, _) in model.flows.items() if source == id_]
        assert (model.told(id_, "incoming"), model.told(id_, "outgoing")) == (into, out_of)
    notes = {one.attrib["id"] for one in model.process.findall(f"{BPMN}textAnnotation")}
    for one in model.process.findall(f"{BPMN}association"):
        assert one.attrib["sourceRef"] in model.nodes
        assert one.attrib["targetRef"] in notes
    assert len(notes) == len(terms.clocks)


@EACH
def test_all_is_reached_from_one_beginning_and_leads_to_an_end(terms: Terms) -> None:
    """Nothing flows into the beginning or out of an end, and only gateways part and join."""
    model = Model(terms)
    (start,) = model.tagged("startEvent")
    ends = model.tagged("endEvent")
    assert model.reached(start) == set(model.nodes)
    assert set().union(*(model.reached(end, backwards=True) for end in ends)) == set(model.nodes)
    assert model.told(start, "incoming") == []
    assert all(model.told(end, "outgoing") == [] for end in ends)
    for id_, node in model.nodes.items():
        if not node.tag.endswith("Gateway") and id_ not in ends:
            parts_by_terms = id_ == "QuorumNotMet" and terms.quorum.inquorate_may != "nothing"
            assert len(model.told(id_, "outgoing")) == (2 if parts_by_terms else 1), id_
    for id_ in model.tagged("exclusiveGateway"):
        ways = [flow for flow, (source, _) in model.flows.items() if source == id_]
        names = [one.attrib.get("name") for one in model.process if one.attrib["id"] in ways]
        assert len(ways) == 1 or all(names), id_


@EACH
def test_every_step_says_by_which_event_it_is_recorded(terms: Terms) -> None:
    """Of a kind that exists; the ways apart and together need none."""
    model = Model(terms)
    for id_, node in model.nodes.items():
        said = model.told(id_, "documentation")
        if said:
            kind = str(said[0]).removeprefix("recorded as ").partition(";")[0]
            assert kind in EVENTS
        else:
            assert node.tag.endswith("Gateway") or id_ == "end"


@EACH
def test_everything_is_drawn_and_nothing_over_another(terms: Terms) -> None:
    """A shape for each node and each clock, an edge for each flow and each association."""
    model = Model(terms)
    boxes = dict(model.drawn())
    notes = {one.attrib["id"] for one in model.process.findall(f"{BPMN}textAnnotation")}
    assert boxes.keys() == model.nodes.keys() | notes
    edges = {one.attrib["bpmnElement"] for one in model.root.iter(f"{DI}BPMNEdge")}
    besides = {one.attrib["id"] for one in model.process.findall(f"{BPMN}association")}
    assert edges == model.flows.keys() | besides
    drawn = list(boxes.values())
    for place, (x, y, width, height) in enumerate(drawn):
        for other_x, other_y, other_width, other_height in drawn[:place]:
            beside = x + width <= other_x or other_x + other_width <= x
            above = y + height <= other_y or other_y + other_height <= y
            assert beside or above


def test_the_model_follows_the_terms() -> None:
    """ToR 5(b), 6.2, 7.9: whom to tell, who adopts, and what a meeting short of a seat may do."""
    kent = Model(KENT)
    assert {id_ for id_ in kent.nodes if id_.startswith("FeedbackShared-")} == {
        *("FeedbackShared-apart", "FeedbackShared-together"),
        *("FeedbackShared-rapid-review-group", "FeedbackShared-safeguarding-partners"),
    }
    assert not any(id_.startswith("DecisionAdopted") for id_ in kent.nodes)
    by_hand = varied(KENT, adoption=KENT.adoption.model_copy(update={"automatic": False}))
    assert "DecisionAdopted-safeguarding-partnership" in Model(by_hand).nodes
    lenient = KENT.quorum.model_copy(update={"inquorate_may": "what-the-chair-selects"})
    assert ("QuorumNotMet", "CriteriaAssessed") in Model(
        varied(KENT, quorum=lenient)
    ).flows.values()


def test_without_a_practice_review_none_is_drawn() -> None:
    """ToR 2.1: where the terms let nobody decide for one."""
    outcomes = tuple(one for one in KENT.decision.outcomes if not one.practice_review)
    decision = KENT.decision.model_copy(update={"outcomes": outcomes})
    model = Model(varied(KENT, decision=decision))
    assert not any("PracticeReview" in id_ for id_ in model.nodes)
    assert "CaseClosed" in model.reached("FeedbackShared-together")
