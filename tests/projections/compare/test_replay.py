"""A case replayed: what its record said by the end of each day."""

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review import calendars, terms
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import RecordError
from rapid_review.projections.as_of import AsOf, CaseHistory, end_of_day
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.stage import Stage
from rapid_review.projections.compare.replay import Replay, replay_by_day
from tests.domain import a_review as kent
from tests.domain.a_review import KENT, at, changed
from tests.projections.a_record import entries_of
from tests.projections.canaries import CANARY, with_canaries

CORRECTED = changed(kent.CORRECT, at=at("2020-05-20 16:00"), version=5)


@cache
def case() -> tuple[Entry, ...]:
    """Return a case whose fifth entry was corrected on 20 May, and that goes on in October."""
    return entries_of(*kent.TOLD[:9], CORRECTED, *kent.TOLD[9:], kent.CLOSE)


def replayed(entries: tuple[Entry, ...]) -> Replay:
    """Return the replay of a Kent case."""
    return replay_by_day(CaseHistory(entries, KENT, calendars.load))


def test_every_day_from_the_first_entry_to_the_last_is_there() -> None:
    """From Monday 4 May to Thursday 2 July 2020, by London's midnight, without a gap."""
    days = [one.day for one in replayed(case()).days]
    assert days == [date(2020, 5, 4) + timedelta(days=number) for number in range(60)]


def test_a_clock_runs_from_day_to_day_and_stands_still_on_a_bank_holiday() -> None:
    """ToR 7.3: 8 May 2020 was one, and the Saturday and Sunday after it count as little."""
    days = {one.day: one for one in replayed(case()).days}
    taken = [
        clock.days_taken
        for number in range(4, 13)
        for clock in days[date(2020, 5, number)].clocks
        if clock.deadline == "rapid-review"
    ]
    assert taken == [0, 1, 2, 3, 3, 3, 3, 4, 5]


def test_a_day_does_not_know_what_was_recorded_later() -> None:
    """An entry corrected on 20 May stood as recorded until the day before."""
    days = {one.day: one for one in replayed(case()).days}
    assert days[date(2020, 5, 19)].superseded == ()
    assert days[date(2020, 5, 20)].superseded == (5,)
    assert days[date(2020, 5, 4)].stage is Stage.NOTIFIED
    assert days[date(2020, 7, 2)].stage is Stage.CLOSED


@given(number=st.integers(1, 59), later=st.integers(0, 59))
def test_what_is_recorded_later_changes_no_earlier_day(number: int, later: int) -> None:
    """As of any day, the days before it are those of the whole replay."""
    first, whole = date(2020, 5, 4), replayed(case())
    cut = end_of_day(first + timedelta(days=number), KENT)
    until = replay_by_day(CaseHistory(case(), KENT, calendars.load), recorded_by=cut).days
    assert until == whole.days[: len(until)]
    day = min(later, len(until) - 1)
    end = end_of_day(first + timedelta(days=day), KENT)
    read = clocks(CaseHistory(case(), KENT, calendars.load), AsOf(recorded_by=end, read_on=end))
    assert [(one.deadline, one.state, one.days_taken) for one in until[day].clocks] == [
        (one.rule.id, one.state, one.days_taken) for one in read
    ]


def test_the_same_entries_give_the_same_bytes() -> None:
    """So that a bundle can say the digest of what was shown."""
    again = tuple(Entry.model_validate_json(one.model_dump_json()) for one in case())
    assert bytes(replayed(again)) == bytes(replayed(case()))


def test_terms_that_the_case_was_never_held_under_change_no_byte() -> None:
    """Anyone who replays it may have any other editions at hand."""
    others = tuple(map(terms.load, terms.available()))
    with_others = replay_by_day(CaseHistory(case(), KENT, calendars.load, others))
    assert bytes(with_others) == bytes(replayed(case()))


def test_the_bytes_are_json_that_may_stand_in_a_page() -> None:
    """No character opens a tag; read as JSON they say what the replay says."""
    made = replayed(case())
    line = replace(made.timeline[0], clause="<!--")
    odd = replace(made, timeline=(line, *made.timeline[1:]))
    assert b"<" not in bytes(odd)
    told = json.loads(bytes(odd))
    assert told["timeline"][0]["clause"] == "<!--"
    assert [one["day"] for one in told["days"]] == [one.day.isoformat() for one in made.days]


def test_no_word_and_no_name_comes_into_a_replay() -> None:
    """A name in every sealed field: the bytes are the same as with any other words there."""
    named = tuple(one.model_copy(update={"event": with_canaries(one.event)}) for one in case())
    assert CANARY in named[0].model_dump_json()
    assert bytes(replayed(named)) == bytes(replayed(case()))


def test_each_day_is_read_under_the_terms_pinned_by_then() -> None:
    """Terms replaced on 5 October hold from that day on, and their clock was not there before."""
    longer = kent.varied(
        kent.LATER_KENT,
        deadlines=tuple(one for one in KENT.deadlines if one.id != "panel-feedback"),
    )
    before = entries_of(*kent.TOLD)
    entries = entries_of(kent.REPLACE, terms=longer, before=before)
    days = replay_by_day(CaseHistory(entries, longer, calendars.load, (KENT,))).days
    clock = [one.deadline for one in days[0].clocks]
    assert "panel-feedback" in clock
    assert "panel-feedback" not in [one.deadline for one in days[-1].clocks]


def test_nothing_recorded_is_nothing_to_replay() -> None:
    """As of a day before the case."""
    with pytest.raises(RecordError, match="no entry was recorded by then"):
        replay_by_day(
            CaseHistory(case(), KENT, calendars.load), recorded_by=at("2020-05-03 09:00")
        )
