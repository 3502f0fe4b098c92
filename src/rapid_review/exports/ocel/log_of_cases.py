"""OCEL 2.0: cases as a log of events and objects, in JSON; `ocel_sqlite` writes the same log.

An event's type is its kind, its time is when it happened, and it is related to its case and to
everything else that it is about. Events change the attributes of objects.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from rapid_review.domain.entry import Entry
from rapid_review.domain.events import EVENTS
from rapid_review.domain.fields import PERSON
from rapid_review.exports.blurring import blurred_traces
from rapid_review.exports.fields import (
    Disclosed,
    Scalar,
    ValueType,
    cells,
    columns,
    in_utc,
    public,
)
from rapid_review.exports.ocel.log import (
    BEGINNING,
    Change,
    Happened,
    Log,
    Relation,
    Thing,
    Types,
    faults,
)
from rapid_review.exports.ocel.objects import (
    CASE,
    FOLLOWS,
    SHARED,
    marked_columns,
    object_types,
    related,
)
from rapid_review.exports.pseudonyms import Naming
from rapid_review.exports.put_aside import one_after_the_other
from rapid_review.exports.trace import MARKS, STANDING, Trace

RECORDED: Final = {
    "recorded_at": ValueType.TIME,
    "recorded_by_role": ValueType.STRING,
    "recorded_by_agency": ValueType.STRING,
    "clause": ValueType.STRING,
}
"""The attributes that every event has beside its own fields."""


@dataclass(slots=True)
class _Building:
    """An object while the log is made; of several values at one time, the last counts."""

    type: str
    changes: dict[tuple[str, str], Scalar] = field(default_factory=dict[tuple[str, str], Scalar])
    relations: dict[Relation, None] = field(default_factory=dict[Relation, None])


class _Maker:
    """Makes a log; a relation can only be made to an object that is in it."""

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self.objects: dict[str, _Building] = {}
        self.events: list[Happened] = []

    def object(self, type_: str, name: str, case: str) -> str:
        """Return the id of an object, which is in the log from now on."""
        if type_ == CASE or type_ in SHARED:
            id_ = f"{type_}:{name}"
        else:
            id_ = f"{type_}:{case}#{name}" if name else f"{type_}:{case}"
        if id_ not in self.objects:
            made = self.objects.setdefault(id_, _Building(type_))
            if type_ != CASE and type_ not in SHARED:
                made.relations[Relation(self.object(CASE, case, case), "part of")] = None
            if type_ == "agency-report":
                made.relations[Relation(self.object("agency", name, case), "from")] = None
        return id_

    def add(self, entry: Entry, clause: str, marks: str | None = None) -> None:
        """Add an entry's event and its objects, its clauses, and the marks of a due day."""
        event = entry.event
        disclosed = public(event, self.naming, entry.case)
        case = self.naming(CASE, entry.case)
        at = in_utc(event.at)
        of_case = self.object(CASE, case, case)
        row = cells(type(event), disclosed) | ({} if marks is None else {MARKS: marks})
        self._take_attributes(of_case, event.kind, at, row)
        about = {Relation(of_case, CASE): None}
        for one in related(disclosed):
            id_ = self.object(one.type, one.name, case)
            self._take_attributes(id_, event.kind, at, row if one.part is disclosed else one.part)
            about[Relation(id_, one.qualifier)] = None
        recorder = self.object(PERSON, self.naming(PERSON, entry.by.id), case)
        about[Relation(recorder, "recorded by")] = None
        recorded = {
            "recorded_at": in_utc(entry.recorded_at),
            "recorded_by_role": entry.by.role,
            "recorded_by_agency": entry.by.agency,
            "clause": clause,
        }
        id_ = f"{case}#{entry.version}"
        self.events.append(Happened(id_, event.kind, at, row | recorded, tuple(about)))

    def _take_attributes(self, id_: str, kind: str, at: str, row: Disclosed) -> None:
        """Give an object the attributes that it takes from this kind of event."""
        made = self.objects[id_]
        for name in FOLLOWS.get(made.type, {}).get(kind, ()):
            if name in row:
                made.changes[name, at] = row[name]


