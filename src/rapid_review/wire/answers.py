"""Commands from lines of JSON, sent to the record one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from rapid_review.domain.clauses import RECORD
from rapid_review.domain.commands import Command
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import (
    CalendarGapError,
    CaseChangedError,
    ClockError,
    InvalidInputError,
    RecordError,
    Refused,
)
from rapid_review.domain.events import DUE_DAYS, NotificationReceived
from rapid_review.domain.handles import FORM, not_handles
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.due_days import marks_by_version, marks_in_words
from rapid_review.projections.case.findings import Found
from rapid_review.projections.case.judgement import judgement
from rapid_review.wire.duplicates import notes_on_duplicates
from rapid_review.wire.lines import Problem, read_lines
from rapid_review.wire.readings import finding_of
from rapid_review.wire.requests import Envelope, Request, request_in
from rapid_review.wire.values import Json

if TYPE_CHECKING:
    from rapid_review.store import RapidReviews


def apply_lines(file: BinaryIO, reviews: "RapidReviews") -> Iterator[Json]:
    """Yield an answer for every line: what it led to, why it was refused, or what is wrong in it.

    Raises:
        RecordError: the store failed; the message names the first line that was not recorded.
    """
    for line in read_lines(file):
        request = line.problems or request_in(line.found, Envelope)
        if not isinstance(request, Request):
            yield {"line": line.number, "invalid": [one._asdict() for one in request]}
            continue
        try:
            yield {"line": line.number, **answer(reviews, request.envelope, request.command)}
        except RecordError as error:
            stopped = f"stopped at line {line.number}, without reading the lines after it"
            raise type(error)(f"{stopped}: {error}") from error


def answer(reviews: "RapidReviews", envelope: Envelope, command: Command) -> Json:
    """Send a command; return its events and the new findings, or its refusal, as JSON.

    Raises:
        RecordError: the store failed.
    """
    try:
        reviews.partnerships.must_not_be_elsewhere(envelope.case, reviews.terms)
        entries = reviews.handle(
            envelope.case,
            command,
            by=envelope.by,
            purpose=envelope.purpose,
            command_id=envelope.command_id,
            correlation_id=envelope.correlation_id,
            causation_id=envelope.causation_id,
        )
    except Refused as error:
        return {"refused": refusal(error.clause, error.because, error.way_on)}
    except (CalendarGapError, CaseChangedError, ClockError) as error:  # other cases may go on
        return {"refused": refusal(RECORD, str(error), "Then send the line again.")}
    except InvalidInputError as error:
        return {"invalid": [Problem("command", one)._asdict() for one in error.problems]}
    if not entries:
        return {"events": [], "findings": []}
    history = reviews.case_history(envelope.case)
    return {
        "events": [entry.event.kind for entry in entries],
        "findings": [finding_of(one) for one in newly_found(history, entries)],
        **notes_on(entries, history, reviews),
    }


def notes_on(
    entries: Sequence[Entry], history: CaseHistory, reviews: "RapidReviews"
) -> dict[str, list[str]]:
    """Return notes for the person who recorded these entries, which are not findings.

    A note says: that the guidance of the terms had ended when the case was opened (ToR 2.1); what
    to know about a due day that was recorded (ToR 7.3); that the notification may have come in
    twice (ToR 8.1); or that references in it are not handles.
    """
    terms = history.terms
    opened = [one.event.at for one in entries if isinstance(one.event, NotificationReceived)]
    notes = [terms.guidance_ended(terms.local_day(opened[0]))] if opened else []
    marks = marks_by_version(history.entries, history.calendars)
    for entry in entries:
        event = entry.event
        if isinstance(event, DUE_DAYS) and entry.version in marks:
            sentences = marks_in_words(marks[entry.version])
            notes += [f"{event.deadline}, due {event.due}: {one}" for one in sentences]
    notes += notes_on_duplicates(entries, reviews)
    if odd := sum(1 for entry in entries for _ in not_handles(entry.event)):
        notes.append(
            f"references recorded as given that are not handles: {odd}; a handle is {FORM}"
        )
    notes = [one for one in notes if one]
    return {"notes": notes} if notes else {}


def newly_found(history: CaseHistory, entries: Sequence[Entry]) -> tuple[Found, ...]:
    """Return the findings of a case that some of its entries, the latest, have caused."""
    until = history.entries[: entries[-1].version]
    # Both are read on the day of the latest event. If they were read today, a case that is
    # recorded late, line by line, would show its undone duties after each line; and what became
    # late with time would seem to be caused by the entry.
    as_of = AsOf(read_on=max(entry.event.at for entry in until))
    before, now = (
        judgement(replace(history, entries=known), as_of).found if known else ()
        for known in (until[: entries[0].version - 1], until)
    )
    return tuple(one for one in now if one not in before)


def refusal(clause: str, because: str, way_on: str) -> Json:
    """Return a refusal as JSON."""
    return {"clause": clause, "because": because, "way_on": way_on}
