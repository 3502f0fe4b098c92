"""OCEL 2.0: what is written is whole, the same in both forms, and read by a reader not ours."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapid_review.domain.events import EVENTS, AnyEvent, NotificationReceived
from rapid_review.exports.ocel.log import BEGINNING, Happened, Log, Relation, Thing, faults
from rapid_review.exports.ocel.objects import ONE_A_CASE, ROLES
from rapid_review.exports.pseudonyms import Pseudonyms, as_recorded
from rapid_review.exports.trace import STANDING, Trace
from tests.domain.test_vocabulary import CANARY, named
from tests.exports.a_case import LOGS, WHOLE, disordered, traced
from tests.exports.ocel.an_ocel_file import Read, as_others_read, from_json, from_sqlite
from tests.exports.whole_files import ocel_json, ocel_log, ocel_sqlite
from tests.golden.entries import ENTRIES

NAMES = Pseudonyms(bytes(32))
SEVERAL = st.lists(disordered(), max_size=3)


def log_of(cases: Sequence[Sequence[AnyEvent]]) -> Log:
    """Return the log of some cases, under pseudonyms."""
    return ocel_log([traced(events, f"KM-{n}") for n, events in enumerate(cases)], NAMES)


def test_a_whole_case_is_a_log_of_events_and_objects() -> None:
    """ToR 5 to 8: every kind of event in effect, and every type of object that is declared."""
    log = ocel_log([traced(WHOLE)], as_recorded)
    assert {event.type for event in log.events} == set(STANDING) == set(log.event_types)
    assert {thing.type for thing in log.objects} == set(log.object_types)
    objects = {thing.id: thing for thing in log.objects}
    assert {"case:KM-2020-001", "agency:school", "deadline:KM-2020-001#rapid-review"} <= set(
        objects
    )
    (sent,) = (event for event in log.events if event.type == "ReportSentToPanel")
    assert Relation("report:KM-2020-001#1", "version of the report") in sent.relations
    assert sent.attributes["clause"] == "ToR 2.2, 7.7, 8.8"


def test_every_way_in_which_an_event_is_about_an_object_occurs() -> None:
    """No row of the table is idle: each relates some event of a whole case to an object."""
    more = [ENTRIES[kind].event for kind in ("PublicationWithheld", "DecisionMade")]
    log = ocel_log([traced([*WHOLE, *more])], as_recorded)
    found = {relation.qualifier for event in log.events for relation in event.relations}
    others = {"case", "recorded by", *ONE_A_CASE}
    assert found == {role.qualifier for role in ROLES} | others
    assert {relation.qualifier for thing in log.objects for relation in thing.relations} == {
        *("part of", "from")
    }


def test_an_object_changes_as_events_say() -> None:
    """ToR 5(a).

    A due day that was calculated again has two values; the later from its own time.
    """
    log = ocel_log([traced(WHOLE)], as_recorded)
    (clock,) = (one for one in log.objects if one.id == "deadline:KM-2020-001#rapid-review")
    due = [(change.time, change.value) for change in clock.attributes if change.name == "due"]
    said = [
        (event.time, event.attributes["due"])
        for event in log.events
        if event.type in ("DeadlineSet", "DeadlineReckonedAgain")
        and any(relation.object_id == clock.id for relation in event.relations)
    ]
    assert due == [(BEGINNING, said[0][1]), said[1]]


def test_an_object_begins_with_what_the_earliest_event_says_of_it() -> None:
    """In whatever order they were recorded; what is first said later holds from then on.

    ToR 7.5: that an agency has nothing to report is not known before its report is filed.
    """
    for events in (WHOLE, WHOLE[::-1]):
        log = ocel_log([traced(events)], as_recorded)
        (report,) = (one for one in log.objects if one.id == "agency-report:KM-2020-001#school")
        found = {change.name: change.time for change in report.attributes}
        (filed,) = (
            event.time
            for event in log.events
            if event.type == "AgencyReportFiled"
            and any(relation.object_id == report.id for relation in event.relations)
        )
        assert found == {"due_on": BEGINNING, "nil_return": filed}


def initial_rows(content: bytes) -> dict[str, dict[str, Any]]:
    """Return objects' attributes as a plain reader has them: in the row that changes no field."""
    found: dict[str, dict[str, Any]] = {}
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        database.row_factory = sqlite3.Row
        for (table,) in database.execute("SELECT ocel_type_map FROM object_map_type").fetchall():
            query = f"SELECT * FROM object_{table} WHERE ocel_changed_field IS NULL"  # noqa: S608 - a name that the file itself gives
            for row in map(dict, database.execute(query)):
                id_ = row.pop("ocel_id")
                assert id_ not in found
                assert row.pop("ocel_time") == BEGINNING
                found[id_] = {name: value for name, value in row.items() if value is not None}
    return found


