"""Problems of the registry: a part that is missing, or does not fit. Asked when it is imported."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from string import Formatter

from rapid_review.domain import beside_events as beside
from rapid_review.domain import commands as ask
from rapid_review.domain import erasure_events
from rapid_review.domain import events as did
from rapid_review.domain import record_events as record
from rapid_review.domain import team_events as team
from rapid_review.domain.registry.row import Line, Row


def events_defined() -> Iterator[type[did.Event]]:
    """Yield every event class that `domain` defines, also one that is missing in `AnyEvent`.

    A platform's own subclass of `Event` is left out: it is never stored.
    """
    ours = {module.__name__ for module in (did, team, record, erasure_events, beside)}
    return (event for event in did.Event.__subclasses__() if event.__module__ in ours)


def missing(rows: Sequence[Row], events: Iterable[type[did.Event]]) -> Iterator[str]:
    """Yield a problem for each event or command without a row, with two, or not in `AnyEvent`.

    Args:
        rows: the rows of the registry.
        events: every event class that must have a row.
    """
    rows_of: Counter[type[did.Event]] = Counter(row.event for row in rows)
    commands = {row.step.command for row in rows if row.step}
    for event in events:
        if did.EVENTS.get(event.__name__) is not event:
            yield f"{event.__name__} is not in AnyEvent"
        if not rows_of[event]:
            yield f"{event.__name__} has no row"
    yield from (f"{event.__name__} has {many} rows" for event, many in rows_of.items() if many > 1)
    for name, command in ask.COMMANDS.items():
        if command not in commands:
            yield f"{name} has no row that makes an event of it"


def unfitting(row: Row) -> Iterator[str]:
    """Yield each part that a row lacks, and each field it names that event or command lacks."""
    event, step = row.event, row.step
    if not row.asked:
        yield f"{event.__name__} has no rule: give its row `rules`, `bars` or `needs`"
    for field in fields_named(row.line):
        if field not in row.public_fields:
            yield (
                f"the line of {event.__name__} names {field}, which is not one of its public "
                "fields"
            )
    if step is None:
        return
    if step.makes is None:
        for field in step.command.model_fields.keys() - event.model_fields.keys():
            yield f"{event.__name__} has no {field}, which {step.command.__name__} has"
    if step.known_by and step.known_by not in step.command.model_fields:
        yield (
            f"{step.command.__name__} has no field {step.known_by}, which its row names as "
            "`known_by`"
        )


def fields_named(line: Line) -> Iterator[str]:
    """Yield the fields that a template names; none for a function."""
    if isinstance(line, str):
        for _, field, _, _ in Formatter().parse(line):
            if field:
                yield field.partition(".")[0]
