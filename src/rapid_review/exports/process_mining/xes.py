"""XES (IEEE 1849-2023): a trace a case, its events in the order in which they happened.

Older process-mining tools read it. Everything that an event is about, except its case, is in its
attributes; OCEL can relate it to objects.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from rapid_review.domain.entry import Entry, as_happened
from rapid_review.domain.fields import PERSON
from rapid_review.exports.blurring import blurred_traces
from rapid_review.exports.fields import (
    Scalar,
    ValueType,
    cells,
    columns,
    in_utc,
    public,
)
from rapid_review.exports.process_mining.markup import document, element, tag
from rapid_review.exports.pseudonyms import Naming
from rapid_review.exports.trace import MARKS, Trace

OWN: Final = "rapid-review:"
"""The prefix of keys that no extension of the standard defines."""

VERSION: Final = "1.0"
"""The version of the format: the schema wants a decimal, not the name of the standard."""

_EXTENSIONS: Final = {
    "Concept": "concept",
    "Time": "time",
    "Organizational": "org",
    "Lifecycle": "lifecycle",
}
_TAGS: Final[Mapping[ValueType, str]] = {
    ValueType.STRING: "string",
    ValueType.TIME: "date",
    ValueType.INTEGER: "int",
    ValueType.BOOLEAN: "boolean",
}


def xes(traces: Iterable[Trace], naming: Naming) -> Iterator[bytes]:
    """Yield these cases as an XES document, case by case; under pseudonyms in the order of those.

    Every event has `concept:name` (its kind), `time:timestamp` (when it happened), `org:role`,
    `org:group` and `org:resource` (who recorded it), and `lifecycle:transition` (complete). Under
    keys of our own it has when it was recorded, its place in the record, its clause, and its other
    public fields.
    """
    extensions = (
        element(
            "extension",
            {
                "name": name,
                "prefix": prefix,
                "uri": f"http://www.xes-standard.org/{prefix}.xesext",
            },
        )
        for name, prefix in _EXTENSIONS.items()
    )
    by_name = element(
        "global",
        {"scope": "event"},
        element(*_attribute("concept:name", "unknown")),
        element(*_attribute("time:timestamp", "1970-01-01T00:00:00+00:00", ValueType.TIME)),
        element(*_attribute("lifecycle:transition", "complete")),
    )
    head = element(
        "log",
        {"xes.version": VERSION, "xes.features": "", "xmlns": "http://www.xes-standard.org/"},
        *extensions,
        element("global", {"scope": "trace"}, element(*_attribute("concept:name", "unknown"))),
        by_name,
        element("classifier", {"name": "Event", "scope": "event", "keys": "concept:name"}),
    )
    return document(head, (_trace(trace, naming) for trace in blurred_traces(traces, naming)))


def _trace(trace: Trace, naming: Naming) -> str:
    """Return a trace as text, two spaces in."""
    name = tag(*_attribute("concept:name", naming("case", trace.case)))
    lines = ["  <trace>", f"    {name}"]
    for entry in as_happened(trace.entries):
        lines.append("    <event>")
        lines += (
            f"      {tag(*one)}"
            for one in _attributes_of(entry, naming, trace.clauses[entry.version])
        )
        if marks := trace.due_marks(entry):
            lines.append(f"      {tag(*_attribute(f'{OWN}{MARKS}', marks))}")
        lines.append("    </event>")
    return "\n".join([*lines, "  </trace>"])


def _attributes_of(entry: Entry, naming: Naming, clause: str) -> "Iterator[_Attribute]":
    event = entry.event
    yield _attribute("concept:name", event.kind)
    yield _attribute("time:timestamp", in_utc(event.at), ValueType.TIME)
    yield _attribute("lifecycle:transition", "complete")
    yield _attribute("org:resource", naming(PERSON, entry.by.id))
    yield _attribute("org:role", entry.by.role)
    yield _attribute("org:group", entry.by.agency)
    yield _attribute(f"{OWN}recorded_at", in_utc(entry.recorded_at), ValueType.TIME)
    yield _attribute(f"{OWN}entry", entry.version, ValueType.INTEGER)
    if clause:
        yield _attribute(f"{OWN}clauses", clause)
    types = columns(type(event))
    for name, value in cells(type(event), public(event, naming, entry.case)).items():
        yield _attribute(f"{OWN}{name}", value, types[name])


class _Attribute(NamedTuple):
    """What XES calls an attribute: an element, with its key and its value."""

    name: str
    attributes: Mapping[str, object]


def _attribute(key: str, value: Scalar, type_: ValueType = ValueType.STRING) -> _Attribute:
    text = str(value).lower() if type_ is ValueType.BOOLEAN else value
    return _Attribute(_TAGS[type_], {"key": key, "value": text})
