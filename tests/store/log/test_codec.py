"""The codec: an entry comes back as it was, and no row that is not as it must be is read."""

import json
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import RecordError
from rapid_review.domain.events import EVENTS, CaseReopened
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.log.body import stream_id
from rapid_review.store.log.codec import Codec
from rapid_review.store.log.mapper import EntryMapper
from rapid_review.testing.statements import stated
from rapid_review.testing.strategies import events, moments
from tests.golden.entries import ENTRIES

CODEC = Codec()
CANARY = "Canary Wharfe"
"""Stands for a child's name: it may be in the bytes, and must not be in an error."""

# --- There and back

TRICKY = st.text(min_size=1, max_size=40) | st.lists(
    st.sampled_from(
        (
            '"event":',
            '"command_id":"x"',
            '","event":{"kind":"CaseClosed"}}',
            "\\",
            '\\"',
            "{",
            "}}",
            "\n",
            "\r\n",
            "\0",
            "\u2028",
            "é",
            "🧸",
            "👩‍👧",
            "\ufeff",
            "\\u0022",
        )
    ),
    min_size=1,
).map("".join)
WORDS = TRICKY.map("w{}".format)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Return any entry of any kind, its words such as a careless reader of JSON stumbles over."""
    return Entry(
        partnership=draw(st.sampled_from(("kent-and-medway", "p2"))),
        case=draw(st.sampled_from(("KM-2020/007", "a", "1.2:3+4"))),
        version=draw(st.integers(1, 2**31)),
        recorded_at=draw(moments()),
        by=draw(stated(Actor, {})),
        purpose=draw(st.none() | st.just("statutory review")),
        command_id=draw(st.sampled_from(("x", "event", "7f4c-1"))),
        correlation_id=draw(st.none() | st.just("form-12")),
        event=draw(events() | st.builds(CaseReopened, at=moments(), because=WORDS)),
    )


@given(entries())
def test_an_entry_comes_back_as_it_was(entry: Entry) -> None:
    """Whatever its words are; replay, which reads the event alone, comes to the same one."""
    body = CODEC.encode(entry)
    back = CODEC.entry(entry.event.kind, body)
    assert back == entry
    assert CODEC.encode(back) == body
    row = (entry.version, entry.event.kind, body)
    assert list(CODEC.events([row], entry.partnership, entry.case)) == [entry.event]


@given(entries())
def test_a_body_is_one_line_of_json_whatever_its_words_are(entry: Entry) -> None:
    """So that anybody's JSON reader finds the same event in it."""
    body = CODEC.encode(entry)
    assert b"\n" not in body
    read = json.loads(body)
    assert list(read)[:4] == ["schema", "partnership", "case", "version"]
    assert list(read)[-1] == "event"
    assert read["event"] == entry.event.model_dump(mode="json")


def test_words_that_no_text_can_hold_are_refused_before_they_are_recorded() -> None:
    """Half a character (a lone surrogate) cannot be written, so it cannot be said."""
    with pytest.raises(ValidationError):
        CaseReopened(at=ENTRIES["CaseReopened"].event.at, because="\ud83e")


# --- Rows that are not as they must be


def golden(kind: str) -> dict[str, Any]:
    """Return a golden body, taken apart."""
    taken: dict[str, Any] = json.loads(CODEC.encode(ENTRIES[kind]))
    return taken