def test_the_first_values_of_an_object_stand_in_its_row_of_1970() -> None:
    """As the standard's own example has it: a plain reader looks for them nowhere else."""
    log = ocel_log([traced(WHOLE)], as_recorded)
    rows = initial_rows(ocel_sqlite(log))
    assert rows == {
        thing.id: {one.name: one.value for one in thing.attributes if one.time == BEGINNING}
        for thing in log.objects
    }
    (received,) = (event for event in WHOLE if isinstance(event, NotificationReceived))
    assert [rows[f"child:KM-2020-001#{one.reference}"] for one in received.children] == [
        {"age_band": one.age_band} for one in received.children
    ]
    told = {name for row in rows.values() for name in row}
    declared = {name for attributes in log.object_types.values() for name in attributes}
    assert told >= declared - {"nil_return", "milestone", "planned_on"}


@given(SEVERAL)
def test_times_are_in_one_offset_and_in_order_as_text(cases: list[list[AnyEvent]]) -> None:
    """A reader that sorts them as text, or takes only one zone, has them right."""
    summer = timezone(timedelta(hours=1))
    there = [
        [one.model_copy(update={"at": one.at.astimezone(summer)}) for one in case]
        for case in cases
    ]
    log = log_of(there)
    times = [event.time for event in log.events]
    times += [change.time for thing in log.objects for change in thing.attributes]
    times += [
        str(value)
        for event in log.events
        for name, value in event.attributes.items()
        if log.event_types[event.type][name] == "time"
    ]
    assert {datetime.fromisoformat(one).utcoffset() for one in times} <= {timedelta(0)}
    assert sorted(times) == sorted(times, key=datetime.fromisoformat)
    assert log == log_of(cases)


def test_no_case_is_a_log_of_types_alone() -> None:
    """An empty store, and a case of which nothing stands."""
    for traces in ([], [Trace("kent-and-medway", "KM-1", ())]):
        log = ocel_log(traces, NAMES)
        assert (log.events, log.objects) == ((), ())
        assert from_json(ocel_json(log)).types == from_sqlite(ocel_sqlite(log)).types


@given(SEVERAL)
def test_both_forms_say_the_same(cases: list[list[AnyEvent]]) -> None:
    """And SQLite's own check finds no dangling key."""
    log = log_of(cases)
    assert from_json(ocel_json(log)) == from_sqlite(ocel_sqlite(log))


@LOGS
def test_a_reader_that_is_not_ours_counts_the_same(tmp_path: Path, logs: int) -> None:
    """Events, objects and relations, in JSON and in SQLite; the types and times too."""
    seen: list[int] = []

    @settings(max_examples=logs)
    @given(SEVERAL)
    def counted(cases: list[list[AnyEvent]]) -> None:
        log = log_of(cases)
        ours = from_json(ocel_json(log))
        files = {
            tmp_path / "log.json": ocel_json(log).encode(),
            tmp_path / "log.sqlite": ocel_sqlite(log),
        }
        for file, content in files.items():
            file.write_bytes(content)
            theirs = from_json(json.dumps(as_others_read("OCEL", file)))
            assert theirs.counts == ours.counts
            assert theirs.types == ours.types
            assert {id_: one[0] for id_, one in theirs.events.items()} == {
                id_: one[0] for id_, one in ours.events.items()
            }
            assert attributes_of(theirs) == attributes_of(ours)
        seen.append(len(log.events))

    counted()
    assert len(seen) >= logs
    assert sum(seen) > 5 * logs


