"""The diary: what falls due, in the order of its days, and as a calendar for other programs.

The case was received on Monday 4 May 2020; its review and its decision are due on Wednesday 27
May. The school was asked for its report by 13 May; the group meets on 19 May at two, London time.
"""

import re
from datetime import date, datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review import calendars, terms
from rapid_review.domain import commands as ask
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.work.diary import Due, DueKind, diary, due_in
from rapid_review.projections.work.icalendar import icalendar
from tests.domain.a_review import (
    ATTEND,
    CLOSED,
    COMMISSION,
    CONVENE,
    FILE,
    KENT,
    NOT_MET,
    RECEIVE,
    REQUEST,
    at,
    changed,
)
from tests.projections.a_record import Written, entries_of, written

GATHERING: Final = (RECEIVE, REQUEST, CONVENE)
TUESDAY: Final = at("2020-05-12 09:00")


def falls_due(
    *history: ask.Command | Written,
    as_of: datetime = TUESDAY,
    held: Terms = KENT,
    recorded_by: datetime | None = None,
) -> tuple[Due, ...]:
    """Return what falls due in a history, in the order of its days."""
    entries = entries_of(*history, terms=held)
    found = due_in(
        CaseHistory(entries, held, calendars.load), AsOf(recorded_by=recorded_by, read_on=as_of)
    )
    return diary(found)


def test_reports_meetings_and_clocks_fall_due_in_the_order_of_their_days() -> None:
    """ToR 5(a), 7.4, 8.5: each with who owes it, and the calendar days that are left."""
    found = [(one.on.day, one.what, one.owed_by, one.days_left) for one in falls_due(*GATHERING)]
    assert found == [
        (13, "school", "school", 1),
        (19, "1", "rapid-review-group", 7),
        (27, "decision", "rapid-review-group", 15),
        (27, "rapid-review", "rapid-review-group", 15),
    ]


def test_what_was_done_falls_due_no_more() -> None:
    """ToR 7.4, 6.2: the report is filed and the meeting was held."""
    found = falls_due(*GATHERING, FILE, ATTEND)
    assert {one.kind for one in found} == {DueKind.CLOCK}


def test_as_it_was_recorded_the_report_is_still_awaited() -> None:
    """ToR 7.4: filed on the 12th and written down on the 18th, it was awaited in the record."""
    history = (*GATHERING, written(FILE, "2020-05-18 09:00"))
    first, *_ = falls_due(*history, recorded_by=at("2020-05-15 09:00"))
    assert (first.kind, first.what) == (DueKind.AGENCY_REPORT, "school")


def test_what_is_overdue_stands_first_and_stays() -> None:
    """ToR 7.4: the report is a day late on 14 May, and looking no day ahead shows it."""
    found = falls_due(*GATHERING, as_of=at("2020-05-14 09:00"))
    assert [one.days_left for one in diary(found, days=0)] == [-1]


def test_a_report_asked_for_by_no_day_falls_due_on_none() -> None:
    """ToR 7.4: it is a next step, and stands in no diary."""
    request = changed(REQUEST, due_on=None)
    assert {one.kind for one in falls_due(RECEIVE, request)} == {DueKind.CLOCK}


def test_a_meeting_convened_anew_falls_on_its_new_day() -> None:
    """ToR 8.5: half past eleven at night by UTC is the next day in London."""
    moved = changed(CONVENE, meets_at=at("2020-05-20 23:30"))
    (meeting,) = (one for one in falls_due(*GATHERING, moved) if one.kind is DueKind.MEETING)
    assert (meeting.on, meeting.at) == (date(2020, 5, 21), at("2020-05-20 23:30"))


def test_a_milestone_is_marked_as_one() -> None:
    """Devon plans its collation by the fifth working day, and nobody is held to it."""
    devon = terms.load("devon-dscp")
    kinds = {one.kind for one in falls_due(RECEIVE, held=devon)}
    assert kinds == {DueKind.CLOCK, DueKind.MILESTONE}


def test_a_case_that_calls_for_no_review_owes_nothing() -> None:
    """ToR 1: its meeting and its report are not waited for."""
    assert falls_due(*GATHERING, NOT_MET) == ()


