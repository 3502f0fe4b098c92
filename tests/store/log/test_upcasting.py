"""Old schemas: stored bytes are read as the newest schema, and are never written again.

What was added to an event so far has a default. So one is given a past here: as if a reopened
case had once said `reason`, then `because`, and entries of the first schema had had no purpose.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import RecordError
from rapid_review.domain.events import CaseClosed, CaseReopened
from rapid_review.store import RapidReviews
from rapid_review.store.backends.memory import InMemoryLog
from rapid_review.store.backends.open import joined
from rapid_review.store.log.codec import Codec, Upcaster
from rapid_review.store.store import Store
from tests.domain.a_review import CLOSE, KENT, REOPEN, TOLD, changed
from tests.golden.entries import ENTRIES, WORDS
from tests.store.a_record import CASE, HandSetClock, reviews_in, send_all

REOPENED = ENTRIES["CaseReopened"]


def with_a_purpose(body: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 to 2: an entry says its purpose; it is added at the end, after the event."""
    assert "purpose" not in body
    return {**body, "purpose": "statutory review"}


def renamed(body: dict[str, Any]) -> dict[str, Any]:
    """Schema 2 to 3: `reason` is `because`."""
    event = dict(body["event"])
    event["because"] = event.pop("reason")
    return {**body, "event": event}


OF_NOW = Codec({"CaseReopened": (with_a_purpose, renamed)})


def of_schema_1(entry: Entry) -> bytes:
    """Return an entry of now in the bytes in which the first schema would have kept it."""
    body = json.loads(Codec().encode(entry))
    event = body["event"]
    event["reason"] = event.pop("because")
    del body["purpose"]
    return json.dumps({**body, "schema": 1}, separators=(",", ":"), ensure_ascii=False).encode()


def of_schema_2(entry: Entry) -> bytes:
    """Return the same in the bytes of the second schema."""
    body = json.loads(Codec().encode(entry))
    event = body["event"]
    event["reason"] = event.pop("because")
    return json.dumps({**body, "schema": 2}, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.mark.parametrize("of_old", [of_schema_1, of_schema_2])
def test_an_entry_of_an_old_schema_is_read_as_one_of_now(of_old: Callable[[Entry], bytes]) -> None:
    """By one upcaster after the other; replay and audit read the same event, every word of it."""
    body = of_old(REOPENED)
    assert OF_NOW.entry("CaseReopened", body) == REOPENED
    rows = [(REOPENED.version, "CaseReopened", body)]
    assert list(OF_NOW.events(rows, REOPENED.partnership, REOPENED.case)) == [REOPENED.event]


def test_an_entry_is_written_in_the_schema_of_now() -> None:
    """And a kind that has no past stays at its first."""
    assert OF_NOW.encode(REOPENED).startswith(b'{"schema":3,')
    assert OF_NOW.entry("CaseReopened", OF_NOW.encode(REOPENED)) == REOPENED
    assert OF_NOW.encode(ENTRIES["CaseClosed"]) == Codec().encode(ENTRIES["CaseClosed"])


def test_an_old_entry_that_was_moved_is_not_read() -> None:
    """Its place is checked after it was brought to the schema of now, as any other's is."""
    with pytest.raises(RecordError, match="belongs to another entry"):
        list(OF_NOW.events([(1, "CaseReopened", of_schema_1(REOPENED))], "p", "c"))


def without_its_reason(body: bytes) -> bytes:
    """Leave out what the upcaster looks for."""
    return body.replace(b'"reason":', b'"Canary":')


def without_an_event(body: bytes) -> bytes:
    """Leave out the whole event."""
    return body[: body.index(b',"event"')] + b"}"


def with_a_word_for_an_event(body: bytes) -> bytes:
    """Put in something else."""
    return body[: body.index(b',"event"')] + b',"event":"Canary"}'


def cut_short(body: bytes) -> bytes:
    """Leave out the end."""
    return body[:-3]


@pytest.mark.parametrize(
    "damage", [without_its_reason, without_an_event, with_a_word_for_an_event, cut_short]
)
def test_a_damaged_row_of_an_old_schema_is_named(damage: Callable[[bytes], bytes]) -> None:
    """An upcaster that stumbles over it is no reason for a traceback that shows its words."""
    body = damage(of_schema_1(REOPENED))
    with pytest.raises(
        RecordError, match="a stored CaseReopened does not match its schema"
    ) as raised:
        OF_NOW.entry("CaseReopened", body)
    assert raised.value.__suppress_context__
    assert "Canary" not in str(raised.value)


def store_of(recorder: InMemoryLog, **upcasters: tuple[Upcaster, ...]) -> RapidReviews:
    """Return the Kent reviews over these rows, as a version with these upcasters opens them."""
    return reviews_in(
        Store(joined(recorder), codec=Codec(upcasters)), terms=KENT, clock=HandSetClock()
    )


def test_a_store_written_by_an_old_version_goes_on_under_a_new_one() -> None:
    """Old rows are read, new ones are written in the new schema, and no old byte is touched."""
    recorder = InMemoryLog()
    before = store_of(recorder)
    send_all(before, *TOLD, CLOSE, changed(REOPEN, because=WORDS))
    old = [row.state for row in recorder.select_notifications(1, 1000)]

    def shouted(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "event": {**body["event"], "because": body["event"]["because"].upper()}}

    after = store_of(recorder, CaseReopened=(shouted,))
    reopened = after.case(CASE).last(CaseReopened)
    assert reopened is not None
    assert reopened.because == WORDS.upper()
    assert after.case(CASE).recorded == tuple(entry.event for entry in after.history(CASE))

    send_all(after, changed(CLOSE, at=REOPEN.at), changed(REOPEN, at=REOPEN.at, because="again"))
    rows = [row.state for row in recorder.select_notifications(1, 1000)]
    assert rows[: len(old)] == old
    assert rows[-1].startswith(b'{"schema":2,')
    last = after.case(CASE).last(CaseReopened)
    assert last is not None
    assert last.because == "again"
    assert len(after.case(CASE).all(CaseClosed)) == 2


def test_an_old_version_does_not_read_what_a_new_one_wrote() -> None:
    """It refuses the case rather than to misread it."""
    recorder = InMemoryLog()
    send_all(store_of(recorder, CaseReopened=(renamed,)), *TOLD, CLOSE, REOPEN)
    with pytest.raises(RecordError, match="begins with schema 2; this version of rapid-review"):
        store_of(recorder).case(CASE)
