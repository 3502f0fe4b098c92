"""Under pseudonyms neither the order of rows nor an exact time says which case is which."""

import json
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rapid_review.domain.entry import Entry
from rapid_review.exports.blurring import blurred_traces
from rapid_review.exports.pseudonyms import Naming, Pseudonyms, as_recorded
from rapid_review.exports.trace import Trace, trace
from tests.exports.a_case import WHOLE, traced, written_down
from tests.exports.whole_files import cloudevents_lines, ocel_json, ocel_log, ocel_sqlite, xes

KEYS = [bytes([number]) * 32 for number in range(6)]
CASES = [f"KM-2020-{number:03}" for number in range(1, 13)]
MORNING = datetime(2020, 5, 4, 8, 30, 12, 345_678, tzinfo=UTC)


def entry_of(number: int) -> Entry:
    """Return the only entry of a case: all of them of one day, a minute and a bit apart."""
    (first, *_) = written_down(WHOLE[:1], CASES[number])
    moment = MORNING + number * timedelta(seconds=61.000_001)
    event = first.event.model_copy(update={"at": moment})
    return first.model_copy(update={"recorded_at": moment, "event": event})


ENTRIES = [entry_of(number) for number in range(len(CASES))]


def traces() -> list[Trace]:
    """Return twelve cases in the order in which they were recorded."""
    return [trace([entry]) or pytest.fail("nothing stands") for entry in ENTRIES]


def written(form: str, naming: Naming, folder: Path) -> str:
    """Return an export of the twelve cases as text, in the order of its rows."""
    match form:
        case "ocel":
            return ocel_json(ocel_log(traces(), naming))
        case "sqlite":
            file = folder / "log.sqlite"
            file.write_bytes(ocel_sqlite(ocel_log(traces(), naming)))
            with sqlite3.connect(file) as database:
                text = "\n".join(database.iterdump())
            database.close()
            return text
        case "xes":
            return xes(traces(), naming).decode()
        case _:
            return cloudevents_lines(ENTRIES, naming)


FORMS = pytest.mark.parametrize("form", ["ocel", "sqlite", "xes", "cloudevents"])


def cases_in(text: str, naming: Naming) -> list[str]:
    """Return the references of the cases in the order of the rows, as their keeper knows them."""
    names = {naming("case", case): case for case in CASES}
    found = re.findall("|".join(map(re.escape, names)), text)
    return list(dict.fromkeys(names[one] for one in found))


@FORMS
def test_the_order_of_rows_does_not_say_which_case_is_which(form: str, tmp_path: Path) -> None:
    """The references are given one after another: the rank would be the reference."""
    orders: list[tuple[str, ...]] = []
    for key in KEYS:
        order = cases_in(written(form, Pseudonyms(key), tmp_path), Pseudonyms(key))
        assert sorted(order) == CASES
        orders.append(tuple(order))
    assert tuple(CASES) not in orders
    assert len(set(orders)) == len(KEYS)


@FORMS
def test_the_time_of_recording_does_not_say_which_case_is_which(form: str, tmp_path: Path) -> None:
    """All were recorded on one day, and only the day is told: of that, and of what happened."""
    text = written(form, Pseudonyms(KEYS[0]), tmp_path)
    times = set(re.findall(r"2020-05-04[T ]\d\d:\d\d:\d\d(?:\.\d+)?", text))
    assert {one.replace(" ", "T") for one in times} == {"2020-05-04T12:00:00"}


def test_the_events_of_a_case_keep_their_days_and_their_order() -> None:
    """However they were recorded: what happened earlier on a day is a second earlier there."""
    late = (
        *("2020-05-04T15:00+00:00", "2020-05-05T00:30+01:00"),
        *("2020-05-04T09:00+00:00", "2020-05-06T23:59+00:00"),
    )
    events = [
        event.model_copy(update={"at": datetime.fromisoformat(at)})
        for event, at in zip(WHOLE, late, strict=False)
    ]
    (log,) = blurred_traces([traced(events)], Pseudonyms(KEYS[0]))
    told = [entry.event.at.strftime("%d %H:%M:%S") for entry in log.entries]
    assert told == ["04 12:00:01", "04 12:00:02", "04 12:00:00", "06 12:00:00"]
    assert [entry.version for entry in log.entries] == [1, 2, 3, 4]


@FORMS
def test_as_recorded_everything_stays_as_it_was_recorded(form: str, tmp_path: Path) -> None:
    """Order and microseconds: the recipient may have the references themselves."""
    text = written(form, as_recorded, tmp_path)
    assert cases_in(text, as_recorded) == CASES
    assert ENTRIES[3].recorded_at.isoformat() in text


@pytest.mark.parametrize("key", KEYS[:2])
def test_the_same_key_makes_the_same_bytes(key: bytes) -> None:
    """The order comes from the export's own key, and from no other chance."""
    one, other = (cloudevents_lines(ENTRIES, Pseudonyms(key)) for _ in range(2))
    assert one == other


def test_times_inside_an_event_are_days_too() -> None:
    """When the Panel was notified, when a meeting is to be: in any depth."""
    exact = datetime(2020, 5, 4, 9, 1, 2, 3, tzinfo=UTC)
    event = WHOLE[0].model_copy(update={"panel_notified_at": exact})
    (line,) = cloudevents_lines(written_down([event]), Pseudonyms(KEYS[0])).splitlines()
    assert json.loads(line)["data"]["panel_notified_at"] == "2020-05-04T12:00:00+00:00"