def ocel_logs(traces: Iterable[Trace], naming: Naming) -> Iterator[Log]:
    """Yield the log of these cases in parts, one for each case; every part declares all types.

    Objects that cases share (persons, agencies and seats) are in the part of the first case that
    names them: they have no attributes and no relations of their own.

    Args:
        traces: the cases; under pseudonyms in the order of those.
        naming: gives references their export names.

    Raises:
        InvalidInputError: see `blurred_traces`.
        AssertionError: the log is not consistent; a fault of ours, found before it is disclosed.
    """
    events = {
        kind: {**columns(EVENTS[kind]), **marked_columns(EVENTS[kind]), **RECORDED}
        for kind in STANDING
    }
    objects = object_types()
    yield Log(events, objects, (), ())
    shared = set[str]()
    for trace in blurred_traces(traces, naming):
        maker = _Maker(naming)
        for entry in trace.entries:
            maker.add(entry, trace.clauses[entry.version], trace.due_marks(entry))
        new = tuple(
            Thing(id_, one.type, tuple(_as_they_changed(one.changes)), tuple(one.relations))
            for id_, one in maker.objects.items()
            if id_ not in shared
        )
        log = Log(events, objects, tuple(maker.events), new)
        if found := list(faults(log, shared)):
            raise AssertionError(f"the exported log is not consistent: {'; '.join(found[:3])}")
        shared.update(one.id for one in new if one.type in SHARED)
        yield log


def _as_they_changed(changes: Mapping[tuple[str, str], Scalar]) -> Iterator[Change]:
    """Yield an object's attributes; those of its earliest event hold from the beginning on.

    Many readers look for an object's attributes only in its row of 1970, and the standard's own
    example has them there. An attribute that a later event gives first holds from that event on:
    before it, nobody knew.
    """
    first = min((at for _, at in changes), default=BEGINNING)
    for (name, at), value in changes.items():
        yield Change(name, BEGINNING if at == first else at, value)


def ocel_json(logs: Iterable[Log]) -> Iterator[bytes]:
    """Yield a log in the JSON of OCEL 2.0; it has at least one part."""
    logs = iter(logs)
    first = next(logs)
    head = {
        "objectTypes": _types_as_json(first.object_types),
        "eventTypes": _types_as_json(first.event_types),
    }
    yield b'%b, "objects": [' % json.dumps(head)[:-1].encode()
    yield from one_after_the_other(_members_as_json(chain([first], logs)), b'], "events": [')
    yield b"]}"


def _members_as_json(logs: Iterable[Log]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the objects and the events of each part, as members of two JSON lists."""
    comma = {"objects": "", "events": ""}

    def members(what: str, values: list[dict[str, object]]) -> bytes:
        before, text = comma[what], json.dumps(values)[1:-1]
        comma[what] = ", " if text or before else ""
        return f"{before if text else ''}{text}".encode()

    for log in logs:
        objects, events = map(_object_as_json, log.objects), map(_event_as_json, log.events)
        yield members("objects", list(objects)), members("events", list(events))


def _object_as_json(thing: Thing) -> dict[str, object]:
    return {
        "id": thing.id,
        "type": thing.type,
        "attributes": [
            {"name": one.name, "time": one.time, "value": one.value} for one in thing.attributes
        ],
        "relationships": _relations_as_json(thing.relations),
    }


def _event_as_json(event: Happened) -> dict[str, object]:
    return {
        "id": event.id,
        "type": event.type,
        "time": event.time,
        "attributes": [{"name": name, "value": value} for name, value in event.attributes.items()],
        "relationships": _relations_as_json(event.relations),
    }


def _types_as_json(types: Types) -> list[dict[str, object]]:
    return [
        {
            "name": name,
            "attributes": [{"name": one, "type": type_} for one, type_ in attributes.items()],
        }
        for name, attributes in types.items()
    ]


def _relations_as_json(relations: Iterable[Relation]) -> list[dict[str, str]]:
    return [{"objectId": one.object_id, "qualifier": one.qualifier} for one in relations]
