"""OCEL 2.0 as an SQLite database: the same log as in JSON, in the tables that the standard names.

The database is made in a temporary folder that only its owner can enter, and is then removed.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rapid_review.exports.fields import Scalar, ValueType
from rapid_review.exports.ocel.log import BEGINNING, Log, Types
from rapid_review.exports.put_aside import chunks_of

_TABLES: Final = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL);
CREATE TABLE event (
    ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL REFERENCES event_map_type (ocel_type));
CREATE TABLE object (
    ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL REFERENCES object_map_type (ocel_type));
CREATE TABLE event_object (
    ocel_event_id TEXT NOT NULL REFERENCES event (ocel_id),
    ocel_object_id TEXT NOT NULL REFERENCES object (ocel_id),
    ocel_qualifier TEXT NOT NULL,
    PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
CREATE TABLE object_object (
    ocel_source_id TEXT NOT NULL REFERENCES object (ocel_id),
    ocel_target_id TEXT NOT NULL REFERENCES object (ocel_id),
    ocel_qualifier TEXT NOT NULL,
    PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));
"""
_SQL: Final = {
    ValueType.STRING: "TEXT",
    ValueType.TIME: "TIMESTAMP",
    ValueType.INTEGER: "INTEGER",
    ValueType.BOOLEAN: "BOOLEAN",
}


def ocel_sqlite(logs: Iterable[Log]) -> Iterator[bytes]:
    """Yield the bytes of an SQLite file that holds a log in the tables of OCEL 2.0.

    Args:
        logs: the log in parts, at least one.
    """
    with TemporaryDirectory() as aside:
        file = Path(aside) / "log.sqlite"
        with closing(sqlite3.connect(file)) as database:
            database.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;")
            database.execute("PRAGMA foreign_keys = ON")
            database.executescript(_TABLES)
            for number, log in enumerate(logs):
                if number == 0:
                    _make_types(database, "event", log.event_types, "")
                    _make_types(database, "object", log.object_types, "ocel_changed_field TEXT,")
                _insert_objects(database, log)
                _insert_events(database, log)
            database.commit()
        with file.open("rb") as written:
            yield from chunks_of(written)


def table_of(type_: str) -> str:
    """Return the part of a table's name that stands for a type: letters and digits only.

    >>> table_of("agency-report")
    'AgencyReport'
    """
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", type_))


def _make_types(database: sqlite3.Connection, what: str, types: Types, more: str) -> None:
    """Make a table for each type; its columns have the names of our own fields, which are safe."""
    for type_, attributes in types.items():
        database.execute(
            f"INSERT INTO {what}_map_type VALUES (?, ?)",  # noqa: S608 - a word of ours
            (type_, table_of(type_)),
        )
        columns = "".join(f', "{name}" {_SQL[kind]}' for name, kind in attributes.items())
        database.execute(
            f"CREATE TABLE {what}_{table_of(type_)} (ocel_id TEXT NOT NULL "
            f"REFERENCES {what} (ocel_id), {more} ocel_time TIMESTAMP{columns})"
        )


def _insert_objects(database: sqlite3.Connection, log: Log) -> None:
    for thing in log.objects:
        database.execute("INSERT INTO object VALUES (?, ?)", (thing.id, thing.type))
        table = f"object_{table_of(thing.type)}"
        at_first = {one.name: one.value for one in thing.attributes if one.time == BEGINNING}
        _insert(database, table, {"ocel_id": thing.id, "ocel_time": BEGINNING, **at_first})
        for change in (one for one in thing.attributes if one.time != BEGINNING):
            row = {
                "ocel_id": thing.id,
                "ocel_time": change.time,
                "ocel_changed_field": change.name,
                change.name: change.value,
            }
            _insert(database, table, row)
    relations = ((thing.id, *one) for thing in log.objects for one in thing.relations)
    database.executemany("INSERT INTO object_object VALUES (?, ?, ?)", relations)


def _insert_events(database: sqlite3.Connection, log: Log) -> None:
    for event in log.events:
        database.execute("INSERT INTO event VALUES (?, ?)", (event.id, event.type))
        row = {"ocel_id": event.id, "ocel_time": event.time, **event.attributes}
        _insert(database, f"event_{table_of(event.type)}", row)
    relations = ((event.id, *one) for event in log.events for one in event.relations)
    database.executemany("INSERT INTO event_object VALUES (?, ?, ?)", relations)


def _insert(database: sqlite3.Connection, table: str, row: dict[str, Scalar]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    places = ", ".join("?" * len(row))
    database.execute(
        f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608 - names of our own fields
        tuple(row.values()),
    )
