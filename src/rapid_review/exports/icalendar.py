"""The diary as a calendar for other programs: RFC 5545, written from public fields only.

What is due by the end of a day is an event of that whole day, which blocks nobody's time; a
meeting is an event at its hour. A to-do would say more exactly what a deadline is, but the
calendars that people look at do not show the to-dos of a file.

An event keeps its id whatever becomes of its day, so that a program that reads the diary again
moves it. The id is made from the partnership, the case and what is due, and shows none of them.
How often an event was revised and when it was revised last is read from the record, so that two
runs over one record write the same bytes.
"""

from collections.abc import Iterable
from datetime import UTC
from typing import Final, TypeVar
from uuid import UUID, uuid5

from icalendar import Calendar, Event

from rapid_review.domain.printable import escaped
from rapid_review.projections.case.due_days import marks_in_words, marks_of
from rapid_review.projections.work.diary import DueKind, Revised

_IDS: Final = UUID("5f0b9a0e-5a55-5d0b-9d52-6d2f3c1b7e48")
_PRODUCT: Final = "-//rapid_review//diary//EN"
_SUMMARIES: Final = {
    DueKind.CLOCK: "{what} is due",
    DueKind.MILESTONE: "{what} is planned",
    DueKind.AGENCY_REPORT: "report of {what} is due",
    DueKind.MEETING: "meeting {what}",
    DueKind.ACTION: "action {what} is due",
    DueKind.LETTER: "answer to letter {what} is due",
    DueKind.PUBLICATION: "publication of {what} is planned",
}

C = TypeVar("C", Calendar, Event)


def icalendar(falls_due: Iterable[Revised], *, partnership: str) -> bytes:
    r"""Return a diary as the bytes of an `.ics` file, its lines folded and ended by CRLF.

    With nothing in it the calendar is empty, which programs that read it again need to be told,
    though the grammar of RFC 5545 asks for one component or more.

    Args:
        falls_due: what falls due, in the order in which it is to stand.
        partnership: whose diary it is.

    >>> icalendar((), partnership="kent")[:30]
    b'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'
    """
    calendar = _with(Calendar(), version="2.0", prodid=_PRODUCT, calscale="GREGORIAN")
    for one in falls_due:
        calendar.add_component(_event(one, partnership))
    content: bytes = calendar.to_ical(sorted=False)
    return content


def _event(revised: Revised, partnership: str) -> Event:
    marks = f" ({marks_of(revised.due)})" if marks_of(revised.due) else ""
    said = marks_in_words(revised.due)
    due, revised_at = revised.due, revised.recorded_at.astimezone(UTC)
    event = _with(
        Event(),
        uid=str(uuid5(_IDS, f"{partnership} {due.case} {due.kind} {due.what}")),
        # Without a METHOD, RFC 5545 (3.8.7.2) makes the stamp a synonym of LAST-MODIFIED.
        dtstamp=revised_at,
        last_modified=revised_at,
        sequence=revised.times,
    )
    if due.at is None:
        event = _with(event, dtstart=due.on, transp="TRANSPARENT")
    else:
        event = _with(event, dtstart=due.at.astimezone(UTC))
    return _with(
        event,
        summary=_text(f"{due.case}: {_SUMMARIES[due.kind].format(what=due.what)}{marks}"),
        description=_text("; ".join(filter(None, (due.clause, f"owed by {due.owed_by}", *said)))),
        categories=[str(due.kind)],
    )


def _with(component: C, **properties: object) -> C:
    """Add properties to a component in their order; `_` stands for the hyphen of a name."""
    for name, value in properties.items():
        # The library leaves out of which type a value is.
        component.add(name.replace("_", "-"), value)  # pyright: ignore[reportUnknownMemberType]
    return component


def _text(text: str) -> str:
    r"""Return a text with what cannot be printed escaped, and so no end of a line but its own.

    The library reads a backslash before a capital N as a line break, so it is escaped.
    """
    return escaped(text).replace("\\N", "\\\\u004e")
