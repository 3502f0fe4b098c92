"""CloudEvents: thin, told once and for all under one id, and what was recorded."""

import json
from datetime import datetime

from hypothesis import given

from rapid_review.domain.events import EVENTS, AnyEvent
from rapid_review.exports.cloudevents import cloudevents
from rapid_review.exports.pseudonyms import Pseudonyms, as_recorded
from tests.exports.a_case import CASE, WHOLE, disordered, written_down
from tests.exports.whole_files import cloudevents_lines

NEEDED = {"specversion", "id", "source", "type"}  # CloudEvents 1.0, required attributes


def test_an_entry_is_told_with_what_the_standard_asks_for() -> None:
    """And with when it was written down; its words are not in it."""
    first, *_ = cloudevents(written_down(WHOLE), as_recorded)
    data = first.pop("data")
    assert first == {
        "specversion": "1.0",
        "id": f"{CASE}/1",
        "source": "urn:rapid-review:kent-and-medway",
        "type": "rapid-review.NotificationReceived",
        "subject": CASE,
        "time": "2020-05-04T09:30:00+00:00",
        "recordedat": "2029-11-23T12:01:00+00:00",
        "recordedby": "pt-02",
        "datacontenttype": "application/json",
    }
    assert data["children"] == [{"reference": "C-1", "age_band": "under-1"}]


@given(disordered())
def test_every_entry_is_told_once_in_its_order(events: list[AnyEvent]) -> None:
    """Every attribute's name is lower-case letters, every time has its zone, every id its own."""
    told = list(cloudevents(written_down(events), Pseudonyms(bytes(32))))
    assert [one["type"].removeprefix("rapid-review.") for one in told] == [e.kind for e in events]
    assert len({(one["source"], one["id"]) for one in told}) == len(events)
    for one in told:
        assert one.keys() >= NEEDED
        assert all(name.isalpha() and name.islower() for name in one)
        assert datetime.fromisoformat(one["time"]).tzinfo is not None


def test_the_same_entry_sent_again_is_the_same_event() -> None:
    """A subscriber may be told twice, and knows it by the id."""
    entries = written_down(WHOLE)
    names = Pseudonyms(bytes(32))
    assert cloudevents_lines(entries, names) == cloudevents_lines(entries, names)
    from_the_tenth = cloudevents_lines(entries[9:], names)
    assert cloudevents_lines(entries, names).endswith(from_the_tenth)


def test_a_correction_is_told_as_it_was_recorded() -> None:
    """It names the entry, and its replacement is told in public parts too."""
    told = map(json.loads, cloudevents_lines(written_down(WHOLE), as_recorded).splitlines())
    correction, _ = (one["data"] for one in told if one["type"] == "rapid-review.RecordCorrected")
    assert correction["replacement"]["kind"] in EVENTS
    assert "because" not in correction
