"""What may be told, and under which names: no words, no reference that joins two exports."""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.events import EVENTS, AnyEvent, ProcessLinked
from rapid_review.domain.statement import Statement, sealed_fields
from rapid_review.domain.vocabulary import CalendarRef, Digest, Handle, Reference, TermsRef
from rapid_review.exports.fields import cells, columns, public
from rapid_review.exports.pseudonyms import Naming, Pseudonyms, as_recorded
from tests.domain.a_review import LINK, changed, recorded
from tests.domain.test_vocabulary import named
from tests.exports.a_case import PEOPLE, WHOLE, disordered, traced, written_down
from tests.exports.whole_files import cloudevents_lines, ocel_json, ocel_log, ocel_sqlite, xes

ONE, OTHER = Pseudonyms(bytes(32)), Pseudonyms(b"1" * 32)
CASE = "KM-2020/007"


def written(events: list[AnyEvent], naming: Naming) -> str:
    """Return a case in every format, in one text."""
    case = traced(events, CASE)
    log = ocel_log([case], naming)
    feed = cloudevents_lines(written_down(events, CASE), naming)
    sqlite = ocel_sqlite(log).decode("utf-8", errors="replace")
    return "\n".join((ocel_json(log), sqlite, xes([case], naming).decode(), feed))


@given(st.lists(st.tuples(*[st.text("ab", max_size=3)] * 3), max_size=30))
def test_a_name_is_the_same_however_often_it_is_asked_for(
    asked: list[tuple[str, str, str]],
) -> None:
    """Names are remembered for a while, and no name is another's: a new export makes the same."""
    names = Pseudonyms(bytes(32))
    told = [names(*one) for one in asked]
    assert told == [names(*one) for one in asked] == [Pseudonyms(bytes(32))(*one) for one in asked]
    assert len(set(told)) == len(set(asked))


def test_names_without_end_are_not_all_remembered() -> None:
    """The memory of an export does not grow with its cases."""
    names = Pseudonyms(bytes(32))
    first = names("case", "KM-0")
    for number in range(3_000):
        names("case", f"KM-{number}")
    assert len(names._given) <= 1_000  # noqa: SLF001 - what is held in memory
    assert names("case", "KM-0") == first


