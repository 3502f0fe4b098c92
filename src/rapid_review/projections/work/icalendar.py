"""The diary as a calendar for other programs: RFC 5545, written from public fields only.

What is due by the end of a day is an event of that whole day, which blocks nobody's time; a
meeting is an event at its hour. A to-do would say more exactly what a deadline is, but the
calendars that people look at do not show the to-dos of a file.

A thing keeps its id whatever becomes of its day, so that a program that reads the diary again
moves it. The id is made from the partnership, the case and the thing, and tells none of them.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5

from rapid_review.domain.printable import escaped
from rapid_review.projections.work.diary import Due, DueKind

_IDS: Final = UUID("5f0b9a0e-5a55-5d0b-9d52-6d2f3c1b7e48")
_FOLD_AT: Final = 75
"""The most octets that a line may have, its end not counted (RFC 5545, 3.1)."""
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_SAYS: Final = {
    DueKind.CLOCK: "{what} is due",
    DueKind.MILESTONE: "{what} is planned",
    DueKind.AGENCY_REPORT: "report of {what} is due",
    DueKind.MEETING: "meeting {what}",
}


def icalendar(falls_due: Iterable[Due], *, partnership: str, stamped_at: datetime) -> str:
    r"""Return a diary as the text of an `.ics` file, its lines folded and ended by CRLF.

    With nothing in it the calendar is empty, which programs that read it again need to be told,
    though the grammar of RFC 5545 asks for one component or more.

    Args:
        falls_due: what falls due, in the order in which it is to stand.
        partnership: whose diary it is.
        stamped_at: when it was made, which stands on every event.

    >>> from datetime import UTC, datetime
    >>> icalendar((), partnership="kent", stamped_at=datetime(2020, 5, 4, tzinfo=UTC))[:30]
    'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'
    """
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//rapid_review//diary//EN",
        "CALSCALE:GREGORIAN",
        *(line for due in falls_due for line in _event(due, partnership, stamped_at)),
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(due: Due, partnership: str, stamped_at: datetime) -> Iterator[str]:
    says = _SAYS[due.kind].format(what=due.what)
    told = f"{due.clause}; owed by {due.owed_by}"
    yield "BEGIN:VEVENT"
    yield f"UID:{uuid5(_IDS, f'{partnership} {due.case} {due.kind} {due.what}')}"
    yield f"DTSTAMP:{_instant(stamped_at)}"
    if due.at is None:
        yield f"DTSTART;VALUE=DATE:{due.on:%Y%m%d}"
        yield "TRANSP:TRANSPARENT"
    else:
        yield f"DTSTART:{_instant(due.at)}"
    yield f"SUMMARY:{_text(f'{due.case}: {says}')}"
    yield f"DESCRIPTION:{_text(told)}"
    yield f"CATEGORIES:{_text(due.kind)}"
    yield "END:VEVENT"


def _instant(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(said: str) -> str:
    return escaped(said).translate(_ESCAPED)


def _folded(line: str) -> str:
    """Return a line in pieces of 75 octets or fewer, no letter divided, each next one indented."""
    pieces: list[str] = []
    piece = ""
    for letter in line:
        if len(f"{piece}{letter}".encode()) > _FOLD_AT:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join((*pieces, piece))
