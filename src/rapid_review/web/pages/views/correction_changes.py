"""What a correction changes, question by question: the answer before it, and after it.

Words are compared and never shown: the comparison says only that others take their place.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple, cast

from rapid_review.domain.entry import Entry
from rapid_review.domain.events import AnyEvent, CorrectionProposed, RecordCorrected
from rapid_review.domain.fields import Field, FieldClass, fields_of, part_key
from rapid_review.domain.in_effect import effective
from rapid_review.domain.statement import Statement
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.views import FieldSeen, Value
from rapid_review.reports.labels import text_of, when_in, words_of
from rapid_review.web.pages.views.wording import command_of, legend_of, named, value_in_words

_KIND: Final = "What was recorded"


class Change(NamedTuple):
    """An answer that a correction changes.

    Attributes:
        question: what was asked.
        before: the answer that is replaced.
        after: the answer that replaces it.
    """

    question: str
    before: str
    after: str


class Compared(NamedTuple):
    """What one correction changes.

    Attributes:
        version: the entry that is corrected.
        kind: the kind of its event.
        retracts: whether nothing takes its place.
        changes: the answers that change.
    """

    version: int
    kind: str
    retracts: bool
    changes: tuple[Change, ...]


def corrections_compared(
    entries: Sequence[Entry], among: Iterable[Entry], terms: Terms
) -> Iterator[Compared]:
    """Yield what each correction changes, or would change if it was only proposed.

    Args:
        entries: the entries of the case, and maybe some that are not recorded yet.
        among: those in which to look for corrections.
        terms: the terms of the case, for names.
    """
    for entry in among:
        event = entry.event
        if not isinstance(event, RecordCorrected | CorrectionProposed):
            continue
        until = [one.event for one in entries if one.version < entry.version]
        before, after = effective(until).get(event.version), event.replacement
        of = entries[event.version - 1]
        yield Compared(
            event.version,
            of.event.kind,
            after is None,
            () if after is None else tuple(_changes(before, after, command_of(of), terms)),
        )


class _Answer(NamedTuple):
    """An answer, with the path by which its question is found, and the part that it is about."""

    path: str
    of: str
    field: Field
    value: object


def _changes(
    before: AnyEvent | None, after: AnyEvent, command: str, terms: Terms
) -> Iterator[Change]:
    old: Mapping[str, _Answer] = {} if before is None else _by_place(before)
    new = _by_place(after)
    if before is not None and before.kind != after.kind:
        yield Change(_KIND, words_of(before.kind), words_of(after.kind))
    for place in dict.fromkeys((*old, *new)):
        was, becomes = old.get(place), new.get(place)
        if _value(was) == _value(becomes):
            continue
        one = cast("_Answer", becomes or was)
        question = legend_of(command, one.path)
        about = f" ({named(text_of(one.of), terms)})" if one.of else ""
        yield Change(f"{question}{about}", _text(was, terms), _text(becomes, terms, is_new=True))


def _by_place(event: AnyEvent) -> Mapping[str, _Answer]:
    return {place: one for place, one in _answers(event) if place != "kind"}


def _answers(statement: Statement, path: str = "", of: str = "") -> Iterator[tuple[str, _Answer]]:
    """Yield each answer in a statement and its parts, by a place that a new row does not move."""
    for field in fields_of(type(statement)):
        value = getattr(statement, field.name)
        where = f"{path}{field.name}"
        if field.of is not FieldClass.PARTS:
            yield f"{where} {of}", _Answer(where, of, field, value)
        elif isinstance(value, Statement):
            yield from _answers(value, f"{where}.", of)
        elif value:
            parts = cast("tuple[Statement, ...]", value)
            for number, part in enumerate(parts, start=1):
                yield from _answers(part, f"{where}.", part_key(part) or str(number))


def _value(answer: _Answer | None) -> object:
    return None if answer is None else answer.value


def _text(answer: _Answer | None, terms: Terms, *, is_new: bool = False) -> str:
    """Return an answer in words; where people wrote it, only that there is one."""
    if answer is None or answer.value is None:
        return "Not answered"
    if not answer.field.of.is_public:
        return "Other words, not shown here" if is_new else "Words, not shown here"
    value = answer.value
    if value == ():
        return "None"
    if isinstance(value, date):
        return str(when_in(terms)(value))
    shown: Value
    if isinstance(value, tuple):
        shown = tuple(map(str, cast("tuple[object, ...]", value)))
    else:
        shown = value if isinstance(value, bool | int) else str(value)
    return value_in_words(FieldSeen(answer.path, answer.field.of, shown), terms)