def put_together(body: Mapping[str, Any]) -> bytes:
    """Return a body's bytes, in the form in which bodies are stored."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def without_words(body: dict[str, Any]) -> bytes:
    """Leave out a field."""
    del body["event"]["because"]
    return put_together(body)


def with_a_field_more(body: dict[str, Any]) -> bytes:
    """Add a field."""
    body["event"]["name"] = CANARY
    return put_together(body)


def with_other_words(body: dict[str, Any]) -> bytes:
    """Put a list where words must be."""
    body["event"]["because"] = [CANARY]
    return put_together(body)


def with_a_name_for_a_kind(body: dict[str, Any]) -> bytes:
    """Name an event that there is not."""
    body["event"]["kind"] = CANARY
    return put_together(body)


def of_another_kind(body: dict[str, Any]) -> bytes:
    """Put in another event."""
    body["event"] = golden("CaseClosed")["event"]
    return put_together(body)


def cut_short(body: dict[str, Any]) -> bytes:
    """Leave out the end."""
    return put_together(body)[:-9]


def with_a_name_in_place_of_json(body: dict[str, Any]) -> bytes:
    """Break the JSON in the middle of the event."""
    return put_together(body).replace(b'"because":', CANARY.encode())


def of_a_newer_schema(body: dict[str, Any]) -> bytes:
    """Write it as the next version of the package would."""
    return put_together({**body, "schema": 2})


def of_schema_nought(body: dict[str, Any]) -> bytes:
    """Name a schema that there never was."""
    return put_together({**body, "schema": 0})


def without_a_schema(body: dict[str, Any]) -> bytes:
    """Leave out the schema."""
    del body["schema"]
    return put_together(body)


def with_the_schema_last(body: dict[str, Any]) -> bytes:
    """Put the fields in another order, as a tool that re-writes JSON does."""
    schema = body.pop("schema")
    return put_together({**body, "schema": schema})


def nothing(_: dict[str, Any]) -> bytes:
    """Leave nothing."""
    return b""


def not_in_unicode(body: dict[str, Any]) -> bytes:
    """Write it as Windows did long ago."""
    return put_together(body).replace(CANARY.encode(), CANARY.encode() + b"\xff")


DAMAGES = [
    (without_words, "because: is missing"),
    (with_a_field_more, r"\(a key of 4 characters\): found an unknown field"),
    (with_other_words, "because: found a list"),
    (with_a_name_for_a_kind, "found an unknown kind|kind: found text"),
    (of_another_kind, "a row labelled CaseReopened contains a CaseClosed|kind: found"),
    (cut_short, "does not match its schema"),
    (with_a_name_in_place_of_json, "does not match its schema"),
    (of_a_newer_schema, "begins with schema 2; this version of rapid-review reads schemas 1 to 1"),
    (of_schema_nought, "begins with no schema version"),
    (without_a_schema, "begins with no schema version"),
    (with_the_schema_last, "begins with no schema version"),
    (nothing, "begins with no schema version"),
    (not_in_unicode, "does not match its schema"),
]


def read_whole(entry: Entry, body: bytes) -> None:
    """Read a body as an audit does."""
    CODEC.entry(entry.event.kind, body)


def read_for_replay(entry: Entry, body: bytes) -> None:
    """Read a body as a replay does."""
    list(CODEC.events([(entry.version, entry.event.kind, body)], entry.partnership, entry.case))


@pytest.mark.parametrize("read", [read_whole, read_for_replay])
@pytest.mark.parametrize(("damage", "words"), DAMAGES)
def test_a_damaged_row_is_named_and_its_words_are_not_shown(
    damage: Callable[[dict[str, Any]], bytes], words: str, read: Callable[[Entry, bytes], None]
) -> None:
    """By whichever way it is read; not even a traceback shows the name that is in it."""
    body = golden("CaseReopened")
    body["event"]["because"] = f"so says {CANARY}"
    damaged = damage(body)
    with pytest.raises(RecordError, match=words) as raised:
        read(ENTRIES["CaseReopened"], damaged)
    assert "Canary" not in "".join(traceback.format_exception(raised.value))


def test_a_field_outside_the_event_is_held_to_its_schema_too() -> None:
    """Who recorded it, and when, is read with the whole entry."""
    body = golden("CaseClosed")
    body["by"]["name"] = CANARY
    with pytest.raises(
        RecordError, match=r"by\.\(a key of 4 characters\): found an unknown field"
    ) as raised:
        CODEC.entry("CaseClosed", put_together(body))
    assert CANARY not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("kind", ["CaseForgotten", "caseclosed", "", CANARY])
def test_an_event_of_a_kind_unknown_here_is_not_passed_over(kind: str) -> None:
    """It says with which version of the package to go on, and nothing of the topic's words."""
    body = CODEC.encode(ENTRIES["CaseClosed"])
    with pytest.raises(RecordError, match=r"which this version does not know\. Open") as audited:
        CODEC.entry(kind, body)
    with pytest.raises(RecordError, match=r"which this version does not know\. Open") as replayed:
        list(CODEC.events([(1, kind, body)], "kent-and-medway", "KM-2020/007"))
    assert CANARY not in f"{audited.value}{replayed.value}"


@pytest.mark.parametrize("other", [kind for kind in EVENTS if kind != "CaseReopened"])
def test_a_row_whose_topic_was_changed_is_not_read(other: str) -> None:
    """Every other kind's topic over this body is found out, by both ways of reading."""
    entry = ENTRIES["CaseReopened"]
    body = CODEC.encode(entry)
    with pytest.raises(
        RecordError, match=f"a stored {other} does not match its schema|contains a"
    ):
        CODEC.entry(other, body)
    rows = [(entry.version, other, body)]
    with pytest.raises(RecordError, match=f"a stored {other} does not match its schema"):
        list(CODEC.events(rows, entry.partnership, entry.case))


@pytest.mark.parametrize(
    ("version", "partnership", "case"),
    [
        (99, "kent-and-medway", "KM-2020/007"),
        (3, "kent-and-medway", "KM-2020/007"),
        (36, "kent-and-medway", "KM-2020/00"),
        (36, "kent-and-medway", "KM-2020/0071"),
        (36, "kent", "KM-2020/007"),
    ],
)
def test_a_body_that_was_moved_to_another_place_is_not_read(
    version: int, partnership: str, case: str
) -> None:
    """To another version, case or partnership: the body says where it belongs."""
    body = CODEC.encode(ENTRIES["CaseReopened"])
    assert ENTRIES["CaseReopened"].version == 36
    moved = "belongs to (another entry|entry 36)"
    with pytest.raises(RecordError, match=moved):
        list(CODEC.events([(version, "CaseReopened", body)], partnership, case))
    stored = StoredEvent(stream_id(partnership, case), version, "CaseReopened", body)
    with pytest.raises(RecordError, match=moved):
        EntryMapper(CODEC).to_domain_event(stored)