def test_of_a_closed_case_the_clock_that_still_runs_is_left() -> None:
    """ToR 3.2, 8.10: a practice review is to be published, whether or not the case is closed."""
    found = falls_due(*CLOSED, COMMISSION, as_of=at("2020-08-01 09:00"))
    assert [one.what for one in found] == ["publication"]


# --- RFC 5545


STAMPED: Final = at("2020-05-12 09:00")
ENTRIES: Final = st.builds(
    Due,
    case=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,63}", fullmatch=True),
    on=st.dates(date(2000, 1, 1), date(2199, 12, 31)),
    kind=st.sampled_from(DueKind),
    what=st.from_regex(r"[a-z0-9]{1,64}", fullmatch=True),
    clause=st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=200),
    owed_by=st.from_regex(r"[a-z0-9]{1,64}", fullmatch=True),
    at=st.none()
    | st.datetimes(datetime(2000, 1, 1), datetime(2199, 1, 1)).map(  # noqa: DTZ001
        lambda when: at(when.isoformat(" "))
    ),
    days_left=st.integers(-100, 100),
)


def unfolded(text: str) -> list[str]:
    """Return the lines of an `.ics` file as they were before they were folded."""
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def written_out(*found: Due) -> str:
    """Return these entries as the text of an `.ics` file."""
    return icalendar(found, partnership="kent-and-medway", stamped_at=STAMPED)


@given(st.lists(ENTRIES, max_size=4))
def test_every_line_is_folded_ended_and_named(found: list[Due]) -> None:
    """RFC 5545, 3.1: at most 75 octets, CRLF and no other end of a line, a name and a value."""
    text = written_out(*found)
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert "\r" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert all(re.match(r"[A-Z]+(;VALUE=DATE)?:", line) for line in unfolded(text))


@given(st.lists(ENTRIES, max_size=4))
def test_every_event_is_whole_and_says_what_it_was_given(found: list[Due]) -> None:
    """RFC 5545, 3.6.1: an id, a stamp and a start each; 3.3.11: what is escaped reads back."""
    lines = unfolded(written_out(*found))
    for name in ("BEGIN:VEVENT", "END:VEVENT", "DTSTAMP:20200512T090000Z"):
        assert lines.count(name) == len(found)
    told = [line.partition(":")[2] for line in lines if line.startswith("DESCRIPTION:")]
    read = [re.sub(r"\\(.)", r"\1", text) for text in told]
    assert read == [f"{one.clause}; owed by {one.owed_by}" for one in found]
    assert all(not re.search(r"(?<!\\)(\\\\)*[,;]", text) for text in told)


def test_a_deadline_takes_a_day_and_a_meeting_its_hour() -> None:
    """A whole day blocks nobody's time; two o'clock in London is one by UTC, in May."""
    text = written_out(*falls_due(*GATHERING))
    assert text.count("TRANSP:TRANSPARENT\r\n") == 3
    assert "DTSTART;VALUE=DATE:20200513\r\nTRANSP" in text
    assert "DTSTART:20200519T130000Z\r\nSUMMARY:KM-2020-001: meeting 1\r\n" in text
    assert "SUMMARY:KM-2020-001: report of school is due\r\n" in text


def test_a_thing_keeps_its_id_when_its_day_moves() -> None:
    """So that a program that reads the diary again moves it; no two things share one."""
    moved = changed(CONVENE, meets_at=at("2020-05-22 13:00"))
    ids = [
        [line for line in unfolded(written_out(*found)) if line.startswith("UID:")]
        for found in (falls_due(*GATHERING), falls_due(*GATHERING, moved))
    ]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 4


@pytest.mark.parametrize("name", ["a name", "what it knew"])
def test_no_name_and_no_words_come_into_the_calendar(name: str) -> None:
    """The notification holds a child's name and the report words: neither is in the text."""
    awaited = (RECEIVE, REQUEST, CONVENE, changed(FILE, agency="clinic"))
    assert name not in written_out(*falls_due(*awaited))
