"""Reading OCEL files back, ours by hand and anybody's with `r4pm`, all into one shape."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

import r4pm

Relations = frozenset[tuple[str, str]]


class Read(NamedTuple):
    """A log as a file holds it.

    Attributes:
        types: of events and of objects, with their attributes and the types of these.
        events: by id, type, time, attributes and relations.
        objects: by id, type, attributes as they changed, and relations.
    """

    types: tuple[Mapping[str, Mapping[str, str]], ...]
    events: Mapping[str, tuple[str, str, Mapping[str, Any], Relations]]
    objects: Mapping[str, tuple[str, frozenset[tuple[str, str, Any]], Relations]]

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """How many events, objects, relations of events and relations of objects there are."""
        return (
            len(self.events),
            len(self.objects),
            sum(len(relations) for *_, relations in self.events.values()),
            sum(len(relations) for *_, relations in self.objects.values()),
        )


def from_json(text: str) -> Read:
    """Read a log in JSON, and hold that no id comes twice."""
    found = json.loads(text)
    read = Read(
        tuple(
            {
                type_["name"]: {one["name"]: one["type"] for one in type_["attributes"]}
                for type_ in found[what]
            }
            for what in ("eventTypes", "objectTypes")
        ),
        {
            event["id"]: (
                event["type"],
                event["time"],
                {one["name"]: one["value"] for one in event["attributes"]},
                _relations(event),
            )
            for event in found["events"]
        },
        {
            thing["id"]: (
                thing["type"],
                frozenset((one["name"], one["time"], one["value"]) for one in thing["attributes"]),
                _relations(thing),
            )
            for thing in found["objects"]
        },
    )
    assert (len(read.events), len(read.objects)) == (len(found["events"]), len(found["objects"]))
    return read


def _relations(found: Mapping[str, Any]) -> Relations:
    return frozenset((one["objectId"], one["qualifier"]) for one in found["relationships"])


def from_sqlite(content: bytes) -> Read:
    """Read a log in the tables of OCEL 2.0, whose foreign keys must hold."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        database.row_factory = sqlite3.Row
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return _SqliteFile(database).read()


class _SqliteFile:
    TYPES: Final = {
        "TEXT": "string",
        "TIMESTAMP": "time",
        "INTEGER": "integer",
        "BOOLEAN": "boolean",
    }

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def rows(self, table: str) -> list[sqlite3.Row]:
        query = f"SELECT * FROM {table}"  # noqa: S608 - a name that the file itself gives
        return self.database.execute(query).fetchall()

    def read(self) -> Read:
        types = (self.types_of("event"), self.types_of("object"))
        events: dict[str, Any] = {}
        objects: dict[str, Any] = {}
        about, related = self.relations("event_object"), self.relations("object_object")
        for type_, table in self.tables_of("event"):
            for row in self.rows(table):
                id_, said = row["ocel_id"], self.values(row, types[0][type_])
                events[id_] = (type_, row["ocel_time"], said, frozenset(about[id_]))
        for type_, table in self.tables_of("object"):
            changes: dict[str, set[tuple[str, str, Any]]] = defaultdict(set)
            for row in self.rows(table):
                said = self.values(row, types[1][type_])
                changes[row["ocel_id"]] |= {(n, row["ocel_time"], said[n]) for n in said}
            for id_, found in changes.items():
                objects[id_] = (type_, frozenset(found), frozenset(related[id_]))
        assert set(events) == {row["ocel_id"] for row in self.rows("event")}
        assert set(objects) == {row["ocel_id"] for row in self.rows("object")}
        return Read(types, events, objects)

    def tables_of(self, what: str) -> list[tuple[str, str]]:
        rows = self.rows(f"{what}_map_type")
        return [(row["ocel_type"], f"{what}_{row['ocel_type_map']}") for row in rows]

    def types_of(self, what: str) -> dict[str, dict[str, str]]:
        return {
            type_: {
                row["name"]: self.TYPES[row["type"]]
                for row in self.database.execute(f"PRAGMA table_info({table})")
                if not row["name"].startswith("ocel_")
            }
            for type_, table in self.tables_of(what)
        }

    def values(self, row: sqlite3.Row, types: Mapping[str, str]) -> dict[str, Any]:
        return {
            name: bool(row[name]) if type_ == "boolean" else row[name]
            for name, type_ in types.items()
            if row[name] is not None
        }

    def relations(self, table: str) -> dict[str, set[tuple[str, str]]]:
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for id_, object_id, qualifier in self.rows(table):
            found[id_].add((object_id, qualifier))
        return found


def as_others_read(kind: str, file: Path) -> Any:  # noqa: ANN401 - what JSON holds
    """Return what `r4pm` reads in a file, as it would write it in JSON."""
    item = r4pm.import_item(kind, str(file))
    try:
        again = file.with_name(f"{file.name}.again.json")
        r4pm.export_item(item, str(again))
        return json.loads(again.read_text(encoding="utf-8"))
    finally:
        r4pm.remove_item(item)
