"""A log of events and objects, as OCEL 2.0 has it, and the check of its references.

Other readers, and the published JSON schema, accept relations to missing objects and events of
undeclared types. Here no log is written in which `faults` finds anything.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from rapid_review.exports.fields import Scalar, ValueType

Types = Mapping[str, Mapping[str, ValueType]]
"""Each type of event, or of object, with its attributes."""

BEGINNING: Final = "1970-01-01T00:00:00+00:00"
"""The time that the standard gives to the first values of an object."""

_HOLDS: Final[Mapping[ValueType, type]] = {
    ValueType.STRING: str,
    ValueType.TIME: str,
    ValueType.INTEGER: int,
    ValueType.BOOLEAN: bool,
}


class Relation(NamedTuple):
    """The object that something is related to, and how."""

    object_id: str
    qualifier: str


class Change(NamedTuple):
    """A value of an object's attribute, and since when it had that value, as ISO text."""

    name: str
    time: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class Happened:
    """An event: its id, its type, its time as ISO text, what it says, what it is about."""

    id: str
    type: str
    time: str
    attributes: Mapping[str, Scalar]
    relations: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """An object: its id, its type, its attributes as they changed, what it is related to."""

    id: str
    type: str
    attributes: tuple[Change, ...]
    relations: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """Events and objects, and the types of both."""

    event_types: Types
    object_types: Types
    events: tuple[Happened, ...]
    objects: tuple[Thing, ...]


def faults(log: Log, elsewhere: Collection[str] = ()) -> Iterator[str]:
    """Yield what is wrong: a dangling relation, anything undeclared, a duplicate, no time zone.

    Args:
        log: a log, or what one case adds to it.
        elsewhere: the ids of objects that other parts of the log have.
    """
    ids = {thing.id for thing in log.objects}.union(elsewhere)
    yield from _duplicates("event", (event.id for event in log.events))
    yield from _duplicates("object", (thing.id for thing in log.objects))
    for event in log.events:
        where = f"event {event.id}"
        yield from _undeclared(where, log.event_types, event.type, event.attributes.items())
        yield from _dangling(where, event.relations, ids)
        yield from _untimed(where, event.time)
    for thing in log.objects:
        where = f"object {thing.id}"
        values = [(change.name, change.value) for change in thing.attributes]
        yield from _undeclared(where, log.object_types, thing.type, values)
        yield from _dangling(where, thing.relations, ids)
        for change in thing.attributes:
            yield from _untimed(where, change.time)


def _duplicates(what: str, ids: Iterable[str]) -> Iterator[str]:
    for id_, times in Counter(ids).items():
        if times > 1:
            yield f"{what} {id_} occurs {times} times"


def _dangling(where: str, relations: Iterable[Relation], ids: set[str]) -> Iterator[str]:
    for relation in relations:
        if relation.object_id not in ids:
            yield f"{where} is related to {relation.object_id}, which is not in the log"


def _undeclared(
    where: str, types: Types, type_: str, attributes: Iterable[tuple[str, Scalar]]
) -> Iterator[str]:
    if type_ not in types:
        yield f"{where} is of type {type_}, which is not declared"
        return
    for name, value in attributes:
        declared = types[type_].get(name)
        if declared is None:
            yield f"{where} has attribute {name}, which type {type_} does not declare"
        elif type(value) is not _HOLDS[declared]:
            yield f"{where} has attribute {name} as {type(value).__name__}, declared {declared}"
        elif declared is ValueType.TIME:
            yield from _untimed(where, str(value))


def _untimed(where: str, time: str) -> Iterator[str]:
    try:
        aware = datetime.fromisoformat(time).tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        yield f"{where} has a time that is not an ISO time with its offset"
