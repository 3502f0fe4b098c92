"""The diary as a calendar for other programs: RFC 5545, written from public fields only.

A deadline is an event of the whole day, which blocks nobody's time; a meeting is an event at its
hour. A to-do would describe a deadline more exactly, but common calendar programs do not show the
to-dos of a file.

An event keeps its id when its day changes, so that a program that reads the diary again moves it.
The id is a hash of the partnership, the case and what is due. How often an event was revised and
when it was revised last is read from the record, so that two runs over one record write the same
bytes.
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

    If nothing falls due, the calendar is empty, so that programs that read it again remove what
    they had, although the grammar of RFC 5545 asks for at least one component.

    Args:
        falls_due: what falls due, in the order of the file.
        partnership: whose diary it is.

    >>> icalendar((), partnership="kent")[:30]
    b'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'
    """
    calendar = _with_properties(Calendar(), version="2.0", prodid=_PRODUCT, calscale="GREGORIAN")
    for one in falls_due:
        calendar.add_component(_event(one, partnership))
    content: bytes = calendar.to_ical(sorted=False)
    return content


def _event(revised: Revised, partnership: str) -> Event:
    marks = f" ({marks_of(revised.due)})" if marks_of(revised.due) else ""
    notes = marks_in_words(revised.due)
    due, revised_at = revised.due, revised.recorded_at.astimezone(UTC)
    event = _with_properties(
        Event(),
        uid=str(uuid5(_IDS, f"{partnership} {due.case} {due.kind} {due.what}")),
        # Without a METHOD, RFC 5545 (3.8.7.2) makes the stamp a synonym of LAST-MODIFIED.
        dtstamp=revised_at,
        last_modified=revised_at,
        sequence=revised.times,
    )
    if due.at is None:
        event = _with_properties(event, dtstart=due.on, transp="TRANSPARENT")
    else:
        event = _with_properties(event, dtstart=due.at.astimezone(UTC))
    return _with_properties(
        event,
        summary=_escaped_text(f"{due.case}: {_SUMMARIES[due.kind].format(what=due.what)}{marks}"),
        description=_escaped_text(
            "; ".join(filter(None, (due.clause, f"owed by {due.owed_by}", *notes)))
        ),
        categories=[str(due.kind)],
    )


def _with_properties(component: C, **properties: object) -> C:
    """Add properties to a component in their order; `_` stands for the hyphen of a name."""
    for name, value in properties.items():
        # The library does not declare the type of a value.
        component.add(name.replace("_", "-"), value)  # pyright: ignore[reportUnknownMemberType]
    return component


def _escaped_text(text: str) -> str:
    r"""Return a text in which everything that cannot be printed is escaped, such as line ends.

    The library reads a backslash before a capital N as a line break, so it is escaped.
    """
    return escaped(text).replace("\\N", "\\\\u004e")
