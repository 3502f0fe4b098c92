"""XES: a trace a case, in the order of what happened, read by a reader that is not ours."""

import re
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from rapid_review.domain.events import AnyEvent
from rapid_review.exports.process_mining.markup import element, tag
from rapid_review.exports.pseudonyms import as_recorded
from tests.exports.a_case import LOGS, WHOLE, disordered, traced
from tests.exports.ocel.an_ocel_file import as_others_read
from tests.exports.whole_files import xes

NAMESPACE = "{http://www.xes-standard.org/}"


def attributes(event: ET.Element) -> dict[str, tuple[str, str]]:
    """Return an event's attributes: the element's name and the value, by key."""
    return {
        one.attrib["key"]: (one.tag.removeprefix(NAMESPACE), one.attrib["value"]) for one in event
    }


def events_of(document: bytes) -> list[list[dict[str, tuple[str, str]]]]:
    """Return the events of every trace."""
    log = ET.fromstring(document)  # noqa: S314 - our own document
    return [
        [attributes(event) for event in trace.iter(f"{NAMESPACE}event")]
        for trace in log.iter(f"{NAMESPACE}trace")
    ]


def test_a_trace_tells_when_each_step_happened_and_who_recorded_it() -> None:
    """ToR 7.3: by the keys of the standard, and the rest by our own."""
    (events,) = events_of(xes([traced(WHOLE)], as_recorded))
    received = events[[one["concept:name"][1] for one in events].index("NotificationReceived")]
    assert received["time:timestamp"] == ("date", "2020-05-04T09:30:00+00:00")
    assert received["lifecycle:transition"] == ("string", "complete")
    assert received["org:group"] == ("string", "police")
    assert received["rapid-review:entry"] == ("int", "1")
    assert received["rapid-review:recorded_at"] == ("date", "2029-11-23T12:01:00+00:00")
    assert received["rapid-review:clauses"] == ("string", "ToR 7.3, 8.1")
    (sat,) = (one for one in events if one["concept:name"][1] == "AgencyReportFiled")
    assert sat["rapid-review:nil_return"] == ("boolean", "false")


def test_the_document_says_its_version_as_a_decimal() -> None:
    """As the standard's schema wants it: a reader that validates takes nothing else."""
    log = ET.fromstring(xes([], as_recorded))  # noqa: S314 - our own document
    assert re.fullmatch(r"[0-9]+\.[0-9]+", log.attrib["xes.version"])


@given(st.text())
def test_an_element_is_written_as_the_library_for_xml_writes_it(text: str) -> None:
    """Whatever is in it; what no XML may hold is left out by both."""
    said = {"key": "concept:name", "value": text}
    assert tag("string", said) == ET.tostring(element("string", said), encoding="unicode")


@given(disordered())
def test_a_document_is_indented_as_the_library_for_xml_indents_it(events: list[AnyEvent]) -> None:
    """It is written line by line; read, indented and written again, it is the same document."""
    document = xes([traced(WHOLE, "KM-1"), traced(events, "KM-2")], as_recorded)
    ET.register_namespace("", NAMESPACE[1:-1])
    log = ET.fromstring(document)  # noqa: S314 - our own document
    ET.indent(log)
    again = ET.tostring(log, encoding="utf-8", xml_declaration=True) + b"\n"
    assert again.splitlines()[2:] == document.splitlines()[2:]


@given(disordered())
def test_every_time_is_in_one_offset(events: list[AnyEvent]) -> None:
    """The standard's own: a date attribute is in UTC."""
    summer = timezone(timedelta(hours=1))
    there = [one.model_copy(update={"at": one.at.astimezone(summer)}) for one in events]
    assert xes([traced(there)], as_recorded) == xes([traced(events)], as_recorded)
    dates = [
        value
        for trace in events_of(xes([traced(there)], as_recorded))
        for event in trace
        for type_, value in event.values()
        if type_ == "date"
    ]
    assert all(value.endswith("+00:00") for value in dates)


@given(disordered())
def test_a_trace_has_the_events_that_stand_in_the_order_of_what_happened(
    events: list[AnyEvent],
) -> None:
    """However late they were recorded; two of one moment, in the order of recording."""
    case = traced(events)
    (found,) = events_of(xes([case], as_recorded))
    in_order = sorted(case.entries, key=lambda entry: (entry.event.at, entry.version))
    assert [int(one["rapid-review:entry"][1]) for one in found] == [e.version for e in in_order]


@LOGS
def test_a_reader_that_is_not_ours_counts_the_same(tmp_path: Path, logs: int) -> None:
    """Traces, and the events of each with their names and times."""
    seen: list[int] = []

    @settings(max_examples=logs)
    @given(st.lists(disordered(), max_size=3))
    def counted(cases: list[list[AnyEvent]]) -> None:
        document = xes([traced(one, f"KM-{n}") for n, one in enumerate(cases)], as_recorded)
        file = tmp_path / "log.xes"
        file.write_bytes(document)
        theirs = [
            list(map(_read, one["events"])) for one in as_others_read("EventLog", file)["traces"]
        ]
        assert [[one["concept:name"] for one in trace] for trace in theirs] == [
            [one["concept:name"][1] for one in trace] for trace in events_of(document)
        ]
        assert all(set(one) >= {"time:timestamp", "org:role"} for trace in theirs for one in trace)
        seen.append(sum(map(len, theirs)))

    counted()
    assert len(seen) >= logs
    assert sum(seen) > 5 * logs


def _read(event: dict[str, Any]) -> dict[str, Any]:
    return {one["key"]: one["value"]["content"] for one in event["attributes"]}


def test_what_xml_does_not_allow_is_escaped() -> None:
    """A clause that an early version imported may hold anything; the document stays one."""
    (clock,) = (
        event
        for event in WHOLE[:4]
        if event.kind == "DeadlineSet" and event.deadline == "decision"
    )
    strange = clock.model_copy(update={"clause": 'ToR <5> & "a"\x00\x0b'})
    ((event,),) = events_of(xes([traced([strange])], as_recorded))
    assert event["rapid-review:clauses"] == ("string", r'ToR <5> & "a"\u0000\u000b')
