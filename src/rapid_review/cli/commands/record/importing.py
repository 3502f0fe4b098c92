"""Histories from lines of JSON: what happened elsewhere, recorded a case at a time.

The lines of a case, one after the other or between those of other cases, are its history. A case
with a line that cannot be used is left out whole: half a history would be a wrong one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, cast

from rapid_review.cli.jsonl import Line, Problem, json_object, named, parsed, read_lines
from rapid_review.cli.output import Json, plain
from rapid_review.domain.case import replay
from rapid_review.domain.events import EVENTS, AnyEvent, NotificationReceived
from rapid_review.domain.vocabulary import Actor, Reference, Said, TermsRef
from rapid_review.projections.case.findings import Found, findings

if TYPE_CHECKING:
    from rapid_review.store import RapidReviews


class Header(Said):
    """What stands on a line beside the event."""

    case: Reference
    event: dict[str, object]
    by: Actor | None = None


@dataclass(slots=True)
class History:
    """A case while its lines are read.

    Attributes:
        events: what happened, in the order of the file.
        by: who is said to have recorded it.
        unusable: the first line that cannot be used; the case is then left out.
    """

    events: list[AnyEvent] = field(default_factory=list[AnyEvent])
    by: Actor | None = None
    unusable: int | None = None


def import_lines(
    file: BinaryIO, reviews: "RapidReviews", progress: Callable[[int], None] = lambda _: None
) -> Iterator[Json]:
    """Import the histories in a file; yield an answer for every bad line and for every case.

    Args:
        file: lines of JSON; see the command `import`.
        reviews: the record.
        progress: told now and then how many entries have been recorded.

    Raises:
        RecordError: the store failed; importing the same file again goes on from there.
    """
    histories: dict[str, History] = {}
    for line in read_lines(file):
        if problems := line.problems or _add(line, histories, reviews.terms.ref):
            yield {"line": line.number, "invalid": [one._asdict() for one in problems]}
            if line.case is not None:
                history = histories.setdefault(line.case, History())
                history.unusable = history.unusable or line.number
    refused = _record(histories, reviews, progress)
    for case, history in histories.items():
        if history.unusable is not None:
            because = (
                f"line {history.unusable} cannot be used, so nothing of the case was imported"
            )
            yield {"case": case, "refused": {"because": because}}
        elif case in refused:
            yield {"case": case, "refused": {"because": refused[case]}}
        else:
            yield {"case": case, **_recorded(case, reviews)}


def _add(line: Line, histories: dict[str, History], terms: TermsRef) -> tuple[Problem, ...]:
    """Add a line's event to its case's history, or return what is wrong with the line."""
    header = parsed(Header, line.found)
    found = json_object(line.found.get("event"))
    event = () if found is None else _event_in(found, terms)
    if isinstance(header, tuple) or isinstance(event, tuple):
        return tuple(each for one in (header, event) if isinstance(one, tuple) for each in one)
    history = histories.setdefault(header.case, History())
    if history.events and header.by != history.by:
        return (Problem("by", "differs from the case's first line; one history has one importer"),)
    history.by = header.by
    history.events.append(event)
    return ()


def _event_in(found: Mapping[str, object], terms: TermsRef) -> AnyEvent | tuple[Problem, ...]:
    """Return the event that a line tells; a notification that names no terms gets those given."""
    kind = found.get("kind")
    model = EVENTS.get(kind) if isinstance(kind, str) else None
    if model is None:
        return (named("event.kind", kind, EVENTS),)
    pinned = {"terms": plain(terms)} if model is NotificationReceived else {}
    event = parsed(model, pinned | dict(found))
    if isinstance(event, tuple):
        return tuple(Problem(f"event.{one.where}", one.problem) for one in event)
    return cast("AnyEvent", event)  # every class in EVENTS is one of them


def _record(
    histories: Mapping[str, History], reviews: "RapidReviews", progress: Callable[[int], None]
) -> dict[str, str]:
    """Record every history that is whole; return the cases that were refused, with the reason."""
    importer = Actor(id="import", role="importer", agency=reviews.terms.partnership)
    whole = {case: one for case, one in histories.items() if one.unusable is None}
    refused: dict[str, str] = {}
    for by in dict.fromkeys(one.by for one in whole.values()):
        theirs = ((case, one.events) for case, one in whole.items() if one.by == by)
        done = reviews.import_histories(theirs, by=by or importer, progress=progress)
        refused |= dict(done.refused)
    return refused


def _recorded(case: str, reviews: "RapidReviews") -> Json:
    """Return how many entries an imported case has, and what the rules find in it."""
    entries = reviews.history(case)
    terms = reviews.terms_of(replay(entry.event for entry in entries))
    found = findings(entries, terms, earlier=(reviews.terms,))
    return {"events": len(entries), "findings": [_finding(one) for one in found]}


def _finding(found: Found) -> Json:
    finding = found.finding
    return {
        "version": found.version,
        "clause": finding.clause,
        "verdict": finding.verdict,
        "because": finding.because,
    }
