"""Histories from lines of JSON: what happened elsewhere, recorded a case at a time.

The lines of a case are its history; lines of other cases may be between them. A case with a line
that cannot be used is left out as a whole, because half a history would be wrong. If the lines of
a case have no notification, they are added to the case in the record.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO, cast

from rapid_review.cli.commands.record.spool import Spool, spool
from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.events import EVENTS, AnyEvent, NotificationReceived
from rapid_review.domain.statement import Statement
from rapid_review.domain.vocabulary import Actor, Reference, TermsRef
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.case.judgement import judgement
from rapid_review.store.writing.bulk_import import Account, CaseOutcome, importer
from rapid_review.wire.answers import notes_on
from rapid_review.wire.lines import Line, Problem, json_object, parsed, read_lines, unknown_name
from rapid_review.wire.readings import finding_of
from rapid_review.wire.values import Json, plain

if TYPE_CHECKING:
    from rapid_review.store import RapidReviews


class Header(Statement):
    """The fields of a line, with its event still to be read."""

    case: Reference
    event: dict[str, object]
    by: Actor | None = None
    command_id: Reference | None = None


def import_lines(
    file: BinaryIO, reviews: "RapidReviews", progress: Callable[[int], None] = lambda _: None
) -> Iterator[Json]:
    """Import the histories in a file; yield an answer for every bad line and for every case.

    All lines are read first, because lines of other cases may be between those of a case. Bad
    lines are answered as they are read, then the cases that are left out because of them, and then
    each other case as soon as it is recorded.

    Args:
        file: lines of JSON; see the command `import`.
        reviews: the record.
        progress: called now and then with how many entries have been recorded.

    Raises:
        RecordError: the store failed; importing the same file again continues from there.
    """
    by = importer(reviews.terms.partnership)
    with spool() as aside:
        for line in read_lines(file):
            if problems := line.problems or _add(line, aside, reviews.terms.ref):
                yield {"line": line.number, "invalid": [one._asdict() for one in problems]}
                if line.case is not None:
                    aside.leave_out(line.case, line.number)
        for case, number in aside.left_out():
            because = (
                f"line {number} is not valid, so nothing of this case was imported; correct the "
                "line, and import the file again"
            )
            yield {"case": case, "refused": {"because": because}}
        elsewhere = dict[str, str]()
        accounts = (
            Account(one.case, one.events, one.by or by, one.command_ids)
            for one in aside.whole()
            if not _is_elsewhere(one.case, reviews, elsewhere)
        )
        for outcome in reviews.import_each(accounts, progress=progress):
            yield {"case": outcome.case, **_answer(outcome, reviews)}
        for case, because in elsewhere.items():
            yield {"case": case, "refused": {"because": because}}


def _is_elsewhere(case: str, reviews: "RapidReviews", elsewhere: dict[str, str]) -> bool:
    """Say whether a case belongs to another partnership of the store; add why to `elsewhere`."""
    try:
        reviews.partnerships.must_not_be_elsewhere(case, reviews.terms)
    except InvalidInputError as error:
        elsewhere[case] = str(error)
    return case in elsewhere


def _add(line: Line, aside: Spool, terms: TermsRef) -> tuple[Problem, ...]:
    """Add a line's event to its case's history, or return what is wrong with the line."""
    header = parsed(Header, line.found)
    found = json_object(line.found.get("event"))
    event = () if found is None else _event_in(found, terms)
    if isinstance(header, tuple) or isinstance(event, tuple):
        return tuple(each for one in (header, event) if isinstance(one, tuple) for each in one)
    if not aside.add(header.case, event, header.by, header.command_id):
        return (
            Problem(
                "by",
                "differs from `by` in the case's first line; give the same importer "
                "in every line of a case",
            ),
        )
    return ()


def _event_in(found: Mapping[str, object], terms: TermsRef) -> AnyEvent | tuple[Problem, ...]:
    """Return the event of a line; a notification that names no terms gets those given."""
    kind = found.get("kind")
    model = EVENTS.get(kind) if isinstance(kind, str) else None
    if model is None:
        return (unknown_name("event.kind", kind, EVENTS),)
    defaults = {"terms": plain(terms)} if model is NotificationReceived else {}
    event = parsed(model, defaults | dict(found))
    if isinstance(event, tuple):
        return tuple(Problem(f"event.{one.where}", one.problem) for one in event)
    return cast("AnyEvent", event)  # every class in EVENTS is one of them


def _answer(outcome: CaseOutcome, reviews: "RapidReviews") -> Json:
    """Return how many entries a case has, and what the rules find; or why it was refused."""
    if outcome.refused is not None:
        return {"refused": {"because": outcome.refused}}
    history = reviews.case_history(outcome.case)
    judged = judgement(history, AsOf(read_on=history.entries[-1].recorded_at))
    return {
        "events": len(history.entries),
        "findings": [finding_of(one) for one in judged.found],
        "asked": plain(judged.asked),
        **notes_on(history.entries, history, reviews),
    }