def attributes_of(read: Read) -> dict[str, set[tuple[str, datetime, str]]]:
    """Return what each object is and becomes, and when; as text, with one spelling of UTC."""
    return {
        id_: {
            (name, datetime.fromisoformat(time), str(value).replace("Z", "+00:00"))
            for name, time, value in changes
        }
        for id_, (_, changes, _) in read.objects.items()
    }


@given(SEVERAL)
def test_no_word_and_no_name_is_in_a_log(cases: list[list[AnyEvent]]) -> None:
    """ToR 3.1: with a name in every sealed field, the log is the same as with any other words."""
    log = log_of([list(map(named, events)) for events in cases])
    assert CANARY not in ocel_json(log)
    assert CANARY.encode() not in ocel_sqlite(log)
    assert ocel_json(log) == ocel_json(log_of(cases))


def test_the_name_that_is_looked_for_is_there_to_be_found() -> None:
    """In the events themselves it stands more than thirty times."""
    assert sum(named(event).model_dump_json().count(CANARY) for event in WHOLE) > 30


# --- The second line: a log that is not whole is found out

WHOLE_LOG = ocel_log([traced(WHOLE)], as_recorded)
EVENT, THING = WHOLE_LOG.events[0], WHOLE_LOG.objects[0]


def with_event(event: Happened) -> Log:
    """Return the whole log with another first event."""
    return replace(WHOLE_LOG, events=(event, *WHOLE_LOG.events[1:]))


def with_thing(thing: Thing) -> Log:
    """Return the whole log with another first object."""
    return replace(WHOLE_LOG, objects=(thing, *WHOLE_LOG.objects[1:]))


NOWHERE = (Relation("case:KM-9", "case"),)


@pytest.mark.parametrize(
    ("log", "why"),
    [
        (with_event(replace(EVENT, relations=NOWHERE)), "is related to case:KM-9"),
        (with_thing(replace(THING, relations=NOWHERE)), "is related to case:KM-9"),
        (with_event(replace(EVENT, type="TeaMade")), "of type TeaMade, which is not declared"),
        (with_thing(replace(THING, type="teapot")), "of type teapot, which is not declared"),
        (with_event(replace(EVENT, attributes={"tea": 1})), "does not declare"),
        (with_event(replace(EVENT, attributes={"children": "1"})), "declared integer"),
        (with_event(replace(EVENT, attributes={"recorded_at": "noon"})), "not an ISO time"),
        (with_event(replace(EVENT, time="2020-05-04T09:30:00")), "not an ISO time"),
        (replace(WHOLE_LOG, events=(EVENT, *WHOLE_LOG.events)), "occurs 2 times"),
        (replace(WHOLE_LOG, objects=(THING, *WHOLE_LOG.objects)), "occurs 2 times"),
    ],
)
def test_a_log_that_is_not_whole_is_found_out(log: Log, why: str) -> None:
    """A dangling relation, something undeclared, a twin, a time without its zone."""
    (fault,) = faults(log)
    assert why in fault


def test_a_log_of_ours_is_whole() -> None:
    """And its attributes are those of the events, by the names of their fields."""
    assert list(faults(WHOLE_LOG)) == []
    assert set(WHOLE_LOG.event_types["DeadlineSet"]) - {
        "recorded_at",
        "recorded_by_role",
        "recorded_by_agency",
    } == {
        *("deadline", "counted_from", "due", "length", "unit", "counts_day_of_start", "clause"),
        *("calendar_id", "calendar_version", "calendar_digest", "due_marks"),
    }
    assert set(WHOLE_LOG.event_types) < set(EVENTS)
