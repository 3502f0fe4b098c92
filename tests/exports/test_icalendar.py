"""The diary as a calendar for other programs, read back by rules of RFC 5545 written out here.

The school was asked for its report by 13 May 2020; the group meets on 19 May at two, London time.
"""

import dataclasses
import re
from datetime import date, datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.exports.icalendar import icalendar
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.work.diary import Due, DueKind, Revised, revised_in
from tests.domain.a_review import CONVENE, FILE, KENT, RECEIVE, REQUEST, at, changed
from tests.projections.a_record import entries_of

GATHERING: Final = (RECEIVE, REQUEST, CONVENE)
SCHOOLS_ID: Final = "03ac0161-4135-5291-8563-131b5c6ef0ed"
MONDAY: Final = at("2020-05-18 09:00")
MOVED: Final = changed(CONVENE, at=at("2020-05-15 09:00"), meets_at=at("2020-05-22 13:00"))
DUE: Final = st.builds(
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


REVISED: Final = st.builds(
    Revised,
    due=DUE,
    times=st.integers(0, 100),
    recorded_at=st.datetimes(datetime(2000, 1, 1), datetime(2199, 1, 1)).map(  # noqa: DTZ001
        lambda when: at(when.isoformat(" "))
    ),
)
LONG: Final = Due(
    case="KM-2020-001",
    on=date(2020, 5, 13),
    kind=DueKind.AGENCY_REPORT,
    what="school",
    clause="ToR § 7.4 – " * 14,  # noqa: RUF001 - two and three octets a letter
    owed_by="school",
    at=None,
    days_left=1,
)


def unfolded(text: str) -> list[str]:
    """Return the lines of an `.ics` file as they were before they were folded."""
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def written_out(*found: Revised) -> str:
    """Return what falls due as the text of an `.ics` file."""
    return icalendar(found, partnership="kent-and-medway").decode()


def falls_due(*history: ask.Command, on: datetime = MONDAY) -> tuple[Revised, ...]:
    """Return what falls due in a history on a day, with its revisions."""
    case = CaseHistory(entries_of(*history), KENT, calendars.load)
    return revised_in(case, AsOf(read_on=on))


@given(st.lists(REVISED, max_size=4))
def test_every_line_is_folded_ended_and_named(found: list[Revised]) -> None:
    """RFC 5545, 3.1: at most 75 octets, CRLF and no other end of a line, a name and a value."""
    text = written_out(*found)
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert "\r" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert all(re.match(r"[A-Z-]+(;VALUE=DATE)?:", line) for line in unfolded(text))


def test_a_line_is_folded_by_its_octets_and_no_letter_is_divided() -> None:
    """RFC 5545, 3.1: a dash is one letter of three octets; each piece is text on its own."""
    content = icalendar((Revised(LONG, 0, MONDAY),), partnership="kent-and-medway")
    pieces = content.split(b"\r\n")
    folded = [piece for piece in pieces if piece.startswith(b" ")]
    assert len(folded) >= 3
    assert max(map(len, pieces)) <= 75
    assert all(piece.decode() for piece in folded)
    (described,) = (one for one in unfolded(content.decode()) if one.startswith("DESCRIPTION:"))
    assert described == f"DESCRIPTION:{LONG.clause}\\; owed by school"


@given(st.lists(REVISED, max_size=4))
def test_every_event_is_whole_and_says_what_it_was_given(found: list[Revised]) -> None:
    """RFC 5545, 3.6.1: an id, a stamp and a start each; 3.3.11: what is escaped reads back."""
    lines = unfolded(written_out(*found))
    for name in ("BEGIN:VEVENT", "END:VEVENT"):
        assert lines.count(name) == len(found)
    for name in ("UID:", "DTSTAMP:", "DTSTART", "SUMMARY:", "SEQUENCE:"):
        assert sum(line.startswith(name) for line in lines) == len(found)
    described = [line.partition(":")[2] for line in lines if line.startswith("DESCRIPTION:")]
    read = [re.sub(r"\\(.)", r"\1", text) for text in described]
    clauses = [one.due.clause.replace("\\N", r"\\u004e") for one in found]
    owed_by = [one.due.owed_by for one in found]
    assert read == [
        f"{clause}; owed by {by}" if clause else f"owed by {by}"
        for clause, by in zip(clauses, owed_by, strict=True)
    ]
    assert all(not re.search(r"(?<!\\)(\\\\)*[,;]", text) for text in described)


@pytest.mark.parametrize(
    ("clause", "stands_as"),
    [
        ("ToR\x1b[2J", r"ToR\\u001b[2J"),
        ("ToR\r7", r"ToR\\u000d7"),
        ("ToR\u202e7", r"ToR\\u202e7"),
        ("ToR\n7", r"ToR\n7"),
        (r"ToR\n7", r"ToR\\n7"),
        (r"ToR\N7", r"ToR\\\\u004e7"),
    ],
)
def test_what_cannot_be_printed_stays_escaped(clause: str, stands_as: str) -> None:
    """A clause of an imported history may hold anything; only its own end of a line is one."""
    due = dataclasses.replace(LONG, clause=clause)
    lines = unfolded(written_out(Revised(due, 0, MONDAY)))
    assert rf"DESCRIPTION:{stands_as}\; owed by school" in lines


def test_a_deadline_takes_a_day_and_a_meeting_its_hour() -> None:
    """A whole day blocks nobody's time; two o'clock in London is one by UTC, in May."""
    text = written_out(*falls_due(*GATHERING))
    assert text.count("TRANSP:TRANSPARENT\r\n") == 3
    assert "DTSTART;VALUE=DATE:20200513\r\nTRANSP" in text
    assert "DTSTART:20200519T130000Z\r\nSUMMARY:KM-2020-001: meeting 1\r\n" in text
    assert "SUMMARY:KM-2020-001: report of school is due\r\n" in text
    assert "CATEGORIES:agency-report\r\n" in text


def test_an_event_keeps_its_id_when_its_day_moves() -> None:
    """So that a program that reads the diary again moves it; no two events share one."""
    ids = [
        [line for line in unfolded(written_out(*found)) if line.startswith("UID:")]
        for found in (falls_due(*GATHERING), falls_due(*GATHERING, MOVED))
    ]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 4
    assert "UID:" + SCHOOLS_ID in ids[0]


def test_an_event_that_moved_has_the_next_number_and_the_time_of_the_record() -> None:
    """RFC 5545, 3.8.7: without a method the stamp is when the event was last revised."""
    before, after = (
        unfolded(written_out(*found))
        for found in (falls_due(*GATHERING), falls_due(*GATHERING, MOVED))
    )
    assert before.count("SEQUENCE:0") == 4
    assert (after.count("SEQUENCE:0"), after.count("SEQUENCE:1")) == (3, 1)
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        assert f"{name}:20200514T121000Z" in before
        assert f"{name}:20200515T091000Z" in after


def test_one_record_makes_the_same_bytes_whenever_it_is_read() -> None:
    """On the day and a month later, when all of it is overdue."""
    later = falls_due(*GATHERING, on=at("2020-06-12 09:00"))
    assert written_out(*falls_due(*GATHERING)) == written_out(*later)


@pytest.mark.parametrize("name", ["a name", "what it knew"])
def test_no_name_and_no_words_come_into_the_calendar(name: str) -> None:
    """The notification holds a child's name and the report words: neither is in the text."""
    awaited = (RECEIVE, REQUEST, CONVENE, changed(FILE, agency="clinic"))
    assert name not in written_out(*falls_due(*awaited))