def references_in(said: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a statement
    """Yield every reference, and every digest of a document, at any depth, sealed ones aside."""
    if isinstance(said, tuple):
        for part in said:
            yield from references_in(part)
    if isinstance(said, CalendarRef | TermsRef) or not isinstance(said, Statement):
        return
    hints = get_type_hints(type(said), include_extras=True)
    for name, value in dict(said).items():
        if name in sealed_fields(type(said)) or value is None:
            continue
        if is_reference(hints[name]):
            yield from value if isinstance(value, tuple) else (value,)
        yield from references_in(value)


def is_reference(hint: Any) -> bool:  # noqa: ANN401 - any type
    """Say whether a field holds references or digests itself."""
    if hint in (Handle, Reference, Digest):
        return True
    bare = get_origin(hint) in (tuple, Annotated) or type(None) in get_args(hint)
    return bare and any(map(is_reference, get_args(hint)))


# --- Pseudonyms


def test_the_same_thing_has_the_same_name_within_an_export() -> None:
    """And different things, or the same words for different things, have different ones."""
    assert ONE("case", "KM-1") == ONE("case", "KM-1")
    said = [
        ONE("case", "KM-1"),
        ONE("case", "KM-2"),
        ONE("person", "KM-1"),
        ONE("child", "C-1", within="KM-1"),
        ONE("child", "C-1", within="KM-2"),
    ]
    assert len(set(said)) == len(said)


def test_a_duplicate_names_the_other_case_as_the_export_does() -> None:
    """ToR 8.1: so that anyone who reads both can count once; any other process is of its case."""
    twice = changed(LINK, process="duplicate-of", reference="KM-1")
    named, other = (
        public(recorded(ProcessLinked, one), ONE, CASE)["reference"] for one in (twice, LINK)
    )
    assert named == ONE("case", "KM-1")
    assert other == ONE("process", LINK.reference, within=CASE)


@given(st.sampled_from(["case", "person", "child"]), st.text(min_size=1, max_size=8))
def test_two_exports_have_no_name_in_common(kind: str, reference: str) -> None:
    """Whatever it is the name of; nor does a name hold what it stands for."""
    assert ONE(kind, reference) != OTHER(kind, reference)
    assert re.fullmatch(rf"{kind}-[0-9a-f]{{20}}", ONE(kind, reference))


def test_two_whole_exports_cannot_be_joined_by_a_name() -> None:
    """Of the same case, with every kind of event: no pseudonym of one is in the other."""
    pseudonym = re.compile(r"[a-z]+-[0-9a-f]{20}\b")
    first, second = (set(pseudonym.findall(written(list(WHOLE), one))) for one in (ONE, OTHER))
    assert len(first) == len(second) > 20
    assert first & second == set()


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_has_its_whole_length(length: int) -> None:
    """A short one could be tried out; and no key is shown."""
    with pytest.raises(InvalidInputError, match=f"found {length} bytes"):
        Pseudonyms(b"k" * length)
    assert "kkk" not in repr(Pseudonyms(b"k" * 32))


# --- Nothing but public parts, under these names


def test_no_reference_of_a_record_is_in_an_export_of_it() -> None:
    """Of cases, children, people, documents and all else: of every kind of event."""
    marked = [event.model_copy(update=_marked(event)) for event in WHOLE]
    recorded = {one for event in marked for one in references_in(event)}
    assert len(recorded) > 20
    text = written(marked, ONE)
    assert [one for one in recorded if one in text] == []
    assert CASE not in text
    assert not any(person.id in text for person in PEOPLE)
    openly = written(marked, as_recorded)
    assert CASE in openly
    assert all(person.id in openly for person in PEOPLE)


def _marked(said: Statement) -> dict[str, Any]:
    """Return the same references and digests, each made long enough to be looked for."""
    hints = get_type_hints(type(said), include_extras=True)
    return {name: _mark(value, hints[name]) for name, value in dict(said).items()}


def _mark(value: Any, hint: Any) -> Any:  # noqa: ANN401 - any field
    if isinstance(value, CalendarRef | TermsRef):
        return value
    if isinstance(value, Statement):
        return value.model_copy(update=_marked(value))
    if isinstance(value, tuple):
        return tuple(_mark(one, hint) for one in value)
    if value is not None and is_reference(hint) and not value.startswith("sha256:"):
        return f"{value}-of-the-record"
    return value


@given(disordered())
def test_no_word_and_no_name_is_in_any_format(events: list[AnyEvent]) -> None:
    """ToR 3.1: with a name in every sealed field, exports are the same as with other words."""
    assert written(list(map(named, events)), ONE) == written(events, ONE)


@given(disordered())
def test_cells_fall_into_their_columns(events: list[AnyEvent]) -> None:
    """Every cell of every event in effect is in a column of its kind, and of its type."""
    types = {"string": str, "time": str, "integer": int, "boolean": bool}
    for event in (entry.event for entry in traced(events).entries):
        told = public(event, ONE, CASE)
        declared = columns(type(event))
        for name, value in cells(type(event), told).items():
            assert type(value) is types[declared[name]], name
        assert json.loads(json.dumps(told)) == told


def test_a_time_is_declared_as_one_and_a_day_as_text() -> None:
    """ToR 7.3: a day has no zone; a number and a yes or no are what they are."""
    types = columns(EVENTS["NotificationReceived"])
    assert [types[name] for name in ("panel_notified_at", "incident_known_on", "children")] == [
        *("time", "string", "integer")
    ]
    assert columns(EVENTS["MeetingConvened"])["meets_at"] == "time"
    assert columns(EVENTS["AgencyReportFiled"])["nil_return"] == "boolean"


def test_every_kind_has_its_columns() -> None:
    """None of them sealed, and neither kind nor time, which have places of their own."""
    for kind, event in EVENTS.items():
        assert not {"kind", "at"} & columns(event).keys(), kind
        assert not sealed_fields(event) & columns(event).keys(), kind
