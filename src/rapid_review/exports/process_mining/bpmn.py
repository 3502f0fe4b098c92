"""BPMN 2.0: the process of the terms as a model that other tools open, with its diagram.

It has one process, which is not executable. The documentation of every step names the kind of
event that records it, and its clauses. Clocks are annotations beside the steps that stop them.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from rapid_review.domain.terms.terms import Terms
from rapid_review.exports.process_mining.bpmn_process import Node, Process, clauses_of, process_of
from rapid_review.exports.process_mining.markup import document, element, with_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NAMESPACES: Final = {
    "xmlns": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "xmlns:bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "xmlns:dc": "http://www.omg.org/spec/DD/20100524/DC",
    "xmlns:di": "http://www.omg.org/spec/DD/20100524/DI",
}
_TASK: Final = (140, 70)
_SIZES: Final[Mapping[str, tuple[int, int]]] = {
    "startEvent": (36, 36),
    "endEvent": (36, 36),
    "intermediateCatchEvent": (36, 36),
    "exclusiveGateway": (50, 50),
    "parallelGateway": (50, 50),
    "textAnnotation": (180, 70),
}
_COLUMN: Final = 220
_ROW: Final = 110


class Box(NamedTuple):
    """Where a node is drawn, in pixels from the upper left corner."""

    x: int
    y: int
    width: int
    height: int


def bpmn(terms: Terms) -> bytes:
    """Return the model of these terms' process."""
    process = process_of(terms)
    root = element(
        "definitions",
        {
            **_NAMESPACES,
            "id": f"definitions-{terms.id}",
            "targetNamespace": f"urn:rapid-review:{terms.id}",
        },
        element(
            "process",
            {"id": process.id, "name": process.name, "isExecutable": "false"},
            *_nodes(process, terms),
            *_flows(process),
            *_notes(process),
        ),
        element(
            "bpmndi:BPMNDiagram",
            {"id": "diagram"},
            element(
                "bpmndi:BPMNPlane",
                {"id": "plane", "bpmnElement": process.id},
                *_shapes_and_edges(process),
            ),
        ),
    )
    return b"".join(document(root))


def _nodes(process: Process, terms: Terms) -> "Iterator[Element]":
    for node in process.nodes:
        parts = [*_documentation(node, terms), *_flows_at(process, node)]
        if node.tag in ("startEvent", "intermediateCatchEvent"):
            parts.append(element("messageEventDefinition", {"id": f"{node.id}-message"}))
        yield element(node.tag, _id_and_name(node.id, node.name), *parts)


def _documentation(node: Node, terms: Terms) -> "Iterator[Element]":
    if node.records:
        clauses = clauses_of(node, terms)
        text = f"recorded as {node.records}{f'; {clauses}' if clauses else ''}"
        yield with_text(element("documentation"), text)


def _flows_at(process: Process, node: Node) -> "Iterator[Element]":
    """Yield the flows into a node, and then those out of it: the schema wants this order."""
    for tag, end in (("incoming", "target"), ("outgoing", "source")):
        for place, flow in enumerate(process.flows):
            if getattr(flow, end) == node.id:
                yield with_text(element(tag), f"flow-{place}")


def _id_and_name(id_: str, name: str) -> dict[str, object]:
    return {"id": id_, "name": name} if name else {"id": id_}


def _flows(process: Process) -> "Iterator[Element]":
    for place, flow in enumerate(process.flows):
        ends = {"sourceRef": flow.source, "targetRef": flow.target}
        yield element("sequenceFlow", {**_id_and_name(f"flow-{place}", flow.name), **ends})


def _notes(process: Process) -> "Iterator[Element]":
    for place, note in enumerate(process.notes):
        text = with_text(element("text"), note.text)
        yield element("textAnnotation", {"id": f"clock-{place}"}, text)
    for place, note in enumerate(process.notes):
        ends = {"sourceRef": note.node, "targetRef": f"clock-{place}"}
        yield element("association", {"id": f"beside-{place}", **ends})


# --- The diagram


def _shapes_and_edges(process: Process) -> "Iterator[Element]":
    boxes = _boxes(process)
    for id_, box in boxes.items():
        yield element(
            "bpmndi:BPMNShape",
            {"id": f"{id_}-shape", "bpmnElement": id_},
            element("dc:Bounds", box._asdict()),
        )
    ends = {f"flow-{place}": (one.source, one.target) for place, one in enumerate(process.flows)}
    ends |= {f"beside-{n}": (note.node, f"clock-{n}") for n, note in enumerate(process.notes)}
    for id_, (source, target) in ends.items():
        yield element(
            "bpmndi:BPMNEdge",
            {"id": f"{id_}-edge", "bpmnElement": id_},
            _waypoint(boxes[source]),
            _waypoint(boxes[target]),
        )


def _waypoint(box: Box) -> "Element":
    return element("di:waypoint", {"x": box.x + box.width // 2, "y": box.y + box.height // 2})


def _boxes(process: Process) -> dict[str, Box]:
    """Return where everything is drawn: a column right of what it follows, clocks below."""
    columns: dict[str, int] = {}
    rows: dict[int, int] = {}
    boxes: dict[str, Box] = {}
    for node in process.nodes:
        follows = [
            columns[f.source] for f in process.flows if f.target == node.id and f.source in columns
        ]
        columns[node.id] = column = max(follows, default=-1) + 1
        boxes[node.id] = _box(column, rows.setdefault(column, 0), node.tag)
        rows[column] += 1
    below = max(rows.values())
    for place, note in enumerate(process.notes):
        column = columns[note.node]
        row = rows[column] = max(rows[column], below)
        boxes[f"clock-{place}"] = _box(column, row, "textAnnotation")
        rows[column] += 1
    return boxes


def _box(column: int, row: int, tag: str) -> Box:
    """Return a box in the middle of its cell."""
    width, height = _SIZES.get(tag, _TASK)
    return Box(
        60 + column * _COLUMN + (_COLUMN - width) // 2,
        40 + row * _ROW + (_ROW - height) // 2,
        width,
        height,
    )
